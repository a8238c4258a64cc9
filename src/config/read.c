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

static void
read_kind(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	static const char *const words[] = {
		[SERVICE_ORDINARY] = "ordinary",
		[SERVICE_OPERATOR] = "operator",
		[SERVICE_LIBRARY] = "library",
		NULL,
	};
	struct service *s = object;
	struct setting kind = {0};

	if (!yaml_read_setting(r, node, &kind))
		return;
	for (uint32_t i = 0; words[i]; i++)
		if (str_is(kind.value, words[i])) {
			s->kind = (enum service_kind)i;
			return;
		}
	yaml_error(r, node, "no kind of service is called '%.*s'%.*s", STR_ARG(kind.value),
		STR_ARG(config_hint(r->arena, kind.value, words)));
}

static const struct key owns_keys[] = {
	{"tables", KEY_SETTINGS, offsetof(struct owns, tables), NULL},
	{"schemas", KEY_SETTINGS, offsetof(struct owns, schemas), NULL},
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

static const struct {
	const char *word;
	uint32_t bits;
} may_words[] = {
	{"read", MAY_READ},
	{"insert", MAY_INSERT},
	{"update", MAY_UPDATE},
	{"delete", MAY_DELETE},
	{"truncate", MAY_TRUNCATE},
	{"write", MAY_INSERT | MAY_UPDATE | MAY_DELETE | MAY_TRUNCATE},
	{"alter", MAY_ALTER},
	{"reference", MAY_REFERENCE},
};
#define MAY_WORDS (sizeof may_words / sizeof *may_words)

static void
add_may(struct yaml_reader *r, const struct setting *word, struct grant *g)
{
	const char *names[MAY_WORDS + 1] = {0};

	for (size_t i = 0; i < MAY_WORDS; i++) {
		names[i] = may_words[i].word;
		if (str_is(word->value, names[i])) {
			g->may |= may_words[i].bits;
			return;
		}
	}
	yaml_error_at(r, word, "nothing that can be granted is called '%.*s'%.*s",
		STR_ARG(word->value), STR_ARG(config_hint(r->arena, word->value, names)));
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
	{"to", KEY_SETTING, offsetof(struct grant, to), NULL},
	{"may", KEY_OBJECT, 0, read_may},
	{"tables", KEY_SETTINGS, offsetof(struct grant, tables), NULL},
	{"columns", KEY_SETTINGS, offsetof(struct grant, columns), NULL},
	{"sole", KEY_BOOL, offsetof(struct grant, sole), NULL},
	{"reason", KEY_SETTING, offsetof(struct grant, reason), NULL},
	{"until", KEY_SETTING, offsetof(struct grant, until), NULL},
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
	{"migrations", KEY_SETTING, offsetof(struct context_config, migrations), NULL},
	{"tool", KEY_SETTING, offsetof(struct context_config, tool), NULL},
	{"database", KEY_SETTING, offsetof(struct context_config, database), NULL},
	{"search_path", KEY_SETTINGS, offsetof(struct context_config, search_path), NULL},
	{"role", KEY_SETTING, offsetof(struct context_config, role), NULL},
	{"code", KEY_SETTINGS, offsetof(struct context_config, code), NULL},
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

static const struct key service_keys[] = {
	{"name", KEY_OBJECT, 0, read_name},
	{"kind", KEY_OBJECT, 0, read_kind},
	{"repo", KEY_SETTING, offsetof(struct service, repo), NULL},
	{"path", KEY_SETTING, offsetof(struct service, path), NULL},
	{"rev", KEY_SETTING, offsetof(struct service, rev), NULL},
	{"also", KEY_SETTINGS, offsetof(struct service, also), NULL},
	{"facts", KEY_SETTING, offsetof(struct service, facts), NULL},
	{"owns", KEY_OBJECT, 0, read_owns},
	{"grants", KEY_OBJECT, 0, read_grants},
	{"roles", KEY_SETTINGS, offsetof(struct service, roles), NULL},
	{"contexts", KEY_OBJECT, 0, read_contexts},
	{"rules", KEY_OBJECT, 0, read_service_rules},
	{"overrides", KEY_OBJECT, 0, read_overrides},
	{"baseline", KEY_SETTING, offsetof(struct service, baseline), NULL},
	{"strict", KEY_BOOL, offsetof(struct service, strict), NULL},
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

static void
read_reads(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	static const char *const words[] = {"open", "closed", NULL};
	struct config *c = object;
	struct setting s = {0};

	if (!yaml_read_setting(r, node, &s))
		return;
	if (str_is(s.value, "open"))
		c->reads = READS_OPEN;
	else if (str_is(s.value, "closed"))
		c->reads = READS_CLOSED;
	else
		yaml_error(r, node, "is open or closed, not '%.*s'%.*s", STR_ARG(s.value),
			STR_ARG(config_hint(r->arena, s.value, words)));
}

static void
read_rules(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct config *c = object;

	read_levels(r, node, (struct levels *)&c->rules);
}

static const struct key config_keys[] = {
	{"services", KEY_OBJECT, 0, read_services},
	{"external", KEY_SETTINGS, offsetof(struct config, external), NULL},
	{"reads", KEY_OBJECT, 0, read_reads},
	{"rules", KEY_OBJECT, 0, read_rules},
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
