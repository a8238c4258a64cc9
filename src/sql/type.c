/* Types as format_type() prints them. */
#include "base/arena.h"
#include "reader_p.h"

static const struct {
	const char *name, *before, *after; /* the modifiers stand between the two */
	bool serial;
} type_rows[] = {
	{"int2", "smallint", "", false},
	{"int4", "integer", "", false},
	{"int8", "bigint", "", false},
	{"int", "integer", "", false},
	{"smallserial", "smallint", "", true},
	{"serial2", "smallint", "", true},
	{"serial", "integer", "", true},
	{"serial4", "integer", "", true},
	{"bigserial", "bigint", "", true},
	{"serial8", "bigint", "", true},
	{"float4", "real", "", false},
	{"float8", "double precision", "", false},
	{"bool", "boolean", "", false},
	{"decimal", "numeric", "", false},
	{"varchar", "character varying", "", false},
	{"bpchar", "character", "", false},
	{"timestamp", "timestamp", " without time zone", false},
	{"timestamptz", "timestamp", " with time zone", false},
	{"time", "time", " without time zone", false},
	{"timetz", "time", " with time zone", false},
	{"varbit", "bit varying", "", false},
	{"char", "\"char\"", "", false},
};

static bool
is_builtin(const PgQuery__TypeName *t)
{
	return t->n_names == 1 || str_is(str_from(name_string(t->names[0])), "pg_catalog");
}

static void
add_modifiers(struct buf *b, const PgQuery__TypeName *t)
{
	for (size_t i = 0; i < t->n_typmods; i++) {
		const PgQuery__Node *m = t->typmods[i];
		const char *separator = i ? "," : "(";

		if (m->node_case != PG_QUERY__NODE__NODE_A_CONST)
			return;
		if (m->a_const->val_case == PG_QUERY__A__CONST__VAL_IVAL)
			buf_addf(b, "%s%d", separator, m->a_const->ival->ival);
		else if (m->a_const->val_case == PG_QUERY__A__CONST__VAL_FVAL)
			buf_addf(b, "%s%s", separator, m->a_const->fval->fval);
		else
			return;
	}
	if (t->n_typmods)
		buf_addc(b, ')');
}

/* interval's modifiers are a mask of fields and a precision; the mask is not printed. */
static void
add_builtin(struct buf *b, const PgQuery__TypeName *t, const char *name, bool *serial)
{
	const char *before = name, *after = "";

	for (size_t i = 0; i < sizeof type_rows / sizeof *type_rows; i++) {
		if (str_is(str_from(name), type_rows[i].name)) {
			before = type_rows[i].before;
			after = type_rows[i].after;
			*serial = type_rows[i].serial;
			break;
		}
	}
	buf_add(b, str_from(before));
	if (!str_is(str_from(name), "interval"))
		add_modifiers(b, t);
	buf_add(b, str_from(after));
}

struct str
type_format(struct reader *r, const PgQuery__TypeName *t, bool *serial)
{
	struct buf b = {.arena = r->scratch};

	*serial = false;
	if (!t || !t->n_names)
		return (struct str){0};
	if (t->setof)
		buf_add(&b, STR("setof "));
	if (is_builtin(t)) {
		add_builtin(&b, t, name_string(t->names[t->n_names - 1]), serial);
	} else {
		for (size_t i = 0; i < t->n_names; i++)
			buf_addf(&b, "%s%s", i ? "." : "", name_string(t->names[i]));
		add_modifiers(&b, t);
	}
	if (t->pct_type)
		buf_add(&b, STR("%TYPE"));
	if (t->n_array_bounds)
		buf_add(&b, STR("[]"));
	return name_text(r, buf_str(&b).s);
}
