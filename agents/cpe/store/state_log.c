#include "agents/cpe/store/state_log.h"

#include "agents/cpe/store/state_record.h"
#include "lib/base/arena.h"
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

#define HEADER     STR("# cwmplab cpes 2\n")
#define OLD_HEADER STR("# cwmplab cpes 1\n") /* it has whole states alone */

struct entry {     /* what counts of a key */
	char *key; /* owned */
	uint64_t hash;
	size_t bytes;     /* of the record, were it whole */
	struct str state; /* in log->texts, while they are kept */
	/* Where its last whole state stands in the file, and in one that is being written. */
	size_t whole_at, whole_len, next_at, next_len;
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

/* ---- replaying ----------------------------------------------------------------------- */

struct last { /* what counts of a key, and when the first record of it came */
	struct str key, whole;
	uint32_t whole_sum;
	struct state_record change; /* of whole; where is_change */
	size_t order;
};

static int by_order(const void *a, const void *b)
{
	const struct last *x = a, *y = b;

	return (x->order > y->order) - (x->order < y->order);
}

static struct last *want_last(struct arena *arena, struct map *map, struct str key)
{
	struct last *last = map_get(map, key);

	if (last)
		return last;
	last = arena_alloc(arena, sizeof(*last));
	if (!last)
		return NULL;
	*last = (struct last){ .key = key, .order = map->len };
	return map_put(map, key, last) < 0 ? NULL : last;
}

/* Which records count, up to the first that is cut short, or a change of no state that stands before
 * it. */
static int find_last(struct str *bytes, struct arena *arena, struct map *map)
{
	struct str rest = *bytes;
	struct state_record record;

	for (; state_record_read(&rest, &record); *bytes = rest) {
		struct last *last = map_get(map, record.key);

		if (record.is_change) {
			if (!last || !state_record_fits(&record, last->whole_sum,
					 last->whole.len))
				return 0;
			last->change = record;
			continue;
		}
		last = want_last(arena, map, record.key);
		if (!last)
			return -ENOMEM;
		last->whole = record.bytes;
		last->whole_sum = record.sum;
		last->change = (struct state_record){ .is_change = false };
	}
	return 0;
}

static int give_one(const struct last *last,
    int (*each)(void *user, struct str key, struct str state), void *user)
{
	auto_buf state = BUF_MAX(SIZE_MAX);

	if (!last->change.is_change)
		return each(user, last->key, last->whole);
	state_record_apply(&last->change, last->whole, &state);
	return state.error ? state.error : each(user, last->key, buf_str(&state));
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
		r = give_one(&all[i], each, user);
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
	if (!str_starts(bytes, HEADER) && !str_starts(bytes, OLD_HEADER))
		/* A crash may have cut the first line short. */
		return str_starts(HEADER, bytes) || str_starts(OLD_HEADER, bytes)
			   ? 0
			   : ERR_MALFORMED;
	rest = str_from(bytes, HEADER.len); /* both are as long */
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

static struct entry *note(struct state_log *log, struct str key, struct str state)
{
	struct entry *entry = want_entry(log, key);

	if (!entry)
		return NULL;
	log->live -= entry->bytes;
	entry->hash = hash_of(state);
	entry->bytes = record_bytes(key, state);
	entry->state = STR_NULL;
	log->live += entry->bytes;
	return entry;
}

/* Of a file that was just written, with whole states alone. */
static int note_loaded(void *user, struct str key, struct str state)
{
	struct state_log *log = user;
	struct entry *entry = note(log, key, state);

	if (!entry)
		return -ENOMEM;
	entry->state = state;
	entry->whole_at = (size_t)(state.p - (const char *)log->texts.data);
	entry->whole_len = state.len;
	return 0;
}

struct copy {
	struct state_log *log;
	struct buf *out;
	int fd;
	size_t at; /* bytes so far */
};

static int copy_record(void *user, struct str key, struct str state)
{
	struct copy *copy = user;
	const struct state_record record = state_record_of(key, STR_NULL, state);
	struct entry *entry = map_get(&copy->log->entries, key);
	size_t before = copy->out->len;
	int r = 0;

	state_record_write(copy->out, &record);
	if (copy->out->error)
		return copy->out->error;
	copy->at += copy->out->len - before;
	if (entry) {
		entry->next_at = copy->at - 1 - state.len;
		entry->next_len = state.len;
	}
	if (copy->out->len >= 1 << 20) {
		r = fd_write_whole(copy->fd, buf_str(copy->out));
		buf_reset(copy->out);
	}
	return r;
}

/* Who is in the file that was written has its state there as a whole. */
static void move_in(struct state_log *log)
{
	struct entry *entry;
	size_t at = 0;

	while ((entry = map_next(&log->entries, &at))) {
		entry->whole_at = entry->next_at;
		entry->whole_len = entry->next_len;
	}
}

static int lock(int fd)
{
	return flock(fd, LOCK_EX | LOCK_NB) < 0 ? -errno : 0;
}

/* A new file with what counts takes the place of the old one, or nothing changes. */
static int write_anew(struct state_log *log, struct str old)
{
	auto_buf out = BUF_MAX(SIZE_MAX), name = BUF_NULL;
	struct copy copy = { log, &out, -1, HEADER.len };
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
	move_in(log);
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
		r = write_anew(log, buf_str(&log->texts));
	if (r == ERR_MALFORMED)
		return error_set(err, ERR_MALFORMED,
		    "%s keeps no CPEs: its first line is not \"# cwmplab cpes 2\"",
		    log->path);
	buf_reset(&log->texts);
	if (r >= 0)
		r = read_whole(log->fd, &log->texts);
	if (r >= 0)
		r = state_log_replay(buf_str(&log->texts), note_loaded, log);
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

/* The last whole state of the key, read from the file; false where there is none, or it cannot be
 * read. */
static bool read_whole_state(const struct state_log *log, const struct entry *entry,
    struct buf *ret)
{
	uint8_t *room;

	if (!entry || entry->whole_len < STATE_CHANGE_MIN)
		return false;
	room = buf_reserve(ret, entry->whole_len);
	if (!room || pread(log->fd, room, entry->whole_len, (off_t)entry->whole_at) !=
			 (ssize_t)entry->whole_len)
		return false;
	ret->len = entry->whole_len;
	return true;
}

static int append(struct state_log *log, const struct state_record *record,
    struct error *err)
{
	auto_buf bytes = BUF_MAX(SIZE_MAX);
	int r;

	state_record_write(&bytes, record);
	if (bytes.error)
		return error_set(err, bytes.error, "%s: no memory", log->path);
	r = fd_write_whole(log->fd, buf_str(&bytes));
	if (r < 0) {
		/* Half a record would hide those behind it. */
		if (ftruncate(log->fd, (off_t)log->size) < 0)
			r = -errno;
		return error_set(err, r, "write %s: %s", log->path, error_name(r));
	}
	log->size += bytes.len;
	return 0;
}

int state_log_put(struct state_log *log, struct str key, struct str state,
    struct error *err)
{
	auto_buf whole = BUF_MAX(SIZE_MAX);
	struct state_record record;
	struct entry *entry;
	int r;

	if (!state_key_is_good(key) || state.len > STATE_LOG_STATE_MAX)
		return error_set(err, ERR_LIMIT,
		    "%s: %zu bytes of state, or a name "
		    "with blanks, are not kept",
		    log->path, state.len);
	(void)read_whole_state(log, map_get(&log->entries, key), &whole);
	record = state_record_of(key, buf_str(&whole), state);
	r = append(log, &record, err);
	if (r < 0)
		return r;
	state_log_forget_texts(log);
	entry = note(log, key, state);
	if (!entry)
		return error_set(err, -ENOMEM, "%s: no memory", log->path);
	if (!record.is_change) {
		entry->whole_at = log->size - 1 - state.len;
		entry->whole_len = state.len;
	}
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
