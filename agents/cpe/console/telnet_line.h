/* One Telnet connection to a console: bytes of a client <-> keys and text of its line
 * (lib/console/vty/cli_vty.h). The keys are taken one by one, and none while a client
 * has not read what the last ones have shown: what waits for it is bounded, whatever it
 * sends. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/console/vty/cli_vty.h"
#include "lib/proto/telnet.h"

#include <uv.h>

enum {
	TELNET_READ_BYTES = 4096,
	TELNET_OUT_MAX =
	    64 << 10,            /* bytes that wait for a client, and one answer more */
	TELNET_LOGIN_MS = 60000, /* who has not logged in by then is sent away */
	TELNET_LINGER_MS = 2000, /* how long a client may take to read the last words */
	TELNET_KEEPALIVE_S =
	    60, /* of silence, behind which the kernel asks whether a client is there */
	TELNET_PEER_MAX = 46
};

struct telnet_terms { /* the same for all lines of a console; outlives them */
	struct cli_device *device;
	struct cli_gate gate;
	const char *name; /* what logs call the device */
	clock_ns
	    idle; /* a session in which nothing was typed for so long ends; 0: none does */
	/* When the device was booted; INT64_MAX while it is off. A line ends with the boot that it was
	 * opened in. */
	clock_ns (*booted)(void *user);
	/* For the log: what was typed at that line of so many, by a client there, without passwords.
	 * Null: nobody wants it. */
	void (*typed)(void *user, unsigned number, const char *peer, struct str text);
	void *user;
};

struct telnet_line {
	struct list link; /* its owner's */
	uv_tcp_t tcp;     /* its owner connects it, by uv_accept() or uv_tcp_open() */
	const struct telnet_terms *terms;
	void (*closed)(struct telnet_line *line);
	void *owner;
	bool is_refused; /* it was never a line of the console */
	unsigned number; /* of those of its owner, from 0 */
	/* The rest is its own. */
	uv_write_t write;
	uv_shutdown_t shutdown;
	struct telnet telnet;
	struct cli_vty vty;
	char bytes[TELNET_READ_BYTES];
	size_t n_bytes, n_taken; /* of those read, of which some wait for room */
	struct buf keys, text;   /* of one byte */
	struct buf out, sending; /* sending is the loop's while is_sending */
	bool is_sending, is_leaving, is_shut, has_begun, has_peer_ended;
	uint64_t opened_at, used_at, leave_by; /* of the loop's clock, ms */
	clock_ns booted;
	char peer[TELNET_PEER_MAX];
};

/* A line that waits to be connected, with tcp initialised. closed() is called once the
 * loop has let go of it, and it frees itself behind that. Null: no memory. */
struct telnet_line *telnet_line_new(uv_loop_t *loop, const struct telnet_terms *terms,
    void (*closed)(struct telnet_line *line), void *owner);

/* It is connected: greets the client, and reads. */
void telnet_line_begin(struct telnet_line *line);

/* It is connected, and there is no room: tells the client so in the vendor's words, and
 * ends it once they are read. */
void telnet_line_refuse(struct telnet_line *line);

/* As telnet_server_say(), of this line. */
bool telnet_line_say(struct telnet_line *line, bool is_debug, struct str text);
void telnet_line_show(struct telnet_line *line);

/* Ends it at once. Safe to repeat until closed() was called. */
void telnet_line_abort(struct telnet_line *line);

/* To be called each second or so: ends what has rested, or lingered, for too long. */
void telnet_line_tick(struct telnet_line *line);
