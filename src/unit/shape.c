/* The tables of a unit, field by field. A struct's fields stand here in the order in which an
 * export writes them: a new one goes to the end of its struct's rows. The unit test sees a
 * field that was added to a struct and forgotten here. */
#include "unit/shape.h"

#include "unit/unit.h"

#define PLAIN(s, f, t) \
	{ \
		.name = #f, .type = (t), .offset = offsetof(struct s, f) \
	}
#define ENUM(s, f, end) \
	{ \
		.name = #f, .type = FIELD_ENUM, .offset = offsetof(struct s, f), .limit = (end) \
	}
#define INDEX(s, f, of) \
	{ \
		.name = #f, .type = FIELD_INDEX, .offset = offsetof(struct s, f), .table = (of) \
	}
#define RANGE(s, f, over) \
	{ \
		.name = #f, .type = FIELD_RANGE, .offset = offsetof(struct s, f), .table = (over) \
	}

static const struct field values_fields[] = {
	ENUM(value, kind, VALUE_KINDS),
	PLAIN(value, op, FIELD_U32),
	PLAIN(value, text, FIELD_STR),
	RANGE(value, kids, TABLE_KIDS),
	RANGE(value, pieces, TABLE_PIECES),
	PLAIN(value, span, FIELD_SPAN),
	{0},
};

static const struct field kids_fields[] = {
	{.name = "kid", .type = FIELD_INDEX, .table = TABLE_VALUES},
	{0},
};

static const struct field pieces_fields[] = {
	ENUM(piece, kind, PIECE_HOLE + 1),
	PLAIN(piece, at, FIELD_U32),
	PLAIN(piece, length, FIELD_U32),
	PLAIN(piece, source, FIELD_SPAN),
	{0},
};

static const struct field symbols_fields[] = {
	ENUM(symbol, kind, SYMBOL_IMPORT + 1),
	PLAIN(symbol, name, FIELD_STR),
	INDEX(symbol, value, TABLE_VALUES),
	PLAIN(symbol, from, FIELD_U32),
	PLAIN(symbol, to, FIELD_U32),
	PLAIN(symbol, branch, FIELD_BOOL),
	PLAIN(symbol, span, FIELD_SPAN),
	{0},
};

static const struct field marks_fields[] = {
	PLAIN(mark, text, FIELD_STR),
	PLAIN(mark, span, FIELD_SPAN),
	PLAIN(mark, reach, FIELD_SPAN),
	{0},
};

static const struct field fragments_fields[] = {
	ENUM(fragment, sink, SINK_BODY + 1),
	ENUM(fragment, state, FRAGMENT_PIECE + 1),
	INDEX(fragment, value, TABLE_VALUES),
	INDEX(fragment, mark, TABLE_MARKS),
	INDEX(fragment, parent, TABLE_STATEMENTS),
	PLAIN(fragment, joined, FIELD_BOOL),
	PLAIN(fragment, span, FIELD_SPAN),
	{0},
};

static const struct field statements_fields[] = {
	INDEX(statement, fragment, TABLE_FRAGMENTS),
	INDEX(statement, event, TABLE_EVENTS),
	INDEX(statement, query, TABLE_QUERIES),
	PLAIN(statement, maybe, FIELD_BOOL),
	PLAIN(statement, guard, FIELD_STR),
	PLAIN(statement, span, FIELD_SPAN),
	{0},
};

static const struct field events_fields[] = {
	ENUM(event, kind, EVENT_KINDS),
	ENUM(event, object_kind, OBJECT_KINDS),
	PLAIN(event, flags, FIELD_U32),
	PLAIN(event, object, FIELD_NAME),
	PLAIN(event, part, FIELD_STR),
	PLAIN(event, text, FIELD_STR),
	RANGE(event, names, TABLE_NAMES),
	RANGE(event, words, TABLE_WORDS),
	RANGE(event, subcommands, TABLE_SUBCOMMANDS),
	RANGE(event, calls, TABLE_NAMES),
	RANGE(event, casts, TABLE_WORDS),
	RANGE(event, bodies, TABLE_FRAGMENTS),
	INDEX(event, operation, TABLE_OPERATIONS),
	PLAIN(event, span, FIELD_SPAN),
	{0},
};

static const struct field subcommands_fields[] = {
	ENUM(subcommand, kind, SUB_KINDS),
	PLAIN(subcommand, flags, FIELD_U32),
	PLAIN(subcommand, name, FIELD_STR),
	PLAIN(subcommand, type, FIELD_STR),
	PLAIN(subcommand, text, FIELD_STR),
	ENUM(subcommand, constraint, CONSTRAINT_EXCLUSION + 1),
	PLAIN(subcommand, target, FIELD_NAME),
	RANGE(subcommand, columns, TABLE_WORDS),
	RANGE(subcommand, target_columns, TABLE_WORDS),
	RANGE(subcommand, calls, TABLE_NAMES),
	RANGE(subcommand, casts, TABLE_WORDS),
	PLAIN(subcommand, on_delete, FIELD_CHAR),
	PLAIN(subcommand, on_update, FIELD_CHAR),
	PLAIN(subcommand, client_action, FIELD_STR),
	PLAIN(subcommand, span, FIELD_SPAN),
	{0},
};

static const struct field names_fields[] = {
	PLAIN(name, schema, FIELD_STR),
	PLAIN(name, name, FIELD_STR),
	PLAIN(name, pattern, FIELD_BOOL),
	PLAIN(name, span, FIELD_SPAN),
	{0},
};

static const struct field words_fields[] = {
	PLAIN(word, text, FIELD_STR),
	PLAIN(word, span, FIELD_SPAN),
	{0},
};

static const struct field queries_fields[] = {
	RANGE(query, scopes, TABLE_SCOPES),
	RANGE(query, relations, TABLE_RELATIONS),
	RANGE(query, columns, TABLE_COLUMNS),
	PLAIN(query, tag, FIELD_STR),
	PLAIN(query, span, FIELD_SPAN),
	{0},
};

static const struct field scopes_fields[] = {
	INDEX(scope, parent, TABLE_SCOPES),
	RANGE(scope, visible, TABLE_RELATIONS),
	RANGE(scope, outputs, TABLE_OUTPUTS),
	INDEX(scope, left, TABLE_SCOPES),
	INDEX(scope, right, TABLE_SCOPES),
	RANGE(scope, columns, TABLE_WORDS),
	RANGE(scope, names, TABLE_WORDS),
	{0},
};

static const struct field relations_fields[] = {
	ENUM(relation_use, kind, RANGE_JOIN + 1),
	INDEX(relation_use, scope, TABLE_SCOPES),
	INDEX(relation_use, inner, TABLE_SCOPES),
	PLAIN(relation_use, name, FIELD_NAME),
	PLAIN(relation_use, alias, FIELD_STR),
	PLAIN(relation_use, access, FIELD_U32),
	PLAIN(relation_use, target, FIELD_BOOL),
	PLAIN(relation_use, all_columns, FIELD_BOOL),
	PLAIN(relation_use, more_columns, FIELD_BOOL),
	RANGE(relation_use, columns, TABLE_WORDS),
	INDEX(relation_use, left, TABLE_RELATIONS),
	INDEX(relation_use, right, TABLE_RELATIONS),
	RANGE(relation_use, merged, TABLE_WORDS),
	PLAIN(relation_use, natural, FIELD_BOOL),
	{0},
};

static const struct field columns_fields[] = {
	INDEX(column_use, scope, TABLE_SCOPES),
	PLAIN(column_use, qualifier, FIELD_STR),
	PLAIN(column_use, column, FIELD_STR),
	PLAIN(column_use, access, FIELD_U32),
	INDEX(column_use, relation, TABLE_RELATIONS),
	RANGE(column_use, visible, TABLE_RELATIONS),
	PLAIN(column_use, output, FIELD_BOOL),
	PLAIN(column_use, span, FIELD_SPAN),
	{0},
};

static const struct field outputs_fields[] = {
	ENUM(query_output, kind, OUTPUT_KINDS),
	PLAIN(query_output, name, FIELD_STR),
	PLAIN(query_output, qualifier, FIELD_STR),
	PLAIN(query_output, text, FIELD_STR),
	INDEX(query_output, inner, TABLE_SCOPES),
	RANGE(query_output, arguments, TABLE_OUTPUTS),
	{0},
};

static const struct field operations_fields[] = {
	PLAIN(operation, tool, FIELD_STR),
	PLAIN(operation, name, FIELD_STR),
	RANGE(operation, events, TABLE_EVENTS),
	RANGE(operation, attributes, TABLE_ATTRIBUTES),
	PLAIN(operation, span, FIELD_SPAN),
	{0},
};

static const struct field attributes_fields[] = {
	PLAIN(attribute, key, FIELD_STR),
	PLAIN(attribute, value, FIELD_STR),
	{0},
};

static const struct field blind_spots_fields[] = {
	ENUM(blind_spot, reason, BLIND_REASONS),
	PLAIN(blind_spot, detail, FIELD_STR),
	PLAIN(blind_spot, span, FIELD_SPAN),
	{0},
};

static const struct field lines_fields[] = {
	PLAIN(source_line, origin, FIELD_U32),
	PLAIN(source_line, line, FIELD_U32),
	PLAIN(source_line, text, FIELD_STR),
	{0},
};

#define TABLE(member, is_cited) \
	{ \
		.name = #member, .size = sizeof *((struct unit *)0)->member.v, \
		.offset = offsetof(struct unit, member), .cited = (is_cited), \
		.fields = member##_fields \
	}

const struct shape unit_shapes[UNIT_TABLES] = {
	[TABLE_VALUES] = TABLE(values, true),
	[TABLE_KIDS] = TABLE(kids, false),
	[TABLE_PIECES] = TABLE(pieces, false),
	[TABLE_SYMBOLS] = TABLE(symbols, false),
	[TABLE_MARKS] = TABLE(marks, true),
	[TABLE_FRAGMENTS] = TABLE(fragments, true),
	[TABLE_STATEMENTS] = TABLE(statements, true),
	[TABLE_EVENTS] = TABLE(events, true),
	[TABLE_SUBCOMMANDS] = TABLE(subcommands, true),
	[TABLE_NAMES] = TABLE(names, true),
	[TABLE_WORDS] = TABLE(words, true),
	[TABLE_QUERIES] = TABLE(queries, true),
	[TABLE_SCOPES] = TABLE(scopes, false),
	[TABLE_RELATIONS] = TABLE(relations, true),
	[TABLE_COLUMNS] = TABLE(columns, true),
	[TABLE_OUTPUTS] = TABLE(outputs, false),
	[TABLE_OPERATIONS] = TABLE(operations, true),
	[TABLE_ATTRIBUTES] = TABLE(attributes, false),
	[TABLE_BLIND_SPOTS] = TABLE(blind_spots, true),
	[TABLE_LINES] = TABLE(lines, false),
};

#define LARGEST_ELEMENT 512

_Static_assert(sizeof(struct event) <= LARGEST_ELEMENT, "one null element for all tables");
_Static_assert(sizeof(struct subcommand) <= LARGEST_ELEMENT, "one null element for all tables");

struct unit_vec
unit_empty_table(void)
{
	static const _Alignas(max_align_t) char null_element[LARGEST_ELEMENT];

	return (struct unit_vec){(void *)(uintptr_t)null_element, 1, 1};
}

struct unit_vec *
unit_table(struct unit *u, enum unit_table table)
{
	return (struct unit_vec *)((char *)u + unit_shapes[table].offset);
}

void *
unit_element(struct unit *u, enum unit_table table, uint32_t i)
{
	return (char *)unit_table(u, table)->v + i * unit_shapes[table].size;
}
