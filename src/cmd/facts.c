/* `pgbounds facts`: what the files say, to be used instead of a repository. */
#include "cmd/analysis.h"
#include "cmd/command.h"

/* Facts of the services named, or of all that were read. */
static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct buf out;
	uint32_t only = UINT32_MAX;
	bool ok;

	ok = analysis_read(&x, o, NULL, 0, diags);
	if (ok && o->arguments.n) {
		only = analysis_service(&x, o->arguments.v[0], diags);
		ok = only != UINT32_MAX;
	}
	out = (struct buf){.arena = &x.arena};
	for (uint32_t i = 0; ok && i < x.config.services.n; i++)
		if ((only == UINT32_MAX || only == i) && x.head.states[i].available)
			facts_write(&x, i, &out);
	if (ok)
		output_write(str_from(o->output), buf_str(&out), diags);
	analysis_free(&x);
	return STATUS_CLEAN;
}

const struct command command_facts = {
	.name = "facts",
	.usage = "[SERVICE]",
	.summary = "what the files say, to be used instead of a repository",
	.takes = TAKES_SOURCES | TAKES_FILE,
	.max_arguments = 1,
	.run = run,
};
