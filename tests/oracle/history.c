#include "history.h"

#include <pthread.h>
#include <stdlib.h>

#include "base/fatal.h"
#include "sql/sql.h"

/* libpg_query wants a large stack. */
static void *
read_sql(void *data)
{
	struct history *h = data;
	struct arena scratch = {0};
	struct sql_input input = {.text = h->text};

	vec_push(h->arena, &h->unit.fragments, (struct fragment){.sink = SINK_FILE});
	input.fragment = h->unit.fragments.n - 1;
	sql_read(&h->unit, &input, &scratch);
	arena_free(&scratch);
	return NULL;
}

static void
read_on_large_stack(struct history *h)
{
	pthread_attr_t attr;
	pthread_t thread;

	if (pthread_attr_init(&attr) || pthread_attr_setstacksize(&attr, SQL_STACK_SIZE) ||
		pthread_create(&thread, &attr, read_sql, h) || pthread_join(thread, NULL))
		fatal("no thread to read SQL");
	pthread_attr_destroy(&attr);
}

/* The body of a DO block runs where it stands, a routine's when it is called. */
static bool
runs_here(const struct unit *u, uint32_t statement)
{
	uint32_t fragment = u->statements.v[statement].fragment;
	uint32_t parent = u->fragments.v[fragment].parent;

	while (parent) {
		uint32_t event = u->statements.v[parent].event;

		if (event && u->events.v[event].kind == EVENT_CREATE)
			return false;
		parent = u->fragments.v[u->statements.v[parent].fragment].parent;
	}
	return true;
}

void
history_begin(struct history *h, struct arena *a)
{
	*h = (struct history){.arena = a};
	catalog_init(&h->catalog, a);
	history_connect(h, STR("postgres"));
}

void
history_connect(struct history *h, struct str role)
{
	catalog_disconnect(&h->catalog, h->at);
	catalog_connect(&h->catalog, &h->session, h->arena, role, NULL, 0);
}

void
history_go_on(struct history *h, struct str text,
	void (*after)(struct history *h, uint32_t statement, void *data), void *data)
{
	struct arena scratch = {0};
	moment before = h->at;

	h->text = text;
	unit_init(&h->unit, h->arena);
	read_on_large_stack(h);
	h->results = arena_array(h->arena, struct applied, h->unit.statements.n);
	h->applied = arena_array(h->arena, bool, h->unit.statements.n);
	for (uint32_t i = 1; i < h->unit.statements.n; i++) {
		const struct statement *s = &h->unit.statements.v[i];

		if (!runs_here(&h->unit, i))
			continue;
		h->applied[i] = true;
		h->at = before + i;
		if (s->event)
			catalog_apply(&h->catalog, &h->session, &h->unit, s->event, s->query,
				s->maybe, h->at, &scratch, &h->results[i]);
		arena_reset(&scratch);
		if (after)
			after(h, i, data);
	}
	arena_free(&scratch);
}

void
history_replay(struct history *h, struct arena *a, struct str text,
	void (*after)(struct history *h, uint32_t statement, void *data), void *data)
{
	history_begin(h, a);
	history_go_on(h, text, after, data);
}

static const struct catalog *sorted;

static int
compare(const void *x, const void *y)
{
	uint32_t i = *(const uint32_t *)x, k = *(const uint32_t *)y;
	struct naming a = catalog_name(sorted, i, MOMENT_NOW);
	struct naming b = catalog_name(sorted, k, MOMENT_NOW);
	int order = str_cmp(a.schema, b.schema);

	if (!order)
		order = str_cmp(a.name, b.name);
	return order ? order : (i > k) - (i < k);
}

static void
dump_names(const struct catalog *c, const uint32_t *ids, uint32_t n, struct buf *out)
{
	buf_add(out, STR(" ("));
	for (uint32_t i = 0; i < n; i++)
		buf_addf(out, "%s%.*s", i ? "," : "",
			STR_ARG(catalog_name(c, ids[i], MOMENT_NOW).name));
	buf_add(out, STR(")"));
}

static const char *
doubt(const struct object *o)
{
	return o->exists == EXISTS_MAYBE ? " maybe" : "";
}

/* " grants ada=rw bob=r": by role, the letters in the order of pg_class.relacl. */
static void
dump_grants(const struct object *o, struct buf *out)
{
	static const char letters[] = "arwdDxtUC";
	const char *before = " grants ";
	struct str last = {0};

	for (uint32_t n = 0; n < o->privileges.n; n++) {
		const struct privilege *next = NULL;

		for (uint32_t i = 0; i < o->privileges.n; i++) {
			const struct privilege *p = &o->privileges.v[i];

			if (p->what && str_cmp(p->role, last) > 0 &&
				(!next || str_cmp(p->role, next->role) < 0))
				next = p;
		}
		if (!next)
			break;
		buf_addf(out, "%s%.*s=", before, STR_ARG(next->role));
		for (uint32_t i = 0; letters[i]; i++)
			if (next->what & 1u << i)
				buf_addc(out, letters[i]);
		last = next->role;
		before = " ";
	}
}

static void
dump_column(const struct object *o, struct str name, struct buf *out)
{
	buf_addf(out, "  column %.*s %.*s%s%s%s%s%s", STR_ARG(name), STR_ARG(o->type),
		o->not_null ? " notnull" : "", o->has_default ? " default" : "",
		o->identity ? " identity" : "", o->generated ? " generated" : "", doubt(o));
	dump_grants(o, out);
	buf_addc(out, '\n');
}

static void
dump_constraint(const struct catalog *c, const struct object *o, struct str name, struct buf *out)
{
	static const char kinds[] = {[CONSTRAINT_PRIMARY_KEY] = 'p',
		[CONSTRAINT_UNIQUE] = 'u',
		[CONSTRAINT_CHECK] = 'c',
		[CONSTRAINT_FOREIGN_KEY] = 'f',
		[CONSTRAINT_EXCLUSION] = 'x'};
	struct naming t = catalog_name(c, o->target, MOMENT_NOW);

	buf_addf(out, "  constraint %.*s %c", STR_ARG(name), kinds[o->constraint]);
	dump_names(c, o->columns.v, o->columns.n, out);
	if (o->constraint == CONSTRAINT_FOREIGN_KEY && o->target) {
		buf_addf(out, " -> %.*s.%.*s", STR_ARG(t.schema), STR_ARG(t.name));
		dump_names(c, o->target_columns.v, o->target_columns.n, out);
		buf_addf(out, " %c%c", o->on_delete, o->on_update);
	}
	buf_addf(out, "%s\n", doubt(o));
}

/* Who made it, where that is not the history's own role; what belongs to a table is its owner's. */
static void
dump_owner(const struct catalog *c, const struct object *o, struct buf *out)
{
	while (o->parent)
		o = &c->objects.v[o->parent];
	if (!str_is(o->owner, "postgres"))
		buf_addf(out, " owner %.*s", STR_ARG(o->owner));
}

static void
dump_relation(const struct catalog *c, uint32_t id, struct buf *out)
{
	const struct object *o = &c->objects.v[id];
	struct naming n = catalog_name(c, id, MOMENT_NOW);
	uint32_t *ids = malloc((o->members.n + 1) * sizeof *ids);

	buf_addf(out, "%s %.*s.%.*s%s", object_kind_word(o->kind), STR_ARG(n.schema),
		STR_ARG(n.name), doubt(o));
	if (o->kind == OBJECT_INDEX) {
		dump_names(c, o->columns.v, o->columns.n, out);
		buf_addf(out, "%s", o->unique ? " unique" : "");
	}
	dump_owner(c, o, out);
	dump_grants(o, out);
	buf_addf(out, "\n%s", o->columns_unknown ? "  columns unknown\n" : "");
	for (uint32_t i = 0; i < o->members.n; i++) {
		const struct object *m = &c->objects.v[o->members.v[i]];

		ids[i] = o->members.v[i];
		if (m->kind == OBJECT_COLUMN && m->exists != EXISTS_NO)
			dump_column(m, catalog_name(c, ids[i], MOMENT_NOW).name, out);
	}
	sorted = c;
	qsort(ids, o->members.n, sizeof *ids, compare);
	for (uint32_t i = 0; i < o->members.n; i++) {
		const struct object *m = &c->objects.v[ids[i]];

		if (m->kind == OBJECT_CONSTRAINT && m->exists != EXISTS_NO)
			dump_constraint(c, m, catalog_name(c, ids[i], MOMENT_NOW).name, out);
	}
	free(ids);
}

void
history_dump(const struct history *h, struct buf *out)
{
	const struct catalog *c = &h->catalog;
	uint32_t *ids = malloc(c->objects.n * sizeof *ids), n = 0;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		enum object_kind k = c->objects.v[i].kind;

		if ((object_kind_is_relation(k) ||
			    (k == OBJECT_SCHEMA && !c->objects.v[i].external)) &&
			c->objects.v[i].exists != EXISTS_NO)
			ids[n++] = i;
	}
	sorted = c;
	qsort(ids, n, sizeof *ids, compare);
	for (uint32_t i = 0; i < n; i++) {
		const struct object *o = &c->objects.v[ids[i]];

		if (o->kind != OBJECT_SCHEMA) {
			dump_relation(c, ids[i], out);
			continue;
		}
		buf_addf(out, "schema %.*s", STR_ARG(catalog_name(c, ids[i], MOMENT_NOW).name));
		dump_owner(c, o, out);
		dump_grants(o, out);
		buf_addc(out, '\n');
	}
	free(ids);
}
