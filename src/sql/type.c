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
add_modifiers(struct buf *b, const PgQuery__TypeName *t, struct str name)
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
	/* Its scale is 0 when it is not given. */
	if (t->n_typmods == 1 && str_is(name, "numeric"))
		buf_add(b, STR(",0"));
	if (t->n_typmods)
		buf_addc(b, ')');
}

/* timestamp.c: a greater precision is reduced to this, with a warning. */
#define MOST_PRECISION 6

static bool
has_precision(const char *name)
{
	return str_starts(str_from(name), STR("time"));
}

static int
least(int x, int y)
{
	return x < y ? x : y;
}

/* Modifier I, -1 where it is no plain number. */
static int
modifier(const PgQuery__TypeName *t, size_t i)
{
	const PgQuery__Node *m = i < t->n_typmods ? t->typmods[i] : NULL;

	if (!m || m->node_case != PG_QUERY__NODE__NODE_A_CONST ||
		m->a_const->val_case != PG_QUERY__A__CONST__VAL_IVAL)
		return -1;
	return m->a_const->ival->ival;
}

/* interval's modifiers are a mask of fields and a precision (timestamp.c, intervaltypmodout()). */
static void
add_interval(struct buf *b, const PgQuery__TypeName *t)
{
	static const struct {
		int mask;
		const char *words;
	} fields[] = {
		{1 << 2, " year"},
		{1 << 1, " month"},
		{1 << 3, " day"},
		{1 << 10, " hour"},
		{1 << 11, " minute"},
		{1 << 12, " second"},
		{1 << 2 | 1 << 1, " year to month"},
		{1 << 3 | 1 << 10, " day to hour"},
		{1 << 3 | 1 << 10 | 1 << 11, " day to minute"},
		{1 << 3 | 1 << 10 | 1 << 11 | 1 << 12, " day to second"},
		{1 << 10 | 1 << 11, " hour to minute"},
		{1 << 10 | 1 << 11 | 1 << 12, " hour to second"},
		{1 << 11 | 1 << 12, " minute to second"},
	};
	int mask = modifier(t, 0), precision = modifier(t, 1);

	for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
		if (fields[i].mask == mask)
			buf_add(b, str_from(fields[i].words));
	if (precision >= 0)
		buf_addf(b, "(%d)", least(precision, MOST_PRECISION));
}

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
	/* "character" without a length is character(1), to which the parser has made it. */
	if (str_is(str_from(name), "bpchar") && !t->n_typmods)
		before = name;
	buf_add(b, str_from(before));
	if (str_is(str_from(name), "interval"))
		add_interval(b, t);
	else if (has_precision(name) && t->n_typmods == 1)
		buf_addf(b, "(%d)", least(modifier(t, 0), MOST_PRECISION));
	else
		add_modifiers(b, t, str_from(name));
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
		add_modifiers(&b, t, (struct str){0});
	}
	if (t->pct_type)
		buf_add(&b, STR("%TYPE"));
	if (t->n_array_bounds)
		buf_add(&b, STR("[]"));
	return name_text(r, buf_str(&b).s);
}

/* Without its modifiers, which are no part of an argument's type. */
static struct str
argument_type(struct reader *r, const PgQuery__TypeName *t)
{
	bool serial;
	struct str type = type_format(r, t, &serial);
	size_t open = str_chr(type, '(', 0), close = str_chr(type, ')', 0);

	if (open == SIZE_MAX || close == SIZE_MAX || close < open)
		return type;
	return str_format(r->scratch, "%.*s%.*s", STR_ARG(str_slice(type, 0, open)),
		STR_ARG(str_slice(type, close + 1, type.n)));
}

static bool
add_argument(struct reader *r, struct buf *b, const PgQuery__TypeName *t)
{
	struct str type = argument_type(r, t);

	if (!t || t->pct_type || !type.n)
		return false;
	buf_addf(b, "%s%.*s", b->n ? "," : "", STR_ARG(type));
	return true;
}

struct str
type_signature(struct reader *r, PgQuery__Node **list, size_t n)
{
	struct buf b = {.arena = r->u->arena};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__FunctionParameter *p = list[i]->function_parameter;
		bool parameter = list[i]->node_case == PG_QUERY__NODE__NODE_FUNCTION_PARAMETER;
		const PgQuery__TypeName *type =
			parameter                                              ? p->arg_type
			: list[i]->node_case == PG_QUERY__NODE__NODE_TYPE_NAME ? list[i]->type_name
									       : NULL;

		if (parameter &&
			(p->mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_OUT ||
				p->mode == PG_QUERY__FUNCTION_PARAMETER_MODE__FUNC_PARAM_TABLE))
			continue;
		if (!add_argument(r, &b, type))
			return STR("*");
	}
	return buf_str(&b);
}

void
type_add_signature(struct reader *r, struct event *e, struct str signature)
{
	if (!e->words.count++)
		e->words.first = r->u->words.n;
	vec_push(r->u->arena, &r->u->words, (struct word){signature, e->span});
}

void
type_add_arguments(struct reader *r, struct event *e, const PgQuery__Node *node)
{
	const PgQuery__ObjectWithArgs *o = node->object_with_args;
	struct str signature = STR("*");

	if (e->object_kind != OBJECT_ROUTINE)
		return;
	if (node->node_case == PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS && !o->args_unspecified)
		signature = o->n_objfuncargs ? type_signature(r, o->objfuncargs, o->n_objfuncargs)
					     : type_signature(r, o->objargs, o->n_objargs);
	type_add_signature(r, e, signature);
}
