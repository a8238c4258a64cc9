/* Migrations that no tool reads: where they are, and that what they make is not known. */
#include "base/fatal.h"
#include "base/map.h"
#include "world/build_p.h"

/* A directory with migrations that no tool reads. */
struct foreign {
	struct str directory;
	const char *words; /* whose they may be */
	uint32_t file;     /* the first */
	uint32_t n;
};
struct foreigns {
	VEC(struct foreign) list;
};

/* True when a tool that has a form of its own runs the directory, or a history is a dump of what its files
 * make: db/structure.sql beside db/migrate. */
static bool
is_known(const struct builder *b, uint32_t service, struct str directory)
{
	size_t slash = str_rchr(directory, '/');
	struct str above = str_slice(directory, 0, slash == SIZE_MAX ? 0 : slash);

	for (uint32_t i = 0; i < b->w->contexts.n; i++) {
		const struct context *c = &b->w->contexts.v[i];
		struct str at = c->history ? c->history->directory : (struct str){0};
		size_t end = str_rchr(at, '/');

		if (c->service != service || !c->history)
			continue;
		if (!c->history->snapshot && !str_is(str_from(c->history->tool->name), "sql") &&
			at.n && str_starts(directory, at) &&
			(directory.n == at.n || directory.s[at.n] == '/'))
			return true;
		if (str_ends(at, STR("structure.sql")) &&
			str_eq(above, str_slice(at, 0, end == SIZE_MAX ? 0 : end)))
			return true;
	}
	return false;
}

/* Where a service says which migrations are its own, others are not looked for. */
static bool
is_declared(const struct service *s, struct str directory)
{
	bool any = false;

	for (uint32_t i = 0; i < s->contexts.n; i++) {
		struct str at = s->contexts.v[i].migrations.value;

		any |= at.n > 0;
		if (at.n && (str_is(at, ".") ||
				    (str_starts(directory, at) &&
					    (directory.n == at.n || directory.s[at.n] == '/'))))
			return true;
	}
	return !any;
}

static void
find_foreign(struct builder *b, uint32_t service, struct foreigns *out)
{
	struct map by_path = {.arena = b->a};

	for (uint32_t i = 0; i < b->w->files->list.n; i++) {
		const struct file *f = &b->w->files->list.v[i];
		size_t end = str_rchr(f->entry.path, '/');
		struct str at = str_slice(f->entry.path, 0, end == SIZE_MAX ? 0 : end);
		const char *words;
		union map_value *v;

		if (f->service != service || b->claimed[i] ||
			(f->class != CLASS_CODE && f->class != CLASS_SCRIPT))
			continue;
		words = tool_foreign(f->entry.path);
		if (!words)
			continue;
		v = map_put(&by_path, at);
		if (!v->num) {
			vec_push(b->a, &out->list,
				(struct foreign){
					.directory = at, .words = words, .file = f->number});
			v->num = out->list.n;
		}
		out->list.v[v->num - 1].n++;
	}
}

/* What such migrations make is not known, so nothing is known to be missing. */
void
build_foreign(struct builder *b, uint32_t service)
{
	struct foreigns found = {0};

	find_foreign(b, service, &found);
	for (uint32_t i = 0; i < found.list.n; i++) {
		const struct foreign *x = &found.list.v[i];

		if (is_known(b, service, x->directory) ||
			!is_declared(&b->w->config->services.v[service], x->directory))
			continue;
		build_gap(b, x->file, NULL, BLIND_OPERATION,
			str_format(b->a,
				"%.*s holds %u migration%s that no tool here reads (of %s?)",
				STR_ARG(x->directory), x->n, x->n == 1 ? "" : "s", x->words),
			(struct span){.line = 1, .column = 1});
		for (uint32_t c = 0; c < b->w->contexts.n; c++)
			if (b->w->contexts.v[c].service == service)
				b->w->databases.v[b->w->contexts.v[c].database].catalog.incomplete =
					true;
	}
}
