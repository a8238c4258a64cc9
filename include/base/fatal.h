/* The two ways to give up. Neither is for anything that a user's repository can cause. */
#ifndef BASE_FATAL_H
#define BASE_FATAL_H

/* The system failed us (no memory, a thread that cannot start): prints "pgbounds: MESSAGE" to
 * standard error and exits with status 3. A format that ends in ':' gets strerror(errno). */
_Noreturn void fatal(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* We are wrong: prints the place in our source and aborts. */
#define BUG(...) bug_at(__FILE__, __LINE__, __VA_ARGS__)
_Noreturn void bug_at(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
