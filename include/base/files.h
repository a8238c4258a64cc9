/* The interface by which the layers list and read files without knowing git. `source` implements
 * it over repositories and directories, tests over memory. */
#ifndef BASE_FILES_H
#define BASE_FILES_H

#include "base/str.h"
#include "base/vec.h"

struct arena;
struct diags;

/* One file of a tree. */
struct file_entry {
	struct str path; /* relative to the tree's root, '/'-separated, no leading "./" */
	struct str blob; /* git's blob id in hex (40 digits); empty when not known without reading */
	uint64_t size;   /* bytes; 0 when not known without reading */
};

struct file_list {
	VEC(struct file_entry) list; /* sorted by path, bytewise, each path once */
};

enum read_status {
	READ_OK,
	READ_MISSING,   /* the blob is not there (partial clone), or the file vanished */
	READ_TOO_LARGE, /* over the reader's bound */
	READ_LFS,       /* a Git LFS pointer stands in its place */
	READ_ERROR,     /* the system says no */
};

/* A tree of files that may be read by several threads, each with a handle of its own. */
struct files {
	const struct files_ops *ops;
	void *self;
};

struct files_ops {
	/* Opens a reading handle for one thread. NULL when that fails. */
	void *(*open)(void *self);
	/* Reads the file into the arena and fills *BLOB (arena; 40 hex digits) when it was empty. */
	enum read_status (*read)(void *handle, struct arena *a, const struct file_entry *entry,
		struct str *bytes, struct str *blob);
	void (*close)(void *handle);
	/* git's blob id of some bytes, 40 hex digits in the arena. */
	struct str (*blob_id)(struct arena *a, struct str bytes);
};

/* Why a status other than READ_OK is one, for a blind spot: "Git LFS pointer". */
const char *read_status_reason(enum read_status status);

/* The file or directory PATH without symbolic links, absolute, in the arena; empty, and errno says why, when
 * it is not there. NULL is nowhere. */
struct str file_real_path(struct arena *a, const char *path);

#endif
