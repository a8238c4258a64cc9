/* Steps of a history, and their order. */
#include <stdlib.h>

#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

struct tool_step *
tool_add_step(struct arena *a, struct tool_history *h, const struct tool_file *f, struct str name)
{
	struct tool_step *s = vec_add(a, &h->steps);

	s->name = name;
	s->file = *f;
	for (uint32_t i = 1; f->unit && i < f->unit->fragments.n; i++)
		if (f->unit->fragments.v[i].sink == SINK_FILE)
			vec_push(a, &s->fragments, i);
	return s;
}

void
tool_add_history(struct arena *a, struct tool_histories *out, const struct tool_history *h)
{
	if (h->steps.n)
		vec_push(a, &out->list, *h);
}

void
tool_put_aside(struct arena *a, struct tool_histories *out, const struct tool_file *f,
	enum tool_aside_kind kind)
{
	vec_push(a, &out->aside, (struct tool_aside){.file = f->number, .kind = kind});
}

void
tool_note(struct arena *a, struct tool_history *h, uint32_t file, uint32_t line, const char *format,
	...)
{
	va_list ap;

	va_start(ap, format);
	vec_push(a, &h->notes,
		(struct tool_note){.file = file, .line = line, .text = str_vformat(a, format, ap)});
	va_end(ap);
}

struct str
tool_without_v(struct str name)
{
	return tool_is_numbered(name) && (name.s[0] == 'V' || name.s[0] == 'v')
		       ? str_slice(name, 1, name.n)
		       : name;
}

struct str
tool_number(struct str name)
{
	size_t from = 0, to;

	name = tool_without_v(name);
	for (to = 0; to < name.n && name.s[to] >= '0' && name.s[to] <= '9';)
		to++;
	while (from + 1 < to && name.s[from] == '0')
		from++;
	return str_slice(name, from, to);
}

/* Of two that are equal else: a part of a file behind another part, a file behind another file. */
static int
compare_files(const struct tool_step *a, const struct tool_step *b)
{
	return (a->file.number > b->file.number) - (a->file.number < b->file.number);
}

static int
compare_numbers(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = tool_version_cmp(tool_without_v(a->name), tool_without_v(b->name));

	return order ? order : compare_files(a, b);
}

static int
compare_numbers_then_names(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = tool_version_cmp(tool_number(a->name), tool_number(b->name));

	if (!order)
		order = str_cmp(a->name, b->name);
	return order ? order : compare_files(a, b);
}

static int
compare_names(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = str_cmp(a->name, b->name);

	return order ? order : compare_files(a, b);
}

static int
compare_versions(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = str_cmp(a->version, b->version);

	return order ? order : compare_names(x, y);
}

/* The next number of a version, without zeros before it; "0" behind the end. */
static struct str
next_number(struct str *version)
{
	struct str part = {0};

	if (!str_cut(version, '.', &part))
		return STR("0");
	while (part.n > 1 && part.s[0] == '0')
		part = str_slice(part, 1, part.n);
	return part;
}

int
tool_dotted_cmp(struct str x, struct str y)
{
	while (x.s || y.s) {
		struct str a = next_number(&x), b = next_number(&y);
		int order = a.n != b.n ? (a.n < b.n ? -1 : 1) : str_cmp(a, b);

		if (order)
			return order;
	}
	return 0;
}

static int
compare_dotted(const void *x, const void *y)
{
	const struct tool_step *a = x, *b = y;
	int order = tool_dotted_cmp(a->version, b->version);

	return order ? order : compare_names(x, y);
}

static bool
is_same_version(const struct tool_step *x, const struct tool_step *y, enum tool_order order)
{
	if (!x->version.n)
		return false;
	return order == ORDER_DOTTED ? tool_dotted_cmp(x->version, y->version) == 0
				     : str_eq(x->version, y->version);
}

void
tool_sort_steps(struct arena *a, struct tool_history *h, enum tool_order order, bool refuses)
{
	static int (*const compare[])(const void *, const void *) = {
		[ORDER_NUMBER] = compare_numbers,
		[ORDER_NUMBER_THEN_NAME] = compare_numbers_then_names,
		[ORDER_NAME] = compare_names,
		[ORDER_VERSION] = compare_versions,
		[ORDER_DOTTED] = compare_dotted,
	};

	if (h->steps.n)
		qsort(h->steps.v, h->steps.n, sizeof *h->steps.v, compare[order]);
	for (uint32_t i = 1; refuses && i < h->steps.n; i++) {
		const struct tool_step *x = &h->steps.v[i - 1], *y = &h->steps.v[i];

		if (!is_same_version(x, y, order))
			continue;
		vec_push(a, &h->notes,
			(struct tool_note){.file = y->file.number,
				.order = true,
				.text = str_format(a,
					"number %.*s is used twice: the order of %.*s and "
					"%.*s is not known",
					STR_ARG(y->version), STR_ARG(x->name), STR_ARG(y->name))});
	}
}
