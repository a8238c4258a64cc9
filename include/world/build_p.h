/* Private to `world`: what its files share while a world is built. */
#ifndef WORLD_BUILD_P_H
#define WORLD_BUILD_P_H

#include "world/world.h"

/* What runs in a step, in order: statements of a unit. */
struct run {
	const struct unit *unit;
	uint32_t file; /* what span.origin 0 means */
	uint32_t statement;
	const struct unit *operation_unit; /* NULL: plain SQL */
	uint32_t operation;
	bool maybe; /* whether the step runs at all is not known */
};
struct step_runs {
	VEC(struct run) list;
};

/* A history with what its steps run; shared by the contexts in which it runs. */
struct build_history {
	struct tool_history *history;
	struct step_runs *steps;      /* by the history's steps */
	struct lower_result *lowered; /* NULL: SQL files alone */
	struct django_result *django; /* NULL: no Django */
};

/* A context while it is replayed. */
struct build_context {
	uint32_t context; /* world.contexts */
	struct build_history *history;
	uint32_t next; /* step */
	uint32_t rank; /* operators first, then the order of the configuration */
};

struct builder {
	struct world *w;
	struct arena *a;
	struct arena scratch;
	const struct world_input *in;
	struct diags *diags;
	VEC(struct build_context) contexts;
	struct map routines; /* "DATABASE/name" → struct run of its CREATE */
	struct map
		bodies; /* "FILE/OFFSET" of a CREATE that ran → when, or MOMENT_NOW: it is in force */
	bool *claimed;  /* by file number - 1: a step of a history */
	bool *replayed; /* likewise: a function of it was, statement by statement */
	bool *expanded; /* likewise: what it includes runs where it stands */
	bool *copy;     /* likewise: a schema file beside migrations */
	bool *past;     /* likewise: a tool's, which does not run it forward */
	moment *ran;    /* by file number - 1: the last moment of the step, 0: no step */
	VEC(struct run) passed_over; /* DDL in code that was not applied: a use of what it names */
	const struct tool_step *last; /* behind it the replay ends; NULL: it runs to its end */
};

/* Closes the tool's symbol in the file of every step, where it has one. lowering.c */
void build_close_steps(struct builder *b, uint32_t service, struct tool_history *h);
/* Has the steps that are no SQL lowered, and puts what they do among what runs in h->steps. lowering.c */
void build_lower(struct builder *b, uint32_t service, struct build_history *h);
/* Finds the histories of all services, their contexts and databases. history.c */
void build_histories(struct builder *b);
/* Has histories begin with the schema files that they stand on. base.c */
void build_bases(struct builder *b);
/* Tells of directories of the service whose migrations no tool reads. foreign.c */
void build_foreign(struct builder *b, uint32_t service);
/* Finds .last as the input names it; false with an error when it is no step, or several. until.c */
bool build_find_last(struct builder *b);
/* Merges the contexts' steps canonically and applies them; then what code executes. replay.c */
void build_replay(struct builder *b);
struct order;
/* Makes what the services' dumps, and scripts that set a database up, hold and no step makes exist from the
 * start. dump.c */
void build_dumps(struct builder *b, struct order *order);
/* True for DDL that code executes when it runs, which build_replay() applied as what may be. */
bool build_is_code_ddl(const struct builder *b, const struct file *f, const struct unit *u,
	const struct statement *s);
/* True for one that it did not apply after all. */
bool build_is_passed_over(const struct builder *b, const struct unit *u, uint32_t statement);
/* Uses: of a statement at a moment, and of all code at the end. use.c */
void build_statement_uses(struct builder *b, uint32_t context, const struct run *r, moment at,
	enum use_occurrence occurs);
void build_touched_uses(struct builder *b, const struct happening *h, moment at);
void build_code_uses(struct builder *b);
void build_sort_uses(struct builder *b);
/* Which bodies that migrations gave to routines are not in force any more: dropped or replaced since, in all
 * databases in which they were. body.c */
void build_find_bodies(struct builder *b);
/* When the body was made in which the statement stands, where it is not in force any more; else 0. FILE: what
 * origin 0 means. */
moment build_gone_body(
	struct builder *b, uint32_t file, const struct unit *u, const struct statement *s);
/* Uses of the columns of NEW and OLD by the functions of the triggers that are there. trigger.c */
void build_trigger_uses(struct builder *b);
/* Owners of all relations. owner.c */
void build_owners(struct builder *b);
/* Notes that SERVICE's migrations make OBJECT, too (CREATE … IF NOT EXISTS of what is there). */
void build_creator(struct builder *b, uint32_t database, uint32_t object, uint32_t service);
/* Gaps and coverage. gap.c */
void build_gaps(struct builder *b);
void build_gap(struct builder *b, uint32_t file, const struct unit *u, enum blind_reason reason,
	struct str detail, struct span span);

/* The service whose file it is, in whichever of its revisions. */
uint32_t build_service_of(const struct world *w, const struct file *f);

/* The fragment of the file or literal that FRAGMENT, perhaps a body, stands in; *STORED: in the
 * body of a routine, which runs when it is called. */
uint32_t root_fragment(const struct unit *u, uint32_t fragment, bool *stored);

#endif
