/* Where the process stands: the repository around the current directory, whichever of its work trees
 * that is. */
#include "source_p.h"

/* The repository of PATH or above it; NULL when there is none. */
static git_repository *
discover(const char *path)
{
	git_repository *repo = NULL;

	return source_git_open(&repo, path, 0) ? NULL : repo;
}

void
source_here(struct source_here *here, struct arena *a)
{
	git_repository *repo = NULL;
	int error = source_git_open(&repo, ".", 0);
	const char *top;

	*here = (struct source_here){0};
	if (error && error != GIT_ENOTFOUND)
		here->broken = str_dup(a, str_from(source_git_error()));
	if (error)
		return;
	top = git_repository_workdir(repo);
	here->git = file_real_path(a, git_repository_path(repo));
	here->top = file_real_path(a, top ? top : git_repository_path(repo));
	here->common = file_real_path(a, git_repository_commondir(repo));
	git_repository_free(repo);
}

struct str
source_path_here(const struct source_here *here, struct arena *a, struct str path)
{
	git_repository *repo = discover(str_cstr(a, path));
	struct str top = file_real_path(a, repo ? git_repository_workdir(repo) : NULL);
	struct str real = file_real_path(a, str_cstr(a, path));

	git_repository_free(repo);
	if (str_eq(top, here->top))
		return path;
	if (!top.n || !str_starts(real, top))
		return here->top;
	return str_join(a, here->top, str_slice(real, top.n, real.n));
}

bool
source_is_here(const struct source_here *here, const char *path)
{
	struct arena scratch = {0};
	git_repository *repo = here->common.n ? discover(path) : NULL;
	bool same =
		repo &&
		str_eq(file_real_path(&scratch, git_repository_commondir(repo)), here->common) &&
		!source_is_hollow(repo, file_real_path(&scratch, path));

	git_repository_free(repo);
	arena_free(&scratch);
	return same;
}
