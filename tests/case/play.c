/* Plays a story and compares. */
#include "case.h"

#define COMMAND_SECONDS 120
#define SANITIZER_STATUS 99 /* see place.c */

/* Lines that WANT and GOT share at their beginning and their end are left out. */
static void
show_lines(struct buf *report, char mark, struct str text, size_t from, size_t to)
{
	struct str rest = str_slice(text, from, to), line;

	while (rest.n && str_cut(&rest, '\n', &line))
		buf_addf(report, "  %c %.*s\n", mark, STR_ARG(line));
}

static size_t
line_end(struct str text, size_t from)
{
	size_t at = str_chr(text, '\n', from);

	return at == SIZE_MAX ? text.n : at + 1;
}

static size_t
last_line(struct str text, size_t to)
{
	size_t at = to ? str_rchr(str_slice(text, 0, to - 1), '\n') : SIZE_MAX;

	return at == SIZE_MAX ? 0 : at + 1;
}

static void
show_difference(struct buf *report, struct str want, struct str got)
{
	size_t head = 0, want_end = want.n, got_end = got.n, w, g;

	while (head < want.n && head < got.n) {
		w = line_end(want, head);
		if (!str_eq(str_slice(want, head, w), str_slice(got, head, line_end(got, head))))
			break;
		head = w;
	}
	while (want_end > head && got_end > head) {
		w = last_line(want, want_end);
		g = last_line(got, got_end);
		if (w < head || g < head ||
			!str_eq(str_slice(want, w, want_end), str_slice(got, g, got_end)))
			break;
		want_end = w;
		got_end = g;
	}
	show_lines(report, '-', want, head, want_end);
	show_lines(report, '+', got, head, got_end);
}

static struct str
written(struct arena *a, const struct outcome *o)
{
	struct buf b = {.arena = a};

	story_write_outcome(&b, o);
	return buf_str(&b);
}

/* Nothing that a story expects: it is a failure even of a known bug. */
static const char *
crash(const struct outcome *o)
{
	if (o->out_of_time)
		return "did not end in time";
	if (o->status == SANITIZER_STATUS || str_find(o->err, STR("Sanitizer:"), 0) != SIZE_MAX ||
		str_find(o->err, STR(": runtime error: "), 0) != SIZE_MAX)
		return "a sanitizer has something to say";
	return o->status >= 128 ? "died by a signal" : NULL;
}

static enum verdict
play_command(const struct story *story, const struct step *step, struct place *p,
	struct buf *report, struct str *said)
{
	const char *argv[] = {"sh", "-c", str_cstr(p->arena, step->subject), NULL};
	struct outcome o = place_run(p, argv, COMMAND_SECONDS);
	struct str want = written(p->arena, &step->want);
	const char *crashed = crash(&o);

	*said = written(p->arena, &o);
	if (!crashed && str_eq(want, *said))
		return VERDICT_PASSED;
	buf_addf(report, "%.*s:%u: $ %.*s\n", STR_ARG(story->path), step->line,
		STR_ARG(step->subject));
	if (crashed)
		buf_addf(report, "  %s\n", crashed);
	show_difference(report, want, *said);
	return crashed ? VERDICT_CRASHED : VERDICT_FAILED;
}

enum verdict
story_play(const struct story *story, struct place *p, struct buf *report, struct buf *updated)
{
	enum verdict worst = VERDICT_PASSED;
	size_t from = 0;

	for (uint32_t i = 0; i < story->steps.n; i++) {
		const struct step *step = &story->steps.v[i];
		enum verdict v;
		struct str said;

		if (step->kind != STEP_COMMAND) {
			if (place_play(p, step, report))
				continue;
			buf_addf(report, "%.*s:%u: cannot be done\n", STR_ARG(story->path),
				step->line);
			return VERDICT_CRASHED;
		}
		v = play_command(story, step, p, report, &said);
		worst = v > worst ? v : worst;
		buf_add(updated, str_slice(story->text, from, step->from));
		buf_add(updated, said);
		from = step->to;
	}
	buf_add(updated, str_slice(story->text, from, story->text.n));
	return worst;
}
