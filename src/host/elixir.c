/* Elixir: what its tokens are, and the file as a whole (the syntax reference of elixir-lang/elixir). Everything is a
 * call or an operator there; the forms that matter here, if and def and their like, are told by their names. */
#include "elixir_p.h"

/* clang-format off */
const char *const elixir_keywords[] = {
	"after", "and", "catch", "do", "else", "end", "false", "fn", "in", "nil", "not", "or", "rescue", "true",
	"when", NULL,
};
static const char *const elixir_operators[] = {
	"===", "==", "=~", "=>", "!==", "!=", "<<<", "<<~", "<~>", "<|>", "<>", "<=", "<-", "<~", "<<", ">>>",
	">>", ">=", "&&&", "&&", "|||", "||", "|>", "+++", "++", "---", "--", "->", "~>>", "~>", "^^^", "**",
	"...", "..", "::", "//", "\\\\", NULL,
};
static const struct lexer_quote elixir_quotes[] = {{NULL, 0}};
static const struct lexer_escape elixir_escapes[] = {{0}};
/* clang-format on */

static const struct lexer_language elixir_language = {
	.quotes = elixir_quotes,
	.escapes = elixir_escapes,
	.line_comment = "#",
	.operators = elixir_operators,
	.keywords = elixir_keywords,
	.newline = elixir_newline,
	.special = elixir_special,
};

static void
elixir_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct elixir p = {0};
	struct reader *r = &p.r;

	if (host_refuse(u, bytes))
		return;
	reader_init(r, &elixir_language, u, options, scratch, bytes);
	while (reader_token(r)->kind != TOKEN_END) {
		elixir_statements(&p);
		/* Only a word or bracket that ends nothing stops it before the end. */
		if (reader_token(r)->kind != TOKEN_END) {
			lexer_blind(&r->lexer, reader_at(r), reader_token(r)->length,
				"this closes nothing");
			reader_next(r);
		}
		r->stack.n = 0;
	}
	lexer_reach(&r->lexer);
}

const struct host host_elixir = {
	.name = "elixir",
	.extensions = (const char *const[]){".ex", ".exs", NULL},
	.read = elixir_read,
	.language = &elixir_language,
	.imports = HOST_CONSTANTS,
	.prefilter = HOST_SQL_PATTERN
	"|\\b(?>Ecto\\.(?>Migration|Repo)\\b|migration_\\w+:|def\\s++(?:change|up)\\b)",
};
