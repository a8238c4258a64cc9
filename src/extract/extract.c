/* A blob → its unit. */
#include "extract/extract.h"

#include "extract/fragment_p.h"
#include "host/host.h"
#include "host/plain.h"
#include "sql/sql.h"

/* The text of a section as a tool will expand it, and from where its parts come. */
struct expansion {
	struct buf text;
	VEC(struct piece) pieces;
};

/* TEXT for bytes FROM .. TO of the file. */
static void
add_piece(struct expansion *e, enum piece_kind kind, struct str text, uint32_t from, uint32_t to)
{
	if (from == to)
		return;
	vec_push(e->text.arena, &e->pieces,
		(struct piece){.kind = kind,
			.at = (uint32_t)e->text.n,
			.length = (uint32_t)text.n,
			.source = {.offset = from, .length = to - from}});
	buf_add(&e->text, text);
}

/* No pieces when no template is in it. */
static void
expand_section(const struct plain_text *x, const struct plain_section *s, struct expansion *e)
{
	uint32_t at = s->from;

	for (uint32_t i = 0; i < x->n_holes; i++) {
		const struct plain_hole *h = &x->holes[i];
		uint32_t end = h->from + h->count;

		if (h->from < s->from || h->from >= s->to)
			continue;
		add_piece(e, PIECE_VERBATIM, str_slice(x->text, at, h->from), at, h->from);
		if (h->value)
			add_piece(e, PIECE_ESCAPE, *h->value, h->from, end);
		else
			add_piece(e, PIECE_HOLE, str_slice(x->text, h->from, end), h->from, end);
		at = end;
	}
	if (e->pieces.n)
		add_piece(e, PIECE_VERBATIM, str_slice(x->text, at, s->to), at, s->to);
}

/* A .sql file: a fragment a section, so that a tool can take the ones that run forward. */
static void
extract_plain(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct plain_text x;

	plain_read(u, bytes, options, scratch, &x);
	for (uint32_t i = 0; i < x.n_sections; i++) {
		const struct plain_section *s = &x.sections[i];
		struct expansion e = {.text.arena = scratch};
		struct fragment f = {.sink = SINK_FILE,
			.mark = s->mark,
			.span = {.offset = s->from, .length = s->to - s->from}};

		vec_push(u->arena, &u->fragments, f);
		expand_section(&x, s, &e);
		sql_read(u,
			&(struct sql_input){.text = e.pieces.n ? buf_str(&e.text)
							       : str_slice(x.text, s->from, s->to),
				.pieces = e.pieces.v,
				.n_pieces = e.pieces.n,
				.base = s->from,
				.fragment = u->fragments.n - 1},
			scratch);
	}
}

static bool
uses_member(const struct unit *u, struct str name)
{
	for (uint32_t i = 1; i < u->values.n; i++)
		if (u->values.v[i].kind == VALUE_ATTRIBUTE && str_eq(u->values.v[i].text, name))
			return true;
	return false;
}

static bool
is_reason(const struct unit *u, const struct symbol *s, const struct host_bodies *b)
{
	size_t dot = str_rchr(s->name, '.');

	if (b->import && s->kind == SYMBOL_IMPORT &&
		str_starts(u->values.v[s->value].text, str_from(b->import)))
		return true;
	if (b->parameter && s->kind == SYMBOL_PARAMETER && str_is(s->name, b->parameter))
		return true;
	return b->defines && s->kind != SYMBOL_PARAMETER && s->kind != SYMBOL_IMPORT &&
	       str_is(dot == SIZE_MAX ? s->name : str_slice(s->name, dot + 1, s->name.n),
		       b->defines);
}

static bool
keeps_bodies(const struct unit *u, const struct host_options *options)
{
	for (const struct host_bodies *b = options->bodies; b && b->host; b++) {
		if (!str_is(u->reader, b->host))
			continue;
		for (uint32_t i = 1; i < u->symbols.n; i++)
			if (is_reason(u, &u->symbols.v[i], b))
				return true;
		if (b->member && uses_member(u, str_from(b->member)))
			return true;
	}
	return false;
}

/* Drops what nobody needs; of a file whose functions are replayed their blocks stay, and so does what
 * it does itself. */
static void
trim(struct unit *u, const struct host_options *options, struct arena *scratch)
{
	uint32_t *roots, n = 0;
	bool *kid;

	if (!keeps_bodies(u, options)) {
		unit_trim(u, NULL, 0);
		return;
	}
	roots = arena_array(scratch, uint32_t, u->values.n);
	kid = arena_array(scratch, bool, u->values.n);
	for (uint32_t i = 1; i < u->kids.n; i++)
		kid[u->kids.v[i]] = true;
	for (uint32_t i = 1; i < u->values.n; i++) {
		if (u->values.v[i].kind == VALUE_FUNCTION)
			roots[n++] = unit_kid(u, i, u->values.v[i].op + 1);
		else if (!kid[i] && u->values.v[i].kind == VALUE_CALL)
			roots[n++] = i;
	}
	unit_trim(u, roots, n);
}

void
extract_unit(struct unit *u, struct arena *a, const struct host *host, struct str bytes,
	const struct host_options *options, struct arena *scratch)
{
	unit_init(u, scratch);
	u->reader = str_from(host->name);
	if (host->read) {
		host->read(u, bytes, options, scratch);
		extract_literals(u, options, scratch);
		trim(u, options, scratch);
	} else {
		extract_plain(u, bytes, options, scratch);
	}
	unit_place(u, bytes);
	unit_move(u, a);
}
