/* Files with settings that tools keep beside their migrations: lines of NAME = VALUE, sections in brackets. */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

uint32_t
tool_lines(const struct tool_file *f)
{
	return f->unit && str_is(f->unit->reader, UNIT_SETTINGS) ? f->unit->marks.n - 1 : 0;
}

struct str
tool_line(const struct tool_file *f, uint32_t i, uint32_t *number)
{
	const struct mark *m = &f->unit->marks.v[i];

	*number = m->span.line;
	return m->text;
}

/* The first of a list, without brackets and quotes. */
static struct str
first_value(struct str x)
{
	size_t comma;

	x = str_trim(x);
	if (x.n && x.s[0] == '[')
		x = str_trim(str_slice(x, 1, x.n));
	if (x.n && (x.s[0] == '"' || x.s[0] == '\'')) {
		size_t end = str_chr(x, x.s[0], 1);

		return str_slice(x, 1, end == SIZE_MAX ? x.n : end);
	}
	comma = str_chr(x, ',', 0);
	x = str_slice(x, 0, comma == SIZE_MAX ? x.n : comma);
	comma = str_find(x, STR("]"), 0);
	return str_trim(str_slice(x, 0, comma == SIZE_MAX ? x.n : comma));
}

/* "[engine "pg"]" → "engine.pg". */
static struct str
section_name(struct arena *a, struct str line)
{
	struct buf b = {.arena = a};

	for (size_t i = 1; i < line.n && line.s[i] != ']'; i++)
		if (line.s[i] == ' ')
			buf_addc(&b, '.');
		else if (line.s[i] != '"')
			buf_addc(&b, line.s[i]);
	return buf_str(&b);
}

struct str
tool_setting(struct arena *a, const struct tool_file *f, const char *key, uint32_t *number)
{
	struct str section = {0};

	for (uint32_t i = 1; i <= tool_lines(f); i++) {
		uint32_t at;
		struct str line = tool_line(f, i, &at), name, value;
		size_t equals = str_chr(line, '=', 0);

		if (line.s[0] == '[' && equals == SIZE_MAX)
			section = section_name(a, line);
		if (line.s[0] == '#' || line.s[0] == ';' || equals == SIZE_MAX)
			continue;
		name = str_trim(str_slice(line, 0, equals));
		value = str_slice(line, equals + 1, line.n);
		if (section.n)
			name = str_format(a, "%.*s.%.*s", STR_ARG(section), STR_ARG(name));
		if (!str_is(name, key))
			continue;
		if (number)
			*number = at;
		return first_value(value);
	}
	return (struct str){0};
}
