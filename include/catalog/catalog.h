/* What PostgreSQL's catalog would hold after the events so far, and at every moment before.
 * PostgreSQL's semantics and nothing else: no tool, no framework, no policy. */
#ifndef CATALOG_CATALOG_H
#define CATALOG_CATALOG_H

#include "base/arena.h"
#include "base/map.h"
#include "base/vec.h"
#include "unit/unit.h"

/* A moment: the number of an applied event, from 1, given by the caller and rising. */
typedef uint32_t moment;
#define MOMENT_NOW UINT32_MAX

enum existence {
	EXISTS_NO,
	EXISTS_YES,
	EXISTS_MAYBE, /* under a guard, or a havoc may have changed it */
};

/* A name that an object had from one moment to another. */
struct naming {
	struct str schema, name;
	moment from, to; /* to: the event that took it away; 0: still in force */
};

/* From this moment on the object's existence is .exists. */
struct being {
	moment from;
	enum existence exists;
};

/* An object for its whole life; it is never removed from the table. */
/* What a role may do to an object; a set. The order is that of pg_class.relacl's letters. */
enum privilege_kind {
	PRIVILEGE_INSERT = 1,
	PRIVILEGE_SELECT = 2,
	PRIVILEGE_UPDATE = 4,
	PRIVILEGE_DELETE = 8,
	PRIVILEGE_TRUNCATE = 16,
	PRIVILEGE_REFERENCES = 32,
	PRIVILEGE_TRIGGER = 64,
	PRIVILEGE_USAGE = 128,
	PRIVILEGE_CREATE = 256,
};
#define PRIVILEGE_KINDS 9
extern const char *const privilege_words[PRIVILEGE_KINDS]; /* by bit: "insert" … */

struct privilege {
	struct str role; /* "public": all */
	uint32_t what;   /* enum privilege_kind */
};

/* What a role gets on what another one will make. */
struct default_privilege {
	struct str maker, schema; /* schema empty: in all */
	enum object_kind kind;    /* TABLE (views too), SEQUENCE or SCHEMA */
	struct privilege to;
};

struct object {
	enum object_kind kind;
	/* objects: the relation of a column, constraint, index, trigger, or of a sequence that a
	 * column owns; 0: none */
	uint32_t parent;
	enum existence exists; /* now */
	moment born, died;     /* died: 0 while it lives */
	/* routines: the event that last said for sure what it does; 0: the one that made it */
	moment defined;
	bool external;            /* declared to exist; no event made it */
	VEC(struct being) beings; /* its existence over time */
	VEC(struct naming) names; /* the last is the present one; schema empty for non-relations */
	struct str owner;         /* role; empty: whoever ran it */
	/* relations, their columns, schemas: what others than the owner were granted; may be nothing */
	VEC(struct privilege) privileges;
	/* relations */
	/* objects: columns (in attnum order), constraints, indexes, triggers; of a schema: what was
	 * made in it or moved to it. Dead ones stay. */
	VEC(uint32_t) members;
	VEC(uint32_t) depends;    /* views: what they are made of; children: their parents */
	VEC(uint32_t) dependents; /* the other direction, foreign keys too. Dead ones stay */
	bool columns_unknown;     /* more columns may exist than are known */
	bool temporary;
	bool on_commit_drop;
	moment noted;   /* private: when a transaction last kept what it was */
	bool partition; /* of .depends.v[0] */
	/* columns */
	/* as format_type(); "unknown" when not known. Of a routine: its input arguments, ','-joined,
	 * "*" when not known; of a domain: what it is over */
	struct str type;
	uint32_t user_type; /* objects: the type, domain or enum that it is of, or
	                       the extension that brings its type; 0: built in */
	bool not_null, has_default, identity, generated;
	uint32_t inherited_from; /* objects: the parent's column; 0 */
	bool merged;             /* inherited, and defined by the table itself too */
	bool no_inherit;         /* CHECK: not its children's */
	/* constraints */
	enum constraint_kind constraint;
	/* objects: of the constraint or index, in order; of a partitioned table: its key's */
	VEC(uint32_t) columns;
	uint32_t target;         /* foreign key: the referenced relation; 0 while it is not known */
	struct name target_name; /* as written */
	VEC(uint32_t) target_columns;
	char on_delete, on_update; /* as pg_constraint.confdeltype */
	struct str client_action;
	/* A key and its index know each other; a foreign key knows the key or unique index that it
	 * refers to; a column its own sequence. */
	uint32_t partner;
	bool unique;         /* index */
	bool partial;        /* index: has WHERE or expressions: unique only as far as these go */
	struct str elements; /* index or EXCLUDE: what they give to a name that is chosen */
	/* index: its method, elements and WHERE as written; empty: by .columns. Foreign key: how it
	 * is checked; another key: "deferrable" */
	struct str definition;
};

/* What an event did to an object, for those who keep accounts. */
enum touch {
	TOUCH_CREATE,
	TOUCH_ALTER,
	TOUCH_DROP,
	TOUCH_REFERENCE, /* a foreign key to it was made */
	TOUCH_RENAME,
};
struct touched {
	enum touch touch;
	uint32_t object;   /* a relation, schema, routine …; for a column or constraint: itself */
	uint32_t relation; /* the relation that it belongs to; itself for relations; 0: none */
	struct span span;  /* the words that say it */
};

enum apply_status {
	APPLY_DONE,
	APPLY_SKIPPED,  /* IF [NOT] EXISTS made it nothing */
	APPLY_CONFLICT, /* PostgreSQL would reject it: .message */
	APPLY_UNKNOWN, /* its object may or may not be there (havoc, unread sources): nothing certain */
	APPLY_NOT_MODELLED,
};
struct applied {
	enum apply_status status;
	struct str message; /* CONFLICT: in PostgreSQL's words: relation "x" does not exist */
	VEC(struct touched) touched;
};

/* What SET changes. */
struct session_setting {
	VEC(struct str) search_path; /* "$user" stands as itself */
	bool search_path_known;      /* false: only the caller of the migrations knows it */
	struct str role;
};

/* A place in a transaction to which ROLLBACK may return. */
struct savepoint {
	struct str name; /* empty: the transaction's start */
	struct session_setting now, after;
	moment at;
	uint32_t undo, havocs; /* how many there were */
};

/* An object as it was before an event of the transaction changed it. */
struct undo {
	uint32_t object;
	bool made; /* it was not there */
	struct object before;
};

/* What a connection knows. ROLLBACK gives back its settings and what the objects were. */
struct session {
	struct arena *arena;
	VEC(struct str) search_path; /* in force; "$user" stands as itself */
	bool search_path_known;      /* false: only the caller of the migrations knows it */
	struct str role;
	bool in_transaction; /* the caller may set it where a tool wraps a step in one */
	/* private */
	struct session_setting initial;   /* what RESET gives */
	struct session_setting after;     /* what COMMIT leaves in force: all but SET LOCAL */
	VEC(struct savepoint) savepoints; /* [0]: the transaction's start */
	VEC(struct undo) undo;            /* of the transaction, in order */
	bool drops;                       /* it made tables that COMMIT drops */
};

enum binding_state {
	BINDING_BOUND,
	BINDING_MISSING,   /* nothing of that name; .ended: the event that ended it, 0: never was */
	BINDING_AMBIGUOUS, /* several could be meant */
	BINDING_UNKNOWN,   /* cannot tell: .havoc, or a source was not read */
};
struct binding {
	enum binding_state state;
	uint32_t object; /* BOUND (also when it only may exist); MISSING: who had the name */
	moment ended;
	moment havoc;          /* UNKNOWN: the havoc's moment; 0: the search_path is not known */
	enum existence exists; /* of the object at that time */
};

struct havoc {
	moment at;
	enum object_kind kind;   /* NONE: any */
	struct str schema, name; /* globs */
	struct str reason;
	bool fresh; /* it may have made what never was; what was taken away it did not bring back */
};

/* A name, or glob, that exists though no event made it. */
struct external {
	struct str schema, name; /* globs; schema empty: any */
	uint32_t object;         /* 0 for a glob */
};

struct catalog {
	struct arena *arena;
	VEC(struct object) objects; /* [0] is null */
	VEC(struct havoc) havocs;
	VEC(struct default_privilege) default_privileges;
	VEC(struct external) externals;
	struct map by_name;  /* private: name → objects that ever had it */
	struct map settings; /* private: ALTER ROLE/DATABASE … SET search_path */
	moment now;
	bool incomplete; /* a source that could create names was not read */
	bool at_will;    /* what is applied happens whenever it likes, if at all: its havocs are fresh */
	/* Not all that was ever run is known: a conflict is noted, and what the statement needs is taken
	 * to be there, so that the rest of it is not lost. Else PostgreSQL's word is final. */
	bool assumes;
};

/* An empty database: schemas public and pg_catalog. */
void catalog_init(struct catalog *c, struct arena *a);

/* A connection: role (may be empty) and what the client sets ({} and n = 0: nothing), else the
 * role's setting in the database, the role's, the database's, else `"$user", public`. */
void catalog_connect(const struct catalog *c, struct session *s, struct arena *a, struct str role,
	const struct str *search_path, uint32_t n);

/* pg_catalog, information_schema and pg_toast: they are PostgreSQL's own. */
bool catalog_is_system_schema(struct str schema);

/* Declares a relation (or, with '*', a pattern) that exists though nothing read here makes it.
 * Once is enough, and what an event makes under that name takes its place. */
void catalog_external(struct catalog *c, struct str schema, struct str name);

/* Applies one event of U at MOMENT; QUERY is its statement's query (views, CREATE TABLE AS), 0:
 * none. MAYBE: it stands under a guard. SET, RESET and transactions change the session. */
void catalog_apply(struct catalog *c, struct session *s, const struct unit *u, uint32_t event,
	uint32_t query, bool maybe, moment at, struct arena *scratch, struct applied *out);

/* The end of a connection: its temporary relations are gone. */
void catalog_disconnect(struct catalog *c, moment at);

/* What a (qualified) relation name means at a moment. pg_catalog and information_schema names are
 * bound to object 0 with exists YES. */
struct binding catalog_resolve(
	const struct catalog *c, const struct session *s, const struct name *name, moment at);

/* A column of a relation by name at a moment (renames are followed). */
struct binding catalog_column(
	const struct catalog *c, uint32_t relation, struct str name, moment at);

/* A query's names bound. */
struct bound_relation {
	uint32_t use; /* unit.relations; RANGE_RELATION only */
	struct binding binding;
	uint32_t access; /* the use's, and ACCESS_READ when a column of it is read */
};
struct bound_column {
	uint32_t use;             /* unit.columns */
	uint32_t entry;           /* unit.relations: the entry that has it; 0: not known */
	uint32_t relation;        /* objects; 0: not known */
	uint32_t column;          /* objects; 0: .all, system column, or not known */
	bool all;                 /* "*", or the name of an entry: every column of .relation */
	bool guess;               /* several relations could have it */
	enum binding_state state; /* MISSING: the relation is known and has no such column */
	moment ended;
};
struct bound_query {
	VEC(struct bound_relation) relations; /* in the order of unit.relations */
	/* In the order of unit.columns; "*" and what a JOIN merges are a column for each relation. */
	VEC(struct bound_column) columns;
};
void catalog_bind(const struct catalog *c, const struct session *s, const struct unit *u,
	uint32_t query, moment at, struct arena *a, struct bound_query *out);

/* The object's name at a moment; a zeroed one before its birth. MOMENT_NOW gives the last it had. */
struct naming catalog_name(const struct catalog *c, uint32_t object, moment at);
/* "schema.name" at its last. */
struct str catalog_display(const struct catalog *c, uint32_t object, struct arena *a);
/* True when it exists at that moment (maybe counts). */
bool catalog_lives(const struct catalog *c, uint32_t object, moment at);

#endif
