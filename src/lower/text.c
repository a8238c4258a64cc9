/* SQL that a framework puts together: a concatenation whose parts keep their places. */
#include "lower/lower_p.h"

void
lower_text_begin(struct lower *l, uint32_t value)
{
	l->text_at = value;
	l->text.n = 0;
}

/* WORDS as a STRING that stands at SPAN. */
static void
add_words(struct lower *l, struct str words, struct span span)
{
	struct value v = {.kind = VALUE_STRING, .text = words, .span = span};

	if (!words.n)
		return;
	v.pieces = (struct range){l->out->pieces.n, 1};
	vec_push(l->out->arena, &l->out->pieces,
		(struct piece){
			.kind = PIECE_ESCAPE, .length = (uint32_t)words.n, .source = v.span});
	vec_push(l->a, &l->text, unit_add_value(l->out, v));
}

void
lower_text_str(struct lower *l, struct str words)
{
	add_words(l, words, lower_span(l, l->text_at));
}

void
lower_text_add(struct lower *l, const char *words)
{
	lower_text_str(l, str_from(words));
}

void
lower_text_at(struct lower *l, struct str words, uint32_t value)
{
	add_words(l, words, lower_span(l, value ? value : l->text_at));
}

static struct str
doubled(struct lower *l, struct str text, char quote)
{
	struct buf b = {.arena = l->a};

	buf_add(&b, (struct str){&quote, 1});
	for (size_t i = 0; i < text.n; i++) {
		if (text.s[i] == quote)
			buf_add(&b, (struct str){&quote, 1});
		buf_add(&b, str_slice(text, i, i + 1));
	}
	buf_add(&b, (struct str){&quote, 1});
	return buf_str(&b);
}

void
lower_text_quoted(struct lower *l, struct str name)
{
	lower_text_str(l, doubled(l, name, '"'));
}

void
lower_text_literal(struct lower *l, struct str text)
{
	lower_text_str(l, doubled(l, text, '\''));
}

void
lower_text_name(struct lower *l, uint32_t value)
{
	const struct value *v = &l->u->values.v[value];

	if (v->kind == VALUE_STRING && str_chr(v->text, '"', 0) != SIZE_MAX) {
		lower_text_quoted(l, v->text);
		return;
	}
	lower_text_at(l, STR("\""), value);
	lower_text_value(l, value);
	lower_text_at(l, STR("\""), value);
}

void
lower_text_hole(struct lower *l, struct str name)
{
	vec_push(l->a, &l->text,
		unit_add_value(l->out, (struct value){.kind = VALUE_HOLE,
					       .text = name.n ? name : STR("computed"),
					       .span = lower_span(l, l->text_at)}));
}

/* The part of a piece that is in bytes FROM up to TO of its text, at its new place. */
static struct piece
cut(struct piece p, size_t from, size_t to)
{
	size_t begin = p.at < from ? from : p.at;
	size_t end = p.at + p.length > to ? to : p.at + p.length;
	uint32_t skipped = (uint32_t)(begin - p.at);

	if (p.kind == PIECE_VERBATIM) {
		p.source.offset += skipped;
		p.source.length = (uint32_t)(end - begin);
		p.source.column += p.source.line ? skipped : 0;
		p.source.end_line = p.source.line;
		p.source.end_column = p.source.column + p.source.length;
	}
	p.at = (uint32_t)(begin - from);
	p.length = (uint32_t)(end - begin);
	return p;
}

void
lower_text_slice(struct lower *l, uint32_t value, size_t from, size_t to)
{
	struct value v = l->u->values.v[value];
	struct range pieces = v.pieces;

	if (from >= to)
		return;
	v.text = str_slice(v.text, from, to);
	v.span = lower_span(l, value);
	v.pieces = (struct range){l->out->pieces.n, 0};
	for (uint32_t i = 0; i < pieces.count; i++) {
		struct piece p = l->u->pieces.v[pieces.first + i];

		if (p.at >= to || p.at + p.length <= from)
			continue;
		p.source = lower_in_file(l, p.source);
		vec_push(l->out->arena, &l->out->pieces, cut(p, from, to));
		v.pieces.count++;
	}
	vec_push(l->a, &l->text, unit_add_value(l->out, v));
}

/* How deep the parts of a text may nest: the evaluator has made them flat. */
#define COPY_DEPTH 16

static uint32_t
copy(struct lower *l, uint32_t value, uint32_t depth)
{
	struct value v = l->u->values.v[value];
	uint32_t *kids = arena_array(l->a, uint32_t, v.kids.count + 1);
	struct range from = v.pieces;

	v.span = lower_span(l, value);
	v.pieces = (struct range){l->out->pieces.n, from.count};
	for (uint32_t i = 0; i < from.count; i++) {
		struct piece p = l->u->pieces.v[from.first + i];

		if (!p.source.origin)
			p.source.origin = l->file;
		vec_push(l->out->arena, &l->out->pieces, p);
	}
	if (depth == COPY_DEPTH)
		v.kids.count = 0;
	for (uint32_t i = 0; i < v.kids.count; i++)
		kids[i] = copy(l, l->u->kids.v[v.kids.first + i], depth + 1);
	v.kids = unit_add_kids(l->out, kids, v.kids.count);
	return unit_add_value(l->out, v);
}

/* What is no text stays in it as a hole of that name. */
static bool
is_text(enum value_kind kind)
{
	return kind == VALUE_STRING || kind == VALUE_NUMBER || kind == VALUE_HOLE ||
	       kind == VALUE_CONCATENATION || kind == VALUE_CONDITION || kind == VALUE_FORMAT ||
	       kind == VALUE_JOIN;
}

void
lower_text_value(struct lower *l, uint32_t value)
{
	const struct value *v = &l->u->values.v[value];

	if (v->kind == VALUE_NUMBER)
		lower_text_str(l, v->text);
	else if (is_text(v->kind))
		vec_push(l->a, &l->text, copy(l, value, 0));
	else
		vec_push(l->a, &l->text,
			unit_add_value(l->out,
				(struct value){.kind = VALUE_HOLE,
					.text = v->text.n ? v->text : STR("computed"),
					.span = lower_span(l, value ? value : l->text_at)}));
}

/* What of a table an ALTER with these subcommands reaches. */
static enum object_kind
reach_of(const struct unit *u, const struct event *e)
{
	enum object_kind reach = OBJECT_CONSTRAINT;

	if (e->kind != EVENT_ALTER || e->object_kind != OBJECT_TABLE || !e->subcommands.count)
		return e->object_kind;
	for (uint32_t i = 0; i < e->subcommands.count; i++)
		if (u->subcommands.v[e->subcommands.first + i].kind != SUB_ADD_CONSTRAINT &&
			u->subcommands.v[e->subcommands.first + i].kind != SUB_DROP_CONSTRAINT)
			reach = OBJECT_COLUMN;
	return reach;
}

/* DDL whose object has a hole in its name may have done that to any that the name fits. */
static void
doubt_event(struct lower *l, uint32_t event)
{
	struct event *e = &l->out->events.v[event];
	bool shapes = e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS ||
		      e->kind == EVENT_ALTER || e->kind == EVENT_DROP || e->kind == EVENT_RENAME ||
		      e->kind == EVENT_SET_SCHEMA;

	if (!e->object.pattern || !shapes)
		return;
	unit_add_blind(l->out, BLIND_DYNAMIC, lower_in_file(l, e->span),
		"the name of what this changes is not known");
	*e = (struct event){.kind = EVENT_HAVOC,
		.object_kind = reach_of(l->out, e),
		.object = e->object,
		.text = STR("the name of what it changes is not known"),
		.span = e->span};
}

void
lower_text_run(struct lower *l)
{
	struct unit *out = l->out;
	uint32_t first = out->statements.n, event = out->events.n, value;

	if (l->silent || !l->text.n)
		return;
	value = l->text.v[0];
	if (l->text.n > 1)
		value = unit_add_value(
			out, (struct value){.kind = VALUE_CONCATENATION,
				     .span = lower_span(l, l->text_at),
				     .kids = unit_add_kids(out, l->text.v, l->text.n)});
	l->text.n = 0;
	if (!l->sql) {
		lower_blind(l, l->text_at, "nothing reads SQL here");
		return;
	}
	l->sql->read(l->sql->self, out, value);
	for (; event < out->events.n; event++) {
		doubt_event(l, event);
		lower_own_event(l, event);
	}
	for (uint32_t i = first; l->guard.n && i < out->statements.n; i++) {
		struct statement *s = &out->statements.v[i];

		if (!s->maybe)
			s->guard = l->guard;
		s->maybe = true;
	}
	lower_run_statements(l, first, out->statements.n - first);
}

void
lower_run_value(struct lower *l, uint32_t value)
{
	lower_text_begin(l, value);
	lower_text_value(l, value);
	lower_text_run(l);
}
