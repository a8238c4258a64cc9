/* Templates in .sql files: Go's text/template, Jinja, Handlebars and ${name}. An array's literal may
 * look like one ('{{1,2},{3,4}}'), so a value has a letter in it and no brace. */
#include "host/template_p.h"

#define TEMPLATE_BYTES 400

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static struct str
first_word(struct str x)
{
	size_t n = 0;

	while (n < x.n && is_letter(x.s[n]))
		n++;
	return str_slice(x, 0, n);
}

/* The words with which Go's templates control what is put out, and the marks of Handlebars'. */
static bool
is_control(struct str inside)
{
	static const char *const words[] = {"if", "else", "end", "range", "with", "define", "block",
		"template", "break", "continue", NULL};

	if (inside.n && (inside.s[0] == '#' || inside.s[0] == '/' || inside.s[0] == '!'))
		return true;
	for (size_t i = 0; words[i]; i++)
		if (str_is(first_word(inside), words[i]))
			return true;
	return false;
}

static enum template_kind
kind_of(struct str inside)
{
	bool letter = false;

	if (inside.n && inside.s[0] == '-')
		inside = str_slice(inside, 1, inside.n);
	inside = str_trim(inside);
	if (is_control(inside))
		return TEMPLATE_CONTROL;
	for (size_t i = 0; i < inside.n; i++) {
		if (inside.s[i] == '{' || inside.s[i] == '}')
			return TEMPLATE_NONE;
		letter |= is_letter(inside.s[i]);
	}
	return letter ? TEMPLATE_VALUE : TEMPLATE_NONE;
}

enum template_kind
template_at(struct str x, size_t at, size_t *length)
{
	static const struct {
		const char *opening, *closing;
	} pairs[] = {{"{{", "}}"}, {"${", "}"}, {"{%", "%}"}};
	struct str rest = str_slice(x, at, at + TEMPLATE_BYTES);

	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
		struct str closing = str_from(pairs[i].closing);
		size_t end;

		if (!str_starts(rest, str_from(pairs[i].opening)))
			continue;
		end = str_find(rest, closing, 2);
		*length = end == SIZE_MAX ? 2 : end + closing.n;
		if (end == SIZE_MAX)
			return TEMPLATE_OPEN;
		return rest.s[1] == '%' ? TEMPLATE_CONTROL : kind_of(str_slice(rest, 2, end));
	}
	return TEMPLATE_NONE;
}

static bool
is_name(char c)
{
	return is_letter(c) || (c >= '0' && c <= '9') || c == '-';
}

const struct str *
template_value(const struct host_variables *variables, struct str x)
{
	size_t pipe = str_chr(x, '|', 0), from, to = pipe == SIZE_MAX ? x.n : pipe;

	while (to && !is_name(x.s[to - 1]))
		to--;
	/* {{- x -}} */
	while (to && x.s[to - 1] == '-')
		to--;
	while (to && !is_name(x.s[to - 1]))
		to--;
	for (from = to; from && is_name(x.s[from - 1]);)
		from--;
	for (uint32_t i = 0; i < variables->n; i++)
		if (str_eq(variables->list[i].name, str_slice(x, from, to)))
			return &variables->list[i].value;
	return NULL;
}
