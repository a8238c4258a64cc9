/* Attributes: sequelize 6's lib/data-types.js, lib/dialects/postgres/data-types.js, attributeToSQL(). */
#include "sequelize_p.h"

static const struct {
	const char *name, *type;
} types[] = {
	{"TEXT", "TEXT"},
	{"CITEXT", "CITEXT"},
	{"INTEGER", "INTEGER"},
	{"BIGINT", "BIGINT"},
	{"SMALLINT", "SMALLINT"},
	{"TINYINT", "SMALLINT"},
	{"MEDIUMINT", "INTEGER"},
	{"FLOAT", "DOUBLE PRECISION"},
	{"REAL", "REAL"},
	{"DOUBLE", "DOUBLE PRECISION"},
	{"BOOLEAN", "BOOLEAN"},
	{"TIME", "TIME"},
	{"DATE", "TIMESTAMP WITH TIME ZONE"},
	{"DATEONLY", "DATE"},
	{"HSTORE", "HSTORE"},
	{"JSON", "JSON"},
	{"JSONB", "JSONB"},
	{"UUID", "UUID"},
	{"BLOB", "BYTEA"},
	{"INET", "INET"},
	{"CIDR", "CIDR"},
	{"MACADDR", "MACADDR"},
	{"TSVECTOR", "TSVECTOR"},
	{"GEOMETRY", "GEOMETRY"},
	{"GEOGRAPHY", "GEOGRAPHY"},
	{NULL, NULL},
};

/* "STRING" of Sequelize.STRING, DataTypes.STRING(10), Sequelize.STRING.BINARY. */
static struct str
type_name(const struct unit *u, uint32_t type)
{
	struct str text = u->values.v[type].text;
	size_t dot;

	if (u->values.v[type].kind == VALUE_CALL)
		return lower_callee(u, type);
	dot = str_rchr(text, '.');
	return dot == SIZE_MAX ? text : str_slice(text, dot + 1, text.n);
}

uint32_t
sequelize_type(const struct unit *u, uint32_t attribute)
{
	return u->values.v[attribute].kind == VALUE_MAP ? lower_entry(u, attribute, "type")
							: attribute;
}

struct sequelize_table
sequelize_table(const struct unit *u, uint32_t value)
{
	if (u->values.v[value].kind != VALUE_MAP)
		return (struct sequelize_table){.name = value};
	return (struct sequelize_table){.name = lower_entry(u, value, "tableName"),
		.schema = lower_entry(u, value, "schema")};
}

void
sequelize_add_table(struct builder *b, struct sequelize_table t)
{
	if (builder_given(b->l.u, t.schema)) {
		lower_text_name(&b->l, t.schema);
		lower_text_add(&b->l, ".");
	}
	lower_text_name(&b->l, t.name);
}

/* The ENUM itself, or that of an ARRAY of them; 0: it is none. */
static uint32_t
enum_of(const struct unit *u, uint32_t type)
{
	if (str_is(type_name(u, type), "ARRAY"))
		type = unit_kid(u, type, 1);
	return str_is(type_name(u, type), "ENUM") ? type : 0;
}

static void
add_enum_name(struct builder *b, struct sequelize_table t, struct str column)
{
	if (builder_given(b->l.u, t.schema)) {
		lower_text_name(&b->l, t.schema);
		lower_text_add(&b->l, ".");
	}
	lower_text_quoted(&b->l, str_format(b->l.a, "enum_%.*s_%.*s",
					 STR_ARG(b->l.u->values.v[t.name].text), STR_ARG(column)));
}

static uint32_t
add_word(struct builder *b, uint32_t value, uint32_t n)
{
	if (n)
		lower_text_add(&b->l, ", ");
	lower_text_literal(&b->l, builder_word(b->l.u, value));
	return n + 1;
}

/* ENUM("a", "b"), ENUM(["a"]), ENUM({values: ["a"]}), {type: ENUM, values: ["a"]} */
void
sequelize_create_enum(
	struct builder *b, struct sequelize_table t, struct str column, uint32_t attribute)
{
	const struct unit *u = b->l.u;
	uint32_t type = enum_of(u, sequelize_type(u, attribute)), n = 0;
	uint32_t list = lower_entry(u, attribute, "values");

	if (!type)
		return;
	lower_text_begin(&b->l, type);
	lower_text_add(&b->l, "CREATE TYPE ");
	add_enum_name(b, t, column);
	lower_text_add(&b->l, " AS ENUM (");
	if (!list && u->values.v[unit_kid(u, type, 1)].kind == VALUE_MAP)
		list = lower_entry(u, unit_kid(u, type, 1), "values");
	for (uint32_t i = 0; i < builder_elements(u, list); i++)
		n = add_word(b, builder_element(u, list, i), n);
	for (uint32_t i = 1; !list && i < u->values.v[type].kids.count; i++)
		for (uint32_t k = 0; k < builder_elements(u, unit_kid(u, type, i)); k++)
			n = add_word(b, builder_element(u, unit_kid(u, type, i), k), n);
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

static void
add_arguments(struct builder *b, uint32_t type, const char *otherwise)
{
	const struct unit *u = b->l.u;
	struct str first = builder_word(u, unit_kid(u, type, 1));
	struct str second = builder_word(u, unit_kid(u, type, 2));

	if (u->values.v[type].kind != VALUE_CALL || !first.n) {
		lower_text_add(&b->l, otherwise);
		return;
	}
	lower_text_add(&b->l, "(");
	lower_text_str(&b->l, first);
	if (second.n) {
		lower_text_add(&b->l, ", ");
		lower_text_str(&b->l, second);
	}
	lower_text_add(&b->l, ")");
}

static void
add_type(struct builder *b, struct sequelize_table t, struct str column, uint32_t type, bool serial)
{
	const struct unit *u = b->l.u;
	struct str name = type_name(u, type);

	if (u->values.v[type].kind == VALUE_STRING) {
		lower_text_value(&b->l, type);
	} else if (str_is(name, "ARRAY")) {
		add_type(b, t, column, unit_kid(u, type, 1), false);
		lower_text_add(&b->l, "[]");
	} else if (str_is(name, "ENUM")) {
		add_enum_name(b, t, column);
	} else if (str_is(name, "STRING")) {
		lower_text_add(&b->l, "VARCHAR");
		add_arguments(b, type, "(255)");
	} else if (str_is(name, "CHAR")) {
		lower_text_add(&b->l, "CHAR");
		add_arguments(b, type, "(255)");
	} else if (str_is(name, "DECIMAL") || str_is(name, "NUMERIC")) {
		lower_text_add(&b->l, "DECIMAL");
		add_arguments(b, type, "");
	} else if (serial) {
		lower_text_add(&b->l, str_is(name, "BIGINT")     ? "BIGSERIAL"
				      : str_is(name, "SMALLINT") ? "SMALLSERIAL"
								 : "SERIAL");
	} else {
		for (size_t i = 0; types[i].name; i++)
			if (str_is(name, types[i].name)) {
				lower_text_add(&b->l, types[i].type);
				return;
			}
		lower_text_value(&b->l, type);
	}
}

void
sequelize_add_type(
	struct builder *b, struct sequelize_table t, struct str column, uint32_t attribute)
{
	const struct unit *u = b->l.u;

	add_type(b, t, column, sequelize_type(u, attribute),
		lower_true(u, lower_entry(u, attribute, "autoIncrement")));
}

/* Sequelize.literal("x"), Sequelize.fn("now"): SQL as it stands. What Sequelize fills in itself (NOW,
 * UUIDV4, functions) is no default of the database. */
bool
sequelize_add_default(struct builder *b, uint32_t value)
{
	const struct unit *u = b->l.u;
	const struct value *v = &u->values.v[value];
	struct str name = type_name(u, value);

	if (!value || v->kind == VALUE_FUNCTION || str_is(name, "NOW") ||
		str_starts(name, STR("UUIDV")))
		return false;
	lower_text_add(&b->l, " DEFAULT ");
	if (v->kind == VALUE_CALL && str_is(name, "literal")) {
		lower_text_value(&b->l, unit_kid(u, value, 1));
	} else if (v->kind == VALUE_CALL && (str_is(name, "fn") || str_is(name, "cast"))) {
		lower_text_value(&b->l, unit_kid(u, value, 1));
		lower_text_add(&b->l, str_is(name, "fn") ? "()" : "");
	} else if (v->kind == VALUE_STRING || v->kind == VALUE_NUMBER) {
		lower_text_literal(&b->l, v->text);
	} else if (v->kind == VALUE_BOOLEAN) {
		lower_text_str(&b->l, v->text);
	} else if (v->kind == VALUE_NULL) {
		lower_text_add(&b->l, "NULL");
	} else if (v->kind == VALUE_MAP || v->kind == VALUE_LIST) {
		lower_text_add(&b->l, "'{}'");
	} else {
		lower_text_value(&b->l, value);
	}
	return true;
}

static void
add_action(struct builder *b, uint32_t attribute, const char *key, const char *words)
{
	struct str action = lower_string(b->l.u, lower_entry(b->l.u, attribute, key));

	if (!action.n)
		return;
	lower_text_add(&b->l, words);
	lower_text_str(&b->l, action);
}

bool
sequelize_add_references(struct builder *b, uint32_t attribute)
{
	const struct unit *u = b->l.u;
	uint32_t references = lower_entry(u, attribute, "references"), model, key;

	if (!builder_given(u, references))
		return false;
	model = u->values.v[references].kind == VALUE_MAP ? lower_entry(u, references, "model")
							  : references;
	key = lower_entry(u, references, "key");
	lower_text_add(&b->l, " REFERENCES ");
	sequelize_add_table(b, sequelize_table(u, model));
	lower_text_add(&b->l, " (");
	if (key)
		lower_text_name(&b->l, key);
	else
		lower_text_quoted(&b->l, STR("id"));
	lower_text_add(&b->l, ")");
	add_action(b, attribute, "onDelete", " ON DELETE ");
	add_action(b, attribute, "onUpdate", " ON UPDATE ");
	return true;
}

void
sequelize_add_modifiers(struct builder *b, uint32_t attribute)
{
	const struct unit *u = b->l.u;

	if (u->values.v[attribute].kind != VALUE_MAP)
		return;
	if (lower_false(u, lower_entry(u, attribute, "allowNull")))
		lower_text_add(&b->l, " NOT NULL");
	if (!lower_true(u, lower_entry(u, attribute, "autoIncrement")))
		sequelize_add_default(b, lower_entry(u, attribute, "defaultValue"));
	if (lower_true(u, lower_entry(u, attribute, "unique")))
		lower_text_add(&b->l, " UNIQUE");
	sequelize_add_references(b, attribute);
}
