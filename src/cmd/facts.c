/* `pgbounds facts`: what the files say, to be used instead of a repository. */
#include "cmd/analysis.h"
#include "cmd/command.h"

/* The service that is named; else those of the repository in which one stands, as its CI does; where
 * that is none, as beside the repositories, all. */
static bool
choose(struct analysis *x, const struct options *o, struct diags *diags)
{
	bool any = false;
	uint32_t only = UINT32_MAX;

	if (o->arguments.n) {
		only = analysis_service(x, o->arguments.v[0], diags);
		if (only == UINT32_MAX)
			return false;
	}
	x->wanted = arena_array(&x->arena, bool, x->config.services.n + 1);
	for (uint32_t i = 0; i < x->config.services.n; i++) {
		x->wanted[i] = only == UINT32_MAX ? analysis_is_judged(x, i) : only == i;
		any |= x->wanted[i];
	}
	if (!any)
		x->wanted = NULL;
	return true;
}

/* Builds the world, too: it has further files extracted that tell of the migrations. */
static bool
read_wanted(struct analysis *x, const struct options *o, struct diags *diags)
{
	x->head.here.revision = str_from(o->revision);
	if (!analysis_configure(x, o, NULL, 0, diags) || !choose(x, o, diags) ||
		!side_list_here(x, &x->head, diags) ||
		!side_list_others(x, o, &x->head, diags))
		return false;
	side_read(x, o, &x->head);
	return analysis_build(x, o, diags);
}

static bool
is_written(const struct analysis *x, uint32_t service)
{
	return (!x->wanted || x->wanted[service]) && x->head.states[service].available;
}

static void
write_all(const struct analysis *x, struct buf *out)
{
	uint32_t following = 0;

	for (uint32_t i = 0; i < x->config.services.n; i++)
		following += is_written(x, i);
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (is_written(x, i))
			facts_write(x, i, --following, out);
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x = {0};
	struct buf out = {.arena = &x.arena};

	if (read_wanted(&x, o, diags)) {
		write_all(&x, &out);
		output_write(str_from(o->output), buf_str(&out), diags);
	}
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
