/* What may stand for the words in capitals, found in the tables that know it. */
#include "cmd/describe.h"

#include <string.h>

#include "base/arena.h"
#include "report/report.h"
#include "rule/rule.h"

struct word_list {
	VEC(const char *) list;
};

const char **
describe_commands(struct arena *a)
{
	struct word_list w = {0};

	for (const struct command *const *c = commands; *c; c++)
		vec_push(a, &w.list, (*c)->name);
	vec_push(a, &w.list, NULL);
	return w.list.v;
}

const char **
describe_rules(struct arena *a)
{
	struct word_list w = {0};

	for (const struct rule *const *r = rules; *r; r++) {
		vec_push(a, &w.list, (*r)->name);
		for (const char *const *alias = (*r)->aliases; alias && *alias; alias++)
			vec_push(a, &w.list, *alias);
	}
	vec_push(a, &w.list, NULL);
	return w.list.v;
}

const char **
describe_formats(struct arena *a)
{
	struct word_list w = {0};

	for (const struct format *const *f = formats; *f; f++)
		vec_push(a, &w.list, (*f)->name);
	vec_push(a, &w.list, NULL);
	return w.list.v;
}

static const char **
levels(struct arena *a)
{
	struct word_list w = {0};

	for (enum level l = LEVEL_ERROR; l > LEVEL_NONE; l--)
		vec_push(a, &w.list, level_word(l));
	vec_push(a, &w.list, NULL);
	return w.list.v;
}

/* "bash|zsh|fish": the words themselves. */
static const char **
alternatives(struct arena *a, struct str text)
{
	struct word_list w = {0};
	struct str word;

	while (str_cut(&text, '|', &word))
		vec_push(a, &w.list, (const char *)str_cstr(a, word));
	vec_push(a, &w.list, NULL);
	return w.list.v;
}

static const char **
colours(struct arena *a)
{
	return alternatives(a, STR("auto|always|never"));
}

static const struct meaning {
	const char *word;
	enum completes what;
	const char **(*words)(struct arena *a);
} meanings[] = {
	{"FILE", COMPLETES_FILES, NULL},
	{"DIR", COMPLETES_DIRECTORIES, NULL},
	{"SERVICE", COMPLETES_SERVICES, NULL},
	{"COMMAND", COMPLETES_WORDS, describe_commands},
	{"RULE", COMPLETES_WORDS, describe_rules},
	{"F[:FILE]", COMPLETES_WORDS, describe_formats},
	{"LEVEL", COMPLETES_WORDS, levels},
	{"WHEN", COMPLETES_WORDS, colours},
};

static bool
is_lower(struct str word)
{
	for (size_t i = 0; i < word.n; i++)
		if (word.s[i] != '|' && word.s[i] != '-' && (word.s[i] < 'a' || word.s[i] > 'z'))
			return false;
	return word.n > 0;
}

static struct candidates
candidates_of(struct arena *a, struct str word)
{
	for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++)
		if (str_is(word, meanings[i].word))
			return (struct candidates){meanings[i].what,
				meanings[i].words ? meanings[i].words(a) : NULL};
	if (is_lower(word) && str_chr(word, '|', 0) != SIZE_MAX)
		return (struct candidates){COMPLETES_WORDS, alternatives(a, word)};
	return (struct candidates){0};
}

struct candidates
describe_value(struct arena *a, const char *argument)
{
	return candidates_of(a, str_from(argument));
}

/* A word of a usage without its brackets and dots: "[DIR...]" is DIR. */
static struct str
bare(struct str word)
{
	while (word.n && (word.s[0] == '[' || word.s[0] == '('))
		word = str_slice(word, 1, word.n);
	while (word.n && strchr("]).", word.s[word.n - 1]))
		word.n--;
	return word;
}

struct candidates
describe_arguments(struct arena *a, const struct command *c)
{
	struct str rest = str_from(c->usage), word;
	bool value = false; /* of the option before it */

	while (str_cut(&rest, ' ', &word)) {
		struct str x = bare(word);
		bool is_option = str_starts(x, STR("-"));

		if (!is_option && !value && x.n && !str_is(x, "|"))
			return candidates_of(a, x);
		value = is_option;
	}
	return (struct candidates){0};
}

const struct command *
describe_command(struct str name)
{
	for (const struct command *const *c = commands; *c; c++)
		if (str_is(name, (*c)->name))
			return *c;
	return NULL;
}

struct str
describe_option(struct arena *a, const struct option *o)
{
	struct str letter = o->letter ? str_format(a, "-%c, ", o->letter) : STR("    ");

	return str_format(a, "%.*s--%s%s%s", STR_ARG(letter), o->name, o->argument ? " " : "",
		o->argument ? o->argument : "");
}

struct str
describe_help(struct arena *a, const struct option *o)
{
	struct buf b = {.arena = a};

	buf_add(&b, str_from(o->help));
	for (const struct format *const *f = formats; o->kind == KIND_OUTPUT && *f; f++)
		buf_addf(&b, "%s%s", f == formats ? " " : ", ", (*f)->name);
	return buf_str(&b);
}
