/* The linker: resolves symbols across units, closes open fragments and has them parsed. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "base/files.h"
#include "base/map.h"
#include "extract/extract.h"

/* Where a service's files are. */
struct link_service {
	struct str name;
	struct files files; /* .ops NULL: there is nothing to read (facts), only units */
};

/* Where a service's names can be looked for. */
struct link_index {
	struct map directories; /* "a/b" → struct file_indexes: the files of a package */
	struct map modules;     /* "a.b.c" and every ending of it → the file's number */
	struct map paths;       /* "a/b/c" of a/b/c.ts and every ending of it → likewise */
	struct map constants;   /* "order_totals" of order_totals.rb → the file's number */
};

struct linker {
	struct arena *arena;
	struct file_set *set;
	const struct link_service *services; /* by config's index */
	const struct extract_options *options;
	struct link_index *indexes; /* private: by service */
	VEC(uint32_t) wanted;       /* private: numbers of files to pull in, each once */
	bool *is_wanted;            /* private: by number - 1 */
};

/* Indexes the files of the set by directory and by module. Services are numbered as in the set. */
void link_init(struct linker *l, struct arena *a, struct file_set *set,
	const struct link_service *services, uint32_t n, const struct extract_options *options);

/* Closes every open fragment of every unit; pulls in (extracts) files that define what is wanted.
 * The results are in each file's .closed. Runs on a thread with a large stack of its own. */
void link_run(struct linker *l);

/* Evaluates the file-level symbol NAME of each of the files (a Migration class) with all units at
 * hand; "*.name": that function of a class of the file, "&name": the block that a call of that name takes, several
 * ','-joined: the first that is there; into file->closed, and has the SQL in its operations parsed. Of a function (upgrade) it is what it does
 * (evaluate_body()), and who lowers it has its SQL parsed by link_sql(). VALUES[i] becomes the value's
 * index in file i's .closed, 0 when there is no such symbol. */
void link_symbols(
	struct linker *l, const uint32_t *files, uint32_t n, struct str name, uint32_t *values);

/* Has the text of a value of U parsed as SQL that a migration runs, into U. Wants a large stack
 * (extract_on_large_stack()). */
void link_sql(struct linker *l, struct unit *u, uint32_t value);

/* The text of the first file-level symbol NAME, among the files of SERVICE whose name matches the
 * glob FILE_NAME, that evaluates to a string: settings. Empty when there is none. */
struct str link_setting(struct linker *l, uint32_t service, const char *file_name, struct str name);

#endif
