/* Where the places of a report are for its reader: in the repository that it is for, and from the
 * directory in which the reader stands. */
#include <unistd.h>

#include "cmd/analysis.h"
#include "report/line_hash.h"
#include "rule/rule.h"
#include "view/view.h"

struct reader {
	struct analysis *x;
	struct str directory; /* where the reader stands, with a '/' */
	struct str *tops;     /* by service: its work tree's top with a '/'; empty: there is none */
	bool *reported;       /* by service: it is of the repository that the report is for */
	struct str configuration; /* its path in that repository; empty: it is in another */
};

static struct str
with_slash(struct arena *a, struct str directory)
{
	return str_ends(directory, STR("/")) ? directory
					     : str_format(a, "%.*s/", STR_ARG(directory));
}

/* PATH as one types it in DIRECTORY; both are absolute, and DIRECTORY ends with '/'. */
static struct str
typed_from(struct arena *a, struct str directory, struct str path)
{
	size_t same = 0;
	struct buf b = {.arena = a};

	for (size_t i = 0; i < directory.n && i < path.n && directory.s[i] == path.s[i]; i++)
		if (path.s[i] == '/')
			same = i + 1;
	for (size_t i = same; i < directory.n; i++)
		if (directory.s[i] == '/')
			buf_add(&b, STR("../"));
	buf_add(&b, str_slice(path, same, path.n));
	return buf_str(&b);
}

/* The top of the work tree, or the plain directory, that the service is in. */
static struct str
work_tree(struct analysis *x, uint32_t service)
{
	const struct source *s = &x->head.sources[service];
	struct arena *a = &x->arena;
	struct str git;

	if (!s->repository.n)
		return s->kind == SOURCE_DIRECTORY && s->files.ops
			       ? with_slash(
					 a, file_real_path(a, str_cstr(a, x->config.services.v[service].repo_path)))
			       : (struct str){0};
	git = str_format(a, "%.*s.git", STR_ARG(with_slash(a, s->repository)));
	return access(git.s, F_OK) == 0 ? with_slash(a, s->repository) : (struct str){0};
}

static bool
is_same_repository(const struct analysis *x, uint32_t one, uint32_t other)
{
	struct str repository = x->head.sources[one].repository;

	return one == other ||
	       (repository.n && str_eq(repository, x->head.sources[other].repository));
}

/* "group/hub" and "hub" name the repository "ssh://host/group/hub.git". */
static bool
is_called(struct str url, struct str name)
{
	if (str_ends(url, STR(".git")) && !str_ends(name, STR(".git")))
		url = str_slice(url, 0, url.n - 4);
	if (!name.n || !str_ends(url, name))
		return false;
	url = str_slice(url, 0, url.n - name.n);
	return url.n == 0 || str_ends(url, STR("/")) || str_ends(url, STR(":"));
}

/* Is the service the one that is asked for: by --report-repo, else by where one stands? */
static bool
is_asked_for(const struct analysis *x, const struct options *o, uint32_t service)
{
	struct str name = str_from(o->report_repo);

	if (!o->report_repo)
		return x->is_here[service];
	return str_eq(name, x->config.services.v[service].name) ||
	       is_called(x->head.states[service].url, name);
}

static bool
mark_reported(struct reader *r, const struct options *o, struct diags *diags)
{
	const struct analysis *x = r->x;
	uint32_t n = x->config.services.n;
	bool any = false;

	for (uint32_t i = 0; i < n; i++) {
		if (!is_asked_for(x, o, i))
			continue;
		any = true;
		for (uint32_t j = 0; j < n; j++)
			r->reported[j] |= is_same_repository(x, i, j);
	}
	if (!any && o->report_repo)
		diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
			"no service or repository is called '%s'", o->report_repo);
	return any || !o->report_repo;
}

/* The path, in the repository reported on, of a file that is no service's. */
static struct str
path_here(const struct reader *r, struct str path)
{
	path = path.n ? file_real_path(&r->x->arena, str_cstr(&r->x->arena, path)) : path;
	for (uint32_t i = 0; path.n && i < r->x->config.services.n; i++)
		if (r->reported[i] && r->tops[i].n && str_starts(path, r->tops[i]))
			return str_slice(path, r->tops[i].n, path.n);
	return (struct str){0};
}

/* False with a diagnostic when --report-repo names nothing. */
static bool
reader_init(struct reader *r, struct analysis *x, const struct options *o, struct diags *diags)
{
	struct arena *a = &x->arena;
	uint32_t n = x->config.services.n;

	*r = (struct reader){
		.x = x,
		.directory = with_slash(a, file_real_path(a, ".")),
		.tops = arena_array(a, struct str, n + 1),
		.reported = arena_array(a, bool, n + 1),
	};
	for (uint32_t i = 0; i < n; i++)
		r->tops[i] = work_tree(x, i);
	if (!mark_reported(r, o, diags))
		return false;
	r->configuration = path_here(r, x->config.path);
	return true;
}

static void
locate(const struct reader *r, struct place_doc *p)
{
	uint32_t service = config_service(&r->x->config, p->service);
	struct arena *a = &r->x->arena;

	/* A revision that still runs is a service without a directory of its own. */
	if (!p->path.n || (service == UINT32_MAX && p->service.n))
		return;
	if (service == UINT32_MAX) {
		p->here = str_eq(p->path, r->x->config.path) ? r->configuration
							     : path_here(r, p->path);
		p->typed = p->path;
		return;
	}
	if (r->reported[service])
		p->here = p->path;
	if (r->tops[service].n)
		p->typed = typed_from(a, r->directory,
			str_format(a, "%.*s%.*s", STR_ARG(r->tops[service]), STR_ARG(p->path)));
}

/* The bytes of a place's file; false when they are not at hand. */
static bool
read_bytes(const struct reader *r, const struct place_doc *p, struct str *bytes)
{
	uint32_t service = config_service(&r->x->config, p->service);
	struct diags ignored = {.arena = &r->x->arena};
	const struct source *s;
	struct str blob = {0};
	bool ok = false;
	void *handle;

	if (service == UINT32_MAX)
		return input_read(&r->x->arena, p->path, bytes, &ignored);
	s = &r->x->head.sources[service];
	handle = s->files.ops ? s->files.ops->open(s->files.self) : NULL;
	for (uint32_t i = 0; handle && i < s->list.list.n; i++) {
		const struct file_entry *e = &s->list.list.v[i];

		if (str_ends(p->path, e->path) && p->path.n == s->prefix.n + e->path.n)
			ok = s->files.ops->read(handle, &r->x->arena, e, bytes, &blob) == READ_OK;
	}
	if (handle)
		s->files.ops->close(handle);
	return ok;
}

/* Findings of one file follow each other: it is read once. */
static void
hash_lines(const struct reader *r, struct findings_doc *doc)
{
	struct line_hashes hashes = {0};
	const struct place_doc *last = NULL;

	for (uint32_t i = 0; i < doc->findings.n; i++) {
		struct place_doc *p = &doc->findings.v[i].place;
		struct str bytes;

		if (!p->here.n)
			continue;
		if (!last || !str_eq(last->here, p->here)) {
			hashes = (struct line_hashes){0};
			if (read_bytes(r, p, &bytes))
				hashes = line_hashes(&r->x->arena, bytes);
		}
		p->line_hash = line_hash(&r->x->arena, &hashes, p->line);
		last = p;
	}
}

static bool
wants_line_hashes(const struct options *o)
{
	for (uint32_t i = 0; i < o->outputs.n; i++) {
		const struct format *f = format_by_name(o->outputs.v[i].format);

		if (f && f->line_hashes)
			return true;
	}
	return false;
}

static void
locate_findings(const struct reader *r, struct findings_doc *doc)
{
	for (uint32_t i = 0; i < doc->findings.n; i++) {
		struct finding_doc *f = &doc->findings.v[i];

		locate(r, &f->place);
		for (uint32_t j = 0; j < f->related.n; j++)
			locate(r, &f->related.v[j]);
	}
	for (uint32_t i = 0; i < doc->services.n; i++) {
		struct service_doc *s = &doc->services.v[i];

		s->reported = r->reported[config_service(&r->x->config, s->name)];
	}
	for (uint32_t i = 0; i < doc->coverage.gaps.n; i++) {
		struct gap_doc *g = &doc->coverage.gaps.v[i];
		struct place_doc p = {.service = g->service, .path = g->path};

		locate(r, &p);
		g->here = p.here;
		g->typed = p.typed;
	}
}

/* The repository reported on by its URL's last part, else by the first of its services. */
static struct str
repository_name(const struct reader *r)
{
	for (uint32_t i = 0; i < r->x->config.services.n; i++) {
		struct str url = r->x->head.states[i].url;
		size_t slash;

		if (!r->reported[i])
			continue;
		if (str_ends(url, STR(".git")))
			url = str_slice(url, 0, url.n - 4);
		slash = str_rchr(url, '/');
		if (slash == SIZE_MAX)
			slash = str_rchr(url, ':');
		url = slash == SIZE_MAX ? url : str_slice(url, slash + 1, url.n);
		return url.n ? url : r->x->config.services.v[i].name;
	}
	return (struct str){0};
}

static void
keep_reported(struct findings_doc *doc)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < doc->findings.n; i++)
		if (doc->findings.v[i].place.here.n)
			doc->findings.v[n++] = doc->findings.v[i];
	doc->findings.n = n;
}

static enum level
worst(const struct findings_doc *doc)
{
	enum level worst = LEVEL_NONE, level;

	for (uint32_t i = 0; i < doc->findings.n; i++)
		if (level_parse(doc->findings.v[i].level, &level) && level > worst)
			worst = level;
	return worst;
}

enum level
report_findings(
	struct analysis *x, const struct options *o, struct findings_doc *doc, struct diags *diags)
{
	struct reader r;

	if (!reader_init(&r, x, o, diags))
		return LEVEL_NONE;
	view_rules(&x->arena, doc);
	locate_findings(&r, doc);
	doc->repository = repository_name(&r);
	if (o->report_repo)
		keep_reported(doc);
	if (wants_line_hashes(o))
		hash_lines(&r, doc);
	output_documents(&x->arena, o, &(struct document){.findings = doc}, diags);
	return worst(doc);
}

void
report_who(struct analysis *x, const struct options *o, struct who_doc *doc, struct diags *diags)
{
	struct reader r;

	if (!reader_init(&r, x, o, diags))
		return;
	for (uint32_t i = 0; i < doc->places.n; i++)
		locate(&r, &doc->places.v[i].place);
	output_documents(&x->arena, o, &(struct document){.who = doc}, diags);
}
