/* Finding the configuration, and doing without one. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/files.h"
#include "read_p.h"

/* What a repository says of itself in .pgbounds.yaml. */
struct pointer {
	struct setting service, config;
};

const struct key config_pointer_keys[] = {
	{.name = "service",
		.type = KEY_SETTING,
		.offset = offsetof(struct pointer, service),
		.help = "which service this repository is"},
	{.name = "config",
		.type = KEY_SETTING,
		.wanted = true,
		.offset = offsetof(struct pointer, config),
		.help = "where pgbounds.yaml is, relative to this file"},
	{0},
};

/* DIR is where PATH is, with its '/', or empty. */
static struct str
read_pointer(
	struct arena *a, struct str dir, struct str path, struct str *self, struct diags *diags)
{
	struct yaml_reader r = {.arena = a, .diags = diags, .path = path};
	struct pointer p = {0};
	yaml_node_t *root = NULL;

	if (!yaml_open(&r, &root))
		return (struct str){0};
	if (root)
		yaml_read_map(&r, root, config_pointer_keys, &p);
	yaml_close(&r);
	if (!p.config.line && !r.bad)
		yaml_error(&r, NULL, "wants `config:`, where pgbounds.yaml is");
	if (r.bad)
		return (struct str){0};
	*self = p.service.value;
	if (str_starts(p.config.value, STR("/")))
		return p.config.value;
	return str_format(a, "%.*s%.*s", STR_ARG(dir), STR_ARG(p.config.value));
}

/* From DIR upwards the nearest one wins. FROM is how DIR is called, with its '/': nothing where one
 * stands, so that the file is called as one would type it from there: "../pgbounds.yaml". */
static struct str
walk_up(struct arena *a, struct str dir, struct str from, struct str *self, struct diags *diags)
{
	struct buf up = {.arena = a};

	for (buf_add(&up, from);; buf_add(&up, STR("../"))) {
		struct str here = str_format(a, "%.*spgbounds.yaml", STR_ARG(buf_str(&up)));
		struct str pointer = str_format(a, "%.*s.pgbounds.yaml", STR_ARG(buf_str(&up)));
		size_t slash = str_rchr(dir, '/');

		if (!access(here.s, F_OK))
			return here;
		if (!access(pointer.s, F_OK))
			return read_pointer(a, buf_str(&up), pointer, self, diags);
		if (dir.n <= 1 || slash == SIZE_MAX)
			return (struct str){0};
		dir = str_slice(dir, 0, slash ? slash : 1);
	}
}

struct str
config_find(struct arena *a, const char *explicit, struct str elsewhere, struct str *self,
	struct diags *diags)
{
	const char *env = getenv("PGBOUNDS_CONFIG");
	char *cwd;
	struct str dir, found, other;

	*self = (struct str){0};
	if (explicit)
		return str_from(explicit);
	if (env && *env)
		return str_from(env);
	cwd = getcwd(NULL, 0);
	if (!cwd)
		return (struct str){0};
	dir = str_dup(a, str_from(cwd));
	free(cwd);
	found = walk_up(a, dir, (struct str){0}, self, diags);
	if (!elsewhere.n || diag_worst(diags) >= DIAG_ERROR || (found.n && !access(found.s, F_OK)))
		return found;
	other = walk_up(a, elsewhere, str_format(a, "%.*s/", STR_ARG(elsewhere)), self, diags);
	return other.n ? other : found;
}

/* The last N components of PATH, without the ".git" of a bare repository. */
static struct str
last_components(struct str path, uint32_t n)
{
	size_t from = path.n;

	if (str_ends(path, STR(".git")) && !str_ends(path, STR("/.git")))
		path = str_slice(path, 0, path.n - 4);
	from = path.n;
	while (n && from > 1) {
		while (from > 0 && path.s[from - 1] != '/')
			from--;
		if (--n && from > 0)
			from--;
	}
	return path.n > 1 ? str_slice(path, from, path.n) : path;
}

/* Has another service the same last N components? */
static bool
shared_name(const struct config *c, uint32_t service, struct str name, uint32_t n)
{
	for (uint32_t i = 0; i < c->services.n; i++)
		if (i != service && str_eq(last_components(c->services.v[i].repo_path, n), name))
			return true;
	return false;
}

/* As many last components as tell it from the others; "x" and "x.git" are told apart by all. */
static struct str
infer_name(const struct config *c, uint32_t service)
{
	struct str path = c->services.v[service].repo_path;
	uint32_t n = 1;

	for (struct str name; n < 64; n++) {
		name = last_components(path, n);
		if (!shared_name(c, service, name, n))
			return name;
	}
	return path;
}

static bool
add_directory(struct config *c, const char *directory, struct diags *diags)
{
	struct str path = file_real_path(c->arena, directory);
	struct service *s;

	if (!path.n) {
		diag_add(diags, DIAG_ERROR, str_from(directory), 0, 0,
			*directory ? "no such directory" : "no such directory: ''");
		return false;
	}
	for (uint32_t i = 0; i < c->services.n; i++)
		if (str_eq(c->services.v[i].repo_path, path)) {
			diag_add(diags, DIAG_ERROR, str_from(directory), 0, 0,
				"the same directory is given twice");
			return false;
		}
	s = vec_add(c->arena, &c->services);
	s->repo.value = str_dup(c->arena, str_from(directory));
	s->repo_path = path;
	return true;
}

bool
config_infer(struct config *c, struct arena *a, const char *const *directories, uint32_t n,
	struct diags *diags)
{
	bool ok = true;

	*c = (struct config){.arena = a};
	for (uint32_t i = 0; i < n; i++)
		ok &= add_directory(c, directories[i], diags);
	for (uint32_t i = 0; i < c->services.n; i++)
		c->services.v[i].name = infer_name(c, i);
	return ok;
}
