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

void
apply_copy_check(struct apply *ap, uint32_t relation, uint32_t check)
{
	struct str name = catalog_last_name(ap->c, check);
	const struct object *from = &ap->c->objects.v[check];
	struct id_list columns = {0};
	uint32_t id;

	if (catalog_member(ap->c, relation, OBJECT_CONSTRAINT, name, ap->at))
		return;
	for (uint32_t i = 0; i < from->columns.n; i++) {
		uint32_t column = catalog_member(ap->c, relation, OBJECT_COLUMN,
			catalog_last_name(ap->c, from->columns.v[i]), ap->at);

		if (column)
			vec_push(ap->scratch, &columns, column);
	}
	id = key_new_constraint(ap, relation, CONSTRAINT_CHECK, name);
	key_keep_columns(ap, id, &columns);
	catalog_edit(ap, id)->inherited_from = check;
}

bool
apply_add_check(struct apply *ap, uint32_t relation, const struct subcommand *sub)
{
	struct id_list columns = {0}, all = {0};
	struct str column = {0}, name = sub->name;
	uint32_t id;

	columns_of_expression(ap, relation, sub->text, &columns);
	if (!columns.n && !key_find_columns(ap, relation, sub->columns, "column ",
				  " does not exist", &columns))
		return false;
	if (columns.n == 1)
		column = catalog_last_name(ap->c, columns.v[0]);
	if (!name.n)
		name = name_choose_constraint(ap, catalog_last_name(ap->c, relation), column,
			"check", catalog_last_schema(ap->c, relation));
	else if (!key_is_free(ap, relation, name))
		return false;
	id = key_new_constraint(ap, relation, CONSTRAINT_CHECK, name);
	key_keep_columns(ap, id, &columns);
	apply_touch(ap, TOUCH_CREATE, id, sub->span);
	table_descendants(ap, relation, &all);
	for (uint32_t i = 1; i < all.n; i++)
		apply_copy_check(ap, all.v[i], id);
	return true;
}
