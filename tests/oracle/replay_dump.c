/* replay_dump FILE: replays the SQL of FILE statement by statement and prints the catalog after each.
 * replay_dump -s FILE: prints the statements instead, each between markers, for PostgreSQL. */
#include <stdio.h>
#include <string.h>

#include "base/fatal.h"
#include "history.h"
#include "sql/sql.h"

static struct str
read_file(struct arena *a, const char *path)
{
	FILE *f = fopen(path, "r");
	struct buf b = {.arena = a};
	char bytes[4096];
	size_t n;

	if (!f)
		fatal("%s:", path);
	while ((n = fread(bytes, 1, sizeof bytes, f)))
		buf_add(&b, (struct str){bytes, n});
	fclose(f);
	return buf_str(&b);
}

static void
print_step(struct str sql, const struct applied *out, struct str dump)
{
	static const char *const words[] = {[APPLY_UNKNOWN] = "UNKNOWN",
		[APPLY_CONFLICT] = "ERROR",
		[APPLY_NOT_MODELLED] = "NOT MODELLED"};

	printf("@@@ %.*s\n", STR_ARG(sql));
	printf("@@=\n");
	if (out->status != APPLY_DONE && out->status != APPLY_SKIPPED)
		printf("%s: %.*s\n", words[out->status], STR_ARG(out->message));
	printf("@@-\n%.*s", STR_ARG(dump));
}

/* One statement after the other, as a client would send them. */
int
main(int argc, char **argv)
{
	struct arena a = {0}, scratch = {0};
	bool split_only = argc == 3 && strcmp(argv[1], "-s") == 0;
	struct str text;
	struct span *parts;
	uint32_t n;

	if (argc != 2 && !split_only)
		fatal("usage: replay_dump [-s] FILE");
	text = read_file(&a, argv[argc - 1]);
	n = sql_split(text, &a, &parts);
	for (uint32_t i = 0; i < n; i++) {
		struct str sql =
			str_slice(text, parts[i].offset, parts[i].offset + parts[i].length);
		struct history h;
		struct buf out = {.arena = &scratch};
		struct str so_far = str_slice(text, 0, parts[i].offset + parts[i].length);

		if (split_only) {
			printf("@@@ %.*s\n", STR_ARG(sql));
			continue;
		}
		history_replay(&h, &scratch, so_far, NULL, NULL);
		history_dump(&h, &out);
		print_step(sql, &h.results[h.unit.statements.n - 1], buf_str(&out));
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	arena_free(&a);
	return 0;
}
