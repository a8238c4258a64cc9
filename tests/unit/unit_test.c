/* Units: places, trimming, and that an export is read back as it was, or refused. */
#include "unit/unit.h"

#include <string.h>

#include "base/arena.h"
#include "build.h"
#include "filled.h"
#include "suite.h"
#include "unit/evaluate.h"
#include "unit/export.h"
#include "unit/shape.h"

/* Bytes of a field of each type. */
static size_t
field_size(enum field_type type)
{
	switch (type) {
	case FIELD_U32:
	case FIELD_ENUM:
	case FIELD_INDEX:
		return sizeof(uint32_t);
	case FIELD_BOOL:
	case FIELD_CHAR:
		return 1;
	case FIELD_STR:
		return sizeof(struct str);
	case FIELD_SPAN:
		return sizeof(struct span);
	case FIELD_NAME:
		return sizeof(struct name);
	case FIELD_RANGE:
		return sizeof(struct range);
	}
	return 0;
}

static size_t
aligned(size_t offset, enum field_type type)
{
	bool wide = type == FIELD_STR || type == FIELD_NAME;
	size_t alignment = wide ? 8 : field_size(type) == 1 ? 1 : 4;

	return (offset + alignment - 1) / alignment * alignment;
}

/* Each field begins where alignment lets it, behind the row before: no field was forgotten that is
 * larger than padding. */
START_TEST(shapes_cover_structs)
{
	for (enum unit_table t = 0; t < UNIT_TABLES; t++) {
		size_t end = 0;

		for (const struct field *f = unit_shapes[t].fields; f->name; f++) {
			ck_assert_msg(f->offset == aligned(end, f->type), "before %s.%s",
				unit_shapes[t].name, f->name);
			end = f->offset + field_size(f->type);
			ck_assert((f->type == FIELD_ENUM) == (f->limit != 0));
		}
		ck_assert_msg(unit_shapes[t].size - end < 8, "behind the last of %s",
			unit_shapes[t].name);
	}
}
END_TEST

START_TEST(round_trip)
{
	struct arena a = {0};
	struct unit u, back;
	struct str line, again;
	const char *error;

	fill(&u, &a);
	line = exported(&a, &u);
	ck_assert_uint_eq(str_chr(line, '\n', 0), line.n - 1);
	error = unit_import(&back, &a, line);
	ck_assert_msg(!error, "%s", error);
	again = exported(&a, &back);
	ck_assert(str_eq(line, again));
	ck_assert(str_eq(back.marks.v[1].text, ((struct str){"a\0b", 3})));
	ck_assert_uint_eq(back.events.v[2].object.span.offset, 12);
	ck_assert_text(back.reader, "go");
	unit_init(&u, &a);
	ck_assert_ptr_null(unit_import(&back, &a, exported(&a, &u)));
	ck_assert_uint_eq(back.values.n, 1);
	arena_free(&a);
}
END_TEST

/* Exports that must be refused, made by spoiling one thing. */
static void
spoil_index(struct unit *u)
{
	u->statements.v[2].event = 3;
}

static void
spoil_range(struct unit *u)
{
	u->events.v[1].names = (struct range){2, 2};
}

static void
spoil_range_overflow(struct unit *u)
{
	u->events.v[1].words = (struct range){2, UINT32_MAX};
}

static void
spoil_enum(struct unit *u)
{
	u->events.v[1].kind = EVENT_KINDS;
}

static void
spoil_cycle(struct unit *u)
{
	u->kids.v[1] = 2;
}

static void
spoil_pieces(struct unit *u)
{
	u->values.v[1].text = STR("abc");
}

static void
spoil_scope(struct unit *u)
{
	u->scopes.v[1].parent = 2;
}

static void
spoil_fragment(struct unit *u)
{
	u->fragments.v[1].parent = 2;
	u->statements.v[2].fragment = 1;
}

static void
spoil_count(struct unit *u)
{
	u->values.v[1].kind = VALUE_CLASS;
	u->values.v[1].op = 3;
}

START_TEST(spoilt_exports_are_refused)
{
	static const struct {
		void (*spoil)(struct unit *u);
		const char *want;
	} cases[] = {
		{spoil_index, "statements 2: index out of bounds"},
		{spoil_range, "events 1: index out of bounds"},
		{spoil_range_overflow, "events 1: index out of bounds"},
		{spoil_enum, "events 1: bad \"kind\""},
		{spoil_cycle, "values form a cycle"},
		{spoil_pieces, "values 1: pieces do not cover the text"},
		{spoil_scope, "scopes 1: stands before its parent"},
		{spoil_fragment, "fragments 1: stands before its parent"},
		{spoil_count, "values 1: fewer kids than counted"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct arena a = {0};
		struct unit u, back;
		const char *error;

		fill(&u, &a);
		cases[i].spoil(&u);
		error = unit_import(&back, &a, exported(&a, &u));
		ck_assert_msg(error && !strcmp(error, cases[i].want), "got %s, want %s",
			error ? error : "nothing", cases[i].want);
		ck_assert_uint_eq(back.values.n, 1);
		arena_free(&a);
	}
}
END_TEST

static bool
survives(struct arena *a, struct str line)
{
	struct unit back;

	return !unit_import(&back, a, line) && is_whole(&back, a);
}

START_TEST(corrupted_exports)
{
	struct arena a = {0}, scratch = {0};
	struct unit u;
	struct str line;
	uint32_t accepted = 0;
	char *bytes;

	fill(&u, &a);
	line = exported(&a, &u);
	for (size_t i = 0; i + 1 < line.n; i++) {
		ck_assert(!survives(&scratch, str_slice(line, 0, i)));
		arena_reset(&scratch);
	}
	bytes = str_cstr(&a, line);
	for (size_t i = 0; i < line.n; i++)
		for (int bit = 0; bit < 8; bit += 1 + (int)(i % 3)) {
			bytes[i] ^= (char)(1 << bit);
			accepted += survives(&scratch, (struct str){bytes, line.n});
			bytes[i] ^= (char)(1 << bit);
			arena_reset(&scratch);
		}
	ck_assert_uint_gt(accepted, 0);
	arena_free(&scratch);
	arena_free(&a);
}
END_TEST

START_TEST(not_units)
{
	static const char *const lines[] = {"", "{}", "[]", "null", "{\"unit\":1}", "\"\\ud800\"",
		"{\"unit\":\"\",\"reader\":\"\"}", "{\"unit\":{\"hex\":\"0\"},\"reader\":\"\"}",
		"{\"unit\":\"\",\"reader\":\"\",\"values\":[[1.5]]}",
		"{\"unit\":\"\",\"reader\":\"\",\"values\":[[-1,0,\"\"]]}"};
	struct arena a = {0};
	struct unit u;

	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++)
		ck_assert_msg(unit_import(&u, &a, str_from(lines[i])) != NULL, "%s", lines[i]);
	arena_free(&a);
}
END_TEST

/* A file as a reader leaves it; the texts point into it. */
static const char file[] = "q = \"\"\"SELECT *\nFROM t\"\"\"\r\n\nrun(q)\n# done";

START_TEST(placing)
{
	struct arena a = {0}, kept = {0};
	char *bytes = strdup(file);
	struct unit unit, *u = &unit;
	struct value *v;
	const struct piece *p;
	struct span s;

	unit_init(u, &a);
	vec_push(&a, &u->values,
		(struct value){.kind = VALUE_STRING,
			.text = {bytes + 7, 15},
			.pieces = {1, 1},
			.span = {.offset = 4, .length = 21}});
	vec_push(
		&a, &u->pieces, (struct piece){PIECE_VERBATIM, 0, 15, {.offset = 7, .length = 15}});
	vec_push(&a, &u->marks,
		(struct mark){.text = {bytes + 37, 4}, .span = {.offset = 35, .length = 6}});
	vec_push(&a, &u->events, (struct event){.kind = EVENT_DROP});
	vec_last(&u->events)->object =
		(struct name){.name = STR("t"), .span = {7, 22, 1, 9, 9, 9, 9}};
	vec_last(&u->events)->span = (struct span){.offset = 28, .length = 6};
	unit_place(u, (struct str){bytes, strlen(file)});
	unit_move(u, &kept);
	memset(bytes, 'x', strlen(file));
	free(bytes);
	arena_free(&a);

	v = &u->values.v[1];
	ck_assert_text(v->text, "SELECT *\nFROM t");
	ck_assert_text(u->marks.v[1].text, "done");
	ck_assert_uint_eq(v->span.line, 1);
	ck_assert_uint_eq(v->span.column, 5);
	ck_assert_uint_eq(v->span.end_line, 2);
	ck_assert_uint_eq(v->span.end_column, 10);
	ck_assert_uint_eq(u->events.v[1].span.line, 4);
	ck_assert_uint_eq(u->events.v[1].object.span.line, 9); /* of another file: left alone */
	ck_assert_uint_eq(u->marks.v[1].span.line, 5);
	ck_assert_text(unit_line(u, 0, 1), "q = \"\"\"SELECT *");
	ck_assert_text(unit_line(u, 0, 2), "FROM t\"\"\"");
	ck_assert_text(unit_line(u, 0, 3), "");
	ck_assert_text(unit_line(u, 0, 4), "run(q)");
	ck_assert_text(unit_line(u, 0, 5), "# done");
	ck_assert_uint_eq(u->lines.n, 5);

	ck_assert_uint_eq(v->pieces.count, 2);
	p = u->pieces.v + v->pieces.first;
	s = pieces_span(p, 2, 14, 1); /* "t": line and column without the text */
	ck_assert_uint_eq(s.offset, 21);
	ck_assert_uint_eq(s.line, 2);
	ck_assert_uint_eq(s.column, 6);
	ck_assert_uint_eq(s.end_column, 7);
	s = pieces_span(p, 2, 7, 6); /* "*" to "FROM" */
	ck_assert_uint_eq(s.offset, 14);
	ck_assert_uint_eq(s.length, 6);
	ck_assert_uint_eq(s.line, 1);
	ck_assert_uint_eq(s.column, 15);
	ck_assert_uint_eq(s.end_line, 2);
	ck_assert_uint_eq(s.end_column, 5);
	ck_assert_ptr_eq(u->arena, &kept);
	ck_assert_uint_eq(u->words.n, 1);
	vec_push(&kept, &u->words, (struct word){.text = STR("grows")});
	ck_assert_text(u->words.v[1].text, "grows");
	arena_free(&kept);
}
END_TEST

/* Lines of the symbols that are left, to compare with: "name=text …". */
static struct str
show_symbols(struct arena *a, const struct unit *u)
{
	struct buf b = {.arena = a};

	for (uint32_t i = 1; i < u->symbols.n; i++) {
		const struct symbol *s = &u->symbols.v[i];

		buf_addf(&b, "%s%.*s=%.*s", i > 1 ? " " : "", STR_ARG(s->name),
			STR_ARG(u->values.v[s->value].text));
	}
	return buf_str(&b);
}

static struct symbol *
local(struct unit *u, const char *name, uint32_t value, uint32_t from, uint32_t to)
{
	struct symbol *s = build_symbol(u, SYMBOL_VARIABLE, name, value);

	s->from = from;
	s->to = to;
	return s;
}

START_TEST(trimming)
{
	struct arena a = {0};
	struct unit unit, *u = &unit;
	uint32_t root, body, function, class;

	unit_init(u, &a);
	S("nobody's");
	local(u, "q", S("seen"), 0, 5000);
	local(u, "q", S("inner"), 100, 200);
	local(u, "q", S("elsewhere"), 5000, 6000);
	local(u, "other", S("not named"), 0, 5000);
	local(u, "p", R("r"), 0, 5000);
	local(u, "r", S("through p"), 0, 5000);
	build_symbol(u, SYMBOL_CONSTANT, "top", S("file level"));
	body = W(BLOCK, "", S("body"));
	function = W(FUNCTION, "f", S("result"), body);
	class = W(CLASS, "C", W(BLOCK, "", function));
	build_symbol(u, SYMBOL_CLASS, "C", class);
	root = W(CONCATENATION, "", S("x"), R("q"), R("p"));
	vec_push(&a, &u->fragments, (struct fragment){.value = root});
	ck_assert_uint_lt(u->values.v[root].span.offset, 5000);
	root = W(LIST, "", S("kept"));
	unit_trim(u, &root, 1);

	ck_assert_text(show_symbols(&a, u), "q=seen p=r r=through p top=file level C=C");
	root = u->fragments.v[1].value;
	ck_assert_uint_eq(u->values.v[root].kind, VALUE_CONCATENATION);
	ck_assert_text(u->values.v[unit_kid(u, root, 0)].text, "x");
	ck_assert_uint_eq(u->values.v[unit_kid(u, root, 0)].pieces.count, 1);
	class = u->symbols.v[5].value;
	function = unit_kid(u, unit_kid(u, class, 0), 0);
	ck_assert_text(u->values.v[unit_kid(u, function, 0)].text, "result");
	ck_assert_uint_eq(unit_kid(u, function, 1), 0);
	ck_assert_uint_eq(u->values.v[u->values.n - 1].kind, VALUE_LIST);
	ck_assert_uint_eq(u->values.n, 1 + 4 + 4 + 4 + 2);
	ck_assert_uint_eq(u->pieces.n, 1 + 6);
	arena_free(&a);
}
END_TEST

/* As many functions with the same local name as fit: linear, or it does not end. */
START_TEST(trimming_many_locals)
{
	struct arena a = {0};
	struct unit unit, *u = &unit;
	const uint32_t n = 100000;

	unit_init(u, &a);
	for (uint32_t i = 0; i < n; i++) {
		uint32_t use, v = S("x");

		local(u, "err", v, v * 100, v * 100 + 200);
		use = R("err");
		if (i % 2)
			vec_push(&a, &u->fragments, (struct fragment){.value = use});
	}
	unit_trim(u, NULL, 0);
	ck_assert_uint_eq(u->symbols.n, n / 2 + 1);
	ck_assert_uint_eq(u->values.n, n + 1);
	arena_free(&a);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, shapes_cover_structs);
	tcase_add_test(t, round_trip);
	tcase_add_test(t, spoilt_exports_are_refused);
	tcase_add_test(t, corrupted_exports);
	tcase_add_test(t, not_units);
	tcase_add_test(t, placing);
	tcase_add_test(t, trimming);
	tcase_add_test(t, trimming_many_locals);
}

int
main(void)
{
	return run_tests("unit", add);
}
