/* Units as bytes, for the cache: small, and fast to read. Not for others: what the bytes mean is the
 * business of one build. Facts are exported (unit/export.h). */
#ifndef UNIT_PACK_H
#define UNIT_PACK_H

#include "base/str.h"

struct arena;
struct unit;

/* Appends U to OUT. The same unit gives the same bytes. SCRATCH is for what is needed on the way. */
void unit_pack(const struct unit *u, struct buf *out, struct arena *scratch);

/* Reads what unit_pack() wrote into U (unit_init() was not called); nothing points into BYTES
 * afterwards. False, with U empty, when they are not a whole unit: lengths, enums, indexes and cycles
 * are checked as in an import, so that damaged bytes cannot make those crash who walk the unit. */
bool unit_unpack(struct unit *u, struct arena *a, struct str bytes);

#endif
