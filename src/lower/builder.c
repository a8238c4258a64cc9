/* Statements of a migration that is a program, and chains of calls. */
#include "lower/builder_p.h"

#define DEPTH 100 /* of statements in statements */

static uint32_t
object_of(const struct unit *u, uint32_t call)
{
	uint32_t callee = unit_kid(u, call, 0);

	return u->values.v[callee].kind == VALUE_ATTRIBUTE ? unit_kid(u, callee, 0) : 0;
}

void
chain_read(const struct unit *u, uint32_t call, struct chain *c)
{
	uint32_t first = call;
	struct str head;
	size_t dot;

	*c = (struct chain){0};
	while (u->values.v[call].kind == VALUE_CALL && c->n < CHAIN_CALLS) {
		c->calls[c->n++] = first = call;
		call = object_of(u, call);
	}
	for (uint32_t i = 0; i < c->n / 2; i++) {
		uint32_t other = c->calls[c->n - 1 - i];

		c->calls[c->n - 1 - i] = c->calls[i];
		c->calls[i] = other;
	}
	head = u->values.v[unit_kid(u, first, 0)].text;
	if (object_of(u, first))
		head = u->values.v[object_of(u, first)].text;
	else
		head = str_slice(head, 0, (dot = str_rchr(head, '.')) == SIZE_MAX ? 0 : dot);
	c->head = head;
}

struct str
chain_name(const struct unit *u, const struct chain *c, uint32_t i)
{
	return i < c->n ? lower_callee(u, c->calls[i]) : (struct str){0};
}

uint32_t
chain_argument(const struct unit *u, const struct chain *c, uint32_t i, uint32_t position)
{
	return i < c->n ? unit_kid(u, c->calls[i], position + 1) : 0;
}

uint32_t
chain_find(const struct unit *u, const struct chain *c, uint32_t from, const char *name)
{
	for (uint32_t i = from; i < c->n; i++)
		if (str_is(chain_name(u, c, i), name))
			return i;
	return UINT32_MAX;
}

/* True when VALUE asks whether something exists. */
static bool
asks(const struct builder *b, uint32_t value, uint32_t depth)
{
	const struct unit *u = b->l.u;
	const struct value *v = &u->values.v[value];

	if (!value || depth > 6)
		return false;
	for (const char *const *t = b->tests; *t; t++)
		if ((v->kind == VALUE_CALL && str_is(lower_callee(u, value), *t)) ||
			(v->kind == VALUE_HOLE && str_find(v->text, str_from(*t), 0) != SIZE_MAX))
			return true;
	for (uint32_t i = 0; i < v->kids.count; i++)
		if (asks(b, unit_kid(u, value, i), depth + 1))
			return true;
	return false;
}

static void run(struct builder *b, uint32_t value, uint32_t depth);

static void
run_guarded(struct builder *b, uint32_t value, struct str guard, uint32_t depth)
{
	struct str before = b->l.guard;

	if (!b->l.guard.n)
		b->l.guard = guard;
	run(b, value, depth);
	b->l.guard = before;
}

static void
run_condition(struct builder *b, uint32_t value, uint32_t depth)
{
	struct str guard = STR("under a condition that is not interpreted");
	bool before = b->guarded;

	if (asks(b, unit_kid(b->l.u, value, 0), 0)) {
		b->guarded = true;
		run(b, unit_kid(b->l.u, value, 1), depth);
		run(b, unit_kid(b->l.u, value, 2), depth);
		b->guarded = before;
		return;
	}
	run_guarded(b, unit_kid(b->l.u, value, 1), guard, depth);
	run_guarded(b, unit_kid(b->l.u, value, 2), guard, depth);
}

static void
run_function(struct builder *b, uint32_t function, uint32_t depth)
{
	const struct unit *u = b->l.u;
	uint32_t n = u->values.v[function].op;

	run(b, unit_kid(u, function, n + 1), depth);
	run(b, unit_kid(u, function, n), depth);
}

/* A call that runs what it is given: then(), Promise.all(), transaction(), forEach() of what is not known. */
static bool
run_given(struct builder *b, uint32_t call, uint32_t depth)
{
	static const char *const names[] = {"then", "finally", "all", "allSettled", "transaction",
		"forEach", "map", "mapSeries", "each", NULL};
	const struct unit *u = b->l.u;
	struct str name = lower_callee(u, call);
	uint32_t object = object_of(u, call);
	bool found = false;

	for (const char *const *n = names; *n; n++)
		found |= str_is(name, *n);
	if (!found && !str_is(name, "catch"))
		return false;
	if (u->values.v[object].kind == VALUE_CALL)
		run(b, object, depth);
	for (uint32_t i = 1; found && i < u->values.v[call].kids.count; i++) {
		uint32_t kid = unit_kid(u, call, i);
		bool loop = str_is(name, "forEach") || str_is(name, "map");

		if (u->values.v[kid].kind == VALUE_FUNCTION && loop)
			run_guarded(b, kid, STR("in a loop over what is computed"), depth);
		else
			run(b, kid, depth);
	}
	return true;
}

/* True when the call gives away what migrations are made with. */
static bool
is_handed_on(const struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;

	for (uint32_t i = 1; i < u->values.v[call].kids.count; i++) {
		const struct value *v = &u->values.v[unit_kid(u, call, i)];

		for (const char *const *h = b->handles; *h; h++)
			if ((v->kind == VALUE_HOLE || v->kind == VALUE_REFERENCE) &&
				str_is(v->text, *h))
				return true;
	}
	return false;
}

/* What is done with it is not known; a name among the arguments is what it is done to. Without one nothing says
 * that it changes a schema: then it is a blind spot alone, for a havoc over all would take all that is known. */
static void
hand_on(struct builder *b, uint32_t call)
{
	const struct unit *u = b->l.u;
	struct name scope = {0};
	struct str name = lower_callee(u, call), what;

	if (!name.n)
		name = u->values.v[unit_kid(u, call, 0)].text;
	what = str_format(b->l.a, "what %.*s() does is not known", STR_ARG(name));

	for (uint32_t i = u->values.v[call].kids.count; i > 1; i--)
		if (lower_string(u, unit_kid(u, call, i - 1)).n)
			scope = (struct name){.name = lower_string(u, unit_kid(u, call, i - 1))};
	lower_operation(&b->l, str_from(b->tool), lower_callee(u, call), call);
	if (scope.name.n)
		lower_havoc(&b->l, call, scope, what);
	else
		lower_blind(&b->l, call, "%.*s", STR_ARG(what));
}

static void
run_call(struct builder *b, uint32_t call, uint32_t depth)
{
	struct chain c;

	if (run_given(b, call, depth))
		return;
	chain_read(b->l.u, call, &c);
	if (!b->operate(b, &c, call) && is_handed_on(b, call))
		hand_on(b, call);
}

static void
run(struct builder *b, uint32_t value, uint32_t depth)
{
	const struct unit *u = b->l.u;
	const struct value *v = &u->values.v[value];

	if (!value)
		return;
	if (depth > DEPTH) {
		lower_blind(
			&b->l, value, "statements nested deeper than %d are not replayed", DEPTH);
		return;
	}
	switch ((int)v->kind) {
	case VALUE_BLOCK:
	case VALUE_LIST:
		for (uint32_t i = 0; i < v->kids.count; i++)
			run(b, unit_kid(u, value, i), depth + 1);
		break;
	case VALUE_CONDITION:
		run_condition(b, value, depth + 1);
		break;
	case VALUE_FOREACH:
		run_guarded(b, unit_kid(u, value, 1), STR("in a loop over what is computed"),
			depth + 1);
		break;
	case VALUE_FUNCTION:
		run_function(b, value, depth + 1);
		break;
	case VALUE_CALL:
		run_call(b, value, depth + 1);
		break;
	default:
		break;
	}
}

void
builder_run(struct builder *b, uint32_t value)
{
	run(b, value, 0);
}

static void
callback(struct builder *b, uint32_t value, uint32_t depth,
	void (*each)(struct builder *b, uint32_t call, void *self), void *self)
{
	const struct unit *u = b->l.u;
	const struct value *v = &u->values.v[value];
	uint32_t first = v->kind == VALUE_FOREACH || v->kind == VALUE_CONDITION;

	if (!value || depth > DEPTH)
		return;
	if (v->kind == VALUE_CALL) {
		each(b, value, self);
		return;
	}
	if (v->kind != VALUE_BLOCK && v->kind != VALUE_LIST && !first)
		return;
	for (uint32_t i = first; i < v->kids.count; i++)
		callback(b, unit_kid(u, value, i), depth + 1, each, self);
}

void
builder_callback(struct builder *b, uint32_t function,
	void (*each)(struct builder *b, uint32_t call, void *self), void *self)
{
	uint32_t n = b->l.u->values.v[function].op;

	if (b->l.u->values.v[function].kind != VALUE_FUNCTION)
		return;
	callback(b, unit_kid(b->l.u, function, n + 1), 0, each, self);
	callback(b, unit_kid(b->l.u, function, n), 0, each, self);
}

void
builder_lower(struct builder *b, struct arena *a, const struct lower_migration *migrations,
	uint32_t n, const struct lower_sql *sql, struct lower_result *out)
{
	lower_init(&b->l, a, out, str_from(b->tool), sql);
	for (uint32_t i = 0; i < n; i++) {
		lower_begin(&b->l, migrations, i);
		b->guarded = false;
		builder_run(b, migrations[i].value);
	}
	lower_finish(out);
}

void
builder_text_run(struct builder *b)
{
	struct unit *out = b->l.out;
	uint32_t event = out->events.n;

	lower_text_run(&b->l);
	for (; event < out->events.n; event++) {
		struct event *e = &out->events.v[event];

		/* A name from another file: what happens stands in this one. */
		if (e->span.origin && e->span.origin != b->l.file)
			e->span = e->object.span = lower_span(&b->l, b->l.text_at);
		if (!b->guarded)
			continue;
		e->flags |= e->kind == EVENT_CREATE ? EVENT_IF_NOT_EXISTS : EVENT_IF_EXISTS;
		for (uint32_t i = 0; i < e->subcommands.count; i++) {
			struct subcommand *s = &out->subcommands.v[e->subcommands.first + i];

			if (e->kind != EVENT_CREATE)
				s->flags |=
					s->kind == SUB_ADD_COLUMN || s->kind == SUB_ADD_CONSTRAINT
						? SUB_IF_NOT_EXISTS
						: SUB_IF_EXISTS;
		}
	}
}

void
builder_text_dotted(struct builder *b, uint32_t value)
{
	struct str rest = b->l.u->values.v[value].text, part;
	bool first = true;

	if (b->l.u->values.v[value].kind != VALUE_STRING || str_chr(rest, '.', 0) == SIZE_MAX) {
		lower_text_name(&b->l, value);
		return;
	}
	while (str_cut(&rest, '.', &part)) {
		if (!first)
			lower_text_add(&b->l, ".");
		lower_text_quoted(&b->l, str_trim(part));
		first = false;
	}
}

uint32_t
builder_elements(const struct unit *u, uint32_t value)
{
	const struct value *v = &u->values.v[value];

	return v->kind == VALUE_LIST ? v->kids.count : value != 0;
}

uint32_t
builder_element(const struct unit *u, uint32_t value, uint32_t i)
{
	return u->values.v[value].kind == VALUE_LIST ? unit_kid(u, value, i) : i ? 0 : value;
}

void
builder_text_names(struct builder *b, uint32_t value)
{
	for (uint32_t i = 0; i < builder_elements(b->l.u, value); i++) {
		if (i)
			lower_text_add(&b->l, ", ");
		lower_text_name(&b->l, builder_element(b->l.u, value, i));
	}
}

struct str
builder_word(const struct unit *u, uint32_t value)
{
	const struct value *v = &u->values.v[value];

	return v->kind == VALUE_STRING || v->kind == VALUE_NUMBER ? v->text : (struct str){0};
}

bool
builder_given(const struct unit *u, uint32_t value)
{
	return value && u->values.v[value].kind != VALUE_NULL;
}
