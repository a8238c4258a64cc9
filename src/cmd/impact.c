/* `pgbounds impact`: what a migration breaks, for whom, where, and in which order it would not.
 *
 * The world as it is, and the same with the SQL run behind all migrations: as the next one of the service
 * in which one stands, else of the owner of the table that it is about first. A file that is a migration
 * of the tree already is taken out of the first world instead. */
#include <limits.h>
#include <stdlib.h>

#include "cmd/analysis.h"
#include "cmd/command.h"
#include "host/host.h"

/* Some SQL to be tried out. */
struct trial {
	struct str path, bytes;
	struct unit *unit;
	uint32_t in_tree; /* of the base's files, from 1: it stands there already; 0: it does not */
	uint32_t service; /* of .in_tree */
};
struct trials {
	struct analysis *x;
	VEC(struct trial) list;
};

static void *
extract(void *argument)
{
	struct trials *t = argument;
	struct arena scratch = {0};

	for (uint32_t i = 0; i < t->list.n; i++) {
		struct trial *one = &t->list.v[i];

		one->unit = arena_new(&t->x->arena, struct unit);
		extract_unit(one->unit, &t->x->arena, host_by_name(STR("sql")), one->bytes,
			&t->x->host, &scratch);
		one->unit->blob = source_blob_id(&t->x->arena, one->bytes);
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	return NULL;
}

/* The SQL of -e and of the files, in the order in which it is given. */
static bool
read_trials(struct trials *t, const struct options *o, struct diags *diags)
{
	struct arena *a = &t->x->arena;

	for (uint32_t i = 0; i < o->execute.n; i++)
		vec_push(a, &t->list,
			(struct trial){.path = STR("-e"), .bytes = str_from(o->execute.v[i])});
	for (uint32_t i = 0; i < o->arguments.n; i++) {
		struct trial one = {.path = str_from(o->arguments.v[i])};

		if (!input_read(a, one.path, &one.bytes, diags))
			return false;
		vec_push(a, &t->list, one);
	}
	return true;
}

/* Where the file stands in the tree of a service that is here; 0: in none. */
static uint32_t
find_in_tree(struct analysis *x, const struct side *s, struct str path)
{
	char real[PATH_MAX], other[PATH_MAX];

	if (!realpath(str_cstr(&x->arena, path), real))
		return 0;
	for (uint32_t i = 0; i < s->files.list.n; i++) {
		const struct file *f = &s->files.list.v[i];
		const struct source *source = &s->sources[f->service];
		struct str full;

		if (!str_ends(str_from(real), f->entry.path) || !x->is_here[f->service])
			continue;
		full = str_format(&x->arena, "%.*s/%.*s%.*s", STR_ARG(source->repository),
			STR_ARG(source->prefix), STR_ARG(f->entry.path));
		if (!source->repository.n)
			full = str_format(&x->arena, "%.*s/%.*s",
				STR_ARG(x->config.services.v[f->service].repo_path),
				STR_ARG(f->entry.path));
		if (realpath(full.s, other) && str_is(str_from(real), other))
			return i + 1;
	}
	return 0;
}

/* Files of the tree are left out of the base. A file that is no SQL must be one of them. */
static bool
take_out(struct trials *t, struct side *base, struct diags *diags)
{
	for (uint32_t i = 0; i < t->list.n; i++) {
		struct trial *one = &t->list.v[i];
		const struct host *host = host_of_path(one->path);
		uint32_t at = str_is(one->path, "-e") ? 0 : find_in_tree(t->x, base, one->path);

		one->in_tree = at;
		if (at) {
			for (uint32_t k = at; k < base->files.list.n; k++)
				base->files.list.v[k - 1] = base->files.list.v[k];
			base->files.list.n--;
		} else if (host && !str_is(str_from(host->name), "sql")) {
			diag_add(diags, DIAG_ERROR, one->path, 0, 0,
				"is no SQL, and no file of a service that is here; a framework's "
				"migration is tried where it stands in its tree");
			return false;
		}
	}
	return true;
}

/* The service whose table the SQL is about first. */
static uint32_t
owner_of_first(const struct trials *t, const struct world *w)
{
	for (uint32_t i = 0; i < t->list.n; i++) {
		const struct unit *u = t->list.v[i].unit;

		for (uint32_t k = 1; k < u->events.n; k++)
			for (uint32_t c = 0; c < w->contexts.n; c++) {
				const struct context *x = &w->contexts.v[c];
				struct binding b =
					catalog_resolve(&w->databases.v[x->database].catalog,
						&x->session, &u->events.v[k].object, MOMENT_NOW);

				if (b.state == BINDING_BOUND && b.object &&
					world_owner(w, x->database, b.object).service != UINT32_MAX)
					return world_owner(w, x->database, b.object).service;
			}
	}
	return UINT32_MAX;
}

/* Who runs it: the one service that is here, else the owner of what it is about. */
static uint32_t
runner(const struct trials *t, const struct world *w, struct diags *diags)
{
	uint32_t here = UINT32_MAX, n = 0, owner;

	for (uint32_t i = 0; i < t->x->config.services.n; i++)
		if (analysis_is_judged(t->x, i)) {
			here = i;
			n++;
		}
	owner = owner_of_first(t, w);
	if (n == 1)
		return here;
	if (owner == UINT32_MAX)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"whose migration this is cannot be told: it names no table that a service "
			"owns; call it in the repository of the service");
	return owner;
}

static void
add_trials(struct trials *t, struct side *head, uint32_t service)
{
	for (uint32_t i = 0; i < t->list.n; i++) {
		const struct trial *one = &t->list.v[i];

		if (one->in_tree)
			continue;
		vec_push(&t->x->arena, &head->files.list,
			(struct file){.service = service,
				.entry = {.path = one->path, .blob = one->unit->blob},
				.host = host_by_name(STR("sql")),
				.unit = one->unit,
				.read = true,
				.trial = true});
	}
}

/* The world without the SQL as the base, and with it as the head. */
static bool
build_trials(struct trials *t, const struct options *o, struct diags *diags)
{
	struct analysis *x = t->x;
	struct side *base;
	uint32_t service;

	x->n_bases = 1;
	x->bases = base = arena_array(&x->arena, struct side, 1);
	if (!analysis_configure(x, o, NULL, 0, diags) || !read_trials(t, o, diags))
		return false;
	extract_on_large_stack(extract, t);
	if (!side_list_here(x, base, diags) || !side_list_here(x, &x->head, diags) ||
		!take_out(t, base, diags) || !side_list_others(x, o, base, diags))
		return false;
	side_read(x, o, base);
	if (!side_build(x, o, base, diags))
		return false;
	service = runner(t, &base->world, diags);
	if (diag_worst(diags) >= DIAG_ERROR)
		return false;
	side_share(x, &x->head, base);
	add_trials(t, &x->head, service);
	side_read(x, o, &x->head);
	return side_build(x, o, &x->head, diags);
}

/* What is staged, and HEAD. */
static bool
build_staged(struct analysis *x, const struct options *o, struct diags *diags)
{
	source_here(&x->here, &x->arena);
	if (!change_choose(x, o, diags) || !analysis_configure(x, o, NULL, 0, diags) ||
		!side_list_here(x, &x->head, diags) || !analysis_someone_is_here(x, diags) ||
		!side_list_here(x, &x->bases[0], diags) || !side_list_others(x, o, &x->head, diags))
		return false;
	side_read(x, o, &x->head);
	return analysis_build(x, o, diags) && change_build_base(x, o, 0, diags);
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x = {0};
	struct trials t = {.x = &x};
	struct impact_doc doc;
	int status = STATUS_USAGE;

	if (o->staged ? o->execute.n + o->arguments.n > 0 : o->execute.n + o->arguments.n == 0)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"say what to try out: FILE..., -e SQL, or --staged alone");
	else if (o->staged ? build_staged(&x, o, diags) : build_trials(&t, o, diags)) {
		view_impact(&x.arena, &x.head.world, &x.bases[0].world, &doc);
		output_documents(&x.arena, o, &(struct document){.impact = &doc}, diags);
		status = doc.breaks || doc.refusals.n ? STATUS_FINDINGS : STATUS_CLEAN;
	}
	analysis_free(&x);
	return status;
}

const struct command command_impact = {
	.name = "impact",
	.usage = "FILE... | -e SQL",
	.summary = "what a migration would break, and a safe order",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_TRIAL,
	.max_arguments = UINT32_MAX,
	.run = run,
};
