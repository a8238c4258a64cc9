/* Ruby: what its tokens are, and the file as a whole (doc/syntax of ruby/ruby). Its grammar is told apart
 * here by blanks and by which names are variables, as Ruby's own lexer does. */
#include "ruby_p.h"

/* clang-format off */
const char *const ruby_keywords[] = {
	"alias", "and", "begin", "break", "case", "class", "def", "defined?", "do", "else", "elsif", "end",
	"ensure", "false", "for", "if", "in", "module", "next", "nil", "not", "or", "redo", "rescue",
	"retry", "return", "self", "super", "then", "true", "undef", "unless", "until", "when", "while",
	"yield", NULL,
};
static const char *const ruby_operators[] = {
	"===", "==", "=~", "=>", "!=", "!~", "<=>", "<<=", "<<", "<=", ">>=", ">>", ">=", "&&=", "&&", "&=",
	"&.", "||=", "||", "|=", "**=", "**", "*=", "+=", "->", "-=", "/=", "%=", "^=", "::", "...", "..", NULL,
};
static const struct lexer_quote ruby_quotes[] = {{NULL, 0}};
static const struct lexer_escape ruby_escapes[] = {{0}};
/* clang-format on */

static const struct lexer_language ruby_language = {
	.quotes = ruby_quotes,
	.escapes = ruby_escapes,
	.octal_digits = 3,
	.line_comment = "#",
	.operators = ruby_operators,
	.keywords = ruby_keywords,
	.newline = ruby_newline,
	.special = ruby_special,
};

static void
ruby_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct ruby p = {0};
	struct reader *r = &p.r;

	if (host_refuse(u, bytes))
		return;
	reader_init(r, &ruby_language, u, options, scratch, bytes);
	while (reader_token(r)->kind != TOKEN_END) {
		ruby_statements(&p);
		/* Only a word or brace that ends nothing stops it before the end. */
		if (reader_token(r)->kind != TOKEN_END) {
			lexer_blind(&r->lexer, reader_at(r), reader_token(r)->length,
				"this closes nothing");
			reader_next(r);
		}
		r->stack.n = 0;
	}
	lexer_reach(&r->lexer);
}

const struct host host_ruby = {
	.name = "ruby",
	.extensions = (const char *const[]){".rb", ".rake", "Rakefile", NULL},
	.read = ruby_read,
	.language = &ruby_language,
	.imports = HOST_CONSTANTS,
	.prefilter =
		HOST_SQL_PATTERN "|\\b(?>ActiveRecord::(?>Migration|Schema)\\b|Migration\\[\\d)",
};
