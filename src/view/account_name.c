/* A word in a program's text that is no SQL: an operation's argument, a name of the language, or what
 * kind of string. */
#include "host/host.h"
#include "who_p.h"

bool
account_operation(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	const struct account_operation *other = NULL;

	for (uint32_t i = 0; f->file && i < x->operations.n; i++) {
		const struct account_operation *p = &x->operations.v[i];

		if (p->file != f->file->number || o->from < p->from || o->from >= p->to)
			continue;
		if (p->wanted) {
			account_bind(x, p->database, p->relation,
				p->touch == TOUCH_REFERENCE ? ACCESS_REFERENCE : ACCESS_DDL,
				FORM_ORM, CONFIDENCE_EXACT, out);
			return true;
		}
		if (!other && p->relation)
			other = p;
	}
	if (!other)
		return false;
	out->kind = LINE_OTHER;
	out->what = str_format(x->a, "in an operation on %.*s",
		STR_ARG(catalog_display(
			&x->w->databases.v[other->database].catalog, other->relation, x->a)));
	return true;
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* Words and operators that a piece of a statement may hold, and that a message hardly does. */
static bool
may_be_sql(struct str text)
{
	static const char *const words[] = {"select", "from", "where", "join", "set", "insert",
		"into", "update", "delete", "values", "order", "group", "by", "on", "and", "or",
		"as", "in", "is", "asc", "desc", "returning", "having", "like", NULL};

	for (size_t i = 0, end; i < text.n; i = end + 1) {
		for (end = i; end < text.n && is_word_byte(text.s[end]);)
			end++;
		for (size_t k = 0; end > i && words[k]; k++)
			if (str_eq_nocase(str_slice(text, i, end), str_from(words[k])))
				return true;
		if (end < text.n && str_chr(STR("=<>*$?|;{}"), text.s[end], 0) != SIZE_MAX)
			return true;
	}
	return false;
}

static bool
has_byte(struct str text, const char *bytes)
{
	for (; *bytes; bytes++)
		if (str_chr(text, *bytes, 0) != SIZE_MAX)
			return true;
	return false;
}

/* The key of a Go field's tag whose value holds byte AT of TEXT: "json" of json:"language". */
static struct str
tag_key(struct str text, size_t at)
{
	size_t quote = at, from;

	while (quote > 0 && text.s[quote] != '"')
		quote--;
	if (quote == 0 || text.s[quote - 1] != ':')
		return (struct str){0};
	for (from = quote - 1; from > 0 && is_word_byte(text.s[from - 1]);)
		from--;
	return str_slice(text, from, quote - 1);
}

/* Keys by which libraries map a field to a column. */
static bool
maps_column(struct str key)
{
	static const char *const keys[] = {"db", "sql", "gorm", "bun", "pg", "xorm", "orm", NULL};

	for (size_t i = 0; keys[i]; i++)
		if (str_is(key, keys[i]))
			return true;
	return false;
}

static void
name_string(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	const struct part *p = &f->parts.list.v[o->part_at];
	struct str text = str_slice(f->bytes, p->from, p->to);
	struct str key =
		f->bytes.s[p->from] == '`' ? tag_key(text, o->from - p->from) : (struct str){0};

	if (key.n && !maps_column(key)) {
		out->kind = LINE_OTHER;
		out->what = str_format(x->a, "the %.*s tag of a field", STR_ARG(key));
	} else if (key.n) {
		account_say(out, LINE_UNKNOWN, "a tag that maps a field to a column");
	} else if (!has_byte(text, " \t\n")) {
		account_say(out, has_byte(text, "/") ? LINE_TEXT : LINE_UNKNOWN,
			has_byte(text, "/") ? "a path in a string" : "a string that could name it");
	} else if (may_be_sql(text)) {
		account_say(out, LINE_UNKNOWN, "a string that could be a part of a statement");
	} else {
		account_say(out, LINE_TEXT, "a message");
	}
}

void
account_name(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	if (!f->host->language)
		account_say(out, LINE_UNKNOWN, "SQL that is not understood");
	else if (o->part == PART_STRING && f->class == CLASS_VENDORED)
		account_say(out, LINE_UNKNOWN, "a string in vendored code, which is not read");
	else if (o->part == PART_STRING)
		name_string(x, f, o, out);
	else
		account_say(out, LINE_OTHER, "a name of the program");
}
