/* The JSON schema of pgbounds.yaml, made from the tables by which it is read. It is draft-07: what
 * editors know best. */
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "cmd/describe.h"
#include "config/keys.h"
#include "tool/tool.h"

static json_t *
made(json_t *j)
{
	if (!j)
		fatal("no memory for a JSON document");
	return j;
}

/* Takes VALUE over; returns O. */
static json_t *
with(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new(o, key, made(value)))
		fatal("no memory for a JSON document");
	return o;
}

static json_t *
of_type(const char *type)
{
	return with(made(json_object()), "type", json_string(type));
}

static json_t *
reference(const char *name)
{
	struct arena scratch = {0};
	struct str path = str_format(&scratch, "#/definitions/%s", name);
	json_t *j = with(made(json_object()), "$ref", json_string(path.s));

	arena_free(&scratch);
	return j;
}

static json_t *
words(const char *const *list)
{
	json_t *values = made(json_array());

	for (; *list; list++)
		json_array_append_new(values, made(json_string(*list)));
	return with(made(json_object()), "enum", values);
}

/* ITEM, a list of them, or nothing at all, as when what stands below is commented out. */
static json_t *
one_or_many(json_t *item)
{
	json_t *any = made(json_array());

	json_array_append(any, item);
	json_array_append_new(any, with(of_type("array"), "items", item));
	json_array_append_new(any, of_type("null"));
	return with(made(json_object()), "anyOf", any);
}

static json_t *map(const struct key *keys);

/* The tables of keys are of `config`, which sees no tool and no rule: their names are put in here. */
static json_t *
tool_names(void)
{
	json_t *values = made(json_array());

	for (const struct tool *const *t = tools; *t; t++)
		json_array_append_new(values, made(json_string((*t)->name)));
	return with(made(json_object()), "enum", values);
}

static json_t *
levels(const char *const *list)
{
	static const char *const none[] = {"off", "no", "false"};
	struct arena scratch = {0};
	json_t *level = words(list), *values = json_object_get(level, "enum");
	json_t *j = made(json_pack("{s:[ss]}", "type", "object", "null"));

	for (size_t i = 0; i < sizeof none / sizeof *none; i++)
		json_array_append_new(values, made(json_string(none[i])));
	json_array_append_new(values, json_false()); /* how YAML 1.1 reads them */
	with(j, "propertyNames", words(describe_rules(&scratch)));
	with(j, "additionalProperties", level);
	arena_free(&scratch);
	return j;
}

static json_t *
owns(const struct key *keys)
{
	json_t *any = made(json_array());

	json_array_append_new(any, map(keys));
	json_array_append_new(any, reference("names"));
	return with(made(json_object()), "anyOf", any);
}

static json_t *
value(const struct key *key)
{
	switch (key->type) {
	case KEY_SETTING:
		return strcmp(key->name, "tool") == 0 ? tool_names() : reference("name");
	case KEY_NAME:
		return reference("name");
	case KEY_DATE:
		return with(of_type("string"), "pattern",
			json_string("^[0-9]{4}-[0-9]{2}-[0-9]{2}$"));
	case KEY_SETTINGS:
		return reference("names");
	case KEY_BOOL:
		/* YAML 1.2, which some editors read, has two of these words alone. */
		return made(json_pack("{s:[bbssss]}", "enum", 1, 0, "yes", "no", "on", "off"));
	case KEY_NUMBER:
		return with(with(of_type("integer"), "minimum", json_integer(1)), "maximum",
			json_integer(CONFIG_NUMBER_MAX));
	case KEY_WORD:
		return words(key->words);
	case KEY_WORDS:
		return one_or_many(words(key->words));
	case KEY_MAPS:
		return one_or_many(map(key->keys));
	case KEY_LIST:
		return with(with(of_type("array"), "items", map(key->keys)), "minItems",
			json_integer(1));
	case KEY_OWNS:
		return owns(key->keys);
	case KEY_LEVELS:
		return levels(key->words);
	case KEY_TEXTS:
		return with(made(json_pack("{s:[ss]}", "type", "object", "null")),
			"additionalProperties", reference("name"));
	}
	BUG("key type %d", (int)key->type);
}

/* A map that takes these keys and no others. */
static json_t *
map(const struct key *keys)
{
	json_t *properties = made(json_object()), *required = made(json_array());
	json_t *j = with(of_type("object"), "additionalProperties", json_false());

	for (; keys->name; keys++) {
		with(properties, keys->name,
			with(value(keys), "description", json_string(keys->help)));
		if (keys->wanted)
			json_array_append_new(required, made(json_string(keys->name)));
	}
	with(j, "properties", properties);
	if (json_array_size(required))
		with(j, "required", required);
	else
		json_decref(required);
	return j;
}

/* A name as YAML gives it: 2024 is one, too. */
static json_t *
definitions(void)
{
	json_t *types = made(json_array()), *name;

	json_array_append_new(types, made(json_string("string")));
	json_array_append_new(types, made(json_string("number")));
	json_array_append_new(types, made(json_string("boolean")));
	name = with(with(made(json_object()), "type", types), "minLength", json_integer(1));
	with(name, "title", json_string("one value"));
	return with(with(made(json_object()), "name", name), "names",
		one_or_many(reference("name")));
}

void
config_schema(struct buf *out)
{
	json_t *root = made(json_object()), *body = map(config_keys);
	char *text;

	with(root, "$schema", json_string("http://json-schema.org/draft-07/schema#"));
	with(root, "title", json_string("pgbounds.yaml"));
	json_object_update(root, body);
	with(root, "definitions", definitions());
	json_decref(body);
	text = json_dumps(root, JSON_INDENT(2));
	if (!text)
		fatal("no memory for a JSON document");
	buf_add(out, str_from(text));
	buf_addc(out, '\n');
	free(text);
	json_decref(root);
}
