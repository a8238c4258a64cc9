/* Columns: knex's lib/schema/columncompiler.js and lib/dialects/postgres/schema/pg-columncompiler.js. */
#include "knex_p.h"

/* What PostgreSQL is given for a method; NULL: it depends on arguments. */
static const struct {
	const char *method, *type;
} types[] = {
	{"tinyint", "smallint"},
	{"smallint", "smallint"},
	{"mediumint", "integer"},
	{"int", "integer"},
	{"integer", "integer"},
	{"bigint", "bigint"},
	{"bigInteger", "bigint"},
	{"biginteger", "bigint"},
	{"decimal", NULL},
	{"float", "real"},
	{"double", "double precision"},
	{"bit", NULL},
	{"boolean", "boolean"},
	{"bool", "boolean"},
	{"date", "date"},
	{"datetime", NULL},
	{"dateTime", NULL},
	{"timestamp", NULL},
	{"time", "time"},
	{"geometry", "geometry"},
	{"geography", "geography"},
	{"point", "point"},
	{"varchar", NULL},
	{"string", NULL},
	{"text", "text"},
	{"binary", "bytea"},
	{"enum", NULL},
	{"enu", NULL},
	{"increments", NULL},
	{"bigincrements", NULL},
	{"bigIncrements", NULL},
	{"json", "json"},
	{"jsonb", "jsonb"},
	{"uuid", NULL},
	{"specificType", NULL},
};
#define TYPES (sizeof types / sizeof *types)

static size_t
type_row(struct str method)
{
	size_t i = 0;

	while (i < TYPES && !str_is(method, types[i].method))
		i++;
	return i;
}

bool
knex_is_type(struct str name)
{
	return type_row(name) < TYPES;
}

bool
knex_is_increments(struct str name)
{
	return str_is(name, "increments") || str_is(name, "bigIncrements") ||
	       str_is(name, "bigincrements");
}

uint32_t
knex_modifier(const struct unit *u, const struct chain *c, const char *const *names)
{
	for (uint32_t i = c->n; i > 1; i--)
		for (const char *const *n = names; *n; n++)
			if (str_is(chain_name(u, c, i - 1), *n))
				return i - 1;
	return UINT32_MAX;
}

/* toNumber() of knex's lib/util/helpers.js: the digits that a value begins with. */
static struct str
number_of(const struct unit *u, uint32_t value)
{
	struct str text = builder_word(u, value);
	size_t n = 0;

	while (n < text.n && text.s[n] >= '0' && text.s[n] <= '9')
		n++;
	return str_slice(text, 0, n);
}

/* `(8, 2)`: numbers that were given, or the default. */
static void
add_numbers(struct builder *b, const struct chain *c, const char *first, const char *second)
{
	struct str x = number_of(b->l.u, chain_argument(b->l.u, c, 0, 1));
	struct str y = number_of(b->l.u, chain_argument(b->l.u, c, 0, 2));

	lower_text_add(&b->l, "(");
	lower_text_str(&b->l, x.n ? x : str_from(first));
	if (second) {
		lower_text_add(&b->l, ", ");
		lower_text_str(&b->l, y.n ? y : str_from(second));
	}
	lower_text_add(&b->l, ")");
}

static void
add_timestamp(struct builder *b, const struct chain *c)
{
	const struct unit *u = b->l.u;
	uint32_t option = chain_argument(u, c, 0, 1), precision = chain_argument(u, c, 0, 2);
	bool zone = !lower_true(u, option);

	if (u->values.v[option].kind == VALUE_MAP) {
		zone = !lower_false(u, lower_entry(u, option, "useTz"));
		precision = lower_entry(u, option, "precision");
	}
	lower_text_add(&b->l, zone ? "timestamptz" : "timestamp");
	if (!builder_word(u, precision).n)
		return;
	lower_text_add(&b->l, "(");
	lower_text_str(&b->l, builder_word(u, precision));
	lower_text_add(&b->l, ")");
}

static void
add_words(struct builder *b, uint32_t list)
{
	for (uint32_t i = 0; i < builder_elements(b->l.u, list); i++) {
		uint32_t element = builder_element(b->l.u, list, i);

		if (i)
			lower_text_add(&b->l, ", ");
		lower_text_literal(&b->l, builder_word(b->l.u, element));
	}
}

static uint32_t
enum_name(const struct builder *b, const struct knex_table *t, uint32_t options, uint32_t *schema)
{
	*schema = lower_entry(b->l.u, options, "schemaName");
	if (!*schema)
		*schema = t->schema;
	return lower_entry(b->l.u, options, "enumName");
}

/* A native type is made in front of the table: knex_table_run() did. */
static void
add_enum(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	uint32_t options = chain_argument(b->l.u, c, 0, 2), schema, name;

	if (lower_true(b->l.u, lower_entry(b->l.u, options, "useNative"))) {
		name = enum_name(b, t, options, &schema);
		knex_add_table(b, schema, name);
		return;
	}
	lower_text_add(&b->l, "text check (");
	lower_text_name(&b->l, chain_argument(b->l.u, c, 0, 0));
	lower_text_add(&b->l, " in (");
	add_words(b, chain_argument(b->l.u, c, 0, 1));
	lower_text_add(&b->l, "))");
}

static bool
wants_primary(const struct builder *b, const struct knex_table *t, uint32_t options, bool otherwise)
{
	uint32_t primary = lower_entry(b->l.u, options, "primaryKey");

	if (t->primary)
		return false;
	return builder_given(b->l.u, options) ? lower_true(b->l.u, primary) : otherwise;
}

/* increments({primaryKey: false}) leaves the name out. */
static uint32_t
column_name(const struct builder *b, const struct chain *c)
{
	uint32_t name = chain_argument(b->l.u, c, 0, 0);

	return b->l.u->values.v[name].kind == VALUE_MAP ? 0 : name;
}

bool
knex_add_type(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	const struct unit *u = b->l.u;
	struct lower *l = &b->l;
	struct str method = chain_name(u, c, 0);
	size_t row = type_row(method);
	uint32_t second = chain_argument(u, c, 0, 1);

	if (row < TYPES && types[row].type)
		lower_text_add(l, types[row].type);
	else if (str_is(method, "string") || str_is(method, "varchar"))
		lower_text_add(l, "varchar"), add_numbers(b, c, "255", NULL);
	else if (str_is(method, "decimal") && u->values.v[second].kind == VALUE_NULL)
		lower_text_add(l, "decimal");
	else if (str_is(method, "decimal"))
		lower_text_add(l, "decimal"), add_numbers(b, c, "8", "2");
	else if (str_is(method, "bit"))
		lower_text_add(l, "bit");
	else if (str_starts(method, STR("date")) || str_is(method, "timestamp"))
		add_timestamp(b, c);
	else if (str_is(method, "enum") || str_is(method, "enu"))
		add_enum(b, t, c);
	else if (knex_is_increments(method))
		lower_text_add(l, str_is(method, "increments") ? "serial" : "bigserial");
	else if (str_is(method, "uuid"))
		lower_text_add(l, "uuid");
	else if (str_is(method, "specificType"))
		lower_text_value(l, second);
	if ((knex_is_increments(method) || str_is(method, "uuid")) &&
		wants_primary(b, t, second, knex_is_increments(method)))
		lower_text_add(l, " primary key");
	return row < TYPES;
}

/* knex.raw("…"), knex.fn.now(): SQL as it stands. */
static bool
add_raw(struct builder *b, uint32_t value)
{
	const struct unit *u = b->l.u;
	struct str name = lower_callee(u, value);

	if (u->values.v[value].kind != VALUE_CALL)
		return false;
	if (str_is(name, "raw"))
		lower_text_value(&b->l, unit_kid(u, value, 1));
	else if (str_is(name, "now"))
		lower_text_add(&b->l, "CURRENT_TIMESTAMP");
	else if (str_is(name, "uuid"))
		lower_text_add(&b->l, "(gen_random_uuid())");
	else
		return false;
	return true;
}

/* formatDefault() of knex's lib/formatter/formatterUtils.js */
void
knex_add_default(struct builder *b, uint32_t value, struct str type)
{
	const struct unit *u = b->l.u;
	const struct value *v = &u->values.v[value];
	bool boolean = str_is(type, "boolean") || str_is(type, "bool");

	lower_text_add(&b->l, "default ");
	if (add_raw(b, value))
		return;
	if (v->kind == VALUE_NULL)
		lower_text_add(&b->l, "null");
	else if (v->kind == VALUE_BOOLEAN && boolean)
		lower_text_add(&b->l, lower_true(u, value) ? "'1'" : "'0'");
	else if (boolean && (str_is(v->text, "false") || str_is(v->text, "0")))
		lower_text_add(&b->l, "'0'");
	else if (v->kind == VALUE_STRING || v->kind == VALUE_NUMBER || v->kind == VALUE_BOOLEAN)
		lower_text_literal(&b->l, boolean ? STR("1") : v->text);
	else if (v->kind == VALUE_MAP || v->kind == VALUE_LIST)
		lower_text_add(&b->l, v->kind == VALUE_MAP ? "'{}'" : "'[]'");
	else
		lower_text_value(&b->l, value);
}

/* check('…'), checkIn([…]) … on a column: their columns are what counts. */
static void
add_checks(struct builder *b, const struct chain *c)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 1; i < c->n; i++) {
		struct str name = chain_name(u, c, i);
		bool raw = str_is(name, "check");
		uint32_t constraint = chain_argument(u, c, i, raw ? 2 : 1);

		if (!str_starts(name, STR("check")))
			continue;
		if (str_is(name, "checkPositive") || str_is(name, "checkNegative"))
			constraint = chain_argument(u, c, i, 0);
		if (str_is(name, "checkLength"))
			constraint = chain_argument(u, c, i, 2);
		if (builder_word(u, constraint).n) {
			lower_text_add(&b->l, " constraint ");
			lower_text_str(&b->l, builder_word(u, constraint));
		}
		lower_text_add(&b->l, " check (");
		if (raw)
			lower_text_value(&b->l, chain_argument(u, c, i, 0));
		else
			lower_text_name(&b->l, column_name(b, c));
		lower_text_add(&b->l, raw ? ")" : " is not null)");
	}
}

void
knex_add_column(struct builder *b, const struct knex_table *t, const struct chain *c)
{
	static const char *const null[] = {"nullable", "notNullable", "notNull", NULL};
	static const char *const otherwise[] = {"defaultTo", "default", "defaultsTo", NULL};
	const struct unit *u = b->l.u;
	struct str method = chain_name(u, c, 0);
	uint32_t name = column_name(b, c), modifier;

	if (name)
		lower_text_name(&b->l, name);
	else
		lower_text_quoted(&b->l, STR("id"));
	lower_text_add(&b->l, " ");
	if (!knex_add_type(b, t, c))
		lower_text_add(&b->l, "text");
	if (knex_is_increments(method))
		return;
	modifier = knex_modifier(u, c, null);
	if (modifier != UINT32_MAX)
		lower_text_add(
			&b->l, str_is(chain_name(u, c, modifier), "nullable") &&
					       !lower_false(u, chain_argument(u, c, modifier, 0))
				       ? " null"
				       : " not null");
	modifier = knex_modifier(u, c, otherwise);
	if (modifier != UINT32_MAX) {
		lower_text_add(&b->l, " ");
		knex_add_default(b, chain_argument(u, c, modifier, 0), method);
	}
	add_checks(b, c);
}
