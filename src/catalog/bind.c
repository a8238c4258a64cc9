/* A query's names bound: relations through the catalog, columns through the scopes.
 *
 * parse_relation.c (PostgreSQL 15): a column is looked for among the entries of its scope that it sees,
 * then in the scopes around it; in one scope it must be of one entry only, or of those that a JOIN merges (USING,
 * NATURAL). What no entry has may be the name of an entry: its whole row. Here the columns of an entry may be
 * unknown; then what is not found elsewhere may be its own. Columns of CTEs, sub-selects and functions
 * are no relation's columns: an entry of that kind takes away silently what is its own, and where the names
 * of its columns are not known it is a possible home of any. */
#include "catalog_p.h"

/* Deeper nesting than this is not climbed: parents are earlier scopes, so that it also ends. */
#define SCOPE_DEPTH 1000

/* `*` of nested sub-selects is followed so deep, and this often in a query. */
#define STAR_DEPTH 32
#define STAR_STEPS (1u << 20)

struct binder {
	const struct catalog *c;
	const struct unit *u;
	const struct query *q;
	moment at;
	struct arena *arena;
	struct bound_query *out;
	uint32_t *slot;   /* by relation of the query: index in out->relations + 1, 0: not one */
	uint32_t *chains; /* by scope of the query: its first relation + 1, 0: none */
	uint32_t *next;   /* by relation: the next one of its scope + 1 */
	uint32_t star_depth, star_steps;
};

/* Where a name is looked for: a scope, and which of its entries are seen. */
struct view {
	uint32_t scope;
	struct range visible;
};

/* What one entry has of a name. */
struct found {
	enum existence gives;
	struct bound_column column;
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

static bool
in_range(const struct binder *b, struct range r, uint32_t entry)
{
	uint32_t i = b->q->relations.first + entry;

	return !r.count || (i >= r.first && i - r.first < r.count);
}

/* The entries that a view sees: for (i = first_entry(b, &v); i; i = next_entry(b, &v, i)), each + 1. */
static uint32_t
next_seen(const struct binder *b, const struct view *v, uint32_t i)
{
	while (i && !in_range(b, v->visible, i - 1))
		i = b->next[i - 1];
	return i;
}

static uint32_t
first_entry(const struct binder *b, const struct view *v)
{
	return in_query(b, v->scope) ? next_seen(b, v, b->chains[v->scope - b->q->scopes.first])
				     : 0;
}

static uint32_t
next_entry(const struct binder *b, const struct view *v, uint32_t i)
{
	return next_seen(b, v, b->next[i - 1]);
}

/* The scope around, as it is seen from inside. False: there is none. */
static bool
climb(const struct binder *b, struct view *v)
{
	const struct scope *s = &b->u->scopes.v[v->scope];

	if (s->parent >= v->scope || !in_query(b, s->parent))
		return false;
	*v = (struct view){s->parent, s->visible};
	return true;
}

static void
bind_relations(struct binder *b, const struct session *s)
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
		x = vec_add(b->arena, &b->out->relations);
		x->use = b->q->relations.first + i;
		x->binding = catalog_resolve(b->c, s, &r->name, b->at);
		x->access = r->access;
		b->slot[i] = b->out->relations.n;
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

/* True when it is known what the entry is, and that it is no relation of ours. */
static bool
is_foreign(const struct binder *b, uint32_t i)
{
	return !b->slot[i] || b->out->relations.v[b->slot[i] - 1].binding.state == BINDING_BOUND;
}

static struct str
entry_name(const struct relation_use *r)
{
	return r->alias.n ? r->alias : r->name.name;
}

static bool
has_word(const struct binder *b, struct range words, struct str name)
{
	for (uint32_t i = 0; i < words.count; i++)
		if (str_eq(b->u->words.v[words.first + i].text, name))
			return true;
	return false;
}

static struct found look(struct binder *b, uint32_t entry, struct str name, uint32_t use);

/* Whether `*` or `t.*` of the scope has a column of that name. */
static enum existence
star_gives(struct binder *b, uint32_t scope, struct str star, struct str name)
{
	struct view v = {.scope = scope};
	enum existence found = EXISTS_NO;
	struct str of = str_slice(star, 0, star.n > 2 ? star.n - 2 : 0);

	if (!str_ends(star, STR("*")) || b->star_depth > STAR_DEPTH)
		return EXISTS_MAYBE;
	b->star_depth++;
	for (uint32_t i = first_entry(b, &v); i && found != EXISTS_YES; i = next_entry(b, &v, i)) {
		enum existence gives = EXISTS_MAYBE;

		if (of.n && !str_eq(of, entry_name(use_at(b, i - 1))))
			continue;
		if (b->star_steps++ < STAR_STEPS)
			gives = look(b, i - 1, name, 0).gives;
		if (gives != EXISTS_NO)
			found = gives;
	}
	b->star_depth--;
	return found;
}

/* Names of which the first RENAMED are hidden: is one of them the column's, or are they not all known? */
static enum existence
among(struct binder *b, uint32_t scope, uint32_t renamed, struct str name)
{
	struct range names = b->u->scopes.v[scope].names;
	enum existence found = EXISTS_NO;

	for (uint32_t i = renamed; i < names.count && found != EXISTS_YES; i++) {
		struct str x = b->u->words.v[names.first + i].text;
		enum existence gives = EXISTS_NO;

		if (str_eq(x, name))
			return EXISTS_YES;
		if (str_chr(x, '*', 0) != SIZE_MAX)
			gives = star_gives(b, scope, x, name);
		if (gives != EXISTS_NO)
			found = gives;
	}
	return found;
}

/* Whether a CTE or a sub-select gives a column of that name. */
static enum existence
select_gives(struct binder *b, const struct relation_use *r, struct str name)
{
	const struct scope *inner = in_query(b, r->inner) ? &b->u->scopes.v[r->inner] : NULL;
	uint32_t renamed = r->columns.count;

	if (!inner)
		return EXISTS_MAYBE;
	if (inner->columns.count > renamed) {
		if (has_word(b, inner->columns, name))
			return EXISTS_YES;
		renamed = inner->columns.count;
	}
	if (inner->names.count)
		return among(b, r->inner, renamed, name);
	return renamed ? EXISTS_NO : EXISTS_MAYBE;
}

/* Whether an entry that is no relation gives a column of that name. */
static enum existence
entry_gives(struct binder *b, uint32_t entry, struct str name)
{
	const struct relation_use *r = use_at(b, entry);
	uint32_t renamed = r->columns.count;

	if (has_word(b, r->columns, name))
		return EXISTS_YES;
	switch (r->kind) {
	case RANGE_CTE:
	case RANGE_SUBSELECT:
		return select_gives(b, r, name);
	case RANGE_FUNCTION:
		if (!renamed && output_is_scalar(r))
			return str_eq(entry_name(r), name) ? EXISTS_YES : EXISTS_NO;
		return renamed ? EXISTS_NO : EXISTS_MAYBE;
	case RANGE_VALUES:
		return renamed ? EXISTS_NO : EXISTS_MAYBE;
	case RANGE_JOIN: /* what it has, its sides have */
		return EXISTS_NO;
	case RANGE_RELATION:
		break;
	}
	return EXISTS_MAYBE;
}

/* The relation's columns are counted from 0, those that live; 0: it has not so many. */
static uint32_t
column_at(const struct binder *b, uint32_t relation, uint32_t position)
{
	const struct object *o = &b->c->objects.v[relation];

	for (uint32_t i = 0; i < o->members.n; i++) {
		uint32_t id = o->members.v[i];

		if (b->c->objects.v[id].kind == OBJECT_COLUMN && catalog_lives(b->c, id, b->at) &&
			position-- == 0)
			return id;
	}
	return 0;
}

/* A column of relation entry ENTRY under a name that its alias gives: `t AS x (a, b)`. */
static struct binding
renamed_column(const struct binder *b, uint32_t entry, struct str name)
{
	struct range words = use_at(b, entry)->columns;
	uint32_t relation = entry_object(b, entry), hidden = 0;
	struct binding missing = {.state = BINDING_MISSING};

	for (uint32_t i = 0; i < words.count; i++) {
		uint32_t id = column_at(b, relation, i);

		if (str_eq(b->u->words.v[words.first + i].text, name))
			return (struct binding){.state = id ? BINDING_BOUND : BINDING_UNKNOWN,
				.object = id,
				.exists = EXISTS_YES};
		if (id && str_eq(catalog_name(b->c, id, b->at).name, name))
			hidden = id;
	}
	return hidden ? missing : catalog_column(b->c, relation, name, b->at);
}

static struct bound_column
of_use(uint32_t use, enum binding_state state)
{
	return (struct bound_column){.use = use, .state = state};
}

/* What relation entry ENTRY has of the name. */
static struct found
look_in_relation(const struct binder *b, uint32_t entry, struct str name, uint32_t use)
{
	struct found f = {EXISTS_MAYBE, of_use(use, BINDING_UNKNOWN)};
	struct binding column;

	f.column.relation = entry_object(b, entry);
	if (!f.column.relation) {
		if (is_foreign(b, entry))
			f.column.state = BINDING_BOUND;
		return f;
	}
	column = use_at(b, entry)->columns.count
			 ? renamed_column(b, entry, name)
			 : catalog_column(b->c, f.column.relation, name, b->at);
	f.column.state = column.state;
	f.column.ended = column.ended;
	f.column.guess = column.state == BINDING_UNKNOWN;
	if (column.state == BINDING_BOUND)
		f.column.column = column.object;
	if (column.state != BINDING_UNKNOWN)
		f.gives = column.state == BINDING_BOUND ? EXISTS_YES : EXISTS_NO;
	return f;
}

static struct found
look(struct binder *b, uint32_t entry, struct str name, uint32_t use)
{
	struct found f = {EXISTS_NO, of_use(use, BINDING_BOUND)};

	if (use_at(b, entry)->kind == RANGE_RELATION)
		f = look_in_relation(b, entry, name, use);
	else
		f.gives = entry_gives(b, entry, name);
	if (!f.column.relation && f.gives == EXISTS_NO)
		f.column.state = BINDING_MISSING;
	f.column.entry = b->q->relations.first + entry;
	return f;
}

static void
put(struct binder *b, struct bound_column x)
{
	uint32_t slot = x.entry ? b->slot[x.entry - b->q->relations.first] : 0;

	vec_push(b->arena, &b->out->columns, x);
	if (slot)
		b->out->relations.v[slot - 1].access |= b->u->columns.v[x.use].access & ACCESS_READ;
}

/* All columns of the entry; of a JOIN: of its sides. */
static void
put_all(struct binder *b, uint32_t entry, uint32_t use)
{
	const struct relation_use *r = use_at(b, entry);
	struct view sides = {r->scope, {r->left, b->q->relations.first + entry - r->left}};
	struct bound_column x = of_use(use, BINDING_BOUND);

	if (r->kind == RANGE_JOIN) {
		for (uint32_t i = first_entry(b, &sides); i; i = next_entry(b, &sides, i))
			if (use_at(b, i - 1)->kind != RANGE_JOIN)
				put_all(b, i - 1, use);
		return;
	}
	x.entry = b->q->relations.first + entry;
	x.relation = entry_object(b, entry);
	x.all = x.relation != 0;
	if (!x.relation && !is_foreign(b, entry))
		x.state = BINDING_UNKNOWN;
	put(b, x);
}

/* The JOIN of the view that merges columns of that name; 0: none, else its entry + 1. The outermost. */
static uint32_t
merging_join(const struct binder *b, const struct view *v, struct str name)
{
	uint32_t found = 0;

	for (uint32_t i = first_entry(b, v); i; i = next_entry(b, v, i)) {
		const struct relation_use *r = use_at(b, i - 1);

		if (r->kind == RANGE_JOIN && (r->natural || has_word(b, r->merged, name)))
			found = i;
	}
	return found;
}

/* Of one side of a JOIN, [FROM, TO) of unit.relations: who has the name; for USING, which wants it of both
 * sides, who had it where nobody has it now. */
static void
bind_side(struct binder *b, uint32_t scope, uint32_t from, uint32_t to, struct str name,
	uint32_t use, bool natural)
{
	struct view side = {scope, {from, to - from}};
	uint32_t first = b->out->columns.n;

	for (uint32_t i = first_entry(b, &side); i; i = next_entry(b, &side, i)) {
		struct found f = look(b, i - 1, name, use);

		if (f.gives == EXISTS_YES || (f.gives == EXISTS_MAYBE && !natural))
			put(b, f.column);
	}
	if (natural || b->out->columns.n > first)
		return;
	for (uint32_t i = first_entry(b, &side); i; i = next_entry(b, &side, i)) {
		struct found f = look(b, i - 1, name, use);

		if (f.column.relation && f.column.ended)
			put(b, f.column);
	}
}

/* A name that JOIN, entry + 1, merges is that of its sides. True when nothing else of the view has one. */
static bool
bind_merged(struct binder *b, const struct view *v, uint32_t join, struct str name, uint32_t use)
{
	const struct relation_use *r = use_at(b, join - 1);
	uint32_t end = b->q->relations.first + join - 1;
	struct range sides = {r->left, end - r->left};

	bind_side(b, r->scope, r->left, r->right, name, use, r->natural);
	bind_side(b, r->scope, r->right, end, name, use, r->natural);
	for (uint32_t i = first_entry(b, v); i; i = next_entry(b, v, i))
		if (!in_range(b, sides, i - 1) && look(b, i - 1, name, use).gives == EXISTS_YES)
			return false;
	return true;
}

/* What the entries of a view have of a name. */
struct tally {
	uint32_t sure, open, missing, lost; /* how many */
	struct bound_column first_sure;
	uint32_t last_open, last_missing; /* entry + 1 */
};

static struct tally
count(struct binder *b, const struct view *v, struct str name, uint32_t use)
{
	struct tally t = {0};

	for (uint32_t i = first_entry(b, v); i; i = next_entry(b, v, i)) {
		struct found f = look(b, i - 1, name, use);

		switch (f.gives) {
		case EXISTS_YES:
			if (!t.sure++)
				t.first_sure = f.column;
			break;
		case EXISTS_MAYBE:
			t.open++;
			t.last_open = i;
			break;
		case EXISTS_NO:
			if (!f.column.relation)
				break;
			t.missing++;
			t.lost += f.column.ended != 0;
			if (!t.last_missing || f.column.ended)
				t.last_missing = i;
			break;
		}
	}
	return t;
}

static void
put_look(struct binder *b, uint32_t entry, struct str name, uint32_t use, bool guess)
{
	struct bound_column x = look(b, entry - 1, name, use).column;

	x.guess = x.guess || guess;
	put(b, x);
}

/* Looks through one scope. False: nothing there has the column nor could have it; then *LOSS says, where one
 * relation had it, what became of it. */
static bool
bind_in_view(struct binder *b, const struct view *v, struct str name, uint32_t use,
	struct bound_column *loss)
{
	struct tally t = count(b, v, name, use);
	uint32_t join = t.sure + t.open + t.lost > 1 ? merging_join(b, v, name) : 0;
	uint32_t first = b->out->columns.n;

	if (join && bind_merged(b, v, join, name, use) && b->out->columns.n > first)
		return true;
	b->out->columns.n = first;
	if (t.sure) {
		t.first_sure.guess = t.first_sure.guess || t.sure > 1 || t.open > 0;
		put(b, t.first_sure);
		return true;
	}
	if (t.open == 1 && !t.missing) {
		struct bound_column x = look(b, t.last_open - 1, name, use).column;

		x.guess = x.guess && x.relation;
		put(b, x);
		return true;
	}
	/* What a relation had before it had, as far as is known, still meant that one. */
	if (t.open && t.lost == 1) {
		put_look(b, t.last_missing, name, use, true);
		return true;
	}
	if (t.open) {
		struct bound_column x = of_use(use, BINDING_UNKNOWN);

		if (t.open == 1) {
			x.entry = b->q->relations.first + t.last_open - 1;
			x.relation = entry_object(b, t.last_open - 1);
		}
		x.guess = true;
		put(b, x);
		return true;
	}
	if (t.missing) {
		*loss = look(b, t.last_missing - 1, name, use).column;
		if (t.missing > 1 && !loss->ended)
			loss->relation = loss->entry = 0;
	}
	return false;
}

/* The entry that is called so, seen from V or from further in; 0: none, else + 1. */
static uint32_t
named_entry(const struct binder *b, struct view v, struct str name)
{
	for (int depth = 0; depth < SCOPE_DEPTH; depth++) {
		for (uint32_t i = first_entry(b, &v); i; i = next_entry(b, &v, i))
			if (str_eq(entry_name(use_at(b, i - 1)), name))
				return i;
		if (!climb(b, &v))
			break;
	}
	return 0;
}

static void
bind_qualified(struct binder *b, const struct column_use *use, uint32_t number)
{
	uint32_t i = named_entry(b, (struct view){use->scope, use->visible}, use->qualifier);
	const struct relation_use *r = i ? use_at(b, i - 1) : NULL;
	struct bound_column loss = of_use(number, BINDING_MISSING);

	if (!i) /* a composite column, excluded.x, a function's parameter … */
		put(b, of_use(number, BINDING_UNKNOWN));
	else if (str_is(use->column, "*"))
		put_all(b, i - 1, number);
	else if (r->kind != RANGE_JOIN)
		put(b, look(b, i - 1, use->column, number).column);
	else if (!bind_in_view(b,
			 &(struct view){r->scope, {r->left, b->q->relations.first + i - r->left}},
			 use->column, number, &loss))
		put(b, of_use(number, BINDING_UNKNOWN));
}

static void
bind_unqualified(struct binder *b, const struct column_use *use, uint32_t number)
{
	struct view v = {use->scope, use->visible};
	struct bound_column loss = of_use(number, BINDING_MISSING);
	uint32_t entry;

	for (int depth = 0; depth < SCOPE_DEPTH; depth++) {
		struct bound_column one = of_use(number, BINDING_MISSING);

		if (bind_in_view(b, &v, use->column, number, &one)) {
			/* A column further out takes the place of the one that is lost, and the
			 * statement goes on with another meaning. */
			if (loss.ended && loss.relation)
				put(b, loss);
			return;
		}
		/* The innermost scope that knows of a loss says what is missing. */
		if (!loss.relation)
			loss = one;
		if (use->output || !climb(b, &v))
			break;
	}
	entry = named_entry(b, (struct view){use->scope, use->visible}, use->column);
	if (use->output)
		put(b, of_use(number, BINDING_BOUND));
	else if (entry && !loss.ended)
		put_all(b, entry - 1, number);
	else
		put(b, loss);
}

/* "*" without a qualifier: all of the scope. */
static void
bind_star(struct binder *b, const struct column_use *use, uint32_t number)
{
	struct view v = {use->scope, use->visible};

	for (uint32_t i = first_entry(b, &v); i; i = next_entry(b, &v, i))
		if (use_at(b, i - 1)->kind != RANGE_JOIN)
			put_all(b, i - 1, number);
}

/* Whether one of the entries [FROM, TO), unit.relations, of the scope gives a column of that name. */
static bool
side_gives(struct binder *b, uint32_t scope, uint32_t from, uint32_t to, struct str name)
{
	struct view side = {scope, {from, to - from}};

	for (uint32_t i = first_entry(b, &side); i; i = next_entry(b, &side, i))
		if (look(b, i - 1, name, 0).gives == EXISTS_YES)
			return true;
	return false;
}

/* NATURAL JOIN, entry: what relations of one side have and the other side has as well. */
static void
bind_natural(struct binder *b, uint32_t entry, uint32_t number)
{
	const struct relation_use *r = use_at(b, entry);
	uint32_t end = b->q->relations.first + entry;
	struct view sides = {r->scope, {r->left, end - r->left}};

	for (uint32_t i = first_entry(b, &sides); i; i = next_entry(b, &sides, i)) {
		bool left = b->q->relations.first + i - 1 < r->right;
		uint32_t relation = entry_object(b, i - 1), id;
		struct range words = use_at(b, i - 1)->columns;

		for (uint32_t k = 0; relation && (id = column_at(b, relation, k)); k++) {
			struct str name = k < words.count ? b->u->words.v[words.first + k].text
							  : catalog_name(b->c, id, b->at).name;

			if (side_gives(b, r->scope, left ? r->right : r->left,
				    left ? end : r->right, name))
				put(b, (struct bound_column){.use = number,
					       .entry = b->q->relations.first + i - 1,
					       .relation = relation,
					       .column = id,
					       .state = BINDING_BOUND});
		}
	}
}

static void
bind_column(struct binder *b, uint32_t number)
{
	const struct column_use *use = &b->u->columns.v[number];
	uint32_t entry = use->relation - b->q->relations.first;
	bool known = use->relation && entry < b->q->relations.count;

	if (known && use_at(b, entry)->kind == RANGE_JOIN)
		bind_natural(b, entry, number);
	else if (known && str_is(use->column, "*"))
		put_all(b, entry, number);
	else if (known)
		put(b, look(b, entry, use->column, number).column);
	else if (use->qualifier.n)
		bind_qualified(b, use, number);
	else if (str_is(use->column, "*"))
		bind_star(b, use, number);
	else
		bind_unqualified(b, use, number);
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
	bind_relations(&b, s);
	for (uint32_t i = 0; i < q->columns.count; i++)
		bind_column(&b, q->columns.first + i);
}
