/* What a model's rename really does in the database, and who still uses the old names.
 *
 * The operations are read from the units that the happenings come from, not from the happenings: one
 * that changes nothing in the database makes no event, and saying so is half of the rule. */
#include <stdio.h>

#include "rule/crossing.h"

#define RENAMES_MAX 256 /* many-to-many tables of one model */

/* One operation in one context. */
struct rename {
	const struct world *w;
	const struct rule *rule;
	const struct rename_words *words;
	uint32_t context;
	const struct unit *unit;
	uint32_t operation;
	moment first, last; /* of its happenings; 0: it made none */
};

/* A name that went: a table's, or a column's of TABLE. */
struct gone {
	struct str table, table_after, column, column_after;
};

static const struct operation *
operation_of(const struct rename *r)
{
	return &r->unit->operations.v[r->operation];
}

static struct place
operation_place(const struct rename *r)
{
	struct span span = operation_of(r)->span;

	return (struct place){.service = r->w->contexts.v[r->context].service,
		.file = span.origin,
		.unit = r->unit,
		.span = span};
}

static struct str
attribute(const struct rename *r, const char *format, uint32_t n)
{
	char key[64];

	snprintf(key, sizeof key, format, n);
	return unit_attribute(r->unit, operation_of(r), key);
}

/* The names that the operation takes away, its table's first; returns their number. */
static uint32_t
gone_names(const struct rename *r, struct gone out[RENAMES_MAX])
{
	uint32_t n = 0;
	struct gone g = {.table = attribute(r, "table.before", 0),
		.table_after = attribute(r, "table.after", 0)};

	if (!str_eq(g.table, g.table_after))
		out[n++] = g;
	for (uint32_t i = 0; n < RENAMES_MAX; i++) {
		g.table = attribute(r, "m2m.%u.table.before", i);
		g.table_after = attribute(r, "m2m.%u.table.after", i);
		g.column = attribute(r, "m2m.%u.column.before", i);
		g.column_after = attribute(r, "m2m.%u.column.after", i);
		if (!g.table.n && !g.column.n)
			break;
		if (!str_eq(g.table, g.table_after) || !str_eq(g.column, g.column_after))
			out[n++] = g;
	}
	return n;
}

/* True when the use's table lost its name by this operation. */
static bool
misses_table(const struct rename *r, const struct use *u)
{
	switch (u->binding.state) {
	case BINDING_MISSING:
		return r->first && u->binding.ended >= r->first && u->binding.ended <= r->last;
	case BINDING_BOUND:
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		break;
	}
	return false;
}

/* True when the use names a column that this operation renamed. */
static bool
misses_column(const struct rename *r, const struct use *u, const struct gone *g)
{
	const struct catalog *c = &r->w->databases.v[u->database].catalog;

	if (!g->column.n || str_eq(g->column, g->column_after) || !u->object ||
		!str_eq(catalog_name(c, u->object, MOMENT_NOW).name, g->table_after))
		return false;
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *x = &r->w->columns.v[u->columns.first + i];

		if (x->missing && str_eq(x->name, g->column))
			return true;
	}
	return false;
}

static void
add_victim(struct findings *f, struct finding *x, const struct rename *r, const struct use *u,
	struct str name)
{
	struct str service = world_service(r->w, u->place.service);
	struct str verbs = crossing_verbs(f->arena, u->access);

	finding_victim(f, x, u, r->w->contexts.v[r->context].service, "%.*s %.*s %.*s here",
		STR_ARG(service), STR_ARG(verbs), STR_ARG(name));
}

static void
relate_victims(struct findings *f, struct finding *x, const struct rename *r,
	const struct gone *gone, uint32_t n)
{
	uint32_t database = r->w->contexts.v[r->context].database;

	for (uint32_t i = 0; i < r->w->uses.n; i++) {
		const struct use *u = &r->w->uses.v[i];
		bool found = false;

		if (u->database != database || u->occurs == OCCURS_ONCE)
			continue;
		if (misses_table(r, u)) {
			add_victim(f, x, r, u, u->written);
			continue;
		}
		for (uint32_t j = 0; j < n && !found; j++) {
			found = misses_column(r, u, &gone[j]);
			if (found)
				add_victim(f, x, r, u,
					str_format(f->arena, "%.*s.%.*s", STR_ARG(u->written),
						STR_ARG(gone[j].column)));
		}
	}
}

/* "table r10_a becomes r10_b, r10_b_tags.a_id becomes b_id". */
static struct str
describe(struct arena *a, const struct gone *gone, uint32_t n)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		const struct gone *g = &gone[i];

		if (!str_eq(g->table, g->table_after))
			buf_addf(&b, "%stable %.*s becomes %.*s", b.n ? ", " : "",
				STR_ARG(g->table), STR_ARG(g->table_after));
		if (!str_eq(g->column, g->column_after))
			buf_addf(&b, "%scolumn %.*s.%.*s becomes %.*s", b.n ? ", " : "",
				STR_ARG(g->table_after), STR_ARG(g->column),
				STR_ARG(g->column_after));
	}
	return buf_str(&b);
}

/* The relation that the operation is about, by the name it has after it; 0: not known. */
static uint32_t
relation_of(const struct rename *r)
{
	const struct context *context = &r->w->contexts.v[r->context];
	const struct catalog *c = &r->w->databases.v[context->database].catalog;
	struct name name = {.name = attribute(r, "table.after", 0)};
	struct binding b =
		catalog_resolve(c, &context->session, &name, r->last ? r->last : MOMENT_NOW);

	switch (b.state) {
	case BINDING_BOUND:
	case BINDING_MISSING:
		return b.object;
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		break;
	}
	return 0;
}

static void
name_object(struct findings *f, struct finding *x, const struct rename *r)
{
	const struct context *context = &r->w->contexts.v[r->context];
	uint32_t relation = relation_of(r);

	x->object = attribute(r, "table.after", 0);
	x->owner = context->service;
	if (!relation)
		return;
	x->object =
		catalog_display(&r->w->databases.v[context->database].catalog, relation, f->arena);
	x->owner = world_owner(r->w, context->database, relation).service;
}

/* Why the database stays as it is; NULL when it does not. */
static const char *
why_unchanged(const struct rename *r, uint32_t gone)
{
	if (str_is(attribute(r, "managed", 0), "false"))
		return "Django does not manage its table";
	if (gone == 0)
		return r->words->unchanged;
	if (operation_of(r)->events.count == 0)
		return "only Django's state changes, no statement runs";
	return NULL;
}

/* True when it is tables that the operation renames, and their old names mean something again in the end:
 * a later operation gave them back, or left views behind. */
static bool
are_back(const struct rename *r, const struct gone *gone, uint32_t n)
{
	const struct context *context = &r->w->contexts.v[r->context];
	const struct catalog *c = &r->w->databases.v[context->database].catalog;

	for (uint32_t i = 0; i < n; i++) {
		struct name name = {.name = gone[i].table};

		if (str_eq(gone[i].table, gone[i].table_after) ||
			catalog_resolve(c, &context->session, &name, MOMENT_NOW).state !=
				BINDING_BOUND)
			return false;
	}
	return true;
}

/* Who says the old names, when nobody suffers. */
static struct str
harmless(struct arena *a, const struct finding *x, const struct rename *r, const struct gone *gone,
	uint32_t n)
{
	const char *names = n > 1 ? "names" : "name";

	if (x->related.n)
		return str_format(a, "only tests and scripts use the old %s", names);
	if (are_back(r, gone, n))
		return str_format(a, "the old %s there again in the end",
			n > 1 ? "names are" : "name is");
	return str_format(a, "nobody is known to use the old %s", names);
}

static void
judge(struct findings *f, const struct rename *r)
{
	struct gone gone[RENAMES_MAX] = {0};
	uint32_t n = gone_names(r, gone);
	uint32_t service = r->w->contexts.v[r->context].service;
	const char *unchanged = why_unchanged(r, n);
	struct finding *x = finding_add(f, r->rule, service, operation_place(r), CONFIDENCE_EXACT);
	struct str what = r->words->what(f->arena, r->unit, operation_of(r));
	struct str moves = describe(f->arena, gone, n);

	name_object(f, x, r);
	finding_here(f, x, "%.*s", STR_ARG(what));
	finding_cause(f, x, "%.*s %.*s", STR_ARG(what), STR_ARG(moves));
	if (unchanged) {
		x->level = LEVEL_NOTE;
		finding_message(
			f, x, "%.*s changes nothing in the database: %s", STR_ARG(what), unchanged);
		return;
	}
	relate_victims(f, x, r, gone, n);
	if (!finding_rate(f, x) || x->listed_only) {
		x->level = LEVEL_NOTE;
		finding_message(f, x, "%.*s: %.*s; %.*s", STR_ARG(what), STR_ARG(moves),
			STR_ARG(harmless(f->arena, x, r, gone, n)));
		return;
	}
	finding_message(f, x, "%.*s: %.*s, but the old %s still used", STR_ARG(what),
		STR_ARG(moves), n > 1 ? "names are" : "name is");
	finding_help(f, x,
		"keep the old name until its users have moved: pin it with db_table, or leave a view of that name behind");
}

/* First and last moment of the operation's events in the context. */
static void
find_moments(struct rename *r)
{
	for (moment m = 1; m < r->w->happenings.n; m++) {
		const struct happening *h = &r->w->happenings.v[m];

		if (h->context != r->context || h->operation_unit != r->unit ||
			h->operation != r->operation)
			continue;
		if (!r->first)
			r->first = m;
		r->last = m;
	}
}

static void
check_unit(struct findings *f, struct rename *r)
{
	for (uint32_t i = 1; i < r->unit->operations.n; i++) {
		if (!str_is(r->unit->operations.v[i].name, r->words->operation))
			continue;
		r->operation = i;
		r->first = r->last = 0;
		find_moments(r);
		judge(f, r);
	}
}

/* True when an earlier happening of the context came from this unit. */
static bool
seen_before(const struct world *w, moment at)
{
	const struct happening *h = &w->happenings.v[at];

	for (moment m = at; m-- > 1;)
		if (w->happenings.v[m].context == h->context &&
			w->happenings.v[m].operation_unit == h->operation_unit)
			return true;
	return false;
}

void
rename_check(const struct world *w, struct findings *f, const struct rule *rule,
	const struct rename_words *words)
{
	for (moment m = 1; m < w->happenings.n; m++) {
		const struct happening *h = &w->happenings.v[m];
		struct rename r = {.w = w,
			.rule = rule,
			.words = words,
			.context = h->context,
			.unit = h->operation_unit};

		if (r.unit && !seen_before(w, m))
			check_unit(f, &r);
	}
}
