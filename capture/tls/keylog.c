#include "capture/tls/keylog.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/siphash.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
	CHUNK = 64 << 10
};

static const char *const labels[KEYLOG_LABELS] = {
	[KEYLOG_CLIENT_RANDOM] = "CLIENT_RANDOM",
	[KEYLOG_CLIENT_EARLY] = "CLIENT_EARLY_TRAFFIC_SECRET",
	[KEYLOG_CLIENT_HANDSHAKE] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
	[KEYLOG_SERVER_HANDSHAKE] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
	[KEYLOG_CLIENT_TRAFFIC] = "CLIENT_TRAFFIC_SECRET_0",
	[KEYLOG_SERVER_TRAFFIC] = "SERVER_TRAFFIC_SECRET_0",
};

static int find_label(struct str word)
{
	for (int i = 0; i < KEYLOG_LABELS; i++)
		if (str_is(word, labels[i]))
			return i;
	return -1;
}

/* Lines that other tools write and that serve nothing here. */
static bool is_known_line(struct str line)
{
	static const char *const words[] = { "EXPORTER_SECRET", "EARLY_EXPORTER_",
		"SERVER_TRAFFIC_SECRET_", "CLIENT_TRAFFIC_SECRET_", "RSA ", "ECH_" };

	if (line.len == 0 || line.p[0] == '#')
		return true;
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		if (str_starts(line, str_of(words[i])))
			return true;
	return false;
}

/* 1: a secret; 0: a line that is none. */
static int parse_line(struct str line, struct keylog_secret *ret)
{
	struct str rest, word = str_cut(line, ' ', &rest);
	int label = find_label(word), n;

	if (label < 0)
		return 0;
	word = str_cut(rest, ' ', &rest);
	if (word.len != 64 || hex_parse(word, ret->random, 32) != 32)
		return 0;
	n = hex_parse(str_trim(rest), ret->bytes, KEYLOG_SECRET_MAX);
	if (n != 48 && (n != 32 || label == KEYLOG_CLIENT_RANDOM))
		return 0;
	ret->label = (uint8_t)label;
	ret->len = (uint8_t)n;
	return 1;
}

/* The client random is random, unless a client wants its lines to collide. */
static uint64_t hash_of(const struct keylog *log, enum keylog_label label,
    const uint8_t random[32])
{
	return siphash13(log->seed, ~log->seed ^ label, random, 32);
}

/* The slot of the index where the secret is or would go. */
static uint32_t *slot_of(const struct keylog *log, enum keylog_label label,
    const uint8_t random[32])
{
	size_t mask = log->index_cap - 1;
	size_t i = (size_t)hash_of(log, label, random) & mask;

	for (;; i = (i + 1) & mask) {
		const struct keylog_secret *s;

		if (log->index[i] == 0)
			return &log->index[i];
		s = &log->secrets[log->index[i] - 1];
		if (s->label == label && memcmp(s->random, random, 32) == 0)
			return &log->index[i];
	}
}

static int grow(struct keylog *log)
{
	size_t cap = log->cap ? log->cap * 2 : 64;
	struct keylog_secret *more;
	uint32_t *index;

	if (log->n_secrets < log->cap)
		return 0;
	if (log->n_secrets >= KEYLOG_SECRETS_MAX)
		return ERR_LIMIT;
	more = realloc(log->secrets, cap * sizeof(*more));
	if (!more)
		return -ENOMEM;
	log->secrets = more;
	index = calloc(cap * 2, sizeof(*index));
	if (!index)
		return -ENOMEM;
	free(log->index);
	log->index = index;
	log->index_cap = cap * 2;
	log->cap = cap;
	for (size_t i = 0; i < log->n_secrets; i++)
		*slot_of(log, more[i].label, more[i].random) = (uint32_t)i + 1;
	return 0;
}

static int add_line(struct keylog *log, struct str line)
{
	struct keylog_secret secret = { 0 };
	uint32_t *slot;
	int r;

	line = str_trim(line);
	if (!parse_line(line, &secret)) {
		if (!is_known_line(line))
			log->n_junk++;
		return 0;
	}
	r = grow(log);
	if (r < 0)
		return r;
	log->n_lines++;
	slot = slot_of(log, secret.label, secret.random);
	if (*slot == 0)
		*slot = (uint32_t)++log->n_secrets;
	log->secrets[*slot - 1] = secret;
	return 0;
}

int keylog_add(struct keylog *log, struct str lines)
{
	while (lines.len > 0) {
		int r = add_line(log, str_cut(lines, '\n', &lines));

		if (r < 0)
			return r;
	}
	return 0;
}

/* Reads what the file has grown by, whole lines only, but for the last read of all. */
static int refresh(struct keylog *log)
{
	auto_free uint8_t *chunk = malloc(CHUNK);

	if (!chunk)
		return -ENOMEM;
	for (;;) {
		ssize_t n = pread(log->fd, chunk, CHUNK, (off_t)log->offset);
		size_t len = n > 0 ? (size_t)n : 0;
		int r;

		if (n < 0)
			return -errno;
		while (len > 0 && chunk[len - 1] != '\n')
			len--;
		/* A line longer than the chunk is no secret: pass it. */
		if (len == 0 && n == CHUNK)
			len = CHUNK;
		if (len == 0)
			return 0;
		r = keylog_add(log, str_make(chunk, len));
		if (r < 0)
			return r;
		log->offset += len;
	}
}

/* A file that was written by hand may lack its last line end. */
static void read_last_line(struct keylog *log)
{
	struct keylog_secret unused;
	char line[1024];
	ssize_t n = pread(log->fd, line, sizeof(line), (off_t)log->offset);

	if (n > 0 && parse_line(str_trim(str_make(line, (size_t)n)), &unused))
		(void)add_line(log, str_make(line, (size_t)n));
}

int keylog_open(struct keylog *log, const char *path, struct error *err)
{
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	int r;

	if (fd < 0)
		return error_set(err, ERR_USAGE, "%s: %s", path, strerror(errno));
	if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode))
		return error_set(err, ERR_USAGE, "%s: is a folder, not a key log",
		    path);
	if (log->fd >= 0)
		(void)close(log->fd);
	log->fd = steal_fd(&fd);
	log->offset = 0;
	r = refresh(log);
	if (r == 0)
		read_last_line(log);
	if (r == -ESPIPE)
		return error_set(err, ERR_USAGE,
		    "%s: is a pipe; a key log is read more than once: give a file",
		    path);
	return r < 0 ? error_set(err, ERR_USAGE, "%s: %s", path, error_name(r)) : 0;
}

static const struct keylog_secret *lookup(const struct keylog *log,
    enum keylog_label label, const uint8_t random[32])
{
	uint32_t at = log->index_cap ? *slot_of(log, label, random) : 0;

	return at ? &log->secrets[at - 1] : NULL;
}

const struct keylog_secret *keylog_find(struct keylog *log, enum keylog_label label,
    const uint8_t random[32])
{
	const struct keylog_secret *found = lookup(log, label, random);

	if (found || log->fd < 0 || refresh(log) < 0)
		return found;
	return lookup(log, label, random);
}

void keylog_free(struct keylog *log)
{
	if (log->secrets)
		explicit_bzero(log->secrets, log->cap * sizeof(*log->secrets));
	free(log->secrets);
	free(log->index);
	if (log->fd >= 0)
		(void)close(log->fd);
	*log = (struct keylog)KEYLOG_NULL;
}
