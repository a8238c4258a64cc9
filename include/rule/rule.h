/* The page that the author of a rule needs: struct rule, and how a finding is made. A rule reads the
 * world and writes findings; their order does not matter, the engine sorts them. */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "world/difference.h"
#include "world/world.h"

enum related_role {
	RELATED_WHY,    /* why this is a crossing, or what it is about */
	RELATED_ALSO,   /* set by the engine: another place of the same cause */
	RELATED_VICTIM, /* who breaks: of a finding that has them, each is a place of its cause */
};

struct related {
	struct place place;
	struct str message;
	enum related_role role;
	bool old; /* of another place, set by findings_subtract(): the base shows it, too */
	/* of a victim */
	enum confidence confidence;
	enum level cap;   /* the finding is at most this on its account; LEVEL_DEFAULT: no limit */
	bool listed_only; /* as in struct finding */
};

struct finding {
	const struct rule *rule;
	enum level level;           /* set by the engine: rule, configuration, confidence; a rule
	                               may set its limit: at most so severe */
	enum level configured, cap; /* set by the engine: what .level was made of */
	enum confidence confidence; /* of its weakest premise */
	uint32_t service;           /* who is told */
	struct place place;
	struct str message;          /* one sentence, no period; names owner and object */
	struct str help;             /* what to do instead; one sentence */
	struct str here;             /* what stands at .place, for when a change brought another of
	                                its places and that is shown first: "dropped here" */
	struct str object;           /* "schema.table" or "schema.table.column" */
	uint32_t owner;              /* service; UINT32_MAX: open */
	struct str cause;            /* normalised: what makes two findings the same; goes into the
	                                fingerprint with rule, service and object; no lines, no ids */
	VEC(struct related) related; /* second places: why it is a crossing, who suffers */
	struct str fingerprint;      /* set by the engine: 16 hex digits */
	bool listed_only;            /* tests, scripts, set-up: shown as a note, never failing */
	uint32_t places; /* set by the engine: in how many places its cause stands */
};

struct suppressions;
struct baselines;

struct findings {
	struct arena *arena;
	const struct world *world;
	const struct world *base; /* what `change` rules compare it with; NULL: nothing */
	struct difference difference; /* from base to world; empty without a base */
	VEC(struct finding) list; /* after rules_run(): sorted by service, path, offset, rule */
	VEC(struct finding) suppressed; /* by a comment, one a place; see rule/suppress.h */
	VEC(struct finding) baselined;  /* known, one a place; see rule/baseline.h */
	struct suppressions *suppressions;
	struct baselines *baselines;
};

/* When a rule runs: those that judge suppressions and baselines look at what these left unused. */
enum rule_stage {
	RULE_WORLD,
	RULE_SUPPRESSED, /* behind suppressions: findings->suppressions is complete */
	RULE_BASELINED,  /* behind baselines: findings->baselines is complete */
};

struct rule {
	const char *name;
	enum rule_stage stage;
	const char *const *aliases; /* ended by NULL; NULL: none */
	const char *summary;        /* "writes to a table that another service owns" */
	enum level level;
	bool change; /* it compares out->world with out->base, and is not run without one */
	void (*check)(const struct world *w, struct findings *out);
};

extern const struct rule *const rules[]; /* generated from rules/meson.build; ended by NULL */
/* By name or alias; NULL. */
const struct rule *rule_by_name(struct str name);
/* True when NAME is the rule's, or an alias. */
bool rule_answers(const struct rule *r, struct str name);
/* The rule's document: the leading comment of its file, without the comment's delimiters. */
struct str rule_document(const struct rule *r);

/* Begins a finding of rule R. Set the rest on what is returned before the next call; .level is
 * LEVEL_DEFAULT, the rule's own; a rule may lower it. */
struct finding *finding_add(struct findings *f, const struct rule *r, uint32_t service,
	struct place place, enum confidence confidence);
void finding_message(struct findings *f, struct finding *x, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void finding_help(struct findings *f, struct finding *x, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void finding_cause(struct findings *f, struct finding *x, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
void finding_related(struct findings *f, struct finding *x, struct place place, const char *format,
	...) __attribute__((format(printf, 4, 5)));

void finding_here(struct findings *f, struct finding *x, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/* Adds who breaks by what X is about. ACTOR: the service that does it; that its own code breaks, too,
 * is a warning at most. Code that is not deployed is listed. */
void finding_victim(struct findings *f, struct finding *x, const struct use *u, uint32_t actor,
	const char *format, ...) __attribute__((format(printf, 5, 6)));
/* Sorts the victims, and gives X the confidence and the limits of the one that suffers most. Returns
 * how many there are. */
uint32_t finding_rate(struct findings *f, struct finding *x);

/* Puts the second places from FIRST on in the order of services, paths and offsets: for those that
 * were met in an order that depends on how the configuration lists the services. */
void finding_sort_related(struct findings *f, struct finding *x, uint32_t first);

/* Runs every rule whose level is not none, sets levels (configuration; exact keeps the level, likely
 * caps at warning, guess at note) and fingerprints, sets aside what is suppressed or known, merges
 * findings of one cause, sorts. Suppressions and baselines are those of the world's own files. BASE:
 * what the rules that judge a change compare W with; NULL: they are not run. */
void rules_run(const struct world *w, const struct world *base, struct arena *a,
	struct findings *out);

/* Takes from HEAD what BASE has, as multisets of fingerprints: a cause that has as many places in
 * BASE is gone; one that has more places stays, at the first place whose line BASE does not show.
 * An object that was renamed is known by its former names. */
void findings_subtract(struct findings *head, const struct findings *base);

/* Leaves in F what OTHER has, too, and of a cause the places that it has there: of a merge only what is
 * new against each of its parents counts. Both are of the same world, less those of one parent each. */
void findings_intersect(struct findings *f, const struct findings *other);

/* Shows each finding at the place that the change brought: where the first one stood in F->base
 * already and a second one did not, these change places. Sorts again. */
void findings_settle(struct findings *f);

/* Leaves the findings, suppressed and known ones too, of the services for which KEEP is true. */
void findings_keep(struct findings *f, const bool *keep);

/* The worst level among the findings; LEVEL_NONE when there is none. */
enum level findings_worst(const struct findings *f);

#endif
