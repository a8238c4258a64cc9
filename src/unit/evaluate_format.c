/* Formats: printf's of C, Go and Python, and the braces of Python's str.format.
 *
 * A conversion whose result is not known exactly (an unknown argument, %x, a list under %v) is a
 * hole in the place of the argument. */
#include "unit/evaluate_p.h"

#include "base/arena.h"

#define WIDEST 1000
#define LONGEST_NAME 200

struct formatting {
	struct evaluator *e;
	uint32_t format; /* the STRING that is being read */
	const uint32_t *arguments;
	uint32_t n, next;
	VEC(uint32_t) parts;
};

/* One conversion: "%-5d", "{0!r:>10}". */
struct conversion {
	struct str name;   /* "%(name)s", "{name}" */
	uint32_t position; /* 1-based, "%[1]s", "{0}"; 0: the next one */
	uint32_t width;
	char fill, align; /* '<', '>', '^' */
	char verb;
	bool odd; /* something else that changes the result */
};

static void
add_part(struct formatting *f, uint32_t v)
{
	vec_push(f->e->out->arena, &f->parts, v);
}

static void
add_literal(struct formatting *f, size_t from, size_t to)
{
	if (from < to)
		add_part(f, evaluator_slice(f->e, f->format, from, to));
}

/* A STRING that stands for all of ORIGIN's place. */
static uint32_t
string_at(struct evaluator *e, struct str text, struct span span)
{
	return evaluator_make(e, VALUE_STRING, text, span, NULL, 0);
}

static uint32_t
positional(const struct formatting *f, uint32_t position)
{
	for (uint32_t i = 0; i < f->n; i++)
		if (evaluator_value(f->e, f->arguments[i])->kind != VALUE_ARGUMENT && !position--)
			return f->arguments[i];
	return 0;
}

static uint32_t
named(struct formatting *f, struct str name)
{
	for (uint32_t i = 0; i < f->n; i++) {
		const struct value *v = evaluator_value(f->e, f->arguments[i]);

		if (v->kind == VALUE_ARGUMENT && str_eq(v->text, name))
			return unit_kid(f->e->out, f->arguments[i], 0);
	}
	if (!f->n || evaluator_value(f->e, f->arguments[0])->kind != VALUE_MAP)
		return 0;
	return evaluator_entry(f->e, f->arguments[0], name);
}

static uint32_t
argument_of(struct formatting *f, const struct conversion *c)
{
	if (c->name.n)
		return named(f, c->name);
	return positional(f, c->position ? c->position - 1 : f->next++);
}

static uint32_t
as_hole(struct evaluator *e, uint32_t v)
{
	if (evaluator_value(e, v)->kind == VALUE_HOLE)
		return v;
	return evaluator_hole(e, evaluator_describe(e, v), evaluator_value(e, v)->span);
}

static uint32_t
padded(struct formatting *f, uint32_t v, const struct conversion *c)
{
	struct evaluator *e = f->e;
	struct value value = *evaluator_value(e, v);
	uint32_t missing = c->width > value.text.n ? c->width - (uint32_t)value.text.n : 0;
	uint32_t left = c->align == '<' ? 0 : c->align == '^' ? missing / 2 : missing;
	struct buf b = {.arena = e->out->arena};
	uint32_t parts[3] = {0, v, 0};

	if (!missing || value.kind == VALUE_HOLE)
		return v;
	if (c->width > WIDEST || (c->fill == '0' && value.text.n && value.text.s[0] == '-'))
		return as_hole(e, v);
	for (uint32_t i = 0; i < missing; i++)
		buf_addc(&b, c->fill);
	parts[0] = string_at(e, str_slice(buf_str(&b), 0, left), value.span);
	parts[2] = string_at(e, str_slice(buf_str(&b), left, missing), value.span);
	return evaluator_concatenate(e, parts, 3, value.span);
}

/* "x" or 'x', when there is nothing in it that would be escaped. */
static uint32_t
quoted(struct formatting *f, uint32_t v, struct str quote)
{
	struct value value = *evaluator_value(f->e, v);
	uint32_t parts[3] = {0, v, 0};

	for (size_t i = 0; i < value.text.n; i++) {
		unsigned char c = (unsigned char)value.text.s[i];

		if (c < 0x20 || c >= 0x7f || c == '\\' || c == '"' || c == '\'')
			return as_hole(f->e, v);
	}
	parts[0] = parts[2] = string_at(f->e, quote, value.span);
	return evaluator_concatenate(f->e, parts, 3, value.span);
}

static uint32_t
convert(struct formatting *f, uint32_t v, const struct conversion *c)
{
	const struct value *value = evaluator_value(f->e, v);
	bool string = value->kind == VALUE_STRING, number = value->kind == VALUE_NUMBER;
	bool open = value->kind == VALUE_CONDITION || value->kind == VALUE_CONCATENATION;
	bool plain = c->verb == 's' || c->verb == 'v';

	if (c->odd)
		return as_hole(f->e, v);
	if (string && (c->verb == 'q' || c->verb == 'r'))
		return padded(f, quoted(f, v, c->verb == 'q' ? STR("\"") : STR("'")), c);
	if ((string && plain) || (number && (plain || c->verb == 'd')))
		return padded(f, v, c);
	if (value->kind == VALUE_BOOLEAN && !c->width && (c->verb == 'v' || c->verb == 't'))
		return string_at(f->e, value->text, value->span);
	return open && plain && !c->width ? v : as_hole(f->e, v);
}

/* Adds what conversion C at FROM .. TO of the format gives. */
static void
add_conversion(struct formatting *f, const struct conversion *c, size_t from, size_t to)
{
	struct value format = *evaluator_value(f->e, f->format);
	uint32_t v = argument_of(f, c);

	if (v)
		v = convert(f, v, c);
	else
		v = evaluator_hole(f->e, str_slice(format.text, from, to), format.span);
	add_part(f, v);
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads a number at *I; a long one is WIDEST + 1. */
static uint32_t
read_number(struct str s, size_t *i)
{
	uint32_t n = 0;

	for (; *i < s.n && is_digit(s.s[*i]); (*i)++)
		if (n <= WIDEST)
			n = n * 10 + (uint32_t)(s.s[*i] - '0');
	return n > WIDEST ? WIDEST + 1 : n;
}

static bool
is_one_of(char c, const char *set)
{
	return str_chr(str_from(set), c, 0) != SIZE_MAX;
}

/* Flags, width, precision and length of a conversion; returns where its verb is. */
static size_t
read_modifiers(struct str s, size_t i, struct conversion *c)
{
	for (; i < s.n && is_one_of(s.s[i], "-0+ #"); i++) {
		if (s.s[i] == '-')
			c->align = '<';
		else if (s.s[i] == '0')
			c->fill = '0';
		else
			c->odd = true;
	}
	if (c->align == '<')
		c->fill = ' ';
	if (i < s.n && is_digit(s.s[i]))
		c->width = read_number(s, &i);
	for (; i < s.n && is_one_of(s.s[i], ".*0123456789"); i++)
		c->odd = true;
	while (i < s.n && is_one_of(s.s[i], "hlLjzt") && i + 1 < s.n &&
		is_one_of(s.s[i + 1], "hldiu"))
		i++;
	return i;
}

/* Reads the conversion whose '%' is at I; returns the offset behind it. */
static size_t
read_printf(struct str s, size_t i, struct conversion *c)
{
	size_t end;

	*c = (struct conversion){.fill = ' ', .align = '>'};
	i++;
	if (i < s.n && s.s[i] == '(' &&
		(end = str_chr(str_slice(s, 0, i + LONGEST_NAME), ')', i)) != SIZE_MAX) {
		c->name = str_slice(s, i + 1, end);
		i = end + 1;
	}
	i = read_modifiers(s, i, c);
	if (i + 1 < s.n && s.s[i] == '[' && is_digit(s.s[i + 1])) {
		i++;
		c->position = read_number(s, &i);
		i += i < s.n && s.s[i] == ']';
		i = read_modifiers(s, i, c);
	}
	c->verb = i < s.n ? s.s[i] : '\0';
	if (is_one_of(c->verb, "iu") && c->verb)
		c->verb = 'd';
	return i < s.n ? i + 1 : i;
}

static void
format_printf(struct formatting *f)
{
	struct str s = evaluator_value(f->e, f->format)->text;
	size_t done = 0, i = 0;

	while ((i = str_chr(s, '%', i)) != SIZE_MAX && evaluator_spend(f->e, 1)) {
		struct conversion c;
		size_t end = read_printf(s, i, &c);

		if (c.verb == '%') {
			add_literal(f, done, i + 1);
		} else {
			add_literal(f, done, i);
			add_conversion(f, &c, i, end);
			if (c.position)
				f->next = c.position;
		}
		done = i = end;
	}
	add_literal(f, done, s.n);
}

/* "[[fill]align][0][width][s|d]" behind the colon of a field. */
static void
read_brace_spec(struct str s, struct conversion *c)
{
	size_t i = 0;

	if (s.n > 1 && is_one_of(s.s[1], "<>^")) {
		c->fill = s.s[0];
		i = 1;
	}
	if (i < s.n && is_one_of(s.s[i], "<>^"))
		c->align = s.s[i++];
	else if (i < s.n && s.s[i] == '0')
		c->fill = '0', c->align = '>';
	c->width = read_number(s, &i);
	if (i < s.n && (s.s[i] == 's' || s.s[i] == 'd'))
		i++;
	c->odd = c->odd || i < s.n;
}

/* The field between two braces; *ATTRIBUTES: what stands behind its name. */
static struct conversion
read_brace(struct str s, struct str *attributes)
{
	struct conversion c = {.fill = ' ', .align = '<', .verb = 's'};
	size_t i = 0, colon;

	while (i < s.n && !is_one_of(s.s[i], ".[!:"))
		i++;
	c.name = str_slice(s, 0, i);
	if (c.name.n && is_digit(c.name.s[0])) {
		size_t at = 0;

		c.position = read_number(c.name, &at) + 1;
		c.name.n = 0;
	}
	*attributes = str_slice(s, i, s.n);
	i = 0;
	while (i < attributes->n && !is_one_of(attributes->s[i], "!:"))
		i++;
	s = str_slice(*attributes, i, attributes->n);
	attributes->n = i;
	colon = str_chr(s, ':', 0);
	if (s.n > 1 && s.s[0] == '!' && s.s[1] != 's')
		c.verb = s.s[1];
	if (colon != SIZE_MAX)
		read_brace_spec(str_slice(s, colon + 1, s.n), &c);
	return c;
}

static void
add_field(struct formatting *f, struct str field, size_t from, size_t to)
{
	struct span span = evaluator_value(f->e, f->format)->span;
	struct str attributes, name;
	struct conversion c = read_brace(field, &attributes);
	uint32_t v;

	if (!attributes.n) {
		add_conversion(f, &c, from, to);
		return;
	}
	v = argument_of(f, &c);
	if (!v || attributes.s[0] != '.' || str_chr(attributes, '[', 0) != SIZE_MAX) {
		add_part(f, evaluator_hole(f->e, field, span));
		return;
	}
	attributes = str_slice(attributes, 1, attributes.n);
	while (str_cut(&attributes, '.', &name) && evaluator_spend(f->e, 1))
		v = evaluator_attribute(f->e, v, name, span);
	add_part(f, convert(f, v, &c));
}

/* The '}' that closes the '{' before FROM; a field's spec may have fields in it. */
static size_t
closing_brace(struct str s, size_t from)
{
	uint32_t depth = 1;

	for (size_t i = from; i < s.n; i++) {
		depth += s.s[i] == '{';
		depth -= s.s[i] == '}';
		if (!depth)
			return i;
	}
	return SIZE_MAX;
}

static void
format_brace(struct formatting *f)
{
	struct str s = evaluator_value(f->e, f->format)->text;
	size_t done = 0, i = 0, end;

	while (i < s.n && (f->e->steps || !f->e->exhausted)) {
		if (s.s[i] != '{' && s.s[i] != '}') {
			i++;
			continue;
		}
		if (i + 1 < s.n && s.s[i + 1] == s.s[i]) {
			add_literal(f, done, i + 1);
			done = i += 2;
			continue;
		}
		end = s.s[i] == '{' ? closing_brace(s, i + 1) : SIZE_MAX;
		if (end == SIZE_MAX)
			break;
		add_literal(f, done, i);
		add_field(f, str_slice(s, i + 1, end), i, end + 1);
		done = i = end + 1;
	}
	add_literal(f, done, s.n);
}

static uint32_t
count_conversions(struct str s)
{
	uint32_t n = 0;
	struct conversion c;

	for (size_t i = 0; (i = str_chr(s, '%', i)) != SIZE_MAX;) {
		i = read_printf(s, i, &c);
		n += c.verb != '%';
	}
	return n;
}

/* Python's `format % (a, b)`: one tuple with as many elements as there are conversions. */
static void
spread_tuple(struct formatting *f, struct str format)
{
	const struct value *v = f->n == 1 ? evaluator_value(f->e, f->arguments[0]) : NULL;

	if (!v || v->kind != VALUE_LIST || v->kids.count != count_conversions(format))
		return;
	f->n = v->kids.count;
	f->arguments = arena_array(f->e->out->arena, uint32_t, f->n + 1);
	for (uint32_t i = 0; i < f->n; i++)
		((uint32_t *)f->arguments)[i] = f->e->out->kids.v[v->kids.first + i];
}

static void
format_string(struct formatting *f, enum format_style style, uint32_t format)
{
	f->format = format;
	if (style == FORMAT_PRINTF)
		spread_tuple(f, evaluator_value(f->e, format)->text);
	if (style == FORMAT_PRINTF)
		format_printf(f);
	else
		format_brace(f);
}

/* A part of a tagged template: a text that was put in whole, or a parameter. WRITTEN: the part before it
 * was evaluated is a text itself, or an object that a driver spreads. */
uint32_t
evaluator_tagged_part(struct evaluator *e, uint32_t part, bool written)
{
	const struct value *v = evaluator_value(e, part);

	if (v->kind == VALUE_CALL && v->op == CALL_TAGGED)
		return unit_kid(e->out, part, 1);
	return written && v->kind != VALUE_MAP && v->kind != VALUE_LIST ? part : as_hole(e, part);
}

uint32_t
evaluator_format(struct evaluator *e, enum format_style style, uint32_t format,
	const uint32_t *arguments, uint32_t n, struct span span)
{
	struct value v = *evaluator_value(e, format);
	struct formatting f = {.e = e, .arguments = arguments, .n = n};
	uint32_t kids[3] = {unit_kid(e->out, format, 0)};

	if (!evaluator_spend(e, 1))
		return evaluator_hole(e, STR("_"), span);
	if (v.kind == VALUE_CONDITION) {
		for (uint32_t i = 1; i < 3; i++)
			if (unit_kid(e->out, format, i))
				kids[i] = evaluator_format(
					e, style, unit_kid(e->out, format, i), arguments, n, span);
		return evaluator_make(e, VALUE_CONDITION, (struct str){0}, span, kids, 3);
	}
	if (v.kind != VALUE_STRING && v.kind != VALUE_CONCATENATION)
		return evaluator_hole(e, evaluator_describe(e, format), span);
	if (v.kind == VALUE_STRING)
		format_string(&f, style, format);
	for (uint32_t i = 0; v.kind == VALUE_CONCATENATION && i < v.kids.count; i++) {
		uint32_t part = unit_kid(e->out, format, i);

		if (evaluator_value(e, part)->kind == VALUE_STRING)
			format_string(&f, style, part);
		else
			add_part(&f, part);
	}
	return evaluator_concatenate(e, f.parts.v, f.parts.n, span);
}
