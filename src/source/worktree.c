/* Listing what stands on disk: a work tree as git sees it, or a plain directory.
 *
 * A tracked file whose stat data is the index's is its blob, known without reading; one that is
 * changed or untracked is read from disk. An entry that is as young as the index itself could have
 * been changed since without a trace in its stat data ("racily clean"): its content decides, as in
 * git (Documentation/technical/racy-git.txt). */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source_p.h"

/* The index as this walk needs it. */
struct tracked {
	const git_index_entry **v; /* sorted by path, bytewise; each path once */
	size_t n;
	struct timespec written; /* when the index was; zero: unknown */
	bool minimal;            /* core.checkStat = minimal */
	bool ctime;              /* core.trustctime */
};

struct walk {
	struct listing *listing;
	struct tracked tracked;
	struct str prefix;    /* in the repository */
	VEC(struct str) todo; /* directories, with '/', relative to the root */
};

static int
compare_tracked(const void *x, const void *y)
{
	const git_index_entry *const *a = x, *const *b = y;
	int order = strcmp((*a)->path, (*b)->path);

	return order ? order : git_index_entry_stage(*a) - git_index_entry_stage(*b);
}

/* First entry that is not before PATH. */
static size_t
lower_bound(const struct tracked *t, const char *path)
{
	size_t low = 0, high = t->n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(t->v[middle]->path, path) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static const git_index_entry *
find_tracked(const struct tracked *t, const char *path)
{
	size_t i = lower_bound(t, path);

	return i < t->n && !strcmp(t->v[i]->path, path) ? t->v[i] : NULL;
}

/* Is a tracked file somewhere below DIR (with its '/')? */
static bool
tracked_below(const struct tracked *t, struct str dir)
{
	size_t i = lower_bound(t, dir.s);

	return i < t->n && !strncmp(t->v[i]->path, dir.s, dir.n);
}

static void
read_settings(struct tracked *t, git_repository *repo)
{
	git_config *config = NULL;
	const char *word = NULL;
	int yes;

	t->ctime = true;
	if (git_repository_config_snapshot(&config, repo))
		return;
	if (!git_config_get_bool(&yes, config, "core.trustctime"))
		t->ctime = yes;
	if (!git_config_get_string(&word, config, "core.checkstat"))
		t->minimal = !strcmp(word, "minimal");
	git_config_free(config);
}

/* Takes the regular entries and those that say "not here" (gitlinks) out of INDEX. */
static void
gather(struct walk *w, git_index *index)
{
	struct tracked *t = &w->tracked;
	size_t n = git_index_entrycount(index), kept = 0;
	struct stat st;

	read_settings(t, w->listing->repo);
	if (git_index_path(index) && !stat(git_index_path(index), &st))
		t->written = st.st_mtim;
	t->v = arena_array(w->listing->arena, const git_index_entry *, n + 1);
	for (size_t i = 0; i < n; i++)
		t->v[i] = git_index_get_byindex(index, i);
	qsort(t->v, n, sizeof *t->v, compare_tracked);
	for (size_t i = 0; i < n; i++)
		if (!kept || strcmp(t->v[kept - 1]->path, t->v[i]->path))
			t->v[kept++] = t->v[i];
	t->n = kept;
}

static bool
same_time(const git_index_time *x, const struct timespec *y)
{
	return (uint32_t)x->seconds == (uint32_t)y->tv_sec &&
	       (!x->nanoseconds || x->nanoseconds == (uint32_t)y->tv_nsec);
}

static bool
same_stat(const struct tracked *t, const git_index_entry *e, const struct stat *st)
{
	if (e->file_size != (uint32_t)st->st_size)
		return false;
	if (t->minimal)
		return (uint32_t)e->mtime.seconds == (uint32_t)st->st_mtim.tv_sec;
	return same_time(&e->mtime, &st->st_mtim) &&
	       (!t->ctime || same_time(&e->ctime, &st->st_ctim)) &&
	       e->ino == (uint32_t)st->st_ino && e->uid == st->st_uid && e->gid == st->st_gid;
}

static bool
racy(const struct tracked *t, const struct stat *st)
{
	if (st->st_mtim.tv_sec != t->written.tv_sec)
		return st->st_mtim.tv_sec > t->written.tv_sec;
	return st->st_mtim.tv_nsec >= t->written.tv_nsec;
}

/* Is the file on disk the entry's blob? Compares content where stat data cannot tell. */
static bool
clean(struct walk *w, const git_index_entry *e, const struct stat *st)
{
	git_oid id;

	if (git_index_entry_stage(e) || e->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD)
		return false;
	if (e->flags & GIT_INDEX_ENTRY_VALID)
		return true;
	if (!same_stat(&w->tracked, e, st))
		return false;
	if (!racy(&w->tracked, st))
		return true;
	return !git_repository_hashfile(&id, w->listing->repo, e->path, GIT_OBJECT_BLOB, NULL) &&
	       git_oid_equal(&id, &e->id);
}

/* PATH: in the repository. Trailing '/' for a directory. */
static bool
ignored(struct walk *w, const char *path)
{
	int yes = 0;

	return w->listing->repo && !git_ignore_path_is_ignored(&yes, w->listing->repo, path) && yes;
}

static void
visit_file(struct walk *w, struct str path, const struct stat *st)
{
	struct listing *l = w->listing;
	struct str full = str_join(l->arena, w->prefix, path);
	const git_index_entry *e = find_tracked(&w->tracked, full.s);

	if (e && e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE)
		return;
	if (!e && ignored(w, full.s))
		return;
	/* What git only assumes to be unchanged may stand there differently: that size is not the blob's. */
	source_add_file(l, path, e && S_ISREG(e->mode) && clean(w, e, st) ? &e->id : NULL,
		e && e->flags & GIT_INDEX_ENTRY_VALID ? 0 : (uint64_t)st->st_size);
}

static bool
holds_repository(struct listing *l, struct str dir)
{
	struct stat st;
	struct str git = str_format(l->arena, "%.*s%.*s.git", STR_ARG(l->root), STR_ARG(dir));

	return lstat(git.s, &st) == 0;
}

static void
visit_directory(struct walk *w, struct str name)
{
	struct listing *l = w->listing;
	struct str path = str_join(l->arena, name, STR("/"));
	struct str full = str_join(l->arena, w->prefix, path);

	if (!tracked_below(&w->tracked, full)) {
		if (ignored(w, full.s))
			return;
		if (holds_repository(l, path)) {
			diag_add(l->diags, DIAG_NOTE, l->name, 0, 0,
				"'%.*s' is a repository of its own and not read with this one",
				STR_ARG(name));
			return;
		}
	}
	vec_push(l->arena, &w->todo, path);
}

static void
not_read(struct listing *l, struct str path, const char *why)
{
	diag_add(l->diags, DIAG_WARNING, l->name, 0, 0, "'%.*s…' is not read: %s", 60, path.s, why);
}

/* An entry of the directory DIR, which is open as D. What it is need not be asked where readdir() says
 * that it is a directory. */
static void
visit(struct walk *w, struct str dir, DIR *d, const struct dirent *e)
{
	struct str path = str_join(w->listing->arena, dir, str_from(e->d_name));
	struct stat st = {.st_mode = S_IFDIR};

	if (path.n > SOURCE_PATH_MAX - 100) {
		not_read(w->listing, path, "its path is too long");
		return;
	}
	if (e->d_type != DT_DIR && fstatat(dirfd(d), e->d_name, &st, AT_SYMLINK_NOFOLLOW)) {
		if (errno != ENOENT)
			not_read(w->listing, path, strerror(errno));
		return;
	}
	if (S_ISDIR(st.st_mode))
		visit_directory(w, path);
	else if (S_ISREG(st.st_mode))
		visit_file(w, path, &st);
}

static bool
passed_over(const char *name)
{
	return !strcmp(name, ".") || !strcmp(name, "..") || !strcmp(name, ".git");
}

static void
walk_directory(struct walk *w, struct str dir)
{
	struct listing *l = w->listing;
	DIR *d = opendir(str_join(l->arena, l->root, dir).s);
	struct dirent *e;

	if (!d) {
		diag_add(l->diags, DIAG_WARNING, l->name, 0, 0, "directory '%.*s' is not read: %s",
			STR_ARG(dir), strerror(errno));
		return;
	}
	while ((e = readdir(d)) && !l->full)
		if (!passed_over(e->d_name))
			visit(w, dir, d, e);
	closedir(d);
}

static void
walk_all(struct walk *w)
{
	vec_push(w->listing->arena, &w->todo, (struct str){0});
	while (w->todo.n && !w->listing->full)
		walk_directory(w, w->todo.v[--w->todo.n]);
}

bool
source_list_directory(struct listing *l)
{
	struct walk w = {.listing = l};

	walk_all(&w);
	return true;
}

/* What a sparse checkout leaves out is there all the same, as it is in the index: that is how git sees it. */
static void
add_left_out(struct walk *w)
{
	for (size_t i = 0; i < w->tracked.n; i++) {
		const git_index_entry *e = w->tracked.v[i];
		struct str path = str_from(e->path);

		if (e->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE && S_ISREG(e->mode) &&
			str_starts(path, w->prefix))
			source_add_file(
				w->listing, str_slice(path, w->prefix.n, path.n), &e->id, 0);
	}
}

bool
source_list_work_tree(struct listing *l)
{
	struct walk w = {.listing = l, .prefix = l->source->prefix};
	struct stat st;
	git_index *index;

	if (stat(l->root.s, &st) || !S_ISDIR(st.st_mode)) {
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0, "no directory '%.*s' in it",
			STR_ARG(l->source->prefix));
		return false;
	}
	if (git_repository_index(&index, l->repo)) {
		diag_add(l->diags, DIAG_WARNING, l->name, 0, 0, "the index cannot be read: %.*s",
			STR_ARG(source_index_error(l->arena, l->repo, (struct str){0})));
		return false;
	}
	gather(&w, index);
	walk_all(&w);
	add_left_out(&w);
	l->self->verbatim = !source_converts(l);
	git_index_free(index);
	return true;
}
