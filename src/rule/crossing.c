/* What several rules ask of the world, and the words in which they answer. */
#include "rule/crossing.h"

#include <stdlib.h>

struct str
crossing_name_then(
	const struct world *w, struct arena *a, uint32_t database, uint32_t object, moment at)
{
	const struct database *db = &w->databases.v[database];
	struct naming n = catalog_name(&db->catalog, object, at);

	if (n.schema.n == 0)
		return catalog_display(&db->catalog, object, a);
	if (!db->schema_per_service && str_is(n.schema, "public"))
		return n.name;
	return str_format(a, "%.*s.%.*s", STR_ARG(n.schema), STR_ARG(n.name));
}

struct str
crossing_name(const struct world *w, struct arena *a, uint32_t database, uint32_t object)
{
	return crossing_name_then(w, a, database, object, MOMENT_NOW);
}

bool
crossing_exists(enum existence e, enum confidence *c)
{
	switch (e) {
	case EXISTS_YES:
		return true;
	case EXISTS_MAYBE:
		if (*c > CONFIDENCE_LIKELY)
			*c = CONFIDENCE_LIKELY;
		return true;
	case EXISTS_NO:
		break;
	}
	return false;
}

static bool
binds(const struct use *u, enum confidence *c)
{
	switch (u->binding.state) {
	case BINDING_BOUND:
		return u->object && crossing_exists(u->binding.exists, c);
	case BINDING_MISSING:   /* rename-model and its like judge names that ended */
	case BINDING_AMBIGUOUS: /* which one is meant is not known: accusing would be guessing */
	case BINDING_UNKNOWN:   /* the havoc or the unread source is counted as a blind spot */
		break;
	}
	return false;
}

bool
crossing_binds(const struct use *u)
{
	enum confidence c = u->confidence;

	/* What another revision does is told where it breaks; who may do it is asked of the present. */
	if (u->running)
		return false;
	return binds(u, &c);
}

enum confidence
crossing_confidence(const struct use *u)
{
	enum confidence c = u->confidence;

	crossing_exists(u->binding.exists, &c);
	return c;
}

bool crossing_judged(enum file_class class)
{
	switch (class) {
	case CLASS_CODE:
	case CLASS_MIGRATION:
	case CLASS_GENERATED:
		return true;
	case CLASS_TEST:
	case CLASS_SCRIPT:
	case CLASS_SETUP:
	case CLASS_DUMP:
	case CLASS_VENDORED:
	case CLASS_OTHER_DATABASE:
	case CLASS_BASELINE:
	case FILE_CLASSES:
		break;
	}
	return false;
}

/* True when every column of U that is accessed so is granted by itself. */
static bool
columns_granted(const struct world *w, const struct use *u, uint32_t access, struct place *why)
{
	bool any = false;

	if (u->all_columns)
		return false;
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];

		if (!(c->access & access))
			continue;
		if (!c->column || !world_granted(w, u->database, u->object, c->column, u->service,
					  access, why))
			return false;
		any = true;
	}
	return any;
}

uint32_t
crossing_ungranted(const struct world *w, const struct use *u, uint32_t mask)
{
	uint32_t missing = 0;
	struct place why;

	for (uint32_t bit = 1; bit <= ACCESS_REFERENCE; bit <<= 1) {
		if (!(u->access & mask & bit))
			continue;
		if (!world_granted(w, u->database, u->object, 0, u->service, bit, &why) &&
			!columns_granted(w, u, bit, &why))
			missing |= bit;
	}
	return missing;
}

bool
crossing_all_read(const struct world *w)
{
	for (uint32_t i = 0; i < w->services.n; i++)
		if (!w->services.v[i].available)
			return false;
	return w->config->path.n > 0;
}

bool
crossing_may_mend(const struct findings *f, uint32_t service)
{
	return !f->base || f->world->services.v[service].here;
}

uint32_t
crossing_actor(const struct world *w, moment at)
{
	if (at == 0 || at >= w->happenings.n)
		return NO_SERVICE;
	return w->contexts.v[w->happenings.v[at].context].service;
}

struct place
crossing_touch_place(const struct world *w, const struct happening *h, const struct touched *t)
{
	struct place p = h->place;

	if (!t->span.line)
		return p;
	p.span = t->span;
	if (t->span.origin)
		p.file = t->span.origin;
	p.unit = file_by_number(w->files, p.file)->unit;
	return p;
}

/* A span of a closed unit names its own file as its origin; in that file's unit it is 0. */
struct str
crossing_source(const struct world *w, const struct place *p)
{
	struct str line = {0};

	if (p->file && (p->span.origin == 0 || p->span.origin == p->file)) {
		const struct unit *own = file_by_number(w->files, p->file)->unit;

		if (own)
			line = unit_line(own, 0, p->span.line);
	}
	if (line.n == 0 && p->unit)
		line = unit_line(p->unit, p->span.origin, p->span.line);
	return line;
}

bool
crossing_is_part(const struct happening *h, const struct touched *t)
{
	for (uint32_t i = 0; i < h->applied.touched.n; i++) {
		const struct touched *whole = &h->applied.touched.v[i];

		if (t->object != t->relation && whole->object == t->relation &&
			(whole->touch == TOUCH_CREATE || whole->touch == TOUCH_DROP))
			return true;
	}
	return false;
}

struct place
crossing_born_place(const struct world *w, uint32_t database, uint32_t object)
{
	moment born = w->databases.v[database].catalog.objects.v[object].born;
	const struct happening *h;

	if (born == 0 || born >= w->happenings.n)
		return world_created(w, database, object);
	h = &w->happenings.v[born];
	for (uint32_t i = 0; i < h->applied.touched.n; i++)
		if (h->applied.touched.v[i].object == object)
			return crossing_touch_place(w, h, &h->applied.touched.v[i]);
	return h->place;
}

void
crossing_owned_then(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	const struct owner *owner, moment at)
{
	const struct world *w = f->world;
	const struct catalog *c = &w->databases.v[database].catalog;
	struct str name = crossing_name_then(w, f->arena, database, object, at);
	struct str service = world_service(w, owner->service);
	struct str schema = catalog_name(c, object, at).schema;
	const char *kind = object_kind_word(c->objects.v[object].kind);

	x->object = catalog_display(c, object, f->arena);
	x->owner = owner->service;
	switch (owner->how) {
	case OWNED_DECLARED:
		finding_related(f, x, owner->why, "%s %.*s is owned by %.*s, declared here", kind,
			STR_ARG(name), STR_ARG(service));
		break;
	case OWNED_SCHEMA:
		finding_related(f, x, owner->why, "schema %.*s belongs to %.*s, created here",
			STR_ARG(schema), STR_ARG(service));
		break;
	case OWNED_CREATED:
		finding_related(f, x, crossing_born_place(w, database, object),
			"%s %.*s is owned by %.*s, created here", kind, STR_ARG(name),
			STR_ARG(service));
		break;
	case OWNED_OPEN:
	case OWNED_EXTERNAL:
		x->owner = NO_SERVICE;
		break;
	}
}

void
crossing_owned(struct findings *f, struct finding *x, uint32_t database, uint32_t object,
	const struct owner *owner)
{
	crossing_owned_then(f, x, database, object, owner, MOMENT_NOW);
}

struct str
crossing_verbs(struct arena *a, uint32_t access)
{
	static const struct {
		enum access bit;
		const char *verb;
	} verbs[] = {
		{ACCESS_READ, "reads"},
		{ACCESS_INSERT, "inserts into"},
		{ACCESS_UPDATE, "updates"},
		{ACCESS_DELETE, "deletes from"},
		{ACCESS_TRUNCATE, "truncates"},
		{ACCESS_LOCK, "locks"},
	};
	struct buf b = {.arena = a};

	for (size_t i = 0; i < sizeof verbs / sizeof *verbs; i++) {
		if (!(access & verbs[i].bit))
			continue;
		access &= ~(uint32_t)verbs[i].bit;
		if (b.n)
			buf_add(&b, access ? STR(", ") : STR(" and "));
		buf_add(&b, str_from(verbs[i].verb));
	}
	return b.n ? buf_str(&b) : STR("uses");
}

struct str
crossing_may(struct arena *a, uint32_t access)
{
	struct str words = access_words(a, access), word;
	struct buf b = {.arena = a};

	buf_addc(&b, '[');
	while (str_cut(&words, ',', &word))
		buf_addf(&b, "%s%.*s", b.n > 1 ? ", " : "", STR_ARG(word));
	buf_addc(&b, ']');
	return buf_str(&b);
}

struct place
crossing_place(const struct use *u)
{
	return u->statement.file ? u->statement : u->place;
}

void
crossing_named(struct findings *f, struct finding *x, const struct use *u)
{
	if (u->statement.file)
		finding_related(f, x, u->place, "the table's name is put in from here");
}

/* Where CREATE TABLE defines the column; else the happening's own place. */
static struct place
column_place(const struct world *w, const struct happening *h, uint32_t object)
{
	const struct catalog *c = &w->databases.v[w->contexts.v[h->context].database].catalog;
	const struct object *o = &c->objects.v[object];
	const struct event *e = h->unit ? &h->unit->events.v[h->event] : NULL;

	if (!e || !object || o->kind != OBJECT_COLUMN || !o->names.n)
		return h->place;
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *s = &h->unit->subcommands.v[e->subcommands.first + i];
		struct touched t = {.span = s->span};

		if (s->kind == SUB_ADD_COLUMN && str_eq(s->name, o->names.v[0].name))
			return crossing_touch_place(w, h, &t);
	}
	return h->place;
}

struct place
crossing_said_place(const struct world *w, moment at, uint32_t object)
{
	const struct happening *h = &w->happenings.v[at];

	for (uint32_t i = 0; i < h->applied.touched.n; i++)
		if (h->applied.touched.v[i].object == object)
			return crossing_touch_place(w, h, &h->applied.touched.v[i]);
	return column_place(w, h, object);
}

/* The head's file of the service and path that a place of the base names; NULL. */
static const struct file *
same_file(const struct findings *f, const struct place *base)
{
	const struct file *was = file_by_number(f->base->files, base->file);
	struct str service = world_service(f->base, was->service);

	for (uint32_t i = 0; i < f->world->files->list.n; i++) {
		const struct file *now = &f->world->files->list.v[i];

		if (str_eq(now->entry.path, was->entry.path) &&
			str_eq(world_service(f->world, now->service), service))
			return now;
	}
	return NULL;
}

/* Moves NEAREST to P, when that is nearer to the line and not behind it. */
static void
come_nearer(struct place *nearest, const struct place *p, uint32_t line)
{
	if (p->span.line >= nearest->span.line && p->span.line <= line)
		*nearest = *p;
}

struct place
crossing_left_place(
	const struct findings *f, uint32_t database, uint32_t object, struct place fallback)
{
	struct place was = crossing_born_place(f->base, database, object), left;
	const struct file *file = was.file ? same_file(f, &was) : NULL;

	if (!file)
		return fallback;
	left = (struct place){.service = file->service,
		.file = file->number,
		.unit = file->unit,
		.span = {.line = 1, .column = 1}};
	for (uint32_t i = 1; file->unit && i < file->unit->statements.n; i++) {
		struct place p = left;

		p.span = file->unit->statements.v[i].span;
		if (!p.span.origin && p.span.line)
			come_nearer(&left, &p, was.span.line);
	}
	/* What an ORM's operations do stands in no statement of the file. */
	for (moment m = 1; m < f->world->happenings.n; m++) {
		const struct happening *h = &f->world->happenings.v[m];

		if (h->place.file == file->number && h->operation_unit)
			come_nearer(&left, &h->place, was.span.line);
	}
	return left;
}

bool
crossing_suffers(const struct use *u, uint32_t actor)
{
	enum confidence c = u->confidence;

	return (u->service != actor || u->running) && u->occurs != OCCURS_ONCE && binds(u, &c);
}

const struct column_used *
crossing_column(const struct world *w, const struct use *u, uint32_t column, uint32_t access)
{
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *x = &w->columns.v[u->columns.first + i];

		if (x->column == column && (x->access & access))
			return x;
	}
	return NULL;
}

static int
compare_names(const void *x, const void *y)
{
	return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

struct str
crossing_sufferers(const struct findings *f, const struct finding *x, bool *several)
{
	struct str *names = arena_array(f->arena, struct str, x->related.n + 1);
	struct buf b = {.arena = f->arena};
	uint32_t n = 0, kept = 0;

	for (uint32_t i = 0; i < x->related.n; i++)
		if (x->related.v[i].role == RELATED_VICTIM)
			names[n++] = world_service(f->world, x->related.v[i].place.service);
	qsort(names, n, sizeof *names, compare_names);
	for (uint32_t i = 0; i < n; i++)
		if (i == 0 || !str_eq(names[i], names[kept - 1]))
			names[kept++] = names[i];
	for (uint32_t i = 0; i < kept; i++)
		buf_addf(&b, "%s%.*s", i == 0 ? "" : i + 1 == kept ? " and " : ", ",
			STR_ARG(names[i]));
	*several = kept > 1;
	return buf_str(&b);
}
