/* Private to lower/django: the state of models, the closed values, the making of events. */
#ifndef LOWER_DJANGO_P_H
#define LOWER_DJANGO_P_H

#include "lower/django.h"

/* A model as it is referred to. */
struct model_name {
	struct str app, name; /* name in lower case, as Django's state keys it */
};

enum field_relation {
	RELATION_NONE,
	RELATION_FOREIGN_KEY, /* ForeignKey and OneToOneField */
	RELATION_MANY_TO_MANY,
};

struct field {
	struct str name;
	struct str class_name; /* the last component of its class: "CharField" */
	struct str type;       /* as format_type(); of a foreign key: of its target, when asked */
	struct str db_column;  /* given; empty: computed */
	struct str db_table;   /* given, of a many-to-many */
	bool null, unique, primary_key, serial, has_default;
	enum field_relation relation;
	struct model_name to;
	struct str to_field;   /* empty: the primary key */
	struct str on_delete;  /* "CASCADE"; empty: none */
	bool no_constraint;    /* db_constraint=False */
	bool through;          /* a many-to-many with a model of its own: no table */
	struct str constraint; /* our name of the foreign key in the database; empty: none */
	struct span span;
};

struct model_constraint {
	struct str name;
	bool index; /* a partial unique constraint is an index */
};

struct model {
	struct str app, name; /* name as written */
	struct str db_table;  /* given; empty: computed */
	bool unmanaged, proxy;
	bool gone;
	VEC(struct field) fields;
	VEC(struct model_constraint) constraints;
	VEC(struct str) together; /* our names of unique_together's constraints */
};

struct state {
	VEC(struct model) models;
};

/* A foreign key that CreateModel leaves to the end of the migration. */
struct deferred {
	struct model_name model;
	struct str field;
	uint32_t operation;
};

/* What an operation needs at hand. */
struct lowering {
	struct arena *a;
	const struct django_settings *settings;
	struct django_result *out;
	struct django_step *step;
	const struct django_migration *migration;
	const struct unit *u; /* migration->closed */
	struct state *state;
	bool silent;        /* only the state changes: no events */
	uint32_t operation; /* out->unit.operations */
	VEC(struct deferred) deferred;
};

/* --- closed values (value.c) --- */
/* The last component of the callee of a CALL, or of a REFERENCE. */
struct str django_callee(const struct unit *u, uint32_t value);
/* The argument of a CALL: by keyword, else the POSITION-th positional one (UINT32_MAX: none). 0: not
 * given. */
uint32_t django_argument(
	const struct unit *u, uint32_t call, const char *keyword, uint32_t position);
/* Its string; empty when it is no string. */
struct str django_string(const struct unit *u, uint32_t value);
bool django_true(const struct unit *u, uint32_t value);
bool django_false(const struct unit *u, uint32_t value);
/* The value of KEY in a MAP, 0: none. */
uint32_t django_entry(const struct unit *u, uint32_t map, const char *key);
/* The value assigned to NAME in a CLASS's body, 0: none. */
uint32_t django_member(const struct unit *u, uint32_t class, const char *name);

/* --- names (name.c) --- */
struct str django_table(struct arena *a, const struct model *m);
struct str django_column(struct arena *a, const struct field *f);
struct str django_through_table(struct arena *a, const struct model *m, const struct field *f);
/* The columns of an automatic many-to-many table: from the model, to the target. */
struct str django_through_column(
	struct arena *a, const struct model *m, const struct field *f, bool to);
/* The table of a model that no migration here makes. */
struct str django_foreign_table(struct arena *a, const struct model_name *n);
/* Cut to PostgreSQL's 63 bytes. */
struct str django_identifier(struct arena *a, struct str name);

/* The four digits that Django ends a shortened name with (digest.c). */
struct str django_digest(struct arena *a, struct str text);

/* --- state (state.c) --- */
struct model *django_find_model(const struct state *s, struct str app, struct str name);
struct model *django_find(const struct state *s, const struct model_name *n);
struct field *django_find_field(struct model *m, struct str name);
const struct field *django_primary_key(const struct model *m);
void django_copy_state(struct arena *a, struct state *to, const struct state *from);
void django_remove_field(struct model *m, struct str name);

/* --- fields (field.c) --- */
/* Reads the CALL of a field class, of a field of M. */
struct field django_read_field(
	struct lowering *l, const struct model *m, struct str name, uint32_t call);
/* The model that a reference (`to=`) means. */
struct model_name django_read_model(struct lowering *l, uint32_t value, struct str app);
/* The column's type: of a foreign key that of the column it refers to. "unknown" when not known. */
struct str django_field_type(const struct lowering *l, const struct field *f);
/* The implicit `id` of a model, or of an automatic many-to-many table. */
struct field django_auto_field(const struct lowering *l);

/* --- events (emit.c) --- */
/* Begins an event over a table; its subcommands follow with django_sub(), django_emit_end() makes its
 * statement. */
struct event *django_emit(struct lowering *l, enum event_kind kind, enum object_kind object,
	struct str table, struct span span);
struct subcommand *django_sub(
	struct lowering *l, enum subcommand_kind kind, struct str name, struct span span);
void django_emit_end(struct lowering *l);
void django_word(struct lowering *l, struct range *range, struct str text);
void django_attribute(struct lowering *l, const char *key, struct str value);
/* ADD_COLUMN with what belongs to the column. */
void django_sub_column(struct lowering *l, struct field *f);
/* ADD_CONSTRAINT of a foreign key; nothing when the field has none in the database. */
void django_sub_foreign_key(struct lowering *l, const struct model *m, struct field *f);
void django_rename_table(struct lowering *l, struct str from, struct str to, struct span span);
void django_rename_column(
	struct lowering *l, struct str table, struct str from, struct str to, struct span span);
void django_drop_table(struct lowering *l, struct str table, struct span span);
/* The automatic table of a many-to-many field. */
void django_create_through(struct lowering *l, const struct model *m, const struct field *f);
/* True when the model has a table that migrations look after. */
bool django_has_table(const struct model *m);

/* --- operations (operation.c, alter.c) --- */
void django_operate(struct lowering *l, uint32_t call);
void django_operate_list(struct lowering *l, uint32_t list);
void django_flush_deferred(struct lowering *l);
void django_alter_field(struct lowering *l, uint32_t call);
void django_rename_model(struct lowering *l, uint32_t call);
void django_rename_field(struct lowering *l, uint32_t call);
void django_alter_model_table(struct lowering *l, uint32_t call);

#endif
