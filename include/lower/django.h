/* Django's migration operations → operations and PostgreSQL's events. Knows Django, no Python: it
 * reads closed values. What it claims is Django 3.2's behaviour (the distribution's), checked in the
 * tests against the real one; django/db/migrations/operations/ is the source of the rules. */
#ifndef LOWER_DJANGO_H
#define LOWER_DJANGO_H

#include "lower/lower.h"

struct django_settings {
	struct str auth_user_model;    /* "auth.User" when nothing says otherwise */
	struct str default_auto_field; /* "django.db.models.AutoField" likewise */
	uint32_t version; /* 401 is 4.1; 0: 3.2. From 4.1 on AutoField is an identity */
};

/* A model as the migrations leave it, for those who read code. */
struct django_model {
	struct str app, name; /* name as written: "UserDevice" */
	struct str table;
	bool managed;
	VEC(struct str) fields, columns; /* pairwise; concrete fields only */
};

struct django_result {
	struct lower_result lowered;
	VEC(struct django_model) models;
};

/* Lowers the migrations (closed classes, their groups are app labels), given in the order in which they
 * run, all apps of one project together.
 *
 * Attributes of operations, where they apply:
 *   app, model, field           what it is about; the model's name as written
 *   model.before, model.after   RenameModel
 *   table.before, table.after   RenameModel, AlterModelTable: equal when the table does not move
 *   column.before, column.after RenameField, AlterField with db_column
 *   m2m.N.table.before, m2m.N.table.after, m2m.N.column.before, m2m.N.column.after
 *                               automatic many-to-many tables that move along (N from 0)
 *   on_delete                   of a foreign key: CASCADE, PROTECT …
 *   managed                     "false" for an unmanaged model
 * An operation that is not understood is a BLIND_OPERATION, and a havoc over the tables that it may
 * touch. SeparateDatabaseAndState keeps the two halves apart. RunPython is an operation without
 * events. A migration that another `replaces` is run or not as Django does on an empty database. */
void django_lower(struct arena *a, const struct lower_migration *migrations, uint32_t n,
	const struct django_settings *settings, struct django_result *out);

#endif
