/* The parts of a SARIF log. */
#ifndef REPORT_SARIF_H
#define REPORT_SARIF_H

#include "json_writer.h"
#include "view/view.h"

/* tool.driver. */
json_t *sarif_driver(struct json_writer *w, const struct findings_doc *d, const char *version);

/* Repositories. A place is relative to one of these bases: SRCROOT, the repository reported on; a
 * service's name, its repository; CONFIGURATION, the directory of a configuration outside all. */
json_t *sarif_bases(struct json_writer *w, const struct findings_doc *d);
/* versionControlProvenance: where the repositories come from, as far as is known. */
json_t *sarif_provenance(struct json_writer *w, const struct findings_doc *d);

/* A location with its artifact and, when it has a line, a region of one line. NULL for a place without
 * a file. */
json_t *sarif_location(struct json_writer *w, const struct place_doc *p);

#endif
