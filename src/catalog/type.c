/* Types of expressions, as far as they follow from a name: common types, common functions.
 *
 * A type is what format_type() prints; empty: not known. A string constant has a type of its own until
 * it is settled (PostgreSQL's "unknown", which ends as text). parse_coerce.c, pg_proc.dat,
 * pg_aggregate.dat, pg_operator.dat (PostgreSQL 15). */
#include "catalog_p.h"

const struct str type_literal = {"'", 1};

static bool
is_literal(struct str type)
{
	return str_eq(type, type_literal);
}

struct str
type_settled(struct str type)
{
	return is_literal(type) ? STR("text") : type;
}

struct str
type_if_known(struct str type)
{
	return str_is(type, "unknown") ? (struct str){0} : type;
}

/* Without its modifier: "numeric(10,2)" → "numeric". */
static struct str
bare(struct arena *a, struct str type)
{
	size_t open = str_chr(type, '(', 0), close = str_chr(type, ')', 0);
	struct str head, tail;

	if (open == SIZE_MAX || close == SIZE_MAX || close < open)
		return type;
	head = str_slice(type, 0, open);
	tail = str_slice(type, close + 1, type.n);
	if (str_is(head, "character"))
		head = STR("bpchar");
	else if (str_is(head, "bit"))
		head = STR("\"bit\"");
	return tail.n ? str_format(a, "%.*s%.*s", STR_ARG(head), STR_ARG(tail)) : head;
}

/* The numbers, each of which is cast implicitly to those behind it. 0: no number. */
static unsigned
rank(struct str type)
{
	static const char *const ladder[] = {
		"smallint", "integer", "bigint", "numeric", "real", "double precision"};

	for (unsigned i = 0; i < sizeof ladder / sizeof *ladder; i++)
		if (str_is(type, ladder[i]))
			return i + 1;
	return 0;
}
enum {
	RANK_INTEGER = 2,
	RANK_BIGINT,
	RANK_NUMERIC,
	RANK_REAL
};

static bool
is_string(struct str type)
{
	return str_is(type, "text") || str_is(type, "character varying");
}

static bool
is_array(struct str type)
{
	return str_ends(type, STR("[]"));
}

/* Built in, so that a function over any type gives it back as it is. */
static bool
is_plain(struct str type)
{
	static const char *const names[] = {"text", "boolean", "date", "interval", "uuid", "jsonb",
		"json", "bytea", "inet", "timestamp with time zone", "timestamp without time zone",
		"time without time zone", "time with time zone"};

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (str_is(type, names[i]))
			return true;
	return rank(type) != 0;
}

struct str
type_common(struct arena *a, struct str x, struct str y)
{
	struct str bare_x = bare(a, x), bare_y = bare(a, y);

	if (str_eq(x, y))
		return x;
	if (!x.n || !y.n)
		return (struct str){0};
	if (is_literal(x))
		return bare_y;
	if (is_literal(y) || str_eq(bare_x, bare_y))
		return bare_x;
	if (rank(bare_x) && rank(bare_y))
		return rank(bare_x) > rank(bare_y) ? bare_x : bare_y;
	if (is_string(bare_x) && is_string(bare_y))
		return bare_x; /* each is cast to the other: the first one stays */
	return (struct str){0};
}

/* The types of one operator family of B-trees, all of which are compared with each other, and the
 * families to whose types they are cast implicitly (pg_amop.dat, pg_cast.dat). */
enum {
	FAMILY_UNKNOWN = 0,
	FAMILY_INTEGER = 1,
	FAMILY_NUMERIC = 2,
	FAMILY_FLOAT = 4,
	FAMILY_TEXT = 8,
	FAMILY_BPCHAR = 16,
	FAMILY_DATETIME = 32,
	FAMILY_NETWORK = 64,
	FAMILY_UUID = 128,
	FAMILY_BOOLEAN = 256,
	FAMILY_BYTEA = 512,
};

static unsigned
family(struct str type, unsigned *casts)
{
	static const struct {
		const char *type;
		unsigned family, casts;
	} rows[] = {
		{"smallint", FAMILY_INTEGER, FAMILY_NUMERIC | FAMILY_FLOAT},
		{"integer", FAMILY_INTEGER, FAMILY_NUMERIC | FAMILY_FLOAT},
		{"bigint", FAMILY_INTEGER, FAMILY_NUMERIC | FAMILY_FLOAT},
		{"numeric", FAMILY_NUMERIC, FAMILY_FLOAT},
		{"real", FAMILY_FLOAT, 0},
		{"double precision", FAMILY_FLOAT, 0},
		{"text", FAMILY_TEXT, FAMILY_BPCHAR},
		{"character varying", FAMILY_TEXT, FAMILY_BPCHAR},
		{"bpchar", FAMILY_BPCHAR, FAMILY_TEXT},
		{"date", FAMILY_DATETIME, 0},
		{"timestamp without time zone", FAMILY_DATETIME, 0},
		{"timestamp with time zone", FAMILY_DATETIME, 0},
		{"inet", FAMILY_NETWORK, 0},
		{"cidr", FAMILY_NETWORK, 0},
		{"uuid", FAMILY_UUID, 0},
		{"boolean", FAMILY_BOOLEAN, 0},
		{"bytea", FAMILY_BYTEA, 0},
	};

	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (!str_is(type, rows[i].type))
			continue;
		*casts = rows[i].casts;
		return rows[i].family;
	}
	return FAMILY_UNKNOWN;
}

bool
type_never_equal(struct arena *a, struct str from, struct str to)
{
	unsigned casts = 0, ignored = 0, x, y;
	bool array = is_array(from) || is_array(to);

	from = bare(a, from);
	to = bare(a, to);
	if (str_eq(from, to) || !type_if_known(from).n || !type_if_known(to).n)
		return false;
	x = family(is_array(from) ? str_slice(from, 0, from.n - 2) : from, &casts);
	y = family(is_array(to) ? str_slice(to, 0, to.n - 2) : to, &ignored);
	if (x == FAMILY_UNKNOWN || y == FAMILY_UNKNOWN)
		return false;
	/* An array is never a scalar, and compared with the same array only. */
	return array || (x != y && !(casts & y));
}

/* How a function's type comes from that of its first argument. */
enum rule {
	RULE_FIXED, /* it does not */
	RULE_TEXT,  /* text of a string; other types have a function of their own */
	RULE_SAME,  /* min, abs: the same type, of a string text */
	RULE_ANY,   /* lag: the same type (anyelement) */
	RULE_SUM,
	RULE_AVG,
	RULE_FLOAT,  /* ceil, sqrt: numeric of numeric, else double precision */
	RULE_ROUND,  /* the same; numeric where a second argument is */
	RULE_TRUNC,  /* date_trunc: of the second argument */
	RULE_ARRAY,  /* array_agg */
	RULE_MEMBER, /* unnest */
};

static const struct {
	const char *name;
	enum rule rule;
	const char *type; /* FIXED */
} functions[] = {
	{"abs", RULE_SAME, NULL},
	{"age", RULE_FIXED, "interval"},
	{"array_agg", RULE_ARRAY, NULL},
	{"array_length", RULE_FIXED, "integer"},
	{"array_to_string", RULE_FIXED, "text"},
	{"avg", RULE_AVG, NULL},
	{"bool_and", RULE_FIXED, "boolean"},
	{"bool_or", RULE_FIXED, "boolean"},
	{"btrim", RULE_TEXT, NULL},
	{"cardinality", RULE_FIXED, "integer"},
	{"ceil", RULE_FLOAT, NULL},
	{"ceiling", RULE_FLOAT, NULL},
	{"char_length", RULE_FIXED, "integer"},
	{"character_length", RULE_FIXED, "integer"},
	{"clock_timestamp", RULE_FIXED, "timestamp with time zone"},
	{"concat", RULE_FIXED, "text"},
	{"concat_ws", RULE_FIXED, "text"},
	{"count", RULE_FIXED, "bigint"},
	{"cume_dist", RULE_FIXED, "double precision"},
	{"currval", RULE_FIXED, "bigint"},
	{"date_part", RULE_FIXED, "double precision"},
	{"date_trunc", RULE_TRUNC, NULL},
	{"dense_rank", RULE_FIXED, "bigint"},
	{"every", RULE_FIXED, "boolean"},
	{"extract", RULE_FIXED, "numeric"},
	{"first_value", RULE_ANY, NULL},
	{"floor", RULE_FLOAT, NULL},
	{"format", RULE_FIXED, "text"},
	{"gen_random_uuid", RULE_FIXED, "uuid"},
	{"initcap", RULE_FIXED, "text"},
	{"json_agg", RULE_FIXED, "json"},
	{"json_build_array", RULE_FIXED, "json"},
	{"json_build_object", RULE_FIXED, "json"},
	{"json_object_agg", RULE_FIXED, "json"},
	{"jsonb_agg", RULE_FIXED, "jsonb"},
	{"jsonb_build_array", RULE_FIXED, "jsonb"},
	{"jsonb_build_object", RULE_FIXED, "jsonb"},
	{"jsonb_object_agg", RULE_FIXED, "jsonb"},
	{"lag", RULE_ANY, NULL},
	{"last_value", RULE_ANY, NULL},
	{"lead", RULE_ANY, NULL},
	{"left", RULE_FIXED, "text"},
	{"length", RULE_FIXED, "integer"},
	{"lower", RULE_TEXT, NULL},
	{"lpad", RULE_FIXED, "text"},
	{"ltrim", RULE_TEXT, NULL},
	{"max", RULE_SAME, NULL},
	{"md5", RULE_FIXED, "text"},
	{"min", RULE_SAME, NULL},
	{"nextval", RULE_FIXED, "bigint"},
	{"now", RULE_FIXED, "timestamp with time zone"},
	{"ntile", RULE_FIXED, "integer"},
	{"percent_rank", RULE_FIXED, "double precision"},
	{"position", RULE_FIXED, "integer"},
	{"random", RULE_FIXED, "double precision"},
	{"rank", RULE_FIXED, "bigint"},
	{"regexp_replace", RULE_FIXED, "text"},
	{"repeat", RULE_FIXED, "text"},
	{"replace", RULE_FIXED, "text"},
	{"right", RULE_FIXED, "text"},
	{"round", RULE_ROUND, NULL},
	{"row_number", RULE_FIXED, "bigint"},
	{"row_to_json", RULE_FIXED, "json"},
	{"rpad", RULE_FIXED, "text"},
	{"rtrim", RULE_TEXT, NULL},
	{"split_part", RULE_FIXED, "text"},
	{"sqrt", RULE_FLOAT, NULL},
	{"statement_timestamp", RULE_FIXED, "timestamp with time zone"},
	{"string_agg", RULE_TEXT, NULL},
	{"string_to_array", RULE_FIXED, "text[]"},
	{"strpos", RULE_FIXED, "integer"},
	{"substr", RULE_TEXT, NULL},
	{"substring", RULE_TEXT, NULL},
	{"sum", RULE_SUM, NULL},
	{"to_char", RULE_FIXED, "text"},
	{"to_date", RULE_FIXED, "date"},
	{"to_json", RULE_FIXED, "json"},
	{"to_jsonb", RULE_FIXED, "jsonb"},
	{"to_timestamp", RULE_FIXED, "timestamp with time zone"},
	{"trunc", RULE_ROUND, NULL},
	{"unnest", RULE_MEMBER, NULL},
	{"upper", RULE_TEXT, NULL},
};

static struct str
same_type(struct str type)
{
	if (is_string(type) || is_literal(type))
		return STR("text");
	return is_plain(type) ? type : (struct str){0};
}

static struct str
sum_type(struct str type, bool average)
{
	unsigned r = rank(type);

	if (str_is(type, "interval"))
		return type;
	if (!r)
		return (struct str){0};
	if (r >= RANK_REAL)
		return average ? STR("double precision") : type;
	return average || r >= RANK_BIGINT ? STR("numeric") : STR("bigint");
}

static struct str
float_type(struct str type)
{
	unsigned r = rank(type);

	if (!r)
		return (struct str){0};
	return r == RANK_NUMERIC ? type : STR("double precision");
}

static struct str
date_trunc_type(struct str type)
{
	if (str_is(type, "date"))
		return STR("timestamp with time zone");
	return str_is(type, "interval") || str_starts(type, STR("timestamp ")) ? type
									       : (struct str){0};
}

static struct str
rule_type(struct arena *a, enum rule rule, const struct str *types, uint32_t n)
{
	struct str first = n ? bare(a, types[0]) : (struct str){0};

	switch (rule) {
	case RULE_TEXT:
		return is_string(first) || is_literal(first) ? STR("text") : (struct str){0};
	case RULE_SAME:
		return same_type(first);
	case RULE_ANY:
		return is_string(first) ? first : same_type(first);
	case RULE_SUM:
	case RULE_AVG:
		return sum_type(first, rule == RULE_AVG);
	case RULE_FLOAT:
		return float_type(first);
	case RULE_ROUND:
		return n > 1 ? STR("numeric") : float_type(first);
	case RULE_TRUNC:
		return n > 1 ? date_trunc_type(bare(a, types[1])) : (struct str){0};
	case RULE_ARRAY:
		return is_plain(first) || is_string(first) ? str_format(a, "%.*s[]", STR_ARG(first))
							   : (struct str){0};
	case RULE_MEMBER:
		return is_array(first) ? str_slice(first, 0, first.n - 2) : (struct str){0};
	case RULE_FIXED:
		break;
	}
	return (struct str){0};
}

bool
type_is_of_function(struct str name)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++)
		if (str_is(name, functions[i].name))
			return true;
	return false;
}

struct str
type_of_function(struct arena *a, struct str name, const struct str *types, uint32_t n)
{
	for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
		if (!str_is(name, functions[i].name))
			continue;
		if (functions[i].rule == RULE_FIXED)
			return str_from(functions[i].type);
		return rule_type(a, functions[i].rule, types, n);
	}
	return (struct str){0};
}

static bool
is_one_of(struct str what, const char *const *list)
{
	for (; *list; list++)
		if (str_is(what, *list))
			return true;
	return false;
}

/* + - * / % */
static struct str
arithmetic_type(struct str x, struct str y)
{
	unsigned rank_x = rank(x), rank_y = rank(y);

	if (rank_x && is_literal(y))
		return x;
	if (rank_y && is_literal(x))
		return y;
	if (!rank_x || !rank_y)
		return (struct str){0};
	if (rank_x != rank_y && (rank_x >= RANK_REAL || rank_y >= RANK_REAL))
		return STR("double precision");
	return rank_x > rank_y ? x : y;
}

/* date and timestamp with + and - */
static struct str
moment_type(struct str op, struct str x, struct str y)
{
	bool minus = str_is(op, "-"), stamp = str_starts(x, STR("timestamp "));

	if (str_is(y, "interval") && (stamp || str_is(x, "interval")))
		return x;
	if (str_is(y, "interval") && str_is(x, "date"))
		return STR("timestamp without time zone");
	if (minus && stamp && str_starts(y, STR("timestamp ")))
		return STR("interval");
	if (minus && str_is(x, "date") && str_is(y, "date"))
		return STR("integer");
	return str_is(x, "date") && str_is(y, "integer") ? x : (struct str){0};
}

static struct str
concatenation_type(struct str x, struct str y)
{
	bool strings = is_string(x) || is_string(y);

	if (!x.n || !y.n)
		return (struct str){0};
	if (str_is(x, "jsonb") || str_is(y, "jsonb"))
		return strings ? STR("text") : STR("jsonb");
	if (is_array(x) || is_array(y))
		return str_eq(x, y) ? x : (struct str){0};
	return strings || (is_literal(x) && is_literal(y)) ? STR("text") : (struct str){0};
}

struct str
type_of_operator(struct arena *a, struct str op, const struct str *types, uint32_t n)
{
	static const char *const boolean[] = {"=", "<>", "!=", "<", ">", "<=", ">=", "~", "~*",
		"!~", "!~*", "~~", "!~~", "~~*", "!~~*", "@>", "<@", "&&", "?", "?|", "?&", "@@",
		NULL};
	static const char *const arithmetic[] = {"+", "-", "*", "/", "%", NULL};
	static const char *const text[] = {"->>", "#>>", NULL};
	static const char *const member[] = {"->", "#>", NULL};
	struct str x = n ? bare(a, types[0]) : (struct str){0};
	struct str y = n > 1 ? bare(a, types[1]) : (struct str){0};
	struct str type;

	if (is_one_of(op, text))
		return STR("text");
	if (n > 1 && is_one_of(op, boolean))
		return STR("boolean");
	if (is_one_of(op, member))
		return str_is(x, "json") || str_is(x, "jsonb") ? x : (struct str){0};
	if (str_is(op, "||"))
		return concatenation_type(x, y);
	if (str_is(op, "nullif"))
		return is_string(x) || is_literal(x) ? STR("text") : n ? types[0] : x;
	if (!is_one_of(op, arithmetic))
		return (struct str){0};
	if (n == 1)
		return rank(x) ? x : (struct str){0};
	type = arithmetic_type(x, y);
	return type.n ? type : moment_type(op, x, y);
}
