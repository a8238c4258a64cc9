/* source: real repositories, made by git in a temporary directory, and what is listed and read. */
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/arena.h"
#include "shell.h"
#include "source/source.h"
#include "suite.h"

static char top[] = "/tmp/pgbounds-source-XXXXXX";

/* Runs a script in a new directory NAME, where `g` is git with a fixed identity. */
static void
make(const char *name, const char *script)
{
	char command[4096];

	ck_assert_int_eq(mkdir(name, 0777), 0);
	snprintf(command, sizeof command,
		"cd '%s' && set -e\n"
		"g() { git -c user.name=n -c user.email=e@x -c init.defaultBranch=main "
		"-c commit.gpgSign=false \"$@\"; }\n"
		"{ %s\n} >/dev/null 2>../log || { cat ../log >&2; exit 1; }",
		name, script);
	ck_assert_int_eq(run_shell(command), 0);
}

struct seen {
	struct arena arena;
	struct source source;
	struct diags diags;
	bool ok;
};

static void
open_at(struct seen *x, struct source_request request)
{
	*x = (struct seen){0};
	x->diags.arena = &x->arena;
	x->ok = source_open(&x->source, &x->arena, &request, &x->diags);
}

static void
close_seen(struct seen *x)
{
	source_close(&x->source);
	arena_free(&x->arena);
}

/* Lists as "path=text path=text"; a '#' behind the path says that the blob is known unread. A
 * status other than READ_OK stands in brackets. Checks each id against the bytes. */
static struct str
listing(struct seen *x)
{
	struct source *s = &x->source;
	struct buf b = {.arena = &x->arena};
	void *handle = s->files.ops->open(s->files.self);

	ck_assert_ptr_nonnull(handle);
	for (uint32_t i = 0; i < s->list.list.n; i++) {
		const struct file_entry *e = &s->list.list.v[i];
		struct str bytes = {0}, blob = {0};
		enum read_status status = s->files.ops->read(handle, &x->arena, e, &bytes, &blob);

		buf_addf(&b, "%s%.*s%s=", i ? " " : "", STR_ARG(e->path), e->blob.n ? "#" : "");
		if (status != READ_OK) {
			buf_addf(&b, "[%s]", read_status_reason(status));
			continue;
		}
		buf_add(&b, str_trim(bytes));
		ck_assert_uint_eq(blob.n, 40);
		ck_assert(str_eq(blob, source_blob_id(&x->arena, bytes)));
	}
	s->files.ops->close(handle);
	return buf_str(&b);
}

static struct str
messages(struct seen *x)
{
	struct buf b = {.arena = &x->arena};

	for (uint32_t i = 0; i < x->diags.list.n; i++)
		buf_addf(&b, "%s%.*s: %.*s", i ? "\n" : "", STR_ARG(x->diags.list.v[i].path),
			STR_ARG(x->diags.list.v[i].message));
	return buf_str(&b);
}

static void
expect(struct source_request request, enum source_kind kind, const char *want, const char *said)
{
	struct seen x;

	open_at(&x, request);
	ck_assert_msg(x.ok, "%.*s", STR_ARG(messages(&x)));
	ck_assert_text(listing(&x), want);
	ck_assert_text(messages(&x), said);
	ck_assert_int_eq(x.source.kind, kind);
	close_seen(&x);
}

static void
expect_failure(struct source_request request, const char *said)
{
	struct seen x;

	open_at(&x, request);
	ck_assert(!x.ok);
	ck_assert_text(messages(&x), said);
	close_seen(&x);
}

#define AT(p) ((struct source_request){.path = STR(p)})

START_TEST(work_tree)
{
	make("tree",
		"g init -q; mkdir sub ign; echo one >a; echo two >sub/b; echo gone >gone; echo v >x\n"
		"echo 'ign/\n*.log' >.gitignore; ln -s a link; echo forced >ign/kept.log\n"
		"g add -f a sub gone .gitignore link ign/kept.log x; g commit -qm 1\n"
		"touch -d '2020-01-01' a sub/b gone .gitignore ign/kept.log x; g status\n"
		"rm gone; echo changed >x; echo new >new; echo no >ign/z; echo no >y.log\n"
		"mkdir un; echo deep >un/deep; ln -s sub dirlink; mkfifo pipe\n"
		"g init -q nested; echo x >nested/x; echo i >sub/ita; g add -N sub/ita");
	expect(AT("tree"), SOURCE_WORK_TREE,
		".gitignore#=ign/\n*.log a#=one ign/kept.log#=forced new=new sub/b#=two sub/ita=i "
		"un/deep=deep x=changed",
		"tree: 'nested' is a repository of its own and not read with this one");
	expect(AT("tree/sub"), SOURCE_WORK_TREE, "b#=two ita=i", "");
	expect((struct source_request){.path = STR("tree"), .subdir = STR("./sub//")},
		SOURCE_WORK_TREE, "b#=two ita=i", "");
	expect((struct source_request){.path = STR("tree/sub"), .index = true}, SOURCE_INDEX,
		"b#=two", "");
	expect((struct source_request){.path = STR("tree"), .revision = STR("HEAD")},
		SOURCE_REVISION,
		".gitignore#=ign/\n*.log a#=one gone#=gone ign/kept.log#=forced sub/b#=two x#=v",
		"");
	expect((struct source_request){.path = STR("tree/sub"), .revision = STR("main")},
		SOURCE_REVISION, "b#=two", "");
	expect(AT("tree/ign"), SOURCE_WORK_TREE, "kept.log#=forced", "");
}
END_TEST

START_TEST(facts_of_the_source)
{
	struct seen x;

	make("facts", "g init -q; mkdir s; echo a >s/a; g add .; g commit -qm 1");
	open_at(&x, (struct source_request){.path = STR("facts"), .subdir = STR("s")});
	ck_assert(x.ok);
	ck_assert_text(x.source.prefix, "s/");
	ck_assert_uint_eq(x.source.commit.n, 40);
	ck_assert(str_ends(x.source.repository, STR("/facts/")));
	close_seen(&x);
}
END_TEST

/* Changed within the tick in which the index was written, to bytes of the same length. */
START_TEST(racily_clean)
{
	static const struct timespec then[2] = {{1600000000, 5}, {1600000000, 5}};

	make("racy", "g init -q; g config core.trustctime false; echo one >a; echo two >b\n"
		     "touch -d @1600000000.000000005 a b; g add .; g commit -qm 1");
	utimensat(AT_FDCWD, "racy/.git/index", then, 0);
	ck_assert_int_eq(run_shell("cd racy && printf 'ONE\\n' >a && printf 'two\\n' >b && "
				   "touch -d @1600000000.000000005 a b .git/index"),
		0);
	expect(AT("racy"), SOURCE_WORK_TREE, "a=ONE b#=two", "");
}
END_TEST

START_TEST(line_ends_are_the_blobs)
{
	make("crlf", "g init -q; g config core.autocrlf true; printf 'a\\r\\nb\\r\\n' >a\n"
		     "printf '*.bin -text' >.gitattributes; g add .; g commit -qm 1; "
		     "touch -d 2020-01-01 a .gitattributes; g status");
	expect(AT("crlf"), SOURCE_WORK_TREE, ".gitattributes#=*.bin -text a#=a\nb", "");
}
END_TEST

START_TEST(bare_repositories)
{
	make("from", "g init -q; mkdir s; echo a >a; echo b >s/b; g add .; g commit -qm 1\n"
		     "g tag v1; echo c >a; g commit -qam 2");
	make("bare", "g clone -q --bare ../from b.git; g init -q --bare empty.git\n"
		     "g clone -q --bare ../from noconfig.git; rm noconfig.git/config");
	expect(AT("bare/b.git"), SOURCE_REVISION, "a#=c s/b#=b", "");
	expect(AT("bare/noconfig.git"), SOURCE_REVISION, "a#=c s/b#=b", "");
	expect(
		(struct source_request){
			.path = STR("bare/b.git"), .revision = STR("v1"), .subdir = STR("s")},
		SOURCE_REVISION, "b#=b", "");
	expect(AT("bare/empty.git"), SOURCE_REVISION, "",
		"bare/empty.git: the repository has no commits yet");
	expect_failure((struct source_request){.path = STR("bare/b.git"), .index = true},
		"bare/b.git: a bare repository has nothing staged: name a revision");
	expect_failure((struct source_request){.path = STR("bare/b.git"), .revision = STR("v2")},
		"bare/b.git: no revision 'v2' in this repository");
	expect_failure(
		(struct source_request){.path = STR("bare/b.git"), .revision = STR("origin/x")},
		"bare/b.git: no revision 'origin/x' in this repository; run `git fetch` in it");
}
END_TEST

START_TEST(no_commits_yet)
{
	make("unborn", "g init -q; echo a >a; echo b >b; g add a");
	expect(AT("unborn"), SOURCE_WORK_TREE, "a#=a b=b",
		"unborn: the repository has no commits yet");
	expect((struct source_request){.path = STR("unborn"), .index = true}, SOURCE_INDEX, "a#=a",
		"unborn: the repository has no commits yet");
}
END_TEST

START_TEST(plain_directories)
{
	make("plain", "mkdir b; echo 2 >b/a; echo 1 >b-a; echo 3 >c; ln -s c d; g init -q n");
	expect(AT("plain"), SOURCE_DIRECTORY, "b-a=1 b/a=2 c=3",
		"plain: 'n' is a repository of its own and not read with this one");
	expect((struct source_request){.path = STR("plain"), .subdir = STR("b")}, SOURCE_DIRECTORY,
		"a=2", "");
	expect_failure((struct source_request){.path = STR("plain"), .revision = STR("HEAD")},
		"plain: not a git repository, so it has no revisions");
	expect_failure(AT("gone"), "gone: cannot be opened: No such file or directory");
	expect_failure(AT("plain/c"), "plain/c: not a directory");
	expect_failure((struct source_request){.path = STR("plain"), .subdir = STR("x")},
		"plain: no directory 'x/' in it");
	expect_failure((struct source_request){.path = STR("plain"), .subdir = STR("b/../..")},
		"plain: path 'b/../..' leaves the repository");
}
END_TEST

/* Someone who names an ignored directory wants it read. */
START_TEST(ignored_directories_may_be_named)
{
	make("outer", "g init -q; mkdir -p build/x; echo a >build/x/a; echo build >.gitignore\n"
		      "g add .; g commit -qm 1");
	expect(AT("outer/build"), SOURCE_DIRECTORY, "x/a=a", "");
}
END_TEST

START_TEST(submodules_are_left_out)
{
	make("module", "g init -q; echo m >m; g add .; g commit -qm 1");
	make("super", "g init -q; g -c protocol.file.allow=always submodule add -q ../module sub\n"
		      "echo a >a; g add .; g commit -qm 1; touch -d 2020-01-01 a .gitmodules\n"
		      "g config -f .gitmodules x.y z; g status");
	expect(
		(struct source_request){
			.path = STR("super"), .revision = STR("HEAD"), .subdir = STR("")},
		SOURCE_REVISION,
		".gitmodules#=[submodule \"sub\"]\n\tpath = sub\n\turl = ../module a#=a", "");
	expect(AT("super"), SOURCE_WORK_TREE,
		".gitmodules=[submodule \"sub\"]\n\tpath = sub\n\turl = ../module\n[x]\n\ty = z "
		"a#=a",
		"super: 'sub' is a repository of its own and not read with this one");
}
END_TEST

START_TEST(sparse_checkouts)
{
	make("sparse", "g init -q; mkdir in out; echo a >in/a; echo b >out/b; g add .\n"
		       "g commit -qm 1; g sparse-checkout set in; touch -d 2020-01-01 in/a\n"
		       "g status");
	expect(AT("sparse"), SOURCE_WORK_TREE, "in/a#=a out/b#=b", "");
}
END_TEST

/* They may be as large, but different. */
START_TEST(what_git_is_told_not_to_look_at)
{
	make("blind", "g init -q; echo a >a; echo b >b; g add .; g commit -qm 1\n"
		      "g update-index --assume-unchanged a; g update-index --skip-worktree b\n"
		      "echo x >a; echo y >b");
	expect(AT("blind"), SOURCE_WORK_TREE, "a#=a b#=b", "");
}
END_TEST

START_TEST(conflicts_are_read_from_disk)
{
	make("conflict", "g init -q; echo a >a; g add .; g commit -qm 1; g checkout -qb x\n"
			 "echo b >a; g commit -qam 2; g checkout -q main; echo c >a\n"
			 "g commit -qam 3; g merge x || true; echo both >a");
	expect(AT("conflict"), SOURCE_WORK_TREE, "a=both", "");
	expect_failure((struct source_request){.path = STR("conflict"), .index = true},
		"conflict: a merge conflict in 'a': what will be committed is not known before it is "
		"resolved and staged (`git add`)");
}
END_TEST

START_TEST(what_cannot_be_read)
{
	make("odd", "g init -q; printf 'version https://git-lfs.github.com/spec/v1\\noid "
		    "sha256:0\\nsize 1\\n' >lfs; echo hello >lost; truncate -s 70M large\n"
		    "g add lfs lost; g commit -qm 1; touch -d 2020-01-01 lost lfs; g status\n"
		    "echo '*.x ident' >.git/info/attributes\n"
		    "rm -f .git/objects/ce/013625030ba8dba906f756967f9e9ca394464a");
	expect(AT("odd"), SOURCE_WORK_TREE,
		"large=[too large] lfs#=[a Git LFS pointer stands in its place] lost#=[the blob is "
		"not in this clone]",
		"");
}
END_TEST

/* Only one that is read from the disk can be read without its object. */
START_TEST(clean_files_are_read_from_disk)
{
	make("clean", "g init -q; mkdir d; echo hello >d/a; echo '* text=auto' >.gitattributes\n"
		      "g add .; g commit -qm 1; touch -d 2020-01-01 d/a .gitattributes; g status\n"
		      "rm -f .git/objects/ce/013625030ba8dba906f756967f9e9ca394464a");
	expect(AT("clean"), SOURCE_WORK_TREE, ".gitattributes#=* text=auto d/a#=hello", "");
	expect(AT("clean/d"), SOURCE_WORK_TREE, "a#=hello", "");
	expect((struct source_request){.path = STR("clean"), .revision = STR("HEAD")},
		SOURCE_REVISION, ".gitattributes#=* text=auto d/a#=[the blob is not in this clone]",
		"");
}
END_TEST

START_TEST(what_git_converts_is_not_read_from_disk)
{
	static const char *const files[] = {".gitattributes", ".git/info/attributes"};
	char script[512];

	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		char name[] = "ident0";

		name[5] += (char)i;
		snprintf(script, sizeof script,
			"g init -q; mkdir d; echo '$Id$' >d/a; echo 'a ident' >%s; g add d\n"
			"g commit -qm 1; rm d/a; g checkout d/a; grep -q '$Id: ' d/a\n"
			"touch -d 2020-01-01 d/a; g status",
			files[i]);
		make(name, script);
		expect((struct source_request){.path = str_from(name), .subdir = STR("d")},
			SOURCE_WORK_TREE, "a#=$Id$", "");
	}
}
END_TEST

START_TEST(what_is_not_supported)
{
	make("sha256", "g init -q --object-format=sha256");
	make("split",
		"g init -q; echo a >a; g add .; g commit -qm 1; g update-index --split-index");
	make("broken",
		"g init -q; echo a >a; g add .; g commit -qm 1; head -c 200 /dev/zero >.git/index");
	make("extension", "g init -q; echo a >a; g add .; g commit -qm 1; touch -d 2020-01-01 a\n"
			  "g config core.repositoryformatversion 1\n"
			  "g config extensions.worktreeConfig true\n"
			  "g config extensions.partialClone origin; g status");
	expect_failure(AT("sha256"),
		"sha256: git repository cannot be read: unsupported extension name "
		"extensions.objectformat");
	expect_failure(AT("split"), "split: the index cannot be read: it is split, which is not "
				    "supported: `git update-index --no-split-index` writes it in "
				    "full");
	expect_failure(AT("broken"), "broken: the index cannot be read: invalid data in index - "
				     "incorrect header signature; `rm \"$(git rev-parse "
				     "--git-path index)\" && git reset` makes it anew, as HEAD is");
	expect(AT("extension"), SOURCE_WORK_TREE, "a#=a", "");
}
END_TEST

START_TEST(linked_work_trees)
{
	make("main", "g init -q; echo a >a; g add .; g commit -qm 1; g worktree add -q ../linked\n"
		     "cd ../linked; touch -d 2020-01-01 a; g status");
	expect(AT("linked"), SOURCE_WORK_TREE, "a#=a", "");
}
END_TEST

/* git asks who owns a repository; only root can make one that belongs to another. */
START_TEST(repositories_of_others)
{
	char *real = realpath(top, NULL);
	char said[256];

	make("theirs", "g init -q; mkdir s; echo a >s/a; g add .; g commit -qm 1; echo new >s/a");
	if (geteuid() == 0) {
		ck_assert_int_eq(run_shell("chown -R 65534 theirs"), 0);
		snprintf(said, sizeof said,
			"theirs/s: the repository belongs to another user, so git does not trust "
			"it: run `git config --global --add safe.directory '%s/theirs'` if you do",
			real);
		expect_failure(AT("theirs/s"), said);
	}
	setenv("GIT_CONFIG_GLOBAL", "safe", 1);
	ck_assert_int_eq(run_shell("git config --global safe.directory '*'"), 0);
	expect(AT("theirs/s"), SOURCE_WORK_TREE, "a=new", "");
	snprintf(said, sizeof said, "git config --global safe.directory '%s/theirs'", real);
	ck_assert_int_eq(run_shell(said), 0);
	expect(AT("theirs/s"), SOURCE_WORK_TREE, "a=new", "");
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	free(real);
}
END_TEST

/* Reading must not write: not into the index, not anywhere. */
START_TEST(nothing_is_written)
{
	make("still", "g init -q; echo a >a; g add .; g commit -qm 1; touch a; chmod -R a-w .git\n"
		      "find .git -type f | sort | xargs cat | md5sum >../before");
	expect(AT("still"), SOURCE_WORK_TREE, "a=a", "");
	ck_assert_int_eq(run_shell("cd still; find .git -type f | sort | xargs cat | md5sum | "
				   "cmp - ../before"),
		0);
}
END_TEST

START_TEST(memory)
{
	static const char *const paths[] = {"b", "a"}, *const texts[] = {"two", "one"};
	struct seen x = {0};

	source_memory(&x.source, &x.arena, paths, texts, 2);
	ck_assert_text(listing(&x), "a=one b=two");
	ck_assert_text(source_blob_id(&x.arena, STR("hello\n")),
		"ce013625030ba8dba906f756967f9e9ca394464a");
	close_seen(&x);
}
END_TEST

/* Where git itself looks is asked for beside it. */
START_TEST(hooks_are_where_git_looks)
{
	static const struct {
		const char *name, *script, *from, *want; /* want: below the top; NULL: refused */
	} cases[] = {
		{"hooks-plain", "git init -q .; mkdir sub", "hooks-plain/sub", "hooks-plain/.git/hooks"},
		{"hooks-path", "git init -q .; git config core.hooksPath a/b", "hooks-path",
			"hooks-path/a/b"},
		{"hooks-empty", "git init -q .; git config core.hooksPath ''", "hooks-empty",
			"hooks-empty/.git/hooks"},
		{"hooks-linked",
			"git init -q main; cd main; g commit -q --allow-empty -m x; "
			"git worktree add -q ../tree",
			"hooks-linked/tree", "hooks-linked/main/.git/hooks"},
		{"hooks-own",
			"git init -q main; cd main; g commit -q --allow-empty -m x; "
			"git config core.hooksPath all; git config extensions.worktreeConfig true; "
			"git worktree add -q ../tree; cd ../tree; "
			"git config --worktree core.hooksPath own",
			"hooks-own/tree", "hooks-own/tree/own"},
		{"hooks-bare", "git init -q --bare .", "hooks-bare", NULL},
		{"hooks-none", "true", "hooks-none", NULL},
	};
	struct arena arena = {0};
	char *real = realpath(".", NULL);

	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		struct diags diags = {.arena = &arena};
		struct source_hooks hooks;
		bool ok;

		make(cases[i].name, cases[i].script);
		ok = source_hooks(&hooks, &arena, str_from(cases[i].from), &diags);
		ck_assert_msg(ok == (cases[i].want != NULL), "%s", cases[i].name);
		ck_assert_int_eq(diag_worst(&diags), ok ? DIAG_NOTE : DIAG_ERROR);
		if (ok)
			ck_assert_text(hooks.directory,
				str_format(&arena, "%s/%s", real, cases[i].want).s);
		ck_assert(!hooks.shared);
	}
	free(real);
	arena_free(&arena);
}
END_TEST

static void
add(TCase *t)
{
	tcase_add_test(t, hooks_are_where_git_looks);
	tcase_add_test(t, work_tree);
	tcase_add_test(t, facts_of_the_source);
	tcase_add_test(t, racily_clean);
	tcase_add_test(t, line_ends_are_the_blobs);
	tcase_add_test(t, bare_repositories);
	tcase_add_test(t, no_commits_yet);
	tcase_add_test(t, plain_directories);
	tcase_add_test(t, ignored_directories_may_be_named);
	tcase_add_test(t, submodules_are_left_out);
	tcase_add_test(t, sparse_checkouts);
	tcase_add_test(t, what_git_is_told_not_to_look_at);
	tcase_add_test(t, conflicts_are_read_from_disk);
	tcase_add_test(t, what_cannot_be_read);
	tcase_add_test(t, clean_files_are_read_from_disk);
	tcase_add_test(t, what_git_converts_is_not_read_from_disk);
	tcase_add_test(t, what_is_not_supported);
	tcase_add_test(t, linked_work_trees);
	tcase_add_test(t, repositories_of_others);
	tcase_add_test(t, nothing_is_written);
	tcase_add_test(t, memory);
}

int
main(void)
{
	char command[128];
	int status;

	if (!mkdtemp(top) || chdir(top))
		return EXIT_FAILURE;
	setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
	setenv("GIT_CONFIG_NOSYSTEM", "1", 1);
	setenv("HOME", top, 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("GIT_DIR");
	unsetenv("GIT_INDEX_FILE");
	unsetenv("GIT_WORK_TREE");
	status = run_tests("source", add);
	snprintf(command, sizeof command, "chmod -R u+w '%s' && rm -rf '%s'", top, top);
	return run_shell(command) ? EXIT_FAILURE : status;
}
