/* `pgbounds completion SHELL`: a script for bash, zsh or fish, made from the tables of commands and
 * options. What can be completed is told by the words of their usages: see describe.c. */
#include <stdio.h>

#include "base/arena.h"
#include "cmd/describe.h"

/* What a shell's script says, one function a kind of thing. */
struct shell {
	const char *name;
	void (*script)(struct buf *out);
};

static struct str
joined(struct arena *a, const char *const *words)
{
	struct buf b = {.arena = a};

	for (; words && *words; words++)
		buf_addf(&b, "%s%s", b.n ? " " : "", *words);
	return buf_str(&b);
}

/* TEXT between single quotes, which no shell looks into. */
static struct str
quoted(struct arena *a, const char *text)
{
	struct buf b = {.arena = a};

	buf_addc(&b, '\'');
	for (; *text; text++)
		if (*text == '\'')
			buf_add(&b, STR("'\\''"));
		else
			buf_addc(&b, *text);
	buf_addc(&b, '\'');
	return buf_str(&b);
}

/* bash ------------------------------------------------------------------------------------------- */

static void
bash_candidates(struct buf *out, const struct candidates *c)
{
	switch (c->what) {
	case COMPLETES_WORDS:
		buf_addf(out, "_pgbounds_words '%.*s'", STR_ARG(joined(out->arena, c->words)));
		return;
	case COMPLETES_FILES:
		buf_add(out, STR("_pgbounds_paths -f"));
		return;
	case COMPLETES_DIRECTORIES:
		buf_add(out, STR("_pgbounds_paths -d"));
		return;
	case COMPLETES_SERVICES:
		buf_add(out, STR("_pgbounds_words \"$(pgbounds config --services 2>/dev/null)\""));
		return;
	case COMPLETES_NOTHING:
		break;
	}
	buf_add(out, STR(":"));
}

/* The options of C: a `case` on the word before, and the words themselves. */
static void
bash_command(struct buf *out, const struct command *c)
{
	struct candidates arguments = describe_arguments(out->arena, c);
	struct buf names = {.arena = out->arena};

	buf_addf(out, "\t%s)\n\t\tcase $prev in\n", c->name);
	for (const struct option *o = options_table; o->name; o++) {
		struct candidates values;

		if (!option_taken(c, o))
			continue;
		buf_addf(&names, "%s--%s", names.n ? " " : "", o->name);
		if (!o->argument)
			continue;
		values = describe_value(out->arena, o->argument);
		buf_addf(out, "\t\t--%s%s%.1s) ", o->name, o->letter ? " | -" : "", &o->letter);
		bash_candidates(out, &values);
		buf_add(out, STR(" ;;\n"));
	}
	buf_addf(out, "\t\t*)\n\t\t\tcase $cur in\n\t\t\t-*) _pgbounds_words '%.*s' ;;\n\t\t\t*) ",
		STR_ARG(buf_str(&names)));
	bash_candidates(out, &arguments);
	buf_add(out, STR(" ;;\n\t\t\tesac\n\t\t\t;;\n\t\tesac\n\t\t;;\n"));
}

static const char bash_head[] =
	"# bash completion for pgbounds, made by `pgbounds completion bash`.\n"
	"_pgbounds_words() {\n"
	"\tmapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\")\n"
	"}\n"
	"_pgbounds_paths() {\n"
	"\tcompopt -o filenames\n"
	"\tmapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n"
	"}\n"
	"_pgbounds() {\n"
	"\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]}\n"
	"\tCOMPREPLY=()\n"
	"\t# readline takes --option=value for three words.\n"
	"\tif [[ $cur == = ]]; then\n"
	"\t\tcur=\n"
	"\telif [[ $prev == = ]]; then\n"
	"\t\tprev=${COMP_WORDS[COMP_CWORD-2]}\n"
	"\tfi\n"
	"\tif ((COMP_CWORD == 1)); then\n";

static void
bash_script(struct buf *out)
{
	buf_add(out, str_from(bash_head));
	buf_addf(out, "\t\t_pgbounds_words '%.*s --help --version'\n\t\treturn\n\tfi\n",
		STR_ARG(joined(out->arena, describe_commands(out->arena))));
	buf_add(out, STR("\tcase ${COMP_WORDS[1]} in\n"));
	for (const struct command *const *c = commands; *c; c++)
		bash_command(out, *c);
	buf_add(out, STR("\tesac\n}\ncomplete -F _pgbounds pgbounds\n"));
}

/* zsh -------------------------------------------------------------------------------------------- */

/* The action of an argument's specification. */
static struct str
zsh_action(struct arena *a, const struct candidates *c)
{
	switch (c->what) {
	case COMPLETES_WORDS:
		return str_format(a, "(%.*s)", STR_ARG(joined(a, c->words)));
	case COMPLETES_FILES:
		return STR("_files");
	case COMPLETES_DIRECTORIES:
		return STR("_files -/");
	case COMPLETES_SERVICES:
		return STR("_pgbounds_services");
	case COMPLETES_NOTHING:
		break;
	}
	return STR(" ");
}

/* TEXT where zsh gives a meaning to brackets and colons. */
static struct str
zsh_text(struct arena *a, const char *text)
{
	struct buf b = {.arena = a};

	for (; *text; text++) {
		if (*text == '[' || *text == ']' || *text == ':' || *text == '\\')
			buf_addc(&b, '\\');
		buf_addc(&b, *text);
	}
	return buf_str(&b);
}

static void
zsh_option(struct buf *out, const struct option *o)
{
	struct arena *a = out->arena;
	const char *many = o->kind == KIND_STRINGS || o->kind == KIND_OUTPUT ? "*" : "";
	struct str help = zsh_text(a, describe_help(a, o).s), value = {0};

	if (o->argument) {
		struct candidates c = describe_value(a, o->argument);

		value = str_format(a, ":%.*s:%.*s", STR_ARG(zsh_text(a, o->argument)),
			STR_ARG(zsh_action(a, &c)));
	}
	buf_addf(out, "\t\t\t%.*s \\\n",
		STR_ARG(quoted(a, str_format(a, "%s--%s%s[%.*s]%.*s", many, o->name,
					  o->argument ? "=" : "", STR_ARG(help), STR_ARG(value))
					  .s)));
	if (o->letter)
		buf_addf(out, "\t\t\t%.*s \\\n",
			STR_ARG(quoted(a, str_format(a, "%s-%c%s[%.*s]%.*s", many, o->letter,
						  o->argument ? "+" : "", STR_ARG(help),
						  STR_ARG(value))
						  .s)));
}

static void
zsh_command(struct buf *out, const struct command *c)
{
	struct candidates arguments = describe_arguments(out->arena, c);

	buf_addf(out, "\t%s)\n\t\t_arguments -s -S \\\n", c->name);
	for (const struct option *o = options_table; o->name; o++)
		if (option_taken(c, o))
			zsh_option(out, o);
	buf_addf(out, "\t\t\t'%s:argument:%.*s'\n\t\t;;\n", c->max_arguments > 1 ? "*" : "1",
		STR_ARG(zsh_action(out->arena, &arguments)));
}

static const char zsh_head[] = "#compdef pgbounds\n"
			       "# zsh completion for pgbounds, made by `pgbounds completion zsh`.\n"
			       "_pgbounds_services() {\n"
			       "\tlocal -a services=(${(f)\"$(pgbounds config --services 2>/dev/null)\"})\n"
			       "\tcompadd -a services\n"
			       "}\n"
			       "_pgbounds() {\n"
			       "\tlocal command=$words[2]\n"
			       "\tif ((CURRENT == 2)); then\n"
			       "\t\tlocal -a commands=(\n";

static void
zsh_script(struct buf *out)
{
	struct arena *a = out->arena;

	buf_add(out, str_from(zsh_head));
	for (const struct command *const *c = commands; *c; c++)
		buf_addf(out, "\t\t\t%.*s\n",
			STR_ARG(quoted(a, str_format(a, "%s:%.*s", (*c)->name,
						  STR_ARG(zsh_text(a, (*c)->summary)))
						  .s)));
	buf_add(out, STR("\t\t)\n\t\t_describe command commands\n\t\treturn\n\tfi\n"
			 "\tshift words\n\t((CURRENT--))\n\tcase $command in\n"));
	for (const struct command *const *c = commands; *c; c++)
		zsh_command(out, *c);
	buf_add(out, STR("\tesac\n}\n"
			 "if [[ $zsh_eval_context[-1] == loadautofunc ]]; then\n"
			 "\t_pgbounds \"$@\"\nelse\n\tcompdef _pgbounds pgbounds\nfi\n"));
}

/* fish ------------------------------------------------------------------------------------------- */

/* "-a …", with what it is that comes. */
static struct str
fish_candidates(struct arena *a, const struct candidates *c)
{
	switch (c->what) {
	case COMPLETES_WORDS:
		return str_format(a, " -f -a '%.*s'", STR_ARG(joined(a, c->words)));
	case COMPLETES_FILES:
		return STR(" -F");
	case COMPLETES_DIRECTORIES:
		return STR(" -f -a '(__fish_complete_directories)'");
	case COMPLETES_SERVICES:
		return STR(" -f -a '(pgbounds config --services 2>/dev/null)'");
	case COMPLETES_NOTHING:
		break;
	}
	return STR(" -f");
}

static void
fish_command(struct buf *out, const struct command *c)
{
	struct arena *a = out->arena;
	struct candidates arguments = describe_arguments(a, c);

	buf_addf(out, "complete -c pgbounds -f -n __fish_use_subcommand -a %s -d %.*s\n", c->name,
		STR_ARG(quoted(a, c->summary)));
	buf_addf(out, "complete -c pgbounds -n '__fish_seen_subcommand_from %s'%.*s\n", c->name,
		STR_ARG(fish_candidates(a, &arguments)));
	for (const struct option *o = options_table; o->name; o++) {
		struct candidates values;

		if (!option_taken(c, o))
			continue;
		buf_addf(out, "complete -c pgbounds -n '__fish_seen_subcommand_from %s'", c->name);
		if (o->letter)
			buf_addf(out, " -s %c", o->letter);
		buf_addf(out, " -l %s", o->name);
		if (o->argument) {
			values = describe_value(a, o->argument);
			buf_addf(out, " -r%.*s", STR_ARG(fish_candidates(a, &values)));
		}
		buf_addf(out, " -d %.*s\n", STR_ARG(quoted(a, describe_help(a, o).s)));
	}
}

static void
fish_script(struct buf *out)
{
	buf_add(out, STR("# fish completion for pgbounds, made by `pgbounds completion fish`.\n"
			 "complete -c pgbounds -n __fish_use_subcommand -l help -d 'the commands'\n"
			 "complete -c pgbounds -n __fish_use_subcommand -l version -d 'the version'\n"));
	for (const struct command *const *c = commands; *c; c++)
		fish_command(out, *c);
}

static const struct shell shells[] = {
	{"bash", bash_script},
	{"zsh", zsh_script},
	{"fish", fish_script},
};

bool
completion_script(struct str shell, struct buf *out)
{
	for (size_t i = 0; i < sizeof shells / sizeof *shells; i++)
		if (str_is(shell, shells[i].name)) {
			shells[i].script(out);
			return true;
		}
	return false;
}

static int
run(const struct options *o, struct diags *diags)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};
	bool known = completion_script(str_from(o->arguments.v[0]), &b);

	if (known)
		fwrite(buf_str(&b).s, 1, b.n, stdout);
	else
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"no completion for '%s'; there is one for bash, zsh and fish",
			o->arguments.v[0]);
	arena_free(&scratch);
	return STATUS_CLEAN;
}

const struct command command_completion = {
	.name = "completion",
	.usage = "bash|zsh|fish",
	.summary = "the script that completes in this shell",
	.details = "An installed pgbounds has them where the shells look. Else: "
		   "eval \"$(pgbounds completion bash)\" in ~/.bashrc; "
		   "eval \"$(pgbounds completion zsh)\" behind compinit in ~/.zshrc; "
		   "pgbounds completion fish > ~/.config/fish/completions/pgbounds.fish.",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = run,
};
