/* Where the user's cache is. */
#include <stdio.h>
#include <stdlib.h>

#include "cmd/analysis.h"
#include "cmd/signals.h"

/* $PGBOUNDS_CACHE, else what the XDG base directories say, which counts relative paths as not set; empty
 * when the environment says nothing at all. */
static struct str
default_directory(struct arena *a)
{
	struct str own = str_from(getenv("PGBOUNDS_CACHE"));
	struct str xdg = str_from(getenv("XDG_CACHE_HOME")), home = str_from(getenv("HOME"));

	if (own.n)
		return own;
	if (str_starts(xdg, STR("/")))
		return str_format(a, "%.*s/pgbounds", STR_ARG(xdg));
	if (str_starts(home, STR("/")))
		return str_format(a, "%.*s/.cache/pgbounds", STR_ARG(home));
	return (struct str){0};
}

struct cache *
user_cache(struct arena *a, const struct options *o, struct diags *diags)
{
	struct str directory = o->cache ? str_from(o->cache) : default_directory(a);

	if (o->no_cache)
		return NULL;
	if (directory.n)
		return cache_new(a, directory, 0);
	diag_add(diags, DIAG_NOTE, (struct str){0}, 0, 0,
		"no cache is used: %s", o->cache ? "--cache names no directory"
						  : "neither HOME nor XDG_CACHE_HOME is set");
	return NULL;
}

void
user_cache_save(const struct analysis *x, const struct options *o, struct diags *diags)
{
	struct cache *c = x->extract.cache;
	struct cache_count count;
	sigset_t before;

	if (!c)
		return;
	signals_hold(&before);
	cache_save(c, diags);
	signals_release(&before);
	count = cache_counted(c);
	if (o->timing)
		fprintf(stderr, "timing: cache    %u of %u units known\n", count.known, count.asked);
}
