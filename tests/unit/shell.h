/* Running a shell script, for tests that need a repository or files as a shell makes them. */
#ifndef TESTS_SHELL_H
#define TESTS_SHELL_H

#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs SCRIPT in the current directory; the exit status, or -1. */
static inline int
run_shell(const char *script)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		execl("/bin/sh", "sh", "-c", script, (char *)NULL);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

#endif
