#include "cmd/signals.h"

#include <stddef.h>

void
signals_hold(sigset_t *before)
{
	static const int ending[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM};
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < sizeof ending / sizeof *ending; i++)
		sigaddset(&set, ending[i]);
	pthread_sigmask(SIG_BLOCK, &set, before);
}

void
signals_release(const sigset_t *before)
{
	pthread_sigmask(SIG_SETMASK, before, NULL);
}
