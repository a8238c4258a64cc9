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

void
table_write(const struct table *t, struct buf *out)
{
	size_t widths[TABLE_COLUMNS] = {0};

	for (uint32_t i = 0; i < t->cells.n; i++) {
		size_t width = table_width(t->cells.v[i]);

		if (width > widths[i % t->columns])
			widths[i % t->columns] = width;
	}
	for (uint32_t i = 0; i < t->cells.n; i++) {
		uint32_t column = i % t->columns;

		if (column + 1 < t->columns) {
			write_cell(out, t->cells.v[i], widths[column]);
			continue;
		}
		buf_add(out, t->cells.v[i]);
		buf_addc(out, '\n');
	}
}
