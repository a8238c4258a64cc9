/* What the files of the text format share. */
#ifndef REPORT_TEXT_P_H
#define REPORT_TEXT_P_H

#include "report/report.h"

enum tint {
	TINT_NONE,
	TINT_PLACE,
	TINT_ERROR,
	TINT_WARNING,
	TINT_NOTE,
	TINT_HELP,
	TINTS,
};

void text_tinted(struct buf *out, const struct report_options *o, enum tint tint, struct str text);
/* "hub/models.py:3:7: "; nothing for a place that is nowhere. */
void text_place(struct buf *out, const struct report_options *o, const struct place_doc *p);
/* The source line of a place in one line: of a long one the part around what is meant. */
struct str text_line(struct arena *a, const struct place_doc *p);

/* Foreign keys across owners, shared writes, what nobody owns or uses: behind the matrix. */
void text_audit(struct buf *out, const struct report_options *o, const struct findings_doc *d);
/* What was covered; CHANGE: of a change, whose gaps are only its own. */
void text_coverage(struct buf *out, const struct report_options *o, const struct coverage_doc *c,
	bool change);
/* The catalog: by schema, in it by owner, then by where things are made. text_catalog.c */
void text_catalog(
	const struct catalog_doc *d, const struct report_options *o, struct buf *out);
void text_impact(const struct impact_doc *d, const struct report_options *o, struct buf *out);
void text_who(const struct who_doc *d, const struct report_options *o, struct buf *out);

#endif
