/* `pgbounds who`: every place that touches a table or column; --all: every line with its name. */
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "view/view.h"

static void
unknown_service(struct analysis *x, const char *name, struct diags *diags)
{
	uint32_t n = x->config.services.n;
	const char **names = arena_array(&x->arena, const char *, n + 1);
	const char *nearest;

	for (uint32_t i = 0; i < n; i++)
		names[i] = str_cstr(&x->arena, x->config.services.v[i].name);
	nearest = config_nearest(str_from(name), names);
	diag_add(diags, DIAG_ERROR, x->config.path, 0, 0, "no service is called '%s'%s%s%s", name,
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
}

/* The services of --service, by number; NULL: all. */
static bool *
chosen_services(struct analysis *x, const struct options *o, struct diags *diags)
{
	bool *chosen = arena_array(&x->arena, bool, x->config.services.n + 1);

	for (uint32_t i = 0; i < o->services.n; i++) {
		uint32_t service = config_service(&x->config, str_from(o->services.v[i]));

		if (service == UINT32_MAX)
			unknown_service(x, o->services.v[i], diags);
		else
			chosen[service] = true;
	}
	return o->services.n ? chosen : NULL;
}

/* The files of every service, to be read again. */
static const struct who_tree *
trees(struct analysis *x)
{
	struct who_tree *list = arena_array(&x->arena, struct who_tree, x->config.services.n + 1);

	for (uint32_t i = 0; i < x->config.services.n; i++) {
		list[i].facts = x->head.states[i].available;
		if (!x->head.sources[i].files.ops)
			continue;
		list[i].list = &x->head.sources[i].list;
		list[i].files = x->head.sources[i].files;
	}
	return list;
}

/* False with a diagnostic when what is asked makes no sense. */
static bool
make_request(
	struct analysis *x, const struct options *o, struct who_request *r, struct diags *diags)
{
	*r = (struct who_request){
		.pattern = str_from(o->arguments.v[0]),
		.access = (o->writes ? ACCESS_WRITE : 0) | (o->reads ? ACCESS_READ : 0),
		.services = chosen_services(x, o, diags),
		.trees = o->all ? trees(x) : NULL,
	};
	if (o->all && r->access)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"--all accounts for every line; it goes with neither --writes nor --reads");
	return diag_worst(diags) < DIAG_ERROR;
}

static void
nothing_found(const struct analysis *x, const struct options *o, struct diags *diags)
{
	bool alone = !x->config.path.n && !o->facts.n;

	diag_add(diags, DIAG_NOTE, (struct str){0}, 0, 0, "nothing that was read %s '%s'%s",
		o->all                   ? "touches or names"
		: o->writes && !o->reads ? "writes to"
		: o->reads && !o->writes ? "reads"
					 : "touches",
		o->arguments.v[0],
		alone ? "; there is no pgbounds.yaml here or above, so only what is here was read"
		      : "");
}

static int
answer(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct who_request request;
	struct who_doc doc = {0};

	if (!make_request(x, o, &request, diags))
		return STATUS_USAGE;
	if (!view_who(&x->arena, &x->head.world, &request, &doc)) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"'%s' is not of the form [SCHEMA.]TABLE[.COLUMN]", o->arguments.v[0]);
		return STATUS_USAGE;
	}
	report_who(x, o, &doc, diags);
	if (!doc.places.n)
		nothing_found(x, o, diags);
	return doc.places.n ? STATUS_CLEAN : STATUS_FINDINGS;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	int status = STATUS_CLEAN;

	if (analysis_read(&x, o, NULL, 0, diags) && analysis_build(&x, o, diags))
		status = answer(&x, o, diags);
	analysis_free(&x);
	return status;
}

const struct command command_who = {
	.name = "who",
	.usage = "[SCHEMA.]TABLE[.COLUMN]",
	.summary = "every place that touches it; parts may be globs",
	.takes = TAKES_SOURCES | TAKES_REPORT | TAKES_WHO,
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
