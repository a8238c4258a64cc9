/* Uses: who touches which relation, where, how, and how sure that is. */
#include <stdlib.h>
#include <string.h>

#include "base/fatal.h"
#include "world/build_p.h"

/* What a statement's uses have in common. */
struct use_site {
	uint32_t context;
	const struct unit *unit;
	uint32_t file; /* what span.origin 0 means */
	uint32_t statement;
	moment at;
	enum use_occurrence occurs;
};

static struct place
site_place(const struct world *w, const struct use_site *site, struct span span)
{
	uint32_t number = span.origin ? span.origin : site->file;

	return (struct place){.service = file_by_number(w->files, number)->service,
		.file = number,
		.unit = file_by_number(w->files, number)->unit,
		.span = span};
}

static enum confidence
lower_of(enum confidence x, enum confidence y)
{
	return x < y ? x : y;
}

/* How sure a binding is. */
static enum confidence
binding_confidence(const struct binding *b)
{
	switch (b->state) {
	case BINDING_BOUND:
		return b->exists == EXISTS_YES ? CONFIDENCE_EXACT : CONFIDENCE_LIKELY;
	case BINDING_MISSING:
		return CONFIDENCE_EXACT;
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		return CONFIDENCE_GUESS;
	}
	BUG("binding state %d", (int)b->state);
}

/* How sure it is that the text is executed at all. */
static enum confidence
sink_confidence(enum fragment_sink sink)
{
	return sink == SINK_NONE ? CONFIDENCE_LIKELY : CONFIDENCE_EXACT;
}

/* Text that nothing is seen to execute is a use only of what exists, or did. */
static bool
is_use(enum fragment_sink sink, const struct binding *b)
{
	return sink != SINK_NONE || b->state == BINDING_BOUND ||
	       (b->state == BINDING_MISSING && b->object);
}

/* PostgreSQL's own catalog, which is nobody's. What `external` declares by a pattern has no object
 * either, but is a use. */
static bool
is_system(const struct name *n, const struct binding *b)
{
	return b->state == BINDING_BOUND && b->object == 0 &&
	       (n->schema.n ? catalog_is_system_schema(n->schema)
			    : str_starts(n->name, STR("pg_")));
}

/* NATURAL JOIN writes no column: it has the name that it has there, at the table's place. */
static void
name_joined(const struct world *w, const struct use *use, struct column_used *c)
{
	const struct catalog *catalog = &w->databases.v[use->database].catalog;

	if (c->column)
		c->name = catalog_name(catalog, c->column, use->at).name;
	c->span = (struct span){0};
}

static void
add_columns(struct world *w, struct use *use, const struct unit *u, const struct bound_query *q,
	uint32_t entry)
{
	use->columns.first = w->columns.n;
	for (uint32_t i = 0; i < q->columns.n; i++) {
		const struct bound_column *c = &q->columns.v[i];
		const struct column_use *x = &u->columns.v[c->use];

		if (c->relation != use->object || (c->entry && c->entry != entry))
			continue;
		if (c->all) {
			use->all_columns = true;
			continue;
		}
		vec_push(w->arena, &w->columns,
			(struct column_used){.column = c->column,
				.name = x->column,
				.access = x->access,
				.span = x->span,
				.guess = c->guess,
				.missing = c->state == BINDING_MISSING,
				.ended = c->ended});
		if (str_is(x->column, "*"))
			name_joined(w, use, &w->columns.v[w->columns.n - 1]);
	}
	use->columns.count = w->columns.n - use->columns.first;
}

/* A name that a constant puts into a statement stands elsewhere than the statement. */
static struct place
statement_place(const struct world *w, const struct use_site *site, const struct fragment *f,
	const struct place *name)
{
	struct place p = site_place(w, site, f->span);
	bool inside = p.file == name->file && p.span.offset <= name->span.offset &&
		      name->span.offset < p.span.offset + p.span.length;

	return f->joined && !inside && p.span.line ? p : (struct place){0};
}

static struct str
written_name(struct arena *a, const struct name *n)
{
	if (!n->schema.n)
		return n->name;
	return str_format(a, "%.*s.%.*s", STR_ARG(n->schema), STR_ARG(n->name));
}

/* That it is a template is said once, for the file. */
static bool
is_template(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->blind_spots.n; i++)
		if (u->blind_spots.v[i].reason == BLIND_TEMPLATE)
			return true;
	return false;
}

/* The statement is known but for the relation that it means. */
static void
note_computed_name(struct builder *b, const struct use *use)
{
	if (use->class != CLASS_TEST && use->class != CLASS_OTHER_DATABASE &&
		!is_template(use->place.unit))
		build_gap(b, use->place.file, use->place.unit, BLIND_DYNAMIC,
			STR("the relation's name is not known"), use->place.span);
}

static void
add_use(struct builder *b, const struct use_site *site, const struct bound_query *q,
	const struct bound_relation *r)
{
	struct world *w = b->w;
	const struct relation_use *x = &site->unit->relations.v[r->use];
	bool stored;
	const struct statement *s = &site->unit->statements.v[site->statement];
	const struct fragment *f =
		&site->unit->fragments.v[root_fragment(site->unit, s->fragment, &stored)];
	struct use use = {.context = site->context,
		.service = w->contexts.v[site->context].service,
		.database = w->contexts.v[site->context].database,
		.place = site_place(w, site, x->name.span),
		.written = written_name(b->a, &x->name),
		.binding = r->binding,
		.access = r->access,
		.all_columns = x->all_columns,
		.more_columns = x->more_columns,
		.form = site->occurs == OCCURS_STORED ? FORM_STORED
			: f->joined                   ? FORM_JOINED
						      : FORM_LITERAL,
		.occurs = site->occurs,
		.at = site->at};

	if (!is_use(f->sink, &r->binding) || is_system(&x->name, &r->binding))
		return;
	use.statement = statement_place(w, site, f, &use.place);
	use.class = file_by_number(w->files, site->file)->class;
	use.running = file_by_number(w->files, site->file)->service >= w->config->services.n;
	use.object = r->binding.state == BINDING_BOUND ? r->binding.object : 0;
	use.confidence = lower_of(sink_confidence(f->sink), binding_confidence(&r->binding));
	if (s->maybe)
		use.confidence = lower_of(use.confidence, CONFIDENCE_LIKELY);
	if (x->name.pattern) {
		use.confidence = CONFIDENCE_GUESS;
		note_computed_name(b, &use);
	}
	if (use.object)
		add_columns(w, &use, site->unit, q, r->use);
	vec_push(b->a, &w->uses, use);
}

static void
bind_statement(struct builder *b, const struct use_site *site, struct bound_query *out)
{
	const struct context *c = &b->w->contexts.v[site->context];

	catalog_bind(&b->w->databases.v[c->database].catalog, &c->session, site->unit,
		site->unit->statements.v[site->statement].query, site->at, b->a, out);
}

static void
add_uses(struct builder *b, const struct use_site *site, const struct bound_query *q)
{
	for (uint32_t i = 0; i < q->relations.n; i++)
		add_use(b, site, q, &q->relations.v[i]);
}

void
build_statement_uses(struct builder *b, uint32_t context, const struct run *r, moment at,
	enum use_occurrence occurs)
{
	struct use_site site = {.context = context,
		.unit = r->unit,
		.file = r->file,
		.statement = r->statement,
		.at = at,
		.occurs = occurs};
	struct bound_query q = {0};

	bind_statement(b, &site, &q);
	add_uses(b, &site, &q);
}

void
build_touched_uses(struct builder *b, const struct happening *h, moment at)
{
	struct world *w = b->w;
	const struct context *c = &w->contexts.v[h->context];
	const struct catalog *catalog = &w->databases.v[c->database].catalog;

	for (uint32_t i = 0; i < h->applied.touched.n; i++) {
		const struct touched *t = &h->applied.touched.v[i];
		struct use use = {.service = c->service,
			.context = h->context,
			.database = c->database,
			.place = h->place,
			.object = t->relation,
			.access = t->touch == TOUCH_REFERENCE ? ACCESS_REFERENCE : ACCESS_DDL,
			.occurs = OCCURS_ONCE,
			.confidence = CONFIDENCE_EXACT,
			.at = at,
			.class = CLASS_MIGRATION};
		const struct object *o = &catalog->objects.v[t->relation];

		if (!t->relation || o->kind == OBJECT_INDEX || o->kind == OBJECT_SEQUENCE ||
			(t->object != t->relation && o->born == at))
			continue;
		if (t->span.line) {
			use.place.span = t->span;
			use.place.file = t->span.origin ? t->span.origin : h->place.file;
			use.place.unit = file_by_number(w->files, use.place.file)->unit;
		}
		use.written = catalog_display(catalog, t->relation, b->a);
		use.binding = (struct binding){
			.state = BINDING_BOUND, .object = t->relation, .exists = EXISTS_YES};
		if (h->operation)
			use.form = FORM_ORM;
		vec_push(b->a, &w->uses, use);
	}
}

/* True when code of this file runs in the context, as far as the configuration says. */
static bool
runs_in(const struct context *c, const struct file *f)
{
	if (!c->config || c->config->code.n == 0)
		return true;
	for (uint32_t i = 0; i < c->config->code.n; i++) {
		struct str directory = c->config->code.v[i].value;

		if (str_starts(f->entry.path, directory) &&
			(f->entry.path.n == directory.n || directory.n == 0 ||
				f->entry.path.s[directory.n] == '/'))
			return true;
	}
	return false;
}

/* The contexts of code: one a database of the service. */
static uint32_t
code_contexts(const struct world *w, const struct file *f, uint32_t *out, uint32_t max)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < w->contexts.n && n < max; i++) {
		const struct context *c = &w->contexts.v[i];
		bool seen = false;

		for (uint32_t j = 0; j < n; j++)
			seen |= w->contexts.v[out[j]].database == c->database;
		if (c->service == build_service_of(w, f) && !seen && runs_in(c, f))
			out[n++] = i;
	}
	return n;
}

static uint32_t
bound_count(const struct bound_query *q)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < q->relations.n; i++)
		n += q->relations.v[i].binding.state == BINDING_BOUND ||
		     (q->relations.v[i].binding.state == BINDING_MISSING &&
			     q->relations.v[i].binding.object);
	return n;
}

#define MOST_DATABASES 16

/* A statement of code is a use in each database where one of its names binds; where none does, in
 * the first, so that it is not lost. */
static void
code_statement(struct builder *b, struct use_site *site, const uint32_t *contexts, uint32_t n)
{
	struct bound_query bound[MOST_DATABASES] = {0};
	bool any = false;

	for (uint32_t i = 0; i < n; i++) {
		site->context = contexts[i];
		bind_statement(b, site, &bound[i]);
		any |= bound_count(&bound[i]) > 0;
	}
	for (uint32_t i = 0; i < n; i++) {
		site->context = contexts[i];
		if (any ? bound_count(&bound[i]) > 0 : i == 0)
			add_uses(b, site, &bound[i]);
	}
}

/* DDL that was not replayed (scripts, tests, text that nothing executes): a use of what it names, if
 * that exists. */
static void
code_event(struct builder *b, struct use_site *site, const uint32_t *contexts, uint32_t n)
{
	struct world *w = b->w;
	const struct unit *u = site->unit;
	const struct statement *s = &u->statements.v[site->statement];
	const struct event *e = &u->events.v[s->event];
	bool stored;
	enum fragment_sink sink = u->fragments.v[root_fragment(u, s->fragment, &stored)].sink;

	if (!object_kind_is_relation(e->object_kind) || !e->object.name.n ||
		e->object_kind == OBJECT_INDEX || e->object_kind == OBJECT_SEQUENCE)
		return;
	for (uint32_t i = 0; i < n; i++) {
		const struct context *c = &w->contexts.v[contexts[i]];
		struct use use = {.service = c->service,
			.context = contexts[i],
			.database = c->database,
			.place = site_place(w, site, e->object.span),
			.written = written_name(b->a, &e->object),
			.access = ACCESS_DDL,
			.occurs = stored ? OCCURS_STORED : OCCURS_RECURRING,
			.at = MOMENT_NOW};

		use.binding = catalog_resolve(
			&w->databases.v[c->database].catalog, &c->session, &e->object, MOMENT_NOW);
		if (!is_use(sink, &use.binding) ||
			(use.binding.state == BINDING_BOUND && use.binding.object == 0))
			continue;
		use.class = file_by_number(w->files, use.place.file)->class;
		use.object = use.binding.state == BINDING_BOUND ? use.binding.object : 0;
		use.confidence = lower_of(sink_confidence(sink), binding_confidence(&use.binding));
		vec_push(b->a, &w->uses, use);
	}
}

/* A body runs when it is called, as long as it is in force. */
static void
set_body(struct builder *b, struct use_site *site)
{
	const struct unit *u = site->unit;
	moment gone = b->claimed[site->file - 1]
			      ? build_gone_body(b, site->file, u, &u->statements.v[site->statement])
			      : 0;

	site->occurs = gone ? OCCURS_ONCE : OCCURS_STORED;
	site->at = gone ? gone : MOMENT_NOW;
}

static void
unit_uses(struct builder *b, const struct file *f, const struct unit *u, const uint32_t *contexts,
	uint32_t n)
{
	bool claimed = b->claimed[f->number - 1];
	/* What undoes a migration is run once, too, if ever. */
	bool once = claimed || b->past[f->number - 1] ||
		    (!f->host->read && tool_is_down(f->entry.path)) ||
		    (f->host->read && tool_is_among_migrations(f->entry.path));

	/* A dump that was replayed says what is there; those who made it did the rest. */
	if (claimed && f->class == CLASS_DUMP)
		return;
	for (uint32_t i = 1; i < u->statements.n; i++) {
		const struct statement *s = &u->statements.v[i];
		struct use_site site = {.unit = u,
			.file = f->number,
			.statement = i,
			.at = claimed ? b->ran[f->number - 1] : MOMENT_NOW,
			.occurs = once ? OCCURS_ONCE : OCCURS_RECURRING};
		bool stored;
		const struct fragment *root =
			&u->fragments.v[root_fragment(u, s->fragment, &stored)];

		/* What a history runs was accounted for when it ran; the bodies of its routines and
		 * the SQL in its code were not. */
		if (claimed && !stored && root->sink != SINK_EXECUTE && root->sink != SINK_NONE)
			continue;
		/* What the way down or the past would store again is in force no more. */
		if (stored && (claimed || !once))
			set_body(b, &site);
		if (s->query)
			code_statement(b, &site, contexts, n);
		if (s->event && !claimed && f->service < b->w->config->services.n &&
			(!build_is_code_ddl(b, f, u, s) || build_is_passed_over(b, u, i)))
			code_event(b, &site, contexts, n);
	}
}

static struct str
directory_key(struct builder *b, uint32_t service, struct str path)
{
	size_t slash = str_rchr(path, '/');

	return str_format(b->a, "%u %.*s", service,
		STR_ARG(slash == SIZE_MAX ? STR("") : str_slice(path, 0, slash)));
}

/* The directories in which services keep their migrations. */
static struct map
migration_directories(struct builder *b)
{
	struct map directories = {.arena = b->a};

	for (uint32_t i = 0; b->w->running.n && i < b->w->files->list.n; i++) {
		const struct file *f = &b->w->files->list.v[i];

		if (b->claimed[i])
			map_put(&directories, directory_key(b, f->service, f->entry.path));
	}
	return directories;
}

/* A migration of another revision: the present has its histories, and they are run once. */
static bool
is_old_migration(struct builder *b, const struct map *directories, const struct file *f)
{
	return f->service >= b->w->config->services.n &&
	       map_get(directories, directory_key(b, build_service_of(b->w, f), f->entry.path)) !=
		       NULL;
}

/* The bodies of routines that replayed functions create. */
static void
replayed_uses(struct builder *b, uint32_t context, const struct unit *u)
{
	for (uint32_t i = 1; i < u->statements.n; i++) {
		const struct statement *s = &u->statements.v[i];
		struct use_site site = {.unit = u, .file = s->span.origin, .statement = i};
		bool stored = false;

		if (s->query && s->span.origin)
			root_fragment(u, s->fragment, &stored);
		if (!stored)
			continue;
		set_body(b, &site);
		code_statement(b, &site, &context, 1);
	}
}

void
build_code_uses(struct builder *b)
{
	struct map migrations = migration_directories(b);

	build_find_bodies(b);
	build_trigger_uses(b);
	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		const struct file *f = &b->w->files->list.v[i];
		uint32_t contexts[MOST_DATABASES], n;

		if (!f->unit || b->replayed[i] || is_old_migration(b, &migrations, f))
			continue;
		n = code_contexts(b->w, f, contexts, MOST_DATABASES);
		unit_uses(b, f, f->unit, contexts, n);
		if (f->closed)
			unit_uses(b, f, f->closed, contexts, n);
	}
	for (uint32_t i = 0; i < b->contexts.n; i++)
		if (b->contexts.v[i].history && b->contexts.v[i].history->lowered)
			replayed_uses(b, b->contexts.v[i].context,
				b->contexts.v[i].history->lowered->unit);
}

static int
compare_uses(const void *x, const void *y)
{
	const struct use *a = x, *b = y;

	if (a->place.file != b->place.file)
		return a->place.file < b->place.file ? -1 : 1;
	if (a->place.span.offset != b->place.span.offset)
		return a->place.span.offset < b->place.span.offset ? -1 : 1;
	if (a->statement.file != b->statement.file)
		return a->statement.file < b->statement.file ? -1 : 1;
	if (a->statement.span.offset != b->statement.span.offset)
		return a->statement.span.offset < b->statement.span.offset ? -1 : 1;
	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	if (a->database != b->database)
		return a->database < b->database ? -1 : 1;
	if (a->object != b->object)
		return a->object < b->object ? -1 : 1;
	if (a->context != b->context)
		return a->context < b->context ? -1 : 1;
	if (a->occurs != b->occurs)
		return a->occurs < b->occurs ? -1 : 1;
	if (a->confidence != b->confidence)
		return a->confidence > b->confidence ? -1 : 1;
	if (a->access != b->access)
		return a->access < b->access ? -1 : 1;
	return a->columns.count != b->columns.count ? (a->columns.count > b->columns.count ? -1 : 1)
						    : (a->at > b->at) - (a->at < b->at);
}

/* The same words seen twice: as a literal by itself and in the call that executes it. */
static bool
same_use(const struct use *a, const struct use *b)
{
	return a->place.file == b->place.file && a->place.span.offset == b->place.span.offset &&
	       a->statement.file == b->statement.file &&
	       a->statement.span.offset == b->statement.span.offset && a->service == b->service &&
	       a->database == b->database && a->object == b->object && a->occurs == b->occurs;
}

static int
compare_columns(const void *x, const void *y)
{
	const struct column_used *a = x, *b = y;

	if (a->span.origin != b->span.origin)
		return a->span.origin < b->span.origin ? -1 : 1;
	if (a->span.offset != b->span.offset)
		return a->span.offset < b->span.offset ? -1 : 1;
	if (a->access != b->access)
		return a->access < b->access ? -1 : 1;
	if (a->column != b->column)
		return a->column < b->column ? -1 : 1;
	return str_cmp(a->name, b->name);
}

/* The columns of all of the N uses: one constant with a table's name stands in many statements. */
static struct range
join_columns(struct world *w, const struct use *uses, uint32_t n)
{
	struct range all = {.first = w->columns.n};
	struct column_used *columns;

	for (uint32_t i = 0; i < n; i++)
		for (uint32_t j = 0; j < uses[i].columns.count; j++) {
			struct column_used c = w->columns.v[uses[i].columns.first + j];

			vec_push(w->arena, &w->columns, c);
		}
	if (w->columns.n == all.first)
		return all;
	columns = w->columns.v + all.first;
	qsort(columns, w->columns.n - all.first, sizeof *columns, compare_columns);
	for (uint32_t i = 0; i < w->columns.n - all.first; i++)
		if (all.count == 0 || compare_columns(&columns[all.count - 1], &columns[i]))
			columns[all.count++] = columns[i];
	w->columns.n = all.first + all.count;
	return all;
}

/* N uses of the same words as one. */
static struct use
merged_use(struct world *w, const struct use *uses, uint32_t n)
{
	struct use one = uses[0];

	for (uint32_t i = 1; i < n; i++) {
		one.access |= uses[i].access;
		one.all_columns |= uses[i].all_columns;
		one.more_columns |= uses[i].more_columns;
		if (uses[i].confidence > one.confidence)
			one.confidence = uses[i].confidence;
	}
	if (n > 1)
		one.columns = join_columns(w, uses, n);
	return one;
}

void
build_sort_uses(struct builder *b)
{
	struct world *w = b->w;
	uint32_t kept = 0;

	if (w->uses.n)
		qsort(w->uses.v, w->uses.n, sizeof *w->uses.v, compare_uses);
	for (uint32_t i = 0, n; i < w->uses.n; i += n) {
		for (n = 1; i + n < w->uses.n && same_use(&w->uses.v[i], &w->uses.v[i + n]);)
			n++;
		w->uses.v[kept++] = merged_use(w, &w->uses.v[i], n);
	}
	w->uses.n = kept;
}
