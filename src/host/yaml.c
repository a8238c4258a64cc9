/* YAML, by libyaml's events: what was read before an error stays. Aliases are not followed, so nothing
 * expands. */
#include <yaml.h>

#include "base/arena.h"
#include "host/document_p.h"

/* What an element of YAML may stand in. */
enum yaml_place {
	PLACE_MAP_KEY,
	PLACE_MAP_VALUE,
	PLACE_LIST,
};

struct yaml_level {
	enum yaml_place place;
	bool element; /* it is one in the document, and ends with it */
};

struct yaml {
	struct document d;
	VEC(struct yaml_level) levels;
	struct str key;
	struct span key_span;
	uint32_t *offsets; /* bytes by character; NULL: they are the same */
	size_t n;          /* characters */
};

/* libyaml counts in characters. */
static void
count_characters(struct yaml *y)
{
	struct str b = y->d.bytes;
	bool plain = true;

	for (size_t i = 0; plain && i < b.n; i++)
		plain = (unsigned char)b.s[i] < 0x80;
	if (plain)
		return;
	y->offsets = arena_array(y->d.scratch, uint32_t, b.n + 1);
	for (size_t at = 0; at < b.n; y->n++) {
		size_t n = str_utf8(b.s + at, b.n - at);

		y->offsets[y->n] = (uint32_t)at;
		at += n ? n : 1;
	}
}

static uint32_t
offset(const struct yaml *y, const yaml_mark_t *m)
{
	if (!y->offsets)
		return (uint32_t)(m->index < y->d.bytes.n ? m->index : y->d.bytes.n);
	return m->index < y->n ? y->offsets[m->index] : (uint32_t)y->d.bytes.n;
}

/* A map or list begins: with a key it is an element of that name; an item of a list that is a map is
 * not one, its keys are. */
static bool
begin(struct yaml *y, enum yaml_place inner)
{
	struct yaml_level *outer = y->levels.n ? vec_last(&y->levels) : NULL;
	struct yaml_level level = {.place = inner};

	if (outer && outer->place == PLACE_MAP_VALUE) {
		outer->place = PLACE_MAP_KEY;
		level.element = true;
		if (!document_open(&y->d, y->key, y->key_span))
			return false;
	} else if (y->levels.n >= DOCUMENT_DEPTH) {
		return false;
	}
	vec_push(y->d.scratch, &y->levels, level);
	return true;
}

static void
finish(struct yaml *y, uint32_t to)
{
	struct yaml_level level = *vec_last(&y->levels);

	y->levels.n--;
	if (level.element)
		document_close(&y->d, to);
}

static void
scalar(struct yaml *y, const yaml_event_t *e)
{
	struct str text = {(const char *)e->data.scalar.value, e->data.scalar.length};
	uint32_t from = offset(y, &e->start_mark), to = offset(y, &e->end_mark);
	struct yaml_level *level = y->levels.n ? vec_last(&y->levels) : NULL;

	if (!level)
		return;
	switch (level->place) {
	case PLACE_MAP_KEY:
		y->key = str_dup(y->d.scratch, text);
		y->key_span = (struct span){.offset = from, .length = to - from};
		level->place = PLACE_MAP_VALUE;
		break;
	case PLACE_MAP_VALUE:
		level->place = PLACE_MAP_KEY;
		if (y->d.levels.n)
			document_attribute(&y->d, y->key, text, from, to);
		break;
	case PLACE_LIST:
		if (y->d.levels.n)
			document_text(&y->d, text, from, to);
		break;
	}
}

static void
alias(struct yaml *y, const yaml_event_t *e)
{
	struct yaml_level *level = y->levels.n ? vec_last(&y->levels) : NULL;
	struct str name = str_from((const char *)e->data.alias.anchor);

	if (level && level->place == PLACE_MAP_VALUE)
		level->place = PLACE_MAP_KEY;
	if (y->d.levels.n)
		document_hole(&y->d, name, offset(y, &e->start_mark), offset(y, &e->end_mark));
}

/* False when the document is at its end, or cannot be read further. */
static bool
event(struct yaml *y, const yaml_event_t *e)
{
	struct span span = {.offset = offset(y, &e->start_mark)};
	bool ok = true;

	switch ((int)e->type) {
	case YAML_MAPPING_START_EVENT:
		ok = begin(y, PLACE_MAP_KEY);
		break;
	case YAML_SEQUENCE_START_EVENT:
		ok = begin(y, PLACE_LIST);
		break;
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		finish(y, offset(y, &e->start_mark));
		break;
	case YAML_SCALAR_EVENT:
		scalar(y, e);
		break;
	case YAML_ALIAS_EVENT:
		alias(y, e);
		break;
	default:
		break;
	}
	if (!ok)
		document_fail(&y->d, span.offset, "nested too deeply, or too large");
	return ok && e->type != YAML_STREAM_END_EVENT;
}

static void
yaml_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct yaml y = {0};
	yaml_parser_t parser;
	yaml_event_t e;
	bool more = true;

	(void)options;
	if (!document_init(&y.d, u, bytes, scratch) || !yaml_parser_initialize(&parser))
		return;
	count_characters(&y);
	yaml_parser_set_input_string(&parser, (const unsigned char *)bytes.s, bytes.n);
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	while (more) {
		if (!yaml_parser_parse(&parser, &e)) {
			document_fail(&y.d, offset(&y, &parser.problem_mark),
				parser.problem ? parser.problem : "cannot be read");
			break;
		}
		more = event(&y, &e);
		yaml_event_delete(&e);
	}
	yaml_parser_delete(&parser);
}

const struct host host_yaml = {
	.name = "yaml",
	.extensions = (const char *const[]){".yaml", ".yml", NULL},
	.paths = (const char *const[]){"changelog", "liquibase", NULL},
	.read = yaml_read,
	.prefilter = "databaseChangeLog\\b",
	.imports = HOST_MODULES,
	.document = true,
};
