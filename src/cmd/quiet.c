/* Is a change one that no world can tell? Then none is built: most commits are such, and are waited for. */
#include "base/arena.h"
#include "cmd/analysis.h"
#include "host/host.h"

/* More files than this are not looked at twice. */
#define QUIET_FILES 200

/* The files that differ, as they are in the head and in the base. */
struct differences {
	struct analysis *x;
	struct file_set files;
	VEC(struct files) sources; /* where each is read */
	VEC(uint32_t) pairs;       /* numbers of the head's and the base's; 0: it has none */
	bool baseline;             /* one of them is a service's baseline */
};

static uint32_t
add_file(struct differences *d, const struct side *s, uint32_t service, uint32_t entry)
{
	const struct file_entry *e = &s->sources[service].list.list.v[entry];
	struct file f = {.number = d->files.list.n + 1,
		.service = service,
		.entry = *e,
		.class = classify_path(e->path),
		.host = host_of_path(e->path)};

	d->baseline |= side_is_baseline(d->x, service, e->path);
	vec_push(d->files.arena, &d->files.list, f);
	vec_push(d->files.arena, &d->sources, s->link_services[service].files);
	return f.number;
}

static void
add_pair(struct differences *d, uint32_t head, uint32_t base)
{
	vec_push(d->files.arena, &d->pairs, head);
	vec_push(d->files.arena, &d->pairs, base);
}

static uint32_t
next_read(const struct differences *d, const struct side *s, uint32_t service, uint32_t at)
{
	const struct file_list *l = &s->sources[service].list;

	while (at < l->list.n && !host_of_path(l->list.v[at].path) &&
		!side_is_baseline(d->x, service, l->list.v[at].path))
		at++;
	return at;
}

/* Both lists are sorted by path. */
static void
collect(struct differences *d, const struct side *head, const struct side *base, uint32_t service)
{
	const struct file_list *a = &head->sources[service].list, *b = &base->sources[service].list;
	uint32_t i = next_read(d, head, service, 0), k = next_read(d, base, service, 0);

	while (i < a->list.n || k < b->list.n) {
		const struct file_entry *x = i < a->list.n ? &a->list.v[i] : NULL;
		const struct file_entry *y = k < b->list.n ? &b->list.v[k] : NULL;
		int order = !x ? 1 : !y ? -1 : str_cmp(x->path, y->path);

		if (order < 0)
			add_pair(d, add_file(d, head, service, i), 0);
		else if (order > 0)
			add_pair(d, 0, add_file(d, base, service, k));
		else if (!x->blob.n || !str_eq(x->blob, y->blob))
			add_pair(d, add_file(d, head, service, i), add_file(d, base, service, k));
		if (order <= 0)
			i = next_read(d, head, service, i + 1);
		if (order >= 0)
			k = next_read(d, base, service, k + 1);
	}
}

/* Without the cache: they are few, and what is kept of a file is what is found when nobody wants more. */
static void
extract(struct differences *d)
{
	struct extract_options options = d->x->extract;
	struct extract_job *jobs =
		arena_array(d->files.arena, struct extract_job, d->files.list.n + 1);
	uint32_t n = 0;

	for (uint32_t i = 0; i < d->files.list.n; i++)
		if (d->files.list.v[i].class != CLASS_VENDORED)
			jobs[n++] = (struct extract_job){
				.files = d->sources.v[i], .file = i, .force = true};
	options.cache = NULL;
	extract_run(&d->files, jobs, n, &options);
}

/* The unit of a file that was read; NULL, and *OK is false, when it could not be. */
static const struct unit *
unit_of(const struct differences *d, uint32_t number, bool *ok)
{
	const struct file *f = number ? file_by_number(&d->files, number) : NULL;

	if (f && f->class != CLASS_VENDORED && (f->status != READ_OK || !f->unit))
		*ok = false;
	return f ? f->unit : NULL;
}

static bool
says_nothing(const struct unit *u)
{
	return !u || unit_says_nothing(u);
}

static bool
is_quiet(const struct differences *d)
{
	for (uint32_t i = 0; i < d->pairs.n; i += 2) {
		bool ok = true;
		const struct unit *head = unit_of(d, d->pairs.v[i], &ok);
		const struct unit *base = unit_of(d, d->pairs.v[i + 1], &ok);

		if (!ok || (!(head && base && unit_says_the_same(head, base)) &&
				   !(says_nothing(head) && says_nothing(base))))
			return false;
	}
	return true;
}

static void
free_differences(struct differences *d)
{
	for (uint32_t i = 0; i < d->files.arenas.n; i++)
		arena_free(d->files.arenas.v[i]);
}

bool
side_differs_quietly(struct analysis *x, const struct side *head, const struct side *base)
{
	struct differences d = {.x = x, .files = {.arena = &x->arena}};
	bool quiet;

	for (uint32_t i = 0; i < x->config.services.n; i++)
		if (x->is_here[i])
			collect(&d, head, base, i);
	if (d.pairs.n > 2 * QUIET_FILES || d.baseline)
		return false;
	extract(&d);
	quiet = is_quiet(&d);
	free_differences(&d);
	return quiet;
}
