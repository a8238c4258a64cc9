/* Words about findings that several formats say alike. */
#ifndef REPORT_WORDS_H
#define REPORT_WORDS_H

#include "view/view.h"

/* "migrations/0002.sql" in the repository reported on; "odds/store.go", behind the service's name, in
 * another. */
struct str place_path(struct arena *a, const struct place_doc *p);
/* The same with line and column: "odds/store.go:3:7". */
struct str place_words(struct arena *a, const struct place_doc *p);
/* place_words() for a terminal: in the repository reported on, the path by which one opens it. */
struct str place_typed(struct arena *a, const struct place_doc *p);

/* "3 errors". */
struct str count_words(struct arena *a, uint32_t n, const char *word);
uint32_t findings_at(const struct findings_doc *d, const char *level);
/* "2 errors, 1 warning", or "no findings"; and how many are suppressed or in the baseline. */
struct str findings_words(struct arena *a, const struct findings_doc *d);
/* "read 3 files, 1 SQL fragment, 1 parsed; 2 blind spots", or of a CHANGE "2 new blind spots". */
struct str coverage_words(struct arena *a, const struct coverage_doc *c, bool change);

/* The findings, errors first, else in their order; D->findings.n of them, in the arena. */
const struct finding_doc **findings_worst_first(struct arena *a, const struct findings_doc *d);

/* All that a finding says, for hosts that show but one text: its message, where WHERE with its place
 * before it; then, each behind a SEPARATOR, the second places with their places, and the help. */
struct str finding_words(
	struct arena *a, const struct finding_doc *f, bool where, const char *separator);

#endif
