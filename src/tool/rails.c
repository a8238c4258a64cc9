/* Rails' Active Record: db/migrate/VERSION_name.rb, each a class on a Migration; of an application without
 * migrations db/schema.rb. A directory of migrations is a history of its own, as the databases of an
 * application with several have them; plugins' and engines' are, too. */
#include "base/arena.h"
#include "base/map.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

/* MigrationFilenameRegexp of activerecord/lib/active_record/migration.rb: digits, an underscore, a name. */
static bool
has_version(struct str name)
{
	size_t n = 0;

	while (n < name.n && name.s[n] >= '0' && name.s[n] <= '9')
		n++;
	return n && n < name.n && name.s[n] == '_' && str_ends(name, STR(".rb"));
}

/* Migration, MIGRATION_BASE_CLASS */
static bool
is_base(struct str name)
{
	struct str word = STR("migration");

	for (size_t i = 0; i + word.n <= name.n; i++)
		if (str_eq_nocase(str_slice(name, i, i + word.n), word))
			return true;
	return false;
}

/* A class on something that is called Migration, of a version or not. */
static bool
is_migration(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->values.n; i++) {
		uint32_t base = u->values.v[i].kind == VALUE_CLASS && u->values.v[i].op
					? unit_kid(u, i, 0)
					: 0;

		if (u->values.v[base].kind == VALUE_INDEX)
			base = unit_kid(u, base, 0);
		if (base && is_base(u->values.v[base].text))
			return true;
	}
	return false;
}

static bool
is_schema(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->values.n; i++)
		if (u->values.v[i].kind == VALUE_ATTRIBUTE && str_is(u->values.v[i].text, "Schema"))
			return true;
	return false;
}

/* db/migrate of db/migrate/2019, too; db/animals_migrate is another database's. What runs once the new code does
 * (post_migrate) runs in one row with what runs before. */
static struct str
database_directory(struct arena *a, struct str directory)
{
	for (struct str d = directory; d.n; d = path_directory(d)) {
		if (str_is(path_name(d), "post_migrate"))
			return str_format(
				a, "%.*smigrate", (int)(d.n - sizeof "post_migrate" + 1), d.s);
		if (str_ends(path_name(d), STR("migrate")))
			return d;
	}
	return directory;
}

static void
add_step(struct arena *a, struct tool_history *h, const struct tool_file *f)
{
	struct tool_step *s = vec_add(a, &h->steps);
	struct str name = path_name(f->path);

	s->name = str_slice(name, 0, name.n - 3);
	s->version = str_slice(name, 0, str_chr(name, '_', 0));
	s->file = *f;
}

/* The directory with the migrations of which a schema is the outcome: db/migrate of db/schema.rb,
 * db/queue_migrate of db/queue_schema.rb. */
static struct str
migrations_of(struct arena *a, struct str schema)
{
	return str_format(a, "%.*smigrate", (int)(schema.n - sizeof "schema.rb" + 1), schema.s);
}

static void
add_schemas(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	struct tool_histories *out)
{
	uint32_t before = out->list.n;

	for (uint32_t i = 0; i < n; i++) {
		struct str name = path_name(files[i].path);
		struct tool_history h = {
			.tool = t, .directory = path_directory(files[i].path), .snapshot = true};
		bool beside = false;

		if (!str_ends(name, STR("schema.rb")) || !is_schema(files[i].unit))
			continue;
		for (uint32_t k = 0; k < before; k++)
			beside |= out->list.v[k].tool == t &&
				  str_eq(out->list.v[k].directory, migrations_of(a, files[i].path));
		if (beside)
			continue;
		add_step(a, &h, &files[i]);
		vec_push(a, &out->list, h);
	}
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	struct map by_directory = {.arena = a};
	uint32_t before = out->list.n;

	(void)directory;
	for (uint32_t i = 0; i < n; i++) {
		union map_value *v;
		struct str d;

		if (!has_version(path_name(files[i].path)) || !is_migration(files[i].unit))
			continue;
		d = database_directory(a, path_directory(files[i].path));
		v = map_put(&by_directory, d);
		if (!v->num) {
			vec_push(a, &out->list, (struct tool_history){.tool = t, .directory = d});
			v->num = out->list.n;
		}
		add_step(a, &out->list.v[v->num - 1], &files[i]);
	}
	for (uint32_t i = before; i < out->list.n; i++)
		tool_sort_steps(a, &out->list.v[i], ORDER_NUMBER, true);
	add_schemas(t, a, files, n, out);
}

const struct tool tool_rails = {
	.name = "rails",
	.found_by =
		"VERSION_name.rb with a class on ActiveRecord::Migration; schema.rb where there are none",
	.order_words = "by version",
	.not_read =
		"down, what models do to rows, operations of other gems, an application's own inflections",
	.symbol = "*.change,*.up,&define",
	.history_table = "schema_migrations",
	.lock_table = "ar_internal_metadata",
	.recognise = recognise,
};
