/* One event: a switch over its kind, and what all kinds need. */
#include "catalog_p.h"

#include <string.h>

bool
apply_fail(struct apply *ap, enum apply_status status, const char *format, ...)
{
	va_list ap_;

	ap->out->status = status;
	va_start(ap_, format);
	ap->out->message = str_vformat(ap->c->arena, format, ap_);
	va_end(ap_);
	return false;
}

bool
apply_assume(struct apply *ap)
{
	if (!ap->c->assumes || ap->maybe || ap->out->status != APPLY_CONFLICT)
		return false;
	if (!ap->noted.n)
		ap->noted = ap->out->message;
	ap->out->status = APPLY_DONE;
	return true;
}

void
apply_touch(struct apply *ap, enum touch touch, uint32_t object, struct span span)
{
	const struct object *o = &ap->c->objects.v[object];

	/* What belongs to a relation that the event itself makes is part of making it; where a foreign
	 * key stands is asked for all the same. */
	if (!object || (o->parent >= ap->first_new && o->constraint != CONSTRAINT_FOREIGN_KEY))
		return;
	vec_push(ap->c->arena, &ap->out->touched,
		(struct touched){
			.touch = touch,
			.object = object,
			.relation = o->parent                                  ? o->parent
				    : catalog_space(o->kind) == SPACE_RELATION ? object
									       : 0,
			.span = span,
		});
}

bool
apply_flag(const struct apply *ap, enum event_flag flag)
{
	return (ap->e->flags & (uint32_t)flag) != 0;
}

const struct name *
apply_name(const struct apply *ap, uint32_t i)
{
	return &ap->u->names.v[i < ap->e->names.count ? ap->e->names.first + i : 0];
}

struct str
apply_written(struct apply *ap, const struct name *n)
{
	if (!n->schema.n)
		return n->name;
	return str_format(ap->scratch, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));
}

/* May the schema exist though nothing made it? */
static bool
schema_may_exist(const struct apply *ap, struct str schema)
{
	if (ap->c->incomplete ||
		catalog_havoc(ap->c, SPACE_SCHEMA, (struct str){0}, schema, 0, ap->at))
		return true;
	for (uint32_t i = 0; i < ap->c->externals.n; i++)
		if (ap->c->externals.v[i].schema.n &&
			str_glob(ap->c->externals.v[i].schema, schema))
			return true;
	return false;
}

static bool
schema_exists(const struct apply *ap, struct str schema)
{
	return catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, schema, ap->at) != 0;
}

/* A schema that others must have made. */
static bool
assume_schema(struct apply *ap, struct str schema)
{
	uint32_t id;

	if (!schema.n || !apply_assume(ap))
		return false;
	id = catalog_new(ap, OBJECT_SCHEMA, 0, (struct str){0}, schema);
	catalog_edit(ap, id)->external = true;
	catalog_set_existence(ap, id, EXISTS_MAYBE);
	return true;
}

/* namespace.c, RangeVarGetCreationNamespace(). */
bool
apply_creation_schema(struct apply *ap, const struct name *n, bool temporary, struct str *schema)
{
	const struct session *s = ap->s;
	struct str unsure = {0}, first = {0};

	if (temporary && n->schema.n && !str_is(n->schema, "pg_temp"))
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot create temporary relation in non-temporary schema");
	if (temporary || str_is(n->schema, "pg_temp")) {
		*schema = STR("pg_temp");
		return true;
	}
	if (n->schema.n) {
		*schema = n->schema;
		if (schema_exists(ap, n->schema) || schema_may_exist(ap, n->schema))
			return true;
		/* Of SET SCHEMA the words are about the object, else they stand for a guard. */
		if (apply_flag(ap, EVENT_IF_EXISTS) && ap->e->kind != EVENT_SET_SCHEMA)
			return apply_fail(ap, APPLY_SKIPPED, "schema \"%.*s\" does not exist",
				STR_ARG(n->schema));
		apply_fail(
			ap, APPLY_CONFLICT, "schema \"%.*s\" does not exist", STR_ARG(n->schema));
		return assume_schema(ap, n->schema);
	}
	for (uint32_t i = 0; i < s->search_path.n; i++) {
		if (!session_entry(ap->c, s, i, ap->at, schema))
			continue;
		if (schema_exists(ap, *schema) || str_is(*schema, "pg_temp"))
			return true;
		if (!unsure.n && schema_may_exist(ap, *schema))
			unsure = *schema;
		if (!first.n)
			first = *schema;
	}
	*schema = unsure.n ? unsure : first;
	if (unsure.n)
		return true;
	apply_fail(ap, APPLY_CONFLICT, "no schema has been selected to create in");
	return assume_schema(ap, first);
}

static const char *
space_word(enum space space)
{
	switch (space) {
	case SPACE_RELATION:
		return "relation";
	case SPACE_TYPE:
		return "type";
	case SPACE_ROUTINE:
		return "function";
	case SPACE_SCHEMA:
		return "schema";
	case SPACE_ROLE:
		return "role";
	case SPACE_EXTENSION:
		return "extension";
	case SPACE_NONE:
	case SPACE_CONSTRAINT:
	case SPACE_OTHER:
		break;
	}
	return "object";
}

bool
apply_find(
	struct apply *ap, enum space space, const struct name *n, bool if_exists, uint32_t *object)
{
	struct binding b = catalog_resolve_in(ap->c, ap->s, space, n, ap->at);
	struct str written = apply_written(ap, n);

	*object = b.object;
	switch (b.state) {
	case BINDING_BOUND:
		if (b.object)
			return true;
		return apply_fail(ap, APPLY_UNKNOWN, "%s \"%.*s\" is not known", space_word(space),
			STR_ARG(written));
	case BINDING_AMBIGUOUS:
		return apply_fail(ap, APPLY_UNKNOWN, "%s \"%.*s\" could be several",
			space_word(space), STR_ARG(written));
	case BINDING_UNKNOWN:
		return apply_fail(ap, APPLY_UNKNOWN, "%s \"%.*s\" may or may not exist",
			space_word(space), STR_ARG(written));
	case BINDING_MISSING:
		break;
	}
	if (n->schema.n && !schema_exists(ap, n->schema))
		return apply_fail(ap, if_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
			"schema \"%.*s\" does not exist", STR_ARG(n->schema));
	return apply_fail(ap, if_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
		"%s \"%.*s\" does not exist", space_word(space), STR_ARG(written));
}

bool
apply_relation(struct apply *ap, const struct name *n, bool if_exists, uint32_t *object)
{
	return apply_find(ap, SPACE_RELATION, n, if_exists, object);
}

/* The holder of the name may exist. The event says that it does not: it was made. */
static bool
take_from_doubtful(struct apply *ap, uint32_t holder, bool if_not_exists)
{
	if (ap->maybe)
		return true;
	if (if_not_exists) {
		catalog_set_existence(ap, holder, EXISTS_YES);
		apply_touch(ap, TOUCH_CREATE, holder, ap->e->span);
		ap->out->status = APPLY_DONE;
		return false;
	}
	catalog_set_existence(ap, holder, EXISTS_NO);
	return true;
}

bool
apply_name_free(
	struct apply *ap, enum space space, struct str schema, struct str name, bool if_not_exists)
{
	uint32_t holder = catalog_find(ap->c, space, schema, name, ap->at);
	bool row_type = false;

	/* A relation has a row type of its name: the two spaces are one but for indexes and
	 * sequences (heap.c, heap_create_with_catalog). */
	if (!holder && space == SPACE_TYPE) {
		holder = catalog_find(ap->c, SPACE_RELATION, schema, name, ap->at);
		if (holder && (ap->c->objects.v[holder].kind == OBJECT_INDEX ||
				      ap->c->objects.v[holder].kind == OBJECT_SEQUENCE))
			holder = 0;
		row_type = true;
	}
	if (!holder)
		return true;
	if (ap->c->objects.v[holder].exists == EXISTS_MAYBE && !row_type)
		return take_from_doubtful(ap, holder, if_not_exists);
	return apply_fail(ap, if_not_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
		"%s \"%.*s\" already exists", space_word(space), STR_ARG(name));
}

bool
apply_fits(struct apply *ap, uint32_t object)
{
	enum object_kind want = ap->e->object_kind, got = ap->c->objects.v[object].kind;
	const char *word = object_kind_word(want);
	bool strict = want == OBJECT_VIEW || want == OBJECT_MATERIALIZED_VIEW ||
		      want == OBJECT_SEQUENCE || want == OBJECT_FOREIGN_TABLE ||
		      want == OBJECT_COMPOSITE_TYPE || want == OBJECT_DOMAIN ||
		      (want == OBJECT_INDEX && ap->e->kind != EVENT_RENAME);

	if (want == OBJECT_TABLE && got == OBJECT_COMPOSITE_TYPE)
		return apply_fail(ap, APPLY_CONFLICT, "\"%.*s\" is a composite type",
			STR_ARG(catalog_last_name(ap->c, object)));
	if (!strict || got == want || ap->c->objects.v[object].external)
		return true;
	return apply_fail(ap, APPLY_CONFLICT, "\"%.*s\" is not %s %s",
		STR_ARG(catalog_last_name(ap->c, object)), strchr("aeiou", word[0]) ? "an" : "a",
		word);
}

bool
apply_column(struct apply *ap, uint32_t relation, struct str name, uint32_t *column)
{
	struct binding b = catalog_column(ap->c, relation, name, ap->at);

	*column = b.object;
	if (b.state == BINDING_BOUND && b.object)
		return true;
	if (b.state == BINDING_BOUND)
		return apply_fail(
			ap, APPLY_CONFLICT, "cannot alter system column \"%.*s\"", STR_ARG(name));
	if (b.state != BINDING_MISSING)
		return apply_fail(
			ap, APPLY_UNKNOWN, "column \"%.*s\" may or may not exist", STR_ARG(name));
	return apply_fail(ap, APPLY_CONFLICT, "column \"%.*s\" of relation \"%.*s\" does not exist",
		STR_ARG(name), STR_ARG(catalog_last_name(ap->c, relation)));
}

static bool
apply_create(struct apply *ap)
{
	switch (ap->e->object_kind) {
	case OBJECT_TABLE:
	case OBJECT_PARTITIONED_TABLE:
	case OBJECT_FOREIGN_TABLE:
	case OBJECT_COMPOSITE_TYPE:
		return apply_create_table(ap);
	case OBJECT_VIEW:
	case OBJECT_MATERIALIZED_VIEW:
		return apply_create_as(ap);
	case OBJECT_SEQUENCE:
		return apply_create_sequence(ap);
	case OBJECT_INDEX:
		return apply_create_index(ap);
	case OBJECT_TYPE:
	case OBJECT_DOMAIN:
		return apply_create_type(ap);
	case OBJECT_SCHEMA:
		return apply_create_schema(ap);
	case OBJECT_ROUTINE:
		return apply_create_routine(ap);
	case OBJECT_TRIGGER:
	case OBJECT_POLICY:
	case OBJECT_RULE:
		return apply_create_attached(ap);
	case OBJECT_EXTENSION:
		return apply_create_extension(ap);
	case OBJECT_ROLE:
	case OBJECT_DATABASE:
		return apply_create_global(ap);
	case OBJECT_NONE:
	case OBJECT_COLUMN:
	case OBJECT_CONSTRAINT:
	case OBJECT_OTHER:
	case OBJECT_KINDS:
		break;
	}
	return apply_fail(ap, APPLY_NOT_MODELLED, "CREATE is not modelled");
}

/* Changes nothing, but what it is on must be there. */
static bool
apply_comment(struct apply *ap)
{
	const struct event *e = ap->e;
	uint32_t object, column;
	struct binding b;

	if (e->object_kind != OBJECT_COLUMN && !object_kind_is_relation(e->object_kind))
		return true;
	if (!apply_relation(ap, &e->object, false, &object))
		return false;
	if (e->object_kind != OBJECT_COLUMN)
		return apply_fits(ap, object);
	b = catalog_column(ap->c, object, e->part, ap->at);
	return (b.state == BINDING_BOUND && !b.object) ||
	       apply_column(ap, object, e->part, &column);
}

static bool
dispatch(struct apply *ap)
{
	switch (ap->e->kind) {
	case EVENT_CREATE:
		return apply_create(ap);
	case EVENT_CREATE_AS:
		return apply_create_as(ap);
	case EVENT_ALTER:
		return apply_alter(ap);
	case EVENT_DROP:
		return apply_drop(ap);
	case EVENT_RENAME:
		return apply_rename(ap);
	case EVENT_SET_SCHEMA:
		return apply_set_schema(ap);
	case EVENT_OWNER_TO:
		return apply_owner(ap);
	case EVENT_SET:
		return apply_set(ap);
	case EVENT_RESET:
		return apply_reset(ap);
	case EVENT_ALTER_ROLE_SET:
	case EVENT_ALTER_DATABASE_SET:
		return apply_role_set(ap);
	case EVENT_TRANSACTION:
		return apply_transaction(ap);
	case EVENT_HAVOC:
		return apply_havoc(ap);
	case EVENT_COMMENT:
		return apply_comment(ap);
	case EVENT_GRANT:
	case EVENT_REVOKE:
		return apply_grant(ap);
	case EVENT_CALL: /* the caller knows the routine's body and applies that */
		return true;
	case EVENT_NONE:
	case EVENT_UNMODELLED:
	case EVENT_KINDS:
		break;
	}
	return apply_fail(ap, APPLY_NOT_MODELLED, "%.*s is not modelled", STR_ARG(ap->e->text));
}

void
catalog_apply(struct catalog *c, struct session *s, const struct unit *u, uint32_t event,
	uint32_t query, bool maybe, moment at, struct arena *scratch, struct applied *out)
{
	struct apply ap = {
		.c = c,
		.s = s,
		.u = u,
		.e = &u->events.v[event],
		.query = query,
		.maybe = maybe,
		.at = at,
		.scratch = scratch,
		.out = out,
		.first_new = c->objects.n,
	};

	*out = (struct applied){0};
	c->now = at;
	if (dispatch(&ap) || out->status == APPLY_DONE) {
		if (ap.noted.n) {
			out->status = APPLY_CONFLICT;
			out->message = ap.noted;
		}
		transaction_note(&ap);
		return;
	}
	catalog_take_back(&ap);
	out->touched.n = 0;
	/* What does not apply under a guard is what the guard is for. */
	if (maybe && out->status == APPLY_CONFLICT)
		out->status = APPLY_SKIPPED;
}

void
catalog_disconnect(struct catalog *c, moment at)
{
	static const struct event none = {.kind = EVENT_NONE};
	struct applied out = {0};
	struct arena scratch = {0};
	struct session nobody = {.arena = &scratch};
	struct apply ap = {
		.c = c, .s = &nobody, .e = &none, .at = at, .scratch = &scratch, .out = &out};

	ap.first_new = c->objects.n;
	for (uint32_t i = 1; i < c->objects.n; i++)
		if (c->objects.v[i].temporary && c->objects.v[i].exists != EXISTS_NO)
			apply_fall(&ap, &i, 1, true);
	arena_free(&scratch);
}
