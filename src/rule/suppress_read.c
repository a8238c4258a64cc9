/* What a suppression says: its directive, its rules, its reason. */
#include "rule/suppress.h"
#include "unit/reach.h"

#define RULES_MAX 64

struct reading {
	struct arena *arena;
	struct suppressions *out;
	struct suppression common; /* what all of the comment have in common */
};

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Takes bytes up to a space or a comma. */
static struct str
take_word(struct str *text)
{
	size_t n = 0;
	struct str word;

	*text = str_trim(*text);
	while (n < text->n && !is_space(text->s[n]) && text->s[n] != ',')
		n++;
	word = str_slice(*text, 0, n);
	*text = str_trim(str_slice(*text, n, text->n));
	return word;
}

static bool
take_comma(struct str *text)
{
	if (!str_starts(*text, STR(",")))
		return false;
	*text = str_slice(*text, 1, text->n);
	return true;
}

/* A reason may be set off by what people set off reasons with. */
static struct str
reason_of(struct str text)
{
	static const char *const before[] = {"--", "-", ":", "\xe2\x80\x94", "\xe2\x80\x93"};

	text = str_trim(text);
	for (size_t i = 0; i < sizeof before / sizeof *before; i++)
		if (str_starts(text, str_from(before[i])))
			return str_trim(str_slice(text, str_from(before[i]).n, text.n));
	return text;
}

static struct suppression *
add(struct reading *r, const struct rule *rule)
{
	struct suppression *s = vec_add(r->arena, &r->out->list);

	*s = r->common;
	s->rule = rule;
	return s;
}

static void
add_unknown(struct reading *r, struct str name)
{
	struct suppression *s = add(r, NULL);
	const char *names[RULES_MAX] = {0};
	const char *nearest;
	uint32_t n = 0;

	for (const struct rule *const *x = rules; *x && n < RULES_MAX - 1; x++)
		names[n++] = (*x)->name;
	nearest = config_nearest(name, names);
	s->problem = str_format(r->arena, "no rule is called '%.*s'%s%s%s", STR_ARG(name),
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	s->help = STR("name one of those that `pgbounds rules` lists");
}

static void
add_rule(struct reading *r, struct str name)
{
	const struct rule *rule = rule_by_name(name);
	struct suppression *s;

	if (!rule) {
		add_unknown(r, name);
		return;
	}
	s = add(r, rule);
	if (rule->stage != RULE_WORLD) {
		s->problem = str_format(r->arena, "no comment suppresses %s", rule->name);
		s->help = STR("set its level in pgbounds.yaml, under `rules:`");
	} else if (!s->reason.n) {
		s->problem =
			str_format(r->arena, "the suppression of %s gives no reason", rule->name);
		s->help = STR(
			"say behind the rule why it is meant; without that it suppresses nothing");
	}
}

static void
read_rules(struct reading *r, struct str text)
{
	VEC(struct str) names = {0};

	do {
		struct str name = take_word(&text);

		if (str_ends(name, STR(":")))
			name = str_slice(name, 0, name.n - 1);
		if (name.n)
			vec_push(r->arena, &names, name);
	} while (take_comma(&text));
	r->common.reason = reason_of(text);
	for (uint32_t i = 0; i < names.n; i++)
		add_rule(r, names.v[i]);
	if (!names.n) {
		struct suppression *s = add(r, NULL);

		s->problem = STR("the suppression names no rule");
		s->help = STR("name the rule, and say why: pgbounds:ignore RULE REASON");
	}
}

void
suppress_read(struct arena *a, struct suppressions *out, struct str text, struct place place,
	struct span reach)
{
	static const char *const words[] = {"ignore", "ignore-file", NULL};
	struct reading r = {.arena = a,
		.out = out,
		.common = {.file = place.file, .place = place, .reach = reach}};
	struct str rest = str_slice(text, sizeof MARK_OWN - 1, text.n);
	bool apart = rest.n && is_space(rest.s[0]);
	struct str word = take_word(&rest);
	bool known = str_is(word, words[0]) || str_is(word, words[1]);

	/* "pgbounds: the key is meant" is what people say to each other. */
	if (apart && !known)
		return;
	r.common.whole_file = str_is(word, "ignore-file");
	if (known && !apart) {
		read_rules(&r, rest);
	} else {
		struct suppression *s = add(&r, NULL);
		const char *nearest = config_nearest(word, words);

		s->problem = apart ? STR("a space before the directive of pgbounds")
				   : str_format(a, "pgbounds has no directive '%.*s'%s%s%s",
					     STR_ARG(word), nearest ? "; did you mean '" : "",
					     nearest ? nearest : "", nearest ? "'?" : "");
		s->help = STR("write pgbounds:ignore or pgbounds:ignore-file, the rule, and why");
	}
}
