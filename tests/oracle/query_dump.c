/* query_dump SCHEMA FILE: replays the SQL of SCHEMA, binds each statement of FILE against what that leaves
 * and prints the relations and columns that it uses, with the modes; `*` is spread over the columns. */
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "history.h"

static const struct {
	enum access mode;
	const char *word;
} modes[] = {
	{ACCESS_READ, "SELECT"},
	{ACCESS_INSERT, "INSERT"},
	{ACCESS_UPDATE, "UPDATE"},
	{ACCESS_DELETE, "DELETE"},
	{ACCESS_TRUNCATE, "TRUNCATE"},
	{ACCESS_LOCK, "LOCK"},
};

struct dump {
	const struct history *h;
	const struct query *q;
	struct bound_query bound;
};

/* The text of FILE behind what B holds, with a newline. */
static void
read_file(struct buf *b, const char *path)
{
	FILE *f = fopen(path, "r");
	char bytes[4096];
	size_t n;

	if (!f)
		fatal("%s:", path);
	while ((n = fread(bytes, 1, sizeof bytes, f)))
		buf_add(b, (struct str){bytes, n});
	fclose(f);
	buf_addc(b, '\n');
}

/* OF: unit.relations, the entry through which it is used. */
static void
print_modes(const struct dump *d, uint32_t of, const char *what, uint32_t object, uint32_t access)
{
	struct str name = catalog_display(&d->h->catalog, object, d->h->arena);
	const char *whose = d->h->unit.relations.v[of].target ? "target" : "source";

	for (size_t i = 0; i < sizeof modes / sizeof *modes; i++)
		if (access & modes[i].mode)
			printf("%s %s %.*s %s\n", whose, what, STR_ARG(name), modes[i].word);
}

/* All columns of the relation that live now. */
static void
print_all(const struct dump *d, uint32_t of, uint32_t relation, uint32_t access)
{
	const struct catalog *c = &d->h->catalog;
	const struct object *o = &c->objects.v[relation];

	for (uint32_t i = 0; relation && i < o->members.n; i++) {
		const struct object *m = &c->objects.v[o->members.v[i]];

		if (m->kind == OBJECT_COLUMN && m->exists != EXISTS_NO)
			print_modes(d, of, "column", o->members.v[i], access);
	}
}

static void
print_relation(const struct dump *d, const struct bound_relation *r)
{
	const struct relation_use *x = &d->h->unit.relations.v[r->use];

	if (r->binding.state != BINDING_BOUND) {
		printf("not bound: relation %.*s\n", STR_ARG(x->name.name));
		return;
	}
	if (!r->binding.object)
		return; /* the system's own */
	print_modes(d, r->use, "relation", r->binding.object, r->access);
	if (x->all_columns)
		print_all(d, r->use, r->binding.object, x->access & (ACCESS_READ | ACCESS_INSERT));
}

static void
print_column(const struct dump *d, const struct bound_column *c)
{
	const struct column_use *x = &d->h->unit.columns.v[c->use];

	if (c->all)
		print_all(d, c->entry, c->relation, x->access);
	if (c->guess || c->state != BINDING_BOUND)
		printf("not bound: column %.*s%s%.*s%s\n", STR_ARG(x->qualifier),
			x->qualifier.n ? "." : "", STR_ARG(x->column), c->guess ? " (guess)" : "");
	if (c->column)
		print_modes(d, c->entry, "column", c->column, x->access);
}

/* The statements behind the mark, which is one of SCHEMA's length. */
static void
print_statement(struct history *h, uint32_t statement, void *data)
{
	const size_t *schema = data;
	const struct statement *s = &h->unit.statements.v[statement];
	struct dump d = {.h = h};

	if (s->span.offset < *schema)
		return;
	printf("@@@ %.*s\n",
		STR_ARG(str_slice(h->text, s->span.offset, s->span.offset + s->span.length)));
	if (!s->query) {
		printf("not read\n");
		return;
	}
	d.q = &h->unit.queries.v[s->query];
	catalog_bind(&h->catalog, &h->session, &h->unit, s->query, MOMENT_NOW, h->arena, &d.bound);
	for (uint32_t i = 0; i < d.bound.relations.n; i++)
		print_relation(&d, &d.bound.relations.v[i]);
	for (uint32_t i = 0; i < d.bound.columns.n; i++)
		print_column(&d, &d.bound.columns.v[i]);
}

int
main(int argc, char **argv)
{
	struct arena a = {0};
	struct buf text = {.arena = &a};
	struct history h;
	size_t schema;

	if (argc != 3)
		fatal("usage: query_dump SCHEMA FILE");
	read_file(&text, argv[1]);
	schema = buf_str(&text).n;
	read_file(&text, argv[2]);
	history_replay(&h, &a, buf_str(&text), print_statement, &schema);
	arena_free(&a);
	return 0;
}
