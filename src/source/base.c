/* The commits against which a change is judged: HEAD, the heads that are being merged, a merge base. */
#include <string.h>

#include "source_p.h"

/* The repository in which a base is looked for. */
struct search {
	git_repository *repo;
	struct arena *arena;
	struct str top;
	struct diags *diags;
};

static bool
fail(struct search *s, enum diag_level level, const char *what, struct str name, const char *then)
{
	diag_add(s->diags, level, s->top, 0, 0, "%s%.*s%s", what, STR_ARG(name), then);
	return false;
}

static bool
open_search(struct search *s)
{
	int error = source_git_open(&s->repo, str_cstr(s->arena, s->top), 0);

	if (error == GIT_ENOTFOUND)
		return fail(s, DIAG_ERROR, "not a git repository", STR(""),
			", so there is no change in it to judge; `pgbounds check --all` judges "
			"the whole state");
	return !error ||
	       fail(s, DIAG_SYSTEM, "git repository cannot be read: ", str_from(source_git_error()),
		       "");
}

static void
add_base(struct search *s, struct source_bases *out, const git_oid *id)
{
	char hex[GIT_OID_HEXSZ + 1];

	git_oid_tostr(hex, sizeof hex, id);
	vec_push(s->arena, &out->list, str_dup(s->arena, str_from(hex)));
}

/* The id of the commit REVISION; else libgit2's error. */
static int
find_commit(struct search *s, struct str revision, git_oid *id)
{
	git_commit *commit;
	int error = source_find_commit(&commit, s->repo, s->arena, revision);

	if (!error)
		*id = *git_commit_id(commit);
	git_commit_free(commit);
	return error;
}

struct merge_heads {
	struct search *search;
	struct source_bases *out;
};

static int
add_merge_head(const git_oid *id, void *payload)
{
	struct merge_heads *m = payload;

	add_base(m->search, m->out, id);
	return 0;
}

bool
source_bases_of_head(struct source_bases *out, struct arena *a, struct str top, struct diags *diags)
{
	struct search s = {.arena = a, .top = top, .diags = diags};
	struct merge_heads merge = {&s, out};
	bool ok = true;
	git_oid id;

	*out = (struct source_bases){0};
	if (!open_search(&s))
		return false;
	if (!find_commit(&s, STR("HEAD"), &id))
		add_base(&s, out, &id);
	else if (git_repository_head_unborn(s.repo) != 1)
		ok = fail(
			&s, DIAG_SYSTEM, "HEAD cannot be read: ", str_from(source_git_error()), "");
	/* Its absence is no error: then nothing is merged. */
	git_repository_mergehead_foreach(s.repo, add_merge_head, &merge);
	git_repository_free(s.repo);
	return ok;
}

static bool
missing_revision(struct search *s, struct str name, int error)
{
	struct str why = source_no_commit(s->arena, s->repo, name, error);
	const char *then = "' in this repository; run `git fetch` if it is a remote's";

	if (why.n)
		return fail(s, DIAG_ERROR, "", why, "");
	if (git_repository_is_shallow(s->repo) == 1)
		then = "' in this clone, which is shallow: fetch it, and enough history to "
		       "reach the merge base (`git fetch --unshallow`, or fetch-depth: 0)";
	else if (git_repository_head_unborn(s->repo) == 1)
		then = "' in this repository, where nothing is committed on this branch yet; without "
		       "--base all that is here is judged as new";
	return fail(s, DIAG_ERROR, "no revision '", name, then);
}

/* The id of the commit REVISION; false with a diagnostic. */
static bool
want_commit(struct search *s, struct str revision, git_oid *id)
{
	int error = find_commit(s, revision, id);

	return !error || missing_revision(s, revision, error);
}

static bool
no_merge_base(struct search *s, struct str base, struct str head)
{
	if (git_repository_is_shallow(s->repo) != 1)
		return fail(s, DIAG_ERROR, "",
			str_format(s->arena, "'%.*s' and '%.*s'", STR_ARG(base), STR_ARG(head)),
			" have no common history, so there is no change between them to judge");
	return fail(s, DIAG_ERROR, "this clone is shallow and ends before the merge base of ",
		str_format(s->arena, "'%.*s' and '%.*s'", STR_ARG(base), STR_ARG(head)),
		": fetch more of its history (`git fetch --deepen=100`, `git fetch --unshallow`, "
		"or fetch-depth: 0 where the pipeline clones)");
}

bool
source_merge_base(struct source_bases *out, struct arena *a, struct str top, struct str base,
	struct str head, struct diags *diags)
{
	struct search s = {.arena = a, .top = top, .diags = diags};
	git_oid from, to, common;
	int error = 0;
	bool ok;

	*out = (struct source_bases){0};
	if (!head.n)
		head = STR("HEAD");
	if (!open_search(&s))
		return false;
	ok = want_commit(&s, base, &from) && want_commit(&s, head, &to);
	__lsan_disable();
	if (ok)
		error = git_merge_base(&common, s.repo, &from, &to);
	__lsan_enable();
	if (error)
		ok = no_merge_base(&s, base, head);
	if (ok)
		add_base(&s, out, &common);
	git_repository_free(s.repo);
	return ok;
}
