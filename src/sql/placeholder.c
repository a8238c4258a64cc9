/* Holes and drivers' placeholders.
 *
 * First every hole of the fragment becomes a mark (HOLE_MARK), an identifier's character: inside a
 * name it is a part of the name, alone it is a name, an expression or a condition, and PostgreSQL
 * parses it where one of these may stand; behind '$' it is the number of a parameter. Then, a
 * statement at a time: what cannot be anything but a placeholder (%s behind a keyword, %(name)s,
 * {name}, {{name}}, @name) is replaced at once, the doubtful (?, :name) only when the text does not
 * parse as it is. What to put in a mark's place follows from the token to its left; when PostgreSQL still
 * objects, the next alternative of the hole before the error is tried, a few times. */
#include <string.h>

#include "base/arena.h"
#include "base/vec.h"
#include "reader_p.h"

#define MAX_TRIES 8
/* What is in braces is no longer. */
#define BRACE_BYTES 64

struct str
placeholder_mark_holes(const struct sql_input *in, struct arena *a, struct layer *layer)
{
	struct buf b = {.arena = a};
	VEC(struct patch) patches = {0};
	uint32_t done = 0;

	for (uint32_t i = 0; i < in->n_pieces; i++) {
		const struct piece *p = &in->pieces[i];

		if (p->kind != PIECE_HOLE)
			continue;
		buf_add(&b, str_slice(in->text, done, p->at));
		vec_push(a, &patches,
			(struct patch){(uint32_t)b.n, HOLE_MARK_SIZE, p->at, p->length});
		buf_add(&b, STR(HOLE_MARK));
		done = p->at + p->length;
	}
	*layer = (struct layer){.patches = patches.v, .n_patches = patches.n};
	if (!patches.n)
		return in->text;
	buf_add(&b, str_slice(in->text, done, in->text.n));
	return buf_str(&b);
}

/* What may stand in a hole's place, in the order of the tries. */
static const char *const alternatives_operand[] = {HOLE_MARK, "(" HOLE_MARK ")",
	"SELECT " HOLE_MARK, HOLE_MARK " text", HOLE_MARK " = " HOLE_MARK, "", NULL};
static const char *const alternatives_nothing[] = {
	"", HOLE_MARK, "= " HOLE_MARK, "AND " HOLE_MARK, ", " HOLE_MARK, NULL};
static const char *const alternatives_value[] = {"$1", "($1)", HOLE_MARK, NULL};
static const char *const alternatives_part[] = {HOLE_MARK, NULL};
/* Behind SET, and behind the target of INSERT: columns that are not known, as the writer of the text puts them
 * together (`SET ${sets.join(', ')}`), or a driver does (`INSERT INTO cart ${sql(row)}`). */
static const char *const alternatives_set[] = {
	HOLE_MARK, HOLE_MARK " = " HOLE_MARK, "(" HOLE_MARK ")", "", NULL};
static const char *const alternatives_insert[] = {
	"(" HOLE_MARK ") VALUES (" HOLE_MARK ")", "(" HOLE_MARK ")", "", HOLE_MARK, NULL};
/* In front of a quoted name: a schema with its dot, or nothing. */
static const char *const alternatives_prefix[] = {HOLE_MARK ".", "", HOLE_MARK, NULL};

struct hole {
	uint32_t at, length; /* in the statement */
	const char *const *choice;
};

struct patcher {
	struct reader *r;
	struct str text;
	struct token *tokens;
	uint32_t n_tokens;
	VEC(struct hole) holes;
};

static bool
is_space_at(struct str text, uint32_t at)
{
	return at >= text.n || text.s[at] == ' ' || (text.s[at] >= '\t' && text.s[at] <= '\r');
}

static bool
is_operand_end(struct str text, const struct token *t)
{
	static const char *const wants_operand[] = {"from", "join", "into", "update", "table",
		"only", "exists", "view", "index", "schema", "select", "where", "and", "or", "on",
		"by", "set", "having", "not", "limit", "offset", "values", "in", "like", "ilike",
		"returning", "between", "then", "else", "when", "case", "distinct", "all", "any",
		"using", "as", "user", "role", "to", "database", "column", "constraint",
		"references", "truncate", "sequence", "type", "trigger", "function", "procedure",
		"call", "execute", "lateral", "is", "with", "add", "drop", "rename", "key",
		"default", "interval", "array", "union", "first", "next", "extension", "policy",
		"owner", "concurrently", NULL};

	switch (t->kind) {
	case TOKEN_WORD:
		return !lex_is_word_of(text, t, wants_operand);
	case TOKEN_PUNCTUATION:
		return lex_is_char(text, t, ')') || lex_is_char(text, t, ']');
	case TOKEN_QUOTED:
	case TOKEN_STRING:
	case TOKEN_DOLLAR:
	case TOKEN_NUMBER:
	case TOKEN_PARAM:
		return true;
	case TOKEN_OPERATOR:
	case TOKEN_OTHER:
	case TOKEN_END:
		return false;
	}
	return false;
}

/* A name goes on where no space and no operator separates it from what stands beside it. */
static bool
is_glued(const struct patcher *p, uint32_t from, uint32_t to)
{
	char before = from ? p->text.s[from - 1] : ' ',
	     after = to < p->text.n ? p->text.s[to] : ' ';

	return before == '.' || after == '.' || before == '_' || after == '_' || before == '"' ||
	       after == '"' || (before >= 'a' && before <= 'z') || (before >= '0' && before <= '9');
}

/* True for what stands behind INSERT INTO and the name of a relation. */
static bool
is_behind_target(const struct patcher *p, uint32_t token)
{
	const struct token *t = p->tokens;
	uint32_t first = token - 1;

	if (token < 3 || !lex_is_name(&t[first]))
		return false;
	while (first >= 4 && lex_is_char(p->text, &t[first - 1], '.') && lex_is_name(&t[first - 2]))
		first -= 2;
	return lex_is_word(p->text, &t[first - 1], "into") &&
	       lex_is_word(p->text, &t[first - 2], "insert");
}

/* The class of a hole of unknown kind, from the token to its left. */
static const char *const *
choices(const struct patcher *p, uint32_t token, uint32_t from, uint32_t to)
{
	if (to < p->text.n && p->text.s[to] == '"' && (!from || p->text.s[from - 1] != '.'))
		return alternatives_prefix;
	if (is_glued(p, from, to))
		return alternatives_part;
	if (is_behind_target(p, token))
		return alternatives_insert;
	if (token > 1 && lex_is_word(p->text, &p->tokens[token - 1], "set"))
		return alternatives_set;
	if (token == 0 || is_operand_end(p->text, &p->tokens[token - 1]))
		return alternatives_nothing;
	return alternatives_operand;
}

static void
add_hole(struct patcher *p, uint32_t from, uint32_t to, const char *const *choice)
{
	vec_push(&p->r->tree, &p->holes, (struct hole){from, to - from, choice});
}

static char
byte_at(const struct patcher *p, uint32_t at)
{
	return at < p->text.n ? p->text.s[at] : '\0';
}

/* Behind the identifier that begins at AT; AT when there is none. */
static uint32_t
word_end(const struct patcher *p, uint32_t at)
{
	struct token t = {0};
	uint32_t end = at;

	if (!is_space_at(p->text, at))
		t = lex_next(p->text, &end);
	return t.kind == TOKEN_WORD && t.at == at ? end : at;
}

/* {}, {name} or {{name}} (with what a wrapper or a template engine reads in it) that begins at AT: where it ends,
 * or 0. */
static uint32_t
brace_end(const struct patcher *p, uint32_t at)
{
	bool twice = byte_at(p, at + 1) == '{';
	uint32_t end = at + 1 + twice;

	while (end < p->text.n && end - at < BRACE_BYTES && p->text.s[end] != '}' &&
		p->text.s[end] != '\n')
		end++;
	if (byte_at(p, end) != '}' || (twice && byte_at(p, end + 1) != '}'))
		return 0;
	return end + 1 + twice;
}

/* %s, %d, %v or %(name)s at AT: where it ends, or 0. */
static uint32_t
percent_end(const struct patcher *p, uint32_t at)
{
	uint32_t end = at + 1;

	if (byte_at(p, end) == '(') {
		end = word_end(p, end + 1);
		if (byte_at(p, end) != ')')
			return 0;
		end++;
	}
	if (!byte_at(p, end) || !strchr("sdvqi", p->text.s[end]))
		return 0;
	return word_end(p, end) == end + 1 || byte_at(p, at + 1) == '(' ? end + 1 : 0;
}

/* pg-promise's $<name>, ${name}, $(name), $[name], $/name/ whose '$' is at AT, with what says how it is
 * put in (:name, :raw, ~ …): where it ends, or 0. */
static uint32_t
dollar_end(const struct patcher *p, uint32_t at)
{
	static const char pairs[] = "<>{}()[]//";
	const char *open = byte_at(p, at + 1) ? strchr(pairs, p->text.s[at + 1]) : NULL;
	uint32_t end = at + 2;

	if (!open || (open - pairs) % 2)
		return 0;
	while (end < p->text.n && end - at < BRACE_BYTES && p->text.s[end] != open[1] &&
		p->text.s[end] != '\n')
		end++;
	return byte_at(p, end) == open[1] && end > at + 2 ? end + 1 : 0;
}

/* Behind the `:name`, `:raw`, `~` … that pg-promise knows behind a parameter which ends at AT. */
static uint32_t
modifier_end(const struct patcher *p, uint32_t at)
{
	static const char *const words[] = {
		"name", "alias", "raw", "value", "csv", "list", "json", NULL};
	uint32_t end;

	if (byte_at(p, at) == '~' || byte_at(p, at) == '^' || byte_at(p, at) == '#')
		return is_space_at(p->text, at + 1) || byte_at(p, at + 1) == ',' ||
				       byte_at(p, at + 1) == ')' || byte_at(p, at + 1) == '.'
			       ? at + 1
			       : at;
	end = byte_at(p, at) == ':' ? word_end(p, at + 1) : at;
	for (const char *const *w = words; *w && end > at; w++)
		if (str_is(str_slice(p->text, at + 1, end), *w))
			return end;
	return at;
}

static void
take_operator(struct patcher *p, uint32_t i, bool doubtful)
{
	const struct token *t = &p->tokens[i];
	uint32_t last = t->at + t->length - 1, end;
	char c = p->text.s[last];
	bool operand = i && t->length == 1 && is_operand_end(p->text, &p->tokens[i - 1]);

	if (c == '%' && (!operand || doubtful || byte_at(p, last + 1) == '(')) {
		end = percent_end(p, last);
		if (end && is_glued(p, last, end))
			add_hole(p, last, end, alternatives_part);
		else if (end)
			add_hole(p, last, end, choices(p, i, last, end));
	} else if (c == '@' && !operand) {
		end = word_end(p, last + 1);
		if (end > last + 1)
			add_hole(p, last, end, alternatives_value);
	} else if (c == '?' && doubtful && t->length == 2 && p->text.s[t->at] == '?') {
		/* Knex: the name of something */
		add_hole(p, t->at, last + 1, choices(p, i, t->at, last + 1));
	} else if (c == '?' && doubtful) {
		add_hole(p, last, last + 1, alternatives_value);
	}
}

static void
take_token(struct patcher *p, uint32_t i, bool doubtful)
{
	const struct token *t = &p->tokens[i];
	uint32_t end;

	if (t->kind == TOKEN_OPERATOR) {
		take_operator(p, i, doubtful);
	} else if (lex_is_char(p->text, t, ':') && doubtful) {
		end = word_end(p, t->at + 1);
		if (end > t->at + 1 && byte_at(p, end) == ':' && byte_at(p, end + 1) != ':')
			add_hole(p, t->at, end + 1, choices(p, i, t->at, end + 1));
		else if (end > t->at + 1)
			add_hole(p, t->at, end, alternatives_value);
	} else if (t->kind == TOKEN_PARAM && doubtful) {
		end = modifier_end(p, t->at + t->length);
		if (end > t->at + t->length)
			add_hole(p, t->at, end, choices(p, i, t->at, end));
	} else if (lex_is_char(p->text, t, '$')) {
		end = dollar_end(p, t->at);
		if (end)
			end = modifier_end(p, end);
		if (end)
			add_hole(p, t->at, end, choices(p, i, t->at, end));
	} else if (lex_is_char(p->text, t, '{')) {
		end = brace_end(p, t->at);
		if (end)
			add_hole(p, t->at, end, choices(p, i, t->at, end));
	}
}

/* Where a parameter ends whose number is computed: '$', perhaps digits, and a mark directly behind; 0: token I
 * is none. What is put behind $1 (a cast, more of the condition) leaves it a value. */
static uint32_t
numbered_end(const struct patcher *p, uint32_t i)
{
	const struct token *t = &p->tokens[i], *mark = t + 1;

	if ((!lex_is_char(p->text, t, '$') && t->kind != TOKEN_PARAM) || i + 1 >= p->n_tokens ||
		mark->kind != TOKEN_WORD || mark->at != t->at + t->length ||
		!str_starts(lex_text(p->text, mark), STR(HOLE_MARK)))
		return 0;
	return mark->at + mark->length;
}

static uint32_t
last_end(const struct patcher *p)
{
	return p->holes.n ? vec_last(&p->holes)->at + vec_last(&p->holes)->length : 0;
}

/* Finds the marks and, where the input may have them, the placeholders. */
static void
find_holes(struct patcher *p, bool doubtful)
{
	bool drivers = p->r->input->placeholders;

	p->holes.n = 0;
	for (uint32_t i = 0; i < p->n_tokens; i++) {
		const struct token *t = &p->tokens[i];
		uint32_t numbered = numbered_end(p, i);

		if (t->at < last_end(p))
			continue;
		if (numbered)
			add_hole(p, t->at, numbered, alternatives_value);
		else if (t->kind == TOKEN_WORD && str_is(lex_text(p->text, t), HOLE_MARK))
			add_hole(p, t->at, t->at + t->length,
				choices(p, i, t->at, t->at + t->length));
		else if (drivers)
			take_token(p, i, doubtful);
	}
}

/* Builds r->sql with the present choices and its layer. */
static void
apply(struct patcher *p, const struct layer *outer, uint32_t base)
{
	struct reader *r = p->r;
	struct buf b = {.arena = &r->tree};
	VEC(struct patch) patches = {0};
	uint32_t done = 0;

	for (uint32_t i = 0; i < p->holes.n; i++) {
		const struct hole *h = &p->holes.v[i];
		struct str put = str_from(*h->choice);

		buf_add(&b, str_slice(p->text, done, h->at));
		vec_push(&r->tree, &patches,
			(struct patch){(uint32_t)b.n, (uint32_t)put.n, h->at, h->length});
		buf_add(&b, put);
		done = h->at + h->length;
	}
	buf_add(&b, str_slice(p->text, done, p->text.n));
	r->sql = p->holes.n ? buf_str(&b) : p->text;
	r->layer = (struct layer){outer, patches.v, patches.n, base};
	r->n_tokens =
		p->holes.n ? lex_all(r->sql, &r->tree, (struct token **)&r->tokens) : p->n_tokens;
	if (!p->holes.n)
		r->tokens = p->tokens;
	r->cursor = 0;
}

/* The last hole that begins before byte AT of r->sql moves on to its next alternative; those
 * behind it start again. False when there is none left. */
static bool
next_choice(struct patcher *p, uint32_t at)
{
	for (uint32_t i = p->holes.n; i > 0; i--) {
		const struct patch *put = &p->r->layer.patches[i - 1];

		if (put->at > at || !p->holes.v[i - 1].choice[1])
			continue;
		p->holes.v[i - 1].choice++;
		return true;
	}
	return false;
}

static struct parsed
try_choices(struct patcher *p, const struct layer *outer, uint32_t base)
{
	struct parsed x;

	for (int tries = 0;; tries++) {
		apply(p, outer, base);
		x = parse_statement(p->r, p->r->sql);
		if (x.node || tries == MAX_TRIES || !next_choice(p, x.error_at))
			return x;
	}
}

struct parsed
placeholder_parse(struct reader *r, struct str text, const struct layer *outer, uint32_t base)
{
	struct patcher p = {.r = r, .text = text};
	struct parsed x = {0}, again;
	uint32_t certain;

	p.n_tokens = lex_all(text, &r->tree, &p.tokens);
	apply(&p, outer, base);
	x.refused = parse_refuse(r, text, p.tokens, p.n_tokens);
	if (x.refused != BLIND_NONE || !p.n_tokens)
		return x;
	find_holes(&p, false);
	certain = p.holes.n;
	x = try_choices(&p, outer, base);
	if (x.node || !r->input->placeholders)
		return x;
	find_holes(&p, true);
	if (p.holes.n == certain)
		return x;
	again = try_choices(&p, outer, base);
	return again.node ? again : x;
}
