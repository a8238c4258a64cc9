/* The pipeline: configuration → sources → files → units → linked units → world. */
#include "cmd/analysis.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "host/host.h"
#include "rule/rule.h"
#include "tool/tool.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Says on standard error how long a stage took, under --timing. */
static double
lap(const struct options *o, const char *stage, double since)
{
	double t = now();

	if (o->timing)
		fprintf(stderr, "timing: %-8s %7.3f s\n", stage, t - since);
	return t;
}

static void
unknown_rules(struct analysis *x, struct diags *diags)
{
	const char *names[64] = {0};
	uint32_t n = 0;

	for (const struct rule *const *r = rules; *r && n < 63; r++)
		names[n++] = (*r)->name;
	for (uint32_t i = 0; i < x->config.rules.n; i++) {
		const struct setting *s = &x->config.rules.v[i].rule;
		const char *nearest;

		if (rule_by_name(s->value))
			continue;
		nearest = config_nearest(s->value, names);
		diag_add(diags, DIAG_ERROR, x->config.path, s->line, s->column,
			"no rule is called '%.*s'%s%s%s; `pgbounds rules` lists them",
			STR_ARG(s->value), nearest ? "; did you mean '" : "",
			nearest ? nearest : "", nearest ? "'?" : "");
	}
}

/* The top of the repository in which the process stands, as one would type it; else ".". */
static const char *
repository_here(struct arena *a)
{
	struct buf up = {.arena = a};
	char here[PATH_MAX];

	for (const char *p = getcwd(here, sizeof here); p && *p; p = strchr(p + 1, '/')) {
		struct str top = buf_str(&up);

		if (access(str_cstr(a, str_format(a, "%.*s.git", STR_ARG(top))), F_OK) == 0)
			return top.n ? str_cstr(a, str_slice(top, 0, top.n - 1)) : ".";
		buf_add(&up, STR("../"));
	}
	return ".";
}

static bool
read_config(struct analysis *x, const struct options *o, const char *const *directories, uint32_t n,
	struct diags *diags)
{
	struct str path;

	if (n && !o->config)
		return config_infer(&x->config, &x->arena, directories, n, diags);
	if (n) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"directories and a configuration (-c) exclude each other");
		return false;
	}
	path = config_find(&x->arena, o->config, &x->self, diags);
	if (diag_worst(diags) >= DIAG_ERROR)
		return false;
	if (!path.n) {
		const char *const here[] = {repository_here(&x->arena)};

		if (o->facts.n)
			return config_infer(&x->config, &x->arena, NULL, 0, diags);
		return config_infer(&x->config, &x->arena, here, 1, diags);
	}
	if (!config_read(&x->config, &x->arena, path, diags))
		return false;
	unknown_rules(x, diags);
	return diag_worst(diags) < DIAG_ERROR;
}

static const char *
source_word(enum source_kind kind)
{
	switch (kind) {
	case SOURCE_WORK_TREE:
		return "work tree";
	case SOURCE_REVISION:
		return "revision";
	case SOURCE_INDEX:
		return "index";
	case SOURCE_DIRECTORY:
		return "directory";
	case SOURCE_MEMORY:
		return "memory";
	}
	BUG("source kind %d", (int)kind);
}

static bool
file_exists(const char *path)
{
	return path && access(path, R_OK) == 0;
}

/* A path of the configuration as the user would type it from here: it is relative to where that is. */
static struct str
typed(struct analysis *x, struct str written)
{
	struct str config = x->config.path;
	size_t slash = str_rchr(config, '/');

	if (slash == SIZE_MAX || !written.n || str_starts(written, STR("/")))
		return written;
	if (str_is(written, "."))
		return str_slice(config, 0, slash);
	return str_format(
		&x->arena, "%.*s%.*s", STR_ARG(str_slice(config, 0, slash + 1)), STR_ARG(written));
}

/* --rev against a service's rev: it wins where one stands; a neighbour is read as configured. */
static struct str
wanted_revision(struct analysis *x, const struct options *o, uint32_t service, struct diags *diags)
{
	const struct service *s = &x->config.services.v[service];

	if (!s->rev.value.n || analysis_is_here(x, service))
		return str_from(o->revision);
	diag_add(diags, DIAG_NOTE, x->config.path, s->rev.line, s->rev.column,
		"%.*s is read at '%.*s' as it says here, not at --rev", STR_ARG(s->name),
		STR_ARG(s->rev.value));
	return s->rev.value;
}

/* Where the service's files are: its repository, else facts, else nowhere. Git's data may be damaged:
 * then the service is not available, which is a warning. False when there was an error. */
static bool
open_source(struct analysis *x, const struct options *o, uint32_t service, struct diags *diags)
{
	const struct service *s = &x->config.services.v[service];
	struct source_request request = {.path = s->repo_path,
		.name = typed(x, s->repo.value),
		.subdir = s->path.value,
		.revision = s->rev.value};
	char *path = str_cstr(&x->arena, s->repo_path);

	if (o->revision)
		request.revision = wanted_revision(x, o, service, diags);
	if (!s->repo_path.n || (s->facts_path.n && !file_exists(path))) {
		struct str facts = typed(x, s->facts.value), bytes;

		if (!s->facts_path.n)
			return true;
		return input_read(&x->arena, facts, &bytes, diags) &&
		       facts_read(x, facts, bytes, diags);
	}
	if (s->repo.line && !file_exists(path)) {
		diag_add(diags, DIAG_WARNING, x->config.path, s->repo.line, s->repo.column,
			"no such directory '%.*s' (looked for %.*s): what %.*s makes is not known",
			STR_ARG(s->repo.value), STR_ARG(s->repo_path), STR_ARG(s->name));
		return true;
	}
	if (!source_open(&x->sources[service], &x->arena, &request, diags))
		return diag_worst(diags) < DIAG_ERROR;
	x->states[service] = (struct service_state){
		.prefix = x->sources[service].prefix,
		.from = str_from(source_word(x->sources[service].kind)),
		.commit = x->sources[service].commit,
		.available = true,
	};
	x->link_services[service].files = x->sources[service].files;
	return true;
}

static void
add_files(struct analysis *x, uint32_t service, struct diags *diags)
{
	const struct file_list *list = &x->sources[service].list;
	uint32_t before = x->files.list.n;

	for (uint32_t i = 0; i < list->list.n; i++) {
		const struct file_entry *e = &list->list.v[i];
		const struct host *host = host_of_path(e->path);

		struct file f = {.service = service,
			.entry = *e,
			.class = classify_path(e->path),
			.host = host};

		if (host)
			vec_push(&x->arena, &x->files.list, f);
	}
	if (x->files.list.n == before && x->states[service].available)
		diag_add(diags, DIAG_WARNING, typed(x, x->config.services.v[service].repo.value), 0,
			0, "nothing to read here: no .sql, .go or .py file");
}

/* The markers of all tools, and our own. */
static const char *const *
markers(struct arena *a)
{
	const char **list;
	uint32_t n = 0;

	for (const struct tool *const *t = tools; *t; t++)
		for (const char *const *m = (*t)->markers; m && *m; m++)
			n++;
	list = arena_array(a, const char *, n + 2);
	n = 0;
	list[n++] = "pgbounds:";
	for (const struct tool *const *t = tools; *t; t++)
		for (const char *const *m = (*t)->markers; m && *m; m++)
			list[n++] = *m;
	return list;
}

static void
extract_files(struct analysis *x)
{
	struct extract_job *jobs = arena_array(&x->arena, struct extract_job, x->files.list.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->files.list.n; i++) {
		const struct file *f = &x->files.list.v[i];

		if (!f->unit && !f->read && f->class != CLASS_VENDORED &&
			x->link_services[f->service].files.ops)
			jobs[n++] = (struct extract_job){
				.files = x->link_services[f->service].files, .file = i};
	}
	extract_run(&x->files, jobs, n, &x->extract);
}

/* Files given with --facts stand for the services that they name. */
static bool
read_facts(struct analysis *x, const struct options *o, struct diags *diags)
{
	for (uint32_t i = 0; i < o->facts.n; i++) {
		struct str path = str_from(o->facts.v[i]), bytes;

		if (!input_read(&x->arena, path, &bytes, diags) ||
			!facts_read(x, path, bytes, diags))
			return false;
	}
	return true;
}

static void
allot_services(struct analysis *x)
{
	uint32_t n = x->config.services.n;

	x->sources = arena_array(&x->arena, struct source, n + 1);
	x->states = arena_array(&x->arena, struct service_state, n + 1);
	x->link_services = arena_array(&x->arena, struct link_service, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		x->link_services[i].name = x->config.services.v[i].name;
		x->states[i].from = STR("not available");
	}
}

static int
compare_files(const void *p, const void *q)
{
	const struct file *a = p, *b = q;

	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	return str_cmp(a->entry.path, b->entry.path);
}

/* Numbers follow service and path, whatever the order in which sources and facts were read. */
static void
number_files(struct analysis *x)
{
	if (x->files.list.n)
		qsort(x->files.list.v, x->files.list.n, sizeof *x->files.list.v, compare_files);
	for (uint32_t i = 0; i < x->files.list.n; i++)
		x->files.list.v[i].number = i + 1;
}

/* Services that only --facts names are added to an inferred configuration. */
static void
add_fact_services(struct analysis *x, const struct options *o)
{
	if (x->config.path.n)
		return;
	for (uint32_t i = 0; i < o->facts.n; i++) {
		struct str path = str_from(o->facts.v[i]), bytes, line;
		struct diags ignored = {.arena = &x->arena};

		if (!input_read(&x->arena, path, &bytes, &ignored))
			continue;
		while (str_cut(&bytes, '\n', &line)) {
			struct str name = facts_service(&x->arena, line);

			if (name.n && config_service(&x->config, name) == UINT32_MAX)
				vec_add(&x->arena, &x->config.services)->name = name;
		}
	}
}

/* Is a repository there at all? When none is, it is the configuration that is wrong. */
static bool
any_there(const struct analysis *x)
{
	struct arena scratch = {0};
	bool there = false;

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		struct str path = x->config.services.v[i].repo_path;

		there |= path.n && file_exists(str_cstr(&scratch, path));
	}
	arena_free(&scratch);
	return there;
}

static bool
any_available(const struct analysis *x)
{
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (x->states[i].available)
			return true;
	return x->config.services.n == 0;
}

bool
analysis_read(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags)
{
	double t = now();

	*x = (struct analysis){.files = {.arena = NULL}};
	x->files.arena = &x->arena;
	if (!read_config(x, o, directories, n, diags))
		return false;
	add_fact_services(x, o);
	allot_services(x);
	x->host = (struct host_options){.sinks = extract_sinks, .markers = markers(&x->arena)};
	x->extract = (struct extract_options){.host = &x->host, .jobs = o->jobs};
	if (!read_facts(x, o, diags))
		return false;
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		if (x->states[i].available)
			continue;
		if (!open_source(x, o, i, diags))
			return false;
		add_files(x, i, diags);
	}
	if (!any_available(x)) {
		diag_add(diags, any_there(x) ? DIAG_SYSTEM : DIAG_ERROR, x->config.path, 0, 0,
			"no service could be read");
		return false;
	}
	number_files(x);
	t = lap(o, "list", t);
	extract_files(x);
	t = lap(o, "extract", t);
	link_init(&x->linker, &x->arena, &x->files, x->link_services, x->config.services.n,
		&x->extract);
	link_run(&x->linker);
	lap(o, "link", t);
	return true;
}

bool
analysis_build(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct world_input input = {
		.config = &x->config, .linker = &x->linker, .services = x->states};
	double t = now();

	world_build(&x->world, &x->arena, &input, diags);
	lap(o, "world", t);
	return diag_worst(diags) < DIAG_ERROR;
}

void
analysis_free(struct analysis *x)
{
	for (uint32_t i = 0; x->sources && i < x->config.services.n; i++)
		source_close(&x->sources[i]);
	for (uint32_t i = 0; i < x->files.arenas.n; i++)
		arena_free(x->files.arenas.v[i]);
	arena_free(&x->arena);
}

bool
analysis_is_here(const struct analysis *x, uint32_t service)
{
	const struct service *s = &x->config.services.v[service];
	char here[PATH_MAX], there[PATH_MAX];
	struct arena scratch = {0};
	bool known = getcwd(here, sizeof here) && realpath(str_cstr(&scratch, s->repo_path), there);
	size_t n = known ? strlen(there) : 0;

	arena_free(&scratch);
	if (x->self.n)
		return str_eq(x->self, s->name);
	return known && strncmp(here, there, n) == 0 && (here[n] == '\0' || here[n] == '/');
}
