/* What is JSON in more than one format, in the shapes that are promised: keys are added, never changed. */
#include "json_parts.h"

static void
put_place(struct json_writer *w, json_t *o, const struct place_doc *p)
{
	json_put_text(w, o, "service", p->service);
	json_put_text(w, o, "path", p->path);
	json_put_number(o, "line", p->line);
	json_put_number(o, "column", p->column);
}

static json_t *
related(struct json_writer *w, const struct finding_doc *f)
{
	json_t *list = json_new_list();

	for (uint32_t i = 0; i < f->related.n; i++) {
		json_t *o = json_new_object();

		put_place(w, o, &f->related.v[i]);
		json_put_text(w, o, "message", f->related.v[i].message);
		json_add(list, o);
	}
	return list;
}

json_t *
json_finding(struct json_writer *w, const struct finding_doc *f)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "rule", f->rule);
	json_put_text(w, o, "level", f->level);
	json_put_text(w, o, "message", f->message);
	json_put_text(w, o, "help", f->help);
	put_place(w, o, &f->place);
	json_put_number(o, "end_line", f->place.end_line);
	json_put_number(o, "end_column", f->place.end_column);
	json_put_text(w, o, "object", f->object);
	json_put_text(w, o, "owner", f->owner);
	json_put(o, "related", related(w, f));
	json_put_text(w, o, "fingerprint", f->fingerprint);
	json_put_text(w, o, "confidence", f->confidence);
	return o;
}

json_t *
json_service(struct json_writer *w, const struct service_doc *s)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "name", s->name);
	json_put_text(w, o, "from", s->from);
	json_put_text(w, o, "commit", s->commit);
	json_put_text(w, o, "revision", s->revision);
	json_put_text(w, o, "committed", s->committed);
	json_put_text(w, o, "url", s->url);
	json_put_bool(o, "here", s->here);
	json_put(o, "schemas", json_texts(w, s->schemas.v, s->schemas.n));
	json_put_number(o, "files", s->files);
	json_put_number(o, "tables", s->tables);
	return o;
}

json_t *
json_matrix_row(struct json_writer *w, const struct matrix_row *r)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "relation", r->relation);
	json_put_text(w, o, "kind", r->kind);
	json_put_text(w, o, "owner", r->owner);
	json_put_text(w, o, "owner_how", r->owner_how);
	json_put(o, "reads", json_texts(w, r->reads.v, r->reads.n));
	json_put(o, "writes", json_texts(w, r->writes.v, r->writes.n));
	json_put(o, "alters", json_texts(w, r->alters.v, r->alters.n));
	return o;
}

json_t *
json_gap(struct json_writer *w, const struct gap_doc *g)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "service", g->service);
	json_put_text(w, o, "path", g->path);
	json_put_number(o, "line", g->line);
	json_put_text(w, o, "reason", g->reason);
	json_put_text(w, o, "detail", g->detail);
	return o;
}

json_t *
json_coverage_counts(const struct coverage_doc *c)
{
	json_t *o = json_new_object();

	json_put_number(o, "files", c->files);
	json_put_number(o, "fragments", c->fragments);
	json_put_number(o, "parsed", c->parsed);
	json_put_number(o, "pieces", c->pieces);
	json_put_number(o, "prose", c->prose);
	json_put_number(o, "dialect", c->dialect);
	json_put_number(o, "tests", c->tests);
	return o;
}

/* "insert,read" as the list that it is. */
static json_t *
words(struct json_writer *w, struct str joined)
{
	json_t *list = json_new_list();
	struct str word;

	while (str_cut(&joined, ',', &word))
		json_add(list, json_text(w, word));
	return list;
}

json_t *
json_who_place(struct json_writer *w, const struct who_place *p)
{
	json_t *o = json_new_object();

	put_place(w, o, &p->place);
	json_put_text(w, o, "relation", p->relation);
	json_put_text(w, o, "column_name", p->column_name);
	json_put(o, "access", words(w, p->access));
	json_put_text(w, o, "form", p->form);
	json_put_text(w, o, "class", p->class_word);
	json_put_text(w, o, "confidence", p->confidence);
	json_put_text(w, o, "kind", str_from(view_line_word(p->kind)));
	json_put_any(w, o, "what", p->what);
	if (p->has_word)
		json_put_bool(o, "has_word", true);
	return o;
}

json_t *
json_unread(struct json_writer *w, const struct unread_doc *u)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "service", u->service);
	json_put_text(w, o, "path", u->path);
	json_put_text(w, o, "reason", u->reason);
	return o;
}

static void
put_origin(struct json_writer *w, json_t *o, const struct place_doc *p)
{
	json_put_text(w, o, "service", p->service);
	json_put_text(w, o, "path", p->path);
	json_put_number(o, "line", p->line);
}

json_t *
json_relation(struct json_writer *w, const struct relation_doc *r)
{
	json_t *o = json_new_object(), *columns = json_new_list(), *constraints = json_new_list();

	json_put_text(w, o, "database", r->database);
	json_put_text(w, o, "schema", r->schema);
	json_put_text(w, o, "name", r->name);
	json_put_text(w, o, "kind", r->kind);
	json_put_text(w, o, "owner", r->owner);
	put_origin(w, o, &r->place);
	json_put_text(w, o, "exists", r->exists);
	for (uint32_t i = 0; i < r->columns.n; i++) {
		json_t *c = json_new_object();

		json_put_text(w, c, "name", r->columns.v[i].name);
		json_put_text(w, c, "type", r->columns.v[i].type);
		json_put_bool(c, "not_null", r->columns.v[i].not_null);
		json_put_bool(c, "default", r->columns.v[i].has_default);
		json_add(columns, c);
	}
	json_put(o, "columns", columns);
	for (uint32_t i = 0; i < r->constraints.n; i++) {
		const struct constraint_doc *x = &r->constraints.v[i];
		json_t *c = json_new_object();

		json_put_text(w, c, "name", x->name);
		json_put_text(w, c, "kind", x->kind);
		json_put(c, "columns", json_texts(w, x->columns.v, x->columns.n));
		json_add(constraints, c);
	}
	json_put(o, "constraints", constraints);
	return o;
}

json_t *
json_foreign_key(struct json_writer *w, const struct foreign_key_doc *k)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "database", k->database);
	json_put_text(w, o, "name", k->name);
	json_put_text(w, o, "from", k->from);
	json_put(o, "columns", json_texts(w, k->columns.v, k->columns.n));
	json_put_text(w, o, "to", k->to);
	json_put(o, "to_columns", json_texts(w, k->to_columns.v, k->to_columns.n));
	json_put_text(w, o, "on_delete", k->on_delete);
	json_put_text(w, o, "on_update", k->on_update);
	put_origin(w, o, &k->place);
	json_put_bool(o, "live", k->live);
	return o;
}

json_t *
json_crossing_key(struct json_writer *w, const struct crossing_key_doc *d)
{
	json_t *o = json_foreign_key(w, &d->key);

	json_put_text(w, o, "from_owner", d->from_owner);
	json_put_text(w, o, "to_owner", d->to_owner);
	json_put_text(w, o, "effect", d->effect);
	json_put_text(w, o, "client_on_delete", d->client_action);
	json_put_bool(o, "granted", d->granted);
	return o;
}

json_t *
json_shared_write(struct json_writer *w, const struct shared_write_doc *d)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "relation", d->relation);
	json_put_text(w, o, "owner", d->owner);
	json_put(o, "writers", json_texts(w, d->writers.v, d->writers.n));
	return o;
}

json_t *
json_schema(struct json_writer *w, const struct schema_doc *s)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "database", s->database);
	json_put_text(w, o, "name", s->name);
	json_put_text(w, o, "owner", s->owner);
	put_origin(w, o, &s->place);
	return o;
}

json_t *
json_role(struct json_writer *w, const struct role_doc *r)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "name", r->name);
	json_put(o, "search_path", json_texts(w, r->search_path.v, r->search_path.n));
	return o;
}

json_t *
json_grant(struct json_writer *w, const struct grant_doc *g)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "database", g->database);
	json_put_text(w, o, "object", g->object);
	json_put_text(w, o, "column", g->column);
	json_put_text(w, o, "role", g->role);
	json_put(o, "privileges", json_texts(w, g->privileges.v, g->privileges.n));
	return o;
}

static json_t *
json_break(struct json_writer *w, const struct impact_break *b)
{
	json_t *o = json_new_object();

	put_place(w, o, &b->place);
	json_put_text(w, o, "message", b->message);
	json_put_text(w, o, "effect", b->effect);
	json_put(o, "access", words(w, b->access));
	json_put_text(w, o, "class", b->class_word);
	json_put_text(w, o, "confidence", b->confidence);
	json_put_bool(o, "deployed", b->deployed);
	return o;
}

/* Steps are in the order of the list. */
static json_t *
json_step(struct json_writer *w, const struct impact_step *s)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "phase", s->phase);
	json_put_text(w, o, "service", s->service);
	json_put_text(w, o, "path", s->place.path);
	json_put_number(o, "line", s->place.line);
	json_put_number(o, "column", s->place.column);
	json_put_text(w, o, "action", s->text);
	json_put_text(w, o, "sql", s->sql);
	return o;
}

json_t *
json_impact_change(struct json_writer *w, const struct impact_change *x)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "kind", x->kind);
	json_put_text(w, o, "object", x->object);
	json_put_text(w, o, "owner", x->owner);
	json_put_text(w, o, "message", x->message);
	put_place(w, o, &x->place);
	json_put_list(w, o, "breaks", &x->breaks, json_break);
	json_put_list(w, o, "steps", &x->steps, json_step);
	return o;
}

json_t *
json_impact_refusal(struct json_writer *w, const struct impact_refusal *r)
{
	json_t *o = json_new_object();

	put_place(w, o, &r->place);
	json_put_text(w, o, "message", r->message);
	return o;
}
