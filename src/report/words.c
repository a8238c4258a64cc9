/* Words about findings that several formats say alike. */
#include "words.h"

#include "base/arena.h"

static const char *const levels[] = {"error", "warning", "note"};
#define LEVELS (sizeof levels / sizeof *levels)

struct str
place_path(struct arena *a, const struct place_doc *p)
{
	const char *slash = p->service.n && p->path.n ? "/" : "";

	return p->here.n ? p->here
			 : str_format(a, "%.*s%s%.*s", STR_ARG(p->service), slash,
				   STR_ARG(p->path));
}

struct str
place_words(struct arena *a, const struct place_doc *p)
{
	struct buf b = {.arena = a};

	buf_add(&b, place_path(a, p));
	if (p->line)
		buf_addf(&b, ":%u", p->line);
	if (p->line && p->column)
		buf_addf(&b, ":%u", p->column);
	return buf_str(&b);
}

struct str
place_typed(struct arena *a, const struct place_doc *p)
{
	struct place_doc typed = *p;

	if (p->here.n && p->typed.n)
		typed.here = p->typed;
	return place_words(a, &typed);
}

struct str
count_words(struct arena *a, uint32_t n, const char *word)
{
	return str_format(a, "%u %s%s", n, word, n == 1 ? "" : "s");
}

uint32_t
findings_at(const struct findings_doc *d, const char *level)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->findings.n; i++)
		n += str_is(d->findings.v[i].level, level);
	return n;
}

struct str
findings_words(struct arena *a, const struct findings_doc *d)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < LEVELS; i++) {
		uint32_t n = findings_at(d, levels[i]);

		if (n && b.n)
			buf_add(&b, STR(", "));
		if (n)
			buf_add(&b, count_words(a, n, levels[i]));
	}
	if (!b.n)
		buf_add(&b, STR("no findings"));
	if (d->suppressed)
		buf_addf(&b, ", %u suppressed", d->suppressed);
	if (d->baselined)
		buf_addf(&b, ", %u in the baseline", d->baselined);
	return buf_str(&b);
}

struct str
coverage_words(struct arena *a, const struct coverage_doc *c, bool change)
{
	const char *new = change ? "new " : "";

	struct buf b = {.arena = a};

	buf_add(&b, STR("read "));
	buf_add(&b, count_words(a, c->files, "file"));
	buf_add(&b, STR(", "));
	buf_add(&b, count_words(a, c->fragments, "SQL fragment"));
	buf_addf(&b, ", %u parsed; ", c->parsed);
	if (c->gaps.n)
		buf_addf(&b, "%u %sblind spot%s", c->gaps.n, new, c->gaps.n == 1 ? "" : "s");
	else
		buf_addf(&b, "no %sblind spots", new);
	return buf_str(&b);
}

/* 0: the worst. */
static size_t
rank(const struct finding_doc *f)
{
	size_t i = 0;

	while (i + 1 < LEVELS && !str_is(f->level, levels[i]))
		i++;
	return i;
}

const struct finding_doc **
findings_worst_first(struct arena *a, const struct findings_doc *d)
{
	const struct finding_doc **list =
		arena_array(a, const struct finding_doc *, d->findings.n + 1);
	uint32_t n = 0;

	for (size_t i = 0; i < LEVELS; i++)
		for (uint32_t j = 0; j < d->findings.n; j++)
			if (rank(&d->findings.v[j]) == i)
				list[n++] = &d->findings.v[j];
	return list;
}

struct str
finding_words(struct arena *a, const struct finding_doc *f, bool where, const char *separator)
{
	struct buf b = {.arena = a};

	if (where) {
		buf_add(&b, place_words(a, &f->place));
		buf_add(&b, STR(": "));
	}
	buf_add(&b, f->message);
	buf_addc(&b, '.');
	for (uint32_t i = 0; i < f->related.n; i++) {
		struct str place = place_words(a, &f->related.v[i]);

		buf_add(&b, str_from(separator));
		buf_add(&b, f->related.v[i].message);
		if (place.n)
			buf_addf(&b, ": %.*s", STR_ARG(place));
		buf_addc(&b, '.');
	}
	if (f->help.n)
		buf_addf(&b, "%sHelp: %.*s.", separator, STR_ARG(f->help));
	return buf_str(&b);
}
