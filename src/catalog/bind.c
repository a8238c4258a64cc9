/* A query's names bound: relations through the catalog, columns through the scopes.
 *
 * parse_relation.c (PostgreSQL 15): a column is looked for in the range table of its scope, then in
 * those around it; in one scope it must belong to one entry only. Here an entry's columns may be
 * unknown; then what is not found elsewhere may be its own. Columns of CTEs, sub-selects and functions
 * are no relation's columns: an entry of that kind takes away silently what is its own, and where the names
 * of its columns are not known it is a possible home of any. */
#include "catalog_p.h"

/* Deeper nesting than this is not climbed: parents are earlier scopes, so that it also ends. */
#define SCOPE_DEPTH 1000

struct binder {
	const struct catalog *c;
	const struct unit *u;
	const struct query *q;
	moment at;
	struct arena *arena;
	const struct bound_query *out;
	uint32_t *slot;   /* by relation of the query: index in out->relations + 1, 0: not one */
	uint32_t *chains; /* by scope of the query: its first relation + 1, 0: none */
	uint32_t *next;   /* by relation: the next one of its scope + 1 */
};

static const struct relation_use *
use_at(const struct binder *b, uint32_t i)
{
	return &b->u->relations.v[b->q->relations.first + i];
}

static bool
in_query(const struct binder *b, uint32_t scope)
{
	return scope >= b->q->scopes.first && scope < b->q->scopes.first + b->q->scopes.count;
}

static void
bind_relations(struct binder *b, const struct session *s, struct bound_query *out)
{
	for (uint32_t i = b->q->relations.count; i-- > 0;) {
		const struct relation_use *r = use_at(b, i);

		if (in_query(b, r->scope)) {
			b->next[i] = b->chains[r->scope - b->q->scopes.first];
			b->chains[r->scope - b->q->scopes.first] = i + 1;
		}
	}
	for (uint32_t i = 0; i < b->q->relations.count; i++) {
		const struct relation_use *r = use_at(b, i);
		struct bound_relation *x;

		if (r->kind != RANGE_RELATION)
			continue;
		x = vec_add(b->arena, &out->relations);
		x->use = b->q->relations.first + i;
		x->binding = catalog_resolve(b->c, s, &r->name, b->at);
		b->slot[i] = out->relations.n;
	}
}

/* The bound object of entry I; 0: unknown, a system relation, or no relation. */
static uint32_t
entry_object(const struct binder *b, uint32_t i)
{
	const struct bound_relation *x;

	if (!b->slot[i])
		return 0;
	x = &b->out->relations.v[b->slot[i] - 1];
	return x->binding.state == BINDING_BOUND ? x->binding.object : 0;
}

static bool
answers_to(const struct relation_use *r, const struct column_use *use)
{
	if (r->alias.n)
		return str_eq(r->alias, use->qualifier);
	return str_eq(r->name.name, use->qualifier);
}

static void
bind_in_relation(const struct binder *b, uint32_t entry, const struct column_use *use,
	struct bound_column *out)
{
	struct binding found;

	out->relation = entry_object(b, entry);
	out->state = BINDING_UNKNOWN;
	if (!out->relation) {
		if (!b->slot[entry] ||
			b->out->relations.v[b->slot[entry] - 1].binding.state == BINDING_BOUND)
			out->state = BINDING_BOUND;
		return;
	}
	if (str_is(use->column, "*")) {
		out->state = BINDING_BOUND;
		return;
	}
	found = catalog_column(b->c, out->relation, use->column, b->at);
	out->state = found.state;
	out->ended = found.ended;
	if (found.state == BINDING_BOUND)
		out->column = found.object;
	out->guess = found.state == BINDING_UNKNOWN;
}

static uint32_t
parent_of(const struct binder *b, uint32_t scope)
{
	uint32_t parent = b->u->scopes.v[scope].parent;

	return parent < scope && in_query(b, parent) ? parent : 0;
}

static void
bind_qualified(const struct binder *b, const struct column_use *use, struct bound_column *out)
{
	uint32_t scope = use->scope;

	for (int depth = 0; in_query(b, scope) && depth < SCOPE_DEPTH; depth++) {
		for (uint32_t i = b->chains[scope - b->q->scopes.first]; i; i = b->next[i - 1]) {
			if (answers_to(use_at(b, i - 1), use)) {
				bind_in_relation(b, i - 1, use, out);
				return;
			}
		}
		scope = parent_of(b, scope);
	}
	out->state = BINDING_UNKNOWN; /* a composite column, excluded.x, a function's parameter … */
}

static bool
has_word(const struct binder *b, struct range words, struct str name)
{
	for (uint32_t i = 0; i < words.count; i++)
		if (str_eq(b->u->words.v[words.first + i].text, name))
			return true;
	return false;
}

/* Names of which the first RENAMED are hidden: is one of them the column's, or are they not all known? */
static enum existence
among(const struct binder *b, struct range names, uint32_t renamed, struct str name)
{
	enum existence found = names.count ? EXISTS_NO : EXISTS_MAYBE;

	for (uint32_t i = renamed; i < names.count; i++) {
		struct str x = b->u->words.v[names.first + i].text;

		if (str_eq(x, name))
			return EXISTS_YES;
		if (str_chr(x, '*', 0) != SIZE_MAX)
			found = EXISTS_MAYBE;
	}
	return found;
}

/* Whether an entry that is no relation gives a column of that name. */
static enum existence
entry_gives(const struct binder *b, uint32_t entry, struct str name)
{
	const struct relation_use *r = use_at(b, entry);
	const struct scope *inner = in_query(b, r->inner) ? &b->u->scopes.v[r->inner] : NULL;
	uint32_t renamed = r->columns.count;

	if (has_word(b, r->columns, name))
		return EXISTS_YES;
	switch (r->kind) {
	case RANGE_CTE:
	case RANGE_SUBSELECT:
		if (!inner)
			break;
		if (inner->columns.count > renamed) {
			if (has_word(b, inner->columns, name))
				return EXISTS_YES;
			renamed = inner->columns.count;
		}
		return inner->names.count ? among(b, inner->names, renamed, name)
		       : renamed          ? EXISTS_NO
					  : EXISTS_MAYBE;
	case RANGE_FUNCTION:
		if (!renamed && output_is_scalar(r))
			return str_eq(r->alias.n ? r->alias : r->name.name, name) ? EXISTS_YES
										  : EXISTS_NO;
		return renamed ? EXISTS_NO : EXISTS_MAYBE;
	case RANGE_VALUES:
		return renamed ? EXISTS_NO : EXISTS_MAYBE;
	case RANGE_RELATION:
	case RANGE_JOIN:
		break;
	}
	return EXISTS_MAYBE;
}

/* Looks through one scope. False: nothing there has the column nor could have it. */
static bool
bind_in_scope(const struct binder *b, uint32_t scope, const struct column_use *use,
	struct bound_column *out)
{
	uint32_t sure = 0, open = 0, last_open = 0, missing = 0, last_missing = 0, lost = 0;

	for (uint32_t i = b->chains[scope - b->q->scopes.first]; i; i = b->next[i - 1]) {
		struct bound_column x = *out;

		bind_in_relation(b, i - 1, use, &x);
		if (x.relation && x.state == BINDING_BOUND) {
			if (!sure++)
				*out = x;
		} else if (x.state == BINDING_MISSING) {
			missing++;
			lost += x.ended != 0;
			if (!last_missing || x.ended)
				last_missing = i;
		} else if (use_at(b, i - 1)->kind != RANGE_JOIN) {
			enum existence gives = b->slot[i - 1] ? EXISTS_MAYBE
							      : entry_gives(b, i - 1, use->column);

			if (gives == EXISTS_YES && !sure++)
				*out = (struct bound_column){.use = out->use, .state = BINDING_BOUND};
			if (gives != EXISTS_MAYBE)
				continue;
			open++;
			last_open = i;
		}
	}
	if (sure) {
		out->guess = out->guess || sure > 1 || open > 0;
		return true;
	}
	if (open == 1 && !missing) {
		bind_in_relation(b, last_open - 1, use, out);
		out->guess = out->guess && entry_object(b, last_open - 1) != 0;
		return true;
	}
	/* What a relation had before it had, as far as is known, still meant that one. */
	if (open && lost == 1) {
		bind_in_relation(b, last_missing - 1, use, out);
		out->guess = true;
		return true;
	}
	if (open) {
		*out = (struct bound_column){.use = out->use, .state = BINDING_UNKNOWN};
		if (open == 1)
			out->relation = entry_object(b, last_open - 1);
		out->guess = true;
		return true;
	}
	if (missing == 1 || (missing && !out->relation))
		bind_in_relation(b, last_missing - 1, use, out);
	if (missing > 1 && !out->ended)
		out->relation = 0;
	return false;
}

static void
bind_unqualified(const struct binder *b, const struct column_use *use, struct bound_column *out)
{
	uint32_t scope = use->scope;

	for (int depth = 0; in_query(b, scope) && depth < SCOPE_DEPTH; depth++) {
		struct bound_column x = {.use = out->use, .state = BINDING_MISSING};

		if (bind_in_scope(b, scope, use, &x)) {
			*out = x;
			return;
		}
		/* The innermost scope that knows of a loss says what is missing. */
		if (!out->relation && (x.relation || out->state != BINDING_MISSING))
			*out = x;
		scope = parent_of(b, scope);
	}
}

/* "*" without a qualifier: of the scope's only relation, else of all of them. */
static void
bind_star(const struct binder *b, const struct column_use *use, struct bound_column *out)
{
	uint32_t entries = 0;

	out->state = BINDING_BOUND;
	if (!in_query(b, use->scope))
		return;
	for (uint32_t i = b->chains[use->scope - b->q->scopes.first]; i; i = b->next[i - 1]) {
		if (entries++)
			out->relation = 0;
		else
			out->relation = entry_object(b, i - 1);
	}
}

static void
bind_column(const struct binder *b, const struct column_use *use, struct bound_column *out)
{
	uint32_t first = b->q->relations.first;

	out->state = BINDING_UNKNOWN;
	if (use->relation >= first && use->relation < first + b->q->relations.count &&
		use->relation)
		bind_in_relation(b, use->relation - first, use, out);
	else if (use->qualifier.n)
		bind_qualified(b, use, out);
	else if (str_is(use->column, "*"))
		bind_star(b, use, out);
	else
		bind_unqualified(b, use, out);
}

void
catalog_bind(const struct catalog *c, const struct session *s, const struct unit *u, uint32_t query,
	moment at, struct arena *a, struct bound_query *out)
{
	const struct query *q = &u->queries.v[query];
	struct binder b = {.c = c, .u = u, .q = q, .at = at, .arena = a, .out = out};

	*out = (struct bound_query){0};
	b.slot = arena_array(a, uint32_t, q->relations.count);
	b.next = arena_array(a, uint32_t, q->relations.count);
	b.chains = arena_array(a, uint32_t, q->scopes.count);
	bind_relations(&b, s, out);
	for (uint32_t i = 0; i < q->columns.count; i++) {
		struct bound_column *x = vec_add(a, &out->columns);

		x->use = q->columns.first + i;
		bind_column(&b, &u->columns.v[x->use], x);
	}
}
