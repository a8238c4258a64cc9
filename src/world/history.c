/* Histories and the contexts in which they run: found by the tools, or declared. */
#include "base/fatal.h"
#include "world/build_p.h"

struct service_files {
	struct tool_file *list;
	uint32_t n;
};

static bool
below(struct str path, struct str directory)
{
	if (directory.n == 0 || str_is(directory, "."))
		return true;
	return str_starts(path, directory) && (path.n == directory.n || path.s[directory.n] == '/');
}

/* A file in the directory; settings may stand above it. */
static bool
is_about(const struct file *f, struct str directory)
{
	size_t slash = str_rchr(f->entry.path, '/');
	struct str above = str_slice(f->entry.path, 0, slash == SIZE_MAX ? 0 : slash);

	return below(f->entry.path, directory) || (f->host->beside && below(directory, above));
}

/* The service's files as tools see them, of which some classes are no migrations ever. */
static struct service_files
service_files(struct builder *b, uint32_t service, const struct str *directory)
{
	const struct file_set *set = b->w->files;
	struct service_files files = {0};
	uint32_t n = 0;

	for (uint32_t i = 0; i < set->list.n; i++)
		n += set->list.v[i].service == service;
	files.list = arena_array(b->a, struct tool_file, n + 1);
	for (uint32_t i = 0; i < set->list.n; i++) {
		const struct file *f = &set->list.v[i];

		if (f->service != service || f->trial || (directory && !is_about(f, *directory)))
			continue;
		if (!directory && f->class != CLASS_CODE && f->class != CLASS_SCRIPT)
			continue;
		if (service < b->w->config->services.n &&
			config_is_dump(&b->w->config->services.v[service], f->entry.path))
			continue;
		files.list[files.n++] = (struct tool_file){
			.number = f->number, .path = f->entry.path, .unit = f->unit};
	}
	return files;
}

/* WRITTEN: "table", which is in SCHEMA (empty: in whichever comes first), "schema.table", "schema.*". */
static void
add_external(struct catalog *c, struct str schema, struct str written)
{
	size_t dot = str_chr(written, '.', 0);

	if (dot == SIZE_MAX)
		catalog_external(c, schema, written);
	else
		catalog_external(
			c, str_slice(written, 0, dot), str_slice(written, dot + 1, written.n));
}

/* The database of that name, made when it is new. */
static uint32_t
database_named(struct builder *b, struct str name)
{
	struct world *w = b->w;
	struct database *d;

	for (uint32_t i = 0; i < w->databases.n; i++)
		if (str_eq(w->databases.v[i].name, name))
			return i;
	d = vec_add(b->a, &w->databases);
	d->name = name;
	catalog_init(&d->catalog, b->a);
	d->catalog.assumes = true;
	for (uint32_t i = 0; i < w->config->external.n; i++)
		add_external(&d->catalog, (struct str){0}, w->config->external.v[i].value);
	for (uint32_t i = 0; i < w->services.n; i++)
		d->catalog.incomplete |= !w->services.v[i].available;
	return w->databases.n - 1;
}

/* The statements of the step's fragments, fragment by fragment as the tool lists them. */
static void
run_fragments(struct builder *b, struct step_runs *runs, const struct tool_step *s)
{
	const struct unit *u = s->file.unit;
	struct arena scratch = {0};
	struct step_runs *of = u ? arena_array(&scratch, struct step_runs, u->fragments.n) : NULL;

	for (uint32_t i = 1; u && i < u->statements.n; i++) {
		bool stored;
		uint32_t root = root_fragment(u, u->statements.v[i].fragment, &stored);

		if (!stored)
			vec_push(&scratch, &of[root].list,
				(struct run){.unit = u,
					.file = s->file.number,
					.statement = i,
					.maybe = s->guard.n > 0});
	}
	for (uint32_t f = 0; u && f < s->fragments.n; f++)
		for (uint32_t i = 0; i < of[s->fragments.v[f]].list.n; i++)
			vec_push(b->a, &runs->list, of[s->fragments.v[f]].list.v[i]);
	arena_free(&scratch);
}

static void
note_history(struct builder *b, const struct tool_history *h)
{
	for (uint32_t i = 0; i < h->notes.n; i++) {
		const struct tool_note *n = &h->notes.v[i];
		uint32_t file = n->file ? n->file : h->steps.n ? h->steps.v[0].file.number : 0;

		build_gap(b, file, NULL,
			n->order    ? BLIND_ORDER
			: n->script ? BLIND_META_COMMAND
				    : BLIND_OPERATION,
			n->text,
			n->span.line ? n->span
				     : (struct span){.line = n->line ? n->line : 1, .column = 1});
	}
}

static void
claim_parts(struct builder *b, const struct tool_step *s)
{
	for (uint32_t i = 0; i < s->files.n; i++) {
		uint32_t file = s->files.v[i].file.number;

		b->claimed[file - 1] = true;
		file_by_number(b->w->files, file)->class = CLASS_MIGRATION;
	}
}

static struct build_history *
prepare_history(struct builder *b, uint32_t service, struct tool_history *t)
{
	struct build_history *h = arena_new(b->a, struct build_history);

	h->history = t;
	build_close_steps(b, service, t);
	if (t->tool->order)
		t->tool->order(b->a, t);
	h->steps = arena_array(b->a, struct step_runs, t->steps.n + 1);
	build_lower(b, service, h);
	for (uint32_t i = 0; i < t->steps.n; i++)
		if (!t->steps.v[i].file.value)
			run_fragments(b, &h->steps[i], &t->steps.v[i]);
	for (uint32_t i = 0; i < t->steps.n; i++) {
		const struct tool_file *s = &t->steps.v[i].file;
		struct file *f = file_by_number(b->w->files, s->number);

		b->expanded[f->number - 1] |= t->steps.v[i].expanded;
		/* Of a program the SQL in it is read as that of other code. */
		if (t->steps.v[i].unread && f->host->read && !t->tool->symbol)
			continue;
		b->claimed[f->number - 1] = true;
		b->replayed[f->number - 1] =
			s->closed && s->closed->values.v[s->value].kind == VALUE_BLOCK;
		f->class = CLASS_MIGRATION;
		claim_parts(b, &t->steps.v[i]);
	}
	note_history(b, t);
	return h;
}

/* What a tool keeps and does not run forward. */
static void
put_aside(struct builder *b, const struct tool_histories *found)
{
	for (uint32_t i = 0; i < found->aside.n; i++) {
		struct file *f = file_by_number(b->w->files, found->aside.v[i].file);

		switch (found->aside.v[i].kind) {
		case ASIDE_PAST:
			b->past[f->number - 1] = true;
			f->class = CLASS_MIGRATION;
			break;
		case ASIDE_COPY:
			b->copy[f->number - 1] = true;
			b->past[f->number - 1] = true;
			f->class = CLASS_DUMP;
			break;
		case ASIDE_OTHER_DATABASE:
			f->class = CLASS_OTHER_DATABASE;
			break;
		}
	}
}

static uint32_t
rank_of(const struct builder *b, uint32_t service)
{
	const struct config *c = b->w->config;

	return (c->services.v[service].kind == SERVICE_OPERATOR ? 0 : c->services.n) + service;
}

/* What the tool itself makes. */
static void
know_tables(struct catalog *c, const struct tool_history *h)
{
	const char *own = h->tool->history_table;

	if (own)
		add_external(c, h->table_schema.n ? h->table_schema : h->schema,
			h->table.n ? h->table : str_from(own));
	if (h->tool->lock_table)
		catalog_external(c, (struct str){0}, str_from(h->tool->lock_table));
}

static void
add_context(struct builder *b, uint32_t service, const struct context_config *config,
	struct build_history *h)
{
	struct world *w = b->w;
	struct str name = config ? config->database.value : (struct str){0};
	uint32_t database = database_named(b, name);
	struct context *c = vec_add(b->a, &w->contexts);

	c->service = service;
	c->database = database;
	c->history = h ? h->history : NULL;
	c->django = h ? h->django : NULL;
	c->config = config;
	c->label = w->config->services.v[service].name;
	if (h)
		c->label = str_format(b->a, "%.*s: %.*s (%s)", STR_ARG(c->label),
			STR_ARG(h->history->directory.n ? h->history->directory : STR(".")),
			h->history->tool->name);
	vec_push(b->a, &b->contexts,
		(struct build_context){
			.context = w->contexts.n - 1, .history = h, .rank = rank_of(b, service)});
	if (h)
		know_tables(&w->databases.v[database].catalog, h->history);
}

static void
unknown_tool(struct builder *b, const struct setting *name)
{
	const char **known;
	uint32_t n = 0;

	for (const struct tool *const *t = tools; *t; t++)
		n++;
	known = arena_array(b->a, const char *, n + 1);
	for (uint32_t i = 0; i < n; i++)
		known[i] = tools[i]->name;
	diag_add(b->diags, DIAG_ERROR, b->w->config->path, name->line, name->column,
		"no migration tool is called '%.*s'%.*s", STR_ARG(name->value),
		STR_ARG(config_hint(b->a, name->value, known)));
}

static void
recognise(struct builder *b, uint32_t service, const struct context_config *config,
	struct tool_histories *out)
{
	const struct str *directory =
		config && config->migrations.value.n ? &config->migrations.value : NULL;
	struct service_files files = service_files(b, service, directory);
	const struct tool *tool = NULL;

	if (config && config->tool.value.n) {
		tool = tool_by_name(config->tool.value);
		if (!tool) {
			unknown_tool(b, &config->tool);
			return;
		}
	}
	if (!tool)
		tool_recognise_all(b->a, files.list, files.n, out);
	if (!tool && directory && out->list.n == 0)
		tool = tool_by_name(STR(
			"sql")); /* it is said to hold migrations, so it need not look like it */
	if (tool)
		tool->recognise(tool, b->a, files.list, files.n, directory, out);
	/* Of a service that could not be read it is not known. */
	if (directory && out->list.n == 0 && b->in->services[service].available)
		diag_add(b->diags, DIAG_WARNING, b->w->config->path, config->migrations.line,
			config->migrations.column, "no migrations are found in '%.*s'",
			STR_ARG(*directory));
}

/* A history that is declared in two contexts is one history: found again by directory and tool. */
static struct build_history *
history_again(struct builder *b, uint32_t service, const struct tool_history *t)
{
	for (uint32_t i = 0; i < b->contexts.n; i++) {
		const struct build_context *c = &b->contexts.v[i];

		if (c->history && b->w->contexts.v[c->context].service == service &&
			c->history->history->tool == t->tool &&
			str_eq(c->history->history->directory, t->directory))
			return c->history;
	}
	return NULL;
}

/* True when all that X runs, Y runs as well, byte for byte: a tree that each of several drivers embeds. */
static bool
is_copy(const struct tool_history *x, const struct tool_history *y)
{
	for (uint32_t i = 0; i < x->steps.n; i++) {
		const struct tool_step *s = &x->steps.v[i];
		bool found = false;

		for (uint32_t k = i; !found && s->file.unit && k < y->steps.n; k++)
			found = str_eq(s->name, y->steps.v[k].name) && y->steps.v[k].file.unit &&
				str_eq(s->file.unit->blob, y->steps.v[k].file.unit->blob);
		if (!found)
			return false;
	}
	return x->tool == y->tool;
}

/* The files of a copy are migrations, too; nothing of them runs a second time. */
static bool
claim_copy(struct builder *b, const struct tool_histories *found, uint32_t at)
{
	for (uint32_t i = 0; i < found->list.n; i++) {
		bool copy = i != at && is_copy(&found->list.v[at], &found->list.v[i]);

		/* Of two that are copies of each other the first runs. */
		if (!copy || (i > at && is_copy(&found->list.v[i], &found->list.v[at])))
			continue;
		for (uint32_t k = 0; k < found->list.v[at].steps.n; k++) {
			uint32_t file = found->list.v[at].steps.v[k].file.number;

			b->claimed[file - 1] = true;
			file_by_number(b->w->files, file)->class = CLASS_MIGRATION;
		}
		return true;
	}
	return false;
}

static void
build_context_of(struct builder *b, uint32_t service, const struct context_config *config)
{
	struct tool_histories found = {0};

	recognise(b, service, config, &found);
	put_aside(b, &found);
	for (uint32_t i = 0; i < found.list.n; i++) {
		struct tool_history *copy = arena_new(b->a, struct tool_history);
		struct build_history *h = history_again(b, service, &found.list.v[i]);

		if (claim_copy(b, &found, i))
			continue;
		*copy = found.list.v[i];
		add_context(b, service, config, h ? h : prepare_history(b, service, copy));
	}
	if (found.list.n == 0)
		add_context(b, service, config, NULL);
}

static bool
has_history(const struct world *w, uint32_t database)
{
	for (uint32_t i = 0; i < w->contexts.n; i++)
		if (w->contexts.v[i].database == database && w->contexts.v[i].history)
			return true;
	return false;
}

/* A service that says nothing of databases, where all others name theirs, may use any of them. */
static void
spread_code(struct builder *b, uint32_t context)
{
	struct world *w = b->w;
	struct context c = w->contexts.v[context];
	struct build_context bc = b->contexts.v[context];
	bool first = true;

	if (c.history || c.config || has_history(w, c.database))
		return;
	for (uint32_t d = 0; d < w->databases.n; d++) {
		if (!has_history(w, d))
			continue;
		c.database = d;
		if (first) {
			w->contexts.v[context] = c;
		} else {
			vec_push(b->a, &w->contexts, c);
			bc.context = w->contexts.n - 1;
			vec_push(b->a, &b->contexts, bc);
		}
		first = false;
	}
}

void
build_histories(struct builder *b)
{
	uint32_t n;

	for (uint32_t s = 0; s < b->w->config->services.n; s++) {
		const struct service *service = &b->w->config->services.v[s];

		for (uint32_t i = 0; i < service->contexts.n; i++)
			build_context_of(b, s, &service->contexts.v[i]);
		if (service->contexts.n == 0)
			build_context_of(b, s, NULL);
		build_foreign(b, s);
	}
	build_bases(b);
	n = b->w->contexts.n;
	for (uint32_t i = 0; i < n; i++)
		spread_code(b, i);
}
