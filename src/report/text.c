/* Text for people: each finding with its line, its second places and what to do instead; then the
 * services, the ownership matrix, the counts and what was covered. Nothing from a repository reaches
 * the terminal unescaped. */
#include "base/arena.h"
#include "base/map.h"
#include "excerpt.h"
#include "report_p.h"
#include "table.h"
#include "text_p.h"
#include "words.h"

/* Second places of a finding, without --verbose: the first of them matter most. */
#define RELATED_SHOWN 12
/* New blind spots of a change, likewise. */
#define GAPS_SHOWN 10

static const char *const tint_codes[TINTS] = {
	[TINT_NONE] = "0",
	[TINT_PLACE] = "1",
	[TINT_ERROR] = "1;31",
	[TINT_WARNING] = "1;33",
	[TINT_NOTE] = "1;36",
	[TINT_HELP] = "1;32",
};

void
text_tinted(struct buf *out, const struct report_options *o, enum tint tint, struct str text)
{
	if (o->colour)
		buf_addf(out, "\033[%sm", tint_codes[tint]);
	report_escape(out, text);
	if (o->colour)
		buf_add(out, STR("\033[0m"));
}

static enum tint
level_tint(struct str level)
{
	if (str_is(level, "error"))
		return TINT_ERROR;
	return str_is(level, "warning") ? TINT_WARNING : TINT_NOTE;
}

void
text_place(struct buf *out, const struct report_options *o, const struct place_doc *p)
{
	struct str words = place_typed(out->arena, p);

	if (words.n == 0)
		return;
	text_tinted(out, o, TINT_PLACE, words);
	buf_add(out, STR(": "));
}

/* A stretch of source, tabs as one space: columns stay aligned. */
static struct str
printable(struct arena *a, struct str text)
{
	struct buf spaces = {.arena = a}, b = {.arena = a};

	for (size_t i = 0; i < text.n; i++)
		buf_addc(&spaces, text.s[i] == '\t' ? ' ' : text.s[i]);
	report_escape(&b, buf_str(&spaces));
	return buf_str(&b);
}

static void
add_repeated(struct buf *out, char c, size_t n)
{
	while (n-- > 0)
		buf_addc(out, c);
}

struct str
text_line(struct arena *a, const struct place_doc *p)
{
	size_t from;

	return printable(a, str_trim(excerpt_of(p->source, p->caret, &from)));
}

/* The source line and a line below it that underlines the guilty part. */
static void
add_source(struct buf *out, const struct report_options *o, const struct place_doc *p)
{
	size_t from;
	struct str line = excerpt_of(p->source, p->caret, &from);
	struct str before = str_slice(p->source, from, p->caret);
	struct str under = str_slice(line, p->caret - from, p->caret - from + p->caret_length);
	struct buf caret = {.arena = out->arena};
	size_t width = table_width(printable(out->arena, under));

	if (str_trim(p->source).n == 0)
		return;
	buf_add(out, STR("    "));
	buf_add(out, printable(out->arena, line));
	buf_addc(out, '\n');
	if (p->caret_length == 0)
		return;
	buf_add(out, STR("    "));
	add_repeated(out, ' ', table_width(printable(out->arena, before)));
	buf_addc(&caret, '^');
	add_repeated(&caret, '~', width > 1 ? width - 1 : 0);
	text_tinted(out, o, TINT_HELP, buf_str(&caret));
	buf_addc(out, '\n');
}

static void
add_related(struct buf *out, const struct report_options *o, const struct finding_doc *f)
{
	bool all = o->verbose || f->related.n <= RELATED_SHOWN + 1;
	uint32_t n = all ? f->related.n : RELATED_SHOWN;

	for (uint32_t i = 0; i < n; i++) {
		buf_add(out, STR("    "));
		text_place(out, o, &f->related.v[i]);
		text_tinted(out, o, TINT_NOTE, STR("note"));
		buf_add(out, STR(": "));
		report_escape(out, f->related.v[i].message);
		buf_addc(out, '\n');
	}
	if (n < f->related.n)
		buf_addf(out, "    ... and %u more places (--verbose lists them)\n",
			f->related.n - n);
}

static void
add_finding(struct buf *out, const struct report_options *o, const struct finding_doc *f)
{
	text_place(out, o, &f->place);
	text_tinted(out, o, level_tint(f->level), f->level);
	buf_add(out, STR(": "));
	report_escape(out, f->message);
	buf_add(out, STR(" ["));
	report_escape(out, f->rule);
	buf_add(out, STR("]\n"));
	add_source(out, o, &f->place);
	add_related(out, o, f);
	if (f->help.n) {
		buf_add(out, STR("    "));
		text_tinted(out, o, TINT_HELP, STR("help"));
		buf_add(out, STR(": "));
		report_escape(out, f->help);
		buf_addc(out, '\n');
	}
	buf_addc(out, '\n');
}

/* "2 errors, 1 warning, 3 notes, 1 suppressed". */
static void
add_summary(struct buf *out, const struct report_options *o, const struct findings_doc *d)
{
	static const char *const levels[] = {"error", "warning", "note"};
	bool any = false;

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		uint32_t n = findings_at(d, levels[i]);

		if (n == 0)
			continue;
		if (any)
			buf_add(out, STR(", "));
		any = true;
		text_tinted(out, o, level_tint(str_from(levels[i])),
			count_words(out->arena, n, levels[i]));
	}
	if (!any)
		buf_add(out, STR("no findings"));
	if (d->suppressed)
		buf_addf(out, ", %u suppressed", d->suppressed);
	if (d->baselined)
		buf_addf(out, ", %u in the baseline", d->baselined);
	buf_addc(out, '\n');
}

/* The texts that were looked at and set aside, so that the counts add up. */
static void
add_aside(struct buf *out, const struct coverage_doc *c)
{
	const struct {
		uint32_t n;
		const char *what;
	} aside[] = {
		{c->pieces, "SQL words that are no statement"},
		{c->prose, "prose"},
		{c->dialect, "SQL of another database"},
		{c->tests, "in tests"},
	};
	bool any = false;

	for (size_t i = 0; i < sizeof aside / sizeof *aside; i++) {
		if (aside[i].n == 0)
			continue;
		buf_addf(out, "%s%u %s", any ? ", " : "set aside: ", aside[i].n, aside[i].what);
		any = true;
	}
	if (any)
		buf_addc(out, '\n');
}

static void
add_gap(struct buf *out, const struct report_options *o, const struct gap_doc *g)
{
	struct place_doc p = {.service = g->service,
		.path = g->path,
		.line = g->line,
		.here = g->here,
		.typed = g->typed};

	text_place(out, o, &p);
	buf_add(out, STR("blind spot: "));
	report_escape(out, g->words);
	if (g->detail.n) {
		buf_add(out, STR(": "));
		report_escape(out, g->detail);
	}
	buf_addc(out, '\n');
}

/* "3 blind spots: 2 statements computed at run time, 1 template", in the order of the list. */
static void
add_gap_counts(struct buf *out, const struct coverage_doc *c)
{
	struct map counts = {.arena = out->arena};
	const char *separator = ": ";

	buf_add(out, count_words(out->arena, c->gaps.n, "blind spot"));
	for (uint32_t i = 0; i < c->gaps.n; i++)
		map_put(&counts, c->gaps.v[i].reason)->num++;
	for (uint32_t i = 0; i < c->gaps.n; i++) {
		const struct gap_doc *g = &c->gaps.v[i];
		union map_value *n = map_get(&counts, g->reason);

		if (n->num == 0)
			continue;
		buf_addf(out, "%s%llu ", separator, (unsigned long long)n->num);
		report_escape(out, n->num == 1 ? g->one : g->many);
		separator = ", ";
		n->num = 0;
	}
}

void
text_coverage(
	struct buf *out, const struct report_options *o, const struct coverage_doc *c, bool change)
{
	/* A change brings few: what it adds is not left to be asked for. */
	bool listed = o->verbose || (change && c->gaps.n <= GAPS_SHOWN);

	for (uint32_t i = 0; listed && i < c->gaps.n; i++)
		add_gap(out, o, &c->gaps.v[i]);
	buf_add(out, STR("read "));
	buf_add(out, count_words(out->arena, c->files, "file"));
	buf_add(out, STR(", "));
	buf_add(out, count_words(out->arena, c->fragments, "SQL fragment"));
	buf_addf(out, ", %u parsed; ", c->parsed);
	if (c->gaps.n == 0)
		buf_add(out, change ? STR("no new blind spots") : STR("no blind spots"));
	else
		add_gap_counts(out, c);
	if (c->gaps.n && !listed)
		buf_add(out, STR(" (--verbose lists them)"));
	buf_addc(out, '\n');
	add_aside(out, c);
}

/* "odds is read at origin/main 774f1161611c of 2024-01-02": whose state a change was judged with. */
static void
add_neighbours(struct buf *out, const struct findings_doc *d)
{
	for (uint32_t i = 0; i < d->services.n; i++) {
		const struct service_doc *s = &d->services.v[i];

		if (s->here)
			continue;
		report_escape(out, s->name);
		buf_add(out, str_is(s->from, "not available") ? STR(" is ") : STR(" is read at "));
		report_escape(out, s->revision.n ? s->revision : s->from);
		if (s->commit.n) {
			buf_addc(out, ' ');
			report_escape(out, str_slice(s->commit, 0, 12));
		}
		if (s->committed.n) {
			buf_add(out, STR(" of "));
			report_escape(out, s->committed);
		}
		buf_addc(out, '\n');
	}
}

static void
add_headings(struct table *t, const char *const *headings, uint32_t n)
{
	t->columns = n;
	for (uint32_t i = 0; i < n; i++)
		table_add(t, str_from(headings[i]));
}

static void
add_services(struct buf *out, const struct findings_doc *d)
{
	static const char *const headings[] = {
		"SERVICE", "READ FROM", "COMMIT", "FILES", "TABLES", "SCHEMAS"};
	struct table t = {.arena = out->arena};

	if (d->services.n == 0)
		return;
	add_headings(&t, headings, sizeof headings / sizeof *headings);
	for (uint32_t i = 0; i < d->services.n; i++) {
		const struct service_doc *s = &d->services.v[i];

		table_add(&t, s->name);
		table_add(&t, s->revision.n ? s->revision : s->from);
		table_add(&t, str_slice(s->commit, 0, 12));
		table_add(&t, str_format(out->arena, "%u", s->files));
		table_add(&t, str_format(out->arena, "%u", s->tables));
		table_add_list(&t, s->schemas.v, s->schemas.n);
	}
	table_write(&t, out);
	buf_addc(out, '\n');
}

static void
add_matrix(struct buf *out, const struct findings_doc *d)
{
	static const char *const headings[] = {
		"RELATION", "KIND", "OWNER", "WHY", "READ BY", "WRITTEN BY", "ALTERED BY"};
	struct table t = {.arena = out->arena, .wraps = 4};

	if (d->matrix.n == 0)
		return;
	add_headings(&t, headings, sizeof headings / sizeof *headings);
	for (uint32_t i = 0; i < d->matrix.n; i++) {
		const struct matrix_row *r = &d->matrix.v[i];

		table_add(&t, r->relation);
		table_add(&t, r->kind);
		table_add(&t, r->owner);
		table_add(&t, r->owner_how);
		table_add_list(&t, r->reads.v, r->reads.n);
		table_add_list(&t, r->writes.v, r->writes.n);
		table_add_list(&t, r->alters.v, r->alters.n);
	}
	table_write(&t, out);
	buf_addc(out, '\n');
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	for (uint32_t i = 0; i < d->findings.n; i++)
		add_finding(out, o, &d->findings.v[i]);
	if (d->whole) {
		add_services(out, d);
		add_matrix(out, d);
		text_audit(out, o, d);
	}
	if (d->unchanged) {
		buf_add(out, STR("no findings: what has changed says nothing new of a database\n"));
		return;
	}
	add_summary(out, o, d);
	if (d->change && (d->findings.n || o->verbose))
		add_neighbours(out, d);
	text_coverage(out, o, &d->coverage, d->change);
}

const struct format format_text = {
	.name = "text",
	.findings = render_findings,
	.who = text_who,
	.impact = text_impact,
	.catalog = text_catalog,
	.config = yaml_config,
};
