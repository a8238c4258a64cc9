/* Private to lower/django: the state of models, the closed values, the making of events. */
#ifndef LOWER_DJANGO_P_H
#define LOWER_DJANGO_P_H

#include "lower/django.h"
#include "lower/lower.h"

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
	bool db_index;
	bool check; /* PositiveIntegerField and its like check that they are */
	enum field_relation relation;
	struct model_name to;
	struct str to_field;  /* empty: the primary key */
	struct str on_delete; /* "CASCADE"; empty: none */
	bool no_constraint;   /* db_constraint=False */
	bool hidden;          /* related_name="+": the target does not know of it */
	bool through;         /* a many-to-many with a model of its own: no table */
	/* What the database has for it, by name; empty: nothing. The names stay when tables and
	 * columns are renamed. */
	struct str constraint; /* the foreign key */
	struct str key;        /* UNIQUE or PRIMARY KEY */
	struct str index, like_index, check_name;
	struct model *automatic; /* a many-to-many's table, as the model that Django makes */
	/* The operations whose foreign key and indexes come at the migration's end, 0: none. */
	uint32_t pending, pending_index;
	struct span span;
};

struct model_constraint {
	struct str name;
	bool index; /* a partial unique constraint is an index */
};

/* One tuple of unique_together or index_together. */
struct together {
	bool unique;
	VEC(struct str) fields;
	struct str name;  /* in the database */
	uint32_t pending; /* as a field's */
	struct span span;
};

struct model {
	struct str app, name;   /* name as written */
	struct str db_table;    /* given; empty: computed */
	struct model_name base; /* of a proxy: whose table it shows */
	bool unmanaged, proxy;
	bool swapped; /* another model is AUTH_USER_MODEL in its place: it has no table */
	bool gone;
	VEC(struct field) fields;
	VEC(struct model_constraint) constraints;
	VEC(struct together) together;
};

struct state {
	VEC(struct model) models;
};

/* What an operation needs at hand. */
struct lowering {
	struct lower b; /* .silent: only the state changes */
	const struct django_settings *settings;
	struct django_result *out;
	const struct lower_migration *migration;
	struct state *state;
	uint32_t depth;          /* of operations in operations */
	VEC(struct str) doubted; /* tables that code may have made */
	VEC(uint32_t) deferred;  /* state->models: those with foreign keys that are pending */
};

/* --- names (name.c) --- */
struct str django_table(struct arena *a, const struct model *m);
struct str django_column(struct arena *a, const struct field *f);
struct str django_through_table(struct arena *a, const struct model *m, const struct field *f);
/* The table of a model that no migration here makes. */
struct str django_foreign_table(struct arena *a, const struct model_name *n);
/* Cut to PostgreSQL's 63 bytes. */
struct str django_identifier(struct arena *a, struct str name);

/* _create_index_name(): "TABLE_COLUMNS_DIGEST" and the suffix, shortened to fit. */
struct str django_index_name(struct arena *a, struct str table, const struct str *columns,
	uint32_t n, struct str suffix);
/* lower_chosen_name() of a table by the name that Django has for it. */
struct str django_chosen_name(
	struct arena *a, struct str table, struct str column, const char *label);

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
/* lower_event() over a table by the name that Django has for it. */
struct event *django_emit(struct lowering *l, enum event_kind kind, enum object_kind object,
	struct str table, struct span span);
/* A table's name may carry its schema: db_table = 'schema"."table'. */
struct name django_table_name(struct str table, struct span span);
void django_rename_table(struct lowering *l, struct str from, struct str to, struct span span);
void django_rename_column(
	struct lowering *l, struct str table, struct str from, struct str to, struct span span);
void django_drop_table(struct lowering *l, struct str table, struct span span);
void django_drop_index(struct lowering *l, struct str name, struct span span);
/* CREATE INDEX over COLUMNS of the unit; returns its name. */
void django_create_index(struct lowering *l, const struct model *m, struct str name,
	struct range columns, bool unique, struct span span);
/* lower_havoc() over TABLE, or over the app's tables when it is empty. */
void django_havoc(struct lowering *l, uint32_t value, struct str table, struct str what);

/* --- tables (table.c) --- */
/* ADD_COLUMN with what belongs to the column. */
void django_sub_column(struct lowering *l, const struct model *m, struct field *f);
/* The name that the foreign key of F would get. */
struct str django_foreign_key_name(
	const struct lowering *l, const struct model *m, const struct field *f, bool short_suffix);
/* ADD_CONSTRAINT of a foreign key; nothing when the field has none in the database. */
void django_sub_foreign_key(
	struct lowering *l, const struct model *m, struct field *f, bool short_suffix);
void django_add_index(struct lowering *l, const struct model *m, struct field *f);
void django_add_like_index(struct lowering *l, const struct model *m, struct field *f);
/* Both at the end of the migration. */
void django_defer_indexes(struct lowering *l, const struct model *m, struct field *f);
/* The table with its columns and indexes, and its automatic tables; foreign keys come at the end of
 * the migration. */
void django_create_table(struct lowering *l, struct model *m, struct span span);
/* The automatic table of a many-to-many field. */
void django_create_through(struct lowering *l, const struct model *m, struct field *f);
/* What the automatic table of F is now, with nothing in the database yet. */
struct model *django_automatic(
	const struct lowering *l, const struct model *m, const struct field *f);
void django_flush_deferred(struct lowering *l);
/* True when the model has a table that migrations look after. */
bool django_has_table(const struct model *m);

/* --- columns (column.c) --- */
/* Makes the column of OLD into that of NEW, which gets the names of what OLD has in the database.
 * REPOINTED: what it refers to was renamed, which Django takes for a change. */
void django_alter_column(struct lowering *l, const struct model *m, struct field *old,
	struct field *new, bool repointed, struct span span);

/* --- constraints and indexes (constraint.c) --- */
/* unique_together or index_together becomes VALUE; CREATE: with the model. */
void django_set_together(
	struct lowering *l, struct model *m, uint32_t value, bool unique, bool create);
/* Makes the constraint or index of T, which gets its name. */
void django_make_together(
	struct lowering *l, struct model *m, struct together *t, struct span span);
/* The same at the end of the migration. */
void django_defer_together(
	struct lowering *l, struct model *m, struct together *t, struct span span);
void django_add_constraint(struct lowering *l, struct model *m, uint32_t call);
void django_add_meta_index(struct lowering *l, struct model *m, uint32_t call);
void django_alter_unique_together(struct lowering *l, uint32_t call);
void django_alter_index_together(struct lowering *l, uint32_t call);
void django_constraint_added(struct lowering *l, uint32_t call);
void django_constraint_removed(struct lowering *l, uint32_t call);
void django_constraint_altered(struct lowering *l, uint32_t call);
void django_index_added(struct lowering *l, uint32_t call);
void django_index_removed(struct lowering *l, uint32_t call);
void django_index_renamed(struct lowering *l, uint32_t call);

/* --- operations (operation.c, model.c, alter.c, special.c) --- */
#define DJANGO_DEPTH 8
void django_operate_list(struct lowering *l, uint32_t list);
/* The model that the argument KEYWORD, or the first, names. NULL: a blind spot and a havoc. */
struct model *django_model_of(struct lowering *l, uint32_t call, const char *keyword);
/* The field of M that the argument KEYWORD, or the second, names; likewise. */
struct field *django_field_of(
	struct lowering *l, struct model *m, uint32_t call, const char *keyword);
void django_create_model(struct lowering *l, uint32_t call);
void django_delete_model(struct lowering *l, uint32_t call);
void django_alter_model_options(struct lowering *l, uint32_t call);
void django_alter_order(struct lowering *l, uint32_t call);
void django_add_field(struct lowering *l, uint32_t call);
void django_remove_field_operation(struct lowering *l, uint32_t call);
void django_alter_field(struct lowering *l, uint32_t call);
void django_rename_model(struct lowering *l, uint32_t call);
void django_rename_field(struct lowering *l, uint32_t call);
void django_alter_model_table(struct lowering *l, uint32_t call);
void django_run_python(struct lowering *l, uint32_t call);
void django_run_sql(struct lowering *l, uint32_t call);
void django_separate(struct lowering *l, uint32_t call);
void django_create_extension(struct lowering *l, uint32_t call);

#endif
