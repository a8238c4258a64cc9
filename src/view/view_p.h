/* What the views share. */
#ifndef VIEW_VIEW_P_H
#define VIEW_VIEW_P_H

#include "rule/crossing.h"
#include "view/view.h"

/* A place with its service, path, source line and what is to be underlined there. */
struct place_doc view_place(const struct world *w, const struct place *p);
void view_coverage(struct arena *a, const struct world *w, struct coverage_doc *out);
const char *view_confidence_word(enum confidence c);
/* The service whose migration made the object; NO_SERVICE for what no event made. */
uint32_t view_creator(const struct world *w, uint32_t database, uint32_t object);
/* True for tables, views, sequences: what a catalog lists as relations. */
bool view_is_listed(const struct object *o);
/* Puts strings in order and each there once; returns how many are left. */
uint32_t view_sort_unique(struct str *list, uint32_t n);

#endif
