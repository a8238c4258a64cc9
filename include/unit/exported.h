/* What a file of JavaScript gives others under a name. */
#ifndef UNIT_EXPORTED_H
#define UNIT_EXPORTED_H

#include "unit/unit.h"

/* The value that a module exports as NAME, 0: none; *SYMBOL, where it has one of its own. */
uint32_t unit_exported(const struct unit *u, struct str name, const struct symbol **symbol);
/* The value that somebody who runs the file calls NAME: what it exports so, a property of what it exports as
 * a whole or by default, a method of a class of its own. 0: none. */
uint32_t unit_entry(const struct unit *u, struct str name);

#endif
