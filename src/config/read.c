/* pgbounds.yaml: what each key means. A key is one row of the table of its map. */
#include <stddef.h>

#include "base/arena.h"
#include "read_p.h"

static void
read_name(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;
	struct setting name = {0};

	if (yaml_read_setting(r, node, &name))
		s->name = name.value;
}

static const char *const kind_words[] = {
	[SERVICE_ORDINARY] = "ordinary",
	[SERVICE_OPERATOR] = "operator",
	[SERVICE_LIBRARY] = "library",
	NULL,
};

const char *
service_kind_word(enum service_kind kind)
{
	return kind_words[kind];
}

static void
read_kind(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;
	struct setting kind = {0};

	if (!yaml_read_setting(r, node, &kind))
		return;
	for (uint32_t i = 0; kind_words[i]; i++)
		if (str_is(kind.value, kind_words[i])) {
			s->kind = (enum service_kind)i;
			s->kind_line = kind.line;
			return;
		}
	yaml_error(r, node, "no kind of service is called '%.*s'%.*s", STR_ARG(kind.value),
		STR_ARG(config_hint(r->arena, kind.value, kind_words)));
}

static const struct key owns_keys[] = {
	{.name = "tables",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct owns, tables),
		.help = "tables by name or glob; an exact name beats a pattern"},
	{.name = "schemas",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct owns, schemas),
		.help = "schemas by name or glob"},
	{0},
};

/* A list by itself is one of tables. */
static void
read_owns(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;

	if (node->type == YAML_MAPPING_NODE)
		yaml_read_map(r, node, owns_keys, &s->owns);
	else
		yaml_read_settings(r, node, (struct settings *)&s->owns.tables);
}

static const char *const may_words[] = {
	"read", "insert", "update", "delete", "truncate", "write", "alter", "reference", NULL};
static const uint32_t may_bits[] = {MAY_READ, MAY_INSERT, MAY_UPDATE, MAY_DELETE, MAY_TRUNCATE,
	MAY_INSERT | MAY_UPDATE | MAY_DELETE | MAY_TRUNCATE, MAY_ALTER, MAY_REFERENCE};

static void
add_may(struct yaml_reader *r, const struct setting *word, struct grant *g)
{
	for (size_t i = 0; may_words[i]; i++)
		if (str_is(word->value, may_words[i])) {
			g->may |= may_bits[i];
			return;
		}
	yaml_error_at(r, word, "nothing that can be granted is called '%.*s'%.*s",
		STR_ARG(word->value), STR_ARG(config_hint(r->arena, word->value, may_words)));
}

static void
read_may(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct settings words = {0};

	yaml_read_settings(r, node, &words);
	for (uint32_t i = 0; i < words.list.n; i++)
		add_may(r, &words.list.v[i], object);
}

static const struct key grant_keys[] = {
	{.name = "to",
		.type = KEY_SETTING,
		.wanted = true,
		.offset = offsetof(struct grant, to),
		.help = "the service that it is for"},
	{.name = "may",
		.type = KEY_WORDS,
		.wanted = true,
		.read = read_may,
		.words = may_words,
		.help = "what it allows"},
	{.name = "tables",
		.type = KEY_SETTINGS,
		.wanted = true,
		.offset = offsetof(struct grant, tables),
		.help = "to which tables of the owner"},
	{.name = "columns",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct grant, columns),
		.help = "to which of their columns only"},
	{.name = "sole",
		.type = KEY_BOOL,
		.offset = offsetof(struct grant, sole),
		.help = "the owner itself writes them no more"},
	{.name = "reason",
		.type = KEY_SETTING,
		.offset = offsetof(struct grant, reason),
		.help = "why"},
	{.name = "until",
		.type = KEY_DATE,
		.offset = offsetof(struct grant, until),
		.help = "the day on which it expires"},
	{0},
};

static void
read_grant(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;
	struct grant *g = vec_add(r->arena, &s->grants);
	uint32_t column;

	yaml_place(r, node, &g->line, &column);
	yaml_read_map(r, node, grant_keys, g);
	if (!yaml_find(r, node, "to"))
		yaml_error(r, node, "a grant wants `to:`, the service it is for");
	if (!yaml_find(r, node, "may"))
		yaml_error(r, node, "a grant wants `may:`, what it allows");
	if (!yaml_find(r, node, "tables"))
		yaml_error(r, node, "a grant wants `tables:`, what it is for");
}

static void
read_grants(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	yaml_read_list(r, node, read_grant, object);
}

static const struct key context_keys[] = {
	{.name = "migrations",
		.type = KEY_SETTING,
		.offset = offsetof(struct context_config, migrations),
		.help = "directory or file of migrations, relative to the service"},
	{.name = "tool",
		.type = KEY_SETTING,
		.offset = offsetof(struct context_config, tool),
		.help = "the tool that runs them"},
	{.name = "database",
		.type = KEY_SETTING,
		.offset = offsetof(struct context_config, database),
		.help = "the database that they run in"},
	{.name = "search_path",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct context_config, search_path),
		.help = "the search_path with which they run"},
	{.name = "role",
		.type = KEY_SETTING,
		.offset = offsetof(struct context_config, role),
		.help = "the role as which they run"},
	{.name = "code",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct context_config, code),
		.help = "directories whose code runs in this context"},
	{.name = "schema_dump",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct context_config, schema_dump),
		.help = "what pg_dump --schema-only gave of this database: files of the service"},
	{0},
};

static void
read_context(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;
	struct context_config *c = vec_add(r->arena, &s->contexts);
	uint32_t column;

	yaml_place(r, node, &c->line, &column);
	yaml_read_map(r, node, context_keys, c);
}

static void
read_contexts(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	yaml_read_list(r, node, read_context, object);
}

static void
read_variable(struct yaml_reader *r, struct service *s, yaml_node_t *name, yaml_node_t *value)
{
	struct variable v = {0};

	if (!yaml_read_setting(r, name, &v.name) || !yaml_read_setting(r, value, &v.value))
		return;
	for (uint32_t i = 0; i < s->variables.n; i++)
		if (str_eq(s->variables.v[i].name.value, v.name.value)) {
			yaml_error(r, name, "'%.*s' is given twice", STR_ARG(v.name.value));
			return;
		}
	vec_push(r->arena, &s->variables, v);
}

static void
read_variables(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		yaml_error(r, node, "wants a map of names to texts: `schema: billing`");
		return;
	}
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && r->budget; p++)
		read_variable(r, object, yaml_node(r, p->key), yaml_node(r, p->value));
}

static const struct key service_keys[] = {
	{.name = "name",
		.type = KEY_NAME,
		.wanted = true,
		.read = read_name,
		.help = "what reports call it"},
	{.name = "kind",
		.type = KEY_WORD,
		.read = read_kind,
		.words = kind_words,
		.help = "an operator sets up roles and schemas for all, and owns nothing"},
	{.name = "repo",
		.type = KEY_SETTING,
		.offset = offsetof(struct service, repo),
		.help = "its repository or directory, relative to this file"},
	{.name = "path",
		.type = KEY_SETTING,
		.offset = offsetof(struct service, path),
		.help = "its directory in the repository"},
	{.name = "rev",
		.type = KEY_SETTING,
		.offset = offsetof(struct service, rev),
		.help = "the revision to be read"},
	{.name = "also",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct service, also),
		.help = "further revisions that are deployed"},
	{.name = "facts",
		.type = KEY_SETTING,
		.offset = offsetof(struct service, facts),
		.help = "its facts, where the repository is not there"},
	{.name = "owns",
		.type = KEY_OWNS,
		.read = read_owns,
		.keys = owns_keys,
		.help = "what it owns: a list of tables, or tables and schemas"},
	{.name = "grants",
		.type = KEY_MAPS,
		.read = read_grants,
		.keys = grant_keys,
		.help = "who else may do what to what it owns"},
	{.name = "roles",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct service, roles),
		.help = "roles with which it connects"},
	{.name = "contexts",
		.type = KEY_MAPS,
		.read = read_contexts,
		.keys = context_keys,
		.help = "where its migrations are and what they run in"},
	{.name = "schema_dump",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct service, schema_dump),
		.help = "what pg_dump --schema-only gave of its database: files of the service"},
	{.name = "variables",
		.type = KEY_TEXTS,
		.read = read_variables,
		.help = "what its tool puts for templates in SQL: ${schema}, {{ .schema }}"},
	{.name = "rules",
		.type = KEY_LEVELS,
		.read = read_service_rules,
		.words = config_levels,
		.help = "levels of rules for this service"},
	{.name = "overrides",
		.type = KEY_MAPS,
		.read = read_overrides,
		.keys = config_override_keys,
		.help = "levels of rules for some of its files"},
	{.name = "baseline",
		.type = KEY_SETTING,
		.offset = offsetof(struct service, baseline),
		.help = "its file of known findings"},
	{.name = "strict",
		.type = KEY_BOOL,
		.offset = offsetof(struct service, strict),
		.help = "nothing is added to that file"},
	{0},
};

static void
read_service(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct config *c = object;
	struct service *s = vec_add(r->arena, &c->services);
	struct str label = r->label;
	yaml_node_t *name = yaml_find(r, node, "name");
	uint32_t column;

	yaml_place(r, node, &s->line, &column);
	if (name)
		r->label = str_format(
			r->arena, "%.*s: %.*s", STR_ARG(label), STR_ARG(yaml_text(name)));
	else if (node->type == YAML_MAPPING_NODE)
		yaml_error(r, node, "a service wants a `name:`");
	yaml_read_map(r, node, service_keys, s);
	r->label = label;
}

static void
read_services(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	if (node->type == YAML_MAPPING_NODE)
		yaml_error(r, node, "wants a list: write `- name: …` for each service");
	else
		yaml_read_list(r, node, read_service, object);
}

static const char *const reads_words[] = {"open", "closed", NULL};

static void
read_reads(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct config *c = object;
	struct setting s = {0};

	if (!yaml_read_setting(r, node, &s))
		return;
	c->reads_line = s.line;
	if (str_is(s.value, "open"))
		c->reads = READS_OPEN;
	else if (str_is(s.value, "closed"))
		c->reads = READS_CLOSED;
	else
		yaml_error(r, node, "is open or closed, not '%.*s'%.*s", STR_ARG(s.value),
			STR_ARG(config_hint(r->arena, s.value, reads_words)));
}

static void
read_rules(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct config *c = object;

	read_levels(r, node, (struct levels *)&c->rules);
}

const struct key config_keys[] = {
	{.name = "services",
		.type = KEY_LIST,
		.wanted = true,
		.read = read_services,
		.keys = service_keys,
		.help = "the services that share the database"},
	{.name = "external",
		.type = KEY_SETTINGS,
		.offset = offsetof(struct config, external),
		.help = "names that exist though no repository here makes them"},
	{.name = "reads",
		.type = KEY_WORD,
		.read = read_reads,
		.words = reads_words,
		.help = "whether a service may read what another owns"},
	{.name = "facts_max_age",
		.type = KEY_NUMBER,
		.offset = offsetof(struct config, facts_max_age),
		.help = "days; facts of an older commit are a warning"},
	{.name = "rules",
		.type = KEY_LEVELS,
		.read = read_rules,
		.words = config_levels,
		.help = "the level of a rule"},
	{0},
};

bool
config_read(struct config *c, struct arena *a, struct str path, const struct str *text,
	struct diags *diags)
{
	struct yaml_reader r = {.arena = a, .diags = diags, .path = path, .text = text};
	yaml_node_t *root = NULL;

	*c = (struct config){.arena = a, .path = str_dup(a, path)};
	if (!yaml_open(&r, &root))
		return false;
	if (root)
		yaml_read_map(&r, root, config_keys, c);
	config_check(&r, c);
	yaml_close(&r);
	return !r.bad;
}
