/* .sql files: psql meta-commands, COPY data and tool markers are cut away before SQL is read. */
#ifndef HOST_PLAIN_H
#define HOST_PLAIN_H

#include "base/str.h"
#include "host/part.h"
#include "unit/span.h"

struct unit;
struct arena;
struct host_options;

/* A section: SQL from one tool marker to the next (or the whole file). */
struct plain_section {
	uint32_t mark;     /* unit.marks of the marker that begins it; 0: before the first */
	uint32_t from, to; /* bytes of the file */
};

/* What is neither a name nor a symbol of SQL. */
struct plain_part {
	enum part_kind kind; /* COMMENT, STRING or DATA */
	bool dollar;         /* the text in a dollar quote, without the quotes: of no kind by itself */
	uint32_t from, to;   /* bytes of the file */
};

/* What a template stands for. */
struct plain_hole {
	uint32_t from, count;    /* bytes of the file */
	const struct str *value; /* what a tool will put there; NULL: that is not known */
};

/* A file as its SQL is read. */
struct plain_text {
	struct str text; /* as long as the file, so that offsets are those of the file */
	struct plain_section *sections;
	uint32_t n_sections;
	struct plain_hole *holes; /* in order */
	uint32_t n_holes;
	struct plain_part *parts; /* in order */
	uint32_t n_parts;
};

/* Reads the marks of BYTES into U and cuts it into sections. OUT (in scratch) has a copy of BYTES
 * in which meta-commands, COPY data blocks, marker lines and the controls of templates are blanked
 * with spaces (line ends stay). A meta-command that brings in another file (\i, \ir, \include,
 * \include_relative) is a mark with the whole line and begins a section, as a tool's marker does. One that
 * runs other SQL (\gexec) is a BLIND_META_COMMAND; \connect too; \set, \echo … are dropped silently. Templates
 * ({{ … }}, ${…}) whose value is not among the options' variables are BLIND_TEMPLATE, once a file. */
void plain_read(struct unit *u, struct str bytes, const struct host_options *options,
	struct arena *scratch, struct plain_text *out);

#endif
