/* Help: for the program, for a command. It fits on a screen (tests/lint/help.py). */
#include <stdio.h>

#include "base/arena.h"
#include "cmd/describe.h"

#define COLUMNS 80
#define LEFT 27 /* where the text of a list begins */

/* Breaks TEXT at blanks, with further lines under the first. */
static void
add_wrapped(struct buf *out, struct str text)
{
	size_t column = LEFT;
	struct str word;

	while (str_cut(&text, ' ', &word)) {
		if (column > LEFT && column + 1 + word.n > COLUMNS) {
			buf_addf(out, "\n%*s", LEFT, "");
			column = LEFT;
		}
		buf_addf(out, "%s%.*s", column > LEFT ? " " : "", STR_ARG(word));
		column += (column > LEFT) + word.n;
	}
	buf_addc(out, '\n');
}

void
help_program(struct buf *out)
{
	buf_add(out, STR("usage: pgbounds COMMAND [OPTION...] [ARGUMENT...]\n\n"
			 "keeps the boundaries of a Postgres that several services share\n\n"));
	for (const struct command *const *c = commands; *c; c++)
		buf_addf(out, "  %-11s %s\n", (*c)->name, (*c)->summary);
	buf_add(out,
		STR("\n`pgbounds COMMAND --help` lists options; `pgbounds audit DIR...` needs no\n"
		    "configuration. Findings go to standard output, all else to standard error.\n"
		    "Exit status: 0 clean, 1 findings, 2 bad usage or configuration, 3 the system\n"
		    "failed, 4 incomplete under --strict.\n"));
}

void
help_command(const struct command *c, struct buf *out)
{
	struct arena scratch = {0};

	buf_addf(out, "usage: pgbounds %s [OPTION...]%s%s\n\n%s\n\n", c->name, *c->usage ? " " : "",
		c->usage, c->summary);
	for (const struct option *x = options_table; x->name; x++) {
		if (!option_taken(c, x))
			continue;
		buf_addf(out, "  %-24s ", describe_option(&scratch, x).s);
		add_wrapped(out, describe_help(&scratch, x));
	}
	arena_free(&scratch);
}

/* `pgbounds help [COMMAND]` */
static int
run(const struct options *o, struct diags *diags)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};
	const struct command *c =
		o->arguments.n ? describe_command(str_from(o->arguments.v[0])) : NULL;
	int status = STATUS_CLEAN;

	if (!o->arguments.n)
		help_program(&b);
	else if (c)
		help_command(c, &b);
	else
		status = unknown_command(o->arguments.v[0], diags);
	fwrite(buf_str(&b).s, 1, b.n, stdout);
	arena_free(&scratch);
	return status;
}

const struct command command_help = {
	.name = "help",
	.usage = "[COMMAND]",
	.summary = "this, or a command's usage and options",
	.max_arguments = 1,
	.run = run,
};
