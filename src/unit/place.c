/* Lines and columns for the spans of a unit, and its citable source lines: what needs the bytes that
 * it was made from.
 *
 * Verbatim pieces are cut at line ends on the way, so that a place inside a placed piece has a line
 * and a column without the text (pieces_span()). */
#include "unit/unit.h"

#include "base/lines.h"
#include "unit/shape.h"

/* A longer line is cut in citations. */
#define CITED_BYTES 400

struct placing {
	struct unit *u;
	struct str bytes;
	struct lines lines;
	uint32_t near; /* the line found last; most look-ups are on it or close to it */
	bool *cited;   /* by line */
};

static uint32_t
line_of(struct placing *p, uint32_t offset)
{
	const uint32_t *starts = p->lines.starts;

	if (starts[p->near - 1] > offset || (p->near < p->lines.n && starts[p->near] <= offset))
		p->near = lines_at(&p->lines, offset);
	return p->near;
}

static void
place_span(struct placing *p, struct span *s)
{
	uint32_t end = s->offset + s->length;

	if (s->origin || s->line)
		return;
	s->line = line_of(p, s->offset);
	s->column = s->offset - p->lines.starts[s->line - 1] + 1;
	s->end_line = line_of(p, end);
	s->end_column = end - p->lines.starts[s->end_line - 1] + 1;
}

static void
cite(struct placing *p, const struct span *s, bool whole)
{
	uint32_t last = whole ? s->end_line : s->line;

	if (s->origin)
		return;
	for (uint32_t line = s->line; line <= last && line <= p->lines.n; line++)
		p->cited[line] = true;
}

static void
place_name(struct placing *p, struct name *n)
{
	if (n->name.n || n->schema.n)
		place_span(p, &n->span);
}

/* Which of a cited element's lines are kept: all where a statement may turn out to stand on any of
 * them once other files are known. */
static void
cite_value(struct placing *p, const struct value *v)
{
	if (v->kind == VALUE_STRING)
		cite(p, &v->span, true);
	else if (v->kind == VALUE_CALL || v->kind == VALUE_CLASS || v->kind == VALUE_ASSIGNMENT ||
		 v->kind == VALUE_ARGUMENT)
		cite(p, &v->span, false);
}

static void
cite_element(struct placing *p, enum unit_table table, const void *element, const struct span *s)
{
	const struct fragment *f = element;

	if (table == TABLE_VALUES)
		cite_value(p, element);
	else
		cite(p, s, table == TABLE_FRAGMENTS && f->state == FRAGMENT_OPEN);
}

static void
place_element(struct placing *p, enum unit_table table, char *element)
{
	const struct shape *shape = &unit_shapes[table];

	for (const struct field *f = shape->fields; f->name; f++) {
		struct span *span = NULL;

		if (f->type == FIELD_NAME) {
			struct name *name = (struct name *)(element + f->offset);

			place_name(p, name);
			span = name->span.line ? &name->span : NULL;
		} else if (f->type == FIELD_SPAN) {
			span = (struct span *)(element + f->offset);
			place_span(p, span);
		}
		if (span && shape->cited)
			cite_element(p, table, element, span);
	}
}

/* Appends piece X of TEXT, cut behind every line end when it is verbatim. */
static void
split_piece(struct unit *u, struct unit *into, struct str text, struct piece x)
{
	struct str rest = str_slice(text, x.at, (size_t)x.at + x.length);
	size_t end;

	while (x.kind == PIECE_VERBATIM && !x.source.line &&
		(end = str_chr(rest, '\n', 0)) != SIZE_MAX && end + 1 < rest.n) {
		struct piece line = x;
		uint32_t n = (uint32_t)end + 1;

		line.length = line.source.length = n;
		vec_push(u->arena, &into->pieces, line);
		x.at += n;
		x.length -= n;
		x.source.offset += n;
		x.source.length -= n;
		rest = str_slice(rest, n, rest.n);
	}
	vec_push(u->arena, &into->pieces, x);
}

static void
split_pieces(struct unit *u)
{
	struct unit split = {.arena = u->arena};

	vec_add(u->arena, &split.pieces);
	for (uint32_t i = 1; i < u->values.n; i++) {
		struct value *v = &u->values.v[i];
		uint32_t first = split.pieces.n;

		for (uint32_t k = 0; k < v->pieces.count; k++)
			split_piece(u, &split, v->text, u->pieces.v[v->pieces.first + k]);
		v->pieces = (struct range){first, split.pieces.n - first};
	}
	u->pieces.v = split.pieces.v;
	u->pieces.n = split.pieces.n;
	u->pieces.cap = split.pieces.cap;
}

static void
keep_lines(struct placing *p)
{
	for (uint32_t line = 1; line <= p->lines.n; line++) {
		struct source_line *l;

		if (!p->cited[line])
			continue;
		l = vec_add(p->u->arena, &p->u->lines);
		l->line = line;
		l->text = str_slice(lines_text(&p->lines, line), 0, CITED_BYTES);
	}
}

void
unit_place(struct unit *u, struct str bytes)
{
	struct arena scratch = {0};
	struct placing p = {.u = u, .bytes = bytes, .near = 1};

	p.lines = lines_index(&scratch, bytes);
	p.cited = arena_array(&scratch, bool, (size_t)p.lines.n + 1);
	split_pieces(u);
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		for (uint32_t i = 1; i < unit_table(u, t)->n; i++)
			place_element(&p, t, unit_element(u, t, i));
	keep_lines(&p);
	arena_free(&scratch);
}
