/* Runs the examples of a rule's document through the real binary. usage: examples PGBOUNDS RULE.c
 *
 * An example is files in the form of `-- PATH --` lines, each followed by the file's text. They are
 * written to a new directory; `pgbounds audit` runs there, with the pgbounds.yaml among them, or else
 * with each top directory as a service. What it prints of findings is compared whole with what
 * stands behind `-- findings --`; a good example gives no finding, by any rule.
 *
 * Behind a line `-- change --` stand the files that a change brings; one without text is taken away. Then each top directory is a
 * repository in which the first ones are committed, and `pgbounds check` runs in that of the change: the
 * paths of its findings begin there. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/str.h"
#include "base/vec.h"

struct example_file {
	struct str path, text;
};
struct example {
	struct arena *arena;
	VEC(struct example_file) files;
	uint32_t change; /* the number of the first file of the change; 0: there is none */
	struct str want; /* the findings */
};

static struct str
read_all(struct arena *a, FILE *f)
{
	struct buf b = {.arena = a};
	char chunk[4096];
	size_t n;

	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&b, (struct str){chunk, n});
	fclose(f);
	return buf_str(&b);
}

static struct str
read_path(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "rb");

	if (!f)
		fatal("%s:", path);
	return read_all(a, f);
}

/* "-- PATH --" → PATH; empty for any other line. */
static struct str
heading(struct str line)
{
	if (line.n < 7 || !str_starts(line, STR("-- ")) || !str_ends(line, STR(" --")))
		return (struct str){0};
	return str_slice(line, 3, line.n - 3);
}

/* Cuts the text between the fences into files and findings. */
static void
parse(struct example *x, struct str text)
{
	struct buf *body = NULL;
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		struct str path = heading(line);

		if (path.n && body)
			vec_last(&x->files)->text = buf_str(body);
		if (str_is(path, "change")) {
			x->change = x->files.n;
			body = NULL;
		} else if (path.n) {
			body = arena_new(x->arena, struct buf);
			body->arena = x->arena;
			vec_add(x->arena, &x->files)->path = path;
		} else if (body) {
			buf_add(body, line);
			buf_addc(body, '\n');
		}
	}
	if (body)
		vec_last(&x->files)->text = buf_str(body);
	if (x->files.n && str_is(vec_last(&x->files)->path, "findings")) {
		x->want = vec_last(&x->files)->text;
		x->files.n--;
	}
}

static void
write_file(struct arena *a, const char *root, const struct example_file *file)
{
	char *path = str_cstr(a, str_format(a, "%s/%.*s", root, STR_ARG(file->path)));
	FILE *f;

	for (char *slash = strchr(path + strlen(root) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		if (mkdir(path, 0777) != 0 && errno != EEXIST)
			fatal("%s:", path);
		*slash = '/';
	}
	f = fopen(path, "wb");
	if (!f || (file->text.n && fwrite(file->text.s, file->text.n, 1, f) != 1) || fclose(f) != 0)
		fatal("%s:", path);
}

static struct str
top_directory(const struct example *x, uint32_t file)
{
	struct str path = x->files.v[file].path;

	return str_slice(path, 0, str_chr(path, '/', 0));
}

static bool
has_config(const struct example *x)
{
	for (uint32_t i = 0; i < x->files.n; i++)
		if (str_is(x->files.v[i].path, "pgbounds.yaml"))
			return true;
	return false;
}

/* The top directory of file I, when no file before it has the same; else empty. */
static struct str
new_directory(const struct example *x, uint32_t i)
{
	struct str directory = top_directory(x, i);

	if (str_eq(directory, x->files.v[i].path))
		return (struct str){0};
	for (uint32_t j = 0; j < i; j++)
		if (str_eq(directory, top_directory(x, j)))
			return (struct str){0};
	return directory;
}

/* The arguments that name the services: the configuration, or every top directory once. */
static struct str
service_arguments(const struct example *x)
{
	struct buf b = {.arena = x->arena};

	if (has_config(x))
		return STR("-c pgbounds.yaml");
	for (uint32_t i = 0; i < x->files.n; i++) {
		struct str directory = new_directory(x, i);

		if (directory.n)
			buf_addf(&b, " '%.*s'", STR_ARG(directory));
	}
	return buf_str(&b);
}

/* A configuration in which every top directory is a service. */
static struct example_file
made_config(const struct example *x)
{
	struct buf b = {.arena = x->arena};

	buf_add(&b, STR("services:\n"));
	for (uint32_t i = 0; i < x->files.n; i++) {
		struct str directory = new_directory(x, i);

		if (directory.n)
			buf_addf(&b, "  - {name: %.*s, repo: %.*s}\n", STR_ARG(directory),
				STR_ARG(directory));
	}
	return (struct example_file){STR("pgbounds.yaml"), buf_str(&b)};
}

static void
shell(struct str command)
{
	if (system(command.s) != 0)
		fatal("failed: %s", command.s);
}

/* Commits what is there before the change. */
static void
make_repositories(const struct example *x, const char *root)
{
	struct example_file config = made_config(x);

	if (!has_config(x))
		write_file(x->arena, root, &config);
	for (uint32_t i = 0; i < x->change; i++) {
		struct str directory = new_directory(x, i);

		if (directory.n)
			shell(str_format(x->arena,
				"cd '%s/%.*s' && git init -q && git add -A && "
				"git -c user.name=x -c user.email=x@example.org "
				"-c commit.gpgsign=false -c core.hooksPath=/dev/null "
				"commit -q -m before",
				root, STR_ARG(directory)));
	}
}

static struct str
run(const struct example *x, const char *pgbounds, const char *root, int *status)
{
	struct str command = str_format(x->arena,
		"cd '%s' && exec '%s' audit --format text --color never %.*s 2>&1", root, pgbounds,
		STR_ARG(service_arguments(x)));
	struct buf b = {.arena = x->arena};
	char chunk[4096];
	size_t n;
	FILE *f;

	if (x->change)
		command = str_format(x->arena,
			"cd '%s/%.*s' && exec '%s' check --format text --color never 2>&1", root,
			STR_ARG(top_directory(x, x->change)), pgbounds);
	f = popen(command.s, "r");
	if (!f)
		fatal("popen:");
	while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
		buf_add(&b, (struct str){chunk, n});
	*status = WEXITSTATUS(pclose(f));
	return buf_str(&b);
}

/* Of the whole report the findings: what stands before the table of services; of a change, before the
 * last paragraph. False when it has no such end. */
static bool
findings_of(const struct example *x, struct str report, struct str *findings)
{
	size_t at = str_find(report, STR("\nSERVICE "), 0);

	if (x->change) {
		at = report.n;
		while (at > 1 && !(report.s[at - 1] == '\n' && report.s[at - 2] == '\n'))
			at--;
		at = at > 1 ? at : 0;
		*findings = str_slice(report, 0, at);
		return str_find(report, STR("\nread "), at ? at - 1 : 0) != SIZE_MAX;
	}
	if (str_starts(report, STR("SERVICE ")))
		at = 0;
	*findings = str_slice(report, 0, at);
	return at != SIZE_MAX;
}

static bool
check_example(struct example *x, const char *pgbounds, const char *root)
{
	int status;
	struct str report = run(x, pgbounds, root, &status), got, want = str_trim(x->want);

	if (!findings_of(x, report, &got) || status > 1) {
		printf("exit status %d:\n%.*s\n", status, STR_ARG(report));
		return false;
	}
	got = str_trim(got);
	if (str_eq(got, want))
		return true;
	printf("want:\n%.*s\n\ngot:\n%.*s\n", STR_ARG(want), STR_ARG(got));
	return false;
}

static void
change_file(struct arena *a, const char *root, const struct example_file *file)
{
	if (file->text.n)
		write_file(a, root, file);
	else if (unlink(str_format(a, "%s/%.*s", root, STR_ARG(file->path)).s))
		fatal("%.*s:", STR_ARG(file->path));
}

static bool
run_example(struct arena *a, const char *pgbounds, struct str text, bool bad)
{
	struct example x = {.arena = a};
	char root[] = "/tmp/pgbounds-example-XXXXXX";
	bool ok;

	if (!mkdtemp(root))
		fatal("%s:", root);
	parse(&x, text);
	for (uint32_t i = 0; i < (x.change ? x.change : x.files.n); i++)
		write_file(a, root, &x.files.v[i]);
	if (x.change)
		make_repositories(&x, root);
	for (uint32_t i = x.change; x.change && i < x.files.n; i++)
		change_file(a, root, &x.files.v[i]);
	ok = x.files.n > 0 && check_example(&x, pgbounds, root);
	if (!ok)
		printf("FAILED: the %s example whose first file is %.*s\n\n", bad ? "bad" : "good",
			STR_ARG(x.files.n ? x.files.v[0].path : STR("not there")));
	if (system(str_format(a, "rm -rf '%s'", root).s) != 0)
		fatal("cannot remove %s", root);
	return ok;
}

int
main(int argc, char **argv)
{
	const struct str fences[] = {STR("\n```bad\n"), STR("\n```good\n")};
	struct arena arena = {0};
	struct str document;
	int passed = 0, failed = 0;

	if (argc != 3)
		fatal("usage: examples PGBOUNDS RULE.c");
	document = read_path(&arena, argv[2]);
	document = str_slice(document, 0, str_find(document, STR("*/"), 0));
	for (size_t i = 0; i < sizeof fences / sizeof *fences; i++) {
		size_t at = 0;

		while ((at = str_find(document, fences[i], at)) != SIZE_MAX) {
			size_t begin = at + fences[i].n;
			size_t end = str_find(document, STR("\n```\n"), begin);

			if (run_example(&arena, argv[1], str_slice(document, begin, end), i == 0))
				passed++;
			else
				failed++;
			at = begin;
		}
	}
	arena_free(&arena);
	printf("%d passed, %d failed\n", passed, failed);
	return failed || !passed ? EXIT_FAILURE : EXIT_SUCCESS;
}
