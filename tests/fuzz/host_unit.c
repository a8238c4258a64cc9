/* A file of any bytes → its unit. It has to end and not to crash; and what holds for every unit is
 * checked: its spans lie in the file, it needs the file's bytes no more, and what is exported and
 * imported exports to the same bytes. */
#include "host_unit.h"

#include "base/fatal.h"
#include "extract/extract.h"
#include "host/host.h"
#include "unit/export.h"
#include "unit/shape.h"

#include <stdlib.h>
#include <string.h>

static const char *const markers[] = {"+goose", "migrate:", "pgbounds:", NULL};
static const struct host_options options = {
	.sinks = extract_sinks, .markers = markers, .bodies = extract_bodies};

static const struct host *
host_at(size_t n)
{
	size_t count = 0;

	while (hosts[count])
		count++;
	return hosts[n % count];
}

static void
check_span(const struct span *s, size_t size, const char *table)
{
	if (s->origin == 0 && (s->offset > size || s->length > size - s->offset))
		BUG("%s: a span of %u at %u in a file of %zu", table, s->length, s->offset, size);
}

/* Walks the tables of the unit by their shapes. */
static void
check_spans(const struct unit *u, size_t size)
{
	for (int t = 0; t < UNIT_TABLES; t++) {
		const struct shape *shape = &unit_shapes[t];
		const VEC(char) *table = (const void *)((const char *)u + shape->offset);

		for (uint32_t i = 1; i < table->n; i++) {
			const char *element = table->v + (size_t)i * shape->size;

			for (const struct field *f = shape->fields; f && f->name; f++)
				if (f->type == FIELD_SPAN)
					check_span((const void *)(element + f->offset), size,
						shape->name);
		}
	}
}

/* The bytes are gone when the export reads the strings: a sanitizer sees what still points there. */
static void
check_export(const struct unit *u, struct arena *a)
{
	struct buf first = {.arena = a}, second = {.arena = a};
	struct unit again;
	const char *wrong;

	unit_export(u, &first);
	wrong = unit_import(&again, a, str_trim(buf_str(&first)));
	if (wrong)
		BUG("an export that cannot be imported: %s", wrong);
	unit_export(&again, &second);
	if (!str_eq(buf_str(&first), buf_str(&second)))
		BUG("export and import change a unit");
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena a = {0}, scratch = {0};
	const struct host *host;
	struct unit u;
	char *bytes;

	if (size == 0)
		return 0;
	host = host_at(data[0]);
	size--;
	bytes = malloc(size ? size : 1);
	if (!bytes)
		fatal("malloc:");
	memcpy(bytes, data + 1, size);
	host_may_matter(host, (struct str){bytes, size});
	extract_unit(&u, &a, host, (struct str){bytes, size}, &options, &scratch);
	arena_free(&scratch);
	free(bytes);
	check_spans(&u, size);
	check_export(&u, &a);
	arena_free(&a);
	return 0;
}
