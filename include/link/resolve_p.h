/* Private to `link`. */
#ifndef LINK_RESOLVE_P_H
#define LINK_RESOLVE_P_H

#include "unit/evaluate.h"

struct file;
struct linker;

/* Notes that the file has to be extracted. */
void link_want(struct linker *l, const struct file *f);

/* The resolver over all units; .self is the struct linker. Files that would have to be extracted
 * first are noted in linker->wanted and the answer is RESOLVED_OPEN. */
enum resolution link_resolve(void *self, struct value_ref at, struct str path,
	struct value_ref *out, struct str *external);

/* Files that are imported by path: F is noted under every ending of its own. */
void link_index_path(struct linker *l, const struct file *f);
/* What IMPORT (a module's path, a space, what it exports) means in FROM, or its member REST. */
enum resolution link_resolve_path(struct linker *l, const struct file *from, struct str import,
	struct str rest, struct value_ref *out, struct str *external);
/* Notes as wanted all files of the package (a directory) of F that were not extracted. */
void link_want_package(struct linker *l, const struct file *f);

#endif
