/* rule: table-in-public

A migration makes a table or a view in `public`, where each service has a schema of its own.

What stands in `public` belongs to nobody: no role and no grant keeps the other services away, and
the first one that finds it useful makes it shared. Mostly it is an accident: the schema was left out,
and the search_path of the migration was not the one that its author had in mind.

It is judged only where services have schemas; where all share one, there is nothing to cross. A
service that has none itself is told only where pgbounds.yaml says who owns which schema.
Temporary tables, partitions and what an extension or `external:` brings are not meant, nor a table
that some service owns by name in pgbounds.yaml. A table that a later migration dropped or moved to a
schema is no finding. The level is error, because a table is easily put elsewhere before it has
users and hardly afterwards.

Fix: name the schema (CREATE TABLE billing.refund), or set the search_path of the migrations. A table
that is there already moves with ALTER TABLE … SET SCHEMA.

```bad
-- auth/migrations/001_users.sql --
CREATE SCHEMA auth;
CREATE TABLE auth.users (id bigint PRIMARY KEY);
-- billing/migrations/001_invoices.sql --
CREATE SCHEMA billing;
CREATE TABLE billing.invoice (id bigint PRIMARY KEY);
-- billing/migrations/002_refunds.sql --
CREATE TABLE refund (id bigint PRIMARY KEY);
-- findings --
billing/migrations/002_refunds.sql:1:14: error: billing makes table refund in public, which is no service's schema [table-in-public]
    CREATE TABLE refund (id bigint PRIMARY KEY);
                 ^~~~~~
    help: name the schema: CREATE TABLE billing.refund, or move it: ALTER TABLE public.refund SET SCHEMA billing
```

```good
-- auth/migrations/001_users.sql --
CREATE SCHEMA auth;
CREATE TABLE auth.users (id bigint PRIMARY KEY);
-- billing/migrations/001_invoices.sql --
CREATE SCHEMA billing;
CREATE TABLE refund (id bigint PRIMARY KEY);
-- billing/migrations/002_move.sql --
ALTER TABLE public.refund SET SCHEMA billing;
```
*/
#include "rule/crossing.h"

extern const struct rule rule_table_in_public;

static bool
holds_data(const struct object *o)
{
	switch (o->kind) {
	case OBJECT_TABLE:
	case OBJECT_PARTITIONED_TABLE:
	case OBJECT_FOREIGN_TABLE:
		return o->depends.n == 0; /* a child goes where its parent goes */
	case OBJECT_VIEW:
	case OBJECT_MATERIALIZED_VIEW:
		return true;
	case OBJECT_NONE:
	case OBJECT_SEQUENCE:
	case OBJECT_INDEX:
	case OBJECT_COMPOSITE_TYPE:
	case OBJECT_TYPE:
	case OBJECT_DOMAIN:
	case OBJECT_SCHEMA:
	case OBJECT_ROUTINE:
	case OBJECT_TRIGGER:
	case OBJECT_POLICY:
	case OBJECT_RULE:
	case OBJECT_COLUMN:
	case OBJECT_CONSTRAINT:
	case OBJECT_EXTENSION:
	case OBJECT_ROLE:
	case OBJECT_DATABASE:
	case OBJECT_OTHER:
	case OBJECT_KINDS:
		break;
	}
	return false;
}

/* As ALTER and CREATE want it. */
static const char *
command_word(enum object_kind kind)
{
	if (kind == OBJECT_VIEW)
		return "VIEW";
	if (kind == OBJECT_MATERIALIZED_VIEW)
		return "MATERIALIZED VIEW";
	return kind == OBJECT_FOREIGN_TABLE ? "FOREIGN TABLE" : "TABLE";
}

/* The service's schema, to be named in the advice: the first relation's that it owns by its schema,
 * or else the service's own name in the place of one. */
static struct str
schema_of(const struct world *w, uint32_t database, uint32_t service)
{
	const struct catalog *c = &w->databases.v[database].catalog;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];
		struct str schema = catalog_name(c, i, MOMENT_NOW).schema;

		if (holds_data(o) && o->exists != EXISTS_NO && !o->temporary &&
			!str_is(schema, "public") && world_owner(w, database, i).service == service)
			return schema;
	}
	return world_service(w, service);
}

/* Whether the schema was a choice of the migration's author, or of a search_path not known here. */
static enum confidence
schema_confidence(const struct happening *h, const struct world *w)
{
	const struct name *written = &h->unit->events.v[h->event].object;

	if (written->schema.n || w->contexts.v[h->context].session.search_path_known)
		return CONFIDENCE_EXACT;
	return CONFIDENCE_LIKELY;
}

static void
report(const struct world *w, struct findings *f, uint32_t database, uint32_t object,
	enum confidence confidence)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	uint32_t service = crossing_actor(w, c->objects.v[object].born);
	struct finding *x = finding_add(f, &rule_table_in_public, service,
		crossing_born_place(w, database, object), confidence);
	struct str name = catalog_name(c, object, MOMENT_NOW).name;
	struct str maker = world_service(w, service);
	struct str schema = schema_of(w, database, service);
	const char *kind = object_kind_word(c->objects.v[object].kind);
	const char *command = command_word(c->objects.v[object].kind);

	x->object = catalog_display(c, object, f->arena);
	finding_cause(f, x, "in public");
	finding_message(f, x, "%.*s makes %s %.*s in public, which is no service's schema",
		STR_ARG(maker), kind, STR_ARG(name));
	finding_help(f, x,
		"name the schema: CREATE %s %.*s.%.*s, or move it: ALTER %s public.%.*s SET SCHEMA %.*s",
		command, STR_ARG(schema), STR_ARG(name), command, STR_ARG(name), STR_ARG(schema));
}

/* A service that has no schema, where nobody says that it should, has no other place than public. */
static bool
has_place(const struct world *w, uint32_t database, uint32_t service)
{
	bool declared = false;

	for (uint32_t s = 0; s < w->config->services.n; s++)
		declared = declared || w->config->services.v[s].owns.schemas.n;
	return service != NO_SERVICE && (declared || w->databases.v[database].has_schema[service]);
}

static void
check_object(const struct world *w, struct findings *f, uint32_t database, uint32_t object)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	const struct object *o = &c->objects.v[object];
	enum confidence confidence;

	if (!holds_data(o) || o->external || o->temporary || !o->born ||
		!str_is(catalog_name(c, object, MOMENT_NOW).schema, "public"))
		return;
	if (!has_place(w, database, crossing_actor(w, o->born)))
		return;
	confidence = schema_confidence(&w->happenings.v[o->born], w);
	if (crossing_exists(o->exists, &confidence) &&
		world_owner(w, database, object).how != OWNED_DECLARED)
		report(w, f, database, object, confidence);
}

static void
check(const struct world *w, struct findings *f)
{
	for (uint32_t d = 0; d < w->databases.n; d++)
		for (uint32_t i = 1; w->databases.v[d].schema_per_service &&
				     i < w->databases.v[d].catalog.objects.n;
			i++)
			check_object(w, f, d, i);
}

const struct rule rule_table_in_public = {
	.name = "table-in-public",
	.summary = "makes a table in public, where each service has a schema of its own",
	.level = LEVEL_ERROR,
	.check = check,
};
