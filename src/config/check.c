/* What only shows when the whole configuration is read. */
#include <sys/stat.h>

#include "base/arena.h"
#include "base/files.h"
#include "base/map.h"
#include "read_p.h"

static struct setting
at_line(const struct service *s)
{
	return (struct setting){.value = s->name, .line = s->line, .column = 1};
}

/* Absolute; real where it exists. */
static struct str
resolve(struct yaml_reader *r, struct str path)
{
	struct str joined =
		str_starts(path, STR("/"))
			? str_dup(r->arena, path)
			: str_format(r->arena, "%.*s/%.*s", STR_ARG(r->directory), STR_ARG(path));
	struct str real = file_real_path(r->arena, joined.s);

	return real.n ? real : joined;
}

static bool
exists(struct str path, mode_t type)
{
	struct stat st;

	return path.n && !stat(path.s, &st) && (st.st_mode & S_IFMT) == type;
}

static bool
is_there(struct str path)
{
	struct stat st;

	return path.n && !stat(path.s, &st);
}

/* Facts stand in for a repository that is not there; those may also be given with the command, so
 * that one which is missing altogether is for the reader of the repositories to tell. */
static void
check_places(struct yaml_reader *r, struct service *s)
{
	struct setting here = at_line(s);

	if (s->repo.line)
		s->repo_path = resolve(r, s->repo.value);
	if (s->facts.line)
		s->facts_path = resolve(r, s->facts.value);
	if (exists(s->repo_path, S_IFDIR) || exists(s->facts_path, S_IFREG))
		return;
	if (s->facts.line)
		yaml_error_at(r, &s->facts, "no such file '%.*s'%s", STR_ARG(s->facts.value),
			s->repo.line ? ", and no such repository" : "");
	else if (s->repo.line && is_there(s->repo_path))
		yaml_error_at(r, &s->repo, "no such directory '%.*s' (looked for %.*s)",
			STR_ARG(s->repo.value), STR_ARG(s->repo_path));
	else if (!s->repo.line && !r->bad)
		yaml_error_at(r, &here, "wants `repo:`, where its files are, or `facts:`");
}

static void
check_grant(struct yaml_reader *r, const struct config *c, const struct service *s,
	const struct grant *g)
{
	const char **names;

	if (g->until.line && !config_is_date(g->until.value))
		yaml_error_at(r, &g->until,
			"grants: until: '%.*s' is no day of the calendar; write YYYY-MM-DD",
			STR_ARG(g->until.value));
	if (!g->to.line)
		return;
	if (str_eq(g->to.value, s->name))
		yaml_error_at(r, &g->to, "grants: to: a service needs no grant for itself");
	if (config_service(c, g->to.value) != UINT32_MAX)
		return;
	names = arena_array(r->arena, const char *, c->services.n + 1);
	for (uint32_t i = 0; i < c->services.n; i++)
		names[i] = str_cstr(r->arena, c->services.v[i].name);
	yaml_error_at(r, &g->to, "grants: to: no service is called '%.*s'%.*s",
		STR_ARG(g->to.value), STR_ARG(config_hint(r->arena, g->to.value, names)));
}

static void
check_name(struct yaml_reader *r, struct map *names, const struct service *s)
{
	struct setting here = at_line(s);
	union map_value *before;

	if (!s->name.n)
		return;
	before = map_get(names, s->name);
	if (before)
		yaml_error_at(r, &here, "two services have this name; the first is in line %u",
			(uint32_t)before->num);
	else
		map_put(names, s->name)->num = s->line;
}

/* Equal words of two services leave open whose it is. WHAT: "table", "schema". */
static void
check_owned(struct yaml_reader *r, const struct config *c, struct map *owned, uint32_t service,
	const struct setting *name, const char *what)
{
	struct str key = str_format(r->arena, "%s %.*s", what, STR_ARG(name->value));
	union map_value *before = map_get(owned, key);
	const struct service *other;

	if (!before) {
		map_put(owned, key)->num = service;
		return;
	}
	other = &c->services.v[before->num];
	if (before->num != service)
		yaml_error_at(r, name,
			"owns: %s '%.*s' is owned by %.*s too (line %u); keep one of the two", what,
			STR_ARG(name->value), STR_ARG(other->name), other->line);
}

static void
check_owns(struct yaml_reader *r, const struct config *c, struct map *owned, uint32_t i)
{
	const struct service *s = &c->services.v[i];

	for (uint32_t k = 0; k < s->owns.tables.n; k++)
		check_owned(r, c, owned, i, &s->owns.tables.v[k], "table");
	for (uint32_t k = 0; k < s->owns.schemas.n; k++)
		check_owned(r, c, owned, i, &s->owns.schemas.v[k], "schema");
	if (s->kind == SERVICE_OPERATOR && s->owns.tables.n)
		yaml_error_at(r, &s->owns.tables.v[0], "owns: an operator owns nothing");
	if (s->kind == SERVICE_OPERATOR && s->owns.schemas.n)
		yaml_error_at(r, &s->owns.schemas.v[0], "owns: an operator owns nothing");
}

/* It is read with the service's files, from the same revision: so it stands among them. */
static void
check_baseline(struct yaml_reader *r, const struct service *s)
{
	struct str rest = s->baseline.value, part;
	bool leaves = str_starts(rest, STR("/")) || str_ends(rest, STR("/"));

	while (str_cut(&rest, '/', &part))
		leaves |= str_is(part, "..") || str_is(part, ".");
	if (leaves)
		yaml_error_at(r, &s->baseline,
			"baseline: '%.*s': name a file below the service's directory, "
			"which it is relative to",
			STR_ARG(s->baseline.value));
}

void
config_check(struct yaml_reader *r, struct config *c)
{
	struct map names = {.arena = r->arena}, owned = {.arena = r->arena};

	if (!c->services.n && !r->bad)
		yaml_error(r, NULL, "names no services: write `services:` with a list of them");
	for (uint32_t i = 0; i < c->services.n && r->budget; i++) {
		struct service *s = &c->services.v[i];

		r->label = str_format(r->arena, "services: %.*s", STR_ARG(s->name));
		check_name(r, &names, s);
		check_places(r, s);
		check_owns(r, c, &owned, i);
		check_baseline(r, s);
		for (uint32_t k = 0; k < s->grants.n && r->budget; k++)
			check_grant(r, c, s, &s->grants.v[k]);
	}
}
