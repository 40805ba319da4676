/* The sockets of a loop, watched by one epoll instance of their own. A socket is told to the
 * kernel once, for all events and edge-triggered, and leaves with its descriptor: of the loop's
 * own watchers (uv_poll_t) each costs two system calls to make, and two for each change of what
 * is waited for. */
#pragma once

#include "lib/base/error.h"

#include <sys/epoll.h>
#include <uv.h>

struct poll_set;

struct poll_item {
	/* events: EPOLLIN, EPOLLOUT, EPOLLRDHUP, EPOLLHUP, EPOLLERR. Each is told once, when it
	 * begins: a reader reads until there is no more, a writer writes until nothing goes. */
	void (*ready)(struct poll_item *item, unsigned events);
	struct poll_set *set; /* private; null: in none */
	int fd;               /* private */
};

/* Keeps the instance of a loop that has sockets now and then, which else is made for the first one
 * and ends with the last: until poll_set_drop(), to be called before the loop comes to its end. It
 * does not keep the loop going. Null without memory or a descriptor, which is no mistake. */
struct poll_set *poll_set_hold(uv_loop_t *loop);
void poll_set_drop(struct poll_set *set); /* null is fine */

/* Watches fd, a socket that no other process has open, from now on; item->ready is the caller's
 * to set. What is there already is told in the loop's next turn. While a loop has items it goes
 * on. -errno with words. */
int poll_item_join(struct poll_item *item, uv_loop_t *loop, int fd, struct error *err);

/* ready() is not called any more. The item has to stay until the loop's turn is over, and until
 * fd, which is to be closed next, is closed. No-op for one that is in no set. */
void poll_item_leave(struct poll_item *item);

/* The same for one whose descriptor is closed at some other time, or by another thread: it has to
 * stay until the loop's turn is over, and no longer. */
void poll_item_detach(struct poll_item *item);

/* Tells once more what is there, in the loop's next turn: a reader had enough before all was
 * read. */
void poll_item_again(struct poll_item *item);
