/* `pgbounds check`: the gate, for the services of the repository in which it stands.
 *
 * A change is judged by difference: the findings of the services with it, less those without it. What
 * is not committed is judged against HEAD; while a merge is under way, against each of its parents,
 * for only what neither has is the merge's own. */
#include <stdlib.h>
#include <unistd.h>

#include "cmd/analysis.h"
#include "cmd/command.h"
#include "rule/rule.h"
#include "view/view.h"

/* Leaves the findings of the services that are here; false when no service is, or when one could not
 * be read. */
static bool
keep_here(const struct analysis *x, struct findings *f, struct diags *diags)
{
	bool *judged = arena_array(f->arena, bool, x->config.services.n + 1);

	for (uint32_t i = 0; i < x->config.services.n; i++)
		judged[i] = analysis_is_judged(x, i);
	findings_keep(f, judged);
	return diag_worst(diags) < DIAG_ERROR;
}

/* True when a service is here, and all that are could be listed. */
static bool
someone_is_here(const struct analysis *x, struct diags *diags)
{
	bool any = false;

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		if (!analysis_is_judged(x, i))
			continue;
		any = true;
		if (!x->head.states[i].available)
			diag_add(diags, DIAG_SYSTEM, x->config.path, 0, 0,
				"the service that is here, %.*s, could not be read",
				STR_ARG(x->config.services.v[i].name));
	}
	if (!any)
		diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
			"no service of this configuration is in the current directory; "
			"`pgbounds audit` judges all of them");
	return diag_worst(diags) < DIAG_ERROR;
}

static int
check_all(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct findings found;
	struct findings_doc doc = {0};

	if (!analysis_read(x, o, NULL, 0, diags) || !someone_is_here(x, diags) ||
		!analysis_build(x, o, diags))
		return STATUS_CLEAN;
	rules_run(&x->head.world, NULL, &x->arena, &found);
	if (!keep_here(x, &found, diags))
		return STATUS_CLEAN;
	view_findings(&x->arena, &x->head.world, &found, &doc);
	return judge(o, report_findings(x, o, &doc, diags), x->head.world.gaps.n, diags);
}

/* The index that git has put elsewhere while it runs a hook; git gives it relative to the top. */
static struct str
index_file(struct analysis *x)
{
	const char *named = getenv("GIT_INDEX_FILE");
	struct str path = str_from(named);

	if (!path.n || path.s[0] == '/')
		return path;
	path = str_format(&x->arena, "%.*s/%s", STR_ARG(x->here.top), named);
	return access(path.s, R_OK) == 0 ? path : str_from(named);
}

/* What is judged: the index, a revision, or the work tree. */
static void
choose_head(struct analysis *x, const struct options *o)
{
	x->head.here = (struct source_request){.index = o->staged,
		.revision = str_from(o->head)};
	if (o->staged)
		x->head.here.index_file = index_file(x);
}

/* What it is judged against. */
static bool
choose_bases(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct source_bases bases;
	bool ok;

	if (!x->here.top.n) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"not in a git repository, so there is no change to judge; "
			"`pgbounds check --all` judges the whole state");
		return false;
	}
	ok = o->base ? source_merge_base(&bases, &x->arena, x->here.top, str_from(o->base),
			       str_from(o->head), diags)
		     : source_bases_of_head(&bases, &x->arena, x->here.top, diags);
	if (!ok)
		return false;
	x->n_bases = bases.list.n ? bases.list.n : 1;
	x->bases = arena_array(&x->arena, struct side, x->n_bases);
	for (uint32_t i = 0; i < x->n_bases; i++)
		x->bases[i].here = (struct source_request){.optional = true,
			.nothing = bases.list.n == 0,
			.revision = bases.list.n ? bases.list.v[i] : (struct str){0}};
	return true;
}

static bool
config_differs(struct analysis *x, const struct side *base)
{
	struct str path = x->config.path;
	const struct str *now, *then;
	bool missing_now, missing_then;

	if (!path.n)
		return false;
	now = analysis_config_text(x, path, &x->head.here, &missing_now);
	then = analysis_config_text(x, path, &base->here, &missing_then);
	if (!then && !missing_then)
		return false; /* it stands in another repository */
	if (!now || !then)
		return true;
	return !str_eq(*now, *then);
}

/* What the base's configuration said. One that is not there, or could not be read, loosens nothing. */
static void
read_config_before(struct analysis *x, struct side *base)
{
	struct config *before = arena_new(&x->arena, struct config);
	struct diags ignored = {.arena = &x->arena};
	const struct str *text;
	bool missing;

	if (!config_differs(x, base))
		return;
	text = analysis_config_text(x, x->config.path, &base->here, &missing);
	if (text && config_read(before, &x->arena, x->config.path, text, &ignored))
		base->config_before = before;
}

/* False when what is read is the same as in one of the bases: then nothing can be new. */
static bool
has_change(struct analysis *x)
{
	for (uint32_t i = 0; i < x->n_bases; i++)
		if (!side_differs(x, &x->head, &x->bases[i]) && !config_differs(x, &x->bases[i]))
			return false;
	return true;
}

/* What the base's files say is not known where they could not be read; what the head's say then
 * looks new. */
static void
warn_unread(const struct side *base, struct diags *diags)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < base->files.list.n; i++) {
		const struct file *f = &base->files.list.v[i];

		n += f->read && (f->status == READ_MISSING || f->status == READ_ERROR);
	}
	if (n)
		diag_add(diags, DIAG_WARNING, base->here.revision, 0, 0,
			"%u files of the base could not be read (a partial clone?): "
			"what is not new may be told as new",
			n);
}

/* The findings of the head that base I has not. */
static bool
judge_against(struct analysis *x, const struct options *o, uint32_t i, struct findings *found,
	struct diags *diags)
{
	struct side *base = &x->bases[i];
	struct findings before;

	read_config_before(x, base);
	side_share(x, base, &x->head);
	side_read(x, o, base);
	warn_unread(base, diags);
	if (!side_build(x, o, base, diags))
		return false;
	rules_run(&x->head.world, &base->world, &x->arena, found);
	rules_run(&base->world, NULL, &x->arena, &before);
	findings_subtract(found, &before);
	return true;
}

static bool
judge_change(struct analysis *x, const struct options *o, struct findings *found,
	struct diags *diags)
{
	for (uint32_t i = 0; i < x->n_bases; i++) {
		struct findings against;

		if (!judge_against(x, o, i, i ? &against : found, diags))
			return false;
		if (i)
			findings_intersect(found, &against);
	}
	findings_settle(found);
	return true;
}

static int
check_change(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct findings found = {0};
	struct findings_doc doc = {.change = true};

	source_here(&x->here, &x->arena);
	choose_head(x, o);
	if (!choose_bases(x, o, diags) || !analysis_configure(x, o, NULL, 0, diags) ||
		!side_list_here(x, &x->head, diags) || !someone_is_here(x, diags))
		return STATUS_CLEAN;
	for (uint32_t i = 0; i < x->n_bases; i++)
		if (!side_list_here(x, &x->bases[i], diags))
			return STATUS_CLEAN;
	if (!has_change(x)) {
		doc.unchanged = true;
		return judge(o, report_findings(x, o, &doc, diags), 0, diags);
	}
	if (!side_list_others(x, o, &x->head, diags))
		return STATUS_CLEAN;
	side_read(x, o, &x->head);
	if (!analysis_build(x, o, diags) || !judge_change(x, o, &found, diags))
		return STATUS_CLEAN;
	for (uint32_t i = 0; i < x->n_bases; i++)
		world_subtract_gaps(&x->head.world, &x->bases[i].world);
	view_findings(&x->arena, &x->head.world, &found, &doc);
	return judge(o, report_findings(x, o, &doc, diags), x->head.world.gaps.n, diags);
}

/* What is said of a change that is not one. */
static bool
usage_is_good(const struct options *o, struct diags *diags)
{
	const char *wrong = NULL;

	if (o->all + o->staged + (o->base != NULL) > 1)
		wrong = "--all, --staged and --base exclude each other";
	else if (o->head && !o->base)
		wrong = "--head goes with --base";
	else if (o->revision && !o->all)
		wrong = "--rev goes with --all; a change is judged with --base and --head";
	if (wrong)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0, "%s", wrong);
	return !wrong;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x = {0};
	int status = STATUS_USAGE;

	if (usage_is_good(o, diags))
		status = o->all ? check_all(&x, o, diags) : check_change(&x, o, diags);
	analysis_free(&x);
	return status;
}

const struct command command_check = {
	.name = "check",
	.usage = "[--staged | --base REV | --all]",
	.summary = "the gate: what a change here makes worse",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_JUDGE | TAKES_TODAY | TAKES_CHANGE,
	.run = run,
};
