/* A blob → its unit. */
#include "extract/extract.h"

#include "extract/fragment_p.h"
#include "host/host.h"
#include "host/plain.h"
#include "sql/sql.h"

/* A .sql file: a fragment a section, so that a tool can take the ones that run forward. */
static void
extract_plain(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct plain_section *sections;
	struct str text;
	uint32_t n = plain_read(u, bytes, options, scratch, &text, &sections);

	for (uint32_t i = 0; i < n; i++) {
		const struct plain_section *s = &sections[i];
		struct fragment f = {.sink = SINK_FILE,
			.mark = s->mark,
			.span = {.offset = s->from, .length = s->to - s->from}};

		vec_push(u->arena, &u->fragments, f);
		sql_read(u,
			&(struct sql_input){.text = str_slice(text, s->from, s->to),
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
