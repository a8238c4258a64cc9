/* The names that PostgreSQL chooses for constraints, indexes and sequences: makeObjectName(),
 * ChooseRelationName(), ChooseIndexNameAddition() of indexcmds.c, ChooseConstraintName() of
 * pg_constraint.c (PostgreSQL 15). */
#include "catalog_p.h"

#include <stdio.h>
#include <string.h>

/* The first N bytes without a character that is cut through (pg_mbcliplen). */
static struct str
clip(struct str x, size_t n)
{
	if (x.n <= n)
		return x;
	while (n && ((unsigned char)x.s[n] & 0xc0) == 0x80)
		n--;
	return str_slice(x, 0, n);
}

struct str
name_make_object(struct arena *a, struct str name1, struct str name2, const char *label)
{
	size_t overhead = (name2.n ? 1 : 0) + (*label ? strlen(label) + 1 : 0);
	size_t room = CATALOG_NAME_BYTES > overhead ? CATALOG_NAME_BYTES - overhead : 0;
	size_t n1 = name1.n, n2 = name2.n;
	struct buf b = {.arena = a};

	while (n1 + n2 > room) {
		if (n1 > n2)
			n1--;
		else
			n2--;
	}
	buf_add(&b, clip(name1, n1));
	if (name2.n) {
		buf_addc(&b, '_');
		buf_add(&b, clip(name2, n2));
	}
	if (*label)
		buf_addf(&b, "_%s", label);
	return buf_str(&b);
}

/* Has a living constraint of any relation of the schema that name? */
static bool
constraint_exists(const struct apply *ap, struct str schema, struct str name)
{
	const struct name_list *l = catalog_names(ap->c, SPACE_CONSTRAINT, name);

	for (uint32_t i = 0; l && i < l->live.n; i++) {
		const struct object *o = &ap->c->objects.v[l->live.v[i]];

		if (str_eq(catalog_last_schema(ap->c, o->parent), schema))
			return true;
	}
	return false;
}

struct str
name_choose_relation(struct apply *ap, struct str name1, struct str name2, const char *label,
	struct str schema, bool constraint)
{
	char numbered[32];
	struct str name = name_make_object(ap->scratch, name1, name2, label);

	for (unsigned pass = 1; catalog_find(ap->c, SPACE_RELATION, schema, name, ap->at) ||
				(constraint && constraint_exists(ap, schema, name));
		pass++) {
		snprintf(numbered, sizeof numbered, "%s%u", label, pass);
		name = name_make_object(ap->scratch, name1, name2, numbered);
	}
	return name;
}

struct str
name_choose_constraint(
	struct apply *ap, struct str name1, struct str name2, const char *label, struct str schema)
{
	char numbered[32];
	struct str name = name_make_object(ap->scratch, name1, name2, label);

	for (unsigned pass = 1; constraint_exists(ap, schema, name); pass++) {
		snprintf(numbered, sizeof numbered, "%s%u", label, pass);
		name = name_make_object(ap->scratch, name1, name2, numbered);
	}
	return name;
}

struct str
name_join_columns(struct apply *ap, const struct str *columns, uint32_t n)
{
	struct buf b = {.arena = ap->scratch};

	for (uint32_t i = 0; i < n && b.n <= CATALOG_NAME_BYTES; i++) {
		if (b.n)
			buf_addc(&b, '_');
		buf_add(&b, columns[i]);
	}
	return buf_str(&b);
}
