/* `pgbounds config`: what is in force, and from where. */
#include <stdio.h>

#include "base/arena.h"
#include "cmd/analysis.h"
#include "cmd/describe.h"
#include "view/view.h"

/* For completions, so without reading any repository; and without a word where the configuration is
 * wrong. */
static int
list_services(const struct options *o)
{
	struct analysis x = {0};
	struct diags ignored = {.arena = &x.arena};

	analysis_configure(&x, o, o->arguments.v, o->arguments.n, &ignored);
	for (uint32_t i = 0; i < x.config.services.n; i++)
		printf("%.*s\n", STR_ARG(x.config.services.v[i].name));
	analysis_free(&x);
	return STATUS_CLEAN;
}

static int
print_schema(void)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};

	config_schema(&b);
	fwrite(buf_str(&b).s, 1, b.n, stdout);
	arena_free(&scratch);
	return STATUS_CLEAN;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	struct config_doc doc;

	if (o->schema)
		return print_schema();
	if (o->only_services)
		return list_services(o);
	if (analysis_read(&x, o, o->arguments.v, o->arguments.n, diags) &&
		analysis_build(&x, o, diags)) {
		view_config(&x.arena, &x.head.world, &doc);
		output_documents(&x.arena, o, &(struct document){.config = &doc}, diags);
	}
	analysis_free(&x);
	return STATUS_CLEAN;
}

const struct command command_config = {
	.name = "config",
	.usage = "[DIR...]",
	.summary = "the configuration in force, and where each value is from",
	.details = "As text it is a configuration that says the same again.",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_CONFIG,
	.max_arguments = UINT32_MAX,
	.run = run,
};
