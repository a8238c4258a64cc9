/* A word in a program that has Django's models: a field where it is declared, in a query that begins
 * with its model, and in a model's own methods. What is reached in another way (an instance, a
 * manager in a variable) is not followed, and said to be so. */
#include "host/host.h"
#include "who_p.h"

/* The models of one service that could be meant. */
struct models {
	const struct account *x;
	const struct account_file *f;
	const struct occurrence *o;
};

static bool
has_field(const struct django_model *m, struct str name)
{
	for (uint32_t i = 0; i < m->columns.n; i++)
		if (str_eq(m->columns.v[i], name) || str_eq(m->fields.v[i], name))
			return true;
	return false;
}

/* The wanted relation that the model is; 0: none. */
static uint32_t
wanted_table(const struct account *x, uint32_t database, const struct django_model *m)
{
	const struct catalog *c = &x->w->databases.v[database].catalog;

	for (uint32_t i = 1; i < c->objects.n; i++) {
		const struct object *o = &c->objects.v[i];

		if (object_kind_is_relation(o->kind) && o->exists != EXISTS_NO &&
			wanted_object(o, x->want) &&
			str_eq(catalog_name(c, i, MOMENT_NOW).name, m->table))
			return i;
	}
	return 0;
}

struct found {
	const struct django_model *model; /* NULL: no model of that name */
	uint32_t database, relation;      /* relation 0: the model is not wanted */
};

/* The model of that name; a wanted one where apps have several. Empty NAME: any with the field. */
static struct found
find_model(const struct models *m, struct str name, struct str field)
{
	struct found best = {0};

	for (uint32_t i = 0; i < m->x->w->contexts.n; i++) {
		const struct context *c = &m->x->w->contexts.v[i];

		if (c->service != m->f->service || !c->django)
			continue;
		for (uint32_t k = 0; k < c->django->models.n; k++) {
			const struct django_model *d = &c->django->models.v[k];
			struct found next = {d, c->database, 0};

			if (name.n ? !str_eq(d->name, name) : !has_field(d, field))
				continue;
			next.relation = wanted_table(m->x, c->database, d);
			if (!best.model || (next.relation && !best.relation))
				best = next;
		}
	}
	return best;
}

static struct str
text_of(const struct models *m, uint32_t part)
{
	const struct part *p = &m->f->parts.list.v[part];

	return str_slice(m->f->bytes, p->from, p->to);
}

static bool
is_part(const struct models *m, uint32_t part, const char *text)
{
	return part < m->f->parts.list.n && str_is(text_of(m, part), text);
}

/* The first part of the statement that the occurrence is in. */
static uint32_t
statement_start(const struct models *m)
{
	uint32_t i = m->o->part_at;

	while (i > 0 && m->f->parts.list.v[i - 1].kind != PART_END)
		i--;
	return i;
}

/* The class at the top of the file around the occurrence. */
static struct str
class_around(const struct models *m)
{
	const struct unit *u = m->f->file ? m->f->file->unit : NULL;

	for (uint32_t i = 1; u && i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];
		const struct span *span = &u->values.v[s->value].span;

		if (s->kind == SYMBOL_CLASS && s->value && span->offset <= m->o->from &&
			m->o->from < span->offset + span->length)
			return s->name;
	}
	return (struct str){0};
}

static void
say_model(const struct models *m, const struct found *found, uint32_t access, struct who_place *out)
{
	if (found->relation) {
		account_bind(m->x, found->database, found->relation, access, FORM_ORM,
			CONFIDENCE_LIKELY, out);
		return;
	}
	out->kind = LINE_OTHER;
	out->what = str_format(m->x->a, "of model %s, table %.*s",
		str_cstr(m->x->a, found->model->name), STR_ARG(found->model->table));
}

/* What a method of a manager does with the fields that it is given. */
static uint32_t
method_access(struct str method)
{
	static const struct {
		const char *name;
		uint32_t access;
	} methods[] = {
		{"update", ACCESS_UPDATE},
		{"create", ACCESS_INSERT},
		{"get_or_create", ACCESS_READ | ACCESS_INSERT},
		{"update_or_create", ACCESS_READ | ACCESS_INSERT | ACCESS_UPDATE},
		{"bulk_create", ACCESS_INSERT},
		{"bulk_update", ACCESS_UPDATE},
	};

	for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
		if (str_is(method, methods[i].name))
			return methods[i].access;
	return ACCESS_READ;
}

/* The name before the parenthesis that is open at the occurrence; UINT32_MAX: there is none. */
static uint32_t
called(const struct models *m, uint32_t start)
{
	uint32_t depth = 0;

	for (uint32_t i = m->o->part_at; i > start + 1; i--) {
		if (is_part(m, i - 1, ")"))
			depth++;
		else if (is_part(m, i - 1, "(") && depth > 0)
			depth--;
		else if (is_part(m, i - 1, "(") && m->f->parts.list.v[i - 2].kind == PART_NAME)
			return i - 2;
	}
	return UINT32_MAX;
}

/* The model whose manager the statement uses before the occurrence. */
static struct found
queried(const struct models *m, uint32_t start)
{
	struct found found = {0};

	for (uint32_t i = m->o->part_at; i > start + 2 && !found.model; i--)
		if (is_part(m, i - 2, ".") && m->f->parts.list.v[i - 3].kind == PART_NAME &&
			(is_part(m, i - 1, "objects") || is_part(m, i - 1, "_default_manager")))
			found = find_model(m, text_of(m, i - 3), (struct str){0});
	return found;
}

/* A keyword of a call, or a string in one: of a query, or of the model that is made. */
static bool
judge_argument(const struct models *m, uint32_t start, struct who_place *out)
{
	uint32_t call = called(m, start);
	struct found found = queried(m, start);
	uint32_t access = ACCESS_READ;

	if (call != UINT32_MAX)
		access = method_access(text_of(m, call));
	if (!found.model && call != UINT32_MAX) {
		found = find_model(m, text_of(m, call), (struct str){0});
		access = ACCESS_INSERT;
	}
	if (!found.model)
		return false;
	say_model(m, &found, access, out);
	return true;
}

static bool
is_definition(const struct models *m, uint32_t start)
{
	for (uint32_t i = start; i < m->o->part_at; i++)
		if (is_part(m, i, "def") || is_part(m, i, "lambda"))
			return true;
	return false;
}

/* A field's declaration, and `db_table = "…"`: directly in a model's class. */
static bool
judge_declaration(const struct models *m, uint32_t start, struct who_place *out)
{
	struct found found = find_model(m, class_around(m), (struct str){0});
	uint32_t at = m->o->part_at;
	bool field = at == start && is_part(m, at + 1, "=");
	bool table = m->o->part == PART_STRING && at > 1 && is_part(m, at - 1, "=") &&
		     is_part(m, at - 2, "db_table");

	if (!class_around(m).n || !found.model)
		return false;
	if (m->x->want->column.n ? field && has_field(found.model, m->x->word) : table) {
		say_model(m, &found, ACCESS_READ | ACCESS_INSERT | ACCESS_UPDATE, out);
		return true;
	}
	if (m->x->want->column.n && at > 1 && is_part(m, at - 1, ".") &&
		is_part(m, at - 2, "self")) {
		say_model(m, &found, ACCESS_READ, out);
		return true;
	}
	return false;
}

bool
account_model(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	struct models m = {x, f, o};
	uint32_t start = statement_start(&m), at = o->part_at;
	bool member = at > 0 && is_part(&m, at - 1, ".");
	bool keyword = at > 0 && is_part(&m, at + 1, "=") &&
		       (is_part(&m, at - 1, "(") || is_part(&m, at - 1, ","));
	struct found any = {0};

	if (!str_is(str_from(f->host->name), "python"))
		return false;
	if (judge_declaration(&m, start, out))
		return true;
	if (x->want->column.n)
		any = find_model(&m, (struct str){0}, x->word);
	if (!any.relation || is_definition(&m, start) ||
		(o->part == PART_NAME && !member && !keyword))
		return false;
	if ((keyword || o->part == PART_STRING) && judge_argument(&m, start, out))
		return true;
	if (o->part == PART_STRING)
		return false;
	out->kind = LINE_UNKNOWN;
	out->what = str_format(x->a, "%s that may be the field of model %s",
		member ? "an attribute" : "an argument", str_cstr(x->a, any.model->name));
	return true;
}
