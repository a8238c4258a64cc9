/* `pgbounds init --hook`: the plain hook, for those who do without a manager of hooks. */
#include "cmd/hook.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "cmd/analysis.h"
#include "cmd/command.h"
#include "source/source.h"

/* By this line it is known again. */
#define SIGNATURE "# Written by `pgbounds init --hook`, which may be run again."
#define LINE "pgbounds check --staged || exit 1"

/* A word for the shell. */
static struct str
quoted(struct arena *a, struct str word)
{
	struct buf b = {.arena = a};

	buf_addc(&b, '\'');
	for (size_t i = 0; i < word.n; i++)
		if (word.s[i] == '\'')
			buf_add(&b, STR("'\\''"));
		else
			buf_addc(&b, word.s[i]);
	buf_addc(&b, '\'');
	return buf_str(&b);
}

/* The program may not be on the PATH that an editor gives to git: where it is now comes second. */
static struct str
hook_text(struct arena *a)
{
	char *self = realpath("/proc/self/exe", NULL);
	struct str program = quoted(a, self ? str_from(self) : STR("pgbounds"));

	free(self);
	return str_format(a,
		"#!/bin/sh\n" SIGNATURE "\n"
		"# Does what is staged cross a boundary of the shared database? git commit --no-verify passes by.\n"
		"program=pgbounds\n"
		"command -v pgbounds >/dev/null || program=%.*s\n"
		"command -v \"$program\" >/dev/null || {\n"
		"\techo 'pre-commit hook: pgbounds is not on the PATH; install it, or remove this hook:' \"$0\" >&2\n"
		"\texit 1\n"
		"}\n"
		"exec \"$program\" check --staged\n",
		STR_ARG(program));
}

static bool
make_directories(struct arena *a, struct str directory)
{
	for (size_t at = 1; at <= directory.n; at++) {
		if (at < directory.n && directory.s[at] != '/')
			continue;
		if (mkdir(str_cstr(a, str_slice(directory, 0, at)), 0777) && errno != EEXIST)
			return false;
	}
	return true;
}

/* False with an error when a hook of somebody else's is there. */
static bool
may_write(struct arena *a, struct str file, struct diags *diags)
{
	struct str text;
	struct stat st;

	if (lstat(file.s, &st))
		return true;
	if (S_ISREG(st.st_mode) && !input_read(a, file, &text, diags))
		return false;
	if (S_ISREG(st.st_mode) && str_find(text, STR(SIGNATURE), 0) != SIZE_MAX)
		return true;
	diag_add(diags, DIAG_ERROR, file, 0, 0,
		"there is a hook already, which is left as it is: add this line to it: " LINE);
	return false;
}

static void
write_hook(struct arena *a, struct str file, struct diags *diags)
{
	mode_t mask = umask(0);

	umask(mask);
	if (!output_write(file, hook_text(a), diags))
		return;
	if (chmod(file.s, 0777 & ~mask))
		diag_add(diags, DIAG_SYSTEM, file, 0, 0, "cannot be made executable: %s",
			strerror(errno));
	else
		diag_add(diags, DIAG_NOTE, file, 0, 0,
			"written: git runs `pgbounds check --staged` before each commit");
}

int
hook_install(const struct options *o, struct arena *a, struct diags *diags)
{
	struct source_hooks hooks;
	struct str file;

	if (o->arguments.n || o->output) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"init --hook takes no %s: it is for the repository in which you stand",
			o->output ? "file" : "directories");
		return STATUS_USAGE;
	}
	if (!source_hooks(&hooks, a, STR("."), diags))
		return STATUS_USAGE;
	file = str_format(a, "%.*s/pre-commit", STR_ARG(hooks.directory));
	if (hooks.shared) {
		diag_add(diags, DIAG_ERROR, file, 0, 0,
			"core.hooksPath is set for all repositories, so this hook is not of this one "
			"alone: add this line to it if you mean that: " LINE);
		return STATUS_USAGE;
	}
	if (!make_directories(a, hooks.directory)) {
		diag_add(diags, DIAG_SYSTEM, hooks.directory, 0, 0, "cannot be made: %s",
			strerror(errno));
		return STATUS_SYSTEM;
	}
	if (may_write(a, file, diags))
		write_hook(a, file, diags);
	return STATUS_CLEAN;
}
