/* A line of a baseline: words, of which those that hold more than a word's bytes are quoted. */
#include "base/arena.h"
#include "rule/baseline.h"

/* Nobody has so many of one kind in one file. */
#define COUNT_MAX 100000

static bool
is_plain(char c)
{
	return (unsigned char)c > ' ' && c != '"' && c != '\\' && c != '#' &&
	       (unsigned char)c != 0x7f;
}

static void
write_word(struct buf *out, struct str word)
{
	bool quote = word.n == 0;

	for (size_t i = 0; i < word.n; i++)
		quote |= !is_plain(word.s[i]);
	if (!quote) {
		buf_add(out, word);
		return;
	}
	buf_addc(out, '"');
	for (size_t i = 0; i < word.n; i++) {
		unsigned char c = (unsigned char)word.s[i];

		if (c < ' ' || c == 0x7f)
			buf_addf(out, "\\x%02x", c);
		else if (c == '"' || c == '\\')
			buf_addf(out, "\\%c", c);
		else
			buf_addc(out, (char)c);
	}
	buf_addc(out, '"');
}

void
baseline_entry_write(const struct baseline_entry *e, struct buf *out)
{
	const struct str words[] = {e->path, e->rule, e->object, e->cause};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
		write_word(out, words[i]);
		buf_addc(out, ' ');
	}
	buf_addf(out, "%u", e->count);
	for (uint32_t i = 0; i < e->keys.n; i++)
		buf_addf(out, "%c%.*s", i ? ',' : ' ', STR_ARG(e->keys.v[i]));
	buf_addc(out, '\n');
}

static int
digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Decodes what the backslash at *I begins; false when that is nothing. */
static bool
read_escape(struct str line, size_t *i, struct buf *out)
{
	char c = *i + 1 < line.n ? line.s[*i + 1] : '\0';
	int high, low;

	*i += 2;
	if (c == '"' || c == '\\') {
		buf_addc(out, c);
		return true;
	}
	high = c == 'x' && *i < line.n ? digit(line.s[*i]) : -1;
	low = c == 'x' && *i + 1 < line.n ? digit(line.s[*i + 1]) : -1;
	*i += 2;
	if (high < 0 || low < 0)
		return false;
	buf_addc(out, (char)(high * 16 + low));
	return true;
}

static bool
read_quoted(struct arena *a, struct str *line, struct str *word)
{
	struct buf b = {.arena = a};
	size_t i = 1;

	while (i < line->n && line->s[i] != '"') {
		if (line->s[i] != '\\')
			buf_addc(&b, line->s[i++]);
		else if (!read_escape(*line, &i, &b))
			return false;
	}
	if (i >= line->n)
		return false;
	*word = buf_str(&b);
	*line = str_slice(*line, i + 1, line->n);
	return true;
}

static bool
read_word(struct arena *a, struct str *line, struct str *word)
{
	size_t n = 0;

	*line = str_trim(*line);
	if (str_starts(*line, STR("\"")))
		return read_quoted(a, line, word);
	while (n < line->n && is_plain(line->s[n]))
		n++;
	*word = str_slice(*line, 0, n);
	*line = str_slice(*line, n, line->n);
	return n > 0;
}

static bool
read_count(struct str word, uint32_t *out)
{
	*out = 0;
	for (size_t i = 0; i < word.n; i++) {
		if (word.s[i] < '0' || word.s[i] > '9' || *out > COUNT_MAX)
			return false;
		*out = *out * 10 + (uint32_t)(word.s[i] - '0');
	}
	return *out > 0 && *out <= COUNT_MAX;
}

bool
baseline_entry_read(struct arena *a, struct str line, struct baseline_entry *out)
{
	struct str *const words[] = {&out->path, &out->rule, &out->object, &out->cause};
	struct str count, keys, key;
	bool ok = true;

	for (size_t i = 0; ok && i < sizeof words / sizeof *words; i++)
		ok = read_word(a, &line, words[i]);
	if (!ok || !read_word(a, &line, &count) || !read_count(count, &out->count)) {
		out->problem = STR("this line is no entry of a baseline");
		return false;
	}
	keys = str_trim(line);
	while (str_cut(&keys, ',', &key))
		if (key.n)
			vec_push(a, &out->keys, key);
	out->left = out->count;
	if (rule_by_name(out->rule))
		return true;
	out->problem = str_format(a, "no rule is called '%.*s'", STR_ARG(out->rule));
	return false;
}
