/* Do two files say the same, wherever in them it stands? Most changes of code say nothing of a database. */
#include <string.h>

#include "unit/shape.h"
#include "unit/unit.h"

static bool
same_field(const struct field *f, const char *a, const char *b)
{
	const struct name *m = (const struct name *)a, *n = (const struct name *)b;

	switch (f->type) {
	case FIELD_U32:
	case FIELD_ENUM:
	case FIELD_INDEX:
		return memcmp(a, b, sizeof(uint32_t)) == 0;
	case FIELD_BOOL:
		return *(const bool *)a == *(const bool *)b;
	case FIELD_CHAR:
		return *a == *b;
	case FIELD_STR:
		return str_eq(*(const struct str *)a, *(const struct str *)b);
	case FIELD_NAME:
		return str_eq(m->schema, n->schema) && str_eq(m->name, n->name) &&
		       m->pattern == n->pattern;
	case FIELD_RANGE:
		return ((const struct range *)a)->count == ((const struct range *)b)->count &&
		       (((const struct range *)a)->count == 0 ||
			       ((const struct range *)a)->first ==
				       ((const struct range *)b)->first);
	case FIELD_SPAN: /* where it stands */
		break;
	}
	return true;
}

static bool
same_table(const struct shape *shape, const struct unit_vec *a, const struct unit_vec *b)
{
	if (a->n != b->n)
		return false;
	for (uint32_t i = 1; i < a->n; i++)
		for (const struct field *f = shape->fields; f->name; f++)
			if (!same_field(f, (const char *)a->v + i * shape->size + f->offset,
				    (const char *)b->v + i * shape->size + f->offset))
				return false;
	return true;
}

/* A comment of ours is about what stands next to it: there the place is what it says. */
static bool
has_own_mark(const struct unit *u)
{
	for (uint32_t i = 1; i < u->marks.n; i++)
		if (str_starts(u->marks.v[i].text, STR("pgbounds:")))
			return true;
	return false;
}

bool
unit_says_the_same(const struct unit *a, const struct unit *b)
{
	if (has_own_mark(a) || has_own_mark(b) || !str_eq(a->reader, b->reader))
		return false;
	for (enum unit_table t = 0; t < UNIT_TABLES; t++) {
		const char *x = (const char *)a + unit_shapes[t].offset;
		const char *y = (const char *)b + unit_shapes[t].offset;

		if (t != TABLE_LINES && !same_table(&unit_shapes[t], (const struct unit_vec *)x,
						(const struct unit_vec *)y))
			return false;
	}
	return true;
}

/* True when nobody can take a text from it: a name of a table, a part of a statement. */
static bool
gives_no_text(const struct unit *u, const struct symbol *s)
{
	const struct value *v = &u->values.v[s->value];

	switch (s->kind) {
	case SYMBOL_IMPORT:
	case SYMBOL_PARAMETER:
		return true;
	case SYMBOL_FUNCTION:
		return v->kind == VALUE_FUNCTION && !unit_kid(u, s->value, v->op);
	case SYMBOL_CONSTANT:
	case SYMBOL_VARIABLE:
		return v->kind == VALUE_NUMBER || v->kind == VALUE_BOOLEAN || v->kind == VALUE_NULL;
	case SYMBOL_APPEND:
	case SYMBOL_CLASS:
		break;
	}
	return false;
}

bool
unit_says_nothing(const struct unit *u)
{
	if (u->fragments.n > 1 || u->marks.n > 1 || u->blind_spots.n > 1 || u->operations.n > 1)
		return false;
	for (uint32_t i = 1; i < u->symbols.n; i++)
		if (!gives_no_text(u, &u->symbols.v[i]))
			return false;
	return true;
}
