/* What the views share: places, coverage, words. */
#include <stdlib.h>

#include "view_p.h"

/* Bytes of the span that stand in its first line. */
static uint32_t
underlined(const struct span *s, struct str line)
{
	uint32_t from = s->column - 1;
	uint32_t to = s->end_line == s->line ? s->end_column - 1 : (uint32_t)line.n;

	if (!s->end_line && s->length)
		to = from + s->length;
	if (to > line.n)
		to = (uint32_t)line.n;
	return to > from ? to - from : 0;
}

struct place_doc
view_place(const struct world *w, const struct place *p)
{
	const struct span *s = &p->span;
	struct place_doc d = {
		.service = world_service(w, p->service),
		.path = world_path(w, p),
		.line = s->line,
		/* of the configuration the line is meant as a whole */
		.column = p->service == NO_SERVICE ? 0 : s->column,
		.end_line = s->end_line,
		.end_column = s->end_column,
	};

	if (s->line)
		d.source = crossing_source(w, p);
	if (d.source.n && s->column && s->column <= d.source.n) {
		d.caret = s->column - 1;
		d.caret_length = underlined(s, d.source);
	}
	return d;
}

static int
compare_gaps(const void *left, const void *right)
{
	const struct gap_doc *x = left, *y = right;
	int c = str_cmp(x->service, y->service);

	if (!c)
		c = str_cmp(x->path, y->path);
	if (!c)
		c = (x->line > y->line) - (x->line < y->line);
	if (!c)
		c = str_cmp(x->reason, y->reason);
	return c ? c : str_cmp(x->detail, y->detail);
}

void
view_coverage(struct arena *a, const struct world *w, struct coverage_doc *out)
{
	const struct coverage *c = &w->coverage;

	*out = (struct coverage_doc){
		.files = c->files,
		.fragments = c->fragments,
		.parsed = c->parsed,
		.pieces = c->pieces,
		.prose = c->prose,
		.dialect = c->dialect,
		.tests = c->tests,
	};
	for (uint32_t i = 0; i < w->gaps.n; i++) {
		const struct gap *g = &w->gaps.v[i];
		struct place p = {.service = g->service, .file = g->file, .span = g->span};
		struct gap_doc *d = vec_add(a, &out->gaps);

		*d = (struct gap_doc){
			.service = world_service(w, g->service),
			.path = g->file ? world_path(w, &p) : (struct str){0},
			.reason = str_from(blind_reason_id(g->reason)),
			.words = str_from(blind_reason_text(g->reason)),
			.one = str_from(blind_reason_counted(g->reason, false)),
			.many = str_from(blind_reason_counted(g->reason, true)),
			.detail = g->detail,
			.line = g->span.line,
		};
	}
	if (out->gaps.n)
		qsort(out->gaps.v, out->gaps.n, sizeof *out->gaps.v, compare_gaps);
}

const char *
view_confidence_word(enum confidence c)
{
	switch (c) {
	case CONFIDENCE_GUESS:
		return "guess";
	case CONFIDENCE_LIKELY:
		return "likely";
	case CONFIDENCE_EXACT:
		break;
	}
	return "exact";
}

const char *
view_line_word(enum line_kind kind)
{
	static const char *const words[LINE_KINDS] = {
		[LINE_BOUND] = "bound",
		[LINE_UNKNOWN] = "unknown",
		[LINE_TEST] = "test",
		[LINE_OTHER] = "other",
		[LINE_TEXT] = "text",
	};

	return words[kind];
}

uint32_t
view_creator(const struct world *w, uint32_t database, uint32_t object)
{
	return crossing_actor(w, w->databases.v[database].catalog.objects.v[object].born);
}

bool
view_is_listed(const struct object *o)
{
	return object_kind_is_relation(o->kind) && o->kind != OBJECT_INDEX &&
	       o->kind != OBJECT_COMPOSITE_TYPE && !o->temporary;
}

static int
compare_str(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

uint32_t
view_sort_unique(struct str *list, uint32_t n)
{
	uint32_t kept = 0;

	if (n)
		qsort(list, n, sizeof *list, compare_str);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(list[i], list[kept - 1]))
			list[kept++] = list[i];
	return kept;
}
