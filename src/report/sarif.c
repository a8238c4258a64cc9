/* SARIF 2.1.0, as code scanning takes it. Places in other repositories are related locations, which
 * hosts do not show: so they stand in the words of the message, too. */
#include "sarif.h"

#include "json_parts.h"
#include "report_p.h"
#include "words.h"

static json_t *
message(struct json_writer *w, struct str text)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "text", text);
	return o;
}

static json_t *
related(struct json_writer *w, const struct finding_doc *f)
{
	json_t *list = json_new_list();

	for (uint32_t i = 0; i < f->related.n; i++) {
		json_t *o = sarif_location(w, &f->related.v[i]);

		if (!o)
			continue;
		json_put_number(o, "id", (uint32_t)json_array_size(list) + 1);
		json_put(o, "message", message(w, f->related.v[i].message));
		json_add(list, o);
	}
	return list;
}

/* Without the file's bytes, of facts, the line's hash is our own fingerprint, as the first of its
 * kind. */
static json_t *
fingerprints(struct json_writer *w, const struct finding_doc *f)
{
	json_t *o = json_new_object();
	struct str hash = f->place.line_hash;

	if (!hash.n)
		hash = str_format(w->arena, "%.*s:1", STR_ARG(f->fingerprint));
	json_put_text(w, o, "primaryLocationLineHash", hash);
	json_put_text(w, o, "pgbounds/v1", f->fingerprint);
	return o;
}

static json_t *
properties(struct json_writer *w, const struct finding_doc *f)
{
	json_t *o = json_new_object();

	json_put_any(w, o, "service", f->place.service);
	json_put_any(w, o, "object", f->object);
	json_put_any(w, o, "owner", f->owner);
	json_put_text(w, o, "confidence", f->confidence);
	return o;
}

static json_t *
result(struct json_writer *w, const struct findings_doc *d, const struct finding_doc *f)
{
	json_t *o = json_new_object(), *places = json_new_list();
	json_t *place = sarif_location(w, &f->place);

	json_put_text(w, o, "ruleId", f->rule);
	for (uint32_t i = 0; i < d->rules.n; i++)
		if (str_eq(d->rules.v[i].name, f->rule))
			json_put_number(o, "ruleIndex", i);
	json_put_text(w, o, "level", f->level);
	json_put(o, "message", message(w, finding_words(w->arena, f, false, "\n")));
	if (place)
		json_add(places, place);
	json_put(o, "locations", places);
	json_put(o, "relatedLocations", related(w, f));
	json_put(o, "partialFingerprints", fingerprints(w, f));
	json_put(o, "properties", properties(w, f));
	return o;
}

/* A blind spot. */
static json_t *
notification(struct json_writer *w, const struct gap_doc *g)
{
	struct place_doc p = {
		.service = g->service, .path = g->path, .line = g->line, .here = g->here};
	json_t *o = json_new_object(), *descriptor = json_new_object(),
	       *place = sarif_location(w, &p);
	struct str text = g->words;

	if (g->detail.n)
		text = str_format(w->arena, "%.*s: %.*s", STR_ARG(g->words), STR_ARG(g->detail));
	json_put_text(w, descriptor, "id", g->reason);
	json_put(o, "descriptor", descriptor);
	json_put_text(w, o, "level", STR("note"));
	json_put(o, "message", message(w, str_format(w->arena, "%.*s.", STR_ARG(text))));
	if (place) {
		json_t *places = json_new_list();

		json_add(places, place);
		json_put(o, "locations", places);
	}
	return o;
}

static json_t *
invocations(struct json_writer *w, const struct coverage_doc *c)
{
	json_t *list = json_new_list(), *o = json_new_object(), *notes = json_new_list();

	for (uint32_t i = 0; i < c->gaps.n; i++)
		json_add(notes, notification(w, &c->gaps.v[i]));
	json_put_bool(o, "executionSuccessful", true);
	json_put(o, "toolExecutionNotifications", notes);
	json_add(list, o);
	return list;
}

static json_t *
run_properties(struct json_writer *w, const struct findings_doc *d)
{
	json_t *o = json_new_object(), *coverage = json_coverage_counts(&d->coverage);

	json_put_number(coverage, "blind_spots", d->coverage.gaps.n);
	json_put(o, "coverage", coverage);
	json_put_number(o, "suppressed", d->suppressed);
	json_put_number(o, "baselined", d->baselined);
	json_put_list(w, o, "services", &d->services, json_service);
	return o;
}

static json_t *
run(struct json_writer *w, const struct findings_doc *d, const struct report_options *options)
{
	json_t *o = json_new_object(), *tool = json_new_object(), *id = json_new_object();
	json_t *results = json_new_list(), *provenance = sarif_provenance(w, d);

	json_put(tool, "driver", sarif_driver(w, d, options->version));
	json_put(o, "tool", tool);
	json_put_text(w, id, "id",
		str_format(w->arena, "pgbounds/%.*s%s", STR_ARG(d->repository),
			d->repository.n ? "/" : ""));
	json_put(o, "automationDetails", id);
	json_put_text(w, o, "columnKind", STR("utf16CodeUnits"));
	json_put(o, "originalUriBaseIds", sarif_bases(w, d));
	if (json_array_size(provenance))
		json_put(o, "versionControlProvenance", provenance);
	else
		json_decref(provenance);
	json_put(o, "invocations", invocations(w, &d->coverage));
	for (uint32_t i = 0; i < d->findings.n; i++)
		json_add(results, result(w, d, &d->findings.v[i]));
	json_put(o, "results", results);
	json_put(o, "properties", run_properties(w, d));
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = json_new_object(), *runs = json_new_list();

	json_put_text(&w, root, "$schema",
		STR("https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
		    "sarif-schema-2.1.0.json"));
	json_put_text(&w, root, "version", STR("2.1.0"));
	json_add(runs, run(&w, d, o));
	json_put(root, "runs", runs);
	json_finish(root, out);
}

const struct format format_sarif = {
	.name = "sarif",
	.findings = render_findings,
	.line_hashes = true,
};
