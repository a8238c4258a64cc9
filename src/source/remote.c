/* What a repository knows of the one that it was cloned from. */
#include <string.h>

#include "source_p.h"

/* "origin", else the only remote there is; empty: none, or several and no origin. */
static struct str
main_remote(struct arena *a, git_repository *repo)
{
	git_strarray names = {0};
	struct str remote = {0};
	int error;

	__lsan_disable();
	error = git_remote_list(&names, repo);
	__lsan_enable();
	if (error)
		return remote;
	for (size_t i = 0; i < names.count; i++)
		if (names.count == 1 || strcmp(names.strings[i], "origin") == 0)
			remote = str_dup(a, str_from(names.strings[i]));
	git_strarray_dispose(&names);
	return remote;
}

static bool
has_branch(git_repository *repo, const char *reference)
{
	git_oid id;

	return git_reference_name_to_id(&id, repo, reference) == 0;
}

/* What refs/remotes/REMOTE/HEAD points to, as git clone sets it. */
static struct str
head_of_remote(struct arena *a, git_repository *repo, struct str remote)
{
	struct str name = str_format(a, "refs/remotes/%.*s/HEAD", STR_ARG(remote));
	git_reference *head = NULL;
	struct str target = {0};

	if (!git_reference_lookup(&head, repo, name.s) &&
		git_reference_type(head) == GIT_REFERENCE_SYMBOLIC &&
		has_branch(repo, git_reference_symbolic_target(head)))
		target = str_dup(a, str_from(git_reference_symbolic_target(head)));
	git_reference_free(head);
	return target;
}

struct str
source_remote_default(struct arena *a, git_repository *repo)
{
	static const char *const usual[] = {"main", "master"};
	struct str remote = main_remote(a, repo);
	struct str target;

	if (!remote.n)
		return remote;
	target = head_of_remote(a, repo, remote);
	if (target.n)
		return str_slice(target, strlen("refs/remotes/"), target.n);
	/* A remote that was added by hand has no HEAD here. */
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++) {
		target = str_format(a, "refs/remotes/%.*s/%s", STR_ARG(remote), usual[i]);
		if (has_branch(repo, target.s))
			return str_slice(target, strlen("refs/remotes/"), target.n);
	}
	return (struct str){0};
}

/* "https://user:secret@host/path" → "https://host/path". */
static struct str
without_credentials(struct arena *a, struct str url)
{
	size_t scheme = str_find(url, STR("://"), 0), at, slash;

	if (scheme == SIZE_MAX)
		return str_dup(a, url);
	scheme += strlen("://");
	slash = str_chr(url, '/', scheme);
	at = str_rchr(str_slice(url, scheme, slash), '@');
	if (at == SIZE_MAX)
		return str_dup(a, url);
	return str_format(a, "%.*s%.*s", STR_ARG(str_slice(url, 0, scheme)),
		STR_ARG(str_slice(url, scheme + at + 1, url.n)));
}

struct str
source_remote_url(struct arena *a, git_repository *repo)
{
	struct str name = main_remote(a, repo), url = {0};
	git_remote *remote = NULL;
	int error = GIT_ENOTFOUND;

	__lsan_disable();
	if (name.n)
		error = git_remote_lookup(&remote, repo, name.s);
	__lsan_enable();
	if (error)
		return url;
	url = without_credentials(a, str_from(git_remote_url(remote)));
	git_remote_free(remote);
	return url;
}
