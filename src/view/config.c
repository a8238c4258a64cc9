/* What is in force, in the shape of pgbounds.yaml: what the configuration says, what is inferred where
 * it says nothing, and what is so by default. */
#include "view_p.h"

struct viewer {
	struct arena *arena;
	const struct world *world;
};

static struct str
line_words(struct viewer *v, uint32_t line)
{
	if (!line)
		return STR("inferred");
	return str_format(v->arena, "%.*s:%u", STR_ARG(v->world->config->path), line);
}

static struct setting_doc *
add(struct viewer *v, struct setting_doc *in, const char *key, enum setting_kind kind)
{
	struct setting_doc *d = vec_add(v->arena, &in->parts);

	d->key = str_from(key);
	d->kind = kind;
	return d;
}

static struct setting_doc *
add_value(struct viewer *v, struct setting_doc *in, const char *key, struct str value,
	struct str from)
{
	struct setting_doc *d = add(v, in, key, SETTING_VALUE);

	d->value = value;
	d->from = from;
	return d;
}

/* One that is not said is not shown. */
static struct setting_doc *
add_setting(struct viewer *v, struct setting_doc *in, const char *key, const struct setting *s)
{
	if (!s->value.n)
		return NULL;
	return add_value(v, in, key, s->value, line_words(v, s->line));
}

static void
add_settings(struct viewer *v, struct setting_doc *in, const char *key, const struct setting *list,
	uint32_t n)
{
	struct setting_doc *d = n ? add(v, in, key, SETTING_LIST) : NULL;

	for (uint32_t i = 0; i < n; i++)
		add_setting(v, d, NULL, &list[i]);
}

/* "origin/main, a192d9a6b9ea of 2026-11-25": as what, and at which commit, the service was read. */
static struct str
read_words(struct viewer *v, const struct service_state *state)
{
	struct str name = state->revision.n ? state->revision : state->from;

	if (!state->commit.n)
		return name;
	return str_format(v->arena, "%.*s, %.*s of %.*s", STR_ARG(name),
		STR_ARG(str_slice(state->commit, 0, 12)), STR_ARG(state->committed));
}

static void
add_repository(
	struct viewer *v, struct setting_doc *in, const struct service *s, uint32_t service)
{
	struct setting_doc *repo = add_setting(v, in, "repo", &s->repo);
	struct str words = read_words(v, &v->world->services.v[service]);
	struct setting_doc *facts;

	if (repo)
		repo->note = str_format(
			v->arena, "%.*s: %.*s", STR_ARG(s->repo_path), STR_ARG(words));
	add_setting(v, in, "path", &s->path);
	add_setting(v, in, "rev", &s->rev);
	add_settings(v, in, "also", s->also.v, s->also.n);
	facts = add_setting(v, in, "facts", &s->facts);
	if (facts)
		facts->note = s->facts_path;
}

/* How many relations come to the service by inference, and why. */
static uint32_t
count_owned(const struct world *w, uint32_t service, enum ownership how)
{
	uint32_t n = 0;

	for (uint32_t d = 0; d < w->databases.n; d++)
		for (uint32_t i = 1; i < w->databases.v[d].catalog.objects.n; i++) {
			const struct object *o = &w->databases.v[d].catalog.objects.v[i];
			struct owner owner;

			if (!view_is_listed(o) || o->exists == EXISTS_NO ||
				o->kind == OBJECT_SEQUENCE)
				continue;
			owner = world_owner(w, d, i);
			n += owner.service == service && owner.how == how;
		}
	return n;
}

static void
add_owns(struct viewer *v, struct setting_doc *in, const struct service *s, uint32_t service)
{
	uint32_t created = count_owned(v->world, service, OWNED_CREATED);
	uint32_t schema = count_owned(v->world, service, OWNED_SCHEMA);
	struct setting_doc *owns;

	if (!s->owns.tables.n && !s->owns.schemas.n && !created && !schema)
		return;
	owns = add(v, in, "owns", SETTING_MAP);
	if (created)
		owns->note = str_format(v->arena, "and what it alone creates: %u", created);
	if (schema)
		owns->note = str_format(v->arena, "%.*s%swhat is in its schemas: %u",
			STR_ARG(owns->note), owns->note.n ? ", " : "and ", schema);
	if (owns->note.n)
		owns->from = STR("inferred");
	add_settings(v, owns, "tables", s->owns.tables.v, s->owns.tables.n);
	add_settings(v, owns, "schemas", s->owns.schemas.v, s->owns.schemas.n);
}

static void
add_may(struct viewer *v, struct setting_doc *in, const struct grant *g)
{
	static const struct {
		uint32_t bit;
		const char *word;
	} words[] = {
		{MAY_READ, "read"},
		{MAY_INSERT, "insert"},
		{MAY_UPDATE, "update"},
		{MAY_DELETE, "delete"},
		{MAY_TRUNCATE, "truncate"},
		{MAY_ALTER, "alter"},
		{MAY_REFERENCE, "reference"},
	};
	struct setting_doc *may = add(v, in, "may", SETTING_LIST);

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (g->may & words[i].bit)
			add_value(v, may, NULL, str_from(words[i].word), line_words(v, g->line));
}

static void
add_grants(struct viewer *v, struct setting_doc *in, const struct service *s)
{
	struct setting_doc *list = s->grants.n ? add(v, in, "grants", SETTING_LIST) : NULL;

	for (uint32_t i = 0; i < s->grants.n; i++) {
		const struct grant *g = &s->grants.v[i];
		struct setting_doc *d = add(v, list, NULL, SETTING_MAP);

		add_setting(v, d, "to", &g->to);
		add_may(v, d, g);
		add_settings(v, d, "tables", g->tables.v, g->tables.n);
		add_settings(v, d, "columns", g->columns.v, g->columns.n);
		if (g->sole)
			add_value(v, d, "sole", STR("true"), line_words(v, g->line))->is_bool = true;
		add_setting(v, d, "reason", &g->reason);
		add_setting(v, d, "until", &g->until);
	}
}

static void
add_declared(struct viewer *v, struct setting_doc *d, const struct context_config *c)
{
	add_setting(v, d, "migrations", &c->migrations);
	add_setting(v, d, "tool", &c->tool);
	add_setting(v, d, "database", &c->database);
	add_settings(v, d, "search_path", c->search_path.v, c->search_path.n);
	add_setting(v, d, "role", &c->role);
	add_settings(v, d, "code", c->code.v, c->code.n);
	add_settings(v, d, "schema_dump", c->schema_dump.v, c->schema_dump.n);
}

static void
add_variables(struct viewer *v, struct setting_doc *in, const struct service *s)
{
	struct setting_doc *d = s->variables.n ? add(v, in, "variables", SETTING_MAP) : NULL;

	for (uint32_t i = 0; i < s->variables.n; i++)
		add_setting(v, d, str_cstr(v->arena, s->variables.v[i].name.value),
			&s->variables.v[i].value);
}

/* Histories that were recognised where none is declared. */
static void
add_recognised(struct viewer *v, struct setting_doc *list, const struct tool_history *h)
{
	struct setting_doc *d = add(v, list, NULL, SETTING_MAP);
	struct str directory = h->directory.n ? h->directory : STR(".");

	add_value(v, d, "migrations", directory, STR("inferred"))->note =
		str_format(v->arena, "%u steps", h->steps.n);
	add_value(v, d, "tool", str_from(h->tool->name), STR("inferred"));
}

static void
add_contexts(struct viewer *v, struct setting_doc *in, const struct service *s, uint32_t service)
{
	struct setting_doc list = {.kind = SETTING_LIST, .key = STR("contexts")};

	for (uint32_t i = 0; i < s->contexts.n; i++)
		add_declared(v, add(v, &list, NULL, SETTING_MAP), &s->contexts.v[i]);
	for (uint32_t i = 0; i < v->world->contexts.n; i++) {
		const struct context *c = &v->world->contexts.v[i];

		if (c->service == service && !c->config && c->history)
			add_recognised(v, &list, c->history);
	}
	if (list.parts.n)
		vec_push(v->arena, &in->parts, list);
}

/* Levels as they are said, with the names by which they are. */
static void
add_levels(struct viewer *v, struct setting_doc *in, const struct rule_level *list, uint32_t n)
{
	struct setting_doc *d = n ? add(v, in, "rules", SETTING_MAP) : NULL;

	for (uint32_t i = 0; i < n; i++)
		add_value(v, d, str_cstr(v->arena, list[i].rule.value),
			str_from(level_word(list[i].level)), line_words(v, list[i].rule.line));
}

static void
add_overrides(struct viewer *v, struct setting_doc *in, const struct service *s)
{
	struct setting_doc *list = s->overrides.n ? add(v, in, "overrides", SETTING_LIST) : NULL;

	for (uint32_t i = 0; i < s->overrides.n; i++) {
		const struct override *o = &s->overrides.v[i];
		struct setting_doc *d = add(v, list, NULL, SETTING_MAP);

		add_settings(v, d, "files", o->files.v, o->files.n);
		add_levels(v, d, o->rules.v, o->rules.n);
	}
}

static void
add_baseline(struct viewer *v, struct setting_doc *in, const struct service *s)
{
	if (s->baseline.line)
		add_setting(v, in, "baseline", &s->baseline);
	else
		add_value(v, in, "baseline", config_baseline(s), STR("default"));
	if (s->strict)
		add_value(v, in, "strict", STR("true"), line_words(v, s->line))->is_bool = true;
}

static void
add_service(struct viewer *v, struct setting_doc *list, uint32_t service)
{
	const struct service *s = &v->world->config->services.v[service];
	struct setting_doc *d = add(v, list, NULL, SETTING_MAP);

	add_value(v, d, "name", s->name, line_words(v, s->line));
	add_value(v, d, "kind", str_from(service_kind_word(s->kind)),
		s->kind_line ? line_words(v, s->kind_line) : STR("default"));
	add_repository(v, d, s, service);
	add_owns(v, d, s, service);
	add_grants(v, d, s);
	add_settings(v, d, "roles", s->roles.v, s->roles.n);
	add_contexts(v, d, s, service);
	add_settings(v, d, "schema_dump", s->schema_dump.v, s->schema_dump.n);
	add_variables(v, d, s);
	add_levels(v, d, s->rules.v, s->rules.n);
	add_overrides(v, d, s);
	add_baseline(v, d, s);
}

static void
add_reads(struct viewer *v, struct setting_doc *in)
{
	const struct config *c = v->world->config;
	bool apart = v->world->databases.n > 0;

	for (uint32_t i = 0; i < v->world->databases.n; i++)
		apart &= v->world->databases.v[i].schema_per_service;
	switch (c->reads) {
	case READS_OPEN:
	case READS_CLOSED:
		add_value(v, in, "reads", c->reads == READS_OPEN ? STR("open") : STR("closed"),
			line_words(v, c->reads_line));
		return;
	case READS_DEFAULT:
		break;
	}
	add_value(v, in, "reads", apart ? STR("closed") : STR("open"), STR("default"))->note =
		apart ? STR("each service has a schema") : STR("services share a schema");
}

static void
add_facts_age(struct viewer *v, struct setting_doc *in)
{
	const struct number *age = &v->world->config->facts_max_age;

	struct setting_doc *d;

	if (!age->line)
		return;
	d = add_value(v, in, "facts_max_age", str_format(v->arena, "%u", age->value),
		line_words(v, age->line));
	d->is_number = true;
	d->note = STR("days");
}

/* The level of a rule and the line that gives it, which may call it by another name. */
static void
add_rule(struct viewer *v, struct setting_doc *in, const struct rule *r)
{
	const struct config *c = v->world->config;
	const struct rule_level *said = NULL;

	for (uint32_t i = 0; i < c->rules.n; i++)
		if (rule_by_name(c->rules.v[i].rule.value) == r)
			said = &c->rules.v[i];
	if (said)
		add_value(v, in, r->name, str_from(level_word(said->level)),
			line_words(v, said->rule.line));
	else
		add_value(v, in, r->name, str_from(level_word(r->level)), STR("default"));
}

void
view_config(struct arena *a, const struct world *w, struct config_doc *out)
{
	struct viewer v = {a, w};
	struct setting_doc *d;

	*out = (struct config_doc){.path = w->config->path, .root = {.kind = SETTING_MAP}};
	d = add(&v, &out->root, "services", SETTING_LIST);
	for (uint32_t i = 0; i < w->config->services.n; i++)
		add_service(&v, d, i);
	add_settings(&v, &out->root, "external", w->config->external.v, w->config->external.n);
	add_reads(&v, &out->root);
	add_facts_age(&v, &out->root);
	d = add(&v, &out->root, "rules", SETTING_MAP);
	for (const struct rule *const *r = rules; *r; r++)
		add_rule(&v, d, *r);
}
