/* `pgbounds man`: the man page in mdoc, made from the tables of commands, options and keys. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cmd/describe.h"
#include "config/keys.h"

#define COLUMNS 78

/* A word of text: at the beginning of a line a dot or quote would be a request; a backslash is none. */
static void
add_word(struct buf *out, struct str word, bool first)
{
	if (first && word.n && (word.s[0] == '.' || word.s[0] == '\''))
		buf_add(out, STR("\\&"));
	for (size_t i = 0; i < word.n; i++)
		if (word.s[i] == '\\')
			buf_add(out, STR("\\e"));
		else
			buf_addc(out, word.s[i]);
}

/* Text as it is, in lines; each sentence begins its own. */
static void
add_text(struct buf *out, const char *text)
{
	struct str rest = str_from(text), word;
	size_t column = 0;
	bool ended = false;

	while (str_cut(&rest, ' ', &word)) {
		bool first = column == 0 || ended || column + 1 + word.n > COLUMNS;

		if (column)
			buf_addc(out, first ? '\n' : ' ');
		column = first ? word.n : column + 1 + word.n;
		add_word(out, word, first);
		ended = word.n && strchr(".?!", word.s[word.n - 1]);
	}
	buf_addc(out, '\n');
}

/* A word as the argument of a macro. */
static struct str
argument(struct arena *a, const char *text)
{
	struct buf b = {.arena = a};

	buf_addc(&b, '"');
	for (; *text; text++)
		if (*text == '"')
			buf_add(&b, STR("\\(dq"));
		else if (*text == '\\')
			buf_add(&b, STR("\\e"));
		else
			buf_addc(&b, *text);
	buf_addc(&b, '"');
	return buf_str(&b);
}

static void
add_commands(struct buf *out)
{
	buf_add(out, STR(".Sh COMMANDS\n.Bl -tag -width Ds\n"));
	for (const struct command *const *c = commands; *c; c++) {
		buf_addf(out, ".It Cm %s", (*c)->name);
		if (*(*c)->usage)
			buf_addf(out, " Ar %.*s", STR_ARG(argument(out->arena, (*c)->usage)));
		buf_addc(out, '\n');
		add_text(out, (*c)->summary);
		if ((*c)->details) {
			buf_add(out, STR(".Pp\n"));
			add_text(out, (*c)->details);
		}
	}
	buf_add(out, STR(".El\n"));
}

/* "Of audit, check and who", or nothing for those that all take. */
static struct str
takers(struct arena *a, const struct option *o)
{
	struct buf b = {.arena = a};
	uint32_t n = 0, left = 0;

	for (const struct command *const *c = commands; o->takes && *c; c++)
		left += option_taken(*c, o);
	for (const struct command *const *c = commands; o->takes && *c; c++) {
		if (!option_taken(*c, o))
			continue;
		buf_addf(&b, "%s%s", !n ? "" : left == 1 ? " and " : ", ", (*c)->name);
		n++;
		left--;
	}
	return buf_str(&b);
}

static void
add_options(struct buf *out)
{
	buf_add(out, STR(".Sh OPTIONS\n"
			 "Which command takes an option stands behind it;\n"
			 ".Ic pgbounds COMMAND --help\nlists those of one.\n"
			 ".Bl -tag -width Ds\n"));
	for (const struct option *o = options_table; o->name; o++) {
		struct str of = takers(out->arena, o);

		buf_add(out, STR(".It "));
		if (o->letter)
			buf_addf(out, "Fl %c , ", o->letter);
		buf_addf(out, "Fl -%s", o->name);
		if (o->argument)
			buf_addf(out, " Ar %.*s", STR_ARG(argument(out->arena, o->argument)));
		buf_addc(out, '\n');
		add_text(out, describe_help(out->arena, o).s);
		if (of.n)
			buf_addf(out, ".Pq %.*s\n", STR_ARG(of));
		if (o->details) {
			buf_add(out, STR(".Pp\n"));
			add_text(out, o->details);
		}
	}
	buf_add(out, STR(".El\n"));
}

/* "services: grants: may", and what stands below it. */
static void
add_key(struct buf *out, const struct key *k, const char *above)
{
	struct str path = str_format(out->arena, "%s%s%s", above, *above ? ": " : "", k->name);

	buf_addf(out, ".It Ic %.*s\n", STR_ARG(path));
	add_text(out, k->help);
	for (size_t i = 0; k->words && k->words[i]; i++)
		buf_addf(out, "%s%s%s", i ? "" : ".Pq ", k->words[i], k->words[i + 1] ? ", " : "\n");
	for (k = k->keys; k && k->name; k++)
		add_key(out, k, path.s);
}

static void
add_keys(struct buf *out)
{
	buf_add(out, STR(".Sh CONFIGURATION\n"
			 "None is needed for a first look.\n"
			 "What cannot be inferred stands in\n.Pa pgbounds.yaml ,\n"
			 "of which\n.Ic pgbounds init\nwrites a draft.\n"
			 ".Ic pgbounds config\nshows what is in force,\n"
			 ".Ic pgbounds config --schema\nprints the JSON schema for editors.\n"
			 "Its keys are:\n.Bl -tag -width Ds\n"));
	for (const struct key *k = config_keys; k->name; k++)
		add_key(out, k, "");
	buf_add(out, STR(".El\n"));
}

static const char page_head[] =
	".Os\n"
	".Sh NAME\n"
	".Nm pgbounds\n"
	".Nd keeps the boundaries of a Postgres that several services share\n"
	".Sh SYNOPSIS\n"
	".Nm\n.Ar COMMAND\n.Op Ar OPTION ...\n.Op Ar ARGUMENT ...\n"
	".Sh DESCRIPTION\n"
	".Nm\n"
	"reads the repositories of services that share a PostgreSQL database:\n"
	"SQL files, migrations and the SQL in string literals.\n"
	"It works out who creates, alters, reads and writes what, and says where a\n"
	"boundary is crossed.\n"
	"It runs nothing of what it reads and opens no connection.\n"
	".Pp\n"
	"Findings go to standard output, everything else to standard error.\n";

static const char page_tail[] =
	".Sh ENVIRONMENT\n"
	".Bl -tag -width Ds\n"
	".It Ev PGBOUNDS_CONFIG\n"
	"The configuration, where\n.Fl -config\nis not given.\n"
	".It Ev NO_COLOR\n"
	"No colours, unless\n.Fl -color Cm always\nis given.\n"
	".It Ev TERM\n"
	"On a terminal that is\n.Dq dumb\nno progress is shown.\n"
	".El\n"
	".Sh FILES\n"
	".Bl -tag -width Ds\n"
	".It Pa pgbounds.yaml\n"
	"The configuration, in the current directory or above.\n"
	".It Pa .pgbounds.yaml\n"
	"In a service's repository: which service it is, and where the configuration\n"
	"stands.\n"
	".El\n"
	".Sh EXIT STATUS\n"
	".Bl -tag -width Ds\n"
	".It 0\nclean\n"
	".It 1\nfindings at or above the level that fails\n"
	".It 2\nbad usage or configuration\n"
	".It 3\nthe system failed\n"
	".It 4\nsomething could not be analysed, under\n.Fl -strict\n"
	".El\n"
	".Sh EXAMPLES\n"
	"A first look at two repositories:\n"
	".Pp\n.Dl pgbounds audit ../hub ../odds\n.Pp\n"
	"Who touches a column, before it is changed:\n"
	".Pp\n.Dl pgbounds who r10_user.language\n";

void
man_page(struct buf *out)
{
	/* The date of the page, not of the day: the same program prints the same page. */
	buf_add(out, STR(".Dd " PGBOUNDS_DATE "\n.Dt PGBOUNDS 1\n"));
	buf_add(out, str_from(page_head));
	add_commands(out);
	add_options(out);
	add_keys(out);
	buf_add(out, str_from(page_tail));
}

static int
run(const struct options *o, struct diags *diags)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};

	(void)o;
	(void)diags;
	man_page(&b);
	fwrite(buf_str(&b).s, 1, b.n, stdout);
	arena_free(&scratch);
	return STATUS_CLEAN;
}

const struct command command_man = {
	.name = "man",
	.usage = "",
	.summary = "the man page, to be read by man -l -",
	.run = run,
};
