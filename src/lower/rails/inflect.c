/* Plurals and singulars as activesupport/lib/active_support/inflections.rb has them: the last rule that fits
 * counts there, so the lists here are the other way round. An application's own rules are not read. */
#include <string.h>

#include "base/arena.h"
#include "lower/rails_p.h"

struct rule {
	const char *end, *instead;
	bool whole; /* nothing, or an underscore, stands before it */
};

static const char *const uncountable[] = {"equipment", "information", "rice", "money", "species",
	"series", "fish", "sheep", "jeans", "police", NULL};

static const struct rule plurals[] = {{"zombie", "zombies", false}, {"move", "moves", false},
	{"sex", "sexes", false}, {"child", "children", false}, {"man", "men", false},
	{"person", "people", false}, {"people", "people", false}, {"children", "children", false},
	{"men", "men", false}, {"quiz", "quizzes", false}, {"oxen", "oxen", true},
	{"ox", "oxen", true}, {"mouse", "mice", true}, {"louse", "lice", true},
	{"matrix", "matrices", false}, {"vertex", "vertices", false}, {"index", "indices", false},
	{"x", "xes", false}, {"ch", "ches", false}, {"ss", "sses", false}, {"sh", "shes", false},
	{"ay", "ays", false}, {"ey", "eys", false}, {"iy", "iys", false}, {"oy", "oys", false},
	{"quy", "quies", false}, {"uy", "uys", false}, {"y", "ies", false},
	{"hive", "hives", false}, {"ffe", "ffes", false}, {"fe", "ves", false},
	{"lf", "lves", false}, {"rf", "rves", false}, {"sis", "ses", false}, {"tum", "ta", false},
	{"ium", "ia", false}, {"ta", "ta", false}, {"ia", "ia", false},
	{"buffalo", "buffaloes", false}, {"tomato", "tomatoes", false}, {"bus", "buses", false},
	{"alias", "aliases", false}, {"status", "statuses", false}, {"octopus", "octopi", false},
	{"virus", "viri", false}, {"axis", "axes", true}, {"testis", "testes", true},
	{"s", "s", false}, {"", "s", false}};

static const struct rule singulars[] = {{"zombies", "zombie", false}, {"moves", "move", false},
	{"sexes", "sex", false}, {"children", "child", false}, {"men", "man", false},
	{"people", "person", false}, {"databases", "database", false}, {"quizzes", "quiz", false},
	{"matrices", "matrix", false}, {"vertices", "vertex", false}, {"indices", "index", false},
	{"oxen", "ox", true}, {"aliases", "alias", false}, {"alias", "alias", false},
	{"statuses", "status", false}, {"status", "status", false}, {"octopi", "octopus", false},
	{"viri", "virus", false}, {"axes", "axis", true}, {"crises", "crisis", false},
	{"testes", "testis", false}, {"shoes", "shoe", false}, {"oes", "o", false},
	{"buses", "bus", false}, {"bus", "bus", false}, {"mice", "mouse", true},
	{"lice", "louse", true}, {"xes", "x", false}, {"ches", "ch", false}, {"sses", "ss", false},
	{"shes", "sh", false}, {"movies", "movie", false}, {"series", "series", false},
	{"quies", "quy", false}, {"aies", "aie", false}, {"eies", "eie", false},
	{"oies", "oie", false}, {"uies", "uie", false}, {"ies", "y", false}, {"lves", "lf", false},
	{"rves", "rf", false}, {"tives", "tive", false}, {"hives", "hive", false},
	{"ves", "fe", false}, {"analyses", "analysis", false}, {"bases", "basis", false},
	{"diagnoses", "diagnosis", false}, {"parentheses", "parenthesis", false},
	{"prognoses", "prognosis", false}, {"synopses", "synopsis", false},
	{"theses", "thesis", false}, {"analysis", "analysis", false}, {"basis", "basis", false},
	{"thesis", "thesis", false}, {"ta", "tum", false}, {"ia", "ium", false},
	{"news", "news", false}, {"ss", "ss", false}, {"s", "", false}};

static bool
fits(const struct rule *rule, struct str word)
{
	struct str end = str_from(rule->end), tail;

	if (end.n > word.n)
		return false;
	tail = str_slice(word, word.n - end.n, word.n);
	return str_eq_nocase(tail, end) && (!rule->whole || end.n == word.n);
}

static struct str
inflect(struct arena *a, struct str word, const struct rule *rules, size_t n)
{
	/* Only the last word of a name is countable or not. */
	size_t under = str_rchr(word, '_');
	struct str last = under == SIZE_MAX ? word : str_slice(word, under + 1, word.n);

	for (size_t i = 0; uncountable[i]; i++)
		if (str_eq_nocase(last, str_from(uncountable[i])))
			return word;
	for (size_t i = 0; i < n && word.n; i++)
		if (fits(&rules[i], word))
			return str_format(a, "%.*s%s", (int)(word.n - strlen(rules[i].end)), word.s,
				rules[i].instead);
	return word;
}

struct str
rails_plural(struct arena *a, struct str word)
{
	return inflect(a, word, plurals, sizeof plurals / sizeof *plurals);
}

struct str
rails_singular(struct arena *a, struct str word)
{
	return inflect(a, word, singulars, sizeof singulars / sizeof *singulars);
}
