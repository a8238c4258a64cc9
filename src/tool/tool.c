/* The migration tools, and what they share: directories of numbered files. */
#include "tool/tool.h"

#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

/* A more special tool stands first: it takes its files before plain SQL can. */
const struct tool *const tools[] = {
	&tool_django,
	&tool_goose,
	&tool_golang_migrate,
	&tool_sql,
	NULL,
};

const struct tool *
tool_by_name(struct str name)
{
	for (const struct tool *const *t = tools; *t; t++)
		if (str_is(name, (*t)->name))
			return *t;
	return NULL;
}

/* Marks the files that the histories behind FROM took. */
static void
mark_taken(const struct tool_histories *found, uint32_t from, const struct tool_file *files,
	uint32_t n, bool *taken)
{
	for (uint32_t h = from; h < found->list.n; h++)
		for (uint32_t s = 0; s < found->list.v[h].steps.n; s++)
			for (uint32_t i = 0; i < n; i++)
				if (files[i].number == found->list.v[h].steps.v[s].file.number)
					taken[i] = true;
}

/* Whether the steps of Y are those of X, as far as it has any: the same names and bytes. */
static bool
is_copy(const struct tool_history *x, const struct tool_history *y)
{
	if (x->tool != y->tool || y->steps.n > x->steps.n)
		return false;
	for (uint32_t i = 0; i < y->steps.n; i++) {
		const struct unit *u = x->steps.v[i].file.unit, *v = y->steps.v[i].file.unit;

		if (!str_eq(x->steps.v[i].name, y->steps.v[i].name) || !u != !v ||
			(u && !str_eq(u->blob, v->blob)))
			return false;
	}
	return true;
}

/* A driver's or a test's copy of a history is no second history; of two alike the first counts. */
static void
mark_copies(struct tool_histories *found)
{
	for (uint32_t h = 0; h < found->list.n; h++)
		for (uint32_t k = 0; k < found->list.n && !found->list.v[h].copy; k++) {
			const struct tool_history *x = &found->list.v[k], *y = &found->list.v[h];

			found->list.v[h].copy = h != k && !x->copy && !x->tool->symbol &&
						(k < h || x->steps.n > y->steps.n) && is_copy(x, y);
		}
}

void
tool_recognise_all(
	struct arena *a, const struct tool_file *files, uint32_t n, struct tool_histories *out)
{
	struct tool_file *left = arena_array(a, struct tool_file, n + 1);
	bool *taken = arena_array(a, bool, n + 1);

	for (const struct tool *const *t = tools; *t; t++) {
		uint32_t count = 0, from = out->list.n;

		for (uint32_t i = 0; i < n; i++)
			if (!taken[i])
				left[count++] = files[i];
		(*t)->recognise(*t, a, left, count, NULL, out);
		mark_taken(out, from, files, n, taken);
	}
	mark_copies(out);
}

static struct str
leading_digits(struct str x)
{
	size_t n = 0;

	while (n < x.n && x.s[n] >= '0' && x.s[n] <= '9')
		n++;
	return str_slice(x, 0, n);
}

static struct str
without_zeros(struct str x)
{
	while (x.n > 1 && x.s[0] == '0') {
		x.s++;
		x.n--;
	}
	return x;
}

int
tool_version_cmp(struct str x, struct str y)
{
	struct str a = leading_digits(x), b = leading_digits(y);
	struct str u = without_zeros(a), v = without_zeros(b);
	int order;

	if (!a.n || !b.n)
		return a.n != b.n ? (a.n ? -1 : 1) : str_cmp(x, y);
	if (u.n != v.n)
		return u.n < v.n ? -1 : 1;
	order = str_cmp(u, v);
	return order ? order : str_cmp(str_slice(x, a.n, x.n), str_slice(y, b.n, y.n));
}
