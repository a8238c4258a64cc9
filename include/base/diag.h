/* Diagnostics: what went wrong with the input, collected by every layer, printed by none below
 * `report` and `cmd`. A diagnostic is about pgbounds' ability to work (a configuration, a
 * repository); what could not be understood inside a file is a blind spot of its unit; what the
 * services do wrong is a finding. */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include "base/str.h"
#include "base/vec.h"

enum diag_level {
	DIAG_NOTE,
	DIAG_WARNING, /* the analysis goes on; counted as a gap under --strict */
	DIAG_ERROR,   /* bad usage or configuration: exit status 2 */
	DIAG_SYSTEM,  /* the system failed us: exit status 3 */
};

struct diag {
	enum diag_level level;
	struct str path; /* as the user would name it; empty when there is no file */
	uint32_t line;   /* 1-based, 0: none */
	uint32_t column; /* 1-based, in bytes, 0: none */
	struct str message;
};

/* Appended to by everyone who is handed it; one thread at a time. Owns its strings. */
struct diags {
	struct arena *arena;
	VEC(struct diag) list;
};

void diag_add(struct diags *d, enum diag_level level, struct str path, uint32_t line,
	uint32_t column, const char *format, ...) __attribute__((format(printf, 6, 7)));
/* The worst level so far; DIAG_NOTE when there is none. */
enum diag_level diag_worst(const struct diags *d);

#endif
