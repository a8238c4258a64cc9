/* Levels of rules: for all, for a service, for some files of a service. */
#include <stddef.h>

#include "base/arena.h"
#include "base/map.h"
#include "read_p.h"

static void
read_level(struct yaml_reader *r, struct levels *out, struct map *seen, yaml_node_t *name,
	yaml_node_t *value)
{
	struct rule_level l = {0};
	struct setting level = {0};

	if (!yaml_read_setting(r, name, &l.rule) || !yaml_read_setting(r, value, &level))
		return;
	if (map_get(seen, l.rule.value)) {
		yaml_error(r, name, "'%.*s' is given twice", STR_ARG(l.rule.value));
		return;
	}
	map_put(seen, l.rule.value);
	if (level_parse(level.value, &l.level))
		vec_push(r->arena, &out->list, l);
	else
		yaml_error(r, value, "%.*s: no level is called '%.*s'%.*s", STR_ARG(l.rule.value),
			STR_ARG(level.value), STR_ARG(config_hint(r->arena, level.value, config_levels)));
}

void
read_levels(struct yaml_reader *r, yaml_node_t *node, struct levels *out)
{
	struct map seen = {.arena = r->arena};

	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		yaml_error(r, node, "wants a map: `RULE: error`, `warning`, `note` or `none`");
		return;
	}
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && r->budget; p++)
		read_level(r, out, &seen, yaml_node(r, p->key), yaml_node(r, p->value));
}

void
read_service_rules(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;

	read_levels(r, node, (struct levels *)&s->rules);
}

static void
read_override_rules(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct override *o = object;

	read_levels(r, node, (struct levels *)&o->rules);
}

const struct key config_override_keys[] = {
	{.name = "files",
		.type = KEY_SETTINGS,
		.wanted = true,
		.offset = offsetof(struct override, files),
		.help = "which files, by globs"},
	{.name = "rules",
		.type = KEY_LEVELS,
		.wanted = true,
		.read = read_override_rules,
		.words = config_levels,
		.help = "levels of rules in these files"},
	{0},
};

static void
read_override(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	struct service *s = object;
	struct override *o = vec_add(r->arena, &s->overrides);
	uint32_t column;

	yaml_place(r, node, &o->line, &column);
	yaml_read_map(r, node, config_override_keys, o);
	if (!o->files.n)
		yaml_error(r, node, "an override wants `files:`, which files it is for");
	if (!yaml_find(r, node, "rules"))
		yaml_error(r, node, "an override wants `rules:`, their levels there");
}

void
read_overrides(struct yaml_reader *r, yaml_node_t *node, void *object)
{
	yaml_read_list(r, node, read_override, object);
}
