/* Publications: what they name leaves the database by logical replication, so that whoever publishes reads it.
 *
 * PostgreSQL 15, CREATE PUBLICATION, ALTER PUBLICATION. */
#include "ddl_p.h"

/* FOR ALL TABLES, FOR TABLES IN SCHEMA: tables that are not named. */
static bool
names_all(PgQuery__Node **list, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		const PgQuery__PublicationObjSpec *o = list[i]->publication_obj_spec;

		if (list[i]->node_case == PG_QUERY__NODE__NODE_PUBLICATION_OBJ_SPEC &&
			o->pubobjtype != PG_QUERY__PUBLICATION_OBJ_SPEC_TYPE__PUBLICATIONOBJ_TABLE)
			return true;
	}
	return false;
}

void
ddl_publication(struct reader *r, const PgQuery__Node *node)
{
	bool create = node->node_case == PG_QUERY__NODE__NODE_CREATE_PUBLICATION_STMT;
	const PgQuery__CreatePublicationStmt *c = create ? node->create_publication_stmt : NULL;
	const PgQuery__AlterPublicationStmt *a = create ? NULL : node->alter_publication_stmt;
	PgQuery__Node **list = create ? c->pubobjects : a->pubobjects;
	size_t n = create ? c->n_pubobjects : a->n_pubobjects;

	if (a && a->action == PG_QUERY__ALTER_PUBLICATION_ACTION__AP_DropObjects) {
		statement_add(r, NULL, 0);
		return;
	}
	if ((create ? c->for_all_tables : a->for_all_tables) || names_all(list, n))
		unit_add_blind(r->u, BLIND_UNMODELLED, place_statement(r),
			"a publication of tables that it does not name");
	if (n)
		r->named++;
	statement_add(r, NULL, n ? dml_read(r, node, "PUBLICATION") : 0);
}
