/* Tests around operations: whether something exists, which database it is. */
#include "lower/rails_p.h"

static bool
has(struct str text, const char *word)
{
	return str_find(text, str_from(word), 0) != SIZE_MAX;
}

bool
rails_asks_existence(const struct unit *u, uint32_t test)
{
	struct str text = u->values.v[test].kind == VALUE_CALL ? lower_callee(u, test)
							       : u->values.v[test].text;

	return has(text, "_exists?") || has(text, "extension_enabled?");
}

/* What the database that adapters are asked about is: PostgreSQL, which has all features that are asked for. */
int
rails_dialect(const struct unit *u, uint32_t test)
{
	struct str text = u->values.v[test].text;
	bool other;

	if (u->values.v[test].kind == VALUE_CALL)
		text = lower_callee(u, test);
	other = has(text, "!=") || has(text, "!~") || str_starts(text, STR("!"));
	if (has(text, "supports_"))
		return !other;
	if (!has(text, "adapter") && !has(text, "postgres") && !has(text, "mysql") &&
		!has(text, "sqlite"))
		return -1;
	if (has(text, "ostgre"))
		return has(text, "ysql") ? -1 : !other;
	if (has(text, "ysql") || has(text, "sqlite") || has(text, "SQLite") || has(text, "=="))
		return other;
	return -1;
}
