/* JSON lines: one object a line, so that a stream of any length can be filtered by line. Each begins
 * with "version" and "type" and goes on as the same thing in the format json does; "bytes_replaced"
 * as there. The last line of findings and of a catalog is the coverage. */
#include "json_parts.h"
#include "report_p.h"

/* A line of that TYPE; takes PART over. */
static void
add_line(struct buf *out, const struct json_writer *w, const char *type, json_t *part)
{
	json_t *line = json_new_object();

	json_put_number(line, "version", 1);
	json_put(line, "type", json_string(type));
	json_object_update(line, part);
	json_decref(part);
	if (w->replaced)
		json_put_bool(line, "bytes_replaced", true);
	json_finish_line(line, out);
}

#define add_lines(out, vec, type, make) \
	for (uint32_t i_ = 0; i_ < (vec)->n; i_++) { \
		struct json_writer w_ = {.arena = (out)->arena}; \
		json_t *part_ = make(&w_, &(vec)->v[i_]); \
\
		add_line((out), &w_, (type), part_); \
	}

/* MORE: counts that follow those of the coverage; NULL: none. */
static void
add_coverage(struct buf *out, const struct coverage_doc *c, json_t *more)
{
	struct json_writer w = {.arena = out->arena};
	json_t *counts = json_coverage_counts(c);

	add_lines(out, &c->gaps, "blind_spot", json_gap);
	if (more)
		json_object_update(counts, more);
	json_decref(more);
	add_line(out, &w, "coverage", counts);
}

static json_t *
relation_name(struct json_writer *w, const struct str *name)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "relation", *name);
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	json_t *aside = json_new_object();

	(void)o;
	json_put_number(aside, "suppressed", d->suppressed);
	json_put_number(aside, "baselined", d->baselined);
	add_lines(out, &d->findings, "finding", json_finding);
	add_lines(out, &d->services, "service", json_service);
	add_lines(out, &d->matrix, "matrix", json_matrix_row);
	add_lines(out, &d->crossing_keys, "crossing_foreign_key", json_crossing_key);
	add_lines(out, &d->shared_writes, "shared_write", json_shared_write);
	add_lines(out, &d->unowned, "unowned", relation_name);
	add_lines(out, &d->unused, "unused", relation_name);
	add_coverage(out, &d->coverage, aside);
}

static void
render_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	(void)o;
	add_lines(out, &d->places, "place", json_who_place);
}

static void
render_catalog(const struct catalog_doc *d, const struct report_options *o, struct buf *out)
{
	(void)o;
	add_lines(out, &d->relations, "relation", json_relation);
	add_lines(out, &d->foreign_keys, "foreign_key", json_foreign_key);
	add_lines(out, &d->schemas, "schema", json_schema);
	add_lines(out, &d->roles, "role", json_role);
	add_lines(out, &d->grants, "grant", json_grant);
	add_coverage(out, &d->coverage, NULL);
}

const struct format format_jsonl = {
	.name = "jsonl",
	.findings = render_findings,
	.who = render_who,
	.catalog = render_catalog,
};
