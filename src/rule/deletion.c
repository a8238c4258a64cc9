/* What a foreign key does when a row that it refers to is deleted. */
#include "rule/crossing.h"

struct str
crossing_delete_effect(
	struct arena *a, char on_delete, struct str owner, struct str target, struct str table)
{
	static const struct {
		char action; /* pg_constraint.confdeltype */
		const char *then;
	} actions[] = {
		{'c', "deletes the rows"},
		{'n', "sets to null the keys"},
		{'d', "sets to their defaults the keys"},
	};

	for (size_t i = 0; i < sizeof actions / sizeof *actions; i++)
		if (actions[i].action == on_delete)
			return str_format(a,
				"when %.*s deletes a row of %.*s, the database %s of %.*s that refer to it",
				STR_ARG(owner), STR_ARG(target), actions[i].then, STR_ARG(table));
	return str_format(a, "%.*s cannot delete a row of %.*s while a row of %.*s refers to it",
		STR_ARG(owner), STR_ARG(target), STR_ARG(table));
}
