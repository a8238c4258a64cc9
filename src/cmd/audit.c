/* `pgbounds audit`: all services, whole state. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "rule/rule.h"
#include "view/view.h"

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct findings found;
	struct findings_doc doc = {.whole = true};
	int status = STATUS_CLEAN;

	if (analysis_read(&x, o, o->arguments.v, o->arguments.n, diags) &&
		analysis_build(&x, o, diags)) {
		rules_run(&x.head.world, NULL, &x.arena, &found);
		view_findings(&x.arena, &x.head.world, &found, &doc);
		status = judge(o, report_findings(&x, o, &doc, diags), x.head.world.gaps.n, diags);
	}
	analysis_free(&x);
	return status;
}

const struct command command_audit = {
	.name = "audit",
	.usage = "[DIR...]",
	.summary = "all services: findings and who uses what",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_JUDGE | TAKES_TODAY,
	.max_arguments = UINT32_MAX,
	.run = run,
};
