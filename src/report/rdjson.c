/* reviewdog's RDJSON, its message DiagnosticResult: columns are bytes of UTF-8 from 1, and an end is
 * exclusive, as ours are. */
#include "json_writer.h"
#include "report_p.h"
#include "words.h"

static const char *
severity(struct str level)
{
	if (str_is(level, "error"))
		return "ERROR";
	return str_is(level, "warning") ? "WARNING" : "INFO";
}

static json_t *
position(uint32_t line, uint32_t column)
{
	json_t *o = json_new_object();

	json_put_number(o, "line", line);
	if (column)
		json_put_number(o, "column", column);
	return o;
}

/* A position without a column means the whole line. */
static json_t *
location(struct json_writer *w, const struct place_doc *p)
{
	json_t *o = json_new_object(), *range = json_new_object();

	json_put_text(w, o, "path", place_path(w->arena, p));
	if (!p->line) {
		json_decref(range);
		return o;
	}
	json_put(range, "start", position(p->line, p->column));
	if (p->column && p->end_line >= p->line)
		json_put(range, "end", position(p->end_line, p->end_column));
	json_put(o, "range", range);
	return o;
}

static json_t *
related(struct json_writer *w, const struct finding_doc *f)
{
	json_t *list = json_new_list();

	for (uint32_t i = 0; i < f->related.n; i++) {
		const struct place_doc *p = &f->related.v[i];
		json_t *o = json_new_object();

		json_put_text(w, o, "message", p->message);
		if (p->path.n)
			json_put(o, "location", location(w, p));
		json_add(list, o);
	}
	return list;
}

static json_t *
diagnostic(struct json_writer *w, const struct finding_doc *f)
{
	json_t *o = json_new_object(), *code = json_new_object();

	json_put_text(w, o, "message", finding_words(w->arena, f, false, "\n"));
	json_put(o, "location", location(w, &f->place));
	json_put_text(w, o, "severity", str_from(severity(f->level)));
	json_put_text(w, code, "value", f->rule);
	json_put(o, "code", code);
	json_put(o, "relatedLocations", related(w, f));
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	json_t *root = json_new_object(), *source = json_new_object(), *list = json_new_list();

	(void)o;
	json_put_text(&w, source, "name", STR("pgbounds"));
	json_put(root, "source", source);
	if (d->findings.n)
		json_put_text(&w, root, "severity",
			str_from(severity(findings_worst_first(out->arena, d)[0]->level)));
	for (uint32_t i = 0; i < d->findings.n; i++)
		json_add(list, diagnostic(&w, &d->findings.v[i]));
	json_put(root, "diagnostics", list);
	json_finish(root, out);
}

const struct format format_rdjson = {
	.name = "rdjson",
	.findings = render_findings,
};
