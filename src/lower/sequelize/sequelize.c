/* What a migration of Sequelize does: the methods of its query interface. */
#include "sequelize_p.h"

static const char *const tests[] = {
	"tableExists", "describeTable", "showAllTables", "showIndex", "showAllSchemas", NULL};
static const char *const handles[] = {"queryInterface", "query", "qi", NULL};

/* A method's call. */
struct method {
	uint32_t call;
	struct str name;
	struct sequelize_table table;
};

static uint32_t
argument(const struct builder *b, const struct method *m, uint32_t i)
{
	return unit_kid(b->l.u, m->call, i + 1);
}

static void
begin(struct builder *b, const struct method *m, const char *words)
{
	lower_text_begin(&b->l, m->call);
	lower_text_add(&b->l, words);
	sequelize_add_table(b, m->table);
}

static struct str
key_of(const struct unit *u, uint32_t entry)
{
	return u->values.v[entry].kind == VALUE_ENTRY ? builder_word(u, unit_kid(u, entry, 0))
						      : (struct str){0};
}

/* "a", "b" of those attributes that are a part of the primary key. */
static void
add_primary_key(struct builder *b, uint32_t attributes)
{
	const struct unit *u = b->l.u;
	uint32_t n = 0;

	for (uint32_t i = 0; i < u->values.v[attributes].kids.count; i++) {
		uint32_t entry = unit_kid(u, attributes, i), attribute = unit_kid(u, entry, 1);

		if (!key_of(u, entry).n || !lower_true(u, lower_entry(u, attribute, "primaryKey")))
			continue;
		lower_text_add(&b->l, n++ ? ", " : ", PRIMARY KEY (");
		lower_text_name(&b->l, unit_kid(u, entry, 0));
	}
	if (n)
		lower_text_add(&b->l, ")");
}

static void
create_table(struct builder *b, const struct method *m)
{
	const struct unit *u = b->l.u;
	uint32_t attributes = argument(b, m, 1), n = 0;
	struct method named = *m;

	if (!named.table.schema)
		named.table.schema = lower_entry(u, argument(b, m, 2), "schema");
	if (u->values.v[attributes].kind != VALUE_MAP) {
		lower_blind(&b->l, m->call, "the columns of this table are computed");
		return;
	}
	for (uint32_t i = 0; i < u->values.v[attributes].kids.count; i++) {
		uint32_t entry = unit_kid(u, attributes, i);

		sequelize_create_enum(b, named.table, key_of(u, entry), unit_kid(u, entry, 1));
	}
	begin(b, &named, "CREATE TABLE IF NOT EXISTS ");
	lower_text_add(&b->l, " (");
	for (uint32_t i = 0; i < u->values.v[attributes].kids.count; i++) {
		uint32_t entry = unit_kid(u, attributes, i);

		if (!key_of(u, entry).n)
			continue;
		lower_text_add(&b->l, n++ ? ", " : "");
		lower_text_name(&b->l, unit_kid(u, entry, 0));
		lower_text_add(&b->l, " ");
		sequelize_add_type(b, named.table, key_of(u, entry), unit_kid(u, entry, 1));
		sequelize_add_modifiers(b, unit_kid(u, entry, 1));
	}
	add_primary_key(b, attributes);
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
drop_table(struct builder *b, const struct method *m)
{
	begin(b, m, "DROP TABLE IF EXISTS ");
	if (lower_true(b->l.u, lower_entry(b->l.u, argument(b, m, 1), "cascade")))
		lower_text_add(&b->l, " CASCADE");
	builder_text_run(b);
}

static void
rename_table(struct builder *b, const struct method *m)
{
	begin(b, m, "ALTER TABLE ");
	lower_text_add(&b->l, " RENAME TO ");
	lower_text_name(&b->l, sequelize_table(b->l.u, argument(b, m, 1)).name);
	builder_text_run(b);
}

static void
add_column(struct builder *b, const struct method *m)
{
	uint32_t name = argument(b, m, 1), attribute = argument(b, m, 2);
	struct str column = builder_word(b->l.u, name);

	sequelize_create_enum(b, m->table, column, attribute);
	begin(b, m, "ALTER TABLE ");
	lower_text_add(&b->l, " ADD COLUMN ");
	lower_text_name(&b->l, name);
	lower_text_add(&b->l, " ");
	sequelize_add_type(b, m->table, column, attribute);
	sequelize_add_modifiers(b, attribute);
	builder_text_run(b);
}

static void
begin_column(struct builder *b, const struct method *m, const char *words)
{
	begin(b, m, "ALTER TABLE ");
	lower_text_add(&b->l, words);
	lower_text_name(&b->l, argument(b, m, 1));
}

static void
remove_column(struct builder *b, const struct method *m)
{
	begin_column(b, m, " DROP COLUMN ");
	builder_text_run(b);
}

static void
rename_column(struct builder *b, const struct method *m)
{
	begin_column(b, m, " RENAME COLUMN ");
	lower_text_add(&b->l, " TO ");
	lower_text_name(&b->l, argument(b, m, 2));
	builder_text_run(b);
}

/* changeColumnQuery(): what the attribute leaves out is taken away. */
static void
change_column(struct builder *b, const struct method *m)
{
	const struct unit *u = b->l.u;
	uint32_t attribute = argument(b, m, 2);
	bool references = builder_given(u, lower_entry(u, attribute, "references"));
	bool strict = lower_false(u, lower_entry(u, attribute, "allowNull"));

	if (strict || !references) {
		begin_column(b, m, " ALTER COLUMN ");
		lower_text_add(&b->l, strict ? " SET NOT NULL" : " DROP NOT NULL");
		builder_text_run(b);
	}
	if (!references) {
		begin_column(b, m, " ALTER COLUMN ");
		lower_text_add(&b->l, " SET");
		if (!sequelize_add_default(b, lower_entry(u, attribute, "defaultValue"))) {
			begin_column(b, m, " ALTER COLUMN ");
			lower_text_add(&b->l, " DROP DEFAULT");
		}
		builder_text_run(b);
		sequelize_create_enum(b, m->table, builder_word(u, argument(b, m, 1)), attribute);
		begin_column(b, m, " ALTER COLUMN ");
		lower_text_add(&b->l, " TYPE ");
		sequelize_add_type(b, m->table, builder_word(u, argument(b, m, 1)), attribute);
		builder_text_run(b);
	}
	if (lower_true(u, lower_entry(u, attribute, "unique"))) {
		begin_column(b, m, " ADD UNIQUE (");
		lower_text_add(&b->l, ")");
		builder_text_run(b);
	}
	if (references) {
		begin_column(b, m, " ADD FOREIGN KEY (");
		lower_text_add(&b->l, ")");
		sequelize_add_references(b, attribute);
		builder_text_run(b);
	}
}

/* The name of a field: a string, or {name: …}, {attribute: …}. */
static uint32_t
field_name(const struct unit *u, uint32_t field)
{
	uint32_t name = lower_entry(u, field, "name");

	return u->values.v[field].kind != VALUE_MAP ? field
	       : name                               ? name
						    : lower_entry(u, field, "attribute");
}

static void
add_fields(struct builder *b, uint32_t fields)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 0; i < builder_elements(u, fields); i++) {
		uint32_t name = field_name(u, builder_element(u, fields, i));

		lower_text_add(&b->l, i ? ", " : "");
		if (u->values.v[name].kind == VALUE_CALL) { /* literal("…"), fn("lower", …) */
			lower_text_add(&b->l, "(");
			lower_text_value(&b->l, unit_kid(u, name, 1));
			if (!str_is(lower_callee(u, name), "literal"))
				lower_text_add(&b->l, "('')");
			lower_text_add(&b->l, ")");
		} else {
			lower_text_name(&b->l, name);
		}
	}
}

/* underscore() of lib/utils.js: camelCase becomes camel_case. */
static struct str
underscored(struct arena *a, struct str text)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i], before = i ? text.s[i - 1] : '_';
		bool upper = c >= 'A' && c <= 'Z';

		if (upper && ((before >= 'a' && before <= 'z') || (before >= '0' && before <= '9')))
			buf_addc(&b, '_');
		buf_addc(&b, upper ? (char)(c | 0x20) : c == '-' || c == ' ' ? '_' : c);
	}
	return buf_str(&b);
}

static struct str
chosen_name(struct builder *b, const struct method *m, uint32_t fields, const char *end)
{
	const struct unit *u = b->l.u;
	struct buf name = {.arena = b->l.a};

	buf_add(&name, u->values.v[m->table.name].text);
	for (uint32_t i = 0; i < builder_elements(u, fields); i++) {
		struct str field = builder_word(u, field_name(u, builder_element(u, fields, i)));

		buf_addf(&name, "_%.*s", STR_ARG(field));
	}
	buf_addf(&name, "%s", end);
	return buf_str(&name);
}

static void
add_index(struct builder *b, const struct method *m)
{
	const struct unit *u = b->l.u;
	uint32_t fields = argument(b, m, 1), options = argument(b, m, 2), name;
	bool unique;

	if (u->values.v[fields].kind == VALUE_MAP) {
		options = fields;
		fields = lower_entry(u, options, "fields");
	}
	name = lower_entry(u, options, "name");
	unique = lower_true(u, lower_entry(u, options, "unique")) ||
		 str_eq_nocase(lower_string(u, lower_entry(u, options, "type")), STR("unique"));
	lower_text_begin(&b->l, m->call);
	lower_text_add(&b->l, unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
	if (name)
		lower_text_name(&b->l, name);
	else
		lower_text_quoted(&b->l, underscored(b->l.a, chosen_name(b, m, fields, "")));
	lower_text_add(&b->l, " ON ");
	sequelize_add_table(b, m->table);
	if (lower_string(u, lower_entry(u, options, "using")).n) {
		lower_text_add(&b->l, " USING ");
		lower_text_value(&b->l, lower_entry(u, options, "using"));
	}
	lower_text_add(&b->l, " (");
	add_fields(b, fields);
	lower_text_add(
		&b->l, builder_given(u, lower_entry(u, options, "where")) ? ") WHERE true" : ")");
	builder_text_run(b);
}

static void
remove_index(struct builder *b, const struct method *m)
{
	const struct unit *u = b->l.u;
	uint32_t what = argument(b, m, 1);

	lower_text_begin(&b->l, m->call);
	lower_text_add(&b->l, "DROP INDEX IF EXISTS ");
	if (builder_given(u, m->table.schema)) {
		lower_text_name(&b->l, m->table.schema);
		lower_text_add(&b->l, ".");
	}
	if (u->values.v[what].kind == VALUE_LIST)
		lower_text_quoted(&b->l, underscored(b->l.a, chosen_name(b, m, what, "")));
	else
		builder_text_dotted(b, what);
	builder_text_run(b);
}

static void
add_foreign_key(struct builder *b, uint32_t options)
{
	const struct unit *u = b->l.u;
	uint32_t references = lower_entry(u, options, "references");
	uint32_t field = lower_entry(u, references, "field");
	struct str action;

	lower_text_add(&b->l, " REFERENCES ");
	sequelize_add_table(b, sequelize_table(u, lower_entry(u, references, "table")));
	lower_text_add(&b->l, " (");
	builder_text_names(b, field ? field : lower_entry(u, references, "fields"));
	lower_text_add(&b->l, ")");
	action = lower_string(u, lower_entry(u, options, "onUpdate"));
	if (action.n) {
		lower_text_add(&b->l, " ON UPDATE ");
		lower_text_str(&b->l, action);
	}
	action = lower_string(u, lower_entry(u, options, "onDelete"));
	if (action.n) {
		lower_text_add(&b->l, " ON DELETE ");
		lower_text_str(&b->l, action);
	}
}

/* addConstraint(table, {fields, type, name …}), in version 5 with the fields in front. */
static void
add_constraint(struct builder *b, const struct method *m)
{
	const struct unit *u = b->l.u;
	uint32_t fields = argument(b, m, 1), options = argument(b, m, 2), name;
	struct str type;
	bool foreign, check;

	if (u->values.v[fields].kind == VALUE_MAP) {
		options = fields;
		fields = lower_entry(u, options, "fields");
	}
	type = lower_string(u, lower_entry(u, options, "type"));
	foreign = str_eq_nocase(type, STR("foreign key"));
	check = str_eq_nocase(type, STR("check"));
	name = lower_entry(u, options, "name");
	begin(b, m, "ALTER TABLE ");
	lower_text_add(&b->l, " ADD CONSTRAINT ");
	if (name)
		lower_text_name(&b->l, name);
	else
		lower_text_quoted(&b->l,
			chosen_name(b, m, fields,
				check                                     ? "_ck"
				: str_eq_nocase(type, STR("primary key")) ? "_pk"
				: foreign
					? str_cstr(b->l.a,
						  str_format(b->l.a, "_%.*s_fk",
							  STR_ARG(u->values
									  .v[sequelize_table(u,
										  lower_entry(u,
											  lower_entry(
												  u,
												  options,
												  "references"),
											  "table"))
											  .name]
									  .text)))
					: "_uk"));
	lower_text_add(&b->l, " ");
	lower_text_str(&b->l, type.n ? type : STR("UNIQUE"));
	lower_text_add(&b->l, check ? " (true" : " (");
	if (!check)
		add_fields(b, fields);
	lower_text_add(&b->l, ")");
	if (foreign)
		add_foreign_key(b, options);
	builder_text_run(b);
}

static void
remove_constraint(struct builder *b, const struct method *m)
{
	begin_column(b, m, " DROP CONSTRAINT ");
	builder_text_run(b);
}

static void
create_schema(struct builder *b, const struct method *m)
{
	begin(b, m, "CREATE SCHEMA IF NOT EXISTS ");
	builder_text_run(b);
}

static void
drop_schema(struct builder *b, const struct method *m)
{
	begin(b, m, "DROP SCHEMA IF EXISTS ");
	lower_text_add(&b->l, " CASCADE");
	builder_text_run(b);
}

/* query("…"), query({query: "…"}) of queryInterface.sequelize. */
static void
query(struct builder *b, const struct method *m)
{
	uint32_t text = argument(b, m, 0), inner = lower_entry(b->l.u, text, "query");

	lower_run_value(&b->l, inner ? inner : text);
}

static void
nothing(struct builder *b, const struct method *m)
{
	(void)b;
	(void)m;
}

static void
unknown(struct builder *b, const struct method *m)
{
	struct name scope = {.name = lower_string(b->l.u, m->table.name)};

	if (!scope.name.n)
		scope = (struct name){.name = STR("*"), .pattern = true};
	lower_havoc(&b->l, m->call, scope,
		str_format(b->l.a, "the operation %.*s is not understood", STR_ARG(m->name)));
}

static const struct {
	const char *name;
	void (*operate)(struct builder *b, const struct method *m);
} methods[] = {
	{"createTable", create_table},
	{"dropTable", drop_table},
	{"renameTable", rename_table},
	{"addColumn", add_column},
	{"removeColumn", remove_column},
	{"changeColumn", change_column},
	{"renameColumn", rename_column},
	{"addIndex", add_index},
	{"removeIndex", remove_index},
	{"addConstraint", add_constraint},
	{"removeConstraint", remove_constraint},
	{"createSchema", create_schema},
	{"dropSchema", drop_schema},
	{"query", query},
	{"dropAllTables", unknown},
	{"dropAllSchemas", unknown},
	{"createFunction", nothing},
	{"bulkInsert", nothing},
	{"bulkUpdate", nothing},
	{"bulkDelete", nothing},
	{"insert", nothing},
	{"upsert", nothing},
	{"describeTable", nothing},
	{"showAllTables", nothing},
	{"tableExists", nothing},
};

static bool
operate(struct builder *b, const struct chain *c, uint32_t call)
{
	const struct unit *u = b->l.u;
	struct method m = {.call = call, .name = lower_callee(u, call)};

	if (!c->head.n)
		return false;
	m.table = sequelize_table(u, unit_kid(u, call, 1));
	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_is(m.name, methods[i].name)) {
			lower_operation(&b->l, STR("sequelize"), m.name, call);
			methods[i].operate(b, &m);
			return true;
		}
	return false;
}

void
sequelize_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct lower_sql *sql, struct lower_result *out)
{
	struct builder b = {
		.tool = "sequelize", .operate = operate, .tests = tests, .handles = handles};

	builder_lower(&b, a, migrations, n, sql, out);
}
