/* Units out of and into JSON lines: `pgbounds facts`. */
#ifndef UNIT_EXPORT_H
#define UNIT_EXPORT_H

#include "base/str.h"

struct arena;
struct unit;

/* The version of the format of facts, units included. The format as a whole: src/cmd/facts_file.c. */
#define FACTS_VERSION 6

/* One JSON object on one line, LF included: {"unit": BLOB, "reader": …, tables …}. Elements are
 * arrays of their fields in the order of unit/shape.h; the null elements are left out; strings
 * that are no UTF-8 are {"hex": "…"}. The same unit gives the same bytes. */
void unit_export(const struct unit *u, struct buf *out);

/* Reads what unit_export() wrote into U (unit_init() was not called). Returns NULL, or in the
 * arena what is wrong with it. Every index is checked: a changed file cannot make us crash. */
const char *unit_import(struct unit *u, struct arena *a, struct str line);

#endif
