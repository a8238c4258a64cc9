/* A configuration as text: YAML that says the same again, with where each value is from behind it. */
#include <stdio.h>

#include "base/arena.h"
#include "report_p.h"

#define COMMENT_COLUMN 44

/* Words that are no strings to a reader of YAML 1.1. */
static bool
is_keyword(struct str text)
{
	static const char *const words[] = {"true", "false", "yes", "no", "on", "off", "y", "n",
		"null"};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_eq_nocase(text, str_from(words[i])))
			return true;
	return false;
}

static bool
is_plain(struct str text)
{
	bool letters = false;

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];
		bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
		bool digit = c >= '0' && c <= '9';

		letters |= letter;
		if (!letter && !digit && c != '_' && c != '/' && c != '.' && (c != '-' || i == 0))
			return false;
	}
	return (letters && (text.s[0] < '0' || text.s[0] > '9') && !is_keyword(text)) ||
	       str_is(text, ".") || str_is(text, "..");
}

void
report_yaml_scalar(struct buf *out, struct str text)
{
	if (is_plain(text)) {
		buf_add(out, text);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < text.n; i++) {
		unsigned char c = (unsigned char)text.s[i];

		if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else if (c < 0x20 || c == 0x7f)
			buf_addf(out, "\\x%02X", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

/* Ends the line that began at START, with where its value is from. */
static void
end_line(struct buf *out, size_t start, const struct setting_doc *d)
{
	size_t width = out->n - start;

	if (d->from.n || d->note.n)
		buf_addf(out, "%*s# ", width < COMMENT_COLUMN ? (int)(COMMENT_COLUMN - width) : 1,
			"");
	report_escape(out, d->from);
	if (d->from.n && d->note.n)
		buf_add(out, STR("; "));
	report_escape(out, d->note);
	buf_addc(out, '\n');
}

static void add_parts(struct buf *out, const struct setting_doc *d, int depth);

/* One part of a map or list. The first key of a map in a list stands behind the list's dash. */
static void
add_part(struct buf *out, const struct setting_doc *d, int depth, bool dash)
{
	size_t start = out->n;

	buf_addf(out, "%*s%s", (depth - dash) * 2, "", dash ? "- " : "");
	if (d->key.n) {
		report_yaml_scalar(out, d->key);
		buf_add(out, d->kind == SETTING_VALUE ? STR(": ") : STR(":"));
	}
	if (d->kind == SETTING_VALUE && (d->is_bool || d->is_number))
		buf_add(out, d->value);
	else if (d->kind == SETTING_VALUE)
		report_yaml_scalar(out, d->value);
	end_line(out, start, d);
	if (d->kind != SETTING_VALUE)
		add_parts(out, d, depth + 1);
}

static void
add_parts(struct buf *out, const struct setting_doc *d, int depth)
{
	for (uint32_t i = 0; i < d->parts.n; i++) {
		const struct setting_doc *part = &d->parts.v[i];

		if (d->kind != SETTING_LIST || part->kind != SETTING_MAP) {
			add_part(out, part, depth + (d->kind == SETTING_LIST),
				d->kind == SETTING_LIST);
			continue;
		}
		for (uint32_t k = 0; k < part->parts.n; k++)
			add_part(out, &part->parts.v[k], depth + 1, k == 0);
	}
}

void
yaml_config(const struct config_doc *d, const struct report_options *o, struct buf *out)
{
	(void)o;
	buf_add(out, STR("# In force: "));
	report_escape(out, d->path.n ? d->path : STR("no pgbounds.yaml, all is inferred"));
	buf_addc(out, '\n');
	add_parts(out, &d->root, 0);
}
