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
/* True for what runs: code, migrations, what is generated. */
bool view_is_deployed(enum file_class class);
/* "public.r10_user", of a further database "app: public.job": as the matrix has it. */
struct str view_matrix_name(
	struct arena *a, const struct world *w, uint32_t database, uint32_t object);
void view_foreign_key(struct arena *a, const struct world *w, uint32_t database, uint32_t object,
	struct foreign_key_doc *out);
/* Fills all of OUT that is about who owns, uses and refers to what, but the matrix. */
void view_audit(struct arena *a, const struct world *w, struct findings_doc *out);
/* Puts strings in order and each there once; returns how many are left. */
uint32_t view_sort_unique(struct str *list, uint32_t n);

#endif
