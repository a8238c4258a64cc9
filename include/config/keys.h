/* The keys of pgbounds.yaml as data: the reader, the JSON schema and the man page are made from the
 * same tables. A key is one row. */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include <stdbool.h>
#include <stddef.h>

struct yaml_reader;
struct yaml_node_s;

/* What may stand behind a key. The first five are read into the field at .offset, the others by
 * .read, which takes the node and the object itself. */
enum key_type {
	KEY_SETTING,  /* a scalar → struct setting */
	KEY_DATE,     /* YYYY-MM-DD → struct setting */
	KEY_SETTINGS, /* a scalar or a list of them → VEC(struct setting) */
	KEY_BOOL,     /* → bool */
	KEY_NUMBER,   /* a whole number from 1 → struct number */
	KEY_NAME,     /* a scalar */
	KEY_WORD,     /* one of .words */
	KEY_WORDS,    /* one of .words, or a list of them */
	KEY_MAPS,     /* a list of maps of .keys, or one such map */
	KEY_LIST,     /* a list of maps of .keys; one map is no list */
	KEY_OWNS,     /* a map of .keys, or what stands behind the first of them */
	KEY_LEVELS,   /* a map of rules to .words */
	KEY_TEXTS,    /* a map of names to texts */
};

/* A key of a map; tables end with a row without a name. */
struct key {
	const char *name;
	enum key_type type;
	bool wanted;   /* it may not be left out */
	size_t offset; /* of the field in the object */
	void (*read)(struct yaml_reader *r, struct yaml_node_s *node, void *object);
	const char *help; /* one phrase */
	const struct key *keys;
	const char *const *words; /* ended by NULL */
};

extern const struct key config_keys[];         /* of pgbounds.yaml */
extern const struct key config_pointer_keys[]; /* of .pgbounds.yaml */

#endif
