/* Building JSON: what each of the formats that are JSON needs of jansson. Keys keep the order in which
 * they are put. Out of memory is fatal, so nothing here fails. */
#ifndef REPORT_JSON_WRITER_H
#define REPORT_JSON_WRITER_H

#include <jansson.h>

#include "base/str.h"

/* A document being written. */
struct json_writer {
	struct arena *arena;
	bool replaced; /* a text was no UTF-8: U+FFFD stands in it */
};

json_t *json_new_object(void);
json_t *json_new_list(void);
/* Both take VALUE over. */
void json_put(json_t *object, const char *key, json_t *value);
void json_add(json_t *list, json_t *value);

void json_put_number(json_t *o, const char *key, uint32_t n);
void json_put_bool(json_t *o, const char *key, bool b);

/* TEXT, each byte of it that is no UTF-8 replaced by U+FFFD. */
json_t *json_text(struct json_writer *w, struct str text);
json_t *json_texts(struct json_writer *w, const struct str *list, uint32_t n);
void json_put_text(struct json_writer *w, json_t *o, const char *key, struct str text);
/* The same, but nothing when TEXT is empty. */
void json_put_any(struct json_writer *w, json_t *o, const char *key, struct str text);

/* Writes ROOT, indented and with a line's end, or in one line, and frees it. */
void json_finish(json_t *root, struct buf *out);
void json_finish_line(json_t *root, struct buf *out);

#endif
