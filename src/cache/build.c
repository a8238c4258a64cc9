/* Which build this is. A linker's build id is a hash of what it linked; those of all libraries count, so
 * that one that reads otherwise after an update is another reader. */
#include <elf.h>
#include <link.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/stat.h>

#include "base/arena.h"
#include "cache/cache.h"

/* The build id among the notes from NOTES on; empty when there is none. */
static struct str
build_id(const char *notes, size_t size)
{
	ElfW(Nhdr) note;

	for (size_t at = 0; at + sizeof note <= size;) {
		size_t name = at + sizeof note, id, next;

		memcpy(&note, notes + at, sizeof note);
		id = name + (note.n_namesz + 3u) / 4 * 4;
		next = id + (note.n_descsz + 3u) / 4 * 4;
		if (next > size)
			break;
		if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
			memcmp(notes + name, "GNU", 4) == 0)
			return (struct str){notes + id, note.n_descsz};
		at = next;
	}
	return (struct str){0};
}

/* One that has no build id is known by its file. */
static void
add_file(struct buf *b, const char *name)
{
	struct stat st;

	if (stat(*name ? name : "/proc/self/exe", &st) == 0)
		buf_addf(b, "%s %lld %lld.%09ld", name, (long long)st.st_size,
			(long long)st.st_mtim.tv_sec, st.st_mtim.tv_nsec);
}

static int
add_object(struct dl_phdr_info *o, size_t size, void *self)
{
	struct buf *b = self;
	struct str id = {0};

	(void)size;
	/* The kernel's own object says nothing about us. */
	if (o->dlpi_addr == getauxval(AT_SYSINFO_EHDR))
		return 0;
	for (int i = 0; i < o->dlpi_phnum && !id.n; i++) {
		const ElfW(Phdr) *h = &o->dlpi_phdr[i];
		const char *at = (const char *)(uintptr_t)(o->dlpi_addr + h->p_vaddr);

		if (h->p_type == PT_NOTE)
			id = build_id(at, h->p_memsz);
	}
	buf_add(b, id);
	if (!id.n)
		add_file(b, o->dlpi_name);
	buf_addc(b, '\n');
	return 0;
}

uint64_t
cache_build(void)
{
	struct arena scratch = {0};
	struct buf b = {.arena = &scratch};
	uint64_t hash;

	dl_iterate_phdr(add_object, &b);
	hash = str_hash(buf_str(&b));
	arena_free(&scratch);
	return hash;
}
