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

/* So many levels of a YAML file's keys are looked at. */
#define MOST_LEVELS 16

/* The keys above a line of YAML, by their columns. */
struct levels {
	struct str names[MOST_LEVELS];
	uint32_t columns[MOST_LEVELS], n;
};

/* True when the keys, with NAME behind them, are KEY. */
static bool
is_path(const struct levels *l, struct str name, struct str key)
{
	struct str part;

	for (uint32_t i = 0; i < l->n; i++)
		if (!str_cut(&key, '.', &part) || !str_eq(part, l->names[i]))
			return false;
	return str_eq(key, name);
}

/* Of YAML what settings are written in: keys and their values on a line, or the first of a list below. */
static struct str
yaml_setting(const struct tool_file *f, struct str key, uint32_t *number)
{
	struct levels levels = {0};
	bool below = false;

	for (uint32_t i = 1; i <= tool_lines(f); i++) {
		const struct mark *m = &f->unit->marks.v[i];
		size_t colon = str_chr(m->text, ':', 0);
		struct str name = str_slice(m->text, 0, colon == SIZE_MAX ? 0 : colon);
		struct str value =
			str_slice(m->text, colon == SIZE_MAX ? m->text.n : colon + 1, m->text.n);

		if (m->text.s[0] == '#')
			continue;
		if (below)
			return m->text.s[0] == '-' ? first_value(str_slice(m->text, 1, m->text.n))
						   : (struct str){0};
		while (levels.n && levels.columns[levels.n - 1] >= m->span.column)
			levels.n--;
		below = name.n && is_path(&levels, name, key);
		if (below && number)
			*number = m->span.line;
		if (below && str_trim(value).n)
			return first_value(value);
		if (name.n && levels.n < MOST_LEVELS) {
			levels.names[levels.n] = name;
			levels.columns[levels.n++] = m->span.column;
		}
	}
	return (struct str){0};
}

struct str
tool_setting(struct arena *a, const struct tool_file *f, const char *key, uint32_t *number)
{
	struct str section = {0};

	if (str_ends(f->path, STR(".yml")) || str_ends(f->path, STR(".yaml")))
		return yaml_setting(f, str_from(key), number);
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
