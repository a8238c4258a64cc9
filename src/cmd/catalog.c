/* `pgbounds catalog`: what the migrations leave behind. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "view/view.h"

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct catalog_doc doc = {0};
	uint32_t service = UINT32_MAX;

	if (analysis_read(&x, o, NULL, 0, diags) && analysis_build(&x, o, diags)) {
		if (o->arguments.n)
			service = analysis_service(&x, o->arguments.v[0], diags);
		if (!o->arguments.n || service != UINT32_MAX) {
			view_catalog(&x.arena, &x.head.world, service, &doc);
			output_documents(&x.arena, o, &(struct document){.catalog = &doc}, diags);
		}
	}
	analysis_free(&x);
	return STATUS_CLEAN;
}

const struct command command_catalog = {
	.name = "catalog",
	.usage = "[SERVICE]",
	.summary = "what the migrations leave behind",
	.takes = TAKES_SOURCES | TAKES_REPORT,
	.max_arguments = 1,
	.run = run,
};
