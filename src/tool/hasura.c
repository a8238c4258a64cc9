/* Hasura: a directory for each migration, with up.sql and down.sql, whose name begins with milliseconds.
 *
 * hasura.io/docs/latest/migrations-metadata-seeds/manage-migrations (1654696186008_init/up.sql below
 * migrations/DATABASE). Older ones are VERSION_name.up.sql, as golang-migrate's; .yaml is no SQL. */
#include "base/arena.h"
#include "tool/numbered_p.h"

#define DIGITS 13 /* of a time in milliseconds */

static struct str
version_of(struct arena *a, struct str name)
{
	(void)a;
	return str_slice(name, 0, DIGITS);
}

static bool
is_ours(struct arena *a, const struct tool_file *files, uint32_t n, struct str directory,
	struct str migration, bool *other)
{
	struct str name = path_name(migration);
	size_t digits = 0;

	(void)a;
	(void)files;
	(void)n;
	(void)directory;
	(void)other;
	while (digits < name.n && name.s[digits] >= '0' && name.s[digits] <= '9')
		digits++;
	return digits == DIGITS && (digits == name.n || name.s[digits] == '_');
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_nested nested = {
		.file = {"up.sql", sizeof "up.sql" - 1}, .version = version_of, .is_ours = is_ours};

	tool_nested_recognise(t, a, files, n, directory, out, &nested);
}

const struct tool tool_hasura = {
	.name = "hasura",
	.found_by = "up.sql in directories whose names begin with milliseconds (13 digits)",
	.order_words = "by version",
	.not_read = "down.sql, metadata",
	.recognise = recognise,
};
