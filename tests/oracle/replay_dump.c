/* replay_dump FILE: replays the SQL of FILE statement by statement and prints the catalog after each.
 * replay_dump -s FILE: prints the statements instead, each between markers, for PostgreSQL.
 * replay_dump -g FILE: goes on after what PostgreSQL or the replay rejects. FILE is made of records
 *     @@@ VERDICT
 *     SQL
 *     @@.
 * where VERDICT is what PostgreSQL said: "taken"; "rejected": whatever the statement does here is told
 * and then rolled back; "connect": a new connection of the role that SQL names. For each record:
 * @@= OUTCOME [unread] [event], @@- and the catalog. */
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

static void
quietly(struct history *h, const char *sql)
{
	history_go_on(h, str_from(sql), NULL, NULL);
}

static void
print_record(const struct history *h, struct str conflict, struct arena *a)
{
	struct buf out = {.arena = a};
	bool event = false;

	for (uint32_t i = 1; i < h->unit.statements.n; i++)
		event |= h->unit.statements.v[i].event != 0;
	printf("@@= %s%s\n%.*s\n", h->unit.blind_spots.n > 1 ? "unread " : "", event ? "event" : "",
		STR_ARG(conflict));
	history_dump(h, &out);
	printf("@@-\n%.*s", STR_ARG(buf_str(&out)));
}

static struct str
first_conflict(const struct history *h)
{
	for (uint32_t i = 1; i < h->unit.statements.n; i++)
		if (h->results[i].status == APPLY_CONFLICT)
			return h->results[i].message;
	return (struct str){0};
}

static void
go_on(struct history *h, struct str verdict, struct str sql, struct arena *scratch)
{
	bool inside = h->session.in_transaction;
	bool rejected = str_is(verdict, "rejected");
	struct str conflict;

	if (str_is(verdict, "connect")) {
		h->unit = (struct unit){0};
		history_connect(h, sql);
		print_record(h, (struct str){0}, scratch);
		return;
	}
	if (rejected)
		quietly(h, inside ? "SAVEPOINT replay_dump" : "BEGIN");
	history_go_on(h, sql, NULL, NULL);
	conflict = first_conflict(h);
	if (rejected) {
		struct unit unit = h->unit;

		quietly(h, inside ? "ROLLBACK TO replay_dump" : "ROLLBACK");
		h->unit = unit;
	}
	print_record(h, conflict, scratch);
}

static void
go_on_all(struct str text, struct arena *a)
{
	static const char end[] = "\n@@.\n";
	struct history h;
	struct arena scratch = {0};

	history_begin(&h, a);
	while (str_starts(text, STR("@@@ "))) {
		size_t line = str_chr(text, '\n', 0);
		const char *stop = memmem(text.s, text.n, end, sizeof end - 1);
		size_t at = stop ? (size_t)(stop - text.s) : text.n;

		if (line > at)
			fatal("a record without SQL");
		go_on(&h, str_slice(text, 4, line), str_slice(text, line + 1, at), &scratch);
		text = str_slice(text, at + sizeof end - 1, text.n);
		arena_reset(&scratch);
	}
	arena_free(&scratch);
}

/* The last statement but for those of a routine's body, which stand behind it. */
static uint32_t
last_applied(const struct history *h)
{
	uint32_t i = h->unit.statements.n - 1;

	while (i && !h->applied[i])
		i--;
	return i;
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

	if (argc == 3 && strcmp(argv[1], "-g") == 0) {
		go_on_all(read_file(&a, argv[2]), &a);
		arena_free(&a);
		return 0;
	}
	if (argc != 2 && !split_only)
		fatal("usage: replay_dump [-s | -g] FILE");
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
		print_step(sql, &h.results[last_applied(&h)], buf_str(&out));
		arena_reset(&scratch);
	}
	arena_free(&scratch);
	arena_free(&a);
	return 0;
}
