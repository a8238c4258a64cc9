/* Views: the world and its findings as documents that know no world: strings and numbers only. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include "base/files.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;
struct world;
struct findings;
struct config;
struct rule;

struct place_doc {
	struct str service, path;
	uint32_t line, column, end_line, end_column; /* 1-based, columns in bytes; 0: none */
	struct str message;                          /* of a second place */
	struct str source;                           /* the line; empty: not at hand */
	uint32_t caret, caret_length; /* bytes in .source to be underlined; 0 length: none */
	/* Where the place is for a reader; set by cmd, which knows where that one stands. */
	struct str here;  /* its path in the repository reported on; empty: it is in another */
	struct str typed; /* by what one opens it from the current directory; empty: not at hand */
	struct str line_hash; /* by what code hosts know the line again; empty: not at hand */
};

struct finding_doc {
	struct str rule, level, message, help, object, owner, fingerprint, confidence;
	struct place_doc place;
	VEC(struct place_doc) related;
};

struct gap_doc {
	struct str service, path, reason, detail; /* reason: blind_reason_id() */
	struct str words;                         /* blind_reason_text() */
	struct str one, many;                     /* blind_reason_counted() */
	uint32_t line;
	struct str here, typed; /* as of a place; set by cmd */
};

struct service_doc {
	struct str name, commit;
	struct str from; /* "work tree", "revision", "facts", "directory", "not available" */
	struct str revision;  /* by which name it was read: "origin/main"; empty: none */
	struct str committed; /* the commit's day: "2026-11-25" */
	struct str url;       /* of the remote, without credentials; empty: none */
	VEC(struct str) schemas; /* that it owns */
	uint32_t files, tables;  /* analysed; owned */
	bool here;               /* of the repository in which one stands */
	bool reported;           /* of the repository reported on; set by cmd */
};

/* One cell row of the ownership matrix. */
struct matrix_row {
	struct str relation, kind, owner; /* owner empty: nobody's or open */
	struct str owner_how;             /* "declared", "schema", "created", "external", "open" */
	VEC(struct str) reads, writes, alters; /* services, sorted; the owner too */
};

struct foreign_key_doc {
	struct str database, name, from, to, on_delete, on_update; /* "no action" … */
	VEC(struct str) columns, to_columns;
	struct place_doc place;
	bool live;
};

/* A foreign key to a table of another owner. */
struct crossing_key_doc {
	struct foreign_key_doc key;
	struct str from_owner, to_owner;
	struct str effect;        /* what the database does on delete, and to whom: a sentence */
	struct str client_action; /* what the ORM of .from_owner does in its own deletes; or empty */
	bool granted;             /* .to_owner grants it */
};

/* A table whose rows several services change. */
struct shared_write_doc {
	struct str relation, owner;
	VEC(struct str) writers;
};

struct coverage_doc {
	uint32_t files, fragments, parsed, pieces, prose, dialect, tests;
	VEC(struct gap_doc) gaps;
};

/* A rule's document, as it stands above the rule. */
struct rule_doc {
	struct str name, summary, level;
	struct str
		description; /* its paragraphs that say what it finds and why, in one line each */
	struct str text;     /* all of it for a terminal: as `pgbounds explain` shows it */
	struct str markdown; /* all of it as Markdown */
	VEC(struct str) aliases;
};

struct findings_doc {
	VEC(struct finding_doc) findings;
	VEC(struct service_doc) services;
	VEC(struct matrix_row) matrix;
	VEC(struct crossing_key_doc) crossing_keys;
	VEC(struct shared_write_doc) shared_writes;
	VEC(struct str) unowned; /* relations of the matrix that nobody, or who knows who, owns */
	VEC(struct str) unused;  /* that no code and no view is seen to use */
	struct coverage_doc coverage;
	VEC(struct rule_doc) rules; /* all of them, whatever was found; view_rules() */
	struct str repository;      /* the one reported on; empty: all; set by cmd */
	uint32_t suppressed, baselined; /* places that are set aside: by comments, as known */
	bool whole;     /* audit: services and matrix are shown in text, too */
	bool change;    /* check: only what a change brings; so are the blind spots */
	bool unchanged; /* nothing that is read differs: nothing else was looked at */
};

/* What a place is; its words are in view_line_word(). */
enum line_kind {
	LINE_BOUND,   /* it touches what is asked for: relation … confidence say how */
	LINE_UNKNOWN, /* not understood */
	LINE_TEST,    /* in a test, and not understood */
	LINE_OTHER,   /* another thing of that name */
	LINE_TEXT,    /* a comment, documentation, a message */
	LINE_KINDS,
};
/* "bound", "unknown", "test", "other", "text" */
const char *view_line_word(enum line_kind kind);

struct who_place {
	struct place_doc place; /* a binary file has no line */
	struct str relation, column_name, access, form, class_word, confidence;
	enum line_kind kind;
	struct str what; /* of what is not bound: "a comment" */
	bool has_word;   /* with --all: `git grep -w` shows the line */
};
/* What could not be accounted for as a whole. */
struct unread_doc {
	struct str service, path; /* path empty: the service */
	struct str reason;
};
struct who_doc {
	struct str object, owner;
	VEC(struct who_place) places;
	bool accounts; /* --all: what follows is filled, and there is one place a line */
	struct str word;            /* that lines were looked for */
	uint32_t lines;             /* that hold the word */
	uint32_t kinds[LINE_KINDS]; /* how many of them are what */
	uint32_t beyond;            /* bound places on lines without the word */
	VEC(struct unread_doc) unread;
};

/* The files of a service, those of unknown languages too. .list NULL: there are only facts, or
 * nothing. */
struct who_tree {
	const struct file_list *list;
	struct files files;
	bool facts;
};

/* What is asked. */
struct who_request {
	struct str pattern;
	uint32_t access;              /* of enum access: only places with one of these; 0: any */
	const bool *services;         /* by config's index: only those; NULL: all */
	const struct who_tree *trees; /* by config's index: account for every line; NULL: do not */
};

/* Who breaks by a change of the schema, and where. */
struct impact_break {
	struct place_doc place;
	struct str effect;  /* "fails", "may fail", "gets one column less" */
	struct str message; /* "odds reads r10_user.language" */
	struct str access, class_word, confidence;
	bool deployed; /* false: tests, scripts */
};
/* One step of a safe order. */
struct impact_step {
	struct str phase;       /* "expand", "move", "contract" */
	struct str service;     /* whose repository */
	struct place_doc place; /* the code to change; without a path: a new migration */
	struct str text;        /* what to do, in words */
	struct str sql;         /* what the migration says; empty: code is to be changed */
};
/* One thing that a change does to a relation. */
struct impact_change {
	struct str kind; /* "column renamed", "table dropped", "not null" … */
	struct str object, owner, message;
	struct place_doc place;
	VEC(struct impact_break) breaks;
	VEC(struct impact_step) steps;
};
/* A statement that PostgreSQL would refuse, or whose effect is not known. */
struct impact_refusal {
	struct place_doc place;
	struct str message;
};
struct impact_doc {
	VEC(struct impact_change) changes;
	VEC(struct impact_refusal) refusals;
	uint32_t breaks, services; /* deployed places that break, and how many services' they are */
	struct coverage_doc coverage;
};

struct column_doc {
	struct str name, type;
	bool not_null, has_default;
};
/* A constraint besides foreign keys, or an index that is none's. */
struct constraint_doc {
	struct str name;
	struct str kind;         /* "primary key", "unique", "check", "exclude", "unique index", "index" */
	VEC(struct str) columns; /* in their order; a CHECK's and those of expressions are not told */
};
struct relation_doc {
	struct str database, schema, name, kind, owner;
	struct str exists; /* "yes", "maybe" */
	struct place_doc place;
	VEC(struct column_doc) columns;
	VEC(struct constraint_doc) constraints; /* those that certainly are there, by kind and name */
};
struct schema_doc {
	struct str database, name, owner;
	struct place_doc place;
};
struct role_doc {
	struct str name;
	VEC(struct str) search_path;
};
/* What a role besides the owner may do to an object. */
struct grant_doc {
	struct str database, object; /* "schema.name", or a schema's name */
	struct str column;           /* empty: on the whole object */
	struct str role;
	VEC(struct str) privileges; /* PostgreSQL's words, lower case, in a fixed order */
};
struct catalog_doc {
	VEC(struct relation_doc) relations;
	VEC(struct foreign_key_doc) foreign_keys;
	VEC(struct schema_doc) schemas;
	VEC(struct role_doc) roles;
	VEC(struct grant_doc) grants;
	struct coverage_doc coverage;
};

/* What is in force: a tree in the shape of pgbounds.yaml, each value with where it is from. */
enum setting_kind {
	SETTING_VALUE,
	SETTING_LIST,
	SETTING_MAP,
};
struct setting_doc {
	enum setting_kind kind;
	struct str key;   /* empty: an element of a list */
	struct str value; /* of SETTING_VALUE */
	bool is_bool;     /* .value is true or false, not a text that says so */
	bool is_number;   /* likewise */
	struct str from;  /* "pgbounds.yaml:4", "default", "inferred"; empty: its parts say it */
	struct str note;  /* what it comes to: "/srv/hub", "origin/main, a192d9a6b9ea"; empty: nothing */
	VEC(struct setting_doc) parts;
};
struct config_doc {
	struct str path; /* empty: there is no configuration */
	struct setting_doc root;
};

void view_findings(
	struct arena *a, const struct world *w, const struct findings *f, struct findings_doc *out);

/* Adds all rules. */
void view_rules(struct arena *a, struct findings_doc *out);
void view_rule(struct arena *a, const struct rule *r, struct rule_doc *out);

/* The pattern is [SCHEMA.]TABLE[.COLUMN], its parts are globs. "a.b" is schema.table when such a
 * relation exists, else table.column. False when the pattern is malformed.
 *
 * With trees, every line that holds the pattern's last part as a word is a place, as `git grep -w`
 * sees words, lines and binary files (by their bytes: attributes are not asked); of a glob the words
 * that match. What binds without the word standing there is a place, too. */
bool view_who(struct arena *a, const struct world *w, const struct who_request *request,
	struct who_doc *out);

/* What it does to everybody that HEAD is what it is, and no more BASE. */
void view_impact(struct arena *a, const struct world *head, const struct world *base,
	struct impact_doc *out);

/* SERVICE: UINT32_MAX for all. */
void view_catalog(
	struct arena *a, const struct world *w, uint32_t service, struct catalog_doc *out);

void view_config(struct arena *a, const struct world *w, struct config_doc *out);

#endif
