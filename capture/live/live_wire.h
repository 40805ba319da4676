/* What a capturing process tells the decoding one over a stream socket: messages of a
 * struct live_head and len bytes, in this machine's byte order (both are the same program).
 * The decoding process sends nothing; it shuts its end down to make the other one stop. */
#pragma once

#include <stdint.h>

enum live_message {
	LIVE_READY,  /* struct live_ready */
	LIVE_FAILED, /* struct live_failed and the reason: it cannot begin, or go on */
	LIVE_FRAME,  /* struct live_frame and the bytes */
	LIVE_STATISTICS, /* struct live_statistics, now and then */
	LIVE_LINK,       /* struct live_link, when the interface went down or came up */
	LIVE_END,        /* no bytes: all frames up to the stop were sent */
};

enum {
	LIVE_SNAPLEN = 262144,
	LIVE_MESSAGE_MAX = LIVE_SNAPLEN + 64,
};

struct live_head {
	uint32_t what; /* enum live_message */
	uint32_t len;
};

struct live_ready {
	uint32_t linktype;
};

struct live_failed {
	int32_t code;
};

struct live_frame {
	int64_t time;
	uint32_t len, reserved;
};

struct live_statistics {
	uint64_t dropped; /* by the kernel, in all */
};

struct live_link {
	uint32_t is_up; /* 0 or 1 */
};
