/* Submodules that are not checked out: empty directories, in which git finds the outer repository. */
#include <dirent.h>
#include <string.h>

#include "source_p.h"

static bool
is_empty(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e = NULL;

	if (!d)
		return false;
	do
		e = readdir(d);
	while (e && (!strcmp(e->d_name, ".") || !strcmp(e->d_name, "..")));
	closedir(d);
	return !e;
}

/* Does the index say that another repository's commit stands at PATH? */
static bool
is_gitlink(git_repository *repo, const char *path)
{
	git_index *index = NULL;
	const git_index_entry *e;
	bool link;

	if (git_repository_index(&index, repo))
		return false;
	e = git_index_get_bypath(index, path, 0);
	link = e && e->mode == GIT_FILEMODE_COMMIT;
	git_index_free(index);
	return link;
}

bool
source_is_hollow(git_repository *repo, struct str dir)
{
	struct arena scratch = {0};
	const char *top = git_repository_workdir(repo);
	struct str real = file_real_path(&scratch, top);
	struct str root = str_format(&scratch, "%.*s/", STR_ARG(real));
	bool hollow = real.n && str_starts(dir, root) && is_empty(str_cstr(&scratch, dir)) &&
		      is_gitlink(repo, str_cstr(&scratch, str_slice(dir, root.n, dir.n)));

	arena_free(&scratch);
	return hollow;
}
