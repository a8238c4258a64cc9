/* One state of all services: sources → files → units → linked units → world. */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/fatal.h"
#include "cmd/analysis.h"
#include "cmd/progress.h"
#include "host/host.h"
#include "tool/tool.h"

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* The day by the clock, the same in every time zone. */
static struct str
today(struct arena *a)
{
	time_t t = time(NULL);
	struct tm day;

	gmtime_r(&t, &day);
	return str_format(a, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
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

/* Where the service's files are: its repository, or a directory in it. */
static struct str
typed_place(struct analysis *x, const struct service *service)
{
	struct str repo = service->repo.value, path = service->path.value;

	if (!path.n)
		return typed(x, repo);
	if (str_is(repo, "."))
		return typed(x, path);
	return typed(x, str_format(&x->arena, "%.*s/%.*s", STR_ARG(repo), STR_ARG(path)));
}

static void
allot_services(struct analysis *x, struct side *s)
{
	uint32_t n = x->config.services.n + x->n_running;

	if (s->sources)
		return;
	s->files.arena = &x->arena;
	s->sources = arena_array(&x->arena, struct source, n + 1);
	s->states = arena_array(&x->arena, struct service_state, n + 1);
	s->facts = arena_array(&x->arena, struct str, n + 1);
	s->link_services = arena_array(&x->arena, struct link_service, n + 1);
	for (uint32_t i = 0; i < n; i++) {
		s->link_services[i].name = i < x->config.services.n
						   ? x->config.services.v[i].name
						   : x->running[i - x->config.services.n].label;
		s->states[i].from = STR("not available");
	}
}

/* Opens and lists the service's repository as REQUEST says. */
static bool
list_source(struct analysis *x, struct side *s, uint32_t service,
	const struct source_request *request, struct diags *diags)
{
	struct source *source = &s->sources[service];

	if (!source_open(source, &x->arena, request, diags))
		return diag_worst(diags) < DIAG_ERROR;
	s->states[service] = (struct service_state){
		.prefix = source->prefix,
		.from = str_from(source_word(source->kind)),
		.commit = source->commit,
		.committed = source->committed,
		.revision = source->revision,
		.url = source->url,
		.here = x->is_here[service],
		.available = true,
	};
	s->link_services[service].files = source->files;
	return true;
}

bool
side_is_baseline(const struct analysis *x, uint32_t service, struct str path)
{
	/* Further revisions of a service have none: the one that is judged has. */
	return service < x->config.services.n &&
	       str_eq(path, config_baseline(&x->config.services.v[service]));
}

void
side_classify(const struct analysis *x, struct file *f)
{
	f->host = host_of_path(f->entry.path);
	f->class = classify_path(f->entry.path);
	if (!f->host && side_is_listed(f->entry.path))
		f->host = &host_listed;
	if (side_is_baseline(x, f->service, f->entry.path)) {
		f->host = &host_baseline;
		f->class = CLASS_BASELINE;
	} else if (f->service < x->config.services.n &&
		   config_is_dump(&x->config.services.v[f->service], f->entry.path)) {
		f->class = CLASS_DUMP;
	}
}

bool
side_is_listed(struct str path)
{
	/* Drizzle's, beside each of its migrations. */
	return tool_foreign(path) != NULL || str_ends(path, STR("/snapshot.json"));
}

static void
add_files(struct analysis *x, struct side *s, uint32_t service)
{
	const struct file_list *list = &s->sources[service].list;

	for (uint32_t i = 0; i < list->list.n; i++) {
		const struct file_entry *e = &list->list.v[i];
		struct file f = {.service = service, .entry = *e};

		side_classify(x, &f);
		if (f.host)
			vec_push(&x->arena, &s->files.list, f);
	}
}

static void
note_empty(struct analysis *x, struct side *s, uint32_t service, struct diags *diags)
{
	for (uint32_t i = 0; i < s->files.list.n; i++)
		if (s->files.list.v[i].service == service &&
			s->files.list.v[i].class != CLASS_BASELINE &&
			!s->files.list.v[i].host->beside)
			return;
	if (s->states[service].available && !s->here.optional && !s->here.nothing)
		diag_add(diags, DIAG_WARNING, typed_place(x, &x->config.services.v[service]), 0, 0,
			"nothing to read here: no .sql, .go, .py, .js or .ts file");
}

/* Where the service's files are in its repository: in another state of this, where they were by the
 * configuration that stood there, so that a directory that moves is no new code. BEFORE may be NULL. */
static struct str
subdirectory(const struct config *before, const struct service *service)
{
	uint32_t at = before ? config_service(before, service->name) : UINT32_MAX;

	if (at != UINT32_MAX && str_eq(before->services.v[at].repo.value, service->repo.value))
		return before->services.v[at].path.value;
	return service->path.value;
}

bool
side_list_here(struct analysis *x, struct side *s, struct diags *diags)
{
	allot_services(x, s);
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		const struct service *service = &x->config.services.v[i];
		struct source_request request = s->here;

		if (!x->is_here[i] || (x->wanted && !x->wanted[i]))
			continue;
		request.path = service->repo_path;
		request.name = typed(x, service->repo.value);
		request.subdir = subdirectory(s->config_before, service);
		if (!list_source(x, s, i, &request, diags))
			return false;
		add_files(x, s, i);
		note_empty(x, s, i, diags);
	}
	return true;
}

/* --rev is for those that the configuration says nothing of. */
static struct str
neighbour_revision(
	struct analysis *x, const struct options *o, const struct service *s, struct diags *diags)
{
	if (!o->revision)
		return s->rev.value;
	if (!s->rev.value.n)
		return str_from(o->revision);
	diag_add(diags, DIAG_NOTE, x->config.path, s->rev.line, s->rev.column,
		"%.*s is read at '%.*s' as it says here, not at --rev", STR_ARG(s->name),
		STR_ARG(s->rev.value));
	return s->rev.value;
}

/* Where the service's files are: its repository, else facts, else nowhere. Git's data may be damaged:
 * then the service is not available, which is a warning. */
static bool
list_other(struct analysis *x, const struct options *o, struct side *s, uint32_t i,
	struct diags *diags)
{
	const struct service *service = &x->config.services.v[i];
	struct source_request request = {.path = service->repo_path,
		.name = typed(x, service->repo.value),
		.subdir = service->path.value,
		/* Directories that were named are read as they stand there. */
		.remote_default = x->config.path.n > 0};
	char *path = str_cstr(&x->arena, service->repo_path);

	if (!service->repo_path.n || (service->facts_path.n && !file_exists(path))) {
		struct str facts = typed(x, service->facts.value), bytes;

		if (!service->facts_path.n)
			return true;
		return input_read(&x->arena, facts, &bytes, diags) &&
		       facts_read(x, s, facts, bytes, diags);
	}
	if (service->repo.line && !file_exists(path)) {
		diag_add(diags, DIAG_WARNING, x->config.path, service->repo.line,
			service->repo.column,
			"no such directory '%.*s' (looked for %.*s): what %.*s makes is not known",
			STR_ARG(service->repo.value), STR_ARG(service->repo_path),
			STR_ARG(service->name));
		return true;
	}
	request.revision = neighbour_revision(x, o, service, diags);
	return list_source(x, s, i, &request, diags);
}

/* Files given with --facts stand for the services that they name. */
static bool
read_facts(struct analysis *x, const struct options *o, struct side *s, struct diags *diags)
{
	for (uint32_t i = 0; i < o->facts.n; i++) {
		struct str path = str_from(o->facts.v[i]), bytes;

		if (!input_read(&x->arena, path, &bytes, diags) ||
			!facts_read(x, s, path, bytes, diags))
			return false;
	}
	return true;
}

/* Facts say what was so when they were made: the age of the commit is that of what they say. */
static void
warn_of_age(struct analysis *x, const struct options *o, const struct side *s, struct diags *diags)
{
	uint32_t most = x->config.facts_max_age.value;
	struct str day = o->today ? str_from(o->today) : today(&x->arena);

	for (uint32_t i = 0; most && i < x->config.services.n; i++) {
		struct str committed = s->states[i].committed;
		int64_t age;

		if (!s->facts[i].n || !config_is_date(committed))
			continue;
		age = config_days(day) - config_days(committed);
		if (age > most)
			diag_add(diags, DIAG_WARNING, s->facts[i], 0, 0,
				"the facts of %.*s are of %.*s, %lld days ago, and facts_max_age is "
				"%u; make the facts again",
				STR_ARG(x->config.services.v[i].name), STR_ARG(committed),
				(long long)age, most);
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
any_available(const struct analysis *x, const struct side *s)
{
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (s->states[i].available)
			return true;
	return x->config.services.n == 0;
}

/* The configuration as it stands in the revision, when that is of the repository in which one stands; NULL. */
static const struct config *
config_at(struct analysis *x, uint32_t service, struct str revision)
{
	struct config *config = arena_new(&x->arena, struct config);
	struct source_request state = {.revision = revision};
	struct diags ignored = {.arena = &x->arena};
	const struct str *text;
	bool missing;

	if (!x->is_here[service] || !x->config.path.n)
		return NULL;
	text = analysis_config_text(x, x->config.path, &state, &missing);
	return text && config_read(config, &x->arena, x->config.path, text, &ignored) ? config
										      : NULL;
}

/* What a revision does in which nothing can be read is not known. */
static void
note_empty_revision(struct analysis *x, const struct side *s, uint32_t running, struct diags *diags)
{
	const struct service *service = &x->config.services.v[x->running[running].service];

	for (uint32_t i = 0; i < s->files.list.n; i++)
		if (s->files.list.v[i].service == x->config.services.n + running)
			return;
	diag_add(diags, DIAG_WARNING, typed_place(x, service), 0, 0,
		"nothing to read here in revision '%.*s': no .sql, .go, .py, .js or .ts file",
		STR_ARG(x->revisions[running]));
}

/* The revisions that still run beside the present. */
static bool
list_running(struct analysis *x, struct side *s, struct diags *diags)
{
	for (uint32_t i = 0; i < x->n_running; i++) {
		const struct service *service = &x->config.services.v[x->running[i].service];
		struct source_request request = {.path = service->repo_path,
			.name = typed(x, service->repo.value),
			.optional = true,
			.revision = x->revisions[i]};

		if (!s->states[x->running[i].service].available)
			continue;
		if (str_is(s->states[x->running[i].service].from, "facts")) {
			diag_add(diags, DIAG_WARNING, x->config.path, service->also.v[0].line,
				service->also.v[0].column,
				"facts stand for one revision: what %.*s does is not known",
				STR_ARG(x->running[i].label));
			continue;
		}
		request.subdir =
			subdirectory(config_at(x, x->running[i].service, x->revisions[i]), service);
		if (!list_source(x, s, x->config.services.n + i, &request, diags))
			return false;
		x->running[i].prefix = s->sources[x->config.services.n + i].prefix;
		add_files(x, s, x->config.services.n + i);
		note_empty_revision(x, s, i, diags);
	}
	return true;
}

bool
side_list_others(struct analysis *x, const struct options *o, struct side *s, struct diags *diags)
{
	if (!read_facts(x, o, s, diags))
		return false;
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		if (s->states[i].available || x->is_here[i] || (x->wanted && !x->wanted[i]))
			continue;
		if (!list_other(x, o, s, i, diags))
			return false;
		add_files(x, s, i);
		note_empty(x, s, i, diags);
	}
	warn_of_age(x, o, s, diags);
	if (any_available(x, s))
		return list_running(x, s, diags);
	diag_add(diags, any_there(x) ? DIAG_SYSTEM : DIAG_ERROR, x->config.path, 0, 0,
		"no service could be read");
	return false;
}

/* What a unit is made from: its reader, the blob's 40 digits, and the service whose variables it has. */
static struct str
unit_key(struct analysis *x, const struct file *f, struct str blob)
{
	const char *reader = f->host->extensions[0] ? f->host->extensions[0] : f->host->name;
	struct str key = str_join(&x->arena, str_from(reader), blob);

	if (!f->host->read && x->extract.variables[f->service].n)
		return str_format(&x->arena, "%.*s %u", STR_ARG(key), f->service);
	return key;
}

static struct map
index_units(struct analysis *x, const struct side *s)
{
	struct map units = {.arena = &x->arena};

	for (uint32_t i = 0; i < s->files.list.n; i++) {
		const struct file *f = &s->files.list.v[i];
		struct str blob = f->unit && f->unit->blob.n ? f->unit->blob : f->entry.blob;

		if (x->is_here[f->service] && f->read && f->status == READ_OK && blob.n)
			map_put(&units, unit_key(x, f, blob))->ptr = &s->files.list.v[i];
	}
	return units;
}

static void
take_unit(struct analysis *x, const struct map *units, struct file *f)
{
	const union map_value *slot;
	const struct file *same;

	if (!f->entry.blob.n)
		return;
	slot = map_get(units, unit_key(x, f, f->entry.blob));
	if (!slot)
		return;
	same = slot->ptr;
	f->unit = same->unit;
	f->read = true;
	f->status = READ_OK;
}

void
side_share(struct analysis *x, struct side *s, const struct side *like)
{
	struct map units = index_units(x, like);

	for (uint32_t i = 0; i < s->files.list.n; i++)
		take_unit(x, &units, &s->files.list.v[i]);
	for (uint32_t i = 0; i < x->config.services.n + x->n_running; i++) {
		if (x->is_here[i])
			continue;
		s->sources[i] = like->sources[i];
		s->states[i] = like->states[i];
		s->link_services[i] = like->link_services[i];
	}
	for (uint32_t i = 0; i < like->files.list.n; i++) {
		struct file f = like->files.list.v[i];

		if (x->is_here[f.service])
			continue;
		side_classify(x, &f);
		f.closed = NULL;
		vec_push(&x->arena, &s->files.list, f);
	}
}

/* The next file of the service at or after AT that somebody reads. */
static uint32_t
next_read(const struct analysis *x, uint32_t service, const struct file_list *l, uint32_t at)
{
	for (; at < l->list.n; at++) {
		struct str path = l->list.v[at].path;

		if (side_is_baseline(x, service, path) || host_of_path(path))
			break;
	}
	return at;
}

/* Both lists are sorted by path. */
static bool
lists_differ(const struct analysis *an, uint32_t service, const struct file_list *a,
	const struct file_list *b)
{
	uint32_t i = next_read(an, service, a, 0), k = next_read(an, service, b, 0);

	while (i < a->list.n && k < b->list.n) {
		const struct file_entry *x = &a->list.v[i], *y = &b->list.v[k];

		if (!x->blob.n || !str_eq(x->blob, y->blob) || !str_eq(x->path, y->path))
			return true;
		i = next_read(an, service, a, i + 1);
		k = next_read(an, service, b, k + 1);
	}
	return i < a->list.n || k < b->list.n;
}

bool
side_differs(const struct analysis *x, const struct side *a, const struct side *b)
{
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (x->is_here[i] && lists_differ(x, i, &a->sources[i].list, &b->sources[i].list))
			return true;
	return false;
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
number_files(struct side *s)
{
	if (s->files.list.n)
		qsort(s->files.list.v, s->files.list.n, sizeof *s->files.list.v, compare_files);
	for (uint32_t i = 0; i < s->files.list.n; i++)
		s->files.list.v[i].number = i + 1;
}

static void
extract_files(struct analysis *x, struct side *s)
{
	struct extract_job *jobs = arena_array(&x->arena, struct extract_job, s->files.list.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < s->files.list.n; i++) {
		const struct file *f = &s->files.list.v[i];

		if (!f->unit && !f->read && f->class != CLASS_VENDORED && f->host != &host_listed &&
			s->link_services[f->service].files.ops)
			jobs[n++] = (struct extract_job){
				.files = s->link_services[f->service].files, .file = i};
	}
	extract_run(&s->files, jobs, n, &x->extract);
}

void
side_read(struct analysis *x, const struct options *o, struct side *s)
{
	double t = now();

	number_files(s);
	progress_stage("reading");
	extract_files(x, s);
	progress_stage("linking");
	t = lap(o, "extract", t);
	link_init(&s->linker, &x->arena, &s->files, s->link_services,
		x->config.services.n + x->n_running, &x->extract);
	link_run(&s->linker);
	lap(o, "link", t);
}

bool
side_build(struct analysis *x, const struct options *o, struct side *s, struct diags *diags)
{
	struct world_input input = {.config = &x->config,
		.linker = &s->linker,
		.services = s->states,
		.running = x->running,
		.n_running = x->n_running,
		.config_before = s->config_before,
		.today = o->today ? str_from(o->today) : today(&x->arena),
		.at = str_from(o->at),
		.at_service = s->at_service};
	double t = now();

	progress_stage("replaying migrations");
	world_build(&s->world, &x->arena, &input, diags);
	t = lap(o, "world", t);
	/* Not before: what the world wants of files that nothing else wanted is extracted, too. */
	user_cache_save(x, o, diags);
	lap(o, "save", t);
	return diag_worst(diags) < DIAG_ERROR;
}
