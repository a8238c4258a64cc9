/* What the parts of `who` share: the pattern, and the account of every line. */
#ifndef VIEW_WHO_P_H
#define VIEW_WHO_P_H

#include "host/part.h"
#include "view_p.h"

/* A pattern taken apart. An empty part means any. */
struct wanted {
	struct str schema, table, column;
};

/* False when the pattern is malformed. */
bool wanted_parse(const struct world *w, struct str pattern, struct wanted *want);
/* True when the relation has, or once had, a name that is wanted. */
bool wanted_object(const struct object *o, const struct wanted *want);
bool wanted_use(const struct world *w, const struct use *u, const struct wanted *want);
/* True when what T did at a moment concerns the relation, or the column, that is wanted. */
bool wanted_touch(const struct catalog *c, const struct touched *t, moment at,
	const struct wanted *want);
const char *who_form_word(enum use_form form);

/* A use by one of its places in a file: the name's, or the statement's. */
struct account_use {
	uint32_t file, offset, use;
};
/* The bytes of one operation of a framework and what they are about. */
struct account_operation {
	uint32_t file, from, to;
	bool wanted;
	uint32_t database, relation;
	enum touch touch;
};

/* An account in the making. */
struct account {
	struct arena *a;
	const struct world *w;
	const struct wanted *want;
	struct str word; /* a word, or a glob of words */
	bool glob;
	VEC(struct account_use) uses;             /* sorted */
	VEC(struct account_operation) operations; /* sorted */
	struct who_doc *out;
};

/* The file in which an occurrence stands. */
struct account_file {
	uint32_t service;
	struct str path, bytes;
	const struct host *host; /* NULL: no language of ours */
	const struct file *file; /* NULL likewise */
	enum file_class class;
	struct parts parts;
};

/* One occurrence of the word. */
struct occurrence {
	uint32_t from, to;
	enum part_kind part;
	uint32_t part_at; /* of .parts */
};

/* Adds to DOC every line with the word that DOC's places leave open, and makes one place of what
 * stands on one line. NULL in SERVICES: all. */
void account_lines(struct arena *a, const struct world *w, const struct wanted *want,
	const struct who_request *request, struct who_doc *doc);

/* Each says in *OUT what the occurrence is; false when it cannot say. */
bool account_operation(const struct account *x, const struct account_file *f,
	const struct occurrence *o, struct who_place *out);
bool account_sql(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out);
bool account_model(const struct account *x, const struct account_file *f,
	const struct occurrence *o, struct who_place *out);
void account_name(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out);

/* Sets what OUT is. */
void account_say(struct who_place *out, enum line_kind kind, const char *what);
/* A bound place, with the words of the relation. */
void account_bind(const struct account *x, uint32_t database, uint32_t relation, uint32_t access,
	enum use_form form, enum confidence confidence, struct who_place *out);

#endif
