/* sqitch: the changes of sqitch.plan, in its order; deploy/CHANGE.sql does, revert/ undoes, verify/ looks.
 *
 * sqitchers/sqitch 0ab857e: lib/App/Sqitch/Plan.pm (the lines of a plan), Plan/Change.pm (a change that was reworked
 * is CHANGE@TAG, the first such file that is there), Target.pm (top_dir, plan_file, deploy_dir, of the engine
 * and of the core), Engine/pg.pm (psql runs the scripts; the registry is schema sqitch). */
#include "base/arena.h"
#include "tool/numbered_p.h"
#include "unit/unit.h"

struct change {
	struct str name;
	uint32_t line;
	uint32_t tags; /* of those before it */
};
struct plan {
	struct arena *arena;
	const struct tool_file *files;
	uint32_t n;
	const struct tool_file *file;
	struct str deploy, revert, verify; /* directories */
	VEC(struct change) changes;
	VEC(struct str) tags;
	struct tool_history history;
};

/* The first word, without what the plan puts in front of it. */
static struct str
first_word(struct str line, const char *before)
{
	size_t end = 0;

	while (line.n && str_chr(str_from(before), line.s[0], 0) != SIZE_MAX)
		line = str_slice(line, 1, line.n);
	while (end < line.n && line.s[end] != ' ' && line.s[end] != '\t')
		end++;
	return str_slice(line, 0, end);
}

static void
read_lines(struct plan *p)
{
	for (uint32_t i = 1; i <= tool_lines(p->file); i++) {
		uint32_t number;
		struct str line = tool_line(p->file, i, &number);
		struct change c = {.line = number, .tags = p->tags.n};

		/* A line with '-' reverts what an earlier one deployed; no command writes such. */
		if (line.s[0] == '#' || line.s[0] == '%' || line.s[0] == '-')
			continue;
		if (line.s[0] == '@') {
			vec_push(p->arena, &p->tags, first_word(line, "@"));
			continue;
		}
		c.name = first_word(line, "+ \t");
		if (c.name.n)
			vec_push(p->arena, &p->changes, c);
	}
}

static const struct tool_file *
script(struct plan *p, struct str change, struct str tag)
{
	return tool_find_file(p->files, p->n,
		path_join(p->arena, p->deploy,
			str_format(p->arena, "%.*s%s%.*s.sql", STR_ARG(change), tag.n ? "@" : "",
				STR_ARG(tag))));
}

/* The tags up to which change I stood before it was reworked: [*FROM, *TO); none: it was not. */
static bool
rework_tags(const struct plan *p, uint32_t i, uint32_t *from, uint32_t *to)
{
	for (uint32_t k = i + 1; k < p->changes.n; k++)
		if (str_eq(p->changes.v[k].name, p->changes.v[i].name)) {
			*from = p->changes.v[i].tags;
			*to = p->changes.v[k].tags;
			return *from < *to;
		}
	return false;
}

static void
add_change(struct plan *p, uint32_t i)
{
	const struct change *c = &p->changes.v[i];
	const struct tool_file *f = NULL;
	struct str name = c->name;
	uint32_t from, to;

	if (rework_tags(p, i, &from, &to)) {
		for (uint32_t k = from; k < to && !f; k++) {
			f = script(p, c->name, p->tags.v[k]);
			name = str_format(p->arena, "%.*s@%.*s", STR_ARG(c->name),
				STR_ARG(p->tags.v[f ? k : from]));
		}
	} else {
		f = script(p, c->name, (struct str){0});
	}
	if (f) {
		tool_add_included(p->arena, &p->history, p->files, p->n, f, name, name);
		return;
	}
	if (p->history.steps.n)
		vec_last(&p->history.steps)->unread = true;
	tool_note(p->arena, &p->history, p->file->number, c->line,
		"the plan names %.*s.sql, which is not there", STR_ARG(name));
}

static bool
is_below(struct str path, struct str directory)
{
	return str_starts(path, directory) && path.n > directory.n && path.s[directory.n] == '/';
}

static bool
is_planned(const struct plan *p, uint32_t file)
{
	for (uint32_t i = 0; i < p->history.steps.n; i++)
		if (p->history.steps.v[i].file.number == file)
			return true;
	return false;
}

/* What undoes, what verifies, and what the plan does not name. */
static void
put_rest_aside(struct plan *p, struct tool_histories *out, bool other)
{
	for (uint32_t i = 0; i < p->n; i++) {
		const struct tool_file *f = &p->files[i];
		bool deploys = is_below(f->path, p->deploy);

		if (!str_ends(f->path, STR(".sql")) ||
			(!deploys && !is_below(f->path, p->revert) &&
				!is_below(f->path, p->verify)) ||
			(!other && deploys && is_planned(p, f->number)))
			continue;
		tool_put_aside(p->arena, out, f, other ? ASIDE_OTHER_DATABASE : ASIDE_PAST);
		if (deploys && !other)
			tool_note(p->arena, &p->history, f->number, 0,
				"the plan does not name this change: it is not deployed");
	}
}

/* A setting of the engine, else of the core; a path relative to the configuration's directory. */
static struct str
path_setting(struct plan *p, const struct tool_file *conf, const char *name, struct str otherwise)
{
	static const char *const sections[] = {"engine.pg", "core"};
	struct str value = {0};

	for (size_t i = 0; conf && !value.n && i < sizeof sections / sizeof *sections; i++)
		value = tool_setting(
			p->arena, conf, str_format(p->arena, "%s.%s", sections[i], name).s, NULL);
	if (!value.n)
		return otherwise;
	while (str_starts(value, STR("./")))
		value = str_slice(value, 2, value.n);
	while (str_ends(value, STR("/")))
		value = str_slice(value, 0, value.n - 1);
	return str_is(value, ".") ? path_directory(conf->path)
				  : path_join(p->arena, path_directory(conf->path), value);
}

/* The configuration that says where the plan is; NULL: none, the plan stands in the top directory. */
static const struct tool_file *
configuration(struct plan *p)
{
	struct str directory = path_directory(p->file->path);

	for (;;) {
		const struct tool_file *conf = tool_find_file(
			p->files, p->n, path_join(p->arena, directory, STR("sqitch.conf")));
		struct str top;

		if (conf) {
			top = path_setting(p, conf, "top_dir", path_directory(conf->path));
			if (str_eq(path_setting(p, conf, "plan_file",
					   path_join(p->arena, top, STR("sqitch.plan"))),
				    p->file->path))
				return conf;
		}
		if (!directory.n)
			return NULL;
		directory = path_directory(directory);
	}
}

static void
read_plan(struct plan *p, struct tool_histories *out)
{
	const struct tool_file *conf = configuration(p);
	struct str top =
		path_setting(p, conf, "top_dir", path_directory(conf ? conf->path : p->file->path));
	bool other = tool_is_other_engine(p->file->path);

	if (!conf && !str_is(path_name(p->file->path), "sqitch.plan"))
		return;
	p->deploy = path_setting(p, conf, "deploy_dir", path_join(p->arena, top, STR("deploy")));
	p->revert = path_setting(p, conf, "revert_dir", path_join(p->arena, top, STR("revert")));
	p->verify = path_setting(p, conf, "verify_dir", path_join(p->arena, top, STR("verify")));
	p->history.directory = top;
	read_lines(p);
	for (uint32_t i = 0; i < p->changes.n && !other; i++)
		add_change(p, i);
	put_rest_aside(p, out, other);
	tool_add_history(p->arena, out, &p->history);
}

static void
recognise(const struct tool *t, struct arena *a, const struct tool_file *files, uint32_t n,
	const struct str *directory, struct tool_histories *out)
{
	(void)directory;
	for (uint32_t i = 0; i < n; i++) {
		struct plan p = {.arena = a,
			.files = files,
			.n = n,
			.file = &files[i],
			.history = {.tool = t}};

		if (str_ends(files[i].path, STR(".plan")) && tool_lines(&files[i]))
			read_plan(&p, out);
	}
}

const struct tool tool_sqitch = {
	.name = "sqitch",
	.found_by = "sqitch.plan",
	.order_words = "by the plan",
	.not_read = "revert/, verify/, changes that the plan does not name, other projects",
	.history_table = "sqitch.*",
	.recognise = recognise,
};
