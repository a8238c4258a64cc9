/* Alembic: modules with `revision` and `down_revision`, in the order of their graph.
 *
 * The order is the one in which `alembic upgrade heads` runs them on an empty database:
 * RevisionMap._topological_sort() of alembic/script/revision.py (1.8), the other way round. Where it goes by the
 * order in which the file system lists files, here it is by path. An environment is the directory of
 * an env.py; versions that stand elsewhere belong to whoever's revisions theirs go on from. */
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

/* A revision in the graph. */
struct node {
	struct str revision;
	uint32_t step;
	VEC(uint32_t) parents; /* down_revision, then depends_on */
	uint32_t down;         /* so many of the parents are down_revision's */
	bool child;            /* something goes on from it */
};

struct graph {
	struct arena *a;
	struct tool_history *h;
	VEC(struct node) nodes;
	struct map by_revision; /* also by branch label → index + 1 */
};

/* A row of revisions that the depth-first walk goes down. */
struct line {
	uint32_t at;
	bool *ancestors; /* by node, .at among them */
};

static uint32_t
file_value(const struct unit *u, const char *name)
{
	for (uint32_t i = u ? u->symbols.n : 0; i > 1; i--) {
		const struct symbol *s = &u->symbols.v[i - 1];

		if (s->from == 0 && s->to == UINT32_MAX && s->value && str_is(s->name, name))
			return s->value;
	}
	return 0;
}

static struct str
string_of(const struct unit *u, uint32_t value)
{
	return u->values.v[value].kind == VALUE_STRING ? u->values.v[value].text : (struct str){0};
}

static struct str
revision_of(const struct unit *u)
{
	return string_of(u, file_value(u, "revision"));
}

static bool
is_revision(const struct tool_file *f)
{
	struct str name = path_name(f->path);

	return str_ends(name, STR(".py")) && !str_is(name, "__init__.py") && f->unit &&
	       revision_of(f->unit).n && file_value(f->unit, "down_revision");
}

/* --- environments --- */

struct environment {
	struct str directory;
	uint32_t same_as; /* itself, or the one that it is a part of */
};

struct environments {
	struct arena *a;
	VEC(struct environment) list;
	struct map by_directory, env_py, of_revision;
	uint32_t *of_file; /* by index of the files */
};

/* The nearest directory around PATH that has an env.py, else that of `versions`, else its own. */
static struct str
environment_of(struct environments *e, struct str path)
{
	struct str versions = path_directory(path);

	for (struct str d = path_directory(path); d.n; d = path_directory(d)) {
		if (map_get(&e->env_py, d))
			return d;
		if (str_is(path_name(d), "versions"))
			versions = path_directory(d);
	}
	return map_get(&e->env_py, STR("")) ? STR("") : versions;
}

static uint32_t
root_of(const struct environments *e, uint32_t i)
{
	while (e->list.v[i].same_as != i)
		i = e->list.v[i].same_as;
	return i;
}

static bool
has_env(struct environments *e, uint32_t environment)
{
	return map_get(&e->env_py, e->list.v[environment].directory) != NULL;
}

static struct str
own_revision(struct environments *e, uint32_t environment, struct str revision)
{
	return str_format(e->a, "%u/%.*s", environment, STR_ARG(revision));
}

/* What goes on from a REVISION that is not in its own environment belongs to that one's, unless each has an
 * env.py of its own. */
static void
join_by(struct environments *e, uint32_t environment, struct str revision)
{
	bool here = map_get(&e->of_revision, own_revision(e, environment, revision)) != NULL;
	const union map_value *v = here ? NULL : map_get(&e->of_revision, revision);
	uint32_t x = root_of(e, environment), y = v ? root_of(e, (uint32_t)v->num - 1) : x;

	if (x != y && !(has_env(e, x) && has_env(e, y)))
		e->list.v[has_env(e, x) ? y : x].same_as = has_env(e, x) ? x : y;
}

static void
join_by_value(struct environments *e, uint32_t environment, const struct unit *u, uint32_t value)
{
	struct range kids = u->values.v[value].kids;

	if (u->values.v[value].kind == VALUE_STRING)
		join_by(e, environment, u->values.v[value].text);
	for (uint32_t i = 0; u->values.v[value].kind == VALUE_LIST && i < kids.count; i++)
		join_by(e, environment, string_of(u, u->kids.v[kids.first + i]));
}

static void
find_environments(struct environments *e, const struct tool_file *files, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_is(path_name(files[i].path), "env.py"))
			map_put(&e->env_py, path_directory(files[i].path))->num = i + 1;
	for (uint32_t i = 0; i < n; i++) {
		struct str directory;
		union map_value *v;

		if (!is_revision(&files[i]))
			continue;
		directory = environment_of(e, files[i].path);
		v = map_put(&e->by_directory, directory);
		if (!v->num) {
			struct environment *made = vec_add(e->a, &e->list);

			*made = (struct environment){directory, e->list.n - 1};
			v->num = e->list.n;
		}
		e->of_file[i] = (uint32_t)v->num;
		map_put(&e->of_revision, revision_of(files[i].unit))->num = v->num;
		map_put(&e->of_revision,
			own_revision(e, e->of_file[i] - 1, revision_of(files[i].unit)))
			->num = v->num;
	}
	for (uint32_t i = 0; i < n; i++) {
		const struct unit *u = files[i].unit;

		if (!e->of_file[i])
			continue;
		join_by_value(e, e->of_file[i] - 1, u, file_value(u, "down_revision"));
		join_by_value(e, e->of_file[i] - 1, u, file_value(u, "depends_on"));
	}
}

/* What env.py hands to context.configure(). */
static struct str
configured(const struct unit *u, const char *keyword)
{
	for (uint32_t i = 1; u && i < u->values.n; i++) {
		const struct value *v = &u->values.v[i];

		if (v->kind == VALUE_ARGUMENT && str_is(v->text, keyword))
			return string_of(u, unit_kid(u, i, 0));
	}
	return (struct str){0};
}

static void
add_steps(const struct environments *e, uint32_t environment, const struct tool_file *files,
	uint32_t n, struct tool_history *h)
{
	for (uint32_t i = 0; i < n; i++) {
		struct str name = path_name(files[i].path);
		struct tool_step *s;

		if (!e->of_file[i] || root_of(e, e->of_file[i] - 1) != environment)
			continue;
		s = vec_add(e->a, &h->steps);
		s->name = str_slice(name, 0, name.n - 3);
		s->version = revision_of(files[i].unit);
		s->file = files[i];
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct environments e = {.a = a,
		.by_directory = {.arena = a},
		.env_py = {.arena = a},
		.of_revision = {.arena = a},
		.of_file = arena_array(a, uint32_t, n + 1)};

	(void)directory;
	find_environments(&e, files, n);
	for (uint32_t i = 0; i < e.list.n; i++) {
		struct tool_history h = {.tool = t, .directory = e.list.v[i].directory};
		const union map_value *env = map_get(&e.env_py, h.directory);
		const struct unit *u = env ? files[env->num - 1].unit : NULL;

		if (root_of(&e, i) != i)
			continue;
		h.table = configured(u, "version_table");
		h.table_schema = configured(u, "version_table_schema");
		add_steps(&e, i, files, n, &h);
		vec_push(a, &out->list, h);
	}
}

/* --- the graph --- */

static void
note(struct graph *g, const struct node *n, uint32_t value, struct str text)
{
	const struct tool_file *f = &g->h->steps.v[n->step].file;

	vec_push(g->a, &g->h->notes,
		(struct tool_note){.file = f->number,
			.text = text,
			.order = true,
			.span = f->unit->values.v[value].span});
}

static void
add_parent(struct graph *g, uint32_t node, uint32_t parent, bool down)
{
	struct node *n = &g->nodes.v[node];

	for (uint32_t i = 0; i < n->parents.n; i++)
		if (n->parents.v[i] == parent)
			return;
	vec_push(g->a, &n->parents, parent);
	n->down += down;
	g->nodes.v[parent].child = true;
}

static void
follow(struct graph *g, uint32_t node, uint32_t value, const char *what)
{
	struct node *n = &g->nodes.v[node];
	const struct unit *u = g->h->steps.v[n->step].file.unit;
	struct str text = string_of(u, value);
	const union map_value *v = text.n ? map_get(&g->by_revision, text) : NULL;

	if (v)
		add_parent(g, node, (uint32_t)v->num - 1, str_is(STR("down_revision"), what));
	else if (text.n)
		note(g, n, value,
			str_format(g->a, "%s is %.*s, which is not there", what, STR_ARG(text)));
	else
		note(g, n, value, str_format(g->a, "%s is computed", what));
}

static void
add_edges(struct graph *g, uint32_t node, const char *symbol)
{
	const struct unit *u = g->h->steps.v[g->nodes.v[node].step].file.unit;
	uint32_t value = file_value(u, symbol);
	struct range kids = u->values.v[value].kids;

	if (!value || u->values.v[value].kind == VALUE_NULL)
		return;
	if (u->values.v[value].kind != VALUE_LIST) {
		follow(g, node, value, symbol);
		return;
	}
	for (uint32_t i = 0; i < kids.count; i++)
		follow(g, node, u->kids.v[kids.first + i], symbol);
}

static void
add_label(struct graph *g, uint32_t node, struct str label)
{
	union map_value *v = label.n ? map_put(&g->by_revision, label) : NULL;

	if (v && !v->num)
		v->num = node + 1;
}

static void
make_nodes(struct graph *g)
{
	for (uint32_t i = 0; i < g->h->steps.n; i++) {
		const struct unit *u = g->h->steps.v[i].file.unit;
		struct str revision = revision_of(u);
		union map_value *v = map_put(&g->by_revision, revision);

		vec_push(g->a, &g->nodes, (struct node){.revision = revision, .step = i});
		if (v->num)
			note(g, vec_last(&g->nodes), file_value(u, "revision"),
				str_format(
					g->a, "revision %.*s is there twice", STR_ARG(revision)));
		else
			v->num = g->nodes.n;
	}
	for (uint32_t i = 0; i < g->nodes.n; i++) {
		const struct unit *u = g->h->steps.v[i].file.unit;
		uint32_t value = file_value(u, "branch_labels");
		struct range kids = u->values.v[value].kids;

		add_label(g, i, string_of(u, value));
		for (uint32_t k = 0; u->values.v[value].kind == VALUE_LIST && k < kids.count; k++)
			add_label(g, i, string_of(u, u->kids.v[kids.first + k]));
	}
}

/* A node on the way of a depth-first walk. */
struct visit {
	uint32_t node, next;
};

/* Cuts a cycle through START; colours: 0 white, 1 grey, 2 black. False: there is none. */
static bool
cut_cycle(struct graph *g, uint32_t start, uint8_t *colour)
{
	VEC(struct visit) path = {0};

	if (colour[start])
		return false;
	vec_push(g->a, &path, (struct visit){start, 0});
	colour[start] = 1;
	while (path.n) {
		struct visit *last = vec_last(&path);
		struct node *n = &g->nodes.v[last->node];
		uint32_t parent;

		if (last->next == n->parents.n) {
			colour[last->node] = 2;
			path.n--;
			continue;
		}
		parent = n->parents.v[last->next++];
		if (colour[parent] == 1) {
			note(g, n, file_value(g->h->steps.v[n->step].file.unit, "down_revision"),
				str_format(
					g->a, "revision %.*s is in a cycle", STR_ARG(n->revision)));
			n->parents.n = n->down = 0;
			return true;
		}
		if (colour[parent] == 0) {
			colour[parent] = 1;
			vec_push(g->a, &path, (struct visit){parent, 0});
		}
	}
	return false;
}

static bool *
ancestors_of(struct graph *g, uint32_t node)
{
	bool *seen = arena_array(g->a, bool, g->nodes.n + 1);
	VEC(uint32_t) stack = {0};

	vec_push(g->a, &stack, node);
	while (stack.n) {
		uint32_t at = stack.v[--stack.n];
		const struct node *n = &g->nodes.v[at];

		if (seen[at])
			continue;
		seen[at] = true;
		for (uint32_t i = 0; i < n->parents.n; i++)
			vec_push(g->a, &stack, n->parents.v[i]);
	}
	return seen;
}

struct lines {
	VEC(struct line) list;
};

static bool
is_line(const struct lines *l, uint32_t node)
{
	for (uint32_t i = 0; i < l->list.n; i++)
		if (l->list.v[i].at == node)
			return true;
	return false;
}

/* The line that AT, the place of line CURRENT, has to wait for; CURRENT: none. */
static uint32_t
before_it(const struct lines *l, uint32_t current)
{
	for (uint32_t i = 0; i < l->list.n; i++)
		if (i != current && l->list.v[i].ancestors[l->list.v[current].at])
			return i;
	return current;
}

/* Goes down line CURRENT by one; false when it ends there. */
static bool
go_down(struct graph *g, struct lines *l, uint32_t current, const bool *done)
{
	const struct node *n = &g->nodes.v[l->list.v[current].at];
	bool first = true;

	for (uint32_t i = 0; i < n->parents.n; i++) {
		uint32_t parent = n->parents.v[i];
		struct line *line = &l->list.v[current];

		if (done[parent] || is_line(l, parent))
			continue;
		if (!first) {
			vec_push(g->a, &l->list, (struct line){parent, ancestors_of(g, parent)});
		} else if (n->parents.n == 1) {
			line->ancestors[line->at] = false;
			line->at = parent;
		} else {
			*line = (struct line){parent, ancestors_of(g, parent)};
		}
		first = false;
	}
	return !first;
}

/* _topological_sort(): from the heads down; revisions that others depend on come behind those. */
static void
sort(struct graph *g, uint32_t *out, uint32_t *n_out)
{
	bool *done = arena_array(g->a, bool, g->nodes.n + 1);
	struct lines l = {0};
	uint32_t current = 0;

	for (uint32_t i = 0; i < g->nodes.n; i++)
		if (!g->nodes.v[i].child)
			vec_push(g->a, &l.list, (struct line){i, ancestors_of(g, i)});
	while (l.list.n) {
		uint32_t other = before_it(&l, current), at = l.list.v[current].at;

		if (other != current) {
			current = other;
			continue;
		}
		if (!done[at])
			out[(*n_out)++] = at;
		done[at] = true;
		if (go_down(g, &l, current, done))
			continue;
		memmove(&l.list.v[current], &l.list.v[current + 1],
			(l.list.n - 1 - current) * sizeof *l.list.v);
		l.list.n--;
		current = current ? current - 1 : 0;
	}
}

static void
order(struct arena *a, struct tool_history *h)
{
	struct graph g = {.a = a, .h = h, .by_revision = {.arena = a}};
	uint8_t *colour = arena_array(a, uint8_t, h->steps.n + 1);
	uint32_t *sorted = arena_array(a, uint32_t, h->steps.n + 1), n = 0;
	struct tool_step *steps = arena_array(a, struct tool_step, h->steps.n + 1);

	make_nodes(&g);
	for (uint32_t i = 0; i < g.nodes.n; i++) {
		add_edges(&g, i, "down_revision");
		add_edges(&g, i, "depends_on");
	}
	for (uint32_t i = 0; i < g.nodes.n; i++)
		while (cut_cycle(&g, i, colour))
			memset(colour, 0, h->steps.n);
	for (uint32_t i = 0; i < g.nodes.n; i++)
		g.nodes.v[i].child = false;
	for (uint32_t i = 0; i < g.nodes.n; i++)
		for (uint32_t k = 0; k < g.nodes.v[i].parents.n; k++)
			g.nodes.v[g.nodes.v[i].parents.v[k]].child = true;
	sort(&g, sorted, &n);
	for (uint32_t i = 0; i < n; i++)
		steps[i] = h->steps.v[g.nodes.v[sorted[n - 1 - i]].step];
	h->steps.v = steps;
	h->steps.n = n;
	h->steps.cap = h->steps.n;
}

const struct tool tool_alembic = {
	.name = "alembic",
	.found_by = "modules with `revision` and `down_revision`, by the env.py around them",
	.order_words = "by the revision graph, as upgrade heads does on an empty database",
	.not_read = "downgrade(), the metadata's naming_convention, what the ORM writes",
	.symbol = "upgrade",
	.history_table = "alembic_version",
	.recognise = recognise,
	.order = order,
};
