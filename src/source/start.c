/* Starting libgit2, once for the process and for reading only. */
#include <limits.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "source_p.h"

/* Built with mbedTLS, as Debian's is, libgit2 parses all certificates of the system when it starts: eight
 * milliseconds, of which a commit hook has not many. There is no setting for it. We open no connection, so
 * nobody is to be trusted: a program's definition comes before a library's, and this one finds no file. */
int mbedtls_x509_crt_parse_file(void *chain, const char *path);
__attribute__((visibility("default"))) int
mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	enum {
		FILE_IO_ERROR = -0x2900 /* MBEDTLS_ERR_X509_FILE_IO_ERROR */
	};

	(void)chain;
	(void)path;
	return FILE_IO_ERROR;
}

/* Extensions of the repository format that change nothing for one who only reads. */
static const char *const harmless_extensions[] = {
	"partialclone",
	"preciousobjects",
	"worktreeconfig",
};

static void
git_shutdown(void)
{
	git_libgit2_shutdown();
}

/* git's variables for another configuration, or none, mean nothing to libgit2: what they replace is
 * at least not read. */
static void
forget_levels(void)
{
	if (getenv("GIT_CONFIG_NOSYSTEM"))
		git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_SYSTEM, "");
	if (!getenv("GIT_CONFIG_GLOBAL"))
		return;
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_GLOBAL, "");
	git_libgit2_opts(GIT_OPT_SET_SEARCH_PATH, GIT_CONFIG_LEVEL_XDG, "");
}

static void
git_start(void)
{
	git_libgit2_init();
	git_libgit2_opts(GIT_OPT_SET_EXTENSIONS, harmless_extensions,
		sizeof harmless_extensions / sizeof *harmless_extensions);
	git_libgit2_opts(GIT_OPT_SET_OWNER_VALIDATION, 0);
	forget_levels();
	atexit(git_shutdown);
}

void
source_git_init(void)
{
	static pthread_once_t once = PTHREAD_ONCE_INIT;

	pthread_once(&once, git_start);
}

/* Is PATH below a file .git, which is to say where the repository is? Where git finds one it looks no
 * further, unlike above a directory .git that is none. */
static bool
has_git_file(const char *path)
{
	char real[PATH_MAX + sizeof "/.git"];
	struct stat st;

	if (!realpath(path, real))
		return false;
	for (char *end = real + strlen(real); end; end = strrchr(real, '/')) {
		memcpy(end, "/.git", sizeof "/.git");
		if (lstat(real, &st) == 0 && S_ISREG(st.st_mode))
			return true;
		*end = '\0';
	}
	return false;
}

int
source_git_open(git_repository **repo, const char *path, unsigned flags)
{
	int error;

	source_git_init();
	__lsan_disable();
	error = git_repository_open_ext(repo, path, flags, NULL);
	__lsan_enable();
	if (error != GIT_ENOTFOUND || !has_git_file(path))
		return error;
	git_error_set_str(GIT_ERROR_REPOSITORY,
		"the file .git names one that is not there; where it is, run "
		"`git submodule update --init` or, for a linked work tree, `git worktree repair`");
	return GIT_ERROR;
}

const char *
source_git_error(void)
{
	const git_error *e = git_error_last();

	return e && e->message ? e->message : "unknown error";
}
