/* Runs when pgbounds is built: checks the document of each rules/NAME.c, which is its leading comment,
 * and writes all of them as data. usage: ruledoc OUT.c RULE.c…
 *
 * A document's first line is the rule's name, which is its file's; it says what is wrong, why, and
 * after "Fix:" what to do; it has a ```bad example that ends with `-- findings --` and what pgbounds
 * prints, and a ```good one. tests/examples.c runs them. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void
fail(const char *path, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "%s: ", path);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(EXIT_FAILURE);
}

static char *
read_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	size_t n = 0, cap = 1 << 16;
	char *text = malloc(cap + 1);

	if (!f || !text)
		fail(path, "%s", strerror(errno));
	while ((n += fread(text + n, 1, cap - n, f)) == cap) {
		cap *= 2;
		text = realloc(text, cap + 1);
		if (!text)
			fail(path, "%s", strerror(errno));
	}
	if (ferror(f))
		fail(path, "%s", strerror(errno));
	fclose(f);
	text[n] = '\0';
	return text;
}

/* Cuts the document out of the file: what stands between the comment's delimiters. */
static char *
document_of(const char *path, char *text)
{
	static const char opening[] = "/* rule: ";
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;
	size_t length = strlen(name) - strlen(".c");
	char *end = strstr(text, "*/");

	if (strncmp(text, opening, sizeof opening - 1) != 0 || !end)
		fail(path, "a rule begins with a comment whose first line is /* rule: NAME");
	text += sizeof opening - 1;
	if (strncmp(text, name, length) != 0 || text[length] != '\n')
		fail(path, "the rule's name is not its file's");
	*end = '\0';
	return text;
}

/* Checks one kind of example: it is there, closed, and ends (or not) with findings. */
static void
check_examples(const char *path, const char *text, const char *fence, bool findings)
{
	const char *at = strstr(text, fence);

	if (!at)
		fail(path, "no %s example", fence + 1);
	for (; at; at = strstr(at + 1, fence)) {
		const char *end = strstr(at + 1, "\n```\n");
		const char *cut = strstr(at, "\n-- findings --\n");

		if (!end)
			fail(path, "an example is not closed");
		if ((cut && cut < end) != findings)
			fail(path,
				"a ```bad example ends with -- findings --, a ```good one has none");
	}
}

/* The first paragraph says what is wrong, the second why it hurts. */
static void
check_prose(const char *path, const char *text)
{
	const char *fix = strstr(text, "\n\nFix: ");
	const char *what = strstr(text, "\n\n");
	const char *why = what ? strstr(what + 2, "\n\n") : NULL;

	if (!fix)
		fail(path, "no paragraph that begins with Fix:");
	if (!why || why >= fix)
		fail(path, "before Fix: it says what is wrong, and in a second paragraph why");
}

static void
write_bytes(FILE *out, int number, const char *text)
{
	fprintf(out, "static const unsigned char document_%d[] = {", number);
	for (size_t i = 0; text[i]; i++)
		fprintf(out, "%s%u,", i % 24 ? "" : "\n", (unsigned char)text[i]);
	fprintf(out, "0};\n");
}

int
main(int argc, char **argv)
{
	FILE *out = argc > 2 ? fopen(argv[1], "wb") : NULL;

	if (!out)
		fail("ruledoc", "usage: ruledoc OUT.c RULE.c...");
	fprintf(out, "/* Written by src/ruledoc.c. */\n#include \"rule/documents.h\"\n");
	for (int i = 2; i < argc; i++) {
		char *file = read_file(argv[i]);
		const char *text = document_of(argv[i], file);

		check_prose(argv[i], text);
		check_examples(argv[i], text, "\n```bad\n", true);
		check_examples(argv[i], text, "\n```good\n", false);
		write_bytes(out, i, text);
		free(file);
	}
	fprintf(out, "const struct rule_document rule_documents[] = {\n");
	for (int i = 2; i < argc; i++)
		fprintf(out, "\t{document_%d, sizeof document_%d - 1},\n", i, i);
	fprintf(out, "};\n");
	return fclose(out) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
