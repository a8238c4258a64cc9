/* Text of an audit, behind the matrix: each part only where there is something to show. */
#include "base/arena.h"
#include "report_p.h"
#include "table.h"
#include "text_p.h"

#define LINE_WIDTH 100

static struct str
joined(struct arena *a, const struct str *list, uint32_t n)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		buf_add(&b, i ? STR(", ") : STR(""));
		report_escape(&b, list[i]);
	}
	return buf_str(&b);
}

static void
heading(struct buf *out, const struct report_options *o, const char *text)
{
	text_tinted(out, o, TINT_PLACE, str_from(text));
	buf_addc(out, '\n');
}

static void
add_key(struct buf *out, const struct report_options *o, const struct crossing_key_doc *d)
{
	const struct foreign_key_doc *k = &d->key;

	text_place(out, o, &k->place);
	buf_addf(out, "%.*s (%.*s) -> %.*s (%.*s)", STR_ARG(joined(out->arena, &k->from, 1)),
		STR_ARG(joined(out->arena, k->columns.v, k->columns.n)),
		STR_ARG(joined(out->arena, &k->to, 1)),
		STR_ARG(joined(out->arena, k->to_columns.v, k->to_columns.n)));
	buf_addf(out, "%s\n    on delete %.*s: ", d->granted ? ", granted" : "",
		STR_ARG(k->on_delete));
	report_escape(out, d->effect);
	if (d->client_action.n) {
		buf_add(out, STR("\n    on_delete="));
		report_escape(out, d->client_action);
		buf_add(out, STR(" is done by the ORM of "));
		report_escape(out, d->from_owner);
		buf_add(out, STR(", in its own deletes only"));
	}
	buf_addc(out, '\n');
}

static void
add_keys(struct buf *out, const struct report_options *o, const struct findings_doc *d)
{
	if (d->crossing_keys.n == 0)
		return;
	heading(out, o, "FOREIGN KEYS ACROSS OWNERS");
	for (uint32_t i = 0; i < d->crossing_keys.n; i++)
		add_key(out, o, &d->crossing_keys.v[i]);
	buf_addc(out, '\n');
}

static void
add_shared(struct buf *out, const struct findings_doc *d)
{
	static const char *const headings[] = {"WRITTEN BY SEVERAL", "OWNER", "WRITERS"};
	struct table t = {.arena = out->arena, .columns = 3, .wraps = 2};

	if (d->shared_writes.n == 0)
		return;
	for (uint32_t i = 0; i < t.columns; i++)
		table_add(&t, str_from(headings[i]));
	for (uint32_t i = 0; i < d->shared_writes.n; i++) {
		const struct shared_write_doc *s = &d->shared_writes.v[i];

		table_add(&t, s->relation);
		table_add(&t, s->owner);
		table_add_list(&t, s->writers.v, s->writers.n);
	}
	table_write(&t, out);
	buf_addc(out, '\n');
}

/* Names in lines of a readable length. */
static void
add_names(struct buf *out, const struct report_options *o, const char *title,
	const struct str *names, uint32_t n)
{
	size_t width = 0;

	if (n == 0)
		return;
	heading(out, o, title);
	for (uint32_t i = 0; i < n; i++) {
		struct str name = joined(out->arena, &names[i], 1);

		if (width && width + table_width(name) + 2 > LINE_WIDTH) {
			buf_add(out, STR(",\n"));
			width = 0;
		} else if (width) {
			buf_add(out, STR(", "));
			width += 2;
		}
		buf_add(out, name);
		width += table_width(name);
	}
	buf_add(out, STR("\n\n"));
}

void
text_audit(struct buf *out, const struct report_options *o, const struct findings_doc *d)
{
	add_keys(out, o, d);
	add_shared(out, d);
	add_names(out, o, "OWNED BY NOBODY", d->unowned.v, d->unowned.n);
	add_names(out, o, "NOT SEEN TO BE USED", d->unused.v, d->unused.n);
}
