/* `pgbounds check`: the gate, for the services of the repository in which it stands.
 *
 * A change is judged by difference: the findings of the services with it, less those without it. What
 * is not committed is judged against HEAD; while a merge is under way, against each of its parents,
 * for only what neither has is the merge's own. */
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

static int
check_all(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct findings found;
	struct findings_doc doc = {0};

	if (!analysis_read(x, o, NULL, 0, diags) || !analysis_someone_is_here(x, diags) ||
		!analysis_build(x, o, diags))
		return STATUS_CLEAN;
	rules_run(&x->head.world, NULL, &x->arena, &found);
	if (!keep_here(x, &found, diags))
		return STATUS_CLEAN;
	view_findings(&x->arena, &x->head.world, &found, &doc);
	return judge(o, report_findings(x, o, &doc, diags), x->head.world.gaps.n, diags);
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

/* A change that takes the configuration away takes away all that it demands. */
static void
warn_of_gone_config(struct analysis *x, struct diags *diags)
{
	struct str path = str_format(&x->arena, "%.*s/pgbounds.yaml", STR_ARG(x->here.top));
	bool missing;

	if (x->config.path.n)
		return;
	for (uint32_t i = 0; i < x->n_bases; i++)
		if (!analysis_config_text(x, path, &x->bases[i].here, &missing))
			return;
	diag_add(diags, DIAG_WARNING, STR("pgbounds.yaml"), 0, 0,
		"this change removes the configuration: nothing that it says is judged any more");
}

/* Whether the base's configuration is another, and what it said. One that is not there, or could not be read, loosens nothing. */
static void
read_config_before(struct analysis *x, struct side *base)
{
	struct config *before = arena_new(&x->arena, struct config);
	struct diags ignored = {.arena = &x->arena};
	const struct str *text;
	bool missing;

	base->config_differs = config_differs(x, base);
	if (!base->config_differs)
		return;
	text = analysis_config_text(x, x->config.path, &base->here, &missing);
	if (text && config_read(before, &x->arena, x->config.path, text, &ignored))
		base->config_before = before;
}

/* False when what is read is the same as in one of the bases, or says the same: then nothing can be
 * new. */
static bool
has_change(struct analysis *x)
{
	for (uint32_t i = 0; i < x->n_bases; i++)
		if (!x->bases[i].config_differs &&
			(!side_differs(x, &x->head, &x->bases[i]) ||
				side_differs_quietly(x, &x->head, &x->bases[i])))
			return false;
	return true;
}

/* The findings of the head that base I has not. */
static bool
judge_against(struct analysis *x, const struct options *o, uint32_t i, struct findings *found,
	struct diags *diags)
{
	struct side *base = &x->bases[i];
	struct findings before;

	if (!change_build_base(x, o, i, diags))
		return false;
	rules_run(&x->head.world, &base->world, &x->arena, found);
	rules_run(&base->world, NULL, &x->arena, &before);
	findings_subtract(found, &before);
	return true;
}

static bool
judge_change(
	struct analysis *x, const struct options *o, struct findings *found, struct diags *diags)
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
	if (!change_choose(x, o, diags) || !analysis_configure(x, o, NULL, 0, diags) ||
		!side_list_here(x, &x->head, diags) || !analysis_someone_is_here(x, diags))
		return STATUS_CLEAN;
	for (uint32_t i = 0; i < x->n_bases; i++) {
		read_config_before(x, &x->bases[i]);
		if (!side_list_here(x, &x->bases[i], diags))
			return STATUS_CLEAN;
	}
	warn_of_gone_config(x, diags);
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
