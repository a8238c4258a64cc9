/* The rules' documents, written by src/ruledoc.c when pgbounds is built. */
#ifndef RULE_DOCUMENTS_H
#define RULE_DOCUMENTS_H

#include <stddef.h>

/* Bytes and no string literal: literals over 4,095 characters are not portable C. */
struct rule_document {
	const unsigned char *bytes;
	size_t n;
};

extern const struct rule_document rule_documents[]; /* in the order of rules.def */

#endif
