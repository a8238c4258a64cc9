/* pgbounds.yaml → services, ownership, grants, levels. Every setting keeps its line. */
#ifndef CONFIG_CONFIG_H
#define CONFIG_CONFIG_H

#include "base/diag.h"
#include "base/str.h"
#include "base/vec.h"

struct arena;

/* A string of the configuration and where it stands. */
struct setting {
	struct str value;
	uint32_t line, column; /* 1-based; 0: inferred, not written */
};

#define CONFIG_NUMBER_MAX 1000000
/* A whole number of the configuration; from 1 to CONFIG_NUMBER_MAX where it is written. */
struct number {
	uint32_t value, line; /* both 0: not written */
};

/* What a service owns: exact names or globs. */
struct owns {
	VEC(struct setting) tables;  /* "r10_*", "billing.invoice" */
	VEC(struct setting) schemas; /* "billing" */
};

/* What a grant may allow: the bits of `enum access` in unit/sql.h, which this layer does not see
 * (tests/unit/config_test.c holds them equal). */
enum may {
	MAY_READ = 1,
	MAY_INSERT = 2,
	MAY_UPDATE = 4,
	MAY_DELETE = 8,
	MAY_TRUNCATE = 16,
	MAY_ALTER = 64,
	MAY_REFERENCE = 128,
};

struct grant {
	struct setting to;
	uint32_t may; /* enum may, the bits of enum access */
	VEC(struct setting) tables;
	VEC(struct setting) columns;
	bool sole;
	struct setting reason, until;
	uint32_t line;
};

/* A context as far as it is declared: where migrations are and what they run in. */
struct context_config {
	struct setting
		migrations;      /* directory or file, relative to the service's root; empty: all */
	struct setting tool;     /* "django", "goose", "sql" …; empty: recognised */
	struct setting database; /* empty: the default database, shared by all services */
	VEC(struct setting) search_path;
	struct setting role;
	VEC(struct setting) code; /* directories whose code runs in it; none: all */
	VEC(struct setting) schema_dump; /* as a service's, of this database only */
	uint32_t line;
};

/* What the service's tool puts for a template in SQL: `${schema}`, `{{ .schema }}`. */
struct variable {
	struct setting name, value;
};

enum service_kind {
	SERVICE_ORDINARY,
	SERVICE_OPERATOR, /* sets up roles, schemas, grants for all; owns nothing */
	SERVICE_LIBRARY,  /* its uses count for every service that requires it */
};

enum level {
	LEVEL_DEFAULT, /* the rule's own */
	LEVEL_NONE,
	LEVEL_NOTE,
	LEVEL_WARNING,
	LEVEL_ERROR,
};
/* "error", "warning", "note", "none" ("off" is read as none). False when it is no level. */
bool level_parse(struct str word, enum level *out);
const char *level_word(enum level l);
extern const char *const config_levels[]; /* those that one writes; ended by NULL */

struct rule_level {
	struct setting rule;
	enum level level;
};

/* Levels of rules for some files of a service. */
struct override {
	VEC(struct setting) files; /* globs (str_glob_path()), relative to the service's root */
	VEC(struct rule_level) rules;
	uint32_t line;
};

struct service {
	struct str name;
	enum service_kind kind;
	uint32_t kind_line;  /* 0: not said */
	struct setting repo; /* as written; .repo_path is absolute */
	struct str repo_path;
	struct setting path;  /* directory in the repository; empty: its root */
	struct setting rev;   /* revision; empty: work tree of where it stands */
	struct setting facts; /* file of facts, resolved: facts_path */
	struct str facts_path;
	struct owns owns;
	VEC(struct grant) grants;
	VEC(struct setting) roles;
	VEC(struct context_config) contexts;
	/* Files of the service that `pg_dump --schema-only` made of its databases: what they hold exists,
	 * whoever made it; see config_is_dump(). */
	VEC(struct setting) schema_dump;
	VEC(struct variable) variables;
	VEC(struct setting) also;
	VEC(struct rule_level) rules;   /* they beat those for all services */
	VEC(struct override) overrides; /* they beat those of the service, the last one first */
	struct setting baseline;        /* file of known findings; see config_baseline() */
	bool strict;                    /* nothing is added to it */
	uint32_t line;                  /* where its entry begins; 0: inferred */
};

const char *service_kind_word(enum service_kind kind);

enum reads_policy {
	READS_DEFAULT, /* open where services share a schema, closed where each has its own */
	READS_OPEN,
	READS_CLOSED,
};

struct config {
	struct arena *arena;
	struct str path; /* of the file as it was named; empty: inferred from directories */
	VEC(struct service) services; /* in the order of the file */
	VEC(struct setting) external;
	enum reads_policy reads;
	uint32_t reads_line; /* 0: not said */
	struct number facts_max_age; /* days; facts of an older commit are a warning */
	VEC(struct rule_level) rules;
};

/* Reads the file, or TEXT as if it stood there (what is staged, or was committed); NULL: the file.
 * Every mistake is a diagnostic with its line and what to do: unknown key (with the
 * nearest known one), wrong type, no such repository, a service named twice, two services that own
 * the same table or schema by equally exact words. Returns false when there was an error. */
bool config_read(struct config *c, struct arena *a, struct str path, const struct str *text,
	struct diags *diags);

/* A configuration in which each directory is a service named after it (two of the same last
 * component get their parents' names in front). */
bool config_infer(struct config *c, struct arena *a, const char *const *directories, uint32_t n,
	struct diags *diags);

/* Finds the configuration's path: EXPLICIT (-c), then $PGBOUNDS_CONFIG, then the nearest of the
 * current directory and those above: its pgbounds.yaml, or its .pgbounds.yaml ("service:",
 * "config:"; *SELF is that service's name). Where there is none, it is looked for likewise from the
 * directory ELSEWHERE (absolute; empty: nowhere else): a linked work tree may stand anywhere. Empty
 * when there is none, or with a diagnostic. */
struct str config_find(struct arena *a, const char *explicit, struct str elsewhere,
	struct str *self, struct diags *diags);

/* The service's file of known findings, relative to its root: `baseline:`, else the one that
 * BASELINE_FILE names. */
#define BASELINE_FILE "pgbounds-baseline.txt"
struct str config_baseline(const struct service *s);

/* True when the configuration says that this file of the service, relative to its root, is a dump. */
bool config_is_dump(const struct service *s, struct str path);

/* True for a day of the calendar, written YYYY-MM-DD. */
bool config_is_date(struct str x);
/* The days from 1970-01-01 to such a day. */
int64_t config_days(struct str date);

/* Index of the service, UINT32_MAX when there is none. */
uint32_t config_service(const struct config *c, struct str name);

/* The words nearest to WORD among the candidates (edit distance ≤ 2), or NULL: "did you mean". */
const char *config_nearest(struct str word, const char *const *candidates);
/* "; did you mean 'x'?", or "; it can be a, b or c". */
struct str config_hint(struct arena *a, struct str word, const char *const *candidates);

#endif
