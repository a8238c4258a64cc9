/* The replay: the steps of all histories of a database in one canonical order.
 *
 * Contexts run by rank (operators, then as configured), each as far as order.c lets it. */
#include "base/fatal.h"
#include "world/order_p.h"

#define CALL_DEPTH 8

struct replay {
	struct builder *b;
	struct arena *a;
	struct order *order;
	bool ended; /* builder.last has run */
};

static struct place
place_in(const struct world *w, uint32_t file, struct span span)
{
	uint32_t number = span.origin ? span.origin : file;
	const struct file *f = file_by_number(w->files, number);

	return (struct place){.service = f->service, .file = number, .unit = f->unit, .span = span};
}

/* A foreign key of an ORM to a table that no history here makes: the table belongs to an
 * application that is installed, not read. */
static void
assume_targets(
	struct catalog *c, const struct session *s, const struct unit *u, const struct event *e)
{
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *x = &u->subcommands.v[e->subcommands.first + i];
		struct binding b;

		if (x->kind != SUB_ADD_CONSTRAINT || x->constraint != CONSTRAINT_FOREIGN_KEY)
			continue;
		b = catalog_resolve(c, s, &x->target, MOMENT_NOW);
		if (b.state == BINDING_MISSING && b.object == 0 &&
			!(str_eq(x->target.name, e->object.name)))
			catalog_external(c, x->target.schema, x->target.name);
	}
}

static void apply_statement(struct builder *b, uint32_t context, uint32_t step,
	const struct run *run, bool maybe, uint32_t depth);

/* A routine that migrations made is called: its statements run here. */
static void
apply_call(struct builder *b, uint32_t context, uint32_t step, const struct event *e, bool maybe,
	uint32_t depth)
{
	struct str key = str_format(
		b->a, "%u/%.*s", b->w->contexts.v[context].database, STR_ARG(e->object.name));
	union map_value *slot = map_get(&b->routines, key);
	const struct run *routine = slot ? slot->ptr : NULL;

	if (!routine || depth > CALL_DEPTH)
		return;
	for (uint32_t i = 1; i < routine->unit->statements.n; i++) {
		const struct statement *s = &routine->unit->statements.v[i];
		struct run body = *routine;

		body.statement = i;
		if (routine->unit->fragments.v[s->fragment].parent == routine->statement)
			apply_statement(b, context, step, &body, maybe, depth + 1);
	}
}

static bool
is_external(const struct builder *b, const struct happening *h, const struct event *e)
{
	const struct context *c = &b->w->contexts.v[h->context];
	const struct catalog *catalog = &b->w->databases.v[c->database].catalog;
	struct binding found;

	if (!object_kind_is_relation(e->object_kind))
		return false;
	found = catalog_resolve(catalog, &c->session, &e->object, MOMENT_NOW);
	return found.state == BINDING_BOUND && found.object &&
	       catalog->objects.v[found.object].external;
}

static void
note_result(struct builder *b, const struct happening *h, const struct event *e)
{
	switch (h->applied.status) {
	case APPLY_CONFLICT:
		/* A dump may be newer than the step: what it says is so already. */
		if (is_external(b, h, e))
			break;
		build_gap(b, h->place.file, h->place.unit, BLIND_CONFLICT, h->applied.message,
			h->place.span);
		break;
	case APPLY_NOT_MODELLED:
		build_gap(b, h->place.file, h->place.unit, BLIND_UNMODELLED,
			e->text.n ? e->text : STR("statement"), h->place.span);
		break;
	case APPLY_DONE:
	case APPLY_SKIPPED:
	case APPLY_UNKNOWN:
		break;
	}
}

/* A CREATE TABLE of what is there already, with IF NOT EXISTS or in conflict: when another service
 * made it, there are two creators. It is about the table all the same. */
static void
note_second_creator(struct builder *b, struct happening *h, const struct event *e)
{
	const struct context *c = &b->w->contexts.v[h->context];
	struct binding found;

	if ((h->applied.status != APPLY_SKIPPED && h->applied.status != APPLY_CONFLICT) ||
		e->kind != EVENT_CREATE || !object_kind_is_relation(e->object_kind))
		return;
	found = catalog_resolve(
		&b->w->databases.v[c->database].catalog, &c->session, &e->object, MOMENT_NOW);
	if (found.state != BINDING_BOUND || !found.object)
		return;
	build_creator(b, c->database, found.object, c->service);
	vec_push(b->a, &h->applied.touched,
		(struct touched){.touch = TOUCH_CREATE,
			.object = found.object,
			.relation = found.object,
			.span = e->object.span});
}

static void
apply_event(struct builder *b, uint32_t context, uint32_t step, const struct run *run,
	const struct statement *s, bool maybe)
{
	struct world *w = b->w;
	struct context *c = &w->contexts.v[context];
	struct catalog *catalog = &w->databases.v[c->database].catalog;
	const struct event *e = &run->unit->events.v[s->event];
	moment at = w->happenings.n;
	struct happening h = {.context = context,
		.step = step,
		.unit = run->unit,
		.statement = run->statement,
		.event = s->event,
		.operation_unit = run->operation_unit,
		.operation = run->operation,
		.place = place_in(w, run->file, e->span.line ? e->span : s->span)};

	if (e->operation)
		assume_targets(catalog, &c->session, run->unit, e);
	catalog_apply(catalog, &c->session, run->unit, s->event, s->query, maybe, at, &b->scratch,
		&h.applied);
	note_second_creator(b, &h, e);
	vec_push(b->a, &w->happenings, h);
	note_result(b, &h, e);
	build_touched_uses(b, &h, at);
	if (e->kind == EVENT_CREATE && e->object_kind == OBJECT_ROUTINE) {
		struct run *copy = arena_new(b->a, struct run);

		*copy = *run;
		map_put(&b->routines,
			str_format(b->a, "%u/%.*s", c->database, STR_ARG(e->object.name)))
			->ptr = copy;
	}
}

/* A view's query stays, and so does what is published. */
static bool
is_stored(const struct unit *u, const struct statement *s, const struct event *e)
{
	return (e->kind == EVENT_CREATE_AS && e->object_kind != OBJECT_TABLE) ||
	       str_is(u->queries.v[s->query].tag, "PUBLICATION");
}

static void
apply_statement(struct builder *b, uint32_t context, uint32_t step, const struct run *run,
	bool maybe, uint32_t depth)
{
	const struct statement *s = &run->unit->statements.v[run->statement];
	const struct event *e = &run->unit->events.v[s->event];

	maybe |= s->maybe || run->maybe;
	if (s->event)
		apply_event(b, context, step, run, s, maybe);
	if (s->event && e->kind == EVENT_CALL)
		apply_call(b, context, step, e, maybe, depth);
	if (s->query)
		build_statement_uses(b, context, run, b->w->happenings.n - 1,
			is_stored(run->unit, s, e) ? OCCURS_STORED : OCCURS_ONCE);
}

/* What was temporary is gone when the next connection is made. */
static void
disconnect(struct builder *b, uint32_t database)
{
	if (b->w->happenings.n > 1)
		catalog_disconnect(&b->w->databases.v[database].catalog, b->w->happenings.n - 1);
}

/* A connection as the tool makes it, for one step or for the first of many. */
static void
connect(struct builder *b, struct context *c)
{
	const struct catalog *catalog = &b->w->databases.v[c->database].catalog;
	const struct service *service = &b->w->config->services.v[c->service];
	struct str role = c->config ? c->config->role.value : (struct str){0};
	uint32_t n = c->config ? c->config->search_path.n : 0;
	struct str *path = arena_array(b->a, struct str, n + 3);

	if (!role.n && service->roles.n)
		role = service->roles.v[0].value;
	for (uint32_t i = 0; i < n; i++)
		path[i] = c->config->search_path.v[i].value;
	if (!n && c->history && c->history->schema.n) {
		path[n++] = c->history->schema;
		path[n++] = STR("$user");
		path[n++] = STR("public");
	}
	c->session = (struct session){0};
	catalog_connect(catalog, &c->session, b->a, role, path, n);
}

/* A step that could not be read whole may have done anything: what is missing from now on is not
 * known to be missing. */
static void
note_unread(struct builder *b, struct context *c, const struct tool_step *s)
{
	const struct unit *u = s->file.unit;
	struct catalog *catalog = &b->w->databases.v[c->database].catalog;

	if (!u || s->unread) {
		catalog->incomplete = true;
		return;
	}
	for (uint32_t i = 1; !s->expanded && i < u->marks.n; i++)
		if (u->marks.v[i].text.s[0] == '\\')
			catalog->incomplete = true;
	for (uint32_t i = 0; i < s->fragments.n; i++) {
		enum fragment_state state = u->fragments.v[s->fragments.v[i]].state;

		if (state == FRAGMENT_FAILED || state == FRAGMENT_PARTLY)
			catalog->incomplete = true;
	}
}

/* The schema that the tool itself makes before all steps. */
static void
make_schema(struct builder *b, uint32_t context, const struct tool_history *h)
{
	struct unit *u = arena_new(b->a, struct unit);
	struct span span = {.line = h->schema_line ? h->schema_line : 1, .column = 1};
	struct run run = {.unit = u, .file = h->schema_file, .statement = 1};

	unit_init(u, b->a);
	vec_push(b->a, &u->events,
		(struct event){.kind = EVENT_CREATE,
			.object_kind = OBJECT_SCHEMA,
			.object = {.name = h->schema, .span = span},
			.flags = EVENT_IF_NOT_EXISTS,
			.span = span});
	vec_push(b->a, &u->statements, (struct statement){.event = 1, .span = span});
	apply_statement(b, context, 0, &run, false, 0);
}

static void
apply_step(struct replay *r, uint32_t context)
{
	struct builder *b = r->b;
	struct build_context *bc = &b->contexts.v[context];
	struct context *c = &b->w->contexts.v[bc->context];
	uint32_t step = bc->next++;
	const struct tool_step *tool_step = &bc->history->history->steps.v[step];
	const struct step_runs *runs = &bc->history->steps[step];

	if (step == 0 || !bc->history->history->tool->set_outlives_step) {
		disconnect(b, c->database);
		connect(b, c);
	}
	note_unread(b, c, tool_step);
	if (step == 0 && c->history->schema.n)
		make_schema(b, bc->context, c->history);
	r->ended = tool_step == b->last;
	for (uint32_t i = 0; i < runs->list.n; i++)
		apply_statement(b, bc->context, step, &runs->list.v[i], false, 0);
	b->ran[bc->history->history->steps.v[step].file.number - 1] = b->w->happenings.n - 1;
	arena_reset(&b->scratch);
}

/* Indexes of builder.contexts by rank; contexts of one service stay in their order. */
static uint32_t *
by_rank(struct replay *r)
{
	uint32_t n = r->b->contexts.n, *order = arena_array(r->a, uint32_t, n + 1);

	for (uint32_t i = 0; i < n; i++) {
		uint32_t at = i;

		for (; at > 0 && r->b->contexts.v[order[at - 1]].rank > r->b->contexts.v[i].rank;
			at--)
			order[at] = order[at - 1];
		order[at] = i;
	}
	return order;
}

static bool
unfinished(const struct build_context *c)
{
	return c->history && c->next < c->history->history->steps.n;
}

/* Runs all steps that are ready, of each history as far as it goes; those that take away what others
 * still need only with TAKE, and then just one. */
static bool
go_on(struct replay *r, const uint32_t *order, bool take)
{
	bool progress = false;

	for (uint32_t i = 0; i < r->b->contexts.n; i++) {
		struct build_context *c = &r->b->contexts.v[order[i]];

		while (!r->ended && unfinished(c) && order_ready(r->order, order[i], c->next) &&
			(take || !order_takes_awaited(r->order, order[i], c->next))) {
			apply_step(r, order[i]);
			progress = true;
			if (take)
				return true;
		}
	}
	return progress;
}

/* No history can go on: they wait for each other. The first by rank goes on all the same. */
static bool
break_cycle(struct replay *r, const uint32_t *order)
{
	for (uint32_t i = 0; i < r->b->contexts.n; i++) {
		const struct build_context *c = &r->b->contexts.v[order[i]];
		const struct tool_step *s;

		if (!unfinished(c))
			continue;
		s = &c->history->history->steps.v[c->next];
		build_gap(r->b, s->file.number, s->file.unit, BLIND_ORDER,
			STR("needs what a later step of another service makes, and that one waits for "
			    "this service"),
			(struct span){.line = 1, .column = 1});
		apply_step(r, order[i]);
		return true;
	}
	return false;
}

bool
build_is_code_ddl(const struct builder *b, const struct file *f, const struct unit *u,
	const struct statement *s)
{
	bool stored;
	const struct fragment *root = &u->fragments.v[root_fragment(u, s->fragment, &stored)];

	return s->event && !stored && root->sink == SINK_EXECUTE && f->class == CLASS_CODE &&
	       !b->claimed[f->number - 1];
}

static bool
adds_only(const struct unit *u, const struct event *e)
{
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		enum subcommand_kind k = u->subcommands.v[e->subcommands.first + i].kind;

		if (k != SUB_ADD_COLUMN && k != SUB_ADD_CONSTRAINT)
			return false;
	}
	return true;
}

/* A column that the event adds, and that migrations took away. */
static bool
adds_what_was_lost(
	const struct catalog *c, uint32_t relation, const struct unit *u, const struct event *e)
{
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *s = &u->subcommands.v[e->subcommands.first + i];
		struct binding column;

		if (s->kind != SUB_ADD_COLUMN)
			continue;
		column = catalog_column(c, relation, s->name, MOMENT_NOW);
		if (column.state == BINDING_MISSING && column.ended)
			return true;
	}
	return false;
}

/* Code makes tables when it starts, and adds to them. What it takes away, or brings back that migrations took
 * away, it does at some time of its own, if at all: the state that migrations leave behind stands. */
static bool
is_passed_over(
	const struct builder *b, uint32_t context, const struct unit *u, const struct event *e)
{
	const struct context *c = &b->w->contexts.v[context];
	const struct catalog *catalog = &b->w->databases.v[c->database].catalog;
	struct binding found;

	switch (e->kind) {
	case EVENT_DROP:
	case EVENT_RENAME:
	case EVENT_SET_SCHEMA:
		return true;
	case EVENT_CREATE:
	case EVENT_CREATE_AS:
	case EVENT_ALTER:
		break;
	case EVENT_NONE:
	case EVENT_OWNER_TO:
	case EVENT_GRANT:
	case EVENT_REVOKE:
	case EVENT_SET:
	case EVENT_RESET:
	case EVENT_ALTER_ROLE_SET:
	case EVENT_ALTER_DATABASE_SET:
	case EVENT_TRANSACTION:
	case EVENT_CALL:
	case EVENT_COMMENT:
	case EVENT_HAVOC:
	case EVENT_UNMODELLED:
	case EVENT_KINDS:
		return false;
	}
	if (!object_kind_is_relation(e->object_kind) || e->object.pattern)
		return false;
	found = catalog_resolve(catalog, &c->session, &e->object, MOMENT_NOW);
	if (e->kind != EVENT_ALTER)
		return found.state == BINDING_MISSING && found.ended;
	return !adds_only(u, e) || (found.state == BINDING_BOUND && found.object &&
					   adds_what_was_lost(catalog, found.object, u, e));
}

bool
build_is_passed_over(const struct builder *b, const struct unit *u, uint32_t statement)
{
	for (uint32_t i = 0; i < b->passed_over.n; i++)
		if (b->passed_over.v[i].unit == u && b->passed_over.v[i].statement == statement)
			return true;
	return false;
}

static void
apply_code_unit(struct builder *b, const struct file *f, const struct unit *u, uint32_t context)
{
	for (uint32_t i = 1; u && i < u->statements.n; i++) {
		const struct statement *s = &u->statements.v[i];
		struct run run = {.unit = u, .file = f->number, .statement = i};

		if (!build_is_code_ddl(b, f, u, s))
			continue;
		if (is_passed_over(b, context, u, &u->events.v[s->event]))
			vec_push(b->a, &b->passed_over, run);
		else
			apply_event(b, context, 0, &run, s, true);
	}
}

/* The context in which the service's next migration would run; UINT32_MAX: it has none. */
static uint32_t
trial_context(const struct builder *b, uint32_t service)
{
	uint32_t found = UINT32_MAX;

	for (uint32_t i = 0; i < b->w->contexts.n; i++) {
		const struct context *c = &b->w->contexts.v[i];

		if (c->service == service &&
			(found == UINT32_MAX || (c->history && !b->w->contexts.v[found].history)))
			found = i;
	}
	return found;
}

/* What is only tried out: as its service's next migration, when all others have run. */
static void
apply_trial(struct builder *b, struct file *f)
{
	uint32_t context = trial_context(b, f->service);

	b->claimed[f->number - 1] = true;
	f->class = CLASS_MIGRATION;
	if (context == UINT32_MAX || !f->unit)
		return;
	connect(b, &b->w->contexts.v[context]);
	for (uint32_t i = 1; i < f->unit->statements.n; i++) {
		struct run run = {.unit = f->unit, .file = f->number, .statement = i};
		bool stored;

		root_fragment(f->unit, f->unit->statements.v[i].fragment, &stored);
		if (!stored)
			apply_statement(b, context, 0, &run, false, 0);
	}
	b->ran[f->number - 1] = b->w->happenings.n - 1;
}

/* Tables that services make when they start: after all histories, and only perhaps. */
static void
apply_code(struct builder *b)
{
	for (uint32_t i = 0; i < b->w->databases.n; i++)
		b->w->databases.v[i].catalog.at_will = true;
	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		const struct file *f = &b->w->files->list.v[i];
		uint32_t context = 0;

		while (context < b->w->contexts.n &&
			b->w->contexts.v[context].service != f->service)
			context++;
		if (context == b->w->contexts.n)
			continue;
		apply_code_unit(b, f, f->unit, context);
		apply_code_unit(b, f, f->closed, context);
	}
	arena_reset(&b->scratch);
}

void
build_replay(struct builder *b)
{
	struct replay r = {.b = b, .a = b->a, .order = order_new(b)};
	uint32_t *order = by_rank(&r);

	build_dumps(b, r.order);
	while (!r.ended &&
		(go_on(&r, order, false) || go_on(&r, order, true) || break_cycle(&r, order)))
		;
	for (uint32_t i = 0; i < b->w->files->list.n; i++)
		if (b->w->files->list.v[i].trial)
			apply_trial(b, &b->in->linker->set->list.v[i]);
	for (uint32_t i = 0; i < b->w->databases.n; i++)
		disconnect(b, i);
	/* What a connection of the service's code gets is known when all settings are made. */
	for (uint32_t i = 0; i < b->w->contexts.n; i++)
		connect(b, &b->w->contexts.v[i]);
	if (!r.ended)
		apply_code(b);
}
