/* Where git looks for the hooks of a repository (githooks(5), git-config(1): core.hooksPath): the
 * directory that is configured, a relative one seen from where hooks run; else `hooks` in the
 * repository's common directory, which linked work trees share. */
#include <stdlib.h>
#include <unistd.h>

#include "source_p.h"

/* The configured value as a path, from the top of the work tree. */
static struct str
configured(struct arena *a, git_repository *repo, const char *value)
{
	const char *top = git_repository_workdir(repo), *home = getenv("HOME");
	struct str path = str_from(value);

	if (str_starts(path, STR("~/")) && home)
		return str_format(a, "%s%s", home, value + 1);
	if (str_starts(path, STR("/")))
		return str_dup(a, path);
	return str_format(a, "%s%.*s", top ? top : git_repository_path(repo), STR_ARG(path));
}

/* A linked work tree may have settings of its own (extensions.worktreeConfig), of which libgit2 1.5
 * knows nothing. */
static git_config *
work_tree_config(struct arena *a, git_repository *repo, git_config *config)
{
	git_config *own = NULL;
	int extension = 0;

	if (git_config_get_bool(&extension, config, "extensions.worktreeconfig") || !extension)
		return NULL;
	git_config_open_ondisk(
		&own, str_format(a, "%sconfig.worktree", git_repository_path(repo)).s);
	return own;
}

static bool
read_hooks_path(
	struct arena *a, git_repository *repo, git_config *config, struct source_hooks *out)
{
	git_config_entry *entry = NULL;
	bool found = config && git_config_get_entry(&entry, config, "core.hookspath") == 0 &&
		     *entry->value;

	if (found)
		out->directory = configured(a, repo, entry->value);
	git_config_entry_free(entry);
	return found;
}

/* The work tree's setting goes before the repository's, that before the user's. */
static void
find_hooks(struct arena *a, git_repository *repo, struct source_hooks *out)
{
	git_config *all = NULL, *local = NULL, *own = NULL, *user = source_user_config();

	if (git_repository_config(&all, repo) == 0) {
		git_config_open_level(&local, all, GIT_CONFIG_LEVEL_LOCAL);
		own = work_tree_config(a, repo, all);
	}
	if (!read_hooks_path(a, repo, own, out) && !read_hooks_path(a, repo, local, out))
		out->shared = read_hooks_path(a, repo, user, out);
	if (!out->directory.n)
		out->directory = str_format(a, "%shooks", git_repository_commondir(repo));
	git_config_free(user);
	git_config_free(own);
	git_config_free(local);
	git_config_free(all);
}

bool
source_hooks(struct source_hooks *out, struct arena *a, struct str path, struct diags *diags)
{
	git_repository *repo = NULL;
	struct str owner;
	bool ok = false;

	*out = (struct source_hooks){0};
	if (source_git_open(&repo, str_cstr(a, path), 0))
		diag_add(diags, DIAG_ERROR, path, 0, 0, "no git repository here: %s",
			source_git_error());
	else if (git_repository_is_bare(repo))
		diag_add(diags, DIAG_ERROR, path, 0, 0,
			"a bare repository: nobody commits here, so there is nothing to hook");
	else if (!source_trusts(a, repo, &owner))
		diag_add(diags, DIAG_ERROR, path, 0, 0,
			"the repository belongs to another user: no hook is written into it");
	else
		ok = true;
	if (ok)
		find_hooks(a, repo, out);
	git_repository_free(repo);
	return ok;
}
