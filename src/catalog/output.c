/* The columns that a stored query gives: `*` expanded, and the types that need no resolution of
 * operators or coercions: a column's own, a cast's, those of common functions (type.c).
 *
 * parse_relation.c, parse_target.c, parse_clause.c (PostgreSQL 15). Scopes and entries of FROM are
 * looked at once each; steps and depth are bounded, beyond that a type is not known. */
#include "catalog_p.h"

/* Nested scopes and expressions; columns looked at in all. */
#define OUTPUT_DEPTH 100
#define OUTPUT_STEPS (1u << 21)

enum memo_state {
	MEMO_FRESH,
	MEMO_BUSY, /* being made: what a recursive query has so far */
	MEMO_DONE,
};

struct memo {
	enum memo_state state;
	struct outputs out;
};

struct reading {
	struct apply *ap;
	const struct unit *u;
	const struct query *q;
	const struct bound_query *bound;
	struct memo *scopes;  /* by scope of the query */
	struct memo *entries; /* by relation of the query */
	uint32_t *slot;       /* by relation: index in bound->relations + 1, 0: not one */
	struct id_list *from; /* by scope: its relations */
	uint32_t depth, steps;
};

static const struct outputs none_known = {.unknown = true};

static const struct outputs *scope_outputs(struct reading *r, uint32_t scope);
static struct str output_type(struct reading *r, uint32_t scope, const struct query_output *o);

static bool
scope_in(const struct reading *r, uint32_t scope)
{
	return scope >= r->q->scopes.first && scope - r->q->scopes.first < r->q->scopes.count;
}

static const struct relation_use *
use_at(const struct reading *r, uint32_t i)
{
	return &r->u->relations.v[r->q->relations.first + i];
}

static void
add_column(struct reading *r, struct outputs *out, struct str name, struct str type)
{
	if (out->list.n > CATALOG_MAX_COLUMNS || ++r->steps > OUTPUT_STEPS)
		out->unknown = true;
	else
		vec_push(r->ap->scratch, &out->list, (struct output_column){name, type});
}

static void
add_all(struct reading *r, struct outputs *out, const struct outputs *from)
{
	out->unknown |= from->unknown;
	for (uint32_t i = 0; i < from->list.n; i++)
		add_column(r, out, from->list.v[i].name, from->list.v[i].type);
}

static const struct output_column *
find_column(struct reading *r, const struct outputs *in, struct str name)
{
	for (uint32_t i = 0; i < in->list.n && r->steps < OUTPUT_STEPS; i++) {
		r->steps++;
		if (str_eq(in->list.v[i].name, name))
			return &in->list.v[i];
	}
	return NULL;
}

/* The first columns get these names. */
static void
rename_columns(const struct reading *r, struct outputs *out, struct range words)
{
	for (uint32_t i = 0; i < words.count && i < out->list.n; i++)
		out->list.v[i].name = r->u->words.v[words.first + i].text;
}

void
outputs_of_relation(struct apply *ap, uint32_t relation, struct outputs *out)
{
	const struct object *r = &ap->c->objects.v[relation];

	out->unknown |= relation == 0 || r->columns_unknown;
	for (size_t i = 0; r->kind == OBJECT_SEQUENCE && i < SEQUENCE_COLUMNS; i++)
		vec_push(ap->scratch, &out->list,
			(struct output_column){sequence_columns[i].name, sequence_columns[i].type});
	for (uint32_t i = 0; i < r->members.n; i++) {
		const struct object *o = &ap->c->objects.v[r->members.v[i]];

		if (o->kind == OBJECT_COLUMN && o->exists != EXISTS_NO)
			vec_push(ap->scratch, &out->list,
				(struct output_column){catalog_last_name(ap->c, r->members.v[i]),
					type_if_known(o->type)});
	}
}

/* FROM */

bool
output_is_scalar(const struct relation_use *function)
{
	static const char *const scalar[] = {"generate_series", "unnest", "regexp_split_to_table",
		"string_to_table", "jsonb_array_elements_text", "json_array_elements_text"};

	for (size_t i = 0; i < sizeof scalar / sizeof *scalar; i++)
		if (str_is(function->name.name, scalar[i]))
			return true;
	return false;
}

/* A function of one column: it is called as the alias says, or as the function. What its arguments
 * are is not kept here, nor what composite type it may give. */
static void
function_outputs(struct reading *r, const struct relation_use *use, struct outputs *out)
{
	out->unknown = true;
	if (use->columns.count) {
		for (uint32_t i = 0; i < use->columns.count; i++)
			add_column(r, out, r->u->words.v[use->columns.first + i].text,
				(struct str){0});
		return;
	}
	if (output_is_scalar(use))
		add_column(r, out, use->alias.n ? use->alias : use->name.name, (struct str){0});
}

/* JOIN: the columns of USING once and first, then what is left of both sides. */
static void
join_outputs(struct reading *r, const struct relation_use *use, const struct outputs *left,
	const struct outputs *right, struct outputs *out)
{
	struct outputs merged = {0};

	for (uint32_t i = 0; i < use->merged.count; i++)
		add_column(r, &merged, r->u->words.v[use->merged.first + i].text, (struct str){0});
	for (uint32_t i = 0; use->natural && i < left->list.n; i++)
		if (find_column(r, right, left->list.v[i].name))
			add_column(r, &merged, left->list.v[i].name, (struct str){0});
	out->unknown |= left->unknown || right->unknown;
	for (uint32_t i = 0; i < merged.list.n; i++) {
		struct str name = merged.list.v[i].name;
		const struct output_column *x = find_column(r, left, name);
		const struct output_column *y = find_column(r, right, name);

		add_column(r, out, name,
			x && y ? type_common(r->ap->scratch, x->type, y->type) : (struct str){0});
	}
	for (uint32_t i = 0; i < left->list.n; i++)
		if (!find_column(r, &merged, left->list.v[i].name))
			add_column(r, out, left->list.v[i].name, left->list.v[i].type);
	for (uint32_t i = 0; i < right->list.n; i++)
		if (!find_column(r, &merged, right->list.v[i].name))
			add_column(r, out, right->list.v[i].name, right->list.v[i].type);
}

/* What entries of FROM give, as they stand in it; a join takes what is its own off the end. */
struct item {
	uint32_t relation; /* unit.relations, where it begins */
	struct outputs out;
};
struct items {
	VEC(struct item) list;
};

static const struct outputs *entry_outputs(struct reading *r, uint32_t entry);

static void
fold_join(struct reading *r, struct items *items, uint32_t entry)
{
	const struct relation_use *use = use_at(r, entry);
	struct outputs left = {0}, right = {0};
	struct item made = {.relation = use->left};
	uint32_t first = items->list.n;

	while (first && items->list.v[first - 1].relation >= use->left)
		first--;
	for (uint32_t i = first; i < items->list.n; i++) {
		const struct item *x = &items->list.v[i];

		add_all(r, x->relation >= use->right ? &right : &left, &x->out);
	}
	items->list.n = first;
	join_outputs(r, use, &left, &right, &made.out);
	rename_columns(r, &made.out, use->columns);
	vec_push(r->ap->scratch, &items->list, made);
}

/* The entries of a scope from FIRST to END (indexes in r->from). */
static void
fold(struct reading *r, const struct id_list *from, uint32_t first, uint32_t end,
	struct outputs *out)
{
	struct items items = {0};

	for (uint32_t i = first; i < end; i++) {
		uint32_t entry = from->v[i];

		if (use_at(r, entry)->kind == RANGE_JOIN) {
			fold_join(r, &items, entry);
			continue;
		}
		vec_push(r->ap->scratch, &items.list,
			(struct item){
				.relation = r->q->relations.first + entry,
				.out = *entry_outputs(r, entry),
			});
	}
	for (uint32_t i = 0; i < items.list.n; i++)
		add_all(r, out, &items.list.v[i].out);
}

static void
aliased_join(struct reading *r, uint32_t entry, struct outputs *out)
{
	const struct relation_use *use = use_at(r, entry);
	const struct id_list *from = &r->from[use->scope - r->q->scopes.first];
	uint32_t first = 0, end;

	while (first < from->n && r->q->relations.first + from->v[first] < use->left)
		first++;
	for (end = first; end < from->n && from->v[end] <= entry;)
		end++;
	fold(r, from, first, end, out);
}

static void
make_entry(struct reading *r, uint32_t entry, struct outputs *out)
{
	const struct relation_use *use = use_at(r, entry);
	const struct binding *b;

	switch (use->kind) {
	case RANGE_RELATION:
		b = &r->bound->relations.v[r->slot[entry] - 1].binding;
		outputs_of_relation(r->ap, b->state == BINDING_BOUND ? b->object : 0, out);
		break;
	case RANGE_CTE:
	case RANGE_SUBSELECT:
	case RANGE_VALUES:
		add_all(r, out, scope_outputs(r, use->inner));
		for (uint32_t i = 0; i < out->list.n; i++)
			out->list.v[i].type = type_settled(out->list.v[i].type);
		if (use->kind == RANGE_CTE && scope_in(r, use->inner))
			rename_columns(r, out, r->u->scopes.v[use->inner].columns);
		break;
	case RANGE_FUNCTION:
		function_outputs(r, use, out);
		break;
	case RANGE_JOIN:
		aliased_join(r, entry, out);
		return;
	}
	rename_columns(r, out, use->columns);
}

static const struct outputs *
entry_outputs(struct reading *r, uint32_t entry)
{
	struct memo *m = &r->entries[entry];

	if (m->state == MEMO_FRESH && r->depth < OUTPUT_DEPTH) {
		const struct relation_use *use = use_at(r, entry);
		struct outputs made = {0};
		bool growing = use->kind == RANGE_CTE && scope_in(r, use->inner) &&
			       r->scopes[use->inner - r->q->scopes.first].state == MEMO_BUSY;

		m->state = MEMO_BUSY;
		m->out.unknown = true;
		r->depth++;
		make_entry(r, entry, &made);
		r->depth--;
		m->out = made;
		m->state = growing ? MEMO_FRESH : MEMO_DONE;
	}
	return m->state == MEMO_FRESH && r->depth >= OUTPUT_DEPTH ? &none_known : &m->out;
}

/* Columns */

static bool
answers_to(const struct relation_use *use, struct str qualifier)
{
	return str_eq(use->alias.n ? use->alias : use->name.name, qualifier);
}

/* An unqualified column: of several that are merged by USING the types agree. True: looked up. */
static bool
find_in_scope(struct reading *r, const struct id_list *from, struct str name, struct str *type)
{
	bool found = false, open = false;

	for (uint32_t i = 0; i < from->n; i++) {
		const struct outputs *out;
		const struct output_column *x;

		if (use_at(r, from->v[i])->kind == RANGE_JOIN)
			continue;
		out = entry_outputs(r, from->v[i]);
		x = find_column(r, out, name);
		open |= out->unknown;
		if (x && found)
			*type = type_common(r->ap->scratch, *type, x->type);
		else if (x)
			*type = x->type;
		found |= x != NULL;
	}
	return found || open;
}

static bool
find_qualified(struct reading *r, const struct id_list *from, const struct query_output *o,
	struct str *type)
{
	for (uint32_t i = 0; i < from->n; i++) {
		const struct output_column *x;

		if (!answers_to(use_at(r, from->v[i]), o->qualifier))
			continue;
		x = find_column(r, entry_outputs(r, from->v[i]), o->text);
		*type = x ? x->type : (struct str){0};
		return true;
	}
	return false;
}

static struct str
column_type(struct reading *r, uint32_t scope, const struct query_output *o)
{
	struct str type = {0};

	for (uint32_t n = 0; scope_in(r, scope) && n < OUTPUT_DEPTH; n++) {
		const struct id_list *from = &r->from[scope - r->q->scopes.first];

		if (o->qualifier.n ? find_qualified(r, from, o, &type)
				   : find_in_scope(r, from, o->text, &type))
			return type;
		scope = r->u->scopes.v[scope].parent;
	}
	return type;
}

/* Expressions */

/* What a domain is over, TYPE itself where it is none. */
static struct str
under_domain(struct reading *r, struct str type)
{
	for (uint32_t n = 0; n < OUTPUT_DEPTH && !str_ends(type, STR("]")); n++) {
		uint32_t id = apply_type_of(r->ap, type);

		if (!id || r->ap->c->objects.v[id].kind != OBJECT_DOMAIN)
			break;
		type = r->ap->c->objects.v[id].type;
	}
	return type;
}

/* Where not all are of one type, a domain is what it is over (select_common_type() of parse_coerce.c). */
static struct str
common_type(struct reading *r, struct str x, struct str y)
{
	if (str_eq(x, y))
		return x;
	return type_common(r->ap->scratch, under_domain(r, x), under_domain(r, y));
}

static struct str
choice_type(struct reading *r, uint32_t scope, const struct query_output *o)
{
	struct str type = {0};

	for (uint32_t i = 0; i < o->arguments.count; i++) {
		struct str next = output_type(r, scope, &r->u->outputs.v[o->arguments.first + i]);

		type = i ? common_type(r, type, next) : next;
	}
	return type;
}

static struct str
select_type(struct reading *r, uint32_t scope)
{
	const struct outputs *out = scope_outputs(r, scope);

	return out->list.n == 1 && !out->unknown ? type_settled(out->list.v[0].type)
						 : (struct str){0};
}

/* A function or an operator by its first two arguments; operators take a domain for what it is over
 * (binary_oper_exact() of parse_oper.c). */
static struct str
call_type(struct reading *r, uint32_t scope, const struct query_output *o)
{
	struct str types[2] = {0};
	uint32_t n = o->arguments.count < 2 ? o->arguments.count : 2;

	for (uint32_t i = 0; i < n; i++) {
		types[i] = output_type(r, scope, &r->u->outputs.v[o->arguments.first + i]);
		if (o->kind == OUTPUT_OPERATOR)
			types[i] = under_domain(r, types[i]);
	}
	if (o->kind == OUTPUT_OPERATOR)
		return type_of_operator(r->ap->scratch, o->text, types, n);
	return type_of_function(r->ap->scratch, o->text, types, n);
}

static struct str
output_type(struct reading *r, uint32_t scope, const struct query_output *o)
{
	struct str type = {0};

	if (r->depth >= OUTPUT_DEPTH || ++r->steps > OUTPUT_STEPS)
		return type;
	r->depth++;
	switch (o->kind) {
	case OUTPUT_COLUMN:
		type = column_type(r, scope, o);
		break;
	case OUTPUT_TYPE:
		type = o->text;
		break;
	case OUTPUT_LITERAL:
		type = type_literal;
		break;
	case OUTPUT_FUNCTION:
	case OUTPUT_OPERATOR:
		type = call_type(r, scope, o);
		break;
	case OUTPUT_CHOICE:
		type = choice_type(r, scope, o);
		break;
	case OUTPUT_SELECT:
		type = select_type(r, o->inner);
		break;
	case OUTPUT_UNKNOWN:
	case OUTPUT_HOLE:
	case OUTPUT_STAR:
	case OUTPUT_KINDS:
		break;
	}
	r->depth--;
	return type;
}

/* SELECT */

static void
expand_star(struct reading *r, uint32_t scope, struct str qualifier, struct outputs *out)
{
	if (!qualifier.n) {
		const struct id_list *from = &r->from[scope - r->q->scopes.first];

		fold(r, from, 0, from->n, out);
		return;
	}
	for (uint32_t n = 0; scope_in(r, scope) && n < OUTPUT_DEPTH; n++) {
		const struct id_list *from = &r->from[scope - r->q->scopes.first];

		for (uint32_t i = 0; i < from->n; i++) {
			if (answers_to(use_at(r, from->v[i]), qualifier)) {
				add_all(r, out, entry_outputs(r, from->v[i]));
				return;
			}
		}
		scope = r->u->scopes.v[scope].parent;
	}
	out->unknown = true;
}

static void
read_scope(struct reading *r, uint32_t scope, struct outputs *out)
{
	struct range outputs = r->u->scopes.v[scope].outputs;

	out->unknown = outputs.count == 0;
	for (uint32_t i = 0; i < outputs.count; i++) {
		const struct query_output *o = &r->u->outputs.v[outputs.first + i];

		if (o->kind == OUTPUT_HOLE)
			out->unknown = true;
		else if (o->kind == OUTPUT_STAR)
			expand_star(r, scope, o->qualifier, out);
		else
			add_column(r, out, o->name, output_type(r, scope, o));
	}
}

/* The first branch of a set operation names the columns. */
static void
combine(struct reading *r, struct outputs *out, const struct outputs *branch)
{
	for (uint32_t i = 0; i < out->list.n; i++) {
		struct str type = i < branch->list.n && !branch->unknown ? branch->list.v[i].type
									 : (struct str){0};

		out->list.v[i].type = common_type(r, out->list.v[i].type, type);
	}
}

/* A recursive branch sees what the branches before it give. */
static void
read_branches(struct reading *r, uint32_t scope, struct outputs *out)
{
	struct id_list right = {0};
	uint32_t leaf = scope;

	while (scope_in(r, leaf) && r->u->scopes.v[leaf].left && right.n < r->q->scopes.count) {
		vec_push(r->ap->scratch, &right, r->u->scopes.v[leaf].right);
		leaf = r->u->scopes.v[leaf].left;
	}
	if (leaf == scope) {
		read_scope(r, scope, out);
		return;
	}
	add_all(r, out, scope_outputs(r, leaf));
	while (right.n)
		combine(r, out, scope_outputs(r, right.v[--right.n]));
}

static const struct outputs *
scope_outputs(struct reading *r, uint32_t scope)
{
	struct memo *m;

	if (!scope_in(r, scope) || r->depth >= OUTPUT_DEPTH)
		return &none_known;
	m = &r->scopes[scope - r->q->scopes.first];
	if (m->state != MEMO_FRESH)
		return &m->out;
	m->state = MEMO_BUSY;
	r->depth++;
	read_branches(r, scope, &m->out);
	r->depth--;
	m->state = MEMO_DONE;
	return &m->out;
}

static void
start_reading(struct reading *r)
{
	struct arena *a = r->ap->scratch;
	uint32_t at = 0;

	r->scopes = arena_array(a, struct memo, r->q->scopes.count);
	r->from = arena_array(a, struct id_list, r->q->scopes.count);
	r->entries = arena_array(a, struct memo, r->q->relations.count);
	r->slot = arena_array(a, uint32_t, r->q->relations.count);
	for (uint32_t i = 0; i < r->q->relations.count; i++) {
		const struct relation_use *use = use_at(r, i);

		if (use->kind == RANGE_RELATION)
			r->slot[i] = ++at;
		if (scope_in(r, use->scope) && !use->target)
			vec_push(a, &r->from[use->scope - r->q->scopes.first], i);
	}
}

/* Are the event's words what the query says by itself? Else the statement lists names. */
static bool
words_are_own(const struct unit *u, struct range words, struct range outputs)
{
	for (uint32_t i = 0; i < words.count && i < outputs.count; i++) {
		const struct query_output *o = &u->outputs.v[outputs.first + i];

		if (o->kind != OUTPUT_STAR && !str_eq(o->name, u->words.v[words.first + i].text))
			return false;
		if (o->kind == OUTPUT_STAR &&
			str_chr(u->words.v[words.first + i].text, '*', 0) == SIZE_MAX)
			return false;
	}
	return words.count == outputs.count;
}

/* A query without columns that are kept: what the words say is all. */
static void
words_only(struct apply *ap, struct outputs *out)
{
	struct range words = ap->e->words;

	out->unknown = words.count == 0;
	for (uint32_t i = 0; i < words.count; i++) {
		struct str word = ap->u->words.v[words.first + i].text;

		if (str_is(word, "*") || str_ends(word, STR(".*")))
			out->unknown = true;
		else
			vec_push(ap->scratch, &out->list, (struct output_column){.name = word});
	}
}

/* The names that the statement lists. */
static bool
take_names(struct reading *r, struct range words, struct outputs *out)
{
	rename_columns(r, out, words);
	if (words.count <= out->list.n || out->unknown)
		return true;
	return apply_fail(r->ap, APPLY_CONFLICT,
		r->ap->e->object_kind == OBJECT_VIEW
			? "CREATE VIEW specifies more column names than columns"
			: "too many column names were specified");
}

bool
outputs_find(struct apply *ap, const struct bound_query *bound, struct outputs *out)
{
	struct reading r = {.ap = ap, .u = ap->u, .bound = bound};
	uint32_t leaf;

	r.q = &ap->u->queries.v[ap->query];
	leaf = r.q->scopes.first;
	if (!ap->query || !r.q->scopes.count ||
		(!ap->u->scopes.v[leaf].outputs.count && !ap->u->scopes.v[leaf].left)) {
		words_only(ap, out);
		return true;
	}
	start_reading(&r);
	add_all(&r, out, scope_outputs(&r, leaf));
	for (uint32_t i = 0; i < out->list.n; i++)
		out->list.v[i].type = type_settled(out->list.v[i].type);
	for (uint32_t n = 0; ap->u->scopes.v[leaf].left && n < r.q->scopes.count; n++)
		leaf = ap->u->scopes.v[leaf].left;
	return words_are_own(ap->u, ap->e->words, ap->u->scopes.v[leaf].outputs) ||
	       take_names(&r, ap->e->words, out);
}
