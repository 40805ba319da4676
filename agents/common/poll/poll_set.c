#include "agents/common/poll/poll_set.h"

#include "lib/base/compiler.h"
#include "lib/base/list.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
	BATCH = 128,
	BATCHES_IN_A_ROW = 4 /* before timers have their turn */
};

#define ALL_EVENTS (EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET)

struct poll_set {
	struct list link; /* of the thread's, while it has items */
	uv_loop_t *loop;
	uv_poll_t poll; /* of fd: readable when a socket is ready */
	int fd;         /* the epoll instance */
	size_t n_items; /* while there are any, the loop goes on */
	size_t n_holds;
};

/* A thread mostly has one loop, and a loop one set while it has sockets. */
static _Thread_local struct list sets = { NULL, NULL };

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct poll_set *set = poll->data;
	struct epoll_event ready[BATCH];
	int n = BATCH;

	(void)status;
	(void)events;
	for (int i = 0; i < BATCHES_IN_A_ROW && n == BATCH; i++) {
		n = epoll_wait(set->fd, ready, BATCH, 0);
		for (int j = 0; j < n; j++) {
			struct poll_item *item = ready[j].data.ptr;

			if (item->set)
				item->ready(item, ready[j].events);
		}
	}
}

static struct poll_set *find(const uv_loop_t *loop)
{
	if (!sets.next)
		list_init(&sets);
	LIST_FOREACH (item, &sets) {
		struct poll_set *set = list_entry(item, struct poll_set, link);

		if (set->loop == loop)
			return set;
	}
	return NULL;
}

static int set_new(struct poll_set **ret, uv_loop_t *loop)
{
	struct poll_set *set = calloc(1, sizeof(*set));
	int r = set ? 0 : -ENOMEM;

	if (set) {
		set->fd = epoll_create1(EPOLL_CLOEXEC);
		r = set->fd < 0 ? -errno : uv_poll_init(loop, &set->poll, set->fd);
	}
	if (r < 0) {
		if (set && set->fd >= 0)
			(void)close(set->fd);
		free(set);
		return r;
	}
	set->loop = loop;
	set->poll.data = set;
	list_append(&sets, &set->link);
	(void)uv_poll_start(&set->poll, UV_READABLE, on_poll);
	*ret = set;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct poll_set *set = handle->data;

	(void)close(set->fd);
	free(set);
}

/* The last item has gone, or none could join. The next one gets another set. */
static void end_if_empty(struct poll_set *set)
{
	if (set->n_items > 0)
		return;
	uv_unref((uv_handle_t *)&set->poll);
	if (set->n_holds > 0)
		return;
	list_remove(&set->link);
	uv_close((uv_handle_t *)&set->poll, on_closed);
}

struct poll_set *poll_set_hold(uv_loop_t *loop)
{
	struct poll_set *set = find(loop);

	if (!set && set_new(&set, loop) < 0)
		return NULL;
	set->n_holds++;
	end_if_empty(set);
	return set;
}

void poll_set_drop(struct poll_set *set)
{
	if (!set)
		return;
	set->n_holds--;
	end_if_empty(set);
}

int poll_item_join(struct poll_item *item, uv_loop_t *loop, int fd, struct error *err)
{
	struct epoll_event event = { .events = ALL_EVENTS, .data.ptr = item };
	struct poll_set *set = find(loop);
	int r = set ? 0 : set_new(&set, loop);

	if (r == 0 && epoll_ctl(set->fd, EPOLL_CTL_ADD, fd, &event) < 0) {
		r = -errno;
		end_if_empty(set);
	}
	if (r < 0)
		return error_set(err, r, "the event loop takes no socket: %s",
		    strerror(-r));
	item->set = set;
	item->fd = fd;
	set->n_items++;
	uv_ref((uv_handle_t *)&set->poll);
	return 0;
}

void poll_item_leave(struct poll_item *item)
{
	struct poll_set *set = item->set;

	if (!set)
		return;
	item->set = NULL;
	set->n_items--;
	end_if_empty(set);
}

void poll_item_detach(struct poll_item *item)
{
	if (item->set)
		(void)epoll_ctl(item->set->fd, EPOLL_CTL_DEL, item->fd, NULL);
	poll_item_leave(item);
}

void poll_item_again(struct poll_item *item)
{
	struct epoll_event event = { .events = ALL_EVENTS, .data.ptr = item };

	if (item->set)
		(void)epoll_ctl(item->set->fd, EPOLL_CTL_MOD, item->fd, &event);
}
