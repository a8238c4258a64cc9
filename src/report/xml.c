/* Text in XML 1.0. */
#include "report/xml_p.h"

static const char *
reference(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>': /* of "]]>" */
		return "&gt;";
	case '"':
		return "&quot;";
	case '\t':
		return "&#9;";
	case '\n':
		return "&#10;";
	case '\r':
		return "&#13;";
	default:
		return NULL;
	}
}

/* May the character of N bytes at S stand in a document? N is 0 for no character at all. */
static bool
is_character(const char *s, size_t n)
{
	struct str bytes = {s, n};

	if (n <= 1)
		return n == 1 && (unsigned char)*s >= 0x20 && *s != 0x7f;
	return !str_is(bytes, "\xef\xbf\xbe") && !str_is(bytes, "\xef\xbf\xbf");
}

void
xml_add(struct buf *out, struct str text)
{
	for (size_t i = 0; i < text.n;) {
		size_t n = str_utf8(text.s + i, text.n - i);
		const char *written = n == 1 ? reference(text.s[i]) : NULL;

		if (written) {
			buf_add(out, str_from(written));
		} else if (is_character(text.s + i, n)) {
			buf_add(out, str_slice(text, i, i + n));
		} else {
			n = n ? n : 1;
			for (size_t j = i; j < i + n; j++)
				buf_addf(out, "\\x%02X", (unsigned char)text.s[j]);
		}
		i += n;
	}
}
