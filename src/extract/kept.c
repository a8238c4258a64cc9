/* Files that the cache answers do not become work. */
#include "extract/kept_p.h"

#include "base/arena.h"
#include "base/map.h"
#include "host/host.h"
#include "sql/sql.h"
#include "unit/pack.h"

/* Each text with its length, so that two lists do not look alike. */
static void
add_str(struct buf *b, struct str s)
{
	buf_addf(b, "%zu:%.*s,", s.n, STR_ARG(s));
}

static void
add_text(struct buf *b, const char *text)
{
	add_str(b, str_from(text));
}

static void
add_options(struct buf *b, const struct host_options *o)
{
	for (const struct host_sink *s = o->sinks; s && s->host; s++) {
		add_text(b, s->host);
		add_text(b, s->callee);
		add_text(b, s->keyword);
		add_text(b, s->receiver);
		buf_addf(b, "%d%d%d%d;", s->argument, s->operation, s->common, s->wraps);
		for (const char *const *m = s->modules; m && *m; m++)
			add_text(b, *m);
	}
	for (const char *const *m = o->markers; m && *m; m++)
		add_text(b, *m);
	for (const struct host_bodies *k = o->bodies; k && k->host; k++) {
		add_text(b, k->host);
		add_text(b, k->import);
		add_text(b, k->defines);
		add_text(b, k->parameter);
		add_text(b, k->member);
	}
}

/* A hash of all that a unit depends on besides its bytes: the build, the grammar, the host language, its
 * options and our bounds. */
static uint64_t
reader_hash(const struct host *host, const struct extract_options *options,
	const struct host_variables *variables)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};
	uint64_t bound = options->max_bytes ? options->max_bytes : EXTRACT_MAX_BYTES, hash;

	buf_addf(&b, "%016llx %llu ", (unsigned long long)cache_build(), (unsigned long long)bound);
	add_text(&b, sql_grammar_version());
	add_text(&b, host->name);
	add_text(&b, host->extensions[0]);
	add_options(&b, options->host);
	for (uint32_t i = 0; i < variables->n; i++) {
		add_str(&b, variables->list[i].name);
		add_str(&b, variables->list[i].value);
	}
	hash = str_hash(buf_str(&b));
	arena_free(&scratch);
	return hash;
}

/* Once a host, but for templates: there once for each service that has variables. */
static uint64_t
reader_of(struct map *known, const struct file *f, const struct extract_options *options)
{
	struct host_variables none = {0};
	const struct host_variables *variables =
		options->variables && !f->host->read ? &options->variables[f->service] : &none;
	struct str name = str_from(f->host->extensions[0] ? f->host->extensions[0] : f->host->name);
	union map_value *v = map_put(
		known, variables->n ? str_format(known->arena, "%.*s %u", STR_ARG(name), f->service)
				    : name);

	if (!v->num)
		v->num = reader_hash(f->host, options, variables);
	return v->num;
}

void
kept_keys(const struct file_set *set, struct task *tasks, uint32_t n,
	const struct extract_options *options)
{
	struct arena scratch = {0};
	struct map known = {.arena = &scratch};

	for (uint32_t i = 0; i < n; i++) {
		const struct file *f = &set->list.v[tasks[i].job.file];

		tasks[i].keyed =
			cache_key(&tasks[i].key, reader_of(&known, f, options), f->entry.blob);
	}
	arena_free(&scratch);
}

static struct arena *const *
new_arenas(struct file_set *set, uint32_t n)
{
	struct arena **list = arena_array(set->arena, struct arena *, n);

	for (uint32_t i = 0; i < n; i++) {
		list[i] = arena_new(set->arena, struct arena);
		vec_push(set->arena, &set->arenas, list[i]);
	}
	return list;
}

static struct cache_query *
make_queries(struct arena *a, const struct task *tasks, uint32_t n, uint32_t *asked)
{
	struct cache_query *queries = arena_array(a, struct cache_query, n + 1);

	*asked = 0;
	for (uint32_t i = 0; i < n; i++)
		if (tasks[i].keyed)
			queries[(*asked)++] = (struct cache_query){
				.key = tasks[i].key, .force = tasks[i].job.force};
	return queries;
}

uint32_t
kept_take(struct file_set *set, struct task *tasks, uint32_t n,
	const struct extract_options *options, uint32_t threads)
{
	struct arena scratch = {0};
	uint32_t asked, left = 0;
	struct cache_query *queries = make_queries(&scratch, tasks, n, &asked), *next = queries;

	cache_find(options->cache, queries, asked, new_arenas(set, threads), threads);
	for (uint32_t i = 0; i < n; i++) {
		const struct cache_query *q = tasks[i].keyed ? next++ : NULL;
		struct file *f = &set->list.v[tasks[i].job.file];

		if (q && q->known) {
			f->unit = q->unit;
			f->read = true;
			f->status = READ_OK;
		} else {
			tasks[left++] = tasks[i];
		}
	}
	arena_free(&scratch);
	return left;
}

struct cache_record
kept_record(struct arena *a, const struct task *task, const struct unit *u, bool matters,
	struct arena *scratch)
{
	struct cache_record r = {.key = task->key, .kind = CACHE_NOTHING};
	struct buf bytes = {.arena = scratch};

	if (!u)
		return r;
	unit_pack(u, &bytes, scratch);
	r.bytes = str_dup(a, buf_str(&bytes));
	r.kind = matters ? CACHE_UNIT : CACHE_FORCED;
	return r;
}
