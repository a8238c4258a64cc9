/* Private to `host`: what a templating tool puts into SQL before it runs. */
#ifndef HOST_TEMPLATE_P_H
#define HOST_TEMPLATE_P_H

#include "host/host.h"

enum template_kind {
	TEMPLATE_NONE,
	TEMPLATE_VALUE,   /* text takes its place: {{ .Schema }}, ${schema} */
	TEMPLATE_CONTROL, /* nothing does: {{ if … }}, {% endif %} */
	TEMPLATE_OPEN,    /* it begins as one of these but does not end */
};

/* What begins at byte AT of X; *LENGTH: its bytes (of OPEN: of its opening). */
enum template_kind template_at(struct str x, size_t at, size_t *length);

/* The value of the variable that the template X, from its first to its last brace, puts out; NULL when it is
 * not known. What counts is the last name in it, before a pipe: {{ index .Options "Namespace" | quote }}. */
const struct str *template_value(const struct host_variables *variables, struct str x);

#endif
