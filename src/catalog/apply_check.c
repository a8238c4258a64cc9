/* CHECK constraints. The chosen name has the column in it when the expression names exactly one
 * (PostgreSQL 15: heap.c, AddRelationNewConstraints). */
#include "catalog_p.h"

static bool
is_word_byte(char c, bool first)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	       (unsigned char)c >= 0x80 || (!first && ((c >= '0' && c <= '9') || c == '$'));
}

/* Takes the next identifier off *TEXT, folded; string constants are stepped over. */
static bool
next_identifier(struct arena *a, struct str *text, struct str *name)
{
	size_t i = 0, from;

	while (i < text->n) {
		char c = text->s[i];

		if (c == '\'' || c == '"') {
			size_t close = str_chr(*text, c, i + 1);

			if (close == SIZE_MAX)
				return false;
			*name = str_slice(*text, i + 1, close);
			*text = str_slice(*text, close + 1, text->n);
			if (c == '"')
				return true;
			i = 0;
		} else if (is_word_byte(c, true)) {
			for (from = i; i < text->n && is_word_byte(text->s[i], false); i++)
				;
			*name = str_lower(a, str_slice(*text, from, i));
			*text = str_slice(*text, i, text->n);
			return true;
		} else {
			i++;
			while (c >= '0' && c <= '9' && i < text->n &&
				is_word_byte(text->s[i], false))
				i++;
		}
	}
	return false;
}

static void
columns_of_expression(struct apply *ap, uint32_t relation, struct str text, struct id_list *out)
{
	struct str name;

	while (next_identifier(ap->scratch, &text, &name)) {
		struct str rest = str_trim(text);
		uint32_t id = catalog_member(ap->c, relation, OBJECT_COLUMN, name, ap->at);

		if (id && !(rest.n && rest.s[0] == '('))
			id_list_add_once(ap->scratch, out, id);
	}
}

/* In the order of the table's columns, each once. */
static void
sort_columns(struct id_list *l)
{
	uint32_t n = 0;

	for (uint32_t i = 1; i < l->n; i++)
		for (uint32_t k = i; k && l->v[k] < l->v[k - 1]; k--) {
			uint32_t x = l->v[k];

			l->v[k] = l->v[k - 1];
			l->v[k - 1] = x;
		}
	for (uint32_t i = 0; i < l->n; i++)
		if (!n || l->v[n - 1] != l->v[i])
			l->v[n++] = l->v[i];
	l->n = n;
}

/* MergeConstraintsIntoExisting(), MergeWithExistingConstraint(): the child's own constraint of that name
 * becomes the parent's too. */
static void
join_check(struct apply *ap, uint32_t own, uint32_t check, bool partition)
{
	struct object *o = catalog_edit(ap, own);

	if (o->inherited_from)
		return;
	o->inherited_from = check;
	o->merged = !partition;
}

void
apply_copy_check(struct apply *ap, uint32_t relation, uint32_t check, bool inherit)
{
	struct str name = catalog_last_name(ap->c, check);
	const struct object *from = &ap->c->objects.v[check];
	uint32_t own = catalog_member(ap->c, relation, OBJECT_CONSTRAINT, name, ap->at);
	struct id_list columns = {0};
	uint32_t id;

	if (inherit && from->no_inherit)
		return;
	if (own) {
		if (inherit && ap->c->objects.v[own].constraint == CONSTRAINT_CHECK)
			join_check(ap, own, check, false);
		return;
	}
	for (uint32_t i = 0; i < from->columns.n; i++) {
		uint32_t column = catalog_member(ap->c, relation, OBJECT_COLUMN,
			catalog_last_name(ap->c, from->columns.v[i]), ap->at);

		if (column)
			vec_push(ap->scratch, &columns, column);
	}
	sort_columns(&columns);
	id = key_new_constraint(ap, relation, CONSTRAINT_CHECK, name);
	key_keep_columns(ap, id, &columns);
	use_copy(ap, id, check);
	if (inherit)
		catalog_edit(ap, id)->inherited_from = check;
	else
		catalog_edit(ap, id)->no_inherit = ap->c->objects.v[check].no_inherit;
}

bool
apply_attach_checks(struct apply *ap, uint32_t parent, uint32_t child, bool partition)
{
	for (uint32_t i = 0; i < ap->c->objects.v[parent].members.n; i++) {
		uint32_t id = ap->c->objects.v[parent].members.v[i], own;
		const struct object *o = &ap->c->objects.v[id];
		struct str name = catalog_last_name(ap->c, id);

		if (o->constraint != CONSTRAINT_CHECK || o->exists != EXISTS_YES || o->no_inherit)
			continue;
		own = catalog_member(ap->c, child, OBJECT_CONSTRAINT, name, ap->at);
		if (own)
			join_check(ap, own, id, partition);
		else if (!ap->c->objects.v[child].columns_unknown)
			return apply_fail(ap, APPLY_CONFLICT,
				"child table is missing constraint \"%.*s\"", STR_ARG(name));
	}
	return true;
}

/* What the reader found in the expression; of a table's own name it may be the whole row. */
static bool
find_columns(struct apply *ap, uint32_t relation, const struct subcommand *sub, struct id_list *out)
{
	struct str table = catalog_last_name(ap->c, relation);

	for (uint32_t i = 0; i < sub->target_columns.count; i++) {
		struct range one = {sub->target_columns.first + i, 1};
		struct str name = ap->u->words.v[one.first].text;

		if (str_eq(name, table) || str_is(name, "*"))
			continue;
		if (!key_find_columns(ap, relation, one, "column ", " does not exist", out))
			return false;
	}
	if (!sub->target_columns.count)
		columns_of_expression(ap, relation, sub->text, out);
	sort_columns(out);
	return true;
}

/* A constraint that is only inherited may be defined by the table itself too. */
static bool
merges(struct apply *ap, uint32_t relation, struct str name)
{
	uint32_t own = catalog_member(ap->c, relation, OBJECT_CONSTRAINT, name, ap->at);
	const struct object *o = &ap->c->objects.v[own];

	if (!own || o->constraint != CONSTRAINT_CHECK || !o->inherited_from || o->merged)
		return false;
	catalog_edit(ap, own)->merged = !ap->c->objects.v[relation].partition;
	return true;
}

/* NO INHERIT and ONLY, where there are children. */
static bool
reaches_children(struct apply *ap, uint32_t relation, const struct subcommand *sub,
	const struct id_list *all)
{
	if ((sub->flags & SUB_NOT_INHERITED) &&
		ap->c->objects.v[relation].kind == OBJECT_PARTITIONED_TABLE)
		return apply_fail(ap, APPLY_CONFLICT,
			"cannot add NO INHERIT constraint to partitioned table \"%.*s\"",
			STR_ARG(catalog_last_name(ap->c, relation)));
	if (all->n > 1 && apply_flag(ap, EVENT_ONLY) && !(sub->flags & SUB_NOT_INHERITED))
		return apply_fail(
			ap, APPLY_CONFLICT, "constraint must be added to child tables too");
	return true;
}

bool
apply_add_check(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0}, all = {0};
	struct str column = {0}, name = sub->name;
	uint32_t id;

	table_descendants(ap, relation, &all);
	if (!reaches_children(ap, relation, sub, &all) ||
		!find_columns(ap, relation, sub, &columns))
		return false;
	if (!columns.n && !key_find_columns(ap, relation, sub->columns, "column ",
				  " does not exist", &columns))
		return false;
	if (columns.n == 1)
		column = catalog_last_name(ap->c, columns.v[0]);
	if (!name.n)
		name = name_choose_constraint(ap, catalog_last_name(ap->c, relation), column,
			"check", catalog_last_schema(ap->c, relation));
	else if (merges(ap, relation, name))
		return true;
	else if (!key_is_free(ap, relation, name))
		return false;
	id = key_new_constraint(ap, relation, CONSTRAINT_CHECK, name);
	catalog_edit(ap, id)->no_inherit = (sub->flags & SUB_NOT_INHERITED) != 0;
	key_keep_columns(ap, id, &columns);
	apply_use(ap, id, sub->calls, sub->casts);
	apply_touch(ap, TOUCH_CREATE, id, sub->span);
	for (uint32_t i = 1; i < all.n; i++)
		apply_copy_check(ap, all.v[i], id, true);
	return true;
}
