/* Which files can matter, by their raw bytes. The patterns of hosts[] are compiled once; they use
 * possessive quantifiers, atomic groups and bounded look-ahead, so that the JIT's stack is enough
 * and no input makes them slow. */
#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>
#include <pthread.h>

#include "base/arena.h"
#include "base/fatal.h"
#include "host/host.h"

#define HOSTS 16
/* From word to word up to one at which the pattern matches: twice as fast as trying every byte. */
#define SEARCH "\\A(?>\\W*+(?>(?!%s)\\w++|))*+\\w"

static pcre2_code *codes[HOSTS]; /* by the row of hosts[] */
static pthread_once_t once = PTHREAD_ONCE_INIT;

static void
compile(void)
{
	struct arena scratch = {0};

	for (size_t i = 0; hosts[i]; i++) {
		struct str search = str_format(&scratch, SEARCH, hosts[i]->prefilter);
		PCRE2_SIZE at;
		int error;

		if (i == HOSTS)
			BUG("more than %d hosts", HOSTS);
		codes[i] = pcre2_compile(
			(PCRE2_SPTR)search.s, search.n, PCRE2_CASELESS, &error, &at, NULL);
		if (!codes[i])
			BUG("prefilter of %s: error %d at %zu", hosts[i]->name, error, at);
		/* Without JIT support in the library it is interpreted: slower, not different. */
		pcre2_jit_compile(codes[i], PCRE2_JIT_COMPLETE);
	}
	arena_free(&scratch);
}

bool
host_may_matter(const struct host *host, struct str bytes)
{
	pcre2_match_data *match;
	size_t i = 0;
	int found;

	if (!host->prefilter)
		return true;
	pthread_once(&once, compile);
	while (hosts[i] && hosts[i] != host)
		i++;
	if (!hosts[i])
		BUG("%s is not in hosts[]", host->name);
	match = pcre2_match_data_create(1, NULL);
	if (!match)
		fatal("out of memory for a match");
	found = pcre2_match(
		codes[i], (PCRE2_SPTR)(bytes.s ? bytes.s : ""), bytes.n, 0, 0, match, NULL);
	pcre2_match_data_free(match);
	/* A limit that was hit says nothing: the file may matter. */
	return found != PCRE2_ERROR_NOMATCH;
}
