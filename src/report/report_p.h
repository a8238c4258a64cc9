/* The formats, for the table in report.c. */
#ifndef REPORT_REPORT_P_H
#define REPORT_REPORT_P_H

#include "report/report.h"

extern const struct format format_text;
extern const struct format format_json;

#endif
