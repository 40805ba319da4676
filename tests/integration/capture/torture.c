/* torture [-f] FOLDER...: decodes each capture in the folders at every cut of its length
 * and with every byte of its headers (of the file, blocks and records, links, IP, TCP and
 * UDP) flipped, to the sink and through the whole analysis. Nothing may crash, hang or, with
 * sanitizers, read out of bounds; a cut costs no more than what is behind it. Without -f a
 * sample, the same each time, evenly spread.
 *
 * Each capture is a process of its own that notes what it tries, so that whoever reads
 * "FAILED" knows which byte it was. */
#include "capture/analysis/analysis.h"
#include "capture/decoder.h"
#include "capture/file/capfile_internal.h"
#include "capture/packet/packet.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "tests/support/patience.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	TCP_HEADER = 20,
	HEADERS_MAX = 128 /* flipped of a frame that cannot be taken apart */
};

/* What one capture may cost: bytes decoded, and decodes. */
struct budget {
	uint64_t bytes;
	size_t cuts, flips;
};

static const struct budget sample = { 2 << 20, 150, 300 };
static const struct budget full = { 128 << 20, 30000, 60000 };

struct trial { /* shared with the parent */
	const char *what;
	size_t at;
	uint64_t decodes;
};

struct subject {
	const char *path;   /* of the memory that is decoded */
	const char *keylog; /* or null */
	int fd;
	struct buf original;
	uint8_t *is_header; /* by byte of the file */
	uint64_t frames;
	struct trial *trial;
};

static void fail(const char *what)
{
	(void)fprintf(stderr, "%s\n", what);
	_exit(1);
}

static uint64_t decode(struct subject *s, const char *what, size_t at)
{
	static const struct conn_sink sink;
	struct analysis_options options = { .path = s->path,
		.keylog = s->keylog,
		.only_findings = at % 2 };
	struct analysis *analysis = NULL;
	struct decoder_counts counts;
	struct error err = ERROR_NULL;
	int r;

	s->trial->what = what;
	s->trial->at = at;
	s->trial->decodes++;
	(void)alarm((unsigned)patience_ms() / 1000); /* of one decode */
	r = decoder_run(s->path, s->keylog, &sink, &counts, &err);
	if ((r < 0) != (err.text[0] != '\0'))
		fail("a failure without words, or words without a failure");
	if (analysis_run(&options, &analysis, &err) == 0 &&
	    analysis->counts.packets != counts.packets)
		fail("the analysis counts other packets than the decoder");
	analysis_free(analysis);
	return counts.packets;
}

static void put(struct subject *s, size_t at, uint8_t byte)
{
	if (pwrite(s->fd, &byte, 1, (off_t)at) != 1)
		fail("pwrite");
}

/* Marks [from, to) as headers. */
static void mark(struct subject *s, size_t from, size_t to)
{
	for (size_t i = from; i < to && i < s->original.len; i++)
		s->is_header[i] = 1;
}

/* How many bytes of a frame are headers, down to TCP's or UDP's. */
static size_t headers_of(struct ipfrag *fragments, const struct frame *frame)
{
	struct packet packet;
	size_t n = HEADERS_MAX;

	if (packet_parse(fragments, frame, &packet) == 0 &&
	    packet.payload.p >= frame->bytes &&
	    packet.payload.p <= frame->bytes + frame->caplen)
		n = (size_t)(packet.payload.p - frame->bytes) + TCP_HEADER;
	return MIN(n, frame->caplen);
}

static void find_headers(struct subject *s)
{
	struct ipfrag fragments = { 0 };
	struct capfile *file = NULL;
	struct error err = ERROR_NULL;
	struct frame frame;
	size_t before;

	mark(s, 0, 32);
	if (capfile_open(s->path, NULL, NULL, &file, &err) < 0)
		return;
	for (before = file->in.offset; capfile_next(file, &frame, &err) > 0;
	     before = file->in.offset) {
		size_t end = file->in.offset;
		size_t at = end - (size_t)(input_at(&file->in) - frame.bytes);

		s->frames++;
		mark(s, before, at + headers_of(&fragments, &frame));
		mark(s, at + frame.caplen, end);
	}
	mark(s, before, s->original.len);
	ipfrag_free(&fragments);
	capfile_close(file);
}

/* How far apart the trials are so that n of them keep to the budget. */
static size_t step_of(const struct subject *s, size_t n, size_t max, uint64_t bytes)
{
	size_t by_bytes = (size_t)(bytes / (s->original.len + 4096)) + 1;

	max = MIN(max, by_bytes);
	return n > max ? (n + max - 1) / max : 1;
}

static void cut(struct subject *s, const struct budget *budget)
{
	size_t len = s->original.len;
	size_t step = step_of(s, len, budget->cuts, budget->bytes);
	uint64_t frames = s->frames;

	while (len > step) {
		uint64_t n;

		len -= step;
		if (ftruncate(s->fd, (off_t)len) < 0)
			fail("ftruncate");
		n = decode(s, "cut to", len);
		if (n > frames)
			fail("a shorter file has more frames");
		frames = n;
	}
	if (pwrite(s->fd, s->original.data, s->original.len, 0) !=
	    (ssize_t)s->original.len)
		fail("pwrite");
}

static void flip(struct subject *s, const struct budget *budget)
{
	size_t n = 0, step, k = 0;

	for (size_t i = 0; i < s->original.len; i++)
		n += s->is_header[i];
	step = step_of(s, n, budget->flips / 2, budget->bytes);
	for (size_t i = 0; i < s->original.len; i++) {
		uint8_t byte = s->original.data[i];

		if (!s->is_header[i] || k++ % step != 0)
			continue;
		put(s, i, (uint8_t)~byte);
		(void)decode(s, "all bits flipped at", i);
		put(s, i, (uint8_t)(byte ^ 1 << k / step % 8));
		(void)decode(s, "one bit flipped at", i);
		put(s, i, byte);
	}
}

static void load(struct subject *s, const char *path)
{
	auto_file in = fopen(path, "rb");
	size_t n;

	if (!in)
		fail("cannot be opened");
	do {
		uint8_t *room = buf_reserve(&s->original, 65536);

		if (!room)
			fail("no memory");
		n = fread(room, 1, 65536, in);
		s->original.len += n;
	} while (n > 0);
}

/* "../keys/NAME.keys" beside a folder of captures holds the secrets of its NAME.pcap. */
static bool find_keylog(const char *path, char keylog[4096])
{
	const char *name = strrchr(path, '/') + 1;
	const char *dot = strrchr(name, '.');
	int stem = (int)(dot ? (size_t)(dot - name) : strlen(name));
	return snprintf(keylog, 4096, "%.*s../keys/%.*s.keys", (int)(name - path), path,
		   stem, name) < 4096 &&
	       access(keylog, R_OK) == 0;
}

static void torture(const char *path, const struct budget *budget, struct trial *trial)
{
	struct subject s = { .trial = trial };
	char name[64], keylog[4096];

	load(&s, path);
	if (find_keylog(path, keylog))
		s.keylog = keylog;
	s.fd = memfd_create("capture", 0);
	(void)snprintf(name, sizeof(name), "/proc/self/fd/%d", s.fd);
	s.path = name;
	s.is_header = calloc(s.original.len + 1, 1);
	if (!s.is_header || s.fd < 0 ||
	    write(s.fd, s.original.data, s.original.len) != (ssize_t)s.original.len)
		fail("no memory");
	find_headers(&s);
	if (decode(&s, "as it is", 0) != s.frames)
		fail("the decoder loses frames");
	cut(&s, budget);
	flip(&s, budget);
	buf_free(&s.original);
	free(s.is_header);
	(void)close(s.fd);
}

/* 0, or 1 when it failed. */
static int run(const char *path, const struct budget *budget, struct trial *trial)
{
	int status;
	pid_t child;

	*trial = (struct trial){ .what = "nothing" };
	child = fork();
	if (child == 0) {
		torture(path, budget, trial);
		exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return 1;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	printf("FAILED: %s, %s %zu: %s\n", path, trial->what, trial->at,
	    WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM ? "it hangs"
	    : WIFSIGNALED(status) ? strsignal(WTERMSIG(status))
				  : "see above");
	return 1;
}

static int run_folder(const char *folder, const struct budget *budget,
    struct trial *trial, unsigned *files, uint64_t *decodes)
{
	static DIR *dir; /* not on the stack: no child takes it for a leak of its own */
	struct dirent *entry;
	int failed = 0;

	dir = opendir(folder);
	while (dir && (entry = readdir(dir))) {
		char path[4096];
		struct stat st;

		if (snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) >=
			(int)sizeof(path) ||
		    stat(path, &st) < 0 || !S_ISREG(st.st_mode))
			continue;
		failed |= run(path, budget, trial);
		(*files)++;
		*decodes += trial->decodes;
	}
	if (dir)
		(void)closedir(dir);
	return failed;
}

int main(int argc, char **argv)
{
	const struct budget *budget = &sample;
	struct trial *trial = mmap(NULL, sizeof(*trial), PROT_READ | PROT_WRITE,
	    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	unsigned files = 0;
	uint64_t decodes = 0;
	int failed = 0, at = 1;

	if (argc > 1 && strcmp(argv[1], "-f") == 0) {
		budget = &full;
		at++;
	}
	if (trial == MAP_FAILED)
		return 1;
	for (; at < argc; at++)
		failed |= run_folder(argv[at], budget, trial, &files, &decodes);
	printf("%u captures, %llu trials, each decoded and analysed\n", files,
	    (unsigned long long)decodes);
	if (files == 0)
		return 77;
	return failed;
}
