/* From a command line to a world: what audit, check, who, catalog and facts have in common. */
#ifndef CMD_ANALYSIS_H
#define CMD_ANALYSIS_H

#include "cache/cache.h"
#include "cmd/options.h"
#include "extract/extract.h"
#include "link/link.h"
#include "report/report.h"
#include "source/source.h"
#include "world/world.h"

/* One state of all services: their files, and what these mean together. Two of them are compared. */
struct side {
	/* How the services of the repository in which one stands are read: .revision, .index,
	 * .index_file, .nothing, .optional; nothing set: the work tree. */
	struct source_request here;
	/* Of a base, before it is listed: .config_before as in struct world. */
	const struct config *config_before;
	bool config_differs;
	struct source *sources; /* by service; behind them by analysis.running */
	struct service_state *states;
	struct str *facts; /* by service: the file that its facts are from; empty: they are not */
	struct link_service *link_services;
	struct str at_service; /* --at: whose step; empty: anybody's */
	struct file_set files;
	struct linker linker;
	struct world world;
};

struct analysis {
	struct arena arena;
	struct config config;
	struct str self;         /* the service of .pgbounds.yaml, if one was found */
	struct source_here here; /* the repository in which one stands */
	bool *is_here;           /* by service: its files are in that repository (or directory) */
	bool *wanted;            /* by service: no other is read; NULL: all are */
	struct running *running; /* further revisions of services, numbered behind these */
	struct str *revisions;   /* their names */
	uint32_t n_running;
	struct extract_options extract;
	struct host_options host;
	struct side head;   /* what is judged */
	struct side *bases; /* what stood before, for `check`; analysis_bases() */
	uint32_t n_bases;
};

/* Reads the configuration, in the state X->head.here, or infers it from DIRECTORIES (N may be 0: then
 * a configuration must be there). False when an error was added to DIAGS. */
bool analysis_configure(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags);
/* analysis_configure(), and reads, extracts and links the head. */
bool analysis_read(struct analysis *x, const struct options *o, const char *const *directories,
	uint32_t n, struct diags *diags);
/* Builds the world of what was read. */
bool analysis_build(struct analysis *x, const struct options *o, struct diags *diags);
void analysis_free(struct analysis *x);

/* The cache that the options, else the environment, name; NULL when there is to be none. */
struct cache *user_cache(struct arena *a, const struct options *o, struct diags *diags);
/* Has the cache keep what was extracted so far. */
void user_cache_save(const struct analysis *x, const struct options *o, struct diags *diags);

/* The index of the service NAME; UINT32_MAX with an error when there is none of that name. */
uint32_t analysis_service(const struct analysis *x, const char *name, struct diags *diags);

/* True for the services that a command judges where the process stands. */
bool analysis_is_judged(const struct analysis *x, uint32_t service);
/* True when such a service is there, and all that are could be listed; else with an error. */
bool analysis_someone_is_here(const struct analysis *x, struct diags *diags);

/* The parts of analysis_read(), in their order; for a head and its bases. All are false when an error
 * was added to DIAGS. Lists the files of the services that are here. */
bool side_list_here(struct analysis *x, struct side *s, struct diags *diags);
/* Lists all others, in their own states: facts, revisions, the default branches of remotes. */
bool side_list_others(
	struct analysis *x, const struct options *o, struct side *s, struct diags *diags);
/* Makes the others of S what they are in LIKE, and takes the units of LIKE for files with the same
 * bytes: units know no path. */
void side_share(struct analysis *x, struct side *s, const struct side *like);
/* True for the service's file of known findings. */
/* True for a file that is no language of ours, and that `tool` wants to know of (host_listed). */
bool side_is_listed(struct str path);
bool side_is_baseline(const struct analysis *x, uint32_t service, struct str path);
/* Sets .host (NULL: nobody reads it) and .class of a file of which .service and .entry.path are known: the
 * configuration says what a service's known findings and dumps are, the path the rest. */
void side_classify(const struct analysis *x, struct file *f);
/* True when a file that is read differs between the two; files are known by their blobs. */
bool side_differs(const struct analysis *x, const struct side *a, const struct side *b);
/* True when what differs says the same, or says nothing of a database: no finding can come or go by it. */
bool side_differs_quietly(struct analysis *x, const struct side *head, const struct side *base);
/* Extracts and links what was listed. */
void side_read(struct analysis *x, const struct options *o, struct side *s);
bool side_build(
	struct analysis *x, const struct options *o, struct side *s, struct diags *diags);

/* Chooses for `check` and `impact` what is judged (the index, a revision, the work tree) and against
 * what; there may be several bases while a merge is under way. */
bool change_choose(struct analysis *x, const struct options *o, struct diags *diags);
/* Reads and builds base number I, whose services that are here have been listed. */
bool change_build_base(
	struct analysis *x, const struct options *o, uint32_t i, struct diags *diags);

/* The configuration's bytes in a state of the repository in which one stands; NULL when it stands
 * elsewhere. *MISSING: it is not there in that state. */
const struct str *analysis_config_text(
	struct analysis *x, struct str path, const struct source_request *state, bool *missing);

/* Facts, in the format that src/cmd/facts_file.c describes. facts_write: those of the service, with
 * those of FOLLOWING further services to come behind them. facts_read: appends the files of the facts
 * in BYTES to the side as services of those names; false with a diagnostic when they are not whole or
 * of another version. */
void facts_write(
	const struct analysis *x, uint32_t service, uint32_t following, struct buf *out);
/* The service that a facts header names; empty when the line is no header. */
struct str facts_service(struct arena *a, struct str line);
bool facts_read(struct analysis *x, struct side *s, struct str path, struct str bytes,
	struct diags *diags);

struct findings;

/* Renders the document for every output of O and writes it: to standard output, or to a file by way
 * of a temporary one. False with a diagnostic when a format is unknown or a write fails. */
struct document {
	const struct findings_doc *findings;
	const struct who_doc *who;
	const struct catalog_doc *catalog;
	const struct impact_doc *impact;
	const struct config_doc *config;
};
bool output_documents(
	struct arena *a, const struct options *o, const struct document *d, struct diags *diags);
/* Says of the document's places where they are for the reader (.here, .typed), adds the rules, and writes
 * it as every output of O wants it. --report-repo leaves what stands in that repository. Returns the
 * worst level of what is reported. */
enum level report_findings(
	struct analysis *x, const struct options *o, struct findings_doc *doc, struct diags *diags);
void report_who(
	struct analysis *x, const struct options *o, struct who_doc *doc, struct diags *diags);
/* Writes BYTES to FILE by way of a temporary file beside it; empty FILE, or -: standard output. */
bool output_write(struct str file, struct str bytes, struct diags *diags);
/* True when standard output is a pipe that nobody reads any more. */
bool output_is_cut(void);

/* Reads a whole file; false with a diagnostic. */
bool input_read(struct arena *a, struct str path, struct str *bytes, struct diags *diags);

/* The exit status of a judgement. */
int judge(const struct options *o, enum level worst, uint32_t gaps, const struct diags *diags);

#endif
