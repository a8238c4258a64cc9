/* Changesets in order: which of their elements are changes, what properties say. */
#include "lower/liquibase_p.h"

/* What in a changeset is no change. */
static bool
is_other(struct str name)
{
	static const char *const names[] = {"rollback", "preConditions", "comment", "validCheckSum",
		"modifySql", "property", NULL};

	for (const char *const *n = names; *n; n++)
		if (str_is(name, *n))
			return true;
	return false;
}

/* Attributes of a changeset are none either; in a list of changes, `sql: …` is one. */
static void
run_changes(struct liquibase *l, uint32_t list, bool attributes)
{
	const struct unit *u = l->b.u;

	for (uint32_t i = 1; i < u->values.v[list].kids.count; i++) {
		uint32_t kid = unit_kid(u, list, i);
		struct str name = liquibase_kind(u, kid);

		if (is_other(name))
			continue;
		if (u->values.v[kid].kind == VALUE_CALL && str_is(name, "changes"))
			run_changes(l, kid, true);
		else if (u->values.v[kid].kind == VALUE_CALL ||
			 (attributes && u->values.v[kid].kind == VALUE_ARGUMENT))
			liquibase_change(l, kid);
		else if (u->values.v[kid].kind == VALUE_HOLE)
			lower_havoc(&l->b, kid, (struct name){.name = STR("*"), .pattern = true},
				STR("an alias stands for changes"));
	}
}

static void
read_properties(struct liquibase *l, const struct unit *u)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		struct str dbms, name;

		if (u->values.v[i].kind != VALUE_CALL || !str_is(liquibase_kind(u, i), "property"))
			continue;
		dbms = liquibase_text(u, i, "dbms");
		name = liquibase_text(u, i, "name");
		if (name.n && (!dbms.n || str_find(dbms, STR("postgresql"), 0) != SIZE_MAX))
			vec_push(l->b.a, &l->properties,
				(struct liquibase_property){name, liquibase_text(u, i, "value")});
	}
}

void
liquibase_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct liquibase l = {0};

	lower_init(&l.b, a, out, STR("liquibase"), sql);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || migrations[i].closed != migrations[i - 1].closed)
			read_properties(&l, migrations[i].closed);
	for (uint32_t i = 0; i < n; i++) {
		lower_begin(&l.b, migrations, i);
		l.migration = &migrations[i];
		run_changes(&l, migrations[i].value, false);
	}
	lower_finish(out);
}
