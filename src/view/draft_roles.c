/* Roles and operators for a draft, before owners are asked for: whose a schema is hangs on its role. */
#include "view/draft.h"

#include "view_p.h"

struct service_deeds {
	uint32_t relations; /* that live, made by its migrations */
	uint32_t shared;    /* schemas and roles that it makes */
	uint32_t uses;      /* by its code */
};

static struct service_deeds *
count_deeds(struct arena *a, const struct world *w)
{
	struct service_deeds *deeds = arena_array(a, struct service_deeds, w->config->services.n + 1);

	for (uint32_t d = 0; d < w->databases.n; d++)
		for (uint32_t i = 1; i < w->databases.v[d].catalog.objects.n; i++) {
			const struct object *o = &w->databases.v[d].catalog.objects.v[i];
			uint32_t maker = view_creator(w, d, i);

			if (maker == NO_SERVICE || o->died)
				continue;
			deeds[maker].relations += view_is_listed(o);
			deeds[maker].shared += o->kind == OBJECT_SCHEMA || o->kind == OBJECT_ROLE;
		}
	for (uint32_t i = 0; i < w->uses.n; i++)
		deeds[w->uses.v[i].service].uses += w->uses.v[i].occurs == OCCURS_RECURRING;
	return deeds;
}

static bool
is_word_end(struct str text, size_t at)
{
	return at >= text.n || text.s[at] == '_' || text.s[at] == '-' || text.s[at] == '.';
}

static bool
same_letter(char x, char y)
{
	return x == y || ((x == '-' || x == '_' || x == '.') && (y == '-' || y == '_' || y == '.'));
}

/* How much of the service's name the role begins with: the name, or the end of it that follows a '-'
 * or '_' (a repository is called r10-hub, its role hub_rw). 0: not at all. */
static size_t
matched(struct str role, struct str service)
{
	for (size_t from = 0; from < service.n; from++) {
		size_t n = 0;

		if (from && !is_word_end(service, from - 1) && service.s[from - 1] != '/')
			continue;
		while (from + n < service.n && n < role.n &&
			same_letter(role.s[n], service.s[from + n]))
			n++;
		if (from + n == service.n && is_word_end(role, n))
			return n;
	}
	return 0;
}

/* The service that the role is named after; NO_SERVICE when there is none, or two as good. */
static uint32_t
namesake(const struct config *c, struct str role)
{
	uint32_t best = NO_SERVICE;
	size_t length = 0;

	for (uint32_t i = 0; i < c->services.n; i++) {
		size_t n = matched(role, c->services.v[i].name);

		if (n && n == length)
			best = NO_SERVICE;
		if (n > length) {
			best = i;
			length = n;
		}
	}
	return best;
}

/* The schema that was made for the role; 0: none. */
static uint32_t
schema_for(const struct catalog *c, struct str role)
{
	for (uint32_t i = 1; i < c->objects.n; i++)
		if (c->objects.v[i].kind == OBJECT_SCHEMA && !c->objects.v[i].died &&
			str_eq(c->objects.v[i].owner, role))
			return i;
	return 0;
}

static bool
is_listed(const struct draft_service *s, struct str role)
{
	for (uint32_t i = 0; i < s->roles.n; i++)
		if (str_eq(s->roles.v[i].name, role))
			return true;
	return false;
}

static struct str
place_words(struct arena *a, const struct world *w, const struct place *p)
{
	return str_format(a, "%.*s at %.*s:%u", STR_ARG(world_service(w, p->service)),
		STR_ARG(world_path(w, p)), p->span.line);
}

/* A role that migrations make, or that a schema is made for. */
static void
add_role(struct arena *a, const struct world *w, uint32_t database, struct str role,
	const struct place *made, struct draft_doc *out)
{
	const struct catalog *c = &w->databases.v[database].catalog;
	uint32_t service = namesake(w->config, role), schema = schema_for(c, role);
	struct draft_name *n;

	if (service == NO_SERVICE || out->services.v[service].is_operator ||
		is_listed(&out->services.v[service], role))
		return;
	n = vec_add(a, &out->services.v[service].roles);
	n->name = role;
	vec_push(a, &n->because,
		str_format(a, "made by %.*s, taken for this service's by its name",
			STR_ARG(place_words(a, w, made))));
	if (schema)
		vec_push(a, &n->because,
			str_format(a, "schema %.*s is its own",
				STR_ARG(catalog_name(c, schema, MOMENT_NOW).name)));
}

static void
add_roles(struct arena *a, const struct world *w, struct draft_doc *out)
{
	for (uint32_t d = 0; d < w->databases.n; d++) {
		const struct catalog *c = &w->databases.v[d].catalog;

		for (uint32_t i = 1; i < c->objects.n; i++) {
			const struct object *o = &c->objects.v[i];
			bool is_role = o->kind == OBJECT_ROLE;
			struct place made;

			if (o->died || view_creator(w, d, i) == NO_SERVICE ||
				(!is_role && (o->kind != OBJECT_SCHEMA || !o->owner.n)))
				continue;
			made = crossing_born_place(w, d, i);
			add_role(a, w, d, is_role ? catalog_name(c, i, MOMENT_NOW).name : o->owner,
				&made, out);
		}
	}
}

/* Where the service's migrations were found. */
static void
add_histories(struct arena *a, const struct world *w, uint32_t service, struct draft_service *s)
{
	for (uint32_t i = 0; i < w->contexts.n; i++) {
		const struct context *c = &w->contexts.v[i];

		if (c->service == service && c->history)
			vec_push(a, &s->because,
				str_format(a, "migrations: %u by %s in %.*s", c->history->steps.n,
					c->history->tool->name,
					STR_ARG(c->history->directory.n ? c->history->directory
									: STR("several directories"))));
	}
}

void
view_draft_roles(struct arena *a, const struct world *w, struct draft_doc *out)
{
	struct service_deeds *deeds = count_deeds(a, w);

	*out = (struct draft_doc){0};
	for (uint32_t i = 0; i < w->config->services.n; i++) {
		struct draft_service *s = vec_add(a, &out->services);

		s->name = w->config->services.v[i].name;
		s->is_operator = !deeds[i].relations && !deeds[i].uses && deeds[i].shared;
		if (s->is_operator)
			vec_push(a, &s->because,
				STR("it makes roles and schemas, no tables, and its code uses none"));
		add_histories(a, w, i, s);
	}
	add_roles(a, w, out);
}

/* Who touches the relations of a database: by object the service + 1, or SEVERAL. */
#define SEVERAL UINT32_MAX

static void
touch(uint32_t *by, uint32_t service)
{
	*by = *by == 0 || *by == service + 1 ? service + 1 : SEVERAL;
}

static uint32_t *
touchers(struct arena *a, const struct world *w, uint32_t database)
{
	uint32_t *by = arena_array(a, uint32_t, w->databases.v[database].catalog.objects.n + 1);

	for (uint32_t i = 0; i < w->uses.n; i++)
		if (w->uses.v[i].database == database && w->uses.v[i].object)
			touch(&by[w->uses.v[i].object], w->uses.v[i].service);
	for (uint32_t i = 1; i < w->happenings.n; i++) {
		const struct happening *h = &w->happenings.v[i];
		const struct context *c = &w->contexts.v[h->context];

		for (uint32_t k = 0; c->database == database && k < h->applied.touched.n; k++)
			touch(&by[h->applied.touched.v[k].relation], c->service);
	}
	by[0] = 0;
	return by;
}

bool *
view_draft_concerned(struct arena *a, const struct world *w)
{
	bool *concerned = arena_array(a, bool, w->config->services.n + 1);

	for (uint32_t d = 0; d < w->databases.n; d++) {
		const uint32_t *by = touchers(a, w, d);

		for (uint32_t i = 0; i < w->uses.n; i++)
			if (w->uses.v[i].database == d && by[w->uses.v[i].object] == SEVERAL)
				concerned[w->uses.v[i].service] = true;
		for (uint32_t i = 1; i < w->happenings.n; i++) {
			const struct happening *h = &w->happenings.v[i];
			const struct context *c = &w->contexts.v[h->context];

			for (uint32_t k = 0; c->database == d && k < h->applied.touched.n; k++)
				if (by[h->applied.touched.v[k].relation] == SEVERAL)
					concerned[c->service] = true;
		}
	}
	return concerned;
}
