/* YAML → nodes → fields, by tables of keys. libyaml's document keeps the place of every node, which
 * is what findings and messages cite. It counts columns in characters; ours are in bytes. */
#include "yaml_p.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/arena.h"

/* A configuration is written by hand. libyaml is quadratic in depth and in anchors. */
#define YAML_BYTES_MAX (1 << 20)
#define YAML_DEPTH_MAX 64
#define YAML_ANCHORS_MAX 1000
#define YAML_NODES_MAX 50000
#define YAML_MISTAKES_MAX 100
#define YAML_KEYS_MAX 32

static uint32_t
byte_column(const struct yaml_reader *r, uint32_t line, size_t characters)
{
	struct str text = lines_text(&r->lines, line);
	size_t at = 0;

	for (size_t i = 0; i < characters && at < text.n; i++) {
		size_t n = str_utf8(text.s + at, text.n - at);

		at += n ? n : 1;
	}
	return (uint32_t)at + 1;
}

static void
place_mark(const struct yaml_reader *r, const yaml_mark_t *mark, uint32_t *line, uint32_t *column)
{
	*line = (uint32_t)mark->line + 1;
	if (*line > r->lines.n)
		*line = r->lines.n;
	*column = byte_column(r, *line, mark->column);
}

void
yaml_place(struct yaml_reader *r, const yaml_node_t *node, uint32_t *line, uint32_t *column)
{
	place_mark(r, &node->start_mark, line, column);
}

static void
report(struct yaml_reader *r, uint32_t line, uint32_t column, const char *format, va_list ap)
{
	struct str text = str_vformat(r->arena, format, ap);

	r->bad = true;
	if (++r->mistakes <= YAML_MISTAKES_MAX)
		diag_add(r->diags, DIAG_ERROR, r->path, line, column, "%.*s%s%.*s",
			STR_ARG(r->label), r->label.n ? ": " : "", STR_ARG(text));
	else if (r->mistakes == YAML_MISTAKES_MAX + 1)
		diag_add(r->diags, DIAG_ERROR, r->path, line, column,
			"more than %d mistakes: the rest is not shown", YAML_MISTAKES_MAX);
	if (r->mistakes > YAML_MISTAKES_MAX)
		r->budget = 0;
}

void
yaml_error(struct yaml_reader *r, const yaml_node_t *node, const char *format, ...)
{
	uint32_t line = 0, column = 0;
	va_list ap;

	if (node)
		yaml_place(r, node, &line, &column);
	va_start(ap, format);
	report(r, line, column, format, ap);
	va_end(ap);
}

void
yaml_error_at(struct yaml_reader *r, const struct setting *at, const char *format, ...)
{
	va_list ap;

	va_start(ap, format);
	report(r, at->line, at->column, format, ap);
	va_end(ap);
}

static bool
read_bytes(struct yaml_reader *r, FILE *f, struct str *bytes)
{
	char *buffer = arena_alloc(r->arena, YAML_BYTES_MAX + 1, 1);
	size_t n = fread(buffer, 1, YAML_BYTES_MAX + 1, f);

	if (ferror(f))
		yaml_error(r, NULL, "cannot be read");
	else if (n > YAML_BYTES_MAX)
		yaml_error(
			r, NULL, "larger than %d bytes: this is no configuration", YAML_BYTES_MAX);
	else if (memchr(buffer, 0, n))
		yaml_error(r, NULL, "holds a NUL byte: this is no configuration");
	*bytes = (struct str){buffer, n};
	return !r->bad;
}

static bool
load_file(struct yaml_reader *r, struct str *bytes)
{
	FILE *f = fopen(str_cstr(r->arena, r->path), "re");
	struct stat st;
	bool ok;

	if (!f && errno == ENOENT)
		yaml_error(r, NULL, "no such configuration file");
	else if (!f)
		yaml_error(r, NULL, "cannot be read: %s", strerror(errno));
	if (!f)
		return false;
	if (fstat(fileno(f), &st) || S_ISDIR(st.st_mode)) {
		yaml_error(r, NULL, "a directory: name the configuration file in it");
		fclose(f);
		return false;
	}
	ok = read_bytes(r, f, bytes);
	fclose(f);
	return ok;
}

/* Where the file is, links followed; of one that is not checked out, where it would be. */
static void
find_directory(struct yaml_reader *r)
{
	size_t slash = str_rchr(r->path, '/');
	struct str beside = slash == SIZE_MAX ? STR(".") : str_slice(r->path, 0, slash + 1);
	char *file = realpath(str_cstr(r->arena, r->path), NULL);
	char *real = file ? file : realpath(str_cstr(r->arena, beside), NULL);
	struct str whole = str_from(real);

	r->directory = str_dup(
		r->arena, file ? str_slice(whole, 0, str_rchr(whole, '/')) : whole);
	free(real);
}

static bool
invalid(struct yaml_reader *r, const yaml_mark_t *mark, const char *problem)
{
	uint32_t line, column;

	place_mark(r, mark, &line, &column);
	r->bad = true;
	diag_add(r->diags, DIAG_ERROR, r->path, line, column, "not valid YAML: %s",
		problem ? problem : "it does not parse");
	return false;
}

/* What an event adds to the depth. */
static int
step(yaml_event_type_t type)
{
	if (type == YAML_SEQUENCE_START_EVENT || type == YAML_MAPPING_START_EVENT)
		return 1;
	return type == YAML_SEQUENCE_END_EVENT || type == YAML_MAPPING_END_EVENT ? -1 : 0;
}

static bool
anchored(const yaml_event_t *e)
{
	return (e->type == YAML_SCALAR_EVENT && e->data.scalar.anchor) ||
	       (e->type == YAML_SEQUENCE_START_EVENT && e->data.sequence_start.anchor) ||
	       (e->type == YAML_MAPPING_START_EVENT && e->data.mapping_start.anchor);
}

/* Reads all events within the bounds, before a document is made of them. */
static bool
check_bounds(struct yaml_reader *r, yaml_parser_t *parser)
{
	int depth = 0, anchors = 0;
	bool end = false;

	while (!end) {
		yaml_event_t e;
		yaml_mark_t mark;

		if (!yaml_parser_parse(parser, &e))
			return invalid(r, &parser->problem_mark, parser->problem);
		mark = e.start_mark;
		end = e.type == YAML_STREAM_END_EVENT;
		depth += step(e.type);
		anchors += anchored(&e);
		yaml_event_delete(&e);
		if (depth > YAML_DEPTH_MAX)
			return invalid(r, &mark, "nested too deep for a configuration");
		if (anchors > YAML_ANCHORS_MAX)
			return invalid(r, &mark, "too many anchors for a configuration");
	}
	return true;
}

/* Loads the one document; false with an error. */
static bool
load(struct yaml_reader *r, yaml_parser_t *parser, yaml_node_t **root)
{
	yaml_document_t second;
	yaml_node_t *more;

	if (!yaml_parser_load(parser, &r->document))
		return invalid(r, &parser->problem_mark, parser->problem);
	*root = yaml_document_get_root_node(&r->document);
	if (!*root)
		return true;
	if (!yaml_parser_load(parser, &second)) {
		yaml_document_delete(&r->document);
		return invalid(r, &parser->problem_mark, parser->problem);
	}
	more = yaml_document_get_root_node(&second);
	if (more)
		yaml_error(r, more, "a second YAML document begins here; only one is read");
	yaml_document_delete(&second);
	if (more)
		yaml_document_delete(&r->document);
	return !more;
}

/* Loads the document, or without ROOT only looks whether it keeps the bounds. */
static bool
parse_bytes(struct yaml_reader *r, struct str bytes, yaml_node_t **root)
{
	yaml_parser_t parser;
	bool ok;

	yaml_parser_initialize(&parser);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.s, bytes.n);
	ok = root ? load(r, &parser, root) : check_bounds(r, &parser);
	yaml_parser_delete(&parser);
	return ok;
}

bool
yaml_open(struct yaml_reader *r, yaml_node_t **root)
{
	struct str bytes;

	if (r->text)
		bytes = *r->text;
	else if (!load_file(r, &bytes))
		return false;
	find_directory(r);
	r->lines = lines_index(r->arena, bytes);
	r->budget = YAML_NODES_MAX;
	return parse_bytes(r, bytes, NULL) && parse_bytes(r, bytes, root);
}

void
yaml_close(struct yaml_reader *r)
{
	yaml_document_delete(&r->document);
}

yaml_node_t *
yaml_node(struct yaml_reader *r, int index)
{
	return yaml_document_get_node(&r->document, index);
}

struct str
yaml_text(const yaml_node_t *node)
{
	if (node->type != YAML_SCALAR_NODE)
		return (struct str){0};
	return (struct str){(const char *)node->data.scalar.value, node->data.scalar.length};
}

bool
yaml_is_empty(const yaml_node_t *node)
{
	struct str text = yaml_text(node);

	return node->type == YAML_SCALAR_NODE &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
	       (!text.n || str_is(text, "~") || str_is(text, "null"));
}

yaml_node_t *
yaml_find(struct yaml_reader *r, yaml_node_t *node, const char *key)
{
	if (node->type != YAML_MAPPING_NODE)
		return NULL;
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start; p < node->data.mapping.pairs.top;
		p++)
		if (str_is(yaml_text(yaml_node(r, p->key)), key))
			return yaml_node(r, p->value);
	return NULL;
}

static bool
spend(struct yaml_reader *r, const yaml_node_t *node)
{
	if (!r->budget)
		return false;
	if (--r->budget)
		return true;
	yaml_error(r, node, "more than %d values, aliases counted: the rest is not read",
		YAML_NODES_MAX);
	return false;
}

bool
yaml_read_setting(struct yaml_reader *r, const yaml_node_t *node, struct setting *out)
{
	if (!spend(r, node))
		return false;
	if (node->type != YAML_SCALAR_NODE) {
		yaml_error(r, node, "wants one value, not a %s",
			node->type == YAML_SEQUENCE_NODE ? "list" : "map");
		return false;
	}
	if (yaml_is_empty(node) || !yaml_text(node).n) {
		yaml_error(r, node, "has no value: give it one or remove the key");
		return false;
	}
	out->value = str_dup(r->arena, yaml_text(node));
	yaml_place(r, node, &out->line, &out->column);
	return true;
}

void
yaml_read_settings(struct yaml_reader *r, yaml_node_t *node, struct settings *out)
{
	struct setting s = {0};

	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_SEQUENCE_NODE) {
		if (yaml_read_setting(r, node, &s))
			vec_push(r->arena, &out->list, s);
		return;
	}
	for (yaml_node_item_t *i = node->data.sequence.items.start;
		i < node->data.sequence.items.top && r->budget; i++)
		if (yaml_read_setting(r, yaml_node(r, *i), &s))
			vec_push(r->arena, &out->list, s);
}

static void
read_bool(struct yaml_reader *r, const yaml_node_t *node, bool *out)
{
	static const char *const yes[] = {"true", "yes", "on"}, *const no[] = {
									"false", "no", "off"};
	struct str text = yaml_text(node);

	for (size_t i = 0; i < sizeof yes / sizeof *yes; i++)
		if (str_eq_nocase(text, str_from(yes[i])) || str_eq_nocase(text, str_from(no[i]))) {
			*out = str_eq_nocase(text, str_from(yes[i]));
			return;
		}
	yaml_error(r, node, "wants true or false");
}

static void
read_number(struct yaml_reader *r, const yaml_node_t *node, struct number *out)
{
	struct setting s = {0};
	uint64_t n = 0;

	if (!yaml_read_setting(r, node, &s))
		return;
	for (size_t i = 0; i < s.value.n; i++) {
		bool digit = s.value.s[i] >= '0' && s.value.s[i] <= '9';

		n = digit ? n * 10 + (uint64_t)(s.value.s[i] - '0') : 0;
		if (!digit || n > CONFIG_NUMBER_MAX) {
			n = 0;
			break;
		}
	}
	if (n)
		*out = (struct number){(uint32_t)n, s.line};
	else
		yaml_error(r, node, "wants a whole number from 1 to %d", CONFIG_NUMBER_MAX);
}

void
yaml_read_list(struct yaml_reader *r, yaml_node_t *node,
	void (*read)(struct yaml_reader *r, yaml_node_t *node, void *object), void *object)
{
	if (yaml_is_empty(node))
		return;
	if (node->type == YAML_MAPPING_NODE) {
		read(r, node, object);
		return;
	}
	if (node->type != YAML_SEQUENCE_NODE) {
		yaml_error(r, node, "wants a list");
		return;
	}
	for (yaml_node_item_t *i = node->data.sequence.items.start;
		i < node->data.sequence.items.top && spend(r, node); i++)
		read(r, yaml_node(r, *i), object);
}

static void
read_key(struct yaml_reader *r, const struct key *key, yaml_node_t *node, void *object)
{
	void *field = (char *)object + key->offset;
	struct str label = r->label;

	r->label = str_format(r->arena, "%.*s%s%s", STR_ARG(label), label.n ? ": " : "", key->name);
	switch (key->type) {
	case KEY_SETTING:
	case KEY_DATE:
		yaml_read_setting(r, node, field);
		break;
	case KEY_SETTINGS:
		yaml_read_settings(r, node, field);
		break;
	case KEY_BOOL:
		read_bool(r, node, field);
		break;
	case KEY_NUMBER:
		read_number(r, node, field);
		break;
	case KEY_NAME:
	case KEY_WORD:
	case KEY_WORDS:
	case KEY_MAPS:
	case KEY_LIST:
	case KEY_OWNS:
	case KEY_LEVELS:
	case KEY_TEXTS:
		key->read(r, node, object);
		break;
	}
	r->label = label;
}

static void
unknown_key(struct yaml_reader *r, const yaml_node_t *node, const struct key *keys)
{
	const char *names[YAML_KEYS_MAX + 1] = {0};
	struct str text = yaml_text(node);

	if (node->type != YAML_SCALAR_NODE) {
		yaml_error(r, node, "a key must be a word");
		return;
	}
	for (size_t i = 0; keys[i].name && i < YAML_KEYS_MAX; i++)
		names[i] = keys[i].name;
	yaml_error(r, node, "unknown key '%.*s'%.*s", STR_ARG(text),
		STR_ARG(config_hint(r->arena, text, names)));
}

/* Row of the key, or SIZE_MAX. */
static size_t
find_key(const struct key *keys, struct str name)
{
	for (size_t i = 0; keys[i].name; i++)
		if (str_is(name, keys[i].name))
			return i;
	return SIZE_MAX;
}

void
yaml_read_map(struct yaml_reader *r, yaml_node_t *node, const struct key *keys, void *object)
{
	uint32_t seen = 0;

	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		yaml_error(r, node, "wants a map of keys and values");
		return;
	}
	for (yaml_node_pair_t *p = node->data.mapping.pairs.start;
		p < node->data.mapping.pairs.top && spend(r, node); p++) {
		yaml_node_t *name = yaml_node(r, p->key);
		size_t i = find_key(keys, yaml_text(name));

		if (i == SIZE_MAX) {
			unknown_key(r, name, keys);
		} else if (seen & 1u << i) {
			yaml_error(r, name, "'%s' is given twice", keys[i].name);
		} else {
			seen |= 1u << i;
			read_key(r, &keys[i], yaml_node(r, p->value), object);
		}
	}
}
