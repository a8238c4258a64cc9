/* rule: cross-service-ddl

A migration of one service makes, alters, renames or drops something in another service's territory.

The owner's migrations no longer say what its tables look like: its next one may fail, a rebuild from
its own history gives another table, and which of the two histories must run first is written nowhere.

Services of kind operator, which set up roles and schemas for all, are exempt. Letting a table go in
one history and making it in another, SET SCHEMA and OWNER TO by its owner are transfers and no
crossing; what the maker did to a table before it gave it away is past. Where pgbounds.yaml gives a
table by its exact name to a service that did not create it, the creator's migrations are notes. What
is past and left nothing behind (a foreign column that was dropped again) is no finding.

Fix: put the change into a migration of the owner. Or let the owner grant `alter` in pgbounds.yaml.

```bad
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- odds/migrations/001_odds.sql --
CREATE TABLE odds_company (id bigint PRIMARY KEY);
-- odds/migrations/002_score.sql --
ALTER TABLE r10_user ADD COLUMN score integer;
-- findings --
odds/migrations/002_score.sql:1:33: error: odds adds column score to r10_user, which hub owns [cross-service-ddl]
    ALTER TABLE r10_user ADD COLUMN score integer;
                                    ^~~~~
    hub/migrations/001_users.sql:1:14: note: table r10_user is owned by hub, created here
    help: make the change in a migration of hub, or let hub grant it in pgbounds.yaml: {to: odds, may: [alter], tables: [r10_user]}
```

```good
-- hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
CREATE TABLE r10_device (id bigint PRIMARY KEY);
-- hub/migrations/002_let_go.sql --
DROP TABLE r10_device;
-- notifications/migrations/001_device.sql --
CREATE TABLE push_device (id bigint PRIMARY KEY);
ALTER TABLE push_device ADD COLUMN token text;
```
*/
#include "rule/crossing.h"
#include "rule/grant.h"

extern const struct rule rule_cross_service_ddl;

/* One thing that a migration did to a relation. */
struct alteration {
	const struct world *w;
	const struct happening *h;
	const struct touched *t;
	moment at;
	uint32_t service, database, relation;
	enum confidence confidence;
};

static const struct object *
object_of(const struct alteration *c, uint32_t object)
{
	return &c->w->databases.v[c->database].catalog.objects.v[object];
}

static bool
is_transfer(const struct happening *h)
{
	enum event_kind kind = h->unit->events.v[h->event].kind;

	return kind == EVENT_SET_SCHEMA || kind == EVENT_OWNER_TO;
}

/* Who owned the relation at a moment. Of one that is gone and that nothing declares: who made it. */
static struct owner
owner_then(const struct alteration *c, moment at)
{
	struct owner owner = world_owner_then(c->w, c->database, c->relation, at);
	const struct object *relation = object_of(c, c->relation);

	switch (owner.how) {
	case OWNED_OPEN:
		if (!relation->died || relation->external)
			break;
		owner.service = crossing_actor(c->w, relation->born);
		if (owner.service == NO_SERVICE)
			break;
		owner.how = OWNED_CREATED;
		owner.why = crossing_born_place(c->w, c->database, c->relation);
		break;
	case OWNED_DECLARED:
	case OWNED_SCHEMA:
	case OWNED_CREATED:
	case OWNED_EXTERNAL:
		break;
	}
	return owner;
}

/* Whose the relation is that is changed, by the name that it has then; *AT is when. A change of the
 * name crosses where the old one was another's, and a rename also where the new one is. */
static struct owner
owner_of(const struct alteration *c, moment *at)
{
	struct owner owner;

	*at = c->at - 1;
	if (c->t->touch == TOUCH_RENAME || is_transfer(c->h)) {
		owner = owner_then(c, *at);
		if (owner.service != c->service || is_transfer(c->h))
			return owner;
	}
	*at = c->at;
	return owner_then(c, *at);
}

static bool
touches(const struct happening *h, uint32_t object)
{
	for (uint32_t i = 0; i < h->applied.touched.n; i++)
		if (h->applied.touched.v[i].object == object)
			return true;
	return false;
}

/* True when the service made the relation, or had received it, and gives it away now or later. */
static bool
gives_away(const struct alteration *c)
{
	bool had = crossing_actor(c->w, object_of(c, c->relation)->born) == c->service;

	for (moment m = c->at; had && m < c->w->happenings.n; m++) {
		const struct happening *h = &c->w->happenings.v[m];

		if (c->w->contexts.v[h->context].database == c->database && is_transfer(h) &&
			crossing_actor(c->w, m) == c->service && touches(h, c->relation))
			return true;
	}
	return false;
}

/* True when the configuration gives the relation by its exact name to another than its creator. */
static bool
handed_over(const struct alteration *c, const struct owner *owner)
{
	const struct catalog *catalog = &c->w->databases.v[c->database].catalog;
	struct naming n = catalog_name(catalog, c->relation, MOMENT_NOW);
	const struct owns *owns;

	if (owner->how != OWNED_DECLARED ||
		crossing_actor(c->w, object_of(c, c->relation)->born) != c->service)
		return false;
	owns = &c->w->config->services.v[owner->service].owns;
	for (uint32_t i = 0; i < owns->tables.n; i++) {
		struct str name = owns->tables.v[i].value;

		if (str_eq(name, n.name) ||
			(name.n == n.schema.n + 1 + n.name.n && str_starts(name, n.schema) &&
				str_ends(name, n.name)))
			return true;
	}
	return false;
}

/* True when nothing is left of the change that could hurt: what it made or altered is gone. */
static bool
is_past(const struct alteration *c)
{
	const struct object *o = object_of(c, c->t->object);

	switch (c->t->touch) {
	case TOUCH_DROP:
		return crossing_actor(c->w, o->born) == c->service;
	case TOUCH_CREATE:
	case TOUCH_ALTER:
	case TOUCH_RENAME:
	case TOUCH_REFERENCE:
		break;
	}
	return o->died || object_of(c, c->relation)->died;
}

static const char *
touch_verb(enum touch touch, bool whole)
{
	switch (touch) {
	case TOUCH_CREATE:
		return whole ? "creates" : "adds";
	case TOUCH_DROP:
		return "drops";
	case TOUCH_RENAME:
		return "renames";
	case TOUCH_ALTER:
	case TOUCH_REFERENCE:
		break;
	}
	return "alters";
}

/* "renames scratch to r10_user": the old name was one's own, the new one is not. */
static struct str
describe_taking(const struct alteration *c, struct arena *a, struct str relation)
{
	struct str old = crossing_name_then(c->w, a, c->database, c->relation, c->at - 1);

	return str_format(a, "renames %.*s to %.*s", STR_ARG(old), STR_ARG(relation));
}

/* "creates hint", "adds column score to r10_user", "drops index i of r10_user". */
static struct str
describe(const struct alteration *c, struct arena *a, struct str relation)
{
	const struct object *o = object_of(c, c->t->object);
	const struct catalog *catalog = &c->w->databases.v[c->database].catalog;
	bool whole = c->t->object == c->relation;
	const char *verb = touch_verb(c->t->touch, whole);
	struct str name;

	if (whole && c->h->unit->events.v[c->h->event].kind == EVENT_SET_SCHEMA)
		verb = "moves";
	if (whole)
		return str_format(a, "%s %.*s", verb, STR_ARG(relation));
	name = catalog_name(catalog, c->t->object, c->at).name;
	return str_format(a, "%s %s %.*s%s%s %.*s", verb, object_kind_word(o->kind), STR_ARG(name),
		name.n ? " " : "", c->t->touch == TOUCH_CREATE ? "to" : "of", STR_ARG(relation));
}

static void
report(struct findings *f, const struct alteration *c, const struct owner *owner, moment at)
{
	struct finding *x = finding_add(f, &rule_cross_service_ddl, c->service,
		crossing_touch_place(c->w, c->h, c->t), c->confidence);
	const struct object *o = object_of(c, c->t->object);
	struct str relation = crossing_name_then(c->w, f->arena, c->database, c->relation, at);
	bool takes = c->t->touch == TOUCH_RENAME && c->t->object == c->relation && at == c->at;
	struct str what =
		takes ? describe_taking(c, f->arena, relation) : describe(c, f->arena, relation);
	struct str service = world_service(c->w, c->service);
	struct str owner_name = world_service(c->w, owner->service);
	struct str member =
		c->t->object == c->relation
			? (struct str){0}
			: catalog_name(&c->w->databases.v[c->database].catalog, c->t->object, c->at)
				  .name;

	x->level = handed_over(c, owner) ? LEVEL_NOTE : LEVEL_DEFAULT;
	finding_cause(f, x, "%s %s %.*s", touch_verb(c->t->touch, c->t->object == c->relation),
		object_kind_word(o->kind), STR_ARG(member));
	finding_message(f, x, "%.*s %.*s, which %.*s owns", STR_ARG(service), STR_ARG(what),
		STR_ARG(owner_name));
	crossing_owned_then(f, x, c->database, c->relation, owner, at);
	grant_relate_ended(f, x, c->database, c->relation, c->service, ACCESS_DDL);
	finding_help(f, x,
		"make the change in a migration of %.*s, or let %.*s grant it in pgbounds.yaml: {to: %.*s, may: [alter], tables: [%.*s]}",
		STR_ARG(owner_name), STR_ARG(owner_name), STR_ARG(service), STR_ARG(relation));
}

static void
judge(struct findings *f, const struct alteration *c)
{
	moment at;
	struct owner owner = owner_of(c, &at);
	struct place why;

	switch (owner.how) {
	case OWNED_DECLARED:
	case OWNED_SCHEMA:
	case OWNED_CREATED:
		break;
	case OWNED_OPEN:
	case OWNED_EXTERNAL:
		return;
	}
	if (owner.service == c->service || is_past(c) || gives_away(c))
		return;
	if (!world_granted(c->w, c->database, c->relation, 0, c->service, ACCESS_DDL, &why))
		report(f, c, &owner, at);
}

static enum confidence
certainty(const struct happening *h)
{
	switch (h->applied.status) {
	case APPLY_DONE:
	case APPLY_NOT_MODELLED:
		return h->unit->statements.v[h->statement].maybe ? CONFIDENCE_LIKELY
								 : CONFIDENCE_EXACT;
	case APPLY_SKIPPED:
	case APPLY_CONFLICT:
	case APPLY_UNKNOWN:
		break;
	}
	return CONFIDENCE_LIKELY;
}

static void
check(const struct world *w, struct findings *f)
{
	for (moment m = 1; m < w->happenings.n; m++) {
		const struct happening *h = &w->happenings.v[m];
		const struct context *context = &w->contexts.v[h->context];

		if (w->config->services.v[context->service].kind == SERVICE_OPERATOR)
			continue;
		for (uint32_t i = 0; i < h->applied.touched.n; i++) {
			const struct touched *t = &h->applied.touched.v[i];
			struct alteration c = {.w = w,
				.h = h,
				.t = t,
				.at = m,
				.service = context->service,
				.database = context->database,
				.relation = t->relation,
				.confidence = certainty(h)};

			if (t->relation)
				crossing_exists(object_of(&c, t->relation)->exists, &c.confidence);
			if (t->relation && t->touch != TOUCH_REFERENCE && !crossing_is_part(h, t))
				judge(f, &c);
		}
	}
}

const struct rule rule_cross_service_ddl = {
	.name = "cross-service-ddl",
	.summary = "a migration changes a table that another service owns",
	.level = LEVEL_ERROR,
	.check = check,
};
