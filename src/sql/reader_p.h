/* What the files of this layer share: the reader of one fragment, the statement that it is at, and
 * the way from a byte of the text that PostgreSQL parsed back to the source.
 *
 * A text may be derived from another one several times: a slice of the fragment, with its holes
 * and placeholders replaced, holds a string that is a routine's body, of which a slice … Each
 * derivation is a layer; a position goes outwards through them. */
#ifndef SQL_READER_P_H
#define SQL_READER_P_H

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include "base/map.h"
#include "lex_p.h"
#include "sql/sql.h"

/* Bytes at .. at + length of a derived text stand for old_at .. old_at + old_length of the text
 * that it was derived from; between patches bytes are the same. Sorted. */
struct patch {
	uint32_t at, length;
	uint32_t old_at, old_length;
};

struct layer {
	const struct layer *outer; /* NULL: the fragment's text */
	const struct patch *patches;
	uint32_t n_patches;
	uint32_t base; /* added after the patches: where the slice begins in the outer text */
};

/* What a guard does to the statements under it. */
struct guard {
	bool maybe;      /* not interpreted: they may or may not run */
	bool applicable; /* looks at the catalog: they run where they can */
	struct str text; /* the reason, when .maybe */
};

struct reader {
	struct unit *u;
	const struct sql_input *input;
	struct arena *scratch;
	struct arena tree;      /* of the statement's parse tree */
	uint32_t fragment;      /* unit.fragments */
	uint32_t depth;         /* of bodies in bodies */
	const struct map *vars; /* of PL/pgSQL: names that are no columns; NULL outside */
	struct guard guard;
	bool dynamic; /* text of an EXECUTE that is not wholly known */
	/* the statement */
	struct str sql;     /* as it was parsed */
	struct layer layer; /* from .sql outwards */
	const struct token *tokens;
	uint32_t n_tokens;
	uint32_t cursor; /* tokens: where the search for names goes on */
	bool hole;       /* a name with a hole in it was met */
	uint32_t parsed, failed,
		named; /* statements so far: that parse, do not, name a relation or DDL */
	bool dialect, piece;
	VEC(struct name) calls;   /* scratch: the routines that expressions called */
	VEC(struct str) casts;    /* scratch: the types that they cast to */
	bool expanded;            /* a statement with {{name}} did not parse */
	VEC(struct str) prepared; /* the names that PREPARE gave */
};

#define BODY_DEPTH 16
#define STATEMENT_BYTES (1u << 20)
#define OPERATOR_RUN 4096

/* place.c: positions. */

/* The span of bytes FROM .. TO of the statement's text in the source. */
struct span place_span(const struct reader *r, uint32_t from, uint32_t to);
/* The same for a text with the layer L. */
struct span place_layer(const struct reader *r, const struct layer *l, uint32_t from, uint32_t to);
struct span place_token(const struct reader *r, uint32_t token);
/* The whole statement. */
struct span place_statement(const struct reader *r);
/* The token at or behind a byte of the statement. */
uint32_t place_at(const struct reader *r, int32_t location);
/* Moves the cursor to the token at LOCATION. */
void place_seek(struct reader *r, int32_t location);
/* The next token, from the cursor on, that reads as NAME, and moves behind it; UINT32_MAX when
 * there is none. */
uint32_t place_find(struct reader *r, struct str name);

/* name.c: names. All strings are copied into the unit; a hole in them becomes '*'. */

struct str name_text(struct reader *r, const char *c);
struct name name_range(struct reader *r, const PgQuery__RangeVar *v);
/* A list of String nodes (database, schema, name), searched from the cursor on. */
struct name name_list(struct reader *r, PgQuery__Node **parts, size_t n);
struct name name_single(struct reader *r, const char *c);
/* Whatever a DROP, ALTER, COMMENT … names: List, String, TypeName, ObjectWithArgs, RangeVar. */
struct name name_object(struct reader *r, const PgQuery__Node *node);
/* A plain identifier searched from the cursor on. */
struct word name_word(struct reader *r, const char *c);
/* The list of String nodes as a run of unit.words. */
struct range name_words(struct reader *r, PgQuery__Node **list, size_t n);
/* The role, or public, current_user … */
struct str name_role(struct reader *r, const PgQuery__RoleSpec *role);
struct range name_roles(struct reader *r, PgQuery__Node **list, size_t n);
const char *name_string(const PgQuery__Node *node);

/* type.c */
struct str type_format(struct reader *r, const PgQuery__TypeName *t, bool *serial);
/* The types of the input arguments, ','-joined; "*": one is not known. LIST: parameters or types. */
struct str type_signature(struct reader *r, PgQuery__Node **list, size_t n);
/* Adds it to the event's words. */
void type_add_signature(struct reader *r, struct event *e, struct str signature);
/* The arguments of a routine that NODE names, to the words of an event about routines. */
void type_add_arguments(struct reader *r, struct event *e, const PgQuery__Node *node);

/* parse.c: libpg_query. */

struct parsed {
	PgQuery__Node *node;       /* the statement; NULL: it does not parse */
	struct str error;          /* PostgreSQL's message, in the scratch arena */
	uint32_t error_at;         /* byte of the text */
	enum blind_reason refused; /* BLIND_NONE: it was tried */
};
struct parsed parse_statement(struct reader *r, struct str sql);
/* True when the text is too long, too deep, or holds a NUL. */
enum blind_reason parse_refuse(
	struct reader *r, struct str sql, const struct token *tokens, uint32_t n);

/* placeholder.c */
/* Holes of the input's pieces replaced by marks, with the patches that say where. */
struct str placeholder_mark_holes(const struct sql_input *in, struct arena *a, struct layer *layer);
/* Sets r->sql, r->layer and the tokens to what parses, TEXT with its placeholders and marks replaced
 * where it does not parse as it is; OUTER maps TEXT outwards. */
struct parsed placeholder_parse(
	struct reader *r, struct str text, const struct layer *outer, uint32_t base);

/* newer.c */
/* What PostgreSQL 16 to 18 write otherwise, in the words of the grammar: *TEXT becomes that, and the
 * layer's patches say where; *LOST: what of it then is not read, NULL: nothing. False when there is nothing
 * of the kind. */
bool newer_rewrite(
	struct reader *r, struct str *text, struct layer *layer, const char **lost);

/* ddl.c, dml.c: statements. */
void statement_read(struct reader *r, const PgQuery__Node *node);
/* Adds the statement with its event and query (0: none). */
void statement_add(struct reader *r, struct event *event, uint32_t query);
/* Reads a SELECT, INSERT … into a query of the unit; 0: it is none of these. */
uint32_t dml_read(struct reader *r, const PgQuery__Node *node, const char *tag);
/* The same for a query whose columns are kept: of a view, of CREATE TABLE AS. */
uint32_t dml_read_stored(struct reader *r, const PgQuery__Node *node);
/* The columns that an expression names, as unit.words. */
struct range dml_expression_columns(struct reader *r, PgQuery__Node **list, size_t n);
/* What the expressions called and cast to since the mark, kept in the unit. */
struct used_mark {
	uint32_t calls, casts;
};
struct used_mark dml_used_mark(const struct reader *r);
void dml_used(struct reader *r, struct used_mark since, struct range *calls, struct range *casts);
/* What an index calls its elements, "_"-joined: expressions by the same rules, else "expr". */
struct str dml_index_names(struct reader *r, PgQuery__Node **elements, size_t n);
/* The names of the columns that a SELECT makes, as unit.words: by PostgreSQL's syntactic rules; "*"
 * and "t.*" stand as they are. */
struct range dml_output_names(struct reader *r, const PgQuery__Node *node);
bool dml_statement(struct reader *r, const PgQuery__Node *node);

/* body.c: bodies of routines. */
/* Reads the string token (its content) as the body of what was added last. */
struct range body_read(
	struct reader *r, uint32_t token, bool plpgsql, PgQuery__Node **params, size_t n_params);
/* The columns of NEW and OLD that the body of a trigger's function names, as words: it stands in TOKEN. */
struct range body_row_columns(struct reader *r, uint32_t token);

/* mark.c: our own comments, into unit.marks with their reach. */
void mark_read(struct unit *u, const struct sql_input *input, struct arena *scratch);

/* sql.c: reads all statements of a text, which the layer maps outwards. */
void reader_run(struct reader *r, struct str text, const struct layer *layer);
/* Whether the statement is of a file with holes for a tool to fill: that it is a template is said
 * once, for the file. */
bool reader_is_template(const struct reader *r);
/* Reads one statement. */
void reader_statement(struct reader *r, struct str text, const struct layer *outer, uint32_t base);

#endif
