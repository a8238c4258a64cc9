/* rule: loosened

A change of the configuration lets more pass than before.

The configuration of the change judges the change: who adds a foreign key and, in the same commit, the
grant that allows it, gets no finding for the key. That may be right; whoever reviews it should see it.
So each loosening is shown on its line: a grant that is new, wider or longer, an exclusive right that is
given up, a level that is lowered (for all, for a service, for some files), a baseline that is strict no
more, reads that are opened, a name that is declared external, a service that is not judged any more.

Only a change is judged, and only where the configuration stands in the repository that changes.

Fix: nothing, if it is meant. Else take it back.

```bad
-- mono/pgbounds.yaml --
services:
  - {name: hub, repo: ., path: hub}
  - {name: odds, repo: ., path: odds}
-- mono/hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- mono/odds/store.py --
def nothing(cursor):
    pass
-- change --
-- mono/pgbounds.yaml --
services:
  - name: hub
    repo: .
    path: hub
    grants: [{to: odds, may: [delete], tables: [r10_user], reason: clean-up}]
  - {name: odds, repo: ., path: odds}
rules: {table-in-public: none}
-- mono/odds/store.py --
def forget(cursor):
    cursor.execute("DELETE FROM r10_user")
-- findings --
pgbounds.yaml:5: warning: hub grants [delete] on r10_user to odds, which it did not before [loosened]
    help: keep it if that is meant; it is shown so that a reviewer sees it

pgbounds.yaml:7: warning: table-in-public becomes none; it was error [loosened]
    help: keep it if that is meant; it is shown so that a reviewer sees it
```

```good
-- mono/pgbounds.yaml --
services:
  - name: hub
    repo: .
    path: hub
    grants: [{to: odds, may: [write], tables: [r10_user]}]
  - {name: odds, repo: ., path: odds}
-- mono/hub/migrations/001_users.sql --
CREATE TABLE r10_user (id bigint PRIMARY KEY);
-- mono/odds/store.py --
def forget(cursor):
    cursor.execute("DELETE FROM r10_user")
-- change --
-- mono/pgbounds.yaml --
# Stricter.
services:
  - name: hub
    repo: .
    path: hub
    grants: [{to: odds, may: [delete], tables: [r10_user], until: 2099-01-01}]
  - {name: odds, repo: ., path: odds}
rules: {cross-service-read: error}
```
*/
#include "rule/crossing.h"

extern const struct rule rule_loosened;

static struct finding *
loosen(struct findings *f, uint32_t line)
{
	struct place place = {.service = NO_SERVICE, .span = {.line = line ? line : 1}};
	struct finding *x = finding_add(f, &rule_loosened, NO_SERVICE, place, CONFIDENCE_EXACT);

	finding_help(f, x, "keep it if that is meant; it is shown so that a reviewer sees it");
	return x;
}

static bool
has_setting(const struct setting *v, uint32_t n, struct str value)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(v[i].value, value))
			return true;
	return false;
}

/* True when OLD allows ACCESS on TABLE at least as widely and as long as NEW does. */
static bool
allows(const struct grant *old, const struct grant *new, uint32_t access, struct str table)
{
	if (!str_eq(old->to.value, new->to.value) || !(old->may & access) ||
		!has_setting(old->tables.v, old->tables.n, table))
		return false;
	if (old->until.value.n && (!new->until.value.n ||
					  str_cmp(new->until.value, old->until.value) > 0))
		return false;
	if (old->columns.n && !new->columns.n)
		return false;
	for (uint32_t i = 0; old->columns.n && i < new->columns.n; i++)
		if (!has_setting(old->columns.v, old->columns.n, new->columns.v[i].value))
			return false;
	return true;
}

/* What the table was called before the change renamed it, written as TABLE is; TABLE when it was not. */
static struct str
former_table(const struct findings *f, struct str table)
{
	for (uint32_t i = 0; i < f->difference.list.n; i++) {
		const struct change *c = &f->difference.list.v[i];
		struct str now;

		if (c->kind != CHANGE_RELATION_RENAMED)
			continue;
		now = catalog_display(
			&f->world->databases.v[c->database].catalog, c->relation, f->arena);
		if (str_eq(table, now))
			return catalog_display(
				&f->base->databases.v[c->database_before].catalog,
				c->relation_before, f->arena);
		if (str_eq(table, crossing_name(f->world, f->arena, c->database, c->relation)))
			return crossing_name(
				f->base, f->arena, c->database_before, c->relation_before);
	}
	return table;
}

/* What the grant allows on the table that no grant of BEFORE did, by the name that it has, or had. */
static uint32_t
newly_allowed(const struct findings *f, const struct service *before, const struct grant *g,
	struct str table)
{
	struct str former = former_table(f, table);
	uint32_t new = g->may;

	for (uint32_t bit = 1; bit <= MAY_REFERENCE; bit <<= 1)
		for (uint32_t i = 0; before && (new & bit) && i < before->grants.n; i++)
			if (allows(&before->grants.v[i], g, bit, table) ||
				allows(&before->grants.v[i], g, bit, former))
				new &= ~bit;
	return new;
}

static void
compare_grant(struct findings *f, const struct service *now, const struct service *before,
	const struct grant *g)
{
	for (uint32_t i = 0; i < g->tables.n; i++) {
		struct str table = g->tables.v[i].value;
		uint32_t new = newly_allowed(f, before, g, table);
		struct str may = crossing_may(f->arena, new);
		struct finding *x;

		if (!new)
			continue;
		x = loosen(f, g->line);
		x->object = table;
		finding_cause(f, x, "grant %.*s to %.*s", STR_ARG(may), STR_ARG(g->to.value));
		finding_message(f, x, "%.*s grants %.*s on %.*s to %.*s, which it did not before",
			STR_ARG(now->name), STR_ARG(may), STR_ARG(table), STR_ARG(g->to.value));
	}
}

/* An exclusive right that the owner takes back. */
static void
compare_sole(struct findings *f, const struct service *now, const struct grant *old)
{
	struct finding *x;

	if (!old->sole)
		return;
	for (uint32_t i = 0; i < now->grants.n; i++)
		if (now->grants.v[i].sole && str_eq(now->grants.v[i].to.value, old->to.value) &&
			old->tables.n && has_setting(now->grants.v[i].tables.v,
						 now->grants.v[i].tables.n, old->tables.v[0].value))
			return;
	x = loosen(f, now->line);
	x->object = old->tables.n ? old->tables.v[0].value : (struct str){0};
	finding_cause(f, x, "sole %.*s", STR_ARG(old->to.value));
	finding_message(f, x, "%.*s is not the only writer of %.*s any more",
		STR_ARG(old->to.value), STR_ARG(x->object));
}

/* The service of C by its name, else by where it is: a service may be renamed. */
static uint32_t
same_service(const struct config *c, const struct service *s)
{
	uint32_t at = config_service(c, s->name);

	for (uint32_t i = 0; at == UINT32_MAX && i < c->services.n; i++)
		if (str_eq(c->services.v[i].repo.value, s->repo.value) &&
			str_eq(c->services.v[i].path.value, s->path.value))
			at = i;
	return at;
}

static void
compare_services(struct findings *f, const struct config *now, const struct config *before)
{
	for (uint32_t s = 0; s < before->services.n; s++) {
		const struct service *old = &before->services.v[s];
		uint32_t at = same_service(now, old);
		struct finding *x;

		for (uint32_t i = 0; at != UINT32_MAX && i < old->grants.n; i++)
			compare_sole(f, &now->services.v[at], &old->grants.v[i]);
		if (at != UINT32_MAX)
			continue;
		x = loosen(f, 1);
		finding_cause(f, x, "service %.*s", STR_ARG(old->name));
		finding_message(f, x, "service %.*s is not judged any more", STR_ARG(old->name));
	}
	for (uint32_t s = 0; s < now->services.n; s++) {
		const struct service *service = &now->services.v[s];
		uint32_t at = same_service(before, service);

		for (uint32_t i = 0; i < service->grants.n; i++)
			compare_grant(f, service,
				at == UINT32_MAX ? NULL : &before->services.v[at],
				&service->grants.v[i]);
	}
}

/* The level that C gives to the rule as a whole, and the line that does. */
static enum level
level_of(const struct config *c, const struct rule *r, uint32_t *line)
{
	*line = 1;
	for (uint32_t i = c->rules.n; i-- > 0;)
		if (rule_by_name(c->rules.v[i].rule.value) == r) {
			*line = c->rules.v[i].rule.line;
			return c->rules.v[i].level == LEVEL_DEFAULT ? r->level
								    : c->rules.v[i].level;
		}
	return r->level;
}

static void
compare_levels(struct findings *f, const struct config *now, const struct config *before)
{
	for (const struct rule *const *r = rules; *r; r++) {
		uint32_t line, ignored;
		enum level new = level_of(now, *r, &line), old = level_of(before, *r, &ignored);
		struct finding *x;

		if (new >= old)
			continue;
		x = loosen(f, line);
		finding_cause(f, x, "level of %s", (*r)->name);
		finding_message(f, x, "%s becomes %s; it was %s", (*r)->name, level_word(new),
			level_word(old));
	}
}

/* The level among N settings at V; NULL: they say nothing of the rule. */
static const struct rule_level *
own_level(const struct rule_level *v, uint32_t n, const struct rule *r)
{
	while (n-- > 0)
		if (rule_by_name(v[n].rule.value) == r)
			return &v[n];
	return NULL;
}

/* The level that a service gives to the rule, else the one for all. */
static enum level
service_level(const struct config *c, const struct service *s, const struct rule *r, uint32_t *line)
{
	const struct rule_level *own = s ? own_level(s->rules.v, s->rules.n, r) : NULL;

	if (!own || own->level == LEVEL_DEFAULT)
		return level_of(c, r, line);
	*line = own->rule.line;
	return own->level;
}

static bool
same_files(const struct override *x, const struct override *y)
{
	for (uint32_t i = 0; i < x->files.n; i++)
		if (!has_setting(y->files.v, y->files.n, x->files.v[i].value))
			return false;
	return true;
}

/* True when the service had the rule as low for these files, or for more of them. */
static bool
was_as_low(const struct service *before, const struct override *o, const struct rule_level *l)
{
	for (uint32_t i = 0; before && i < before->overrides.n; i++) {
		const struct override *old = &before->overrides.v[i];
		const struct rule_level *own =
			own_level(old->rules.v, old->rules.n, rule_by_name(l->rule.value));

		if (own && own->level <= l->level && same_files(o, old))
			return true;
	}
	return false;
}

static void
compare_override(struct findings *f, const struct config *config_before, const struct service *now,
	const struct service *before, const struct override *o)
{
	for (uint32_t i = 0; i < o->rules.n; i++) {
		const struct rule_level *l = &o->rules.v[i];
		const struct rule *r = rule_by_name(l->rule.value);
		uint32_t ignored;
		struct finding *x;

		if (l->level >= service_level(config_before, before, r, &ignored) ||
			was_as_low(before, o, l))
			continue;
		x = loosen(f, l->rule.line);
		finding_cause(f, x, "level of %s in files of %.*s", r->name, STR_ARG(now->name));
		finding_message(f, x, "%s becomes %s for some files of %.*s", r->name,
			level_word(l->level), STR_ARG(now->name));
	}
}

static void
compare_service_levels(struct findings *f, const struct service *now, const struct service *before)
{
	const struct config *config_before = f->base->config_before;
	const struct config *config = f->world->config;

	for (const struct rule *const *r = rules; *r; r++) {
		uint32_t line, ignored;
		enum level new = service_level(config, now, *r, &line);
		enum level old = service_level(config_before, before, *r, &ignored);
		bool own = own_level(now->rules.v, now->rules.n, *r) ||
			   (before && own_level(before->rules.v, before->rules.n, *r));
		struct finding *x;

		if (new >= old || !own)
			continue;
		x = loosen(f, line == 1 ? now->line : line);
		finding_cause(f, x, "level of %s for %.*s", (*r)->name, STR_ARG(now->name));
		finding_message(f, x, "%s becomes %s for %.*s; it was %s", (*r)->name,
			level_word(new), STR_ARG(now->name), level_word(old));
	}
	for (uint32_t i = 0; i < now->overrides.n; i++)
		compare_override(f, config_before, now, before, &now->overrides.v[i]);
}

static void
compare_strict(struct findings *f, const struct service *now, const struct service *before)
{
	struct finding *x;

	if (!before || !before->strict || now->strict)
		return;
	x = loosen(f, now->line);
	finding_cause(f, x, "strict %.*s", STR_ARG(now->name));
	finding_message(
		f, x, "the baseline of %.*s may get longer; it was strict", STR_ARG(now->name));
}

static void
compare_old_code(struct findings *f, const struct config *now, const struct config *before)
{
	for (uint32_t s = 0; s < now->services.n; s++) {
		const struct service *service = &now->services.v[s];
		uint32_t at = same_service(before, service);
		const struct service *old = at == UINT32_MAX ? NULL : &before->services.v[at];

		compare_service_levels(f, service, old);
		compare_strict(f, service, old);
	}
}

static void
compare_rest(struct findings *f, const struct config *now, const struct config *before)
{
	struct finding *x;

	for (uint32_t i = 0; i < now->external.n; i++) {
		const struct setting *name = &now->external.v[i];

		if (has_setting(before->external.v, before->external.n, name->value))
			continue;
		x = loosen(f, name->line);
		x->object = name->value;
		finding_cause(f, x, "external");
		finding_message(f, x, "%.*s is taken to exist, whoever makes it", STR_ARG(name->value));
	}
	if (before->reads != READS_CLOSED || now->reads == READS_CLOSED)
		return;
	x = loosen(f, 1);
	finding_cause(f, x, "reads");
	finding_message(f, x, "reads of other services' tables are not closed any more");
}

static void
check(const struct world *w, struct findings *f)
{
	const struct config *before = f->base->config_before;

	if (!before)
		return;
	compare_services(f, w->config, before);
	compare_levels(f, w->config, before);
	compare_old_code(f, w->config, before);
	compare_rest(f, w->config, before);
}

const struct rule rule_loosened = {
	.name = "loosened",
	.summary = "the configuration lets more pass than before",
	.level = LEVEL_WARNING,
	.change = true,
	.check = check,
};
