/* Every place that touches a relation or a column: uses, and the migrations' DDL. */
#include <stdlib.h>

#include "view_p.h"

/* A pattern taken apart. An empty part means any. */
struct wanted {
	struct str schema, table, column;
};

static bool
matches(struct str pattern, struct str x)
{
	return pattern.n == 0 || str_glob(pattern, x);
}

/* True when the relation has, or once had, a name that is wanted. */
static bool
object_matches(const struct object *o, const struct wanted *want)
{
	for (uint32_t i = 0; i < o->names.n; i++)
		if (matches(want->schema, o->names.v[i].schema) &&
			matches(want->table, o->names.v[i].name))
			return true;
	return false;
}

static bool
any_relation(const struct world *w, const struct wanted *want)
{
	for (uint32_t d = 0; d < w->databases.n; d++) {
		const struct catalog *c = &w->databases.v[d].catalog;

		for (uint32_t i = 1; i < c->objects.n; i++)
			if (object_kind_is_relation(c->objects.v[i].kind) &&
				object_matches(&c->objects.v[i], want))
				return true;
	}
	return false;
}

/* A name as written that binds to nothing: its last part, and its schema when it has one. */
static bool
written_matches(struct str written, const struct wanted *want)
{
	size_t dot = str_rchr(written, '.');

	if (dot == SIZE_MAX)
		return matches(want->table, written);
	return matches(want->table, str_slice(written, dot + 1, written.n)) &&
	       matches(want->schema, str_slice(written, 0, dot));
}

/* True when something that no catalog here has is written with that schema. */
static bool
any_written(const struct world *w, const struct wanted *want)
{
	for (uint32_t i = 0; i < w->uses.n; i++) {
		const struct use *u = &w->uses.v[i];

		if (!u->object && str_chr(u->written, '.', 0) != SIZE_MAX &&
			written_matches(u->written, want))
			return true;
	}
	return false;
}

/* TABLE, SCHEMA.TABLE, TABLE.COLUMN or SCHEMA.TABLE.COLUMN. */
static bool
parse(const struct world *w, struct str pattern, struct wanted *want)
{
	struct str parts[3] = {0}, part;
	uint32_t n = 0;

	while (str_cut(&pattern, '.', &part)) {
		if (n == 3 || part.n == 0)
			return false;
		parts[n++] = part;
	}
	if (n == 0)
		return false;
	if (n == 1) {
		*want = (struct wanted){.table = parts[0]};
	} else if (n == 3) {
		*want = (struct wanted){parts[0], parts[1], parts[2]};
	} else {
		*want = (struct wanted){.schema = parts[0], .table = parts[1]};
		if (!any_relation(w, want) && !any_written(w, want))
			*want = (struct wanted){.table = parts[0], .column = parts[1]};
	}
	return true;
}

static bool
use_matches(const struct world *w, const struct use *u, const struct wanted *want)
{
	const struct catalog *c = &w->databases.v[u->database].catalog;

	switch (u->binding.state) {
	case BINDING_BOUND:
		break;
	case BINDING_MISSING:
	case BINDING_AMBIGUOUS:
	case BINDING_UNKNOWN:
		return written_matches(u->written, want);
	}
	return u->object ? object_matches(&c->objects.v[u->object], want)
			 : written_matches(u->written, want);
}

static const char *
form_word(enum use_form form)
{
	switch (form) {
	case FORM_JOINED:
		return "joined";
	case FORM_BUILDER:
		return "builder";
	case FORM_ORM:
		return "orm";
	case FORM_STORED:
		return "stored";
	case FORM_LITERAL:
		break;
	}
	return "literal";
}

/* A place with what orders it. */
struct keyed {
	struct who_place place;
	uint32_t offset;
};
struct places {
	struct arena *a;
	const struct world *w;
	const struct wanted *want;
	VEC(struct keyed) list;
};

static struct who_place *
add_place(struct places *p, const struct place *place)
{
	struct keyed *k = vec_add(p->a, &p->list);

	k->place.place = view_place(p->w, place);
	k->offset = place->span.offset;
	return &k->place;
}

static struct who_place
use_words(struct places *p, const struct use *u)
{
	const struct catalog *c = &p->w->databases.v[u->database].catalog;
	enum confidence confidence = u->confidence;

	if (u->binding.state != BINDING_BOUND)
		confidence = CONFIDENCE_GUESS;
	return (struct who_place){
		.relation = u->object ? catalog_display(c, u->object, p->a) : u->written,
		.access = access_words(p->a, u->access),
		.form = str_from(form_word(u->form)),
		.class_word = str_from(file_class_word(u->class)),
		.confidence = str_from(view_confidence_word(confidence)),
	};
}

/* True when the relation has, or had, a wanted column; also when its columns are not known. */
static bool
may_have_column(const struct places *p, const struct use *u)
{
	const struct catalog *c = &p->w->databases.v[u->database].catalog;
	const struct object *o = &c->objects.v[u->object];
	bool any = false;

	for (uint32_t i = 0; i < o->members.n; i++) {
		uint32_t member = o->members.v[i];

		if (c->objects.v[member].kind != OBJECT_COLUMN)
			continue;
		any = true;
		for (uint32_t j = 0; j < c->objects.v[member].names.n; j++)
			if (str_glob(p->want->column, c->objects.v[member].names.v[j].name))
				return true;
	}
	return !any;
}

/* The use once for each of its columns that is wanted; as a whole where all columns are used. */
static void
add_columns(struct places *p, const struct use *u)
{
	struct who_place words = use_words(p, u);
	bool any = false;

	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &p->w->columns.v[u->columns.first + i];
		struct place place = u->place;
		struct who_place *x;

		if (!str_glob(p->want->column, c->name))
			continue;
		any = true;
		if (c->span.line)
			place.span = c->span;
		x = add_place(p, &place);
		words.place = x->place;
		*x = words;
		x->column_name = c->name;
		x->access = access_words(p->a, c->access);
		if (c->guess)
			x->confidence = str_from(view_confidence_word(CONFIDENCE_GUESS));
	}
	if (!any && u->all_columns && may_have_column(p, u)) {
		struct who_place *x = add_place(p, &u->place);

		words.place = x->place;
		*x = words;
		x->column_name = STR("*");
	}
}

static void
add_whole(struct places *p, const struct use *u, const struct place *place)
{
	struct who_place words = use_words(p, u), *x = add_place(p, place);

	words.place = x->place;
	*x = words;
}

/* Where a constant puts the name into the statement, both places: grep finds the one, and the other
 * is what is looked for. */
static void
add_use(struct places *p, const struct use *u)
{
	if (p->want->column.n) {
		add_columns(p, u);
		return;
	}
	add_whole(p, u, &u->place);
	if (u->statement.file)
		add_whole(p, u, &u->statement);
}

static struct str
touch_access(enum touch touch)
{
	switch (touch) {
	case TOUCH_REFERENCE:
		return STR("reference");
	case TOUCH_CREATE:
	case TOUCH_ALTER:
	case TOUCH_DROP:
	case TOUCH_RENAME:
		break;
	}
	return STR("ddl");
}

/* True when the relation was made at that moment with a column that is wanted. */
static bool
made_with_column(const struct catalog *c, uint32_t relation, moment at, const struct wanted *want)
{
	const struct object *o = &c->objects.v[relation];

	for (uint32_t i = 0; i < o->members.n; i++) {
		const struct object *m = &c->objects.v[o->members.v[i]];

		if (m->kind == OBJECT_COLUMN && m->born == at &&
			str_glob(want->column, catalog_name(c, o->members.v[i], at).name))
			return true;
	}
	return false;
}

/* True when T is about the wanted column, or about all columns at once. */
static bool
concerns_column(const struct catalog *c, const struct touched *t, struct str column, moment at,
	const struct wanted *want)
{
	if (t->object != t->relation)
		return column.n && str_glob(want->column, column);
	switch (t->touch) {
	case TOUCH_CREATE:
		return made_with_column(c, t->relation, at, want);
	case TOUCH_DROP:
	case TOUCH_RENAME:
		return true;
	case TOUCH_ALTER:
	case TOUCH_REFERENCE:
		break;
	}
	return false;
}

/* What the migration did to the relation, or to a wanted column of it. */
static void
add_touch(struct places *p, const struct happening *h, const struct touched *t, moment at)
{
	uint32_t database = p->w->contexts.v[h->context].database;
	const struct catalog *c = &p->w->databases.v[database].catalog;
	struct str column = {0};
	struct place place = crossing_touch_place(p->w, h, t);
	struct who_place *x;

	if (!t->relation || !object_matches(&c->objects.v[t->relation], p->want))
		return;
	if (c->objects.v[t->object].kind == OBJECT_COLUMN)
		column = catalog_name(c, t->object, at).name;
	if (p->want->column.n ? !concerns_column(c, t, column, at, p->want)
			      : crossing_is_part(h, t))
		return;
	x = add_place(p, &place);
	x->relation = catalog_display(c, t->relation, p->a);
	x->column_name = column;
	x->access = touch_access(t->touch);
	x->form = str_from(form_word(h->operation ? FORM_ORM : FORM_LITERAL));
	x->class_word = str_from(file_class_word(file_by_number(p->w->files, place.file)->class));
	x->confidence = str_from(view_confidence_word(CONFIDENCE_EXACT));
}

/* The surest first: of the same words seen twice that one stays. */
static int
confidence_rank(struct str word)
{
	return str_is(word, "exact") ? 0 : str_is(word, "likely") ? 1 : 2;
}

static int
compare_places(const void *left, const void *right)
{
	const struct keyed *x = left, *y = right;
	int c = str_cmp(x->place.place.service, y->place.place.service);

	if (!c)
		c = str_cmp(x->place.place.path, y->place.place.path);
	if (!c)
		c = (x->offset > y->offset) - (x->offset < y->offset);
	if (!c)
		c = str_cmp(x->place.relation, y->place.relation);
	if (!c)
		c = str_cmp(x->place.column_name, y->place.column_name);
	if (!c)
		c = str_cmp(x->place.access, y->place.access);
	return c ? c : confidence_rank(x->place.confidence) - confidence_rank(y->place.confidence);
}

static bool
same(const struct who_place *x, const struct who_place *y)
{
	return str_eq(x->place.service, y->place.service) && str_eq(x->place.path, y->place.path) &&
	       x->place.line == y->place.line && x->place.column == y->place.column &&
	       str_eq(x->relation, y->relation) && str_eq(x->column_name, y->column_name) &&
	       str_eq(x->access, y->access);
}

/* A history that runs in two contexts says everything twice. */
static void
write_out(struct places *p, struct who_doc *out)
{
	if (p->list.n)
		qsort(p->list.v, p->list.n, sizeof *p->list.v, compare_places);
	for (uint32_t i = 0; i < p->list.n; i++)
		if (i == 0 || !same(&p->list.v[i].place, vec_last(&out->places)))
			vec_push(p->a, &out->places, p->list.v[i].place);
}

/* The owner of what is wanted, when it is one. */
static struct str
common_owner(const struct world *w, const struct wanted *want)
{
	uint32_t owner = NO_SERVICE;

	for (uint32_t d = 0; d < w->databases.n; d++) {
		const struct catalog *c = &w->databases.v[d].catalog;

		for (uint32_t i = 1; i < c->objects.n; i++) {
			uint32_t o;

			if (!view_is_listed(&c->objects.v[i]) || c->objects.v[i].died ||
				!object_matches(&c->objects.v[i], want))
				continue;
			o = world_owner(w, d, i).service;
			if (owner != NO_SERVICE && o != owner)
				return (struct str){0};
			owner = o;
		}
	}
	return world_service(w, owner);
}

/* What a history did to a relation is told from its happenings, which know the columns, too. */
static bool
is_replayed_ddl(const struct use *u)
{
	return u->occurs == OCCURS_ONCE && (u->access & (ACCESS_DDL | ACCESS_REFERENCE));
}

bool
view_who(struct arena *a, const struct world *w, struct str pattern, struct who_doc *out)
{
	struct wanted want = {0};
	struct places p = {.a = a, .w = w, .want = &want};

	*out = (struct who_doc){.object = pattern};
	if (!parse(w, pattern, &want))
		return false;
	for (uint32_t i = 0; i < w->uses.n; i++)
		if (!w->uses.v[i].running && !is_replayed_ddl(&w->uses.v[i]) &&
			use_matches(w, &w->uses.v[i], &want))
			add_use(&p, &w->uses.v[i]);
	for (moment m = 1; m < w->happenings.n; m++) {
		const struct happening *h = &w->happenings.v[m];

		for (uint32_t i = 0; i < h->applied.touched.n; i++)
			add_touch(&p, h, &h->applied.touched.v[i], m);
	}
	write_out(&p, out);
	out->owner = common_owner(w, &want);
	return true;
}
