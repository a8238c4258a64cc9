/* Facts: units out of and into a file.
 *
 * JSON lines, each ended by an LF. For a service:
 *
 *     {"pgbounds_facts":4,"pgbounds":"0.1.0","grammar":"15","service":"hub","commit":"9ec0…",
 *      "committed":"2024-01-10","revision":"","url":"","prefix":"","files":2,"following":0}
 *     {"path":"migrations/001.sql","unit":true}
 *     {"unit":"4b82…","reader":"sql","fragments":[…],…}
 *     {"path":"main.go","unit":false}
 *     {"end":"hub"}
 *
 * The header, in one line: the version of the format, FACTS_VERSION, which changes with every change of
 * it or of what is in a unit; the program; the major version of PostgreSQL whose grammar read the SQL;
 * what was read (empty: there is none): the commit and its day, the revision by name, the remote's URL
 * without credentials, the service's directory in the repository; how many files there are; how many
 * services follow in what was written with it. Then a line for each file that was looked at and, where
 * it says that there is one, a line with its unit (unit/export.h): tables as arrays, with the source
 * lines that a report may cite. In the end the service's name. Strings that are no UTF-8 are
 * {"hex":"…"}. The same files give the same bytes.
 *
 * Several services may follow each other, and files may be joined by cat(1). What `link` and `world` add
 * is not in it: they run again where it is read. Who reads takes nothing of another version or grammar,
 * and nothing that lacks a part: a file that is cut ends in a line without LF, or before the end of a
 * service, or with services still to follow. A new version need not read an older one: facts are made
 * again in a moment. */
#include <jansson.h>
#include <string.h>

#include "cmd/analysis.h"
#include "host/host.h"
#include "sql/sql.h"
#include "unit/export.h"

static void
add_json(struct buf *out, json_t *line)
{
	char *text = json_dumps(line, JSON_COMPACT);

	buf_add(out, str_from(text));
	buf_addc(out, '\n');
	free(text);
	json_decref(line);
}

/* Git paths are bytes; JSON wants UTF-8. */
static json_t *
json_bytes(struct arena *a, struct str x)
{
	json_t *j = json_stringn(x.s ? x.s : "", x.n);
	struct buf hex = {.arena = a};

	if (j)
		return j;
	for (size_t i = 0; i < x.n; i++)
		buf_addf(&hex, "%02x", (unsigned char)x.s[i]);
	return json_pack("{s:s}", "hex", buf_str(&hex).s);
}

static int
nibble(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static struct str
bytes_json(struct arena *a, const json_t *j)
{
	struct str hex;
	struct buf b = {.arena = a};

	if (json_is_string(j))
		return str_dup(a, (struct str){json_string_value(j), json_string_length(j)});
	hex = str_from(json_string_value(json_object_get(j, "hex")));
	for (size_t i = 0; i + 1 < hex.n; i += 2) {
		int high = nibble(hex.s[i]), low = nibble(hex.s[i + 1]);

		if (high < 0 || low < 0)
			break;
		buf_addc(&b, (char)(high * 16 + low));
	}
	return buf_str(&b);
}

/* A file that was read, or is known to be there. */
static bool
is_told(const struct file *f, uint32_t service)
{
	return f->service == service && (f->read || f->host == &host_listed);
}

void
facts_write(const struct analysis *x, uint32_t service, uint32_t following, struct buf *out)
{
	const struct service_state *state = &x->head.states[service];
	uint32_t n = 0;

	for (uint32_t i = 0; i < x->head.files.list.n; i++)
		n += is_told(&x->head.files.list.v[i], service);
	add_json(out, json_pack("{s:i, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:i, s:i}",
			      "pgbounds_facts", FACTS_VERSION, "pgbounds", PGBOUNDS_VERSION,
			      "grammar", sql_grammar_version(), "service",
			      json_bytes(out->arena, x->head.link_services[service].name), "commit",
			      json_bytes(out->arena, state->commit), "committed",
			      json_bytes(out->arena, state->committed), "revision",
			      json_bytes(out->arena, state->revision), "url",
			      json_bytes(out->arena, state->url), "prefix",
			      json_bytes(out->arena, state->prefix), "files", (int)n, "following", (int)following));
	for (uint32_t i = 0; i < x->head.files.list.n; i++) {
		const struct file *f = &x->head.files.list.v[i];

		if (!is_told(f, service))
			continue;
		add_json(out, json_pack("{s:o, s:b}", "path", json_bytes(out->arena, f->entry.path),
				      "unit", f->unit != NULL));
		if (f->unit)
			unit_export(f->unit, out);
	}
	add_json(out, json_pack("{s:o}", "end",
			      json_bytes(out->arena, x->head.link_services[service].name)));
}

/* Where reading stands, for messages. */
struct reader {
	struct analysis *x;
	struct side *side;
	struct diags *diags;
	struct str path, rest;
	uint32_t line;
};

static bool
refuse(struct reader *r, const char *what)
{
	diag_add(r->diags, DIAG_ERROR, r->path, r->line, 0, "%s; make the facts again", what);
	return false;
}

static bool
next_line(struct reader *r, struct str *line)
{
	r->line++;
	/* Without an LF it may be cut. */
	return str_chr(r->rest, '\n', 0) != SIZE_MAX && str_cut(&r->rest, '\n', line) && line->n;
}

static json_t *
next_json(struct reader *r)
{
	struct str line;

	return next_line(r, &line) ? json_loadb(line.s, line.n, 0, NULL) : NULL;
}

struct str
facts_service(struct arena *a, struct str line)
{
	json_t *j;
	struct str name = {0};

	if (!str_starts(line, STR("{\"pgbounds_facts\"")))
		return name;
	j = json_loadb(line.s, line.n, 0, NULL);
	if (j)
		name = bytes_json(a, json_object_get(j, "service"));
	json_decref(j);
	return name;
}

static bool
read_file(struct reader *r, uint32_t service)
{
	struct arena *a = &r->x->arena;
	json_t *j = next_json(r);
	struct file f = {.service = service, .read = true};
	bool has_unit = j && json_is_true(json_object_get(j, "unit"));
	const char *wrong;
	struct str line;

	f.entry.path = j ? bytes_json(a, json_object_get(j, "path")) : (struct str){0};
	json_decref(j);
	if (!f.entry.path.n)
		return refuse(r, "cut off, or not facts");
	side_classify(r->x, &f);
	if (f.host == &host_listed)
		f.read = false;
	if (!f.host)
		return refuse(r, "a file of a language that this version does not read");
	if (has_unit) {
		f.unit = arena_new(a, struct unit);
		if (!next_line(r, &line))
			return refuse(r, "cut off");
		wrong = unit_import(f.unit, a, line);
		if (wrong)
			return refuse(r, wrong);
		f.entry.blob = f.unit->blob;
	}
	vec_push(a, &r->side->files.list, f);
	return true;
}

static bool
check_version(struct reader *r, const json_t *j)
{
	const json_t *version = json_object_get(j, "pgbounds_facts");
	json_int_t n = json_integer_value(version);

	if (!json_is_integer(version))
		return refuse(r, "not facts of pgbounds, or cut off");
	if (n > FACTS_VERSION) {
		diag_add(r->diags, DIAG_ERROR, r->path, r->line, 0,
			"facts of a newer pgbounds (format %lld), which this one (format %d) does "
			"not know; update it",
			(long long)n, FACTS_VERSION);
		return false;
	}
	return n == FACTS_VERSION || refuse(r, "facts of an older version of pgbounds");
}

static bool
check_header(struct reader *r, const json_t *j)
{
	const char *grammar = json_string_value(json_object_get(j, "grammar"));

	if (!check_version(r, j))
		return false;
	if (!grammar || strcmp(grammar, sql_grammar_version()) != 0)
		return refuse(r, "facts made with another PostgreSQL grammar");
	return true;
}

/* What the header says; SERVICE is its number in the configuration. */
struct header {
	struct service_state state;
	uint32_t service, files, following;
	bool superfluous; /* its repository is here and is read */
};

static uint32_t
count_of(const json_t *j, const char *key)
{
	json_int_t n = json_integer_value(json_object_get(j, key));

	return n < 0 ? 0 : n < UINT32_MAX ? (uint32_t)n : UINT32_MAX;
}

static bool
take_header(struct reader *r, const json_t *j, struct header *h)
{
	struct arena *a = &r->x->arena;
	struct str name;

	if (!check_header(r, j))
		return false;
	name = bytes_json(a, json_object_get(j, "service"));
	h->state = (struct service_state){.from = STR("facts"),
		.available = true,
		.commit = bytes_json(a, json_object_get(j, "commit")),
		.committed = bytes_json(a, json_object_get(j, "committed")),
		.revision = bytes_json(a, json_object_get(j, "revision")),
		.url = bytes_json(a, json_object_get(j, "url")),
		.prefix = bytes_json(a, json_object_get(j, "prefix"))};
	h->files = count_of(j, "files");
	h->following = count_of(j, "following");
	h->service = config_service(&r->x->config, name);
	if (h->service == UINT32_MAX) {
		diag_add(r->diags, DIAG_ERROR, r->path, r->line, 0,
			"facts of '%.*s', which is no service of the configuration", STR_ARG(name));
		return false;
	}
	if (!r->side->states[h->service].available)
		return true;
	if (r->side->facts[h->service].n)
		return refuse(r, "a second set of facts for the same service");
	h->superfluous = true;
	diag_add(r->diags, DIAG_NOTE, r->path, r->line, 0,
		"facts of '%.*s' are passed over: its repository is here and is read", STR_ARG(name));
	return true;
}

static bool
read_end(struct reader *r, const struct header *h)
{
	json_t *j = next_json(r);
	bool whole = j && json_object_get(j, "end");

	json_decref(j);
	if (!whole)
		return refuse(r, "cut off before its end");
	return !h->following || r->rest.n || refuse(r, "cut off: services that follow are missing");
}

static bool
read_service(struct reader *r)
{
	uint32_t before = r->side->files.list.n;
	struct header h = {0};
	json_t *j = next_json(r);
	bool ok = take_header(r, j, &h);

	json_decref(j);
	for (uint32_t i = 0; ok && i < h.files; i++)
		ok = read_file(r, h.service);
	if (!ok || !read_end(r, &h))
		return false;
	if (h.superfluous) {
		r->side->files.list.n = before;
		return true;
	}
	r->side->states[h.service] = h.state;
	r->side->facts[h.service] = r->path;
	return true;
}

bool
facts_read(
	struct analysis *x, struct side *s, struct str path, struct str bytes, struct diags *diags)
{
	struct reader r = {.x = x, .side = s, .diags = diags, .path = path, .rest = bytes};

	do {
		if (!read_service(&r))
			return false;
	} while (r.rest.n);
	return true;
}
