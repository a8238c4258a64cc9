/* Private to host: what the readers of all languages have in common. They make values from tokens
 * and keep the scopes of names. */
#ifndef HOST_READER_P_H
#define HOST_READER_P_H

#include "base/map.h"
#include "host/lexer_p.h"

extern const struct host host_elixir, host_go, host_javascript, host_python, host_ruby,
	host_typescript, host_xml, host_yaml, host_sqlx, host_settings;

/* True, with a blind spot, when BYTES are no text that we read: UTF-16, binary. */
bool host_refuse(struct unit *u, struct str bytes);

/* SQL in literals, for the prefilter of every host language. */
#define HOST_SQL_PATTERN \
	"(?<![.\\w])(?>" \
	"select\\b(?!\\s*+[{:=.,)])" \
	"|insert\\s++into\\b|delete\\s++from\\b|merge\\s++into\\b" \
	"|update\\b(?=[\\s\\S]{0,300}?\\bset\\b)" \
	"|truncate\\s++[\\w\"%${]" \
	"|(?:create|alter|drop)\\s++(?:or\\s++replace\\s++)?+(?>table|index|unique|view|schema" \
	"|materialized|sequence|function|procedure|trigger|type|domain|extension|role|user" \
	"|policy|temp|temporary|unlogged|foreign|global|local|database|default|publication" \
	"|aggregate|column|constraint|rule|recursive|event|server|if|owned|group|cast|" \
	"operator)\\b" \
	"|from\\b(?!\\s++[\\w.]++\\s++import\\b)" \
	"(?=[\\s\\S]{0,200}?\\b(?:where|join|limit|order\\s++by|group\\s++by)\\b)" \
	"|join\\b(?=[\\s\\S]{0,200}?\\b(?:on|using)\\b)" \
	"|with\\b(?=[\\s\\S]{0,200}?\\bas\\s++(?:not\\s++|materialized\\s++)*+\\()" \
	"|(?:grant|revoke)\\s++\\w++(?=[\\s\\S]{0,200}?\\bon\\b)" \
	"|lock\\s++table\\b|comment\\s++on\\b|set\\s++(?:search_path|local|session)\\b" \
	"|references\\s++[\\w\".]++\\s*+\\(|copy\\s++[\\w\".]++\\s*+[(ft]|call\\s++[\\w\".]++\\(" \
	"|refresh\\s++materialized\\b|do\\s++\\$|pgbounds:ignore)"

#define READER_DEPTH 150 /* of nested expressions and statements */
/* So many errors and the rest is not read: going on costs more than it can bring. */
#define READER_MOST_ERRORS 200

struct reader_block {
	uint32_t first;   /* of reader.open */
	uint32_t pending; /* its symbols, whose end is not known yet: of reader.pending, from 1 */
	uint32_t from;    /* byte at which it begins */
	bool branch;      /* entered under a condition, or in a loop */
	bool function;    /* the body of a function: runs later, or never */
};

struct reader_pending {
	uint32_t symbol, next;
};

/* A name declared in an open block. */
struct reader_name {
	struct str name;
	uint32_t symbol; /* the declaration; unit.symbols */
	uint32_t block;  /* of reader.blocks */
	uint32_t hidden; /* the outer declaration of that name, in reader.open, from 1 */
};

struct reader {
	struct unit *u;
	struct arena *scratch;
	struct lexer lexer;
	uint32_t i; /* the current token */
	uint32_t depth;
	bool failed; /* a syntax error: token() is END until the reader recovers */
	const char *why;
	uint32_t where;
	bool clean; /* something was understood since the last error */
	uint32_t errors;
	uint32_t last_error; /* unit.blind_spots */
	VEC(uint32_t) stack; /* of values: kids in the making */
	VEC(struct reader_block) blocks;
	VEC(struct reader_name) open;
	VEC(struct reader_pending) pending; /* lists of symbols whose scope is open */
	struct map names;                   /* → reader.open, from 1 */
};

void reader_init(struct reader *r, const struct lexer_language *language, struct unit *u,
	const struct host_options *options, struct arena *scratch, struct str bytes);

/* The current token and the K-th behind it. END while the reader has failed. */
const struct token *reader_token(struct reader *r);
const struct token *reader_peek(struct reader *r, uint32_t k);
void reader_next(struct reader *r);
bool reader_is(struct reader *r, uint32_t op);
bool reader_is_word(struct reader *r, uint8_t word);
bool reader_is_newline(struct reader *r);
void reader_skip_newlines(struct reader *r);
/* A space or tab stands in front of the current token; white space behind it. */
bool reader_blank_before(struct reader *r);
bool reader_blank_behind(struct reader *r);
/* Takes the token when it is that operator. */
bool reader_take(struct reader *r, uint32_t op);
bool reader_take_word(struct reader *r, uint8_t word);
/* Takes it, or fails. */
void reader_want(struct reader *r, uint32_t op, const char *why);
void reader_fail(struct reader *r, const char *why);
/* After an error: a blind spot from where it is to byte TO, one for a run of errors with nothing
 * understood in between. The reader has not failed any more; where to go on is the caller's. False:
 * there were so many that it should go to the end. */
bool reader_recover(struct reader *r, uint32_t to);
/* The same up to the end of the line with the error, where it goes on; after too many at the end of the file. */
void reader_recover_line(struct reader *r);
/* Enters one more level of nesting; false (and failed) when there are too many. */
bool reader_enter(struct reader *r);
/* End of the last token taken, begin of the current one. */
uint32_t reader_end(struct reader *r);
uint32_t reader_at(struct reader *r);
struct str reader_text(struct reader *r);

/* Values. Spans go from FROM to the end of the last token taken. */
struct span reader_span(struct reader *r, uint32_t from);
uint32_t reader_value(struct reader *r, enum value_kind kind, struct str text, uint32_t from);
uint32_t reader_hole(struct reader *r, uint32_t from);
/* With one or two kids. */
uint32_t reader_parent(struct reader *r, enum value_kind kind, struct str text, uint32_t from,
	uint32_t kid, uint32_t second);
/* Kids are pushed on the stack; this makes those above MARK a run of unit.kids, and pops them. */
void reader_push(struct reader *r, uint32_t value);
uint32_t reader_collect(
	struct reader *r, enum value_kind kind, struct str text, uint32_t from, uint32_t mark);
/* The number token taken, without digit separators. */
uint32_t reader_number(struct reader *r);

/* How much the unit holds; for taking back what was of no interest. */
struct reader_state {
	uint32_t values, kids, pieces, symbols;
};
struct reader_state reader_save(const struct reader *r);
/* True when something since S is a string, a call, a function or a symbol. */
bool reader_worth(const struct reader *r, struct reader_state s);
void reader_take_back(struct reader *r, struct reader_state s);

/* Scopes. */
void reader_open(struct reader *r, uint32_t from, bool branch, bool function);
void reader_close(struct reader *r, uint32_t to);
/* Declares NAME in block number BLOCK; returns its symbol. FROM: where its scope begins. */
uint32_t reader_declare(struct reader *r, struct symbol s, uint32_t block, uint32_t from);
/* The same without a declaration to be found: where the first assignment declares. */
uint32_t reader_symbol(struct reader *r, struct symbol s, uint32_t block);
/* The innermost open declaration of NAME, or NULL. */
const struct reader_name *reader_find(struct reader *r, struct str name);
/* One more assignment to what DECLARED declares. */
uint32_t reader_assign(struct reader *r, const struct reader_name *declared, struct symbol s);
/* True when something between block number BLOCK and here is entered only sometimes. */
bool reader_in_branch(const struct reader *r, uint32_t block);
static inline uint32_t
reader_block(const struct reader *r)
{
	return r->blocks.n - 1;
}

#endif
