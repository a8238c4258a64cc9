/* The tool's own part of a SARIF log: all rules with their documents, whatever was found. */
#include "sarif.h"

static void
put_message(struct json_writer *w, json_t *o, const char *key, struct str text)
{
	json_t *message = json_new_object();

	json_put_text(w, message, "text", text);
	json_put(o, key, message);
}

static json_t *
help(struct json_writer *w, const struct rule_doc *r)
{
	json_t *o = json_new_object();

	json_put_text(w, o, "text", r->text);
	json_put_text(w, o, "markdown", r->markdown);
	return o;
}

static json_t *
properties(struct json_writer *w, const struct rule_doc *r)
{
	const struct str tags[] = {STR("database"), STR("postgresql"), STR("ownership")};
	json_t *o = json_new_object();

	json_put(o, "tags", json_texts(w, tags, sizeof tags / sizeof *tags));
	json_put_text(w, o, "problem.severity",
		str_is(r->level, "note") ? STR("recommendation") : r->level);
	json_put_text(w, o, "precision", STR("high"));
	return o;
}

static json_t *
rule(struct json_writer *w, const struct rule_doc *r)
{
	json_t *o = json_new_object(), *level = json_new_object();

	json_put_text(w, o, "id", r->name);
	if (r->aliases.n)
		json_put(o, "deprecatedIds", json_texts(w, r->aliases.v, r->aliases.n));
	put_message(w, o, "shortDescription", str_format(w->arena, "%.*s.", STR_ARG(r->summary)));
	put_message(w, o, "fullDescription", r->description.n ? r->description : r->summary);
	json_put(o, "help", help(w, r));
	json_put_text(w, level, "level", r->level);
	json_put(o, "defaultConfiguration", level);
	json_put(o, "properties", properties(w, r));
	return o;
}

json_t *
sarif_driver(struct json_writer *w, const struct findings_doc *d, const char *version)
{
	json_t *o = json_new_object(), *list = json_new_list();

	json_put_text(w, o, "name", STR("pgbounds"));
	json_put_text(w, o, "semanticVersion", str_from(version));
	for (uint32_t i = 0; i < d->rules.n; i++)
		json_add(list, rule(w, &d->rules.v[i]));
	json_put(o, "rules", list);
	return o;
}
