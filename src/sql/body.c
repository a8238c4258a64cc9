/* Bodies of routines and of DO.
 *
 * A body in SQL is statements. PL/pgSQL is read as its own parser does: keywords drive, and behind
 * them stands an SQL construct up to a terminator. Blocks nest on a stack; an IF, a loop or a CASE
 * around a statement is its guard. A guard that only looks at the catalog (IF NOT EXISTS (SELECT …
 * FROM pg_class …)) keeps DDL from failing: what is under it happens where it can. A guard on
 * anything else makes a maybe. */
#include "base/arena.h"
#include "body_p.h"

/* Names in conditions that look at the catalog, and those that look at roles or settings. */
static bool
looks_at_catalog(struct str text, const struct token *t)
{
	static const char *const not_objects[] = {"pg_roles", "pg_user", "pg_authid", "pg_settings",
		"pg_database", "pg_has_role", "pg_stat_activity", "pg_auth_members", NULL};
	static const char *const others[] = {
		"information_schema", "to_regclass", "to_regtype", "to_regproc", "regclass", NULL};

	if (lex_is_word_of(text, t, not_objects))
		return false;
	return lex_is_word_of(text, t, others) ||
	       (t->kind == TOKEN_WORD && t->length > 3 &&
		       str_eq_nocase(str_slice(text, t->at, t->at + 3), STR("pg_")));
}

static struct str
source_text(const struct body *b, uint32_t from, uint32_t to)
{
	if (from >= to)
		return (struct str){0};
	return str_slice(
		b->text, b->tokens[from].at, b->tokens[to - 1].at + b->tokens[to - 1].length);
}

/* "IF v > 1" on one line, cut at 80 bytes. */
static struct str
guard_text(const struct body *b, const char *word, uint32_t from, uint32_t to)
{
	struct buf out = {.arena = b->r.u->arena};

	buf_add(&out, str_from(word));
	for (uint32_t i = from; i < to && out.n < 80; i++)
		buf_addf(&out, " %.*s", STR_ARG(lex_text(b->text, &b->tokens[i])));
	return buf_str(&out);
}

static struct guard
guard_of(const struct body *b, const char *word, uint32_t from, uint32_t to)
{
	struct guard g = {.applicable = true};

	for (uint32_t i = from; i < to; i++)
		if (looks_at_catalog(b->text, &b->tokens[i]))
			return g;
	return (struct guard){.maybe = true, .text = guard_text(b, word, from, to)};
}

/* One more guard; a maybe around it stays. */
static void
push(struct body *b, enum frame_kind kind, struct guard g)
{
	struct frame *f = vec_add(b->r.scratch, &b->frames);

	f->kind = kind;
	f->outer = b->r.guard;
	f->first_statement = b->r.u->statements.n;
	if (b->r.guard.maybe)
		return;
	if (g.maybe || g.applicable)
		b->r.guard = g;
}

/* The branch or the block ends. */
static void
pop(struct body *b)
{
	if (!b->frames.n)
		return;
	b->r.guard = vec_last(&b->frames)->outer;
	b->frames.n--;
}

static bool
is_word(const struct body *b, uint32_t i, const char *word)
{
	return i < b->n_tokens && lex_is_word(b->text, &b->tokens[i], word);
}

static bool
is_char(const struct body *b, uint32_t i, char c)
{
	return i < b->n_tokens && b->tokens[i].kind == TOKEN_PUNCTUATION &&
	       lex_is_char(b->text, &b->tokens[i], c);
}

/* The token at or behind FROM, outside of parentheses, that is one of the words or ';'. CASE … END
 * inside an expression is passed over. */
static uint32_t
find_end(const struct body *b, uint32_t from, const char *const *words)
{
	uint32_t depth = 0, cases = 0;

	for (uint32_t i = from; i < b->n_tokens; i++) {
		const struct token *t = &b->tokens[i];

		if (is_char(b, i, '(') || is_char(b, i, '['))
			depth++;
		else if ((is_char(b, i, ')') || is_char(b, i, ']')) && depth)
			depth--;
		else if (is_char(b, i, ';'))
			return i;
		else if (depth)
			continue;
		else if (cases && is_word(b, i, "end"))
			cases--;
		else if (!cases && words && lex_is_word_of(b->text, t, words))
			return i;
		else if (is_word(b, i, "case"))
			cases++;
	}
	return b->n_tokens;
}

static bool
has_query(const struct body *b, uint32_t from, uint32_t to)
{
	static const char *const words[] = {"select", "insert", "update", "delete", NULL};

	for (uint32_t i = from; i < to; i++)
		if (lex_is_word_of(b->text, &b->tokens[i], words))
			return true;
	return false;
}

/* Is the token the first of a query that gives rows? */
static bool
begins_query(const struct body *b, uint32_t at)
{
	return has_query(b, at, at + 1) || is_word(b, at, "with") || is_word(b, at, "values");
}

/* Reads tokens FROM .. TO as a statement, with PREFIX in front of it ("SELECT " for expressions). */
static void
read_sql(struct body *b, const char *prefix, uint32_t from, uint32_t to)
{
	struct str put = str_from(prefix), text = source_text(b, from, to);
	struct patch *patch = arena_new(b->r.scratch, struct patch);
	struct layer *layer = arena_new(b->r.scratch, struct layer);
	struct buf sql = {.arena = b->r.scratch};

	if (!text.n)
		return;
	*patch = (struct patch){.length = (uint32_t)put.n};
	*layer = (struct layer){
		.outer = b->layer, .patches = patch, .n_patches = 1, .base = b->tokens[from].at};
	buf_add(&sql, put);
	buf_add(&sql, text);
	reader_statement(&b->r, buf_str(&sql), layer, 0);
}

/* An expression matters where it holds a query. */
static void
read_expression(struct body *b, uint32_t from, uint32_t to)
{
	if (has_query(b, from, to))
		read_sql(b, "SELECT ", from, to);
}

/* INTO [STRICT] target, target: PL/pgSQL's own; blanked out of the statement. INSERT INTO and
 * MERGE INTO are SQL's. */
static struct str
without_into(struct body *b, uint32_t from, uint32_t to)
{
	struct str text = source_text(b, from, to);
	char *copy;
	uint32_t i = from, depth = 0, end;

	for (; i < to; i++) {
		if (is_char(b, i, '('))
			depth++;
		else if (is_char(b, i, ')') && depth)
			depth--;
		else if (!depth && i > from && is_word(b, i, "into") &&
			 !is_word(b, i - 1, "insert") && !is_word(b, i - 1, "merge"))
			break;
	}
	if (i >= to)
		return text;
	end = i + 1 + is_word(b, i + 1, "strict");
	for (end++;
		end < to && (is_char(b, end, ',') || is_char(b, end, '.') || is_char(b, end, '['));
		end += 2)
		while (is_char(b, end, '[') && end + 2 < to && !is_char(b, end + 1, ']'))
			end++;
	copy = str_cstr(b->r.scratch, text);
	for (uint32_t k = i; k < end && k < to; k++)
		for (uint32_t c = 0; c < b->tokens[k].length; c++)
			copy[b->tokens[k].at - b->tokens[from].at + c] = ' ';
	return (struct str){copy, text.n};
}

static void
read_statement(struct body *b, uint32_t from, uint32_t to)
{
	struct str text;

	if (from >= to)
		return;
	text = without_into(b, from, to);
	reader_statement(&b->r, text, b->layer, b->tokens[from].at);
}

/* PERFORM query: SELECT of the same length. */
static void
read_perform(struct body *b, uint32_t from, uint32_t to)
{
	read_sql(b, "SELECT ", from + 1, to);
}

static uint32_t
read_declarations(struct body *b, uint32_t i)
{
	static const char *const values[] = {"default", "for", NULL};

	while (i < b->n_tokens && !is_word(b, i, "begin")) {
		uint32_t end = find_end(b, i, NULL), at = i;

		struct variable *v = NULL;

		if (lex_is_name(&b->tokens[i]))
			v = body_declare(b, lex_identifier(b->text, &b->tokens[i], b->r.scratch));
		while (at < end && !lex_is_word_of(b->text, &b->tokens[at], values) &&
			!str_is(lex_text(b->text, &b->tokens[at]), ":="))
			at++;
		if (is_word(b, at, "for"))
			read_statement(b, at + 1, end);
		else
			read_expression(b, at + 1, end);
		if (v && at + 1 < end && !is_word(b, at, "for")) {
			v->from = at + 1;
			v->to = end;
		}
		i = end + 1;
	}
	return i;
}

static uint32_t
read_if(struct body *b, uint32_t i, bool first)
{
	static const char *const then[] = {"then", NULL};
	uint32_t end = find_end(b, i + 1, then);

	if (!first)
		pop(b);
	read_expression(b, i + 1, end);
	push(b, FRAME_IF, guard_of(b, "IF", i + 1, end));
	return end + 1;
}

static uint32_t
read_else(struct body *b, uint32_t i)
{
	enum frame_kind kind = b->frames.n ? vec_last(&b->frames)->kind : FRAME_IF;
	struct guard g = b->r.guard;

	pop(b);
	/* What the catalog says decides the other half, too. */
	push(b, kind, g.applicable ? g : (struct guard){.maybe = true, .text = STR("ELSE")});
	return i + 1;
}

static uint32_t
read_case(struct body *b, uint32_t i)
{
	static const char *const when[] = {"when", NULL};
	uint32_t end = find_end(b, i + 1, when);

	read_expression(b, i + 1, end);
	push(b, FRAME_CASE, (struct guard){.maybe = true, .text = STR("CASE")});
	return end;
}

static uint32_t
read_when(struct body *b, uint32_t i)
{
	static const char *const then[] = {"then", NULL};
	uint32_t end = find_end(b, i + 1, then);
	enum frame_kind kind = b->frames.n ? vec_last(&b->frames)->kind : FRAME_CASE;

	pop(b);
	if (kind == FRAME_CASE)
		read_expression(b, i + 1, end);
	push(b, kind, (struct guard){.maybe = true, .text = guard_text(b, "WHEN", i + 1, end)});
	return end + 1;
}

/* WHILE condition LOOP, FOR … IN … LOOP, FOREACH … LOOP, LOOP. */
static uint32_t
read_loop(struct body *b, uint32_t i)
{
	static const char *const loop[] = {"loop", NULL}, *const in[] = {"in", "loop", NULL};
	uint32_t end = is_word(b, i, "loop") ? i : find_end(b, i, loop), from = find_end(b, i, in);
	struct loop *l;

	if (is_word(b, i, "for"))
		for (uint32_t k = i + 1; k < from; k++)
			if (lex_is_name(&b->tokens[k]))
				body_declare(
					b, lex_identifier(b->text, &b->tokens[k], b->r.scratch));
	l = is_word(b, i, "for") || is_word(b, i, "foreach") ? body_loop(b, i, end) : NULL;
	if (l) {
		push(b, FRAME_LOOP, (struct guard){0});
		vec_last(&b->frames)->loop = l;
		return end + 1;
	}
	if (is_word(b, i, "for") && is_word(b, from + 1, "execute"))
		body_execute(b, from + 2, end);
	else if (is_word(b, i, "for") && from + 1 < end && begins_query(b, from + 1))
		read_statement(b, from + 1, end);
	else if (!is_word(b, i, "loop"))
		read_expression(b, i + 1, end);
	push(b, FRAME_LOOP,
		(struct guard){.maybe = true, .text = guard_text(b, "in a loop:", i, end)});
	return end + 1;
}

/* A handler that catches "already there" or "not there" makes the block's DDL one that happens
 * where it can; so does one that catches everything. */
static uint32_t
read_exception(struct body *b, uint32_t i)
{
	const struct frame *f = b->frames.n ? vec_last(&b->frames) : NULL;

	for (uint32_t k = f ? f->first_statement : UINT32_MAX; k < b->r.u->statements.n; k++) {
		struct statement *s = &b->r.u->statements.v[k];

		if (s->event)
			body_applicable(&b->r, &b->r.u->events.v[s->event]);
	}
	return i + 1;
}

static uint32_t
read_end(struct body *b, uint32_t i)
{
	struct loop *l = b->frames.n ? vec_last(&b->frames)->loop : NULL;

	if (l && body_loop_again(l))
		return l->start;
	pop(b);
	return find_end(b, i, NULL) + 1;
}

/* IF … THEN RETURN in a DO: what stands behind the IF runs only where its condition does not hold. */
static void
guard_rest(struct body *b)
{
	const struct unit *u = b->r.u;
	const struct statement *parent = &u->statements.v[u->fragments.v[b->r.fragment].parent];
	struct guard g = b->r.guard;

	if (parent->event || !b->frames.n || vec_last(&b->frames)->kind != FRAME_IF)
		return;
	if (g.maybe)
		g.text = STR("behind a RETURN");
	for (uint32_t k = 0; k < b->frames.n; k++) {
		struct guard *outer = &b->frames.v[k].outer;

		if (!outer->maybe && (g.maybe || g.applicable))
			*outer = g;
	}
}

static uint32_t
read_return(struct body *b, uint32_t i)
{
	uint32_t end = find_end(b, i, NULL);

	guard_rest(b);
	if (!is_word(b, i + 1, "query"))
		read_expression(b, i + 1, end);
	else if (is_word(b, i + 2, "execute"))
		body_execute(b, i + 3, end);
	else
		read_statement(b, i + 2, end);
	return end + 1;
}

static uint32_t
read_open(struct body *b, uint32_t i)
{
	static const char *const words[] = {"for", NULL};
	uint32_t at = find_end(b, i, words), end = find_end(b, i, NULL);

	if (is_word(b, at + 1, "execute"))
		body_execute(b, at + 2, end);
	else if (is_word(b, at, "for"))
		read_statement(b, at + 1, end);
	return end + 1;
}

static uint32_t
read_execute(struct body *b, uint32_t i)
{
	uint32_t end = find_end(b, i, NULL);

	body_execute(b, i + 1, end);
	return end + 1;
}

/* RAISE, EXIT WHEN, ASSERT, GET DIAGNOSTICS …: only an expression may use a relation. */
static uint32_t
skip_statement(struct body *b, uint32_t i)
{
	uint32_t end = find_end(b, i, NULL);

	read_expression(b, i + 1, end);
	return end + 1;
}

/* target := expression; the target may have fields and subscripts. */
static uint32_t
assignment(const struct body *b, uint32_t i)
{
	uint32_t depth = 0;

	for (uint32_t k = i + 1; k < b->n_tokens && !is_char(b, k, ';'); k++) {
		struct str text = lex_text(b->text, &b->tokens[k]);

		if (is_char(b, k, '['))
			depth++;
		else if (is_char(b, k, ']') && depth)
			depth--;
		else if (depth)
			continue;
		else if (str_is(text, ":=") || str_is(text, "="))
			return k;
		else if (!is_char(b, k, '.') && !is_char(b, k - 1, '.'))
			return 0;
	}
	return 0;
}

static uint32_t
read_other(struct body *b, uint32_t i)
{
	uint32_t at = lex_is_name(&b->tokens[i]) ? assignment(b, i) : 0, end = find_end(b, i, NULL);

	if (at)
		read_expression(b, at + 1, end);
	else
		read_statement(b, i, end);
	return end + 1;
}

static uint32_t
read_begin(struct body *b, uint32_t i)
{
	push(b, FRAME_BLOCK, (struct guard){0});
	return i + 1;
}

static uint32_t
read_first_if(struct body *b, uint32_t i)
{
	return read_if(b, i, true);
}

static uint32_t
read_elsif(struct body *b, uint32_t i)
{
	return read_if(b, i, false);
}

static uint32_t
read_declare(struct body *b, uint32_t i)
{
	return read_declarations(b, i + 1);
}

static uint32_t
read_performed(struct body *b, uint32_t i)
{
	uint32_t end = find_end(b, i, NULL);

	read_perform(b, i, end);
	return end + 1;
}

static const struct {
	const char *word;
	uint32_t (*read)(struct body *b, uint32_t i); /* returns where to go on */
} body_rows[] = {
	{"declare", read_declare},
	{"begin", read_begin},
	{"exception", read_exception},
	{"end", read_end},
	{"if", read_first_if},
	{"elsif", read_elsif},
	{"elseif", read_elsif},
	{"else", read_else},
	{"case", read_case},
	{"when", read_when},
	{"loop", read_loop},
	{"while", read_loop},
	{"for", read_loop},
	{"foreach", read_loop},
	{"perform", read_performed},
	{"return", read_return},
	{"execute", read_execute},
	{"open", read_open},
	{"raise", skip_statement},
	{"null", skip_statement},
	{"exit", skip_statement},
	{"continue", skip_statement},
	{"get", skip_statement},
	{"fetch", skip_statement},
	{"move", skip_statement},
	{"close", skip_statement},
	{"assert", skip_statement},
};

static uint32_t
read_one(struct body *b, uint32_t i)
{
	if (is_char(b, i, ';') || b->tokens[i].kind == TOKEN_OPERATOR)
		return i + 1;
	/* <<label>> */
	if (i && str_is(lex_text(b->text, &b->tokens[i - 1]), "<<"))
		return i + 2;
	for (size_t k = 0; k < sizeof body_rows / sizeof *body_rows; k++)
		if (is_word(b, i, body_rows[k].word) && !assignment(b, i))
			return body_rows[k].read(b, i);
	return read_other(b, i);
}

static void
run_plpgsql(struct body *b)
{
	body_find_assignments(b);
	for (uint32_t i = 0; i < b->n_tokens;)
		i = read_one(b, i);
}

/* The routine's parameters, and what a trigger knows. */
static void
declare(struct body *b, PgQuery__Node **params, size_t n)
{
	static const char *const known[] = {"new", "old", "found", "tg_op", "tg_table_name",
		"tg_table_schema", "tg_argv", "tg_nargs", "tg_when", "tg_level", "tg_name",
		"tg_relid", "sqlstate", "sqlerrm"};

	for (size_t i = 0; i < sizeof known / sizeof *known; i++)
		body_declare(b, str_from(known[i]));
	for (size_t i = 0; i < n; i++)
		if (params[i]->node_case == PG_QUERY__NODE__NODE_FUNCTION_PARAMETER &&
			*params[i]->function_parameter->name)
			body_declare(b, str_dup(b->r.scratch,
						str_from(params[i]->function_parameter->name)));
}

/* The content of a string token without its escapes, and the way back. */
static struct str
unquote(struct reader *r, uint32_t token, struct layer *layer)
{
	uint32_t from, to;
	VEC(struct patch) patches = {0};
	struct buf b = {.arena = r->scratch};

	lex_content(r->sql, &r->tokens[token], &from, &to);
	*layer = (struct layer){.outer = &r->layer, .base = from};
	if (r->tokens[token].kind == TOKEN_DOLLAR)
		return str_dup(r->scratch, str_slice(r->sql, from, to));
	for (uint32_t i = from; i < to; i++) {
		buf_addc(&b, r->sql.s[i]);
		if (r->sql.s[i] != '\'' || i + 1 >= to || r->sql.s[i + 1] != '\'')
			continue;
		vec_push(r->scratch, &patches, (struct patch){(uint32_t)b.n - 1, 1, i - from, 2});
		i++;
	}
	layer->patches = patches.v;
	layer->n_patches = patches.n;
	return buf_str(&b);
}

static enum fragment_state
body_state(const struct reader *r)
{
	if (!r->failed)
		return FRAGMENT_PARSED;
	return r->parsed ? FRAGMENT_PARTLY : FRAGMENT_FAILED;
}

struct range
body_read(struct reader *r, uint32_t token, bool plpgsql, PgQuery__Node **params, size_t n_params)
{
	struct range made = {r->u->fragments.n, 1};
	struct layer layer;
	struct body b = {.text = unquote(r, token, &layer), .layer = &layer};

	if (r->depth == BODY_DEPTH) {
		unit_add_blind(r->u, BLIND_TOO_DEEP, place_token(r, token), "bodies in bodies");
		return (struct range){0};
	}
	vec_push(r->u->arena, &r->u->fragments,
		(struct fragment){.sink = SINK_BODY,
			.parent = r->u->statements.n - 1,
			.span = place_token(r, token)});
	b.r = (struct reader){.u = r->u,
		.input = r->input,
		.scratch = r->scratch,
		.fragment = made.first,
		.depth = r->depth + 1,
		.vars = &b.vars,
		.guard = r->guard};
	b.vars.arena = r->scratch;
	declare(&b, params, n_params);
	if (plpgsql) {
		b.n_tokens = lex_all(b.text, r->scratch, (struct token **)&b.tokens);
		run_plpgsql(&b);
	} else {
		reader_run(&b.r, b.text, &layer);
	}
	r->u->fragments.v[made.first].state = body_state(&b.r);
	r->named += b.r.named;
	arena_free(&b.r.tree);
	return made;
}

struct range
body_row_columns(struct reader *r, uint32_t token)
{
	struct layer layer;
	struct str text = unquote(r, token, &layer);
	struct token *t;
	uint32_t n = lex_all(text, r->scratch, &t);
	struct reader at = *r;
	struct range made = {r->u->words.n, 0};

	at.sql = text;
	at.layer = layer;
	at.tokens = t;
	at.n_tokens = n;
	for (uint32_t i = 0; i + 2 < n; i++) {
		bool row = lex_is_word(text, &t[i], "new") || lex_is_word(text, &t[i], "old");

		if (!row || !lex_is_char(text, &t[i + 1], '.') || !lex_is_name(&t[i + 2]) ||
			(i && lex_is_char(text, &t[i - 1], '.')))
			continue;
		vec_push(r->u->arena, &r->u->words,
			(struct word){lex_identifier(text, &t[i + 2], r->u->arena),
				place_token(&at, i + 2)});
		made.count++;
	}
	return made;
}
