/* In which order services stand in a draft: a migration that failed for want of another service's table
 * says that the other one came first. */
#include "view/draft.h"

#include "view_p.h"

/* needs[x * n + y]: x needs y. */
struct needs {
	bool *of;
	uint32_t n;
};

static void
add_need(struct needs *needs, const struct world *w, const struct context *c, const struct name *name)
{
	const struct catalog *catalog = &w->databases.v[c->database].catalog;
	struct binding b;
	uint32_t maker;

	if (!name->name.n || name->pattern)
		return;
	b = catalog_resolve(catalog, &c->session, name, MOMENT_NOW);
	if (b.state != BINDING_BOUND || !b.object)
		return;
	maker = view_creator(w, c->database, b.object);
	if (maker != NO_SERVICE && maker != c->service)
		needs->of[c->service * needs->n + maker] = true;
}

static bool
within(struct range r, uint32_t i)
{
	return i >= r.first && i < r.first + r.count;
}

/* All that the statement names. */
static void
add_statement(struct needs *needs, const struct world *w, const struct happening *h)
{
	const struct context *c = &w->contexts.v[h->context];
	const struct unit *u = h->unit;
	const struct event *e = &u->events.v[h->event];
	uint32_t query = u->statements.v[h->statement].query;

	add_need(needs, w, c, &e->object);
	for (uint32_t i = 0; i < e->names.count; i++)
		add_need(needs, w, c, &u->names.v[e->names.first + i]);
	for (uint32_t i = 0; i < e->subcommands.count; i++)
		add_need(needs, w, c, &u->subcommands.v[e->subcommands.first + i].target);
	for (uint32_t i = 1; query && i < u->relations.n; i++)
		if (u->relations.v[i].kind == RANGE_RELATION &&
			within(u->queries.v[query].scopes, u->relations.v[i].scope))
			add_need(needs, w, c, &u->relations.v[i].name);
}

static bool
is_ready(const struct needs *needs, uint32_t service, const bool *placed)
{
	for (uint32_t i = 0; i < needs->n; i++)
		if (needs->of[service * needs->n + i] && !placed[i])
			return false;
	return true;
}

/* The first that is ready; where they wait for each other, the first. */
static uint32_t
next(const struct needs *needs, const bool *placed)
{
	uint32_t first = needs->n;

	for (uint32_t i = 0; i < needs->n; i++) {
		if (placed[i])
			continue;
		if (is_ready(needs, i, placed))
			return i;
		if (first == needs->n)
			first = i;
	}
	return first;
}

uint32_t *
view_draft_order(struct arena *a, const struct world *w)
{
	uint32_t n = w->config->services.n, *order = arena_array(a, uint32_t, n + 1);
	struct needs needs = {arena_array(a, bool, (size_t)n * n + 1), n};
	bool *placed = arena_array(a, bool, n + 1);

	for (uint32_t i = 1; i < w->happenings.n; i++)
		if (w->happenings.v[i].applied.status == APPLY_CONFLICT)
			add_statement(&needs, w, &w->happenings.v[i]);
	for (uint32_t i = 0; i < n; i++) {
		order[i] = next(&needs, placed);
		placed[order[i]] = true;
	}
	return order;
}
