/* Reports: documents → bytes. One file a format; formats[] in src/report/report.c lists them. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "view/view.h"

struct report_options {
	bool colour;
	bool verbose; /* text: list every blind spot, not only their counts */
};

struct format {
	const char *name; /* "text" */
	/* Each renders one document; NULL where the format has no such document. */
	void (*findings)(const struct findings_doc *d, const struct report_options *o, struct buf *out);
	void (*who)(const struct who_doc *d, const struct report_options *o, struct buf *out);
	void (*catalog)(const struct catalog_doc *d, const struct report_options *o, struct buf *out);
};

extern const struct format *const formats[]; /* ended by NULL */
const struct format *format_by_name(struct str name);

/* The bytes of TEXT made printable: what is no UTF-8 and control characters become \xNN. */
void report_escape(struct buf *out, struct str text);

#endif
