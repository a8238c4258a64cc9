/* Lines as marks: see UNIT_SETTINGS. */
#include "base/arena.h"
#include "host/reader_p.h"

/* So many lines of a file are kept. */
#define MOST_LINES 200000

static void
read_lines(
	struct unit *u, struct str bytes, const struct host_options *options, struct arena *scratch)
{
	struct str rest = bytes, line;

	(void)options;
	(void)scratch;
	if (host_refuse(u, bytes))
		return;
	while (str_cut(&rest, '\n', &line) && u->marks.n <= MOST_LINES) {
		struct str text = str_trim(line);

		if (text.n)
			vec_push(u->arena, &u->marks,
				(struct mark){.text = text,
					.span = {.offset = (uint32_t)(text.s - bytes.s),
						.length = (uint32_t)text.n}});
	}
}

const struct host host_settings = {
	.name = UNIT_SETTINGS,
	.extensions = (const char *const[]){NULL},
	.names = (const char *const[]){"sqitch.plan", "sqitch.conf", "*.plan", "flyway.conf",
		"flyway.toml", "application.properties", "application.yml", "application.yaml",
		"migration_lock.toml", "_journal.json", "atlas.sum", "Cargo.toml", NULL},
	.read = read_lines,
	.beside = true,
};

const struct host host_listed = {
	.name = "listed",
	.extensions = (const char *const[]){NULL},
	.beside = true,
};
