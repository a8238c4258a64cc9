/* `pgbounds init`: a draft of pgbounds.yaml, or the hook. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cmd/command.h"
#include "cmd/draft.h"
#include "cmd/hook.h"

/* The directory of FILE, absolute; with a diagnostic where there is none. */
static struct str
directory_of(struct arena *a, struct str file, struct diags *diags)
{
	size_t slash = str_rchr(file, '/');
	struct str dir = slash == SIZE_MAX ? STR(".") : str_slice(file, 0, slash ? slash : 1);
	struct str path = file_real_path(a, str_cstr(a, dir));

	if (!path.n)
		diag_add(diags, DIAG_ERROR, file, 0, 0, "cannot be written: %s", strerror(errno));
	return path;
}

/* Roles and operators decide on schemas, so the world is built again with them. */
static bool
rebuild(struct analysis *x, const struct draft_doc *d, const struct options *o, struct diags *diags)
{
	for (uint32_t i = 0; i < d->services.n; i++) {
		struct service *s = &x->config.services.v[i];

		s->kind = d->services.v[i].is_operator ? SERVICE_OPERATOR : SERVICE_ORDINARY;
		for (uint32_t k = 0; k < d->services.v[i].roles.n; k++)
			vec_push(&x->arena, &s->roles,
				(struct setting){.value = d->services.v[i].roles.v[k].name});
	}
	for (uint32_t i = 0; i < x->head.files.list.n; i++)
		x->head.files.list.v[i].class = classify_path(x->head.files.list.v[i].entry.path);
	return analysis_build(x, o, diags);
}

/* Repositories that were only found beside or below may have nothing to do with the rest. */
static bool *
leave_out(struct analysis *x, bool named)
{
	bool *concerned = view_draft_concerned(&x->arena, &x->head.world);
	bool *out = arena_array(&x->arena, bool, x->config.services.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		concerned[i] |= x->config.services.v[i].kind == SERVICE_OPERATOR;
		n += concerned[i];
	}
	for (uint32_t i = 0; i < x->config.services.n; i++)
		out[i] = !named && n > 0 && !concerned[i];
	return out;
}

/* Puts the directories in the better order that the world shows; false when it is the one they have. */
static bool
reorder(const struct analysis *x, const char **directories, uint32_t n, struct arena *a)
{
	uint32_t *order = view_draft_order(a, &x->head.world);
	const char **before = arena_array(a, const char *, n + 1);
	bool changed = false;

	memcpy(before, directories, n * sizeof *before);
	for (uint32_t i = 0; i < n; i++) {
		directories[i] = before[order[i]];
		changed |= order[i] != i;
	}
	return changed;
}

/* A world that knows roles and operators, of the directories in their order. */
static bool
build(struct analysis *x, const struct options *o, const char **directories, uint32_t n,
	struct draft_doc *doc, struct diags *diags)
{
	if (!analysis_read(x, o, directories, n, diags) || !analysis_build(x, o, diags))
		return false;
	view_draft_roles(&x->arena, &x->head.world, doc);
	return rebuild(x, doc, o, diags);
}

static bool
draft(struct analysis *x, const struct options *o, const struct paths *found,
	const struct paths *notes, struct str base, struct buf *out, struct diags *diags)
{
	struct arena *a = out->arena;
	const char **directories = arena_array(a, const char *, found->list.n + 1);
	struct draft_doc doc;

	for (uint32_t i = 0; i < found->list.n; i++)
		directories[i] = str_cstr(a, found->list.v[i]);
	if (!build(x, o, directories, found->list.n, &doc, diags))
		return false;
	if (reorder(x, directories, found->list.n, a)) {
		struct diags again = {.arena = a}; /* the same ones */

		analysis_free(x);
		if (!build(x, o, directories, found->list.n, &doc, &again))
			return false;
	}
	view_draft_owners(&x->arena, &x->head.world, &doc);
	draft_write(&doc, x, leave_out(x, o->arguments.n > 0), notes, base, out);
	return true;
}

/* Draws the configuration up and writes it, unless one is there. */
static int
init(const struct options *o, struct arena *a, struct diags *diags)
{
	struct str file = o->output ? str_from(o->output) : STR("pgbounds.yaml");
	bool shown = str_is(file, "-");
	struct paths found = {0}, notes = {0};
	struct buf b = {.arena = a};
	struct analysis x = {0};
	struct str base;

	if (!shown && !o->force && access(str_cstr(a, file), F_OK) == 0) {
		diag_add(diags, DIAG_ERROR, file, 0, 0,
			"is there already: --force overwrites it, -o - only shows the draft");
		return STATUS_USAGE;
	}
	base = directory_of(a, shown ? STR("pgbounds.yaml") : file, diags);
	if (!base.n)
		return STATUS_USAGE;
	discover(a, o->arguments.v, o->arguments.n, &found, &notes);
	if (!found.list.n)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"no repository here, beside or below holds .sql, .go, .py, .js or .ts files; "
			"name them: pgbounds init DIR...");
	if (found.list.n && draft(&x, o, &found, &notes, base, &b, diags) &&
		output_write(shown ? (struct str){0} : file, buf_str(&b), diags) && !shown)
		diag_add(diags, DIAG_NOTE, file, 0, 0,
			"drafted; read it, then run `pgbounds audit`");
	analysis_free(&x);
	return STATUS_CLEAN;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct arena scratch = {0};
	int status =
		o->hook ? hook_install(o, &scratch, diags) : init(o, &scratch, diags);

	arena_free(&scratch);
	return status;
}

const struct command command_init = {
	.name = "init",
	.usage = "[DIR...]",
	.summary = "draft pgbounds.yaml, or with --hook install the hook",
	.details = "Without DIR it looks at the repository in which one stands and those beside it, else "
		   "at those below. "
		   "It never overwrites a configuration without --force; -o - shows the draft. "
		   "With --hook it writes a pre-commit hook where git looks for hooks, unless there "
		   "is one of somebody else's.",
	.takes = TAKES_FILE | TAKES_INIT,
	.max_arguments = UINT32_MAX,
	.run = run,
};
