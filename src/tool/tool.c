/* The migration tools, and what they share: directories of numbered files. */
#include "tool/tool.h"

#include "base/arena.h"
#include "tool/program_p.h"

/* A more special tool stands first: it takes its files before plain SQL can. */
const struct tool *const tools[] = {
	&tool_django,
	&tool_alembic,
	&tool_liquibase,
	&tool_sqitch,
	&tool_flyway,
	&tool_typeorm,
	&tool_node_pg_migrate,
	&tool_sequelize,
	&tool_knex,
	&tool_rails,
	&tool_goose,
	&tool_sql_migrate,
	&tool_dbmate,
	&tool_tern,
	&tool_prisma,
	&tool_drizzle,
	&tool_hasura,
	&tool_diesel,
	&tool_pop,
	&tool_sqlx,
	&tool_golang_migrate,
	&tool_atlas,
	&tool_psql,
	&tool_sql,
	NULL,
};

const struct tool *
tool_by_name(struct str name)
{
	for (const struct tool *const *t = tools; *t; t++)
		if (str_is(name, (*t)->name))
			return *t;
	return NULL;
}

/* Marks the files that the histories behind FROM took, and all that are aside; TAKEN is by file number. */
static void
mark_taken(const struct tool_histories *found, uint32_t from, bool *taken)
{
	for (uint32_t h = from; h < found->list.n; h++)
		for (uint32_t s = 0; s < found->list.v[h].steps.n; s++) {
			const struct tool_step *x = &found->list.v[h].steps.v[s];

			taken[x->file.number] = true;
			for (uint32_t i = 0; i < x->files.n; i++)
				taken[x->files.v[i].file.number] = true;
		}
	for (uint32_t i = 0; i < found->aside.n; i++)
		taken[found->aside.v[i].file] = true;
}

/* Scripts that undo what a history does. */
static void
put_down_aside(struct arena *a, const struct tool_file *files, uint32_t n, const bool *taken,
	struct tool_histories *out)
{
	for (uint32_t i = 0; i < n && out->list.n; i++)
		if (!taken[files[i].number] && str_ends(files[i].path, STR(".sql")) &&
			tool_is_down(files[i].path))
			tool_put_aside(a, out, &files[i], ASIDE_PAST);
}

void
tool_recognise_all(
	struct arena *a, const struct tool_file *files, uint32_t n, struct tool_histories *out)
{
	struct tool_file *left = arena_array(a, struct tool_file, n + 1);
	uint32_t last = 0;
	bool *taken;

	for (uint32_t i = 0; i < n; i++)
		last = files[i].number > last ? files[i].number : last;
	taken = arena_array(a, bool, (size_t)last + 1);
	for (const struct tool *const *t = tools; *t; t++) {
		uint32_t count = 0, from = out->list.n;

		for (uint32_t i = 0; i < n; i++)
			if (!taken[files[i].number])
				left[count++] = files[i];
		(*t)->recognise(*t, a, left, count, NULL, out);
		mark_taken(out, from, taken);
	}
	put_down_aside(a, files, n, taken, out);
}

static struct str
leading_digits(struct str x)
{
	size_t n = 0;

	while (n < x.n && x.s[n] >= '0' && x.s[n] <= '9')
		n++;
	return str_slice(x, 0, n);
}

static struct str
without_zeros(struct str x)
{
	while (x.n > 1 && x.s[0] == '0') {
		x.s++;
		x.n--;
	}
	return x;
}

int
tool_version_cmp(struct str x, struct str y)
{
	struct str a = leading_digits(x), b = leading_digits(y);
	struct str u = without_zeros(a), v = without_zeros(b);
	int order;

	if (!a.n || !b.n)
		return a.n != b.n ? (a.n ? -1 : 1) : str_cmp(x, y);
	if (u.n != v.n)
		return u.n < v.n ? -1 : 1;
	order = str_cmp(u, v);
	return order ? order : str_cmp(str_slice(x, a.n, x.n), str_slice(y, b.n, y.n));
}
