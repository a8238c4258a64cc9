/* Elements, their attributes, and names, types and texts as pieces of SQL. */
#include "lower/liquibase_p.h"

struct str
liquibase_kind(const struct unit *u, uint32_t element)
{
	if (u->values.v[element].kind == VALUE_ARGUMENT)
		return u->values.v[element].text;
	return u->values.v[element].kind == VALUE_CALL ? u->values.v[unit_kid(u, element, 0)].text
						       : (struct str){0};
}

uint32_t
liquibase_attribute(const struct unit *u, uint32_t element, const char *name)
{
	for (uint32_t i = 1; i < u->values.v[element].kids.count; i++) {
		uint32_t kid = unit_kid(u, element, i);

		if (u->values.v[kid].kind == VALUE_ARGUMENT && str_is(u->values.v[kid].text, name))
			return unit_kid(u, kid, 0);
	}
	return 0;
}

struct str
liquibase_text(const struct unit *u, uint32_t element, const char *name)
{
	return u->values.v[liquibase_attribute(u, element, name)].text;
}

bool
liquibase_is_true(const struct unit *u, uint32_t element, const char *name)
{
	return str_eq_nocase(liquibase_text(u, element, name), STR("true"));
}

bool
liquibase_is_false(const struct unit *u, uint32_t element, const char *name)
{
	return str_eq_nocase(liquibase_text(u, element, name), STR("false"));
}

uint32_t
liquibase_child(const struct unit *u, uint32_t element, const char *name, uint32_t i)
{
	for (uint32_t k = 1; k < u->values.v[element].kids.count; k++) {
		uint32_t kid = unit_kid(u, element, k);

		if (u->values.v[kid].kind != VALUE_CALL)
			continue;
		if (str_is(liquibase_kind(u, kid), name)) {
			if (i-- == 0)
				return kid;
		} else if (str_is(liquibase_kind(u, kid), "columns")) {
			for (uint32_t j = 1; j < u->values.v[kid].kids.count; j++)
				if (str_is(liquibase_kind(u, unit_kid(u, kid, j)), name) &&
					i-- == 0)
					return unit_kid(u, kid, j);
		}
	}
	return 0;
}

uint32_t
liquibase_content(const struct unit *u, uint32_t element, const char *name)
{
	uint32_t value = liquibase_attribute(u, element, name);

	if (u->values.v[element].kind == VALUE_ARGUMENT)
		return unit_kid(u, element, 0);
	for (uint32_t i = 1; !value && i < u->values.v[element].kids.count; i++)
		if (u->values.v[unit_kid(u, element, i)].kind == VALUE_STRING)
			value = unit_kid(u, element, i);
	return value;
}

static const struct liquibase_property *
find_property(const struct liquibase *l, struct str name)
{
	for (uint32_t i = 0; i < l->properties.n; i++)
		if (str_eq_nocase(l->properties.v[i].name, name))
			return &l->properties.v[i];
	return NULL;
}

static void
add_range(struct liquibase *l, uint32_t value, size_t from, size_t to)
{
	struct str text = str_slice(l->b.u->values.v[value].text, 0, to);

	while (from < to) {
		size_t open = str_find(text, STR("${"), from);
		size_t close = open == SIZE_MAX ? SIZE_MAX : str_chr(text, '}', open);
		const struct liquibase_property *p;
		struct str name;

		if (close == SIZE_MAX) {
			lower_text_slice(&l->b, value, from, to);
			return;
		}
		lower_text_slice(&l->b, value, from, open);
		name = str_trim(str_slice(text, open + 2, close));
		p = find_property(l, name);
		if (p)
			lower_text_str(&l->b, p->value);
		else
			lower_text_hole(&l->b, name);
		from = close + 1;
	}
}

void
liquibase_add(struct liquibase *l, uint32_t value)
{
	const struct value *v = &l->b.u->values.v[value];

	if (v->kind == VALUE_STRING)
		add_range(l, value, 0, v->text.n);
	else
		lower_text_hole(&l->b, v->text);
}

static bool
has(struct str text, char from, char to)
{
	for (size_t i = 0; i < text.n; i++)
		if (text.s[i] >= from && text.s[i] <= to)
			return true;
	return false;
}

static void
add_name(struct liquibase *l, uint32_t value, size_t from, size_t to)
{
	struct str name = str_slice(l->b.u->values.v[value].text, from, to);

	if (has(name, 'A', 'Z') && !has(name, 'a', 'z')) {
		name = str_lower(l->b.a, name);
		lower_text_at(&l->b, str_format(l->b.a, "\"%.*s\"", STR_ARG(name)), value);
		return;
	}
	lower_text_at(&l->b, STR("\""), value);
	add_range(l, value, from, to);
	lower_text_at(&l->b, STR("\""), value);
}

void
liquibase_add_name(struct liquibase *l, uint32_t value)
{
	const struct value *v = &l->b.u->values.v[value];

	if (v->kind == VALUE_STRING)
		add_name(l, value, 0, v->text.n);
	else
		lower_text_name(&l->b, value);
}

void
liquibase_add_names(struct liquibase *l, uint32_t value)
{
	struct str text = l->b.u->values.v[value].text;
	size_t at = 0;

	while (at < text.n) {
		size_t end = str_chr(text, ',', at), from = at;
		size_t to = end == SIZE_MAX ? text.n : end;

		while (from < to && text.s[from] == ' ')
			from++;
		while (to > from && text.s[to - 1] == ' ')
			to--;
		lower_text_add(&l->b, at ? ", " : "");
		add_name(l, value, from, to);
		at = end == SIZE_MAX ? text.n : end + 1;
	}
}

void
liquibase_add_object(struct liquibase *l, uint32_t element, const char *schema, const char *name)
{
	uint32_t s = liquibase_attribute(l->b.u, element, schema);

	if (s) {
		liquibase_add_name(l, s);
		lower_text_add(&l->b, ".");
	}
	liquibase_add_name(l, liquibase_attribute(l->b.u, element, name));
}

/* Types that PostgreSQL calls otherwise (liquibase/datatype/core). KEEPS: with what stands in brackets. */
static const struct {
	const char *name, *words;
	bool keeps;
} types[] = {
	{"datetime", "timestamp", true},
	{"datetime2", "timestamp", false},
	{"smalldatetime", "timestamp", false},
	{"blob", "oid", false},
	{"longblob", "bytea", false},
	{"longvarbinary", "bytea", false},
	{"varbinary", "bytea", false},
	{"binary", "bytea", false},
	{"image", "bytea", false},
	{"tinyblob", "bytea", false},
	{"mediumblob", "bytea", false},
	{"clob", "text", false},
	{"longtext", "text", false},
	{"mediumtext", "text", false},
	{"tinytext", "text", false},
	{"longvarchar", "text", false},
	{"nclob", "text", false},
	{"ntext", "text", false},
	{"nvarchar", "varchar", true},
	{"nvarchar2", "varchar", true},
	{"varchar2", "varchar", true},
	{"string", "varchar", true},
	{"nchar", "char", true},
	{"number", "numeric", true},
	{"currency", "decimal", false},
	{"double", "double precision", false},
	{"tinyint", "smallint", false},
	{"mediumint", "integer", false},
	{"long", "bigint", false},
	{"timestamp_with_timezone", "timestamp with time zone", false},
};

void
liquibase_add_type(struct liquibase *l, uint32_t value)
{
	struct str text = str_trim(l->b.u->values.v[value].text), name;
	size_t open;

	if (!value) {
		lower_text_add(&l->b, "\"unknown\"");
		return;
	}
	if (str_starts(text, STR("java.sql.Types.")))
		text = str_slice(text, 15, text.n);
	open = str_chr(text, '(', 0);
	name = str_trim(str_slice(text, 0, open));
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!str_eq_nocase(name, str_from(types[i].name)))
			continue;
		lower_text_add(&l->b, types[i].words);
		if (types[i].keeps && open != SIZE_MAX)
			lower_text_str(&l->b, str_slice(text, open, text.n));
		return;
	}
	/* "timestamp with timezone" (TimestampType) */
	open = str_find(str_lower(l->b.a, text), STR("timezone"), 0);
	if (open != SIZE_MAX)
		lower_text_str(&l->b,
			str_format(l->b.a, "%.*stime zone", STR_ARG(str_slice(text, 0, open))));
	else if (text.n == l->b.u->values.v[value].text.n)
		liquibase_add(l, value);
	else
		lower_text_str(&l->b, text);
}
