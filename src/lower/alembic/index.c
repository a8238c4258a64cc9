/* Indexes: op.create_index(), those of columns, Index in op.create_table(). */
#include <md5.h>

#include "lower/alembic_p.h"

#define MOST_BYTES 63

/* What stands in an index in common: its columns, WHERE and so on, of the keywords of CALL. */
static void
add_elements(struct lower *l, uint32_t call, const uint32_t *elements, uint32_t n)
{
	const struct unit *u = l->u;
	uint32_t using = lower_argument(u, call, "postgresql_using", UINT32_MAX);
	uint32_t where = lower_argument(u, call, "postgresql_where", UINT32_MAX);
	uint32_t include = lower_argument(u, call, "postgresql_include", UINT32_MAX);

	if (lower_string(u, using).n) {
		lower_text_add(l, " USING ");
		lower_text_value(l, using);
	}
	lower_text_add(l, " (");
	for (uint32_t i = 0; i < n; i++) {
		lower_text_add(l, i ? ", " : "");
		if (u->values.v[elements[i]].kind == VALUE_STRING)
			lower_text_name(l, elements[i]);
		else if (str_is(lower_callee(u, elements[i]), "column"))
			lower_text_name(l, alembic_unwrap(u, elements[i]));
		else
			alembic_add_expression(l, elements[i]);
	}
	lower_text_add(l, ")");
	if (alembic_given(u, include)) {
		lower_text_add(l, " INCLUDE (");
		alembic_add_names(l, include);
		lower_text_add(l, ")");
	}
	if (alembic_given(u, where)) {
		lower_text_add(l, " WHERE ");
		alembic_add_expression(l, where);
	}
}

static void
begin_index(struct lower *l, uint32_t call, uint32_t keywords)
{
	const struct unit *u = l->u;

	lower_text_begin(l, call);
	lower_text_add(l, lower_true(u, lower_argument(u, keywords, "unique", UINT32_MAX))
				  ? "CREATE UNIQUE INDEX "
				  : "CREATE INDEX ");
	if (lower_true(u, lower_argument(u, keywords, "if_not_exists", UINT32_MAX)))
		lower_text_add(l, "IF NOT EXISTS ");
}

void
alembic_index_created(const struct alembic_call *c)
{
	struct lower *l = c->l;
	uint32_t name = alembic_argument(c, "index_name", 0), element;
	uint32_t list = alembic_argument(c, "columns", 2);
	VEC(uint32_t) elements = {0};

	for (uint32_t i = 0; (element = alembic_element(l->u, list, i)); i++)
		vec_push(l->a, &elements, element);
	begin_index(l, c->call, c->call);
	if (alembic_given(l->u, name))
		lower_text_name(l, alembic_unwrap(l->u, name));
	lower_text_add(l, " ON ");
	alembic_add_name(l, alembic_schema(c), alembic_table(c, "table_name"));
	add_elements(l, c->call, elements.v, elements.n);
	lower_text_run(l);
}

/* "ix_TABLE_COLUMN", the schema in front of the table (DEFAULT_NAMING_CONVENTION of sqlalchemy/sql/schema.py); one that is too long ends in
 * a digest (_truncate_and_render_maxlen_name of sqlalchemy/sql/compiler.py). */
static struct str
index_name(struct arena *a, struct str schema, struct str table, struct str column)
{
	struct str name = str_format(a, "ix_%.*s%s%.*s_%.*s", STR_ARG(schema), schema.n ? "_" : "",
		STR_ARG(table), STR_ARG(column));
	char *hex = arena_array(a, char, MD5_DIGEST_STRING_LENGTH);

	if (name.n <= MOST_BYTES)
		return name;
	MD5Data((const uint8_t *)name.s, name.n, hex);
	return str_format(a, "%.*s_%s", STR_ARG(str_slice(name, 0, MOST_BYTES - 8)), hex + 32 - 4);
}

void
alembic_column_index(struct lower *l, uint32_t schema, uint32_t table, uint32_t column)
{
	const struct unit *u = l->u;
	uint32_t name = alembic_column_name(u, column);

	begin_index(l, column, column);
	lower_text_quoted(l, index_name(l->a, lower_string(u, alembic_unwrap(u, schema)),
				     lower_string(u, table), lower_string(u, name)));
	lower_text_add(l, " ON ");
	alembic_add_name(l, schema, table);
	lower_text_add(l, " (");
	lower_text_name(l, name);
	lower_text_add(l, ")");
	lower_text_run(l);
}

void
alembic_table_index(struct lower *l, uint32_t schema, uint32_t table, uint32_t index)
{
	const struct unit *u = l->u;
	VEC(uint32_t) elements = {0};
	uint32_t name = 0, position = 0;

	for (uint32_t i = 1; i < u->values.v[index].kids.count; i++) {
		uint32_t kid = unit_kid(u, index, i);

		if (u->values.v[kid].kind == VALUE_ARGUMENT)
			continue;
		if (position++ == 0)
			name = kid;
		else
			vec_push(l->a, &elements, kid);
	}
	begin_index(l, index, index);
	if (alembic_given(u, name))
		lower_text_name(l, alembic_unwrap(u, name));
	lower_text_add(l, " ON ");
	alembic_add_name(l, schema, table);
	add_elements(l, index, elements.v, elements.n);
	lower_text_run(l);
}
