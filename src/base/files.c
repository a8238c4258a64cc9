#include "base/files.h"

#include <limits.h>
#include <stdlib.h>

#include "base/fatal.h"

const char *
read_status_reason(enum read_status status)
{
	switch (status) {
	case READ_OK:
		return "read";
	case READ_MISSING:
		return "the blob is not in this clone";
	case READ_TOO_LARGE:
		return "too large";
	case READ_LFS:
		return "a Git LFS pointer stands in its place";
	case READ_ERROR:
		return "cannot be read";
	}
	BUG("read status %d", (int)status);
}

struct str
file_real_path(struct arena *a, const char *path)
{
	char real[PATH_MAX];

	return path && realpath(path, real) ? str_dup(a, str_from(real)) : (struct str){0};
}
