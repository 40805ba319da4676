#include "lab/course/board_calls.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <poll.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

/* ---- the socket ------------------------------------------------------------------------- */

static int fail(const char *path, struct error *err)
{
	return error_set(err, error_of_path(errno), "%s: %s", path, error_name(-errno));
}

/* Whether others can enter it is in calls then. */
static int check_folder(struct board_calls *calls, struct error *err)
{
	char folder[sizeof(((struct sockaddr_un *)NULL)->sun_path) + 2];
	char *slash;
	struct stat st;

	(void)snprintf(folder, sizeof(folder), "%s", calls->path);
	slash = strrchr(folder, '/');
	if (slash)
		slash[slash == folder] = '\0';
	else
		(void)snprintf(folder, sizeof(folder), ".");
	if (stat(folder, &st) < 0)
		return fail(folder, err);
	calls->is_open_to_others = st.st_mode & S_IXOTH;
	if (st.st_uid == geteuid() && !(st.st_mode & (S_IWGRP | S_IWOTH)))
		return 0;
	return error_set(err, ERR_USAGE,
	    "others could put a socket of theirs into %s: take a folder that is yours, and "
	    "that nobody else may write to (mkdir -m 711 FOLDER)",
	    folder);
}

static int bind_there(int fd, const struct sockaddr_un *address)
{
	return bind(fd, (const struct sockaddr *)address, sizeof(*address)) < 0 ? -errno
										: 0;
}

/* One whose board is gone is in the way of none. */
static int remove_stale(const struct sockaddr_un *address)
{
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	if (fd < 0 || lstat(address->sun_path, &st) < 0 || !S_ISSOCK(st.st_mode) ||
	    connect(fd, (const struct sockaddr *)address, sizeof(*address)) == 0 ||
	    errno != ECONNREFUSED)
		return -EADDRINUSE;
	return unlink(address->sun_path) < 0 ? -errno : 0;
}

static int listen_at(struct board_calls *calls, int fd, struct error *err)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int r;

	if (strlen(calls->path) >= sizeof(address.sun_path))
		return error_set(err, ERR_USAGE,
		    "%s: longer than a socket's path may be", calls->path);
	(void)snprintf(address.sun_path, sizeof(address.sun_path), "%s", calls->path);
	r = check_folder(calls, err);
	if (r < 0)
		return r;
	r = bind_there(fd, &address);
	if (r == -EADDRINUSE && remove_stale(&address) == 0)
		r = bind_there(fd, &address);
	if (r == -EADDRINUSE)
		return error_set(err, ERR_USAGE,
		    "%s is there, and is no socket of a board that has ended",
		    calls->path);
	if (r < 0)
		return error_set(err, error_of_path(-r), "%s: %s", calls->path,
		    error_name(r));
	calls->fd = fd;
	if (chmod(calls->path, 0666) < 0 || listen(fd, BOARD_CALLS_MAX) < 0)
		return fail(calls->path, err);
	return 0;
}

int board_calls_open(struct board_calls *calls, const char *path, struct error *err)
{
	auto_fd fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	int r;

	*calls = (struct board_calls){ .path = path, .fd = -1 };
	for (size_t i = 0; i < BOARD_CALLS_MAX; i++)
		calls->items[i].fd = -1;
	if (fd < 0)
		return fail(path, err);
	r = listen_at(calls, fd, err);
	if (calls->fd >= 0)
		fd = -1;
	return r;
}

static void end_call(struct board_call *call)
{
	(void)close(call->fd);
	call->fd = -1;
	buf_free(&call->request);
}

void board_calls_close(struct board_calls *calls)
{
	for (size_t i = 0; i < BOARD_CALLS_MAX; i++) {
		if (calls->items[i].fd >= 0)
			end_call(&calls->items[i]);
	}
	if (calls->fd < 0)
		return;
	(void)unlink(calls->path);
	(void)close(calls->fd);
	calls->fd = -1;
}

/* ---- calls -------------------------------------------------------------------------------- */

static struct board_call *find_room(struct board_calls *calls, uid_t uid)
{
	struct board_call *room = NULL;
	size_t n = 0;

	for (size_t i = 0; i < BOARD_CALLS_MAX; i++) {
		struct board_call *call = &calls->items[i];

		if (call->fd < 0)
			room = call;
		else
			n += call->uid == uid;
	}
	return n < BOARD_ACCOUNT_CALLS_MAX ? room : NULL;
}

static void take_call(struct board_calls *calls)
{
	auto_fd fd = accept4(calls->fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
	struct ucred peer;
	socklen_t len = sizeof(peer);
	struct board_call *call;

	if (fd < 0 || getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) < 0)
		return;
	call = find_room(calls, peer.uid);
	if (!call)
		return;
	*call = (struct board_call){ .fd = fd,
		.uid = peer.uid,
		.end = clock_monotonic() + BOARD_CALL_S * NS_PER_S,
		.request = BUF_MAX(BOARD_REQUEST_MAX) };
	fd = -1;
}

/* The answer is short: a socket that takes none of it has nobody who reads. */
static void answer(struct board *board, const struct board_call *call)
{
	const struct passwd *account = getpwuid(call->uid);
	auto_buf text = BUF_NULL;

	board_answer(board, account ? account->pw_name : NULL, buf_str(&call->request),
	    &text);
	(void)send(call->fd, text.data, text.len, MSG_NOSIGNAL);
}

static void read_call(struct board *board, struct board_call *call)
{
	uint8_t *at = buf_reserve(&call->request, 4096);
	ssize_t n = at ? read(call->fd, at, 4096) : -1;

	if (n < 0 && at && (errno == EAGAIN || errno == EINTR))
		return;
	if (n > 0) {
		call->request.len += (size_t)n;
		return;
	}
	if (n == 0)
		answer(board, call);
	end_call(call);
}

static void end_late(struct board_calls *calls, clock_ns now)
{
	for (size_t i = 0; i < BOARD_CALLS_MAX; i++) {
		if (calls->items[i].fd >= 0 && calls->items[i].end <= now)
			end_call(&calls->items[i]);
	}
}

/* ---- the wait ------------------------------------------------------------------------------ */

/* The next thing to be done because of the time. */
static clock_ns next_end(const struct board_calls *calls, clock_ns until)
{
	for (size_t i = 0; i < BOARD_CALLS_MAX; i++) {
		if (calls->items[i].fd >= 0)
			until = MIN(until, calls->items[i].end);
	}
	return until;
}

int board_calls_wait(struct board_calls *calls, struct board *board, int stops,
    clock_ns until, struct error *err)
{
	unsigned before = board->changes;

	while (board->changes == before && clock_monotonic() < until) {
		struct pollfd fds[BOARD_CALLS_MAX + 2] = { { stops, POLLIN, 0 },
			{ calls->fd, POLLIN, 0 } };

		for (size_t i = 0; i < BOARD_CALLS_MAX; i++)
			fds[i + 2] = (struct pollfd){ calls->items[i].fd, POLLIN, 0 };
		if (poll(fds, ARRAY_LEN(fds),
			clock_wait_ms(next_end(calls, until) - clock_monotonic())) <
			0 &&
		    errno != EINTR)
			return error_set(err, -errno, "poll: %s", error_name(-errno));
		if (fds[0].revents)
			return 1;
		for (size_t i = 0; i < BOARD_CALLS_MAX; i++) {
			if (fds[i + 2].revents)
				read_call(board, &calls->items[i]);
		}
		if (fds[1].revents)
			take_call(calls);
		end_late(calls, clock_monotonic());
	}
	return 0;
}
