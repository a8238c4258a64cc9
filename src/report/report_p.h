/* The formats, for the table in report.c. */
#ifndef REPORT_REPORT_P_H
#define REPORT_REPORT_P_H

#include "report/report.h"

extern const struct format format_text;
extern const struct format format_json;
extern const struct format format_jsonl;
extern const struct format format_markdown;
extern const struct format format_github;
extern const struct format format_gitlab;
extern const struct format format_sarif;
extern const struct format format_junit;
extern const struct format format_gcc;
extern const struct format format_rdjson;

/* The text of a configuration is one: YAML, with where each value is from as comments. */
void yaml_config(const struct config_doc *d, const struct report_options *o, struct buf *out);

#endif
