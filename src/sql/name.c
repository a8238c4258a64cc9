/* Names out of the parse tree, with their places. */
#include <string.h>

#include "base/arena.h"
#include "reader_p.h"

struct str
name_text(struct reader *r, const char *c)
{
	struct str x = str_from(c), rest = x, part;
	struct buf b = {.arena = r->u->arena};
	size_t at;

	if (str_find(x, STR(HOLE_MARK), 0) == SIZE_MAX)
		return str_dup(r->u->arena, x);
	r->hole = true;
	while ((at = str_find(rest, STR(HOLE_MARK), 0)) != SIZE_MAX) {
		part = str_slice(rest, 0, at);
		buf_add(&b, part);
		if (!b.n || b.s[b.n - 1] != '*')
			buf_addc(&b, '*');
		rest = str_slice(rest, at + HOLE_MARK_SIZE, rest.n);
	}
	buf_add(&b, rest);
	return buf_str(&b);
}

static bool
has_hole(const char *c)
{
	return strstr(c, HOLE_MARK) != NULL;
}

/* Tokens FIRST … that are name.name.name; returns the last one. */
static uint32_t
qualified_end(const struct reader *r, uint32_t first)
{
	uint32_t i = first;

	while (i + 2 < r->n_tokens && lex_is_char(r->sql, &r->tokens[i + 1], '.') &&
		lex_is_name(&r->tokens[i + 2]))
		i += 2;
	return i;
}

static struct span
tokens_span(const struct reader *r, uint32_t first, uint32_t last)
{
	const struct token *end = &r->tokens[last];

	return place_span(r, r->tokens[first].at, end->at + end->length);
}

struct name
name_range(struct reader *r, const PgQuery__RangeVar *v)
{
	struct name n = {
		.schema = name_text(r, v->schemaname),
		.name = name_text(r, v->relname),
		.pattern = has_hole(v->schemaname) || has_hole(v->relname),
	};
	uint32_t first = place_at(r, v->location), last;

	if (v->location < 0 || first >= r->n_tokens)
		return n;
	last = qualified_end(r, first);
	if (*v->catalogname && last - first >= 4)
		first += 2;
	n.span = tokens_span(r, first, last);
	r->cursor = last + 1;
	return n;
}

const char *
name_string(const PgQuery__Node *node)
{
	return node && node->node_case == PG_QUERY__NODE__NODE_STRING ? node->string->sval : "";
}

/* Finds the name with the schema before it, else the name alone. */
static struct span
find_qualified(struct reader *r, const char *schema, const char *name)
{
	uint32_t start = r->cursor, at;

	while ((at = place_find(r, str_from(name))) != UINT32_MAX) {
		if (!*schema)
			return place_token(r, at);
		if (at >= 2 && lex_is_char(r->sql, &r->tokens[at - 1], '.') &&
			lex_names(r->sql, &r->tokens[at - 2], str_from(schema)))
			return tokens_span(r, at - 2, at);
	}
	r->cursor = start;
	return (struct span){0};
}

struct name
name_list(struct reader *r, PgQuery__Node **parts, size_t n)
{
	const char *name = n ? name_string(parts[n - 1]) : "";
	const char *schema = n > 1 ? name_string(parts[n - 2]) : "";
	struct name x = {
		.schema = name_text(r, schema),
		.name = name_text(r, name),
		.pattern = has_hole(schema) || has_hole(name),
	};

	x.span = find_qualified(r, schema, name);
	return x;
}

struct name
name_single(struct reader *r, const char *c)
{
	struct name x = {.name = name_text(r, c), .pattern = has_hole(c)};

	x.span = find_qualified(r, "", c);
	return x;
}

struct name
name_object(struct reader *r, const PgQuery__Node *node)
{
	struct name none = {0};

	if (!node)
		return none;
	switch ((int)node->node_case) {
	case PG_QUERY__NODE__NODE_LIST:
		return name_list(r, node->list->items, node->list->n_items);
	case PG_QUERY__NODE__NODE_STRING:
		return name_single(r, node->string->sval);
	case PG_QUERY__NODE__NODE_TYPE_NAME:
		return name_list(r, node->type_name->names, node->type_name->n_names);
	case PG_QUERY__NODE__NODE_OBJECT_WITH_ARGS:
		return name_list(
			r, node->object_with_args->objname, node->object_with_args->n_objname);
	case PG_QUERY__NODE__NODE_RANGE_VAR:
		return name_range(r, node->range_var);
	default:
		return none;
	}
}

struct word
name_word(struct reader *r, const char *c)
{
	struct word w = {.text = name_text(r, c)};
	uint32_t at = place_find(r, str_from(c));

	w.span = at == UINT32_MAX ? place_statement(r) : place_token(r, at);
	return w;
}

struct range
name_words(struct reader *r, PgQuery__Node **list, size_t n)
{
	struct range words = {.first = r->u->words.n};

	for (size_t i = 0; i < n; i++) {
		vec_push(r->u->arena, &r->u->words, name_word(r, name_string(list[i])));
		words.count++;
	}
	return words;
}

struct str
name_role(struct reader *r, const PgQuery__RoleSpec *role)
{
	if (!role)
		return (struct str){0};
	switch (role->roletype) {
	case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CSTRING:
		return name_text(r, role->rolename);
	case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_ROLE:
	case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_CURRENT_USER:
		return STR("current_user");
	case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_SESSION_USER:
		return STR("session_user");
	case PG_QUERY__ROLE_SPEC_TYPE__ROLESPEC_PUBLIC:
		return STR("public");
	case PG_QUERY__ROLE_SPEC_TYPE__ROLE_SPEC_TYPE_UNDEFINED:
	case _PG_QUERY__ROLE_SPEC_TYPE_IS_INT_SIZE:
		break;
	}
	return (struct str){0};
}

struct range
name_roles(struct reader *r, PgQuery__Node **list, size_t n)
{
	struct range words = {.first = r->u->words.n};

	for (size_t i = 0; i < n; i++) {
		const PgQuery__RoleSpec *role = list[i]->role_spec;
		struct word w;
		uint32_t at;

		if (list[i]->node_case != PG_QUERY__NODE__NODE_ROLE_SPEC)
			continue;
		at = place_at(r, role->location);
		w.text = name_role(r, role);
		w.span = at < r->n_tokens ? place_token(r, at) : place_statement(r);
		vec_push(r->u->arena, &r->u->words, w);
		words.count++;
	}
	return words;
}
