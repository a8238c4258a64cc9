/* GRANT, REVOKE, ALTER DEFAULT PRIVILEGES: who may do what to relations, their columns, and schemas.
 *
 * aclchk.c (PostgreSQL 15). What the owner may is not kept: that is all, and goes with the ownership. Nor is who
 * granted, WITH GRANT OPTION, or what roles are members of; of routines, types and databases nothing is. */
#include <string.h>

#include "catalog_p.h"

#define TABLE_PRIVILEGES \
	(PRIVILEGE_INSERT | PRIVILEGE_SELECT | PRIVILEGE_UPDATE | PRIVILEGE_DELETE | \
		PRIVILEGE_TRUNCATE | PRIVILEGE_REFERENCES | PRIVILEGE_TRIGGER)
#define SEQUENCE_PRIVILEGES (PRIVILEGE_SELECT | PRIVILEGE_UPDATE | PRIVILEGE_USAGE)
#define COLUMN_PRIVILEGES \
	(PRIVILEGE_INSERT | PRIVILEGE_SELECT | PRIVILEGE_UPDATE | PRIVILEGE_REFERENCES)
#define SCHEMA_PRIVILEGES (PRIVILEGE_USAGE | PRIVILEGE_CREATE)

const char *const privilege_words[PRIVILEGE_KINDS] = {"insert", "select", "update", "delete",
	"truncate", "references", "trigger", "usage", "create"};

/* All that can be granted on an object of the kind; 0: nothing that is kept. */
static uint32_t
all_privileges(enum object_kind kind)
{
	if (kind == OBJECT_SEQUENCE)
		return SEQUENCE_PRIVILEGES;
	if (kind == OBJECT_SCHEMA)
		return SCHEMA_PRIVILEGES;
	if (kind == OBJECT_COLUMN)
		return COLUMN_PRIVILEGES;
	return object_kind_is_relation(kind) && kind != OBJECT_INDEX ? TABLE_PRIVILEGES : 0;
}

static uint32_t
privilege_of(struct str word)
{
	for (uint32_t i = 0; i < PRIVILEGE_KINDS; i++)
		if (str_is(word, privilege_words[i]))
			return 1u << i;
	return 0;
}

static const char *
upper(struct apply *ap, struct str word)
{
	char *copy = str_cstr(ap->scratch, word);

	for (char *c = copy; *c; c++)
		if (*c >= 'a' && *c <= 'z')
			*c -= 'a' - 'A';
	return copy;
}

/* The event's privileges as far as an object of KIND has them. */
static bool
wanted(struct apply *ap, enum object_kind kind, uint32_t *out)
{
	struct str rest = ap->e->text, word;
	uint32_t all = all_privileges(kind);

	*out = 0;
	while (rest.n && str_cut(&rest, ',', &word)) {
		uint32_t one = str_is(word, "all") ? all : privilege_of(word);

		/* GRANT … ON TABLE of a sequence warns, and grants what a sequence has. */
		if (!(one & all) && kind != OBJECT_SEQUENCE)
			return apply_fail(ap, APPLY_CONFLICT, "invalid privilege type %s for %s",
				upper(ap, word),
				kind == OBJECT_SCHEMA   ? "schema"
				: kind == OBJECT_COLUMN ? "column"
				: apply_flag(ap, EVENT_DEFAULT_PRIVILEGES) ? "relation"
									   : "table");
		*out |= one & all;
	}
	return true;
}

static struct str
owner_of(const struct catalog *c, uint32_t object)
{
	const struct object *o = &c->objects.v[object];

	return o->kind == OBJECT_COLUMN ? c->objects.v[o->parent].owner : o->owner;
}

/* Gives the role what GIVEN says, or takes it away. Arrays of objects are never changed in place. */
static void
change_role(struct apply *ap, uint32_t object, struct str role, uint32_t given, bool grant)
{
	struct object *o = catalog_edit(ap, object);
	uint32_t n = o->privileges.n;
	struct privilege *list = arena_array(ap->c->arena, struct privilege, n + 1);
	bool found = false;

	if (n)
		memcpy(list, o->privileges.v, n * sizeof *list);
	for (uint32_t i = 0; i < n; i++) {
		if (!str_eq(list[i].role, role))
			continue;
		list[i].what = grant ? list[i].what | given : list[i].what & ~given;
		found = true;
	}
	if (!found && grant && given)
		list[n++] = (struct privilege){role, given};
	o->privileges.v = list;
	o->privileges.n = n;
	o->privileges.cap = n + 1;
}

static void
change_object(struct apply *ap, uint32_t object, uint32_t given, bool grant)
{
	for (uint32_t i = 0; i < ap->e->words.count; i++) {
		struct str role = session_role(ap, ap->u->words.v[ap->e->words.first + i].text);

		/* Of a computed name it is not known whose it is. */
		if (!str_eq(role, owner_of(ap->c, object)) && str_chr(role, '*', 0) == SIZE_MAX)
			change_role(ap, object, role, given, grant);
	}
}

/* On a relation. What is taken from the table is taken from its columns, too. */
static void
change_relation(struct apply *ap, uint32_t relation, uint32_t given, bool grant)
{
	change_object(ap, relation, given, grant);
	for (uint32_t i = 0; !grant && i < ap->c->objects.v[relation].members.n; i++) {
		uint32_t id = ap->c->objects.v[relation].members.v[i];

		if (ap->c->objects.v[id].kind == OBJECT_COLUMN && ap->c->objects.v[id].privileges.n)
			change_object(ap, id, given & COLUMN_PRIVILEGES, false);
	}
}

/* ALL TABLES IN SCHEMA, ALL SEQUENCES IN SCHEMA. */
static bool
change_schema_members(struct apply *ap, struct str schema, bool grant)
{
	uint32_t id = catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, schema, ap->at);
	bool sequences = ap->e->object_kind == OBJECT_SEQUENCE;

	if (!id)
		return apply_fail(
			ap, APPLY_CONFLICT, "schema \"%.*s\" does not exist", STR_ARG(schema));
	for (uint32_t i = 0; i < ap->c->objects.v[id].members.n; i++) {
		uint32_t member = ap->c->objects.v[id].members.v[i], given;
		const struct object *o = &ap->c->objects.v[member];

		if (o->exists != EXISTS_YES || (o->kind == OBJECT_SEQUENCE) != sequences ||
			all_privileges(o->kind) == 0 ||
			!str_eq(catalog_last_schema(ap->c, member), schema))
			continue;
		if (!wanted(ap, o->kind, &given))
			return false;
		change_relation(ap, member, given, grant);
	}
	return true;
}

/* What .object_kind says the names are. */
static bool
change_named(struct apply *ap, const struct name *n, bool grant)
{
	uint32_t object, column, given;

	if (ap->e->object_kind == OBJECT_SCHEMA) {
		object = catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, n->name, ap->at);
		if (!object)
			return ap->c->assumes ||
			       apply_fail(ap, APPLY_CONFLICT, "schema \"%.*s\" does not exist",
				       STR_ARG(n->name));
		if (!wanted(ap, OBJECT_SCHEMA, &given))
			return false;
		change_object(ap, object, given, grant);
		return true;
	}
	if (!apply_relation(ap, n, false, &object))
		return false;
	if (ap->e->part.n) {
		if (!wanted(ap, OBJECT_COLUMN, &given) ||
			!apply_column(ap, object, ap->e->part, &column))
			return false;
		change_object(ap, column, given, grant);
		return true;
	}
	if (!wanted(ap, ap->c->objects.v[object].kind, &given))
		return false;
	change_relation(ap, object, given, grant);
	return true;
}

static enum object_kind
default_kind(enum object_kind kind)
{
	return kind == OBJECT_SEQUENCE || kind == OBJECT_SCHEMA ? kind : OBJECT_TABLE;
}

/* ALTER DEFAULT PRIVILEGES for one role that makes things, in one schema (empty: in all), to one. */
static void
change_default(
	struct apply *ap, struct str maker, struct str schema, struct str role, uint32_t given)
{
	bool grant = ap->e->kind == EVENT_GRANT;
	enum object_kind kind = default_kind(ap->e->object_kind);

	for (uint32_t i = 0; i < ap->c->default_privileges.n; i++) {
		struct default_privilege *d = &ap->c->default_privileges.v[i];

		if (d->kind != kind || !str_eq(d->maker, maker) || !str_eq(d->schema, schema) ||
			!str_eq(d->to.role, role))
			continue;
		d->to.what = grant ? d->to.what | given : d->to.what & ~given;
		return;
	}
	if (grant)
		vec_push(ap->c->arena, &ap->c->default_privileges,
			(struct default_privilege){str_dup(ap->c->arena, maker),
				str_dup(ap->c->arena, schema), kind, {role, given}});
}

static void
change_default_of(struct apply *ap, struct str maker, struct str schema, uint32_t given)
{
	for (uint32_t i = 0; i < ap->e->words.count; i++)
		change_default(ap, maker, schema,
			session_role(ap, ap->u->words.v[ap->e->words.first + i].text), given);
}

static bool
change_defaults(struct apply *ap)
{
	struct str makers = ap->e->part.n ? ap->e->part : ap->s->role, maker;
	uint32_t given;

	if (!wanted(ap, default_kind(ap->e->object_kind), &given))
		return false;
	while (str_cut(&makers, ',', &maker)) {
		for (uint32_t i = 0; i < ap->e->names.count; i++)
			change_default_of(ap, session_role(ap, maker),
				ap->u->names.v[ap->e->names.first + i].name, given);
		if (!ap->e->names.count)
			change_default_of(ap, session_role(ap, maker), (struct str){0}, given);
	}
	return true;
}

static bool
is_kept(enum object_kind kind)
{
	return all_privileges(kind) != 0;
}

bool
apply_grant(struct apply *ap)
{
	const struct event *e = ap->e;
	bool grant = e->kind == EVENT_GRANT;

	/* Under a guard it may be so or not: what is kept is what is sure. */
	if (!is_kept(e->object_kind) || ap->maybe)
		return true;
	if (apply_flag(ap, EVENT_DEFAULT_PRIVILEGES))
		return change_defaults(ap);
	for (uint32_t i = 0; i < e->names.count; i++) {
		const struct name *n = &ap->u->names.v[e->names.first + i];

		if (n->pattern)
			continue;
		if (apply_flag(ap, EVENT_ALL_IN_SCHEMA) ? !change_schema_members(ap, n->name, grant)
							: !change_named(ap, n, grant))
			return false;
	}
	return true;
}

void
grant_defaults(struct apply *ap, uint32_t object)
{
	const struct object *o = &ap->c->objects.v[object];
	struct str schema =
		o->kind == OBJECT_SCHEMA ? (struct str){0} : catalog_last_schema(ap->c, object);

	if (!ap->s || !is_kept(o->kind) || o->kind == OBJECT_COLUMN)
		return;
	for (uint32_t i = 0; i < ap->c->default_privileges.n; i++) {
		const struct default_privilege *d = &ap->c->default_privileges.v[i];

		if (d->kind == default_kind(o->kind) && str_eq(d->maker, ap->s->role) &&
			(!d->schema.n || str_eq(d->schema, schema)) &&
			!str_eq(d->to.role, ap->s->role))
			change_role(ap, object, d->to.role, d->to.what, true);
	}
}

void
grant_lose_owner(struct apply *ap, uint32_t object)
{
	struct str owner = ap->c->objects.v[object].owner;

	change_role(ap, object, owner, UINT32_MAX, false);
	for (uint32_t i = 0; i < ap->c->objects.v[object].members.n; i++) {
		uint32_t id = ap->c->objects.v[object].members.v[i];

		if (ap->c->objects.v[id].privileges.n)
			change_role(ap, id, owner, UINT32_MAX, false);
	}
}

void
grant_drop_owned(struct apply *ap, struct str role)
{
	for (uint32_t i = 1; i < ap->c->objects.n; i++)
		if (ap->c->objects.v[i].privileges.n)
			change_role(ap, i, role, UINT32_MAX, false);
	for (uint32_t i = 0; i < ap->c->default_privileges.n; i++) {
		struct default_privilege *d = &ap->c->default_privileges.v[i];

		if (str_eq(d->maker, role) || str_eq(d->to.role, role))
			d->to.what = 0;
	}
}
