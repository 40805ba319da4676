#include "agents/link/counter.h"

#include "agents/common/netns.h"
#include "lib/base/buf.h"
#include "lib/base/cleanup.h"
#include "lib/base/map.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

enum {
	READ_BYTES = 64 << 10,
	TEXT_BYTES_MAX = 16 << 20 /* of all interfaces of a namespace */
};

struct count_place {
	const char *netns; /* borrowed; null: the process's own */
	int fd;
	struct buf text;
	struct map by_name; /* of struct shortcut *; does not change while one reads */
};

/* ---- places --------------------------------------------------------------------------- */

/* What is opened there goes on telling of that namespace. */
static int open_counts(const char *netns, struct error *err)
{
	int home, made, r = netns_visit(netns, &home, err);

	if (r < 0)
		return r;
	made = open("/proc/thread-self/net/dev", O_RDONLY | O_CLOEXEC);
	r = made < 0 ? -errno : made;
	netns_leave(home);
	return r < 0 ? error_set(err, r, "/proc/net/dev: %s", error_name(r)) : r;
}

/* Links that stand next to each other mostly share one. */
static struct count_place *place_of(struct counter *counter, const char *netns,
    struct error *err)
{
	struct count_place *more;
	int fd;

	for (size_t i = counter->n_places; i-- > 0;) {
		if (shortcut_is_one_place(counter->places[i].netns, netns))
			return &counter->places[i];
	}
	more = realloc(counter->places, (counter->n_places + 1) * sizeof(*more));
	if (!more) {
		(void)error_set(err, -ENOMEM, "out of memory");
		return NULL;
	}
	counter->places = more;
	fd = open_counts(netns, err);
	if (fd < 0)
		return NULL;
	more[counter->n_places] = (struct count_place){ .netns = netns,
		.fd = fd,
		.text = BUF_MAX(TEXT_BYTES_MAX) };
	return &more[counter->n_places++];
}

int counter_add(struct counter *counter, const char *netns, const char *interface,
    struct shortcut *shortcut, struct error *err)
{
	struct count_place *place = place_of(counter, netns, err);

	if (!place)
		return err->code;
	if (map_put(&place->by_name, str_of(interface), shortcut) < 0)
		return error_set(err, -ENOMEM, "out of memory");
	return 0;
}

/* Of a namespace in which nothing is counted any more nothing is held: another one may come to have
 * its path. */
void counter_drop(struct counter *counter, const char *netns, const char *interface)
{
	for (size_t i = 0; i < counter->n_places; i++) {
		struct count_place *place = &counter->places[i];

		if (!shortcut_is_one_place(place->netns, netns))
			continue;
		(void)map_remove(&place->by_name, str_of(interface));
		if (place->by_name.len > 0)
			return;
		(void)close(place->fd);
		buf_free(&place->text);
		map_free(&place->by_name);
		*place = counter->places[--counter->n_places];
		return;
	}
}

/* ---- reading: in a thread ------------------------------------------------------------- */

/* " eth0: BYTES PACKETS ..." of what came. The text behind the line is a line or its
 * end. */
static void take_line(const struct count_place *place, struct str line)
{
	struct str counts, name = str_trim(str_cut(line, ':', &counts));
	struct shortcut *shortcut = counts.p ? map_get(&place->by_name, name) : NULL;
	char *end;

	if (!shortcut)
		return;
	shortcut->seen_bytes = strtoull(counts.p, &end, 10);
	shortcut->seen_packets = strtoull(end, NULL, 10);
	shortcut->is_seen = true;
}

static void read_place(struct count_place *place)
{
	struct str text;
	ssize_t n = 1;

	buf_reset(&place->text);
	while (n > 0) {
		uint8_t *room = buf_reserve(&place->text, READ_BYTES);

		if (!room)
			return;
		n = pread(place->fd, room, READ_BYTES, (off_t)place->text.len);
		place->text.len += (size_t)(n > 0 ? n : 0);
	}
	(void)buf_cstr(&place->text);
	text = buf_str(&place->text);
	while (text.len > 0 && !place->text.error)
		take_line(place, str_cut(text, '\n', &text));
}

static void on_work(uv_work_t *work)
{
	struct counter *counter = container_of(work, struct counter, work);

	for (size_t i = 0; i < counter->n_places; i++)
		read_place(&counter->places[i]);
}

/* ---- readings ------------------------------------------------------------------------- */

/* What was opened or closed since has been counted by that. */
static void hand_over(struct counter *counter)
{
	for (size_t i = 0; i < counter->n_places; i++) {
		struct shortcut *shortcut;
		size_t at = 0;

		while ((shortcut = map_next(&counter->places[i].by_name, &at)))
			shortcut_take_count(shortcut);
	}
}

static void on_read(uv_work_t *work, int status);

static bool begin(struct counter *counter)
{
	for (size_t i = 0; i < counter->n_places; i++) {
		struct shortcut *shortcut;
		size_t at = 0;

		while ((shortcut = map_next(&counter->places[i].by_name, &at)))
			shortcut->is_changed = shortcut->is_seen = false;
	}
	counter->is_reading =
	    uv_queue_work(counter->loop, &counter->work, on_work, on_read) == 0;
	return counter->is_reading;
}

static void move_all(struct list *from, struct list *to)
{
	while (!list_empty(from)) {
		struct list *first = from->next;

		list_remove(first);
		list_append(to, first);
	}
}

/* Whoever is served may ask again at once. */
static void serve(struct counter *counter)
{
	struct list wishes = LIST_INIT(wishes);

	move_all(&counter->served, &wishes);
	while (!list_empty(&wishes)) {
		struct count_wish *wish = list_first(&wishes, struct count_wish, link);

		list_remove(&wish->link);
		wish->done(wish);
	}
}

/* Who came while it was made waits for the next one: what they have seen happen is to
 * be in it. */
static void on_read(uv_work_t *work, int status)
{
	struct counter *counter = container_of(work, struct counter, work);

	counter->is_reading = false;
	if (status == 0)
		hand_over(counter);
	serve(counter);
	if (counter->is_reading || list_empty(&counter->waiting))
		return;
	move_all(&counter->waiting, &counter->served);
	if (!begin(counter))
		serve(counter);
}

void counter_init(struct counter *counter, uv_loop_t *loop)
{
	*counter = (struct counter){ .loop = loop };
	list_init(&counter->served);
	list_init(&counter->waiting);
}

bool counter_ask(struct counter *counter, struct count_wish *wish)
{
	bool begins = !counter->is_reading;

	list_init(&wish->link);
	if (counter->n_places == 0 || (begins && !begin(counter)))
		return false;
	list_append(begins ? &counter->served : &counter->waiting, &wish->link);
	return true;
}

void count_wish_drop(struct count_wish *wish)
{
	list_remove(&wish->link);
}

void counter_close(struct counter *counter)
{
	while (counter->is_reading)
		(void)uv_run(counter->loop, UV_RUN_ONCE);
	for (size_t i = 0; i < counter->n_places; i++) {
		(void)close(counter->places[i].fd);
		buf_free(&counter->places[i].text);
		map_free(&counter->places[i].by_name);
	}
	free(counter->places);
	counter->places = NULL;
	counter->n_places = 0;
}
