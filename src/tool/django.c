/* Django: the modules of `migrations` packages, in the order of their dependency graph.
 *
 * The order is the one in which `migrate` runs them on an empty database: for every leaf of the graph
 * in order, its ancestors by the depth-first walk of django/db/migrations/graph.py (iterative_dfs),
 * squashed migrations in place of those that they replace (django/db/migrations/loader.py). All apps
 * of a service are one history. */
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

/* A migration in the graph. */
struct node {
	struct str app, name;
	uint32_t step;
	VEC(uint32_t) parents; /* nodes, sorted by app and name */
	bool replaced, child;  /* child: one of its app depends on it; else it is a leaf */
	bool visited;
};

struct graph {
	struct arena *a;
	struct tool_history *h;
	VEC(struct node) nodes; /* sorted by app and name */
	struct map by_key;      /* "app.name" → index + 1 */
	VEC(struct tool_step) ordered;
};

/* The app in whose package the module stands: the directory above `migrations`. */
static struct str
app_of(struct str path)
{
	return path_name(path_directory(path_directory(path)));
}

static bool
has_symbol(const struct unit *u, const char *name)
{
	for (uint32_t i = 1; u && i < u->symbols.n; i++)
		if (u->symbols.v[i].kind == SYMBOL_CLASS && str_is(u->symbols.v[i].name, name))
			return true;
	return false;
}

static bool
is_migration(const struct tool_file *f)
{
	struct str name = path_name(f->path);

	return str_ends(name, STR(".py")) && name.s[0] != '_' && name.s[0] != '~' &&
	       str_is(path_name(path_directory(f->path)), "migrations") &&
	       has_symbol(f->unit, "Migration");
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct tool_history h = {.tool = t};

	if (directory)
		h.directory = *directory;
	for (uint32_t i = 0; i < n; i++) {
		struct tool_step *s;
		struct str name = path_name(files[i].path);

		if (!is_migration(&files[i]))
			continue;
		s = vec_add(a, &h.steps);
		s->name = str_slice(name, 0, name.n - 3);
		s->version = s->name;
		s->group = app_of(files[i].path);
		s->file = files[i];
	}
	if (h.steps.n)
		vec_push(a, &out->list, h);
}

static int
compare_nodes(const void *x, const void *y)
{
	const struct node *a = x, *b = y;
	int order = str_cmp(a->app, b->app);

	return order ? order : str_cmp(a->name, b->name);
}

static struct str
node_key(struct arena *a, struct str app, struct str name)
{
	return str_format(a, "%.*s.%.*s", STR_ARG(app), STR_ARG(name));
}

static void
note(struct graph *g, const struct node *n, struct str text)
{
	vec_push(g->a, &g->h->notes,
		(struct tool_note){
			.file = g->h->steps.v[n->step].file.number, .text = text, .order = true});
}

static const struct node *
first_of_app(const struct graph *g, struct str app)
{
	for (uint32_t i = 0; i < g->nodes.n; i++) {
		const struct node *n = &g->nodes.v[i];
		bool root = true;

		if (!str_eq(n->app, app) || n->replaced)
			continue;
		for (uint32_t p = 0; p < n->parents.n; p++)
			root &= !str_eq(g->nodes.v[n->parents.v[p]].app, app);
		if (root)
			return n;
	}
	return NULL;
}

/* The first leaf; edges inside apps are read before those between them. */
static const struct node *
latest_of_app(const struct graph *g, struct str app)
{
	for (uint32_t i = 0; i < g->nodes.n; i++)
		if (str_eq(g->nodes.v[i].app, app) && !g->nodes.v[i].replaced &&
			!g->nodes.v[i].child)
			return &g->nodes.v[i];
	return NULL;
}

static bool
knows_app(const struct graph *g, struct str app)
{
	for (uint32_t i = 0; i < g->nodes.n; i++)
		if (str_eq(g->nodes.v[i].app, app))
			return true;
	return false;
}

/* The node that (app, name) means, NULL: none here. */
static const struct node *
find_node(struct graph *g, struct str app, struct str name)
{
	union map_value *v;

	if (str_is(name, "__first__"))
		return first_of_app(g, app);
	if (str_is(name, "__latest__"))
		return latest_of_app(g, app);
	v = map_get(&g->by_key, node_key(g->a, app, name));
	return v ? &g->nodes.v[v->num - 1] : NULL;
}

/* swappable_dependency("app.Model"): the first migration of the app. */
static struct str
swappable_app(const struct graph *g, const struct unit *u, uint32_t call)
{
	const struct value *v = &u->values.v[unit_kid(u, call, 1)];
	struct str model = v->kind == VALUE_STRING ? v->text : g->h->user_model;
	size_t dot = str_chr(model, '.', 0);

	if (u->values.v[call].kind != VALUE_CALL || dot == SIZE_MAX ||
		!str_ends(u->values.v[unit_kid(u, call, 0)].text, STR("swappable_dependency")))
		return (struct str){0};
	return str_slice(model, 0, dot);
}

/* The node that stands for N: the squashed one that replaces it, or itself. */
static uint32_t
stands_for(struct graph *g, const struct node *n)
{
	return (uint32_t)map_get(&g->by_key, node_key(g->a, n->app, n->name))->num - 1;
}

/* Reads a list of (app, name) pairs and calls EACH with them. */
static void
each_pair(struct graph *g, const struct node *n, const char *attribute,
	void (*each)(struct graph *g, uint32_t node, struct str app, struct str name))
{
	const struct tool_file *f = &g->h->steps.v[n->step].file;
	const struct unit *u = f->closed;
	uint32_t list = u && f->value ? unit_member(u, f->value, attribute) : 0;
	struct range kids;
	uint32_t node;

	if (!list || u->values.v[list].kind != VALUE_LIST)
		return;
	kids = u->values.v[list].kids;
	node = stands_for(g, n);
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t pair = u->kids.v[kids.first + i];
		const struct value *app = &u->values.v[unit_kid(u, pair, 0)];
		const struct value *name = &u->values.v[unit_kid(u, pair, 1)];

		struct str swappable = swappable_app(g, u, pair);

		if (swappable.n)
			each(g, node, swappable, STR("__first__"));
		if (u->values.v[pair].kind == VALUE_LIST && app->kind == VALUE_STRING &&
			name->kind == VALUE_STRING)
			each(g, node, app->text, name->text);
	}
}

static void
add_parent(struct graph *g, uint32_t node, uint32_t parent)
{
	struct node *n = &g->nodes.v[node];
	uint32_t at = 0;

	while (at < n->parents.n && n->parents.v[at] < parent)
		at++;
	if (node == parent || (at < n->parents.n && n->parents.v[at] == parent))
		return;
	vec_add(g->a, &n->parents);
	memmove(&n->parents.v[at + 1], &n->parents.v[at],
		(n->parents.n - 1 - at) * sizeof *n->parents.v);
	n->parents.v[at] = parent;
	g->nodes.v[parent].child |= str_eq(g->nodes.v[parent].app, n->app);
}

static void
depend(struct graph *g, uint32_t node, struct str app, struct str name)
{
	const struct node *parent = find_node(g, app, name);

	if (parent)
		add_parent(g, node, (uint32_t)(parent - g->nodes.v));
	else if (knows_app(g, app))
		note(g, &g->nodes.v[node],
			str_format(g->a, "depends on %.*s.%.*s, which is not there", STR_ARG(app),
				STR_ARG(name)));
}

/* Edges inside an app come first: __first__ and __latest__ of others go by them. */
static void
depend_inside(struct graph *g, uint32_t node, struct str app, struct str name)
{
	if (str_eq(g->nodes.v[node].app, app))
		depend(g, node, app, name);
}

static void
depend_outside(struct graph *g, uint32_t node, struct str app, struct str name)
{
	if (!str_eq(g->nodes.v[node].app, app))
		depend(g, node, app, name);
}

static void
run_before(struct graph *g, uint32_t node, struct str app, struct str name)
{
	const struct node *child = find_node(g, app, name);

	if (child)
		add_parent(g, (uint32_t)(child - g->nodes.v), node);
}

/* What a squashed migration replaces is gone; its names mean the squashed one, which takes its edges. */
static void
replace(struct graph *g, uint32_t node, struct str app, struct str name)
{
	union map_value *v = map_get(&g->by_key, node_key(g->a, app, name));

	g->h->steps.v[g->nodes.v[node].step].replaces = true;
	if (!v || v->num == node + 1)
		return;
	g->nodes.v[v->num - 1].replaced = true;
	v->num = node + 1;
}

static void
each_node(struct graph *g, const char *attribute,
	void (*each)(struct graph *g, uint32_t node, struct str app, struct str name))
{
	for (uint32_t i = 0; i < g->nodes.n; i++)
		each_pair(g, &g->nodes.v[i], attribute, each);
}

/* A node on the way of a depth-first walk. */
struct visit {
	uint32_t node;
	uint32_t next;  /* find_cycle(): the parent to look at next */
	bool processed; /* visit(): its parents were walked */
};

/* iterative_dfs() of django/db/migrations/graph.py: the ancestors of START, then itself. */
static void
visit(struct graph *g, uint32_t start)
{
	VEC(struct visit) stack = {0};

	vec_add(g->a, &stack)->node = start;
	while (stack.n) {
		uint32_t node = vec_last(&stack)->node;
		bool processed = vec_last(&stack)->processed;
		struct node *n = &g->nodes.v[node];

		stack.n--;
		if (n->visited)
			continue;
		if (processed) {
			n->visited = true;
			vec_push(g->a, &g->ordered, g->h->steps.v[n->step]);
			continue;
		}
		vec_add(g->a, &stack)->node = node;
		vec_last(&stack)->processed = true;
		for (uint32_t i = 0; i < n->parents.n; i++)
			vec_add(g->a, &stack)->node = n->parents.v[i];
	}
}

/* True when a cycle goes through START; colours: 0 white, 1 grey, 2 black. */
static bool
find_cycle(struct graph *g, uint32_t start, uint8_t *colour)
{
	VEC(struct visit) path = {0};

	if (colour[start])
		return false;
	vec_add(g->a, &path)->node = start;
	colour[start] = 1;
	while (path.n) {
		struct node *n = &g->nodes.v[vec_last(&path)->node];
		uint32_t parent;

		if (vec_last(&path)->next == n->parents.n) {
			colour[vec_last(&path)->node] = 2;
			path.n--;
			continue;
		}
		parent = n->parents.v[vec_last(&path)->next++];
		if (colour[parent] == 1) {
			note(g, n,
				str_format(g->a, "%.*s.%.*s is in a cycle of dependencies",
					STR_ARG(n->app), STR_ARG(n->name)));
			n->parents.n = 0;
			return true;
		}
		if (colour[parent] == 0) {
			colour[parent] = 1;
			vec_add(g->a, &path)->node = parent;
		}
	}
	return false;
}

static void
make_nodes(struct graph *g)
{
	for (uint32_t i = 0; i < g->h->steps.n; i++)
		vec_push(g->a, &g->nodes,
			(struct node){.app = g->h->steps.v[i].group,
				.name = g->h->steps.v[i].name,
				.step = i});
	qsort(g->nodes.v, g->nodes.n, sizeof *g->nodes.v, compare_nodes);
	for (uint32_t i = 0; i < g->nodes.n; i++)
		map_put(&g->by_key, node_key(g->a, g->nodes.v[i].app, g->nodes.v[i].name))->num =
			i + 1;
}

static void
order(struct arena *a, struct tool_history *h)
{
	struct graph g = {.a = a, .h = h, .by_key = {.arena = a}};
	uint8_t *colour = arena_array(a, uint8_t, h->steps.n + 1);

	if (h->steps.n == 0)
		return;
	make_nodes(&g);
	each_node(&g, "replaces", replace);
	each_node(&g, "dependencies", depend_inside);
	each_node(&g, "dependencies", depend_outside);
	each_node(&g, "run_before", run_before);
	for (uint32_t i = 0; i < g.nodes.n; i++)
		while (!g.nodes.v[i].replaced && find_cycle(&g, i, colour))
			memset(colour, 0, h->steps.n);
	for (uint32_t i = 0; i < g.nodes.n; i++)
		if (!g.nodes.v[i].child && !g.nodes.v[i].replaced)
			visit(&g, i);
	/* What only a cycle that was cut still reaches. */
	for (uint32_t i = 0; i < g.nodes.n; i++)
		if (!g.nodes.v[i].replaced)
			visit(&g, i);
	h->steps.v = g.ordered.v;
	h->steps.n = g.ordered.n;
	h->steps.cap = g.ordered.cap;
}

const struct tool tool_django = {
	.name = "django",
	.found_by = "modules with a class Migration in packages called migrations",
	.order_words = "by the dependency graph, as migrate does on an empty database",
	.not_read = "RunPython's effect on the schema, operations of other packages",
	.symbol = "Migration",
	.history_table = "django_migrations",
	.recognise = recognise,
	.order = order,
};
