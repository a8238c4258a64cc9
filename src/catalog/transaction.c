/* Transactions: what ROLLBACK gives back.
 *
 * PostgreSQL 15, SAVEPOINT, ROLLBACK TO, CREATE TABLE (ON COMMIT DROP). Nothing is forgotten: between its
 * statements and the ROLLBACK the catalog was what they made of it, so that a rollback is one more change, at
 * a moment of its own, which ends what was made since and gives everything else what it had. */
#include "catalog_p.h"

/* Was the name in force at the moment MARK, and has it ended since? */
static bool
lost_since(const struct naming *n, moment mark)
{
	return n->from <= mark && n->to > mark;
}

static void
put_names_back(struct apply *ap, struct object *o, moment mark)
{
	uint32_t n = o->names.n;

	for (uint32_t i = 0; i < n; i++)
		if (o->names.v[i].from > mark && !o->names.v[i].to)
			o->names.v[i].to = ap->at;
	for (uint32_t i = 0; i < n; i++) {
		struct naming back = o->names.v[i];

		if (!lost_since(&back, mark))
			continue;
		back.from = ap->at;
		back.to = 0;
		vec_push(ap->c->arena, &o->names, back);
	}
}

/* Gives the object all that it had but for what only grows: its names, beings, members, dependents. */
static void
put_back(struct apply *ap, const struct undo *u, moment mark)
{
	struct object *o = catalog_edit(ap, u->object), now = *o;

	*o = u->before;
	o->names.v = now.names.v;
	o->names.n = now.names.n;
	o->names.cap = now.names.cap;
	o->beings.v = now.beings.v;
	o->beings.n = now.beings.n;
	o->beings.cap = now.beings.cap;
	o->members.v = now.members.v;
	o->members.n = now.members.n;
	o->members.cap = now.members.cap;
	o->dependents.v = now.dependents.v;
	o->dependents.n = now.dependents.n;
	o->dependents.cap = now.dependents.cap;
	if (o->exists != now.exists)
		vec_push(ap->c->arena, &o->beings, (struct being){ap->at, o->exists});
	put_names_back(ap, o, mark);
	catalog_relist(ap->c, u->object, &now);
}

static void
roll_back(struct apply *ap, const struct savepoint *p)
{
	struct session *s = ap->s;

	while (s->undo.n > p->undo) {
		const struct undo *u = &s->undo.v[--s->undo.n];

		if (u->made)
			catalog_set_existence(ap, u->object, EXISTS_NO);
		else
			put_back(ap, u, p->at);
	}
	if (ap->c->havocs.n > p->havocs)
		ap->c->havocs.n = p->havocs;
}

static void
keep(struct session *s, uint32_t object, bool made, const struct object *before)
{
	struct undo *u = vec_add(s->arena, &s->undo);

	u->object = object;
	u->made = made;
	if (before)
		u->before = *before;
}

void
transaction_note(struct apply *ap)
{
	struct session *s = ap->s;
	moment since;

	if (!s->in_transaction || !s->savepoints.n || ap->e->kind == EVENT_TRANSACTION)
		return;
	since = vec_last(&s->savepoints)->at;
	for (uint32_t i = 0; i < ap->journal.n; i++) {
		const struct journal_entry *entry = &ap->journal.v[i];
		struct object *o = &ap->c->objects.v[entry->object];

		if (o->noted > since)
			continue;
		keep(s, entry->object, false, &entry->before);
		o->noted = ap->at;
	}
	for (uint32_t id = ap->first_new; id < ap->c->objects.n; id++) {
		keep(s, id, true, NULL);
		ap->c->objects.v[id].noted = ap->at;
	}
}

static struct savepoint *
add_savepoint(struct apply *ap, struct str name)
{
	struct session *s = ap->s;
	struct savepoint *p = vec_add(s->arena, &s->savepoints);

	p->name = name;
	p->now = session_current(s);
	p->after = s->after;
	p->at = ap->at;
	p->undo = s->undo.n;
	p->havocs = ap->c->havocs.n;
	return p;
}

static void
begin(struct apply *ap)
{
	struct session *s = ap->s;

	if (s->in_transaction && s->savepoints.n)
		return; /* a warning in PostgreSQL: there is already a transaction */
	s->savepoints.n = 0;
	s->undo.n = 0;
	add_savepoint(ap, (struct str){0});
	s->in_transaction = true;
}

/* Without a transaction that the history itself began PostgreSQL only warns. */
static bool
end(struct apply *ap, bool commit)
{
	struct session *s = ap->s;
	bool begun = s->savepoints.n != 0;

	if (!commit && begun) {
		s->after = s->savepoints.v[0].after;
		roll_back(ap, &s->savepoints.v[0]);
	}
	session_put_in_force(s, &s->after);
	s->savepoints.n = 0;
	s->undo.n = 0;
	s->in_transaction = false;
	for (uint32_t i = 1; commit && begun && s->drops && i < ap->c->objects.n; i++)
		if (ap->c->objects.v[i].on_commit_drop && ap->c->objects.v[i].exists != EXISTS_NO &&
			!apply_fall(ap, &i, 1, true))
			return false;
	s->drops = false;
	return true;
}

static uint32_t
find_savepoint(const struct session *s, struct str name)
{
	for (uint32_t i = s->savepoints.n; i-- > 0;)
		if (s->savepoints.v[i].name.n && str_eq(s->savepoints.v[i].name, name))
			return i;
	return UINT32_MAX;
}

static bool
to_savepoint(struct apply *ap, struct str name, bool release)
{
	struct session *s = ap->s;
	uint32_t i = find_savepoint(s, name);

	if (i == UINT32_MAX)
		return apply_fail(
			ap, APPLY_CONFLICT, "savepoint \"%.*s\" does not exist", STR_ARG(name));
	if (release) {
		s->savepoints.n = i;
		return true;
	}
	roll_back(ap, &s->savepoints.v[i]);
	session_put_in_force(s, &s->savepoints.v[i].now);
	s->after = s->savepoints.v[i].after;
	s->savepoints.n = i + 1;
	return true;
}

static bool
take_prefix(struct str *text, const char *prefix)
{
	struct str p = str_from(prefix);

	if (!str_starts(*text, p))
		return false;
	*text = str_slice(*text, p.n, text->n);
	return true;
}

bool
apply_transaction(struct apply *ap)
{
	struct str text = ap->e->text;

	if (str_is(text, "begin"))
		begin(ap);
	else if (str_is(text, "commit") || str_is(text, "rollback"))
		return end(ap, str_is(text, "commit"));
	else if (str_ends(text, STR(" and chain"))) {
		if (!end(ap, str_starts(text, STR("commit"))))
			return false;
		begin(ap);
	} else if (take_prefix(&text, "rollback to "))
		return to_savepoint(ap, text, false);
	else if (take_prefix(&text, "release "))
		return to_savepoint(ap, text, true);
	else if (take_prefix(&text, "savepoint ")) {
		/* Where a tool began the transaction the history does not say so. */
		begin(ap);
		add_savepoint(ap, text);
	}
	return true;
}
