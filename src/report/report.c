/* The formats, one row each. */
#include "report/report.h"

#include "base/str.h"
#include "report_p.h"

const struct format *const formats[] = {
	&format_text,
	&format_json,
	&format_jsonl,
	&format_markdown,
	&format_github,
	&format_gitlab,
	&format_sarif,
	&format_junit,
	&format_gcc,
	&format_rdjson,
	NULL,
};

const struct format *
format_by_name(struct str name)
{
	for (const struct format *const *f = formats; *f; f++)
		if (str_is(name, (*f)->name))
			return *f;
	return NULL;
}

/* C0 and C1 control characters and DEL: none of them may reach a terminal from a repository. */
static bool
is_control(const char *s, size_t n)
{
	unsigned char c = (unsigned char)s[0];

	if (n == 1)
		return c < 0x20 || c == 0x7f;
	return n == 2 && c == 0xc2 && (unsigned char)s[1] < 0xa0;
}

void
report_escape(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = str_utf8(text.s + i, text.n - i);

		if (n == 0 || is_control(text.s + i, n)) {
			buf_addf(out, "\\x%02X", (unsigned char)text.s[i]);
			i++;
			continue;
		}
		buf_add(out, str_slice(text, i, i + n));
		i += n;
	}
}
