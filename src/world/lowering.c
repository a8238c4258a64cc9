/* Migrations that are no SQL: their steps closed by the linker, lowered to events, and put among what runs. */
#include "base/fatal.h"
#include "lower/alembic.h"
#include "lower/knex.h"
#include "lower/liquibase.h"
#include "lower/node_pg_migrate.h"
#include "lower/rails.h"
#include "lower/sequelize.h"
#include "lower/typeorm.h"
#include "world/build_p.h"

static void
run_lowered(struct builder *b, struct step_runs *runs, const struct lower_step *s,
	const struct unit *operations)
{
	for (uint32_t i = 0; i < s->runs.n; i++) {
		const struct lower_run *r = &s->runs.v[i];

		for (uint32_t j = 0; j < r->statements.count; j++) {
			uint32_t statement = r->statements.first + j;
			bool stored;

			root_fragment(r->unit, r->unit->statements.v[statement].fragment, &stored);
			if (!stored)
				vec_push(b->a, &runs->list,
					(struct run){.unit = r->unit,
						.file = r->file,
						.statement = statement,
						.operation_unit = operations,
						.operation = r->operation,
						.maybe = r->maybe});
		}
	}
}

static void
close_symbol(struct builder *b, struct tool_history *h)
{
	uint32_t *files = arena_array(b->a, uint32_t, h->steps.n + 1);
	uint32_t *values = arena_array(b->a, uint32_t, h->steps.n + 1);

	for (uint32_t i = 0; i < h->steps.n; i++)
		files[i] = h->steps.v[i].file.number;
	link_symbols(b->in->linker, files, h->steps.n, str_from(h->tool->symbol), values);
	for (uint32_t i = 0; i < h->steps.n; i++) {
		struct tool_file *f = &h->steps.v[i].file;

		f->unit = file_by_number(b->w->files, f->number)->unit;
		f->closed = file_by_number(b->w->files, f->number)->closed;
		f->value = values[i];
	}
}

/* Settings of the project that decide what models mean. */
static struct django_settings
django_settings(struct builder *b, uint32_t service)
{
	struct django_settings s = {
		.auth_user_model = link_setting(
			b->in->linker, service, "settings*.py", STR("AUTH_USER_MODEL")),
		.default_auto_field = link_setting(
			b->in->linker, service, "settings*.py", STR("DEFAULT_AUTO_FIELD")),
	};

	if (!s.auth_user_model.n)
		s.auth_user_model = STR("auth.User");
	if (!s.default_auto_field.n)
		s.default_auto_field = STR("django.db.models.AutoField");
	return s;
}

static void
lower_django(struct builder *b, uint32_t service, struct build_history *h,
	const struct lower_migration *migrations, uint32_t n)
{
	struct django_settings settings = django_settings(b, service);

	h->django = arena_new(b->a, struct django_result);
	django_lower(b->a, migrations, n, &settings, h->django);
	h->lowered = &h->django->lowered;
}

static void
read_sql(void *self, struct unit *u, uint32_t value)
{
	link_sql(self, u, value);
}

/* Tools whose migrations are no SQL but Django's, by name. */
static const struct builder_row {
	const char *tool;
	void (*lower)(struct arena *a, const struct lower_migration *migrations, uint32_t n,
		const struct lower_sql *sql, struct lower_result *out);
} builders[] = {
	{"alembic", alembic_lower},
	{"knex", knex_lower},
	{"liquibase", liquibase_lower},
	{"rails", rails_lower},
	{"node-pg-migrate", node_pg_migrate_lower},
	{"sequelize", sequelize_lower},
	{"typeorm", typeorm_lower},
};

static const struct builder_row *
builder_of(const struct tool *t)
{
	for (size_t i = 0; i < sizeof builders / sizeof *builders; i++)
		if (str_is(str_from(t->name), builders[i].tool))
			return &builders[i];
	return NULL;
}

static bool
is_lowered(const struct tool *t)
{
	return str_is(str_from(t->name), "django") || builder_of(t);
}

static void
lower_all(struct builder *b, uint32_t service, struct build_history *h,
	const struct lower_migration *migrations, uint32_t n)
{
	struct lower_sql sql = {read_sql, b->in->linker};
	const struct builder_row *row = builder_of(h->history->tool);

	if (!row) {
		lower_django(b, service, h, migrations, n);
		return;
	}
	h->lowered = arena_new(b->a, struct lower_result);
	row->lower(b->a, migrations, n, &sql, h->lowered);
}

static const struct lower_file *
files_of(struct builder *b, const struct tool_step *s)
{
	struct lower_file *files = arena_array(b->a, struct lower_file, s->files.n + 1);

	for (uint32_t i = 0; i < s->files.n; i++)
		files[i] = (struct lower_file){
			s->files.v[i].value, s->files.v[i].file.unit, s->files.v[i].file.number};
	return files;
}

/* The migrations of a history as what runs in its steps. */
struct lower_request {
	struct builder *b;
	uint32_t service;
	struct build_history *h;
};

static void *
lower_history(void *self)
{
	struct lower_request *r = self;
	struct builder *b = r->b;
	struct tool_history *t = r->h->history;
	struct lower_migration *migrations =
		arena_array(b->a, struct lower_migration, t->steps.n + 1);
	uint32_t *step_of = arena_array(b->a, uint32_t, t->steps.n + 1), n = 0;

	for (uint32_t i = 0; i < t->steps.n; i++) {
		const struct tool_step *s = &t->steps.v[i];

		if (!s->file.value)
			continue;
		step_of[n] = i;
		migrations[n++] = (struct lower_migration){.group = s->group,
			.name = s->name,
			.file = s->file.number,
			.unit = s->file.unit,
			.closed = s->file.closed,
			.value = s->file.value,
			.guard = s->guard,
			.files = files_of(b, s),
			.n_files = s->files.n};
	}
	lower_all(b, r->service, r->h, migrations, n);
	for (uint32_t i = 0; r->h->lowered && i < r->h->lowered->steps.n; i++) {
		const struct lower_step *s = &r->h->lowered->steps.v[i];

		run_lowered(b, &r->h->steps[step_of[s->migration]], s, r->h->lowered->unit);
	}
	return NULL;
}

void
build_close_steps(struct builder *b, uint32_t service, struct tool_history *h)
{
	if (!h->tool->symbol)
		return;
	close_symbol(b, h);
	h->user_model = django_settings(b, service).auth_user_model;
}

void
build_lower(struct builder *b, uint32_t service, struct build_history *h)
{
	if (is_lowered(h->history->tool))
		extract_on_large_stack(lower_history, &(struct lower_request){b, service, h});
}
