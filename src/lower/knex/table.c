/* A table's builder: knex's lib/schema/tablecompiler.js and lib/dialects/postgres/schema/pg-tablecompiler.js. */
#include "knex_p.h"

/* Methods of the table's builder that are statements, in the order in which they are called. */
static const char *const statements[] = {"index", "primary", "unique", "foreign", "check",
	"dropPrimary", "dropPrimaryIfExists", "dropUnique", "dropUniqueIfExists", "dropIndex",
	"dropForeign", "dropForeignIfExists", "dropColumn", "dropColumns", "dropTimestamps",
	"renameColumn", "setNullable", "dropNullable", "dropChecks", NULL};
/* What says nothing that the catalog keeps. A raw() that nobody waits for does not run. */
static const char *const nothing[] = {
	"comment", "engine", "charset", "collate", "inherits", "queryContext", NULL};

static bool
is_one_of(struct str name, const char *const *list)
{
	for (; *list; list++)
		if (str_is(name, *list))
			return true;
	return false;
}

/* created_at and updated_at. */
static void
collect_timestamps(struct builder *b, struct knex_table *t, const struct chain *c)
{
	vec_push(b->l.a, &t->columns, *c);
}

void
knex_collect(struct builder *b, uint32_t call, void *table)
{
	struct knex_table *t = table;
	const struct unit *u = b->l.u;
	struct chain c;
	struct str name;

	chain_read(u, call, &c);
	name = chain_name(u, &c, 0);
	if (str_is(name, "timestamps")) {
		collect_timestamps(b, t, &c);
	} else if (knex_is_type(name)) {
		vec_push(b->l.a, &t->columns, c);
		for (uint32_t i = 1; i < c.n; i++) {
			struct chain one = {.calls = {c.calls[i]}, .n = 1};
			struct str modifier = chain_name(u, &c, i);

			if (str_is(modifier, "references"))
				vec_push(b->l.a, &t->statements, c);
			else if (!knex_is_increments(name) &&
				 (str_is(modifier, "index") || str_is(modifier, "unique") ||
					 str_is(modifier, "primary"))) {
				one.calls[1] = c.calls[0];
				vec_push(b->l.a, &t->statements, one);
				t->primary |= str_is(modifier, "primary");
			}
		}
	} else if (is_one_of(name, statements)) {
		t->primary |= str_is(name, "primary");
		vec_push(b->l.a, &t->statements, c);
	} else if (!is_one_of(name, nothing) && !str_is(name, "raw")) {
		lower_blind(
			&b->l, call, "the builder's method %.*s is not understood", STR_ARG(name));
	}
}

void
knex_add_table(struct builder *b, uint32_t schema, uint32_t name)
{
	if (builder_given(b->l.u, schema)) {
		builder_text_dotted(b, schema);
		lower_text_add(&b->l, ".");
	}
	builder_text_dotted(b, name);
}

void
knex_begin_alter(struct builder *b, const struct knex_table *t, uint32_t call)
{
	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, "alter table ");
	knex_add_table(b, t->schema, t->name);
}

/* timestamps(useTimestamps, defaultToNow, useCamelCase), or an object of these. */
static void
add_timestamps(struct builder *b, const struct chain *c, const char *prefix)
{
	const struct unit *u = b->l.u;
	uint32_t options = chain_argument(u, c, 0, 0);
	bool map = u->values.v[options].kind == VALUE_MAP;
	bool now = lower_true(
		u, map ? lower_entry(u, options, "defaultToNow") : chain_argument(u, c, 0, 1));
	bool camel = lower_true(
		u, map ? lower_entry(u, options, "useCamelCase") : chain_argument(u, c, 0, 2));
	const char *rest = now ? " timestamptz not null default CURRENT_TIMESTAMP" : " timestamptz";

	lower_text_add(&b->l, prefix);
	lower_text_quoted(&b->l, camel ? STR("createdAt") : STR("created_at"));
	lower_text_add(&b->l, rest);
	lower_text_add(&b->l, ", ");
	lower_text_add(&b->l, prefix);
	lower_text_quoted(&b->l, camel ? STR("updatedAt") : STR("updated_at"));
	lower_text_add(&b->l, rest);
}

static bool
is_altered(const struct unit *u, const struct chain *c)
{
	return chain_find(u, c, 1, "alter") != UINT32_MAX;
}

/* The columns that are added, each behind PREFIX. Returns their number. */
static uint32_t
add_columns(struct builder *b, const struct knex_table *t, const char *prefix)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->columns.n; i++) {
		const struct chain *c = &t->columns.v[i];

		if (!t->create && is_altered(b->l.u, c))
			continue;
		if (n++)
			lower_text_add(&b->l, ", ");
		if (str_is(chain_name(b->l.u, c, 0), "timestamps")) {
			add_timestamps(b, c, prefix);
		} else {
			lower_text_add(&b->l, prefix);
			knex_add_column(b, t, c);
		}
	}
	return n;
}

static void
create_enums(struct builder *b, const struct knex_table *t)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 0; i < t->columns.n; i++) {
		const struct chain *c = &t->columns.v[i];
		uint32_t options = chain_argument(u, c, 0, 2), list, schema;

		if (!str_starts(chain_name(u, c, 0), STR("enu")) ||
			!lower_true(u, lower_entry(u, options, "useNative")) ||
			lower_true(u, lower_entry(u, options, "existingType")))
			continue;
		list = chain_argument(u, c, 0, 1);
		schema = lower_entry(u, options, "schemaName");
		lower_text_begin(&b->l, c->calls[0]);
		lower_text_add(&b->l, "create type ");
		knex_add_table(b, schema ? schema : t->schema, lower_entry(u, options, "enumName"));
		lower_text_add(&b->l, " as enum (");
		for (uint32_t k = 0; k < builder_elements(u, list); k++) {
			lower_text_add(&b->l, k ? ", " : "");
			lower_text_literal(&b->l, builder_word(u, builder_element(u, list, k)));
		}
		lower_text_add(&b->l, ")");
		builder_text_run(b);
	}
}

static void
create(struct builder *b, const struct knex_table *t, uint32_t call)
{
	uint32_t n;
	bool key = false;

	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, t->guarded ? "create table if not exists " : "create table ");
	knex_add_table(b, t->schema, t->name);
	lower_text_add(&b->l, " (");
	n = add_columns(b, t, "");
	for (uint32_t i = 0; i < t->statements.n; i++) {
		const struct chain *c = &t->statements.v[i];
		struct str name = chain_name(b->l.u, c, 0);

		if (str_is(name, "primary") && !key) {
			lower_text_add(&b->l, n ? ", " : "");
			knex_add_primary(b, t, c);
			key = true;
		}
	}
	for (uint32_t i = 0; i < t->statements.n; i++) {
		const struct chain *c = &t->statements.v[i];

		if (!str_is(chain_name(b->l.u, c, 0), "check"))
			continue;
		lower_text_add(&b->l, ", ");
		if (builder_word(b->l.u, chain_argument(b->l.u, c, 0, 2)).n) {
			lower_text_add(&b->l, "constraint ");
			lower_text_value(&b->l, chain_argument(b->l.u, c, 0, 2));
		}
		lower_text_add(&b->l, " check (");
		lower_text_value(&b->l, chain_argument(b->l.u, c, 0, 0));
		lower_text_add(&b->l, ")");
	}
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

/* _addColumn() of the table's compiler: `.alter()` */
static void
alter_column(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	static const char *const null[] = {"nullable", "notNullable", "notNull", NULL};
	static const char *const otherwise[] = {"defaultTo", "default", "defaultsTo", NULL};
	const struct unit *u = b->l.u;
	uint32_t options = chain_argument(u, c, chain_find(u, c, 1, "alter"), 0), modifier;
	uint32_t name = chain_argument(u, c, 0, 0);
	bool nullable = !lower_false(u, lower_entry(u, options, "alterNullable"));
	bool type = !lower_false(u, lower_entry(u, options, "alterType"));

	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " alter column ");
	lower_text_name(&b->l, name);
	lower_text_add(&b->l, " drop default");
	if (nullable) {
		lower_text_add(&b->l, ", alter column ");
		lower_text_name(&b->l, name);
		lower_text_add(&b->l, " drop not null");
	}
	builder_text_run(b);
	if (type) {
		knex_begin_alter(b, t, c->calls[0]);
		lower_text_add(&b->l, " alter column ");
		lower_text_name(&b->l, name);
		lower_text_add(&b->l, " type ");
		if (str_starts(chain_name(u, c, 0), STR("enu")))
			lower_text_add(&b->l, "text");
		else
			knex_add_type(b, t, c);
		builder_text_run(b);
	}
	modifier = knex_modifier(u, c, otherwise);
	if (modifier != UINT32_MAX) {
		knex_begin_alter(b, t, c->calls[0]);
		lower_text_add(&b->l, " alter column ");
		lower_text_name(&b->l, name);
		lower_text_add(&b->l, " set ");
		knex_add_default(b, chain_argument(u, c, modifier, 0), chain_name(u, c, 0));
		builder_text_run(b);
	}
	modifier = knex_modifier(u, c, null);
	if (nullable && modifier != UINT32_MAX &&
		(!str_is(chain_name(u, c, modifier), "nullable") ||
			lower_false(u, chain_argument(u, c, modifier, 0)))) {
		knex_begin_alter(b, t, c->calls[0]);
		lower_text_add(&b->l, " alter column ");
		lower_text_name(&b->l, name);
		lower_text_add(&b->l, " set not null");
		builder_text_run(b);
	}
}

/* What a method of another's did to the table is not known. */
static void
havoc(struct builder *b, const struct knex_table *t)
{
	struct name scope = {
		.schema = lower_string(b->l.u, t->schema), .name = lower_string(b->l.u, t->name)};
	struct chain c;
	struct str name;

	chain_read(b->l.u, t->unknown, &c);
	name = chain_name(b->l.u, &c, 0);
	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&b->l, t->unknown, scope,
		str_format(b->l.a, "the builder's method %.*s is not understood", STR_ARG(name)));
}

void
knex_table_run(struct builder *b, struct knex_table *t, uint32_t call)
{
	create_enums(b, t);
	if (t->create) {
		create(b, t, call);
	} else {
		knex_begin_alter(b, t, call);
		lower_text_add(&b->l, " ");
		if (add_columns(b, t, "add column "))
			builder_text_run(b);
		for (uint32_t i = 0; i < t->columns.n; i++)
			if (is_altered(b->l.u, &t->columns.v[i]))
				alter_column(b, t, &t->columns.v[i]);
	}
	for (uint32_t i = 0; i < t->statements.n; i++)
		knex_statement(b, t, &t->statements.v[i]);
	if (t->unknown)
		havoc(b, t);
}
