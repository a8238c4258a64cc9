/* A service's file of known findings. It is no language: each line that is no comment is a mark, which
 * rule/baseline.h understands. So it comes with the tree in which it stands, and with its facts. */
#include "base/arena.h"
#include "host/reader_p.h"

static void
read_lines(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct str rest = bytes, line;

	(void)options;
	(void)scratch;
	if (host_refuse(u, bytes))
		return;
	while (str_cut(&rest, '\n', &line)) {
		struct str text = str_trim(line);

		if (text.n && !str_starts(text, STR("#")))
			vec_push(u->arena, &u->marks,
				(struct mark){.text = text,
					.span = {.offset = (uint32_t)(text.s - bytes.s),
						.length = (uint32_t)text.n}});
	}
}

const struct host host_baseline = {
	.name = "baseline",
	.extensions = (const char *const[]){NULL},
	.read = read_lines,
};
