/* pgbounds: keeps the boundaries of a shared Postgres.
 *
 * The map of the source. Data goes one way, a directory is a layer; include/ mirrors src/, and the
 * headers are the pages to read first.
 *
 *   cmd/        this file: the table of commands; one file a command; analysis.c is the pipeline
 *   config/     pgbounds.yaml: services, ownership, grants
 *   source/     repositories → trees of files (libgit2)
 *   extract/    a file → its unit, in a pool of threads
 *     host/       Go, Python, XML, YAML, .sql: text → values, symbols, marks
 *     sql/        SQL → statements, events, queries (libpg_query)
 *     unit/       the vocabulary of all that, and the evaluator of values
 *   link/       units → closed units: names across files
 *   world/      what all services together do to the databases
 *     tool/       migration tools: which files, in which order
 *     lower/      Django's operations → PostgreSQL's events
 *     catalog/    events → what PostgreSQL's catalog would hold, at every moment
 *   rule/       the engine; ../rules/ at the top holds one file a rule
 *   view/       world and findings → documents
 *   report/     documents → text, JSON
 *   base/       arenas, slices, maps, diagnostics
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cmd/analysis.h"
#include "cmd/describe.h"
#include "cmd/progress.h"
#include "sql/sql.h"

const struct command *const commands[] = {
	&command_audit,
	&command_check,
	&command_who,
	&command_impact,
	&command_catalog,
	&command_facts,
	&command_baseline,
	&command_explain,
	&command_rules,
	&command_init,
	&command_config,
	&command_completion,
	&command_man,
	&command_help,
	NULL,
};

struct str
version_text(struct arena *a)
{
	return str_format(a, "%s (PostgreSQL %s grammar)", PGBOUNDS_VERSION, sql_grammar_version());
}

int
unknown_command(const char *name, struct diags *diags)
{
	struct arena scratch = {0};
	const char *nearest = config_nearest(str_from(name), describe_commands(&scratch));

	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
		"no command '%s'%s%s%s; see `pgbounds --help`", name,
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	arena_free(&scratch);
	return STATUS_USAGE;
}

static void
print_help(struct arena *a, const struct command *c)
{
	struct buf b = {.arena = a};

	if (c)
		help_command(c, &b);
	else
		help_program(&b);
	fwrite(buf_str(&b).s, 1, b.n, stdout);
}

/* The one mouth for diagnostics: "path:line:col: error: message" on standard error. Names from a
 * repository and its data are made printable. */
static void
print_diag(struct buf *b, const struct diag *d)
{
	static const char *const words[] = {
		[DIAG_NOTE] = "note",
		[DIAG_WARNING] = "warning",
		[DIAG_ERROR] = "error",
		[DIAG_SYSTEM] = "error",
	};

	b->n = 0;
	report_escape(b, d->path.n ? d->path : STR("pgbounds"));
	if (d->line)
		buf_addf(b, ":%u", d->line);
	if (d->line && d->column)
		buf_addf(b, ":%u", d->column);
	buf_addf(b, ": %s: ", words[d->level]);
	report_escape(b, d->message);
	fprintf(stderr, "%.*s\n", STR_ARG(buf_str(b)));
}

static void
print_diags(const struct diags *diags)
{
	struct buf b = {.arena = diags->arena};

	for (uint32_t i = 0; i < diags->list.n; i++)
		print_diag(&b, &diags->list.v[i]);
}

static int
status_of(const struct diags *diags, int status)
{
	switch (diag_worst(diags)) {
	case DIAG_SYSTEM:
		return STATUS_SYSTEM;
	case DIAG_ERROR:
		return STATUS_USAGE;
	case DIAG_WARNING:
	case DIAG_NOTE:
		break;
	}
	return status;
}

static bool
is_one_of(const char *word, const char *x, const char *y, const char *z)
{
	return strcmp(word, x) == 0 || strcmp(word, y) == 0 || strcmp(word, z) == 0;
}

static int
run(struct arena *a, int argc, char **argv, struct diags *diags)
{
	const struct command *c;
	struct options o;
	int status;

	if (argc < 2 || is_one_of(argv[1], "--help", "-h", "-?")) {
		print_help(a, NULL);
		return argc < 2 ? STATUS_USAGE : STATUS_CLEAN;
	}
	if (is_one_of(argv[1], "--version", "-V", "version")) {
		printf("pgbounds %s\n", version_text(a).s);
		return STATUS_CLEAN;
	}
	c = describe_command(str_from(argv[1]));
	if (!c)
		return unknown_command(argv[1], diags);
	if (!options_parse(&o, a, c, argc - 2, argv + 2, diags))
		return STATUS_USAGE;
	if (o.help) {
		print_help(a, c);
		return STATUS_CLEAN;
	}
	if (!o.timing)
		progress_start();
	status = c->run(&o, diags);
	progress_stop();
	return status;
}

int
main(int argc, char **argv)
{
	struct arena arena = {0};
	struct diags diags = {.arena = &arena};
	int status;

	/* A file that would grow too large is a write that fails; so is a pipe that nobody reads. */
	signal(SIGXFSZ, SIG_IGN);
	signal(SIGPIPE, SIG_IGN);
	status = run(&arena, argc, argv, &diags);

	/* Who has read enough (`| head`) knows that he has not read all. */
	if ((fflush(stdout) || ferror(stdout)) && !output_is_cut())
		diag_add(&diags, DIAG_SYSTEM, STR("standard output"), 0, 0, "cannot be written");
	print_diags(&diags);
	status = status_of(&diags, status);
	arena_free(&arena);
	return status;
}
