/* Text → single statements, as psql finds their ends: a ';' outside of quotes, comments,
 * parentheses and BEGIN ATOMIC bodies. */
#include "sql/sql.h"

#include "base/arena.h"
#include "base/vec.h"
#include "lex_p.h"

struct splitter {
	struct str text;
	struct arena *scratch;
	VEC(struct span) list;
	bool flat;          /* parentheses are not balanced: they count no more */
	uint32_t from, to;  /* first and last byte of the statement so far */
	uint32_t words;     /* words of it so far */
	bool routine;       /* CREATE [OR REPLACE] FUNCTION or PROCEDURE */
	bool create, begin; /* the first word was CREATE; the last one was BEGIN */
	uint32_t depth;     /* of parentheses */
	uint32_t atomic;    /* of BEGIN ATOMIC and of CASE inside */
};

static void
finish(struct splitter *s, uint32_t next)
{
	if (s->to > s->from) {
		struct span *x = vec_add(s->scratch, &s->list);

		x->offset = s->from;
		x->length = s->to - s->from;
	}
	s->from = s->to = next;
	s->words = s->depth = s->atomic = 0;
	s->routine = s->create = s->begin = false;
}

/* Keeps account of BEGIN ATOMIC … END, in which semicolons end nothing. */
static void
take_word(struct splitter *s, const struct token *t)
{
	static const char *const routines[] = {"function", "procedure", NULL};

	if (s->words++ == 0)
		s->create = lex_is_word(s->text, t, "create");
	if (s->create && s->words <= 4 && lex_is_word_of(s->text, t, routines))
		s->routine = true;
	if (!s->routine || s->depth)
		return;
	if (s->begin && lex_is_word(s->text, t, "atomic"))
		s->atomic++;
	else if (s->atomic && lex_is_word(s->text, t, "case"))
		s->atomic++;
	else if (s->atomic && lex_is_word(s->text, t, "end"))
		s->atomic--;
	s->begin = lex_is_word(s->text, t, "begin");
}

static void
take(struct splitter *s, const struct token *t)
{
	if (s->to == s->from)
		s->from = t->at;
	if (t->kind == TOKEN_PUNCTUATION && lex_is_char(s->text, t, ';') &&
		(s->flat || (!s->atomic && !s->depth))) {
		finish(s, t->at + 1);
		return;
	}
	s->to = t->at + t->length;
	if (t->kind == TOKEN_WORD)
		take_word(s, t);
	else if (t->kind == TOKEN_PUNCTUATION && lex_is_char(s->text, t, '('))
		s->depth++;
	else if (t->kind == TOKEN_PUNCTUATION && lex_is_char(s->text, t, ')') && s->depth)
		s->depth--;
}

/* Reads from AT to the end. Returns false when a parenthesis or an ATOMIC body stays open. */
static bool
run(struct splitter *s, uint32_t at)
{
	for (;;) {
		struct token t = lex_next(s->text, &at);

		if (t.kind == TOKEN_END)
			return s->flat || (!s->depth && !s->atomic);
		take(s, &t);
	}
}

uint32_t
sql_split(struct str text, struct arena *scratch, struct span **out)
{
	struct splitter s = {.text = text, .scratch = scratch};

	/* An open parenthesis would swallow all that follows: from that statement on, and once, they
	 * do not count. */
	if (!run(&s, 0)) {
		uint32_t again = s.from;

		s.flat = true;
		s.to = s.from;
		finish(&s, again);
		run(&s, again);
	}
	finish(&s, (uint32_t)text.n);
	*out = s.list.v;
	return s.list.n;
}
