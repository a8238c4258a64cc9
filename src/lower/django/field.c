/* Field classes and what they are in PostgreSQL.
 *
 * The types are data_types of django/db/backends/postgresql/base.py, written as format_type() prints
 * them, and django/contrib/postgres/fields/. A default= is not one of the database; a serial is. */
#include "lower/django_p.h"

struct field_class {
	const char *name;
	const char *type;       /* NULL: a relation */
	const char *max_length; /* default of max_length, where the type has it as its modifier */
	bool serial;
	bool check;
	enum field_relation relation;
};

/* clang-format off */
static const struct field_class classes[] = {
	{.name = "AutoField", .type = "integer", .serial = true},
	{.name = "BigAutoField", .type = "bigint", .serial = true},
	{.name = "SmallAutoField", .type = "smallint", .serial = true},
	{.name = "BigIntegerField", .type = "bigint"},
	{.name = "BinaryField", .type = "bytea"},
	{.name = "BooleanField", .type = "boolean"},
	{.name = "CharField", .type = "character varying", .max_length = ""},
	{.name = "CommaSeparatedIntegerField", .type = "character varying", .max_length = ""},
	{.name = "DateField", .type = "date"},
	{.name = "DateTimeField", .type = "timestamp with time zone"},
	{.name = "DecimalField", .type = "numeric"},
	{.name = "DurationField", .type = "interval"},
	{.name = "EmailField", .type = "character varying", .max_length = "254"},
	{.name = "FileField", .type = "character varying", .max_length = "100"},
	{.name = "FilePathField", .type = "character varying", .max_length = "100"},
	{.name = "FloatField", .type = "double precision"},
	{.name = "GenericIPAddressField", .type = "inet"},
	{.name = "IPAddressField", .type = "inet"},
	{.name = "ImageField", .type = "character varying", .max_length = "100"},
	{.name = "IntegerField", .type = "integer"},
	{.name = "JSONField", .type = "jsonb"},
	{.name = "NullBooleanField", .type = "boolean"},
	{.name = "PositiveBigIntegerField", .type = "bigint", .check = true},
	{.name = "PositiveIntegerField", .type = "integer", .check = true},
	{.name = "PositiveSmallIntegerField", .type = "smallint", .check = true},
	{.name = "SlugField", .type = "character varying", .max_length = "50"},
	{.name = "SmallIntegerField", .type = "smallint"},
	{.name = "TextField", .type = "text"},
	{.name = "TimeField", .type = "time without time zone"},
	{.name = "URLField", .type = "character varying", .max_length = "200"},
	{.name = "UUIDField", .type = "uuid"},
	{.name = "HStoreField", .type = "hstore"},
	{.name = "SearchVectorField", .type = "tsvector"},
	{.name = "CICharField", .type = "citext"},
	{.name = "CIEmailField", .type = "citext"},
	{.name = "CITextField", .type = "citext"},
	{.name = "IntegerRangeField", .type = "int4range"},
	{.name = "BigIntegerRangeField", .type = "int8range"},
	{.name = "DecimalRangeField", .type = "numrange"},
	{.name = "DateTimeRangeField", .type = "tstzrange"},
	{.name = "DateRangeField", .type = "daterange"},
	{.name = "ForeignKey", .relation = RELATION_FOREIGN_KEY},
	{.name = "OneToOneField", .relation = RELATION_FOREIGN_KEY},
	{.name = "ManyToManyField", .relation = RELATION_MANY_TO_MANY},
	{.name = NULL},
};
/* clang-format on */

/* A class of the project's own that ends in a relation's name is taken for one. */
static const struct field_class *
find_class(struct str name)
{
	for (const struct field_class *c = classes; c->name; c++)
		if (str_is(name, c->name))
			return c;
	for (const struct field_class *c = classes; c->name; c++)
		if (c->relation && str_ends(name, str_from(c->name)))
			return c;
	return NULL;
}

static struct str
number_argument(const struct unit *u, uint32_t call, const char *keyword, const char *otherwise)
{
	uint32_t v = lower_argument(u, call, keyword, UINT32_MAX);

	return u->values.v[v].kind == VALUE_NUMBER ? u->values.v[v].text : str_from(otherwise);
}

static struct str
scalar_type(struct lowering *l, const struct field_class *c, uint32_t call)
{
	const struct unit *u = l->b.u;

	if (c->max_length) {
		struct str n = number_argument(u, call, "max_length", c->max_length);

		return n.n ? str_format(l->b.a, "%s(%.*s)", c->type, STR_ARG(n))
			   : str_from(c->type);
	}
	if (str_is(str_from(c->type), "numeric")) {
		struct str digits = number_argument(u, call, "max_digits", "");
		struct str places = number_argument(u, call, "decimal_places", "0");

		return digits.n ? str_format(l->b.a, "numeric(%.*s,%.*s)", STR_ARG(digits),
					  STR_ARG(places))
				: STR("numeric");
	}
	return str_from(c->type);
}

/* ArrayField(base): the base's type with brackets. */
static struct str
array_type(struct lowering *l, uint32_t call)
{
	uint32_t base = lower_argument(l->b.u, call, "base_field", 0);
	const struct field_class *c = find_class(lower_callee(l->b.u, base));
	struct str type;

	if (str_is(lower_callee(l->b.u, base), "ArrayField"))
		return array_type(l, base);
	if (!c || !c->type)
		return STR("unknown");
	type = scalar_type(l, c, base);
	return str_format(l->b.a, "%.*s[]", STR_ARG(type));
}

struct model_name
django_read_model(struct lowering *l, uint32_t value, struct str app)
{
	const struct value *v = &l->b.u->values.v[value];
	struct str text = v->text;
	size_t dot;

	if (v->kind ==
		VALUE_CALL) /* swappable_dependency(...) and lazy helpers: what they are given */
		return django_read_model(l, unit_kid(l->b.u, value, 1), app);
	if (str_ends(text, STR("AUTH_USER_MODEL")))
		text = l->settings->auth_user_model;
	else if (v->kind != VALUE_STRING)
		text = lower_callee(l->b.u, value);
	dot = str_rchr(text, '.');
	if (dot == SIZE_MAX)
		return (struct model_name){app, str_lower(l->b.a, text)};
	return (struct model_name){
		str_slice(text, 0, dot), str_lower(l->b.a, str_slice(text, dot + 1, text.n))};
}

static void
read_relation(struct lowering *l, const struct model *m, struct field *f, uint32_t call)
{
	const struct unit *u = l->b.u;
	bool foreign_key = f->relation == RELATION_FOREIGN_KEY;
	uint32_t to = lower_argument(u, call, "to", 0);

	f->to = django_read_model(l, to, l->migration->group);
	if (str_is(lower_string(u, to), "self"))
		f->to = (struct model_name){m->app, str_lower(l->b.a, m->name)};
	f->to_field = lower_string(u, lower_argument(u, call, "to_field", UINT32_MAX));
	f->no_constraint = lower_false(u, lower_argument(u, call, "db_constraint", UINT32_MAX));
	if (foreign_key)
		f->on_delete = lower_callee(u, lower_argument(u, call, "on_delete", 1));
	f->hidden = str_ends(
		lower_string(u, lower_argument(u, call, "related_name", UINT32_MAX)), STR("+"));
	f->through = !foreign_key && lower_argument(u, call, "through", UINT32_MAX);
	f->db_table = lower_string(u, lower_argument(u, call, "db_table", UINT32_MAX));
	f->unique |= foreign_key && str_ends(f->class_name, STR("OneToOneField"));
}

struct field
django_read_field(struct lowering *l, const struct model *m, struct str name, uint32_t call)
{
	const struct unit *u = l->b.u;
	struct field f = {.name = name,
		.class_name = lower_callee(u, call),
		.type = STR("unknown"),
		.span = u->values.v[call].span};
	const struct field_class *c = find_class(f.class_name);
	uint32_t index = lower_argument(u, call, "db_index", UINT32_MAX);

	f.db_column = lower_string(u, lower_argument(u, call, "db_column", UINT32_MAX));
	f.null = lower_true(u, lower_argument(u, call, "null", UINT32_MAX)) ||
		 str_is(f.class_name, "NullBooleanField");
	f.unique = lower_true(u, lower_argument(u, call, "unique", UINT32_MAX));
	f.primary_key = lower_true(u, lower_argument(u, call, "primary_key", UINT32_MAX));
	f.has_default = lower_argument(u, call, "db_default", UINT32_MAX) != 0;
	if (str_is(f.class_name, "ArrayField"))
		f.type = array_type(l, call);
	if (c) {
		f.serial = c->serial;
		f.check = c->check;
		f.db_index =
			c->relation == RELATION_FOREIGN_KEY || str_is(f.class_name, "SlugField");
		f.relation = c->relation;
		if (c->type)
			f.type = scalar_type(l, c, call);
	}
	f.db_index = index ? lower_true(u, index) : f.db_index;
	if (f.relation)
		read_relation(l, m, &f, call);
	return f;
}

struct field
django_auto_field(const struct lowering *l)
{
	struct str dotted = l->settings->default_auto_field;
	size_t dot = str_rchr(dotted, '.');
	struct field f = {.name = STR("id"), .primary_key = true};
	const struct field_class *c;

	f.class_name = dot == SIZE_MAX ? dotted : str_slice(dotted, dot + 1, dotted.n);
	c = find_class(f.class_name);
	f.type = c && c->type ? str_from(c->type) : STR("unknown");
	f.serial = c && c->serial;
	return f;
}

struct str
django_field_type(const struct lowering *l, const struct field *f)
{
	/* A foreign key to a foreign key: a chain that ends, or is a cycle. */
	for (uint32_t depth = 0; depth < 16; depth++) {
		struct model *m;
		const struct field *target;

		if (f->relation != RELATION_FOREIGN_KEY)
			return f->type;
		m = django_find(l->state, &f->to);
		if (!m)
			return str_is(f->to.app, "auth") || str_is(f->to.app, "contenttypes")
				       ? STR("integer")
				       : STR("unknown");
		target = f->to_field.n ? django_find_field(m, f->to_field) : django_primary_key(m);
		if (!target)
			return STR("unknown");
		f = target;
	}
	return STR("unknown");
}
