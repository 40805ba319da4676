#include "lab/supervisor/watch.h"

#include <errno.h>
#include <sys/epoll.h>

int watch_open(int *ret_fd, struct error *err)
{
	int fd = epoll_create1(EPOLL_CLOEXEC);

	if (fd < 0)
		return error_set(err, -errno, "epoll: %s", error_name(-errno));
	*ret_fd = fd;
	return 0;
}

static int control(int loop, int op, struct watch *watch)
{
	struct epoll_event event = {
		.events = EPOLLIN | (watch->wants_write ? (uint32_t)EPOLLOUT : 0),
		.data.ptr = watch,
	};

	return epoll_ctl(loop, op, watch->fd, &event);
}

int watch_start(int loop, struct watch *watch, struct error *err)
{
	if (control(loop, EPOLL_CTL_ADD, watch) < 0)
		return error_set(err, -errno, "epoll: %s", error_name(-errno));
	return 0;
}

void watch_for_write(int loop, struct watch *watch, bool wants_write)
{
	if (watch->wants_write == wants_write)
		return;
	watch->wants_write = wants_write;
	(void)control(loop, EPOLL_CTL_MOD, watch);
}

void watch_stop(int loop, struct watch *watch)
{
	(void)control(loop, EPOLL_CTL_DEL, watch);
}

int watch_once(int loop, clock_ns deadline)
{
	struct epoll_event event;
	struct watch *watch;
	int wait_ms = deadline ? clock_wait_ms(deadline - clock_monotonic()) : -1;
	int n;

	n = epoll_wait(loop, &event, 1, wait_ms);
	if (n < 0)
		return errno == EINTR ? 0 : -errno;
	if (n == 0)
		return 0;
	watch = event.data.ptr;
	watch->ready(watch, event.events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP),
	    event.events & EPOLLOUT);
	return 0;
}
