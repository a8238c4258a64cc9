/* The order in which steps of different histories run: which step makes a name, which one needs it.
 *
 * A step waits while a name that it needs is made only by a step of another history that has not run yet.
 * One that takes a name away waits for those of other histories that need it. */
#include "world/order_p.h"

struct step_of {
	uint32_t context; /* builder.contexts */
	uint32_t step;
};
struct steps {
	VEC(struct step_of) list;
};
struct need {
	struct str schema, name;
};
struct needs {
	VEC(struct need) list;
};

struct order {
	struct builder *b;
	struct arena *a;
	/* "DATABASE/schema.name", "DATABASE/name", "DATABASE/schema." → steps */
	struct map providers;
	struct map needers;   /* likewise */
	struct needs **needs; /* by context and step */
};

static struct str
name_key(struct order *r, uint32_t database, struct str schema, struct str name)
{
	if (schema.n)
		return str_format(r->a, "%u/%.*s.%.*s", database, STR_ARG(schema), STR_ARG(name));
	return str_format(r->a, "%u/%.*s", database, STR_ARG(name));
}

static void
put_step(struct order *r, struct map *to, uint32_t context, uint32_t step, struct str schema,
	struct str name)
{
	uint32_t database = r->b->w->contexts.v[r->b->contexts.v[context].context].database;
	union map_value *slot = map_put(to, name_key(r, database, schema, name));

	if (!slot->ptr)
		slot->ptr = arena_new(r->a, struct steps);
	vec_push(r->a, &((struct steps *)slot->ptr)->list,
		(struct step_of){.context = context, .step = step});
}

/* The steps of the context's database that FROM has for the name; NULL: none. */
static const struct steps *
steps_of(struct order *r, const struct map *from, uint32_t context, struct str schema,
	struct str name)
{
	uint32_t database = r->b->w->contexts.v[r->b->contexts.v[context].context].database;
	const union map_value *slot = map_get(from, name_key(r, database, schema, name));

	return slot ? slot->ptr : NULL;
}

static void
provide(struct order *r, uint32_t context, uint32_t step, struct str schema, struct str name)
{
	put_step(r, &r->providers, context, step, schema, name);
}

/* The schema to which a name without one comes first, as far as the configuration says; else "?". */
static struct str
first_schema(const struct order *r, uint32_t context)
{
	const struct context *c = &r->b->w->contexts.v[r->b->contexts.v[context].context];

	return c->config && c->config->search_path.n ? c->config->search_path.v[0].value : STR("?");
}

static void
provide_relation(
	struct order *r, uint32_t context, uint32_t step, struct str schema, struct str name)
{
	provide(r, context, step, (struct str){0}, name);
	provide(r, context, step, schema.n ? schema : first_schema(r, context), name);
}

static void
provide_event(struct order *r, uint32_t context, uint32_t step, const struct event *e)
{
	if (e->kind == EVENT_CREATE && e->object_kind == OBJECT_SCHEMA) {
		provide(r, context, step, e->object.name, (struct str){0});
	} else if (e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS) {
		provide_relation(r, context, step, e->object.schema, e->object.name);
	} else if (e->kind == EVENT_RENAME && object_kind_is_relation(e->object_kind)) {
		provide_relation(r, context, step, e->object.schema, e->text);
	}
}

static void
collect_providers(struct order *r)
{
	struct builder *b = r->b;

	for (uint32_t c = 0; c < b->contexts.n; c++) {
		const struct build_history *h = b->contexts.v[c].history;

		for (uint32_t s = 0; h && s < h->history->steps.n; s++)
			for (uint32_t i = 0; i < h->steps[s].list.n; i++) {
				const struct run *run = &h->steps[s].list.v[i];

				provide_event(r, c, s,
					&run->unit->events
						 .v[run->unit->statements.v[run->statement].event]);
			}
	}
}

/* True when the name is there, or nothing that is still to come in another history makes it. */
static bool
name_ready(struct order *r, uint32_t context, uint32_t step, struct str schema, struct str name)
{
	const struct steps *p = steps_of(r, &r->providers, context, schema, name);

	if (!p && schema.n && name.n)
		return name_ready(r, context, step, schema, (struct str){0});
	for (uint32_t i = 0; p && i < p->list.n; i++) {
		const struct step_of *x = &p->list.v[i];

		if (x->context == context ? x->step <= step
					  : x->step < r->b->contexts.v[x->context].next)
			return true;
	}
	return p == NULL;
}

static void
need(struct order *r, struct needs *out, struct str schema, struct str name)
{
	vec_push(r->a, &out->list, (struct need){.schema = schema, .name = name});
}

static void
event_needs(struct order *r, const struct unit *u, const struct event *e, struct needs *out)
{
	bool makes = e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS;
	bool drops_softly = e->kind == EVENT_DROP && (e->flags & EVENT_IF_EXISTS);

	if (e->kind == EVENT_NONE || e->kind == EVENT_HAVOC || drops_softly ||
		e->kind == EVENT_SET || e->kind == EVENT_COMMENT)
		return;
	if (makes && e->object.schema.n)
		need(r, out, e->object.schema, (struct str){0});
	if (!makes && object_kind_is_relation(e->object_kind))
		need(r, out, e->object.schema, e->object.name);
	for (uint32_t i = 0; i < e->names.count; i++) {
		const struct name *n = &u->names.v[e->names.first + i];

		if (!n->pattern)
			need(r, out, n->schema, n->name);
	}
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct name *n = &u->subcommands.v[e->subcommands.first + i].target;

		if (n->name.n)
			need(r, out, n->schema, n->name);
	}
}

static void
query_needs(struct order *r, const struct unit *u, const struct query *q, struct needs *out)
{
	for (uint32_t i = 0; i < q->relations.count; i++) {
		const struct relation_use *x = &u->relations.v[q->relations.first + i];

		if (x->kind == RANGE_RELATION)
			need(r, out, x->name.schema, x->name.name);
	}
}

/* What each step needs, and the steps that need a name. */
static void
collect_needs(struct order *r)
{
	struct builder *b = r->b;

	r->needs = arena_array(r->a, struct needs *, b->contexts.n + 1);
	for (uint32_t c = 0; c < b->contexts.n; c++) {
		const struct build_history *h = b->contexts.v[c].history;

		r->needs[c] = h ? arena_array(r->a, struct needs, h->history->steps.n + 1) : NULL;
		for (uint32_t s = 0; h && s < h->history->steps.n; s++) {
			struct needs *out = &r->needs[c][s];

			for (uint32_t i = 0; i < h->steps[s].list.n; i++) {
				const struct run *run = &h->steps[s].list.v[i];
				const struct unit *u = run->unit;
				const struct statement *x = &u->statements.v[run->statement];

				event_needs(r, u, &u->events.v[x->event], out);
				if (x->query)
					query_needs(r, u, &u->queries.v[x->query], out);
			}
			for (uint32_t i = 0; i < out->list.n; i++)
				put_step(r, &r->needers, c, s, out->list.v[i].schema,
					out->list.v[i].name);
		}
	}
}

bool
order_ready(struct order *r, uint32_t context, uint32_t step)
{
	const struct needs *needs = &r->needs[context][step];

	for (uint32_t i = 0; i < needs->list.n; i++)
		if (!name_ready(r, context, step, needs->list.v[i].schema, needs->list.v[i].name))
			return false;
	return true;
}

/* True when the context makes the name by itself, in steps FIRST to LAST. */
static bool
makes(struct order *r, uint32_t context, struct str schema, struct str name, uint32_t first,
	uint32_t last)
{
	const struct steps *p = steps_of(r, &r->providers, context, schema, name);

	for (uint32_t i = 0; p && i < p->list.n; i++)
		if (p->list.v[i].context == context && p->list.v[i].step >= first &&
			p->list.v[i].step <= last)
			return true;
	return false;
}

/* True when a step of another history, which does not make the name by itself, still needs it. A name
 * that is made again by a later step may be meant as that one has it. */
static bool
name_awaited(struct order *r, uint32_t context, uint32_t step, struct str schema, struct str name)
{
	const struct steps *n = steps_of(r, &r->needers, context, schema, name);

	if (!n || makes(r, context, schema, name, step + 1, UINT32_MAX))
		return false;
	for (uint32_t i = 0; i < n->list.n; i++) {
		const struct step_of *x = &n->list.v[i];

		if (x->context != context && x->step >= r->b->contexts.v[x->context].next &&
			!makes(r, x->context, schema, name, 0, x->step))
			return true;
	}
	return false;
}

static bool
has_word(const struct unit *u, struct range words, struct str name)
{
	for (uint32_t i = 0; i < words.count; i++)
		if (str_eq(u->words.v[words.first + i].text, name))
			return true;
	return false;
}

/* True when a statement of the step names the column, of whichever table, or takes all. */
static bool
step_names_column(const struct step_runs *runs, struct str column)
{
	for (uint32_t i = 0; i < runs->list.n; i++) {
		const struct unit *u = runs->list.v[i].unit;
		const struct statement *s = &u->statements.v[runs->list.v[i].statement];
		const struct query *q = &u->queries.v[s->query];
		const struct event *e = &u->events.v[s->event];

		for (uint32_t k = 0; s->query && k < q->columns.count; k++) {
			struct str name = u->columns.v[q->columns.first + k].column;

			if (str_eq(name, column) || str_is(name, "*"))
				return true;
		}
		for (uint32_t k = 0; k < e->subcommands.count; k++)
			if (has_word(u, u->subcommands.v[e->subcommands.first + k].target_columns,
				    column))
				return true;
	}
	return false;
}

/* True when a step of another history that has still to run needs the table and names the column. */
static bool
column_awaited(struct order *r, uint32_t context, const struct name *table, struct str column)
{
	const struct steps *n = steps_of(r, &r->needers, context, table->schema, table->name);

	for (uint32_t i = 0; n && i < n->list.n; i++) {
		const struct step_of *x = &n->list.v[i];
		const struct build_context *c = &r->b->contexts.v[x->context];

		if (x->context != context && x->step >= c->next &&
			step_names_column(&c->history->steps[x->step], column))
			return true;
	}
	return false;
}

/* DROP COLUMN, TYPE, RENAME COLUMN. */
static bool
takes_awaited_column(struct order *r, uint32_t context, const struct unit *u, const struct event *e)
{
	if (e->kind == EVENT_RENAME && e->object_kind == OBJECT_COLUMN)
		return column_awaited(r, context, &e->object, e->part);
	for (uint32_t i = 0; e->kind == EVENT_ALTER && i < e->subcommands.count; i++) {
		const struct subcommand *s = &u->subcommands.v[e->subcommands.first + i];

		if ((s->kind == SUB_DROP_COLUMN || s->kind == SUB_ALTER_TYPE) &&
			column_awaited(r, context, &e->object, s->name))
			return true;
	}
	return false;
}

bool
order_takes_awaited(struct order *r, uint32_t context, uint32_t step)
{
	const struct step_runs *runs = &r->b->contexts.v[context].history->steps[step];

	for (uint32_t i = 0; i < runs->list.n; i++) {
		const struct unit *u = runs->list.v[i].unit;
		const struct event *e =
			&u->events.v[u->statements.v[runs->list.v[i].statement].event];

		if (takes_awaited_column(r, context, u, e))
			return true;
		if (!object_kind_is_relation(e->object_kind))
			continue;
		if ((e->kind == EVENT_DROP || e->kind == EVENT_SET_SCHEMA ||
			    (e->kind == EVENT_RENAME && !e->part.n)) &&
			name_awaited(r, context, step, e->object.schema, e->object.name))
			return true;
		for (uint32_t k = 0; e->kind == EVENT_DROP && k < e->names.count; k++) {
			const struct name *n = &u->names.v[e->names.first + k];

			if (name_awaited(r, context, step, n->schema, n->name))
				return true;
		}
	}
	return false;
}

bool
order_makes(struct order *r, uint32_t database, struct str schema, struct str name)
{
	return map_get(&r->providers, name_key(r, database, schema, name)) ||
	       map_get(&r->providers, name_key(r, database, STR("?"), name));
}

struct order *
order_new(struct builder *b)
{
	struct order *r = arena_new(b->a, struct order);

	*r = (struct order){
		.b = b, .a = b->a, .providers = {.arena = b->a}, .needers = {.arena = b->a}};
	collect_providers(r);
	collect_needs(r);
	return r;
}
