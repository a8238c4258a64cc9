/* `pgbounds catalog`: what the migrations leave behind. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "view/view.h"

/* The service that is named; UINT32_MAX when none is. False when there is none of that name. */
static bool
find_service(struct analysis *x, const struct options *o, uint32_t *service, struct diags *diags)
{
	*service = UINT32_MAX;
	if (!o->arguments.n)
		return true;
	*service = analysis_service(x, o->arguments.v[0], diags);
	x->head.at_service = str_from(o->arguments.v[0]);
	return *service != UINT32_MAX;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct catalog_doc doc = {0};
	uint32_t service;

	if (analysis_read(&x, o, NULL, 0, diags) && find_service(&x, o, &service, diags) &&
		analysis_build(&x, o, diags)) {
		view_catalog(&x.arena, &x.head.world, service, &doc);
		output_documents(&x.arena, o, &(struct document){.catalog = &doc}, diags);
	}
	analysis_free(&x);
	return STATUS_CLEAN;
}

const struct command command_catalog = {
	.name = "catalog",
	.usage = "[SERVICE]",
	.summary = "what the migrations leave behind",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_STEP,
	.max_arguments = 1,
	.run = run,
};
