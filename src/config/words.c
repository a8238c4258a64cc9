/* Words: levels, dates, the nearest known one, look-ups by name. */
#include <string.h>

#include "base/arena.h"
#include "yaml_p.h"

#define NEAR 2
#define WORD_MAX 64

static const char *const level_words[] = {
	[LEVEL_DEFAULT] = "default",
	[LEVEL_NONE] = "none",
	[LEVEL_NOTE] = "note",
	[LEVEL_WARNING] = "warning",
	[LEVEL_ERROR] = "error",
};

const char *const config_levels[] = {"error", "warning", "note", "none", NULL};

bool
level_parse(struct str word, enum level *out)
{
	for (enum level l = LEVEL_NONE; l <= LEVEL_ERROR; l++)
		if (str_is(word, level_words[l])) {
			*out = l;
			return true;
		}
	if (!str_is(word, "off") && !str_is(word, "no") && !str_is(word, "false"))
		return false;
	*out = LEVEL_NONE;
	return true;
}

const char *
level_word(enum level l)
{
	return level_words[l];
}

static uint32_t
least(uint32_t x, uint32_t y, uint32_t z)
{
	uint32_t m = x < y ? x : y;

	return m < z ? m : z;
}

/* Levenshtein's distance, by rows. */
static uint32_t
distance(struct str x, struct str y)
{
	uint32_t row[WORD_MAX + 1];

	for (uint32_t j = 0; j <= y.n; j++)
		row[j] = j;
	for (uint32_t i = 0; i < x.n; i++) {
		uint32_t diagonal = row[0];

		row[0] = i + 1;
		for (uint32_t j = 0; j < y.n; j++) {
			uint32_t above = row[j + 1];

			row[j + 1] = least(diagonal + (x.s[i] != y.s[j]), above + 1, row[j] + 1);
			diagonal = above;
		}
	}
	return row[y.n];
}

const char *
config_nearest(struct str word, const char *const *candidates)
{
	const char *nearest = NULL;
	uint32_t best = NEAR + 1;

	if (word.n > WORD_MAX)
		return NULL;
	for (; *candidates; candidates++) {
		struct str c = str_from(*candidates);
		uint32_t d = c.n <= WORD_MAX ? distance(word, c) : best;

		if (d < best && d < c.n) {
			best = d;
			nearest = *candidates;
		}
	}
	return nearest;
}

struct str
config_hint(struct arena *a, struct str word, const char *const *candidates)
{
	const char *nearest = config_nearest(word, candidates);
	struct buf b = {.arena = a};

	if (nearest)
		return str_format(a, "; did you mean '%s'?", nearest);
	for (size_t i = 0; candidates[i]; i++)
		buf_addf(&b, "%s%s",
			!i                  ? "; it can be "
			: candidates[i + 1] ? ", "
					    : " or ",
			candidates[i]);
	return buf_str(&b);
}

static bool
has_setting(const struct setting *list, uint32_t n, struct str value)
{
	for (uint32_t i = 0; i < n; i++)
		if (str_eq(list[i].value, value))
			return true;
	return false;
}

bool
config_is_dump(const struct service *s, struct str path)
{
	bool found = has_setting(s->schema_dump.v, s->schema_dump.n, path);

	for (uint32_t i = 0; !found && i < s->contexts.n; i++)
		found = has_setting(
			s->contexts.v[i].schema_dump.v, s->contexts.v[i].schema_dump.n, path);
	return found;
}

struct str
config_baseline(const struct service *s)
{
	return s->baseline.value.n ? s->baseline.value : STR(BASELINE_FILE);
}

/* The digits of X from AT on as a number. */
static uint32_t
number_at(struct str x, size_t at, size_t n)
{
	uint32_t value = 0;

	for (size_t i = at; i < at + n; i++)
		value = value * 10 + (uint32_t)(x.s[i] - '0');
	return value;
}

static uint32_t
days_of_month(uint32_t year, uint32_t month)
{
	static const uint8_t days[] = {0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

	if (month < 1 || month > 12)
		return 0;
	return days[month] + (month == 2 && leap);
}

bool
config_is_date(struct str x)
{
	static const char shape[] = "dddd-dd-dd";
	uint32_t day;

	if (x.n != sizeof shape - 1)
		return false;
	for (size_t i = 0; i < x.n; i++)
		if (shape[i] == 'd' ? x.s[i] < '0' || x.s[i] > '9' : x.s[i] != shape[i])
			return false;
	day = number_at(x, 8, 2);
	return day >= 1 && day <= days_of_month(number_at(x, 0, 4), number_at(x, 5, 2));
}

/* Years begin in March here, so that a leap day is the last of one. */
int64_t
config_days(struct str date)
{
	uint32_t month = number_at(date, 5, 2), year = number_at(date, 0, 4) - (month < 3);
	uint32_t day_of_year =
		(153 * (month + (month < 3 ? 9 : -3)) + 2) / 5 + number_at(date, 8, 2);

	return (int64_t)year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719469;
}

uint32_t
config_service(const struct config *c, struct str name)
{
	for (uint32_t i = 0; i < c->services.n; i++)
		if (str_eq(c->services.v[i].name, name))
			return i;
	return UINT32_MAX;
}
