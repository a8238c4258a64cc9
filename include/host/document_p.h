/* Documents as values: an element is a CALL of its name, attributes are keyword arguments, what stands in it
 * are positional ones, texts STRINGs. The document's root is a file-level symbol. YAML and XML come to
 * the same: `key: text` in a map is an attribute, `key:` with a map or a list an element. */
#ifndef HOST_DOCUMENT_P_H
#define HOST_DOCUMENT_P_H

#include "host/host.h"
#include "unit/unit.h"

#define DOCUMENT_DEPTH 64
#define DOCUMENT_BYTES (4u << 20)
#define DOCUMENT_VALUES 200000

struct document_level {
	struct str name;  /* of the element */
	uint32_t from;    /* byte */
	uint32_t mark;    /* the stack below its kids */
	struct span span; /* of its name */
};

struct document {
	struct unit *u;
	struct arena *scratch;
	struct str bytes;
	VEC(uint32_t) stack; /* values: kids in the making */
	VEC(struct document_level) levels;
};

/* False when the bytes are not to be read: a blind spot was added. */
bool document_init(struct document *d, struct unit *u, struct str bytes, struct arena *scratch);
/* Begins an element whose name stands at SPAN; false: too deep or too many, and nothing was begun. */
bool document_open(struct document *d, struct str name, struct span span);
/* Ends the innermost element at byte TO; the outermost one becomes a symbol. */
void document_close(struct document *d, uint32_t to);
/* NAME="TEXT", whose text stands in bytes FROM up to TO. */
void document_attribute(
	struct document *d, struct str name, struct str text, uint32_t from, uint32_t to);
/* A text in the element. */
void document_text(struct document *d, struct str text, uint32_t from, uint32_t to);
/* What is there and not read. */
void document_hole(struct document *d, struct str name, uint32_t from, uint32_t to);
/* The reader gave up at byte AT: what is open ends there. */
void document_fail(struct document *d, uint32_t at, const char *why);

#endif
