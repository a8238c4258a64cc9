/* A unit's statements as short lines, to compare with what a test wants. */
#ifndef TESTS_SQL_DUMP_H
#define TESTS_SQL_DUMP_H

#include "unit/unit.h"

static inline void
dump_name(struct buf *b, const struct name *n)
{
	buf_addf(b, "%.*s%s%.*s%s", STR_ARG(n->schema), n->schema.n ? "." : "", STR_ARG(n->name),
		n->pattern ? "~" : "");
}

static inline void
dump_words(struct buf *b, const struct unit *u, struct range words, const char *open)
{
	if (!words.count)
		return;
	buf_addf(b, "%s", open);
	for (uint32_t i = 0; i < words.count; i++)
		buf_addf(b, "%s%.*s", i ? "," : "", STR_ARG(u->words.v[words.first + i].text));
	buf_addf(b, ")");
}

static inline void
dump_flags(struct buf *b, uint32_t flags, const char *const *words)
{
	for (uint32_t i = 0; words[i]; i++)
		if (flags & (1u << i))
			buf_addf(b, " %s", words[i]);
}

static inline void
dump_subcommand(struct buf *b, const struct unit *u, const struct subcommand *s)
{
	static const char *const kinds[SUB_KINDS] = {"none", "add", "drop", "type", "set-not-null",
		"drop-not-null", "set-default", "drop-default", "add-identity", "drop-identity",
		"set-identity", "drop-expression", "constraint", "drop-constraint", "validate",
		"inherit", "no-inherit", "attach", "detach", "like", "of", "value", "rename-value",
		"owned-by", "rls", "unmodelled"};
	static const char *const constraints[] = {"", "pk", "unique", "check", "fk", "exclude"};
	static const char *const flags[] = {"if-exists", "if-not-exists", "cascade", "not-null",
		"default", "identity", "generated", "not-valid", "pk", "serial", NULL};

	buf_addf(b, "%s", kinds[s->kind]);
	if (s->name.n)
		buf_addf(b, " %.*s", STR_ARG(s->name));
	if (s->type.n)
		buf_addf(b, " %.*s", STR_ARG(s->type));
	if (s->constraint)
		buf_addf(b, " %s", constraints[s->constraint]);
	dump_words(b, u, s->columns, "(");
	if (s->target.name.n) {
		buf_addf(b, " -> ");
		dump_name(b, &s->target);
	}
	dump_words(b, u, s->target_columns, "(");
	if (s->on_delete)
		buf_addf(b, " %c%c", s->on_delete, s->on_update);
	dump_flags(b, s->flags, flags);
	if (s->text.n)
		buf_addf(b, " {%.*s}", STR_ARG(s->text));
}

static inline void
dump_event(struct buf *b, const struct unit *u, const struct event *e)
{
	static const char *const kinds[EVENT_KINDS] = {"none", "create", "create-as", "alter",
		"drop", "rename", "set-schema", "owner", "grant", "revoke", "set", "reset",
		"role-set", "database-set", "transaction", "call", "comment", "havoc",
		"unmodelled"};
	static const char *const flags[] = {"if-exists", "if-not-exists", "or-replace", "cascade",
		"only", "temporary", "local", "unique", "partition-of", "no-data", "all-in-schema",
		"default-privileges", NULL};

	buf_addf(b, "%s %s ", kinds[e->kind],
		e->object_kind ? object_kind_word(e->object_kind) : "-");
	dump_name(b, &e->object);
	if (e->part.n)
		buf_addf(b, " .%.*s", STR_ARG(e->part));
	if (e->text.n)
		buf_addf(b, " '%.*s'", STR_ARG(e->text));
	dump_flags(b, e->flags, flags);
	for (uint32_t i = 0; i < e->names.count; i++) {
		buf_addf(b, i ? "," : " n:");
		dump_name(b, &u->names.v[e->names.first + i]);
	}
	dump_words(b, u, e->words, " w:(");
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		buf_addf(b, i ? "; " : " [");
		dump_subcommand(b, u, &u->subcommands.v[e->subcommands.first + i]);
	}
	if (e->subcommands.count)
		buf_addf(b, "]");
}

static inline void
dump_relation(struct buf *b, const struct unit *u, const struct query *q, uint32_t i)
{
	static const char *const kinds[] = {"", "cte:", "sub:", "function:", "values:", "join:"};
	const struct relation_use *use = &u->relations.v[i];

	buf_addf(b, " %s", kinds[use->kind]);
	dump_name(b, &use->name);
	if (use->alias.n)
		buf_addf(b, " as %.*s", STR_ARG(use->alias));
	buf_addf(b, "@%u", use->scope - q->scopes.first);
	if (use->inner)
		buf_addf(b, ">%u", use->inner - q->scopes.first);
	if (use->access)
		buf_addf(b, " %.*s", STR_ARG(access_words(u->arena, use->access)));
	buf_addf(b, "%s%s%s;", use->target ? " target" : "", use->all_columns ? " all" : "",
		use->more_columns ? " more" : "");
}

static inline void
dump_query(struct buf *b, const struct unit *u, const struct query *q)
{
	buf_addf(b, "%.*s", STR_ARG(q->tag));
	for (uint32_t i = 0; i < q->relations.count; i++)
		dump_relation(b, u, q, q->relations.first + i);
	if (q->columns.count)
		buf_addf(b, " |");
	for (uint32_t i = 0; i < q->columns.count; i++) {
		const struct column_use *c = &u->columns.v[q->columns.first + i];

		buf_addf(b, " %.*s%s%.*s@%u", STR_ARG(c->qualifier), c->qualifier.n ? "." : "",
			STR_ARG(c->column), c->scope - q->scopes.first);
		if (c->access != ACCESS_READ)
			buf_addf(b, ":%.*s", STR_ARG(access_words(u->arena, c->access)));
		if (c->relation)
			buf_addf(b, "=%u", c->relation - q->relations.first);
	}
}

/* Every statement on a line; those of bodies are indented by ">", a guard stands behind "?". */
static inline struct str
dump_unit(const struct unit *u)
{
	struct buf b = {.arena = u->arena};

	for (uint32_t i = 1; i < u->statements.n; i++) {
		const struct statement *s = &u->statements.v[i];

		if (b.n)
			buf_addc(&b, '\n');
		if (u->fragments.v[s->fragment].parent)
			buf_addf(&b, "> ");
		if (!s->event && !s->query)
			buf_addc(&b, '-');
		if (s->event)
			dump_event(&b, u, &u->events.v[s->event]);
		if (s->event && s->query)
			buf_addf(&b, " := ");
		if (s->query)
			dump_query(&b, u, &u->queries.v[s->query]);
		if (s->maybe)
			buf_addf(&b, " ?%.*s", STR_ARG(s->guard));
	}
	for (uint32_t i = 1; i < u->blind_spots.n; i++)
		buf_addf(&b, "%s! %s: %.*s", b.n ? "\n" : "",
			blind_reason_id(u->blind_spots.v[i].reason),
			STR_ARG(u->blind_spots.v[i].detail));
	return buf_str(&b);
}

#endif
