/* Private to `host`: what a templating tool puts into SQL before it runs. */
#ifndef HOST_TEMPLATE_P_H
#define HOST_TEMPLATE_P_H

#include "base/str.h"

enum template_kind {
	TEMPLATE_NONE,
	TEMPLATE_VALUE,   /* text takes its place: {{ .Schema }}, ${schema} */
	TEMPLATE_CONTROL, /* nothing does: {{ if … }}, {% endif %} */
	TEMPLATE_OPEN,    /* it begins as one of these but does not end */
};

/* What begins at byte AT of X; *LENGTH: its bytes (of OPEN: of its opening). */
enum template_kind template_at(struct str x, size_t at, size_t *length);

#endif
