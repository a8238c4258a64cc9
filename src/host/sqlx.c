/* Queries that sqlx (Rust) checked when the program was compiled, and keeps in .sqlx/query-HASH.json: the database's
 * name and the text of one query. They are all of a program's query!() macros, whose Rust is not read.
 *
 * launchbadge/sqlx 9d6bf66, sqlx-macros-core/src/query/mod.rs (the file's name) and data.rs (its fields). */
#include "base/arena.h"
#include "host/reader_p.h"

struct json {
	struct unit *u;
	struct str bytes;
	size_t at;
	struct buf text; /* of the string that is read */
	uint32_t first;  /* of its pieces */
};

static void
piece(struct json *j, enum piece_kind kind, size_t from, size_t before)
{
	if (j->text.n > before)
		vec_push(j->u->arena, &j->u->pieces,
			(struct piece){.kind = kind,
				.at = (uint32_t)before,
				.length = (uint32_t)(j->text.n - before),
				.source = {.offset = (uint32_t)from,
					.length = (uint32_t)(j->at - from)}});
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'   ? c - '0'
	       : c >= 'a' && c <= 'f' ? c - 'a' + 10
	       : c >= 'A' && c <= 'F' ? c - 'A' + 10
				      : -1;
}

/* \uXXXX as UTF-8; of a surrogate, which no name has, a question mark. */
static void
unicode(struct json *j)
{
	uint32_t c = 0;
	char bytes[4];

	for (int i = 0; i < 4 && j->at < j->bytes.n && hex(j->bytes.s[j->at]) >= 0; i++)
		c = c * 16 + (uint32_t)hex(j->bytes.s[j->at++]);
	buf_add(&j->text, c >= 0xd800 && c < 0xe000 ? STR("?") : str_encode_utf8(bytes, c));
}

static void
escape(struct json *j)
{
	static const char letters[] = "nrtbf", meant[] = "\n\r\t\b\f";
	size_t from = j->at, before = j->text.n, letter;
	char c;

	j->at++;
	if (j->at >= j->bytes.n)
		return;
	c = j->bytes.s[j->at++];
	letter = str_chr(str_from(letters), c, 0);
	if (c == 'u')
		unicode(j);
	else
		buf_addc(&j->text, letter == SIZE_MAX ? c : meant[letter]);
	piece(j, PIECE_ESCAPE, from, before);
}

/* The string at j->at, which is a quote; j->at goes behind it. */
static struct str
string(struct json *j)
{
	j->text = (struct buf){.arena = j->u->arena};
	j->first = j->u->pieces.n;
	j->at++;
	while (j->at < j->bytes.n && j->bytes.s[j->at] != '"') {
		size_t from = j->at, before = j->text.n;

		while (j->at < j->bytes.n && j->bytes.s[j->at] != '"' && j->bytes.s[j->at] != '\\')
			j->at++;
		buf_add(&j->text, str_slice(j->bytes, from, j->at));
		piece(j, PIECE_VERBATIM, from, before);
		if (j->at < j->bytes.n && j->bytes.s[j->at] == '\\')
			escape(j);
	}
	if (j->at < j->bytes.n)
		j->at++;
	return buf_str(&j->text);
}

/* query("…"): a call, so that the statement is one that is executed. */
static void
add_query(struct json *j, struct str text, size_t from)
{
	struct span span = {.offset = (uint32_t)from, .length = (uint32_t)(j->at - from)};
	uint32_t kids[2];

	kids[0] = unit_add_value(
		j->u, (struct value){.kind = VALUE_REFERENCE, .text = STR("query"), .span = span});
	kids[1] = unit_add_value(j->u, (struct value){.kind = VALUE_STRING,
					       .text = text,
					       .pieces = {j->first, j->u->pieces.n - j->first},
					       .span = span});
	unit_add_value(j->u,
		(struct value){
			.kind = VALUE_CALL, .kids = unit_add_kids(j->u, kids, 2), .span = span});
}

/* Goes behind the next ':' when nothing else stands before it. */
static bool
colon(struct json *j)
{
	while (j->at < j->bytes.n && str_chr(STR(" \t\r\n"), j->bytes.s[j->at], 0) != SIZE_MAX)
		j->at++;
	if (j->at >= j->bytes.n || j->bytes.s[j->at] != ':')
		return false;
	j->at++;
	while (j->at < j->bytes.n && str_chr(STR(" \t\r\n"), j->bytes.s[j->at], 0) != SIZE_MAX)
		j->at++;
	return j->at < j->bytes.n && j->bytes.s[j->at] == '"';
}

static void
read_query(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct json j = {.u = u, .bytes = bytes};
	uint32_t depth = 0;
	bool ours = false;

	(void)options;
	(void)scratch;
	if (host_refuse(u, bytes))
		return;
	while (j.at < bytes.n) {
		struct str key, value;
		char c = bytes.s[j.at];
		size_t from;

		depth += c == '{' || c == '[';
		depth -= depth && (c == '}' || c == ']');
		if (c != '"') {
			j.at++;
			continue;
		}
		key = string(&j);
		if (depth != 1 || !colon(&j))
			continue;
		from = j.at;
		value = string(&j);
		ours |= str_is(key, "db_name") && str_is(value, "PostgreSQL");
		if (ours && str_is(key, "query"))
			add_query(&j, value, from);
	}
}

const struct host host_sqlx = {
	.name = "sqlx",
	.extensions = (const char *const[]){NULL},
	.names = (const char *const[]){"**/.sqlx/query-*.json", NULL},
	.read = read_query,
};
