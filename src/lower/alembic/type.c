/* SQLAlchemy's types as PostgreSQL's words (PGTypeCompiler of dialects/postgresql/base.py). */
#include "lower/alembic_p.h"

enum type_form {
	TYPE_PLAIN,    /* the words alone */
	TYPE_LENGTH,   /* (length), when it is given */
	TYPE_NUMERIC,  /* (precision, scale) */
	TYPE_TIME,     /* [(precision)] WITH or WITHOUT TIME ZONE, by timezone= */
	TYPE_FLOAT,    /* (precision), first argument */
	TYPE_INTERVAL, /* [fields] [(precision)] */
	TYPE_BIT,      /* [VARYING] [(length)] */
	TYPE_ARRAY,    /* of its first argument */
};

/* By the last component of the class. Behind SQLAlchemy's own: those of packages that many use. */
static const struct {
	const char *name, *words;
	enum type_form form;
} rows[] = {
	{"Integer", "INTEGER", TYPE_PLAIN}, {"INTEGER", "INTEGER", TYPE_PLAIN},
	{"INT", "INTEGER", TYPE_PLAIN}, {"BigInteger", "BIGINT", TYPE_PLAIN},
	{"BIGINT", "BIGINT", TYPE_PLAIN}, {"SmallInteger", "SMALLINT", TYPE_PLAIN},
	{"SMALLINT", "SMALLINT", TYPE_PLAIN}, {"String", "VARCHAR", TYPE_LENGTH},
	{"Unicode", "VARCHAR", TYPE_LENGTH}, {"VARCHAR", "VARCHAR", TYPE_LENGTH},
	{"CHAR", "CHAR", TYPE_LENGTH}, {"Text", "TEXT", TYPE_PLAIN}, {"TEXT", "TEXT", TYPE_PLAIN},
	{"UnicodeText", "TEXT", TYPE_PLAIN}, {"Boolean", "BOOLEAN", TYPE_PLAIN},
	{"BOOLEAN", "BOOLEAN", TYPE_PLAIN}, {"Date", "DATE", TYPE_PLAIN},
	{"DATE", "DATE", TYPE_PLAIN}, {"DateTime", "TIMESTAMP", TYPE_TIME},
	{"TIMESTAMP", "TIMESTAMP", TYPE_TIME}, {"Time", "TIME", TYPE_TIME},
	{"TIME", "TIME", TYPE_TIME}, {"Float", "FLOAT", TYPE_FLOAT}, {"FLOAT", "FLOAT", TYPE_FLOAT},
	{"REAL", "REAL", TYPE_PLAIN}, {"DOUBLE_PRECISION", "DOUBLE PRECISION", TYPE_PLAIN},
	{"Double", "DOUBLE PRECISION", TYPE_PLAIN}, {"DOUBLE", "DOUBLE PRECISION", TYPE_PLAIN},
	{"Numeric", "NUMERIC", TYPE_NUMERIC}, {"NUMERIC", "NUMERIC", TYPE_NUMERIC},
	{"DECIMAL", "NUMERIC", TYPE_NUMERIC}, {"LargeBinary", "BYTEA", TYPE_PLAIN},
	{"BYTEA", "BYTEA", TYPE_PLAIN}, {"PickleType", "BYTEA", TYPE_PLAIN},
	{"JSON", "JSON", TYPE_PLAIN}, {"JSONB", "JSONB", TYPE_PLAIN}, {"UUID", "UUID", TYPE_PLAIN},
	{"Uuid", "UUID", TYPE_PLAIN}, {"Interval", "INTERVAL", TYPE_PLAIN},
	{"INTERVAL", "INTERVAL", TYPE_INTERVAL}, {"ARRAY", NULL, TYPE_ARRAY},
	{"BIT", "BIT", TYPE_BIT}, {"INET", "INET", TYPE_PLAIN}, {"CIDR", "CIDR", TYPE_PLAIN},
	{"MACADDR", "MACADDR", TYPE_PLAIN}, {"MACADDR8", "MACADDR8", TYPE_PLAIN},
	{"MONEY", "MONEY", TYPE_PLAIN}, {"OID", "OID", TYPE_PLAIN},
	{"REGCLASS", "REGCLASS", TYPE_PLAIN}, {"TSVECTOR", "TSVECTOR", TYPE_PLAIN},
	{"TSQUERY", "TSQUERY", TYPE_PLAIN}, {"HSTORE", "HSTORE", TYPE_PLAIN},
	{"CITEXT", "CITEXT", TYPE_PLAIN}, {"INT4RANGE", "INT4RANGE", TYPE_PLAIN},
	{"INT8RANGE", "INT8RANGE", TYPE_PLAIN}, {"NUMRANGE", "NUMRANGE", TYPE_PLAIN},
	{"DATERANGE", "DATERANGE", TYPE_PLAIN}, {"TSRANGE", "TSRANGE", TYPE_PLAIN},
	{"TSTZRANGE", "TSTZRANGE", TYPE_PLAIN},
	{"AutoString", "VARCHAR", TYPE_LENGTH},       /* sqlmodel */
	{"UUIDType", "UUID", TYPE_PLAIN},             /* sqlalchemy_utils */
	{"JSONType", "JSON", TYPE_PLAIN},             /* sqlalchemy_utils */
	{"IPAddressType", "VARCHAR(50)", TYPE_PLAIN}, /* sqlalchemy_utils */
	{"TSVectorType", "TSVECTOR", TYPE_PLAIN},     /* sqlalchemy_utils */
};

#define TYPE_DEPTH 8 /* of arrays of arrays and variants of variants */

struct str
alembic_type_name(const struct unit *u, uint32_t type)
{
	return lower_callee(u, type);
}

static void
add_length(struct lower *l, uint32_t type, const char *keyword)
{
	uint32_t length = lower_argument(l->u, type, keyword, 0);

	if (!alembic_given(l->u, length) || l->u->values.v[type].kind != VALUE_CALL)
		return;
	lower_text_add(l, "(");
	lower_text_value(l, length);
	lower_text_add(l, ")");
}

static void
add_numeric(struct lower *l, uint32_t type)
{
	uint32_t precision = lower_argument(l->u, type, "precision", 0);
	uint32_t scale = lower_argument(l->u, type, "scale", 1);

	if (!alembic_given(l->u, precision))
		return;
	lower_text_add(l, "(");
	lower_text_value(l, precision);
	if (alembic_given(l->u, scale)) {
		lower_text_add(l, ", ");
		lower_text_value(l, scale);
	}
	lower_text_add(l, ")");
}

static void
add_time(struct lower *l, uint32_t type)
{
	uint32_t zone = lower_argument(l->u, type, "timezone", 0);
	uint32_t precision = lower_argument(l->u, type, "precision", UINT32_MAX);

	if (alembic_given(l->u, precision)) {
		lower_text_add(l, "(");
		lower_text_value(l, precision);
		lower_text_add(l, ")");
	}
	lower_text_add(l, lower_true(l->u, zone) ? " WITH TIME ZONE" : " WITHOUT TIME ZONE");
}

static void
add_interval(struct lower *l, uint32_t type)
{
	uint32_t precision = lower_argument(l->u, type, "precision", 0);
	struct str fields = lower_string(l->u, lower_argument(l->u, type, "fields", 1));

	lower_text_add(l, fields.n ? " " : "");
	lower_text_str(l, fields);
	if (alembic_given(l->u, precision)) {
		lower_text_add(l, " (");
		lower_text_value(l, precision);
		lower_text_add(l, ")");
	}
}

static void add_type(struct lower *l, uint32_t type, uint32_t depth);

static void
add_array(struct lower *l, uint32_t type, uint32_t depth)
{
	add_type(l, lower_argument(l->u, type, "item_type", 0), depth + 1);
	lower_text_add(l, "[]");
}

/* Enum(SomeEnum): the type is called as the class, in lower case. */
static struct str
enum_class(const struct unit *u, struct arena *a, uint32_t type)
{
	uint32_t first = unit_kid(u, type, 1);

	if (u->values.v[first].kind == VALUE_STRING || u->values.v[first].kind == VALUE_ARGUMENT)
		return (struct str){0};
	return str_lower(a, lower_callee(u, first));
}

static void
add_enum_name(struct lower *l, uint32_t type)
{
	uint32_t name = lower_argument(l->u, type, "name", UINT32_MAX);
	uint32_t schema = lower_argument(l->u, type, "schema", UINT32_MAX);
	struct str class = enum_class(l->u, l->a, type);

	if (!name && class.n)
		lower_text_quoted(l, class);
	else
		alembic_add_name(l, schema, name);
}

bool
alembic_is_enum(const struct unit *u, uint32_t type)
{
	struct str name = alembic_type_name(u, type);

	return u->values.v[type].kind == VALUE_CALL &&
	       (str_is(name, "ENUM") || str_is(name, "Enum")) &&
	       !lower_false(u, lower_argument(u, type, "native_enum", UINT32_MAX));
}

/* Enum(native_enum=False): as long as its longest label. */
static void
add_text_enum(struct lower *l, uint32_t type)
{
	uint32_t length = lower_argument(l->u, type, "length", UINT32_MAX);
	size_t longest = 0;

	for (uint32_t i = 1; i < l->u->values.v[type].kids.count; i++) {
		struct str label = lower_string(l->u, unit_kid(l->u, type, i));

		longest = label.n > longest ? label.n : longest;
	}
	if (alembic_given(l->u, length)) {
		lower_text_add(l, "VARCHAR(");
		lower_text_value(l, length);
		lower_text_add(l, ")");
	} else {
		lower_text_str(l, str_format(l->a, "VARCHAR(%zu)", longest ? longest : 1));
	}
}

/* X().with_variant(Y(), "postgresql") is Y. True when TYPE is such a thing. */
static bool
add_variant(struct lower *l, uint32_t type, uint32_t depth)
{
	uint32_t callee = unit_kid(l->u, type, 0);

	if (l->u->values.v[type].kind != VALUE_CALL ||
		!str_is(lower_callee(l->u, type), "with_variant") ||
		l->u->values.v[callee].kind != VALUE_ATTRIBUTE)
		return false;
	for (uint32_t i = 2; i < l->u->values.v[type].kids.count; i++)
		if (str_is(lower_string(l->u, unit_kid(l->u, type, i)), "postgresql")) {
			add_type(l, unit_kid(l->u, type, 1), depth + 1);
			return true;
		}
	add_type(l, unit_kid(l->u, callee, 0), depth + 1);
	return true;
}

static void
add_known(struct lower *l, uint32_t type, size_t row, uint32_t depth)
{
	if (rows[row].words)
		lower_text_add(l, rows[row].words);
	switch (rows[row].form) {
	case TYPE_PLAIN:
		break;
	case TYPE_LENGTH:
		add_length(l, type, "length");
		break;
	case TYPE_FLOAT:
		add_length(l, type, "precision");
		break;
	case TYPE_BIT:
		if (lower_true(l->u, lower_argument(l->u, type, "varying", 1)))
			lower_text_add(l, " VARYING");
		add_length(l, type, "length");
		break;
	case TYPE_NUMERIC:
		add_numeric(l, type);
		break;
	case TYPE_TIME:
		add_time(l, type);
		break;
	case TYPE_INTERVAL:
		add_interval(l, type);
		break;
	case TYPE_ARRAY:
		add_array(l, type, depth);
		break;
	}
}

static void
add_type(struct lower *l, uint32_t type, uint32_t depth)
{
	struct str name = alembic_type_name(l->u, type);

	if (depth < TYPE_DEPTH && add_variant(l, type, depth))
		return;
	if (alembic_is_enum(l->u, type)) {
		add_enum_name(l, type);
		return;
	}
	if (str_is(name, "Enum") && l->u->values.v[type].kind == VALUE_CALL) {
		add_text_enum(l, type);
		return;
	}
	for (size_t i = 0; depth < TYPE_DEPTH && i < sizeof rows / sizeof *rows; i++)
		if (str_is(name, rows[i].name)) {
			add_known(l, type, i, depth);
			return;
		}
	lower_blind(l, type ? type : l->text_at, "the type %.*s is not known",
		STR_ARG(name.n ? name : STR("(computed)")));
	lower_text_add(l, "\"unknown\"");
}

void
alembic_add_type(struct lower *l, uint32_t type)
{
	add_type(l, type, 0);
}

void
alembic_enum_created(struct lower *l, uint32_t type, uint32_t flags)
{
	const struct unit *u = l->u;
	bool first = true;

	lower_text_begin(l, type);
	lower_text_add(l, "CREATE TYPE ");
	add_enum_name(l, type);
	lower_text_add(l, " AS ENUM (");
	for (uint32_t i = 1; i < u->values.v[type].kids.count; i++) {
		uint32_t label = unit_kid(u, type, i);

		if (u->values.v[label].kind != VALUE_STRING)
			continue;
		lower_text_add(l, first ? "" : ", ");
		lower_text_literal(l, u->values.v[label].text);
		first = false;
	}
	lower_text_add(l, ")");
	alembic_run(l, flags);
}

void
alembic_create_enum(struct lower *l, uint32_t type, uint32_t flags)
{
	const struct unit *u = l->u;

	if (str_is(alembic_type_name(u, type), "ARRAY"))
		type = lower_argument(u, type, "item_type", 0);
	if (!alembic_is_enum(u, type) ||
		lower_false(u, lower_argument(u, type, "create_type", UINT32_MAX)))
		return;
	alembic_enum_created(l, type, flags);
}

void
alembic_drop_enum(struct lower *l, uint32_t type)
{
	lower_text_begin(l, type);
	lower_text_add(l, "DROP TYPE IF EXISTS ");
	add_enum_name(l, type);
	lower_text_run(l);
}
