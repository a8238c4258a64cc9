/* JSON, in the shapes that DESIGN.md promises: keys in a fixed order, "version" first; keys are
 * added, never changed. What is no UTF-8 becomes U+FFFD, and then the document says
 * "bytes_replaced": true at its end, so that nobody takes a mangled path for a true one. */
#include <stdlib.h>

#include "json_parts.h"
#include "report_p.h"

static json_t *
begin(void)
{
	json_t *root = json_new_object();

	json_put_number(root, "version", 1);
	return root;
}

static void
finish(const struct json_writer *w, json_t *root, struct buf *out)
{
	if (w->replaced)
		json_put_bool(root, "bytes_replaced", true);
	json_finish(root, out);
}

static json_t *
coverage(struct json_writer *w, const struct coverage_doc *c)
{
	json_t *o = json_coverage_counts(c);

	json_put_list(w, o, "blind_spots", &c->gaps, json_gap);
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = begin();

	(void)o;
	json_put_list(&w, root, "findings", &d->findings, json_finding);
	json_put_list(&w, root, "services", &d->services, json_service);
	json_put_list(&w, root, "matrix", &d->matrix, json_matrix_row);
	json_put_number(root, "suppressed", d->suppressed);
	json_put_number(root, "baselined", d->baselined);
	json_put_list(&w, root, "crossing_foreign_keys", &d->crossing_keys, json_crossing_key);
	json_put_list(&w, root, "shared_writes", &d->shared_writes, json_shared_write);
	json_put(root, "unowned", json_texts(&w, d->unowned.v, d->unowned.n));
	json_put(root, "unused", json_texts(&w, d->unused.v, d->unused.n));
	json_put(root, "coverage", coverage(&w, &d->coverage));
	finish(&w, root, out);
}

/* What --all adds: the counts by kind, and what could not be read again. */
static json_t *
account(struct json_writer *w, const struct who_doc *d)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "word", d->word);
	json_put_number(o, "lines", d->lines);
	json_put_number(o, "accounted", d->lines - d->kinds[LINE_UNKNOWN]);
	for (enum line_kind k = 0; k < LINE_KINDS; k++)
		json_put_number(o, view_line_word(k), d->kinds[k]);
	json_put_number(o, "beyond", d->beyond);
	json_put_list(w, o, "unread", &d->unread, json_unread);
	return o;
}

static void
render_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = begin();

	(void)o;
	json_put_text(&w, root, "object", d->object);
	json_put_text(&w, root, "owner", d->owner);
	json_put_list(&w, root, "places", &d->places, json_who_place);
	if (d->accounts)
		json_put(root, "account", account(&w, d));
	finish(&w, root, out);
}

static void
render_catalog(const struct catalog_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = begin();

	(void)o;
	json_put_list(&w, root, "relations", &d->relations, json_relation);
	json_put_list(&w, root, "foreign_keys", &d->foreign_keys, json_foreign_key);
	json_put_list(&w, root, "schemas", &d->schemas, json_schema);
	json_put_list(&w, root, "roles", &d->roles, json_role);
	json_put_list(&w, root, "grants", &d->grants, json_grant);
	json_put(root, "coverage", coverage(&w, &d->coverage));
	finish(&w, root, out);
}

static void
render_impact(const struct impact_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = begin();

	(void)o;
	json_put_list(&w, root, "changes", &d->changes, json_impact_change);
	json_put_list(&w, root, "refused", &d->refusals, json_impact_refusal);
	json_put_number(root, "breaks", d->breaks);
	json_put_number(root, "services", d->services);
	json_put(root, "coverage", coverage(&w, &d->coverage));
	finish(&w, root, out);
}

static json_t *setting(struct json_writer *w, const struct setting_doc *d);

static json_t *
setting_map(struct json_writer *w, const struct setting_doc *d)
{
	json_t *o = json_new_object();

	for (uint32_t i = 0; i < d->parts.n; i++)
		json_put(o, str_cstr(w->arena, d->parts.v[i].key), setting(w, &d->parts.v[i]));
	if (d->note.n)
		json_put_text(w, o, "note", d->note);
	return o;
}

/* A value with where it is from; a list or a map of them. */
static json_t *
setting(struct json_writer *w, const struct setting_doc *d)
{
	json_t *j;

	if (d->kind == SETTING_MAP)
		return setting_map(w, d);
	if (d->kind == SETTING_LIST) {
		j = json_new_list();
		for (uint32_t i = 0; i < d->parts.n; i++)
			json_add(j, setting(w, &d->parts.v[i]));
		return j;
	}
	j = json_new_object();
	if (d->is_bool)
		json_put_bool(j, "value", str_is(d->value, "true"));
	else if (d->is_number)
		json_put_number(j, "value", (uint32_t)strtoul(d->value.s, NULL, 10));
	else
		json_put_text(w, j, "value", d->value);
	json_put_text(w, j, "from", d->from);
	if (d->note.n)
		json_put_text(w, j, "note", d->note);
	return j;
}

static void
render_config(const struct config_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = begin();

	(void)o;
	json_put_text(&w, root, "configuration", d->path);
	for (uint32_t i = 0; i < d->root.parts.n; i++)
		json_put(root, str_cstr(w.arena, d->root.parts.v[i].key),
			setting(&w, &d->root.parts.v[i]));
	finish(&w, root, out);
}

const struct format format_json = {
	.name = "json",
	.findings = render_findings,
	.who = render_who,
	.catalog = render_catalog,
	.impact = render_impact,
	.config = render_config,
};
