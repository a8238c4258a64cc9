/* Text from repositories in Markdown, so that it can do nothing there. */
#include "report/markdown_text_p.h"

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

static bool
closes(struct str word, char c)
{
	if (c == ')') /* not that of "[a](b)" */
		return str_chr(word, '(', 1) == SIZE_MAX;
	return c == ',' || c == ';' || c == ':' || c == '.' || c == '"';
}

/* The word without the punctuation around it, which sentences have. */
static struct str
core(struct str word)
{
	size_t from = 0, to = word.n;

	while (from < to && (word.s[from] == '(' || word.s[from] == '"'))
		from++;
	while (to > from && closes(word, word.s[to - 1]))
		to--;
	return str_slice(word, from, to);
}

/* Takes the next word off *REST: up to a space, but not one within "{to: hub, may: [read]}". */
static struct str
next_word(struct str *rest)
{
	size_t depth = 0, end = 0;
	struct str word;

	for (size_t i = 0; i < rest->n; i++) {
		depth += rest->s[i] == '{' || rest->s[i] == '[';
		if (depth == 0)
			break;
		depth -= rest->s[i] == '}' || rest->s[i] == ']';
		if (depth == 0)
			end = i + 1;
	}
	word = str_slice(*rest, 0, str_chr(*rest, ' ', end));
	*rest = str_slice(*rest, word.n, rest->n);
	return word;
}

static void
add_word(struct buf *out, struct str word, bool cell)
{
	struct str inner = core(word);
	size_t from = inner.n ? (size_t)(inner.s - word.s) : word.n;

	buf_add(out, str_slice(word, 0, from));
	if (is_plain(inner))
		buf_add(out, inner);
	else
		markdown_code(out, inner, cell);
	buf_add(out, str_slice(word, from + inner.n, word.n));
}

void
markdown_words(struct buf *out, struct str text, bool cell)
{
	while (text.n) {
		size_t spaces = 0;

		add_word(out, next_word(&text), cell);
		while (spaces < text.n && text.s[spaces] == ' ')
			spaces++;
		if (spaces)
			buf_addc(out, ' ');
		text = str_slice(text, spaces, text.n);
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
