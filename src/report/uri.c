/* URI references of paths and of repositories. */
#include "report/uri_p.h"

#include <string.h>

static bool
is_alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* The bytes that may stand as they are: ALSO, and RFC 3986's unreserved ones. */
static struct str
encoded(struct arena *a, struct str text, const char *also)
{
	struct buf b = {.arena = a};

	for (size_t i = 0; i < text.n; i++) {
		char c = text.s[i];

		if (is_alnum(c) || (c && strchr("-._~", c)) || (c && strchr(also, c)))
			buf_addc(&b, c);
		else
			buf_addf(&b, "%%%02X", (unsigned char)c);
	}
	return buf_str(&b);
}

struct str
uri_of_path(struct arena *a, struct str path)
{
	return encoded(a, path, "/");
}

struct str
uri_of_remote(struct arena *a, struct str url)
{
	size_t scheme = str_find(url, STR("://"), 0), colon = str_chr(url, ':', 0);
	const char *reserved = "/:@?#[]!$&'()*+,;=%";

	if (scheme != SIZE_MAX)
		return encoded(a, url, reserved);
	if (colon == SIZE_MAX || colon > str_chr(url, '/', 0))
		return (struct str){0};
	while (colon + 1 < url.n && url.s[colon + 1] == '/')
		url = str_format(a, "%.*s%.*s", STR_ARG(str_slice(url, 0, colon + 1)),
			STR_ARG(str_slice(url, colon + 2, url.n)));
	return str_format(a, "ssh://%.*s/%.*s",
		STR_ARG(encoded(a, str_slice(url, 0, colon), reserved)),
		STR_ARG(encoded(a, str_slice(url, colon + 1, url.n), reserved)));
}
