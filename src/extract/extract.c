/* A blob → its unit. */
#include "extract/extract.h"

#include "extract/fragment_p.h"
#include "host/host.h"
#include "host/plain.h"
#include "sql/sql.h"

struct plain_pieces {
	struct piece *v;
	uint32_t n, cap;
};

static void
add_piece(struct arena *a, struct plain_pieces *p, enum piece_kind kind, uint32_t from, uint32_t to,
	uint32_t base)
{
	if (from < to)
		vec_push(a, p,
			(struct piece){.kind = kind,
				.at = from - base,
				.length = to - from,
				.source = {.offset = from, .length = to - from}});
}

/* The section as pieces when a template has holes in it; else none. */
static struct plain_pieces
section_pieces(const struct plain_text *x, const struct plain_section *s, struct arena *a)
{
	struct plain_pieces pieces = {0};
	uint32_t at = s->from;

	for (uint32_t i = 0; i < x->n_holes; i++) {
		const struct range *h = &x->holes[i];

		if (h->first < s->from || h->first >= s->to)
			continue;
		add_piece(a, &pieces, PIECE_VERBATIM, at, h->first, s->from);
		add_piece(a, &pieces, PIECE_HOLE, h->first, h->first + h->count, s->from);
		at = h->first + h->count;
	}
	if (pieces.n)
		add_piece(a, &pieces, PIECE_VERBATIM, at, s->to, s->from);
	return pieces;
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
		struct plain_pieces pieces = section_pieces(&x, s, scratch);
		struct fragment f = {.sink = SINK_FILE,
			.mark = s->mark,
			.span = {.offset = s->from, .length = s->to - s->from}};

		vec_push(u->arena, &u->fragments, f);
		sql_read(u,
			&(struct sql_input){.text = str_slice(x.text, s->from, s->to),
				.pieces = pieces.v,
				.n_pieces = pieces.n,
				.base = s->from,
				.fragment = u->fragments.n - 1},
			scratch);
	}
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
		unit_trim(u, NULL, 0);
	} else {
		extract_plain(u, bytes, options, scratch);
	}
	unit_place(u, bytes);
	unit_move(u, a);
}
