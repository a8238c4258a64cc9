/* Tokens, values and scopes, as all readers use them. */
#include "host/reader_p.h"

#include "base/fatal.h"

void
reader_init(struct reader *r, const struct lexer_language *language, struct unit *u,
	const struct host_options *options, struct arena *scratch, struct str bytes)
{
	*r = (struct reader){.u = u, .scratch = scratch, .names = {.arena = scratch}};
	lexer_init(&r->lexer, language, u, options, scratch, bytes);
	reader_open(r, 0, false, false);
}

const struct token *
reader_peek(struct reader *r, uint32_t k)
{
	static const struct token end = {.kind = TOKEN_END};

	return r->failed ? &end : lexer_token(&r->lexer, r->i + k);
}

const struct token *
reader_token(struct reader *r)
{
	return reader_peek(r, 0);
}

void
reader_next(struct reader *r)
{
	if (!r->failed && lexer_token(&r->lexer, r->i)->kind != TOKEN_END)
		r->i++;
}

bool
reader_is(struct reader *r, uint32_t op)
{
	const struct token *t = reader_token(r);

	return t->kind == TOKEN_OPERATOR && t->op == op;
}

bool
reader_is_word(struct reader *r, uint8_t word)
{
	const struct token *t = reader_token(r);

	return t->kind == TOKEN_NAME && t->word == word;
}

bool
reader_is_newline(struct reader *r)
{
	uint8_t kind = reader_token(r)->kind;

	return kind == TOKEN_NEWLINE || kind == TOKEN_END;
}

void
reader_skip_newlines(struct reader *r)
{
	while (reader_token(r)->kind == TOKEN_NEWLINE)
		reader_next(r);
}

static bool
is_blank_at(const struct reader *r, uint32_t at)
{
	char c = at < r->lexer.bytes.n ? r->lexer.bytes.s[at] : '\n';

	return c == ' ' || c == '\t';
}

bool
reader_blank_before(struct reader *r)
{
	uint32_t at = reader_at(r);

	return at && is_blank_at(r, at - 1);
}

bool
reader_blank_behind(struct reader *r)
{
	const struct token *t = reader_token(r);
	uint32_t end = t->at + t->length;
	char c = end < r->lexer.bytes.n ? r->lexer.bytes.s[end] : '\n';

	return c == '\n' || c == '\r' || is_blank_at(r, end);
}

bool
reader_take(struct reader *r, uint32_t op)
{
	bool is = reader_is(r, op);

	if (is)
		reader_next(r);
	return is;
}

bool
reader_take_word(struct reader *r, uint8_t word)
{
	bool is = reader_is_word(r, word);

	if (is)
		reader_next(r);
	return is;
}

void
reader_want(struct reader *r, uint32_t op, const char *why)
{
	if (!reader_take(r, op))
		reader_fail(r, why);
}

void
reader_fail(struct reader *r, const char *why)
{
	const struct token *t;

	if (r->failed)
		return;
	t = lexer_token(&r->lexer, r->i);
	r->where = t->at;
	r->why = t->kind == TOKEN_ERROR ? r->lexer.error : why;
	r->failed = true;
}

bool
reader_recover(struct reader *r, uint32_t to)
{
	struct span span = {.offset = r->where, .length = to > r->where ? to - r->where : 0};
	struct blind_spot *last = &r->u->blind_spots.v[r->last_error];
	uint32_t end = span.offset + span.length;

	if (r->last_error && !r->clean && end >= last->span.offset + last->span.length)
		last->span.length = end - last->span.offset;
	else
		r->last_error = unit_add_blind(r->u, BLIND_HOST_SYNTAX, span, "%s", r->why);
	if (++r->errors == READER_MOST_ERRORS) {
		span.length = (uint32_t)r->lexer.bytes.n - span.offset;
		unit_add_blind(r->u, BLIND_HOST_SYNTAX, span,
			"%d errors; the rest of the file is not read", READER_MOST_ERRORS);
	}
	r->failed = r->clean = false;
	return r->errors < READER_MOST_ERRORS;
}

void
reader_recover_line(struct reader *r)
{
	size_t end = str_chr(r->lexer.bytes, '\n', r->where);

	end = end == SIZE_MAX ? r->lexer.bytes.n : end;
	if (!reader_recover(r, (uint32_t)end))
		lexer_resume(&r->lexer, r->i, (uint32_t)r->lexer.bytes.n);
	while (r->i > 0 && r->lexer.tokens.v[r->i - 1].at > end)
		r->i--;
	while (reader_token(r)->at < end && reader_token(r)->kind != TOKEN_END)
		reader_next(r);
}

bool
reader_enter(struct reader *r)
{
	if (r->depth >= READER_DEPTH)
		reader_fail(r, "nested too deeply");
	r->depth++;
	return !r->failed;
}

uint32_t
reader_end(struct reader *r)
{
	const struct token *t = r->i ? &r->lexer.tokens.v[r->i - 1] : NULL;

	return t ? t->at + t->length : 0;
}

uint32_t
reader_at(struct reader *r)
{
	return lexer_token(&r->lexer, r->i)->at;
}

struct str
reader_text(struct reader *r)
{
	return lexer_text(&r->lexer, reader_token(r));
}

struct span
reader_span(struct reader *r, uint32_t from)
{
	uint32_t end = reader_end(r);

	return (struct span){.offset = from, .length = end > from ? end - from : 0};
}

uint32_t
reader_value(struct reader *r, enum value_kind kind, struct str text, uint32_t from)
{
	return unit_add_value(
		r->u, (struct value){.kind = kind, .text = text, .span = reader_span(r, from)});
}

uint32_t
reader_hole(struct reader *r, uint32_t from)
{
	struct span span = reader_span(r, from);
	struct str text = str_slice(r->lexer.bytes, span.offset, span.offset + span.length);

	return unit_add_value(r->u, (struct value){.kind = VALUE_HOLE, .text = text, .span = span});
}

uint32_t
reader_parent(struct reader *r, enum value_kind kind, struct str text, uint32_t from, uint32_t kid,
	uint32_t second)
{
	uint32_t mark = r->stack.n;

	reader_push(r, kid);
	if (second)
		reader_push(r, second);
	return reader_collect(r, kind, text, from, mark);
}

void
reader_push(struct reader *r, uint32_t value)
{
	vec_push(r->scratch, &r->stack, value);
}

uint32_t
reader_collect(
	struct reader *r, enum value_kind kind, struct str text, uint32_t from, uint32_t mark)
{
	struct value v = {.kind = kind, .text = text, .span = reader_span(r, from)};

	if (r->stack.n > mark)
		v.kids = unit_add_kids(r->u, r->stack.v + mark, r->stack.n - mark);
	r->stack.n = mark;
	return unit_add_value(r->u, v);
}

uint32_t
reader_number(struct reader *r)
{
	struct str text = reader_text(r);
	uint32_t from = reader_at(r);

	reader_next(r);
	if (str_chr(text, '_', 0) != SIZE_MAX) {
		struct buf b = {.arena = r->u->arena};

		for (size_t i = 0; i < text.n; i++)
			if (text.s[i] != '_')
				buf_addc(&b, text.s[i]);
		text = buf_str(&b);
	}
	return reader_value(r, VALUE_NUMBER, text, from);
}

struct reader_state
reader_save(const struct reader *r)
{
	return (struct reader_state){r->u->values.n, r->u->kids.n, r->u->pieces.n, r->u->symbols.n};
}

bool
reader_worth(const struct reader *r, struct reader_state s)
{
	if (r->u->symbols.n > s.symbols)
		return true;
	for (uint32_t i = s.values; i < r->u->values.n; i++) {
		enum value_kind kind = r->u->values.v[i].kind;

		if (kind == VALUE_STRING || kind == VALUE_CALL || kind == VALUE_FUNCTION ||
			kind == VALUE_RETURN)
			return true;
	}
	return false;
}

void
reader_take_back(struct reader *r, struct reader_state s)
{
	r->u->values.n = s.values;
	r->u->kids.n = s.kids;
	r->u->pieces.n = s.pieces;
	if (r->u->symbols.n == s.symbols)
		return;
	r->u->symbols.n = s.symbols;
	for (uint32_t i = 1; i < r->blocks.n; i++) {
		uint32_t *pending = &r->blocks.v[i].pending;

		while (*pending && r->pending.v[*pending - 1].symbol >= s.symbols)
			*pending = r->pending.v[*pending - 1].next;
	}
}

void
reader_open(struct reader *r, uint32_t from, bool branch, bool function)
{
	vec_push(r->scratch, &r->blocks,
		(struct reader_block){
			.first = r->open.n, .from = from, .branch = branch, .function = function});
}

/* After an error a block may end before the place at which it was to begin. */
static void
close_symbol(struct symbol *s, uint32_t to)
{
	s->to = to > s->from ? to : s->from;
}

/* The symbols of the innermost block get their end; a name that it hid is seen again. */
void
reader_close(struct reader *r, uint32_t to)
{
	uint32_t block = reader_block(r);

	for (uint32_t i = r->blocks.v[block].pending; i; i = r->pending.v[i - 1].next)
		close_symbol(&r->u->symbols.v[r->pending.v[i - 1].symbol], to);
	while (r->open.n > r->blocks.v[block].first) {
		const struct reader_name *n = vec_last(&r->open);

		map_put(&r->names, n->name)->num = n->hidden;
		r->open.n--;
	}
	r->blocks.n--;
}

/* Notes that the symbol's scope ends with BLOCK. */
static void
pend(struct reader *r, uint32_t symbol, uint32_t block)
{
	if (block == 0) {
		r->u->symbols.v[symbol].to = UINT32_MAX;
		return;
	}
	vec_push(r->scratch, &r->pending,
		(struct reader_pending){.symbol = symbol, .next = r->blocks.v[block].pending});
	r->blocks.v[block].pending = r->pending.n;
}

static uint32_t
add_symbol(struct reader *r, struct symbol s, uint32_t block)
{
	vec_push(r->u->arena, &r->u->symbols, s);
	pend(r, r->u->symbols.n - 1, block);
	return r->u->symbols.n - 1;
}

uint32_t
reader_declare(struct reader *r, struct symbol s, uint32_t block, uint32_t from)
{
	union map_value *hidden = map_put(&r->names, s.name);
	struct reader_name n = {.name = s.name, .block = block, .hidden = (uint32_t)hidden->num};

	s.from = block == 0 ? 0 : from;
	n.symbol = add_symbol(r, s, block);
	if (block == reader_block(r)) {
		vec_push(r->scratch, &r->open, n);
		hidden->num = r->open.n;
	}
	return n.symbol;
}

uint32_t
reader_symbol(struct reader *r, struct symbol s, uint32_t block)
{
	s.from = block == 0 ? 0 : r->blocks.v[block].from;
	return add_symbol(r, s, block);
}

const struct reader_name *
reader_find(struct reader *r, struct str name)
{
	union map_value *v = map_get(&r->names, name);

	return v && v->num ? &r->open.v[v->num - 1] : NULL;
}

uint32_t
reader_assign(struct reader *r, const struct reader_name *declared, struct symbol s)
{
	s.from = r->u->symbols.v[declared->symbol].from;
	s.branch = reader_in_branch(r, declared->block);
	return add_symbol(r, s, declared->block);
}

bool
reader_in_branch(const struct reader *r, uint32_t block)
{
	for (uint32_t i = block + 1; i < r->blocks.n; i++)
		if (r->blocks.v[i].branch || r->blocks.v[i].function)
			return true;
	return false;
}
