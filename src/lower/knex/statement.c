/* What a table's builder does besides columns: keys, indexes, what is dropped and renamed (pg-tablecompiler.js). */
#include "knex_p.h"

/* Of a chain for a column's own index(): the column is the first argument of the method behind. */
static uint32_t
columns_of(const struct builder *b, const struct chain *c)
{
	return c->n == 1 && c->calls[1] ? unit_kid(b->l.u, c->calls[1], 1)
					: chain_argument(b->l.u, c, 0, 0);
}

/* Argument I behind the columns. */
static uint32_t
argument(const struct builder *b, const struct chain *c, uint32_t i)
{
	bool own = c->n == 1 && c->calls[1];

	return chain_argument(b->l.u, c, 0, own ? i - 1 : i);
}

void
knex_add_chosen(struct builder *b, const struct knex_table *t, uint32_t columns, const char *what)
{
	const struct unit *u = b->l.u;
	struct buf name = {.arena = b->l.a};
	struct str text;

	buf_add(&name, u->values.v[t->name].text);
	for (size_t i = 0; i < name.n; i++)
		if (name.s[i] == '.' || name.s[i] == '-')
			name.s[i] = '_';
	buf_addc(&name, '_');
	for (uint32_t i = 0; i < builder_elements(u, columns); i++)
		buf_addf(&name, "%s%.*s", i ? "_" : "",
			STR_ARG(u->values.v[builder_element(u, columns, i)].text));
	buf_addf(&name, "_%s", what);
	text = buf_str(&name);
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] >= 'A' && text.s[i] <= 'Z')
			name.s[i] = (char)(text.s[i] | 0x20);
	lower_text_quoted(&b->l, text);
}

/* The name that was given, alone or as KEY of an object, else the one that knex chooses. */
static void
add_index_name(struct builder *b, const struct knex_table *t, uint32_t given, const char *key,
	uint32_t columns, const char *what)
{
	if (b->l.u->values.v[given].kind == VALUE_MAP)
		given = lower_entry(b->l.u, given, key);
	if (builder_given(b->l.u, given))
		lower_text_name(&b->l, given);
	else
		knex_add_chosen(b, t, columns, what);
}

/* "t_pkey", or the name that was given. */
static void
add_primary_name(struct builder *b, const struct knex_table *t, uint32_t given)
{
	if (b->l.u->values.v[given].kind == VALUE_MAP)
		given = lower_entry(b->l.u, given, "constraintName");
	if (builder_given(b->l.u, given))
		lower_text_name(&b->l, given);
	else
		lower_text_quoted(&b->l,
			str_format(b->l.a, "%.*s_pkey", STR_ARG(b->l.u->values.v[t->name].text)));
}

void
knex_add_primary(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	lower_text_add(&b->l, "constraint ");
	add_primary_name(b, t, argument(b, c, 1));
	lower_text_add(&b->l, " primary key (");
	builder_text_names(b, columns_of(b, c));
	lower_text_add(&b->l, ")");
}

static void
primary(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	if (t->create)
		return;
	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " add ");
	knex_add_primary(b, t, c);
	builder_text_run(b);
}

static void
unique(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;
	uint32_t options = argument(b, c, 1), columns = columns_of(b, c);
	uint32_t predicate = lower_entry(u, options, "predicate");
	bool index = predicate || lower_false(u, lower_entry(u, options, "useConstraint"));

	if (!index) {
		knex_begin_alter(b, t, c->calls[0]);
		lower_text_add(&b->l, " add constraint ");
		add_index_name(b, t, options, "indexName", columns, "unique");
		lower_text_add(&b->l, " unique (");
		builder_text_names(b, columns);
		lower_text_add(&b->l, ")");
		if (lower_entry(u, options, "deferrable")) {
			lower_text_add(&b->l, " deferrable initially ");
			lower_text_value(&b->l, lower_entry(u, options, "deferrable"));
		}
		builder_text_run(b);
		return;
	}
	lower_text_begin(&b->l, c->calls[0]);
	lower_text_add(&b->l, "create unique index ");
	add_index_name(b, t, options, "indexName", columns, "unique");
	lower_text_add(&b->l, " on ");
	knex_add_table(b, t->schema, t->name);
	lower_text_add(&b->l, " (");
	builder_text_names(b, columns);
	lower_text_add(&b->l, predicate ? ") where true" : ")");
	builder_text_run(b);
}

static void
create_index(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;
	uint32_t columns = columns_of(b, c), options = argument(b, c, 2), using = options;
	bool map = u->values.v[options].kind == VALUE_MAP;

	if (map)
		using = lower_entry(u, options, "storageEngineIndexType");
	lower_text_begin(&b->l, c->calls[0]);
	lower_text_add(
		&b->l, map && str_eq_nocase(lower_string(u, lower_entry(u, options, "indexType")),
				      STR("unique"))
			       ? "create unique index "
			       : "create index ");
	add_index_name(b, t, argument(b, c, 1), "indexName", columns, "index");
	lower_text_add(&b->l, " on ");
	knex_add_table(b, t->schema, t->name);
	if (lower_string(u, using).n) {
		lower_text_add(&b->l, " using ");
		lower_text_str(&b->l, lower_string(u, using));
	}
	lower_text_add(&b->l, " (");
	builder_text_names(b, columns);
	lower_text_add(&b->l, map && lower_entry(u, options, "predicate") ? ") where true" : ")");
	builder_text_run(b);
}

/* The last call of that name; 0: its argument was not given. */
static uint32_t
last_argument(const struct unit *u, const struct chain *c, const char *name)
{
	for (uint32_t i = c->n; i > 0; i--)
		if (str_is(chain_name(u, c, i - 1), name))
			return chain_argument(u, c, i - 1, 0);
	return 0;
}

static void
add_action(struct builder *b, const struct chain *c, const char *method, const char *words)
{
	struct str action = lower_string(b->l.u, last_argument(b->l.u, c, method));

	if (!action.n)
		return;
	lower_text_add(&b->l, words);
	lower_text_str(&b->l, action);
}

/* .references("table.column"), or .references("column").inTable("table"). */
static void
foreign(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;
	uint32_t column = chain_argument(u, c, 0, 0), to = last_argument(u, c, "references");
	uint32_t table = last_argument(u, c, "inTable"), key = last_argument(u, c, "withKeyName");
	struct str text = lower_string(u, to);
	size_t dot = str_chr(text, '.', 0);

	table = table ? table : last_argument(u, c, "on");
	if (!key && str_is(chain_name(u, c, 0), "foreign"))
		key = chain_argument(u, c, 0, 1);
	if (!to || (!table && dot == SIZE_MAX))
		return;
	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " add constraint ");
	add_index_name(b, t, key, "keyName", column, "foreign");
	lower_text_add(&b->l, " foreign key (");
	builder_text_names(b, column);
	lower_text_add(&b->l, ") references ");
	if (table)
		builder_text_dotted(b, table);
	else
		lower_text_quoted(&b->l, str_slice(text, 0, dot));
	lower_text_add(&b->l, " (");
	if (table)
		builder_text_names(b, to);
	else
		lower_text_quoted(&b->l, str_slice(text, dot + 1, text.n));
	lower_text_add(&b->l, ")");
	add_action(b, c, "onUpdate", " on update ");
	add_action(b, c, "onDelete", " on delete ");
	add_action(b, c, "deferrable", " deferrable initially ");
	builder_text_run(b);
}

static void
drop_constraint(
	struct builder *b, const struct knex_table *t, const struct chain *c, struct str method)
{
	bool lenient = str_ends(method, STR("IfExists"));
	uint32_t columns = chain_argument(b->l.u, c, 0, 0);

	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, lenient ? " drop constraint if exists " : " drop constraint ");
	if (str_starts(method, STR("dropPrimary")))
		add_primary_name(b, t, columns);
	else
		add_index_name(b, t, chain_argument(b->l.u, c, 0, 1), "", columns,
			str_starts(method, STR("dropForeign")) ? "foreign" : "unique");
	builder_text_run(b);
}

static void
drop_index(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	lower_text_begin(&b->l, c->calls[0]);
	lower_text_add(&b->l, "drop index ");
	if (builder_given(b->l.u, t->schema)) {
		lower_text_name(&b->l, t->schema);
		lower_text_add(&b->l, ".");
	}
	add_index_name(b, t, chain_argument(b->l.u, c, 0, 1), "", chain_argument(b->l.u, c, 0, 0),
		"index");
	builder_text_run(b);
}

/* One list of columns, or one an argument. */
static void
drop_columns(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;
	uint32_t n = 0;

	knex_begin_alter(b, t, c->calls[0]);
	for (uint32_t i = 0; chain_argument(u, c, 0, i); i++)
		for (uint32_t k = 0; k < builder_elements(u, chain_argument(u, c, 0, i)); k++) {
			lower_text_add(&b->l, n++ ? ", drop column " : " drop column ");
			lower_text_name(&b->l, builder_element(u, chain_argument(u, c, 0, i), k));
		}
	if (n)
		builder_text_run(b);
}

static void
drop_timestamps(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	bool camel = lower_true(b->l.u, chain_argument(b->l.u, c, 0, 0));

	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, camel ? " drop column \"createdAt\", drop column \"updatedAt\""
				    : " drop column created_at, drop column updated_at");
	builder_text_run(b);
}

static void
rename_column(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " rename ");
	lower_text_name(&b->l, chain_argument(b->l.u, c, 0, 0));
	lower_text_add(&b->l, " to ");
	lower_text_name(&b->l, chain_argument(b->l.u, c, 0, 1));
	builder_text_run(b);
}

static void
set_null(struct builder *b, const struct knex_table *t, const struct chain *c, bool null)
{
	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " alter column ");
	lower_text_name(&b->l, chain_argument(b->l.u, c, 0, 0));
	lower_text_add(&b->l, null ? " drop not null" : " set not null");
	builder_text_run(b);
}

static void
check(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	uint32_t name = chain_argument(b->l.u, c, 0, 2);

	if (t->create)
		return;
	knex_begin_alter(b, t, c->calls[0]);
	lower_text_add(&b->l, " add ");
	if (builder_word(b->l.u, name).n) {
		lower_text_add(&b->l, "constraint ");
		lower_text_value(&b->l, name);
	}
	lower_text_add(&b->l, " check (");
	lower_text_value(&b->l, chain_argument(b->l.u, c, 0, 0));
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
drop_checks(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 0; chain_argument(u, c, 0, i); i++)
		for (uint32_t k = 0; k < builder_elements(u, chain_argument(u, c, 0, i)); k++) {
			knex_begin_alter(b, t, c->calls[0]);
			lower_text_add(&b->l, " drop constraint ");
			lower_text_value(&b->l, builder_element(u, chain_argument(u, c, 0, i), k));
			builder_text_run(b);
		}
}

void
knex_statement(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	struct str name = chain_name(b->l.u, c, 0);

	if (knex_is_type(name) || str_is(name, "foreign"))
		foreign(b, t, c);
	else if (str_is(name, "primary"))
		primary(b, t, c);
	else if (str_is(name, "unique"))
		unique(b, t, c);
	else if (str_is(name, "index"))
		create_index(b, t, c);
	else if (str_is(name, "dropIndex"))
		drop_index(b, t, c);
	else if (str_is(name, "dropTimestamps"))
		drop_timestamps(b, t, c);
	else if (str_is(name, "dropColumn") || str_is(name, "dropColumns"))
		drop_columns(b, t, c);
	else if (str_is(name, "renameColumn"))
		rename_column(b, t, c);
	else if (str_is(name, "setNullable") || str_is(name, "dropNullable"))
		set_null(b, t, c, str_is(name, "setNullable"));
	else if (str_is(name, "check"))
		check(b, t, c);
	else if (str_is(name, "dropChecks"))
		drop_checks(b, t, c);
	else
		drop_constraint(b, t, c, name);
}
