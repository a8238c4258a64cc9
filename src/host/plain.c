/* .sql files as psql reads them: its meta-commands and COPY's data are no SQL. Quotes, dollar quotes
 * and comments are gone over as the server's lexer does (PostgreSQL documentation, "Lexical
 * Structure"), so that nothing inside them is mistaken for either. */
#include "host/plain.h"

#include <string.h>

#include "base/arena.h"
#include "host/reader_p.h"
#include "host/template_p.h"
#include "unit/reach.h"

/* So many openings of something that is never closed, and dollar signs are taken as bytes. */
/* Of a template so many bytes are shown. */
#define TEMPLATE_SHOWN 60
#define MOST_UNCLOSED 100

struct plain {
	struct unit *u;
	const struct host_options *options;
	struct arena *scratch;
	struct str bytes;
	char *text; /* the copy */
	size_t at;
	size_t statement; /* first byte of the statement that is open; SIZE_MAX: none yet */
	uint32_t unclosed;
	bool template_seen;
	VEC(struct plain_section) sections;
	VEC(struct plain_hole) holes;
	VEC(struct plain_part) parts;
};

static struct str
rest(const struct plain *p)
{
	return (struct str){p->bytes.s + p->at, p->bytes.n - p->at};
}

static bool
is_word_byte(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '_' || (unsigned char)c >= 0x80;
}

/* The end of the line of AT: its LF, or the end of the file. */
static size_t
line_end(const struct plain *p, size_t at)
{
	size_t end = str_chr(p->bytes, '\n', at);

	return end == SIZE_MAX ? p->bytes.n : end;
}

static void
blank(struct plain *p, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++)
		if (p->text[i] != '\n' && p->text[i] != '\r')
			p->text[i] = ' ';
}

static void
note(struct plain *p, enum part_kind kind, size_t from, size_t to)
{
	vec_push(p->scratch, &p->parts,
		(struct plain_part){.kind = kind, .from = (uint32_t)from, .to = (uint32_t)to});
}

static void
begin_section(struct plain *p, uint32_t mark, size_t from)
{
	if (p->sections.n)
		vec_last(&p->sections)->to = (uint32_t)from;
	vec_push(p->scratch, &p->sections,
		(struct plain_section){
			.mark = mark, .from = (uint32_t)from, .to = (uint32_t)p->bytes.n});
	p->statement = SIZE_MAX;
}

/* The comment from p->at to END, whose text is TEXT. Our own marks cut nothing: they are read with the
 * SQL in which they stand. */
static void
comment(struct plain *p, size_t end, struct str text)
{
	text = str_trim(text);
	note(p, PART_COMMENT, p->at, end);
	if (host_is_mark(p->options, text) && !str_starts(text, STR(MARK_OWN))) {
		vec_push(p->u->arena, &p->u->marks,
			(struct mark){.text = text,
				.span = {.offset = (uint32_t)p->at,
					.length = (uint32_t)(end - p->at)}});
		blank(p, p->at, end);
		begin_section(p, p->u->marks.n - 1, p->at);
	}
	p->at = end;
}

/* From the opening to the end of a comment that may hold others; SIZE_MAX: it has none. */
static size_t
block_comment_end(struct str x)
{
	size_t depth = 0;

	for (size_t i = 0; i + 1 < x.n; i++) {
		if (x.s[i] == '/' && x.s[i + 1] == '*') {
			depth++;
			i++;
		} else if (x.s[i] == '*' && x.s[i + 1] == '/') {
			i++;
			if (--depth == 0)
				return i + 1;
		}
	}
	return SIZE_MAX;
}

/* The end of a string or quoted identifier that begins at FROM; a doubled quote is two of them. */
static size_t
quoted_end(const struct plain *p, size_t from, bool escapes)
{
	char quote = p->bytes.s[from];

	for (size_t i = from + 1; i < p->bytes.n; i++) {
		if (p->bytes.s[i] == quote)
			return i + 1;
		if (escapes && p->bytes.s[i] == '\\')
			i++;
	}
	return SIZE_MAX;
}

/* The length of a dollar quote's tag with both dollar signs at the start of X; 0: it is none. */
static size_t
tag_length(struct str x)
{
	size_t n = 1;

	if (x.n > 1 && x.s[1] >= '0' && x.s[1] <= '9')
		return 0;
	while (n < x.n && is_word_byte(x.s[n]))
		n++;
	return n < x.n && x.s[n] == '$' ? n + 1 : 0;
}

/* Goes behind END; when there is none, behind the opening only, as if it opened nothing. */
static void
go_behind(struct plain *p, size_t end, size_t opening)
{
	if (end == SIZE_MAX) {
		p->unclosed++;
		p->at += opening;
	} else {
		p->at = end;
	}
}

/* A template at p->at: what will stand there is a hole, or nothing. */
static bool
at_template(struct plain *p)
{
	size_t length;
	enum template_kind kind = template_at(p->bytes, p->at, &length);
	const struct str *value = NULL;

	if (kind == TEMPLATE_NONE)
		return false;
	if (kind == TEMPLATE_VALUE)
		value = template_value(
			&p->options->variables, str_slice(p->bytes, p->at, p->at + length));
	if (!p->template_seen && !value)
		unit_add_blind(p->u, BLIND_TEMPLATE,
			(struct span){.offset = (uint32_t)p->at, .length = 2},
			"\"%.*s\" is for a tool to expand; `variables:` can say to what",
			(int)(length < TEMPLATE_SHOWN ? length : TEMPLATE_SHOWN),
			p->bytes.s + p->at);
	p->template_seen |= !value;
	if (kind == TEMPLATE_VALUE)
		vec_push(p->scratch, &p->holes,
			(struct plain_hole){(uint32_t)p->at, (uint32_t)length, value});
	else if (kind == TEMPLATE_CONTROL)
		blank(p, p->at, p->at + length);
	p->at += length;
	return true;
}

/* The templates up to byte TO; p->at goes there. */
static void
templates(struct plain *p, size_t to)
{
	while (p->at < to)
		if (!at_template(p))
			p->at++;
	p->at = to;
}

static void
dollar(struct plain *p)
{
	struct str x = rest(p);
	size_t n = p->unclosed < MOST_UNCLOSED ? tag_length(x) : 0, end;

	/* `a$b$c` is one name. */
	if (n == 0 || (p->at && is_word_byte(p->bytes.s[p->at - 1]))) {
		p->at++;
		return;
	}
	end = str_find(x, str_slice(x, 0, n), n);
	if (end == SIZE_MAX) {
		go_behind(p, end, n);
		return;
	}
	note(p, PART_STRING, p->at + n, p->at + end);
	vec_last(&p->parts)->dollar = true;
	templates(p, p->at + end + n);
}

static void
quote(struct plain *p)
{
	size_t from = p->at;
	char before = from ? p->bytes.s[from - 1] : ' ';
	bool escapes = p->bytes.s[from] == '\'' && (before == 'e' || before == 'E') &&
		       (from < 2 || !is_word_byte(p->bytes.s[from - 2]));
	size_t end = p->unclosed < MOST_UNCLOSED ? quoted_end(p, from, escapes) : SIZE_MAX;

	if (p->bytes.s[from] == '\'' && end != SIZE_MAX)
		note(p, PART_STRING, from, end);
	if (p->bytes.s[from] == '"' && end != SIZE_MAX)
		templates(p, end);
	else
		go_behind(p, end, 1);
}

/* What psql's commands do to us: see "Meta-Commands" of psql's reference page. */
static const struct meta {
	const char *name;
	bool sends;        /* ends the statement that is being typed, as a semicolon does */
	const char *blind; /* what is not known then; NULL: nothing is lost */
} metas[] = {
	{"gexec", true, "runs the statements that a query returns"},
	{"c", false, "connects to another database"},
	{"connect", false, "connects to another database"},
	{"copy", false, "copies to or from a table"},
	{"if", false, "a condition; all its branches are read"},
	{"!", false, "runs a command of the shell"},
	{"g", true, NULL},
	{"gx", true, NULL},
	{"gset", true, NULL},
	{"gdesc", true, NULL},
	{"watch", true, NULL},
	{"crosstabview", true, NULL},
};

static const struct meta *
find_meta(struct str name)
{
	for (size_t i = 0; i < sizeof metas / sizeof *metas; i++)
		if (str_is(name, metas[i].name))
			return &metas[i];
	return NULL;
}

static bool
includes(struct str name)
{
	return str_is(name, "i") || str_is(name, "ir") || str_is(name, "include") ||
	       str_is(name, "include_relative");
}

/* Another file stands here: a mark, so that whoever knows the files can put it between what is before and
 * what is behind. */
static void
include(struct plain *p, struct str line, size_t end)
{
	vec_push(p->u->arena, &p->u->marks,
		(struct mark){.text = line,
			.span = {.offset = (uint32_t)p->at, .length = (uint32_t)line.n}});
	blank(p, p->at, end);
	p->at = end;
	begin_section(p, p->u->marks.n - 1, end);
}

static void
meta_command(struct plain *p)
{
	struct str x = rest(p);
	size_t n = 1, end = line_end(p, p->at);
	struct str line = str_slice(x, 0, end - p->at);
	const struct meta *m;

	while (n < x.n && is_word_byte(x.s[n]))
		n++;
	if (n == 1 && x.n > 1)
		n = 2;
	if (n == 2 && (x.s[1] == ';' || x.s[1] == '\\' || x.s[1] == '\n' || x.s[1] == '\r')) {
		/* `\;` is a semicolon that does not send; `\\` separates commands. */
		blank(p, p->at, p->at + (x.s[1] == '\\' ? 2 : 1));
		p->at += x.s[1] == '\\' ? 2 : 1;
		return;
	}
	note(p, PART_DATA, p->at, end);
	line = str_trim(line);
	if (includes(str_slice(x, 1, n))) {
		include(p, line, end);
		return;
	}
	m = find_meta(str_slice(x, 1, n));
	if (m && m->blind)
		unit_add_blind(p->u, BLIND_META_COMMAND,
			(struct span){.offset = (uint32_t)p->at, .length = (uint32_t)line.n},
			"\\%s: %s", m->name, m->blind);
	blank(p, p->at, end);
	if (m && m->sends) {
		p->text[p->at] = ';';
		p->statement = SIZE_MAX;
	}
	p->at = end;
}

static bool
take_word(struct str *x, struct str *word)
{
	size_t n = 0;

	*x = str_trim(*x);
	while (n < x->n && is_word_byte(x->s[n]))
		n++;
	*word = str_slice(*x, 0, n ? n : 1);
	*x = str_slice(*x, word->n, x->n);
	return word->n > 0;
}

/* True for COPY … FROM STDIN, whose data follow on the next lines. */
static bool
copies_from_stdin(struct str statement)
{
	struct str word, before = {0};
	int depth = 0;

	if (!take_word(&statement, &word) || !str_eq_nocase(word, STR("copy")))
		return false;
	for (; take_word(&statement, &word); before = word) {
		depth += str_is(word, "(");
		depth -= str_is(word, ")");
		if (depth == 0 && str_eq_nocase(word, STR("stdin")) &&
			str_eq_nocase(before, STR("from")))
			return true;
	}
	return false;
}

/* Blanks the lines behind the current one up to and with `\.`. */
static void
copy_data(struct plain *p)
{
	size_t at = line_end(p, p->at);

	while (at < p->bytes.n) {
		size_t from = at + 1, end = line_end(p, from);
		struct str line = str_slice(p->bytes, from, end);

		at = end;
		if (from >= p->bytes.n)
			break;
		blank(p, from, end);
		note(p, PART_DATA, from, end);
		if (str_is(str_trim(line), "\\."))
			break;
	}
	p->at = at;
}

static void
semicolon(struct plain *p)
{
	struct str statement = {0};

	if (p->statement != SIZE_MAX)
		statement = str_slice(p->bytes, p->statement, p->at);
	p->statement = SIZE_MAX;
	p->at++;
	if (copies_from_stdin(statement))
		copy_data(p);
}

static bool
at_comment(struct plain *p)
{
	struct str x = rest(p);
	size_t end;

	if (str_starts(x, STR("--"))) {
		end = line_end(p, p->at);
		comment(p, end, str_slice(p->bytes, p->at + 2, end));
		return true;
	}
	if (!str_starts(x, STR("/*")))
		return false;
	end = p->unclosed < MOST_UNCLOSED ? block_comment_end(x) : SIZE_MAX;
	if (end == SIZE_MAX)
		go_behind(p, end, 2);
	else
		comment(p, p->at + end, str_slice(x, 2, end - 2));
	return true;
}

static void
step(struct plain *p)
{
	char c = p->bytes.s[p->at];

	if ((c == '-' || c == '/') && at_comment(p))
		return;
	if (c == '\\') {
		meta_command(p);
		return;
	}
	if (p->statement == SIZE_MAX && c != ' ' && c != '\n' && c != '\t' && c != '\r')
		p->statement = p->at;
	if (c == ';') {
		semicolon(p);
	} else if (c == '\'' || c == '"') {
		quote(p);
	} else {
		if ((c == '{' || c == '$') && at_template(p))
			return;
		if (c == '$')
			dollar(p);
		else
			p->at++;
	}
}

void
plain_read(struct unit *u, struct str bytes, const struct host_options *options,
	struct arena *scratch, struct plain_text *out)
{
	struct plain p = {.u = u, .options = options, .scratch = scratch, .bytes = bytes};

	p.text = str_cstr(scratch, bytes);
	*out = (struct plain_text){.text = {p.text, bytes.n}};
	if (host_refuse(u, bytes)) {
		blank(&p, 0, bytes.n);
		return;
	}
	if (str_starts(bytes, STR("\xef\xbb\xbf")))
		blank(&p, 0, p.at = 3);
	begin_section(&p, 0, 0);
	while (p.at < bytes.n)
		step(&p);
	out->sections = p.sections.v;
	out->n_sections = p.sections.n;
	out->holes = p.holes.v;
	out->n_holes = p.holes.n;
	out->parts = p.parts.v;
	out->n_parts = p.parts.n;
}
