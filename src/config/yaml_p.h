/* Reading YAML by tables of keys: one row a key. */
#ifndef CONFIG_YAML_P_H
#define CONFIG_YAML_P_H

#include <yaml.h>

#include "base/lines.h"
#include "config/config.h"
#include "config/keys.h"

/* One file that is being read. */
struct yaml_reader {
	struct arena *arena;
	struct diags *diags;
	struct str path;      /* as the user named it */
	const struct str *text; /* its bytes, where they are not what stands on disk; NULL: they are */
	struct str directory; /* absolute: what paths in the file are relative to */
	struct lines lines;
	yaml_document_t document;
	struct str label;  /* where we are, for messages: "services: hub" */
	uint32_t budget;   /* nodes that may still be read: aliases can name one many times */
	uint32_t mistakes; /* reported; after the hundredth the rest is not read */
	bool bad;          /* an error was reported */
};

/* What `VEC(struct setting)` is to a table. */
struct settings {
	VEC(struct setting) list;
};

/* Loads the file; the root is NULL (and no error) when it is empty. False: a diagnostic was added. */
bool yaml_open(struct yaml_reader *r, yaml_node_t **root);
void yaml_close(struct yaml_reader *r);

/* Reports an error at NODE (NULL: the file), after the label. */
void yaml_error(struct yaml_reader *r, const yaml_node_t *node, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same at a setting. */
void yaml_error_at(struct yaml_reader *r, const struct setting *at, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Reads the keys of the map NODE into OBJECT. */
void yaml_read_map(struct yaml_reader *r, yaml_node_t *node, const struct key *keys, void *object);
/* Calls READ for each element of a list, or for the one map that stands in its place. */
void yaml_read_list(struct yaml_reader *r, yaml_node_t *node,
	void (*read)(struct yaml_reader *r, yaml_node_t *node, void *object), void *object);
/* Appends a scalar, or each scalar of a list. */
void yaml_read_settings(struct yaml_reader *r, yaml_node_t *node, struct settings *out);
/* Reads a scalar that is not empty; false with an error. */
bool yaml_read_setting(struct yaml_reader *r, const yaml_node_t *node, struct setting *out);

yaml_node_t *yaml_node(struct yaml_reader *r, int index);
/* The value of KEY in the map NODE, or NULL. */
yaml_node_t *yaml_find(struct yaml_reader *r, yaml_node_t *node, const char *key);
struct str yaml_text(const yaml_node_t *node);
/* Is it a key without a value, as when all below it is commented out? */
bool yaml_is_empty(const yaml_node_t *node);
void yaml_place(struct yaml_reader *r, const yaml_node_t *node, uint32_t *line, uint32_t *column);

#endif
