/* XML, by expat: no entities of its own are taken, so nothing expands and nothing is fetched. */
#include <expat.h>
#include <string.h>

#include "host/document_p.h"

struct xml {
	struct document d;
	XML_Parser parser;
	struct buf text;   /* character data so far, of the innermost element */
	uint32_t from, to; /* where it stands */
	const char *why;   /* why it was stopped */
};

static uint32_t
position(const struct xml *x)
{
	XML_Index at = XML_GetCurrentByteIndex(x->parser);

	return at < 0 ? 0 : (uint32_t)at;
}

static void
stop(struct xml *x, const char *why)
{
	x->why = why;
	XML_StopParser(x->parser, XML_FALSE);
}

static void
flush(struct xml *x)
{
	if (str_trim(buf_str(&x->text)).n && x->d.levels.n)
		document_text(&x->d, buf_str(&x->text), x->from, x->to);
	x->text.n = 0;
}

/* Without its prefix. */
static struct str
local_name(const char *name)
{
	const char *colon = strrchr(name, ':');

	return str_from(colon ? colon + 1 : name);
}

/* The value of an attribute, in the tag that begins at FROM: its bytes, else the tag as a whole. */
static void
attribute(struct xml *x, uint32_t from, const char *name, const char *value)
{
	struct str tag =
		str_slice(x->d.bytes, from, from + (size_t)XML_GetCurrentByteCount(x->parser));
	struct str text = str_from(value);
	size_t at = str_find(tag, str_from(name), 1), end;

	for (; at != SIZE_MAX; at = str_find(tag, str_from(name), at + 1)) {
		struct str rest = str_trim(str_slice(tag, at + strlen(name), tag.n));

		if (rest.n && rest.s[0] == '=' && strchr(" \t\r\n", tag.s[at - 1]))
			break;
	}
	at = at == SIZE_MAX ? 0 : str_find(tag, STR("="), at) + 1;
	while (at < tag.n && tag.s[at] != '"' && tag.s[at] != '\'')
		at++;
	end = at < tag.n ? str_chr(tag, tag.s[at], at + 1) : SIZE_MAX;
	if (end == SIZE_MAX)
		document_attribute(&x->d, local_name(name), text, from, from + (uint32_t)tag.n);
	else
		document_attribute(&x->d, local_name(name), text, from + (uint32_t)at + 1,
			from + (uint32_t)end);
}

static void
start(void *self, const char *name, const char **attributes)
{
	struct xml *x = self;
	uint32_t from = position(x);
	struct span span = {.offset = from, .length = (uint32_t)strlen(name) + 1};

	flush(x);
	if (!document_open(&x->d, local_name(name), span)) {
		stop(x, "nested too deeply, or too large");
		return;
	}
	for (; *attributes; attributes += 2)
		attribute(x, from, attributes[0], attributes[1]);
}

static void
end(void *self, const char *name)
{
	struct xml *x = self;

	(void)name;
	flush(x);
	if (x->d.levels.n)
		document_close(&x->d, position(x) + (uint32_t)XML_GetCurrentByteCount(x->parser));
}

static void
characters(void *self, const char *text, int n)
{
	struct xml *x = self;
	uint32_t from = position(x);

	if (!x->text.n)
		x->from = from;
	x->to = from + (uint32_t)XML_GetCurrentByteCount(x->parser);
	buf_add(&x->text, (struct str){text, (size_t)n});
}

static void
entity(void *self, const char *name, int is_parameter, const char *value, int length,
	const char *base, const char *system, const char *public, const char *notation)
{
	(void)name;
	(void)is_parameter;
	(void)value;
	(void)length;
	(void)base;
	(void)system;
	(void)public;
	(void)notation;
	stop(self, "declares entities of its own");
}

static void
xml_read(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct xml x = {.text = {.arena = scratch}};

	(void)options;
	if (!document_init(&x.d, u, bytes, scratch))
		return;
	x.parser = XML_ParserCreate(NULL);
	if (!x.parser)
		return;
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, start, end);
	XML_SetCharacterDataHandler(x.parser, characters);
	XML_SetEntityDeclHandler(x.parser, entity);
	if (XML_Parse(x.parser, bytes.s, (int)bytes.n, 1) != XML_STATUS_OK) {
		enum XML_Error error = XML_GetErrorCode(x.parser);

		document_fail(&x.d, position(&x), x.why ? x.why : XML_ErrorString(error));
	}
	XML_ParserFree(x.parser);
}

const struct host host_xml = {
	.name = "xml",
	.extensions = (const char *const[]){".xml", NULL},
	.paths = (const char *const[]){"changelog", "liquibase", NULL},
	.read = xml_read,
	.prefilter = "databaseChangeLog\\b",
	.imports = HOST_MODULES,
	.document = true,
};
