/* Prisma Migrate: a directory for each migration with migration.sql, and migration_lock.toml beside them, which
 * says the database.
 *
 * prisma/prisma-engines, schema-engine/connectors/schema-connector/src/migrations_directory.rs (the two
 * files; a migration is known by its directory's name, {timestamp}_{name}). */
#include "base/arena.h"
#include "tool/numbered_p.h"

static struct str
version_of(struct arena *a, struct str name)
{
	(void)a;
	return name;
}

static bool
is_ours(struct arena *a, const struct tool_file *files, uint32_t n, struct str directory,
	struct str migration, bool *other)
{
	const struct tool_file *lock =
		tool_find_file(files, n, path_join(a, directory, STR("migration_lock.toml")));
	struct str provider, name = path_name(migration);

	if (!lock)
		return str_is(path_name(directory), "migrations") && name.n && name.s[0] >= '0' &&
		       name.s[0] <= '9' &&
		       !tool_find_file(files, n, path_join(a, migration, STR("snapshot.json")));
	provider = tool_setting(a, lock, "provider", NULL);
	*other = provider.n && !str_is(provider, "postgresql") && !str_is(provider, "postgres");
	return true;
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	static const struct tool_nested nested = {
		.file = {"migration.sql", sizeof "migration.sql" - 1},
		.version = version_of,
		.is_ours = is_ours};

	tool_nested_recognise(t, a, files, n, directory, out, &nested);
}

const struct tool tool_prisma = {
	.name = "prisma",
	.found_by = "migration.sql in directories beside migration_lock.toml",
	.order_words = "by the directories' names",
	.not_read = "schema.prisma, migrations of another provider",
	.history_table = "_prisma_migrations",
	.recognise = recognise,
};
