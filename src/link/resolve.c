/* Names across files: packages that are directories (Go), modules (Python), constants (Ruby); by path:
 * resolve_path.c. */
#include "link/resolve_p.h"

#include <string.h>

#include "link/link.h"

struct file_indexes {
	VEC(uint32_t) list; /* numbers of files */
};

static struct str
directory_of(struct str path)
{
	size_t slash = str_rchr(path, '/');

	return slash == SIZE_MAX ? STR("") : str_slice(path, 0, slash);
}

/* "a/b/c.py" → "a.b.c", "a/b/__init__.py" → "a.b". */
static struct str
module_of(struct arena *a, struct str path)
{
	size_t dot = str_rchr(path, '.');
	char *p;

	path = str_slice(path, 0, dot);
	if (str_ends(path, STR("/__init__")))
		path.n -= strlen("/__init__");
	p = str_cstr(a, path);
	for (size_t i = 0; i < path.n; i++)
		if (p[i] == '/')
			p[i] = '.';
	return (struct str){p, path.n};
}

/* Every ending of a module's path finds it, so that a source root below the repository's root
 * (src/) need not be known; the shortest path wins, then the first. */
static void
index_module(struct linker *l, const struct file *f)
{
	struct str module = module_of(l->arena, f->entry.path);

	for (size_t at = 0;;) {
		union map_value *slot =
			map_put(&l->indexes[f->service].modules, str_slice(module, at, module.n));

		if (slot->num == 0 ||
			file_by_number(l->set, (uint32_t)slot->num)->entry.path.n > f->entry.path.n)
			slot->num = f->number;
		at = str_chr(module, '.', at);
		if (at == SIZE_MAX)
			break;
		at++;
	}
}

/* Zeitwerk's README, "Inflection": order_totals.rb defines OrderTotals. Of files of one name the shortest
 * path counts, then the first. */
static void
index_constant(struct linker *l, const struct file *f)
{
	struct str path = f->entry.path, name = path;
	size_t slash = str_rchr(path, '/'), dot;
	union map_value *slot;

	if (slash != SIZE_MAX)
		name = str_slice(path, slash + 1, path.n);
	dot = str_chr(name, '.', 0);
	name = str_slice(name, 0, dot == SIZE_MAX ? name.n : dot);
	if (f->class != CLASS_CODE && f->class != CLASS_SCRIPT)
		return;
	slot = map_put(&l->indexes[f->service].constants, name);
	if (slot->num == 0 || file_by_number(l->set, (uint32_t)slot->num)->entry.path.n > path.n)
		slot->num = f->number;
}

/* "OrderTotals" → "order_totals"; empty when it is no constant of a class. */
static struct str
file_of_constant(struct linker *l, struct str name)
{
	struct buf b = {.arena = l->arena};
	bool small = false;

	for (size_t i = 0; i < name.n; i++) {
		char c = name.s[i];
		bool capital = c >= 'A' && c <= 'Z';

		if (i == 0 && !capital)
			return (struct str){0};
		if (capital && i &&
			(small || (i + 1 < name.n && name.s[i + 1] >= 'a' && name.s[i + 1] <= 'z')))
			buf_addc(&b, '_');
		buf_addc(&b, capital ? (char)(c | 0x20) : c);
		small = !capital && c != '_';
	}
	return buf_str(&b);
}

void
link_init(struct linker *l, struct arena *a, struct file_set *set,
	const struct link_service *services, uint32_t n, const struct extract_options *options)
{
	*l = (struct linker){.arena = a,
		.set = set,
		.services = services,
		.options = options,
		.indexes = arena_array(a, struct link_index, n + 1),
		.is_wanted = arena_array(a, bool, set->list.n + 1)};
	for (uint32_t i = 0; i < n; i++)
		l->indexes[i] = (struct link_index){{.arena = a}, {.arena = a}, {.arena = a}, {.arena = a}};
	for (uint32_t i = 0; i < set->list.n; i++) {
		const struct file *f = &set->list.v[i];
		union map_value *slot;

		if (!f->host || !f->host->read || f->class == CLASS_BASELINE)
			continue;
		if (f->host->imports == HOST_CONSTANTS) {
			index_constant(l, f);
			continue;
		}
		if (f->host->imports == HOST_MODULES)
			index_module(l, f);
		if (f->host->imports == HOST_PATHS)
			link_index_path(l, f);
		if (f->host->imports != HOST_DIRECTORIES)
			continue;
		slot = map_put(&l->indexes[f->service].directories, directory_of(f->entry.path));
		if (!slot->ptr)
			slot->ptr = arena_new(a, struct file_indexes);
		vec_push(a, &((struct file_indexes *)slot->ptr)->list, f->number);
	}
}

void
link_want(struct linker *l, const struct file *f)
{
	if (l->is_wanted[f->number - 1])
		return;
	l->is_wanted[f->number - 1] = true;
	vec_push(l->arena, &l->wanted, f->number);
}

/* True when the file could still be extracted. */
static bool
unread(const struct linker *l, const struct file *f)
{
	return !f->unit && l->services[f->service].files.ops;
}

static enum resolution
resolve_at_end_of(struct file *f, struct str name, struct value_ref *out, struct str *external)
{
	struct file_scope scope = {.unit = f->unit, .origin = f->number};
	struct value_ref at = {.unit = f->unit, .origin = f->number};

	/* Value 0 stands nowhere: only file-level names are visible from it. */
	return resolve_in_file(&scope, at, name, out, external);
}

/* A name of a package that is a directory: its files in order; the first that defines it. */
static enum resolution
resolve_in_directory(struct linker *l, uint32_t service, struct str directory, struct str name,
	uint32_t except, struct value_ref *out)
{
	union map_value *slot = map_get(&l->indexes[service].directories, directory);
	const struct file_indexes *files = slot ? slot->ptr : NULL;
	bool open = false;

	for (uint32_t i = 0; files && i < files->list.n; i++) {
		struct file *f = file_by_number(l->set, files->list.v[i]);
		struct str external = {0};

		if (f->number == except)
			continue;
		if (unread(l, f)) {
			link_want(l, f);
			open = true;
		} else if (f->unit && resolve_at_end_of(f, name, out, &external) == RESOLVED) {
			return RESOLVED;
		}
	}
	return open ? RESOLVED_OPEN : RESOLVED_HOLE;
}

/* A class of the file that is called as it is. */
static enum resolution
resolve_constant(struct linker *l, const struct file *from, struct str name, struct value_ref *out)
{
	struct str file = file_of_constant(l, name), external;
	union map_value *slot = file.n ? map_get(&l->indexes[from->service].constants, file) : NULL;
	struct file *f;

	if (!slot || slot->num == from->number)
		return RESOLVED_HOLE;
	f = file_by_number(l->set, (uint32_t)slot->num);
	if (unread(l, f)) {
		link_want(l, f);
		return RESOLVED_OPEN;
	}
	if (f->unit && resolve_at_end_of(f, name, out, &external) == RESOLVED)
		return RESOLVED;
	return RESOLVED_HOLE;
}

void
link_want_package(struct linker *l, const struct file *f)
{
	struct str directory = directory_of(f->entry.path);
	union map_value *slot = map_get(&l->indexes[f->service].directories, directory);
	const struct file_indexes *files = slot ? slot->ptr : NULL;

	for (uint32_t i = 0; files && i < files->list.n; i++) {
		const struct file *other = file_by_number(l->set, files->list.v[i]);

		if (unread(l, other))
			link_want(l, other);
	}
}

/* The directory that an import path names: the longest of its endings that is one. */
static enum resolution
resolve_import_path(struct linker *l, uint32_t service, struct str import, struct str name,
	struct value_ref *out)
{
	for (size_t at = 0; at < import.n;) {
		struct str ending = str_slice(import, at, import.n);
		size_t slash;

		if (map_get(&l->indexes[service].directories, ending))
			return resolve_in_directory(l, service, ending, name, 0, out);
		slash = str_chr(import, '/', at);
		if (slash == SIZE_MAX)
			break;
		at = slash + 1;
	}
	return RESOLVED_HOLE;
}

/* "..models.X" written in a/b/c.py → "a.models.X". */
static struct str
absolute_module(struct linker *l, const struct file *f, struct str path)
{
	struct str directory = directory_of(f->entry.path);
	size_t dots = 0;
	char *p;

	while (dots < path.n && path.s[dots] == '.')
		dots++;
	if (dots == 0)
		return path;
	for (size_t i = 1; i < dots; i++)
		directory = directory_of(directory);
	p = str_cstr(l->arena, directory);
	for (size_t i = 0; i < directory.n; i++)
		if (p[i] == '/')
			p[i] = '.';
	return str_format(l->arena, "%s%s%.*s", p, directory.n ? "." : "",
		STR_ARG(str_slice(path, dots, path.n)));
}

/* A dotted path: the longest beginning that is a module of the service, then a symbol in it. */
static enum resolution
resolve_module(struct linker *l, const struct file *from, struct str path, uint32_t depth,
	struct value_ref *out, struct str *external)
{
	struct str absolute = absolute_module(l, from, path);
	size_t end = str_rchr(absolute, '.');

	*external = absolute;
	for (; end != SIZE_MAX; end = str_rchr(str_slice(absolute, 0, end), '.')) {
		union map_value *slot =
			map_get(&l->indexes[from->service].modules, str_slice(absolute, 0, end));
		struct str name = str_slice(absolute, end + 1, absolute.n), inner = {0};
		enum resolution r;
		struct file *f;

		if (!slot)
			continue;
		f = file_by_number(l->set, (uint32_t)slot->num);
		if (f->number == from->number)
			return RESOLVED_EXTERNAL;
		if (unread(l, f)) {
			link_want(l, f);
			return RESOLVED_OPEN;
		}
		if (!f->unit)
			return RESOLVED_EXTERNAL;
		r = resolve_at_end_of(f, name, out, &inner);
		/* A name that the module itself imports. */
		if (r == RESOLVED_OPEN && inner.n && depth < 8)
			return resolve_module(l, f, inner, depth + 1, out, external);
		return r == RESOLVED ? RESOLVED : RESOLVED_EXTERNAL;
	}
	return RESOLVED_EXTERNAL;
}

enum resolution
link_resolve(void *self, struct value_ref at, struct str path, struct value_ref *out,
	struct str *external)
{
	struct linker *l = self;
	struct file *f;
	struct file_scope scope;
	enum resolution r;
	size_t dot;

	*external = (struct str){0};
	if (at.origin == 0)
		return RESOLVED_HOLE;
	f = file_by_number(l->set, at.origin);
	if (f->unit != at.unit) /* a value that was evaluated already */
		return RESOLVED_HOLE;
	scope = (struct file_scope){.unit = f->unit, .origin = f->number};
	dot = str_chr(path, '.', 0);
	r = resolve_in_file(
		&scope, at, dot == SIZE_MAX ? path : str_slice(path, 0, dot), out, external);
	if (dot != SIZE_MAX) {
		/* Only the head of a chain is a name here; what follows an import is in there. */
		if (r != RESOLVED_OPEN || !external->n)
			return RESOLVED_HOLE;
		if (f->host->imports == HOST_PATHS)
			return link_resolve_path(
				l, f, *external, str_slice(path, dot + 1, path.n), out, external);
		if (f->host->imports == HOST_DIRECTORIES)
			return resolve_import_path(
				l, f->service, *external, str_slice(path, dot + 1, path.n), out);
		return resolve_module(l, f,
			str_format(l->arena, "%.*s%.*s", STR_ARG(*external),
				STR_ARG(str_slice(path, dot, path.n))),
			0, out, external);
	}
	if (r != RESOLVED_OPEN)
		return r;
	if (f->host->imports == HOST_PATHS)
		return external->n
			       ? link_resolve_path(l, f, *external, (struct str){0}, out, external)
			       : RESOLVED_HOLE;
	if (f->host->imports == HOST_CONSTANTS)
		return resolve_constant(l, f, path, out);
	if (f->host->imports == HOST_MODULES) {
		if (external->n)
			return resolve_module(l, f, *external, 0, out, external);
		return RESOLVED_HOLE;
	}
	if (external->n)
		return RESOLVED_EXTERNAL;
	return resolve_in_directory(
		l, f->service, directory_of(f->entry.path), path, f->number, out);
}
