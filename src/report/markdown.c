/* Markdown, for a comment on a change or a job's summary. Hosts refuse a comment of more than 65,536
 * characters: what is written has less than MARKDOWN_MAX bytes. Findings come first, the worst before
 * the others, then the counts; tables take what is left of the room, row by row. */
#include "base/arena.h"
#include "excerpt.h"
#include "report/markdown_text_p.h"
#include "report_p.h"
#include "words.h"

#define MARKDOWN_MAX 65000
/* For the lines that say what was left out. */
#define RESERVE 200
/* Second places of one finding. */
#define RELATED_MAX 20

/* What is being written and how much of it may be. */
struct page {
	struct buf *out;
	size_t room; /* bytes of out->n that must not be reached */
};

/* Adds PART if there is room for it. */
static bool
add_part(struct page *p, struct buf *part)
{
	if (p->out->n + part->n >= p->room)
		return false;
	buf_add(p->out, buf_str(part));
	return true;
}

/* The line of a place, or of a long one what is around the caret. */
static struct str
line_of(const struct place_doc *p)
{
	size_t from;

	return str_trim(excerpt_of(p->source, p->caret, &from));
}

static void
add_related(struct buf *out, const struct finding_doc *f)
{
	uint32_t shown = f->related.n < RELATED_MAX ? f->related.n : RELATED_MAX;

	for (uint32_t i = 0; i < shown; i++) {
		const struct place_doc *p = &f->related.v[i];

		buf_add(out, STR("- "));
		markdown_words(out, p->message, false);
		if (p->path.n) {
			buf_add(out, STR(": "));
			markdown_code(out, place_words(out->arena, p), false);
		}
		buf_addc(out, '\n');
	}
	if (shown < f->related.n)
		buf_addf(out, "- and %u more places\n", f->related.n - shown);
	if (shown)
		buf_addc(out, '\n');
}

static void
add_finding(struct buf *out, const struct finding_doc *f)
{
	buf_addf(out, "**%.*s** ", STR_ARG(f->level));
	markdown_code(out, place_words(out->arena, &f->place), false);
	buf_add(out, STR(": "));
	markdown_words(out, f->message, false);
	buf_add(out, STR(" ("));
	markdown_code(out, f->rule, false);
	buf_add(out, STR(")\n\n"));
	if (f->place.source.n)
		markdown_line(out, line_of(&f->place));
	if (f->related.n + f->help.n == 0)
		return;
	buf_add(out, STR("<details><summary>Why, and what to do</summary>\n\n"));
	add_related(out, f);
	if (f->help.n) {
		buf_add(out, STR("Help: "));
		markdown_words(out, f->help, false);
		buf_add(out, STR("\n\n"));
	}
	buf_add(out, STR("</details>\n\n"));
}

/* Cut at a finding's border; one that has no room by itself is among those left out, too. */
static void
add_findings(struct page *p, const struct findings_doc *d)
{
	const struct finding_doc **list = findings_worst_first(p->out->arena, d);
	uint32_t shown = 0;

	for (bool room = true; room && shown < d->findings.n; shown += room) {
		struct buf part = {.arena = p->out->arena};

		add_finding(&part, list[shown]);
		room = add_part(p, &part);
	}
	if (shown < d->findings.n)
		buf_addf(p->out, "**%u more %s not shown here: there is no room.**\n\n",
			d->findings.n - shown, d->findings.n - shown == 1 ? "is" : "are");
}

/* A table in <details>: its rows follow as cells. */
struct table_shape {
	const char *title;
	const char *const *headings;
	uint32_t columns;
};

static void
begin_table(struct buf *out, const struct table_shape *t)
{
	buf_addf(out, "<details><summary>%s</summary>\n\n", t->title);
	for (uint32_t i = 0; i < t->columns; i++)
		buf_addf(out, "| %s ", t->headings[i]);
	buf_add(out, STR("|\n"));
	for (uint32_t i = 0; i < t->columns; i++)
		buf_add(out, STR("| --- "));
	buf_add(out, STR("|\n"));
}

static void
add_cell(struct buf *out, struct str text)
{
	buf_add(out, STR("| "));
	markdown_code(out, text, true);
	if (text.n)
		buf_addc(out, ' ');
}

/* A cell of our own words. */
static void
add_words_cell(struct buf *out, struct str text)
{
	buf_add(out, STR("| "));
	markdown_words(out, text, true);
	if (text.n)
		buf_addc(out, ' ');
}

static void
add_list_cell(struct buf *out, const struct str *list, uint32_t n)
{
	buf_add(out, STR("| "));
	for (uint32_t i = 0; i < n; i++) {
		markdown_code(out, list[i], true);
		buf_add(out, i + 1 < n ? STR(", ") : STR(" "));
	}
}

static void
add_number_cell(struct buf *out, uint32_t n)
{
	buf_addf(out, "| %u ", n);
}

/* Writes the I-th row of a table of DOCUMENT. */
typedef void (*row_writer)(struct buf *out, const void *document, uint32_t i);

static void
add_table(struct page *p, const struct table_shape *t, const void *document, uint32_t n,
	row_writer add_row)
{
	struct buf head = {.arena = p->out->arena};
	uint32_t i;

	begin_table(&head, t);
	if (n == 0 || !add_part(p, &head))
		return;
	for (i = 0; i < n; i++) {
		struct buf row = {.arena = p->out->arena};

		add_row(&row, document, i);
		buf_add(&row, STR("|\n"));
		if (!add_part(p, &row))
			break;
	}
	if (i < n)
		buf_addf(p->out, "\n%u more rows are not shown here: there is no room.\n", n - i);
	buf_add(p->out, STR("\n</details>\n\n"));
}

static void
add_service(struct buf *out, const void *document, uint32_t i)
{
	const struct service_doc *s = &((const struct findings_doc *)document)->services.v[i];

	add_cell(out, s->name);
	if (s->revision.n)
		add_cell(out, s->revision);
	else
		add_words_cell(out, s->from);
	add_cell(out, str_slice(s->commit, 0, 12));
	add_cell(out, s->committed);
	add_number_cell(out, s->files);
	add_number_cell(out, s->tables);
	add_list_cell(out, s->schemas.v, s->schemas.n);
}

static void
add_matrix_row(struct buf *out, const void *document, uint32_t i)
{
	const struct matrix_row *r = &((const struct findings_doc *)document)->matrix.v[i];

	add_cell(out, r->relation);
	add_words_cell(out, r->kind);
	add_cell(out, r->owner);
	add_list_cell(out, r->reads.v, r->reads.n);
	add_list_cell(out, r->writes.v, r->writes.n);
	add_list_cell(out, r->alters.v, r->alters.n);
}

static void
add_gap(struct buf *out, const void *document, uint32_t i)
{
	const struct gap_doc *g = &((const struct coverage_doc *)document)->gaps.v[i];
	struct place_doc p = {
		.service = g->service, .path = g->path, .line = g->line, .here = g->here};

	add_cell(out, place_words(out->arena, &p));
	add_words_cell(out, g->words);
	add_cell(out, g->detail);
}

static void
add_gaps(struct page *p, const struct coverage_doc *c)
{
	static const char *const headings[] = {"Where", "What", "More"};
	const struct table_shape t = {"Blind spots", headings, 3};

	add_table(p, &t, c, c->gaps.n, add_gap);
}

static void
add_key(struct buf *out, const void *document, uint32_t i)
{
	const struct crossing_key_doc *d =
		&((const struct findings_doc *)document)->crossing_keys.v[i];
	const struct foreign_key_doc *k = &d->key;

	add_cell(out, k->from);
	add_list_cell(out, k->columns.v, k->columns.n);
	add_cell(out, k->to);
	add_cell(out, d->to_owner);
	add_words_cell(out, k->on_delete);
	add_words_cell(out, d->effect);
	add_words_cell(out, d->granted ? STR("granted") : STR(""));
	add_cell(out, place_words(out->arena, &k->place));
}

static void
add_shared_write(struct buf *out, const void *document, uint32_t i)
{
	const struct shared_write_doc *d =
		&((const struct findings_doc *)document)->shared_writes.v[i];

	add_cell(out, d->relation);
	add_cell(out, d->owner);
	add_list_cell(out, d->writers.v, d->writers.n);
}

static void
add_unowned(struct buf *out, const void *document, uint32_t i)
{
	add_cell(out, ((const struct findings_doc *)document)->unowned.v[i]);
}

static void
add_unused(struct buf *out, const void *document, uint32_t i)
{
	add_cell(out, ((const struct findings_doc *)document)->unused.v[i]);
}

/* The tables of an audit; of a change those services with whose state it was judged. */
static void
add_picture(struct page *p, const struct findings_doc *d)
{
	static const char *const services[] = {
		"Service", "Read from", "Commit", "Of", "Files", "Tables", "Schemas"};
	static const char *const matrix[] = {
		"Relation", "Kind", "Owner", "Read by", "Written by", "Altered by"};
	static const char *const keys[] = {
		"From", "Columns", "To", "Owner", "On delete", "That is", "", "Where"};
	static const char *const shared[] = {"Relation", "Owner", "Writers"};
	static const char *const names[] = {"Relation"};
	const struct {
		struct table_shape shape;
		uint32_t n;
		row_writer add_row;
		bool audit;
	} tables[] = {
		{{"Services", services, 7}, d->services.n, add_service, false},
		{{"Who owns, reads, writes, alters", matrix, 6}, d->matrix.n, add_matrix_row, true},
		{{"Foreign keys across owners", keys, 8}, d->crossing_keys.n, add_key, true},
		{{"Written by several", shared, 3}, d->shared_writes.n, add_shared_write, true},
		{{"Owned by nobody", names, 1}, d->unowned.n, add_unowned, true},
		{{"Not seen to be used", names, 1}, d->unused.n, add_unused, true},
	};

	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
		if (d->whole || !tables[i].audit)
			add_table(p, &tables[i].shape, d, tables[i].n, tables[i].add_row);
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct page p = {.out = out, .room = out->n + MARKDOWN_MAX - RESERVE};
	struct str coverage = d->unchanged ? STR("what has changed says nothing new of a database")
					   : coverage_words(out->arena, &d->coverage, d->change);

	(void)o;
	buf_addf(out, "## pgbounds: %.*s\n\n", STR_ARG(findings_words(out->arena, d)));
	p.room -= coverage.n + RESERVE;
	add_findings(&p, d);
	buf_addf(out, "%.*s\n\n", STR_ARG(coverage));
	p.room += coverage.n;
	if (d->whole || d->change)
		add_picture(&p, d);
	add_gaps(&p, &d->coverage);
}

static void
add_who_place(struct buf *out, const void *document, uint32_t i)
{
	const struct who_place *p = &((const struct who_doc *)document)->places.v[i];
	struct str name = str_format(out->arena, "%.*s%s%.*s", STR_ARG(p->relation),
		p->column_name.n ? "." : "", STR_ARG(p->column_name));

	add_cell(out, place_words(out->arena, &p->place));
	add_cell(out, p->access);
	add_cell(out, name);
	add_words_cell(out, p->class_word);
	add_words_cell(out, p->confidence);
	add_cell(out, line_of(&p->place));
}

static void
render_who(const struct who_doc *d, const struct report_options *o, struct buf *out)
{
	static const char *const headings[] = {
		"Where", "Access", "What", "Class", "Confidence", "Line"};
	const struct table_shape t = {"Places", headings, 6};
	struct page p = {.out = out, .room = out->n + MARKDOWN_MAX - RESERVE};
	struct buf title = {.arena = out->arena};

	(void)o;
	buf_add(&title, STR("## pgbounds: "));
	buf_add(&title, count_words(out->arena, d->places.n, "place"));
	buf_add(&title, STR(" of "));
	markdown_code(&title, d->object, false);
	if (d->owner.n) {
		buf_add(&title, STR(", owned by "));
		markdown_code(&title, d->owner, false);
	}
	buf_add(&title, STR("\n\n"));
	add_part(&p, &title);
	add_table(&p, &t, d, d->places.n, add_who_place);
}

static void
add_relation(struct buf *out, const void *document, uint32_t i)
{
	const struct relation_doc *r = &((const struct catalog_doc *)document)->relations.v[i];

	add_cell(out, str_format(out->arena, "%.*s.%.*s", STR_ARG(r->schema), STR_ARG(r->name)));
	add_words_cell(out, r->kind);
	add_cell(out, r->owner);
	add_number_cell(out, r->columns.n);
	add_cell(out, place_words(out->arena, &r->place));
}

static void
add_foreign_key(struct buf *out, const void *document, uint32_t i)
{
	const struct foreign_key_doc *k =
		&((const struct catalog_doc *)document)->foreign_keys.v[i];

	add_cell(out, k->name);
	add_cell(out, k->from);
	add_list_cell(out, k->columns.v, k->columns.n);
	add_cell(out, k->to);
	add_words_cell(out, k->on_delete);
	add_words_cell(out, k->live ? STR("yes") : STR("dropped"));
}

static void
render_catalog(const struct catalog_doc *d, const struct report_options *o, struct buf *out)
{
	static const char *const relations[] = {"Relation", "Kind", "Owner", "Columns", "Made at"};
	static const char *const keys[] = {
		"Foreign key", "From", "Columns", "To", "On delete", "There"};
	const struct table_shape relations_table = {"Relations", relations, 5};
	const struct table_shape keys_table = {"Foreign keys", keys, 6};
	struct page p = {.out = out, .room = out->n + MARKDOWN_MAX - RESERVE};

	(void)o;
	buf_addf(out, "## pgbounds: %.*s\n\n%.*s\n\n",
		STR_ARG(count_words(out->arena, d->relations.n, "relation")),
		STR_ARG(coverage_words(out->arena, &d->coverage, false)));
	add_table(&p, &relations_table, d, d->relations.n, add_relation);
	add_table(&p, &keys_table, d, d->foreign_keys.n, add_foreign_key);
	add_gaps(&p, &d->coverage);
}

const struct format format_markdown = {
	.name = "markdown",
	.findings = render_findings,
	.who = render_who,
	.catalog = render_catalog,
};
