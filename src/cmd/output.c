/* Reading and writing files: whole, and never half. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cmd/analysis.h"
#include "cmd/command.h"
#include "cmd/progress.h"
#include "cmd/signals.h"

bool
input_read(struct arena *a, struct str path, struct str *bytes, struct diags *diags)
{
	struct buf b = {.arena = a};
	FILE *f = fopen(str_cstr(a, path), "rb");
	char block[1 << 16];
	size_t n;
	bool failed;

	if (!f) {
		diag_add(diags, DIAG_ERROR, path, 0, 0, "cannot be read: %s", strerror(errno));
		return false;
	}
	while ((n = fread(block, 1, sizeof block, f)) > 0)
		buf_add(&b, (struct str){block, n});
	failed = ferror(f);
	fclose(f);
	if (failed)
		diag_add(diags, DIAG_SYSTEM, path, 0, 0, "cannot be read: %s", strerror(errno));
	*bytes = buf_str(&b);
	return !failed;
}

bool
output_is_cut(void)
{
	struct pollfd out = {.fd = STDOUT_FILENO};

	return poll(&out, 1, 0) == 1 && out.revents & POLLERR;
}

/* A file is written beside its place and then renamed, so that nobody sees half of it. */
static bool
write_renamed(struct arena *a, struct str file, struct str bytes)
{
	char *temporary = str_cstr(a, str_format(a, "%.*s.XXXXXX", STR_ARG(file)));
	int fd = mkstemp(temporary);
	FILE *f = fd >= 0 ? fdopen(fd, "wb") : NULL;
	mode_t mask = umask(0);
	bool ok;

	umask(mask);
	if (!f) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	ok = fwrite(bytes.s, 1, bytes.n, f) == bytes.n;
	ok = fchmod(fd, 0666 & ~mask) == 0 && ok;
	ok = fclose(f) == 0 && ok;
	ok = ok && rename(temporary, str_cstr(a, file)) == 0;
	if (!ok) {
		int error = errno;

		unlink(temporary);
		errno = error;
	}
	return ok;
}

/* What is no file (/dev/stdout, a pipe) must not be replaced by one. */
static bool
is_special(struct arena *a, struct str file)
{
	struct stat st;

	return stat(str_cstr(a, file), &st) == 0 && !S_ISREG(st.st_mode);
}

static bool
write_special(struct arena *a, struct str file, struct str bytes)
{
	FILE *f = fopen(str_cstr(a, file), "wb");
	bool ok;

	if (!f)
		return false;
	ok = fwrite(bytes.s, 1, bytes.n, f) == bytes.n;
	return fclose(f) == 0 && ok;
}

bool
output_write(struct str file, struct str bytes, struct diags *diags)
{
	struct arena scratch = {0};
	sigset_t before;
	bool ok;

	progress_stop();
	if (!file.n || str_is(file, "-"))
		return fwrite(bytes.s, 1, bytes.n, stdout) == bytes.n;
	if (is_special(&scratch, file)) {
		ok = write_special(&scratch, file, bytes);
	} else {
		signals_hold(&before);
		ok = write_renamed(&scratch, file, bytes);
		signals_release(&before);
	}
	if (!ok)
		diag_add(diags, DIAG_SYSTEM, file, 0, 0, "cannot be written: %s", strerror(errno));
	arena_free(&scratch);
	return ok;
}

static bool
wants_colour(const struct options *o, const struct output *out)
{
	switch (o->colour) {
	case COLOUR_ALWAYS:
		return true;
	case COLOUR_NEVER:
		return false;
	case COLOUR_AUTO:
		break;
	}
	return !out->file.n && isatty(STDOUT_FILENO) && !getenv("NO_COLOR");
}

static bool
can_render(const struct format *f, const struct document *d)
{
	return (d->findings && f->findings) || (d->who && f->who) || (d->catalog && f->catalog) ||
	       (d->config && f->config) || (d->impact && f->impact);
}

static void
render(const struct format *f, const struct document *d, const struct report_options *o,
	struct buf *out)
{
	if (d->findings)
		f->findings(d->findings, o, out);
	else if (d->who)
		f->who(d->who, o, out);
	else if (d->config)
		f->config(d->config, o, out);
	else if (d->catalog)
		f->catalog(d->catalog, o, out);
	else
		f->impact(d->impact, o, out);
}

/* Where the format wants the Markdown report to be appended; NULL: nowhere. */
static const char *
summary_file(const struct format *f)
{
	const char *file = f->summary_variable ? getenv(f->summary_variable) : NULL;

	return file && *file ? file : NULL;
}

/* The report itself has been written: a summary that cannot be is worth a warning. */
static void
append_summary(const char *file, const struct document *d, const struct report_options *o,
	struct arena *a, struct diags *diags)
{
	struct buf b = {.arena = a};
	FILE *f;
	bool ok;

	render(format_by_name(STR("markdown")), d, o, &b);
	f = fopen(file, "ab");
	ok = f && fwrite(b.s, 1, b.n, f) == b.n;
	if (f)
		ok = fclose(f) == 0 && ok;
	if (!ok)
		diag_add(diags, DIAG_WARNING, str_from(file), 0, 0,
			"the summary of this step cannot be written: %s", strerror(errno));
}

/* A format whose commands are obeyed where they stand at a line's beginning, and that shares standard
 * output with this other one; NULL: none. */
static const struct format *
shield_for(const struct options *o, const struct output *out)
{
	for (uint32_t i = 0; i < o->outputs.n; i++) {
		const struct format *f = format_by_name(o->outputs.v[i].format);

		if (f && f->shield && !out->file.n && !o->outputs.v[i].file.n &&
			!str_is(out->format, f->name))
			return f;
	}
	return NULL;
}

static bool
write_output(struct arena *a, const struct options *o, const struct output *out,
	const struct document *d, struct diags *diags)
{
	const struct format *f = format_by_name(out->format), *shield = shield_for(o, out);
	const char *summary = summary_file(f);
	struct report_options options = {.colour = wants_colour(o, out),
		.verbose = o->verbose,
		.summary = summary != NULL,
		.version = PGBOUNDS_VERSION};
	struct buf b = {.arena = a}, shielded = {.arena = a};

	render(f, d, &options, &b);
	if (shield)
		shield->shield(buf_str(&b), &shielded);
	if (!output_write(out->file, buf_str(shield ? &shielded : &b), diags))
		return false;
	if (summary)
		append_summary(summary, d, &options, a, diags);
	return true;
}

/* Says for each format that has no such document which ones have; nothing is written then. */
static bool
check_formats(
	struct arena *a, const struct options *o, const struct document *d, struct diags *diags)
{
	struct buf able = {.arena = a};
	bool ok = true;

	for (const struct format *const *f = formats; *f; f++)
		if (can_render(*f, d))
			buf_addf(&able, "%s%s", able.n ? ", " : "", (*f)->name);
	for (uint32_t i = 0; i < o->outputs.n; i++) {
		struct str name = o->outputs.v[i].format;

		if (can_render(format_by_name(name), d))
			continue;
		ok = false;
		diag_add(diags, DIAG_ERROR, (struct str){0}, 0, 0,
			"this cannot be reported as %.*s, only as one of %.*s", STR_ARG(name),
			STR_ARG(buf_str(&able)));
	}
	return ok;
}

bool
output_documents(
	struct arena *a, const struct options *o, const struct document *d, struct diags *diags)
{
	bool ok = true;

	if (!check_formats(a, o, d, diags))
		return false;
	/* One that cannot be written is no reason to go without the others. */
	for (uint32_t i = 0; i < o->outputs.n; i++)
		ok &= write_output(a, o, &o->outputs.v[i], d, diags);
	return ok;
}

int
judge(const struct options *o, enum level worst, uint32_t gaps, const struct diags *diags)
{
	if (worst >= o->fail_on)
		return STATUS_FINDINGS;
	if (o->strict && (gaps || diag_worst(diags) >= DIAG_WARNING))
		return STATUS_INCOMPLETE;
	return STATUS_CLEAN;
}
