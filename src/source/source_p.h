/* What the files of `source` share: one repository (or directory) while it is listed. */
#ifndef SOURCE_SOURCE_P_H
#define SOURCE_SOURCE_P_H

#include <git2.h>

#include "base/arena.h"
#include "source/source.h"

/* libgit2 1.5 loses its match data when it looks through a configuration, for extensions of the format
 * or for remotes: a kilobyte each, which would hide the leaks of ours that the sanitizer is there for. */
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/lsan_interface.h>
#else
#define __lsan_disable() ((void)0)
#define __lsan_enable() ((void)0)
#endif

/* A path longer than this is hostile or broken: what lies below is named and left out. */
#define SOURCE_PATH_MAX 4000
/* A tree may name itself's like a thousand times a level: more files than this are not listed. */
#define SOURCE_FILES_MAX 4000000

/* What reading needs; lives in the source's arena, is not changed after source_open(). */
struct source_self {
	struct arena *arena;
	struct str root; /* directory on disk that the paths are relative to, with '/'; or empty */
	struct str objects;       /* the object database's directory; empty: none */
	bool verbatim;            /* work tree: clean files are their blobs, but for line ends */
	const char *const *texts; /* SOURCE_MEMORY */
	const char *const *paths;
	uint32_t n;
};

/* One listing. */
struct listing {
	struct source *source;
	struct source_self *self;
	struct arena *arena;
	struct diags *diags;
	struct str name;      /* as the user named it, for diagnostics */
	git_repository *repo; /* NULL for a plain directory */
	struct str root;      /* as in source_self */
	struct str index_file; /* as in struct source_request */
	bool optional;         /* likewise */
	bool full;            /* SOURCE_FILES_MAX was reached */
};

/* Appends a file; PATH is relative to the prefix and is copied; ID may be NULL. */
void source_add_file(struct listing *l, struct str path, const git_oid *id, uint64_t size);

/* The work tree below the prefix as git sees it. */
bool source_list_work_tree(struct listing *l);
/* Every file below the root. */
bool source_list_directory(struct listing *l);
/* The staged entries below the prefix. */
bool source_list_index(struct listing *l);
/* The tree of COMMIT below the prefix. */
bool source_list_commit(struct listing *l, git_commit *commit);

/* Reads a regular file; symbolic links are not followed. */
enum read_status source_read_file(struct arena *a, const char *path, struct str *bytes);

/* The commit that REVISION names, through tags; else libgit2's error. */
int source_find_commit(
	git_commit **commit, git_repository *repo, struct arena *a, struct str revision);
/* After that ERROR: what is wrong with the name; empty: there just is nothing of that name. */
struct str source_no_commit(
	struct arena *a, git_repository *repo, struct str revision, int error);

/* Opens the index, or the FILE that stands for it ($GIT_INDEX_FILE; empty: none): while it runs a hook,
 * git may have put there what will be committed. */
int source_index_open(git_index **index, git_repository *repo, struct arena *a, struct str file);
/* Why that failed, and what to do. */
struct str source_index_error(struct arena *a, git_repository *repo, struct str file);

/* True when attributes let git convert files of the work tree in other ways than at line ends:
 * filters (LFS, encryption), $Id$, encodings. */
bool source_converts(struct listing *l);

/* True when the directory DIR (a real path) is a submodule of REPO that is not checked out: nothing is in
 * it, and what is found above it is another repository. */
bool source_is_hollow(git_repository *repo, struct str dir);

/* Would git work in REPO? *PATH is what safe.directory has to name if not. */
bool source_trusts(struct arena *a, git_repository *repo, struct str *path);

/* What the system and the user configure, with git's variables for other files; the caller frees it.
 * NULL when there is no memory. */
git_config *source_user_config(void);

/* git's last error in words, or "unknown error". */
const char *source_git_error(void);
/* Initialises libgit2 once for the process. */
void source_git_init(void);
/* git_repository_open_ext(). */
int source_git_open(git_repository **repo, const char *path, unsigned flags);

/* The name under which the remote's default branch is known here, "origin/main"; empty: there is no
 * remote, or none of its branches was fetched. */
struct str source_remote_default(struct arena *a, git_repository *repo);
/* The URL of the remote (origin, else the only one) without what only its user may know; or empty. */
struct str source_remote_url(struct arena *a, git_repository *repo);

extern const struct files_ops source_files_ops;

#endif
