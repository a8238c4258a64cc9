/* Repositories and directories → trees of files. The only layer that sees libgit2. It runs nothing
 * from a repository and writes nothing into one. */
#ifndef SOURCE_SOURCE_H
#define SOURCE_SOURCE_H

#include "base/diag.h"
#include "base/files.h"

struct arena;

/* Larger files are READ_TOO_LARGE. */
#define SOURCE_MAX_BYTES (64 << 20)

enum source_kind {
	SOURCE_WORK_TREE, /* files as git sees them: ignored ones left out, untracked ones in; what a
			   * sparse checkout leaves out is as in the index */
	SOURCE_REVISION,  /* the tree of a commit; also of a bare repository */
	SOURCE_INDEX,     /* what is staged */
	SOURCE_DIRECTORY, /* no repository: every file below it */
	SOURCE_MEMORY,    /* tests */
};

struct source {
	enum source_kind kind;
	struct str
		repository; /* the repository's top directory or .git; empty for SOURCE_DIRECTORY */
	struct str prefix;  /* directory inside the repository with its '/', or empty */
	struct str
		commit; /* hex id of the commit that was read; of HEAD for a work tree; empty: none */
	struct str committed; /* the commit's date (its committer's day in UTC): "2026-11-25" */
	struct str revision;  /* by which name it was read: "origin/main"; empty for a work tree */
	struct str url;       /* of the remote (origin, or the only one) without credentials; or empty */
	struct file_list list; /* paths relative to the prefix; sorted */
	struct files files;    /* for reading; thread-safe through its handles */
};

struct source_request {
	struct str path;     /* work tree, bare repository, directory in one, or plain directory */
	struct str name;     /* what messages call it, as the user would; empty: the path */
	struct str subdir;   /* `path:` of the configuration; empty: none */
	struct str revision; /* empty: the work tree; HEAD for a bare repository */
	bool remote_default; /* without a revision: the remote's default branch, if there is one */
	bool index;          /* the index instead of the work tree */
	struct str index_file; /* another than the repository's own ($GIT_INDEX_FILE); empty: that */
	bool nothing;          /* list no file: what was before the first commit */
	bool optional;         /* a subdir that the revision lacks holds nothing; else an error */
};

/* The repository in which the process stands. */
struct source_here {
	struct str top;    /* real path of its work tree, or of a bare repository; empty: none */
	struct str common; /* real path of what its work trees share: .git, or the bare repository */
	struct str git;    /* real path of what is this work tree's own; .common, but in a linked one */
	struct str broken; /* why the one that is there cannot be read; empty: it can, or there is none */
};

/* Opens and lists. False when it cannot be read at all, with a diagnostic: an error where the request
 * is wrong (no such directory, no such revision, not a repository although a revision was asked for,
 * a repository of another user that safe.directory does not name, an index with conflicts), a warning
 * where git's own data is (unsupported format, damaged index, a submodule that is not checked out). A
 * repository without commits lists its work tree, or nothing for a bare one, with a note. Nested
 * repositories and submodules are left out with a note (they are services of their own), symbolic
 * links without; a directory that its repository ignores is read as a plain one, because it was named
 * on purpose. */
bool source_open(struct source *s, struct arena *a, const struct source_request *request,
	struct diags *diags);
void source_close(struct source *s);

/* Looks for the repository of the current directory as git does, upwards. Says nothing when there is
 * none. */
void source_here(struct source_here *here, struct arena *a);
/* True when PATH is in the repository, or in another work tree of it, and no submodule that is not
 * checked out. */
bool source_is_here(const struct source_here *here, const char *path);
/* Of a PATH that is here: the same directory in the work tree in which the process stands. */
struct str source_path_here(const struct source_here *here, struct arena *a, struct str path);

/* Reads the one file PATH, relative to the top of the repository at TOP, as it is staged
 * (REQUEST->index) or stands in REQUEST->revision. READ_MISSING when it is not there. */
enum read_status source_read_one(struct arena *a, struct str top,
	const struct source_request *request, struct str path, struct str *bytes);

/* The commits against which a change is judged; none: there was nothing before it. */
struct source_bases {
	VEC(struct str) list; /* hex ids */
};
/* What is not committed stands on HEAD and, while a merge is under way, on what is merged into it.
 * False with a diagnostic when the repository cannot be read. */
bool source_bases_of_head(
	struct source_bases *out, struct arena *a, struct str top, struct diags *diags);
/* The merge base of BASE and HEAD (empty: HEAD itself). False with a diagnostic that says what to do
 * when a revision is not there, when the two have no common history, or when a shallow clone ends
 * before it. */
bool source_merge_base(struct source_bases *out, struct arena *a, struct str top, struct str base,
	struct str head, struct diags *diags);

/* Says of N paths, relative to the top of the repository at TOP, which are not in the remote's default
 * branch as it was fetched last; none, where no such branch is known. */
void source_find_unpublished(
	struct arena *a, struct str top, const struct str *paths, uint32_t n, bool *unpublished);

/* Where git looks for the hooks of the repository that PATH is in. */
struct source_hooks {
	struct str directory;
	bool shared; /* by all repositories of the user, or of the machine */
};
/* False with an error when PATH is in no repository, in a bare one, or in somebody else's. */
bool source_hooks(
	struct source_hooks *out, struct arena *a, struct str path, struct diags *diags);

/* A tree in memory, for tests: PATHS and TEXTS are N C strings. */
void source_memory(struct source *s, struct arena *a, const char *const *paths,
	const char *const *texts, uint32_t n);

/* git's blob id of some bytes, 40 hex digits in the arena. */
struct str source_blob_id(struct arena *a, struct str bytes);

#endif
