/* Owners for a draft: who makes a relation, who writes it, and which name says so in the fewest words.
 *
 * The one who alone writes a table owns it, else the one who makes it. Where a service owns most
 * of what begins with the same word, it gets the pattern, and the others' names are exceptions. */
#include "view/draft.h"

#include <stdlib.h>

#include "view_p.h"

/* Fewer names than this are listed one by one. */
#define PATTERN_MIN 3

struct writer {
	uint32_t service, access;
	struct place place; /* the first one */
	bool exact;         /* it is certain of one of them */
};

/* A relation that lives. */
struct fact {
	uint32_t database, object;
	struct naming name;
	struct str written;  /* as the configuration names it */
	uint32_t creator;    /* NO_SERVICE: none, an operator, or several */
	uint32_t maker;      /* whose migration made it first; NO_SERVICE: none */
	uint32_t owner;      /* NO_SERVICE: open */
	bool by_schema;      /* a schema of the owner says it */
	bool handed_over;    /* its owner is not who makes it */
	VEC(struct writer) writers; /* what code does, by service */
};

struct drafter {
	struct arena *arena;
	const struct world *world;
	struct draft_doc *out;
	VEC(struct fact) facts; /* sorted by database and name */
};

static struct str
name_of(const struct drafter *d, uint32_t service)
{
	return world_service(d->world, service);
}

/* "hub at dao/migrations/0003_odds.py:12" */
static struct str
at_words(const struct drafter *d, uint32_t service, const struct place *p)
{
	struct str path = world_path(d->world, p);

	if (!path.n)
		return name_of(d, service);
	return str_format(d->arena, "%.*s at %.*s:%u", STR_ARG(name_of(d, service)), STR_ARG(path),
		p->span.line);
}

static struct str
created_words(const struct drafter *d, const struct fact *f)
{
	struct place place;

	if (f->maker == NO_SERVICE)
		return STR("made by nobody that was read");
	place = crossing_born_place(d->world, f->database, f->object);
	return str_format(d->arena, "created by %.*s", STR_ARG(at_words(d, f->maker, &place)));
}

/* One sentence a writer. */
static void
add_writers(const struct drafter *d, const struct fact *f, const char *how, struct draft_name *n)
{
	for (uint32_t i = 0; i < f->writers.n; i++) {
		const struct writer *x = &f->writers.v[i];

		vec_push(d->arena, &n->because,
			str_format(d->arena, "%s by %.*s%s", how,
				STR_ARG(at_words(d, x->service, &x->place)),
				x->exact ? "" : ", as it seems"));
	}
}

/* Rows that code changes again and again; what a migration changed once, or a test, is no writing. */
static bool
is_writing(const struct use *u)
{
	if (u->occurs == OCCURS_ONCE || !(u->access & ACCESS_WRITE) || !u->object)
		return false;
	if (u->class != CLASS_CODE && u->class != CLASS_GENERATED && u->class != CLASS_MIGRATION)
		return false;
	switch (u->confidence) {
	case CONFIDENCE_GUESS:
		return false;
	case CONFIDENCE_LIKELY:
	case CONFIDENCE_EXACT:
		break;
	}
	return true;
}

static void
add_writer(struct drafter *d, struct fact *f, const struct use *u)
{
	struct writer *x = NULL;

	for (uint32_t i = 0; i < f->writers.n; i++)
		if (f->writers.v[i].service == u->service)
			x = &f->writers.v[i];
	if (!x) {
		x = vec_add(d->arena, &f->writers);
		x->service = u->service;
		x->place = crossing_place(u);
	}
	x->access |= u->access & ACCESS_WRITE;
	x->exact |= u->confidence == CONFIDENCE_EXACT;
}

static struct str
written_name(struct arena *a, const struct naming *n)
{
	if (str_is(n->schema, "public"))
		return n->name;
	return str_format(a, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));
}

static bool
is_drafted(const struct object *o)
{
	if (!view_is_listed(o) || o->kind == OBJECT_SEQUENCE || o->external || o->partition)
		return false;
	switch (o->exists) {
	case EXISTS_YES:
		return true;
	case EXISTS_MAYBE:
	case EXISTS_NO:
		break;
	}
	return false;
}

static void
add_fact(struct drafter *d, uint32_t database, uint32_t object)
{
	const struct world *w = d->world;
	struct owner owner = world_owner(w, database, object);
	struct fact *f = vec_add(d->arena, &d->facts);

	f->database = database;
	f->object = object;
	f->name = catalog_name(&w->databases.v[database].catalog, object, MOMENT_NOW);
	f->written = written_name(d->arena, &f->name);
	f->maker = view_creator(w, database, object);
	f->creator = owner.service;
	f->by_schema = owner.how == OWNED_SCHEMA;
}

static int
compare_facts(const void *left, const void *right)
{
	const struct fact *x = left, *y = right;
	int c = (x->database > y->database) - (x->database < y->database);

	if (!c)
		c = str_cmp(x->name.schema, y->name.schema);
	return c ? c : str_cmp(x->name.name, y->name.name);
}

static void
gather_writers(struct drafter *d, uint32_t database)
{
	const struct world *w = d->world;
	uint32_t n = w->databases.v[database].catalog.objects.n;
	uint32_t *fact_of = arena_array(d->arena, uint32_t, n + 1); /* index + 1 */

	for (uint32_t i = 0; i < d->facts.n; i++)
		if (d->facts.v[i].database == database)
			fact_of[d->facts.v[i].object] = i + 1;
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (u->database == database && u->object < n && fact_of[u->object] && is_writing(u))
			add_writer(d, &d->facts.v[fact_of[u->object] - 1], u);
	}
}

static void
gather(struct drafter *d)
{
	for (uint32_t b = 0; b < d->world->databases.n; b++)
		for (uint32_t i = 1; i < d->world->databases.v[b].catalog.objects.n; i++)
			if (is_drafted(&d->world->databases.v[b].catalog.objects.v[i]))
				add_fact(d, b, i);
	if (d->facts.n)
		qsort(d->facts.v, d->facts.n, sizeof *d->facts.v, compare_facts);
	for (uint32_t b = 0; b < d->world->databases.n; b++)
		gather_writers(d, b);
}

/* The only writer owns it, whoever made it, when it is certain that it makes the rows: who only changes
 * them changes those of somebody whose writing was not seen. */
static void
decide(struct fact *f)
{
	const struct writer *only = f->writers.n == 1 ? &f->writers.v[0] : NULL;

	f->owner = f->creator;
	if (!only || only->service == f->creator || !only->exact || !(only->access & ACCESS_INSERT))
		return;
	f->owner = only->service;
	f->by_schema = false;
	f->handed_over = f->maker != NO_SERVICE;
}

static bool
uses_django(const struct world *w, uint32_t service)
{
	for (uint32_t i = 0; i < w->contexts.n; i++)
		if (w->contexts.v[i].service == service && w->contexts.v[i].history &&
			str_is(str_from(w->contexts.v[i].history->tool->name), "django"))
			return true;
	return false;
}

/* Why a relation is its owner's, where that is to be said. */
static void
explain(struct drafter *d, const struct fact *f, struct draft_name *n)
{
	vec_push(d->arena, &n->because, created_words(d, f));
	if (f->owner == f->creator)
		return;
	add_writers(d, f, "written only", n);
	if (f->handed_over && uses_django(d->world, f->maker))
		vec_push(d->arena, &n->because,
			str_format(d->arena, "what %.*s writes by Django's models is not seen",
				STR_ARG(name_of(d, f->maker))));
}

static struct draft_grant *
grant(struct drafter *d, const struct fact *f, uint32_t to, struct str may)
{
	struct draft_grant *g = vec_add(d->arena, &d->out->services.v[f->owner].grants);

	g->to = name_of(d, to);
	g->may = may;
	g->table.name = f->written;
	return g;
}

/* A shared table stays with its owner; the others need a grant, if it is meant. */
static void
suggest_grants(struct drafter *d, const struct fact *f)
{
	for (uint32_t i = 0; i < f->writers.n; i++) {
		const struct writer *x = &f->writers.v[i];
		struct draft_grant *g;

		if (x->service == f->owner || f->owner == NO_SERVICE)
			continue;
		g = grant(d, f, x->service, crossing_may(d->arena, x->access));
		vec_push(d->arena, &g->table.because, created_words(d, f));
		add_writers(d, f, "written", &g->table);
	}
}

/* Who makes a table that another one writes goes on altering it: its migrations are where they are. */
static void
grant_maker(struct drafter *d, const struct fact *f)
{
	struct draft_grant *g = grant(d, f, f->maker, STR("[alter]"));

	g->in_force = true;
	g->reason = STR("its migrations make the table");
}

static void
add_open(struct drafter *d, const struct fact *f)
{
	struct draft_name *n = vec_add(d->arena, &d->out->open);

	n->name = f->written;
	vec_push(d->arena, &n->because, created_words(d, f));
	if (f->maker != NO_SERVICE && d->world->config->services.v[f->maker].kind == SERVICE_ORDINARY)
		vec_push(d->arena, &n->because, STR("another service makes it, too"));
	add_writers(d, f, "written", n);
}

static void
add_table(struct drafter *d, const struct fact *f)
{
	struct draft_name *n = vec_add(d->arena, &d->out->services.v[f->owner].tables);

	n->name = f->written;
	explain(d, f, n);
}

/* The word that the name begins with, its '_' included; empty when there is none. */
static struct str
prefix_of(const struct fact *f)
{
	size_t bar = str_chr(f->name.name, '_', 1);

	return bar == SIZE_MAX ? (struct str){0} : str_slice(f->name.name, 0, bar + 1);
}

static bool
same_group(const struct fact *x, const struct fact *y)
{
	struct str a = prefix_of(x), b = prefix_of(y);

	return a.n && x->database == y->database && str_eq(x->name.schema, y->name.schema) &&
	       str_eq(a, b);
}

/* Of the facts FROM to TO the service that owns more than half, and so many that a pattern pays. */
static uint32_t
majority(const struct drafter *d, uint32_t from, uint32_t to, uint32_t *owned)
{
	for (uint32_t i = from; i < to; i++) {
		uint32_t owner = d->facts.v[i].owner, n = 0;

		for (uint32_t k = from; k < to; k++)
			n += d->facts.v[k].owner == owner;
		*owned = n;
		if (owner != NO_SERVICE && n >= PATTERN_MIN && n * 2 > to - from)
			return owner;
	}
	return NO_SERVICE;
}

static void
add_pattern(struct drafter *d, uint32_t from, uint32_t to, uint32_t owner, uint32_t owned)
{
	const struct fact *first = &d->facts.v[from];
	struct draft_name *n = vec_add(d->arena, &d->out->services.v[owner].tables);
	struct naming name = {
		.schema = first->name.schema,
		.name = str_format(d->arena, "%.*s*", STR_ARG(prefix_of(first)))};

	n->name = written_name(d->arena, &name);
	vec_push(d->arena, &n->because,
		str_format(d->arena, "%u of the %u relations with this prefix", owned, to - from));
	for (uint32_t i = from; i < to; i++)
		if (d->facts.v[i].owner == owner && d->facts.v[i].maker == owner) {
			vec_push(d->arena, &n->because,
				str_format(d->arena, "%.*s is %.*s",
					STR_ARG(d->facts.v[i].written),
					STR_ARG(created_words(d, &d->facts.v[i]))));
			return;
		}
}

/* One run of facts with the same prefix. */
static void
add_group(struct drafter *d, uint32_t from, uint32_t to)
{
	uint32_t owned = 0, owner = majority(d, from, to, &owned);

	if (owner != NO_SERVICE)
		add_pattern(d, from, to, owner, owned);
	for (uint32_t i = from; i < to; i++) {
		const struct fact *f = &d->facts.v[i];

		if (f->owner == NO_SERVICE)
			add_open(d, f);
		else if (f->owner != owner)
			add_table(d, f);
	}
}

/* What a schema says is not said again. A table in public is misplaced where services have schemas:
 * to name it would make it right. */
static bool
goes_without_saying(const struct drafter *d, const struct fact *f)
{
	return f->by_schema || (d->world->databases.v[f->database].schema_per_service &&
				       str_is(f->name.schema, "public") && !f->handed_over);
}

static void
add_tables(struct drafter *d)
{
	for (uint32_t from = 0, to; from < d->facts.n; from = to) {
		to = from + 1;
		if (goes_without_saying(d, &d->facts.v[from]))
			continue;
		while (to < d->facts.n && !goes_without_saying(d, &d->facts.v[to]) &&
			same_group(&d->facts.v[from], &d->facts.v[to]))
			to++;
		add_group(d, from, to);
	}
}

/* Schemas that are one service's own, as the world tells it. */
static void
add_schemas(struct drafter *d)
{
	for (uint32_t i = 0; i < d->facts.n; i++) {
		const struct fact *f = &d->facts.v[i];
		struct draft_service *s = f->by_schema ? &d->out->services.v[f->owner] : NULL;
		struct draft_name *n;
		struct owner owner;

		if (!s || (s->schemas.n && str_eq(vec_last(&s->schemas)->name, f->name.schema)))
			continue;
		owner = world_owner(d->world, f->database, f->object);
		n = vec_add(d->arena, &s->schemas);
		n->name = f->name.schema;
		vec_push(d->arena, &n->because,
			str_format(d->arena, "created by %.*s",
				STR_ARG(at_words(d, owner.why.service, &owner.why))));
	}
}

static bool
has_name(const struct draft_doc *doc, struct str name)
{
	for (uint32_t i = 0; i < doc->external.n; i++)
		if (str_eq(doc->external.v[i].name, name))
			return true;
	return false;
}

/* Names that code which runs uses, and that nothing which was read ever made. */
static void
add_external(struct drafter *d)
{
	for (uint32_t i = 0; i < d->world->uses.n; i++) {
		const struct use *u = &d->world->uses.v[i];
		struct place place = crossing_place(u);
		struct draft_name *n;

		if (u->binding.state != BINDING_MISSING || u->binding.object || u->binding.ended ||
			u->confidence != CONFIDENCE_EXACT || u->class != CLASS_CODE ||
			has_name(d->out, u->written))
			continue;
		n = vec_add(d->arena, &d->out->external);
		n->name = u->written;
		vec_push(d->arena, &n->because,
			str_format(d->arena, "used by %.*s",
				STR_ARG(at_words(d, u->service, &place))));
	}
}

static int
compare_names(const void *x, const void *y)
{
	return str_cmp(((const struct draft_name *)x)->name, ((const struct draft_name *)y)->name);
}

void
view_draft_owners(struct arena *a, const struct world *w, struct draft_doc *out)
{
	struct drafter d = {.arena = a, .world = w, .out = out};

	gather(&d);
	for (uint32_t i = 0; i < d.facts.n; i++)
		decide(&d.facts.v[i]);
	add_schemas(&d);
	add_tables(&d);
	for (uint32_t i = 0; i < d.facts.n; i++)
		if (d.facts.v[i].handed_over)
			grant_maker(&d, &d.facts.v[i]);
		else
			suggest_grants(&d, &d.facts.v[i]);
	add_external(&d);
	if (out->external.n)
		qsort(out->external.v, out->external.n, sizeof *out->external.v, compare_names);
}
