/* A draft as YAML: what is found is said, with the evidence above it; what only people can decide
 * stands in comments. */
#include "cmd/draft.h"

#include "base/arena.h"
#include "report/report.h"

struct str
relative_path(struct arena *a, struct str from, struct str to)
{
	struct buf b = {.arena = a};
	size_t same = 0;

	if (str_eq(from, to))
		return STR(".");
	for (size_t i = 0; i <= from.n && i <= to.n; i++) {
		bool ends = (i == from.n || from.s[i] == '/') && (i == to.n || to.s[i] == '/');

		if (ends)
			same = i;
		if (i == from.n || i == to.n || from.s[i] != to.s[i])
			break;
	}
	for (size_t i = same; i < from.n; i++)
		if (from.s[i] == '/' && i + 1 < from.n)
			buf_add(&b, b.n ? STR("/..") : STR(".."));
	if (same < to.n)
		buf_addf(&b, "%s%.*s", b.n ? "/" : "",
			STR_ARG(str_slice(to, same + (to.s[same] == '/'), to.n)));
	return buf_str(&b);
}

static void
add_comments(struct buf *out, int indent, const struct str *lines, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		buf_addf(out, "%*s# ", indent, "");
		report_escape(out, lines[i]);
		buf_addc(out, '\n');
	}
}

static void
add_key(struct buf *out, const char *key, struct str value)
{
	buf_addf(out, "    %s: ", key);
	report_yaml_scalar(out, value);
	buf_addc(out, '\n');
}

static void
add_names(struct buf *out, int indent, const char *key, const struct draft_name *names, uint32_t n)
{
	if (!n)
		return;
	buf_addf(out, "%*s%s:\n", indent, "", key);
	for (uint32_t i = 0; i < n; i++) {
		add_comments(out, indent + 2, names[i].because.v, names[i].because.n);
		buf_addf(out, "%*s- ", indent + 2, "");
		report_yaml_scalar(out, names[i].name);
		buf_addc(out, '\n');
	}
}

static void
add_grant(struct buf *out, const struct draft_grant *g, const char *indent)
{
	for (uint32_t i = 0; i < g->table.because.n; i++) {
		buf_addf(out, "%s# ", indent);
		report_escape(out, g->table.because.v[i]);
		buf_addc(out, '\n');
	}
	buf_addf(out, "%s- {to: ", indent);
	report_yaml_scalar(out, g->to);
	buf_addf(out, ", may: %.*s, tables: [", STR_ARG(g->may));
	report_yaml_scalar(out, g->table.name);
	buf_addf(out, "], reason: %.*s}\n", STR_ARG(g->reason.n ? g->reason : STR("to be said")));
}

/* Without its `# ` a grant that is only suggested is in force. */
static void
add_grants(struct buf *out, const struct draft_service *s)
{
	uint32_t in_force = 0;

	for (uint32_t i = 0; i < s->grants.n; i++) {
		if (s->grants.v[i].in_force && !in_force++)
			buf_add(out, STR("    grants:\n"));
		if (s->grants.v[i].in_force)
			add_grant(out, &s->grants.v[i], "      ");
	}
	if (in_force == s->grants.n)
		return;
	buf_add(out, STR("    # Others write these, too. Where that is meant, take the `# ` away and "
			 "say why:\n"));
	if (!in_force)
		buf_add(out, STR("    # grants:\n"));
	for (uint32_t i = 0; i < s->grants.n; i++)
		if (!s->grants.v[i].in_force)
			add_grant(out, &s->grants.v[i], "    #   ");
}

/* The repository's top: without the directory in it that is the service's. */
static struct str
top_of(struct str path, struct str prefix)
{
	struct str inner = prefix.n ? str_slice(prefix, 0, prefix.n - 1) : prefix;

	if (inner.n && str_ends(path, inner) && path.n > inner.n + 1)
		return str_slice(path, 0, path.n - inner.n - 1);
	return path;
}

static void
add_place(struct buf *out, const struct analysis *x, uint32_t service, struct str base)
{
	struct str path = x->config.services.v[service].repo_path;
	struct str prefix = x->head.states[service].prefix;

	add_key(out, "repo", relative_path(out->arena, base, top_of(path, prefix)));
	if (prefix.n)
		add_key(out, "path", str_slice(prefix, 0, prefix.n - 1));
}

static void
add_service(struct buf *out, const struct draft_service *s, const struct analysis *x,
	uint32_t service, struct str base)
{
	add_comments(out, 2, s->because.v, s->because.n);
	buf_add(out, STR("  - name: "));
	report_yaml_scalar(out, s->name);
	buf_addc(out, '\n');
	add_place(out, x, service, base);
	if (s->is_operator)
		add_key(out, "kind", STR("operator"));
	add_names(out, 4, "roles", s->roles.v, s->roles.n);
	if (s->schemas.n || s->tables.n)
		buf_add(out, STR("    owns:\n"));
	add_names(out, 6, "schemas", s->schemas.v, s->schemas.n);
	add_names(out, 6, "tables", s->tables.v, s->tables.n);
	add_grants(out, s);
}

static void
add_left_out(struct buf *out, const struct draft_doc *d, const struct analysis *x,
	const bool *left_out)
{
	for (uint32_t i = 0; i < d->services.n; i++) {
		if (!left_out[i])
			continue;
		buf_add(out, STR("# left out, for it shares no table with the others: "));
		report_escape(out, x->config.services.v[i].repo.value);
		buf_addc(out, '\n');
	}
}

static void
add_open(struct buf *out, const struct draft_doc *d)
{
	if (d->open.n)
		buf_add(out, STR("\n# Whose these are cannot be told: add them to the `owns:` of "
				 "their owner.\n"));
	for (uint32_t i = 0; i < d->open.n; i++) {
		buf_add(out, STR("#   "));
		report_escape(out, d->open.v[i].name);
		for (uint32_t k = 0; k < d->open.v[i].because.n; k++) {
			buf_add(out, k ? STR("; ") : STR(": "));
			report_escape(out, d->open.v[i].because.v[k]);
		}
		buf_addc(out, '\n');
	}
}

static const char head[] =
	"# A draft by `pgbounds init`, of what the repositories say. Read it: from now on it counts as said.\n"
	"# Above each name stands what speaks for it. The one who alone writes a table owns it, else the\n"
	"# one who makes it; an exact name beats a pattern. Then: pgbounds audit\n";

void
draft_write(const struct draft_doc *d, const struct analysis *x, const bool *left_out,
	const struct paths *notes, struct str base, struct buf *out)
{
	buf_add(out, str_from(head));
	add_comments(out, 0, notes->list.v, notes->list.n);
	add_left_out(out, d, x, left_out);
	buf_add(out, STR("services:\n"));
	for (uint32_t i = 0; i < d->services.n; i++)
		if (!left_out[i])
			add_service(out, &d->services.v[i], x, i, base);
	add_open(out, d);
	if (d->external.n) {
		buf_add(out, STR("\n# Nothing that was read makes these: other programs, extensions, or "
				 "mistakes (which go).\n"));
		add_names(out, 0, "external", d->external.v, d->external.n);
	}
}
