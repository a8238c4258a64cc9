/* The names that Django computes.
 *
 * Tables: django/db/models/options.py (contribute_to_class); columns: fields/__init__.py and
 * fields/related.py (get_attname_column); automatic many-to-many tables: fields/related.py
 * (_get_m2m_db_table, create_many_to_many_intermediary_model). A computed table's
 * name that is too long ends in a digest (backends/utils.py, truncate_name). */
#include "lower/django_p.h"

#define MOST_BYTES 63

struct str
django_identifier(struct arena *a, struct str name)
{
	/* Quotes of an already quoted name ("\"schema\".\"table\"") are not part of it. */
	if (name.n > 1 && name.s[0] == '"' && name.s[name.n - 1] == '"')
		name = str_slice(name, 1, name.n - 1);
	return str_slice(str_dup(a, name), 0, MOST_BYTES);
}

/* A table's name that Django computes; one that is given is cut by PostgreSQL itself. Names count in
 * characters there; here in bytes, which differs only for long names outside ASCII. */
static struct str
computed_table(struct arena *a, struct str name)
{
	size_t at = str_find(name, STR("\".\""), 0);
	size_t most = (at == SIZE_MAX ? 0 : at + 3) + MOST_BYTES;
	struct str table = at == SIZE_MAX ? name : str_slice(name, at + 3, name.n);
	struct str digest;

	if (name.n <= most)
		return name;
	digest = django_digest(a, table);
	return str_format(
		a, "%.*s%.*s", STR_ARG(str_slice(name, 0, most - digest.n)), STR_ARG(digest));
}

struct str
django_table(struct arena *a, const struct model *m)
{
	struct str name = str_lower(a, m->name);

	if (m->db_table.n)
		return django_identifier(a, m->db_table);
	return computed_table(a, str_format(a, "%.*s_%.*s", STR_ARG(m->app), STR_ARG(name)));
}

struct str
django_foreign_table(struct arena *a, const struct model_name *n)
{
	/* Models of django.contrib that name their tables themselves. */
	static const struct {
		const char *app, *name, *table;
	} rows[] = {
		{"contenttypes", "contenttype", "django_content_type"},
		{"sessions", "session", "django_session"},
		{"sites", "site", "django_site"},
		{"admin", "logentry", "django_admin_log"},
		{"flatpages", "flatpage", "django_flatpage"},
		{"redirects", "redirect", "django_redirect"},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (str_is(n->app, rows[i].app) && str_is(n->name, rows[i].name))
			return str_from(rows[i].table);
	return computed_table(a, str_format(a, "%.*s_%.*s", STR_ARG(n->app), STR_ARG(n->name)));
}

struct str
django_column(struct arena *a, const struct field *f)
{
	if (f->db_column.n)
		return f->db_column;
	if (f->relation == RELATION_FOREIGN_KEY)
		return str_format(a, "%.*s_id", STR_ARG(f->name));
	return f->name;
}

struct str
django_through_table(struct arena *a, const struct model *m, const struct field *f)
{
	struct str table = django_table(a, m);

	if (f->db_table.n)
		return django_identifier(a, f->db_table);
	return computed_table(a, str_format(a, "%.*s_%.*s", STR_ARG(table), STR_ARG(f->name)));
}

struct str
django_through_column(struct arena *a, const struct model *m, const struct field *f, bool to)
{
	struct str from_name = str_lower(a, m->name);
	bool self = str_eq(f->to.name, from_name) && str_eq(f->to.app, m->app);

	if (self)
		return str_format(a, "%s_%.*s_id", to ? "to" : "from", STR_ARG(from_name));
	return str_format(a, "%.*s_id", STR_ARG(to ? f->to.name : from_name));
}
