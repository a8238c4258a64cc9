/* What the files about queries share. */
#ifndef SQL_DML_P_H
#define SQL_DML_P_H

#include "base/vec.h"
#include "reader_p.h"

/* A CTE that is visible, the innermost first. */
struct cte {
	const struct cte *next;
	struct str name;
	uint32_t inner; /* unit.scopes */
};

/* A sub-select in an expression and its scope. */
struct sub_link {
	const PgQuery__SubLink *link;
	uint32_t scope; /* unit.scopes */
};

/* The query that is being made: its tables grow at the unit's ends. */
struct query_reader {
	struct reader *r;
	struct unit *u;
	uint32_t first_scope;
	VEC(uint32_t) targets; /* by scope - first_scope: unit.relations, the scope's target; 0 */
	bool outputs;          /* its columns are kept */
	VEC(struct sub_link) links;
	uint32_t first_link; /* links: of the SELECT that is being read */
};

/* Where an expression stands. */
struct env {
	uint32_t scope;
	const struct cte *ctes;
	struct range visible; /* unit.relations: which entries of the scope it sees; none: all */
};

/* A scope in OUTER. */
uint32_t dml_scope(struct query_reader *q, const struct env *outer);
/* A SELECT, INSERT, UPDATE, DELETE or MERGE in OUTER; returns its scope. */
uint32_t dml_nested(struct query_reader *q, const PgQuery__Node *node, const struct env *outer);
uint32_t dml_select(struct query_reader *q, const PgQuery__SelectStmt *s, const struct env *outer);
/* Adds a relation of the scope, a CTE where one of that name is visible; its index. */
uint32_t dml_relation(
	struct query_reader *q, const struct env *env, const PgQuery__RangeVar *v, uint32_t access);
/* A relation that is written: never a CTE. */
uint32_t dml_target(
	struct query_reader *q, const struct env *env, const PgQuery__RangeVar *v, uint32_t access);

/* dml_output.c */
/* The columns that the SELECT or VALUES gives, which has been read as SCOPE. */
void dml_outputs(struct query_reader *q, uint32_t scope, const PgQuery__SelectStmt *s);
/* What a column of a SELECT is called; "*" and "t.*" as they stand. */
struct str dml_output_name(struct reader *r, const PgQuery__ResTarget *t);
/* A list of names as unit.words without places. */
struct range dml_words(struct query_reader *q, PgQuery__Node **list, size_t n);

/* dml_expr.c */
/* Reads all columns and sub-selects in a node of any kind. */
void dml_expr(struct query_reader *q, const struct env *env, const PgQuery__Node *node);
void dml_exprs(struct query_reader *q, const struct env *env, PgQuery__Node **list, size_t n);
void dml_from(struct query_reader *q, const struct env *env, const PgQuery__Node *node);
/* A column of a relation that syntax tells, at the token at or behind LOCATION (-1: searched). */
void dml_column(struct query_reader *q, const struct env *env, const char *name, uint32_t relation,
	uint32_t access, int32_t location);

#endif
