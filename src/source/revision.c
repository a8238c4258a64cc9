/* Names of commits, and what is wrong with one that is none. */
#include "source_p.h"

int
source_find_commit(git_commit **commit, git_repository *repo, struct arena *a, struct str revision)
{
	git_object *o = NULL;
	int error = git_revparse_single(&o, repo, str_cstr(a, revision));

	*commit = NULL;
	if (!error)
		error = git_object_peel((git_object **)commit, o, GIT_OBJECT_COMMIT);
	git_object_free(o);
	return error;
}

/* What the name stands for, through tags: "tree"; NULL: for nothing. */
static const char *
kind_of(git_repository *repo, const char *name)
{
	git_object *o = NULL, *target = NULL;
	const char *kind = NULL;

	if (!git_revparse_single(&o, repo, name) && !git_object_peel(&target, o, GIT_OBJECT_ANY))
		kind = git_object_type2string(git_object_type(target));
	else if (o)
		kind = git_object_type2string(git_object_type(o));
	git_object_free(target);
	git_object_free(o);
	return kind;
}

struct str
source_no_commit(struct arena *a, git_repository *repo, struct str revision, int error)
{
	const char *kind = kind_of(repo, str_cstr(a, revision));

	if (!revision.n)
		return STR("no revision is named, only an empty word");
	if (str_find(revision, STR(".."), 0) != SIZE_MAX)
		return str_format(
			a, "'%.*s' is a range, where one revision is wanted", STR_ARG(revision));
	if (error == GIT_EAMBIGUOUS)
		return str_format(a, "'%.*s' is short for several objects: give more of its digits",
			STR_ARG(revision));
	if (kind)
		return str_format(
			a, "'%.*s' is a %s, where a commit is wanted", STR_ARG(revision), kind);
	return (struct str){0};
}
