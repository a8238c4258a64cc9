/* The page that the author of a rule needs: struct rule, and how a finding is made. A rule reads the
 * world and writes findings; their order does not matter, the engine sorts them. */
#ifndef RULE_RULE_H
#define RULE_RULE_H

#include "world/world.h"

struct related {
	struct place place;
	struct str message;
	bool also; /* set by the engine: another place of the same cause */
};

struct finding {
	const struct rule *rule;
	enum level level;           /* set by the engine: rule, configuration, confidence */
	enum confidence confidence; /* of its weakest premise */
	uint32_t service;           /* who is told */
	struct place place;
	struct str message;          /* one sentence, no period; names owner and object */
	struct str help;             /* what to do instead; one sentence */
	struct str object;           /* "schema.table" or "schema.table.column" */
	uint32_t owner;              /* service; UINT32_MAX: open */
	struct str cause;            /* normalised: what makes two findings the same; goes into the
	                                fingerprint with rule, service and object; no lines, no ids */
	VEC(struct related) related; /* second places: why it is a crossing, who suffers */
	struct str fingerprint;      /* set by the engine: 16 hex digits */
	bool listed_only;            /* tests, scripts, set-up: shown as a note, never failing */
	uint32_t places; /* set by the engine: how many findings of one cause this one is */
};

struct findings {
	struct arena *arena;
	const struct world *world;
	VEC(struct finding) list; /* after rules_run(): sorted by service, path, offset, rule */
};

struct rule {
	const char *name;
	const char *const *aliases; /* ended by NULL; NULL: none */
	const char *summary;        /* "writes to a table that another service owns" */
	enum level level;
	void (*check)(const struct world *w, struct findings *out);
};

extern const struct rule *const rules[]; /* generated from rules/meson.build; ended by NULL */
/* By name or alias; NULL. */
const struct rule *rule_by_name(struct str name);
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

/* Puts the second places from FIRST on in the order of services, paths and offsets: for those that
 * were met in an order that depends on how the configuration lists the services. */
void finding_sort_related(struct findings *f, struct finding *x, uint32_t first);

/* Runs every rule whose level is not none, sets levels (configuration; exact keeps the level, likely
 * caps at warning, guess at note) and fingerprints, merges findings of one cause, sorts. */
void rules_run(const struct world *w, struct arena *a, struct findings *out);

/* Takes from HEAD what BASE has, as multisets of fingerprints: a cause that has as many places in
 * BASE is gone; one that has more places stays, at the first place whose line BASE does not show. */
void findings_subtract(struct findings *head, const struct findings *base);

/* The worst level among the findings; LEVEL_NONE when there is none. */
enum level findings_worst(const struct findings *f);

#endif
