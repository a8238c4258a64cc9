/* Workflow commands, with which GitHub Actions annotates the lines of a change. A step shows ten
 * annotations of each level: the worst come first, and a last line says how many there are besides.
 * A place in another repository cannot be annotated: it stands in the message. */
#include "report_p.h"

#include "base/arena.h"
#include "report/column_p.h"
#include "words.h"

#define ANNOTATIONS 10 /* of one level in one step */

/* Writes TEXT with %, CR and LF, and with what ALSO names, as %XX. */
static void
add_escaped(struct buf *out, struct str text, const char *also)
{
	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];

		if (c == '%' || c == '\r' || c == '\n' ||
			(c && str_chr(str_from(also), c, 0) != SIZE_MAX))
			buf_addf(out, "%%%02X", (unsigned char)c);
		else
			buf_addc(out, c);
	}
}

static struct str
printable(struct arena *a, struct str text)
{
	struct buf b = {.arena = a};
	struct str line;

	while (str_cut(&text, '\n', &line)) {
		if (b.n)
			buf_addc(&b, '\n');
		report_escape(&b, line);
	}
	return buf_str(&b);
}

static void
add_property(struct buf *out, char before, const char *name, struct str value)
{
	buf_addf(out, "%c%s=", before, name);
	add_escaped(out, printable(out->arena, value), ":,");
}

static void
add_number(struct buf *out, const char *name, uint32_t n)
{
	buf_addf(out, ",%s=%u", name, n);
}

/* Columns go with a place within one line only. */
static void
add_place(struct buf *out, const struct place_doc *p)
{
	add_property(out, ' ', "file", p->here);
	if (!p->line)
		return;
	add_number(out, "line", p->line);
	add_number(out, "endLine", p->line);
	if (!p->column)
		return;
	add_number(out, "col", column_utf16(p->source, p->column));
	if (p->end_line == p->line && p->end_column > p->column)
		add_number(out, "endColumn", column_utf16(p->source, p->end_column));
}

static void
add_finding(struct buf *out, const struct finding_doc *f)
{
	bool here = f->place.here.n > 0;
	struct str words = finding_words(out->arena, f, !here, "\n");

	buf_addf(out, "::%.*s", STR_ARG(str_is(f->level, "note") ? STR("notice") : f->level));
	if (here)
		add_place(out, &f->place);
	add_property(out, here ? ',' : ' ', "title",
		str_format(out->arena, "pgbounds: %.*s", STR_ARG(f->rule)));
	buf_add(out, STR("::"));
	add_escaped(out, printable(out->arena, words), "");
	buf_addc(out, '\n');
}

/* "pgbounds: 3 more errors, 1 more note: …" of what has no annotation. */
static void
add_rest(struct buf *out, const struct findings_doc *d, const struct report_options *o)
{
	static const char *const levels[] = {"error", "warning", "note"};
	const char *separator = "pgbounds: ";

	for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
		uint32_t n = findings_at(d, levels[i]);

		if (n <= ANNOTATIONS)
			continue;
		n -= ANNOTATIONS;
		buf_addf(out, "%s%u more %s%s", separator, n, levels[i], n == 1 ? "" : "s");
		separator = ", ";
	}
	if (separator[0] == ',')
		buf_addf(out, " than a step can annotate%s\n",
			o->summary ? ": the summary of this step shows them" : "");
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	const struct finding_doc **list = findings_worst_first(out->arena, d);
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->findings.n; i++) {
		n = i && str_eq(list[i]->level, list[i - 1]->level) ? n + 1 : 1;
		if (n <= ANNOTATIONS)
			add_finding(out, list[i]);
	}
	add_rest(out, d, o);
}

/* A word that does not occur in the text ends the stretch in which no command is obeyed. */
static void
shield(struct str text, struct buf *out)
{
	uint64_t n = str_hash(text);
	struct str word;

	do
		word = str_format(out->arena, "pgbounds-%016llx", (unsigned long long)n++);
	while (str_find(text, word, 0) != SIZE_MAX);
	buf_addf(out, "::stop-commands::%.*s\n", STR_ARG(word));
	buf_add(out, text);
	if (text.n && text.s[text.n - 1] != '\n')
		buf_addc(out, '\n');
	buf_addf(out, "::%.*s::\n", STR_ARG(word));
}

const struct format format_github = {
	.name = "github",
	.findings = render_findings,
	.summary_variable = "GITHUB_STEP_SUMMARY",
	.shield = shield,
};
