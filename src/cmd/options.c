/* The table of options, and the parser that is made from it. */
#include "cmd/options.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "cmd/describe.h"
#include "report/report.h"

/* clang-format off */
const struct option options_table[] = {
	{.letter = 'c', .name = "config", .kind = KIND_STRING, .offset = offsetof(struct options, config),
	 .argument = "FILE", .help = "the configuration",
	 .details = "Without it, $PGBOUNDS_CONFIG names the configuration, else it is the nearest "
	 "pgbounds.yaml (or .pgbounds.yaml) of this directory and those above.",
	 .takes = TAKES_SOURCES},
	{.name = "rev", .kind = KIND_REVISION, .offset = offsetof(struct options, revision),
	 .argument = "REV", .help = "read this revision, not the work tree",
	 .details = "For the repository in which one stands it beats a configured rev:; a neighbour keeps "
	 "its own.",
	 .takes = TAKES_SOURCES},
	{.name = "facts", .kind = KIND_STRINGS, .offset = offsetof(struct options, facts),
	 .argument = "FILE", .help = "facts in place of the repository they were made of",
	 .takes = TAKES_SOURCES},
	{.letter = 'j', .name = "jobs", .kind = KIND_NUMBER, .offset = offsetof(struct options, jobs),
	 .argument = "N", .help = "threads (default: one a processor)", .takes = TAKES_SOURCES},
	{.name = "cache", .kind = KIND_STRING, .offset = offsetof(struct options, cache),
	 .argument = "DIR", .help = "keep what files say in DIR, to be faster",
	 .details = "Without it, $PGBOUNDS_CACHE names the directory, else it is the user's.",
	 .takes = TAKES_SOURCES},
	{.name = "no-cache", .kind = KIND_FLAG, .offset = offsetof(struct options, no_cache),
	 .help = "read every file again, and keep nothing", .takes = TAKES_SOURCES},
	{.name = "timing", .kind = KIND_FLAG, .offset = offsetof(struct options, timing),
	 .help = "say where the time went", .takes = TAKES_SOURCES},
	{.name = "all", .kind = KIND_FLAG, .offset = offsetof(struct options, all),
	 .help = "judge the whole state, not a change", .takes = TAKES_CHANGE},
	{.name = "staged", .kind = KIND_FLAG, .offset = offsetof(struct options, staged),
	 .help = "judge the index, not the work tree", .takes = TAKES_CHANGE},
	{.name = "base", .kind = KIND_REVISION, .offset = offsetof(struct options, base),
	 .argument = "REV", .help = "judge what is on top of the merge base with REV", .takes = TAKES_CHANGE},
	{.name = "head", .kind = KIND_REVISION, .offset = offsetof(struct options, head),
	 .argument = "REV", .help = "with --base: judge REV, not the work tree", .takes = TAKES_CHANGE},
	{.name = "all", .kind = KIND_FLAG, .offset = offsetof(struct options, all),
	 .help = "account for every line that git grep -w shows", .takes = TAKES_WHO},
	{.letter = 'e', .name = "execute", .kind = KIND_STRINGS, .offset = offsetof(struct options, execute),
	 .argument = "SQL", .help = "try this out; may be repeated", .takes = TAKES_TRIAL},
	{.name = "staged", .kind = KIND_FLAG, .offset = offsetof(struct options, staged),
	 .help = "what is staged, against HEAD", .takes = TAKES_TRIAL},
	{.name = "writes", .kind = KIND_FLAG, .offset = offsetof(struct options, writes),
	 .help = "only places that change rows", .takes = TAKES_WHO},
	{.name = "reads", .kind = KIND_FLAG, .offset = offsetof(struct options, reads),
	 .help = "only places that read rows; with --writes, either", .takes = TAKES_WHO},
	{.name = "service", .kind = KIND_STRINGS, .offset = offsetof(struct options, services),
	 .argument = "NAME", .help = "only this service's places; may be repeated", .takes = TAKES_WHO},
	{.letter = 'f', .name = "format", .kind = KIND_OUTPUT, .offset = offsetof(struct options, outputs),
	 .argument = "F[:FILE]", .help = "may be repeated; F:",
	 .details = "Without FILE, or where that is -, it goes to standard output.",
	 .takes = TAKES_REPORT},
	{.name = "report-repo", .kind = KIND_STRING, .offset = offsetof(struct options, report_repo),
	 .argument = "REPO", .help = "only what stands in this repository (or service's)",
	 .takes = TAKES_JUDGE},
	{.name = "color", .kind = KIND_COLOUR, .offset = offsetof(struct options, colour),
	 .argument = "WHEN", .help = "auto, always or never (also: NO_COLOR)", .takes = TAKES_REPORT},
	{.letter = 'v', .name = "verbose", .kind = KIND_FLAG, .offset = offsetof(struct options, verbose),
	 .help = "list every blind spot", .takes = TAKES_REPORT},
	{.name = "fail-on", .kind = KIND_LEVEL, .offset = offsetof(struct options, fail_on),
	 .argument = "LEVEL", .help = "error (default), warning or note", .takes = TAKES_JUDGE},
	{.name = "strict", .kind = KIND_FLAG, .offset = offsetof(struct options, strict),
	 .help = "fail (status 4) on what could not be analysed", .takes = TAKES_JUDGE},
	{.name = "today", .kind = KIND_DATE, .offset = offsetof(struct options, today),
	 .argument = "DATE", .help = "YYYY-MM-DD: the day against which grants end", .takes = TAKES_TODAY},
	{.name = "at", .kind = KIND_STRING, .offset = offsetof(struct options, at),
	 .argument = "STEP", .help = "what is there behind this step of a history",
	 .details = "STEP is the name of a migration, APP.NAME, its path, or how one of them begins.",
	 .takes = TAKES_STEP},
	{.letter = 'o', .name = "output", .kind = KIND_STRING, .offset = offsetof(struct options, output),
	 .argument = "FILE", .help = "write to FILE instead of standard output", .takes = TAKES_FILE},
	{.name = "services", .kind = KIND_FLAG, .offset = offsetof(struct options, only_services),
	 .help = "only the names of the services, one a line", .takes = TAKES_CONFIG},
	{.name = "schema", .kind = KIND_FLAG, .offset = offsetof(struct options, schema),
	 .help = "print the JSON schema of pgbounds.yaml, for editors", .takes = TAKES_CONFIG},
	{.name = "force", .kind = KIND_FLAG, .offset = offsetof(struct options, force),
	 .help = "overwrite a configuration that is there", .takes = TAKES_INIT},
	{.name = "hook", .kind = KIND_FLAG, .offset = offsetof(struct options, hook),
	 .help = "install a pre-commit hook that runs check --staged", .takes = TAKES_INIT},
	{.letter = 'h', .name = "help", .kind = KIND_FLAG, .offset = offsetof(struct options, help),
	 .help = "this help"},
	{.name = NULL},
};
/* clang-format on */

bool
option_taken(const struct command *c, const struct option *o)
{
	return o->takes == 0 || (c->takes & o->takes);
}

static void
usage_error(struct diags *diags, const struct command *c, const char *what, const char *word)
{
	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0, "%s '%s'; see `pgbounds %s --help`",
		what, word, c->name);
}

static void
unknown_option(struct diags *diags, const struct command *c, const char *word, struct str name)
{
	const char *names[sizeof options_table / sizeof *options_table] = {0};
	const char *nearest;
	size_t n = 0;

	for (const struct option *x = options_table; x->name; x++)
		if (option_taken(c, x))
			names[n++] = x->name;
	nearest = config_nearest(name, names);
	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
		"unknown option '%s'%s%s%s; see `pgbounds %s --help`", word,
		nearest ? "; did you mean '--" : "", nearest ? nearest : "", nearest ? "'?" : "",
		c->name);
}

static bool
set_output(struct options *o, struct arena *a, struct str value)
{
	struct output *x = vec_add(a, &o->outputs);
	size_t colon = str_chr(value, ':', 0);

	x->format = str_slice(value, 0, colon);
	if (colon != SIZE_MAX)
		x->file = str_slice(value, colon + 1, value.n);
	if (str_is(x->file, "-"))
		x->file = (struct str){0};
	else if (colon != SIZE_MAX && !x->file.n)
		return false;
	return format_by_name(x->format) != NULL;
}

static bool
set_number(uint32_t *out, const char *value)
{
	char *end;
	unsigned long n = strtoul(value, &end, 10);

	*out = (uint32_t)n;
	return *value >= '0' && *value <= '9' && *end == '\0' && n <= 4096;
}

static bool
set_colour(enum colour_when *out, struct str value)
{
	*out = str_is(value, "always")  ? COLOUR_ALWAYS
	       : str_is(value, "never") ? COLOUR_NEVER
					: COLOUR_AUTO;
	return *out != COLOUR_AUTO || str_is(value, "auto");
}

/* Sets the option's field; false when the value is none of its kind. */
static bool
set_value(struct options *o, struct arena *a, const struct option *x, const char *value)
{
	void *field = (char *)o + x->offset;

	switch (x->kind) {
	case KIND_FLAG:
		*(bool *)field = true;
		return true;
	case KIND_STRING:
		*(const char **)field = value;
		return true;
	case KIND_REVISION:
		*(const char **)field = value;
		return *value != '\0';
	case KIND_STRINGS:
		vec_push(a, (struct strings *)field, value);
		return true;
	case KIND_OUTPUT:
		return set_output(o, a, str_from(value));
	case KIND_LEVEL:
		return level_parse(str_from(value), field) && *(enum level *)field > LEVEL_NONE;
	case KIND_NUMBER:
		return set_number(field, value);
	case KIND_COLOUR:
		return set_colour(field, str_from(value));
	case KIND_DATE:
		*(const char **)field = value;
		return config_is_date(str_from(value));
	}
	return false;
}

static const struct option *
find_option(const struct command *c, struct str name, char letter)
{
	for (const struct option *x = options_table; x->name; x++)
		if (option_taken(c, x) && (letter ? x->letter == letter : str_is(name, x->name)))
			return x;
	return NULL;
}

static void
wrong_value(struct diags *diags, struct arena *a, const struct option *x, const char *value)
{
	struct candidates c = describe_value(a, x->argument);
	struct str word = str_from(value), hint = {0};

	if (x->kind == KIND_OUTPUT)
		word = str_slice(word, 0, str_chr(word, ':', 0));
	if (c.what == COMPLETES_WORDS)
		hint = config_hint(a, word, c.words);
	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0, "'%s' is no value of --%s %s%s%.*s", value,
		x->name, x->argument, hint.n ? "" : ": ", STR_ARG(hint.n ? hint : str_from(x->help)));
}

/* The words that begin with '-': "--name=value", "--name value", "-n value", "-nvalue". */
static bool
parse_option(struct options *o, struct arena *a, const struct command *c, int *at, int argc,
	char **argv, struct diags *diags)
{
	char *word = argv[*at];
	bool is_long = word[1] == '-';
	struct str name = str_from(word + (is_long ? 2 : 1));
	size_t equals = is_long ? str_chr(name, '=', 0) : SIZE_MAX;
	const struct option *x =
		find_option(c, str_slice(name, 0, equals), is_long ? '\0' : word[1]);
	const char *value = NULL;

	if (!x) {
		unknown_option(diags, c, word, is_long ? str_slice(name, 0, equals) : STR(""));
		return false;
	}
	if (equals != SIZE_MAX)
		value = name.s + equals + 1;
	else if (!is_long && word[2])
		value = word + 2;
	if (x->kind == KIND_FLAG && value) {
		usage_error(diags, c, "this option takes no value:", word);
		return false;
	}
	if (x->kind != KIND_FLAG && !value && ++*at < argc)
		value = argv[*at];
	if (x->kind != KIND_FLAG && !value) {
		usage_error(diags, c, "a value is missing behind", word);
		return false;
	}
	if (!set_value(o, a, x, value)) {
		wrong_value(diags, a, x, value);
		return false;
	}
	return true;
}

bool
options_parse(struct options *o, struct arena *a, const struct command *c, int argc, char **argv,
	struct diags *diags)
{
	bool only_arguments = false;

	*o = (struct options){.fail_on = LEVEL_ERROR};
	for (int i = 0; i < argc; i++) {
		if (only_arguments || argv[i][0] != '-' || argv[i][1] == '\0')
			vec_push(a, &o->arguments, (const char *)argv[i]);
		else if (strcmp(argv[i], "--") == 0)
			only_arguments = true;
		else if (!parse_option(o, a, c, &i, argc, argv, diags))
			return false;
	}
	if (o->help)
		return true;
	if (o->arguments.n < c->min_arguments || o->arguments.n > c->max_arguments) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"%s arguments; usage: pgbounds %s%s%s",
			o->arguments.n < c->min_arguments ? "too few" : "too many", c->name,
			*c->usage ? " " : "", c->usage);
		return false;
	}
	if (o->outputs.n == 0)
		set_output(o, a, STR("text"));
	return true;
}
