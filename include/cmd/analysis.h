/* From a command line to a world: what audit, check, who, catalog and facts have in common. */
#ifndef CMD_ANALYSIS_H
#define CMD_ANALYSIS_H

#include "cmd/options.h"
#include "extract/extract.h"
#include "link/link.h"
#include "report/report.h"
#include "source/source.h"
#include "world/world.h"

struct analysis {
	struct arena arena;
	struct config config;
	struct str self;        /* the service of .pgbounds.yaml, if one was found */
	struct source *sources; /* by service */
	struct service_state *states;
	struct link_service *link_services;
	struct file_set files;
	struct extract_options extract;
	struct host_options host;
	struct linker linker;
	struct world world;
};

/* Reads the configuration, or infers it from DIRECTORIES (N may be 0: then a configuration must be
 * there); reads, extracts, links. False when an error was added to DIAGS. */
bool analysis_read(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags);
/* Builds the world of what was read. */
bool analysis_build(struct analysis *x, const struct options *o, struct diags *diags);
void analysis_free(struct analysis *x);

/* True for the services of the repository (or directory) in which the process stands. */
bool analysis_is_here(const struct analysis *x, uint32_t service);

/* Facts. facts_write: the services' units as JSON lines. facts_read: appends the files of the facts
 * in BYTES to x->files as services of those names; false with a diagnostic when they are not whole or
 * of another version. */
void facts_write(const struct analysis *x, uint32_t service, struct buf *out);
/* The service that a facts header names; empty when the line is no header. */
struct str facts_service(struct arena *a, struct str line);
bool facts_read(struct analysis *x, struct str path, struct str bytes, struct diags *diags);

/* Renders the document for every output of O and writes it: to standard output, or to a file by way
 * of a temporary one. False with a diagnostic when a format is unknown or a write fails. */
struct document {
	const struct findings_doc *findings;
	const struct who_doc *who;
	const struct catalog_doc *catalog;
};
bool output_documents(
	struct arena *a, const struct options *o, const struct document *d, struct diags *diags);
/* Writes BYTES to FILE by way of a temporary file beside it; empty FILE: standard output. */
bool output_write(struct str file, struct str bytes, struct diags *diags);

/* Reads a whole file; false with a diagnostic. */
bool input_read(struct arena *a, struct str path, struct str *bytes, struct diags *diags);

/* The exit status of a judgement. */
int judge(const struct options *o, enum level worst, uint32_t gaps, const struct diags *diags);

#endif
