/* The frame of a small agent: its loop, its control channel, and the end of both. */
#pragma once

#include "agents/common/agent_main.h"
#include "agents/common/control.h"

struct daemon {
	uv_loop_t loop;
	struct control *control;
};

struct daemon_work {
	struct control_handlers handlers; /* stop() ends the loop, sooner or later */
	/* Opens what it needs, tells that it is ready, and runs the loop until it is stopped. */
	int (*run)(void *user, struct error *err);
	/* Closes what it has in the loop, once nobody commands it any more; null: that is
	 * nothing but handles without memory of their own, which are closed anyhow. */
	void (*close)(void *user);
};

/* Does the work of an agent that is told args, and whose configuration names it node. What run()
 * returns, or what has kept it from being called. The loop is closed when it returns. */
int daemon_run(struct daemon *daemon, const struct agent_args *args, const char *node,
    const struct daemon_work *work, void *user, struct error *err);

/* Has ready called whenever there is something to read, poll->data being user. */
int daemon_watch(struct daemon *daemon, uv_poll_t *poll, int fd, uv_poll_cb ready,
    void *user, struct error *err);
