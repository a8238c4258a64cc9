/* Reports: documents → bytes. One file a format; formats[] in src/report/report.c lists them. */
#ifndef REPORT_REPORT_H
#define REPORT_REPORT_H

#include "view/view.h"

struct report_options {
	bool colour;
	bool verbose;        /* text: list every blind spot, not only their counts */
	bool summary;        /* the file of .summary_variable gets the Markdown report */
	const char *version; /* of pgbounds: "0.1.0" */
};

struct format {
	const char *name; /* "text" */
	/* Each renders one document; NULL where the format has no such document. */
	void (*findings)(
		const struct findings_doc *d, const struct report_options *o, struct buf *out);
	void (*who)(const struct who_doc *d, const struct report_options *o, struct buf *out);
	void (*catalog)(
		const struct catalog_doc *d, const struct report_options *o, struct buf *out);
	void (*impact)(
		const struct impact_doc *d, const struct report_options *o, struct buf *out);
	/* The variable of the environment that names a file to which the Markdown report is to be
	 * appended; NULL: none. */
	const char *summary_variable;
	/* Writes TEXT, another report on the same output, so that nothing in it is taken for one of this
	 * format's commands; NULL: the format has none. */
	void (*shield)(struct str text, struct buf *out);
	bool line_hashes; /* wants .line_hash of the findings' places */
	void (*config)(const struct config_doc *d, const struct report_options *o, struct buf *out);
};

extern const struct format *const formats[]; /* ended by NULL */
const struct format *format_by_name(struct str name);

/* The bytes of TEXT made printable: what is no UTF-8 and control characters become \xNN. */
void report_escape(struct buf *out, struct str text);
/* TEXT as a scalar of YAML: plain where nothing else could be read from it, else quoted. */
void report_yaml_scalar(struct buf *out, struct str text);

#endif
