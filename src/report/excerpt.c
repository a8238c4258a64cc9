/* Of a source line what is worth showing. */
#include "excerpt.h"

/* Longer source lines are shown around the caret. */
#define EXCERPT_BEFORE 100
#define EXCERPT_LENGTH 160

static bool
continues(struct str text, size_t at)
{
	return at > 0 && at < text.n && ((unsigned char)text.s[at] & 0xc0) == 0x80;
}

struct str
excerpt_of(struct str line, uint32_t caret, size_t *from)
{
	size_t begin = 0, end;

	while (begin < line.n && begin < caret && (line.s[begin] == ' ' || line.s[begin] == '\t'))
		begin++;
	if (caret > begin + EXCERPT_BEFORE)
		begin = caret - EXCERPT_BEFORE / 2;
	while (continues(line, begin))
		begin++;
	end = begin + EXCERPT_LENGTH;
	while (continues(line, end))
		end++;
	*from = begin;
	return str_slice(line, begin, end);
}
