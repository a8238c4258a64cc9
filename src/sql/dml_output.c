/* The columns that a stored query gives: their names by PostgreSQL's syntactic rules, and what the
 * statement says about their types. What `*` stands for and what type a column has, only the
 * catalog can say. */
#include "base/arena.h"
#include "dml_p.h"

/* An expression is followed so deep, with so many arguments; VALUES with so many rows. */
#define OUTPUT_DEPTH 8
#define OUTPUT_ARGUMENTS 64
/* An index has no more elements (INDEX_MAX_KEYS). */
#define INDEX_NAMES 32

static int figure(const PgQuery__Node *node, const char **name);

/* The name of the only column of a sub-select. */
static int
figure_select(const PgQuery__Node *node, const char **name)
{
	const PgQuery__SelectStmt *s = node->select_stmt;
	const PgQuery__Node *first;

	if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
		return 0;
	while (s->larg)
		s = s->larg;
	first = s->n_target_list ? s->target_list[0] : NULL;
	if (!first || first->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
		return 0;
	*name = first->res_target->name;
	if (!**name && !figure(first->res_target->val, name))
		*name = "?column?";
	return 2;
}

static int
figure_link(const PgQuery__SubLink *s, const char **name)
{
	switch ((int)s->sub_link_type) {
	case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
		*name = "exists";
		return 2;
	case PG_QUERY__SUB_LINK_TYPE__ARRAY_SUBLINK:
		*name = "array";
		return 2;
	case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
		return s->subselect ? figure_select(s->subselect, name) : 0;
	default:
		return 0;
	}
}

static const char *
value_function_name(PgQuery__SQLValueFunctionOp op)
{
	static const char *const names[] = {"", "current_date", "current_time", "current_time",
		"current_timestamp", "current_timestamp", "localtime", "localtime",
		"localtimestamp", "localtimestamp", "current_role", "current_user", "user",
		"session_user", "current_catalog", "current_schema"};

	return (size_t)op < sizeof names / sizeof *names ? names[op] : "";
}

static const char *
xml_name(PgQuery__XmlExprOp op)
{
	static const char *const names[] = {"", "xmlconcat", "xmlelement", "xmlforest", "xmlparse",
		"xmlpi", "xmlroot", "xmlserialize", ""};

	return (size_t)op < sizeof names / sizeof *names ? names[op] : "";
}

/* The last of the list that is a name: of a.b, (x).b, x[1].b. */
static int
figure_last(PgQuery__Node **list, size_t n, const char **name)
{
	while (n-- > 0) {
		if (list[n]->node_case == PG_QUERY__NODE__NODE_STRING) {
			*name = name_string(list[n]);
			return 2;
		}
	}
	return 0;
}

/* What is named after its own kind of expression. */
static int
figure_kind(const PgQuery__Node *node, const char **name)
{
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_COALESCE_EXPR:
		*name = "coalesce";
		return 2;
	case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
		*name = node->min_max_expr->op == PG_QUERY__MIN_MAX_OP__IS_GREATEST ? "greatest"
										    : "least";
		return 2;
	case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
		*name = "array";
		return 2;
	case PG_QUERY__NODE__NODE_ROW_EXPR:
		*name = "row";
		return 2;
	case PG_QUERY__NODE__NODE_GROUPING_FUNC:
		*name = "grouping";
		return 2;
	case PG_QUERY__NODE__NODE_XML_SERIALIZE:
		*name = "xmlserialize";
		return 2;
	case PG_QUERY__NODE__NODE_XML_EXPR:
		*name = xml_name(node->xml_expr->op);
		return **name ? 2 : 0;
	case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
		*name = value_function_name(node->sqlvalue_function->op);
		return **name ? 2 : 0;
	case PG_QUERY__NODE__NODE_A_EXPR:
		if (node->a_expr->kind != PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF)
			return 0;
		*name = "nullif";
		return 2;
	default:
		return 0;
	}
}

/* PostgreSQL's FigureColnameInternal() (parse_target.c): what a column without AS is called, and how
 * sure that is; a cast gives the name of its type only where there is nothing better. */
static int
figure(const PgQuery__Node *node, const char **name)
{
	const PgQuery__TypeName *type;
	int strength = 0;

	if (!node)
		return 0;
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		return figure_last(node->column_ref->fields, node->column_ref->n_fields, name);
	case PG_QUERY__NODE__NODE_A_INDIRECTION:
		strength = figure_last(
			node->a_indirection->indirection, node->a_indirection->n_indirection, name);
		return strength ? strength : figure(node->a_indirection->arg, name);
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		return figure_last(node->func_call->funcname, node->func_call->n_funcname, name);
	case PG_QUERY__NODE__NODE_TYPE_CAST:
		strength = figure(node->type_cast->arg, name);
		type = node->type_cast->type_name;
		if (strength > 1 || !type || !type->n_names)
			return strength;
		*name = name_string(type->names[type->n_names - 1]);
		return 1;
	case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
		return figure(node->collate_clause->arg, name);
	case PG_QUERY__NODE__NODE_CASE_EXPR:
		strength = figure(node->case_expr->defresult, name);
		if (strength > 1)
			return strength;
		*name = "case";
		return 1;
	case PG_QUERY__NODE__NODE_SUB_LINK:
		return figure_link(node->sub_link, name);
	default:
		return figure_kind(node, name);
	}
}

static bool
has_name(const struct str *names, uint32_t n, struct str name)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(names[i], name))
			return true;
	return false;
}

static bool
is_star(const PgQuery__Node *node)
{
	const PgQuery__ColumnRef *c;

	if (!node || node->node_case != PG_QUERY__NODE__NODE_COLUMN_REF)
		return false;
	c = node->column_ref;
	return c->n_fields && c->fields[c->n_fields - 1]->node_case == PG_QUERY__NODE__NODE_A_STAR;
}

struct str
dml_output_name(struct reader *r, const PgQuery__ResTarget *t)
{
	const char *name = t->name;

	if (!*name && is_star(t->val)) {
		const PgQuery__ColumnRef *c = t->val->column_ref;

		return c->n_fields > 1 ? str_format(r->u->arena, "%s.*",
						 name_string(c->fields[c->n_fields - 2]))
				       : STR("*");
	}
	if (!*name && !figure(t->val, &name))
		name = "?column?";
	return name_text(r, name);
}

/* indexcmds.c, ChooseIndexColumnNames() and ChooseIndexNameAddition(): a name that comes again has a
 * number. */
struct str
dml_index_names(struct reader *r, PgQuery__Node **elements, size_t n)
{
	struct buf b = {.arena = r->u->arena};
	VEC(struct str) names = {0};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__IndexElem *e = elements[i]->index_elem;
		const char *own;
		struct str name;

		if (elements[i]->node_case != PG_QUERY__NODE__NODE_INDEX_ELEM)
			continue;
		if (*e->name)
			own = e->name;
		else if (!figure(e->expr, &own))
			own = "expr";
		name = name_text(r, own);
		for (unsigned k = 1; has_name(names.v, names.n, name) && k < INDEX_NAMES; k++)
			name = str_format(r->scratch, "%s%u", own, k);
		vec_push(r->scratch, &names, name);
		if (names.n > INDEX_NAMES)
			break;
		buf_addf(&b, "%s%.*s", b.n ? "_" : "", STR_ARG(name));
	}
	return buf_str(&b);
}

struct range
dml_output_names(struct reader *r, const PgQuery__Node *node)
{
	struct range words = {.first = r->u->words.n};
	const PgQuery__SelectStmt *s = node->select_stmt;

	if (node->node_case != PG_QUERY__NODE__NODE_SELECT_STMT)
		return words;
	while (s->larg)
		s = s->larg;
	for (size_t i = 0; i < s->n_target_list; i++) {
		const PgQuery__ResTarget *t = s->target_list[i]->res_target;
		uint32_t at;

		if (s->target_list[i]->node_case != PG_QUERY__NODE__NODE_RES_TARGET)
			continue;
		at = place_at(r, t->location);
		vec_push(r->u->arena, &r->u->words,
			(struct word){dml_output_name(r, t),
				at < r->n_tokens ? place_token(r, at) : place_statement(r)});
		words.count++;
	}
	return words;
}

/* Types */

static struct query_output read_output(
	struct query_reader *q, const PgQuery__Node *node, int depth);

/* Room for N arguments in a row, so that each may have its own behind them. */
static struct range
read_arguments(struct query_reader *q, PgQuery__Node **list, size_t n, int depth)
{
	struct range made = {q->u->outputs.n, (uint32_t)n};

	for (size_t i = 0; i < n; i++)
		vec_add(q->u->arena, &q->u->outputs);
	for (size_t i = 0; i < n; i++) {
		struct query_output o = read_output(q, list[i], depth + 1);

		q->u->outputs.v[made.first + i] = o;
	}
	return made;
}

static struct query_output
of_type(struct str type)
{
	return (struct query_output){.kind = type.n ? OUTPUT_TYPE : OUTPUT_UNKNOWN, .text = type};
}

static struct query_output
read_constant(const PgQuery__AConst *c)
{
	struct str digits;

	if (c->isnull)
		return (struct query_output){.kind = OUTPUT_LITERAL};
	switch ((int)c->val_case) {
	case PG_QUERY__A__CONST__VAL_IVAL:
		return of_type(STR("integer"));
	case PG_QUERY__A__CONST__VAL_BOOLVAL:
		return of_type(STR("boolean"));
	case PG_QUERY__A__CONST__VAL_SVAL:
		return (struct query_output){.kind = OUTPUT_LITERAL};
	case PG_QUERY__A__CONST__VAL_FVAL:
		digits = str_from(c->fval->fval);
		for (size_t i = 0; i < digits.n; i++)
			if (!(digits.s[i] >= '0' && digits.s[i] <= '9') &&
				!(digits.s[i] == '-' && !i))
				return of_type(STR("numeric"));
		return of_type(digits.n < 19 ? STR("bigint") : STR("numeric"));
	default:
		return of_type((struct str){0});
	}
}

static struct query_output
read_column(struct query_reader *q, const PgQuery__ColumnRef *c)
{
	struct query_output o = {.kind = OUTPUT_COLUMN};

	if (!c->n_fields || c->n_fields > 3)
		return of_type((struct str){0});
	o.text = name_text(q->r, name_string(c->fields[c->n_fields - 1]));
	if (c->n_fields > 1)
		o.qualifier = name_text(q->r, name_string(c->fields[c->n_fields - 2]));
	return o;
}

static struct query_output
read_operator(struct query_reader *q, const PgQuery__AExpr *e, int depth)
{
	PgQuery__Node *sides[2] = {e->lexpr, e->rexpr};
	struct query_output o = {.kind = OUTPUT_OPERATOR};

	switch ((int)e->kind) {
	case PG_QUERY__A__EXPR__KIND__AEXPR_OP:
		o.text = name_text(q->r, e->n_name ? name_string(e->name[e->n_name - 1]) : "");
		break;
	case PG_QUERY__A__EXPR__KIND__AEXPR_NULLIF:
		o.text = STR("nullif");
		break;
	default: /* IN, LIKE, BETWEEN, IS DISTINCT FROM, = ANY */
		return of_type(STR("boolean"));
	}
	o.arguments = read_arguments(q, e->lexpr ? sides : sides + 1, e->lexpr ? 2 : 1, depth);
	return o;
}

/* Of a function the first arguments say what it gives. */
static struct query_output
read_call(struct query_reader *q, const PgQuery__FuncCall *f, int depth)
{
	struct query_output o = {.kind = OUTPUT_FUNCTION};
	size_t n = f->n_args < 2 ? f->n_args : 2;

	if (!f->n_funcname || f->n_funcname > 2 ||
		(f->n_funcname == 2 &&
			!str_is(str_from(name_string(f->funcname[0])), "pg_catalog")))
		return of_type((struct str){0});
	o.text = name_text(q->r, name_string(f->funcname[f->n_funcname - 1]));
	o.arguments = read_arguments(q, f->args, n, depth);
	return o;
}

static struct query_output
read_choice(struct query_reader *q, PgQuery__Node **list, size_t n, int depth)
{
	struct query_output o = {.kind = OUTPUT_CHOICE};

	if (!n || n > OUTPUT_ARGUMENTS)
		return of_type((struct str){0});
	o.arguments = read_arguments(q, list, n, depth);
	return o;
}

/* The results of all branches; without ELSE it may be NULL. */
static struct query_output
read_case(struct query_reader *q, const PgQuery__CaseExpr *c, int depth)
{
	PgQuery__Node *list[OUTPUT_ARGUMENTS];
	PgQuery__AConst null = PG_QUERY__A__CONST__INIT;
	PgQuery__Node otherwise = PG_QUERY__NODE__INIT;
	size_t n = 0;

	null.isnull = true;
	otherwise.node_case = PG_QUERY__NODE__NODE_A_CONST;
	otherwise.a_const = &null;
	list[n++] = c->defresult ? c->defresult : &otherwise;
	for (size_t i = 0; i < c->n_args; i++) {
		if (n == OUTPUT_ARGUMENTS ||
			c->args[i]->node_case != PG_QUERY__NODE__NODE_CASE_WHEN)
			return of_type((struct str){0});
		list[n++] = c->args[i]->case_when->result;
	}
	return read_choice(q, list, n, depth);
}

static struct query_output
read_link(struct query_reader *q, const PgQuery__SubLink *s)
{
	switch ((int)s->sub_link_type) {
	case PG_QUERY__SUB_LINK_TYPE__EXISTS_SUBLINK:
	case PG_QUERY__SUB_LINK_TYPE__ANY_SUBLINK:
	case PG_QUERY__SUB_LINK_TYPE__ALL_SUBLINK:
		return of_type(STR("boolean"));
	case PG_QUERY__SUB_LINK_TYPE__EXPR_SUBLINK:
		for (uint32_t i = q->links.n; i-- > q->first_link;)
			if (q->links.v[i].link == s)
				return (struct query_output){
					.kind = OUTPUT_SELECT, .inner = q->links.v[i].scope};
		break;
	default:
		break;
	}
	return of_type((struct str){0});
}

static struct str
value_function_type(PgQuery__SQLValueFunctionOp op)
{
	static const char *const types[] = {"", "date", "time with time zone", "",
		"timestamp with time zone", "", "time without time zone", "",
		"timestamp without time zone", "", "name", "name", "name", "name", "name", "name"};

	return str_from((size_t)op < sizeof types / sizeof *types ? types[op] : "");
}

static struct query_output
read_output(struct query_reader *q, const PgQuery__Node *node, int depth)
{
	bool serial;

	if (!node || depth > OUTPUT_DEPTH)
		return of_type((struct str){0});
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_A_CONST:
		return read_constant(node->a_const);
	case PG_QUERY__NODE__NODE_COLUMN_REF:
		return read_column(q, node->column_ref);
	case PG_QUERY__NODE__NODE_TYPE_CAST:
		return of_type(type_format(q->r, node->type_cast->type_name, &serial));
	case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
		return read_output(q, node->collate_clause->arg, depth + 1);
	case PG_QUERY__NODE__NODE_FUNC_CALL:
		return read_call(q, node->func_call, depth);
	case PG_QUERY__NODE__NODE_A_EXPR:
		return read_operator(q, node->a_expr, depth);
	case PG_QUERY__NODE__NODE_BOOL_EXPR:
	case PG_QUERY__NODE__NODE_NULL_TEST:
	case PG_QUERY__NODE__NODE_BOOLEAN_TEST:
		return of_type(STR("boolean"));
	case PG_QUERY__NODE__NODE_CASE_EXPR:
		return read_case(q, node->case_expr, depth);
	case PG_QUERY__NODE__NODE_COALESCE_EXPR:
		return read_choice(
			q, node->coalesce_expr->args, node->coalesce_expr->n_args, depth);
	case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
		return read_choice(q, node->min_max_expr->args, node->min_max_expr->n_args, depth);
	case PG_QUERY__NODE__NODE_SUB_LINK:
		return read_link(q, node->sub_link);
	case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
		return of_type(value_function_type(node->sqlvalue_function->op));
	case PG_QUERY__NODE__NODE_GROUPING_FUNC:
		return of_type(STR("integer"));
	default:
		return of_type((struct str){0});
	}
}

static struct query_output
read_target(struct query_reader *q, const PgQuery__ResTarget *t)
{
	struct query_output o;

	if (is_star(t->val)) {
		const PgQuery__ColumnRef *c = t->val->column_ref;

		o = (struct query_output){.kind = OUTPUT_STAR, .name = STR("*")};
		if (c->n_fields > 1)
			o.qualifier = name_text(q->r, name_string(c->fields[c->n_fields - 2]));
	} else {
		o = read_output(q, t->val, 0);
		o.name = dml_output_name(q->r, t);
	}
	if (str_chr(o.name, '*', 0) != SIZE_MAX && o.kind != OUTPUT_STAR)
		o.kind = OUTPUT_HOLE;
	return o;
}

/* VALUES: column1, column2 …, each of the type that its rows have in common. */
static void
read_values(struct query_reader *q, const PgQuery__SelectStmt *s, struct range made)
{
	PgQuery__Node *list[OUTPUT_ARGUMENTS];

	for (uint32_t i = 0; i < made.count; i++) {
		struct query_output o = {0};
		size_t n = 0;

		for (size_t k = 0; k < s->n_values_lists && k < OUTPUT_ARGUMENTS; k++) {
			const PgQuery__Node *row = s->values_lists[k];

			if (row->node_case == PG_QUERY__NODE__NODE_LIST && i < row->list->n_items)
				list[n++] = row->list->items[i];
		}
		if (n == s->n_values_lists)
			o = read_choice(q, list, n, 0);
		o.name = str_format(q->u->arena, "column%u", i + 1);
		q->u->outputs.v[made.first + i] = o;
	}
}

void
dml_outputs(struct query_reader *q, uint32_t scope, const PgQuery__SelectStmt *s)
{
	const PgQuery__Node *row = s->n_values_lists ? s->values_lists[0] : NULL;
	struct range made = {.first = q->u->outputs.n};

	if (row && row->node_case == PG_QUERY__NODE__NODE_LIST)
		made.count = (uint32_t)row->list->n_items;
	else if (!row)
		made.count = (uint32_t)s->n_target_list;
	for (uint32_t i = 0; i < made.count; i++)
		vec_add(q->u->arena, &q->u->outputs);
	q->u->scopes.v[scope].outputs = made;
	if (row) {
		read_values(q, s, made);
		return;
	}
	for (uint32_t i = 0; i < made.count; i++) {
		struct query_output o = {.kind = OUTPUT_HOLE};

		if (s->target_list[i]->node_case == PG_QUERY__NODE__NODE_RES_TARGET)
			o = read_target(q, s->target_list[i]->res_target);
		q->u->outputs.v[made.first + i] = o;
	}
}

struct range
dml_words(struct query_reader *q, PgQuery__Node **list, size_t n)
{
	struct range made = {q->u->words.n, (uint32_t)n};

	for (size_t i = 0; i < n; i++)
		vec_push(q->u->arena, &q->u->words,
			(struct word){.text = name_text(q->r, name_string(list[i]))});
	return made;
}
