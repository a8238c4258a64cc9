/* What SQL says, in PostgreSQL's words and all unresolved: statements, events, queries. */
#ifndef UNIT_SQL_H
#define UNIT_SQL_H

#include "unit/span.h"

/* A (qualified) name as written, folded as PostgreSQL folds it: unquoted parts in lower case. */
struct name {
	struct str schema; /* empty: not qualified. A database in front is dropped (must be ours) */
	struct str name;
	bool pattern;     /* a part has a hole in it: '*' stands for the unknown part (str_glob) */
	struct span span; /* from the schema's first byte to the name's last, in the source */
};

/* A plain identifier (a column, a role, a label) and where it stands. */
struct word {
	struct str text;
	struct span span;
};

/* Modes in which a statement uses a relation or a column; a set. */
enum access {
	ACCESS_READ = 1,
	ACCESS_INSERT = 2,
	ACCESS_UPDATE = 4,
	ACCESS_DELETE = 8,
	ACCESS_TRUNCATE = 16,
	ACCESS_LOCK = 32,
	ACCESS_DDL = 64,
	ACCESS_REFERENCE = 128, /* by a foreign key */
};
#define ACCESS_WRITE (ACCESS_INSERT | ACCESS_UPDATE | ACCESS_DELETE | ACCESS_TRUNCATE)

/* A piece of SQL text: a section of a file, a literal, what a call of a framework executes. */
enum fragment_sink {
	SINK_NONE,      /* a literal that looks like SQL; a use only if the catalog knows the relation */
	SINK_EXECUTE,   /* the argument of a call that executes SQL */
	SINK_FILE,      /* a .sql file, or a section of one */
	SINK_OPERATION, /* SQL of a migration framework's operation (RunSQL) */
	SINK_BODY,      /* the body of a routine, DO included */
};
enum fragment_state {
	FRAGMENT_OPEN,    /* wants symbols of other files; `link` closes it */
	FRAGMENT_PARSED,  /* all its statements parse and at least one names a relation or is DDL */
	FRAGMENT_PARTLY,  /* some statements do not parse: blind spots */
	FRAGMENT_FAILED,  /* none parses */
	FRAGMENT_DIALECT, /* SQL of another database */
	FRAGMENT_PROSE,   /* a literal that is no SQL after all, or names no relation */
	FRAGMENT_PIECE,   /* SQL words that are no statement by themselves */
};
struct fragment {
	enum fragment_sink sink;
	enum fragment_state state;
	uint32_t value;  /* unit.values: the expression it comes from; 0: the file's own text */
	uint32_t mark;   /* unit.marks: the tool's marker that begins this section; 0: none */
	uint32_t parent; /* unit.statements: the statement whose body this is; 0: none */
	bool joined;     /* put together from several literals, or from other files */
	struct span span;
};

/* One SQL statement, in the order of the text. It may be an event, a query, or both (CREATE TABLE
 * AS, CREATE VIEW: the query is then stored), or neither (DO: its body's statements follow). */
struct statement {
	uint32_t fragment; /* unit.fragments */
	uint32_t event;    /* unit.events; 0: none */
	uint32_t query;    /* unit.queries; 0: none */
	bool maybe;        /* under a guard that is not interpreted, or in a loop */
	struct str guard;  /* the reason, when .maybe */
	struct span span;  /* first to last byte without the semicolon */
};

enum event_kind {
	EVENT_NONE,
	EVENT_CREATE,         /* object_kind tells of what; columns and constraints are subcommands */
	EVENT_CREATE_AS,      /* CREATE TABLE AS, SELECT INTO, views: columns come from the query */
	EVENT_ALTER,          /* ALTER TABLE and its like, with subcommands */
	EVENT_DROP,           /* object: the first; names: the further ones */
	EVENT_RENAME,         /* object_kind: what is renamed; .part: column, constraint … of .object;
	                         .text: the new name */
	EVENT_SET_SCHEMA,     /* .text: the new schema */
	EVENT_OWNER_TO,       /* .text: the role; object_kind ROLE: of all that the roles .words own */
	EVENT_GRANT,          /* names: objects; words: roles; .text: privileges, lower case, ','-joined;
	                         .part: a column; of default privileges: the roles FOR whom */
	EVENT_REVOKE,
	EVENT_SET,            /* SET / SELECT set_config: .part: variable; words: values (none: DEFAULT);
	                         flag LOCAL */
	EVENT_RESET,          /* .part: variable, "all", "discard all", "discard temp" */
	EVENT_ALTER_ROLE_SET, /* .object.name: role; .part: variable; words: values; .text: database */
	EVENT_ALTER_DATABASE_SET, /* .object.name: database */
	EVENT_TRANSACTION,    /* .text: begin, commit, rollback (both also "… and chain"),
	                         savepoint NAME, release NAME, rollback to NAME */
	EVENT_CALL,           /* a routine is called (CALL, SELECT f()): .object */
	EVENT_COMMENT,        /* COMMENT ON: changes nothing that the catalog keeps */
	EVENT_HAVOC,          /* unknown effect over .object (a pattern: '*' any; object_kind NONE: any
	                         kind; COLUMN, CONSTRAINT …: those of .object); .text: the reason; words:
	                         it is DROP OWNED of these roles */
	EVENT_UNMODELLED,     /* a statement the catalog does not model; .text: its command tag */
	EVENT_KINDS,
};

enum object_kind {
	OBJECT_NONE,
	OBJECT_TABLE,
	OBJECT_PARTITIONED_TABLE,
	OBJECT_VIEW,
	OBJECT_MATERIALIZED_VIEW,
	OBJECT_FOREIGN_TABLE,
	OBJECT_SEQUENCE,
	OBJECT_INDEX,
	OBJECT_COMPOSITE_TYPE, /* CREATE TYPE AS (…) */
	OBJECT_TYPE,           /* enum, range, base, shell */
	OBJECT_DOMAIN,
	OBJECT_SCHEMA,
	OBJECT_ROUTINE, /* function, procedure, aggregate */
	OBJECT_TRIGGER,
	OBJECT_POLICY,
	OBJECT_RULE,
	OBJECT_COLUMN,
	OBJECT_CONSTRAINT,
	OBJECT_EXTENSION,
	OBJECT_ROLE,
	OBJECT_DATABASE,
	OBJECT_OTHER, /* publication, collation, cast …: named in .text of the event */
	OBJECT_KINDS,
};

enum event_flag {
	EVENT_IF_EXISTS = 1, /* of a CREATE: under a guard, if its schema exists */
	EVENT_IF_NOT_EXISTS = 2,
	EVENT_OR_REPLACE = 4,
	EVENT_CASCADE = 8,
	EVENT_ONLY = 16,
	EVENT_TEMPORARY = 32,
	EVENT_LOCAL = 64,
	EVENT_UNIQUE = 128,       /* index */
	EVENT_PARTITION_OF = 256, /* names[0] is the parent */
	EVENT_WITH_NO_DATA = 512,
	EVENT_ALL_IN_SCHEMA = 1024, /* GRANT … ON ALL TABLES IN SCHEMA: names are schemas */
	EVENT_DEFAULT_PRIVILEGES = 2048,
	EVENT_PARTIAL = 4096, /* index: has WHERE, or expressions besides .words */
	EVENT_ON_COMMIT_DROP = 8192,
};

struct event {
	enum event_kind kind;
	enum object_kind object_kind;
	uint32_t flags; /* enum event_flag */
	struct name object;
	struct str part;          /* see the kinds; for an index, trigger, policy: .object is its own name
	                             (schema: the table's) and names[0] the table; of an index: what
	                             its columns and expressions give to the name that is chosen;
	                             where routines are dropped or altered: "procedure" … */
	struct str text;          /* see the kinds; for CREATE SCHEMA: the AUTHORIZATION role, EXTENSION:
	                             its schema, ROUTINE: the language, DOMAIN: its type, TYPE: "shell", INDEX: its elements and
	                             WHERE as written */
	struct range names;       /* unit.names: DROP's others, INHERITS and partition parents, LIKE
	                             sources are subcommands; a trigger's names[1] is its routine;
	                             of GRANT role: the roles that are granted */
	struct range words;       /* unit.words: roles, values, index columns, those that a trigger's WHEN
	                             and UPDATE OF name; the column names of a
	                             view or CREATE TABLE AS: as listed, else by PostgreSQL's
	                             syntactic rules, "*" and "t.*" as they are; of a partitioned table its
	                             key's, empty for an expression; of routines one each, .object's first: the types of its input arguments,
	                             ','-joined, "*": not said */
	struct range subcommands; /* unit.subcommands; of an index UNMODELLED ones: .columns are what
	                             its INCLUDE, and what its expressions and WHERE name; of a trigger's
	                             function one: .columns are those of NEW and OLD */
	struct range calls;       /* unit.names: the routines that a view's or policy's query calls */
	struct range casts;       /* unit.words: the types that it casts to, as subcommand.type; of a
	                             routine: those of its parameters and its result */
	struct range bodies;      /* unit.fragments: nested SQL (a routine's body, schema elements are
	                             statements of their own) */
	uint32_t operation;       /* unit.operations: what it was lowered from; 0: SQL itself */
	struct span span;         /* what to point at: the object's name, else the statement */
};

enum subcommand_kind {
	SUB_NONE,
	SUB_ADD_COLUMN,
	SUB_DROP_COLUMN,
	SUB_ALTER_TYPE,
	SUB_SET_NOT_NULL,
	SUB_DROP_NOT_NULL,
	SUB_SET_DEFAULT,
	SUB_DROP_DEFAULT,
	SUB_ADD_IDENTITY,
	SUB_DROP_IDENTITY,
	SUB_SET_IDENTITY,
	SUB_DROP_EXPRESSION,
	SUB_ADD_CONSTRAINT,
	SUB_DROP_CONSTRAINT,
	SUB_VALIDATE_CONSTRAINT,
	SUB_INHERIT,          /* target */
	SUB_NO_INHERIT,       /* target */
	SUB_ATTACH_PARTITION, /* target: the partition */
	SUB_DETACH_PARTITION, /* target */
	SUB_LIKE,             /* target; text: the INCLUDING options, lower case, ','-joined */
	SUB_OF_TYPE,          /* target; none: NOT OF */
	SUB_ADD_VALUE,        /* enum label: name */
	SUB_RENAME_VALUE,
	SUB_OWNED_BY,         /* sequence; target: table, name: column */
	SUB_ROW_SECURITY,     /* text: enable, disable, force, no force */
	SUB_UNMODELLED,       /* nothing that the catalog keeps (storage, statistics, cluster …); with
	                         the name "*": a hole among the columns, there may be more */
	SUB_KINDS,
};

enum subcommand_flag {
	SUB_IF_EXISTS = 1,
	SUB_IF_NOT_EXISTS = 2,
	SUB_SUB_CASCADE = 4,
	SUB_NOT_NULL = 8,
	SUB_HAS_DEFAULT = 16, /* DEFAULT, serial, identity: the database fills it */
	SUB_IDENTITY = 32,
	SUB_GENERATED = 64,
	SUB_NOT_VALID = 128,
	SUB_PRIMARY_KEY_COLUMN = 256, /* column constraint; also an ADD_CONSTRAINT of its own follows */
	SUB_NOT_INHERITED = 1024, /* of a CHECK */
	SUB_DEFERRABLE = 2048,    /* of a key */
	SUB_SERIAL = 512, /* with HAS_DEFAULT: the sequence TABLE_COLUMN_seq is made and owned by it */
};

enum constraint_kind {
	CONSTRAINT_NONE,
	CONSTRAINT_PRIMARY_KEY,
	CONSTRAINT_UNIQUE,
	CONSTRAINT_CHECK,
	CONSTRAINT_FOREIGN_KEY,
	CONSTRAINT_EXCLUSION,
};

/* One part of CREATE TABLE or ALTER TABLE. The column constraints of a column definition are
 * subcommands ADD_CONSTRAINT behind its ADD_COLUMN; NOT NULL and DEFAULT are flags. */
struct subcommand {
	enum subcommand_kind kind;
	uint32_t flags; /* enum subcommand_flag */
	struct str name; /* column or constraint; empty: PostgreSQL chooses the constraint's name */
	struct str type; /* as format_type() prints it where known ("character varying(20)"), else as
	                    written; serial types are given as integer with HAS_DEFAULT */
	struct str text; /* DEFAULT or CHECK expression as written; index name of USING INDEX; of
	                    EXCLUDE: what its elements give to the name that is chosen; of a
	                    foreign key: "full ", "deferrable ", "deferred " */
	enum constraint_kind constraint;
	struct name target;         /* the referenced table, parent, partition, source; an identity
	                               column's sequence where it is named */
	struct range columns;       /* unit.words: the constraint's columns */
	struct range target_columns; /* unit.words: REFERENCES t (…); none: the primary key; of a key:
	                                INCLUDE (…); of a CHECK or a generated column: what its
	                                expression names */
	struct range calls; /* unit.names: the routines that its expression calls */
	struct range casts; /* unit.words: the types that it casts to, as .type */
	char on_delete, on_update;  /* as pg_constraint: a no action, r restrict, c cascade, n set null,
	                               d set default; 0: not a foreign key */
	struct str client_action;   /* what the client does on delete instead of the database ("CASCADE"
	                               of an ORM); empty: nothing */
	struct span span;           /* column's or constraint's name, else its first word */
};

/* What one SELECT, INSERT … uses. Level 0 is the statement; sub-selects and CTEs are scopes. */
struct query {
	struct range scopes;    /* unit.scopes; the first is the outermost */
	struct range relations; /* unit.relations */
	struct range columns;   /* unit.columns */
	struct str tag;         /* SELECT, INSERT, UPDATE, DELETE, MERGE, COPY, TRUNCATE, LOCK … */
	struct span span;
};

struct scope {
	uint32_t parent; /* unit.scopes, absolute index; 0: none */
	/* unit.relations: of the parent's entries those among them are seen (the sides of a JOIN from
	 * its ON, what stands before from LATERAL); none: all */
	struct range visible;
	/* Of queries whose columns are kept (views, CREATE TABLE AS): */
	struct range outputs; /* unit.outputs: what its SELECT or VALUES gives */
	uint32_t left, right; /* unit.scopes: a set operation's branches; it has no .outputs */
	struct range columns; /* unit.words: WITH x (…), the names that its columns get */
	/* unit.words: what a nested SELECT calls its columns, "*" and "t.*" as they stand; none: not known */
	struct range names;
};

enum output_kind {
	OUTPUT_UNKNOWN,  /* the statement does not say of what type it is */
	OUTPUT_HOLE,     /* its name is not known; there may be more */
	OUTPUT_STAR,     /* all columns of .qualifier; empty: of all in FROM */
	OUTPUT_COLUMN,   /* .qualifier, .text */
	OUTPUT_TYPE,     /* .text: by a cast, a literal, or because it can be no other */
	OUTPUT_LITERAL,  /* a string or NULL: takes the type that is wanted, else text */
	OUTPUT_FUNCTION, /* .text: its name */
	OUTPUT_OPERATOR, /* .text: = , ->> … */
	OUTPUT_CHOICE, /* CASE, COALESCE, GREATEST …: the type that its arguments have in common */
	OUTPUT_SELECT, /* .inner: the scope of a sub-select, its only column */
	OUTPUT_KINDS,
};

/* A column that a query gives, or an argument of its expression (bounded in depth and number). */
struct query_output {
	enum output_kind kind;
	struct str name; /* by PostgreSQL's syntactic rules; empty: an argument */
	struct str qualifier, text;
	uint32_t inner;         /* unit.scopes */
	struct range arguments; /* unit.outputs */
};

enum range_kind {
	RANGE_RELATION, /* a table, a view; PostgreSQL's RTE_RELATION, unresolved */
	RANGE_CTE,
	RANGE_SUBSELECT,
	RANGE_FUNCTION,
	RANGE_VALUES,
	RANGE_JOIN, /* a join that has an alias, USING or NATURAL */
};

/* One entry of a scope's range table, or the target of a statement. */
struct relation_use {
	enum range_kind kind;
	uint32_t scope; /* unit.scopes, absolute index: where its alias is visible */
	uint32_t inner; /* CTE, SUBSELECT: the scope of its body; 0 else */
	struct name name;
	struct str alias; /* empty: its name is its alias */
	uint32_t access;  /* enum access */
	bool target;      /* INSERT, UPDATE, DELETE, MERGE target */
	bool all_columns;     /* INSERT without a column list, COPY t FROM, TRUNCATE … */
	bool more_columns;    /* what it writes has columns whose names are not known */
	struct range columns; /* unit.words: the names that its alias gives to columns */
	/* JOIN with an alias, USING or NATURAL: it stands behind what it joins. */
	uint32_t left, right; /* unit.relations, absolute: from where on its sides are */
	struct range merged;  /* unit.words: USING */
	bool natural;
};

/* One column that a query names. Unqualified ones belong to whichever relation of the scope, or of
 * one around it, has such a column. */
struct column_use {
	uint32_t scope;       /* unit.scopes, absolute index */
	struct str qualifier; /* alias or relation; empty: none */
	struct str column;    /* "*": all of the qualifier's, or of the scope's; with .relation a NATURAL
	                         JOIN: those that both sides have */
	uint32_t access;      /* READ, INSERT or UPDATE */
	uint32_t relation;    /* unit.relations, absolute index: known by syntax (INSERT column list,
	                         SET target); 0: to be bound */
	struct range visible; /* unit.relations: of its scope's entries those among them are seen (the
	                         sides of a JOIN from its ON); none: all */
	bool output;          /* GROUP BY: an output column's name, unless a relation has it */
	struct span span;
};

#endif
