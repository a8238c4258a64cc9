/* `pgbounds check --all`: the gate, for the services of the repository in which it stands. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "rule/rule.h"
#include "view/view.h"

/* Leaves the findings of the services that are here; false when no service is, or when one could not
 * be read. */
static bool
keep_here(const struct analysis *x, struct findings *f, struct diags *diags)
{
	bool *here = arena_array(f->arena, bool, x->config.services.n + 1), any = false;
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		any |= here[i] = analysis_is_judged(x, i);
		if (here[i] && !x->head.states[i].available)
			diag_add(diags, DIAG_SYSTEM, x->config.path, 0, 0,
				"the service that is here, %.*s, could not be read",
				STR_ARG(x->config.services.v[i].name));
	}
	if (!any)
		diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
			"no service of this configuration is in the current directory; "
			"`pgbounds audit` judges all of them");
	for (uint32_t i = 0; i < f->list.n; i++)
		if (f->list.v[i].service < x->config.services.n && here[f->list.v[i].service])
			f->list.v[n++] = f->list.v[i];
	f->list.n = n;
	return diag_worst(diags) < DIAG_ERROR;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct findings found;
	struct findings_doc doc = {0};
	int status = STATUS_CLEAN;

	if (!o->all) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"say what to judge: `pgbounds check --all` judges the whole state of the "
			"services of this repository");
		return STATUS_USAGE;
	}
	if (analysis_read(&x, o, NULL, 0, diags) && analysis_build(&x, o, diags)) {
		rules_run(&x.head.world, NULL, &x.arena, &found);
		if (keep_here(&x, &found, diags)) {
			view_findings(&x.arena, &x.head.world, &found, &doc);
			output_documents(&x.arena, o, &(struct document){.findings = &doc}, diags);
			status = judge(o, findings_worst(&found), x.head.world.gaps.n, diags);
		}
	}
	analysis_free(&x);
	return status;
}

const struct command command_check = {
	.name = "check",
	.usage = "--all",
	.summary = "the gate for the services of this repository",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_JUDGE | TAKES_ALL,
	.run = run,
};
