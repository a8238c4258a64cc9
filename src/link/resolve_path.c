/* Names across files that are imported by path (JavaScript, TypeScript). A path is looked up as Node and
 * TypeScript do: with each of the endings, as a directory's index; TypeScript's `./x.js` is x.ts. A path
 * that is not relative may go by an alias (`@/db/tables`, `src/db/tables`): what stands behind its first
 * component, or all of it, is then the ending of a file's path; the shortest such file counts. */
#include "base/arena.h"
#include "link/link.h"
#include "link/resolve_p.h"
#include "unit/exported.h"

#define PASSED_ON 8 /* modules that pass a name on */

/* "src/db/tables.ts" → "src/db/tables", "src/db/index.ts" → "src/db". */
static struct str
without_ending(struct str path)
{
	static const char *const endings[] = {
		".d.ts", ".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs", NULL};

	for (const char *const *e = endings; *e; e++)
		if (str_ends(path, str_from(*e))) {
			path.n -= str_from(*e).n;
			break;
		}
	if (str_is(path, "index"))
		return STR("");
	if (str_ends(path, STR("/index")))
		path.n -= STR("/index").n;
	return path;
}

static bool
is_better(const struct linker *l, const struct file *f, uint32_t than)
{
	return !than || file_by_number(l->set, than)->entry.path.n > f->entry.path.n;
}

void
link_index_path(struct linker *l, const struct file *f)
{
	struct str path = without_ending(f->entry.path);

	if (str_ends(f->entry.path, STR(".d.ts")))
		return;
	for (size_t at = 0;;) {
		struct str ending = str_slice(path, at, path.n);
		union map_value *slot = map_put(&l->indexes[f->service].paths, ending);

		if (is_better(l, f, (uint32_t)slot->num))
			slot->num = f->number;
		/* A package of a monorepo by its directory. */
		if (str_ends(ending, STR("/src"))) {
			slot = map_put(&l->indexes[f->service].paths,
				str_slice(ending, 0, ending.n - STR("/src").n));
			if (is_better(l, f, (uint32_t)slot->num))
				slot->num = f->number;
		}
		at = str_chr(path, '/', at);
		if (at == SIZE_MAX)
			break;
		at++;
	}
}

/* DIRECTORY with the relative PATH behind it, `.` and `..` taken away; false: it leads outside. */
static bool
join_path(struct arena *a, struct str directory, struct str path, struct str *out)
{
	struct buf b = {.arena = a};
	struct str rest = str_format(a, "%.*s/%.*s", STR_ARG(directory), STR_ARG(path)), part;

	while (str_cut(&rest, '/', &part)) {
		if (!part.n || str_is(part, "."))
			continue;
		if (str_is(part, "..")) {
			size_t slash = str_rchr(buf_str(&b), '/');

			if (!b.n)
				return false;
			b.n = slash == SIZE_MAX ? 0 : slash;
			continue;
		}
		if (b.n)
			buf_addc(&b, '/');
		buf_add(&b, part);
	}
	*out = buf_str(&b);
	return true;
}

static struct file *
file_at(struct linker *l, uint32_t service, struct str path)
{
	union map_value *slot = map_get(&l->indexes[service].paths, path);

	return slot && slot->num ? file_by_number(l->set, (uint32_t)slot->num) : NULL;
}

/* The file that PATH names in FROM; NULL: none of the service. */
static struct file *
find_file(struct linker *l, const struct file *from, struct str path)
{
	size_t slash = str_rchr(from->entry.path, '/');
	struct str directory = str_slice(from->entry.path, 0, slash == SIZE_MAX ? 0 : slash), full;
	struct file *f;

	if (path.n && path.s[0] == '.') {
		if (!join_path(l->arena, directory, path, &full))
			return NULL;
		full = without_ending(full);
		f = file_at(l, from->service, full);
		/* An ending of another file's path is no relative path. */
		return f && str_eq(without_ending(f->entry.path), full) ? f : NULL;
	}
	path = without_ending(path);
	slash = str_chr(path, '/', 0);
	if (slash == SIZE_MAX)
		return NULL;
	f = file_at(l, from->service, path);
	return f ? f : file_at(l, from->service, str_slice(path, slash + 1, path.n));
}

static enum resolution resolve_in(struct linker *l, const struct file *from, struct str import,
	uint32_t depth, struct value_ref *out);

/* What the modules that F passes on as a whole say of NAME. */
static enum resolution
resolve_passed_on(
	struct linker *l, struct file *f, struct str name, uint32_t depth, struct value_ref *out)
{
	enum resolution worst = RESOLVED_EXTERNAL;

	for (uint32_t i = 1; i < f->unit->symbols.n; i++) {
		const struct symbol *s = &f->unit->symbols.v[i];
		struct str path;
		enum resolution r;

		if (!str_is(s->name, "export.*"))
			continue;
		path = f->unit->values.v[s->value].text;
		path = str_slice(path, 0, str_chr(path, ' ', 0));
		r = resolve_in(l, f,
			str_format(l->arena, "%.*s %.*s", STR_ARG(path), STR_ARG(name)), depth + 1,
			out);
		if (r == RESOLVED)
			return r;
		if (r == RESOLVED_OPEN)
			worst = r;
	}
	return worst;
}

/* IMPORT: a module's path, a space, and what it exports. */
static enum resolution
resolve_in(struct linker *l, const struct file *from, struct str import, uint32_t depth,
	struct value_ref *out)
{
	size_t space = str_rchr(import, ' ');
	struct str name = str_slice(import, space + 1, import.n);
	struct file *f = find_file(l, from, str_slice(import, 0, space));
	const struct symbol *symbol;
	uint32_t value;

	if (!f || f->number == from->number || depth > PASSED_ON)
		return RESOLVED_EXTERNAL;
	if (!f->unit && l->services[f->service].files.ops) {
		link_want(l, f);
		return RESOLVED_OPEN;
	}
	if (!f->unit)
		return RESOLVED_EXTERNAL;
	value = unit_exported(f->unit, name, &symbol);
	if (!value)
		return resolve_passed_on(l, f, name, depth, out);
	if (symbol && symbol->kind == SYMBOL_IMPORT)
		return resolve_in(l, f, f->unit->values.v[value].text, depth + 1, out);
	*out = (struct value_ref){f->unit, f->number, value};
	return RESOLVED;
}

enum resolution
link_resolve_path(struct linker *l, const struct file *from, struct str import, struct str rest,
	struct value_ref *out, struct str *external)
{
	size_t space = str_rchr(import, ' ');
	enum resolution r;

	*external = import;
	if (!rest.n)
		return resolve_in(l, from, import, 0, out);
	/* A member is asked for of a module as a whole only: of a name in it the evaluator takes it. */
	if (!str_is(str_slice(import, space, import.n), " *") || str_chr(rest, '.', 0) != SIZE_MAX)
		return RESOLVED_HOLE;
	r = resolve_in(l, from,
		str_format(
			l->arena, "%.*s %.*s", STR_ARG(str_slice(import, 0, space)), STR_ARG(rest)),
		0, out);
	return r == RESOLVED_EXTERNAL ? RESOLVED_HOLE : r;
}
