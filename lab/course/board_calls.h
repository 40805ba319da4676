/* The socket of a board, and the calls that come by it, a few at a time. */
#pragma once

#include "lab/course/board.h"
#include "lib/base/clock.h"

#include <sys/types.h>

enum {
	BOARD_CALLS_MAX = 64,
	BOARD_ACCOUNT_CALLS_MAX = 4, /* of one account: no one keeps out a class */
	BOARD_CALL_S = 10            /* a call may take */
};

struct board_call {
	int fd; /* owned; -1: none */
	uid_t uid;
	clock_ns end;
	struct buf request;
};

struct board_calls {
	const char *path; /* borrowed */
	int fd;           /* owned: it listens; -1: not open */
	bool is_open_to_others;
	struct board_call items[BOARD_CALLS_MAX];
};

/* Makes the socket, in a folder that is the caller's and nobody else may write to, so that nobody
 * else can stand in its place. ERR_USAGE with words, also where a board is there already;
 * -errno. The caller calls board_calls_close(), also after a failure, which removes the socket. */
int board_calls_open(struct board_calls *calls, const char *path, struct error *err);
void board_calls_close(struct board_calls *calls);

/* Takes calls and answers them until something of the board has changed, the time is there, or stops
 * is readable. 0, 1 for the last, -errno. */
int board_calls_wait(struct board_calls *calls, struct board *board, int stops,
    clock_ns until, struct error *err);
