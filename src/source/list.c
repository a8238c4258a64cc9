/* Listing what git itself holds: the tree of a commit, and the index. */
#include <string.h>
#include <sys/stat.h>

#include "source_p.h"

/* One directory of a commit that is still to be listed. */
struct pending_tree {
	git_oid id;
	struct str path; /* with its '/', relative to the prefix */
};
struct pending {
	VEC(struct pending_tree) list;
};

static bool
regular(uint32_t mode)
{
	return S_ISREG(mode);
}

static void
add_tree_entry(struct listing *l, struct pending *pending, struct str dir, const git_tree_entry *e)
{
	const char *name = git_tree_entry_name(e);
	uint32_t mode = git_tree_entry_filemode_raw(e);
	struct str path = str_join(l->arena, dir, str_from(name));

	if (path.n > SOURCE_PATH_MAX) {
		diag_add(l->diags, DIAG_WARNING, l->name, 0, 0,
			"a path of more than %d bytes is not read: %.*s…", SOURCE_PATH_MAX, 60,
			path.s);
		return;
	}
	if (git_tree_entry_type(e) == GIT_OBJECT_TREE)
		vec_push(l->arena, &pending->list,
			(struct pending_tree){.id = *git_tree_entry_id(e),
				.path = str_join(l->arena, path, STR("/"))});
	else if (regular(mode))
		source_add_file(l, path, git_tree_entry_id(e), 0);
}

static void
add_missing_tree(struct listing *l, struct str path, int error)
{
	struct str commit = str_slice(l->source->commit, 0, 12);
	enum diag_level level = l->optional ? DIAG_SYSTEM : DIAG_WARNING;

	if (error == GIT_ENOTFOUND)
		diag_add(l->diags, level, l->name, 0, 0,
			"directory '%.*s' of %.*s is not in this clone; where that is a partial one, "
			"`git ls-tree -r %.*s >/dev/null` fetches it",
			STR_ARG(path.n ? path : STR("/")), STR_ARG(commit), STR_ARG(commit));
	else
		diag_add(l->diags, level, l->name, 0, 0, "directory '%.*s' is not read: %s",
			STR_ARG(path), source_git_error());
}

/* Lists one directory; those below it wait in PENDING. False when nothing can be said without it: all
 * that is below the top, and what a base has not is taken for new. */
static bool
list_tree(struct listing *l, struct pending *pending, struct pending_tree at)
{
	git_tree *tree;
	int error = git_tree_lookup(&tree, l->repo, &at.id);

	if (error) {
		add_missing_tree(l, at.path, error);
		return at.path.n && !l->optional;
	}
	for (size_t i = 0; i < git_tree_entrycount(tree); i++)
		add_tree_entry(l, pending, at.path, git_tree_entry_byindex(tree, i));
	git_tree_free(tree);
	return true;
}

/* The id of the tree that the prefix names. */
static bool
find_root(struct listing *l, git_commit *commit, git_oid *id)
{
	struct str prefix = l->source->prefix;
	git_tree_entry *e = NULL;
	git_tree *tree;
	bool ok;

	*id = *git_commit_tree_id(commit);
	if (!prefix.n)
		return true;
	if (git_commit_tree(&tree, commit)) {
		diag_add(l->diags, l->optional ? DIAG_SYSTEM : DIAG_WARNING, l->name, 0, 0,
			"commit cannot be read: %s", source_git_error());
		return false;
	}
	ok = !git_tree_entry_bypath(
		     &e, tree, str_cstr(l->arena, str_slice(prefix, 0, prefix.n - 1))) &&
	     git_tree_entry_type(e) == GIT_OBJECT_TREE;
	if (ok)
		*id = *git_tree_entry_id(e);
	else if (!l->optional)
		diag_add(l->diags, DIAG_ERROR, l->name, 0, 0,
			"no directory '%.*s' in revision %.*s", STR_ARG(prefix),
			STR_ARG(l->source->commit));
	git_tree_entry_free(e);
	git_tree_free(tree);
	return ok;
}

bool
source_list_commit(struct listing *l, git_commit *commit)
{
	struct pending_tree root = {0};
	struct pending pending = {0};

	if (!find_root(l, commit, &root.id))
		return l->optional;
	vec_push(l->arena, &pending.list, root);
	while (pending.list.n && !l->full)
		if (!list_tree(l, &pending, pending.list.v[--pending.list.n]))
			return false;
	return true;
}

static bool
staged(const git_index_entry *e)
{
	return regular(e->mode) && !(e->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD);
}

/* Paths of which there are several sides; the first of them are named. */
struct conflicts {
	uint32_t n;
	struct buf named;
	struct str last;
};

static void
add_conflict(struct conflicts *c, struct str path)
{
	if (c->n && str_eq(path, c->last))
		return;
	if (c->n++ < 3)
		buf_addf(&c->named, "%s'%.*s'", c->named.n ? ", " : "", STR_ARG(path));
	c->last = path;
}

/* As for git, which commits nothing while there is one, wherever it is. */
static void
refuse_conflicts(struct listing *l, struct conflicts *c)
{
	if (c->n > 3)
		buf_addf(&c->named, " and %u more", c->n - 3);
	diag_add(l->diags, DIAG_ERROR, l->name, 0, 0,
		"a merge conflict in %.*s: what will be committed is not known before it is resolved "
		"and staged (`git add`)",
		STR_ARG(buf_str(&c->named)));
}

static bool
add_staged(struct listing *l, git_index *index)
{
	struct conflicts conflicts = {.named.arena = l->arena};
	struct str prefix = l->source->prefix;

	for (size_t i = 0; i < git_index_entrycount(index); i++) {
		const git_index_entry *e = git_index_get_byindex(index, i);
		struct str path = str_from(e->path);

		if (git_index_entry_stage(e))
			add_conflict(&conflicts, path);
		else if (staged(e) && str_starts(path, prefix))
			source_add_file(l, str_slice(path, prefix.n, path.n), &e->id, e->file_size);
	}
	if (conflicts.n)
		refuse_conflicts(l, &conflicts);
	return !conflicts.n;
}

bool
source_list_index(struct listing *l)
{
	git_index *index;
	bool ok;

	if (source_index_open(&index, l->repo, l->arena, l->index_file)) {
		diag_add(l->diags, DIAG_SYSTEM, l->name, 0, 0, "the index cannot be read: %.*s",
			STR_ARG(source_index_error(l->arena, l->repo, l->index_file)));
		return false;
	}
	ok = add_staged(l, index);
	git_index_free(index);
	return ok;
}
