/* fixtures/host/LANGUAGE/NAME.EXT beside NAME.want: what a host's reader makes of a file, as text.
 *
 *   hosts DIRECTORY [--update] [NAME...]   compares, or rewrites what is wanted
 *   hosts --hostile DIRECTORY              cuts every fixture at every byte, and takes every byte out
 *
 * A dump has a line for each symbol, each value that is nobody's kid, mark, blind spot and section,
 * with its place. A string shows where its text begins; one with escapes is followed by its pieces:
 * v and the length of what is verbatim, e, length and source length of what is not. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/lines.h"
#include "host/host.h"
#include "host/plain.h"
#include "unit/unit.h"

static const struct host_options options = {
	.markers = (const char *const[]){"+goose", "migrate:", "pgbounds:", NULL},
};

struct dump {
	struct buf out;
	const struct unit *u;
	struct lines lines;
	uint32_t indent;
};

static void
place(struct dump *d, uint32_t offset)
{
	if (offset == UINT32_MAX)
		buf_addf(&d->out, "end");
	else
		buf_addf(&d->out, "%u:%u", lines_at(&d->lines, offset),
			lines_column(&d->lines, offset));
}

static void
quoted(struct dump *d, struct str text, char quote)
{
	buf_addc(&d->out, quote);
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];

		if (c == '\n')
			buf_addf(&d->out, "\\n");
		else if (c == '\\' || c == (unsigned char)quote)
			buf_addf(&d->out, "\\%c", c);
		else if (c < ' ' || c >= 0x7f)
			buf_addf(&d->out, "\\x%02x", c);
		else
			buf_addc(&d->out, (char)c);
	}
	buf_addc(&d->out, quote == '<' ? '>' : quote);
}

static void
pieces(struct dump *d, struct range r)
{
	if (!r.count)
		return;
	buf_addc(&d->out, '@');
	place(d, d->u->pieces.v[r.first].source.offset);
	for (uint32_t i = 0; i < r.count && r.count > 1; i++) {
		const struct piece *p = &d->u->pieces.v[r.first + i];

		if (p->kind == PIECE_VERBATIM)
			buf_addf(&d->out, ",v%u", p->length);
		else
			buf_addf(&d->out, ",e%u/%u", p->length, p->source.length);
	}
}

static void value(struct dump *d, uint32_t i);

/* Kids FROM on, up to TO. */
static void
kids(struct dump *d, uint32_t i, uint32_t from, uint32_t to, const char *between)
{
	for (uint32_t k = from; k < to; k++) {
		buf_addf(&d->out, "%s", k > from ? between : "");
		value(d, unit_kid(d->u, i, k));
	}
}

static void
wrapped(struct dump *d, uint32_t i, uint32_t from, const char *open, const char *between,
	const char *close)
{
	buf_addf(&d->out, "%s", open);
	kids(d, i, from, d->u->values.v[i].kids.count, between);
	buf_addf(&d->out, "%s", close);
}

static void
block(struct dump *d, uint32_t i)
{
	if (!d->u->values.v[i].kids.count)
		return;
	buf_addf(&d->out, " {\n");
	d->indent++;
	for (uint32_t k = 0; k < d->u->values.v[i].kids.count; k++) {
		for (uint32_t t = 0; t < d->indent; t++)
			buf_addc(&d->out, '\t');
		value(d, unit_kid(d->u, i, k));
		buf_addc(&d->out, '\n');
	}
	d->indent--;
	for (uint32_t t = 0; t < d->indent; t++)
		buf_addc(&d->out, '\t');
	buf_addc(&d->out, '}');
}

static void
function(struct dump *d, uint32_t i)
{
	const struct value *v = &d->u->values.v[i];

	buf_addf(&d->out, "function %.*s(", STR_ARG(v->text));
	kids(d, i, 0, v->op, ", ");
	buf_addf(&d->out, ")");
	if (unit_kid(d->u, i, v->op)) {
		buf_addf(&d->out, " = ");
		value(d, unit_kid(d->u, i, v->op));
	}
	block(d, unit_kid(d->u, i, v->op + 1));
}

/* Values without kids. */
static void
plain_value(struct dump *d, const struct value *v)
{
	if (v->kind == VALUE_STRING) {
		quoted(d, v->text, '"');
		pieces(d, v->pieces);
	} else if (v->kind == VALUE_HOLE) {
		quoted(d, v->text, '<');
	} else if (v->kind == VALUE_NULL) {
		buf_addf(&d->out, "null");
	} else if (v->kind == VALUE_NONE) {
		buf_addf(&d->out, "nothing");
	} else {
		buf_add(&d->out, v->text);
	}
}

static void
value(struct dump *d, uint32_t i)
{
	const struct value *v = &d->u->values.v[i];

	switch (v->kind) {
	case VALUE_NONE:
	case VALUE_KINDS:
	case VALUE_STRING:
	case VALUE_HOLE:
	case VALUE_NUMBER:
	case VALUE_BOOLEAN:
	case VALUE_REFERENCE:
	case VALUE_NULL:
		plain_value(d, v);
		break;
	case VALUE_ATTRIBUTE:
		kids(d, i, 0, 1, "");
		buf_addf(&d->out, ".%.*s", STR_ARG(v->text));
		break;
	case VALUE_INDEX:
		kids(d, i, 0, 1, "");
		wrapped(d, i, 1, "[", "", "]");
		break;
	case VALUE_CONCATENATION:
		wrapped(d, i, 0, "(", " + ", ")");
		break;
	case VALUE_FORMAT:
		wrapped(d, i, 0,
			v->op == FORMAT_BRACE    ? "brace("
			: v->op == FORMAT_TAGGED ? "tagged("
						 : "printf(",
			", ", ")");
		break;
	case VALUE_JOIN:
		wrapped(d, i, 0, "join(", ", ", ")");
		break;
	case VALUE_CALL:
		buf_addf(&d->out, "call ");
		kids(d, i, 0, 1, "");
		wrapped(d, i, 1, "(", ", ", ")");
		break;
	case VALUE_ARGUMENT:
		buf_addf(&d->out, "%.*s=", STR_ARG(v->text));
		kids(d, i, 0, 1, "");
		break;
	case VALUE_LIST:
		wrapped(d, i, 0, "[", ", ", "]");
		break;
	case VALUE_MAP:
		wrapped(d, i, 0, "{", ", ", "}");
		break;
	case VALUE_ENTRY:
		kids(d, i, 0, 2, ": ");
		break;
	case VALUE_CONDITION:
		wrapped(d, i, 0, "if(", ", ", ")");
		break;
	case VALUE_FOREACH:
		buf_addf(&d->out, "each(%.*s in ", STR_ARG(v->text));
		wrapped(d, i, 0, "", ": ", ")");
		break;
	case VALUE_FUNCTION:
		function(d, i);
		break;
	case VALUE_CLASS:
		buf_addf(&d->out, "class %.*s(", STR_ARG(v->text));
		kids(d, i, 0, v->op, ", ");
		buf_addf(&d->out, ")");
		block(d, unit_kid(d->u, i, v->op));
		break;
	case VALUE_BLOCK:
		block(d, i);
		break;
	case VALUE_RETURN:
		wrapped(d, i, 0, "return ", "", "");
		break;
	case VALUE_ASSIGNMENT:
		buf_addf(&d->out, "%.*s %s ", STR_ARG(v->text), v->op ? "+=" : "=");
		kids(d, i, 0, 1, "");
		break;
	}
}

static void
symbols(struct dump *d)
{
	static const char *const words[] = {
		[SYMBOL_CONSTANT] = "constant",
		[SYMBOL_VARIABLE] = "variable",
		[SYMBOL_APPEND] = "append",
		[SYMBOL_PARAMETER] = "parameter",
		[SYMBOL_FUNCTION] = "function",
		[SYMBOL_CLASS] = "class",
		[SYMBOL_IMPORT] = "import",
	};

	for (uint32_t i = 1; i < d->u->symbols.n; i++) {
		const struct symbol *s = &d->u->symbols.v[i];

		place(d, s->span.offset);
		buf_addf(&d->out, " %s %.*s", words[s->kind], STR_ARG(s->name));
		if (s->to != UINT32_MAX) {
			buf_addf(&d->out, " in ");
			place(d, s->from);
			buf_addc(&d->out, '-');
			place(d, s->to);
		}
		buf_addf(&d->out, "%s", s->branch ? " branch" : "");
		if (s->value) {
			buf_addf(&d->out, " = ");
			value(d, s->value);
		}
		buf_addc(&d->out, '\n');
	}
}

/* Values that no value and no symbol holds, and that say more than a name. */
static void
roots(struct dump *d, struct arena *a)
{
	bool *held = arena_array(a, bool, d->u->values.n);

	for (uint32_t i = 1; i < d->u->kids.n; i++)
		held[d->u->kids.v[i]] = true;
	for (uint32_t i = 1; i < d->u->symbols.n; i++)
		held[d->u->symbols.v[i].value] = true;
	for (uint32_t i = 1; i < d->u->values.n; i++) {
		enum value_kind k = d->u->values.v[i].kind;

		if (held[i] || k == VALUE_REFERENCE || k == VALUE_NUMBER || k == VALUE_BOOLEAN ||
			k == VALUE_NULL || k == VALUE_ATTRIBUTE || k == VALUE_HOLE)
			continue;
		place(d, d->u->values.v[i].span.offset);
		buf_addf(&d->out, " value ");
		value(d, i);
		buf_addc(&d->out, '\n');
	}
}

static void
marks_and_blind_spots(struct dump *d)
{
	for (uint32_t i = 1; i < d->u->marks.n; i++) {
		place(d, d->u->marks.v[i].span.offset);
		buf_addf(&d->out, " mark ");
		quoted(d, d->u->marks.v[i].text, '"');
		buf_addc(&d->out, '\n');
	}
	for (uint32_t i = 1; i < d->u->blind_spots.n; i++) {
		const struct blind_spot *b = &d->u->blind_spots.v[i];

		place(d, b->span.offset);
		buf_addf(&d->out, " blind %s+%u: %.*s\n", blind_reason_id(b->reason),
			b->span.length, STR_ARG(b->detail));
	}
}

/* The bytes under a piece that is verbatim are the text's; pieces cover the text in order. */
static const char *
broken_piece(const struct unit *u, struct str bytes)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		const struct value *v = &u->values.v[i];
		uint32_t at = 0;

		for (uint32_t k = 0; v->kind == VALUE_STRING && k < v->pieces.count; k++) {
			const struct piece *p = &u->pieces.v[v->pieces.first + k];
			struct str source = str_slice(
				bytes, p->source.offset, p->source.offset + p->source.length);

			if (p->at != at)
				return "the pieces of a string leave a gap";
			if (p->kind == PIECE_VERBATIM &&
				!str_eq(source, str_slice(v->text, p->at, p->at + p->length)))
				return "a verbatim piece differs from its source";
			at += p->length;
		}
		if (v->kind == VALUE_STRING && at != v->text.n)
			return "the pieces of a string do not cover it";
		if ((size_t)v->span.offset + v->span.length > bytes.n)
			return "a span is behind the end";
	}
	for (uint32_t i = 1; i < u->symbols.n; i++)
		if (u->symbols.v[i].to < u->symbols.v[i].from)
			return "a scope ends before it begins";
	return NULL;
}

/* Reads BYTES as HOST does, and dumps what comes out. */
static struct str
read_and_dump(const struct host *host, struct str bytes, struct arena *a, const char **broken)
{
	struct unit u;
	struct dump d = {.out = {.arena = a}, .u = &u, .lines = lines_index(a, bytes)};
	struct plain_text x = {0};

	unit_init(&u, a);
	if (host->read)
		host->read(&u, bytes, &options, a);
	else
		plain_read(&u, bytes, &options, a, &x);
	*broken = broken_piece(&u, bytes);
	buf_addf(&d.out, "prefilter %s\n", host_may_matter(host, bytes) ? "yes" : "no");
	symbols(&d);
	roots(&d, a);
	marks_and_blind_spots(&d);
	for (uint32_t i = 0; i < x.n_holes; i++) {
		place(&d, x.holes[i].from);
		buf_addf(&d.out, " hole+%u\n", x.holes[i].count);
	}
	for (uint32_t i = 0; i < x.n_sections; i++) {
		place(&d, x.sections[i].from);
		buf_addf(&d.out, " section of mark %u\n", x.sections[i].mark);
		buf_add(&d.out, str_slice(x.text, x.sections[i].from, x.sections[i].to));
		buf_addf(&d.out, "\n----\n");
	}
	if (!host->read && x.text.n != bytes.n)
		*broken = "the text's length is not the file's";
	return buf_str(&d.out);
}

static struct str
slurp(struct arena *a, const char *path)
{
	struct buf b = {.arena = a};
	FILE *f = fopen(path, "rb");
	char block_of[4096];
	size_t n;

	if (!f)
		return (struct str){0};
	while ((n = fread(block_of, 1, sizeof block_of, f)) > 0)
		buf_add(&b, (struct str){block_of, n});
	fclose(f);
	return buf_str(&b);
}

static bool
write_file(const char *path, struct str text)
{
	FILE *f = fopen(path, "wb");
	bool good = f && fwrite(text.s, 1, text.n, f) == text.n;

	return f && fclose(f) == 0 && good;
}

/* Shows the first line that differs. */
static void
show(const char *path, struct str want, struct str got)
{
	struct str w = {0}, g = {0};
	bool more_w = true, more_g = true;

	for (int line = 1; more_w || more_g; line++) {
		more_w = str_cut(&want, '\n', &w);
		more_g = str_cut(&got, '\n', &g);
		if (more_w != more_g || !str_eq(w, g)) {
			printf("%s:%d\n  want %.*s\n  got  %.*s\n", path, line, STR_ARG(w),
				STR_ARG(g));
			return;
		}
	}
}

static bool
compare(const char *path, struct arena *a, bool update)
{
	struct str name = str_from(path), bytes = slurp(a, path), want, got;
	const char *broken;
	char *want_path = str_cstr(
		a, str_format(a, "%.*s.want", STR_ARG(str_slice(name, 0, str_rchr(name, '.')))));

	got = read_and_dump(host_of_path(name), bytes, a, &broken);
	if (broken) {
		printf("%s: %s\n", path, broken);
		return false;
	}
	if (update)
		return write_file(want_path, got);
	want = slurp(a, want_path);
	if (str_eq(want, got))
		return true;
	show(want_path, want, got);
	return false;
}

/* BYTES without those from FROM to TO are read; what comes out must hold together. */
static bool
survives(const struct host *host, struct str bytes, size_t from, size_t to, struct arena *a)
{
	/* A copy of its own, so that reading behind the end is seen. */
	char *copy = malloc(bytes.n + 1);
	size_t n = from + (bytes.n - to);
	struct str damaged;
	const char *broken;

	memcpy(copy, bytes.s, from);
	memcpy(copy + from, bytes.s + to, bytes.n - to);
	copy = realloc(copy, n ? n : 1);
	damaged = (struct str){copy, n};
	read_and_dump(host, damaged, a, &broken);
	if (broken)
		printf("without bytes %zu to %zu: %s\n", from, to, broken);
	free(copy);
	arena_reset(a);
	return !broken;
}

static bool
damage(const char *path, struct arena *a)
{
	struct arena keep = {0};
	struct str bytes = slurp(&keep, path);
	const struct host *host = host_of_path(str_from(path));
	bool good = true;

	for (size_t i = 0; i < bytes.n && good; i++)
		good = survives(host, bytes, i, bytes.n, a) && survives(host, bytes, i, i + 1, a) &&
		       survives(host, bytes, 0, i, a);
	if (!good)
		printf("%s\n", path);
	arena_free(&keep);
	return good;
}

static int
is_fixture(const struct dirent *e)
{
	return e->d_name[0] != '.' && host_of_path(str_from(e->d_name)) != NULL;
}

static bool
selected(const char *name, char **names, int n)
{
	for (int i = 0; i < n; i++)
		if (strstr(name, names[i]))
			return true;
	return n == 0;
}

int
main(int argc, char **argv)
{
	bool hostile = argc > 1 && strcmp(argv[1], "--hostile") == 0, update;
	int failed = 0, passed = 0, first = hostile ? 2 : 1;
	struct arena a = {0};

	if (argc <= first) {
		fprintf(stderr, "usage: hosts [--hostile] DIRECTORY [--update] [NAME...]\n");
		return EXIT_FAILURE;
	}
	update = argc > first + 1 && strcmp(argv[first + 1], "--update") == 0;
	for (size_t h = 0; hosts[h]; h++) {
		struct arena paths = {0};
		char *directory =
			str_cstr(&paths, str_format(&paths, "%s/%s", argv[first], hosts[h]->name));
		struct dirent **list = NULL;
		int n = scandir(directory, &list, is_fixture, alphasort);

		for (int i = 0; i < n; i++) {
			char *path = str_cstr(
				&paths, str_format(&paths, "%s/%s", directory, list[i]->d_name));
			int rest = first + 1 + update;
			bool good;

			/* Dialects share a directory. */
			if (host_of_path(str_from(path)) == hosts[h] &&
				selected(list[i]->d_name, argv + rest, argc - rest)) {
				good = hostile ? damage(path, &a) : compare(path, &a, update);
				passed += good;
				failed += !good;
			}
			free(list[i]);
			arena_reset(&a);
		}
		free(list);
		arena_free(&paths);
	}
	arena_free(&a);
	printf("%d fixtures passed, %d failed\n", passed, failed);
	return failed || !passed ? EXIT_FAILURE : EXIT_SUCCESS;
}
