#include "agents/cpe/store/state_log.h"

#include "agents/cpe/store/words.h"
#include "lib/base/cleanup.h"
#include "lib/base/fd.h"
#include "lib/base/map.h"
#include "lib/base/siphash.h"
#include "lib/base/text.h"
#include "lib/program/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/file.h>
#include <sys/stat.h>

#define HEADER STR("# cwmplab cpes 1\n")

enum {
	KEY_MAX = 128,
};

struct entry {     /* what counts of a key */
	char *key; /* owned */
	uint64_t hash;
	size_t bytes;     /* of the record */
	struct str state; /* in log->texts, while they are kept */
};

struct state_log {
	char *path;
	int fd;
	size_t size, live; /* bytes of the file, and of the records that count */
	struct map entries;
	struct buf texts;
};

static uint64_t hash_of(struct str state)
{
	return siphash13(0, 0, state.p, state.len);
}

static uint32_t checksum(struct str state)
{
	return (uint32_t)hash_of(state);
}

/* ---- records ------------------------------------------------------------------------ */

static bool is_key(struct str key)
{
	for (size_t i = 0; i < key.len; i++) {
		if ((unsigned char)key.p[i] <= ' ' || key.p[i] == 0x7f)
			return false;
	}
	return key.len > 0 && key.len <= KEY_MAX;
}

static void write_record(struct buf *out, struct str key, struct str state)
{
	buf_printf(out, "@%.*s %zu %08" PRIx32 "\n", STR_ARG(key), state.len,
	    checksum(state));
	buf_append_str(out, state);
	buf_append_char(out, '\n');
}

static bool read_checksum(struct str text, uint32_t *ret)
{
	uint8_t bytes[4];

	if (text.len != 8 || hex_parse(text, bytes, sizeof(bytes)) != 4)
		return false;
	*ret = (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 |
	       (uint32_t)bytes[2] << 8 | bytes[3];
	return true;
}

/* Takes one whole record off *bytes; false where there is none. */
static bool read_record(struct str *bytes, struct str *key, struct str *state)
{
	size_t end = str_find_char(*bytes, '\n');
	struct str rest, line = str_make(bytes->p, end);
	uint64_t len;
	uint32_t sum;

	if (end == bytes->len || line.len == 0 || line.p[0] != '@')
		return false;
	*key = str_cut(str_from(line, 1), ' ', &rest);
	line = str_cut(rest, ' ', &rest);
	if (!is_key(*key) || str_to_u64(line, STATE_LOG_STATE_MAX, &len) < 0 ||
	    !read_checksum(rest, &sum) || bytes->len - end - 1 < len + 1)
		return false;
	*state = str_make(bytes->p + end + 1, len);
	if (bytes->p[end + 1 + len] != '\n' || checksum(*state) != sum)
		return false;
	*bytes = str_from(*bytes, end + 1 + len + 1);
	return true;
}

struct last { /* the last record of a key, and when the first of it came */
	struct str key, state;
	size_t order;
};

static int by_order(const void *a, const void *b)
{
	const struct last *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

/* Which records count: an array, in the order of their keys' first ones. */
static int find_last(struct str *bytes, struct arena *arena, struct map *map)
{
	struct str key, state;

	while (read_record(bytes, &key, &state)) {
		struct last *last = map_get(map, key);

		if (!last) {
			last = arena_alloc(arena, sizeof(*last));
			if (!last)
				return -ENOMEM;
			*last = (struct last){ .key = key, .order = map->len };
			if (map_put(map, key, last) < 0)
				return -ENOMEM;
		}
		last->state = state;
	}
	return 0;
}

static int give(const struct map *map, struct arena *arena,
    int (*each)(void *user, struct str key, struct str state), void *user)
{
	struct last *all = arena_array(arena, map->len + 1, sizeof(*all));
	const struct last *last;
	size_t n = 0, at = 0;
	int r = 0;

	if (!all)
		return -ENOMEM;
	while ((last = map_next(map, &at)))
		all[n++] = *last;
	qsort(all, n, sizeof(*all), by_order);
	for (size_t i = 0; i < n && r >= 0; i++)
		r = each(user, all[i].key, all[i].state);
	return r < 0 ? r : 0;
}

int64_t state_log_replay(struct str bytes,
    int (*each)(void *user, struct str key, struct str state), void *user)
{
	struct arena arena = ARENA_MAX(SIZE_MAX);
	struct map map = MAP_NULL;
	struct str rest = bytes;
	int r;

	if (bytes.len == 0)
		return 0;
	if (!str_starts(bytes, HEADER))
		/* A crash may have cut the first line short. */
		return str_starts(HEADER, bytes) ? 0 : ERR_MALFORMED;
	rest = str_from(bytes, HEADER.len);
	r = find_last(&rest, &arena, &map);
	if (r == 0)
		r = give(&map, &arena, each, user);
	map_free(&map);
	arena_free(&arena);
	return r < 0 ? r : (int64_t)(bytes.len - rest.len);
}

/* ---- the file ----------------------------------------------------------------------- */

static int read_whole(int fd, struct buf *ret)
{
	ssize_t n;

	ret->max = SIZE_MAX;
	if (lseek(fd, 0, SEEK_SET) < 0)
		return -errno;
	do {
		uint8_t *room = buf_reserve(ret, 1 << 16);

		n = room ? read(fd, room, 1 << 16) : -1;
		if (n < 0)
			return ret->error ? ret->error : -errno;
		ret->len += (size_t)n;
	} while (n > 0);
	return 0;
}

static struct entry *want_entry(struct state_log *log, struct str key)
{
	struct entry *entry = map_get(&log->entries, key);

	if (entry)
		return entry;
	entry = calloc(1, sizeof(*entry));
	if (!entry)
		return NULL;
	entry->key = str_dup(key);
	if (!entry->key ||
	    map_put(&log->entries, str_make(entry->key, key.len), entry) < 0) {
		free(entry->key);
		free(entry);
		return NULL;
	}
	return entry;
}

static size_t record_bytes(struct str key, struct str state)
{
	char length[24];

	return key.len + state.len + 13 +
	       (size_t)snprintf(length, sizeof(length), "%zu", state.len);
}

static int note(void *user, struct str key, struct str state)
{
	struct state_log *log = user;
	struct entry *entry = want_entry(log, key);

	if (!entry)
		return -ENOMEM;
	log->live -= entry->bytes;
	entry->hash = hash_of(state);
	entry->bytes = record_bytes(key, state);
	entry->state = state;
	log->live += entry->bytes;
	return 0;
}

struct copy {
	struct buf *out;
	int fd;
};

static int copy_record(void *user, struct str key, struct str state)
{
	const struct copy *copy = user;
	int r = 0;

	write_record(copy->out, key, state);
	if (copy->out->error)
		return copy->out->error;
	if (copy->out->len >= 1 << 20) {
		r = fd_write_whole(copy->fd, buf_str(copy->out));
		buf_reset(copy->out);
	}
	return r;
}

static int lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

/* A new file with what counts takes the place of the old one, or nothing changes. */
static int write_anew(struct state_log *log, struct str old)
{
	auto_buf out = BUF_MAX(SIZE_MAX), name = BUF_NULL;
	struct copy copy = { &out, -1 };
	auto_fd fd = -1;
	off_t size;
	int64_t r;

	buf_printf(&name, "%s.new", log->path);
	if (name.error)
		return -ENOMEM;
	fd = private_file_open(buf_cstr(&name), O_RDWR | O_TRUNC | O_APPEND);
	if (fd < 0)
		return fd;
	copy.fd = fd;
	buf_append_str(&out, HEADER);
	r = lock(fd);
	if (r == 0)
		r = state_log_replay(old, copy_record, &copy);
	if (r >= 0)
		r = fd_write_whole(fd, buf_str(&out));
	if (r >= 0 && (fsync(fd) < 0 || rename(buf_cstr(&name), log->path) < 0))
		r = -errno;
	size = lseek(fd, 0, SEEK_END);
	if (r < 0) {
		(void)unlink(buf_cstr(&name));
		return (int)r;
	}
	if (log->fd >= 0)
		(void)close(log->fd);
	log->fd = steal_fd(&fd);
	log->size = (size_t)size;
	return 0;
}

static int load(struct state_log *log, struct error *err)
{
	int64_t r;

	log->fd = private_file_open(log->path, O_RDWR | O_APPEND);
	if (log->fd < 0)
		return error_set(err, log->fd, "open %s: %s", log->path,
		    error_name(log->fd));
	r = lock(log->fd);
	if (r < 0)
		return error_set(err, ERR_BAD_STATE,
		    "%s is in use: another process keeps its CPEs there", log->path);
	r = read_whole(log->fd, &log->texts);
	if (r == 0)
		r = state_log_replay(buf_str(&log->texts), note, log);
	if (r == ERR_MALFORMED)
		return error_set(err, ERR_MALFORMED,
		    "%s keeps no CPEs: its first line is not \"# cwmplab cpes 1\"",
		    log->path);
	if (r >= 0)
		r = write_anew(log, buf_str(&log->texts));
	return r < 0 ? error_set(err, (int)r, "%s: %s", log->path, error_name((int)r))
		     : 0;
}

int state_log_open(struct state_log **ret, const char *path, struct error *err)
{
	struct state_log *log = calloc(1, sizeof(*log));
	int r;

	if (!log)
		return error_set(err, -ENOMEM, "no memory");
	log->fd = -1;
	log->path = str_dup(str_of(path));
	r = log->path ? load(log, err) : error_set(err, -ENOMEM, "no memory");
	if (r < 0)
		state_log_free(log);
	else
		*ret = log;
	return r;
}

struct str state_log_get(const struct state_log *log, struct str key)
{
	const struct entry *entry = map_get(&log->entries, key);

	return entry ? entry->state : STR_NULL;
}

bool state_log_has(const struct state_log *log, struct str key, struct str state)
{
	const struct entry *entry = map_get(&log->entries, key);

	return entry && entry->bytes == record_bytes(key, state) &&
	       entry->hash == hash_of(state);
}

void state_log_forget_texts(struct state_log *log)
{
	struct entry *entry;
	size_t at = 0;

	while ((entry = map_next(&log->entries, &at)))
		entry->state = STR_NULL;
	buf_free(&log->texts);
}

/* The texts of the running process are in the file. */
static int compact(struct state_log *log)
{
	auto_buf old = BUF_NULL;
	int r;

	if (log->size <= 2 * log->live + STATE_LOG_SPARE)
		return 0;
	r = read_whole(log->fd, &old);
	return r < 0 ? r : write_anew(log, buf_str(&old));
}

int state_log_put(struct state_log *log, struct str key, struct str state,
    struct error *err)
{
	auto_buf record = BUF_NULL;
	int r;

	if (!is_key(key) || state.len > STATE_LOG_STATE_MAX)
		return error_set(err, ERR_LIMIT,
		    "%s: %zu bytes of state, or a name "
		    "with blanks, are not kept",
		    log->path, state.len);
	write_record(&record, key, state);
	if (record.error)
		return error_set(err, record.error, "%s: no memory", log->path);
	r = fd_write_whole(log->fd, buf_str(&record));
	if (r < 0) {
		/* Half a record would hide those behind it. */
		if (ftruncate(log->fd, (off_t)log->size) < 0)
			r = -errno;
		return error_set(err, r, "write %s: %s", log->path, error_name(r));
	}
	log->size += record.len;
	state_log_forget_texts(log);
	if (note(log, key, state) < 0)
		return error_set(err, -ENOMEM, "%s: no memory", log->path);
	((struct entry *)map_get(&log->entries, key))->state = STR_NULL;
	/* What stands in the file counts, whether it can be made shorter or not. */
	(void)compact(log);
	return 0;
}

void state_log_free(struct state_log *log)
{
	struct entry *entry;
	size_t at = 0;

	if (!log)
		return;
	while ((entry = map_next(&log->entries, &at))) {
		free(entry->key);
		free(entry);
	}
	map_free(&log->entries);
	buf_free(&log->texts);
	if (log->fd >= 0)
		(void)close(log->fd);
	free(log->path);
	free(log);
}
