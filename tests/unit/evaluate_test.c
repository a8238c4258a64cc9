/* The evaluator: what expressions come to, and that hostile ones end. */
#include <string.h>

#include "base/arena.h"
#include "build.h"
#include "suite.h"
#include "unit/evaluate.h"

static const char *const kind_words[VALUE_KINDS] = {
	[VALUE_NONE] = "none",
	[VALUE_STRING] = "string",
	[VALUE_NUMBER] = "number",
	[VALUE_BOOLEAN] = "boolean",
	[VALUE_NULL] = "null",
	[VALUE_HOLE] = "hole",
	[VALUE_REFERENCE] = "ref",
	[VALUE_ATTRIBUTE] = "attribute",
	[VALUE_INDEX] = "index",
	[VALUE_CONCATENATION] = "concat",
	[VALUE_FORMAT] = "format",
	[VALUE_JOIN] = "join",
	[VALUE_CALL] = "call",
	[VALUE_ARGUMENT] = "argument",
	[VALUE_LIST] = "list",
	[VALUE_MAP] = "map",
	[VALUE_ENTRY] = "entry",
	[VALUE_CONDITION] = "condition",
	[VALUE_FOREACH] = "foreach",
	[VALUE_FUNCTION] = "function",
	[VALUE_CLASS] = "class",
	[VALUE_BLOCK] = "block",
	[VALUE_ASSIGNMENT] = "assignment",
};

static void
show(const struct unit *u, uint32_t v, struct buf *b)
{
	const struct value *value = &u->values.v[v];

	buf_addf(b, "%s", kind_words[value->kind]);
	if (value->text.n)
		buf_addf(b, " `%.*s`", STR_ARG(value->text));
	if (!value->kids.count)
		return;
	buf_addc(b, '(');
	for (uint32_t i = 0; i < value->kids.count; i++) {
		buf_add(b, i ? STR(", ") : STR(""));
		show(u, unit_kid(u, v, i), b);
	}
	buf_addc(b, ')');
}

/* What a file and one expression in it come to. */
struct trial {
	struct arena arena;
	struct unit unit;
	struct file_scope scope;
	struct evaluator evaluator;
};

static void
begin(struct trial *t)
{
	*t = (struct trial){0};
	unit_init(&t->unit, &t->arena);
	t->scope.unit = &t->unit;
	t->evaluator = (struct evaluator){
		.out = &t->unit, .resolver = {resolve_in_file, &t->scope}, .steps = EVALUATE_STEPS};
}

static struct str
shown(struct trial *t, uint32_t v)
{
	struct buf b = {.arena = &t->arena};

	v = evaluate(&t->evaluator, (struct value_ref){&t->unit, 0, v});
	show(&t->unit, v, &b);
	return buf_str(&b);
}

/* The texts, "|" between them; holes in brackets. */
static struct str
texts(struct trial *t, uint32_t v)
{
	struct buf b = {.arena = &t->arena};
	uint32_t out[EVALUATE_ALTERNATIVES], n;

	v = evaluate(&t->evaluator, (struct value_ref){&t->unit, 0, v});
	n = evaluate_texts(&t->evaluator, v, out);
	for (uint32_t i = 0; i < n; i++) {
		const struct value *x = &t->unit.values.v[out[i]];

		buf_add(&b, i ? STR("|") : STR(""));
		for (uint32_t k = 0; k < x->pieces.count; k++) {
			struct piece p = t->unit.pieces.v[x->pieces.first + k];
			bool hole = p.kind == PIECE_HOLE;
			struct str part = str_slice(x->text, p.at, p.at + p.length);

			buf_addf(&b, hole ? "[%.*s]" : "%.*s", STR_ARG(part));
		}
	}
	return buf_str(&b);
}

static uint32_t
make_sum(struct unit *u)
{
	build_symbol(u, SYMBOL_CONSTANT, "t", S("cart"));
	return W(CONCATENATION, "", S("SELECT * FROM "), R("t"), S(" WHERE id = "), R("id"));
}

static uint32_t
make_deep_sum(struct unit *u)
{
	uint32_t v = S("a");

	for (int i = 0; i < 500; i++)
		v = W(CONCATENATION, "", v, S("b"));
	return W(INDEX, "", W(LIST, "", v), V(NUMBER, "0"));
}

static uint32_t
make_printf(struct unit *u)
{
	uint32_t v = W(FORMAT, "", S("%s 100%% %[1]s %03d|%-4s|%v"), S("x"), V(NUMBER, "7"),
		S("ab"), R("nothing"));

	u->values.v[v].op = FORMAT_PRINTF;
	return v;
}

static uint32_t
make_python(struct unit *u)
{
	uint32_t map = W(MAP, "", W(ENTRY, "", S("a"), S("x")), W(ENTRY, "", S("b"), R("q")));

	return W(FORMAT, "", S("%(a)s.%(b)s %(c)s"), map);
}

static uint32_t
make_tuple(struct unit *u)
{
	return W(FORMAT, "", S("%s.%s"), W(LIST, "", S("a"), S("b")));
}

static uint32_t
make_quoted(struct unit *u)
{
	return W(FORMAT, "", S("%q %x"), S("a"), V(NUMBER, "16"));
}

static uint32_t
make_brace(struct unit *u)
{
	uint32_t v = W(FORMAT, "", S("{}{{}}{1} {name} {name!r:>5} {x.y}"), S("a"), S("b"),
		W(ARGUMENT, "name", S("n")), W(ARGUMENT, "x", R("x")));

	u->values.v[v].op = FORMAT_BRACE;
	return v;
}

static uint32_t
make_join(struct unit *u)
{
	return W(JOIN, "", S(", "), W(LIST, "", S("a"), R("b"), S("c")));
}

static uint32_t
make_loop(struct unit *u)
{
	uint32_t element = W(CONCATENATION, "", R("t"), S("_id"));

	build_symbol(u, SYMBOL_CONSTANT, "all", W(LIST, "", S("a"), S("b")));
	return W(JOIN, "", S(","), W(FOREACH, "t", R("all"), element));
}

static uint32_t
make_loop_of_pairs(struct unit *u)
{
	uint32_t element = W(CONCATENATION, "", R("k"), S("="), R("v"));

	return W(JOIN, "", S(","),
		W(FOREACH, "k, v", W(LIST, "", W(LIST, "", S("a"), S("b"))), element));
}

static uint32_t
make_condition(struct unit *u)
{
	return W(CONCATENATION, "", S("SELECT "), W(CONDITION, "", R("x"), S("a"), S("b")),
		S(" FROM "), W(CONDITION, "", R("x"), S("t"), S("u")));
}

static uint32_t
make_constant_condition(struct unit *u)
{
	return W(CONDITION, "", V(BOOLEAN, "false"), S("a"), S("b"));
}

static uint32_t
make_append(struct unit *u)
{
	build_symbol(u, SYMBOL_VARIABLE, "q", S("SELECT 1"));
	build_symbol(u, SYMBOL_APPEND, "q", S(" FROM t"));
	build_symbol(u, SYMBOL_APPEND, "q", S(" WHERE x"))->branch = true;
	return R("q");
}

static uint32_t
make_branches(struct unit *u)
{
	build_symbol(u, SYMBOL_VARIABLE, "q", S("a"));
	build_symbol(u, SYMBOL_VARIABLE, "q", S("b"))->branch = true;
	build_symbol(u, SYMBOL_VARIABLE, "q", S("c"))->branch = true;
	return R("q");
}

/* += in an inner scope of a name that is defined outside. */
static uint32_t
make_outer_append(struct unit *u)
{
	build_symbol(u, SYMBOL_VARIABLE, "q", S("SELECT 1"));
	build_symbol(u, SYMBOL_APPEND, "q", S(" FROM t"))->from = 5;
	return R("q");
}

static uint32_t
make_many_branches(struct unit *u)
{
	for (int i = 0; i < 32; i++)
		build_symbol(u, SYMBOL_VARIABLE, "q", i < 16 ? S("never") : S("z"))->branch = true;
	return R("q");
}

static uint32_t
make_reassigned(struct unit *u)
{
	uint32_t use;

	build_symbol(u, SYMBOL_VARIABLE, "q", S("a"));
	use = R("q");
	build_symbol(u, SYMBOL_VARIABLE, "q", S("b"));
	return use;
}

static uint32_t
make_late(struct unit *u)
{
	uint32_t use = R("q");

	build_symbol(u, SYMBOL_VARIABLE, "q", S("late"));
	return use;
}

static uint32_t
make_in_function(struct unit *u)
{
	uint32_t use, function;

	build_symbol(u, SYMBOL_VARIABLE, "q", S("a"));
	use = R("q");
	function = W(FUNCTION, "f", use);
	u->values.v[function].span =
		(struct span){.offset = u->values.v[use].span.offset - 1, .length = 9};
	build_symbol(u, SYMBOL_VARIABLE, "q", S("b"));
	return use;
}

static uint32_t
make_shadowed(struct unit *u)
{
	struct symbol *inner;
	uint32_t use;

	build_symbol(u, SYMBOL_CONSTANT, "q", S("outer"));
	inner = build_symbol(u, SYMBOL_VARIABLE, "q", S("inner"));
	inner->from = u->symbols.v[2].span.offset;
	use = R("q");
	inner->to = u->values.v[use].span.offset + 1;
	return W(CONCATENATION, "", use, R("q"));
}

static uint32_t
make_parameter(struct unit *u)
{
	build_symbol(u, SYMBOL_CONSTANT, "q", S("outer"));
	build_symbol(u, SYMBOL_PARAMETER, "q", 0)->from = 5;
	return R("q");
}

static uint32_t
make_import(struct unit *u)
{
	build_symbol(u, SYMBOL_IMPORT, "migrations", R("django.db.migrations"));
	return W(CALL, "", W(ATTRIBUTE, "RenameModel", R("migrations")), S("A"),
		W(ARGUMENT, "new_name", S("B")));
}

static uint32_t
make_method(struct unit *u)
{
	build_symbol(u, SYMBOL_PARAMETER, "db", 0);
	return W(CALL, "", W(ATTRIBUTE, "Exec", W(ATTRIBUTE, "pool", R("db"))), S("q"));
}

static uint32_t
make_call(struct unit *u)
{
	uint32_t body = W(CONCATENATION, "", S("r10_"), R("n"), R("suffix"));
	uint32_t f = W(FUNCTION, "table", R("n"), R("suffix"), body, 0);

	u->values.v[f].op = 2;
	build_symbol(u, SYMBOL_FUNCTION, "table", f);
	return W(CALL, "", R("table"), S("user"), W(ARGUMENT, "suffix", S("_old")));
}

static uint32_t
make_wrapper(struct unit *u)
{
	uint32_t body = W(CALL, "", W(ATTRIBUTE, "execute", R("op")), R("sql"));
	uint32_t f = W(FUNCTION, "run", R("sql"), body, 0);

	u->values.v[f].op = 1;
	build_symbol(u, SYMBOL_FUNCTION, "run", f);
	return W(CALL, "", R("run"), S("SELECT 1"));
}

static uint32_t
make_unknown_result(struct unit *u)
{
	uint32_t f = W(FUNCTION, "f", R("x"), R("y"), 0);

	u->values.v[f].op = 1;
	build_symbol(u, SYMBOL_FUNCTION, "f", f);
	return W(CALL, "", R("f"), S("kept"));
}

static uint32_t
make_class_constant(struct unit *u)
{
	uint32_t block =
		W(BLOCK, "", W(ASSIGNMENT, "table", S("a")), W(ASSIGNMENT, "table", S("b")));

	build_symbol(u, SYMBOL_CLASS, "C", W(CLASS, "C", block));
	return W(CONCATENATION, "", W(ATTRIBUTE, "table", R("C")), W(ATTRIBUTE, "none", R("C")));
}

static uint32_t
make_class(struct unit *u)
{
	uint32_t list = W(LIST, "", S("a")), more = W(LIST, "", S("b")), block, class;

	build_symbol(u, SYMBOL_IMPORT, "m", R("django.db.migrations"));
	more = W(ASSIGNMENT, "operations", more);
	u->values.v[more].op = 1;
	block = W(BLOCK, "", W(ASSIGNMENT, "operations", list), more);
	class = W(CLASS, "Migration", W(ATTRIBUTE, "Migration", R("m")), block);
	u->values.v[class].op = 1;
	return class;
}

static uint32_t
make_indexes(struct unit *u)
{
	uint32_t map = W(MAP, "", W(ENTRY, "", S("a"), S("1")), W(ENTRY, "", S("b"), S("2")));

	build_symbol(u, SYMBOL_CONSTANT, "m", map);
	build_symbol(u, SYMBOL_CONSTANT, "l", W(LIST, "", S("x"), S("y")));
	return W(CONCATENATION, "", W(INDEX, "", R("m"), S("b")),
		W(INDEX, "", R("l"), V(NUMBER, "-1")), W(INDEX, "", R("l"), V(NUMBER, "2")),
		W(INDEX, "", R("m"), R("k")));
}

static uint32_t
make_lists(struct unit *u)
{
	return W(CONCATENATION, "", W(LIST, "", S("a")), W(LIST, "", S("b")));
}

static uint32_t
make_cycle(struct unit *u)
{
	build_symbol(u, SYMBOL_CONSTANT, "a", R("b"));
	build_symbol(u, SYMBOL_CONSTANT, "b", W(CONCATENATION, "", R("a"), S("!"), R("a")));
	return R("a");
}

static uint32_t
make_self(struct unit *u)
{
	uint32_t sum;

	build_symbol(u, SYMBOL_VARIABLE, "q", S("a"));
	sum = W(CONCATENATION, "", R("q"), S("b"));
	u->values.v[sum].span.length = 100;
	build_symbol(u, SYMBOL_VARIABLE, "q", sum);
	return R("q");
}

static uint32_t
make_recursion(struct unit *u)
{
	uint32_t call = W(CALL, "", R("f"), R("x"));
	uint32_t f = W(FUNCTION, "f", R("x"), W(CONCATENATION, "", S("a"), call, call), 0);

	u->values.v[f].op = 1;
	build_symbol(u, SYMBOL_FUNCTION, "f", f);
	return W(CALL, "", R("f"), S("b"));
}

START_TEST(values)
{
	static const struct {
		const char *name;
		uint32_t (*make)(struct unit *u);
		const char *want;
		bool open;
	} cases[] = {
		{"sum", make_sum, "concat(string `SELECT * FROM cart WHERE id = `, hole `id`)",
			true},
		{"printf", make_printf, "concat(string `x 100% x 007|ab  |`, hole `nothing`)",
			true},
		{"quoted", make_quoted, "concat(string `\"a\" `, hole `16`)", false},
		{"tuple", make_tuple, "string `a.b`", false},
		{"loop", make_loop, "string `a_id,b_id`", false},
		{"pairs", make_loop_of_pairs, "string `a=b`", false},
		{"constant condition", make_constant_condition, "string `b`", false},
		{"reassigned", make_reassigned, "string `a`", false},
		{"late", make_late, "string `late`", false},
		{"in a function", make_in_function, "string `b`", false},
		{"shadowed", make_shadowed, "string `innerouter`", false},
		{"parameter", make_parameter, "hole `q`", false},
		{"import", make_import,
			"call(ref `django.db.migrations.RenameModel`, string `A`, "
			"argument `new_name`(string `B`))",
			true},
		{"method", make_method, "call(attribute `Exec`(hole `db.pool`), string `q`)",
			false},
		{"call", make_call, "string `r10_user_old`", false},
		{"wrapper", make_wrapper, "call(attribute `execute`(hole `op`), string `SELECT 1`)",
			true},
		{"unknown result", make_unknown_result, "call(function `f`, string `kept`)", true},
		{"class constant", make_class_constant, "concat(string `b`, hole `C.none`)", false},
		{"class", make_class,
			"class `Migration`(ref `django.db.migrations.Migration`, "
			"block(assignment `operations`(list(string `a`, string `b`))))",
			true},
		{"lists", make_lists, "list(string `a`, string `b`)", false},
		{"self", make_self, "string `ab`", false},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trial t;
		struct str got;

		begin(&t);
		got = shown(&t, cases[i].make(&t.unit));
		ck_assert_msg(str_is(got, cases[i].want), "%s: got %.*s, want %s", cases[i].name,
			STR_ARG(got), cases[i].want);
		ck_assert_msg(t.evaluator.open == cases[i].open, "%s: open", cases[i].name);
		ck_assert_msg(!t.evaluator.exhausted, "%s: exhausted", cases[i].name);
		arena_free(&t.arena);
	}
}
END_TEST

START_TEST(alternatives)
{
	static const struct {
		const char *name;
		uint32_t (*make)(struct unit *u);
		const char *want;
	} cases[] = {
		{"sum", make_sum, "SELECT * FROM cart WHERE id = [id]"},
		{"python", make_python, "x.[q] [%(c)s]"},
		{"brace", make_brace, "a{}b n   'n' [x.y]"},
		{"join", make_join, "a, [b], c"},
		{"condition", make_condition,
			"SELECT a FROM t|SELECT a FROM u|SELECT b FROM t|SELECT b FROM u"},
		{"append", make_append, "SELECT 1 FROM t WHERE x|SELECT 1 FROM t"},
		{"branches", make_branches, "c|b|a"},
		{"outer append", make_outer_append, "SELECT 1 FROM t"},
		{"many branches", make_many_branches, "z|z|z|z|z|z|z|z|z|z|z|z|z|z|z"},
		{"indexes", make_indexes, "2y[_[]]1|2y[_[]]2"},
		{"only a hole", make_parameter, ""},
		{"a call", make_method, ""},
		{"a list", make_lists, ""},
		{"a cycle", make_cycle, "[a]![a]"},
		{"recursion", make_recursion, "a[f()][f()]"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct trial t;
		struct str got;

		begin(&t);
		got = texts(&t, cases[i].make(&t.unit));
		ck_assert_msg(str_is(got, cases[i].want), "%s: got %.*s, want %s", cases[i].name,
			STR_ARG(got), cases[i].want);
		ck_assert_msg(!t.evaluator.exhausted, "%s: exhausted", cases[i].name);
		arena_free(&t.arena);
	}
}
END_TEST

START_TEST(long_sums_are_not_deep)
{
	struct trial t;

	begin(&t);
	ck_assert_uint_eq(texts(&t, make_deep_sum(&t.unit)).n, 501);
	ck_assert(!t.evaluator.exhausted);
	arena_free(&t.arena);
}
END_TEST

/* As many assignments and += of one name as fit, each used at once: near linear, or it does not
 * end. */
START_TEST(many_assignments)
{
	struct trial t;
	struct unit *u = &t.unit;
	const uint32_t n = 50000;
	struct str external;
	struct value_ref out;

	begin(&t);
	for (uint32_t i = 0; i < n; i++) {
		struct symbol *s =
			build_symbol(u, i % 10 ? SYMBOL_APPEND : SYMBOL_VARIABLE, "q", S("x"));

		s->branch = i % 3 == 1;
		R("q");
	}
	for (uint32_t i = 1; i <= 2 * n; i++)
		if (u->values.v[i].kind == VALUE_REFERENCE)
			ck_assert_int_eq(resolve_in_file(&t.scope, (struct value_ref){u, 0, i},
						 STR("q"), &out, &external),
				RESOLVED);
	arena_free(&t.arena);
}
END_TEST

/* a0 = "x…", a1 = a0 + a0, …: 2^N texts. */
static uint32_t
make_doubling(struct unit *u)
{
	static char names[50][8];

	build_symbol(u, SYMBOL_CONSTANT, "a0", S("0123456789"));
	for (int i = 1; i < 50; i++) {
		snprintf(names[i], sizeof names[i], "a%d", i);
		snprintf(names[0], sizeof names[0], "a0");
		build_symbol(u, SYMBOL_CONSTANT, names[i],
			W(CONCATENATION, "", R(names[i - 1]), R(names[i - 1])));
	}
	return R("a49");
}

static uint32_t
make_nested_lists(struct unit *u)
{
	uint32_t v = S("a");

	for (int i = 0; i < 100000; i++)
		v = W(LIST, "", v);
	return v;
}

static uint32_t
make_nested_loops(struct unit *u)
{
	uint32_t list = V(LIST, ""), v = R("x");
	uint32_t kids[200];

	for (int i = 0; i < 200; i++)
		kids[i] = S("element");
	list = build(u, VALUE_LIST, "", 200, kids);
	for (int i = 0; i < 10; i++)
		v = W(FOREACH, "x", list, v);
	return v;
}

static uint32_t
make_many_alternatives(struct unit *u)
{
	uint32_t kids[64];

	for (int i = 0; i < 64; i++)
		kids[i] = W(CONDITION, "", 0, S("a"), S("b"));
	return build(u, VALUE_CONCATENATION, "", 64, kids);
}

static uint32_t
make_wide(struct unit *u)
{
	uint32_t v = W(FORMAT, "", S("%999999999d %99999999999999999999[3]d %"), V(NUMBER, "1"));

	for (int i = 0; i < 30; i++)
		v = W(FORMAT, "", v, v);
	return v;
}

START_TEST(hostile_values_end)
{
	static uint32_t (*const makes[])(struct unit * u) = {make_doubling, make_nested_lists,
		make_nested_loops, make_many_alternatives, make_wide};

	for (size_t i = 0; i < sizeof makes / sizeof *makes; i++) {
		struct trial t;

		begin(&t);
		texts(&t, makes[i](&t.unit));
		ck_assert_msg(t.evaluator.exhausted, "%zu ended by itself", i);
		ck_assert_msg(t.arena.total < (256u << 20), "%zu took %zu bytes", i, t.arena.total);
		arena_free(&t.arena);
	}
}
END_TEST

/* Where the parts of a text that was put together from two files stand. */
START_TEST(places_of_parts)
{
	struct trial t, other;
	struct unit *u = &t.unit;
	uint32_t v, out[EVALUATE_ALTERNATIVES];
	const struct piece *pieces;
	struct span s;

	begin(&t);
	begin(&other);
	build_symbol(u, SYMBOL_CONSTANT, "t", S("cart"));
	v = W(CONCATENATION, "", S("FROM "), R("t"), S(" x"));
	other.evaluator.resolver.self = &t.scope;
	t.scope.origin = 7;
	v = evaluate(&other.evaluator, (struct value_ref){&t.unit, 7, v});
	ck_assert_uint_eq(evaluate_texts(&other.evaluator, v, out), 1);
	ck_assert_text(other.unit.values.v[out[0]].text, "FROM cart x");
	pieces = other.unit.pieces.v + other.unit.values.v[out[0]].pieces.first;
	s = pieces_span(pieces, 3, 6, 2);
	ck_assert_uint_eq(s.origin, 7);
	ck_assert_uint_eq(s.offset, 102); /* the constant is value 1, its text behind a quote */
	ck_assert_uint_eq(s.length, 2);
	s = pieces_span(pieces, 3, 3, 5);
	ck_assert_uint_eq(s.offset, 204);
	ck_assert_uint_eq(s.length, 2); /* the first literal's part */
	s = pieces_span(pieces, 0, 0, 1);
	ck_assert_uint_eq(s.length, 0);
	arena_free(&t.arena);
	arena_free(&other.arena);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, values);
	tcase_add_test(t, alternatives);
	tcase_add_test(t, long_sums_are_not_deep);
	tcase_add_test(t, many_assignments);
	tcase_add_test(t, hostile_values_end);
	tcase_add_test(t, places_of_parts);
}

int
main(void)
{
	return run_tests("evaluate", add);
}
