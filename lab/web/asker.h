/* Questions to a lab from a loop that must not wait: as labsock_ask_pages() and
 * labsock_ask_agent(), with the events of the lab on the same connection. */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"

#include <uv.h>

struct json_t;
struct web_asker;

enum {
	WEB_ASKS_MAX =
	    8, /* under way, of the 16 that a supervisor answers one client */
	WEB_ASKS_WAITING = 256, /* behind them; more are refused */
	WEB_ASK_S = 30          /* how long each page of an answer may take */
};

struct web_asker_handlers {
	/* An event of the lab, one line of JSON, borrowed during the call. */
	void (*event)(void *user, struct str line);
	/* The lab has ended, or takes nothing more: each question that was open has been told,
	 * and no other will be answered. */
	void (*ended)(void *user);
};

/* Who asks. Neither function may close the asker. */
struct web_ask_handlers {
	/* A page of the answer (lib/program/command.h), borrowed, with its frame. May be null. */
	void (*page)(void *user, struct json_t *page);
	/* The answer is whole, or err->code says why it is not. Told once for each question. */
	void (*done)(void *user, const struct error *err);
};

/* Takes over fd, of labsock_connect(), also after a failure, and asks for events. handlers are
 * copied. The caller ends *ret by web_asker_close(). -errno or -ENOMEM. */
int web_asker_open(struct web_asker **ret, uv_loop_t *loop, int fd,
    const struct web_asker_handlers *handlers, void *user, struct error *err);

/* Asks the lab a command; node may be null. command (may be null) is the JSON that the agent of
 * the node takes. handlers are borrowed until done(). Failures come by done(), too, which may be
 * called from inside. */
void web_asker_ask(struct web_asker *asker, const char *name, const char *node,
    const char *command, const struct web_ask_handlers *handlers, void *user);

/* Nobody waits for answers of this user's any more: done() is not called. */
void web_asker_forget(struct web_asker *asker, const void *user);

/* Ends the connection; done() of what is open is not called. Its memory goes in the loop's next
 * round. Null is fine. */
void web_asker_close(struct web_asker *asker);
