/* Columns as others count them; ours are in bytes. */
#include "report/column_p.h"

uint32_t
column_utf16(struct str line, uint32_t column)
{
	uint32_t units = 1;
	size_t i = 0;

	while (i + 1 < column && i < line.n) {
		size_t n = str_utf8(line.s + i, line.n - i);

		units += n == 4 ? 2 : 1;
		i += n ? n : 1;
	}
	return i + 1 < column ? units + column - 1 - (uint32_t)i : units;
}
