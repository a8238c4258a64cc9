/* Whose repositories may be read: those that git itself would work in (git-config(1),
 * safe.directory). libgit2 1.5 knows neither safe.directory = * nor a missing ~/.gitconfig, with
 * which it calls a foreign repository none at all; so its own check is off and this one is asked. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_p.h"

struct safe_search {
	struct arena *arena;
	struct str path; /* what safe.directory has to name */
	bool safe;
};

/* As git, under sudo root owns what the caller owns. */
static bool
owned(struct str path)
{
	const char *sudo = getenv("SUDO_UID");
	struct stat st;

	if (lstat(path.s, &st) || st.st_uid == geteuid())
		return true;
	return geteuid() == 0 && sudo && *sudo && st.st_uid == strtoul(sudo, NULL, 10);
}

static struct str
without_slash(struct arena *a, const char *path)
{
	struct str x = str_from(path);

	return str_dup(a, x.n > 1 && str_ends(x, STR("/")) ? str_slice(x, 0, x.n - 1) : x);
}

/* An empty value takes back all before it. */
static int
see_directory(const git_config_entry *entry, void *payload)
{
	struct safe_search *s = payload;
	struct str value = str_from(entry->value);
	const char *home = getenv("HOME");

	if (str_starts(value, STR("~/")) && home)
		value = str_format(s->arena, "%s%s", home, entry->value + 1);
	if (!value.n)
		s->safe = false;
	else if (str_is(value, "*") || str_eq(value, s->path))
		s->safe = true;
	return 0;
}

static void
add_level(git_config *config, git_config_level_t level, const char *variable,
	int (*find)(git_buf *out))
{
	const char *named = getenv(variable);
	git_buf found = GIT_BUF_INIT;

	if (named)
		git_config_add_file_ondisk(config, named, level, NULL, 0);
	else if (!find(&found))
		git_config_add_file_ondisk(config, found.ptr, level, NULL, 0);
	git_buf_dispose(&found);
}

git_config *
source_user_config(void)
{
	git_config *config;

	if (git_config_new(&config))
		return NULL;
	if (!getenv("GIT_CONFIG_NOSYSTEM"))
		add_level(config, GIT_CONFIG_LEVEL_SYSTEM, "GIT_CONFIG_SYSTEM",
			git_config_find_system);
	if (!getenv("GIT_CONFIG_GLOBAL"))
		add_level(config, GIT_CONFIG_LEVEL_XDG, "GIT_CONFIG_GLOBAL", git_config_find_xdg);
	add_level(config, GIT_CONFIG_LEVEL_GLOBAL, "GIT_CONFIG_GLOBAL", git_config_find_global);
	return config;
}

/* Only the system and the user say what is safe, never the repository. */
static bool
named_safe(struct safe_search *s)
{
	git_config *config = source_user_config();

	if (!config)
		return false;
	git_config_get_multivar_foreach(config, "safe.directory", NULL, see_directory, s);
	git_config_free(config);
	return s->safe;
}

bool
source_trusts(struct arena *a, git_repository *repo, struct str *path)
{
	struct str directory = without_slash(a, git_repository_path(repo));
	const char *top = git_repository_workdir(repo);
	struct safe_search s = {.arena = a, .path = directory};
	bool ours = owned(directory);

	if (top) {
		s.path = without_slash(a, top);
		ours = ours && owned(s.path) && owned(str_format(a, "%s.git", top));
	}
	*path = s.path;
	return ours || named_safe(&s);
}
