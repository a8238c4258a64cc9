/* Operations: a table from the name of the class to what it does to state and database. */
#include "lower/django_p.h"

static void
nothing(struct lowering *l, uint32_t call)
{
	(void)l;
	(void)call;
}

static const struct {
	const char *name;
	void (*operate)(struct lowering *l, uint32_t call);
} table[] = {
	{"CreateModel", django_create_model},
	{"DeleteModel", django_delete_model},
	{"RenameModel", django_rename_model},
	{"AlterModelTable", django_alter_model_table},
	{"AlterModelTableComment", nothing},
	{"AlterModelOptions", django_alter_model_options},
	{"AlterModelManagers", nothing},
	{"AlterUniqueTogether", django_alter_unique_together},
	{"AlterIndexTogether", django_alter_index_together},
	{"AlterOrderWithRespectTo", django_alter_order},
	{"AddField", django_add_field},
	{"RemoveField", django_remove_field_operation},
	{"AlterField", django_alter_field},
	{"RenameField", django_rename_field},
	{"AddIndex", django_index_added},
	{"AddIndexConcurrently", django_index_added},
	{"RemoveIndex", django_index_removed},
	{"RemoveIndexConcurrently", django_index_removed},
	{"RenameIndex", django_index_renamed},
	{"AddConstraint", django_constraint_added},
	{"AddConstraintNotValid", django_constraint_added},
	{"ValidateConstraint", nothing},
	{"AlterConstraint", django_constraint_altered},
	{"RemoveConstraint", django_constraint_removed},
	{"RunSQL", django_run_sql},
	{"RunPython", django_run_python},
	{"SeparateDatabaseAndState", django_separate},
	{"CreateExtension", django_create_extension},
	{"BloomExtension", django_create_extension},
	{"BtreeGinExtension", django_create_extension},
	{"BtreeGistExtension", django_create_extension},
	{"CITextExtension", django_create_extension},
	{"CryptoExtension", django_create_extension},
	{"HStoreExtension", django_create_extension},
	{"TrigramExtension", django_create_extension},
	{"UnaccentExtension", django_create_extension},
	{"CreateCollation", nothing},
	{"RemoveCollation", nothing},
};

/* What is not understood may have done anything to the tables of the app. */
static void
unknown_operation(struct lowering *l, uint32_t call, struct str name)
{
	django_havoc(l, call, (struct str){0},
		str_format(l->b.a, "the operation %.*s is not understood",
			STR_ARG(name.n ? name : STR("(computed)"))));
}

static void
operate(struct lowering *l, uint32_t call)
{
	struct str name = lower_callee(l->b.u, call);
	uint32_t outer = l->b.operation;

	lower_operation(&l->b, STR("django"), name, call);
	for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
		if (str_is(name, table[i].name) && l->b.u->values.v[call].kind == VALUE_CALL) {
			table[i].operate(l, call);
			l->b.operation = outer;
			return;
		}
	}
	unknown_operation(l, call, name);
	l->b.operation = outer;
}

void
django_operate_list(struct lowering *l, uint32_t list)
{
	struct range kids = l->b.u->values.v[list].kids;

	if (list == 0 || l->b.u->values.v[list].kind == VALUE_NULL)
		return;
	if (l->b.u->values.v[list].kind != VALUE_LIST || l->depth == DJANGO_DEPTH) {
		operate(l, list);
		return;
	}
	l->depth++;
	for (uint32_t i = 0; i < kids.count; i++)
		operate(l, l->b.u->kids.v[kids.first + i]);
	l->depth--;
}
