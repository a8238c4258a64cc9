/* Aligned tables of text. */
#include "table.h"

#include "report/report.h"

void
table_add(struct table *t, struct str cell)
{
	struct buf b = {.arena = t->arena};

	report_escape(&b, cell.n ? cell : STR("-"));
	vec_push(t->arena, &t->cells, buf_str(&b));
}

void
table_add_list(struct table *t, const struct str *list, uint32_t n)
{
	struct buf b = {.arena = t->arena};

	for (uint32_t i = 0; i < n; i++) {
		if (i)
			buf_add(&b, STR(", "));
		buf_add(&b, list[i]);
	}
	table_add(t, buf_str(&b));
}

size_t
table_width(struct str text)
{
	size_t width = 0;

	for (size_t i = 0; i < text.n; i++)
		width += ((unsigned char)text.s[i] & 0xc0) != 0x80;
	return width;
}

static void
write_cell(struct buf *out, struct str cell, size_t width)
{
	buf_add(out, cell);
	for (size_t n = table_width(cell); n < width + 2; n++)
		buf_addc(out, ' ');
}

/* Takes off *REST what fits into WIDTH: as many words of the list as there is room for, at least one. */
static struct str
take_words(struct str *rest, size_t width)
{
	struct str taken;
	size_t end = 0, next = 0;

	while (next < rest->n) {
		size_t comma = str_find(*rest, STR(", "), next);
		size_t to = comma == SIZE_MAX ? rest->n : comma + 1;

		if (end && table_width(str_slice(*rest, 0, to)) > width)
			break;
		end = to;
		next = comma == SIZE_MAX ? rest->n : comma + 2;
	}
	taken = str_slice(*rest, 0, end);
	*rest = str_slice(*rest, end < rest->n ? end + 1 : end, rest->n);
	return taken;
}

/* The widest word of a list, with its comma. */
static size_t
word_width(struct str cell)
{
	size_t widest = 0;

	while (cell.n) {
		size_t width = table_width(take_words(&cell, 0));

		widest = width > widest ? width : widest;
	}
	return widest;
}

struct widths {
	size_t v[TABLE_COLUMNS], least[TABLE_COLUMNS];
};

static struct widths
natural_widths(const struct table *t)
{
	struct widths w = {0};

	for (uint32_t i = 0; i < t->cells.n; i++) {
		uint32_t column = i % t->columns;
		size_t width = table_width(t->cells.v[i]), least = width;

		if (t->wraps && column >= t->wraps)
			least = word_width(t->cells.v[i]);
		w.v[column] = width > w.v[column] ? width : w.v[column];
		w.least[column] = least > w.least[column] ? least : w.least[column];
	}
	return w;
}

/* Makes the widest columns that can be narrower so until the table fits, or none can. */
static void
fit(const struct table *t, struct widths *w)
{
	size_t total = 2 * (t->columns - 1);

	for (uint32_t i = 0; i < t->columns; i++)
		total += w->v[i];
	for (; total > TABLE_WIDTH; total--) {
		uint32_t widest = t->columns;

		for (uint32_t i = 0; i < t->columns; i++)
			if (w->v[i] > w->least[i] &&
				(widest == t->columns || w->v[i] > w->v[widest]))
				widest = i;
		if (widest == t->columns)
			return;
		w->v[widest]--;
	}
}

/* One line of a row: what of each cell is left and fits. False when nothing is left. */
static bool
write_line(const struct table *t, const struct widths *w, struct str *cells, struct buf *out)
{
	uint32_t last = t->columns;

	while (last > 0 && cells[last - 1].n == 0)
		last--;
	for (uint32_t i = 0; i < last; i++) {
		bool whole = !t->wraps || i < t->wraps;
		struct str part = whole ? cells[i] : take_words(&cells[i], w->v[i]);

		if (whole)
			cells[i] = (struct str){0};
		if (i + 1 < last)
			write_cell(out, part, w->v[i]);
		else
			buf_add(out, part);
	}
	if (last)
		buf_addc(out, '\n');
	return last > 0;
}

void
table_write(const struct table *t, struct buf *out)
{
	struct widths w = natural_widths(t);

	fit(t, &w);
	for (uint32_t row = 0; row < t->cells.n; row += t->columns) {
		struct str cells[TABLE_COLUMNS];

		for (uint32_t i = 0; i < t->columns; i++)
			cells[i] = t->cells.v[row + i];
		while (write_line(t, &w, cells, out))
			continue;
	}
}
