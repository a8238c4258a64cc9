/* The reach of a comment, from tokens alone: brackets that match, and what ends a statement. */
#include "unit/reach.h"

struct walk {
	const struct reach_token *tokens;
	uint32_t n;
	struct str text;
};

static bool
breaks(struct str text, uint32_t from, uint32_t to)
{
	return str_chr(str_slice(text, from, to), '\n', 0) != SIZE_MAX;
}

/* True for a comma at the end of a line; elements that share a line share a comment. */
static bool
ends_element(const struct walk *w, uint32_t i)
{
	uint32_t next = i + 1 < w->n ? w->tokens[i + 1].at : (uint32_t)w->text.n;

	return w->tokens[i].kind == REACH_COMMA && breaks(w->text, w->tokens[i].end, next);
}

/* The first token behind what begins at token I. */
static uint32_t
end_of(const struct walk *w, uint32_t i)
{
	uint32_t depth = 0;

	for (; i < w->n; i++) {
		enum reach_kind kind = w->tokens[i].kind;

		if (!depth && (kind == REACH_CLOSE || kind == REACH_BLOCK || kind == REACH_END ||
				      ends_element(w, i)))
			return i;
		if (kind == REACH_OPEN || kind == REACH_BLOCK)
			depth++;
		else if (kind == REACH_CLOSE)
			depth--;
	}
	return i;
}

/* The first token of what token I is in; an opening bracket is in what stands in front of it. */
static uint32_t
begin_of(const struct walk *w, uint32_t i)
{
	uint32_t depth = w->tokens[i].kind == REACH_CLOSE;

	for (; i > 0; i--) {
		enum reach_kind kind = w->tokens[i - 1].kind;

		if (!depth && (kind == REACH_OPEN || kind == REACH_BLOCK || kind == REACH_END ||
				      ends_element(w, i - 1)))
			break;
		if (kind == REACH_CLOSE)
			depth++;
		else if (kind == REACH_OPEN || kind == REACH_BLOCK)
			depth--;
	}
	return i;
}

/* The first token at or behind byte AT. */
static uint32_t
token_at(const struct walk *w, uint32_t at)
{
	uint32_t low = 0, high = w->n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (w->tokens[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

struct span
reach_find(
	const struct reach_token *tokens, uint32_t n, struct str text, uint32_t from, uint32_t to)
{
	struct walk w = {.tokens = tokens, .n = n, .text = text};
	uint32_t first = token_at(&w, from), last;

	if (first > 0 && !breaks(text, tokens[first - 1].end, from)) {
		first--;
		while (first > 0 && (tokens[first].kind == REACH_END || ends_element(&w, first)))
			first--;
		first = begin_of(&w, first);
	} else {
		first = token_at(&w, to);
		while (first < n && tokens[first].kind == REACH_END)
			first++;
	}
	last = end_of(&w, first);
	if (last == first)
		return (struct span){0};
	return (struct span){
		.offset = tokens[first].at, .length = tokens[last - 1].end - tokens[first].at};
}
