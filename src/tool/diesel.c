/* Diesel: a directory for each migration, with up.sql and down.sql.
 *
 * diesel-rs/diesel 04cc1b0: diesel_migrations/migrations_internals/src/lib.rs (version_from_string: what stands
 * before the first underscore, without hyphens), migration_harness.rs (ordered by version as text). */
#include "base/arena.h"
#include "tool/numbered_p.h"

static struct str
version_of(struct arena *a, struct str name)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < name.n && name.s[i] != '_'; i++)
		if (name.s[i] != '-')
			buf_addc(&b, name.s[i]);
	return buf_str(&b);
}

static bool
is_ours(struct arena *a, const struct tool_file *files, uint32_t n, struct str directory,
	struct str migration, bool *other)
{
	struct str name = path_name(migration);

	(void)a;
	(void)files;
	(void)n;
	(void)directory;
	(void)other;
	return name.n && name.s[0] >= '0' && name.s[0] <= '9';
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_nested nested = {
		.file = {"up.sql", sizeof "up.sql" - 1}, .version = version_of, .is_ours = is_ours};

	tool_nested_recognise(t, a, files, n, directory, out, &nested);
}

const struct tool tool_diesel = {
	.name = "diesel",
	.found_by = "up.sql in directories N_name",
	.order_words = "by version, what stands before the first underscore",
	.not_read = "down.sql, migrations written in Rust",
	.history_table = "__diesel_schema_migrations",
	.recognise = recognise,
};
