/* The world: what all services together do to the databases, as a value. Built from a configuration
 * and linked units; building it twice from the same input gives equal worlds. */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "catalog/catalog.h"
#include "config/config.h"
#include "extract/extract.h"
#include "link/link.h"
#include "lower/django.h"
#include "tool/tool.h"

/* A place that a report can show. */
struct place {
	uint32_t service;        /* config's index; UINT32_MAX: the configuration itself */
	uint32_t file;           /* file_set's number; 0: .span.line of the configuration */
	const struct unit *unit; /* for its source line; NULL: none */
	struct span span;
};

enum confidence {
	CONFIDENCE_GUESS,
	CONFIDENCE_LIKELY,
	CONFIDENCE_EXACT,
};
enum use_form {
	FORM_LITERAL,
	FORM_JOINED,
	FORM_BUILDER,
	FORM_ORM,
	FORM_STORED
};
enum use_occurrence {
	OCCURS_RECURRING, /* code */
	OCCURS_ONCE,      /* a migration's data change, or its DDL */
	OCCURS_STORED,    /* view, routine, policy */
};

struct owner;
struct creator {
	uint32_t object, service;
};

/* An object that a dump holds and no history makes: it exists from the start, and is external. */
struct dumped {
	uint32_t object;
	struct place place;
};

struct database {
	struct str name;
	struct catalog catalog;
	bool *has_schema;        /* by service: it owns a schema besides public */
	struct map schemas;      /* private: objects of the schemas that live, by name */
	struct owner *owners;    /* private: by object */
	VEC(struct creator) creators; /* private: who makes again what another service made */
	VEC(struct dumped) dumped;    /* private: what is known from a dump */
	bool schema_per_service; /* each service has a schema of its own: `public` is nobody's */
};

/* A history in its surroundings. One history may run in several contexts. */
struct context {
	uint32_t service, database;
	struct str label;                    /* "billing: migrations (goose)" */
	struct tool_history *history;        /* NULL: code only */
	const struct context_config *config; /* NULL: found, not declared */
	const struct django_result *django;  /* its models; NULL: none */
	struct session session; /* at its start; for code: what a connection of the service gets */
};

/* One applied event: a moment is its index. */
struct happening {
	uint32_t context;
	uint32_t step; /* in the context's history */
	const struct unit *unit;
	uint32_t statement, event;
	const struct unit *operation_unit; /* where .operation lives; NULL: plain SQL */
	uint32_t operation;
	struct place place;
	struct applied applied;
};

/* A statement's use of one relation by one service. */
struct use {
	uint32_t service, context, database;
	struct place place; /* the relation's name */
	struct place
		statement;  /* the expression with the statement, when a constant puts the name in
	                           from elsewhere; zeroed when the name stands in it */
	struct str written; /* as written: "r10_user" */
	struct binding binding;
	uint32_t object;      /* relation; 0: not bound */
	uint32_t access;      /* enum access */
	struct range columns; /* world.columns */
	bool all_columns;     /* SELECT *, INSERT without a list */
	bool more_columns;    /* it writes columns whose names are not known, too */
	bool running;         /* by code of another revision: .place.service says which */
	enum use_form form;
	enum use_occurrence occurs;
	enum file_class class;
	enum confidence confidence;
	moment at; /* when it is bound: MOMENT_NOW for code */
};

struct column_used {
	uint32_t column; /* objects; 0: not bound */
	struct str name;
	uint32_t access;
	struct span span;
	bool guess, missing;
	moment ended; /* of a missing one: when it went; 0: there was none, or that is not known */
};

enum ownership {
	OWNED_OPEN,     /* nobody, or several could */
	OWNED_DECLARED, /* `owns` of a service names the table or its schema */
	OWNED_SCHEMA,   /* the schema's owner, where services have schemas */
	OWNED_CREATED,  /* the one service whose live migrations create it */
	OWNED_EXTERNAL,
};
struct owner {
	enum ownership how;
	uint32_t service; /* UINT32_MAX when open */
	struct place why; /* the configuration's line, or where it is created */
};

struct coverage {
	uint32_t files;     /* whose bytes were looked at */
	uint32_t fragments; /* texts taken for SQL */
	uint32_t parsed;
	uint32_t pieces, prose, dialect, tests; /* counted, not failing */
};

/* A blind spot with its path. */
struct gap {
	uint32_t service;
	uint32_t file; /* number; 0: the service as a whole */
	const struct unit *unit;
	enum blind_reason reason;
	struct str detail;
	struct span span;
};

/* Another revision of a service that still runs (`also:`). Its code uses the databases as they are after
 * all migrations of the present; its own migrations are not run again. Such states are numbered behind
 * the services of the configuration. */
struct running {
	uint32_t service;
	struct str label;  /* "odds@deployed" */
	struct str prefix; /* as in struct service_state; it may have been another than now */
};

/* What service `service` is, as it was read. */
struct service_state {
	struct str prefix; /* its directory in the repository with a '/', or empty */
	struct str from;   /* "work tree", "revision", "directory", "facts", "not available" */
	struct str commit; /* hex; empty: none */
	struct str committed; /* the commit's day: "2026-11-25" */
	struct str revision;  /* by which name it was read: "origin/main"; empty: none */
	struct str url;       /* of the remote; empty: none */
	bool here;            /* in the repository in which one stands */
	bool available;    /* false: neither repository nor facts: its names are unknown */
};

struct world {
	struct arena *arena;
	const struct config *config;
	const struct config *config_before; /* of a base: its own, where it is not .config; or NULL */
	const struct file_set *files;
	VEC(struct service_state) services; /* by config's index */
	VEC(struct running) running;        /* [i]: the files of service config.services.n + i */
	VEC(struct database) databases;
	VEC(struct context) contexts;
	VEC(struct happening) happenings; /* [0] null; index is the moment */
	VEC(struct use) uses;             /* sorted by service, file, offset */
	VEC(struct column_used) columns;
	VEC(struct gap) gaps; /* sorted by service, file, offset */
	struct coverage coverage;
	struct str today; /* YYYY-MM-DD, against which grants end; empty: none ends */
};

/* What is needed to build one. */
struct world_input {
	const struct config *config;
	struct linker *linker; /* linked */
	const struct service_state *services;
	const struct running *running;
	uint32_t n_running;
	const struct config *config_before; /* as in struct world */
	struct str today;
	struct str at;         /* the replay ends behind the step of this name; empty: at its end */
	struct str at_service; /* whose step that is; empty: anybody's */
};

/* Replays the histories and binds what code says. .at is a step's name ("0003_email"), its app's and its
 * name ("shop.0003_email"), its path, or how one of them begins; an error is added to DIAGS where it is
 * no step or several. */
void world_build(
	struct world *w, struct arena *a, const struct world_input *in, struct diags *diags);

/* Takes from W's gaps those that BASE has: by service, path and what is not seen, as multisets. */
void world_subtract_gaps(struct world *w, const struct world *base);

/* Owner of a relation (or of a column's relation). */
struct owner world_owner(const struct world *w, uint32_t database, uint32_t object);
/* Who owned the relation by the name that it had at a moment. */
struct owner world_owner_then(
	const struct world *w, uint32_t database, uint32_t relation, moment at);
/* True when the owner (or several creators) granted ACCESS on it to the service; *WHY: the grant's
 * line. COLUMN: 0 for the whole relation. */
bool world_granted(const struct world *w, uint32_t database, uint32_t object, uint32_t column,
	uint32_t service, uint32_t access, struct place *why);
/* True for a grant whose last day is over: it grants no more. */
bool world_grant_ended(const struct world *w, const struct grant *g);
/* True when WORD of the configuration ("r10_*", "billing.invoice") means the relation. */
bool world_names(struct str word, struct str schema, struct str name);
/* The grant with `sole` on it, which takes the owner's own right to write; NULL when there is none. */
const struct grant *world_sole(const struct world *w, uint32_t database, uint32_t object);

/* The step in which it happened; NULL: in none, as what code does when it starts. */
const struct tool_step *world_step(const struct world *w, moment at);
/* True when both are the same step: of the same file, and to the tool the same. A file may hold many. */
bool world_is_step(const struct tool_step *a, const struct tool_step *b);
/* The step of W's histories of the service that S of another world is; NULL: none. */
const struct tool_step *world_same_step(
	const struct world *w, struct str service, const struct tool_step *s);

/* The path of a place as reports show it: relative to the service's repository. */
struct str world_path(const struct world *w, const struct place *p);
/* The service's name, or that of its other revision; "" for none. */
struct str world_service(const struct world *w, uint32_t service);
/* Where the object was created: the happening's place. */
struct place world_created(const struct world *w, uint32_t database, uint32_t object);
/* The last event with a subcommand of KIND for the column; else the one that made the column. */
moment world_said(
	const struct world *w, uint32_t database, uint32_t column, enum subcommand_kind kind);

#endif
