/* The rules and their documents, from the list in rules/meson.build. */
#include "rule/documents.h"
#include "rule/rule.h"

#define RULE(name) extern const struct rule rule_##name;
#include "rules.def"
#undef RULE

const struct rule *const rules[] = {
#define RULE(name) &rule_##name,
#include "rules.def"
#undef RULE
	NULL,
};

struct str
rule_document(const struct rule *r)
{
	for (size_t i = 0; rules[i]; i++)
		if (rules[i] == r)
			return (struct str){
				(const char *)rule_documents[i].bytes, rule_documents[i].n};
	return (struct str){0};
}
