/* GitLab's Code Quality report: a list of entries. Its paths are relative to the project; where a place
 * is in another one, the service's name comes first. Two entries never have the same fingerprint. */
#include "base/map.h"
#include "json_writer.h"
#include "report_p.h"
#include "words.h"

static const char *
severity(struct str level)
{
	if (str_is(level, "error"))
		return "major";
	return str_is(level, "warning") ? "minor" : "info";
}

/* The first of several with one fingerprint has it as it is, the others with their number. */
static struct str
fingerprint(struct arena *a, struct map *seen, const struct finding_doc *f)
{
	uint64_t n = ++map_put(seen, f->fingerprint)->num;

	if (n == 1)
		return f->fingerprint;
	return str_format(a, "%.*s-%llu", STR_ARG(f->fingerprint), (unsigned long long)n);
}

static json_t *
location(struct json_writer *w, const struct place_doc *p)
{
	json_t *o = json_new_object(), *lines = json_new_object();

	json_put_text(w, o, "path", place_path(w->arena, p));
	json_put_number(lines, "begin", p->line ? p->line : 1);
	json_put(o, "lines", lines);
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct json_writer w = {.arena = out->arena};
	struct map seen = {.arena = out->arena};
	json_t *list = json_new_list();

	(void)o;
	for (uint32_t i = 0; i < d->findings.n; i++) {
		const struct finding_doc *f = &d->findings.v[i];
		json_t *entry = json_new_object();

		json_put_text(&w, entry, "description", finding_words(out->arena, f, false, " "));
		json_put_text(&w, entry, "check_name", f->rule);
		json_put_text(&w, entry, "fingerprint", fingerprint(out->arena, &seen, f));
		json_put_text(&w, entry, "severity", str_from(severity(f->level)));
		json_put(entry, "location", location(&w, &f->place));
		json_add(list, entry);
	}
	json_finish(list, out);
}

const struct format format_gitlab = {
	.name = "gitlab",
	.findings = render_findings,
};
