/* What the files about DDL share: one function a node kind, in a table in ddl.c. */
#ifndef SQL_DDL_P_H
#define SQL_DDL_P_H

#include "reader_p.h"

typedef void ddl_fn(struct reader *r, const PgQuery__Node *node);

/* An event about an object. */
struct event ddl_event(enum event_kind kind, enum object_kind object_kind, struct name object);
/* Adds the statement of one event without a query. */
void ddl_add(struct reader *r, struct event *event);
/* The statement with its command tag, of which nothing is kept; OBJECT may be zeroed. */
void ddl_unmodelled(struct reader *r, const char *tag, struct name object);
enum object_kind ddl_object_kind(PgQuery__ObjectType type);
/* PostgreSQL's word, "publication", "collation" …: for OBJECT_OTHER. */
const char *ddl_object_word(PgQuery__ObjectType type);
uint32_t ddl_cascade(PgQuery__DropBehavior behavior);
/* The name as a run of unit.names. */
struct range ddl_one_name(struct reader *r, struct name n);
/* Appends a subcommand to the event's; the address is good until the next one. */
struct subcommand *ddl_sub(struct reader *r, struct event *e, enum subcommand_kind kind);
/* The source text of an expression that begins at or behind the cursor: up to the comma, the
 * closing parenthesis or one of the words that end it. */
struct str ddl_expression(struct reader *r);
/* NULL, perhaps with a cast: PostgreSQL keeps no such default (catalog/heap.c). */
bool ddl_is_null(struct str expression);

/* ddl_table.c */
void ddl_column(struct reader *r, struct event *e, const PgQuery__ColumnDef *column);
/* COLUMN: the column in whose definition the constraint stands, or NULL. */
void ddl_constraint(
	struct reader *r, struct event *e, const PgQuery__Constraint *c, const struct word *column);
/* The name that an identity column's sequence is given, empty: none. */
struct name ddl_sequence_name(struct reader *r, const PgQuery__Node *def);
void ddl_table_elements(struct reader *r, struct event *e, PgQuery__Node **list, size_t n);
ddl_fn ddl_create_table, ddl_create_foreign_table, ddl_create_table_as, ddl_view;

/* ddl_alter.c */
ddl_fn ddl_alter_table, ddl_rename, ddl_set_schema, ddl_owner, ddl_drop, ddl_alter_domain,
	ddl_alter_enum, ddl_alter_sequence;

/* ddl_publication.c */
ddl_fn ddl_publication;

/* ddl_object.c */
ddl_fn ddl_schema, ddl_index, ddl_sequence, ddl_function, ddl_trigger, ddl_enum, ddl_composite,
	ddl_range, ddl_domain, ddl_define, ddl_extension, ddl_policy, ddl_alter_policy, ddl_rule,
	ddl_do, ddl_alter_function, ddl_call, ddl_comment, ddl_database, ddl_drop_database, ddl_import, ddl_refresh;

/* The OWNED BY among the options of a sequence. */
void ddl_owned_by(struct reader *r, struct event *e, PgQuery__Node **options, size_t n);

/* ddl_role.c */
ddl_fn ddl_role, ddl_drop_role, ddl_alter_role, ddl_grant, ddl_grant_role, ddl_default_privileges,
	ddl_set, ddl_alter_role_set, ddl_alter_database_set, ddl_transaction, ddl_drop_owned,
	ddl_reassign_owned, ddl_discard, ddl_execute;
/* SELECT set_config('search_path', …): true when it was one. */
bool ddl_set_config(struct reader *r, const PgQuery__FuncCall *call);

#endif
