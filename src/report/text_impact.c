/* Text of `impact`: each change with who breaks, then the steps of an order that breaks nobody. */
#include "base/arena.h"
#include "report_p.h"
#include "text_p.h"

static void
add_break(struct buf *out, const struct report_options *o, const struct impact_break *b)
{
	struct str line = text_line(out->arena, &b->place);

	buf_add(out, STR("    "));
	text_place(out, o, &b->place);
	report_escape(out, b->message);
	buf_add(out, STR(": "));
	text_tinted(out, o, TINT_ERROR, b->effect);
	if (!str_is(b->confidence, "exact") || !b->deployed) {
		buf_add(out, STR(" ["));
		if (!b->deployed)
			report_escape(out, b->class_word);
		if (!b->deployed && !str_is(b->confidence, "exact"))
			buf_add(out, STR(", "));
		if (!str_is(b->confidence, "exact"))
			report_escape(out, b->confidence);
		buf_addc(out, ']');
	}
	buf_addc(out, '\n');
	if (line.n)
		buf_addf(out, "        %.*s\n", STR_ARG(line));
}

/* SQL line by line, below its step. */
static void
add_sql(struct buf *out, struct str sql)
{
	struct str line;

	while (str_cut(&sql, '\n', &line)) {
		buf_add(out, STR("           "));
		report_escape(out, line);
		buf_addc(out, '\n');
	}
}

static void
add_step(struct buf *out, const struct report_options *o, const struct impact_step *s,
	uint32_t number)
{
	struct str line = text_line(out->arena, &s->place);

	buf_addf(out, "    %2u. ", number);
	text_tinted(out, o, TINT_HELP, s->phase);
	buf_add(out, STR(": "));
	if (s->place.path.n) {
		text_place(out, o, &s->place);
	} else {
		text_tinted(out, o, TINT_PLACE,
			str_format(out->arena, "%.*s, a migration",
				STR_ARG(s->service.n ? s->service : STR("its owner"))));
		buf_add(out, STR(": "));
	}
	report_escape(out, s->text);
	buf_addc(out, '\n');
	add_sql(out, s->sql.n ? s->sql : line);
}

static void
add_change(struct buf *out, const struct report_options *o, const struct impact_change *x)
{
	struct str line = text_line(out->arena, &x->place);

	text_place(out, o, &x->place);
	report_escape(out, x->message);
	if (x->owner.n) {
		buf_add(out, STR(", owned by "));
		report_escape(out, x->owner);
	}
	buf_addc(out, '\n');
	if (line.n)
		buf_addf(out, "    %.*s\n", STR_ARG(line));
	if (!x->breaks.n)
		buf_add(out, STR("    nothing that was read breaks by it\n"));
	for (uint32_t i = 0; i < x->breaks.n; i++)
		add_break(out, o, &x->breaks.v[i]);
	if (x->steps.n)
		buf_add(out, STR("  a safe order, each step deployed before the next:\n"));
	for (uint32_t i = 0; i < x->steps.n; i++)
		add_step(out, o, &x->steps.v[i], i + 1);
	buf_addc(out, '\n');
}

void
text_impact(const struct impact_doc *d, const struct report_options *o, struct buf *out)
{
	for (uint32_t i = 0; i < d->refusals.n; i++) {
		text_place(out, o, &d->refusals.v[i].place);
		text_tinted(out, o, TINT_ERROR, STR("PostgreSQL would refuse this"));
		buf_add(out, STR(": "));
		report_escape(out, d->refusals.v[i].message);
		buf_add(out, STR("\n\n"));
	}
	for (uint32_t i = 0; i < d->changes.n; i++)
		add_change(out, o, &d->changes.v[i]);
	if (d->breaks)
		buf_addf(out, "%u place%s, of %u service%s\n", d->breaks,
			d->breaks == 1 ? " breaks" : "s break", d->services,
			d->services == 1 ? "" : "s");
	else
		buf_add(out, d->refusals.n ? STR("nothing is changed\n") : STR("nothing breaks\n"));
	text_coverage(out, o, &d->coverage, false);
}
