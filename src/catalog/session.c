/* Sessions: search_path and role, SET and RESET, settings of roles and databases.
 *
 * PostgreSQL 15, "Client Connection Defaults" (search_path), SET, ALTER ROLE, ALTER DATABASE, SET
 * ROLE. SET LOCAL outside a transaction does nothing but warn. */
#include "catalog_p.h"

struct session_setting
session_current(const struct session *s)
{
	struct session_setting x = {.search_path_known = s->search_path_known, .role = s->role};

	x.search_path.v = s->search_path.v;
	x.search_path.n = x.search_path.cap = s->search_path.n;
	return x;
}

void
session_put_in_force(struct session *s, const struct session_setting *x)
{
	s->search_path.v = x->search_path.v;
	s->search_path.n = s->search_path.cap = x->search_path.n;
	s->search_path_known = x->search_path_known;
	s->role = x->role;
}

/* Replaces the path; the old array may be somebody else's, so that it is never written to. */
static void
set_path(struct session_setting *x, struct arena *a, const struct str *path, uint32_t n)
{
	x->search_path.v = arena_array(a, struct str, n);
	x->search_path.n = x->search_path.cap = n;
	x->search_path_known = true;
	for (uint32_t i = 0; i < n; i++) {
		x->search_path.v[i] = str_dup(a, path[i]);
		if (str_chr(path[i], '*', 0) != SIZE_MAX)
			x->search_path_known = false; /* a hole in the value */
	}
}

static struct str
settings_key(struct arena *a, char kind, struct str role)
{
	return str_format(a, "%c%.*s", kind, STR_ARG(role));
}

/* What a new connection of ROLE gets: role in database, role, database, all roles, built in
 * (guc.h's order of sources). */
static void
set_default_path(
	const struct catalog *c, struct session_setting *x, struct arena *a, struct str role)
{
	static const struct str built_in[] = {{"$user", 5}, {"public", 6}};
	const struct str keys[] = {settings_key(a, 'b', role), settings_key(a, 'r', role),
		settings_key(a, 'd', (struct str){0}), settings_key(a, 'r', (struct str){0})};

	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
		const union map_value *v = role.n || i >= 2 ? map_get(&c->settings, keys[i]) : NULL;

		if (v && v->ptr) {
			x->search_path = ((const struct session_setting *)v->ptr)->search_path;
			x->search_path_known =
				((const struct session_setting *)v->ptr)->search_path_known;
			return;
		}
	}
	set_path(x, a, built_in, 2);
}

void
catalog_connect(const struct catalog *c, struct session *s, struct arena *a, struct str role,
	const struct str *search_path, uint32_t n)
{
	*s = (struct session){.arena = a};
	s->initial.role = str_dup(a, role);
	if (n)
		set_path(&s->initial, a, search_path, n);
	else
		set_default_path(c, &s->initial, a, role);
	s->after = s->initial;
	session_put_in_force(s, &s->initial);
}

bool
session_entry(
	const struct catalog *c, const struct session *s, uint32_t i, moment at, struct str *schema)
{
	*schema = s->search_path.v[i];
	if (!str_is(*schema, "$user"))
		return true;
	*schema = s->role;
	return s->role.n && catalog_find(c, SPACE_SCHEMA, (struct str){0}, s->role, at);
}

struct str
session_role(const struct apply *ap, struct str written)
{
	if (str_is(written, "current_user") || str_is(written, "current_role"))
		return ap->s->role;
	if (str_is(written, "session_user"))
		return ap->s->initial.role;
	return str_dup(ap->c->arena, written);
}

/* Does a change of the setting last for the transaction only? */
static void
change(struct session *s, const struct session_setting *x, bool local)
{
	if (local && !s->in_transaction)
		return;
	session_put_in_force(s, x);
	if (!local)
		s->after = *x;
}

static struct str *
words_text(struct apply *ap, uint32_t *n)
{
	struct range words = ap->e->words;
	struct str *text = arena_array(ap->scratch, struct str, words.count);

	for (uint32_t i = 0; i < words.count; i++)
		text[i] = ap->u->words.v[words.first + i].text;
	*n = words.count;
	return text;
}

bool
apply_set(struct apply *ap)
{
	struct session *s = ap->s;
	struct session_setting x = session_current(s);
	uint32_t n;
	struct str *text = words_text(ap, &n);
	bool local = apply_flag(ap, EVENT_LOCAL);

	if (str_is(ap->e->part, "search_path")) {
		if (n) {
			set_path(&x, s->arena, text, n);
		} else {
			x.search_path = s->initial.search_path;
			x.search_path_known = s->initial.search_path_known;
		}
	} else if (str_is(ap->e->part, "role") || str_is(ap->e->part, "session_authorization")) {
		x.role = n && !str_is(text[0], "none") ? str_dup(s->arena, text[0])
						       : s->initial.role;
	} else {
		return true;
	}
	if (ap->maybe)
		x.search_path_known = false;
	change(s, &x, local);
	return true;
}

static bool
reset_setting(struct apply *ap, struct session_setting x)
{
	struct session *s = ap->s;
	bool all = str_is(ap->e->part, "all") || ap->e->part.n == 0;

	if (all || str_is(ap->e->part, "search_path")) {
		x.search_path = s->initial.search_path;
		x.search_path_known = s->initial.search_path_known;
	}
	/* RESET ALL leaves the role alone (guc.c: GUC_NO_RESET_ALL). */
	if (str_is(ap->e->part, "role") || str_is(ap->e->part, "session_authorization"))
		x.role = s->initial.role;
	if (ap->maybe)
		x.search_path_known = false;
	change(s, &x, false);
	return true;
}

static bool
drop_temporary(struct apply *ap)
{
	for (uint32_t i = 1; i < ap->c->objects.n; i++)
		if (ap->c->objects.v[i].temporary && ap->c->objects.v[i].exists != EXISTS_NO &&
			!apply_fall(ap, &i, 1, true))
			return false;
	return true;
}

bool
apply_reset(struct apply *ap)
{
	struct session *s = ap->s;
	struct session_setting x = session_current(s);

	if (str_starts(ap->e->part, STR("discard"))) {
		if (str_is(ap->e->part, "discard all"))
			change(s, &s->initial, false);
		return drop_temporary(ap);
	}
	return reset_setting(ap, x);
}
bool
apply_role_set(struct apply *ap)
{
	struct catalog *c = ap->c;
	bool database = ap->e->kind == EVENT_ALTER_DATABASE_SET;
	char kind = database ? 'd' : ap->e->text.n ? 'b' : 'r';
	struct str role = database ? (struct str){0} : ap->e->object.name;
	struct session_setting *x = NULL;
	uint32_t n;
	struct str *text = words_text(ap, &n);

	if (!str_is(ap->e->part, "search_path"))
		return true;
	if (str_is(role, "all"))
		role = (struct str){0};
	if (n) {
		x = arena_new(c->arena, struct session_setting);
		set_path(x, c->arena, text, n);
		x->search_path_known = x->search_path_known && !ap->maybe;
	}
	map_put(&c->settings, settings_key(c->arena, kind, role))->ptr = x;
	return true;
}
