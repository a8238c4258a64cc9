/* A safe order for a change that breaks somebody: what is new comes beside what is old (expand), then
 * the users move one by one, then what is old goes (contract). Each step can be deployed by itself, and
 * nothing breaks between two of them. */
#include "impact_p.h"

/* A plan in the making. */
struct plan {
	const struct impact *i;
	struct impact_change *x;
};

static bool
is_plain(struct str name)
{
	for (size_t k = 0; k < name.n; k++) {
		char c = name.s[k];

		if (!((c >= 'a' && c <= 'z') || c == '_' || (k && c >= '0' && c <= '9')))
			return false;
	}
	return name.n > 0;
}

/* The identifier as SQL takes it. */
static struct str
quoted(struct arena *a, struct str name)
{
	struct buf b = {.arena = a};

	if (is_plain(name))
		return name;
	buf_addc(&b, '"');
	for (size_t k = 0; k < name.n; k++) {
		if (name.s[k] == '"')
			buf_addc(&b, '"');
		buf_addc(&b, name.s[k]);
	}
	buf_addc(&b, '"');
	return buf_str(&b);
}

static struct str
qualified(struct arena *a, struct naming n)
{
	return str_format(a, "%.*s.%.*s", STR_ARG(quoted(a, n.schema)), STR_ARG(quoted(a, n.name)));
}

/* The relation as it is called before. */
static struct str
table_of(const struct plan *p)
{
	return qualified(
		p->i->a, catalog_name(p->i->then, p->i->change->relation_before, MOMENT_NOW));
}

static struct str
type_of(const struct plan *p)
{
	const struct object *o = &p->i->now->objects.v[p->i->change->object];

	return str_is(o->type, "unknown") || !o->type.n ? STR("TYPE") : o->type;
}

static void
sql_step(const struct plan *p, const char *phase, const char *text, struct str sql)
{
	vec_push(p->i->a, &p->x->steps,
		(struct impact_step){.phase = str_from(phase),
			.service = p->i->owner,
			.text = str_from(text),
			.sql = sql});
}

/* One step for each place that breaks: WRITERS, or those that only read. */
static void
move_steps(const struct plan *p, bool writers, struct str what)
{
	for (uint32_t k = 0; k < p->x->breaks.n; k++) {
		const struct impact_break *b = &p->x->breaks.v[k];
		bool writes = str_find(b->access, STR("insert"), 0) != SIZE_MAX ||
			      str_find(b->access, STR("update"), 0) != SIZE_MAX ||
			      str_find(b->access, STR("delete"), 0) != SIZE_MAX;

		if (writes != writers || str_is(b->access, "reference"))
			continue;
		vec_push(p->i->a, &p->x->steps,
			(struct impact_step){.phase = STR("move"),
				.service = b->place.service,
				.place = b->place,
				.text = what});
	}
}

/* Drops the foreign keys of others first: each in its owner's migration. */
static void
key_steps(const struct plan *p)
{
	const struct object *gone = &p->i->then->objects.v[p->i->change->relation_before];

	for (uint32_t k = 0; k < gone->dependents.n; k++) {
		const struct object *o = &p->i->then->objects.v[gone->dependents.v[k]];
		struct naming key;

		if (o->constraint != CONSTRAINT_FOREIGN_KEY || o->died || o->exists == EXISTS_NO ||
			o->parent == p->i->change->relation_before)
			continue;
		key = catalog_name(p->i->then, gone->dependents.v[k], MOMENT_NOW);
		vec_push(p->i->a, &p->x->steps,
			(struct impact_step){.phase = STR("move"),
				.service = world_service(p->i->base,
					world_owner(p->i->base, p->i->change->database_before,
						o->parent)
						.service),
				.text = STR("let go of the table"),
				.sql = str_format(p->i->a, "ALTER TABLE %.*s DROP CONSTRAINT %.*s;",
					STR_ARG(qualified(p->i->a,
						catalog_name(p->i->then, o->parent, MOMENT_NOW))),
					STR_ARG(quoted(p->i->a, key.name)))});
	}
}

/* A trigger that keeps two columns equal, whichever of them is written. */
static struct str
sync_sql(const struct plan *p, struct str before, struct str after)
{
	struct arena *a = p->i->a;
	struct naming n = catalog_name(p->i->then, p->i->change->relation_before, MOMENT_NOW);
	struct str name = quoted(a, str_format(a, "%.*s_%.*s_sync", STR_ARG(n.name),
					    STR_ARG(p->i->before.n ? p->i->before : p->i->after)));
	struct str function =
		str_format(a, "%.*s.%.*s", STR_ARG(quoted(a, n.schema)), STR_ARG(name));

	return str_format(a,
		"CREATE FUNCTION %.*s() RETURNS trigger LANGUAGE plpgsql AS $$\n"
		"BEGIN\n"
		"    IF TG_OP = 'INSERT' THEN\n"
		"        NEW.%.*s := coalesce(NEW.%.*s, NEW.%.*s);\n"
		"        NEW.%.*s := NEW.%.*s;\n"
		"    ELSIF NEW.%.*s IS DISTINCT FROM OLD.%.*s THEN\n"
		"        NEW.%.*s := NEW.%.*s;\n"
		"    ELSE\n"
		"        NEW.%.*s := NEW.%.*s;\n"
		"    END IF;\n"
		"    RETURN NEW;\n"
		"END\n"
		"$$;\n"
		"CREATE TRIGGER %.*s BEFORE INSERT OR UPDATE ON %.*s\n"
		"    FOR EACH ROW EXECUTE FUNCTION %.*s();",
		STR_ARG(function), STR_ARG(after), STR_ARG(after), STR_ARG(before), STR_ARG(before),
		STR_ARG(after), STR_ARG(after), STR_ARG(after), STR_ARG(before), STR_ARG(after),
		STR_ARG(after), STR_ARG(before), STR_ARG(name), STR_ARG(table_of(p)),
		STR_ARG(function));
}

/* What the old column demands, the new one does from now on. Before, a default of it would hide what
 * is written to the old one. */
static struct str
inherit_sql(const struct plan *p, struct str after)
{
	struct buf b = {.arena = p->i->a};
	const struct object *old = &p->i->then->objects.v[p->i->change->before];
	struct str table = table_of(p);

	if (old->not_null)
		buf_addf(&b, "ALTER TABLE %.*s ALTER COLUMN %.*s SET NOT NULL;\n", STR_ARG(table),
			STR_ARG(after));
	if (old->has_default)
		buf_addf(&b, "ALTER TABLE %.*s ALTER COLUMN %.*s SET DEFAULT …;\n", STR_ARG(table),
			STR_ARG(after));
	return buf_str(&b);
}

static struct str
unsync_sql(const struct plan *p, struct str before, struct str after)
{
	struct arena *a = p->i->a;
	struct naming n = catalog_name(p->i->then, p->i->change->relation_before, MOMENT_NOW);
	struct str name = quoted(a, str_format(a, "%.*s_%.*s_sync", STR_ARG(n.name),
					    STR_ARG(p->i->before.n ? p->i->before : p->i->after)));

	return str_format(a,
		"%.*sDROP TRIGGER %.*s ON %.*s;\n"
		"DROP FUNCTION %.*s.%.*s();\n"
		"ALTER TABLE %.*s DROP COLUMN %.*s;",
		STR_ARG(inherit_sql(p, after)), STR_ARG(name), STR_ARG(table_of(p)),
		STR_ARG(quoted(a, n.schema)), STR_ARG(name), STR_ARG(table_of(p)), STR_ARG(before));
}

/* From column BEFORE to column AFTER of TYPE, with both there while the users move. */
static void
replace_column(const struct plan *p, struct str old, struct str new)
{
	struct arena *a = p->i->a;
	struct str before = quoted(a, old), after = quoted(a, new), table = table_of(p);
	struct str what = str_format(a, "use %.*s in place of %.*s", STR_ARG(new), STR_ARG(old));

	sql_step(p, "expand", "add the new column beside the old one",
		str_format(a, "ALTER TABLE %.*s ADD COLUMN %.*s %.*s;", STR_ARG(table),
			STR_ARG(after), STR_ARG(type_of(p))));
	sql_step(p, "expand", "keep the two equal, whichever is written",
		sync_sql(p, before, after));
	sql_step(p, "expand", "fill the new column, in batches where there are many rows",
		str_format(a, "UPDATE %.*s SET %.*s = %.*s WHERE %.*s IS DISTINCT FROM %.*s;",
			STR_ARG(table), STR_ARG(after), STR_ARG(before), STR_ARG(after),
			STR_ARG(before)));
	move_steps(p, false, what);
	move_steps(p, true, what);
	sql_step(p, "contract",
		"when nothing that runs uses the old column any more, drop it; its indexes and "
		"constraints are the new one's by then",
		unsync_sql(p, before, after));
}

static void
rename_relation(const struct plan *p)
{
	struct arena *a = p->i->a;
	struct naming to = catalog_name(p->i->now, p->i->change->object, MOMENT_NOW);
	struct naming from = catalog_name(p->i->then, p->i->change->relation_before, MOMENT_NOW);
	struct str old = qualified(a, from), new = qualified(a, to);
	struct str what = str_format(
		a, "use %.*s in place of %.*s", STR_ARG(p->i->after), STR_ARG(p->i->table));
	struct buf move = {.arena = a};

	if (!str_eq(from.schema, to.schema))
		buf_addf(&move, "ALTER TABLE %.*s SET SCHEMA %.*s;\n", STR_ARG(old),
			STR_ARG(quoted(a, to.schema)));
	if (!str_eq(from.name, to.name))
		buf_addf(&move, "ALTER TABLE %.*s.%.*s RENAME TO %.*s;\n",
			STR_ARG(quoted(a, to.schema)), STR_ARG(quoted(a, from.name)),
			STR_ARG(quoted(a, to.name)));
	sql_step(p, "expand",
		"rename it and leave a view of the old name behind, in one transaction",
		str_format(a, "BEGIN;\n%.*sCREATE VIEW %.*s AS SELECT * FROM %.*s;\nCOMMIT;",
			STR_ARG(buf_str(&move)), STR_ARG(old), STR_ARG(new)));
	move_steps(p, false, what);
	move_steps(p, true, what);
	sql_step(p, "contract", "when nothing that runs uses the old name any more, drop the view",
		str_format(a, "DROP VIEW %.*s;", STR_ARG(old)));
}

static void
drop_column(const struct plan *p)
{
	struct arena *a = p->i->a;
	const struct object *o = &p->i->then->objects.v[p->i->change->before];
	struct str table = table_of(p), column = quoted(a, p->i->before);
	struct str what = str_format(a, "do without %.*s", STR_ARG(p->i->before));

	move_steps(p, false, what);
	if (o->not_null && !o->has_default)
		sql_step(p, "expand", "let rows be written without it",
			str_format(a, "ALTER TABLE %.*s ALTER COLUMN %.*s DROP NOT NULL;",
				STR_ARG(table), STR_ARG(column)));
	move_steps(p, true, what);
	sql_step(p, "contract", "when nothing that runs uses it any more, drop it",
		str_format(
			a, "ALTER TABLE %.*s DROP COLUMN %.*s;", STR_ARG(table), STR_ARG(column)));
}

static void
drop_relation(const struct plan *p)
{
	const struct object *o = &p->i->then->objects.v[p->i->change->relation_before];
	struct str what = str_format(p->i->a, "do without %.*s", STR_ARG(p->i->table));

	move_steps(p, false, what);
	move_steps(p, true, what);
	key_steps(p);
	sql_step(p, "contract", "when nothing that runs uses it any more, drop it",
		str_format(p->i->a, "DROP %s %.*s;",
			o->kind == OBJECT_VIEW                ? "VIEW"
			: o->kind == OBJECT_MATERIALIZED_VIEW ? "MATERIALIZED VIEW"
							      : "TABLE",
			STR_ARG(table_of(p))));
}

/* First those who insert give the column, then the database demands it. */
static void
demand_column(const struct plan *p)
{
	struct arena *a = p->i->a;
	struct str table = table_of(p), column = quoted(a, p->i->after);
	struct str check = quoted(a, str_format(a, "%.*s_not_null", STR_ARG(p->i->after)));
	bool was_default = p->i->change->kind == CHANGE_NO_DEFAULT;

	if (p->i->change->kind == CHANGE_COLUMN_NEW)
		sql_step(p, "expand", "add it so that it may be null",
			str_format(a, "ALTER TABLE %.*s ADD COLUMN %.*s %.*s;", STR_ARG(table),
				STR_ARG(column), STR_ARG(type_of(p))));
	move_steps(p, true, str_format(a, "give %.*s a value", STR_ARG(p->i->after)));
	if (was_default) {
		sql_step(p, "contract", "when all that runs gives it, drop the default",
			str_format(a, "ALTER TABLE %.*s ALTER COLUMN %.*s DROP DEFAULT;",
				STR_ARG(table), STR_ARG(column)));
		return;
	}
	sql_step(p, "move", "fill the rows that lack it, in batches where there are many",
		str_format(a, "UPDATE %.*s SET %.*s = … WHERE %.*s IS NULL;", STR_ARG(table),
			STR_ARG(column), STR_ARG(column)));
	sql_step(p, "contract", "demand it without locking the table for long",
		str_format(a,
			"ALTER TABLE %.*s ADD CONSTRAINT %.*s CHECK (%.*s IS NOT NULL) NOT VALID;\n"
			"ALTER TABLE %.*s VALIDATE CONSTRAINT %.*s;\n"
			"ALTER TABLE %.*s ALTER COLUMN %.*s SET NOT NULL;\n"
			"ALTER TABLE %.*s DROP CONSTRAINT %.*s;",
			STR_ARG(table), STR_ARG(check), STR_ARG(column), STR_ARG(table),
			STR_ARG(check), STR_ARG(table), STR_ARG(column), STR_ARG(table),
			STR_ARG(check)));
}

static struct str
names(struct arena *a, const struct catalog *c, const uint32_t *objects, uint32_t n)
{
	struct buf b = {.arena = a};

	for (uint32_t k = 0; k < n; k++) {
		buf_add(&b, k ? STR(", ") : STR(""));
		buf_add(&b, quoted(a, catalog_name(c, objects[k], MOMENT_NOW).name));
	}
	return buf_str(&b);
}

/* What the constraint says, as ALTER TABLE takes it; empty when it is not known. */
static struct str
definition(const struct plan *p, struct str columns)
{
	struct arena *a = p->i->a;
	const struct change *c = p->i->change;
	const struct object *o = &p->i->now->objects.v[c->object];
	struct str check = world_constraint_text(p->i->head, c->database, c->object);

	if (o->constraint == CONSTRAINT_CHECK && check.n)
		return str_format(a, "CHECK (%.*s)", STR_ARG(check));
	if (o->constraint == CONSTRAINT_FOREIGN_KEY && o->target && columns.n)
		return str_format(a, "FOREIGN KEY (%.*s) REFERENCES %.*s (%.*s)", STR_ARG(columns),
			STR_ARG(qualified(a, catalog_name(p->i->now, o->target, MOMENT_NOW))),
			STR_ARG(names(a, p->i->now, o->target_columns.v, o->target_columns.n)));
	return (struct str){0};
}

/* New rows first, then those that are there. */
static void
validate_later(const struct plan *p, struct str what)
{
	struct arena *a = p->i->a;
	struct str table = table_of(p), name = quoted(a, p->i->after);

	if (what.n)
		sql_step(p, "contract", "let it hold for new rows",
			str_format(a, "ALTER TABLE %.*s ADD CONSTRAINT %.*s %.*s NOT VALID;",
				STR_ARG(table), STR_ARG(name), STR_ARG(what)));
	sql_step(p, "contract", "correct the rows that break it, then validate",
		str_format(a, "ALTER TABLE %.*s VALIDATE CONSTRAINT %.*s;", STR_ARG(table),
			STR_ARG(name)));
}

static void
constrain(const struct plan *p)
{
	struct arena *a = p->i->a;
	const struct object *o = &p->i->now->objects.v[p->i->change->object];
	struct str table = table_of(p), name = quoted(a, p->i->after);
	struct str columns = names(a, p->i->now, o->columns.v, o->columns.n);

	move_steps(p, true, STR("write no row that it refuses"));
	if (o->constraint == CONSTRAINT_CHECK || o->constraint == CONSTRAINT_FOREIGN_KEY) {
		validate_later(p, definition(p, columns));
		return;
	}
	sql_step(p, "move", "no row may be there that breaks it",
		str_format(a, "SELECT %.*s FROM %.*s GROUP BY %.*s HAVING count(*) > 1;",
			STR_ARG(columns), STR_ARG(table), STR_ARG(columns)));
	sql_step(p, "contract", "then add it; the index first, without locking out writers",
		str_format(a, "CREATE UNIQUE INDEX CONCURRENTLY %.*s ON %.*s (%.*s);",
			STR_ARG(name), STR_ARG(table), STR_ARG(columns)));
}

void
impact_plan(const struct impact *i, struct impact_change *x)
{
	struct plan p = {i, x};

	if (!x->breaks.n)
		return;
	switch (i->change->kind) {
	case CHANGE_RELATION_NEW:
		return;
	case CHANGE_RELATION_GONE:
		drop_relation(&p);
		return;
	case CHANGE_RELATION_RENAMED:
		rename_relation(&p);
		return;
	case CHANGE_COLUMN_GONE:
		drop_column(&p);
		return;
	case CHANGE_COLUMN_RENAMED:
		replace_column(&p, i->before, i->after);
		return;
	case CHANGE_TYPE:
		replace_column(&p, i->after, str_format(i->a, "%.*s_new", STR_ARG(i->after)));
		return;
	case CHANGE_COLUMN_NEW:
	case CHANGE_NOT_NULL:
	case CHANGE_NO_DEFAULT:
		demand_column(&p);
		return;
	case CHANGE_CONSTRAINT:
		constrain(&p);
		return;
	}
}
