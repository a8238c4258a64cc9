/* Tables, columns and keys: createTableSql() and what it calls. */
#include <sha1.h>
#include <stdlib.h>

#include "typeorm_p.h"

uint32_t
typeorm_options(const struct unit *u, uint32_t value)
{
	if (u->values.v[value].kind == VALUE_CALL)
		value = unit_kid(u, value, 1);
	return u->values.v[value].kind == VALUE_MAP ? value : 0;
}

uint32_t
typeorm_table(const struct unit *u, uint32_t value)
{
	uint32_t options = typeorm_options(u, value);

	return options ? lower_entry(u, options, "name") : value;
}

static int
compare_texts(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* The part of a table's name behind its schema. */
static struct str
plain_name(const struct unit *u, uint32_t table)
{
	struct str text = u->values.v[table].text;
	size_t dot = str_rchr(text, '.');

	return dot == SIZE_MAX ? text : str_slice(text, dot + 1, text.n);
}

static void
add_hashed(struct builder *b, struct str key, const char *prefix, uint32_t length)
{
	char digest[SHA1_DIGEST_STRING_LENGTH];
	struct str text;

	SHA1Data((const uint8_t *)key.s, key.n, digest);
	text = str_slice(str_from(digest), 0, length);
	lower_text_quoted(&b->l, str_format(b->l.a, "%s%.*s", prefix, STR_ARG(text)));
}

void
typeorm_add_chosen(
	struct builder *b, uint32_t table, uint32_t names, const char *prefix, uint32_t length)
{
	const struct unit *u = b->l.u;
	uint32_t n = builder_elements(u, names);
	struct str *texts = arena_array(b->l.a, struct str, n + 1), name = plain_name(u, table);
	struct buf key = {.arena = b->l.a};

	for (uint32_t i = 0; i < n; i++)
		texts[i] = builder_word(u, builder_element(u, names, i));
	if (n)
		qsort(texts, n, sizeof *texts, compare_texts);
	buf_addf(&key, "%.*s_", STR_ARG(name));
	for (uint32_t i = 0; i < n; i++)
		buf_addf(&key, "%s%.*s", i ? "_" : "", STR_ARG(texts[i]));
	add_hashed(b, buf_str(&key), prefix, length);
}

static void
add_name(struct builder *b, uint32_t name, uint32_t table, uint32_t columns, const char *prefix,
	uint32_t length)
{
	if (builder_given(b->l.u, name))
		lower_text_name(&b->l, name);
	else
		typeorm_add_chosen(b, table, columns, prefix, length);
}

static bool
is_enum(const struct unit *u, uint32_t column)
{
	struct str type = lower_string(u, lower_entry(u, column, "type"));

	return str_is(type, "enum") || str_is(type, "simple-enum");
}

/* buildEnumName(): the given one, or "table_column_enum" in the table's schema. */
static void
add_enum_name(struct builder *b, uint32_t table, uint32_t column)
{
	const struct unit *u = b->l.u;
	uint32_t name = lower_entry(u, column, "enumName");
	struct str text = u->values.v[table].text, plain = plain_name(u, table);
	struct str of = builder_word(u, lower_entry(u, column, "name"));

	if (builder_given(u, name)) {
		builder_text_dotted(b, name);
		return;
	}
	if (plain.n < text.n) {
		lower_text_quoted(&b->l, str_slice(text, 0, text.n - plain.n - 1));
		lower_text_add(&b->l, ".");
	}
	lower_text_quoted(&b->l, str_format(b->l.a, "%.*s_%.*s_enum", STR_ARG(plain), STR_ARG(of)));
}

void
typeorm_create_enum(struct builder *b, uint32_t table, uint32_t column)
{
	const struct unit *u = b->l.u;
	uint32_t list = lower_entry(u, column, "enum");

	if (!is_enum(u, column) || !list)
		return;
	lower_text_begin(&b->l, column);
	lower_text_add(&b->l, "CREATE TYPE ");
	add_enum_name(b, table, column);
	lower_text_add(&b->l, " AS ENUM (");
	for (uint32_t i = 0; i < builder_elements(u, list); i++) {
		lower_text_add(&b->l, i ? ", " : "");
		lower_text_literal(&b->l, builder_word(u, builder_element(u, list, i)));
	}
	lower_text_add(&b->l, ")");
	builder_text_run(b);
}

/* createFullType(): the type with its length, or precision and scale. */
static void
add_full_type(struct builder *b, uint32_t table, uint32_t column)
{
	const struct unit *u = b->l.u;
	struct str length = builder_word(u, lower_entry(u, column, "length"));
	struct str precision = builder_word(u, lower_entry(u, column, "precision"));
	struct str scale = builder_word(u, lower_entry(u, column, "scale"));

	if (is_enum(u, column))
		add_enum_name(b, table, column);
	else
		lower_text_value(&b->l, lower_entry(u, column, "type"));
	if (length.n || precision.n) {
		lower_text_add(&b->l, "(");
		lower_text_str(&b->l, length.n ? length : precision);
		if (!length.n && scale.n) {
			lower_text_add(&b->l, ", ");
			lower_text_str(&b->l, scale);
		}
		lower_text_add(&b->l, ")");
	}
	if (lower_true(u, lower_entry(u, column, "isArray")))
		lower_text_add(&b->l, "[]");
}

static const char *
serial_of(struct str type)
{
	if (str_is(type, "smallint") || str_is(type, "int2"))
		return "SMALLSERIAL";
	return str_is(type, "bigint") || str_is(type, "int8") ? "BIGSERIAL" : "SERIAL";
}

void
typeorm_add_column(struct builder *b, uint32_t table, uint32_t column)
{
	const struct unit *u = b->l.u;
	struct str type = lower_string(u, lower_entry(u, column, "type"));
	struct str strategy = lower_string(u, lower_entry(u, column, "generationStrategy"));
	bool generated = lower_true(u, lower_entry(u, column, "isGenerated"));
	uint32_t otherwise = lower_entry(u, column, "default");

	lower_text_name(&b->l, lower_entry(u, column, "name"));
	lower_text_add(&b->l, " ");
	if (generated && str_is(strategy, "identity")) {
		add_full_type(b, table, column);
		lower_text_add(&b->l, " GENERATED BY DEFAULT AS IDENTITY");
	} else if (generated && !str_is(strategy, "uuid")) {
		lower_text_add(&b->l, serial_of(type));
	} else {
		add_full_type(b, table, column);
	}
	if (!lower_true(u, lower_entry(u, column, "isNullable")))
		lower_text_add(&b->l, " NOT NULL");
	if (builder_given(u, otherwise)) {
		lower_text_add(&b->l, " DEFAULT ");
		if (u->values.v[otherwise].kind == VALUE_BOOLEAN)
			lower_text_str(&b->l, u->values.v[otherwise].text);
		else
			lower_text_value(&b->l, otherwise);
	} else if (generated && str_is(strategy, "uuid")) {
		lower_text_add(&b->l, " DEFAULT uuid_generate_v4()");
	}
}

static void
add_action(struct builder *b, uint32_t key, const char *name, const char *words)
{
	struct str action = lower_string(b->l.u, lower_entry(b->l.u, key, name));

	if (!action.n)
		return;
	lower_text_add(&b->l, words);
	lower_text_str(&b->l, action);
}

void
typeorm_add_foreign_key(struct builder *b, uint32_t table, uint32_t key)
{
	const struct unit *u = b->l.u;
	uint32_t columns = lower_entry(u, key, "columnNames");

	lower_text_add(&b->l, "CONSTRAINT ");
	add_name(b, lower_entry(u, key, "name"), table, columns, "FK_", 27);
	lower_text_add(&b->l, " FOREIGN KEY (");
	builder_text_names(b, columns);
	lower_text_add(&b->l, ") REFERENCES ");
	builder_text_dotted(b, lower_entry(u, key, "referencedTableName"));
	lower_text_add(&b->l, " (");
	builder_text_names(b, lower_entry(u, key, "referencedColumnNames"));
	lower_text_add(&b->l, ")");
	add_action(b, key, "onDelete", " ON DELETE ");
	add_action(b, key, "onUpdate", " ON UPDATE ");
	add_action(b, key, "deferrable", " DEFERRABLE ");
}

void
typeorm_add_unique(struct builder *b, uint32_t table, uint32_t unique)
{
	uint32_t columns = lower_entry(b->l.u, unique, "columnNames");

	lower_text_add(&b->l, "CONSTRAINT ");
	add_name(b, lower_entry(b->l.u, unique, "name"), table, columns, "UQ_", 27);
	lower_text_add(&b->l, " UNIQUE (");
	builder_text_names(b, columns);
	lower_text_add(&b->l, ")");
}

void
typeorm_add_check(struct builder *b, uint32_t table, uint32_t check)
{
	const struct unit *u = b->l.u;
	uint32_t name = lower_entry(u, check, "name");
	uint32_t expression = lower_entry(u, check, "expression");
	struct str plain = plain_name(u, table);

	lower_text_add(&b->l, "CONSTRAINT ");
	if (builder_given(u, name))
		lower_text_name(&b->l, name);
	else
		add_hashed(b,
			str_format(b->l.a, "%.*s_%.*s", STR_ARG(plain),
				STR_ARG(u->values.v[expression].text)),
			"CHK_", 26);
	lower_text_add(&b->l, " CHECK (");
	lower_text_value(&b->l, expression);
	lower_text_add(&b->l, ")");
}

void
typeorm_create_index(struct builder *b, uint32_t table, uint32_t index)
{
	const struct unit *u = b->l.u;
	uint32_t columns = lower_entry(u, index, "columnNames");
	bool where = lower_string(u, lower_entry(u, index, "where")).n > 0;

	lower_text_begin(&b->l, index);
	lower_text_add(&b->l, lower_true(u, lower_entry(u, index, "isUnique"))
				      ? "CREATE UNIQUE INDEX "
				      : "CREATE INDEX ");
	add_name(b, lower_entry(u, index, "name"), table, columns, "IDX_", 26);
	lower_text_add(&b->l, " ON ");
	builder_text_dotted(b, table);
	lower_text_add(&b->l, " (");
	builder_text_names(b, columns);
	lower_text_add(&b->l, ")");
	if (where) {
		lower_text_add(&b->l, " WHERE ");
		lower_text_value(&b->l, lower_entry(u, index, "where"));
	}
	builder_text_run(b);
}

/* Element I of the list LIST of the table's object, as an object; 0: no more. */
static uint32_t
element(const struct unit *u, uint32_t options, const char *list, uint32_t i)
{
	return typeorm_options(u, builder_element(u, lower_entry(u, options, list), i));
}

static void
add_columns(struct builder *b, uint32_t table, uint32_t options)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 0, column; (column = element(u, options, "columns", i)); i++) {
		lower_text_add(&b->l, i ? ", " : "");
		typeorm_add_column(b, table, column);
	}
	for (uint32_t i = 0, column; (column = element(u, options, "columns", i)); i++) {
		uint32_t name = lower_entry(u, column, "name");

		if (!lower_true(u, lower_entry(u, column, "isUnique")))
			continue;
		lower_text_add(&b->l, ", CONSTRAINT ");
		typeorm_add_chosen(b, table, name, "UQ_", 27);
		lower_text_add(&b->l, " UNIQUE (");
		lower_text_name(&b->l, name);
		lower_text_add(&b->l, ")");
	}
}

/* The names of the columns that are primary, as texts of their own. */
static void
add_primary_key(struct builder *b, uint32_t table, uint32_t options)
{
	const struct unit *u = b->l.u;
	uint32_t given = 0, n = 0, most = builder_elements(u, lower_entry(u, options, "columns"));
	struct str *names = arena_array(b->l.a, struct str, most + 1), plain = plain_name(u, table);
	struct buf key = {.arena = b->l.a}, list = {.arena = b->l.a};

	for (uint32_t i = 0, column; (column = element(u, options, "columns", i)); i++) {
		if (!lower_true(u, lower_entry(u, column, "isPrimary")))
			continue;
		given = given ? given : lower_entry(u, column, "primaryKeyConstraintName");
		names[n++] = builder_word(u, lower_entry(u, column, "name"));
		buf_addf(&list, "%s\"%.*s\"", n > 1 ? ", " : "", STR_ARG(names[n - 1]));
	}
	if (!n)
		return;
	qsort(names, n, sizeof *names, compare_texts);
	buf_addf(&key, "%.*s_", STR_ARG(plain));
	for (uint32_t i = 0; i < n; i++)
		buf_addf(&key, "%s%.*s", i ? "_" : "", STR_ARG(names[i]));
	lower_text_add(&b->l, ", CONSTRAINT ");
	if (builder_given(u, given))
		lower_text_name(&b->l, given);
	else
		add_hashed(b, buf_str(&key), "PK_", 27);
	lower_text_add(&b->l, " PRIMARY KEY (");
	lower_text_str(&b->l, buf_str(&list));
	lower_text_add(&b->l, ")");
}

/* createTable(table, ifNotExist, createForeignKeys, createIndices) */
void
typeorm_create_table(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	uint32_t options = typeorm_options(u, unit_kid(u, call, 1));
	uint32_t table = lower_entry(u, options, "name"), kid;

	if (!table) {
		lower_blind(&b->l, call, "the table is computed");
		return;
	}
	for (uint32_t i = 0; (kid = element(u, options, "columns", i)); i++)
		typeorm_create_enum(b, table, kid);
	lower_text_begin(&b->l, call);
	lower_text_add(&b->l, lower_true(u, unit_kid(u, call, 2)) ? "CREATE TABLE IF NOT EXISTS "
								  : "CREATE TABLE ");
	builder_text_dotted(b, table);
	lower_text_add(&b->l, " (");
	add_columns(b, table, options);
	for (uint32_t i = 0; (kid = element(u, options, "uniques", i)); i++) {
		lower_text_add(&b->l, ", ");
		typeorm_add_unique(b, table, kid);
	}
	for (uint32_t i = 0; (kid = element(u, options, "checks", i)); i++) {
		lower_text_add(&b->l, ", ");
		typeorm_add_check(b, table, kid);
	}
	for (uint32_t i = 0; (kid = element(u, options, "foreignKeys", i)) &&
			     !lower_false(u, unit_kid(u, call, 3));
		i++) {
		lower_text_add(&b->l, ", ");
		typeorm_add_foreign_key(b, table, kid);
	}
	add_primary_key(b, table, options);
	lower_text_add(&b->l, ")");
	builder_text_run(b);
	for (uint32_t i = 0;
		(kid = element(u, options, "indices", i)) && !lower_false(u, unit_kid(u, call, 4));
		i++)
		typeorm_create_index(b, table, kid);
}
