/* Private to lower/rails. */
#ifndef LOWER_RAILS_P_H
#define LOWER_RAILS_P_H

#include "lower/rails.h"

/* An index that was made by its columns. */
struct rails_index {
	struct str table, name;
	struct str columns; /* ','-joined */
};

struct rails_key {
	struct str table, to, column, name;
};

struct rails_table {
	struct str name, key; /* its serial primary key, else empty */
};

struct rails {
	struct lower l;
	uint32_t version; /* of the migration's class: 701 for 7.1 */
	bool soft;        /* under a test whether something exists */
	bool lasting;     /* … up to the migration's end */
	bool reverts;     /* what is done is undone */
	VEC(struct rails_index) indexes;
	VEC(struct rails_key) keys;
	VEC(struct rails_table) tables;
};

/* One call: of the migration, or of what create_table and change_table give to their blocks. */
struct rails_call {
	struct rails *r;
	uint32_t call;
	uint32_t table; /* value: its name; 0: .name */
	struct str name;
	uint32_t skip; /* positional arguments before its own */
};

/* --- arguments (name.c) --- */
/* The I-th argument behind the table. */
uint32_t rails_arg(const struct rails_call *c, uint32_t i);
/* The option KEY of a CALL, or of the MAP that another option is; 0: not given. */
uint32_t rails_option(const struct unit *u, uint32_t options, const char *key);
bool rails_is(const struct unit *u, uint32_t options, const char *key); /* it is true */
/* A value that is there and not nil or false. */
bool rails_given(const struct unit *u, uint32_t value);
/* The text of the table's name; empty when it is not known. */
struct str rails_table_name(const struct rails_call *c);
/* The elements of a LIST, or the value alone: number I; 0: no more. */
uint32_t rails_element(const struct unit *u, uint32_t list, uint32_t i);
/* The known texts of a list, joined; empty when one is not known. */
struct str rails_joined(struct rails *r, uint32_t list, const char *between);

/* --- names (name.c, inflect.c) --- */
/* PREFIX and the first ten hex digits of the SHA-256 of TEXT. */
struct str rails_hashed(struct arena *a, const char *prefix, struct str text);
struct str rails_plural(struct arena *a, struct str word);
struct str rails_singular(struct arena *a, struct str word);

/* --- pieces of text (name.c) --- */
/* "schema"."table" */
void rails_add_table(struct rails *r, uint32_t value);
void rails_add_own_table(const struct rails_call *c);
void rails_add_table_text(struct rails *r, struct str name);
/* "nameSUFFIX" */
void rails_add_name(struct rails *r, uint32_t value, const char *suffix);
void rails_begin_alter(const struct rails_call *c);
/* IF EXISTS where the options, or a test around, say so. */
void rails_add_if_exists(const struct rails_call *c);
void rails_add_if_not_exists(const struct rails_call *c);
/* Ends a text that knows no IF EXISTS: under a test whether something exists it is a maybe. */
void rails_run(const struct rails_call *c);

/* --- columns (type.c, column.c) --- */
bool rails_is_type(struct str type);
struct rails_column {
	uint32_t name;      /* value */
	const char *suffix; /* behind the name */
	struct str type;
	uint32_t type_value; /* where .type is not known: the value that says it */
	uint32_t options;    /* CALL or MAP; 0: none */
	int precision;       /* where none is given; -1: none */
	bool not_null;       /* where `null` is not given */
	bool primary;
};
/* TYPE(limit) … */
void rails_add_type(struct rails *r, const struct rails_column *column);
/* "name" TYPE DEFAULT … NOT NULL */
void rails_add_column(struct rails *r, const struct rails_column *column);
void rails_add_default(struct rails *r, uint32_t value);
/* The columns of created_at and updated_at: number I. */
struct rails_column rails_timestamp(struct rails *r, uint32_t options, uint32_t i);
/* The column that `type` or `column` says, for name number I; false: no more. */
bool rails_column_of(
	const struct rails_call *c, struct str method, uint32_t i, struct rails_column *out);
void rails_column_added(const struct rails_call *c, const struct rails_column *column);
void rails_add_columns(const struct rails_call *c);
void rails_typed_columns(const struct rails_call *c, struct str method);
void rails_columns_removed(const struct rails_call *c);
void rails_column_changed(const struct rails_call *c);
void rails_default_changed(const struct rails_call *c);
void rails_null_changed(const struct rails_call *c);
void rails_column_renamed(const struct rails_call *c);
void rails_timestamps_added(const struct rails_call *c);
void rails_timestamps_removed(const struct rails_call *c);

/* --- of gems (helper.c) --- */
/* The columns of the attachments that a call names: number I; false: no more. */
bool rails_attachment_column(const struct rails_call *c, uint32_t i, struct rails_column *out);
void rails_attachments_added(const struct rails_call *c);
void rails_attachments_removed(const struct rails_call *c);
void rails_column_with_default(const struct rails_call *c);

/* --- references (reference.c) --- */
/* The columns of reference NAME: number I; false: no more. */
bool rails_reference_column(
	const struct rails_call *c, uint32_t name, uint32_t i, struct rails_column *out);
void rails_reference_index(const struct rails_call *c, uint32_t name);
/* , CONSTRAINT … FOREIGN KEY … of a reference, behind SEPARATOR; nothing when it has none. */
bool rails_add_reference_key(const struct rails_call *c, uint32_t name, const char *separator);
void rails_reference_added(const struct rails_call *c);
void rails_reference_removed(const struct rails_call *c);

/* --- indexes (index.c) --- */
/* CREATE INDEX over COLUMNS with OPTIONS; NAME: where they say none; empty: by its columns. */
void rails_index(const struct rails_call *c, uint32_t columns, uint32_t options, struct str name);
struct str rails_index_name(struct rails *r, struct str table, struct str columns);
/* Over one column that is computed. */
void rails_index_of(
	const struct rails_call *c, struct str columns, uint32_t options, struct str name);
void rails_index_added(const struct rails_call *c);
void rails_index_removed(const struct rails_call *c);
void rails_index_renamed(const struct rails_call *c);
void rails_indexes_follow_table(const struct rails_call *c, struct str to);
void rails_indexes_follow_column(const struct rails_call *c, struct str from, struct str to);
void rails_forget_table(struct rails *r, struct str table);
void rails_forget_column(struct rails *r, struct str table, struct str column);

/* --- constraints (key.c) --- */
/* CONSTRAINT name FOREIGN KEY (COLUMN) REFERENCES TO …; COLUMN empty: by the options, else by TO. */
void rails_add_key(const struct rails_call *c, struct str column, uint32_t to, struct str to_text,
	uint32_t options);
void rails_key_added(const struct rails_call *c);
void rails_key_removed(const struct rails_call *c);
void rails_add_check(const struct rails_call *c);
void rails_check_added(const struct rails_call *c);
void rails_check_removed(const struct rails_call *c);
void rails_unique_added(const struct rails_call *c);
void rails_unique_removed(const struct rails_call *c);

/* --- tables (table.c) --- */
void rails_table_created(const struct rails_call *c);
void rails_join_table_created(const struct rails_call *c);
void rails_join_table_dropped(const struct rails_call *c);
/* The name that two tables' join table has. */
struct str rails_join_name(const struct rails_call *c);
void rails_table_changed(const struct rails_call *c);
void rails_table_dropped(const struct rails_call *c);
void rails_table_renamed(const struct rails_call *c);
/* The block that a call takes, evaluated: 0: none. */
uint32_t rails_block(const struct unit *u, uint32_t call);

/* --- the rest (other.c, guard.c, rails.c) --- */
void rails_execute(const struct rails_call *c);
void rails_extension_enabled(const struct rails_call *c);
void rails_extension_disabled(const struct rails_call *c);
void rails_enum_created(const struct rails_call *c);
void rails_enum_dropped(const struct rails_call *c);
void rails_enum_renamed(const struct rails_call *c);
void rails_enum_value_added(const struct rails_call *c);
void rails_enum_value_renamed(const struct rails_call *c);
void rails_schema_created(const struct rails_call *c);
void rails_schema_dropped(const struct rails_call *c);
/* The test asks whether something exists. */
bool rails_asks_existence(const struct unit *u, uint32_t test);
/* 1, 0: the test is true or false on PostgreSQL; -1: it is about something else. */
int rails_dialect(const struct unit *u, uint32_t test);
void rails_unknown(const struct rails_call *c, struct str name);
/* Runs one call of the block of change_table. */
void rails_run_table_call(const struct rails_call *c);
/* The name of a call's method, and whether it is called on NAME of the block's parameter or on nothing. */
struct str rails_method(const struct unit *u, uint32_t call);

#endif
