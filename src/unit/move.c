/* A unit is made in memory that is large and soon used again; what is kept of it is small. Moving it
 * leaves behind what its tables grew through and what trimming dropped. */
#include "unit/unit.h"

#include <string.h>

#include "base/map.h"
#include "unit/shape.h"

/* Longer strings hardly repeat: they are copied without looking for an equal one. */
#define SHARED_BYTES 64

struct moving {
	struct arena *to;
	struct map copies;
};

static void
move_string(struct moving *m, struct str *x)
{
	union map_value *copy;

	if (!x->n)
		return;
	if (x->n > SHARED_BYTES) {
		*x = str_dup(m->to, *x);
		return;
	}
	copy = map_put(&m->copies, *x);
	if (!copy->ptr)
		copy->ptr = str_cstr(m->to, *x);
	x->s = copy->ptr;
}

static void
move_strings(struct moving *m, const struct shape *shape, char *element)
{
	for (const struct field *f = shape->fields; f->name; f++) {
		if (f->type == FIELD_STR) {
			move_string(m, (struct str *)(element + f->offset));
		} else if (f->type == FIELD_NAME) {
			struct name *name = (struct name *)(element + f->offset);

			move_string(m, &name->schema);
			move_string(m, &name->name);
		}
	}
}

static void
move_table(struct moving *m, struct unit *u, enum unit_table table)
{
	const struct shape *shape = &unit_shapes[table];
	struct unit_vec *vec = unit_table(u, table);
	void *v;

	if (vec->n == 1) {
		*vec = unit_empty_table();
		return;
	}
	v = arena_alloc(m->to, vec->n, shape->size);
	memcpy(v, vec->v, vec->n * shape->size);
	vec->v = v;
	vec->cap = vec->n;
	for (uint32_t i = 1; i < vec->n; i++)
		move_strings(m, shape, unit_element(u, table, i));
}

void
unit_move(struct unit *u, struct arena *a)
{
	struct arena scratch = {0};
	struct moving m = {.to = a, .copies.arena = &scratch};

	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		move_table(&m, u, t);
	u->arena = a;
	u->scope_index = NULL;
	arena_free(&scratch);
}
