#include "agents/acs/reach/call_list.h"

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/map.h"
#include "lib/conf/conf.h"
#include "lib/proto/csv.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum column {
	COLUMN_DEVICE,
	COLUMN_USERNAME,
	COLUMN_PASSWORD,
	COLUMNS
};

static const char *const column_names[COLUMNS] = { "device", "username", "password" };

static const size_t column_max[COLUMNS] = { CALL_LIST_ID_MAX, CALL_LIST_WORD_MAX,
	CALL_LIST_WORD_MAX };

struct call_list {
	struct arena arena;
	struct map by_device; /* of struct call_credentials * */
};

struct reading {
	struct call_list *list;
	const char *name;
	struct conf_mistakes *mistakes; /* null: the first one ends it */
	struct csv_record record;
	size_t n_records;
};

/* ---- mistakes ---------------------------------------------------------------------- */

/* ERR_CONFIG, or 0 where the reading goes on. */
static int mistake(const struct reading *reading, uint32_t line, uint32_t column,
    struct error *err, const char *words)
{
	struct error text = ERROR_NULL;
	int r = error_set(reading->mistakes ? &text : err, ERR_CONFIG,
	    "%s:%u:%u: error: %s", reading->name, (unsigned)line, (unsigned)column,
	    words);

	if (!reading->mistakes)
		return r;
	conf_mistakes_add(reading->mistakes, line, column, text.text);
	return 0;
}

static int mistake_at(const struct reading *reading, enum column column,
    struct error *err, const char *words)
{
	const struct csv_field *field = &reading->record.fields[column];

	return mistake(reading, field->line, field->column, err, words);
}

/* ---- lines ------------------------------------------------------------------------- */

static bool is_heading(const struct reading *reading)
{
	const struct csv_record *record = &reading->record;

	if (reading->n_records != 1 || record->len != COLUMNS)
		return false;
	for (int i = 0; i < COLUMNS; i++) {
		if (!str_eq_nocase(str_trim(record->fields[i].text),
			str_of(column_names[i])))
			return false;
	}
	return true;
}

/* What is wrong with the fields of a record, said; 1 where nothing is. */
static int check(const struct reading *reading, struct error *err)
{
	const struct csv_record *record = &reading->record;
	char words[96];

	if (record->len != COLUMNS)
		return mistake_at(reading, COLUMN_DEVICE, err,
		    "a line has a device, a username and a password");
	for (int i = 0; i < COLUMNS; i++) {
		size_t len = record->fields[i].text.len;

		if (len > 0 && len <= column_max[i] &&
		    !memchr(record->fields[i].text.p, '\0', len))
			continue;
		(void)snprintf(words, sizeof(words),
		    "the %s has 1 to %zu bytes, none of which is 0", column_names[i],
		    column_max[i]);
		return mistake_at(reading, (enum column)i, err, words);
	}
	if (map_get(&reading->list->by_device, record->fields[COLUMN_DEVICE].text))
		return mistake_at(reading, COLUMN_DEVICE, err,
		    "this device stands in the list already");
	if (reading->list->by_device.len == CALL_LIST_MAX)
		return mistake_at(reading, COLUMN_DEVICE, err,
		    "more than 1000000 devices");
	return 1;
}

static int keep(const struct reading *reading, struct error *err)
{
	const struct csv_field *fields = reading->record.fields;
	struct call_list *list = reading->list;
	struct call_credentials *one = arena_alloc(&list->arena, sizeof(*one));
	struct str device = arena_str(&list->arena, fields[COLUMN_DEVICE].text);

	if (one)
		*one = (struct call_credentials){ arena_strdup(&list->arena,
						      fields[COLUMN_USERNAME].text),
			arena_strdup(&list->arena, fields[COLUMN_PASSWORD].text) };
	if (!one || !device.p || !one->username || !one->password ||
	    map_put(&list->by_device, device, one) < 0)
		return error_set(err, -ENOMEM, "no memory for %s", reading->name);
	return 0;
}

static int take_record(struct reading *reading, struct error *err)
{
	int r;

	reading->n_records++;
	if (is_heading(reading))
		return 0;
	r = check(reading, err);
	return r == 1 ? keep(reading, err) : r;
}

static int read_records(struct reading *reading, struct str bytes, struct error *err)
{
	struct csv_reader csv;
	auto_arena fields = ARENA_NULL;
	struct error words = ERROR_NULL;
	int r;

	csv_begin(&csv, bytes);
	while ((r = csv_next(&csv, &fields, &reading->record, &words)) != 0) {
		if (r == 1)
			r = take_record(reading, err);
		else if (r == -ENOMEM)
			return error_set(err, r, "no memory for %s", reading->name);
		else
			r = mistake(reading, reading->record.line,
			    reading->record.column, err, words.text);
		if (r < 0)
			return r;
		arena_reset(&fields);
	}
	return reading->mistakes ? conf_mistakes_fail(reading->mistakes, err) : 0;
}

/* ---- the list ---------------------------------------------------------------------- */

int call_list_parse(struct call_list **ret, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, struct error *err)
{
	auto_cleanup(call_list_free) struct call_list *list = calloc(1, sizeof(*list));
	struct reading reading = { .list = list, .name = name, .mistakes = mistakes };
	int r;

	if (!list)
		return error_set(err, -ENOMEM, "no memory for %s", name);
	/* Texts of the file, and what stands beside each. */
	list->arena.max = 3 * (size_t)CALL_LIST_BYTES_MAX;
	r = read_records(&reading, bytes, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&list);
	return 0;
}

static int read_file(int fd, struct buf *bytes)
{
	ssize_t n = 1;

	while (n != 0) {
		uint8_t *room = buf_reserve(bytes, 1 << 16);

		if (!room)
			return bytes->error;
		n = read(fd, room, 1 << 16);
		if (n < 0 && errno != EINTR)
			return -errno;
		bytes->len += n > 0 ? (size_t)n : 0;
	}
	return bytes->len > CALL_LIST_BYTES_MAX ? ERR_LIMIT : 0;
}

int call_list_load(struct call_list **ret, const char *path,
    struct conf_mistakes *mistakes, struct error *err)
{
	/* A pipe without a writer would be waited for. */
	auto_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	auto_buf bytes = BUF_MAX((size_t)CALL_LIST_BYTES_MAX + (1 << 17));
	struct stat st;
	int r;

	if (fd < 0)
		return error_set(err, ERR_CONFIG, "%s: error: cannot be opened: %s",
		    path, error_name(-errno));
	if (fstat(fd, &st) < 0)
		st.st_mode = 0;
	(void)fcntl(fd, F_SETFL, 0);
	r = read_file(fd, &bytes);
	if (r == 0 && bytes.len == 0 && S_ISFIFO(st.st_mode))
		return error_set(err, ERR_CONFIG,
		    "%s: error: is a pipe that nobody writes to", path);
	if (r == ERR_LIMIT)
		return error_set(err, ERR_CONFIG,
		    "%s: error: has more than %d MiB, which are the most", path,
		    CALL_LIST_BYTES_MAX >> 20);
	if (r < 0)
		return error_set(err, r == -ENOMEM ? r : ERR_CONFIG,
		    "%s: error: cannot be read: %s", path, error_name(r));
	return call_list_parse(ret, path, buf_str(&bytes), mistakes, err);
}

void call_list_free(struct call_list *list)
{
	if (!list)
		return;
	map_free(&list->by_device);
	arena_free(&list->arena);
	free(list);
}

const struct call_credentials *call_list_find(const struct call_list *list,
    const char *id, const char *serial)
{
	const struct call_credentials *one;

	if (!list)
		return NULL;
	one = map_get(&list->by_device, str_of(id));
	return one ? one : map_get(&list->by_device, str_of(serial));
}
