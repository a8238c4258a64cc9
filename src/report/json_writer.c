/* Building JSON: what each of the formats that are JSON needs of jansson. */
#include "json_writer.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/fatal.h"

static json_t *
made(json_t *j)
{
	if (!j)
		fatal("no memory for a JSON document");
	return j;
}

json_t *
json_new_object(void)
{
	return made(json_object());
}

json_t *
json_new_list(void)
{
	return made(json_array());
}

void
json_put(json_t *o, const char *key, json_t *value)
{
	if (json_object_set_new_nocheck(o, key, made(value)))
		fatal("no memory for a JSON document");
}

void
json_add(json_t *list, json_t *value)
{
	if (json_array_append_new(list, made(value)))
		fatal("no memory for a JSON document");
}

void
json_put_number(json_t *o, const char *key, uint32_t n)
{
	json_put(o, key, json_integer(n));
}

void
json_put_bool(json_t *o, const char *key, bool b)
{
	json_put(o, key, json_boolean(b));
}

json_t *
json_text(struct json_writer *w, struct str text)
{
	struct buf b = {.arena = w->arena};

	for (size_t i = 0; i < text.n;) {
		size_t n = str_utf8(text.s + i, text.n - i);

		if (n == 0) {
			w->replaced = true;
			buf_add(&b, STR("\xef\xbf\xbd"));
			i++;
			continue;
		}
		buf_add(&b, str_slice(text, i, i + n));
		i += n;
	}
	return made(json_stringn(b.n ? b.s : "", b.n));
}

void
json_put_text(struct json_writer *w, json_t *o, const char *key, struct str text)
{
	json_put(o, key, json_text(w, text));
}

json_t *
json_texts(struct json_writer *w, const struct str *list, uint32_t n)
{
	json_t *a = json_new_list();

	for (uint32_t i = 0; i < n; i++)
		json_add(a, json_text(w, list[i]));
	return a;
}

void
json_put_any(struct json_writer *w, json_t *o, const char *key, struct str text)
{
	if (text.n)
		json_put_text(w, o, key, text);
}

static void
finish(json_t *root, size_t flags, struct buf *out)
{
	char *text = json_dumps(root, flags);

	if (!text)
		fatal("no memory for a JSON document");
	buf_add(out, str_from(text));
	buf_addc(out, '\n');
	free(text);
	json_decref(root);
}

void
json_finish(json_t *root, struct buf *out)
{
	finish(root, JSON_INDENT(2), out);
}

void
json_finish_line(json_t *root, struct buf *out)
{
	finish(root, 0, out);
}
