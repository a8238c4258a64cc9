/* The workings of `catalog`, for its own files.
 *
 * An event is applied while it is checked: whatever changes an object goes through catalog_edit(),
 * which keeps a copy, and an event that PostgreSQL would reject is taken back as a whole. So every
 * apply_* function may return false at any point, after apply_fail(). Arrays in objects are only
 * appended to or replaced, never changed in place (but for .names, which is copied). */
#ifndef CATALOG_CATALOG_P_H
#define CATALOG_CATALOG_P_H

#include "catalog/catalog.h"

/* PostgreSQL's NAMEDATALEN and MaxHeapAttributeNumber. */
#define CATALOG_NAME_BYTES 63
#define CATALOG_MAX_COLUMNS 1600

/* Names are unique within (space, schema). What belongs to a relation (columns, constraints,
 * triggers) is found through its members instead. */
enum space {
	SPACE_NONE,       /* what belongs to a relation */
	SPACE_CONSTRAINT, /* not unique: kept so that names can be chosen */
	SPACE_RELATION,   /* pg_class: indexes, sequences and composite types too */
	SPACE_TYPE,
	SPACE_ROUTINE,
	SPACE_SCHEMA,
	SPACE_ROLE,
	SPACE_EXTENSION,
	SPACE_OTHER,
};

/* The objects that ever had a name in a space, in any schema. */
struct name_list {
	VEC(uint32_t) all;  /* in the order in which they got it */
	VEC(uint32_t) live; /* those that have it now */
};

struct journal_entry {
	uint32_t object;
	struct object before;
};

/* Objects: VEC(uint32_t) under a name that functions can take. */
struct id_list {
	uint32_t *v;
	uint32_t n, cap;
};
void id_list_add_once(struct arena *a, struct id_list *l, uint32_t id);
bool id_list_has(const struct id_list *l, uint32_t id);

/* One event on its way. */
struct apply {
	struct catalog *c;
	struct session *s;
	const struct unit *u;
	const struct event *e;
	uint32_t query;
	bool maybe;
	moment at;
	struct arena *scratch;
	struct applied *out;
	VEC(struct journal_entry) journal; /* scratch */
	uint32_t first_new;                /* objects from here on are the event's own */
	struct str noted; /* the conflict that apply_assume() passed over; empty: none */
};

/* catalog.c: objects and names */
enum space catalog_space(enum object_kind kind);
enum existence catalog_existence(const struct catalog *c, uint32_t object, moment at);
/* Has OBJECT that name at the moment? An empty SCHEMA is any. */
bool catalog_named(const struct object *o, struct str schema, struct str name, moment at);
/* The object of that name, or 0; a certain one is preferred to a doubtful one. */
uint32_t catalog_find(
	const struct catalog *c, enum space space, struct str schema, struct str name, moment at);
struct name_list *catalog_names(const struct catalog *c, enum space space, struct str name);
/* The member of that kind and name, or 0. */
uint32_t catalog_member(const struct catalog *c, uint32_t relation, enum object_kind kind,
	struct str name, moment at);
uint32_t catalog_new(struct apply *ap, enum object_kind kind, uint32_t parent, struct str schema,
	struct str name);
struct object *catalog_edit(struct apply *ap, uint32_t object);
void catalog_end(struct apply *ap, uint32_t object);
void catalog_give_name(struct apply *ap, uint32_t object, struct str schema, struct str name);
/* OBJECT's existence from now on. */
void catalog_set_existence(struct apply *ap, uint32_t object, enum existence exists);
/* Gives OBJECT another schema. */
void catalog_move(struct apply *ap, uint32_t object, struct str schema);
bool catalog_depends(const struct catalog *c, uint32_t object, uint32_t on);
/* True for a function in FROM that is known to give one column, called as its alias or itself. */
bool output_is_scalar(const struct relation_use *function);
void catalog_add_depend(struct apply *ap, uint32_t object, uint32_t on);
void catalog_take_back(struct apply *ap);
/* Puts OBJECT into the lists of its open names and, of those that BEFORE has, out of all others. */
void catalog_relist(struct catalog *c, uint32_t object, const struct object *before);
struct str catalog_last_name(const struct catalog *c, uint32_t object);
struct str catalog_last_schema(const struct catalog *c, uint32_t object);

/* resolve.c */
/* What each sequence has; no objects are made for them. */
#define SEQUENCE_COLUMNS 3
struct sequence_column {
	struct str name, type;
};
extern const struct sequence_column sequence_columns[SEQUENCE_COLUMNS];
/* The havoc in that time that may have changed the columns or, with PART, the constraints of the
 * relation. A column takes its constraints along. */
moment catalog_part_havoc(
	const struct catalog *c, enum object_kind part, uint32_t relation, moment from, moment at);
/* The havoc at or after FROM and not after AT that may have made that name; 0: none. */
moment catalog_havoc(const struct catalog *c, enum space space, struct str schema, struct str name,
	moment from, moment at);
struct binding catalog_resolve_in(const struct catalog *c, const struct session *s,
	enum space space, const struct name *name, moment at);

/* session.c */
/* Entry I of the search path, "$user" replaced; false when it is to be skipped. */
bool session_entry(const struct catalog *c, const struct session *s, uint32_t i, moment at,
	struct str *schema);
bool apply_set(struct apply *ap);
bool apply_reset(struct apply *ap);
bool apply_role_set(struct apply *ap);
/* The role that is WRITTEN, CURRENT_USER and the like replaced; in the catalog's arena. */
struct str session_role(const struct apply *ap, struct str written);
struct session_setting session_current(const struct session *s);
void session_put_in_force(struct session *s, const struct session_setting *x);

/* transaction.c */
bool apply_transaction(struct apply *ap);
/* Keeps what a ROLLBACK needs to undo the event, which has just been applied. */
void transaction_note(struct apply *ap);

/* apply.c: what all kinds need */
bool apply_fail(struct apply *ap, enum apply_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* After a failure: true when it is a conflict that is noted while the event goes on. */
bool apply_assume(struct apply *ap);
void apply_touch(struct apply *ap, enum touch touch, uint32_t object, struct span span);
bool apply_flag(const struct apply *ap, enum event_flag flag);
const struct name *apply_name(const struct apply *ap, uint32_t i); /* event.names[i] */
/* "s.x", or "x" as it was written. */
struct str apply_written(struct apply *ap, const struct name *n);
/* The schema in which NAME is to be created. */
bool apply_creation_schema(
	struct apply *ap, const struct name *n, bool temporary, struct str *schema);
/* The relation NAME, or failure. With IF_EXISTS the failure is APPLY_SKIPPED. */
bool apply_find(
	struct apply *ap, enum space space, const struct name *n, bool if_exists, uint32_t *object);
bool apply_relation(struct apply *ap, const struct name *n, bool if_exists, uint32_t *object);
/* NAME is free in SCHEMA, or doubtful (then its holder is ended), or failure. */
bool apply_name_free(
	struct apply *ap, enum space space, struct str schema, struct str name, bool if_not_exists);
/* The object is of the kind that the event speaks of (RangeVarCallbackForAlterRelation). */
bool apply_fits(struct apply *ap, uint32_t object);
/* A column of the relation as the messages of ALTER TABLE want it. */
bool apply_column(struct apply *ap, uint32_t relation, struct str name, uint32_t *column);

/* name.c: names as PostgreSQL chooses them */
struct str name_make_object(struct arena *a, struct str name1, struct str name2, const char *label);
struct str name_choose_relation(struct apply *ap, struct str name1, struct str name2,
	const char *label, struct str schema, bool constraint);
struct str name_choose_constraint(
	struct apply *ap, struct str name1, struct str name2, const char *label, struct str schema);
struct str name_join_columns(struct apply *ap, const struct str *columns, uint32_t n);

/* apply_table.c */
bool apply_create_table(struct apply *ap);
bool apply_add_column(struct apply *ap, uint32_t relation, const struct subcommand *sub);
void apply_inherit_from(struct apply *ap, uint32_t relation, uint32_t parent);
/* Is CHILD a living child (INHERITS) or partition of PARENT? */
bool table_is_child(const struct catalog *c, uint32_t child, uint32_t parent);
/* The relation, then all that inherit from it, parents before children. */
void table_descendants(struct apply *ap, uint32_t relation, struct id_list *out);
uint32_t table_new_column(struct apply *ap, uint32_t relation, struct str name, struct str type);

/* apply_use.c: what expressions stand on besides relations and columns */
/* OBJECT stands on the routines and types that an expression calls and casts to. */
void apply_use(struct apply *ap, uint32_t object, struct range calls, struct range casts);
/* The column's DEFAULT or generation expression is that of SUB, or none. */
bool use_in_column(struct apply *ap, uint32_t column, const struct subcommand *sub);
void use_forget(struct apply *ap, uint32_t column);
/* COLUMN has the same expression as FROM, a column of another relation. */
void use_copy(struct apply *ap, uint32_t column, uint32_t from);

/* apply_type.c */
/* The type, as subcommand.type, is PostgreSQL's own or the user's, or may come from what is not known. */
bool type_exists(struct apply *ap, struct str type);
/* What a column of the type falls with: the user's type, else the extension. */
uint32_t type_owner(struct apply *ap, struct str type);

/* apply_check.c */
bool apply_add_check(struct apply *ap, uint32_t relation, const struct subcommand *sub);
/* INHERIT: of a parent; else it is a copy (LIKE). */
void apply_copy_check(struct apply *ap, uint32_t relation, uint32_t check, bool inherit);
/* INHERIT and ATTACH PARTITION: CHILD must have its parent's. */
bool apply_attach_checks(struct apply *ap, uint32_t parent, uint32_t child, bool partition);

/* apply_key.c: constraints and indexes */
bool apply_add_constraint(struct apply *ap, uint32_t relation, const struct subcommand *sub);
bool apply_create_index(struct apply *ap);
/* The columns that WORDS name; MESSAGE has one %.*s for one that is not there. What may be there is
 * left out. An expression ("" or no plain name) is left out too. */
bool key_find_columns(struct apply *ap, uint32_t relation, struct range words, const char *before,
	const char *after, struct id_list *out);
void key_keep_columns(struct apply *ap, uint32_t object, const struct id_list *columns);
bool key_is_free(struct apply *ap, uint32_t relation, struct str name);
uint32_t key_new_constraint(
	struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str name);
/* The index and its constraint, with all that a key brings; the constraint is returned. */
uint32_t key_make(struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str name,
	const struct id_list *columns);
bool key_primary(const struct catalog *c, uint32_t relation, uint32_t *key);
/* KIND NONE: of an index. COLUMNS: what its elements give to the name. */
struct str key_choose_index_name(
	struct apply *ap, uint32_t relation, enum constraint_kind kind, struct str columns);
/* The foreign key ID refers to TARGET, 0 KEY: not known by which key. */
void key_keep_target(struct apply *ap, uint32_t id, uint32_t target, const struct id_list *columns,
	uint32_t key);
/* The index falls with these columns, though they are no keys of it. */
void key_need(struct apply *ap, uint32_t index, const struct id_list *columns);

/* apply_partition.c: what partitions have from their parent, and LIKE INCLUDING INDEXES */
void apply_clone_keys(struct apply *ap, uint32_t relation, uint32_t parent, bool indexes_only);
/* Partitions have what their parent has; other children only that its key is NOT NULL. */
void partition_pass_on(struct apply *ap, uint32_t relation, uint32_t from);
/* ALTER INDEX parent ATTACH PARTITION index. */
bool partition_attach_index(struct apply *ap, uint32_t parent, uint32_t index);

/* apply_alter.c */
bool apply_alter(struct apply *ap);
/* OWNED BY of a sequence; without a target it is NONE. */
bool apply_owned_by(struct apply *ap, uint32_t sequence, const struct subcommand *sub);

/* apply_inherit.c */
/* INHERIT, NO INHERIT, ATTACH and DETACH PARTITION. */
bool apply_change_inheritance(struct apply *ap, uint32_t relation, const struct subcommand *sub);
/* OF: the table gets, or must have, the columns of a composite type, and follows it. */
bool apply_of_type(struct apply *ap, uint32_t relation, const struct subcommand *sub);
/* The subcommands may change the type, where tables are of it. */
bool apply_typed_tables_follow(struct apply *ap, uint32_t type);

/* apply_rename.c */
bool apply_rename(struct apply *ap);
bool apply_set_schema(struct apply *ap);
bool apply_owner(struct apply *ap);

/* apply_grant.c */
bool apply_grant(struct apply *ap);
/* A new object gets what ALTER DEFAULT PRIVILEGES says. */
void grant_defaults(struct apply *ap, uint32_t object);
/* What was granted to who is the owner now is nothing any more beside that. */
void grant_lose_owner(struct apply *ap, uint32_t object);
/* DROP OWNED: what the role was granted is taken away. */
void grant_drop_owned(struct apply *ap, struct str role);

/* apply_drop.c */
bool apply_drop(struct apply *ap);
/* OBJECTS fall, and what depends on them: with CASCADE, else they must be free of dependents. */
bool apply_fall(struct apply *ap, const uint32_t *objects, uint32_t n, bool cascade);

/* output.c: the columns of a stored query */
struct output_column {
	struct str name, type; /* type: empty when it is not known */
};
struct outputs {
	VEC(struct output_column) list;
	bool unknown; /* there may be more */
};
/* False: more columns are named than there are. */
bool outputs_find(struct apply *ap, const struct bound_query *bound, struct outputs *out);
/* Appends the columns that a relation has; 0: one that is not known. */
void outputs_of_relation(struct apply *ap, uint32_t relation, struct outputs *out);

/* type.c: types of expressions; empty: not known */
extern const struct str type_literal; /* a string constant before it is settled */
struct str type_settled(struct str type);
struct str type_if_known(struct str type);
/* The type that both are cast to, where that is plain. */
struct str type_common(struct arena *a, struct str x, struct str y);
/* True where no foreign key of type FROM can refer to a key of type TO. */
bool type_never_equal(struct arena *a, struct str from, struct str to);
/* PostgreSQL has a function of that name, of which the type is known here. */
bool type_is_of_function(struct str name);
/* By the types of the first two arguments. */
struct str type_of_function(struct arena *a, struct str name, const struct str *types, uint32_t n);
struct str type_of_operator(struct arena *a, struct str op, const struct str *types, uint32_t n);

/* apply_view.c */
bool apply_create_as(struct apply *ap);
/* OBJECT stands on the relations and columns that the event's query reads. */
void view_depend_on_query(struct apply *ap, uint32_t object, const struct bound_query *bound);

/* apply_routine.c */
bool apply_create_routine(struct apply *ap);
/* The routine NAME with the arguments that the event's word I says. */
bool routine_find(
	struct apply *ap, const struct name *n, uint32_t i, bool if_exists, uint32_t *routine);
/* No routine of the same arguments has the name there, or failure. */
bool routine_is_free(struct apply *ap, uint32_t routine, struct str schema, struct str name);
/* "integer, text" */
struct str routine_arguments(struct arena *a, struct str signature);

/* apply_other.c */
bool apply_create_schema(struct apply *ap);
bool apply_create_sequence(struct apply *ap);
bool apply_create_type(struct apply *ap);
bool apply_create_attached(struct apply *ap);
bool apply_create_extension(struct apply *ap);
bool apply_create_global(struct apply *ap);
bool apply_havoc(struct apply *ap);
bool apply_reassign_owned(struct apply *ap);
/* NAMED: where the name is not chosen; else it is empty. */
uint32_t apply_own_sequence(
	struct apply *ap, uint32_t relation, uint32_t column, const struct name *named);
struct str apply_type_renamed(struct apply *ap, struct str type, struct str name);
/* The user's type that TYPE names, 0: built in or not known. */
uint32_t apply_type_of(struct apply *ap, struct str type);

#endif
