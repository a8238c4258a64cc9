/* Levels as the configuration sets them. */
#include "rule/level.h"

/* N settings at V: the last one for the rule, NULL: none. */
static const struct rule_level *
find_level(const struct rule_level *v, uint32_t n, const struct rule *r)
{
	while (n-- > 0)
		if (rule_answers(r, v[n].rule.value))
			return &v[n];
	return NULL;
}

static bool
is_for(const struct override *o, struct str path)
{
	for (uint32_t i = 0; i < o->files.n; i++)
		if (str_glob_path(o->files.v[i].value, path))
			return true;
	return false;
}

static const struct rule_level *
override_level(const struct service *s, const struct rule *r, struct str path)
{
	for (uint32_t i = s->overrides.n; i-- > 0;) {
		const struct override *o = &s->overrides.v[i];
		const struct rule_level *l = find_level(o->rules.v, o->rules.n, r);

		if (l && is_for(o, path))
			return l;
	}
	return NULL;
}

static const struct rule_level *
service_level(const struct world *w, const struct rule *r, uint32_t service, const struct place *p)
{
	const struct service *s = &w->config->services.v[service];
	const struct file *f = p->file ? file_by_number(w->files, p->file) : NULL;
	const struct rule_level *l = NULL;

	if (f && f->service == service)
		l = override_level(s, r, f->entry.path);
	return l ? l : find_level(s->rules.v, s->rules.n, r);
}

enum level
level_of(const struct world *w, const struct rule *r, uint32_t service, const struct place *place)
{
	const struct config *c = w->config;
	const struct rule_level *l = NULL;

	if (service < c->services.n)
		l = service_level(w, r, service, place);
	if (!l)
		l = find_level(c->rules.v, c->rules.n, r);
	return l && l->level != LEVEL_DEFAULT ? l->level : r->level;
}

static bool
wanted(const struct rule_level *l)
{
	return l && l->level != LEVEL_NONE;
}

bool
level_possible(const struct config *c, const struct rule *r)
{
	const struct rule_level *all = find_level(c->rules.v, c->rules.n, r);

	if (all ? wanted(all) : r->level != LEVEL_NONE)
		return true;
	for (uint32_t i = 0; i < c->services.n; i++) {
		const struct service *s = &c->services.v[i];

		if (wanted(find_level(s->rules.v, s->rules.n, r)))
			return true;
		for (uint32_t k = 0; k < s->overrides.n; k++)
			if (wanted(find_level(
				    s->overrides.v[k].rules.v, s->overrides.v[k].rules.n, r)))
				return true;
	}
	return false;
}
