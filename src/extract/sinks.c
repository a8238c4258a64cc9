/* Calls that execute SQL, by the last component of what is called. Data only: a driver is rows. */
#include "extract/extract.h"

/* Packages of npm that speak to PostgreSQL. */
static const char *const drivers[] = {"pg", "postgres", "pg-promise", "slonik", "typeorm",
	"sequelize", "sequelize-typescript", "knex", "@databases/pg", "@neondatabase/serverless",
	"@vercel/postgres", "pg-native", "porsager/postgres", NULL};

/* clang-format off */
const struct host_sink extract_sinks[] = {
	/* Go: database/sql, pgx, sqlx. The context in front is optional, so: the first textual one. */
	{.host = "go", .callee = "Exec", .argument = -1},
	{.host = "go", .callee = "ExecContext", .argument = -1},
	{.host = "go", .callee = "MustExec", .argument = -1},
	{.host = "go", .callee = "NamedExec", .argument = -1},
	{.host = "go", .callee = "NamedExecContext", .argument = -1},
	{.host = "go", .callee = "Query", .argument = -1},
	{.host = "go", .callee = "QueryContext", .argument = -1},
	{.host = "go", .callee = "QueryRow", .argument = -1},
	{.host = "go", .callee = "QueryRowContext", .argument = -1},
	{.host = "go", .callee = "Queryx", .argument = -1},
	{.host = "go", .callee = "QueryxContext", .argument = -1},
	{.host = "go", .callee = "QueryRowx", .argument = -1},
	{.host = "go", .callee = "QueryRowxContext", .argument = -1},
	{.host = "go", .callee = "NamedQuery", .argument = -1},
	{.host = "go", .callee = "Prepare", .argument = -1, .common = true},
	{.host = "go", .callee = "PrepareContext", .argument = -1},
	{.host = "go", .callee = "PrepareNamed", .argument = -1},
	{.host = "go", .callee = "Get", .argument = -1, .common = true},
	{.host = "go", .callee = "GetContext", .argument = -1, .common = true},
	{.host = "go", .callee = "Select", .argument = -1, .common = true},
	{.host = "go", .callee = "SelectContext", .argument = -1, .common = true},
	{.host = "go", .callee = "Queue", .argument = -1, .common = true},
	{.host = "go", .callee = "Raw", .argument = -1, .common = true},
	{.host = "go", .callee = "RawQuery", .argument = -1},

	/* Python: DB-API 2.0 (PEP 249), asyncpg, SQLAlchemy's text(), Django. */
	{.host = "python", .callee = "execute", .argument = 0, .keyword = "query"},
	{.host = "python", .callee = "executemany", .argument = 0, .keyword = "query"},
	{.host = "python", .callee = "execute_values", .argument = 1, .keyword = "sql"},
	{.host = "python", .callee = "execute_batch", .argument = 1, .keyword = "sql"},
	{.host = "python", .callee = "copy_expert", .argument = 0, .keyword = "sql"},
	{.host = "python", .callee = "fetch", .argument = 0, .keyword = "query", .common = true},
	{.host = "python", .callee = "fetchrow", .argument = 0, .keyword = "query"},
	{.host = "python", .callee = "fetchval", .argument = 0, .keyword = "query"},
	{.host = "python", .callee = "raw", .argument = 0, .keyword = "raw_query", .common = true},
	{.host = "python", .callee = "text", .argument = 0, .keyword = "text", .common = true, .wraps = true},
	{.host = "python", .callee = "RunSQL", .argument = 0, .keyword = "sql", .operation = true},

	/* What sqlx keeps of a Rust program's queries. */
	{.host = "sqlx", .callee = "query", .argument = 0},
	/* JavaScript: pg and what has its interface (TypeORM, Sequelize), postgres.js, slonik, @databases,
	 * Drizzle (their tag sql, or what they give it to), Prisma, pg-promise, Knex, node-pg-migrate. */
	{.host = "javascript", .callee = "query", .argument = 0, .keyword = "text", .common = true, .modules = drivers},
	{.host = "javascript", .callee = "queryArray", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "queryObject", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "$queryRaw", .argument = 0},
	{.host = "javascript", .callee = "$executeRaw", .argument = 0},
	{.host = "javascript", .callee = "$queryRawUnsafe", .argument = 0},
	{.host = "javascript", .callee = "$executeRawUnsafe", .argument = 0},
	{.host = "javascript", .callee = "sql", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "SQL", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "type", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "typeAlias", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "unsafe", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "raw", .argument = 0, .common = true, .wraps = true},
	{.host = "javascript", .callee = "execute", .argument = 0, .common = true},
	{.host = "javascript", .callee = "any", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "none", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "one", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "oneOrNone", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "oneFirst", .argument = 0, .common = true},
	{.host = "javascript", .callee = "maybeOne", .argument = 0, .common = true},
	{.host = "javascript", .callee = "maybeOneFirst", .argument = 0, .common = true},
	{.host = "javascript", .callee = "many", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "manyOrNone", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "result", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "each", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "multi", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "exists", .argument = 0, .common = true},
	{.host = "javascript", .callee = "PreparedStatement", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "ParameterizedQuery", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "Query", .argument = 0, .keyword = "text", .common = true},
	{.host = "javascript", .callee = "Cursor", .argument = 0, .common = true},
	{.host = "javascript", .callee = "QueryStream", .argument = 0, .common = true},
	{.host = "javascript", .callee = "pgFormat", .argument = 0, .common = true, .wraps = true},

	{.host = NULL},
};
/* clang-format on */

/* Alembic's revisions, and the modules of helpers that they call; migrations in JavaScript, and helpers
 * that are given what these are. */
const struct host_bodies extract_bodies[] = {
	{.host = "python", .import = "alembic"},
	{.host = "javascript", .defines = "up"},
	{.host = "javascript", .parameter = "knex"},
	{.host = "javascript", .parameter = "queryInterface"},
	{.host = "javascript", .parameter = "queryRunner"},
	{.host = "javascript", .parameter = "pgm"},
	{.host = NULL},
};
