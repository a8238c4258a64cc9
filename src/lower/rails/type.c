/* Types as type_to_sql() gives them: NATIVE_DATABASE_TYPES of postgresql_adapter.rb, and what limit, precision, scale
 * and array make of them. */
#include "lower/rails_p.h"

static const struct type {
	const char *name, *sql;
	enum {
		TYPE_PLAIN,
		TYPE_LIMIT,
		TYPE_PRECISION,
		TYPE_DECIMAL,
		TYPE_INTEGER,
		TYPE_ENUM
	} kind;
} types[] = {
	{"string", "character varying", TYPE_LIMIT},
	{"text", "text", TYPE_PLAIN},
	{"integer", "integer", TYPE_INTEGER},
	{"bigint", "bigint", TYPE_PLAIN},
	{"smallint", "smallint", TYPE_PLAIN},
	{"float", "float", TYPE_LIMIT},
	{"decimal", "decimal", TYPE_DECIMAL},
	{"numeric", "numeric", TYPE_DECIMAL},
	{"datetime", "timestamp", TYPE_PRECISION},
	{"timestamp", "timestamp", TYPE_PRECISION},
	{"timestamptz", "timestamptz", TYPE_PRECISION},
	{"time", "time", TYPE_PRECISION},
	{"interval", "interval", TYPE_PRECISION},
	{"date", "date", TYPE_PLAIN},
	{"boolean", "boolean", TYPE_PLAIN},
	{"binary", "bytea", TYPE_PLAIN},
	{"blob", "bytea", TYPE_PLAIN},
	{"json", "json", TYPE_PLAIN},
	{"jsonb", "jsonb", TYPE_PLAIN},
	{"uuid", "uuid", TYPE_PLAIN},
	{"inet", "inet", TYPE_PLAIN},
	{"cidr", "cidr", TYPE_PLAIN},
	{"macaddr", "macaddr", TYPE_PLAIN},
	{"citext", "citext", TYPE_PLAIN},
	{"hstore", "hstore", TYPE_PLAIN},
	{"ltree", "ltree", TYPE_PLAIN},
	{"xml", "xml", TYPE_PLAIN},
	{"tsvector", "tsvector", TYPE_PLAIN},
	{"money", "money", TYPE_PLAIN},
	{"oid", "oid", TYPE_PLAIN},
	{"bit", "bit", TYPE_LIMIT},
	{"bit_varying", "bit varying", TYPE_LIMIT},
	{"point", "point", TYPE_PLAIN},
	{"line", "line", TYPE_PLAIN},
	{"lseg", "lseg", TYPE_PLAIN},
	{"box", "box", TYPE_PLAIN},
	{"path", "path", TYPE_PLAIN},
	{"polygon", "polygon", TYPE_PLAIN},
	{"circle", "circle", TYPE_PLAIN},
	{"daterange", "daterange", TYPE_PLAIN},
	{"numrange", "numrange", TYPE_PLAIN},
	{"tsrange", "tsrange", TYPE_PLAIN},
	{"tstzrange", "tstzrange", TYPE_PLAIN},
	{"int4range", "int4range", TYPE_PLAIN},
	{"int8range", "int8range", TYPE_PLAIN},
	{"serial", "serial", TYPE_PLAIN},
	{"bigserial", "bigserial", TYPE_PLAIN},
	{"primary_key", "bigserial", TYPE_PLAIN},
	{"enum", "", TYPE_ENUM},
	/* Of extensions: pgvector's, PostGIS'. */
	{"vector", "vector", TYPE_LIMIT},
	{"geometry", "geometry", TYPE_PLAIN},
	{"geography", "geography", TYPE_PLAIN},
	{"st_point", "geometry", TYPE_PLAIN},
	{"st_polygon", "geometry", TYPE_PLAIN},
};

static const struct type *
find(struct str name)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (str_is(name, types[i].name))
			return &types[i];
	return NULL;
}

bool
rails_is_type(struct str type)
{
	return find(type) != NULL;
}

/* (number) of an option; false when it is not given. */
static bool
add_number(
	struct rails *r, uint32_t options, const char *key, const char *before, const char *behind)
{
	uint32_t v = rails_option(r->l.u, options, key);

	if (!rails_given(r->l.u, v))
		return false;
	if (r->l.u->values.v[v].kind != VALUE_NUMBER) {
		lower_blind(&r->l, v, "the %s of a type is computed", key);
		return false;
	}
	lower_text_add(&r->l, before);
	lower_text_value(&r->l, v);
	lower_text_add(&r->l, behind);
	return true;
}

/* smallint up to two bytes, bigint from five on. */
static const char *
integer_of(const struct unit *u, uint32_t options)
{
	struct str limit = u->values.v[rails_option(u, options, "limit")].text;

	if (limit.n == 1 && limit.s[0] <= '2')
		return "smallint";
	return limit.n == 1 && limit.s[0] >= '5' ? "bigint" : "integer";
}

/* timestamp(6): in classes of 7.0 and later that is what :datetime is without a precision. */
static void
add_precision(struct rails *r, const struct rails_column *c)
{
	uint32_t given = rails_option(r->l.u, c->options, "precision");

	if (given) {
		add_number(r, c->options, "precision", "(", ")");
		return;
	}
	if (c->precision >= 0)
		lower_text_str(&r->l, str_format(r->l.a, "(%d)", c->precision));
	else if (str_is(c->type, "datetime") && r->version >= 700)
		lower_text_add(&r->l, "(6)");
}

void
rails_add_type(struct rails *r, const struct rails_column *c)
{
	const struct type *t = find(c->type);
	struct lower *l = &r->l;

	if (!t && c->type.n) {
		lower_text_str(l, c->type);
		add_number(r, c->options, "limit", "(", ")");
	} else if (!t) {
		lower_text_value(l, c->type_value);
	} else if (t->kind == TYPE_INTEGER) {
		lower_text_add(l, integer_of(l->u, c->options));
	} else if (t->kind == TYPE_ENUM) {
		uint32_t name = rails_option(l->u, c->options, "enum_type");

		lower_text_value(l, name ? name : rails_option(l->u, c->options, "enum_name"));
	} else {
		lower_text_add(l, t->sql);
		if (t->kind == TYPE_LIMIT)
			add_number(r, c->options, "limit", "(", ")");
		else if (t->kind == TYPE_PRECISION)
			add_precision(r, c);
		else if (t->kind == TYPE_DECIMAL &&
			 add_number(r, c->options, "precision", "(", "") &&
			 !add_number(r, c->options, "scale", ", ", ")"))
			lower_text_add(l, ")");
	}
	if (rails_is(l->u, c->options, "array"))
		lower_text_add(l, "[]");
}
