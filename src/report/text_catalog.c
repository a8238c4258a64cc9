/* The catalog as people read it: by schema, in it by owner, then by where things are made. */
#include <stdlib.h>

#include "base/arena.h"
#include "report_p.h"
#include "table.h"
#include "text_p.h"

static void
add_foreign_keys(struct buf *out, const struct catalog_doc *d, const struct relation_doc *r)
{
	struct str name = str_format(out->arena, "%.*s.%.*s", STR_ARG(r->schema), STR_ARG(r->name));

	for (uint32_t i = 0; i < d->foreign_keys.n; i++) {
		const struct foreign_key_doc *k = &d->foreign_keys.v[i];
		struct table t = {.arena = out->arena};

		if (!k->live || !str_eq(k->from, name) || !str_eq(k->database, r->database))
			continue;
		table_add_list(&t, k->columns.v, k->columns.n);
		table_add_list(&t, k->to_columns.v, k->to_columns.n);
		buf_add(out, STR("    foreign key "));
		report_escape(out, k->name);
		buf_addf(out, " (%.*s) references ", STR_ARG(t.cells.v[0]));
		report_escape(out, k->to);
		if (k->to_columns.n)
			buf_addf(out, " (%.*s)", STR_ARG(t.cells.v[1]));
		if (!str_is(k->on_delete, "no action"))
			buf_addf(out, " on delete %.*s", STR_ARG(k->on_delete));
		buf_addc(out, '\n');
	}
}

static void
add_constraint(struct buf *out, const struct constraint_doc *c)
{
	struct table t = {.arena = out->arena};

	table_add_list(&t, c->columns.v, c->columns.n);
	buf_addf(out, "    %.*s ", STR_ARG(c->kind));
	report_escape(out, c->name);
	if (c->columns.n)
		buf_addf(out, " (%.*s)", STR_ARG(t.cells.v[0]));
	buf_addc(out, '\n');
}

/* "grant select, insert to billing_ro", "grant select (id) to public" */
static void
add_grants(struct buf *out, const struct catalog_doc *d, struct str database, struct str object)
{
	for (uint32_t i = 0; i < d->grants.n; i++) {
		const struct grant_doc *g = &d->grants.v[i];
		struct table t = {.arena = out->arena};

		if (!str_eq(g->object, object) || !str_eq(g->database, database))
			continue;
		table_add_list(&t, g->privileges.v, g->privileges.n);
		buf_addf(out, "    grant %.*s", STR_ARG(t.cells.v[0]));
		if (g->column.n) {
			buf_add(out, STR(" ("));
			report_escape(out, g->column);
			buf_addc(out, ')');
		}
		buf_add(out, STR(" to "));
		report_escape(out, g->role);
		buf_addc(out, '\n');
	}
}

static void
add_relation(struct buf *out, const struct report_options *o, const struct catalog_doc *d,
	const struct relation_doc *r)
{
	text_place(out, o, &r->place);
	report_escape(out, r->kind);
	buf_addc(out, ' ');
	text_tinted(out, o, TINT_PLACE,
		str_format(out->arena, "%.*s.%.*s", STR_ARG(r->schema), STR_ARG(r->name)));
	if (r->owner.n) {
		buf_add(out, STR(", owned by "));
		report_escape(out, r->owner);
	}
	if (str_is(r->exists, "maybe"))
		buf_add(out, STR(", which only may exist"));
	buf_addc(out, '\n');
	for (uint32_t i = 0; i < r->columns.n; i++) {
		const struct column_doc *c = &r->columns.v[i];

		buf_add(out, STR("    "));
		report_escape(out, c->name);
		buf_addc(out, ' ');
		report_escape(out, c->type);
		buf_addf(out, "%s%s\n", c->not_null ? " not null" : "",
			c->has_default ? " default" : "");
	}
	for (uint32_t i = 0; i < r->constraints.n; i++)
		add_constraint(out, &r->constraints.v[i]);
	add_foreign_keys(out, d, r);
	add_grants(out, d, r->database,
		str_format(out->arena, "%.*s.%.*s", STR_ARG(r->schema), STR_ARG(r->name)));
}

/* A schema of a database, whether or not migrations made it. */
struct group {
	struct str database, schema;
	const struct schema_doc *made; /* NULL: it was there */
};
struct groups {
	VEC(struct group) list;
};

static int
compare_groups(const void *left, const void *right)
{
	const struct group *x = left, *y = right;
	int c = str_cmp(x->database, y->database);

	if (!c)
		c = str_cmp(x->schema, y->schema);
	return c ? c : (x->made == NULL) - (y->made == NULL);
}

/* What nobody owns stands last; a table before the sequences that it brings. */
static int
compare_relations(const void *left, const void *right)
{
	const struct relation_doc *x = *(const struct relation_doc *const *)left;
	const struct relation_doc *y = *(const struct relation_doc *const *)right;
	int c = (x->owner.n == 0) - (y->owner.n == 0);

	if (!c)
		c = str_cmp(x->owner, y->owner);
	if (!c)
		c = str_cmp(x->place.service, y->place.service);
	if (!c)
		c = str_cmp(x->place.path, y->place.path);
	if (!c)
		c = (x->place.line > y->place.line) - (x->place.line < y->place.line);
	if (!c)
		c = (x->place.column > y->place.column) - (x->place.column < y->place.column);
	if (!c)
		c = str_is(x->kind, "sequence") - str_is(y->kind, "sequence");
	return c ? c : str_cmp(x->name, y->name);
}

static void
add_schema(struct buf *out, const struct report_options *o, const struct group *g)
{
	if (g->made)
		text_place(out, o, &g->made->place);
	buf_add(out, STR("schema "));
	text_tinted(out, o, TINT_PLACE, g->schema);
	if (g->made && g->made->owner.n) {
		buf_add(out, STR(", owned by "));
		report_escape(out, g->made->owner);
	}
	if (g->database.n) {
		buf_add(out, STR(", in database "));
		report_escape(out, g->database);
	}
	buf_addc(out, '\n');
}

static void
add_members(struct buf *out, const struct report_options *o, const struct catalog_doc *d,
	const struct group *g)
{
	const struct relation_doc **list =
		arena_array(out->arena, const struct relation_doc *, d->relations.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->relations.n; i++)
		if (str_eq(d->relations.v[i].database, g->database) &&
			str_eq(d->relations.v[i].schema, g->schema))
			list[n++] = &d->relations.v[i];
	qsort(list, n, sizeof *list, compare_relations);
	for (uint32_t i = 0; i < n; i++)
		add_relation(out, o, d, list[i]);
}

static void
add_roles(struct buf *out, const struct catalog_doc *d)
{
	for (uint32_t i = 0; i < d->roles.n; i++) {
		struct table t = {.arena = out->arena, .columns = 1};

		table_add_list(&t, d->roles.v[i].search_path.v, d->roles.v[i].search_path.n);
		buf_add(out, STR("role "));
		report_escape(out, d->roles.v[i].name);
		buf_addf(out, ", search_path %.*s\n", STR_ARG(t.cells.v[0]));
	}
	if (d->roles.n)
		buf_addc(out, '\n');
}

void
text_catalog(const struct catalog_doc *d, const struct report_options *o, struct buf *out)
{
	struct groups groups = {0};

	for (uint32_t i = 0; i < d->schemas.n; i++)
		vec_push(out->arena, &groups.list,
			(struct group){
				d->schemas.v[i].database, d->schemas.v[i].name, &d->schemas.v[i]});
	for (uint32_t i = 0; i < d->relations.n; i++)
		vec_push(out->arena, &groups.list,
			(struct group){d->relations.v[i].database, d->relations.v[i].schema, NULL});
	if (groups.list.n)
		qsort(groups.list.v, groups.list.n, sizeof *groups.list.v, compare_groups);
	for (uint32_t i = 0; i < groups.list.n; i++) {
		const struct group *g = &groups.list.v[i], *last = i ? g - 1 : NULL;

		if (last && str_eq(last->database, g->database) && str_eq(last->schema, g->schema))
			continue;
		add_schema(out, o, g);
		add_grants(out, d, g->database, g->schema);
		add_members(out, o, d, g);
		buf_addc(out, '\n');
	}
	add_roles(out, d);
	text_coverage(out, o, &d->coverage, false);
}
