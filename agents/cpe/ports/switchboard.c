#include "agents/cpe/ports/switchboard.h"

#include "agents/common/poll/poll_set.h"
#include "agents/cpe/ports/vlan_fabric.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/rng.h"

#include <errno.h>
#include <string.h>

enum {
	CATCH_UP_NS = NS_PER_S /* from one reading to the next, where news are lost */
};

struct switchboard {
	const struct cpe_place *place;
	uv_loop_t *loop;
	struct vlan_fabric *fabric; /* owned; null: nobody has asked for VLANs yet */
	struct poll_item item;
	int fd; /* the kernel tells of changes there; -1: nobody listens */
	void (*changed)(void *user);
	void *user;
	clock_ns read_at;  /* monotonic */
	bool is_behind;    /* the kernel had more to tell than it has kept */
	uv_timer_t *later; /* owned, by the loop once it is closing; for that */
	uint64_t n_reads;
	struct switchboard_entry log[SWITCHBOARD_LOG_MAX];
	uint64_t n_logged; /* ever; entry n stands at n % SWITCHBOARD_LOG_MAX */
	struct port_table table, kept; /* kept: while the other one is read anew */
};

/* ---- the log --------------------------------------------------------------------------- */

/* Which ports had a link. */
static uint64_t links_of(const struct port_table *table)
{
	uint64_t links = 0;

	for (unsigned i = 0; i < table->n_ports; i++)
		links |= (uint64_t)table->ports[i].has_link << i;
	return links;
}

static void log_changes(struct switchboard *board, uint64_t before)
{
	uint64_t after = links_of(&board->table);

	for (unsigned i = 0; i < board->table.n_ports; i++) {
		if (((before ^ after) >> i & 1) == 0)
			continue;
		board->log[board->n_logged++ % SWITCHBOARD_LOG_MAX] =
		    (struct switchboard_entry){ clock_wall(), i + 1, after >> i & 1 };
	}
}

bool switchboard_log(const struct switchboard *board, size_t i,
    struct switchboard_entry *ret)
{
	uint64_t n = switchboard_overwritten(board) + i;

	if (n >= board->n_logged)
		return false;
	*ret = board->log[n % SWITCHBOARD_LOG_MAX];
	return true;
}

uint64_t switchboard_overwritten(const struct switchboard *board)
{
	return board->n_logged > SWITCHBOARD_LOG_MAX
		   ? board->n_logged - SWITCHBOARD_LOG_MAX
		   : 0;
}

/* ---- looking --------------------------------------------------------------------------- */

/* before: the ports that had a link when the log was last up to date. */
static int read_since(struct switchboard *board, uint64_t before, struct error *err)
{
	int r;

	memcpy(&board->kept, &board->table, sizeof(board->kept));
	r = bridge_read(board->place, &board->table, err);
	if (r < 0)
		memcpy(&board->table, &board->kept, sizeof(board->table));
	board->is_behind &= r < 0;
	board->read_at = clock_monotonic();
	board->n_reads++;
	log_changes(board, before);
	return r;
}

static int read_anew(struct switchboard *board, struct error *err)
{
	return read_since(board, links_of(&board->table), err);
}

const struct port_table *switchboard_look(struct switchboard *board, clock_ns oldest)
{
	if (clock_monotonic() - board->read_at >= oldest)
		(void)read_anew(board, NULL);
	return &board->table;
}

uint64_t switchboard_reads(const struct switchboard *board)
{
	return board->n_reads;
}

int switchboard_enable(struct switchboard *board, uint32_t number, bool is_enabled,
    struct error *err)
{
	int r = bridge_enable(board->place, &board->table, number, is_enabled, err);

	return r < 0 ? r : read_anew(board, err);
}

int switchboard_set_vlans(struct switchboard *board, const struct vlan_wish *wish,
    struct error *err)
{
	uint64_t before = links_of(&board->table);
	int r;

	if (!board->fabric)
		board->fabric = vlan_fabric_new(board->loop, board->place);
	if (!board->fabric)
		return error_set(err, -ENOMEM, "no memory for VLANs");
	r = vlan_fabric_set(board->fabric, &board->table, wish, err);
	/* A port that goes from bridge to bridge is in none for a moment, and the kernel tells so:
	 * nobody has pulled its cable. */
	while (bridge_hear(board->fd, &board->table) & BRIDGE_MORE)
		;
	if (r == 0)
		return read_since(board, before, err);
	(void)read_since(board, before, NULL);
	return r;
}

static void on_later(uv_timer_t *timer);

/* Who sends frames from ever more addresses can have the kernel lose news all the time, and each
 * reading has all addresses. */
static void catch_up(struct switchboard *board)
{
	clock_ns due = board->read_at + CATCH_UP_NS, now = clock_monotonic();

	if (board->is_behind && now >= due) {
		(void)read_anew(board, NULL);
		due = board->read_at + CATCH_UP_NS;
	}
	if (board->is_behind && !uv_is_active((uv_handle_t *)board->later))
		(void)uv_timer_start(board->later, on_later,
		    (uint64_t)clock_wait_ms(due - now), 0);
}

static void on_later(uv_timer_t *timer)
{
	struct switchboard *board = timer->data;

	catch_up(board);
	board->changed(board->user);
}

static void on_ready(struct poll_item *item, unsigned events)
{
	struct switchboard *board = container_of(item, struct switchboard, item);
	uint64_t before = links_of(&board->table);
	unsigned news = bridge_hear(board->fd, &board->table);

	(void)events;
	log_changes(board, before);
	board->is_behind |= (news & BRIDGE_LOST) != 0;
	catch_up(board);
	if (news & BRIDGE_MORE)
		poll_item_again(&board->item);
	if (news & (BRIDGE_NEWS | BRIDGE_LOST))
		board->changed(board->user);
}

/* ---- beginning and end ------------------------------------------------------------------ */

int switchboard_open(struct switchboard **ret, uv_loop_t *loop,
    const struct cpe_place *place, void (*changed)(void *user), void *user,
    struct error *err)
{
	struct switchboard *board = calloc(1, sizeof(*board));
	uv_timer_t *later = malloc(sizeof(*later));
	int r;

	if (!board || !later) {
		free(board);
		free(later);
		return error_set(err, -ENOMEM, "no memory for the ports of a switch");
	}
	board->table.seed = rng_fresh_seed();
	board->place = place;
	board->loop = loop;
	board->changed = changed;
	board->user = user;
	board->item.ready = on_ready;
	/* Before the ports are read: what changes meanwhile is told. */
	board->fd = bridge_listen(place, err);
	r = board->fd < 0 ? board->fd : bridge_read(place, &board->table, err);
	board->read_at = clock_monotonic();
	board->n_reads = 1;
	if (r == 0)
		r = poll_item_join(&board->item, loop, board->fd, err);
	if (r < 0) {
		if (board->fd >= 0)
			(void)close(board->fd);
		free(board);
		free(later);
		return r;
	}
	(void)uv_timer_init(loop, later);
	later->data = board;
	board->later = later;
	*ret = board;
	return 0;
}

static void on_closed(uv_handle_t *timer)
{
	free(timer);
}

void switchboard_close(struct switchboard *board)
{
	if (!board || board->fd < 0)
		return;
	vlan_fabric_close(board->fabric);
	poll_item_leave(&board->item);
	(void)close(board->fd);
	board->fd = -1;
	uv_close((uv_handle_t *)board->later, on_closed);
}

void switchboard_free(struct switchboard *board)
{
	switchboard_close(board);
	if (board)
		vlan_fabric_free(board->fabric);
	free(board);
}
