/* Two states of the services that are here: what is judged, and what it is judged against. */
#include <stdlib.h>

#include "base/arena.h"
#include "cmd/analysis.h"

/* The real path of NAMED, which is relative to DIRECTORY (empty: to where one stands); empty: it is not
 * there. */
static struct str
real_path(struct analysis *x, struct str directory, const char *named)
{
	bool relative = directory.n && *named != '/';
	struct str path = relative ? str_format(&x->arena, "%.*s/%s", STR_ARG(directory), named)
				   : str_from(named);

	return file_real_path(&x->arena, path.s);
}

/* git goes by these variables, we by where we stand: to judge another repository than git would be worse
 * than to judge none. While git runs a hook they are relative to the top. */
static bool
agrees_with(struct analysis *x, const char *variable, struct str here, struct diags *diags)
{
	const char *named = getenv(variable);

	if (!named || !*named ||
		(here.n && (str_eq(real_path(x, x->here.top, named), here) ||
				   str_eq(real_path(x, STR(""), named), here))))
		return true;
	diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
		"%s is '%s', but the current directory, which is what counts here, is in %.*s: unset "
		"it, or go to where it belongs",
		variable, named, STR_ARG(here.n ? here : STR("no repository")));
	return false;
}

/* True when there is a repository here, and it is the one that git would work in. */
static bool
stands_in_repository(struct analysis *x, struct diags *diags)
{
	if (x->here.broken.n) {
		diag_add(diags, DIAG_SYSTEM, STR("."), 0, 0, "git repository cannot be read: %.*s",
			STR_ARG(x->here.broken));
		return false;
	}
	if (!agrees_with(x, "GIT_DIR", x->here.git, diags) ||
		!agrees_with(x, "GIT_WORK_TREE", x->here.top, diags))
		return false;
	if (!x->here.top.n)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"not in a git repository, so there is no change to judge; "
			"`pgbounds check --all` judges the whole state");
	return x->here.top.n > 0;
}

/* The index that git has put elsewhere while it runs a hook. */
static bool
find_index(struct analysis *x, struct str *file, struct diags *diags)
{
	const char *named = getenv("GIT_INDEX_FILE");

	if (!named || !*named)
		return true;
	*file = real_path(x, x->here.top, named);
	if (!file->n)
		*file = real_path(x, STR(""), named);
	if (!file->n)
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"GIT_INDEX_FILE is '%s', but there is no such file, so nothing is staged in it; "
			"unset it, or let git set it, as it does for a hook",
			named);
	return file->n > 0;
}

/* What is judged: the index, a revision, or the work tree. */
static bool
choose_head(struct analysis *x, const struct options *o, struct diags *diags)
{
	x->head.here = (struct source_request){.index = o->staged, .revision = str_from(o->head)};
	return !o->staged || find_index(x, &x->head.here.index_file, diags);
}

/* What it is judged against. */
static bool
choose_bases(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct source_bases bases;
	bool ok = o->base ? source_merge_base(&bases, &x->arena, x->here.top, str_from(o->base),
				    str_from(o->head), diags)
			  : source_bases_of_head(&bases, &x->arena, x->here.top, diags);

	if (!ok)
		return false;
	x->n_bases = bases.list.n ? bases.list.n : 1;
	x->bases = arena_array(&x->arena, struct side, x->n_bases);
	for (uint32_t i = 0; i < x->n_bases; i++)
		x->bases[i].here = (struct source_request){.optional = true,
			.nothing = bases.list.n == 0,
			.revision = bases.list.n ? bases.list.v[i] : (struct str){0}};
	return true;
}

bool
change_choose(struct analysis *x, const struct options *o, struct diags *diags)
{
	return stands_in_repository(x, diags) && choose_head(x, o, diags) &&
	       choose_bases(x, o, diags);
}

/* The head's blobs of the services that are here. */
static struct map
blobs_of_head(struct analysis *x)
{
	struct map blobs = {.arena = &x->arena};

	for (uint32_t i = 0; i < x->head.files.list.n; i++) {
		const struct file *f = &x->head.files.list.v[i];

		if (x->is_here[f->service] && f->entry.blob.n)
			map_put(&blobs, f->entry.blob)->ptr = &x->head.files.list.v[i];
	}
	return blobs;
}

/* Where the base's files could not be read, all that the head's say would look new; not where these are
 * the same ones. */
static bool
could_be_read(struct analysis *x, const struct side *base, struct diags *diags)
{
	struct str revision = base->here.revision, name = str_slice(revision, 0, 12);
	struct map same = blobs_of_head(x);
	uint32_t n = 0;

	for (uint32_t i = 0; i < base->files.list.n; i++) {
		const struct file *f = &base->files.list.v[i];

		n += x->is_here[f->service] && f->read &&
		     (f->status == READ_MISSING || f->status == READ_ERROR) &&
		     !map_get(&same, f->entry.blob);
	}
	if (n)
		diag_add(diags, DIAG_SYSTEM, (struct str){0}, 0, 0,
			"%u file%s of the base %.*s cannot be read, so what is new is not known; in a "
			"partial clone `git diff %.*s >/dev/null` fetches what it wants",
			n, n == 1 ? "" : "s", STR_ARG(name), STR_ARG(name));
	return n == 0;
}

static int
compare_paths(const struct file *a, const struct file *b)
{
	if (a->service != b->service)
		return a->service < b->service ? -1 : 1;
	return str_cmp(a->entry.path, b->entry.path);
}

/* True when nothing was done to the base's file F. *AT goes up in the head's files, which have the same
 * order. */
static bool
stands_in_head(const struct file_set *head, uint32_t *at, const struct file *f)
{
	const struct file *same;

	while (*at < head->list.n && compare_paths(&head->list.v[*at], f) < 0)
		++*at;
	if (*at == head->list.n)
		return false;
	same = &head->list.v[*at];
	return compare_paths(same, f) == 0 && f->entry.blob.n &&
	       str_eq(same->entry.blob, f->entry.blob);
}

/* What was committed here and not yet given to others may still be edited: no database but one's own ran
 * it. What a change is compared with by --base is where it goes to. */
static void
mark_unpublished(struct analysis *x, struct side *base)
{
	VEC(struct str) paths = {0};
	VEC(uint32_t) files = {0};
	bool *unpublished;
	uint32_t at = 0;

	for (uint32_t i = 0; i < base->files.list.n; i++) {
		const struct file *f = &base->files.list.v[i];
		struct str prefix = base->states[f->service].prefix;

		if (!x->is_here[f->service] || stands_in_head(&x->head.files, &at, f))
			continue;
		vec_push(&x->arena, &files, i);
		vec_push(&x->arena, &paths,
			prefix.n ? str_join(&x->arena, prefix, f->entry.path) : f->entry.path);
	}
	unpublished = arena_array(&x->arena, bool, files.n + 1);
	source_find_unpublished(&x->arena, x->here.top, paths.v, paths.n, unpublished);
	for (uint32_t i = 0; i < files.n; i++)
		base->files.list.v[files.v[i]].unpublished = unpublished[i];
}

bool
change_build_base(struct analysis *x, const struct options *o, uint32_t i, struct diags *diags)
{
	struct side *base = &x->bases[i];

	side_share(x, base, &x->head);
	side_read(x, o, base);
	if (!o->base)
		mark_unpublished(x, base);
	return could_be_read(x, base, diags) && side_build(x, o, base, diags);
}
