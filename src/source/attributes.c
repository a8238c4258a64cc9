/* Does git convert files when it checks them out? Which files an attribute is for is not asked: where
 * one of these words stands in any file of attributes, the repository is one that converts. Line ends
 * are not asked for here: see read.c. */
#include <stdlib.h>
#include <string.h>

#include "source_p.h"

static bool
file_converts(struct listing *l, const char *path)
{
	static const char *const words[] = {"filter", "ident", "working-tree-encoding"};
	struct str text;
	enum read_status status = source_read_file(l->arena, path, &text);

	if (status != READ_OK)
		return status != READ_MISSING;
	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (str_find(text, str_from(words[i]), 0) != SIZE_MAX)
			return true;
	return false;
}

/* A file outside of the repository may well be a symbolic link. */
static bool
outside_converts(struct listing *l, const char *path)
{
	char *real = realpath(path, NULL);
	bool yes = real && file_converts(l, real);

	free(real);
	return yes;
}

/* core.attributesFile; else where git looks without it (gitattributes(5)). */
static bool
user_converts(struct listing *l)
{
	const char *xdg = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");
	git_config *config = NULL;
	git_buf path = {0};
	bool set, yes = false;

	set = !git_repository_config_snapshot(&config, l->repo) &&
	      !git_config_get_path(&path, config, "core.attributesfile");
	if (set)
		yes = outside_converts(l, path.ptr);
	else if (xdg && *xdg)
		yes = outside_converts(l, str_format(l->arena, "%s/git/attributes", xdg).s);
	else if (home)
		yes = outside_converts(
			l, str_format(l->arena, "%s/.config/git/attributes", home).s);
	git_buf_dispose(&path);
	git_config_free(config);
	return yes;
}

/* .gitattributes of the directories above the listed one, up to the repository's top. */
static bool
above_converts(struct listing *l)
{
	struct str prefix = l->source->prefix, top;

	if (!str_ends(l->root, prefix)) /* by way of a symbolic link */
		return true;
	top = str_slice(l->root, 0, l->root.n - prefix.n);
	for (size_t i = 0; i < prefix.n; i++)
		if ((i == 0 || prefix.s[i - 1] == '/') &&
			file_converts(l, str_format(l->arena, "%.*s%.*s.gitattributes",
						 STR_ARG(top), STR_ARG(str_slice(prefix, 0, i)))
						 .s))
			return true;
	return false;
}

bool
source_converts(struct listing *l)
{
	const struct file_list *list = &l->source->list;

	for (uint32_t i = 0; i < list->list.n; i++) {
		struct str path = list->list.v[i].path;

		if ((str_is(path, ".gitattributes") || str_ends(path, STR("/.gitattributes"))) &&
			file_converts(
				l, str_format(l->arena, "%.*s%.*s", STR_ARG(l->root), STR_ARG(path))
					   .s))
			return true;
	}
	return above_converts(l) || user_converts(l) || outside_converts(l, "/etc/gitattributes") ||
	       file_converts(l,
		       str_format(l->arena, "%sinfo/attributes", git_repository_commondir(l->repo))
			       .s);
}
