/* The names that Django computes.
 *
 * Tables: django/db/models/options.py (contribute_to_class); columns: fields/__init__.py and
 * fields/related.py (get_attname_column); automatic many-to-many tables: fields/related.py
 * (_get_m2m_db_table, create_many_to_many_intermediary_model). A computed table's
 * name that is too long ends in a digest (backends/utils.py, truncate_name). */
#include <md5.h>
#include <string.h>

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

/* names_digest() of django/db/backends/utils.py: the first digits of the MD5 of all PARTS. */
static struct str
digest(struct arena *a, struct str text, size_t length)
{
	char *hex = arena_array(a, char, MD5_DIGEST_STRING_LENGTH);

	MD5Data((const uint8_t *)(text.n ? text.s : ""), text.n, hex);
	return str_slice(str_from(hex), 0, length);
}

/* A table's name that Django computes; one that is given is cut by PostgreSQL itself. Names count in
 * characters there; here in bytes, which differs only for long names outside ASCII. */
static struct str
computed_table(struct arena *a, struct str name)
{
	size_t at = str_find(name, STR("\".\""), 0);
	size_t most = (at == SIZE_MAX ? 0 : at + 3) + MOST_BYTES;
	struct str table = at == SIZE_MAX ? name : str_slice(name, at + 3, name.n);
	struct str end;

	if (name.n <= most)
		return name;
	end = digest(a, table, 4);
	return str_format(a, "%.*s%.*s", STR_ARG(str_slice(name, 0, most - end.n)), STR_ARG(end));
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
django_index_name(
	struct arena *a, struct str table, const struct str *columns, uint32_t n, struct str suffix)
{
	struct buf joined = {.arena = a}, hashed = {.arena = a};
	size_t at = str_find(table, STR("\".\""), 0), half;
	struct str end, name;

	table = at == SIZE_MAX ? table : str_slice(table, at + 3, table.n);
	buf_add(&hashed, table);
	for (uint32_t i = 0; i < n; i++) {
		buf_add(&hashed, columns[i]);
		buf_addf(&joined, "%s%.*s", i ? "_" : "", STR_ARG(columns[i]));
	}
	end = digest(a, buf_str(&hashed), 8);
	end = str_format(a, "%.*s%.*s", STR_ARG(end), STR_ARG(suffix));
	name = str_format(
		a, "%.*s_%.*s_%.*s", STR_ARG(table), STR_ARG(buf_str(&joined)), STR_ARG(end));
	if (name.n <= MOST_BYTES)
		return name;
	end = str_slice(end, 0, MOST_BYTES / 3);
	half = (MOST_BYTES - end.n) / 2 - 1;
	name = str_format(a, "%.*s_%.*s_%.*s", STR_ARG(str_slice(table, 0, half)),
		STR_ARG(str_slice(buf_str(&joined), 0, half)), STR_ARG(end));
	if (name.s[0] == '_' || (name.s[0] >= '0' && name.s[0] <= '9'))
		name = str_format(a, "D%.*s", STR_ARG(str_slice(name, 0, name.n - 1)));
	return name;
}

struct str
django_chosen_name(struct arena *a, struct str table, struct str column, const char *label)
{
	return lower_chosen_name(a, django_table_name(table, (struct span){0}).name, column, label);
}
