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

/* Notes as wanted all files of the package (a directory) of F that were not extracted. */
void link_want_package(struct linker *l, const struct file *f);

#endif
