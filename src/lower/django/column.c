/* What AlterField does to a column (_alter_field of django/db/backends/base/schema.py and
 * postgresql/schema.py). Django asks the database for the names of what it drops; here the field
 * remembers them. */
#include "lower/django_p.h"

/* One column on its way. */
struct change {
	struct lowering *l;
	const struct model *m;
	struct field *old, *new;
	struct str table, column;
	struct str type;
	bool retype;
	struct span span;
	bool begun; /* an ALTER TABLE that subcommands are added to */
};

static struct subcommand *
sub(struct change *c, enum subcommand_kind kind, struct str name)
{
	if (!c->begun)
		django_emit(c->l, EVENT_ALTER, OBJECT_TABLE, c->table, c->span);
	c->begun = true;
	return lower_sub(&c->l->b, kind, name, c->span);
}

static void
end(struct change *c)
{
	if (c->begun)
		lower_end(&c->l->b);
	c->begun = false;
}

static void
drop(struct change *c, struct str *name)
{
	if (name->n)
		sub(c, SUB_DROP_CONSTRAINT, *name)->flags = SUB_IF_EXISTS;
	*name = (struct str){0};
}

static bool
is_unique(const struct field *f)
{
	return f->unique || f->primary_key;
}

static bool
same_target(const struct field *a, const struct field *b)
{
	return a->relation == b->relation && str_eq(a->to.app, b->to.app) &&
	       str_eq(a->to.name, b->to.name) && str_eq(a->to_field, b->to_field) &&
	       a->no_constraint == b->no_constraint;
}

/* _field_should_be_altered(), as far as it can change something. */
static bool
is_altered(const struct change *c)
{
	const struct field *old = c->old, *new = c->new;

	return !str_eq(django_column(c->l->b.a, old), c->column) || c->retype ||
	       old->null != new->null || old->unique != new->unique ||
	       old->primary_key != new->primary_key || old->db_index != new->db_index ||
	       old->check != new->check || !same_target(old, new);
}

/* A column that refers to the one that changes. */
struct reference {
	struct model *m;
	struct field *f;
};
struct references {
	VEC(struct reference) list;
};

static void
add_references(const struct change *c, struct model *m, struct references *out)
{
	struct str name = str_lower(c->l->b.a, c->m->name);

	for (uint32_t i = 0; i < m->fields.n; i++) {
		struct field *f = &m->fields.v[i];
		bool points = str_eq(f->to.app, c->m->app) && str_eq(f->to.name, name);

		if (f->automatic)
			add_references(c, f->automatic, out);
		if (f->relation != RELATION_FOREIGN_KEY || !points)
			continue;
		if (f->to_field.n ? str_eq(f->to_field, c->new->name) : c->new->primary_key)
			vec_push(c->l->b.a, &out->list, (struct reference){m, f});
	}
}

static void
find_references(const struct change *c, struct references *out)
{
	struct state *s = c->l->state;

	for (uint32_t i = 0; i < s->models.n; i++)
		if (!s->models.v[i].gone && django_has_table(&s->models.v[i]))
			add_references(c, &s->models.v[i], out);
}

static void
drop_references(const struct change *c, const struct references *r)
{
	for (uint32_t i = 0; i < r->list.n; i++) {
		struct field *f = r->list.v[i].f;

		if (!f->constraint.n)
			continue;
		django_emit(c->l, EVENT_ALTER, OBJECT_TABLE,
			django_table(c->l->b.a, r->list.v[i].m), c->span);
		lower_sub(&c->l->b, SUB_DROP_CONSTRAINT, f->constraint, c->span)->flags =
			SUB_IF_EXISTS;
		lower_end(&c->l->b);
	}
}

/* Columns of foreign keys follow the type of what they refer to. Django 3.2 makes the foreign keys
 * again that the target knows of; hidden ones, many-to-many tables' among them, are lost. */
static void
retype_references(const struct change *c, const struct references *r, bool rebuild)
{
	for (uint32_t i = 0; i < r->list.n; i++) {
		struct model *m = r->list.v[i].m;
		struct field *f = r->list.v[i].f;

		django_emit(c->l, EVENT_ALTER, OBJECT_TABLE, django_table(c->l->b.a, m), c->span);
		lower_sub(&c->l->b, SUB_ALTER_TYPE, django_column(c->l->b.a, f), c->span)->type =
			django_field_type(c->l, f);
		if (rebuild && f->constraint.n) {
			f->constraint = (struct str){0};
			if (!f->hidden || c->l->settings->version >= 401)
				django_sub_foreign_key(c->l, m, f, true);
		}
		lower_end(&c->l->b);
	}
}

/* What goes before the column is renamed. True when the foreign key has to be made: one that was lost
 * is not made again. */
static bool
drop_keys(struct change *c)
{
	struct str name = django_foreign_key_name(c->l, c->m, c->new, false);
	bool moved = !str_eq(django_column(c->l->b.a, c->old), c->column);
	bool had = c->new->constraint.n, stays;
	bool wanted = c->old->relation == RELATION_FOREIGN_KEY && !c->old->no_constraint;

	stays = had && name.n && same_target(c->old, c->new) && !c->retype &&
		str_eq(name, c->new->constraint);
	if (had && !stays)
		drop(c, &c->new->constraint);
	if (!name.n)
		c->new->pending = 0;
	if (c->old->unique && !c->old->primary_key && (!is_unique(c->new) || c->new->primary_key))
		drop(c, &c->new->key);
	if (c->old->check && (!c->new->check || moved))
		drop(c, &c->new->check_name);
	end(c);
	return !stays && name.n && !c->new->pending && (had || !wanted);
}

static void
drop_index(struct change *c, struct str *name)
{
	if (name->n)
		django_drop_index(c->l, *name, c->span);
	*name = (struct str){0};
}

static bool
is_text(struct str type)
{
	return str_starts(type, STR("character varying")) || str_is(type, "text");
}

static void
drop_indexes(struct change *c)
{
	const struct field *old = c->old;
	struct field *new = c->new;
	bool had = old->db_index || is_unique(old);

	if (old->db_index && !is_unique(old) && (!new->db_index || is_unique(new))) {
		drop_index(c, &new->index);
		drop_index(c, &new->like_index);
	}
	if (had && c->retype && is_text(django_field_type(c->l, old)) &&
		(!is_text(c->type) ||
			str_is(c->type, "text") != str_is(django_field_type(c->l, old), "text")))
		drop_index(c, &new->like_index);
	if (is_unique(old) && !new->db_index && !is_unique(new))
		drop_index(c, &new->like_index);
}

/* AutoField made from something else gets a sequence, and loses it again. */
static void
move_sequence(struct change *c)
{
	struct lowering *l = c->l;
	struct str name = django_chosen_name(l->b.a, c->table, c->column, "seq");
	struct subcommand *s;

	if (!c->retype || (!c->old->serial && !c->new->serial) || l->settings->version >= 401)
		return;
	django_emit(l, EVENT_DROP, OBJECT_SEQUENCE, name, c->span)->flags =
		EVENT_IF_EXISTS | EVENT_CASCADE;
	lower_end(&l->b);
	if (!c->new->serial)
		return;
	django_emit(l, EVENT_CREATE, OBJECT_SEQUENCE, name, c->span);
	lower_end(&l->b);
	sub(c, SUB_SET_DEFAULT, c->column)->text =
		str_format(l->b.a, "nextval('%.*s')", STR_ARG(name));
	end(c);
	django_emit(l, EVENT_ALTER, OBJECT_SEQUENCE, name, c->span);
	s = lower_sub(&l->b, SUB_OWNED_BY, c->column, c->span);
	s->target = django_table_name(c->table, s->span);
	lower_end(&l->b);
}

static void
change_type(struct change *c)
{
	bool identity = c->l->settings->version >= 401;

	if (identity && c->old->serial && !c->new->serial)
		sub(c, SUB_DROP_IDENTITY, c->column);
	if (c->retype)
		sub(c, SUB_ALTER_TYPE, c->column)->type = c->type;
	if (identity && !c->old->serial && c->new->serial)
		sub(c, SUB_ADD_IDENTITY, c->column);
	if (c->old->null != c->new->null)
		sub(c, c->new->null ? SUB_DROP_NOT_NULL : SUB_SET_NOT_NULL, c->column);
	end(c);
	move_sequence(c);
}

static void
add_key(struct change *c, enum constraint_kind kind, struct str *name, const char *suffix)
{
	*name = django_index_name(c->l->b.a, c->table, &c->column, 1, str_from(suffix));
	if (!c->begun)
		django_emit(c->l, EVENT_ALTER, OBJECT_TABLE, c->table, c->span);
	c->begun = true;
	lower_key(&c->l->b, kind, *name, c->column, c->span);
}

static void
add_keys(struct change *c, bool foreign_key)
{
	const struct field *old = c->old;
	struct field *new = c->new;

	if (old->primary_key && !new->primary_key)
		drop(c, &new->key);
	if ((!is_unique(old) && is_unique(new)) ||
		(old->primary_key && !new->primary_key &&new->unique))
		add_key(c, CONSTRAINT_UNIQUE, &new->key, "_uniq");
	if (!old->primary_key && new->primary_key)
		add_key(c, CONSTRAINT_PRIMARY_KEY, &new->key, "_pk");
	if (foreign_key) {
		if (!c->begun)
			django_emit(c->l, EVENT_ALTER, OBJECT_TABLE, c->table, c->span);
		c->begun = true;
		django_sub_foreign_key(c->l, c->m, new, false);
	}
	if (new->check && !new->check_name.n)
		add_key(c, CONSTRAINT_CHECK, &new->check_name, "_check");
	end(c);
}

static void
add_indexes(struct change *c)
{
	const struct field *old = c->old;
	struct field *new = c->new;

	if (!old->db_index || is_unique(old))
		django_add_index(c->l, c->m, new);
	if ((!old->db_index && !is_unique(old) && new->db_index) ||
		(!is_unique(old) && is_unique(new)))
		django_add_like_index(c->l, c->m, new);
}

static void
inherit(struct field *new, const struct field *old)
{
	new->constraint = old->constraint;
	new->key = old->key;
	new->index = old->index;
	new->like_index = old->like_index;
	new->check_name = old->check_name;
	new->pending = old->pending;
	new->pending_index = old->pending_index;
}

void
django_alter_column(struct lowering *l, const struct model *m, struct field *old, struct field *new,
	bool repointed, struct span span)
{
	struct str old_type = django_field_type(l, old);
	struct change c = {.l = l,
		.m = m,
		.old = old,
		.new = new,
		.table = django_table(l->b.a, m),
		.column = django_column(l->b.a, new),
		.type = django_field_type(l, new),
		.span = span};
	struct references references = {0};
	bool foreign_key, rebuild;

	c.retype = !str_eq(old_type, c.type) || old->serial != new->serial;
	inherit(new, old);
	if (!is_altered(&c) && !repointed)
		return;
	rebuild = c.retype && is_unique(old) && is_unique(new);
	if (rebuild || (!old->primary_key && new->primary_key))
		find_references(&c, &references);
	foreign_key = drop_keys(&c);
	if (rebuild)
		drop_references(&c, &references);
	drop_indexes(&c);
	django_rename_column(l, c.table, django_column(l->b.a, old), c.column, span);
	change_type(&c);
	add_keys(&c, foreign_key);
	add_indexes(&c);
	retype_references(&c, &references, rebuild);
}
