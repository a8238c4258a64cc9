/* Reading files: a blob from the object database, but from disk where the same bytes stand there,
 * which is several times faster (nothing to inflate, nothing to verify). A handle has an object
 * database of its own, because libgit2's is slow when threads share it. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "source_p.h"

struct reader {
	const struct source_self *self;
	git_odb *odb; /* opened when first needed */
};

static void *
open_reader(void *self)
{
	const struct source_self *s = self;
	struct reader *r = calloc(1, sizeof *r);

	if (r)
		r->self = s;
	return r;
}

static void
close_reader(void *handle)
{
	struct reader *r = handle;

	git_odb_free(r->odb);
	free(r);
}

/* Pointers are text of less than 1024 bytes that begin like this (git-lfs, docs/spec.md). */
static bool
lfs_pointer(struct str bytes)
{
	return bytes.n < 1024 && str_starts(bytes, STR("version https://git-lfs.github.com/spec/"));
}

static enum read_status
read_blob(struct reader *r, struct arena *a, struct str hex, struct str *bytes)
{
	git_odb_object *o;
	git_object_t type;
	size_t size;
	git_oid id;
	int error;

	if (!r->odb && (!r->self->objects.n || git_odb_open(&r->odb, r->self->objects.s)))
		return READ_ERROR;
	if (git_oid_fromstrn(&id, hex.s, hex.n))
		return READ_ERROR;
	error = git_odb_read_header(&size, &type, r->odb, &id);
	if (!error && size > SOURCE_MAX_BYTES)
		return READ_TOO_LARGE;
	if (!error)
		error = git_odb_read(&o, r->odb, &id);
	if (error)
		return error == GIT_ENOTFOUND ? READ_MISSING : READ_ERROR;
	*bytes = str_dup(a, (struct str){git_odb_object_data(o), git_odb_object_size(o)});
	git_odb_object_free(o);
	return READ_OK;
}

/* Reads up to SIZE bytes into BUFFER; SIZE_MAX on error. */
static size_t
read_fully(int fd, char *buffer, size_t size)
{
	size_t n = 0;

	while (n < size) {
		ssize_t got = read(fd, buffer + n, size - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return SIZE_MAX;
		if (got == 0)
			break;
		n += (size_t)got;
	}
	return n;
}

static enum read_status
read_open_file(int fd, struct arena *a, struct str *bytes)
{
	struct stat st;
	char *buffer;
	size_t n;

	if (fstat(fd, &st) || !S_ISREG(st.st_mode))
		return READ_ERROR;
	if (st.st_size > SOURCE_MAX_BYTES)
		return READ_TOO_LARGE;
	buffer = arena_alloc(a, (size_t)st.st_size + 1, 1);
	n = read_fully(fd, buffer, (size_t)st.st_size);
	if (n == SIZE_MAX)
		return READ_ERROR;
	*bytes = (struct str){buffer, n};
	return READ_OK;
}

enum read_status
source_read_file(struct arena *a, const char *path, struct str *bytes)
{
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	enum read_status status;

	if (fd < 0)
		return errno == ENOENT ? READ_MISSING : READ_ERROR;
	status = read_open_file(fd, a, bytes);
	close(fd);
	return status;
}

static enum read_status
read_disk(const struct source_self *self, struct arena *a, struct str path, struct str *bytes)
{
	return source_read_file(
		a, str_format(a, "%.*s%.*s", STR_ARG(self->root), STR_ARG(path)).s, bytes);
}

static enum read_status
read_memory(const struct source_self *self, struct arena *a, struct str path, struct str *bytes)
{
	for (uint32_t i = 0; i < self->n; i++)
		if (str_is(path, self->paths[i])) {
			*bytes = str_dup(a, str_from(self->texts[i]));
			return READ_OK;
		}
	return READ_MISSING;
}

/* The bytes of a clean file of a work tree, where they are the blob's. Why line ends are converted is
 * not looked into: a CR is enough. Without a size they may be others than the blob's. */
static bool
read_verbatim(const struct source_self *self, struct arena *a, const struct file_entry *entry,
	struct str *bytes)
{
	return self->verbatim && entry->size && read_disk(self, a, entry->path, bytes) == READ_OK &&
	       bytes->n == entry->size && str_chr(*bytes, '\r', 0) == SIZE_MAX;
}

static enum read_status
read_any(struct reader *r, struct arena *a, const struct file_entry *entry, struct str *bytes)
{
	if (!entry->blob.n)
		return r->self->texts ? read_memory(r->self, a, entry->path, bytes)
				      : read_disk(r->self, a, entry->path, bytes);
	if (read_verbatim(r->self, a, entry, bytes))
		return READ_OK;
	return read_blob(r, a, entry->blob, bytes);
}

static enum read_status
read_entry(void *handle, struct arena *a, const struct file_entry *entry, struct str *bytes,
	struct str *blob)
{
	struct reader *r = handle;
	enum read_status status = read_any(r, a, entry, bytes);

	if (status != READ_OK)
		return status;
	*blob = entry->blob.n ? entry->blob : source_blob_id(a, *bytes);
	return lfs_pointer(*bytes) ? READ_LFS : READ_OK;
}

const struct files_ops source_files_ops = {
	.open = open_reader,
	.read = read_entry,
	.close = close_reader,
	.blob_id = source_blob_id,
};
