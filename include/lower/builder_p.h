/* Private to lower: what the lowerings of JavaScript's migration builders share. Migrations are BLOCKs of
 * what `up` does; calls stand in chains: knex.schema.withSchema("a").createTable("b", fn). */
#ifndef LOWER_BUILDER_P_H
#define LOWER_BUILDER_P_H

#include "lower/lower.h"

#define CHAIN_CALLS 64 /* links of a chain; a longer one loses its first */

/* The calls of a chain in the order in which they are made. */
struct chain {
	uint32_t calls[CHAIN_CALLS];
	uint32_t n;
	struct str
		head; /* what the first is called on: "knex.schema"; empty when it is called by itself */
};
void chain_read(const struct unit *u, uint32_t call, struct chain *c);
/* The name of what the I-th call calls, its arguments. */
struct str chain_name(const struct unit *u, const struct chain *c, uint32_t i);
uint32_t chain_argument(const struct unit *u, const struct chain *c, uint32_t i, uint32_t position);
/* The first call of that name from number FROM on; UINT32_MAX: none. */
uint32_t chain_find(const struct unit *u, const struct chain *c, uint32_t from, const char *name);

struct builder {
	struct lower l;
	const char *tool;
	bool guarded; /* in a branch on whether something exists: what happens is what applies */
	/* A chain that is a statement of its own; false: it says nothing of a schema. */
	bool (*operate)(struct builder *b, const struct chain *c, uint32_t call);
	/* Calls that ask whether something exists, and what `up` is given: names, ended by NULL. */
	const char *const *tests, *const *handles;
};

/* Lowers the migrations one by one. */
void builder_lower(struct builder *b, struct arena *a, const struct lower_migration *migrations,
	uint32_t n, const struct lower_sql *sql, struct lower_result *out);
/* Goes over the statements of VALUE: a BLOCK, or one of its elements; the callbacks of then() and
 * transaction() with them. */
void builder_run(struct builder *b, uint32_t value);
/* Goes over the statements of a callback's body, then its result, and calls EACH with their CALLs. */
void builder_callback(struct builder *b, uint32_t function,
	void (*each)(struct builder *b, uint32_t call, void *self), void *self);

/* Ends the text; under a guard what comes of it happens where it applies. */
void builder_text_run(struct builder *b);
/* "a.b" is a table in a schema: quoted part by part. */
void builder_text_dotted(struct builder *b, uint32_t value);
/* "a", "b" of a LIST of names, or of one. */
void builder_text_names(struct builder *b, uint32_t value);
/* The elements of a LIST, or VALUE alone. */
uint32_t builder_elements(const struct unit *u, uint32_t value);
uint32_t builder_element(const struct unit *u, uint32_t value, uint32_t i);
/* A value's string, or number as it stands; empty for anything else. */
struct str builder_word(const struct unit *u, uint32_t value);
/* True for a value that is given and neither null nor undefined. */
bool builder_given(const struct unit *u, uint32_t value);

#endif
