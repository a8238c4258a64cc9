/* The pattern of `who`: [SCHEMA.]TABLE[.COLUMN]. */
#include "who_p.h"

static bool
matches(struct str pattern, struct str x)
{
	return pattern.n == 0 || str_glob(pattern, x);
}

bool
wanted_object(const struct object *o, const struct wanted *want)
{
	for (uint32_t i = 0; i < o->names.n; i++)
		if (matches(want->schema, o->names.v[i].schema) &&
			matches(want->table, o->names.v[i].name))
			return true;
	return false;
}

static bool
any_relation(const struct world *w, const struct wanted *want)
{
	for (uint32_t d = 0; d < w->databases.n; d++) {
		const struct catalog *c = &w->databases.v[d].catalog;

		for (uint32_t i = 1; i < c->objects.n; i++)
			if (object_kind_is_relation(c->objects.v[i].kind) &&
				wanted_object(&c->objects.v[i], want))
				return true;
	}
	return false;
}

/* A name as written that binds to nothing: its last part, and its schema when it has one. */
static bool
written_matches(struct str written, const struct wanted *want)
{
	size_t dot = str_rchr(written, '.');

	if (dot == SIZE_MAX)
		return matches(want->table, written);
	return matches(want->table, str_slice(written, dot + 1, written.n)) &&
	       matches(want->schema, str_slice(written, 0, dot));
}

/* True when something that no catalog here has is written with that schema. */
static bool
any_written(const struct world *w, const struct wanted *want)
{
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (!u->object && str_chr(u->written, '.', 0) != SIZE_MAX &&
			written_matches(u->written, want))
			return true;
	}
	return false;
}

bool
wanted_parse(const struct world *w, struct str pattern, struct wanted *want)
{
	struct str parts[3] = {0}, part;
	uint32_t n = 0;

	while (str_cut(&pattern, '.', &part)) {
		if (n == 3 || part.n == 0)
			return false;
		parts[n++] = part;
	}
	if (n == 0)
		return false;
	if (n == 1) {
		*want = (struct wanted){.table = parts[0]};
	} else if (n == 3) {
		*want = (struct wanted){parts[0], parts[1], parts[2]};
	} else {
		*want = (struct wanted){.schema = parts[0], .table = parts[1]};
		if (!any_relation(w, want) && !any_written(w, want))
			*want = (struct wanted){.table = parts[0], .column = parts[1]};
	}
	return true;
}

bool
wanted_use(const struct world *w, const struct use *u, const struct wanted *want)
{
	const struct catalog *c = &w->databases.v[u->database].catalog;

	switch (u->binding.state) {
	case BINDING_BOUND:
		break;
	case BINDING_MISSING:
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		return written_matches(u->written, want);
	}
	return u->object ? wanted_object(&c->objects.v[u->object], want)
			 : written_matches(u->written, want);
}

/* True when the relation was made at that moment with a column that is wanted. */
static bool
made_with_column(const struct catalog *c, uint32_t relation, moment at, const struct wanted *want)
{
	const struct object *o = &c->objects.v[relation];

	for (uint32_t i = 0; i < o->members.n; i++) {
		const struct object *m = &c->objects.v[o->members.v[i]];

		if (m->kind == OBJECT_COLUMN && m->born == at &&
			str_glob(want->column, catalog_name(c, o->members.v[i], at).name))
			return true;
	}
	return false;
}

/* True when a foreign key that was made at that moment refers to a column that is wanted. */
static bool
refers_to_column(const struct catalog *c, uint32_t relation, moment at, const struct wanted *want)
{
	const struct object *o = &c->objects.v[relation];

	for (uint32_t i = 0; i < o->dependents.n; i++) {
		const struct object *key = &c->objects.v[o->dependents.v[i]];

		if (key->constraint != CONSTRAINT_FOREIGN_KEY || key->born != at)
			continue;
		for (uint32_t j = 0; j < key->target_columns.n; j++)
			if (str_glob(want->column,
				    catalog_name(c, key->target_columns.v[j], at).name))
				return true;
	}
	return false;
}

/* True when T is about the wanted column, or about all columns at once. */
static bool
concerns_column(
	const struct catalog *c, const struct touched *t, moment at, const struct wanted *want)
{
	const struct object *o = &c->objects.v[t->object];

	if (o->kind == OBJECT_COLUMN)
		return str_glob(want->column, catalog_name(c, t->object, at).name);
	if (t->object != t->relation)
		return false;
	switch (t->touch) {
	case TOUCH_CREATE:
		return made_with_column(c, t->relation, at, want);
	case TOUCH_DROP:
	case TOUCH_RENAME:
		return true;
	case TOUCH_REFERENCE:
		return refers_to_column(c, t->relation, at, want);
	case TOUCH_ALTER:
		break;
	}
	return false;
}

bool
wanted_touch(const struct catalog *c, const struct touched *t, moment at, const struct wanted *want)
{
	return t->relation && wanted_object(&c->objects.v[t->relation], want) &&
	       (!want->column.n || concerns_column(c, t, at, want));
}
