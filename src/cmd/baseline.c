/* `pgbounds baseline`: writes down the findings that are there, so that only new ones are told. */
#include <stdio.h>
#include <unistd.h>

#include "cmd/analysis.h"
#include "cmd/command.h"
#include "rule/baseline.h"

/* A baseline belongs to the files that were read: only where these can be written can it be. */
static bool
can_write(const struct analysis *x, uint32_t service, struct diags *diags)
{
	const struct service *s = &x->config.services.v[service];
	enum source_kind kind = x->head.sources[service].kind;

	if (x->head.states[service].available && !str_is(x->head.states[service].from, "facts") &&
		(kind == SOURCE_WORK_TREE || kind == SOURCE_DIRECTORY))
		return true;
	diag_add(diags, DIAG_ERROR, x->config.path, s->line, 0,
		"the baseline of %.*s cannot be written: its files come from: %.*s; run this in its "
		"repository",
		STR_ARG(s->name), STR_ARG(x->head.states[service].from));
	return false;
}

static struct str
baseline_path(struct analysis *x, uint32_t service)
{
	const struct service *s = &x->config.services.v[service];

	return str_format(&x->arena, "%.*s/%.*s%s%.*s", STR_ARG(s->repo_path),
		STR_ARG(s->path.value), s->path.value.n ? "/" : "", STR_ARG(config_baseline(s)));
}

static bool
exists(struct analysis *x, struct str path)
{
	return access(str_cstr(&x->arena, path), F_OK) == 0;
}

/* True when the file that is there says the same already. */
static bool
is_same(struct analysis *x, struct str path, struct str bytes)
{
	struct diags ignored = {.arena = &x->arena};
	struct str old;

	return input_read(&x->arena, path, &old, &ignored) && str_eq(old, bytes);
}

static void
say(const struct analysis *x, uint32_t service, const struct baseline_change *c, bool same)
{
	struct str name = x->config.services.v[service].name;

	printf("%.*s: %u finding%s in the baseline", STR_ARG(name), c->findings,
		c->findings == 1 ? "" : "s");
	if (same)
		printf(", as before");
	if (c->added && !same)
		printf(", %u more", c->added);
	if (c->removed && !same)
		printf(", %u fewer", c->removed);
	printf("\n");
	if (c->refused)
		printf("%.*s: %u finding%s not added, because `strict: true` is set: mend %s, or suppress "
		       "%s where %s\n",
			STR_ARG(name), c->refused, c->refused == 1 ? " is" : "s are",
			c->refused == 1 ? "it" : "them", c->refused == 1 ? "it" : "them",
			c->refused == 1 ? "it stands" : "they stand");
}

/* Writes the baseline of a service; false when a strict one would have got longer. */
static bool
write_one(struct analysis *x, const struct findings *f, uint32_t service, struct diags *diags)
{
	struct str path = baseline_path(x, service);
	struct buf out = {.arena = &x->arena};
	struct baseline_change c = baseline_write(f, service, &out);
	bool there = f->baselines->services[service].there, same;

	if (!c.findings && !there) {
		say(x, service, &c, false);
		return c.refused == 0;
	}
	if (!there && exists(x, path))
		diag_add(diags, DIAG_WARNING, path, 0, 0,
			"git ignores this file, so that it is not read: nothing in it is known");
	same = is_same(x, path, buf_str(&out));
	if (same || output_write(path, buf_str(&out), diags))
		say(x, service, &c, same);
	return c.refused == 0;
}

/* What is not found because a service is missing would be taken for mended. */
static bool
is_whole(const struct analysis *x, struct diags *diags)
{
	if (!x->config.path.n)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"a baseline wants a pgbounds.yaml, which says what services there are");
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (!x->head.states[i].available)
			diag_add(diags, DIAG_ERROR, x->config.path, x->config.services.v[i].line, 0,
				"no baseline is written while %.*s cannot be read: what others do "
				"with its tables is not known",
				STR_ARG(x->config.services.v[i].name));
	return diag_worst(diags) < DIAG_ERROR;
}

static bool
find_named(struct analysis *x, const struct options *o, bool *wanted, struct diags *diags)
{
	for (uint32_t i = 0; i < o->arguments.n; i++) {
		uint32_t service = config_service(&x->config, str_from(o->arguments.v[i]));

		if (service == UINT32_MAX)
			diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
				"no service is called '%s'", o->arguments.v[i]);
		else
			wanted[service] = true;
	}
	return diag_worst(diags) < DIAG_ERROR;
}

/* The services that are named, or those of the repository in which one stands. */
static bool
find_services(struct analysis *x, const struct options *o, bool *wanted, struct diags *diags)
{
	bool any = false;

	if (o->arguments.n)
		return find_named(x, o, wanted, diags);
	for (uint32_t i = 0; i < x->config.services.n; i++)
		any |= wanted[i] = analysis_is_judged(x, i);
	if (!any)
		diag_add(diags, DIAG_ERROR, x->config.path, 0, 0,
			"no service of this configuration is in the current directory: name one");
	return any;
}

static int
write_all(struct analysis *x, const struct options *o, struct diags *diags)
{
	bool *wanted = arena_array(&x->arena, bool, x->config.services.n + 1), all = true;
	struct findings found;

	if (!is_whole(x, diags) || !find_services(x, o, wanted, diags))
		return STATUS_USAGE;
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (wanted[i] && !can_write(x, i, diags))
			return STATUS_USAGE;
	rules_run(&x->head.world, NULL, &x->arena, &found);
	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (wanted[i])
			all &= write_one(x, &found, i, diags);
	return all ? STATUS_CLEAN : STATUS_FINDINGS;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct analysis x;
	int status = STATUS_CLEAN;

	if (analysis_read(&x, o, NULL, 0, diags) && analysis_build(&x, o, diags))
		status = write_all(&x, o, diags);
	analysis_free(&x);
	return status;
}

const struct command command_baseline = {
	.name = "baseline",
	.usage = "[SERVICE...]",
	.summary = "write down what is there, to be told of new findings only",
	.takes = TAKES_SOURCES | TAKES_TODAY,
	.max_arguments = UINT32_MAX,
	.run = run,
};
