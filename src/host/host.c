/* The host languages, and what they have in common: which file is whose, marks, the words that
 * begin SQL, and which bytes are not read at all. */
#include "host/host.h"

#include "host/reader_p.h"

static const struct host host_sql = {
	.name = "sql",
	.extensions = (const char *const[]){".sql", ".psql", ".pgsql", ".ddl", NULL},
	.prefilter = "[a-z]",
};

const struct host *const hosts[] = {&host_sql, &host_go, &host_python, &host_javascript,
	&host_typescript, &host_ruby, &host_elixir, &host_xml, &host_yaml, &host_sqlx, &host_settings, NULL};

static bool
has_word(struct str path, const char *word)
{
	struct str w = str_from(word);

	for (size_t at = 0; at + w.n <= path.n; at++)
		if (str_eq_nocase(str_slice(path, at, at + w.n), w))
			return true;
	return false;
}

static bool
may_stand_at(const struct host *h, struct str path)
{
	for (const char *const *p = h->paths; p && *p; p++)
		if (has_word(path, *p))
			return true;
	return !h->paths;
}

/* str_glob_path(), asked only where the last byte lets it be yes: every file of a listing comes by here. */
static bool
has_name(const struct host *h, struct str path)
{
	for (const char *const *n = h->names; n && *n; n++) {
		struct str name = str_from(*n);

		if (path.n && path.s[path.n - 1] == name.s[name.n - 1] && str_glob_path(name, path))
			return true;
	}
	return false;
}

const struct host *
host_of_path(struct str path)
{
	for (const struct host *const *h = hosts; *h; h++)
		for (const char *const *e = (*h)->extensions; *e; e++) {
			struct str end = str_from(*e);

			if (path.n >= end.n &&
				str_eq_nocase(str_slice(path, path.n - end.n, path.n), end) &&
				may_stand_at(*h, path))
				return *h;
		}
	for (const struct host *const *h = hosts; *h; h++)
		if (has_name(*h, path))
			return *h;
	return NULL;
}

const struct host *
host_by_name(struct str name)
{
	for (const struct host *const *h = hosts; *h; h++)
		if (str_is(name, (*h)->name))
			return *h;
	return NULL;
}

bool
host_is_mark(const struct host_options *options, struct str text)
{
	for (const char *const *m = options ? options->markers : NULL; m && *m; m++)
		if (str_starts(text, str_from(*m)))
			return true;
	return false;
}

/* Behind white space, comments and opening parentheses. */
static struct str
skip_to_word(struct str text)
{
	for (;;) {
		size_t end;

		text = str_trim(text);
		if (str_starts(text, STR("--"))) {
			end = str_chr(text, '\n', 0);
		} else if (str_starts(text, STR("/*"))) {
			end = str_find(text, STR("*/"), 2);
			end = end == SIZE_MAX ? end : end + 1;
		} else if (text.n && (text.s[0] == '(' || text.s[0] == ';')) {
			end = 0;
		} else {
			return text;
		}
		text = end == SIZE_MAX ? (struct str){0} : str_slice(text, end + 1, text.n);
	}
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

static struct str
take_word(struct str *text)
{
	size_t n = 0;
	struct str word;

	*text = skip_to_word(*text);
	while (n < text->n && is_word_byte(text->s[n]))
		n++;
	word = str_slice(*text, 0, n);
	*text = str_slice(*text, n, text->n);
	return word;
}

bool
host_looks_like_sql(struct str text)
{
	/* A first word, and what must follow it; NULL: anything that is not the text's end. */
	static const struct {
		const char *first, *second;
	} starts[] = {
		{"select", NULL},
		{"with", NULL},
		{"insert", "into"},
		{"update", NULL},
		{"delete", "from"},
		{"merge", "into"},
		{"truncate", NULL},
		{"create", NULL},
		{"alter", NULL},
		{"drop", NULL},
		{"grant", NULL},
		{"revoke", NULL},
		{"comment", "on"},
		{"lock", NULL},
		{"copy", NULL},
		{"call", NULL},
		{"do", NULL},
		{"set", NULL},
		{"reset", NULL},
		{"begin", NULL},
		{"refresh", "materialized"},
		{"reindex", NULL},
		{"vacuum", NULL},
		{"analyze", NULL},
		{"cluster", NULL},
		{"declare", NULL},
		{"explain", NULL},
		{"prepare", NULL},
		{"execute", NULL},
		{"values", NULL},
		{"table", NULL},
		{"security", "label"},
		{"import", "foreign"},
		{"reassign", "owned"},
	};
	struct str word = take_word(&text);

	for (size_t i = 0; word.n && i < sizeof starts / sizeof *starts; i++) {
		if (!str_eq_nocase(word, str_from(starts[i].first)))
			continue;
		if (!starts[i].second)
			return str_trim(text).n > 0;
		return str_eq_nocase(take_word(&text), str_from(starts[i].second));
	}
	return false;
}

/* Bytes of a file that are looked at for NULs; git's own measure of what is binary. */
#define BINARY_BYTES 8000

bool
host_refuse(struct unit *u, struct str bytes)
{
	struct span first = {.length = (uint32_t)(bytes.n < 1 ? bytes.n : 1)};
	struct str early = str_slice(bytes, 0, BINARY_BYTES);
	size_t nul = str_chr(early, '\0', 0), odd = 0, even = 0;

	if (str_starts(bytes, STR("\xff\xfe")) || str_starts(bytes, STR("\xfe\xff"))) {
		unit_add_blind(u, BLIND_ENCODING, first, "UTF-16 by its byte order mark");
		return true;
	}
	if (nul == SIZE_MAX)
		return false;
	for (size_t i = 0; i < early.n; i++)
		*(i & 1 ? &odd : &even) += early.s[i] == '\0';
	/* ASCII in UTF-16: every other byte is NUL, and hardly any of the rest. */
	if ((odd > early.n / 3 && even <= early.n / 16) ||
		(even > early.n / 3 && odd <= early.n / 16))
		unit_add_blind(
			u, BLIND_ENCODING, first, "looks like UTF-16 without a byte order mark");
	else
		unit_add_blind(u, BLIND_BINARY, (struct span){.offset = (uint32_t)nul, .length = 1},
			"holds NUL bytes");
	return true;
}
