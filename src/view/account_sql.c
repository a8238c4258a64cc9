/* A word in SQL: in a .sql file, or in a literal that was read as SQL. */
#include "host/host.h"
#include "who_p.h"

/* The statement, or the text, that an occurrence stands in. */
struct site {
	const struct unit *unit;
	uint32_t statement; /* 0: none is known */
	uint32_t from, to;
};

static bool
holds(const struct span *s, uint32_t file, bool own, uint32_t offset)
{
	return (s->origin == file || (own && s->origin == 0)) && s->offset <= offset &&
	       offset < s->offset + s->length;
}

static bool
in_span(const struct span *s, uint32_t offset)
{
	return s->offset <= offset && offset < s->offset + s->length;
}

static void
say_relation(const struct account *x, const struct use *u, const char *what, struct who_place *out)
{
	const struct catalog *c = &x->w->databases.v[u->database].catalog;
	struct str name = u->object ? catalog_display(c, u->object, x->a) : u->written;

	out->kind = LINE_OTHER;
	out->what = str_format(x->a, "%s %.*s", what, STR_ARG(name));
}

static void
bind_use(const struct account *x, const struct use *u, uint32_t access, enum confidence confidence,
	struct who_place *out)
{
	if (u->object) {
		account_bind(x, u->database, u->object, access, u->form,
			confidence < u->confidence ? confidence : u->confidence, out);
		return;
	}
	account_say(out, LINE_UNKNOWN, "a name in a statement whose relation is not known");
}

/* The column of the use that stands at the offset; NULL when none does. */
static const struct column_used *
column_at(const struct world *w, const struct use *u, uint32_t file, uint32_t offset)
{
	for (uint32_t i = 0; i < u->columns.count; i++) {
		const struct column_used *c = &w->columns.v[u->columns.first + i];
		uint32_t origin = c->span.origin ? c->span.origin : u->place.file;

		if (c->span.line && origin == file && in_span(&c->span, offset))
			return c;
	}
	return NULL;
}

/* What the use U says about the occurrence itself; false when it stands elsewhere. */
static bool
judge_use(const struct account *x, const struct account_file *f, const struct occurrence *o,
	const struct use *u, struct who_place *out)
{
	const struct column_used *c = column_at(x->w, u, f->file->number, o->from);

	if (c && x->want->column.n && wanted_use(x->w, u, x->want) &&
		str_glob(x->want->column, c->name))
		bind_use(x, u, c->access, CONFIDENCE_EXACT, out);
	else if (c)
		say_relation(x, u, "a column of", out);
	else if (u->place.file != f->file->number || !in_span(&u->place.span, o->from))
		return false;
	else if (!x->want->column.n && wanted_use(x->w, u, x->want))
		bind_use(x, u, u->access, CONFIDENCE_EXACT, out);
	else
		say_relation(x, u, "a statement on", out);
	return true;
}

static uint32_t
first_use(const struct account *x, uint32_t file, uint32_t offset)
{
	uint32_t low = 0, high = x->uses.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct account_use *u = &x->uses.v[middle];

		if (u->file < file || (u->file == file && u->offset < offset))
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* True when the parser has a column at the offset, whosever it is. */
static bool
names_column(const struct unit *u, uint32_t file, bool own, uint32_t offset)
{
	for (uint32_t i = 1; i < u->columns.n; i++)
		if (holds(&u->columns.v[i].span, file, own, offset))
			return true;
	return false;
}

/* True when the statement's event has a part of its own at the offset: a column, a constraint. */
static bool
names_part(const struct site *site, uint32_t file, bool own, uint32_t offset)
{
	const struct unit *u = site->unit;
	struct range parts = u->events.v[u->statements.v[site->statement].event].subcommands;

	for (uint32_t i = 0; i < parts.count; i++)
		if (holds(&u->subcommands.v[parts.first + i].span, file, own, offset))
			return true;
	return false;
}

/* The wanted relation that the event means by its name, where no history runs it: the way down of a
 * migration. 0: none. */
static uint32_t
named_relation(const struct account *x, uint32_t service, const struct event *e, uint32_t *database)
{
	for (uint32_t i = 0; i < x->w->contexts.n; i++) {
		const struct context *context = &x->w->contexts.v[i];
		const struct catalog *c = &x->w->databases.v[context->database].catalog;
		struct binding b;

		if (context->service != service || !e->object.name.n)
			continue;
		*database = context->database;
		b = catalog_resolve(c, &context->session, &e->object, MOMENT_NOW);
		if (b.object && wanted_object(&c->objects.v[b.object], x->want))
			return b.object;
	}
	return 0;
}

/* True for what changes the relation, or refers to it: not for a query, which names its columns. */
static bool
is_ddl(const struct use *u)
{
	return u->access & (ACCESS_DDL | ACCESS_REFERENCE);
}

/* True for NEW.name and OLD.name. */
static bool
of_trigger_row(struct str bytes, uint32_t at)
{
	struct str before = str_slice(bytes, at < 4 ? 0 : at - 4, at);

	return str_eq_nocase(before, STR("new.")) || str_eq_nocase(before, STR("old."));
}

/* What is left of the statement when no use stands at the occurrence. WANTED: a use in it of what is
 * asked for; OTHER: of something else. */
static void
judge_rest(const struct account *x, const struct account_file *f, const struct occurrence *o,
	const struct site *site, const struct use *wanted, const struct use *other,
	struct who_place *out)
{
	uint32_t event = site->unit->statements.v[site->statement].event, database, relation;
	bool own = site->unit == f->file->unit;
	bool part = event && names_part(site, f->file->number, own, o->from);
	bool column = names_column(site->unit, f->file->number, own, o->from);

	relation = event && !wanted && !other
			   ? named_relation(x, f->service, &site->unit->events.v[event], &database)
			   : 0;
	if (relation)
		account_bind(
			x, database, relation, ACCESS_DDL, FORM_LITERAL, CONFIDENCE_LIKELY, out);
	else if (wanted && (x->want->column.n ? is_ddl(wanted) : !part))
		bind_use(x, wanted, wanted->access, part ? CONFIDENCE_EXACT : CONFIDENCE_LIKELY,
			out);
	else if (wanted && column && x->want->column.n)
		account_say(out, LINE_UNKNOWN, "a column, it is not known of which relation");
	else if (x->want->column.n && of_trigger_row(f->bytes, o->from))
		account_say(out, LINE_UNKNOWN, "a column of the row that a trigger is for");
	else if (wanted)
		say_relation(x, wanted, "a name that is no column, in a statement on", out);
	else if (other)
		say_relation(x, other, "in a statement on", out);
	else
		account_say(out, LINE_OTHER, "a name in SQL that touches no such relation");
}

static void
judge_site(const struct account *x, const struct account_file *f, const struct occurrence *o,
	const struct site *site, struct who_place *out)
{
	const struct use *wanted = NULL, *other = NULL;

	for (uint32_t i = first_use(x, f->file->number, site->from); i < x->uses.n; i++) {
		const struct use *u = &x->w->uses.v[x->uses.v[i].use];

		if (x->uses.v[i].file != f->file->number || x->uses.v[i].offset >= site->to)
			break;
		if (judge_use(x, f, o, u, out))
			return;
		if (!wanted && wanted_use(x->w, u, x->want))
			wanted = u;
		else if (!other)
			other = u;
	}
	judge_rest(x, f, o, site, wanted, other, out);
}

/* The innermost statement of U around the occurrence. */
static bool
find_statement(
	const struct unit *u, const struct account_file *f, uint32_t offset, struct site *site)
{
	bool found = false;

	for (uint32_t i = 1; u && i < u->statements.n; i++) {
		const struct span *s = &u->statements.v[i].span;

		if (!holds(s, f->file->number, u == f->file->unit, offset) ||
			(found && s->length >= site->to - site->from))
			continue;
		*site = (struct site){u, i, s->offset, s->offset + s->length};
		found = true;
	}
	return found;
}

/* The only statement of fragment number FRAGMENT; 0: there are several, or none. */
static uint32_t
only_statement(const struct unit *u, uint32_t fragment)
{
	uint32_t only = 0;

	for (uint32_t i = 1; i < u->statements.n; i++) {
		if (u->statements.v[i].fragment != fragment)
			continue;
		if (only)
			return 0;
		only = i;
	}
	return only;
}

static void
say_state(enum fragment_state state, struct who_place *out)
{
	switch (state) {
	case FRAGMENT_OPEN:
		account_say(out, LINE_UNKNOWN, "SQL that is computed");
		return;
	case FRAGMENT_PARTLY:
	case FRAGMENT_FAILED:
		account_say(out, LINE_UNKNOWN, "SQL that does not parse");
		return;
	case FRAGMENT_PIECE:
		account_say(out, LINE_UNKNOWN, "words of SQL that are no statement by themselves");
		return;
	case FRAGMENT_DIALECT:
		account_say(out, LINE_OTHER, "SQL of another database");
		return;
	case FRAGMENT_PROSE:
		account_say(out, LINE_TEXT, "a text that is no SQL, or uses no table");
		return;
	case FRAGMENT_PARSED:
		account_say(out, LINE_OTHER, "a name in SQL that touches no such relation");
		return;
	}
}

/* The fragment of U around the occurrence that tells most: a text that is open by itself may be
 * closed where it is used. */
static bool
judge_fragment(const struct account *x, const struct account_file *f, const struct occurrence *o,
	const struct unit *u, struct who_place *out)
{
	bool found = false;

	for (uint32_t i = 1; u && i < u->fragments.n; i++) {
		const struct fragment *g = &u->fragments.v[i];
		struct who_place next = {0};
		struct site site = {
			u, only_statement(u, i), g->span.offset, g->span.offset + g->span.length};

		if (!holds(&g->span, f->file->number, u == f->file->unit, o->from))
			continue;
		if (site.statement)
			judge_site(x, f, o, &site, &next);
		else
			say_state(g->state, &next);
		if (found && next.kind > out->kind && out->kind == LINE_BOUND)
			continue;
		if (!found || next.kind == LINE_BOUND || out->kind == LINE_UNKNOWN) {
			next.place = out->place;
			*out = next;
		}
		found = true;
	}
	return found;
}

/* What byte OFFSET is to the SQL in the literal that holds it; *FROM: where that part begins. */
static enum part_kind
part_in_literal(const struct account *x, const struct account_file *f, const struct occurrence *o,
	uint32_t *from)
{
	const struct part *literal = &f->parts.list.v[o->part_at];
	struct str text = str_slice(f->bytes, literal->from, literal->to);
	size_t open = 0;
	struct parts inner;
	enum part_kind kind;
	uint32_t i;

	while (open < text.n && text.s[open] != '"' && text.s[open] != '\'' && text.s[open] != '`')
		open++;
	if (text.n >= open + 6 && text.s[open] == text.s[open + 1] &&
		text.s[open] == text.s[open + 2])
		open += 2;
	open++;
	text = str_slice(text, open, text.n - 1);
	*from = literal->from + (uint32_t)open;
	parts_read(&inner, x->a, host_by_name(STR("sql")), text);
	i = parts_at(&inner, o->from - *from, &kind);
	if (kind != inner.between)
		*from += inner.list.v[i].from;
	return kind;
}

/* A comment or a string in a statement, unless the string holds a statement of its own. */
static bool
judge_words(const struct account *x, const struct account_file *f, const struct occurrence *o,
	const struct site *site, struct who_place *out)
{
	enum part_kind kind = o->part;
	uint32_t from = f->host->language || o->part_at >= f->parts.list.n
				? 0
				: f->parts.list.v[o->part_at].from;

	if (f->host->language)
		kind = o->part == PART_STRING ? part_in_literal(x, f, o, &from) : PART_NAME;
	if ((kind != PART_STRING && kind != PART_COMMENT) || site->from > from)
		return false;
	account_say(out, LINE_TEXT, kind == PART_COMMENT ? "a comment in SQL" : "a string in SQL");
	return true;
}

bool
account_sql(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	const struct unit *units[2] = {
		f->file ? f->file->unit : NULL, f->file ? f->file->closed : NULL};
	bool found = false;

	for (uint32_t i = 0; i < 2 && !(found && out->kind == LINE_BOUND); i++) {
		struct site site;
		struct who_place next = {.place = out->place};

		if (find_statement(units[i], f, o->from, &site)) {
			judge_site(x, f, o, &site, &next);
			if (next.kind != LINE_BOUND || str_is(next.confidence, "likely"))
				judge_words(x, f, o, &site, &next);
		} else if (!judge_fragment(x, f, o, units[i], &next)) {
			continue;
		}
		if (!found || next.kind == LINE_BOUND || out->kind == LINE_UNKNOWN)
			*out = next;
		found = true;
	}
	return found;
}
