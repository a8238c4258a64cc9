/* Opening: what a path is (work tree, bare repository, directory in one, plain directory) and which
 * of the listings answers for it.
 *
 * libgit2 executes nothing by itself: no hooks, no filter commands, no lazy fetching of missing
 * blobs. Still a repository that git would not work in is not read: see trust.c. */
#include "source/source.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "source_p.h"

struct str
source_blob_id(struct arena *a, struct str bytes)
{
	char hex[GIT_OID_HEXSZ + 1];
	git_oid id;

	source_git_init();
	git_odb_hash(&id, bytes.s ? bytes.s : "", bytes.n, GIT_OBJECT_BLOB);
	git_oid_tostr(hex, sizeof hex, &id);
	return str_dup(a, str_from(hex));
}

void
source_add_file(struct listing *l, struct str path, const git_oid *id, uint64_t size)
{
	struct file_entry *e;
	char hex[GIT_OID_HEXSZ + 1];

	if (l->source->list.list.n == SOURCE_FILES_MAX) {
		if (!l->full)
			diag_add(l->diags, DIAG_WARNING, l->name, 0, 0,
				"more than %d files: the rest is not read", SOURCE_FILES_MAX);
		l->full = true;
		return;
	}
	e = vec_add(l->arena, &l->source->list.list);
	e->path = str_dup(l->arena, path);
	e->size = size;
	if (id) {
		git_oid_tostr(hex, sizeof hex, id);
		e->blob = str_dup(l->arena, str_from(hex));
	}
}

static int
compare_entries(const void *x, const void *y)
{
	return str_cmp(((const struct file_entry *)x)->path, ((const struct file_entry *)y)->path);
}

/* With the '/' that makes it a prefix; the empty path stays empty. */
static struct str
with_slash(struct arena *a, struct str path)
{
	if (!path.n || str_ends(path, STR("/")))
		return str_dup(a, path);
	return str_format(a, "%.*s/", STR_ARG(path));
}

/* `path:` without "./", doubled and trailing slashes; false when it leaves the repository. */
static bool
normalise_subdir(struct arena *a, struct str subdir, struct str *out)
{
	struct buf b = {.arena = a};
	struct str rest = subdir, part;

	if (str_starts(subdir, STR("/")))
		return false;
	while (str_cut(&rest, '/', &part)) {
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, ".."))
			return false;
		buf_addf(&b, "%.*s/", STR_ARG(part));
	}
	*out = buf_str(&b);
	return true;
}

static bool
has_entry(struct arena *a, struct str dir, const char *name)
{
	struct str path = str_format(a, "%.*s/%s", STR_ARG(dir), name);
	struct stat st;

	return lstat(path.s, &st) == 0;
}

/* A bare repository without a config file is one to git, but libgit2 wants to be told. */
static bool
looks_bare(struct arena *a, struct str dir)
{
	return !has_entry(a, dir, ".git") && has_entry(a, dir, "HEAD") &&
	       has_entry(a, dir, "objects") && has_entry(a, dir, "refs");
}

/* The repository that DIR is in. *REPO stays NULL when there is none; false when there is one that
 * cannot be used. */
static bool
open_repository(struct listing *l, struct str dir, git_repository **repo)
{
	unsigned flags = looks_bare(l->arena, dir) ? GIT_REPOSITORY_OPEN_BARE : 0;
	struct str path;
	int error;

	error = source_git_open(repo, dir.s, flags);
	if (error == GIT_ENOTFOUND)
		return true;
	if (error) {
		diag_add(l->diags, DIAG_WARNING, l->name, 0, 0, "git repository cannot be read: %s",
			source_git_error());
		return false;
	}
	if (!source_trusts(l->arena, *repo, &path)) {
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0,
			"the repository belongs to another user, so git does not trust it: "
			"run `git config --global --add safe.directory '%.*s'` if you do",
			STR_ARG(path));
		return false;
	}
	if (!source_is_hollow(*repo, dir))
		return true;
	diag_add(l->diags, DIAG_WARNING, l->name, 0, 0,
		"a submodule that is not checked out: run `git submodule update --init`");
	return false;
}

/* The part of DIR below the repository's work tree, with '/'. */
static struct str
prefix_in(struct arena *a, git_repository *repo, struct str dir)
{
	const char *top = git_repository_workdir(repo);
	char *real = top ? realpath(top, NULL) : NULL;
	struct str prefix = {0}, root;

	if (real) {
		root = with_slash(a, str_from(real));
		dir = with_slash(a, dir);
		if (str_starts(dir, root))
			prefix = str_slice(dir, root.n, dir.n);
		free(real);
	}
	return prefix;
}

/* A directory that its repository ignores was named on purpose: it is read as it is. */
static bool
ignored_here(struct arena *a, git_repository *repo, struct str prefix)
{
	struct str dir = str_dup(a, prefix);
	git_index *index = NULL;
	size_t at;
	int ignored = 0;
	bool tracked;

	if (!prefix.n || git_ignore_path_is_ignored(&ignored, repo, dir.s) || !ignored)
		return false;
	if (git_repository_index(&index, repo))
		return false;
	tracked = git_index_find_prefix(&at, index, dir.s) == 0;
	git_index_free(index);
	return !tracked;
}

static void
set_commit(struct source *s, struct arena *a, const git_commit *commit)
{
	time_t when = (time_t)git_commit_time(commit);
	char hex[GIT_OID_HEXSZ + 1];
	struct tm day;

	git_oid_tostr(hex, sizeof hex, git_commit_id(commit));
	s->commit = str_dup(a, str_from(hex));
	if (gmtime_r(&when, &day))
		s->committed = str_format(
			a, "%04d-%02d-%02d", day.tm_year + 1900, day.tm_mon + 1, day.tm_mday);
}

/* The commit that is checked out; false with a note when there is none yet. */
static bool
head_commit(struct listing *l, git_commit **commit)
{
	git_object *o = NULL;
	int error = git_revparse_single(&o, l->repo, "HEAD");

	if (!error)
		error = git_object_peel((git_object **)commit, o, GIT_OBJECT_COMMIT);
	git_object_free(o);
	if (!error) {
		set_commit(l->source, l->arena, *commit);
		return true;
	}
	if (git_repository_head_unborn(l->repo) == 1)
		diag_add(l->diags, DIAG_NOTE, l->name, 0, 0, "the repository has no commits yet");
	else
		diag_add(l->diags, DIAG_WARNING, l->name, 0, 0, "HEAD cannot be read: %s",
			source_git_error());
	return false;
}

static bool
list_revision(struct listing *l, struct str revision)
{
	git_commit *commit;
	int error = source_find_commit(&commit, l->repo, l->arena, revision);
	struct str why = {0};
	bool ok;

	if (error) {
		why = source_no_commit(l->arena, l->repo, revision, error);
		if (!why.n)
			why = str_format(l->arena, "no revision '%.*s' in this repository%s",
				STR_ARG(revision),
				str_starts(revision, STR("origin/")) ? "; run `git fetch` in it"
								     : "");
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "%.*s", STR_ARG(why));
		return false;
	}
	set_commit(l->source, l->arena, commit);
	l->source->revision = revision;
	ok = source_list_commit(l, commit);
	git_commit_free(commit);
	return ok;
}

static bool
list_work_tree(struct listing *l, bool index)
{
	git_commit *commit = NULL;

	head_commit(l, &commit);
	git_commit_free(commit);
	return index ? source_list_index(l) : source_list_work_tree(l);
}

static bool
list_bare(struct listing *l)
{
	git_commit *commit = NULL;
	bool ok;

	if (!head_commit(l, &commit))
		return git_repository_head_unborn(l->repo) == 1;
	ok = source_list_commit(l, commit);
	git_commit_free(commit);
	return ok;
}

static bool
list_repository(struct listing *l, const struct source_request *r)
{
	bool bare = git_repository_is_bare(l->repo);
	struct str revision = r->revision;

	l->source->url = source_remote_url(l->arena, l->repo);
	if (r->nothing) {
		l->source->kind = SOURCE_REVISION;
		return true;
	}
	if (r->remote_default && !revision.n && !r->index)
		revision = source_remote_default(l->arena, l->repo);
	if (r->index && bare) {
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0,
			"a bare repository has nothing staged: name a revision");
		return false;
	}
	l->source->kind = r->index             ? SOURCE_INDEX
			  : revision.n || bare ? SOURCE_REVISION
					       : SOURCE_WORK_TREE;
	if (r->index || (!revision.n && !bare))
		return list_work_tree(l, r->index);
	return revision.n ? list_revision(l, revision) : list_bare(l);
}

/* Only a directory that stands on disk can be listed from there. */
static bool
check_root(struct listing *l)
{
	struct stat st;

	if (stat(l->root.s, &st) || !S_ISDIR(st.st_mode)) {
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "no directory '%.*s' in it",
			STR_ARG(l->source->prefix));
		return false;
	}
	if (access(l->root.s, R_OK | X_OK) == 0)
		return true;
	diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "cannot be read: %s", strerror(errno));
	return false;
}

static bool
list_plain(struct listing *l, const struct source_request *r)
{
	l->source->kind = SOURCE_DIRECTORY;
	if (!r->revision.n && !r->index && !r->nothing)
		return check_root(l) && source_list_directory(l);
	diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "not a git repository, so it has no %s",
		r->index ? "index" : "revisions");
	return false;
}

/* Lists DIR, which exists. */
static bool
open_directory(
	struct listing *l, const struct source_request *r, struct str dir, struct source_self *self)
{
	struct source *s = l->source;
	struct str subdir = {0};

	if (!normalise_subdir(l->arena, r->subdir, &subdir)) {
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "path '%.*s' leaves the repository",
			STR_ARG(r->subdir));
		return false;
	}
	if (!open_repository(l, dir, &l->repo))
		return false;
	if (l->repo) {
		s->prefix = str_format(l->arena, "%.*s%.*s",
			STR_ARG(prefix_in(l->arena, l->repo, dir)), STR_ARG(subdir));
		if (!git_repository_is_bare(l->repo) && !r->revision.n && !r->index &&
			ignored_here(l->arena, l->repo, s->prefix)) {
			git_repository_free(l->repo);
			l->repo = NULL;
		}
	}
	l->root = str_format(
		l->arena, "%.*s%.*s", STR_ARG(with_slash(l->arena, dir)), STR_ARG(subdir));
	self->root = l->root;
	if (!l->repo) {
		s->prefix = subdir;
		return list_plain(l, r);
	}
	self->objects = str_format(l->arena, "%sobjects", git_repository_commondir(l->repo));
	s->repository = str_dup(l->arena,
		str_from(git_repository_is_bare(l->repo) ? git_repository_path(l->repo)
							 : git_repository_workdir(l->repo)));
	return list_repository(l, r);
}

bool
source_open(struct source *s, struct arena *a, const struct source_request *request,
	struct diags *diags)
{
	struct source_self *self = arena_new(a, struct source_self);
	struct listing l = {.source = s,
		.self = self,
		.arena = a,
		.diags = diags,
		.name = request->name.n ? request->name : request->path,
		.index_file = request->index_file,
		.optional = request->optional};
	char *real = realpath(str_cstr(a, request->path), NULL);
	struct stat st;
	bool ok = false;

	source_git_init();
	*s = (struct source){.files = {.ops = &source_files_ops, .self = self}};
	self->arena = a;
	if (!real)
		diag_add(diags, DIAG_ERROR, l.name, 0, 0, "cannot be opened: %s", strerror(errno));
	else if (stat(real, &st) || !S_ISDIR(st.st_mode))
		diag_add(diags, DIAG_ERROR, l.name, 0, 0, "not a directory");
	else
		ok = open_directory(&l, request, str_dup(a, str_from(real)), self);
	free(real);
	git_repository_free(l.repo);
	if (s->list.list.n)
		qsort(s->list.list.v, s->list.list.n, sizeof *s->list.list.v, compare_entries);
	return ok;
}

void
source_close(struct source *s)
{
	*s = (struct source){0};
}

void
source_memory(struct source *s, struct arena *a, const char *const *paths, const char *const *texts,
	uint32_t n)
{
	struct source_self *self = arena_new(a, struct source_self);
	struct listing l = {.source = s, .arena = a};

	*self = (struct source_self){.arena = a, .paths = paths, .texts = texts, .n = n};
	*s = (struct source){
		.kind = SOURCE_MEMORY,
		.files = {.ops = &source_files_ops, .self = self},
	};
	for (uint32_t i = 0; i < n; i++)
		source_add_file(&l, str_from(paths[i]), NULL, strlen(texts[i]));
	if (n)
		qsort(s->list.list.v, n, sizeof *s->list.list.v, compare_entries);
}
