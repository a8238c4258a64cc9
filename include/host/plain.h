/* .sql files: psql meta-commands, COPY data and tool markers are cut away before SQL is read. */
#ifndef HOST_PLAIN_H
#define HOST_PLAIN_H

#include "base/str.h"

struct unit;
struct arena;
struct host_options;

/* A section: SQL from one tool marker to the next (or the whole file). */
struct plain_section {
	uint32_t mark;        /* unit.marks of the marker that begins it; 0: before the first */
	uint32_t from, to;    /* bytes of the file */
};

/* Reads the marks of BYTES into U and cuts it into sections. In *TEXT (scratch) is a copy of BYTES
 * of the same length in which meta-commands, COPY data blocks and marker lines are blanked with
 * spaces (line ends stay), so that offsets are those of the file. A meta-command that brings in or
 * runs other SQL (\i, \ir, \include, \gexec) is a BLIND_META_COMMAND; \connect too; \set, \echo …
 * are dropped silently. Templates ({{ … }}, ${…}) are BLIND_TEMPLATE, once a file. Returns the
 * number of sections, in *SECTIONS (scratch). */
uint32_t plain_read(struct unit *u, struct str bytes, const struct host_options *options,
	struct arena *scratch, struct str *text, struct plain_section **sections);

#endif
