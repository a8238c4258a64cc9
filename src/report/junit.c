/* JUnit's XML, as CI servers read it; tests/schema/junit.xsd says what is written. A rule is a test
 * suite, a finding a test case: errors and warnings fail, notes are skipped. A rule that found nothing
 * is one test case that passed. */
#include "report/xml_p.h"
#include "report_p.h"
#include "words.h"

static bool
fails(const struct finding_doc *f)
{
	return !str_is(f->level, "note");
}

struct counts {
	uint32_t tests, failures, skipped;
};

/* The test cases of a rule. */
static struct counts
counts_of(const struct findings_doc *d, const struct rule_doc *r)
{
	struct counts c = {0};

	for (uint32_t i = 0; i < d->findings.n; i++) {
		const struct finding_doc *f = &d->findings.v[i];

		if (!str_eq(f->rule, r->name))
			continue;
		c.tests++;
		c.failures += fails(f);
		c.skipped += !fails(f);
	}
	c.tests += c.tests == 0;
	return c;
}

static void
add_attribute(struct buf *out, const char *name, struct str value)
{
	buf_addf(out, " %s=\"", name);
	xml_add(out, value);
	buf_addc(out, '"');
}

static void
add_counts(struct buf *out, const struct counts *c)
{
	buf_addf(out, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n", c->tests,
		c->failures, c->skipped);
}

static void
add_finding(struct buf *out, const struct finding_doc *f)
{
	buf_add(out, STR("    <testcase"));
	add_attribute(out, "classname", place_path(out->arena, &f->place));
	add_attribute(out, "name",
		str_format(out->arena, "%.*s: %.*s", STR_ARG(place_words(out->arena, &f->place)),
			STR_ARG(f->message)));
	buf_addf(out, ">\n      <%s", fails(f) ? "failure" : "skipped");
	if (fails(f))
		add_attribute(out, "type", f->level);
	add_attribute(out, "message", f->message);
	if (fails(f)) {
		buf_addc(out, '>');
		xml_add(out, finding_words(out->arena, f, true, "\n"));
		buf_add(out, STR("</failure>\n"));
	} else {
		buf_add(out, STR("/>\n"));
	}
	buf_add(out, STR("    </testcase>\n"));
}

static void
add_suite(struct buf *out, const struct findings_doc *d, const struct rule_doc *r)
{
	struct counts c = counts_of(d, r);

	buf_add(out, STR("  <testsuite"));
	add_attribute(out, "name", r->name);
	add_counts(out, &c);
	if (c.failures + c.skipped == 0) {
		buf_add(out, STR("    <testcase classname=\"pgbounds\""));
		add_attribute(out, "name",
			str_format(out->arena, "no finding: %.*s", STR_ARG(r->summary)));
		buf_add(out, STR("/>\n"));
	}
	for (uint32_t i = 0; i < d->findings.n; i++)
		if (str_eq(d->findings.v[i].rule, r->name))
			add_finding(out, &d->findings.v[i]);
	buf_add(out, STR("  </testsuite>\n"));
}

static void
render_findings(const struct findings_doc *d, const struct report_options *o, struct buf *out)
{
	struct counts all = {0};

	(void)o;
	for (uint32_t i = 0; i < d->rules.n; i++) {
		struct counts c = counts_of(d, &d->rules.v[i]);

		all.tests += c.tests;
		all.failures += c.failures;
		all.skipped += c.skipped;
	}
	buf_add(out,
		STR("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"pgbounds\""));
	add_counts(out, &all);
	for (uint32_t i = 0; i < d->rules.n; i++)
		add_suite(out, d, &d->rules.v[i]);
	buf_add(out, STR("</testsuites>\n"));
}

const struct format format_junit = {
	.name = "junit",
	.findings = render_findings,
};
