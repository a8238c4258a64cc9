/* Where the process stands: the repository around the current directory, whichever of its work trees
 * that is. */
#include <stdlib.h>

#include "source_p.h"

static struct str
real_directory(struct arena *a, const char *path)
{
	char *real = path ? realpath(path, NULL) : NULL;
	struct str directory = str_dup(a, str_from(real));

	free(real);
	return directory;
}

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
	git_repository *repo = discover(".");
	const char *top;

	*here = (struct source_here){0};
	if (!repo)
		return;
	top = git_repository_workdir(repo);
	here->top = real_directory(a, top ? top : git_repository_path(repo));
	here->common = real_directory(a, git_repository_commondir(repo));
	git_repository_free(repo);
}

bool
source_is_here(const struct source_here *here, const char *path)
{
	struct arena scratch = {0};
	git_repository *repo = here->common.n ? discover(path) : NULL;
	bool same = repo && str_eq(real_directory(&scratch, git_repository_commondir(repo)),
				    here->common);

	git_repository_free(repo);
	arena_free(&scratch);
	return same;
}
