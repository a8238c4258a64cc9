/* URI references of paths and of repositories. */
#ifndef REPORT_URI_P_H
#define REPORT_URI_P_H

#include "base/str.h"

/* PATH as a relative reference: every byte that is no unreserved character nor '/' is written %XX,
 * so also that a colon in the first part is taken for no scheme. */
struct str uri_of_path(struct arena *a, struct str path);

/* What git takes for a URL as a URI: itself, or "ssh://HOST/PATH" of "HOST:PATH". Empty for a path. */
struct str uri_of_remote(struct arena *a, struct str url);

#endif
