/* Arguments, and the names that Rails computes. */
#include <sha256.h>
#include <string.h>

#include "base/arena.h"
#include "lower/rails_p.h"

uint32_t
rails_arg(const struct rails_call *c, uint32_t i)
{
	return lower_argument(c->r->l.u, c->call, "", c->skip + i);
}

/* The last positional argument when it is a map: options that were put together. */
static uint32_t
options_map(const struct unit *u, uint32_t call)
{
	struct range kids = u->values.v[call].kids;

	for (uint32_t i = kids.count; i > 1; i--) {
		uint32_t kid = u->kids.v[kids.first + i - 1];

		if (u->values.v[kid].kind != VALUE_ARGUMENT)
			return u->values.v[kid].kind == VALUE_MAP ? kid : 0;
	}
	return 0;
}

uint32_t
rails_option(const struct unit *u, uint32_t options, const char *key)
{
	uint32_t v;

	if (u->values.v[options].kind != VALUE_CALL)
		return lower_entry(u, options, key);
	v = lower_argument(u, options, key, UINT32_MAX);
	return v ? v : lower_entry(u, options_map(u, options), key);
}

bool
rails_is(const struct unit *u, uint32_t options, const char *key)
{
	return lower_true(u, rails_option(u, options, key));
}

bool
rails_given(const struct unit *u, uint32_t value)
{
	return value && u->values.v[value].kind != VALUE_NULL && !lower_false(u, value);
}

struct str
rails_table_name(const struct rails_call *c)
{
	return c->table ? lower_string(c->r->l.u, c->table) : c->name;
}

uint32_t
rails_element(const struct unit *u, uint32_t list, uint32_t i)
{
	if (u->values.v[list].kind == VALUE_LIST)
		return unit_kid(u, list, i);
	return i == 0 ? list : 0;
}

struct str
rails_joined(struct rails *r, uint32_t list, const char *between)
{
	struct buf b = {.arena = r->l.a};
	uint32_t e;

	for (uint32_t i = 0; (e = rails_element(r->l.u, list, i)); i++) {
		struct str one = lower_string(r->l.u, e);

		if (!one.n)
			return one;
		buf_addf(&b, "%s%.*s", i ? between : "", STR_ARG(one));
	}
	return buf_str(&b);
}

struct str
rails_hashed(struct arena *a, const char *prefix, struct str text)
{
	uint8_t digest[SHA256_DIGEST_LENGTH];
	SHA256_CTX ctx;

	SHA256_Init(&ctx);
	SHA256_Update(&ctx, (const uint8_t *)text.s, text.n);
	SHA256_Final(digest, &ctx);
	return str_format(a, "%s%02x%02x%02x%02x%02x", prefix, digest[0], digest[1], digest[2],
		digest[3], digest[4]);
}

void
rails_add_table_text(struct rails *r, struct str name)
{
	size_t dot = str_chr(name, '.', 0);

	if (dot != SIZE_MAX) {
		lower_text_quoted(&r->l, str_slice(name, 0, dot));
		lower_text_add(&r->l, ".");
		name = str_slice(name, dot + 1, name.n);
	}
	lower_text_quoted(&r->l, name);
}

void
rails_add_table(struct rails *r, uint32_t value)
{
	struct str name = lower_string(r->l.u, value);

	if (str_chr(name, '.', 0) != SIZE_MAX)
		rails_add_table_text(r, name);
	else
		lower_text_name(&r->l, value);
}

void
rails_add_own_table(const struct rails_call *c)
{
	if (c->table)
		rails_add_table(c->r, c->table);
	else
		rails_add_table_text(c->r, c->name);
}

void
rails_add_name(struct rails *r, uint32_t value, const char *suffix)
{
	if (!*suffix) {
		lower_text_name(&r->l, value);
		return;
	}
	lower_text_add(&r->l, "\"");
	lower_text_value(&r->l, value);
	lower_text_add(&r->l, suffix);
	lower_text_add(&r->l, "\"");
}

void
rails_begin_alter(const struct rails_call *c)
{
	lower_text_begin(&c->r->l, c->call);
	lower_text_add(&c->r->l, "ALTER TABLE ");
	rails_add_own_table(c);
}

void
rails_add_if_exists(const struct rails_call *c)
{
	if (c->r->soft || rails_is(c->r->l.u, c->call, "if_exists"))
		lower_text_add(&c->r->l, "IF EXISTS ");
}

void
rails_add_if_not_exists(const struct rails_call *c)
{
	if (c->r->soft || rails_is(c->r->l.u, c->call, "if_not_exists"))
		lower_text_add(&c->r->l, "IF NOT EXISTS ");
}

void
rails_run(const struct rails_call *c)
{
	struct lower *l = &c->r->l;
	struct str before = l->guard;

	if (!l->guard.n && (c->r->soft || rails_is(l->u, c->call, "if_exists") ||
				   rails_is(l->u, c->call, "if_not_exists")))
		l->guard = STR("where it can");
	lower_text_run(l);
	l->guard = before;
}
