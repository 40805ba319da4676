/* The lines of a console over Telnet, as many as the vendor has VTY lines; who comes
 * when all are taken is told so and sent away. */
#pragma once

#include "agents/cpe/console/telnet_line.h"
#include "lib/base/error.h"

enum {
	TELNET_LINES_MAX = 16,
	TELNET_REFUSED_MAX =
	    16,               /* that are being told so; the others are just closed */
	TELNET_BACKLOG = 128, /* that wait to be looked at */
	TELNET_TICK_MS = 1000
};

struct telnet_server;

/* A server without lines, which listens nowhere. terms is copied; its device and gate outlive the
 * server. The caller ends it with telnet_server_close(). -ENOMEM. */
int telnet_server_open(struct telnet_server **ret, uv_loop_t *loop,
    const struct telnet_terms *terms);

/* Listens on a TCP socket that is bound to its place, in whichever namespace; it is the server's
 * from now on, also after a failure. -errno with words. */
int telnet_server_listen(struct telnet_server *server, int fd, struct error *err);

/* Takes over a connection, also on failure. -errno. */
int telnet_server_adopt(struct telnet_server *server, int fd);

/* Says text to the lines that watch the log, or with is_debug what debugging brings.
 * Returns whether any does. Nothing is sent from inside this call: telnet_server_show()
 * sends what was said. */
bool telnet_server_say(struct telnet_server *server, bool is_debug, struct str text);
void telnet_server_show(struct telnet_server *server);

/* Lines that are taken. */
size_t telnet_server_lines(const struct telnet_server *server);

/* Ends all lines at once; it frees itself when the loop has let go of them. Null is fine. */
void telnet_server_close(struct telnet_server *server);
