/* `pgbounds rules` and `pgbounds explain RULE`: made from the rules' own documents. */
#include <stdio.h>

#include "base/arena.h"
#include "cmd/command.h"
#include "rule/rule.h"
#include "view/view.h"

static int
list(const struct options *o, struct diags *diags)
{
	(void)o;
	(void)diags;
	for (const struct rule *const *r = rules; *r; r++) {
		printf("%-28s %-8s %s\n", (*r)->name, level_word((*r)->level), (*r)->summary);
		for (const char *const *alias = (*r)->aliases; alias && *alias; alias++)
			printf("%-28s %-8s also known as %s\n", "", "", *alias);
	}
	return STATUS_CLEAN;
}

static int
explain(const struct options *o, struct diags *diags)
{
	const struct rule *r = rule_by_name(str_from(o->arguments.v[0]));
	const char *names[64] = {0};
	const char *nearest;
	uint32_t n = 0;

	if (r) {
		struct arena scratch = {0};
		struct rule_doc doc;

		view_rule(&scratch, r, &doc);
		fwrite(doc.text.s, 1, doc.text.n, stdout);
		arena_free(&scratch);
		return STATUS_CLEAN;
	}
	for (const struct rule *const *x = rules; *x && n < 63; x++)
		names[n++] = (*x)->name;
	nearest = config_nearest(str_from(o->arguments.v[0]), names);
	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
		"no rule is called '%s'%s%s%s; `pgbounds rules` lists them", o->arguments.v[0],
		nearest ? "; did you mean '" : "", nearest ? nearest : "", nearest ? "'?" : "");
	return STATUS_USAGE;
}

const struct command command_rules = {
	.name = "rules",
	.usage = "",
	.summary = "the rules, with their levels",
	.run = list,
};

const struct command command_explain = {
	.name = "explain",
	.usage = "RULE",
	.summary = "what a rule is about, why, and what to do",
	.min_arguments = 1,
	.max_arguments = 1,
	.run = explain,
};
