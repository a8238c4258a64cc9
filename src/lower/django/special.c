/* RunSQL, SeparateDatabaseAndState and the extensions (django/db/migrations/operations/special.py,
 * django/contrib/postgres/operations.py). */
#include "lower/django_p.h"

/* The statements of the fragments whose text is VALUE run here. */
static void
run_statements(struct lowering *l, uint32_t value)
{
	const struct unit *u = l->b.u;

	for (uint32_t f = 1; f < u->fragments.n; f++) {
		if (u->fragments.v[f].value != value || u->fragments.v[f].sink != SINK_OPERATION)
			continue;
		for (uint32_t s = 1; s < u->statements.n; s++) {
			uint32_t root = u->statements.v[s].fragment;

			while (u->fragments.v[root].parent)
				root = u->statements.v[u->fragments.v[root].parent].fragment;
			if (root == f)
				vec_push(l->b.a, &l->b.step->runs,
					(struct lower_run){.unit = u,
						.file = l->b.file,
						.statements = {s, 1},
						.operation = l->b.operation});
		}
	}
}

void
django_run_sql(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->b.u;
	uint32_t sql = lower_argument(u, call, "sql", 0);
	struct range kids = u->values.v[sql].kids;
	bool silent = l->b.silent;

	if (!silent && u->values.v[sql].kind != VALUE_LIST)
		run_statements(l, sql);
	for (uint32_t i = 0; !silent && u->values.v[sql].kind == VALUE_LIST && i < kids.count;
		i++) {
		uint32_t kid = u->kids.v[kids.first + i];

		run_statements(l, u->values.v[kid].kind == VALUE_LIST ? unit_kid(u, kid, 0) : kid);
	}
	l->b.silent = true;
	django_operate_list(l, lower_argument(u, call, "state_operations", 2));
	l->b.silent = silent;
}

/* True when SQL of the migration makes a table of that name, or renames one to it. */
static bool
sql_makes(const struct unit *u, struct str table)
{
	for (uint32_t i = 1; i < u->events.n; i++) {
		const struct event *e = &u->events.v[i];

		if (e->kind == EVENT_RENAME
				? str_eq(e->text, table)
				: (e->kind == EVENT_CREATE || e->kind == EVENT_CREATE_AS) &&
					  str_eq(e->object.name, table))
			return true;
	}
	return false;
}

static void
doubt(struct lowering *l, struct str table)
{
	if (!sql_makes(l->b.u, table))
		vec_push(l->b.a, &l->doubted, table);
}

/* The tables that the state has now and had not before, and that no SQL makes: if code stands in the
 * database's half, it is what makes them. */
static void
doubt_tables(struct lowering *l, const struct state *before)
{
	for (uint32_t i = 0; i < l->state->models.n; i++) {
		const struct model *m = &l->state->models.v[i];
		const struct model *was = i < before->models.n ? &before->models.v[i] : NULL;

		if (m->gone || !django_has_table(m) ||
			(was && str_eq(django_table(l->b.a, was), django_table(l->b.a, m))))
			continue;
		doubt(l, django_table(l->b.a, m));
		for (uint32_t f = 0; f < m->fields.n; f++)
			if (m->fields.v[f].automatic)
				doubt(l, m->fields.v[f].automatic->db_table);
	}
}

/* RunPython changes rows; only where the state says that there is a new table, it must have made it. */
void
django_run_python(struct lowering *l, uint32_t call)
{
	for (uint32_t i = 0; i < l->doubted.n; i++)
		django_havoc(l, call, l->doubted.v[i],
			str_format(l->b.a, "RunPython may have made the table %.*s",
				STR_ARG(l->doubted.v[i])));
	l->doubted.n = 0;
}

/* The database's half runs from the state before; the state's half alone is what is left. */
void
django_separate(struct lowering *l, uint32_t call)
{
	struct state copy, *state = l->state;
	bool silent = l->b.silent;

	django_flush_deferred(l);
	django_copy_state(l->b.a, &copy, state);
	l->b.silent = true;
	django_operate_list(l, lower_argument(l->b.u, call, "state_operations", 1));
	l->deferred.n = 0;
	doubt_tables(l, &copy);
	l->b.silent = silent;
	l->state = &copy;
	django_operate_list(l, lower_argument(l->b.u, call, "database_operations", 0));
	django_flush_deferred(l);
	l->state = state;
	l->doubted.n = 0;
}

void
django_create_extension(struct lowering *l, uint32_t call)
{
	/* CreateExtension subclasses of django/contrib/postgres/operations.py. */
	static const char *const rows[][2] = {{"BloomExtension", "bloom"},
		{"BtreeGinExtension", "btree_gin"}, {"BtreeGistExtension", "btree_gist"},
		{"CITextExtension", "citext"}, {"CryptoExtension", "pgcrypto"},
		{"HStoreExtension", "hstore"}, {"TrigramExtension", "pg_trgm"},
		{"UnaccentExtension", "unaccent"}};
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, "name", 0));
	struct str class_name = lower_callee(l->b.u, call);

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (str_is(class_name, rows[i][0]))
			name = str_from(rows[i][1]);
	if (!name.n) {
		lower_blind(&l->b, call, "the extension's name is computed");
		return;
	}
	django_emit(l, EVENT_CREATE, OBJECT_EXTENSION, name, lower_span(&l->b, call))->flags =
		EVENT_IF_NOT_EXISTS;
	lower_end(&l->b);
}
