#include "base/fatal.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXIT_SYSTEM 3

void
fatal(const char *format, ...)
{
	int error = errno;
	size_t n = strlen(format);
	va_list ap;

	fflush(stdout);
	fputs("pgbounds: ", stderr);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	if (n && format[n - 1] == ':')
		fprintf(stderr, " %s", strerror(error));
	fputc('\n', stderr);
	exit(EXIT_SYSTEM);
}

void
bug_at(const char *file, int line, const char *format, ...)
{
	va_list ap;

	fprintf(stderr, "pgbounds: internal error at %s:%d: ", file, line);
	va_start(ap, format);
	vfprintf(stderr, format, ap);
	va_end(ap);
	fputc('\n', stderr);
	abort();
}
