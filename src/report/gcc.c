/* As compilers say it, "path:line:column: error: message [rule]", for editors and all that reads
 * compilers' output. Paths are what one opens from the current directory; columns are in bytes.
 * Second places and the help are notes behind their finding. */
#include "report_p.h"
#include "words.h"

static void
add_place(struct buf *out, const struct place_doc *p)
{
	report_escape(out, p->typed.n ? p->typed : place_path(out->arena, p));
	if (p->line)
		buf_addf(out, ":%u", p->line);
	if (p->line && p->column)
		buf_addf(out, ":%u", p->column);
	buf_add(out, STR(": "));
}

static void
add_line(struct buf *out, const struct place_doc *p, struct str level, struct str message)
{
	add_place(out, p);
	buf_add(out, level);
	buf_add(out, STR(": "));
	report_escape(out, message);
	buf_addc(out, '\n');
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	(void)o;
	for (uint32_t i = 0; i < d->findings.n; i++) {
		const struct finding_doc *f = &d->findings.v[i];

		add_line(out, &f->place, f->level,
			str_format(
				out->arena, "%.*s [%.*s]", STR_ARG(f->message), STR_ARG(f->rule)));
		for (uint32_t j = 0; j < f->related.n; j++)
			add_line(out, f->related.v[j].path.n ? &f->related.v[j] : &f->place,
				STR("note"), f->related.v[j].message);
		if (f->help.n)
			add_line(out, &f->place, STR("note"), f->help);
	}
}

static void
render_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	(void)o;
	for (uint32_t i = 0; i < d->places.n; i++) {
		const struct who_place *p = &d->places.v[i];

		add_line(out, &p->place, STR("note"),
			str_format(out->arena, "%.*s %.*s%s%.*s", STR_ARG(p->access),
				STR_ARG(p->relation), p->column_name.n ? "." : "",
				STR_ARG(p->column_name)));
	}
}

const struct format format_gcc = {
	.name = "gcc",
	.findings = render_findings,
	.who = render_who,
};
