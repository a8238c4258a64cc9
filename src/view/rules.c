/* A rule's document, which stands above the rule, as text for a terminal and as Markdown. */
#include "view_p.h"

/* Code hosts show no more of a description. */
#define DESCRIPTION_BYTES 1000

/* How the parts of a document look in one form. */
struct style {
	const char *bad, *good, *close; /* around an example */
	const char *indent;             /* before each of its lines */
	const char *fix;                /* for "Fix:" */
};

static const struct style terminal = {"Found:\n\n", "Not found:\n\n", "", "    ", "Fix:"};
static const struct style markdown = {
	"Found:\n\n```text\n", "Not found:\n\n```text\n", "```\n", "", "**Fix:**"};

/* What stands for the line ```bad, ```good or ```. */
static const char *
fence(const struct style *style, struct str line)
{
	if (str_is(line, "```bad"))
		return style->bad;
	return str_is(line, "```good") ? style->good : style->close;
}

static struct str
styled(struct arena *a, struct str document, const struct style *style)
{
	struct buf b = {.arena = a};
	struct str line;
	bool inside = false;

	while (str_cut(&document, '\n', &line)) {
		if (str_starts(line, STR("```"))) {
			inside = !inside;
			buf_add(&b, str_from(fence(style, line)));
			continue;
		}
		if (inside && line.n)
			buf_add(&b, str_from(style->indent));
		if (!inside && str_starts(line, STR("Fix:"))) {
			buf_add(&b, str_from(style->fix));
			line = str_slice(line, 4, line.n);
		}
		buf_add(&b, line);
		buf_addc(&b, '\n');
	}
	return buf_str(&b);
}

/* Takes the next paragraph off DOCUMENT, its lines joined. */
static struct str
paragraph(struct arena *a, struct str *document)
{
	struct buf b = {.arena = a};
	struct str line;

	while (str_cut(document, '\n', &line) && (line.n || !b.n)) {
		if (b.n)
			buf_addc(&b, ' ');
		buf_add(&b, line);
	}
	return buf_str(&b);
}

/* The paragraphs before "Fix:" behind the one that names the rule, as many as there is room for. */
static struct str
description(struct arena *a, struct str document)
{
	struct buf b = {.arena = a};
	struct str p;

	paragraph(a, &document);
	while ((p = paragraph(a, &document)).n && !str_starts(p, STR("Fix:")) &&
		!str_starts(p, STR("```")) && b.n + p.n + 1 < DESCRIPTION_BYTES) {
		if (b.n)
			buf_addc(&b, '\n');
		buf_add(&b, p);
	}
	return buf_str(&b);
}

void
view_rule(struct arena *a, const struct rule *r, struct rule_doc *out)
{
	struct str document = rule_document(r), body = document;

	*out = (struct rule_doc){
		.name = str_from(r->name),
		.summary = str_from(r->summary),
		.level = str_from(level_word(r->level)),
		.description = description(a, document),
		.text = styled(a, document, &terminal),
	};
	paragraph(a, &body);
	out->markdown = styled(a, body, &markdown);
	for (const char *const *alias = r->aliases; alias && *alias; alias++)
		vec_push(a, &out->aliases, str_from(*alias));
}

void
view_rules(struct arena *a, struct findings_doc *out)
{
	for (const struct rule *const *r = rules; *r; r++)
		view_rule(a, *r, vec_add(a, &out->rules));
}
