/* What the functions of triggers read of the row: columns of the table on which the trigger is. */
#include "world/build_p.h"

/* The happening that gave the trigger's function the body that is in force; NULL: it is not known. */
static const struct happening *
function_of(const struct world *w, const struct catalog *c, const struct object *trigger)
{
	for (uint32_t i = 0; i < trigger->depends.n; i++) {
		const struct object *o = &c->objects.v[trigger->depends.v[i]];
		moment at = o->defined ? o->defined : o->born;

		if (o->kind == OBJECT_ROUTINE && o->exists == EXISTS_YES && at &&
			at < w->happenings.n)
			return &w->happenings.v[at];
	}
	return NULL;
}

static void
add_row_use(struct builder *b, const struct happening *h, const struct happening *function,
	uint32_t relation, const struct word *word)
{
	struct world *w = b->w;
	const struct context *context = &w->contexts.v[h->context];
	const struct catalog *c = &w->databases.v[context->database].catalog;
	struct binding column = catalog_column(c, relation, word->text, MOMENT_NOW);
	uint32_t file = word->span.origin ? word->span.origin : function->place.file;
	struct use use = {.service = context->service,
		.context = h->context,
		.database = context->database,
		.place = {file_by_number(w->files, file)->service, file,
			file_by_number(w->files, file)->unit, word->span},
		.written = catalog_name(c, relation, MOMENT_NOW).name,
		.binding = {.state = BINDING_BOUND, .object = relation, .exists = EXISTS_YES},
		.object = relation,
		.access = ACCESS_READ,
		.form = FORM_STORED,
		.occurs = OCCURS_STORED,
		.class = CLASS_MIGRATION,
		.confidence = CONFIDENCE_LIKELY,
		.at = MOMENT_NOW};

	/* One function may serve many tables, and ask which it is: what this one never had is another's. */
	if (column.state != BINDING_BOUND && !(column.state == BINDING_MISSING && column.ended))
		return;
	use.columns = (struct range){w->columns.n, 1};
	vec_push(w->arena, &w->columns,
		(struct column_used){.column = column.state == BINDING_BOUND ? column.object : 0,
			.name = word->text,
			.access = ACCESS_READ,
			.span = word->span,
			.missing = column.state == BINDING_MISSING,
			.ended = column.ended});
	vec_push(b->a, &w->uses, use);
}

static void
add_row_uses(struct builder *b, const struct happening *h)
{
	const struct world *w = b->w;
	const struct catalog *c = &w->databases.v[w->contexts.v[h->context].database].catalog;
	const struct object *trigger = &c->objects.v[h->applied.touched.v[0].object];
	const struct happening *function = function_of(w, c, trigger);
	const struct event *e = function ? &function->unit->events.v[function->event] : NULL;

	if (trigger->exists != EXISTS_YES || !e || e->object_kind != OBJECT_ROUTINE ||
		e->kind != EVENT_CREATE)
		return;
	for (uint32_t i = 0; i < e->subcommands.count; i++) {
		const struct subcommand *s =
			&function->unit->subcommands.v[e->subcommands.first + i];

		for (uint32_t k = 0; k < s->columns.count; k++)
			add_row_use(b, h, function, trigger->parent,
				&function->unit->words.v[s->columns.first + k]);
	}
}

void
build_trigger_uses(struct builder *b)
{
	for (uint32_t i = 1; i < b->w->happenings.n; i++) {
		const struct happening *h = &b->w->happenings.v[i];
		const struct event *e = &h->unit->events.v[h->event];

		if (e->kind == EVENT_CREATE && e->object_kind == OBJECT_TRIGGER &&
			h->applied.touched.n && h->applied.touched.v[0].touch == TOUCH_CREATE)
			add_row_uses(b, h);
	}
}
