/* Which findings are suppressed: a comment in the same file names the rule, and its reach, or its own
 * line, is where the finding stands. */
#include "rule/suppress.h"

#include <stdlib.h>

#include "rule/engine_p.h"
#include "unit/reach.h"

/* What an element of a closed unit calls its file: its origin, else the file that it was closed for. */
static uint32_t
file_of(const struct file *f, const struct span *s)
{
	return s->origin ? s->origin : f->number;
}

static void
read_marks(struct findings *f, const struct file *file, const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->marks.n; i++) {
		const struct mark *m = &u->marks.v[i];
		uint32_t number = file_of(file, &m->span);
		struct place p = {.file = number, .unit = u, .span = m->span};

		if (!str_starts(m->text, STR(MARK_OWN)))
			continue;
		p.service = file_by_number(f->world->files, number)->service;
		suppress_read(f->arena, f->suppressions, m->text, p, m->reach);
	}
}

static struct str
rule_name(const struct suppression *s)
{
	return s->rule ? str_from(s->rule->name) : (struct str){0};
}

static int
compare_suppressions(const void *left, const void *right)
{
	const struct suppression *x = left, *y = right;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->place.span.offset != y->place.span.offset)
		return x->place.span.offset < y->place.span.offset ? -1 : 1;
	if (x->rule != y->rule)
		return str_cmp(rule_name(x), rule_name(y));
	return str_cmp(x->problem, y->problem);
}

/* A literal that several files use is read with each of them: one place is one comment. */
static void
drop_repeated(struct suppressions *s)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < s->list.n; i++)
		if (!kept || compare_suppressions(&s->list.v[kept - 1], &s->list.v[i]))
			s->list.v[kept++] = s->list.v[i];
	s->list.n = kept;
}

static void
read_files(struct findings *f)
{
	const struct file_set *files = f->world->files;
	struct suppressions *s = arena_new(f->arena, struct suppressions);

	f->suppressions = s;
	s->first = arena_array(f->arena, uint32_t, files->list.n + 1);
	for (uint32_t i = 0; i < files->list.n; i++) {
		const struct file *file = &files->list.v[i];

		if (file->class == CLASS_BASELINE)
			continue;
		read_marks(f, file, file->unit);
		read_marks(f, file, file->closed);
	}
	if (s->list.n)
		qsort(s->list.v, s->list.n, sizeof *s->list.v, compare_suppressions);
	drop_repeated(s);
	for (uint32_t i = s->list.n; i-- > 0;)
		s->first[s->list.v[i].file] = i + 1;
}

static bool
overlap(const struct span *x, const struct span *y)
{
	return x->offset < y->offset + y->length &&
	       y->offset < x->offset + (x->length ? x->length : 1);
}

static bool
covers(const struct suppression *s, const struct rule *r, const struct place *p)
{
	const struct span *comment = &s->place.span;

	if (s->rule != r || s->problem.n)
		return false;
	return s->whole_file || overlap(&p->span, &s->reach) ||
	       (p->span.line >= comment->line && p->span.line <= comment->end_line);
}

/* Every suppression that covers the place counts as used. */
static bool
is_suppressed(struct suppressions *s, const struct rule *r, const struct place *p)
{
	bool found = false;

	if (!p->file)
		return false;
	for (uint32_t i = s->first[p->file]; i && i <= s->list.n; i++) {
		struct suppression *one = &s->list.v[i - 1];

		if (one->file != p->file)
			break;
		if (covers(one, r, p))
			one->used = found = true;
	}
	return found;
}

/* A finding that has victims is found with each of them, too. False when none is left. */
static bool
keep_victims(struct findings *f, struct finding *x)
{
	bool *dropped = arena_array(f->arena, bool, x->related.n), any = false;

	for (uint32_t i = 0; i < x->related.n; i++) {
		struct finding one = *x;

		if (x->related.v[i].role != RELATED_VICTIM ||
			!is_suppressed(f->suppressions, x->rule, &x->related.v[i].place))
			continue;
		dropped[i] = any = true;
		one.place = x->related.v[i].place;
		vec_push(f->arena, &f->suppressed, one);
	}
	return !any || finding_drop_victims(f, x, dropped) > 0;
}

void
suppress_apply(struct findings *f)
{
	uint32_t kept = 0;

	read_files(f);
	for (uint32_t i = 0; i < f->list.n; i++) {
		struct finding x = f->list.v[i];

		if (is_suppressed(f->suppressions, x.rule, &x.place))
			vec_push(f->arena, &f->suppressed, x);
		else if (keep_victims(f, &x))
			f->list.v[kept++] = x;
	}
	f->list.n = kept;
}
