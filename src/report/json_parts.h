/* What is JSON in more than one format, in the shapes that are promised: keys are added, never changed.
 * Each makes one object. */
#ifndef REPORT_JSON_PARTS_H
#define REPORT_JSON_PARTS_H

#include "json_writer.h"
#include "view/view.h"

json_t *json_finding(struct json_writer *w, const struct finding_doc *f);
json_t *json_service(struct json_writer *w, const struct service_doc *s);
json_t *json_matrix_row(struct json_writer *w, const struct matrix_row *r);
json_t *json_gap(struct json_writer *w, const struct gap_doc *g);
/* The counts without the blind spots. */
json_t *json_coverage_counts(const struct coverage_doc *c);
json_t *json_who_place(struct json_writer *w, const struct who_place *p);
json_t *json_unread(struct json_writer *w, const struct unread_doc *u);
json_t *json_impact_change(struct json_writer *w, const struct impact_change *x);
json_t *json_impact_refusal(struct json_writer *w, const struct impact_refusal *r);
json_t *json_relation(struct json_writer *w, const struct relation_doc *r);
json_t *json_foreign_key(struct json_writer *w, const struct foreign_key_doc *k);
json_t *json_crossing_key(struct json_writer *w, const struct crossing_key_doc *d);
json_t *json_shared_write(struct json_writer *w, const struct shared_write_doc *d);
json_t *json_schema(struct json_writer *w, const struct schema_doc *s);
json_t *json_role(struct json_writer *w, const struct role_doc *r);
json_t *json_grant(struct json_writer *w, const struct grant_doc *g);

/* Puts all of a VEC under KEY of O, each element as MAKE(writer, element) makes it. */
#define json_put_list(w, o, key, vec, make)                                                        \
	do {                                                                                       \
		json_t *list_ = json_new_list();                                                   \
                                                                                                   \
		for (uint32_t i_ = 0; i_ < (vec)->n; i_++)                                         \
			json_add(list_, make((w), &(vec)->v[i_]));                                 \
		json_put((o), (key), list_);                                                       \
	} while (0)

#endif
