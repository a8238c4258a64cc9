/* What the readers of the configuration share. */
#ifndef CONFIG_READ_P_H
#define CONFIG_READ_P_H

#include "yaml_p.h"

/* What `VEC(struct rule_level)` is to a reader. */
struct levels {
	VEC(struct rule_level) list;
};

/* levels.c: `RULE: LEVEL` maps, appended to OUT; `rules:` and `overrides:` of a service. */
void read_levels(struct yaml_reader *r, yaml_node_t *node, struct levels *out);
void read_service_rules(struct yaml_reader *r, yaml_node_t *node, void *object);
void read_overrides(struct yaml_reader *r, yaml_node_t *node, void *object);
extern const struct key config_override_keys[];

/* What only shows when everything is read: names, places on disk, owners. Resolves paths. */
void config_check(struct yaml_reader *r, struct config *c);

#endif
