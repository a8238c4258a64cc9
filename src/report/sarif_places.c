/* Where things are, in a SARIF log: repositories, files, regions. */
#include "report/column_p.h"
#include "report/uri_p.h"
#include "sarif.h"

#define ROOT "SRCROOT"
#define CONFIGURATION "CONFIGURATION"

static json_t *
description(struct json_writer *w, struct str text)
{
	json_t *o = json_new_object(), *message = json_new_object();

	json_put_text(w, message, "text", text);
	json_put(o, "description", message);
	return o;
}

json_t *
sarif_bases(struct json_writer *w, const struct findings_doc *d)
{
	json_t *o = json_new_object();

	json_put(o, ROOT, description(w, STR("The repository that this log is for.")));
	for (uint32_t i = 0; i < d->services.n; i++) {
		const struct service_doc *s = &d->services.v[i];

		if (!s->reported)
			json_put(o, str_cstr(w->arena, s->name),
				description(w,
					str_format(w->arena, "The repository of the service %.*s.",
						STR_ARG(s->name))));
	}
	json_put(o, CONFIGURATION,
		description(
			w, STR("The directory of a configuration that stands in none of these.")));
	return o;
}

/* "main" of "origin/main". */
static struct str
branch(struct str revision)
{
	return str_starts(revision, STR("origin/")) ? str_slice(revision, 7, revision.n) : revision;
}

static json_t *
provenance(struct json_writer *w, const struct service_doc *s, struct str uri)
{
	json_t *o = json_new_object(), *base = json_new_object();

	json_put_text(w, o, "repositoryUri", uri);
	json_put_any(w, o, "revisionId", s->commit);
	json_put_any(w, o, "branch", branch(s->revision));
	json_put_text(w, base, "uriBaseId", s->reported ? STR(ROOT) : s->name);
	json_put(o, "mappedTo", base);
	return o;
}

/* Services of one repository reported on share their base: it is named once. */
json_t *
sarif_provenance(struct json_writer *w, const struct findings_doc *d)
{
	json_t *list = json_new_list();
	bool root = false;

	for (uint32_t i = 0; i < d->services.n; i++) {
		const struct service_doc *s = &d->services.v[i];
		struct str uri = uri_of_remote(w->arena, s->url);

		if (!uri.n || (s->reported && root))
			continue;
		root |= s->reported;
		json_add(list, provenance(w, s, uri));
	}
	return list;
}

static json_t *
artifact(struct json_writer *w, const struct place_doc *p)
{
	struct str path = p->path, base = p->service;
	json_t *o = json_new_object();

	if (p->here.n) {
		path = p->here;
		base = STR(ROOT);
	} else if (!p->service.n) {
		size_t slash = str_rchr(path, '/');

		path = slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n);
		base = STR(CONFIGURATION);
	}
	json_put_text(w, o, "uri", uri_of_path(w->arena, path));
	json_put_text(w, o, "uriBaseId", base);
	return o;
}

/* One line: hosts show a finding at its line, and a longer region as far as it goes. Without a column
 * the line as a whole. */
static json_t *
region(const struct place_doc *p)
{
	json_t *o = json_new_object();
	uint32_t end = p->end_line == p->line ? p->end_column : 0;

	if (p->end_line > p->line && p->source.n)
		end = (uint32_t)p->source.n + 1;
	json_put_number(o, "startLine", p->line);
	if (!p->column)
		return o;
	json_put_number(o, "startColumn", column_utf16(p->source, p->column));
	json_put_number(o, "endLine", p->line);
	if (end > p->column)
		json_put_number(o, "endColumn", column_utf16(p->source, end));
	return o;
}

json_t *
sarif_location(struct json_writer *w, const struct place_doc *p)
{
	json_t *o, *physical;

	if (!p->path.n)
		return NULL;
	o = json_new_object();
	physical = json_new_object();
	json_put(physical, "artifactLocation", artifact(w, p));
	if (p->line)
		json_put(physical, "region", region(p));
	json_put(o, "physicalLocation", physical);
	return o;
}
