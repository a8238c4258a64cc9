/* `pgbounds who`: every place that touches a table or column. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "view/view.h"

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct who_doc doc = {0};
	int status = STATUS_CLEAN;

	if (analysis_read(&x, o, NULL, 0, diags) && analysis_build(&x, o, diags)) {
		if (!view_who(&x.arena, &x.head.world, str_from(o->arguments.v[0]), &doc)) {
			diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
				"'%s' is not of the form [SCHEMA.]TABLE[.COLUMN]",
				o->arguments.v[0]);
		} else {
			report_who(&x, o, &doc, diags);
			if (!doc.places.n)
				diag_add(diags, DIAG_NOTE, (struct str){0}, 0, 0,
					"nothing that was read touches '%s'%s", o->arguments.v[0],
					x.config.path.n || o->facts.n
						? ""
						: "; there is no pgbounds.yaml here or "
						  "above, so only what is here was read");
			status = doc.places.n ? STATUS_CLEAN : STATUS_FINDINGS;
		}
	}
	analysis_free(&x);
	return status;
}

const struct command command_who = {
	.name = "who",
	.usage = "[SCHEMA.]TABLE[.COLUMN]",
	.summary = "every place that touches it; parts may be globs",
	.takes = TAKES_SOURCES | TAKES_REPORT,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
