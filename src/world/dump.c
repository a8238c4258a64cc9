/* What a database has that no history makes: dumps of its schema, and scripts that set it up.
 *
 * A table that no migration here makes (an extension's, a library's, one that somebody made by hand) exists
 * all the same; a dump says so, with its columns and keys. What a step of a history makes, the history makes:
 * there a dump is only a copy, older or newer. A script that sets a database up for development
 * (docker-entrypoint-initdb.d) says likewise what there may be: what others migrate, or a stub of it. */
#include "world/order_p.h"

struct dump {
	struct builder *b;
	struct order *order;
	uint32_t database;
	const struct file *file;
	bool maybe; /* a script for development: elsewhere it may be otherwise */
	struct session session;
};

/* The relation, type … that the event is about: of an index, trigger or policy the table's. */
static const struct name *
subject(const struct unit *u, const struct event *e)
{
	bool part = e->object_kind == OBJECT_INDEX || e->object_kind == OBJECT_TRIGGER ||
		    e->object_kind == OBJECT_POLICY || e->object_kind == OBJECT_RULE;

	return part && e->kind == EVENT_CREATE && e->names.count ? &u->names.v[e->names.first]
								 : &e->object;
}

static bool
made(const struct dump *d, const struct name *n)
{
	return order_makes(d->order, d->database, n->schema, n->name);
}

/* True when the event is about what only the dump knows. A table that refers to one that a history makes is
 * itself known; its key is not, for the other is yet to be made. */
static bool
applies(const struct dump *d, const struct unit *u, const struct event *e)
{
	switch (e->kind) {
	case EVENT_SET:
	case EVENT_RESET:
		return true;
	case EVENT_CREATE:
		if (e->object_kind == OBJECT_SCHEMA)
			return !order_makes(d->order, d->database, e->object.name, (struct str){0});
		break;
	case EVENT_CREATE_AS:
	case EVENT_ALTER:
	case EVENT_OWNER_TO:
		break;
	case EVENT_NONE:
	case EVENT_DROP:
	case EVENT_RENAME:
	case EVENT_SET_SCHEMA:
	case EVENT_GRANT:
	case EVENT_REVOKE:
	case EVENT_ALTER_ROLE_SET:
	case EVENT_ALTER_DATABASE_SET:
	case EVENT_TRANSACTION:
	case EVENT_CALL:
	case EVENT_COMMENT:
	case EVENT_HAVOC:
	case EVENT_UNMODELLED:
	case EVENT_KINDS:
		return false;
	}
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct name *target = &u->subcommands.v[e->subcommands.first + i].target;

		if (target->name.n && made(d, target))
			return false;
	}
	return !made(d, subject(u, e));
}

/* What the event made is nobody's, and stands where the dump has it. */
static void
note_made(struct dump *d, uint32_t first, struct span span)
{
	struct database *db = &d->b->w->databases.v[d->database];

	for (uint32_t i = first; i < db->catalog.objects.n; i++) {
		db->catalog.objects.v[i].external = true;
		vec_push(d->b->a, &db->dumped,
			(struct dumped){.object = i,
				.place = {.service = d->file->service,
					.file = d->file->number,
					.unit = d->file->unit,
					.span = span}});
	}
}

static void
apply_dump(struct dump *d)
{
	struct builder *b = d->b;
	struct catalog *catalog = &b->w->databases.v[d->database].catalog;
	const struct unit *u = d->file->unit;

	catalog_connect(catalog, &d->session, b->a, (struct str){0}, NULL, 0);
	for (uint32_t i = 1; u && i < u->statements.n; i++) {
		const struct statement *s = &u->statements.v[i];
		const struct event *e = &u->events.v[s->event];
		uint32_t first = catalog->objects.n;
		struct applied out = {0};
		bool stored;

		root_fragment(u, s->fragment, &stored);
		if (stored || !s->event || !applies(d, u, e))
			continue;
		catalog_apply(catalog, &d->session, u, s->event, s->query, d->maybe, 0, &b->scratch,
			&out);
		note_made(d, first, e->span.line ? e->span : s->span);
	}
	arena_reset(&b->scratch);
}

static struct file *
file_of(const struct builder *b, uint32_t service, struct str path)
{
	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		struct file *f = &b->in->linker->set->list.v[i];

		if (f->service == service && str_eq(f->entry.path, path))
			return f;
	}
	return NULL;
}

/* Each dump once a database, however many contexts the service has in it. */
static bool
is_done(const struct builder *b, uint32_t context, const struct setting *dump)
{
	const struct context *c = &b->w->contexts.v[context];

	for (uint32_t i = 0; i < context; i++) {
		const struct context *x = &b->w->contexts.v[i];
		const struct context_config *config = x->config;

		if (x->service != c->service || x->database != c->database)
			continue;
		if (config == c->config || !config)
			return true;
		for (uint32_t k = 0; k < config->schema_dump.n; k++)
			if (str_eq(config->schema_dump.v[k].value, dump->value))
				return true;
	}
	return false;
}

static void
take_dump(struct builder *b, struct order *order, uint32_t context, const struct setting *dump)
{
	const struct context *c = &b->w->contexts.v[context];
	struct file *f = file_of(b, c->service, dump->value);
	struct dump d = {.b = b, .order = order, .database = c->database, .file = f};

	if (is_done(b, context, dump))
		return;
	if (!f) {
		if (b->in->services[c->service].available)
			diag_add(b->diags, DIAG_WARNING, b->w->config->path, dump->line,
				dump->column,
				"schema_dump: %.*s has no file '%.*s' (a .sql file, relative to the "
				"service)",
				STR_ARG(b->w->config->services.v[c->service].name),
				STR_ARG(dump->value));
		return;
	}
	b->claimed[f->number - 1] = true;
	apply_dump(&d);
}

/* The set-up scripts of a context's service, for its database. */
static void
take_scripts(struct builder *b, struct order *order, uint32_t context)
{
	const struct context *c = &b->w->contexts.v[context];

	for (uint32_t i = 0; i < context; i++)
		if (b->w->contexts.v[i].service == c->service &&
			b->w->contexts.v[i].database == c->database)
			return;
	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		const struct file *f = &b->w->files->list.v[i];
		struct dump d = {
			.b = b, .order = order, .database = c->database, .file = f, .maybe = true};

		if (f->service == c->service && f->class == CLASS_SETUP && !f->host->read &&
			!b->claimed[f->number - 1])
			apply_dump(&d);
	}
}

void
build_dumps(struct builder *b, struct order *order)
{
	for (uint32_t i = 0; i < b->w->contexts.n; i++) {
		const struct context *c = &b->w->contexts.v[i];
		const struct service *s = &b->w->config->services.v[c->service];

		for (uint32_t k = 0; k < s->schema_dump.n; k++)
			take_dump(b, order, i, &s->schema_dump.v[k]);
		for (uint32_t k = 0; c->config && k < c->config->schema_dump.n; k++)
			take_dump(b, order, i, &c->config->schema_dump.v[k]);
	}
	for (uint32_t i = 0; i < b->w->contexts.n; i++)
		take_scripts(b, order, i);
}
