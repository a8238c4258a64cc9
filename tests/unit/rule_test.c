/* rule: the engine over a world made by hand: two services that write one table which nobody owns. */
#include "base/arena.h"
#include "rule/baseline.h"
#include "rule/level.h"
#include "rule/suppress.h"
#include "suite.h"

static struct arena arena;

/* What a test may vary. */
struct scene {
	enum confidence confidence;
	enum existence exists;
	enum file_class class;
	enum use_occurrence occurs;
	const char *rule; /* of the configuration; NULL: none */
	enum level level;
	const char *table;  /* NULL: "t" */
	uint32_t shift;     /* added to the uses' lines and offsets */
	uint32_t more_uses; /* further writes of the second service */
	bool other_order;   /* the services stand the other way round */
};

static struct config *
make_config(const struct scene *s)
{
	struct config *c = arena_new(&arena, struct config);

	c->arena = &arena;
	for (int i = 0; i < 2; i++)
		vec_add(&arena, &c->services)->name =
			(i == 0) == s->other_order ? STR("odds") : STR("hub");
	if (s->rule)
		vec_push(&arena, &c->rules,
			(struct rule_level){.rule.value = str_from(s->rule), .level = s->level});
	return c;
}

static struct file_set *
make_files(void)
{
	static const char *const paths[] = {"a.go", "b.go"};
	struct file_set *set = arena_new(&arena, struct file_set);

	set->arena = &arena;
	for (uint32_t i = 0; i < 2; i++) {
		struct file *f = vec_add(&arena, &set->list);

		f->number = i + 1;
		f->service = i;
		f->entry.path = str_from(paths[i]);
	}
	return set;
}

static void
add_table(struct world *w, const char *name)
{
	struct database *d = vec_add(&arena, &w->databases);
	struct object *o;

	d->name = STR("app");
	catalog_init(&d->catalog, &arena);
	o = vec_add(&arena, &d->catalog.objects);
	*o = (struct object){.kind = OBJECT_TABLE, .exists = EXISTS_YES};
	vec_push(&arena, &o->names,
		(struct naming){.schema = STR("public"), .name = str_from(name)});
	d->owners = arena_array(&arena, struct owner, d->catalog.objects.n);
	for (uint32_t i = 0; i < d->catalog.objects.n; i++)
		d->owners[i].service = UINT32_MAX;
}

static void
add_write(struct world *w, const struct scene *s, uint32_t service, uint32_t line)
{
	struct use *u = vec_add(&arena, &w->uses);

	*u = (struct use){.service = service,
		.object = w->databases.v[0].catalog.objects.n - 1,
		.access = ACCESS_UPDATE,
		.confidence = s->confidence,
		.class = s->class,
		.occurs = s->occurs,
		.at = MOMENT_NOW};
	u->binding = (struct binding){.object = u->object, .exists = s->exists};
	u->place = (struct place){.service = service,
		.file = service + 1,
		.span = {.offset = 100 * line, .line = line, .column = 1, .length = 1}};
}

static struct world *
make_world(const struct scene *s)
{
	struct world *w = arena_new(&arena, struct world);

	w->arena = &arena;
	w->config = make_config(s);
	w->files = make_files();
	vec_add(&arena, &w->services);
	vec_add(&arena, &w->services);
	vec_add(&arena, &w->happenings);
	vec_add(&arena, &w->columns);
	add_table(w, s->table ? s->table : "t");
	return w;
}

static struct findings
run(const struct scene *s)
{
	struct world *w = make_world(s);
	struct findings found;

	for (uint32_t i = 0; i < 2; i++)
		add_write(w, s, i, 1 + s->shift);
	for (uint32_t i = 0; i < s->more_uses; i++)
		add_write(w, s, 1, 10 + i + s->shift);
	rules_run(w, NULL, &arena, &found);
	return found;
}

static const struct scene plain = {.confidence = CONFIDENCE_EXACT, .exists = EXISTS_YES};

START_TEST(levels)
{
	const struct {
		struct scene scene;
		enum level want;
	} cases[] = {
		{{CONFIDENCE_EXACT, EXISTS_YES, .rule = NULL}, LEVEL_ERROR},
		{{CONFIDENCE_LIKELY, EXISTS_YES, .rule = NULL}, LEVEL_WARNING},
		{{CONFIDENCE_GUESS, EXISTS_YES, .rule = NULL}, LEVEL_NOTE},
		{{CONFIDENCE_EXACT, EXISTS_MAYBE, .rule = NULL}, LEVEL_WARNING},
		{{CONFIDENCE_EXACT, EXISTS_NO, .rule = NULL}, LEVEL_NONE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .class = CLASS_TEST}, LEVEL_NOTE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .class = CLASS_SCRIPT}, LEVEL_NOTE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .class = CLASS_SETUP}, LEVEL_NOTE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .class = CLASS_GENERATED}, LEVEL_ERROR},
		{{CONFIDENCE_EXACT, EXISTS_YES, .occurs = OCCURS_STORED}, LEVEL_ERROR},
		{{CONFIDENCE_EXACT, EXISTS_YES, .occurs = OCCURS_ONCE}, LEVEL_NONE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .rule = "shared-table-write",
			 .level = LEVEL_WARNING},
			LEVEL_WARNING},
		{{CONFIDENCE_LIKELY, EXISTS_YES, .rule = "shared-table-write", .level = LEVEL_NOTE},
			LEVEL_NOTE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .rule = "shared-table-write", .level = LEVEL_NONE},
			LEVEL_NONE},
		{{CONFIDENCE_EXACT, EXISTS_YES, .rule = "rename-model", .level = LEVEL_NONE},
			LEVEL_ERROR},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct findings f = run(&cases[i].scene);

		ck_assert_msg(findings_worst(&f) == cases[i].want, "case %zu: %s, want %s", i,
			level_word(findings_worst(&f)), level_word(cases[i].want));
	}
}
END_TEST

START_TEST(names)
{
	const struct rule *r = rule_by_name(STR("cross-service-foreign-key"));

	ck_assert_ptr_nonnull(r);
	ck_assert_ptr_eq(rule_by_name(STR("cross-schema-foreign-key")), r);
	ck_assert_ptr_null(rule_by_name(STR("cross-service")));
	ck_assert_ptr_null(rule_by_name((struct str){0}));
	for (const struct rule *const *x = rules; *x; x++) {
		ck_assert_ptr_eq(rule_by_name(str_from((*x)->name)), *x);
		ck_assert(str_starts(rule_document(*x), str_from((*x)->name)));
	}
}
END_TEST

/* What is told apart, and what is the same although lines move and services are listed otherwise. */
START_TEST(fingerprints)
{
	struct scene moved = plain, other_table = plain, permuted = plain;
	struct findings a = run(&plain), b, c, d;

	moved.shift = 40;
	other_table.table = "u";
	permuted.other_order = true;
	b = run(&moved);
	c = run(&other_table);
	d = run(&permuted);
	ck_assert_uint_eq(a.list.n, 2);
	ck_assert_uint_eq(a.list.v[0].fingerprint.n, 16);
	ck_assert(!str_eq(a.list.v[0].fingerprint, a.list.v[1].fingerprint));
	for (uint32_t i = 0; i < 2; i++) {
		ck_assert(str_eq(a.list.v[i].fingerprint, b.list.v[i].fingerprint));
		ck_assert(!str_eq(a.list.v[i].fingerprint, c.list.v[i].fingerprint));
		ck_assert(str_eq(a.list.v[i].fingerprint, d.list.v[i].fingerprint));
	}
}
END_TEST

START_TEST(one_cause_is_one_finding)
{
	struct scene scene = plain;
	struct findings f;
	const struct finding *odds;
	uint32_t also = 0;

	scene.more_uses = 2;
	f = run(&scene);
	ck_assert_uint_eq(f.list.n, 2);
	odds = &f.list.v[1];
	ck_assert_uint_eq(odds->place.span.line, 1);
	ck_assert_uint_eq(odds->places, 3);
	for (uint32_t i = 0; i < odds->related.n; i++)
		also += odds->related.v[i].role == RELATED_ALSO;
	ck_assert_uint_eq(also, 2);
}
END_TEST

START_TEST(subtraction)
{
	static const struct {
		uint32_t base_uses, head_uses, shift;
		const char *base_table;
		uint32_t want;
		uint32_t line; /* of the first that is left */
	} cases[] = {
		{0, 0, 0, NULL, 0, 0},
		{2, 2, 40, NULL, 0, 0},
		{2, 1, 0, NULL, 0, 0},
		{0, 0, 0, "u", 2, 1},
		{0, 1, 0, NULL, 1, 10},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene before = plain, after = plain;
		struct findings base, head;

		before.more_uses = cases[i].base_uses;
		before.table = cases[i].base_table;
		after.more_uses = cases[i].head_uses;
		after.shift = cases[i].shift;
		base = run(&before);
		head = run(&after);
		findings_subtract(&head, &base);
		ck_assert_msg(
			head.list.n == cases[i].want, "case %zu: %u are left", i, head.list.n);
		if (cases[i].want)
			ck_assert_uint_eq(head.list.v[0].place.span.line, cases[i].line);
	}
}
END_TEST

/* A RenameModel of "Bet" to "Wager", and one use of the old name by a service. */
struct renaming {
	const char *before, *after; /* the table's names */
	const char *managed;        /* NULL: true */
	uint32_t events;            /* that it was lowered to */
	uint32_t user;              /* service: 0 is the model's own */
	moment ended;               /* of the use's name; 0: the use binds */
	enum file_class class;
	enum level want; /* LEVEL_NONE: no finding */
	const char *message;
};

static void
add_attribute(struct unit *u, struct operation *op, const char *key, const char *value)
{
	if (!value)
		return;
	vec_push(&arena, &u->attributes, (struct attribute){str_from(key), str_from(value)});
	op->attributes.count++;
}

static struct unit *
rename_unit(const struct renaming *r)
{
	struct unit *u = arena_new(&arena, struct unit);
	struct operation op = {.tool = STR("django"),
		.name = STR("RenameModel"),
		.events.count = r->events,
		.span = {.line = 7, .column = 9, .length = 1}};

	unit_init(u, &arena);
	op.attributes.first = u->attributes.n;
	add_attribute(u, &op, "model.before", "Bet");
	add_attribute(u, &op, "model.after", "Wager");
	add_attribute(u, &op, "table.before", r->before);
	add_attribute(u, &op, "table.after", r->after);
	add_attribute(u, &op, "managed", r->managed);
	vec_push(&arena, &u->operations, op);
	return u;
}

/* The one finding of the rule. */
static const struct finding *
only_of(const struct findings *f, const char *rule)
{
	const struct finding *found = NULL;

	for (uint32_t i = 0; i < f->list.n; i++) {
		if (strcmp(f->list.v[i].rule->name, rule) != 0)
			continue;
		ck_assert_ptr_null(found);
		found = &f->list.v[i];
	}
	ck_assert_ptr_nonnull(found);
	return found;
}

START_TEST(renames)
{
	static const struct renaming cases[] = {
		{"r10_bet", "r10_bet", NULL, 0, 1, 0, CLASS_CODE, LEVEL_NOTE,
			"renaming model Bet to Wager changes nothing in the database: its table is "
			"pinned by db_table"},
		{"dao_bet", "dao_wager", "false", 0, 1, 0, CLASS_CODE, LEVEL_NOTE,
			"renaming model Bet to Wager changes nothing in the database: Django does not "
			"manage its table"},
		{"dao_bet", "dao_wager", NULL, 0, 1, 0, CLASS_CODE, LEVEL_NOTE,
			"renaming model Bet to Wager changes nothing in the database: only Django's "
			"state changes, no statement runs"},
		{"dao_bet", "dao_wager", NULL, 1, 1, 0, CLASS_CODE, LEVEL_NOTE,
			"renaming model Bet to Wager: table dao_bet becomes dao_wager; nobody is known "
			"to use the old name"},
		{"dao_bet", "dao_wager", NULL, 1, 1, 1, CLASS_CODE, LEVEL_ERROR,
			"renaming model Bet to Wager: table dao_bet becomes dao_wager, but the old name "
			"is still used"},
		{"dao_bet", "dao_wager", NULL, 1, 0, 1, CLASS_CODE, LEVEL_WARNING,
			"renaming model Bet to Wager: table dao_bet becomes dao_wager, but the old name "
			"is still used"},
		{"dao_bet", "dao_wager", NULL, 1, 1, 9, CLASS_CODE, LEVEL_NOTE,
			"renaming model Bet to Wager: table dao_bet becomes dao_wager; nobody is known "
			"to use the old name"},
		{"dao_bet", "dao_wager", NULL, 1, 1, 1, CLASS_TEST, LEVEL_NOTE,
			"renaming model Bet to Wager: table dao_bet becomes dao_wager; only tests "
			"and scripts use the old name"},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene scene = plain;
		struct world *w = make_world(&scene);
		struct use *u;
		struct findings f;
		const struct finding *x;

		vec_push(&arena, &w->happenings,
			(struct happening){
				.operation_unit = rename_unit(&cases[i]), .operation = 1});
		while (w->happenings.n <= cases[i].ended)
			vec_add(&arena, &w->happenings);
		vec_add(&arena, &w->contexts);
		add_write(w, &scene, cases[i].user, 3);
		u = vec_last(&w->uses);
		u->access = ACCESS_READ;
		u->class = cases[i].class;
		u->written = STR("dao_bet");
		if (cases[i].ended) {
			u->object = 0;
			u->binding.state = BINDING_MISSING;
			u->binding.ended = cases[i].ended;
		}
		rules_run(w, NULL, &arena, &f);
		x = only_of(&f, "rename-model");
		ck_assert_text(x->message, cases[i].message);
		ck_assert_msg(x->level == cases[i].want, "case %zu: %s", i, level_word(x->level));
	}
}
END_TEST

/* An entry is written as it was read. */
START_TEST(baseline_entries)
{
	static const struct {
		const char *line, *want; /* NULL: it is none */
	} cases[] = {
		{"a.py shared-table-write public.t update 2 01234567,89abcdef",
			"a.py shared-table-write public.t update 2 01234567,89abcdef\n"},
		{"  a.py\tshared-table-write  public.t update 1 ",
			"a.py shared-table-write public.t update 1\n"},
		{"\"a b\" table-in-public \"\" \"in public\" 1",
			"\"a b\" table-in-public \"\" \"in public\" 1\n"},
		{"\"a\\\"\\\\\\x0a#\" table-in-public t c 1",
			"\"a\\\"\\\\\\x0a#\" table-in-public t c 1\n"},
		{"\"plain\" table-in-public t c 1", "plain table-in-public t c 1\n"},
		{"a.py shared-table-write t update 0", NULL},
		{"a.py shared-table-write t update", NULL},
		{"a.py shared-table-write t update 1x", NULL},
		{"a.py shared-table-write t update 99999999999999999999", NULL},
		{"a.py shared-table-wirte t update 1", NULL},
		{"a.py \"shared-table-write", NULL},
		{"\"a\\", NULL},
		{"\"a\\x0", NULL},
		{"\"a\\n\" shared-table-write t update 1", NULL},
		{"", NULL},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct baseline_entry e = {0};
		struct buf out = {.arena = &arena};
		bool ok = baseline_entry_read(&arena, str_from(cases[i].line), &e);

		ck_assert_msg(ok == (cases[i].want != NULL), "%s", cases[i].line);
		ck_assert_msg(ok == !e.problem.n, "%s", cases[i].line);
		if (!ok)
			continue;
		baseline_entry_write(&e, &out);
		ck_assert_text(buf_str(&out), cases[i].want);
		ck_assert_uint_eq(e.left, e.count);
	}
}
END_TEST

/* "rule: reason" of each rule that a comment names, or "problem"; '!' in front of a whole file's. */
static struct str
suppressions_text(const char *comment)
{
	struct suppressions s = {0};
	struct buf b = {.arena = &arena};

	suppress_read(&arena, &s, str_from(comment), (struct place){0}, (struct span){0});
	for (uint32_t i = 0; i < s.list.n; i++) {
		const struct suppression *x = &s.list.v[i];

		buf_addf(&b, "%s%s", i ? "; " : "", x->whole_file ? "!" : "");
		if (x->problem.n)
			buf_addf(&b, "%.*s", STR_ARG(x->problem));
		else
			buf_addf(&b, "%s: %.*s", x->rule->name, STR_ARG(x->reason));
	}
	return buf_str(&b);
}

START_TEST(suppressions)
{
	static const struct {
		const char *comment, *want;
	} cases[] = {
		{"pgbounds:ignore rename-model moved in March", "rename-model: moved in March"},
		{"pgbounds:ignore-file rename-model x", "!rename-model: x"},
		{"pgbounds:ignore rename-model, drop-used x y",
			"rename-model: x y; drop-used: x y"},
		{"pgbounds:ignore rename-model ,drop-used x", "rename-model: x; drop-used: x"},
		{"pgbounds:ignore rename-model -- x", "rename-model: x"},
		{"pgbounds:ignore rename-model: x", "rename-model: x"},
		{"pgbounds:ignore rename-model \xe2\x80\x94 x", "rename-model: x"},
		{"pgbounds:ignore cross-schema-foreign-key x", "cross-service-foreign-key: x"},
		{"pgbounds:ignore rename-model", "the suppression of rename-model gives no reason"},
		{"pgbounds:ignore rename-model --",
			"the suppression of rename-model gives no reason"},
		{"pgbounds:ignore", "the suppression names no rule"},
		{"pgbounds:ignore , x", "no rule is called 'x'"},
		{"pgbounds:ignore rename-modle x",
			"no rule is called 'rename-modle'; did you mean 'rename-model'?"},
		{"pgbounds:ignore unused-suppression x",
			"no comment suppresses unused-suppression"},
		{"pgbounds:ignroe rename-model x",
			"pgbounds has no directive 'ignroe'; did you mean 'ignore'?"},
		{"pgbounds:", "pgbounds has no directive ''"},
		{"pgbounds: ignore rename-model x", "a space before the directive of pgbounds"},
		{"pgbounds: see there", ""},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		ck_assert_text(suppressions_text(cases[i].comment), cases[i].want);
}
END_TEST

/* The second service's baseline, as a file of its own. */
static void
add_baseline(struct world *w, const char *const *entries)
{
	struct file *f = vec_add(&arena, &((struct file_set *)w->files)->list);

	f->number = w->files->list.n;
	f->service = 1;
	f->class = CLASS_BASELINE;
	f->entry.path = STR("pgbounds-baseline.txt");
	f->unit = arena_new(&arena, struct unit);
	unit_init(f->unit, &arena);
	for (; *entries; entries++)
		vec_push(&arena, &f->unit->marks,
			(struct mark){.text = str_from(*entries),
				.span = {.line = f->unit->marks.n, .column = 1}});
	((struct config *)w->config)->path = STR("pgbounds.yaml");
	w->services.v[0].available = w->services.v[1].available = true;
}

#define UPDATES(n) "b.go shared-table-write public.t update " #n
START_TEST(baselines)
{
	static const struct {
		const char *head[3], *base[3];
		bool has_base, strict;
		uint32_t uses; /* of the second service */
		uint32_t reported, known, stale;
	} cases[] = {
		{{UPDATES(3)}, {NULL}, false, false, 3, 0, 3, 0},
		{{UPDATES(2)}, {NULL}, false, false, 3, 1, 2, 0},
		{{UPDATES(4)}, {NULL}, false, false, 3, 0, 3, 1},
		{{UPDATES(1), "c.go shared-table-write public.t update 2"}, {NULL}, false, false, 3,
			0, 3, 0},
		{{"b.go shared-table-write public.u update 3"}, {NULL}, false, false, 3, 1, 0, 1},
		{{"b.go shared-table-write public.t delete 3"}, {NULL}, false, false, 3, 1, 0, 1},
		{{"b.go table-in-public public.t update 3"}, {NULL}, false, false, 3, 1, 0, 1},
		{{"b.go"}, {NULL}, false, false, 3, 1, 0, 1},
		{{UPDATES(3)}, {UPDATES(2)}, true, false, 3, 0, 3, 0},
		{{UPDATES(3)}, {UPDATES(2)}, true, true, 3, 1, 2, 0},
		{{UPDATES(3)}, {NULL}, true, true, 3, 1, 0, 0},
		{{UPDATES(2)}, {UPDATES(3)}, true, true, 2, 0, 2, 0},
	};

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct scene scene = plain;
		struct world *w = make_world(&scene), *base = make_world(&scene);
		struct findings f;
		uint32_t stale = 0, reported = 0;

		((struct config *)w->config)->services.v[1].strict = cases[i].strict;
		base->config = w->config;
		for (uint32_t n = 0; n < cases[i].uses; n++)
			add_write(w, &scene, 1, 10 + n);
		add_write(w, &scene, 0, 1);
		add_baseline(w, cases[i].head);
		add_baseline(base, cases[i].base);
		w->services.v[1].here = true;
		rules_run(w, cases[i].has_base ? base : NULL, &arena, &f);
		for (uint32_t n = 0; n < f.list.n; n++) {
			stale += str_is(str_from(f.list.v[n].rule->name), "stale-baseline");
			reported +=
				str_is(str_from(f.list.v[n].rule->name), "shared-table-write") &&
				f.list.v[n].service == 1;
		}
		ck_assert_msg(reported == cases[i].reported, "case %zu: %u reported", i, reported);
		ck_assert_msg(
			f.baselined.n == cases[i].known, "case %zu: %u known", i, f.baselined.n);
		ck_assert_msg(stale == cases[i].stale, "case %zu: %u stale", i, stale);
	}
}
END_TEST

START_TEST(service_levels)
{
	struct scene scene = plain;
	struct world *w = make_world(&scene);
	struct config *c = (struct config *)w->config;
	struct service *odds = &c->services.v[1];
	const struct rule *r = rule_by_name(STR("rename-model"));
	struct place there = {.service = 1, .file = 2}, other = {.service = 0, .file = 1};
	struct override *o;

#define LEVEL(l) (struct rule_level){.rule.value = STR("rename-model"), .level = (l)}
	ck_assert_int_eq(level_of(w, r, 1, &there), LEVEL_ERROR);
	vec_push(&arena, &c->rules, LEVEL(LEVEL_NONE));
	ck_assert_int_eq(level_of(w, r, 1, &there), LEVEL_NONE);
	ck_assert(!level_possible(c, r));
	vec_push(&arena, &odds->rules, LEVEL(LEVEL_NOTE));
	ck_assert_int_eq(level_of(w, r, 1, &there), LEVEL_NOTE);
	ck_assert_int_eq(level_of(w, r, 0, &other), LEVEL_NONE);
	ck_assert_int_eq(level_of(w, r, UINT32_MAX, &other), LEVEL_NONE);
	ck_assert(level_possible(c, r));
	o = vec_add(&arena, &odds->overrides);
	vec_push(&arena, &o->files, (struct setting){.value = STR("*.go")});
	vec_push(&arena, &o->rules, LEVEL(LEVEL_ERROR));
	ck_assert_int_eq(level_of(w, r, 1, &there), LEVEL_ERROR);
	ck_assert_int_eq(level_of(w, r, 1, &other), LEVEL_NOTE);
	o = vec_add(&arena, &odds->overrides);
	vec_push(&arena, &o->files, (struct setting){.value = STR("b.go")});
	vec_push(&arena, &o->rules, LEVEL(LEVEL_WARNING));
	ck_assert_int_eq(level_of(w, r, 1, &there), LEVEL_WARNING);
	ck_assert_int_eq(level_of(w, r, 1, &(struct place){.service = UINT32_MAX}), LEVEL_NOTE);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, baseline_entries);
	tcase_add_test(t, suppressions);
	tcase_add_test(t, baselines);
	tcase_add_test(t, service_levels);
	tcase_add_test(t, renames);
	tcase_add_test(t, levels);
	tcase_add_test(t, names);
	tcase_add_test(t, fingerprints);
	tcase_add_test(t, one_cause_is_one_finding);
	tcase_add_test(t, subtraction);
}

int
main(void)
{
	int status = run_tests("rule", add);

	arena_free(&arena);
	return status;
}
