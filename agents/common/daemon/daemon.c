#include "agents/common/daemon/daemon.h"

static void close_handle(uv_handle_t *handle, void *user)
{
	(void)user;
	if (!uv_is_closing(handle))
		uv_close(handle, NULL);
}

static void tear_down(struct daemon *daemon, const struct daemon_work *work, void *user)
{
	control_close(daemon->control);
	if (work->close)
		work->close(user);
	(void)uv_run(&daemon->loop, UV_RUN_NOWAIT);
	uv_walk(&daemon->loop, close_handle, NULL);
	(void)uv_run(&daemon->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&daemon->loop);
}

int daemon_run(struct daemon *daemon, const struct agent_args *args, const char *node,
    const struct daemon_work *work, void *user, struct error *err)
{
	int r = uv_loop_init(&daemon->loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	daemon->control = NULL;
	r = control_open(&daemon->control, &daemon->loop, args->control, node,
	    &work->handlers, user, err);
	if (r == 0 && args->is_for_people)
		control_tell_people(daemon->control);
	if (r == 0)
		r = work->run(user, err);
	tear_down(daemon, work, user);
	return r;
}

int daemon_watch(struct daemon *daemon, uv_poll_t *poll, int fd, uv_poll_cb ready,
    void *user, struct error *err)
{
	int r = uv_poll_init(&daemon->loop, poll, fd);

	if (r < 0)
		return error_set(err, r, "%s", uv_strerror(r));
	poll->data = user;
	(void)uv_poll_start(poll, UV_READABLE, ready);
	return 0;
}
