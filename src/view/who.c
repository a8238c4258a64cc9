/* Every place that touches a relation or a column: uses, and the migrations' DDL. */
#include <stdlib.h>

#include "who_p.h"

const char *
who_form_word(enum use_form form)
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
	const struct who_request *request;
	VEC(struct keyed) list;
};

/* True when such a place is asked for. */
static bool
is_asked(const struct places *p, const struct place *place, uint32_t access)
{
	const struct who_request *r = p->request;

	return (!r->access || (r->access & access)) &&
	       (!r->services || (place->service != NO_SERVICE && r->services[place->service]));
}

static void
add_place(struct places *p, const struct place *place, uint32_t access, struct who_place words)
{
	struct keyed *k;

	if (!is_asked(p, place, access))
		return;
	k = vec_add(p->a, &p->list);
	k->place = words;
	k->place.place = view_place(p->w, place);
	k->place.access = access_words(p->a, access);
	k->offset = place->span.offset;
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
		.form = str_from(who_form_word(u->form)),
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
	bool any = false;

	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &p->w->columns.v[u->columns.first + i];
		struct place place = u->place;
		struct who_place words = use_words(p, u);

		if (!str_glob(p->want->column, c->name))
			continue;
		any = true;
		if (c->span.line)
			place.span = c->span;
		words.column_name = c->name;
		if (c->guess)
			words.confidence = str_from(view_confidence_word(CONFIDENCE_GUESS));
		add_place(p, &place, c->access, words);
	}
	if (!any && u->all_columns && may_have_column(p, u)) {
		struct who_place words = use_words(p, u);

		words.column_name = STR("*");
		add_place(p, &u->place, u->access, words);
	}
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
	add_place(p, &u->place, u->access, use_words(p, u));
	if (u->statement.file)
		add_place(p, &u->statement, u->access, use_words(p, u));
}

static uint32_t
touch_access(enum touch touch)
{
	switch (touch) {
	case TOUCH_REFERENCE:
		return ACCESS_REFERENCE;
	case TOUCH_CREATE:
	case TOUCH_ALTER:
	case TOUCH_DROP:
	case TOUCH_RENAME:
		break;
	}
	return ACCESS_DDL;
}

/* What the migration did to the relation, or to a wanted column of it. */
static void
add_touch(struct places *p, const struct happening *h, const struct touched *t, moment at)
{
	uint32_t database = p->w->contexts.v[h->context].database;
	const struct catalog *c = &p->w->databases.v[database].catalog;
	struct place place = crossing_touch_place(p->w, h, t);
	enum file_class class = file_by_number(p->w->files, place.file)->class;
	struct who_place words = {
		.form = str_from(who_form_word(h->operation ? FORM_ORM : FORM_LITERAL)),
		.class_word = str_from(file_class_word(class)),
		.confidence = str_from(view_confidence_word(CONFIDENCE_EXACT)),
	};

	if (!wanted_touch(c, t, at, p->want) || (!p->want->column.n && crossing_is_part(h, t)))
		return;
	words.relation = catalog_display(c, t->relation, p->a);
	if (c->objects.v[t->object].kind == OBJECT_COLUMN)
		words.column_name = catalog_name(c, t->object, at).name;
	add_place(p, &place, touch_access(t->touch), words);
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
				!wanted_object(&c->objects.v[i], want))
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
view_who(struct arena *a, const struct world *w, const struct who_request *request,
	struct who_doc *out)
{
	struct wanted want = {0};
	struct places p = {.a = a, .w = w, .want = &want, .request = request};

	*out = (struct who_doc){.object = request->pattern};
	if (!wanted_parse(w, request->pattern, &want))
		return false;
	for (uint32_t i = 0; i < w->uses.n; i++)
		if (!w->uses.v[i].running && !is_replayed_ddl(&w->uses.v[i]) &&
			wanted_use(w, &w->uses.v[i], &want))
			add_use(&p, &w->uses.v[i]);
	for (moment m = 1; m < w->happenings.n; m++) {
		const struct happening *h = &w->happenings.v[m];

		for (uint32_t i = 0; i < h->applied.touched.n; i++)
			add_touch(&p, h, &h->applied.touched.v[i], m);
	}
	write_out(&p, out);
	out->owner = common_owner(w, &want);
	if (request->trees)
		account_lines(a, w, &want, request, out);
	return true;
}
