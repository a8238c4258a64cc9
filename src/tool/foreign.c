/* Migrations that no tool here reads: files whose form is not SQL, numbered as migrations are. A row goes when a
 * tool reads them. */
#include "base/arena.h"
#include "tool/numbered_p.h"

static const struct form {
	const char *extension;
	const char *words; /* whose they may be */
} forms[] = {
	{".rb", "Rails, Sequel"},
	{".js", "Knex, Sequelize, node-pg-migrate"},
	{".cjs", "Knex, Sequelize, node-pg-migrate"},
	{".mjs", "Knex, Sequelize, node-pg-migrate"},
	{".ts", "TypeORM, Knex, MikroORM"},
	{".php", "Laravel, Doctrine, Phinx"},
	{".exs", "Ecto"},
	{".cs", "Entity Framework, FluentMigrator"},
	{".xml", "Liquibase"},
	{".yaml", "Liquibase"},
	{".yml", "Liquibase"},
	{".kt", "Flyway, Exposed"},
	{".java", "Flyway"},
	{".scala", "Flyway"},
	{".groovy", "Flyway, Liquibase"},
	{".fizz", "pop"},
	{".rs", "SeaORM, Diesel, refinery"},
	{".hs", "Haskell"},
	{".clj", "Migratus"},
	{".edn", "Ragtime, Migratus"},
	{".hcl", "Atlas"},
	{".pl", "Perl"},
};

static const struct form *
form_of(struct str path)
{
	for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
		if (str_ends(path, str_from(forms[i].extension)))
			return &forms[i];
	return NULL;
}

static bool
is_migration_directory(struct str directory)
{
	static const char *const words[] = {"migration", "migrations", "migrate", "db_migrations",
		"changelog", "changelogs", "changesets", "Migrations", NULL};
	struct str part;

	while (str_cut(&directory, '/', &part))
		for (size_t i = 0; words[i]; i++)
			if (str_is(part, words[i]))
				return true;
	return false;
}

/* "2024…", "V2__…", "m20240101_…", "Version2024…", "db.changelog-1.0": a number stands near the beginning. */
static bool
is_numbered(struct str name)
{
	static const char *const words[] = {
		"V", "v", "m", "Version", "R__", "db.changelog", "changelog", NULL};

	if (name.s[0] >= '0' && name.s[0] <= '9')
		return true;
	for (size_t i = 0; words[i]; i++) {
		struct str word = str_from(words[i]);
		bool whole = word.n > 3 && word.s[word.n - 1] == 'g';

		if (str_starts(name, word) && (whole || str_is(word, "R__") ||
						      (name.n > word.n && name.s[word.n] >= '0' &&
							      name.s[word.n] <= '9')))
			return true;
	}
	return false;
}

const char *
tool_foreign(struct str path)
{
	const struct form *form = form_of(path);

	if (!form || !is_numbered(path_name(path)) || !is_migration_directory(path_directory(path)))
		return NULL;
	return form->words;
}

bool
tool_is_among_migrations(struct str path)
{
	struct str directory = path_directory(path);

	return is_migration_directory(directory) &&
	       (is_numbered(path_name(path)) || is_numbered(path_name(directory)));
}
