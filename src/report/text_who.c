/* Text of `who`: one line a place, as grep has it; then the account of all lines. */
#include "base/arena.h"
#include "report_p.h"
#include "text_p.h"

/* "[test, guess]": what makes the place less than an exact use in code. */
static void
add_reservations(struct buf *out, const struct who_place *p)
{
	bool code = str_is(p->class_word, "code"), exact = str_is(p->confidence, "exact");

	if (code && exact)
		return;
	buf_add(out, STR(" ["));
	if (!code)
		report_escape(out, p->class_word);
	if (!code && !exact)
		buf_add(out, STR(", "));
	if (!exact)
		report_escape(out, p->confidence);
	buf_addc(out, ']');
}

/* "read public.r10_user.language [likely]" */
static void
add_binding(struct buf *out, const struct report_options *o, const struct who_place *p)
{
	text_tinted(out, o, TINT_NOTE, p->access);
	buf_addc(out, ' ');
	report_escape(out, p->relation);
	if (p->column_name.n) {
		buf_addc(out, '.');
		report_escape(out, p->column_name);
	}
	add_reservations(out, p);
}

static const char *const kind_words[LINE_KINDS] = {
	[LINE_BOUND] = "bound",
	[LINE_UNKNOWN] = "not understood",
	[LINE_TEST] = "in a test",
	[LINE_OTHER] = "another thing",
	[LINE_TEXT] = "text",
};

static void
add_who_place(struct buf *out, const struct report_options *o, const struct who_place *p)
{
	struct str line = text_line(out->arena, &p->place);

	text_place(out, o, &p->place);
	if (p->kind == LINE_BOUND) {
		add_binding(out, o, p);
	} else {
		text_tinted(out, o, p->kind == LINE_UNKNOWN ? TINT_WARNING : TINT_NONE,
			str_from(kind_words[p->kind]));
		buf_add(out, STR(", "));
		report_escape(out, p->what);
	}
	if (line.n) {
		buf_add(out, STR(": "));
		buf_add(out, line);
	}
	buf_addc(out, '\n');
}

/* "12 lines hold language: 11 accounted for (…), 1 not understood" */
static void
add_account(struct buf *out, const struct who_doc *d)
{
	const char *separator = " (";

	if (d->places.n)
		buf_addc(out, '\n');
	buf_addf(out, "%u line%s, %u accounted for", d->lines, d->lines == 1 ? "" : "s",
		d->lines - d->kinds[LINE_UNKNOWN]);
	for (enum line_kind k = 0; k < LINE_KINDS; k++) {
		if (k == LINE_UNKNOWN || d->kinds[k] == 0)
			continue;
		buf_addf(out, "%s%u %s", separator, d->kinds[k], kind_words[k]);
		separator = ", ";
	}
	buf_addf(out, "%s, %u not understood\n", *separator == ',' ? ")" : "",
		d->kinds[LINE_UNKNOWN]);
	if (d->beyond) {
		buf_addf(out, "%u place%s more, where the word does not stand\n", d->beyond,
			d->beyond == 1 ? "" : "s");
	}
	for (uint32_t i = 0; i < d->unread.n; i++) {
		const struct unread_doc *u = &d->unread.v[i];
		struct place_doc p = {.service = u->service, .path = u->path};

		text_place(out, &(struct report_options){0}, &p);
		buf_add(out, STR("not accounted for: "));
		report_escape(out, u->reason);
		buf_addc(out, '\n');
	}
}

/* One line a place, as grep has it. */
void
text_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	for (uint32_t i = 0; i < d->places.n; i++)
		add_who_place(out, o, &d->places.v[i]);
	if (d->accounts)
		add_account(out, d);
}
