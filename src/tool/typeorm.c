/* TypeORM: classes that implement MigrationInterface, in the order of the timestamp that ends their names
 * (src/migration/MigrationExecutor.ts: the last 13 characters of the class's name). It notes what ran in
 * `migrations`. */
#include <stdlib.h>

#include "tool/program_p.h"
#include "unit/unit.h"

/* The class that implements MigrationInterface. */
static const struct value *
migration_class(const struct unit *u)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		const struct value *v = &u->values.v[i];

		for (uint32_t k = 0; v->kind == VALUE_CLASS && k < v->op; k++)
			if (str_ends(
				    u->values.v[unit_kid(u, i, k)].text, STR("MigrationInterface")))
				return v;
	}
	return NULL;
}

static bool
is_migration(const struct tool_file *f, uint32_t up)
{
	(void)up;
	return migration_class(f->unit) != NULL;
}

/* The digits at the end of the class's name; of a file without one those that begin its name. */
static struct str
timestamp(const struct tool_step *s)
{
	const struct value *class = s->file.unit ? migration_class(s->file.unit) : NULL;
	struct str name = class ? class->text : s->name;
	size_t n = name.n;

	while (class && n > 0 && name.s[n - 1] >= '0' && name.s[n - 1] <= '9')
		n--;
	return class ? str_slice(name, n, name.n) : name;
}

static int
compare(const void *x, const void *y)
{
	int order = tool_version_cmp(timestamp(x), timestamp(y));

	return order ? order : program_compare_names(x, y);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	uint32_t from = out->list.n;

	program_recognise(t, a, files, n, directory, out, is_migration, compare);
	/* It knows them by their classes, not by their files (MigrationExecutor.getPendingMigrations()). */
	for (uint32_t i = from; i < out->list.n; i++)
		for (uint32_t k = 0; k < out->list.v[i].steps.n; k++) {
			struct tool_step *s = &out->list.v[i].steps.v[k];
			const struct value *class = migration_class(s->file.unit);

			if (class && class->text.n)
				s->version = class->text;
		}
}

const struct tool tool_typeorm = {
	.name = "typeorm",
	.found_by = "classes of TypeScript or JavaScript that implement MigrationInterface",
	.order_words = "by the timestamps at the end of the classes' names",
	.not_read = "rows that repositories change",
	.symbol = "up",
	.history_table = "migrations",
	.recognise = recognise,
};
