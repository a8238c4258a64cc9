/* Whether there is a type of that name. */
#include "catalog_p.h"

/* PostgreSQL 15, pg_type: what pg_catalog has but for arrays and the row types of its relations, and what the
 * grammar calls otherwise; those of several words are told by the blank. */
static const char *const own_types[] = {"aclitem", "bigint", "bit", "bool", "boolean", "box",
	"bpchar", "bytea", "char", "character", "cid", "cidr", "circle", "date", "datemultirange",
	"daterange", "dec", "decimal", "event_trigger", "float4", "float8", "gtsvector", "inet",
	"int", "int2", "int2vector", "int4", "int4multirange", "int4range", "int8",
	"int8multirange", "int8range", "integer", "interval", "json", "jsonb", "jsonpath", "line",
	"lseg", "macaddr", "macaddr8", "money", "name", "numeric", "nummultirange", "numrange",
	"oid", "oidvector", "path", "point", "polygon", "real", "refcursor", "regclass",
	"regcollation", "regconfig", "regdictionary", "regnamespace", "regoper", "regoperator",
	"regproc", "regprocedure", "regrole", "regtype", "smallint", "text", "tid", "time",
	"timestamp", "timestamptz", "timetz", "trigger", "tsmultirange", "tsquery", "tsrange",
	"tstzmultirange", "tstzrange", "tsvector", "txid_snapshot", "uuid", "varbit", "varchar",
	"xid", "xid8", "xml"};

static bool
is_own(struct str name)
{
	if (str_chr(name, ' ', 0) != SIZE_MAX || str_starts(name, STR("pg_")) ||
		str_starts(name, STR("_")) || str_starts(name, STR("\"")))
		return true;
	for (size_t i = 0; i < sizeof own_types / sizeof *own_types; i++)
		if (str_is(name, own_types[i]))
			return true;
	return false;
}

/* Pseudo-types are refused in other words; the rest is brought by extensions that are often installed by the
 * database's owner, where no migration says so (PostgreSQL 15, appendix F; PostGIS; pgvector). */
static const char *const other_types[] = {"any", "anyarray", "anyelement", "box2d", "box3d",
	"citext", "cstring", "cube", "ean13", "earth", "geography", "geometry", "halfvec", "hstore",
	"internal", "isbn", "isbn13", "ismn", "issn", "lo", "lquery", "ltree", "ltxtquery",
	"raster", "record", "seg", "sparsevec", "unknown", "upc", "vector", "void"};

static bool
is_other(struct str name)
{
	for (size_t i = 0; i < sizeof other_types / sizeof *other_types; i++)
		if (str_is(name, other_types[i]))
			return true;
	/* A range type brings its own. */
	return str_ends(name, STR("multirange"));
}

/* An extension may have brought it. */
static bool
has_extension(const struct catalog *c)
{
	for (uint32_t i = 1; i < c->objects.n; i++)
		if (c->objects.v[i].kind == OBJECT_EXTENSION && c->objects.v[i].exists != EXISTS_NO)
			return true;
	return false;
}

/* The bare name, and its schema where one is written; false: it is no plain name. */
static bool
split(struct str type, struct name *n)
{
	size_t dot;

	type = str_slice(type, 0, str_chr(type, '[', 0));
	type = str_trim(str_slice(type, 0, str_chr(type, '(', 0)));
	dot = str_chr(type, '.', 0);
	n->name = dot == SIZE_MAX ? type : str_slice(type, dot + 1, type.n);
	n->schema = dot == SIZE_MAX ? (struct str){0} : str_slice(type, 0, dot);
	return n->name.n && str_chr(n->name, '.', 0) == SIZE_MAX &&
	       str_chr(type, '%', 0) == SIZE_MAX && str_chr(type, '*', 0) == SIZE_MAX;
}

bool
type_exists(struct apply *ap, struct str type)
{
	struct name n = {0};

	if (ap->c->assumes || ap->c->incomplete || ap->maybe || !split(type, &n) ||
		is_own(n.name) || is_other(n.name) || str_is(n.schema, "pg_temp"))
		return true;
	if (catalog_resolve_in(ap->c, ap->s, SPACE_TYPE, &n, ap->at).state != BINDING_MISSING ||
		catalog_resolve_in(ap->c, ap->s, SPACE_RELATION, &n, ap->at).state !=
			BINDING_MISSING ||
		has_extension(ap->c))
		return true;
	if (n.schema.n && !catalog_find(ap->c, SPACE_SCHEMA, (struct str){0}, n.schema, ap->at))
		return apply_fail(
			ap, APPLY_CONFLICT, "schema \"%.*s\" does not exist", STR_ARG(n.schema));
	return apply_fail(
		ap, APPLY_CONFLICT, "type \"%.*s\" does not exist", STR_ARG(apply_written(ap, &n)));
}

/* Which extension brings a type, by its documentation (PostgreSQL 15, appendix F; PostGIS; pgvector). */
static const struct {
	const char *type, *extension;
} brought_types[] = {
	{"citext", "citext"},
	{"cube", "cube"},
	{"earth", "earthdistance"},
	{"geography", "postgis"},
	{"geometry", "postgis"},
	{"halfvec", "vector"},
	{"hstore", "hstore"},
	{"lo", "lo"},
	{"lquery", "ltree"},
	{"ltree", "ltree"},
	{"ltxtquery", "ltree"},
	{"seg", "seg"},
	{"sparsevec", "vector"},
	{"vector", "vector"},
};

static uint32_t
extension_of(struct apply *ap, struct str type)
{
	struct name n = {0};

	if (!split(type, &n))
		return 0;
	for (size_t i = 0; i < sizeof brought_types / sizeof *brought_types; i++)
		if (str_is(n.name, brought_types[i].type))
			return catalog_find(ap->c, SPACE_EXTENSION, (struct str){0},
				str_from(brought_types[i].extension), ap->at);
	return 0;
}

uint32_t
type_owner(struct apply *ap, struct str type)
{
	uint32_t id = apply_type_of(ap, type);

	return id ? id : extension_of(ap, type);
}
