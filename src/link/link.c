/* Closing: open fragments and wanted symbols are evaluated with all units at hand. What a resolver
 * finds in a file that was not extracted yet is noted as wanted; the file is extracted and the
 * evaluation tried again, as a linker takes the members of an archive. */
#include "link/link.h"

#include "link/resolve_p.h"
#include "unit/evaluate.h"
#include "unit/exported.h"

/* How often a chain of imports may want further files before it is left open. */
#define ROUNDS 12
/* Operations inside operations (SeparateDatabaseAndState). */
#define OPERATION_DEPTH 16

/* Extracts what is wanted; false when there was nothing new to extract. */
static bool
pull_wanted(struct linker *l)
{
	struct extract_job *jobs = arena_array(l->arena, struct extract_job, l->wanted.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < l->wanted.n; i++) {
		struct file *f = file_by_number(l->set, l->wanted.v[i]);

		l->is_wanted[f->number - 1] = false;
		if (!f->unit && l->services[f->service].files.ops)
			jobs[n++] = (struct extract_job){.files = l->services[f->service].files,
				.file = f->number - 1,
				.force = true};
	}
	l->wanted.n = 0;
	if (n)
		extract_run(l->set, jobs, n, l->options);
	return n > 0;
}

static struct unit *
closed_unit(struct linker *l, struct file *f)
{
	if (!f->closed) {
		f->closed = arena_new(l->arena, struct unit);
		unit_init(f->closed, l->arena);
		f->closed->reader = f->unit->reader;
		f->closed->blob = f->unit->blob;
	}
	return f->closed;
}

static struct evaluator
evaluator_for(struct linker *l, struct unit *out)
{
	return (struct evaluator){
		.out = out, .resolver = {link_resolve, l}, .steps = EVALUATE_STEPS};
}

/* A function is what it does. */
static uint32_t
close_value(struct evaluator *e, struct value_ref v)
{
	return v.unit->values.v[v.value].kind == VALUE_FUNCTION ? evaluate_body(e, v)
								: evaluate(e, v);
}

/* Evaluates into a unit that is thrown away, only to learn which files are wanted. */
static void
try_value(struct linker *l, struct file *f, uint32_t value)
{
	struct arena scratch = {0};
	struct unit out;
	struct evaluator e;

	unit_init(&out, &scratch);
	e = evaluator_for(l, &out);
	close_value(&e, (struct value_ref){.unit = f->unit, .origin = f->number, .value = value});
	arena_free(&scratch);
}

static void
want_open_fragments(struct linker *l)
{
	for (uint32_t i = 0; i < l->set->list.n; i++) {
		struct file *f = &l->set->list.v[i];

		for (uint32_t j = 1; f->unit && j < f->unit->fragments.n; j++)
			if (f->unit->fragments.v[j].state == FRAGMENT_OPEN &&
				f->unit->fragments.v[j].value)
				try_value(l, f, f->unit->fragments.v[j].value);
	}
}

static void
close_fragments(struct linker *l, struct file *f, struct arena *scratch)
{
	for (uint32_t j = 1; f->unit && j < f->unit->fragments.n; j++) {
		const struct fragment *fragment = &f->unit->fragments.v[j];
		struct value_ref v = {
			.unit = f->unit, .origin = f->number, .value = fragment->value};
		struct evaluator e;

		if (fragment->state != FRAGMENT_OPEN || !fragment->value)
			continue;
		e = evaluator_for(l, closed_unit(l, f));
		extract_fragment(&e, &v, fragment->sink, false, scratch);
		arena_reset(scratch);
	}
}

static void *
close_all(void *self)
{
	struct linker *l = self;
	struct arena scratch = {0};

	for (uint32_t i = 0; i < l->set->list.n; i++) {
		struct file *f = &l->set->list.v[i];

		close_fragments(l, f, &scratch);
	}
	arena_free(&scratch);
	return NULL;
}

/* True when a literal is SQL whose table somebody else puts in: DELETE FROM %s. */
static bool
has_unnamed_relation(const struct unit *u)
{
	for (uint32_t i = 1; u && i < u->relations.n; i++)
		if (u->relations.v[i].name.pattern)
			return true;
	return false;
}

/* Whoever uses such a format need not hold a word of SQL itself, so nothing made it be read. */
static void
want_users_of_formats(struct linker *l)
{
	for (uint32_t i = 0; i < l->set->list.n; i++)
		if (has_unnamed_relation(l->set->list.v[i].unit))
			link_want_package(l, &l->set->list.v[i]);
	pull_wanted(l);
}

void
link_run(struct linker *l)
{
	want_users_of_formats(l);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		want_open_fragments(l);
		if (!pull_wanted(l))
			break;
	}
	extract_on_large_stack(close_all, l);
}

static uint32_t
file_symbol(const struct unit *u, struct str name)
{
	for (uint32_t i = u->symbols.n; i > 1; i--) {
		const struct symbol *s = &u->symbols.v[i - 1];

		if (s->from == 0 && s->to == UINT32_MAX && s->value && str_eq(s->name, name))
			return s->value;
	}
	return unit_entry(u, name);
}

/* The function NAME of a class of the file. */
static uint32_t
class_function(const struct unit *u, struct str name)
{
	for (uint32_t i = u->symbols.n; i > 1; i--) {
		const struct symbol *s = &u->symbols.v[i - 1];
		uint32_t block, function;

		if (s->kind != SYMBOL_CLASS || s->from != 0 || s->to != UINT32_MAX)
			continue;
		block = unit_kid(u, s->value, u->values.v[s->value].op);
		for (uint32_t k = u->values.v[block].kids.count; k > 0; k--) {
			function = unit_kid(u, block, k - 1);
			if (u->values.v[function].kind == VALUE_FUNCTION &&
				str_eq(u->values.v[function].text, name))
				return function;
		}
	}
	return 0;
}

/* The block of the file's first call of something.NAME. */
static uint32_t
block_of_call(const struct unit *u, struct str name)
{
	for (uint32_t i = 1; i < u->values.n; i++) {
		uint32_t n = u->values.v[i].kids.count, last = unit_kid(u, i, n ? n - 1 : 0);

		if (u->values.v[i].kind == VALUE_CALL && u->values.v[last].kind == VALUE_ARGUMENT &&
			str_is(u->values.v[last].text, "&") &&
			str_eq(u->values.v[unit_kid(u, i, 0)].text, name))
			return unit_kid(u, last, 0);
	}
	return 0;
}

/* The value of one of the ','-joined NAMES: of the file, "*.name": a function of a class, "&name": what a
 * call of that name takes as its block. The first that is there. */
static uint32_t
wanted_symbol(const struct unit *u, struct str names)
{
	struct str name;
	uint32_t value = 0;

	while (!value && str_cut(&names, ',', &name)) {
		if (str_starts(name, STR("*.")))
			value = class_function(u, str_slice(name, 2, name.n));
		else if (str_starts(name, STR("&")))
			value = block_of_call(u, str_slice(name, 1, name.n));
		else
			value = file_symbol(u, name);
	}
	return value;
}

/* Has the SQL of the operations below an evaluated value parsed. */
static void
read_operations(struct linker *l, struct evaluator *e, uint32_t value, uint32_t depth,
	struct arena *scratch)
{
	struct unit *u = e->out;
	struct range kids = u->values.v[value].kids;
	const struct host_sink *sink = NULL;
	uint32_t argument;

	if (depth > OPERATION_DEPTH)
		return;
	if (u->values.v[value].kind == VALUE_CALL)
		sink = extract_sink(u, value, u->reader, l->options->host);
	if (!sink || !sink->operation) {
		for (uint32_t i = 0; i < kids.count; i++)
			read_operations(l, e, u->kids.v[kids.first + i], depth + 1, scratch);
		return;
	}
	argument = extract_sink_argument(u, value, sink);
	if (!argument)
		return;
	kids = u->values.v[argument].kids;
	if (u->values.v[argument].kind != VALUE_LIST) {
		struct value_ref v = {.unit = u, .value = argument};

		extract_fragment(e, &v, SINK_OPERATION, false, scratch);
		return;
	}
	for (uint32_t i = 0; i < kids.count; i++) {
		struct value_ref v = {.unit = u, .value = u->kids.v[kids.first + i]};

		if (u->values.v[v.value].kind == VALUE_LIST)
			v.value = unit_kid(u, v.value, 0);
		if (v.value)
			extract_fragment(e, &v, SINK_OPERATION, false, scratch);
	}
}

struct symbol_request {
	struct linker *linker;
	const uint32_t *files;
	uint32_t n;
	struct str name;
	uint32_t *values;
};

static void *
close_symbols(void *self)
{
	struct symbol_request *r = self;
	struct arena scratch = {0};

	for (uint32_t i = 0; i < r->n; i++) {
		struct file *f = file_by_number(r->linker->set, r->files[i]);
		uint32_t value = f->unit ? wanted_symbol(f->unit, r->name) : 0;
		struct evaluator e;

		r->values[i] = 0;
		if (!value)
			continue;
		e = evaluator_for(r->linker, closed_unit(r->linker, f));
		r->values[i] = close_value(&e,
			(struct value_ref){.unit = f->unit, .origin = f->number, .value = value});
		if (e.exhausted)
			unit_add_blind(f->closed, BLIND_TOO_DEEP, f->unit->values.v[value].span,
				"%.*s is too large to be evaluated", STR_ARG(r->name));
		if (f->closed->values.v[r->values[i]].kind != VALUE_BLOCK)
			read_operations(r->linker, &e, r->values[i], 0, &scratch);
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	return NULL;
}

void
link_symbols(struct linker *l, const uint32_t *files, uint32_t n, struct str name, uint32_t *values)
{
	struct symbol_request request = {l, files, n, name, values};

	for (uint32_t round = 0; round < ROUNDS; round++) {
		for (uint32_t i = 0; i < n; i++) {
			struct file *f = file_by_number(l->set, files[i]);
			uint32_t value = f->unit ? wanted_symbol(f->unit, name) : 0;

			if (value)
				try_value(l, f, value);
		}
		if (!pull_wanted(l))
			break;
	}
	extract_on_large_stack(close_symbols, &request);
}

void
link_sql(struct linker *l, struct unit *u, uint32_t value)
{
	struct arena scratch = {0};
	struct evaluator e = evaluator_for(l, u);

	extract_fragment(&e, &(struct value_ref){.unit = u, .value = value}, SINK_OPERATION, false,
		&scratch);
	arena_free(&scratch);
}

struct str
link_setting(struct linker *l, uint32_t service, const char *file_name, struct str name)
{
	for (uint32_t i = 0; i < l->set->list.n; i++) {
		struct file *f = &l->set->list.v[i];
		struct str base = f->entry.path;
		size_t slash = str_rchr(base, '/');
		struct evaluator e;
		uint32_t value;

		if (slash != SIZE_MAX)
			base = str_slice(base, slash + 1, base.n);
		if (f->service != service || !str_glob(str_from(file_name), base))
			continue;
		if (!f->unit) {
			link_want(l, f);
			pull_wanted(l);
		}
		value = f->unit ? file_symbol(f->unit, name) : 0;
		if (!value)
			continue;
		e = evaluator_for(l, closed_unit(l, f));
		value = evaluate(&e,
			(struct value_ref){.unit = f->unit, .origin = f->number, .value = value});
		if (f->closed->values.v[value].kind == VALUE_STRING)
			return f->closed->values.v[value].text;
	}
	return (struct str){0};
}
