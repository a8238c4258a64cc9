/* Every line that holds a word, accounted for: `who --all`. The files are read again, those of
 * unknown languages too; what one occurrence is, the files account_*.c say. */
#include <stdlib.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "base/map.h"
#include "host/host.h"
#include "who_p.h"

/* Bytes that are looked at for a NUL, by which git knows a binary file. */
#define BINARY_BYTES 8000

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_';
}

/* The next occurrence of the word: no letter, digit or underscore is beside it. */
static bool
next_exact(struct str word, struct str bytes, size_t from, struct occurrence *o)
{
	for (size_t at = from; (at = str_find(bytes, word, at)) != SIZE_MAX; at++) {
		size_t to = at + word.n;

		if ((at && is_word_byte(bytes.s[at - 1])) ||
			(to < bytes.n && is_word_byte(bytes.s[to])))
			continue;
		*o = (struct occurrence){.from = (uint32_t)at, .to = (uint32_t)to};
		return true;
	}
	return false;
}

/* The next word that matches a glob. */
static bool
next_match(struct str glob, struct str bytes, size_t from, struct occurrence *o)
{
	for (size_t at = from, to; at < bytes.n; at = to) {
		for (to = at; to < bytes.n && is_word_byte(bytes.s[to]);)
			to++;
		if (to > at && str_glob(glob, str_slice(bytes, at, to))) {
			*o = (struct occurrence){.from = (uint32_t)at, .to = (uint32_t)to};
			return true;
		}
		to += to == at;
	}
	return false;
}

static bool
next_occurrence(const struct account *x, struct str bytes, size_t from, struct occurrence *o)
{
	return x->glob ? next_match(x->word, bytes, from, o) : next_exact(x->word, bytes, from, o);
}

void
account_say(struct who_place *out, enum line_kind kind, const char *what)
{
	out->kind = kind;
	out->what = str_from(what);
}

void
account_bind(const struct account *x, uint32_t database, uint32_t relation, uint32_t access,
	enum use_form form, enum confidence confidence, struct who_place *out)
{
	const struct catalog *c = &x->w->databases.v[database].catalog;

	out->kind = LINE_BOUND;
	out->relation = catalog_display(c, relation, x->a);
	if (x->want->column.n)
		out->column_name = x->word;
	out->access = access_words(x->a, access);
	out->form = str_from(who_form_word(form));
	out->confidence = str_from(view_confidence_word(confidence));
}

/* Names and endings of files that are there to be read by people. */
static bool
is_documentation(struct str path)
{
	static const char *const endings[] = {".md", ".markdown", ".rst", ".txt", ".adoc",
		".asciidoc", "LICENSE", "README", "CHANGELOG", "NOTICE", "AUTHORS", NULL};

	for (size_t i = 0; endings[i]; i++)
		if (str_ends(path, str_from(endings[i])))
			return true;
	return false;
}

static void
judge_part(const struct account *x, const struct account_file *f, const struct occurrence *o,
	struct who_place *out)
{
	if (f->class == CLASS_OTHER_DATABASE)
		account_say(out, LINE_OTHER, "of another database");
	else if (o->part == PART_COMMENT)
		account_say(out, LINE_TEXT, "a comment");
	else if (o->part == PART_FOREIGN)
		account_say(out, LINE_TEXT, "markup, or a regular expression");
	else if (o->part == PART_DATA)
		account_say(out, LINE_OTHER, "rows of data, or a command of psql");
	else if (o->part == PART_UNKNOWN)
		account_say(out, LINE_UNKNOWN, "what cannot be read here");
	else if (!account_operation(x, f, o, out) && !account_sql(x, f, o, out) &&
		 !account_model(x, f, o, out))
		account_name(x, f, o, out);
}

static void
judge_occurrence(const struct account *x, const struct account_file *f, struct occurrence *o,
	struct who_place *out)
{
	if (f->host) {
		o->part_at = parts_at(&f->parts, o->from, &o->part);
		judge_part(x, f, o, out);
	} else if (is_documentation(f->path)) {
		account_say(out, LINE_TEXT, "documentation");
	} else {
		account_say(out, LINE_UNKNOWN, "a file of no language that is read");
	}
	if (out->kind == LINE_UNKNOWN && f->class == CLASS_TEST)
		out->kind = LINE_TEST;
}

/* The line of the first occurrence O, which is at byte FROM of the file: the weightiest of all that
 * is on it counts. Returns where the line ends. */
static size_t
judge_line(struct account *x, const struct account_file *f, struct occurrence o, size_t from,
	uint32_t line)
{
	size_t end = str_chr(f->bytes, '\n', o.to);
	struct who_place best = {.kind = LINE_KINDS}, next;
	struct str text;

	end = end == SIZE_MAX ? f->bytes.n : end;
	do {
		next = (struct who_place){.place = {.column = (uint32_t)(o.from - from) + 1,
						  .caret = (uint32_t)(o.from - from),
						  .caret_length = o.to - o.from}};
		judge_occurrence(x, f, &o, &next);
		if (next.kind < best.kind)
			best = next;
	} while (next_occurrence(x, f->bytes, o.to, &o) && o.from < end);
	text = str_slice(f->bytes, from, end);
	if (str_ends(text, STR("\r")))
		text.n--;
	best.place.source = str_dup(x->a, text);
	best.place.service = world_service(x->w, f->service);
	best.place.path = f->path;
	best.place.line = line;
	best.class_word = str_from(file_class_word(f->class));
	best.has_word = true;
	vec_push(x->a, &x->out->places, best);
	return end;
}

static void
judge_binary(struct account *x, const struct account_file *f)
{
	struct who_place place = {
		.kind = LINE_UNKNOWN, .what = STR("a binary file"), .has_word = true};

	place.place.service = world_service(x->w, f->service);
	place.place.path = f->path;
	place.class_word = str_from(file_class_word(f->class));
	vec_push(x->a, &x->out->places, place);
}

static void
judge_bytes(struct account *x, struct account_file *f)
{
	struct occurrence o;
	struct arena scratch = {0};
	size_t at = 0, begin = 0;
	uint32_t line = 1;

	if (!next_occurrence(x, f->bytes, 0, &o))
		return;
	if (str_chr(str_slice(f->bytes, 0, BINARY_BYTES), '\0', 0) != SIZE_MAX) {
		judge_binary(x, f);
		return;
	}
	if (f->host)
		parts_read(&f->parts, &scratch, f->host, f->bytes);
	while (at < f->bytes.n && next_occurrence(x, f->bytes, at, &o)) {
		for (size_t end; (end = str_chr(f->bytes, '\n', begin)) < o.from; begin = end + 1)
			line++;
		at = judge_line(x, f, o, begin, line);
	}
	arena_free(&scratch);
}

/* The file of that path among those of known languages. */
static const struct file *
find_file(const struct world *w, uint32_t service, struct str path)
{
	uint32_t low = 0, high = w->files->list.n;

	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		const struct file *f = &w->files->list.v[middle];
		int c = f->service == service  ? str_cmp(f->entry.path, path)
			: f->service < service ? -1
					       : 1;

		if (c == 0)
			return f;
		if (c < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

static void
not_read(struct account *x, uint32_t service, struct str path, const char *reason)
{
	vec_push(x->a, &x->out->unread,
		(struct unread_doc){.service = world_service(x->w, service),
			.path = path,
			.reason = str_from(reason)});
}

static void
judge_entry(struct account *x, uint32_t service, const struct who_tree *tree, void *handle,
	const struct file_entry *e)
{
	struct arena scratch = {0};
	struct account_file f = {.service = service, .path = e->path};
	struct str blob = e->blob;
	enum read_status status = tree->files.ops->read(handle, &scratch, e, &f.bytes, &blob);

	f.host = host_of_path(e->path);
	/* Of what has neither SQL's rules nor a language's all lines are text. */
	if (f.host && f.host->read && !f.host->language)
		f.host = NULL;
	f.file = find_file(x->w, service, e->path);
	f.class = f.file ? f.file->class : classify_path(e->path);
	/* git does not show what is gone from the work tree either. */
	if (status == READ_OK)
		judge_bytes(x, &f);
	else if (status != READ_MISSING || e->blob.n)
		not_read(x, service, e->path, read_status_reason(status));
	arena_free(&scratch);
}

static void
judge_tree(struct account *x, uint32_t service, const struct who_tree *tree)
{
	void *handle;

	if (!tree->list) {
		not_read(x, service, (struct str){0},
			tree->facts ? "there are only facts, not its files"
				    : "it is not available");
		return;
	}
	handle = tree->files.ops->open(tree->files.self);
	if (!handle) {
		not_read(x, service, (struct str){0}, "it cannot be opened again");
		return;
	}
	for (uint32_t i = 0; i < tree->list->list.n; i++)
		judge_entry(x, service, tree, handle, &tree->list->list.v[i]);
	tree->files.ops->close(handle);
}

static int
compare_lines(const void *left, const void *right)
{
	const struct who_place *x = left, *y = right;
	int c = str_cmp(x->place.service, y->place.service);

	if (!c)
		c = str_cmp(x->place.path, y->place.path);
	if (!c)
		c = (x->place.line > y->place.line) - (x->place.line < y->place.line);
	return c;
}

/* One place for all N that bind on a line: the first, with the accesses of all. */
static struct who_place
joined(struct arena *a, const struct who_place *places, uint32_t n)
{
	struct who_place one = places[0];
	VEC(struct str) words = {0};
	struct buf access = {.arena = a};

	for (uint32_t i = 0; i < n; i++) {
		struct str rest = places[i].access, word;

		while (str_cut(&rest, ',', &word))
			vec_push(a, &words, word);
		if (str_is(places[i].confidence, "exact"))
			one.confidence = places[i].confidence;
	}
	words.n = view_sort_unique(words.v, words.n);
	for (uint32_t i = 0; i < words.n; i++) {
		buf_add(&access, i ? STR(",") : STR(""));
		buf_add(&access, words.v[i]);
	}
	one.access = buf_str(&access);
	return one;
}

/* The places that bind, one a line; they were found before any line was read. */
static void
join_bound(struct arena *a, struct who_doc *doc)
{
	uint32_t kept = 0;

	for (uint32_t i = 0, n; i < doc->places.n; i += n) {
		for (n = 1; i + n < doc->places.n &&
			    !compare_lines(&doc->places.v[i], &doc->places.v[i + n]);)
			n++;
		doc->places.v[kept++] = joined(a, &doc->places.v[i], n);
	}
	doc->places.n = kept;
}

static struct str
line_key(struct arena *a, const struct who_place *p)
{
	return str_format(a, "%u/%.*s/%.*s", p->place.line, STR_ARG(p->place.service),
		STR_ARG(p->place.path));
}

/* Of the lines from place number BOUND on, those that bind already are the place that binds. */
static void
settle(struct arena *a, struct who_doc *doc, uint32_t bound)
{
	struct map lines = {.arena = a};
	uint32_t kept = bound;

	for (uint32_t i = 0; i < bound; i++)
		map_put(&lines, line_key(a, &doc->places.v[i]))->num = i + 1;
	for (uint32_t i = bound; i < doc->places.n; i++) {
		const union map_value *at = map_get(&lines, line_key(a, &doc->places.v[i]));

		if (at)
			doc->places.v[at->num - 1].has_word = true;
		else
			doc->places.v[kept++] = doc->places.v[i];
	}
	doc->places.n = kept;
	if (kept)
		qsort(doc->places.v, kept, sizeof *doc->places.v, compare_lines);
}

static void
count(struct who_doc *doc)
{
	for (uint32_t i = 0; i < doc->places.n; i++) {
		const struct who_place *p = &doc->places.v[i];

		if (!p->has_word) {
			doc->beyond++;
			continue;
		}
		doc->lines++;
		doc->kinds[p->kind]++;
	}
}

static int
compare_uses(const void *left, const void *right)
{
	const struct account_use *x = left, *y = right;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return (x->use > y->use) - (x->use < y->use);
}

static void
collect_uses(struct account *x)
{
	for (uint32_t i = 0; i < x->w->uses.n; i++) {
		const struct use *u = &x->w->uses.v[i];

		vec_push(x->a, &x->uses,
			(struct account_use){u->place.file, u->place.span.offset, i});
		if (u->statement.file)
			vec_push(x->a, &x->uses,
				(struct account_use){
					u->statement.file, u->statement.span.offset, i});
	}
	if (x->uses.n)
		qsort(x->uses.v, x->uses.n, sizeof *x->uses.v, compare_uses);
}

static int
compare_operations(const void *left, const void *right)
{
	const struct account_operation *x = left, *y = right;

	if (x->file != y->file)
		return x->file < y->file ? -1 : 1;
	if (x->from != y->from)
		return x->from < y->from ? -1 : 1;
	if (x->wanted != y->wanted)
		return x->wanted ? -1 : 1;
	if (x->touch != y->touch)
		return x->touch < y->touch ? -1 : 1;
	return (x->relation > y->relation) - (x->relation < y->relation);
}

/* The calls of frameworks: what stands in one is about what it touched. */
static void
collect_operations(struct account *x)
{
	for (moment m = 1; m < x->w->happenings.n; m++) {
		const struct happening *h = &x->w->happenings.v[m];
		uint32_t database = x->w->contexts.v[h->context].database;
		const struct catalog *c = &x->w->databases.v[database].catalog;
		const struct span *s;

		if (!h->operation_unit)
			continue;
		s = &h->operation_unit->operations.v[h->operation].span;
		for (uint32_t i = 0; i < h->applied.touched.n; i++) {
			const struct touched *t = &h->applied.touched.v[i];

			vec_push(x->a, &x->operations,
				(struct account_operation){
					.file = s->origin ? s->origin : h->place.file,
					.from = s->offset,
					.to = s->offset + s->length,
					.wanted = wanted_touch(c, t, m, x->want),
					.database = database,
					.relation = t->relation,
					.touch = t->touch});
		}
	}
	if (x->operations.n)
		qsort(x->operations.v, x->operations.n, sizeof *x->operations.v,
			compare_operations);
}

void
account_lines(struct arena *a, const struct world *w, const struct wanted *want,
	const struct who_request *request, struct who_doc *doc)
{
	struct account x = {.a = a, .w = w, .want = want, .out = doc};
	uint32_t bound;

	x.word = want->column.n ? want->column : want->table;
	x.glob = str_chr(x.word, '*', 0) != SIZE_MAX || str_chr(x.word, '?', 0) != SIZE_MAX;
	doc->accounts = true;
	doc->word = x.word;
	collect_uses(&x);
	collect_operations(&x);
	join_bound(a, doc);
	bound = doc->places.n;
	for (uint32_t i = 0; i < w->config->services.n; i++)
		if (!request->services || request->services[i])
			judge_tree(&x, i, &request->trees[i]);
	settle(a, doc, bound);
	count(doc);
}
