/* A story's text → its steps, and an outcome → text. */
#include "case.h"

#include <stdlib.h>

/* Headers that are no paths. A file of such a name alone on its line is a file all the same. */
static const struct {
	const char *word;
	enum step_kind kind;
} directives[] = {
	{"commit", STEP_COMMIT},
	{"stage", STEP_STAGE},
	{"branch", STEP_BRANCH},
	{"bare", STEP_BARE},
	{"rm", STEP_REMOVE},
	{"mkdir", STEP_DIRECTORY},
};

static const char no_newline[] = "\\ no newline";

struct reader {
	struct story *story;
	struct buf *error;
	struct buf body;      /* of the file that is being read */
	struct buf stream[2]; /* expected standard output and standard error of the command */
	size_t blank;         /* empty lines not yet known to belong to something */
	bool hex;
	bool heard; /* the head says something */
};

static bool
fail(struct reader *r, uint32_t line, const char *what)
{
	buf_addf(r->error, "%.*s:%u: %s\n", STR_ARG(r->story->path), line, what);
	return false;
}

static bool
is_error_line(struct str line)
{
	return str_is(line, "2>") || str_starts(line, STR("2> "));
}

static bool
is_header(struct str line)
{
	return line.n > 6 && str_starts(line, STR("-- ")) && str_ends(line, STR(" --"));
}

/* True for a line that would be taken for something else than text. */
static bool
is_marker(struct str line)
{
	return is_header(line) || str_starts(line, STR("$ ")) || str_starts(line, STR("? ")) ||
	       is_error_line(line);
}

static struct str
without_backslashes(struct str line)
{
	size_t n = 0;

	while (n < line.n && line.s[n] == '\\')
		n++;
	return str_slice(line, n, line.n);
}

/* A backslash is added in front of what would be a marker, so that only there one is taken away. */
static bool
needs_escape(struct str line)
{
	struct str rest = without_backslashes(line);

	return is_marker(rest) || (line.n && !rest.n) || str_is(line, no_newline);
}

static struct str
unescape(struct str line)
{
	struct str rest = str_slice(line, 1, line.n);

	if (!line.n || line.s[0] != '\\')
		return line;
	return !rest.n || needs_escape(rest) ? rest : line;
}

static bool
number(struct str s, long max, long *value)
{
	*value = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.s[i] < '0' || s.s[i] > '9')
			return false;
		*value = *value * 10 + (s.s[i] - '0');
		if (*value > max)
			return false;
	}
	return s.n > 0;
}

static struct str
before(struct str words, size_t at)
{
	return str_trim(str_slice(words, 0, at));
}

static struct str
after(struct str words, size_t at, size_t skip)
{
	return at == SIZE_MAX ? (struct str){0} : str_trim(str_slice(words, at + skip, words.n));
}

/* "PATH", "PATH hex", "PATH repeat N", "PATH -> TARGET". */
static bool
read_file_header(struct reader *r, struct step *step, struct str words)
{
	size_t repeat = str_find(words, STR(" repeat "), 0), link = str_find(words, STR(" -> "), 0);
	long times = 1;

	step->kind = STEP_FILE;
	step->subject = words;
	if (link != SIZE_MAX) {
		step->kind = STEP_LINK;
		step->subject = before(words, link);
		step->detail = after(words, link, 4);
	} else if (str_ends(words, STR(" hex"))) {
		r->hex = true;
		step->subject = before(words, words.n - 4);
	} else if (repeat != SIZE_MAX) {
		if (!number(after(words, repeat, 8), 100000000, &times))
			return fail(r, step->line, "how often?");
		step->subject = before(words, repeat);
	}
	step->repeat = (uint32_t)times;
	return true;
}

static bool
read_header(struct reader *r, struct str line, uint32_t number)
{
	struct str words = str_trim(str_slice(line, 3, line.n - 3)), rest;
	struct step *step = vec_add(r->story->arena, &r->story->steps);
	size_t space = str_chr(words, ' ', 0);

	step->line = number;
	for (size_t i = 0; i < sizeof directives / sizeof *directives; i++) {
		if (space == SIZE_MAX || !str_is(before(words, space), directives[i].word))
			continue;
		rest = after(words, space, 1);
		space = str_chr(rest, ' ', 0);
		step->kind = directives[i].kind;
		step->subject = before(rest, space);
		step->detail = after(rest, space, 1);
		return true;
	}
	return read_file_header(r, step, words);
}

static void
read_command(struct reader *r, struct str line, uint32_t number)
{
	struct step *step = vec_add(r->story->arena, &r->story->steps);

	step->line = number;
	step->kind = STEP_COMMAND;
	step->subject = str_slice(line, 2, line.n);
	step->from = step->to = (size_t)(line.s + line.n + 1 - r->story->text.s);
}

static void
add_line(struct buf *b, struct str line)
{
	buf_add(b, line);
	buf_addc(b, '\n');
}

static bool
read_expected(struct reader *r, struct step *step, struct str line)
{
	long status;

	step->to = (size_t)(line.s + line.n + 1 - r->story->text.s);
	if (str_starts(line, STR("? "))) {
		if (!number(str_slice(line, 2, line.n), 255, &status))
			return fail(r, step->line, "no exit status");
		step->want.status = (int)status;
	} else if (is_error_line(line)) {
		add_line(&r->stream[1], str_slice(line, 3, line.n));
	} else if (str_is(line, no_newline) && r->stream[0].n) {
		r->stream[0].n--;
	} else {
		add_line(&r->stream[0], unescape(line));
	}
	return true;
}

/* Lines that belong to the newest step. Empty ones count when something follows them. */
static bool
read_text(struct reader *r, struct str line, uint32_t number)
{
	struct step *step = r->story->steps.n ? vec_last(&r->story->steps) : NULL;
	struct buf *body = step && step->kind == STEP_COMMAND ? &r->stream[0] : &r->body;

	if (!line.n) {
		r->blank++;
		return true;
	}
	if (!step) {
		r->heard = true;
		return true;
	}
	if (step->kind != STEP_FILE && step->kind != STEP_COMMAND)
		return fail(r, number, "text behind a directive");
	if (step->kind == STEP_FILE || !(str_starts(line, STR("? ")) || is_error_line(line)))
		while (r->blank) {
			buf_addc(body, '\n');
			r->blank--;
		}
	r->blank = 0;
	if (step->kind == STEP_COMMAND)
		return read_expected(r, step, line);
	add_line(body, unescape(line));
	return true;
}

static bool
decode_hex(struct reader *r, struct step *step)
{
	struct buf bytes = {.arena = r->story->arena};
	char pair[3] = {0};
	size_t n = 0;

	for (size_t i = 0; i < r->body.n; i++) {
		char c = r->body.s[i];

		if (c == ' ' || c == '\n')
			continue;
		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f')))
			return fail(r, step->line, "not hexadecimal (0-9, a-f)");
		pair[n++ % 2] = c;
		if (n % 2 == 0)
			buf_addc(&bytes, (char)strtol(pair, NULL, 16));
	}
	if (n % 2)
		return fail(r, step->line, "half a byte");
	step->bytes = buf_str(&bytes);
	return true;
}

/* Gives the newest step what was read for it. */
static bool
finish(struct reader *r)
{
	struct step *step = r->story->steps.n ? vec_last(&r->story->steps) : NULL;
	struct arena *a = r->story->arena;
	bool well = true;

	if (step && step->kind == STEP_FILE && r->hex)
		well = decode_hex(r, step);
	else if (step && step->kind == STEP_FILE)
		step->bytes = buf_str(&r->body);
	else if (step && step->kind == STEP_COMMAND)
		step->want.out = buf_str(&r->stream[0]), step->want.err = buf_str(&r->stream[1]);
	r->body = r->stream[0] = r->stream[1] = (struct buf){.arena = a};
	r->blank = 0;
	r->hex = false;
	return well;
}

static bool
is_complete(struct reader *r)
{
	bool commands = false;

	for (uint32_t i = 0; i < r->story->steps.n; i++)
		commands |= r->story->steps.v[i].kind == STEP_COMMAND;
	if (!r->heard)
		return fail(r, 1, "the head is to say what the story shows");
	return commands || fail(r, 1, "no command");
}

bool
story_read(struct story *story, struct buf *error)
{
	struct reader r = {.story = story, .error = error};
	struct str rest = story->text, line;
	uint32_t number = 0;

	finish(&r);
	if (!story->text.n || story->text.s[story->text.n - 1] != '\n')
		return fail(&r, 1, "does not end with a newline");
	while (rest.n && str_cut(&rest, '\n', &line)) {
		number++;
		if (is_header(line)) {
			if (!finish(&r) || !read_header(&r, line, number))
				return false;
		} else if (str_starts(line, STR("$ "))) {
			if (!finish(&r))
				return false;
			read_command(&r, line, number);
		} else if (!read_text(&r, line, number)) {
			return false;
		}
	}
	return finish(&r) && is_complete(&r);
}

/* Length without the empty lines at the end. */
static size_t
trimmed(struct str out)
{
	while (out.n && out.s[out.n - 1] == '\n' && (out.n == 1 || out.s[out.n - 2] == '\n'))
		out.n--;
	return out.n;
}

static void
write_out(struct buf *b, struct str out)
{
	struct str rest = out, line;
	size_t said = trimmed(out);
	bool newline = out.n && out.s[out.n - 1] == '\n';

	while (rest.n && str_cut(&rest, '\n', &line)) {
		bool at_end = !line.n && (size_t)(line.s - out.s) >= said;

		if (at_end || needs_escape(line))
			buf_addc(b, '\\');
		add_line(b, line);
	}
	if (out.n && !newline)
		add_line(b, STR("\\ no newline"));
}

void
story_write_outcome(struct buf *b, const struct outcome *o)
{
	struct str rest = o->err, line;

	write_out(b, o->out);
	while (rest.n && str_cut(&rest, '\n', &line)) {
		buf_add(b, line.n ? STR("2> ") : STR("2>"));
		add_line(b, line);
	}
	if (o->status)
		buf_addf(b, "? %d\n", o->status);
}
