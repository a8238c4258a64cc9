/* Text from repositories in Markdown, so that it can do nothing there. */
#include "markdown_text.h"

#include "report/report.h"

/* The longest run of backticks in TEXT. */
static size_t
longest_run(struct str text)
{
	size_t longest = 0, n = 0;

	for (size_t i = 0; i < text.n; i++) {
		n = text.s[i] == '`' ? n + 1 : 0;
		longest = n > longest ? n : longest;
	}
	return longest;
}

static void
add_backticks(struct buf *out, size_t n)
{
	while (n-- > 0)
		buf_addc(out, '`');
}

static struct str
printable(struct arena *a, struct str text)
{
	struct buf spaces = {.arena = a}, b = {.arena = a};

	for (size_t i = 0; i < text.n; i++)
		buf_addc(&spaces, text.s[i] == '\t' ? ' ' : text.s[i]);
	report_escape(&b, buf_str(&spaces));
	return buf_str(&b);
}

void
markdown_code(struct buf *out, struct str text, bool cell)
{
	size_t ticks;
	bool pad;

	if (!text.n)
		return;
	text = printable(out->arena, text);
	ticks = longest_run(text) + 1;
	pad = text.s[0] == '`' || text.s[text.n - 1] == '`' || text.s[0] == ' ' ||
	      text.s[text.n - 1] == ' ';
	add_backticks(out, ticks);
	if (pad)
		buf_addc(out, ' ');
	for (size_t i = 0; i < text.n; i++) {
		if (cell && text.s[i] == '|')
			buf_addc(out, '\\');
		buf_addc(out, text.s[i]);
	}
	if (pad)
		buf_addc(out, ' ');
	add_backticks(out, ticks);
}

static bool
is_letter(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Letters, with hyphens and apostrophes among them, or a number. A word of a sentence of ours, or what
 * cannot be told from one. */
static bool
is_plain(struct str word)
{
	bool digits = word.n > 0 && is_digit(word.s[0]);

	for (size_t i = 0; i < word.n; i++) {
		char c = word.s[i];
		bool joins = (c == '-' || c == '\'') && i > 0 && i + 1 < word.n;

		if (digits ? !is_digit(c) : !is_letter(c) && !joins)
			return false;
	}
	return true;
}

/* The word without the punctuation around it, which sentences have. */
static struct str
core(struct str word)
{
	size_t from = 0, to = word.n;

	while (from < to && (word.s[from] == '(' || word.s[from] == '"'))
		from++;
	while (to > from && (word.s[to - 1] == ',' || word.s[to - 1] == ';' || word.s[to - 1] == ':' ||
				    word.s[to - 1] == '.' || word.s[to - 1] == ')' ||
				    word.s[to - 1] == '"'))
		to--;
	return str_slice(word, from, to);
}

void
markdown_words(struct buf *out, struct str text, bool cell)
{
	struct str word;
	bool first = true;

	while (str_cut(&text, ' ', &word)) {
		struct str inner = core(word);
		size_t from = inner.n ? (size_t)(inner.s - word.s) : word.n;

		if (!first)
			buf_addc(out, ' ');
		first = false;
		buf_add(out, str_slice(word, 0, from));
		if (is_plain(inner))
			buf_add(out, inner);
		else
			markdown_code(out, inner, cell);
		if (inner.n)
			buf_add(out, str_slice(word, from + inner.n, word.n));
	}
}

void
markdown_line(struct buf *out, struct str line)
{
	size_t ticks = longest_run(line) + 1;

	if (ticks < 3)
		ticks = 3;
	add_backticks(out, ticks);
	buf_addc(out, '\n');
	buf_add(out, printable(out->arena, line));
	buf_addc(out, '\n');
	add_backticks(out, ticks);
	buf_addc(out, '\n');
}
