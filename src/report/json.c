/* JSON, in the shapes that DESIGN.md promises: keys in a fixed order, "version" first; keys are
 * added, never changed. What is no UTF-8 becomes U+FFFD, and then the document says
 * "bytes_replaced": true at its end, so that nobody takes a mangled path for a true one. */
#include <jansson.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "report_p.h"

/* A document being written. */
struct writer {
	struct arena *arena;
	bool replaced;
};

static json_t *
made(json_t *j)
{
	if (!j)
		fatal("no memory for a JSON document");
	return j;
}

static json_t *
object(void)
{
	return made(json_object());
}

static json_t *
array(void)
{
	return made(json_array());
}

/* Takes VALUE over. */
static void
put(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(o, key, made(value)))
		fatal("no memory for a JSON document");
}

static void
append(json_t *list, json_t *value)
{
	if (json_array_append_new(list, made(value)))
		fatal("no memory for a JSON document");
}

static void
put_number(json_t *o, const char *key, uint32_t n)
{
	put(o, key, json_integer(n));
}

static void
put_bool(json_t *o, const char *key, bool b)
{
	put(o, key, json_boolean(b));
}

static json_t *
string(struct writer *w, struct str text)
{
	struct buf b = {.arena = w->arena};

	for (size_t i = 0; i < text.n;) {
		size_t n = str_utf8(text.s + i, text.n - i);

		if (n == 0) {
			w->replaced = true;
			buf_add(&b, STR("\xef\xbf\xbd"));
			i++;
			continue;
		}
		buf_add(&b, str_slice(text, i, i + n));
		i += n;
	}
	return made(json_stringn(b.n ? b.s : "", b.n));
}

static void
put_text(struct writer *w, json_t *o, const char *key, struct str text)
{
	put(o, key, string(w, text));
}

static json_t *
strings(struct writer *w, const struct str *list, uint32_t n)
{
	json_t *a = array();

	for (uint32_t i = 0; i < n; i++)
		append(a, string(w, list[i]));
	return a;
}

static json_t *
begin(void)
{
	json_t *root = object();

	put_number(root, "version", 1);
	return root;
}

static void
finish(struct writer *w, json_t *root, struct buf *out)
{
	char *text;

	if (w->replaced)
		put_bool(root, "bytes_replaced", true);
	text = json_dumps(root, JSON_INDENT(2));
	if (!text)
		fatal("no memory for a JSON document");
	buf_add(out, str_from(text));
	buf_addc(out, '\n');
	free(text);
	json_decref(root);
}

static void
put_place(struct writer *w, json_t *o, const struct place_doc *p)
{
	put_text(w, o, "service", p->service);
	put_text(w, o, "path", p->path);
	put_number(o, "line", p->line);
	put_number(o, "column", p->column);
}

static json_t *
related(struct writer *w, const struct finding_doc *f)
{
	json_t *list = array();

	for (uint32_t i = 0; i < f->related.n; i++) {
		json_t *o = object();

		put_place(w, o, &f->related.v[i]);
		put_text(w, o, "message", f->related.v[i].message);
		append(list, o);
	}
	return list;
}

static json_t *
finding(struct writer *w, const struct finding_doc *f)
{
	json_t *o = object();

	put_text(w, o, "rule", f->rule);
	put_text(w, o, "level", f->level);
	put_text(w, o, "message", f->message);
	put_text(w, o, "help", f->help);
	put_place(w, o, &f->place);
	put_number(o, "end_line", f->place.end_line);
	put_number(o, "end_column", f->place.end_column);
	put_text(w, o, "object", f->object);
	put_text(w, o, "owner", f->owner);
	put(o, "related", related(w, f));
	put_text(w, o, "fingerprint", f->fingerprint);
	put_text(w, o, "confidence", f->confidence);
	return o;
}

static json_t *
service(struct writer *w, const struct service_doc *s)
{
	json_t *o = object();

	put_text(w, o, "name", s->name);
	put_text(w, o, "from", s->from);
	put_text(w, o, "commit", s->commit);
	put(o, "schemas", strings(w, s->schemas.v, s->schemas.n));
	put_number(o, "files", s->files);
	put_number(o, "tables", s->tables);
	return o;
}

static json_t *
matrix_row(struct writer *w, const struct matrix_row *r)
{
	json_t *o = object();

	put_text(w, o, "relation", r->relation);
	put_text(w, o, "kind", r->kind);
	put_text(w, o, "owner", r->owner);
	put_text(w, o, "owner_how", r->owner_how);
	put(o, "reads", strings(w, r->reads.v, r->reads.n));
	put(o, "writes", strings(w, r->writes.v, r->writes.n));
	put(o, "alters", strings(w, r->alters.v, r->alters.n));
	return o;
}

static json_t *
coverage(struct writer *w, const struct coverage_doc *c)
{
	json_t *o = object(), *gaps = array();

	put_number(o, "files", c->files);
	put_number(o, "fragments", c->fragments);
	put_number(o, "parsed", c->parsed);
	put_number(o, "pieces", c->pieces);
	put_number(o, "prose", c->prose);
	put_number(o, "dialect", c->dialect);
	put_number(o, "tests", c->tests);
	for (uint32_t i = 0; i < c->gaps.n; i++) {
		const struct gap_doc *g = &c->gaps.v[i];
		json_t *gap = object();

		put_text(w, gap, "service", g->service);
		put_text(w, gap, "path", g->path);
		put_number(gap, "line", g->line);
		put_text(w, gap, "reason", g->reason);
		put_text(w, gap, "detail", g->detail);
		append(gaps, gap);
	}
	put(o, "blind_spots", gaps);
	return o;
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct writer w = {.arena = out->arena};
	json_t *root = begin(), *list = array();

	(void)o;
	for (uint32_t i = 0; i < d->findings.n; i++)
		append(list, finding(&w, &d->findings.v[i]));
	put(root, "findings", list);
	list = array();
	for (uint32_t i = 0; i < d->services.n; i++)
		append(list, service(&w, &d->services.v[i]));
	put(root, "services", list);
	list = array();
	for (uint32_t i = 0; i < d->matrix.n; i++)
		append(list, matrix_row(&w, &d->matrix.v[i]));
	put(root, "matrix", list);
	put(root, "coverage", coverage(&w, &d->coverage));
	finish(&w, root, out);
}

/* "insert,read" as the list that it is. */
static json_t *
words(struct writer *w, struct str joined)
{
	json_t *list = array();
	struct str word;

	while (str_cut(&joined, ',', &word))
		append(list, string(w, word));
	return list;
}

static void
render_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	struct writer w = {.arena = out->arena};
	json_t *root = begin(), *list = array();

	(void)o;
	put_text(&w, root, "object", d->object);
	put_text(&w, root, "owner", d->owner);
	for (uint32_t i = 0; i < d->places.n; i++) {
		const struct who_place *p = &d->places.v[i];
		json_t *place = object();

		put_place(&w, place, &p->place);
		put_text(&w, place, "relation", p->relation);
		put_text(&w, place, "column_name", p->column_name);
		put(place, "access", words(&w, p->access));
		put_text(&w, place, "form", p->form);
		put_text(&w, place, "class", p->class_word);
		put_text(&w, place, "confidence", p->confidence);
		append(list, place);
	}
	put(root, "places", list);
	finish(&w, root, out);
}

static void
put_origin(struct writer *w, json_t *o, const struct place_doc *p)
{
	put_text(w, o, "service", p->service);
	put_text(w, o, "path", p->path);
	put_number(o, "line", p->line);
}

static json_t *
relation(struct writer *w, const struct relation_doc *r)
{
	json_t *o = object(), *columns = array();

	put_text(w, o, "database", r->database);
	put_text(w, o, "schema", r->schema);
	put_text(w, o, "name", r->name);
	put_text(w, o, "kind", r->kind);
	put_text(w, o, "owner", r->owner);
	put_origin(w, o, &r->place);
	put_text(w, o, "exists", r->exists);
	for (uint32_t i = 0; i < r->columns.n; i++) {
		json_t *c = object();

		put_text(w, c, "name", r->columns.v[i].name);
		put_text(w, c, "type", r->columns.v[i].type);
		put_bool(c, "not_null", r->columns.v[i].not_null);
		put_bool(c, "default", r->columns.v[i].has_default);
		append(columns, c);
	}
	put(o, "columns", columns);
	return o;
}

static json_t *
foreign_key(struct writer *w, const struct foreign_key_doc *k)
{
	json_t *o = object();

	put_text(w, o, "database", k->database);
	put_text(w, o, "name", k->name);
	put_text(w, o, "from", k->from);
	put(o, "columns", strings(w, k->columns.v, k->columns.n));
	put_text(w, o, "to", k->to);
	put(o, "to_columns", strings(w, k->to_columns.v, k->to_columns.n));
	put_text(w, o, "on_delete", k->on_delete);
	put_text(w, o, "on_update", k->on_update);
	put_origin(w, o, &k->place);
	put_bool(o, "live", k->live);
	return o;
}

static json_t *
schema(struct writer *w, const struct schema_doc *s)
{
	json_t *o = object();

	put_text(w, o, "database", s->database);
	put_text(w, o, "name", s->name);
	put_text(w, o, "owner", s->owner);
	put_origin(w, o, &s->place);
	return o;
}

static json_t *
role(struct writer *w, const struct role_doc *r)
{
	json_t *o = object();

	put_text(w, o, "name", r->name);
	put(o, "search_path", strings(w, r->search_path.v, r->search_path.n));
	return o;
}

static void
render_catalog(const struct catalog_doc *d, const struct report_options *o, struct buf *out)
{
	struct writer w = {.arena = out->arena};
	json_t *root = begin(), *list = array();

	(void)o;
	for (uint32_t i = 0; i < d->relations.n; i++)
		append(list, relation(&w, &d->relations.v[i]));
	put(root, "relations", list);
	list = array();
	for (uint32_t i = 0; i < d->foreign_keys.n; i++)
		append(list, foreign_key(&w, &d->foreign_keys.v[i]));
	put(root, "foreign_keys", list);
	list = array();
	for (uint32_t i = 0; i < d->schemas.n; i++)
		append(list, schema(&w, &d->schemas.v[i]));
	put(root, "schemas", list);
	list = array();
	for (uint32_t i = 0; i < d->roles.n; i++)
		append(list, role(&w, &d->roles.v[i]));
	put(root, "roles", list);
	put(root, "coverage", coverage(&w, &d->coverage));
	finish(&w, root, out);
}

const struct format format_json = {
	.name = "json",
	.findings = render_findings,
	.who = render_who,
	.catalog = render_catalog,
};
