/* What a change of the schema does to everybody: the two worlds are compared, and for each difference
 * the uses are sought that fail by it, or may. */
#include <stdlib.h>

#include "base/map.h"
#include "impact_p.h"

static const struct change_words {
	const char *kind;
	const char *sentence; /* TABLE, BEFORE, AFTER are put in */
} change_words[] = {
	[CHANGE_RELATION_NEW] = {"relation new", NULL},
	[CHANGE_RELATION_GONE] = {"relation dropped", "%T is dropped"},
	[CHANGE_RELATION_RENAMED] = {"relation renamed", "%T is renamed to %A"},
	[CHANGE_COLUMN_NEW] = {"column new", "%T gets the column %A, which must be given"},
	[CHANGE_COLUMN_GONE] = {"column dropped", "column %T.%B is dropped"},
	[CHANGE_COLUMN_RENAMED] = {"column renamed", "column %T.%B is renamed to %A"},
	[CHANGE_TYPE] = {"type changed", "column %T.%A changes its type from %B to %N"},
	[CHANGE_NOT_NULL] = {"not null", "column %T.%A takes no NULL any more"},
	[CHANGE_NO_DEFAULT] = {"default dropped", "column %T.%A has no default any more"},
	[CHANGE_CONSTRAINT] = {"constraint new", "%T gets the constraint %A"},
};

static const struct object *
object_now(const struct impact *i)
{
	return &i->now->objects.v[i->change->object];
}

/* The sentence of the change with its names. */
static struct str
sentence(const struct impact *i)
{
	struct buf b = {.arena = i->a};
	bool type = i->change->kind == CHANGE_TYPE;

	for (const char *s = change_words[i->change->kind].sentence; *s; s++) {
		if (*s != '%') {
			buf_addc(&b, *s);
			continue;
		}
		s++;
		if (*s == 'T')
			buf_add(&b, i->table);
		else if (*s == 'A')
			buf_add(&b, i->after);
		else if (*s == 'N')
			buf_add(&b, object_now(i)->type);
		else
			buf_add(&b, type ? i->then->objects.v[i->change->before].type : i->before);
	}
	return buf_str(&b);
}

/* A column that an INSERT has to give: NULL is not taken, and nothing else fills it. */
static bool
is_demanded(const struct object *o)
{
	return o->not_null && !o->has_default && !o->identity && !o->generated;
}

/* True when the change can break anybody. */
static bool
can_break(const struct impact *i)
{
	switch (i->change->kind) {
	case CHANGE_RELATION_NEW:
		return false;
	case CHANGE_COLUMN_NEW:
	case CHANGE_NO_DEFAULT:
		return is_demanded(object_now(i));
	case CHANGE_RELATION_GONE:
	case CHANGE_RELATION_RENAMED:
	case CHANGE_COLUMN_GONE:
	case CHANGE_COLUMN_RENAMED:
	case CHANGE_TYPE:
	case CHANGE_NOT_NULL:
	case CHANGE_CONSTRAINT:
		break;
	}
	return true;
}

static void
add_break(const struct impact *i, struct impact_change *x, const struct use *u,
	const struct place *place, const char *effect, uint32_t access, enum confidence confidence)
{
	struct impact_break *b = vec_add(i->a, &x->breaks);
	struct str what = i->table;

	if (i->change->kind == CHANGE_COLUMN_GONE || i->change->kind == CHANGE_COLUMN_RENAMED)
		what = str_format(i->a, "%.*s.%.*s", STR_ARG(i->table), STR_ARG(i->before));
	else if (i->change->kind == CHANGE_TYPE)
		what = str_format(i->a, "%.*s.%.*s", STR_ARG(i->table), STR_ARG(i->after));
	b->place = view_place(i->head, place);
	b->effect = str_from(effect);
	b->message = str_format(i->a, "%.*s %.*s %.*s", STR_ARG(world_service(i->head, u->service)),
		STR_ARG(crossing_verbs(i->a, access)), STR_ARG(what));
	b->access = access_words(i->a, access);
	b->class_word = str_from(file_class_word(u->class));
	b->confidence = str_from(
		view_confidence_word(confidence < u->confidence ? confidence : u->confidence));
	b->deployed = crossing_judged(u->class);
}

/* Where the use names the column. */
static struct place
column_place(const struct world *w, const struct use *u, const struct column_used *c)
{
	struct place p = crossing_place(u);

	if (!c->span.line || u->statement.file)
		return p;
	p.span = c->span;
	if (c->span.origin)
		p.file = c->span.origin;
	p.unit = file_by_number(w->files, p.file)->unit;
	return p;
}

/* The use's columns of which IS says that they are meant, as one break each. */
static void
break_columns(const struct impact *i, struct impact_change *x, const struct use *u,
	const char *effect, enum confidence confidence,
	bool (*is)(const struct impact *i, const struct column_used *c))
{
	for (uint32_t k = 0; k < u->columns.count; k++) {
		const struct column_used *c = &i->head->columns.v[u->columns.first + k];
		struct place place = column_place(i->head, u, c);

		if (is(i, c))
			add_break(i, x, u, &place, effect, c->access, confidence);
	}
}

static bool
is_ended(const struct impact *i, const struct column_used *c)
{
	return c->missing && str_eq(c->name, i->before);
}

static bool
is_changed(const struct impact *i, const struct column_used *c)
{
	return c->column == i->change->object;
}

/* An INSERT that leaves the column out; one without a list gives what columns there were. */
static bool
leaves_out(const struct impact *i, const struct use *u)
{
	if (!(u->access & ACCESS_INSERT) || u->more_columns)
		return false;
	for (uint32_t k = 0; k < u->columns.count; k++) {
		const struct column_used *c = &i->head->columns.v[u->columns.first + k];

		if ((c->access & ACCESS_INSERT) && c->column == i->change->object)
			return false;
	}
	return !u->all_columns || i->change->kind == CHANGE_COLUMN_NEW;
}

/* True when the use gives a value to a column of the constraint, or may. */
static bool
writes_into(const struct impact *i, const struct use *u)
{
	const struct object *o = object_now(i);

	if (!(u->access & (ACCESS_INSERT | ACCESS_UPDATE)))
		return false;
	if (u->all_columns || u->more_columns || !o->columns.n || (u->access & ACCESS_INSERT))
		return true;
	for (uint32_t k = 0; k < u->columns.count; k++) {
		const struct column_used *c = &i->head->columns.v[u->columns.first + k];

		for (uint32_t n = 0; n < o->columns.n && (c->access & ACCESS_UPDATE); n++)
			if (c->column == o->columns.v[n])
				return true;
	}
	return false;
}

/* A name that ended with the change, and that the use still says. */
static bool
says_lost_name(const struct impact *i, const struct use *u)
{
	return u->binding.state == BINDING_MISSING && u->binding.object &&
	       u->binding.ended == i->change->at;
}

static void
judge_relation(const struct impact *i, struct impact_change *x, const struct use *u)
{
	struct place place = crossing_place(u);

	if (says_lost_name(i, u))
		add_break(i, x, u, &place, "fails", u->access, CONFIDENCE_EXACT);
}

/* What reads all columns gets other ones; what gives all in their order gives one too many. */
static void
judge_all_columns(const struct impact *i, struct impact_change *x, const struct use *u)
{
	struct place place = crossing_place(u);

	if (!u->all_columns || u->object != i->change->relation)
		return;
	if (u->access & ACCESS_INSERT)
		add_break(i, x, u, &place, "may fail: it names no columns", u->access,
			CONFIDENCE_LIKELY);
	else
		add_break(i, x, u, &place, "gets other columns", u->access, CONFIDENCE_GUESS);
}

static void
judge_use(const struct impact *i, struct impact_change *x, const struct use *u)
{
	bool same = u->binding.state == BINDING_BOUND && u->object == i->change->relation;
	struct place place = crossing_place(u);

	switch (i->change->kind) {
	case CHANGE_RELATION_NEW:
		return;
	case CHANGE_RELATION_GONE:
	case CHANGE_RELATION_RENAMED:
		judge_relation(i, x, u);
		return;
	case CHANGE_COLUMN_GONE:
	case CHANGE_COLUMN_RENAMED:
		if (!same)
			return;
		break_columns(i, x, u, "fails", CONFIDENCE_EXACT, is_ended);
		if (i->change->kind == CHANGE_COLUMN_GONE)
			judge_all_columns(i, x, u);
		return;
	case CHANGE_TYPE:
		if (same)
			break_columns(i, x, u, "may fail", CONFIDENCE_LIKELY, is_changed);
		return;
	case CHANGE_COLUMN_NEW:
	case CHANGE_NOT_NULL:
	case CHANGE_NO_DEFAULT:
		if (same && is_demanded(object_now(i)) && leaves_out(i, u))
			add_break(i, x, u, &place, "fails: it does not give the column",
				ACCESS_INSERT, CONFIDENCE_EXACT);
		return;
	case CHANGE_CONSTRAINT:
		if (same && writes_into(i, u))
			add_break(i, x, u, &place, "may be refused",
				u->access & (ACCESS_INSERT | ACCESS_UPDATE), CONFIDENCE_LIKELY);
		return;
	}
}

/* Foreign keys of other relations to what is gone: PostgreSQL refuses, or with CASCADE drops them. */
static void
judge_keys(const struct impact *i, struct impact_change *x)
{
	const struct object *gone = &i->then->objects.v[i->change->relation_before];

	for (uint32_t k = 0; k < gone->dependents.n; k++) {
		uint32_t key = gone->dependents.v[k], database = i->change->database_before;
		const struct object *o = &i->then->objects.v[key];
		struct place place;
		struct impact_break *b;

		if (o->constraint != CONSTRAINT_FOREIGN_KEY || o->died || o->exists == EXISTS_NO ||
			o->parent == i->change->relation_before)
			continue;
		place = crossing_born_place(i->base, database, key);
		b = vec_add(i->a, &x->breaks);
		b->place = view_place(i->base, &place);
		b->effect = STR("goes with it under CASCADE; without, PostgreSQL refuses");
		b->message = str_format(i->a, "foreign key %.*s of %.*s refers to %.*s",
			STR_ARG(catalog_name(i->then, key, MOMENT_NOW).name),
			STR_ARG(crossing_name(i->base, i->a, database, o->parent)),
			STR_ARG(i->table));
		b->access = STR("reference");
		b->class_word = STR("migration");
		b->confidence = STR("exact");
		b->deployed = true;
	}
}

static struct impact
prepare(struct arena *a, const struct world *head, const struct world *base, const struct change *c)
{
	struct impact i = {.a = a,
		.head = head,
		.base = base,
		.change = c,
		.now = &head->databases.v[c->database].catalog,
		.then = &base->databases.v[c->database_before].catalog};

	if (c->relation_before) {
		i.table = crossing_name(base, a, c->database_before, c->relation_before);
		i.owner = world_service(
			base, world_owner(base, c->database_before, c->relation_before).service);
	}
	if (c->before)
		i.before = catalog_name(i.then, c->before, MOMENT_NOW).name;
	if (c->kind == CHANGE_RELATION_RENAMED)
		i.after = crossing_name(head, a, c->database, c->object);
	else if (c->object)
		i.after = catalog_name(i.now, c->object, MOMENT_NOW).name;
	return i;
}

static int
compare_breaks(const void *left, const void *right)
{
	const struct impact_break *x = left, *y = right;
	int c = str_cmp(x->place.service, y->place.service);

	if (!c)
		c = str_cmp(x->place.path, y->place.path);
	if (!c)
		c = (x->place.line > y->place.line) - (x->place.line < y->place.line);
	if (!c)
		c = (x->place.column > y->place.column) - (x->place.column < y->place.column);
	return c ? c : str_cmp(x->message, y->message);
}

/* A statement that is seen twice, and columns of one that stand in one place, are one break. */
static void
settle(struct impact_change *x)
{
	uint32_t kept = 0;

	if (x->breaks.n)
		qsort(x->breaks.v, x->breaks.n, sizeof *x->breaks.v, compare_breaks);
	for (uint32_t i = 0; i < x->breaks.n; i++)
		if (i == 0 || compare_breaks(&x->breaks.v[i], &x->breaks.v[kept - 1]))
			x->breaks.v[kept++] = x->breaks.v[i];
	x->breaks.n = kept;
}

static void
add_change(const struct impact *i, struct impact_doc *out)
{
	struct impact_change *x = vec_add(i->a, &out->changes);
	struct str column = i->before.n ? i->before : i->after;

	x->kind = str_from(change_words[i->change->kind].kind);
	x->object = catalog_display(i->then, i->change->relation_before, i->a);
	if (i->change->object != i->change->relation ||
		i->change->before != i->change->relation_before)
		x->object = str_format(i->a, "%.*s.%.*s", STR_ARG(x->object), STR_ARG(column));
	x->owner = i->owner;
	x->message = sentence(i);
	if (i->change->at && i->change->at < i->head->happenings.n)
		x->place = view_place(i->head, &i->head->happenings.v[i->change->at].place);
	for (uint32_t k = 0; k < i->head->uses.n; k++)
		if (i->head->uses.v[k].occurs != OCCURS_ONCE &&
			i->head->uses.v[k].database == i->change->database)
			judge_use(i, x, &i->head->uses.v[k]);
	if (i->change->kind == CHANGE_RELATION_GONE)
		judge_keys(i, x);
	impact_models(i, x);
	settle(x);
	impact_plan(i, x);
}

/* The events that are in HEAD alone and that PostgreSQL would not take, or of which nobody knows. */
static void
add_refusals(struct arena *a, const struct world *head, struct impact_doc *out)
{
	for (moment m = 1; m < head->happenings.n; m++) {
		const struct happening *h = &head->happenings.v[m];
		struct impact_refusal *r;

		if (h->applied.status == APPLY_DONE || h->applied.status == APPLY_SKIPPED ||
			!file_by_number(head->files, h->place.file)->trial)
			continue;
		r = vec_add(a, &out->refusals);
		r->place = view_place(head, &h->place);
		r->message = h->applied.status == APPLY_CONFLICT ? h->applied.message
								 : STR("its effect is not known");
	}
}

/* What of the SQL that is tried does not parse. */
static void
add_unparsed(struct arena *a, const struct world *head, struct impact_doc *out)
{
	for (uint32_t k = 0; k < head->files->list.n; k++) {
		const struct file *f = &head->files->list.v[k];

		for (uint32_t n = 1; f->trial && n < f->unit->blind_spots.n; n++) {
			const struct blind_spot *b = &f->unit->blind_spots.v[n];
			struct place place = {.service = f->service,
				.file = f->number,
				.unit = f->unit,
				.span = b->span};
			struct impact_refusal *r;

			if (b->reason != BLIND_SYNTAX)
				continue;
			r = vec_add(a, &out->refusals);
			r->place = view_place(head, &place);
			r->message = b->detail;
		}
	}
}

static void
count(struct arena *a, struct impact_doc *out)
{
	struct map services = {.arena = a};

	for (uint32_t i = 0; i < out->changes.n; i++)
		for (uint32_t k = 0; k < out->changes.v[i].breaks.n; k++) {
			const struct impact_break *b = &out->changes.v[i].breaks.v[k];

			if (!b->deployed || str_is(b->confidence, "guess"))
				continue;
			out->breaks++;
			if (map_put(&services, b->place.service)->num++ == 0)
				out->services++;
		}
}

void
view_impact(
	struct arena *a, const struct world *head, const struct world *base, struct impact_doc *out)
{
	struct difference d;

	*out = (struct impact_doc){0};
	world_compare(head, base, a, &d);
	for (uint32_t k = 0; k < d.list.n; k++) {
		struct impact i = prepare(a, head, base, &d.list.v[k]);

		if (d.list.v[k].relation_before && can_break(&i))
			add_change(&i, out);
	}
	add_refusals(a, head, out);
	add_unparsed(a, head, out);
	count(a, out);
	view_coverage(a, head, &out->coverage);
}
