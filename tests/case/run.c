/* Runs one program and catches what it says. It is the leader of a process group, so that all that it
 * has started ends with it when its time is over. */
#include "case.h"

#include "base/fatal.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define OUTPUT_MAX (32u << 20)

struct catching {
	struct buf said[2];
	struct pollfd from[2];
};

static _Noreturn void
become(struct place *p, const char *const *argv, const int out[2], const int err[2])
{
	int nothing = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	if (chdir(str_cstr(p->arena, p->work)) != 0 || dup2(nothing, 0) < 0 ||
		dup2(out[1], 1) < 0 || dup2(err[1], 2) < 0)
		_exit(126);
	execvpe(argv[0], (char *const *)argv, (char *const *)p->environment);
	_exit(127);
}

static int64_t
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Reads what is there. Past the limit the rest is dropped: nothing expects that much. */
static void
drain(struct catching *c, int i)
{
	char bytes[65536];
	ssize_t n = read(c->from[i].fd, bytes, sizeof bytes);

	if (n > 0 && c->said[i].n < OUTPUT_MAX)
		buf_add(&c->said[i], (struct str){bytes, (size_t)n});
	if (n == 0 || (n < 0 && errno != EINTR)) {
		close(c->from[i].fd);
		c->from[i].fd = -1;
	}
}

/* Returns false when the time is over. */
static bool
catch_all(struct catching *c, int64_t until)
{
	while (c->from[0].fd >= 0 || c->from[1].fd >= 0) {
		int64_t left = until - now();

		if (left <= 0)
			return false;
		if (poll(c->from, 2, (int)left) < 0 && errno != EINTR)
			fatal("poll:");
		for (int i = 0; i < 2; i++)
			if (c->from[i].fd >= 0 && c->from[i].revents)
				drain(c, i);
	}
	return true;
}

static struct str
without_place(struct place *p, struct str text)
{
	struct buf b = {.arena = p->arena};
	size_t from = 0, at;

	while ((at = str_find(text, p->work, from)) != SIZE_MAX) {
		buf_add(&b, str_slice(text, from, at));
		buf_add(&b, STR("$TMP"));
		from = at + p->work.n;
	}
	buf_add(&b, str_slice(text, from, text.n));
	return buf_str(&b);
}

static int
shell_status(int status)
{
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

struct outcome
place_run(struct place *p, const char *const *argv, int seconds)
{
	struct catching c = {.said = {{.arena = p->arena}, {.arena = p->arena}}};
	struct outcome o = {0};
	int out[2], err[2], status;
	pid_t child;

	if (pipe2(out, O_CLOEXEC) != 0 || pipe2(err, O_CLOEXEC) != 0)
		fatal("pipe:");
	child = fork();
	if (child < 0)
		fatal("fork:");
	if (child == 0)
		become(p, argv, out, err);
	close(out[1]);
	close(err[1]);
	c.from[0] = (struct pollfd){.fd = out[0], .events = POLLIN};
	c.from[1] = (struct pollfd){.fd = err[0], .events = POLLIN};
	o.out_of_time = !catch_all(&c, now() + seconds * 1000);
	if (o.out_of_time)
		kill(-child, SIGKILL);
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	for (int i = 0; i < 2; i++)
		if (c.from[i].fd >= 0)
			close(c.from[i].fd);
	o.status = shell_status(status);
	o.out = without_place(p, buf_str(&c.said[0]));
	o.err = without_place(p, buf_str(&c.said[1]));
	return o;
}
