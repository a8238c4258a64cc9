/* From the command line to a configuration, and from there to a world: configuration → sides. */
#include "cmd/analysis.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd/progress.h"
#include "host/host.h"
#include "rule/rule.h"
#include "tool/tool.h"

/* N levels at V. */
static void
unknown_rules(struct analysis *x, const struct rule_level *v, uint32_t n, struct diags *diags)
{
	const char *names[64] = {0};

	for (uint32_t i = 0; rules[i] && i < 63; i++)
		names[i] = rules[i]->name;
	for (uint32_t i = 0; i < n; i++) {
		const struct setting *s = &v[i].rule;
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

static void
check_levels(struct analysis *x, struct diags *diags)
{
	unknown_rules(x, x->config.rules.v, x->config.rules.n, diags);
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		const struct service *s = &x->config.services.v[i];

		unknown_rules(x, s->rules.v, s->rules.n, diags);
		for (uint32_t k = 0; k < s->overrides.n; k++)
			unknown_rules(
				x, s->overrides.v[k].rules.v, s->overrides.v[k].rules.n, diags);
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

/* The main work tree, seen from a linked one: neighbours lie beside that one. */
static struct str
main_work_tree(const struct analysis *x)
{
	struct str common = x->here.common, top;

	if (!str_ends(common, STR("/.git")))
		return (struct str){0};
	top = str_slice(common, 0, common.n - strlen("/.git"));
	return str_eq(top, x->here.top) ? (struct str){0} : top;
}

/* PATH of the configuration below the top of the repository here; empty: it is outside of it. */
static struct str
path_in_repository(struct analysis *x, struct str path)
{
	size_t slash = str_rchr(path, '/');
	struct str directory = slash == SIZE_MAX ? STR(".") : str_slice(path, 0, slash + 1);
	struct str real = file_real_path(&x->arena, str_cstr(&x->arena, directory));
	struct str whole = str_format(&x->arena, "%.*s/%.*s", STR_ARG(real),
		STR_ARG(slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n)));
	struct str top = str_format(&x->arena, "%.*s/", STR_ARG(x->here.top));

	if (!x->here.top.n || !str_starts(whole, top))
		return (struct str){0};
	return str_slice(whole, top.n, whole.n);
}

const struct str *
analysis_config_text(
	struct analysis *x, struct str path, const struct source_request *state, bool *missing)
{
	bool work_tree = !state->index && !state->revision.n && !state->nothing;
	struct str inside = path_in_repository(x, path);
	struct str *text = arena_new(&x->arena, struct str);
	struct diags ignored = {.arena = &x->arena};

	*missing = false;
	if (!inside.n)
		return NULL;
	if (work_tree ? input_read(&x->arena, path, text, &ignored)
		      : source_read_one(&x->arena, x->here.top, state, inside, text) == READ_OK)
		return text;
	*missing = true;
	return NULL;
}

/* Of a mistake in TEXT (NULL: what stands on disk): where it is, when it is not to be seen there. */
static void
note_state(struct analysis *x, struct str path, const struct str *text, struct diags *diags)
{
	struct diags ignored = {.arena = &x->arena};
	struct str now;

	if (!text || (input_read(&x->arena, path, &now, &ignored) && str_eq(now, *text)))
		return;
	diag_add(diags, DIAG_NOTE, path, 0, 0, "this is as it %s %.*s, not as it stands on disk",
		x->head.here.index ? "is" : "was committed in",
		STR_ARG(x->head.here.index ? STR("staged") : x->head.here.revision));
}

static bool
read_config(struct analysis *x, const struct options *o, const char *const *directories, uint32_t n,
	struct diags *diags)
{
	const struct str *text;
	struct str path;
	bool missing;

	if (n && !o->config)
		return config_infer(&x->config, &x->arena, directories, n, diags);
	if (n) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"directories and a configuration (-c) exclude each other");
		return false;
	}
	path = config_find(&x->arena, o->config, main_work_tree(x), &x->self, diags);
	if (diag_worst(diags) >= DIAG_ERROR)
		return false;
	if (!path.n) {
		const char *const here[] = {repository_here(&x->arena)};

		if (o->facts.n)
			return config_infer(&x->config, &x->arena, NULL, 0, diags);
		return config_infer(&x->config, &x->arena, here, 1, diags);
	}
	/* One that is not committed yet, or not staged, is taken as it stands on disk. */
	text = x->head.here.index || x->head.here.revision.n
		       ? analysis_config_text(x, path, &x->head.here, &missing)
		       : NULL;
	if (config_read(&x->config, &x->arena, path, text, diags))
		check_levels(x, diags);
	if (diag_worst(diags) < DIAG_ERROR)
		return true;
	note_state(x, path, text, diags);
	return false;
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

/* True when the process stands below the directory, which is in no repository. */
static bool
stands_below(const char *directory)
{
	char here[PATH_MAX], there[PATH_MAX];
	bool known = getcwd(here, sizeof here) && realpath(directory, there);
	size_t n = known ? strlen(there) : 0;

	return known && strncmp(here, there, n) == 0 && (here[n] == '\0' || here[n] == '/');
}

/* The revisions of `also:`, numbered behind the services. */
static void
find_running(struct analysis *x)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->config.services.n; i++)
		n += x->config.services.v[i].also.n;
	x->running = arena_array(&x->arena, struct running, n + 1);
	x->revisions = arena_array(&x->arena, struct str, n + 1);
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		const struct service *s = &x->config.services.v[i];

		for (uint32_t k = 0; k < s->also.n; k++) {
			struct str revision = s->also.v[k].value;

			x->revisions[x->n_running] = revision;
			x->running[x->n_running++] = (struct running){.service = i,
				.label = str_format(&x->arena, "%.*s@%.*s", STR_ARG(s->name),
					STR_ARG(revision))};
		}
	}
}

/* A service is here by its repository; the configuration may name another work tree of it. */
static void
find_here(struct analysis *x)
{
	x->is_here = arena_array(&x->arena, bool, x->config.services.n + x->n_running + 1);
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		struct service *s = &x->config.services.v[i];
		const char *path = str_cstr(&x->arena, s->repo_path);

		if (!s->repo_path.n)
			continue;
		if (!x->here.common.n) {
			x->is_here[i] = stands_below(path);
			continue;
		}
		x->is_here[i] = source_is_here(&x->here, path);
		if (x->is_here[i] && x->config.path.n && !stands_below(path))
			s->repo_path = source_path_here(&x->here, &x->arena, s->repo_path);
	}
}

/* What the configuration says of templates, by service and by further revision of one. */
static const struct host_variables *
variables(struct analysis *x)
{
	uint32_t n = x->config.services.n;
	struct host_variables *all =
		arena_array(&x->arena, struct host_variables, n + x->n_running + 1);

	for (uint32_t i = 0; i < n + x->n_running; i++) {
		const struct service *s =
			&x->config.services.v[i < n ? i : x->running[i - n].service];
		struct host_variable *list =
			arena_array(&x->arena, struct host_variable, s->variables.n + 1);

		for (uint32_t k = 0; k < s->variables.n; k++)
			list[k] = (struct host_variable){
				s->variables.v[k].name.value, s->variables.v[k].value.value};
		all[i] = (struct host_variables){list, s->variables.n};
	}
	return all;
}

bool
analysis_configure(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags)
{
	if (!x->here.common.n)
		source_here(&x->here, &x->arena);
	if (!read_config(x, o, directories, n, diags))
		return false;
	add_fact_services(x, o);
	find_running(x);
	find_here(x);
	x->host = (struct host_options){
		.sinks = extract_sinks, .markers = markers(&x->arena), .bodies = extract_bodies};
	x->extract = (struct extract_options){
		.host = &x->host,
		.variables = variables(x),
		.jobs = o->jobs,
		.cache = user_cache(&x->arena, o, diags),
		.progress = progress_files()};
	return true;
}

bool
analysis_read(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags)
{
	*x = (struct analysis){0};
	x->head.here.revision = str_from(o->revision);
	if (!analysis_configure(x, o, directories, n, diags) ||
		!side_list_here(x, &x->head, diags) || !side_list_others(x, o, &x->head, diags))
		return false;
	side_read(x, o, &x->head);
	user_cache_save(x, o, diags);
	return true;
}

bool
analysis_build(struct analysis *x, const struct options *o, struct diags *diags)
{
	return side_build(x, o, &x->head, diags);
}

static void
free_side(struct analysis *x, struct side *s)
{
	for (uint32_t i = 0; s->sources && i < x->config.services.n + x->n_running; i++)
		source_close(&s->sources[i]);
	for (uint32_t i = 0; i < s->files.arenas.n; i++)
		arena_free(s->files.arenas.v[i]);
}

void
analysis_free(struct analysis *x)
{
	free_side(x, &x->head);
	for (uint32_t i = 0; i < x->n_bases; i++)
		free_side(x, &x->bases[i]);
	arena_free(&x->arena);
}

bool
analysis_is_judged(const struct analysis *x, uint32_t service)
{
	if (x->self.n)
		return str_eq(x->self, x->config.services.v[service].name);
	return x->is_here[service];
}

bool
analysis_someone_is_here(const struct analysis *x, struct diags *diags)
{
	bool any = false;

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		if (!analysis_is_judged(x, i))
			continue;
		any = true;
		if (!x->head.states[i].available)
			diag_add(diags, DIAG_SYSTEM, x->config.path, 0, 0,
				"the service that is here, %.*s, could not be read",
				STR_ARG(x->config.services.v[i].name));
	}
	if (!any)
		diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
			"no service of this configuration is in the current directory; "
			"`pgbounds audit` judges all of them");
	return diag_worst(diags) < DIAG_ERROR;
}

uint32_t
analysis_service(const struct analysis *x, const char *name, struct diags *diags)
{
	uint32_t service = config_service(&x->config, str_from(name)), n = x->config.services.n;
	struct arena scratch = {0};
	const char **names;

	if (service != UINT32_MAX)
		return service;
	names = arena_array(&scratch, const char *, n + 1);
	for (uint32_t i = 0; i < n; i++)
		names[i] = str_cstr(&scratch, x->config.services.v[i].name);
	diag_add(diags, DIAG_ERROR, x->config.path, 0, 0, "no service is called '%s'%.*s", name,
		STR_ARG(config_hint(&scratch, str_from(name), names)));
	arena_free(&scratch);
	return service;
}
