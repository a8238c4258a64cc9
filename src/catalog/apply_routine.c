/* Functions, procedures and aggregates: known by their name and the types of their input arguments.
 *
 * PostgreSQL 15: pg_proc.c (ProcedureCreate), parse_func.c (LookupFuncWithArgs). The types are compared as
 * they are written; one that is not known ("t.c%TYPE") makes a signature that may be any: "*". */
#include "catalog_p.h"

static bool
is_open(struct str signature)
{
	return str_is(signature, "*");
}

/* Takes the next type off *LIST, without its schema. */
static struct str
next_type(struct str *list)
{
	size_t end = str_chr(*list, ',', 0), dot;
	struct str type = str_trim(str_slice(*list, 0, end == SIZE_MAX ? list->n : end));

	*list = end == SIZE_MAX ? (struct str){0} : str_slice(*list, end + 1, list->n);
	dot = str_chr(type, '.', 0);
	return dot == SIZE_MAX ? type : str_slice(type, dot + 1, type.n);
}

/* A type's schema is written or not, as the search path goes. */
static bool
same_signature(struct str x, struct str y)
{
	while (x.n && y.n)
		if (!str_eq(next_type(&x), next_type(&y)))
			return false;
	return !x.n && !y.n;
}

static struct str
signature_of(const struct apply *ap, uint32_t i)
{
	struct range words = ap->e->words;

	return i < words.count ? ap->u->words.v[words.first + i].text : STR("*");
}

/* Those of the name in SCHEMA that SIGNATURE may mean: the exact one alone, where there is one. */
static void
candidates(struct apply *ap, struct str schema, struct str name, struct str signature,
	struct id_list *out)
{
	const struct name_list *l = catalog_names(ap->c, SPACE_ROUTINE, name);

	for (uint32_t i = 0; l && i < l->live.n; i++) {
		uint32_t id = l->live.v[i];
		const struct object *o = &ap->c->objects.v[id];

		if (o->exists == EXISTS_NO || !catalog_named(o, schema, name, ap->at))
			continue;
		if (!is_open(signature) && !is_open(o->type) &&
			same_signature(o->type, signature)) {
			out->n = 0;
			vec_push(ap->scratch, out, id);
			return;
		}
		if (is_open(signature) || is_open(o->type))
			vec_push(ap->scratch, out, id);
	}
}

struct str
routine_arguments(struct arena *a, struct str signature)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < signature.n; i++) {
		buf_addc(&b, signature.s[i]);
		if (signature.s[i] == ',')
			buf_addc(&b, ' ');
	}
	return buf_str(&b);
}

static const char *
word(const struct apply *ap)
{
	return ap->e->kind != EVENT_CREATE && ap->e->part.n ? str_cstr(ap->scratch, ap->e->part)
							    : "function";
}

static bool
not_found(struct apply *ap, const struct name *n, struct str signature, bool if_exists)
{
	struct str written = apply_written(ap, n);

	if (is_open(signature))
		return apply_fail(ap, if_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
			"could not find a %s named \"%.*s\"", word(ap), STR_ARG(written));
	return apply_fail(ap, if_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
		"%s %.*s(%.*s) does not exist", word(ap), STR_ARG(written),
		STR_ARG(routine_arguments(ap->scratch, signature)));
}

/* What of the name is seen first: of that schema, else along the search path. */
static void
visible(struct apply *ap, const struct name *n, struct str signature, struct id_list *out)
{
	struct str schema;

	if (n->schema.n || !ap->s->search_path_known) {
		candidates(ap, n->schema, n->name, signature, out);
		return;
	}
	for (uint32_t i = 0; i < ap->s->search_path.n; i++)
		if (session_entry(ap->c, ap->s, i, ap->at, &schema))
			candidates(ap, schema, n->name, signature, out);
}

bool
routine_find(struct apply *ap, const struct name *n, uint32_t i, bool if_exists, uint32_t *routine)
{
	struct str signature = signature_of(ap, i);
	struct id_list found = {0};
	struct binding b = catalog_resolve_in(ap->c, ap->s, SPACE_ROUTINE, n, ap->at);

	*routine = 0;
	if (b.state == BINDING_UNKNOWN || n->pattern || (b.state == BINDING_BOUND && !b.object))
		return apply_find(ap, SPACE_ROUTINE, n, if_exists, routine);
	visible(ap, n, signature, &found);
	if (found.n == 1) {
		*routine = found.v[0];
		return true;
	}
	if (found.n && is_open(signature))
		return apply_fail(ap, APPLY_CONFLICT, "%s name \"%.*s\" is not unique", word(ap),
			STR_ARG(apply_written(ap, n)));
	if (found.n)
		return apply_fail(ap, APPLY_UNKNOWN, "%s \"%.*s\" could be several", word(ap),
			STR_ARG(n->name));
	if (n->schema.n && !catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, n->schema, ap->at))
		return apply_fail(ap, if_exists ? APPLY_SKIPPED : APPLY_CONFLICT,
			"schema \"%.*s\" does not exist", STR_ARG(n->schema));
	return not_found(ap, n, signature, if_exists);
}

/* ProcedureCreate() */
bool
apply_create_routine(struct apply *ap)
{
	const struct event *e = ap->e;
	struct str schema, signature = signature_of(ap, 0);
	struct id_list found = {0};
	bool replace = apply_flag(ap, EVENT_OR_REPLACE);
	uint32_t id;

	if (!apply_creation_schema(ap, &e->object, false, &schema))
		return false;
	candidates(ap, schema, e->object.name, signature, &found);
	if (found.n && replace) {
		id = *vec_last(&found);
		if (!ap->maybe && !is_open(signature) && !is_open(ap->c->objects.v[id].type))
			catalog_edit(ap, id)->defined = ap->at;
		apply_touch(ap, TOUCH_ALTER, id, e->span);
		use_forget(ap, id);
		apply_use(ap, id, e->calls, e->casts);
		return true;
	}
	if (found.n && ap->c->objects.v[found.v[0]].exists == EXISTS_YES && !ap->maybe &&
		!is_open(signature) && !is_open(ap->c->objects.v[found.v[0]].type))
		return apply_fail(ap,
			apply_flag(ap, EVENT_IF_NOT_EXISTS) ? APPLY_SKIPPED : APPLY_CONFLICT,
			"function \"%.*s\" already exists with same argument types",
			STR_ARG(e->object.name));
	id = catalog_new(ap, OBJECT_ROUTINE, 0, schema, e->object.name);
	catalog_edit(ap, id)->owner = ap->s->role;
	catalog_edit(ap, id)->type = str_dup(ap->c->arena, signature);
	apply_use(ap, id, e->calls, e->casts);
	apply_touch(ap, TOUCH_CREATE, id, e->span);
	return true;
}

/* IsThereFunctionInNamespace() */
bool
routine_is_free(struct apply *ap, uint32_t routine, struct str schema, struct str name)
{
	struct str signature = ap->c->objects.v[routine].type;
	struct id_list found = {0};

	if (is_open(signature))
		return true;
	candidates(ap, schema, name, signature, &found);
	for (uint32_t i = 0; i < found.n; i++) {
		if (is_open(ap->c->objects.v[found.v[i]].type))
			continue;
		return apply_fail(ap, APPLY_CONFLICT,
			"function %.*s(%.*s) already exists in schema \"%.*s\"", STR_ARG(name),
			STR_ARG(routine_arguments(ap->scratch, signature)), STR_ARG(schema));
	}
	return true;
}
