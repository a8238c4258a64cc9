/* The linker: resolves symbols across units, closes open fragments and has them parsed. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "base/files.h"
#include "base/map.h"
#include "extract/extract.h"

struct diags;

/* Where a service's files are; its root in its repository is the root of paths. */
struct link_service {
	struct str name;
	struct files files;
};

struct linker {
	struct arena *arena;
	struct file_set *set;
	const struct link_service *services; /* by config's index */
	uint32_t n_services;
	const struct extract_options *options;
	struct map directories; /* "SERVICE/dir" → list of file indexes: Go packages */
	struct map modules;     /* "SERVICE/dotted.module" → file index: Python modules */
};

void link_init(struct linker *l, struct arena *a, struct file_set *set,
	const struct link_service *services, uint32_t n, const struct extract_options *options);

/* Closes every open fragment of every unit; pulls in (extracts) files that define what is wanted.
 * The results are in each file's .closed. */
void link_run(struct linker *l);

/* Evaluates the file-level symbol NAME of the file (a Migration class, a list) with all units at
 * hand, into file->closed, and has SQL in calls of SINK_OPERATION parsed. Returns the value's index
 * in file->closed, 0 when there is no such symbol. */
uint32_t link_symbol(struct linker *l, struct file *file, struct str name);

#endif
