/* Two states of the services that are here: what is judged, and what it is judged against. */
#include <stdlib.h>
#include <unistd.h>

#include "cmd/analysis.h"

/* The index that git has put elsewhere while it runs a hook; git gives it relative to the top. */
static struct str
index_file(struct analysis *x)
{
	const char *named = getenv("GIT_INDEX_FILE");
	struct str path = str_from(named);

	if (!path.n || path.s[0] == '/')
		return path;
	path = str_format(&x->arena, "%.*s/%s", STR_ARG(x->here.top), named);
	return access(path.s, R_OK) == 0 ? path : str_from(named);
}

/* What is judged: the index, a revision, or the work tree. */
static void
choose_head(struct analysis *x, const struct options *o)
{
	x->head.here = (struct source_request){.index = o->staged, .revision = str_from(o->head)};
	if (o->staged)
		x->head.here.index_file = index_file(x);
}

/* What it is judged against. */
static bool
choose_bases(struct analysis *x, const struct options *o, struct diags *diags)
{
	struct source_bases bases;
	bool ok;

	if (!x->here.top.n) {
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"not in a git repository, so there is no change to judge; "
			"`pgbounds check --all` judges the whole state");
		return false;
	}
	ok = o->base ? source_merge_base(&bases, &x->arena, x->here.top, str_from(o->base),
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
	choose_head(x, o);
	return choose_bases(x, o, diags);
}

/* What the base's files say is not known where they could not be read; what the head's say then
 * looks new. */
static void
warn_unread(const struct side *base, struct diags *diags)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < base->files.list.n; i++) {
		const struct file *f = &base->files.list.v[i];

		n += f->read && (f->status == READ_MISSING || f->status == READ_ERROR);
	}
	if (n)
		diag_add(diags, DIAG_WARNING, base->here.revision, 0, 0,
			"%u files of the base could not be read (a partial clone?): "
			"what is not new may be told as new",
			n);
}

bool
change_build_base(struct analysis *x, const struct options *o, uint32_t i, struct diags *diags)
{
	struct side *base = &x->bases[i];

	side_share(x, base, &x->head);
	side_read(x, o, base);
	warn_unread(base, diags);
	return side_build(x, o, base, diags);
}
