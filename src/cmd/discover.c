/* Where services are: repositories here, beside or below; directories of a monorepo. */
#include <dirent.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/arena.h"
#include "cmd/draft.h"
#include "host/host.h"

static bool
is_repository(struct arena *a, struct str dir)
{
	return access(str_cstr(a, str_format(a, "%.*s/.git", STR_ARG(dir))), F_OK) == 0;
}

static int
compare_paths(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

static void
sort(struct paths *p)
{
	if (p->list.n)
		qsort(p->list.v, p->list.n, sizeof *p->list.v, compare_paths);
}

/* Appends the directories in DIR, not hidden ones, in the order of their names. */
static void
list_directories(struct arena *a, struct str dir, struct paths *out)
{
	DIR *d = opendir(str_cstr(a, dir));
	struct paths found = {0};

	for (struct dirent *e = d ? readdir(d) : NULL; e; e = readdir(d)) {
		struct str path = str_is(dir, ".") ? str_dup(a, str_from(e->d_name))
						   : str_format(a, "%.*s/%s", STR_ARG(dir), e->d_name);

		if (e->d_name[0] != '.' && access(str_format(a, "%s/.", path.s).s, X_OK) == 0)
			vec_push(a, &found.list, path);
	}
	if (d)
		closedir(d);
	sort(&found);
	for (uint32_t i = 0; i < found.list.n; i++)
		vec_push(a, &out->list, found.list.v[i]);
}

/* The repositories in DIR; with DEEP also those a level further down. */
static void
list_repositories(struct arena *a, struct str dir, bool deep, struct paths *out)
{
	struct paths in = {0};

	list_directories(a, dir, &in);
	for (uint32_t i = 0; i < in.list.n; i++)
		if (is_repository(a, in.list.v[i]))
			vec_push(a, &out->list, in.list.v[i]);
		else if (deep)
			list_repositories(a, in.list.v[i], false, out);
}

/* The top of the repository in which the process stands, "." or "../.."; empty: in none. */
static struct str
repository_above(struct arena *a)
{
	char *here = getcwd(NULL, 0);
	size_t depth = 1;
	struct buf up = {.arena = a};
	struct str dir = STR(".");

	for (const char *p = here; p && *p; p++)
		depth += *p == '/';
	free(here);
	for (; depth; depth--) {
		if (is_repository(a, dir))
			return dir;
		buf_add(&up, up.n ? STR("/..") : STR(".."));
		dir = str_dup(a, buf_str(&up));
	}
	return (struct str){0};
}

/* Real paths tell whether two names mean the same directory. */
static bool
is_same(struct arena *a, struct str x, struct str y)
{
	char *p = realpath(str_cstr(a, x), NULL), *q = realpath(str_cstr(a, y), NULL);
	bool same = p && q && str_eq(str_from(p), str_from(q));

	free(p);
	free(q);
	return same;
}

/* The repository in which one stands and those beside it; else those below. */
static void
look_around(struct arena *a, struct paths *out)
{
	struct str top = repository_above(a);
	struct paths beside = {0};

	if (!top.n) {
		list_repositories(a, STR("."), true, out);
		return;
	}
	vec_push(a, &out->list, top);
	list_repositories(a, str_is(top, ".") ? STR("..") : str_format(a, "%.*s/..", STR_ARG(top)),
		false, &beside);
	for (uint32_t i = 0; i < beside.list.n; i++)
		if (!is_same(a, beside.list.v[i], top))
			vec_push(a, &out->list, beside.list.v[i]);
}

/* Files that stand at the top of what is built or deployed by itself. */
static bool
is_unit_marker(struct str name)
{
	static const char *const names[] = {"go.mod", "package.json", "pyproject.toml", "setup.py",
		"setup.cfg", "manage.py", "requirements.txt", "Pipfile", "Dockerfile", "Gemfile",
		"pom.xml", "build.gradle", "build.gradle.kts", "Cargo.toml", "mix.exs",
		"composer.json", "*.csproj"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_glob(str_from(names[i]), name))
			return true;
	return false;
}

static struct str
directory_of(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash == SIZE_MAX ? (struct str){0} : str_slice(path, 0, slash);
}

static struct str
last_of(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash == SIZE_MAX ? path : str_slice(path, slash + 1, path.n);
}

static bool
is_below(struct str path, struct str dir)
{
	return str_starts(path, dir) && (path.n == dir.n || path.s[dir.n] == '/');
}

static bool
is_readable_path(struct str path)
{
	const struct host *h = host_of_path(path);

	return h && !h->beside;
}

/* A migration by its path alone: something readable in a directory that is called so. */
static bool
is_migration_path(struct str path)
{
	struct str dir = directory_of(path), part;

	if (!is_readable_path(path))
		return false;
	while (str_cut(&dir, '/', &part))
		if (str_glob(STR("*migrations*"), part) || str_is(part, "migrate") ||
			str_is(part, "migration") || str_is(part, "drizzle"))
			return true;
	return false;
}

static bool
is_ours(struct str path)
{
	enum file_class class = classify_path(path);

	return class != CLASS_VENDORED && class != CLASS_TEST;
}

/* The directories with a marker, without those inside another. The list is sorted, so that a
 * directory comes before what is in it. */
static void
find_units(struct arena *a, const struct file_list *files, struct paths *units)
{
	struct paths marked = {0};

	for (uint32_t i = 0; i < files->list.n; i++) {
		struct str path = files->list.v[i].path, dir = directory_of(path);

		if (dir.n && is_unit_marker(last_of(path)) && is_ours(path))
			vec_push(a, &marked.list, dir);
	}
	sort(&marked);
	for (uint32_t i = 0; i < marked.list.n; i++)
		if (!units->list.n || !is_below(marked.list.v[i], *vec_last(&units->list)))
			vec_push(a, &units->list, marked.list.v[i]);
}

static uint32_t
unit_of(const struct paths *units, struct str path)
{
	for (uint32_t i = 0; i < units->list.n; i++)
		if (is_below(path, units->list.v[i]))
			return i;
	return UINT32_MAX;
}

/* Leaves the units that hold something to read. False when the repository is one service: fewer than
 * two are left, or there are migrations that belong to none of them, or none at all. */
static bool
are_services(struct arena *a, const struct file_list *files, struct paths *units)
{
	bool *readable = arena_array(a, bool, units->list.n + 1), migrations = false;
	uint32_t n = 0;

	for (uint32_t i = 0; i < files->list.n; i++) {
		struct str path = files->list.v[i].path;
		uint32_t unit = unit_of(units, path);

		if (!is_ours(path) || !is_readable_path(path))
			continue;
		if (unit != UINT32_MAX)
			readable[unit] = true;
		if (is_migration_path(path) && unit == UINT32_MAX)
			return false;
		migrations |= is_migration_path(path);
	}
	for (uint32_t i = 0; i < units->list.n; i++)
		if (readable[i])
			units->list.v[n++] = units->list.v[i];
	units->list.n = n;
	return n >= 2 && migrations;
}

/* What stands outside all units is read for none of them: that has to be said. */
static void
note_rest(struct arena *a, struct str repository, const struct file_list *files,
	const struct paths *units, struct paths *notes)
{
	uint32_t n = 0;
	struct str first = {0};

	for (uint32_t i = 0; i < files->list.n; i++) {
		struct str path = files->list.v[i].path;

		if (!is_ours(path) || !is_readable_path(path) || unit_of(units, path) != UINT32_MAX)
			continue;
		if (!n++)
			first = path;
	}
	vec_push(a, &notes->list,
		str_format(a, "%.*s is a repository of %u services: directories that are built by "
			      "themselves, and no migration stands outside them",
			STR_ARG(repository), units->list.n));
	if (n)
		vec_push(a, &notes->list,
			str_format(a, "in none of them, so not read: %u file%s, the first is %.*s",
				n, n == 1 ? "" : "s", STR_ARG(first)));
}

static bool
is_readable(const struct file_list *files)
{
	for (uint32_t i = 0; i < files->list.n; i++)
		if (is_readable_path(files->list.v[i].path))
			return true;
	return false;
}

/* Appends DIR, or the services in it; nothing when it was only found, and there is nothing to read. */
static void
add_services(struct arena *a, struct str dir, bool named, struct paths *out, struct paths *notes)
{
	struct source_request request = {.path = dir, .name = dir};
	struct diags ignored = {.arena = a}; /* the analysis says it again */
	struct paths units = {0};
	struct source source = {0};
	bool several = false;

	if (is_repository(a, dir) && source_open(&source, a, &request, &ignored)) {
		if (!named && !is_readable(&source.list)) {
			source_close(&source);
			return;
		}
		find_units(a, &source.list, &units);
		several = are_services(a, &source.list, &units);
		if (several)
			note_rest(a, dir, &source.list, &units, notes);
		source_close(&source);
	}
	if (!several) {
		vec_push(a, &out->list, dir);
		return;
	}
	for (uint32_t i = 0; i < units.list.n; i++)
		vec_push(a, &out->list,
			str_is(dir, ".") ? units.list.v[i]
					 : str_format(a, "%.*s/%.*s", STR_ARG(dir),
						   STR_ARG(units.list.v[i])));
}

void
discover(struct arena *a, const char *const *directories, uint32_t n, struct paths *out,
	struct paths *notes)
{
	struct paths candidates = {0};

	for (uint32_t i = 0; i < n; i++)
		vec_push(a, &candidates.list, str_from(directories[i]));
	if (!n)
		look_around(a, &candidates);
	for (uint32_t i = 0; i < candidates.list.n; i++)
		add_services(a, candidates.list.v[i], n > 0, out, notes);
}
