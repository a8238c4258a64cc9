/* The tables of a unit and the words of its enums. */
#include "unit/unit.h"

#include "unit/shape.h"

void
unit_init(struct unit *u, struct arena *a)
{
	*u = (struct unit){.arena = a};
	for (enum unit_table t = 0; t < UNIT_TABLES; t++)
		*unit_table(u, t) = unit_empty_table();
}

uint32_t
unit_add_value(struct unit *u, struct value v)
{
	vec_push(u->arena, &u->values, v);
	return u->values.n - 1;
}

uint32_t
unit_add_blind(struct unit *u, enum blind_reason reason, struct span span, const char *format, ...)
{
	struct blind_spot *b = vec_add(u->arena, &u->blind_spots);
	va_list ap;

	b->reason = reason;
	b->span = span;
	va_start(ap, format);
	b->detail = str_vformat(u->arena, format, ap);
	va_end(ap);
	return u->blind_spots.n - 1;
}

struct range
unit_add_kids(struct unit *u, const uint32_t *kids, uint32_t n)
{
	struct range r = {.first = u->kids.n, .count = n};

	for (uint32_t i = 0; i < n; i++)
		vec_push(u->arena, &u->kids, kids[i]);
	return r;
}

uint32_t
unit_kid(const struct unit *u, uint32_t v, uint32_t i)
{
	struct range kids = u->values.v[v].kids;

	return i < kids.count ? u->kids.v[kids.first + i] : 0;
}

uint32_t
unit_member(const struct unit *u, uint32_t class, const char *name)
{
	uint32_t block = unit_kid(u, class, u->values.v[class].op), found = 0;
	struct range kids = u->values.v[block].kids;

	if (u->values.v[class].kind != VALUE_CLASS || u->values.v[block].kind != VALUE_BLOCK)
		return 0;
	for (uint32_t i = 0; i < kids.count; i++) {
		uint32_t kid = u->kids.v[kids.first + i];

		if (u->values.v[kid].kind == VALUE_ASSIGNMENT &&
			str_is(u->values.v[kid].text, name))
			found = unit_kid(u, kid, 0);
	}
	return found;
}

struct str
unit_attribute(const struct unit *u, const struct operation *op, const char *key)
{
	for (uint32_t i = 0; i < op->attributes.count; i++) {
		const struct attribute *x = &u->attributes.v[op->attributes.first + i];

		if (str_is(x->key, key))
			return x->value;
	}
	return (struct str){0};
}

struct str
unit_line(const struct unit *u, uint32_t origin, uint32_t line)
{
	uint32_t low = 1, high = u->lines.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct source_line *l = &u->lines.v[middle];

		if (l->origin < origin || (l->origin == origin && l->line < line))
			low = middle + 1;
		else
			high = middle;
	}
	if (low < u->lines.n && u->lines.v[low].origin == origin && u->lines.v[low].line == line)
		return u->lines.v[low].text;
	return (struct str){0};
}

static const struct {
	const char *id, *text, *one, *many; /* one and many: behind a number */
} blind_words[BLIND_REASONS] = {
	[BLIND_NONE] = {"none", "nothing", "nothing", "nothing"},
	[BLIND_SYNTAX] = {"syntax", "SQL does not parse", "statement that does not parse",
		"statements that do not parse"},
	[BLIND_HOST_SYNTAX] = {"host-syntax", "source does not parse",
		"piece of source that does not parse", "pieces of source that do not parse"},
	[BLIND_ENCODING] = {"encoding", "not in UTF-8", "file not in UTF-8", "files not in UTF-8"},
	[BLIND_BINARY] = {"binary", "binary file", "binary file", "binary files"},
	[BLIND_TOO_LARGE] = {"too-large", "too large", "file that is too large",
		"files that are too large"},
	[BLIND_TOO_DEEP] = {"too-deep", "too deep or too long to evaluate",
		"text too deep or too long to evaluate", "texts too deep or too long to evaluate"},
	[BLIND_TEMPLATE] = {"template", "template", "template", "templates"},
	[BLIND_DYNAMIC] = {"dynamic", "SQL computed at run time", "statement computed at run time",
		"statements computed at run time"},
	[BLIND_META_COMMAND] = {"meta-command", "psql meta-command not followed",
		"psql meta-command not followed", "psql meta-commands not followed"},
	[BLIND_OPERATION] = {"operation", "migration operation not understood",
		"migration operation not understood", "migration operations not understood"},
	[BLIND_ORDER] = {"order", "order of migrations not known", "order of migrations not known",
		"orders of migrations not known"},
	[BLIND_UNREAD] = {"unread", "file could not be read",
		"file or repository that could not be read",
		"files or repositories that could not be read"},
	[BLIND_CONFLICT] = {"conflict", "migration does not fit the state before it",
		"change that does not fit the state before it",
		"changes that do not fit the state before them"},
	[BLIND_UNMODELLED] = {"unmodelled", "effect not modelled", "effect not modelled",
		"effects not modelled"},
};

const char *
blind_reason_text(enum blind_reason r)
{
	return blind_words[r].text;
}

const char *
blind_reason_counted(enum blind_reason r, bool many)
{
	return many ? blind_words[r].many : blind_words[r].one;
}

const char *
blind_reason_id(enum blind_reason r)
{
	return blind_words[r].id;
}

struct str
access_words(struct arena *a, uint32_t access)
{
	/* In alphabetical order, as the JSON shape promises. */
	static const struct {
		enum access bit;
		const char *word;
	} words[] = {
		{ACCESS_DDL, "ddl"},
		{ACCESS_DELETE, "delete"},
		{ACCESS_INSERT, "insert"},
		{ACCESS_LOCK, "lock"},
		{ACCESS_READ, "read"},
		{ACCESS_REFERENCE, "reference"},
		{ACCESS_TRUNCATE, "truncate"},
		{ACCESS_UPDATE, "update"},
	};
	struct buf b = {.arena = a};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (access & words[i].bit)
			buf_addf(&b, "%s%s", b.n ? "," : "", words[i].word);
	return buf_str(&b);
}

static const char *const object_words[OBJECT_KINDS] = {
	[OBJECT_NONE] = "object",
	[OBJECT_TABLE] = "table",
	[OBJECT_PARTITIONED_TABLE] = "partitioned table",
	[OBJECT_VIEW] = "view",
	[OBJECT_MATERIALIZED_VIEW] = "materialized view",
	[OBJECT_FOREIGN_TABLE] = "foreign table",
	[OBJECT_SEQUENCE] = "sequence",
	[OBJECT_INDEX] = "index",
	[OBJECT_COMPOSITE_TYPE] = "composite type",
	[OBJECT_TYPE] = "type",
	[OBJECT_DOMAIN] = "domain",
	[OBJECT_SCHEMA] = "schema",
	[OBJECT_ROUTINE] = "routine",
	[OBJECT_TRIGGER] = "trigger",
	[OBJECT_POLICY] = "policy",
	[OBJECT_RULE] = "rule",
	[OBJECT_COLUMN] = "column",
	[OBJECT_CONSTRAINT] = "constraint",
	[OBJECT_EXTENSION] = "extension",
	[OBJECT_ROLE] = "role",
	[OBJECT_DATABASE] = "database",
	[OBJECT_OTHER] = "object",
};

const char *
object_kind_word(enum object_kind k)
{
	return object_words[k];
}

bool
object_kind_is_relation(enum object_kind k)
{
	return k >= OBJECT_TABLE && k <= OBJECT_COMPOSITE_TYPE;
}
