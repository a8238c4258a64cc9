/* One file of a repository, without a listing: the configuration as it is staged or committed. */
#include "source_p.h"

/* The blob that is staged under PATH. */
static bool
staged_blob(struct arena *a, git_repository *repo, const struct source_request *r, const char *path,
	git_oid *id)
{
	git_index *index = NULL;
	const git_index_entry *e;
	bool found = false;

	if (source_index_open(&index, repo, a, r->index_file))
		return false;
	/* Of a conflict, which the listing of the services refuses, our side will do. */
	e = git_index_get_bypath(index, path, 0);
	if (!e)
		e = git_index_get_bypath(index, path, 2);
	if (e && !(e->flags_extended & GIT_INDEX_ENTRY_INTENT_TO_ADD)) {
		*id = e->id;
		found = true;
	}
	git_index_free(index);
	return found;
}

static bool
committed_blob(
	struct arena *a, git_repository *repo, struct str revision, const char *path, git_oid *id)
{
	struct str name = str_format(a, "%.*s:%s", STR_ARG(revision), path);
	git_object *o = NULL;
	bool found =
		!git_revparse_single(&o, repo, name.s) && git_object_type(o) == GIT_OBJECT_BLOB;

	if (found)
		*id = *git_object_id(o);
	git_object_free(o);
	return found;
}

void
source_find_unpublished(
	struct arena *a, struct str top, const struct str *paths, uint32_t n, bool *unpublished)
{
	git_repository *repo = NULL;
	struct str branch;
	git_oid id;

	if (!n || source_git_open(&repo, str_cstr(a, top), 0))
		return;
	branch = source_remote_default(a, repo);
	for (uint32_t i = 0; branch.n && i < n; i++)
		unpublished[i] = !committed_blob(a, repo, branch, str_cstr(a, paths[i]), &id);
	git_repository_free(repo);
}

enum read_status
source_read_one(struct arena *a, struct str top, const struct source_request *request,
	struct str path, struct str *bytes)
{
	const char *name = str_cstr(a, path);
	enum read_status status = READ_MISSING;
	git_repository *repo = NULL;
	git_blob *blob = NULL;
	git_oid id;

	if (request->nothing)
		return READ_MISSING;
	if (source_git_open(&repo, str_cstr(a, top), 0))
		return READ_ERROR;
	if (request->index ? staged_blob(a, repo, request, name, &id)
			   : committed_blob(a, repo, request->revision, name, &id)) {
		status = git_blob_lookup(&blob, repo, &id) ? READ_ERROR : READ_OK;
		if (status == READ_OK)
			*bytes = str_dup(a, (struct str){git_blob_rawcontent(blob),
						    (size_t)git_blob_rawsize(blob)});
	}
	git_blob_free(blob);
	git_repository_free(repo);
	return status;
}
