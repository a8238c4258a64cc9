/* Constraints and indexes of a model: unique_together, index_together, Meta.constraints and .indexes. */
#include "lower/django_p.h"

static bool
is_list(const struct lowering *l, uint32_t value)
{
	return l->b.u->values.v[value].kind == VALUE_LIST;
}

static const struct field *
field_by_name(struct model *m, struct str name)
{
	const struct field *f;

	if (name.n && name.s[0] == '-')
		name = str_slice(name, 1, name.n);
	f = str_is(name, "pk") ? django_primary_key(m) : django_find_field(m, name);
	/* "user_id" is good for the foreign key user, too. */
	if (!f && str_ends(name, STR("_id"))) {
		f = django_find_field(m, str_slice(name, 0, name.n - 3));
		f = f && f->relation == RELATION_FOREIGN_KEY ? f : NULL;
	}
	return f && f->relation != RELATION_MANY_TO_MANY ? f : NULL;
}

/* The columns that the names of fields mean. */
static struct range
columns_of(struct lowering *l, struct model *m, uint32_t list)
{
	struct range kids = l->b.u->values.v[list].kids, columns = {0};

	for (uint32_t i = 0; is_list(l, list) && i < kids.count; i++) {
		uint32_t kid = l->b.u->kids.v[kids.first + i];
		const struct field *f = field_by_name(m, lower_string(l->b.u, kid));

		if (f)
			lower_word(&l->b, &columns, django_column(l->b.a, f));
		else
			lower_blind(
				&l->b, kid, "a field of %.*s that is not known", STR_ARG(m->name));
	}
	return columns;
}

static void
drop_constraint(struct lowering *l, const struct model *m, struct str name, struct span span)
{
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), span);
	lower_sub(&l->b, SUB_DROP_CONSTRAINT, name, span);
	lower_end(&l->b);
}

static void
add_unique(struct lowering *l, struct model *m, struct str name, struct range columns,
	struct span span)
{
	struct subcommand *s;

	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), span);
	s = lower_sub(&l->b, SUB_ADD_CONSTRAINT, name, span);
	s->constraint = CONSTRAINT_UNIQUE;
	s->columns = columns;
	lower_end(&l->b);
}

void
django_make_together(struct lowering *l, struct model *m, struct together *t, struct span span)
{
	struct str *columns = arena_array(l->b.a, struct str, t->fields.n + 1);
	struct range words = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->fields.n; i++) {
		const struct field *f = field_by_name(m, t->fields.v[i]);

		if (!f)
			continue;
		columns[n] = django_column(l->b.a, f);
		lower_word(&l->b, &words, columns[n++]);
	}
	t->name = django_index_name(l->b.a, django_table(l->b.a, m), columns, n,
		t->unique ? STR("_uniq") : STR("_idx"));
	if (t->unique)
		add_unique(l, m, t->name, words, span);
	else
		django_create_index(l, m, t->name, words, false, span);
}

void
django_defer_together(struct lowering *l, struct model *m, struct together *t, struct span span)
{
	t->span = span;
	t->pending = l->b.silent ? 0 : l->b.operation;
	if (!t->pending)
		django_make_together(l, m, t, span);
}

static struct together
read_together(struct lowering *l, const struct model *m, uint32_t list, bool unique)
{
	struct range kids = l->b.u->values.v[list].kids;
	struct together t = {.unique = unique};

	for (uint32_t i = 0; is_list(l, list) && i < kids.count; i++) {
		struct str name = lower_string(l->b.u, l->b.u->kids.v[kids.first + i]);

		if (name.n)
			vec_push(l->b.a, &t.fields, name);
	}
	if (t.fields.n == 0 || t.fields.n != kids.count)
		lower_blind(&l->b, list, "fields of %.*s that are not known", STR_ARG(m->name));
	return t;
}

static bool
same_fields(const struct together *x, const struct together *y)
{
	bool same = x->unique == y->unique && x->fields.n == y->fields.n;

	for (uint32_t i = 0; same && i < x->fields.n; i++)
		same = str_eq(x->fields.v[i], y->fields.v[i]);
	return same;
}

/* What is in both stays, what is no more goes, what is new comes. */
static void
change_together(struct lowering *l, struct model *m, const struct together *want, uint32_t n,
	bool unique, bool create, struct span span)
{
	bool *there = arena_array(l->b.a, bool, n + 1);
	uint32_t kept = 0;

	for (uint32_t i = 0; i < m->together.n; i++) {
		struct together old = m->together.v[i];
		uint32_t at = 0;

		while (at < n && !same_fields(&old, &want[at]))
			at++;
		there[at] = true;
		if (old.unique != unique || at < n)
			m->together.v[kept++] = old;
		else if (old.pending)
			continue;
		else if (django_has_table(m) && unique)
			drop_constraint(l, m, old.name, span);
		else if (django_has_table(m))
			django_drop_index(l, old.name, span);
	}
	m->together.n = kept;
	for (uint32_t i = 0; i < n; i++) {
		if (there[i])
			continue;
		vec_push(l->b.a, &m->together, want[i]);
		if (django_has_table(m) && create)
			django_defer_together(l, m, vec_last(&m->together), span);
		else if (django_has_table(m))
			django_make_together(l, m, vec_last(&m->together), span);
	}
}

/* set() and set([...]) are lists like any other: what stands in them, 0: nothing. */
static uint32_t
inside_set(const struct unit *u, uint32_t value)
{
	struct str name = lower_callee(u, value);

	if (u->values.v[value].kind == VALUE_CALL && (str_is(name, "set") || str_is(name, "list")))
		return unit_kid(u, value, 1);
	return value;
}

void
django_set_together(struct lowering *l, struct model *m, uint32_t set, bool unique, bool create)
{
	uint32_t value = inside_set(l->b.u, set);
	struct range kids = l->b.u->values.v[value].kids;
	bool one = is_list(l, value) &&
		   l->b.u->values.v[unit_kid(l->b.u, value, 0)].kind == VALUE_STRING;
	VEC(struct together) want = {0};

	for (uint32_t i = 0; is_list(l, value) && i < (one ? 1 : kids.count); i++)
		vec_push(l->b.a, &want,
			read_together(l, m, one ? value : l->b.u->kids.v[kids.first + i], unique));
	if (value && !is_list(l, value) && l->b.u->values.v[value].kind != VALUE_NULL)
		lower_blind(&l->b, value, "fields of %.*s that are not known", STR_ARG(m->name));
	change_together(l, m, want.v, want.n, unique, create, lower_span(&l->b, set));
}

void
django_alter_unique_together(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");

	if (m)
		django_set_together(
			l, m, lower_argument(l->b.u, call, "unique_together", 1), true, false);
}

void
django_alter_index_together(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "name");

	if (m)
		django_set_together(
			l, m, lower_argument(l->b.u, call, "index_together", 1), false, false);
}

/* Conditional, covering and functional unique constraints are unique indexes. */
static bool
is_index(const struct lowering *l, uint32_t call)
{
	return str_is(lower_callee(l->b.u, call), "UniqueConstraint") &&
	       (lower_argument(l->b.u, call, "condition", UINT32_MAX) ||
		       lower_argument(l->b.u, call, "include", UINT32_MAX) ||
		       lower_argument(l->b.u, call, "opclasses", UINT32_MAX) ||
		       !lower_argument(l->b.u, call, "fields", UINT32_MAX));
}

/* expressions=[("room", "="), (F("span"), "&&")]: the fields among them. An expression is no column's. */
static struct range
excluded_columns(struct lowering *l, struct model *m, uint32_t list)
{
	const struct unit *u = l->b.u;
	struct range columns = {0};

	for (uint32_t i = 0; is_list(l, list) && i < u->values.v[list].kids.count; i++) {
		uint32_t pair = unit_kid(u, list, i), first;
		const struct field *f;

		if (!is_list(l, pair) || !u->values.v[pair].kids.count)
			continue;
		first = unit_kid(u, pair, 0);
		if (str_is(lower_callee(u, first), "F"))
			first = lower_argument(u, first, "name", 0);
		f = field_by_name(m, lower_string(u, first));
		if (f)
			lower_word(&l->b, &columns, django_column(l->b.a, f));
	}
	return columns;
}

static void
add_other_constraint(struct lowering *l, struct model *m, struct str name, uint32_t call)
{
	struct str class_name = lower_callee(l->b.u, call);
	struct span span = lower_span(&l->b, call);
	struct subcommand *s;

	if (!str_is(class_name, "CheckConstraint") && !str_is(class_name, "ExclusionConstraint")) {
		lower_blind(
			&l->b, call, "the constraint %.*s is not understood", STR_ARG(class_name));
		return;
	}
	django_emit(l, EVENT_ALTER, OBJECT_TABLE, django_table(l->b.a, m), span);
	s = lower_sub(&l->b, SUB_ADD_CONSTRAINT, name, span);
	s->constraint = CONSTRAINT_CHECK;
	if (!str_is(class_name, "CheckConstraint")) {
		s->constraint = CONSTRAINT_EXCLUSION;
		s->columns = excluded_columns(
			l, m, lower_argument(l->b.u, call, "expressions", UINT32_MAX));
	}
	lower_end(&l->b);
}

void
django_add_constraint(struct lowering *l, struct model *m, uint32_t call)
{
	const struct unit *u = l->b.u;
	struct str name = lower_string(u, lower_argument(u, call, "name", UINT32_MAX));
	uint32_t fields = lower_argument(u, call, "fields", UINT32_MAX);
	bool index = is_index(l, call);

	if (!name.n) {
		django_havoc(l, call, django_table(l->b.a, m), STR("a constraint without a name"));
		return;
	}
	vec_push(l->b.a, &m->constraints, (struct model_constraint){name, index});
	if (!django_has_table(m))
		return;
	if (index)
		django_create_index(
			l, m, name, columns_of(l, m, fields), true, lower_span(&l->b, call));
	else if (str_is(lower_callee(u, call), "UniqueConstraint"))
		add_unique(l, m, name, columns_of(l, m, fields), lower_span(&l->b, call));
	else
		add_other_constraint(l, m, name, call);
}

void
django_constraint_added(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");

	if (m)
		django_add_constraint(l, m, lower_argument(l->b.u, call, "constraint", 1));
}

static void
remove_constraint(struct lowering *l, struct model *m, struct str name, struct span span)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->constraints.n; i++) {
		struct model_constraint c = m->constraints.v[i];

		if (!str_eq(c.name, name))
			m->constraints.v[n++] = c;
		else if (django_has_table(m) && c.index)
			django_drop_index(l, name, span);
		else if (django_has_table(m))
			drop_constraint(l, m, name, span);
	}
	m->constraints.n = n;
}

void
django_constraint_removed(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, "name", 1));
	bool known = false;

	for (uint32_t i = 0; m && i < m->constraints.n; i++)
		known |= str_eq(m->constraints.v[i].name, name);
	if (m && known)
		remove_constraint(l, m, name, lower_span(&l->b, call));
	else if (m)
		django_havoc(l, call, django_table(l->b.a, m),
			str_format(l->b.a, "no migration before makes the constraint %.*s",
				STR_ARG(name)));
}

/* 5.2's AlterConstraint changes what the database does not know (the message of a violation). */
void
django_constraint_altered(struct lowering *l, uint32_t call)
{
	django_model_of(l, call, "model_name");
}

/* The index's columns: .fields, or what each F('…') among its expressions names. */
void
django_add_meta_index(struct lowering *l, struct model *m, uint32_t call)
{
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, "name", UINT32_MAX));
	uint32_t fields = lower_argument(l->b.u, call, "fields", UINT32_MAX);

	if (!name.n)
		django_havoc(l, call, django_table(l->b.a, m), STR("an index without a name"));
	else if (django_has_table(m))
		django_create_index(
			l, m, name, columns_of(l, m, fields), false, lower_span(&l->b, call));
}

void
django_index_added(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");

	if (m)
		django_add_meta_index(l, m, lower_argument(l->b.u, call, "index", 1));
}

void
django_index_removed(struct lowering *l, uint32_t call)
{
	struct model *m = django_model_of(l, call, "model_name");
	struct str name = lower_string(l->b.u, lower_argument(l->b.u, call, "name", 1));

	if (m && !name.n)
		django_havoc(l, call, django_table(l->b.a, m), STR("an index without a name"));
	else if (django_has_table(m))
		django_drop_index(l, name, lower_span(&l->b, call));
}

/* The name of index_together's index over these fields, which a rename takes out of it. */
static struct str
take_together(struct lowering *l, struct model *m, uint32_t fields)
{
	struct together want = read_together(l, m, fields, false);
	struct str name = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < m->together.n; i++) {
		if (same_fields(&m->together.v[i], &want))
			name = m->together.v[i].name;
		else
			m->together.v[n++] = m->together.v[i];
	}
	m->together.n = n;
	return name;
}

void
django_index_renamed(struct lowering *l, uint32_t call)
{
	const struct unit *u = l->b.u;
	struct model *m = django_model_of(l, call, "model_name");
	struct str to = lower_string(u, lower_argument(u, call, "new_name", 1));
	struct str from = lower_string(u, lower_argument(u, call, "old_name", 2));
	uint32_t fields = lower_argument(u, call, "old_fields", 3);
	struct event *e;

	if (!m)
		return;
	if (fields)
		from = take_together(l, m, fields);
	if (!from.n || !to.n) {
		django_havoc(l, call, django_table(l->b.a, m), STR("an index that is not known"));
		return;
	}
	if (!django_has_table(m))
		return;
	e = django_emit(l, EVENT_RENAME, OBJECT_INDEX, from, lower_span(&l->b, call));
	e->text = to;
	lower_end(&l->b);
}
