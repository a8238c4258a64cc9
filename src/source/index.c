/* Opening the index, and what to do where that fails. */
#include <string.h>
#include <sys/stat.h>

#include "source_p.h"

int
source_index_open(git_index **index, git_repository *repo, struct arena *a, struct str file)
{
	return file.n ? git_index_open(index, str_cstr(a, file))
		      : git_repository_index(index, repo);
}

/* libgit2 cannot read these; the words are from its error. */
static const struct {
	const char *error, *words;
} unsupported[] = {
	{"'sdir'", "it is sparse, which is not supported: "
		   "`git sparse-checkout reapply --no-sparse-index` writes it in full"},
	{"'link'", "it is split, which is not supported: "
		   "`git update-index --no-split-index` writes it in full"},
};

/* Why FILE is no index, where that can be told without reading it. */
static const char *
obvious(const char *file)
{
	struct stat st;

	if (stat(file, &st) || (S_ISREG(st.st_mode) && st.st_size))
		return NULL;
	return S_ISREG(st.st_mode) ? "the file is empty" : "no regular file";
}

struct str
source_index_error(struct arena *a, git_repository *repo, struct str file)
{
	struct str own = str_format(a, "%sindex", git_repository_path(repo));
	bool is_own = !file.n || str_eq(file, own);
	const char *error = source_git_error(), *why = obvious(is_own ? own.s : str_cstr(a, file));

	for (size_t i = 0; i < sizeof unsupported / sizeof *unsupported; i++)
		if (strstr(error, unsupported[i].error))
			return str_from(unsupported[i].words);
	if (!is_own)
		return str_format(a, "'%.*s': %s", STR_ARG(file), why ? why : error);
	if (!why && !strstr(error, "invalid data"))
		return str_from(error);
	return str_format(a,
		"%s; `rm \"$(git rev-parse --git-path index)\" && git reset` makes it anew, as HEAD is",
		why ? why : error);
}
