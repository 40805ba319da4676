/* A load test from its beginning to its end, in a loop of its own. */
#include "agents/cpe/load/load_internal.h"

#include <signal.h>

struct run {
	const struct load_show *show;
	struct load *load;
	uv_loop_t loop;
	uv_signal_t sigint, sigterm;
	uv_poll_t input;
	bool has_input, has_signals;
};

static void on_second(void *user)
{
	struct run *run = user;

	if (run->show->second)
		run->show->second(run->show->user, run->load);
}

static void on_over(void *user)
{
	struct run *run = user;

	if (run->has_signals) {
		uv_close((uv_handle_t *)&run->sigint, NULL);
		uv_close((uv_handle_t *)&run->sigterm, NULL);
	}
	if (run->has_input)
		uv_close((uv_handle_t *)&run->input, NULL);
}

static void on_signal(uv_signal_t *handle, int number)
{
	struct run *run = handle->data;

	load_stop(run->load, number == SIGINT ? "Ctrl-C" : "SIGTERM");
}

static void on_input(uv_poll_t *poll, int status, int events)
{
	struct run *run = poll->data;

	(void)events;
	if (status < 0)
		(void)uv_poll_stop(poll);
	else
		run->show->key(run->show->user, run->load);
}

static void start_signal(struct run *run, uv_signal_t *handle, int number)
{
	(void)uv_signal_init(&run->loop, handle);
	handle->data = run;
	(void)uv_signal_start(handle, on_signal, number);
}

static int start(struct run *run, const struct load_config *config, struct error *err)
{
	static const struct load_handlers handlers = { .second = on_second,
		.over = on_over };
	int r = load_new(&run->load, &run->loop, config, &handlers, run, err);

	if (r < 0) {
		if (run->load)
			load_stop(run->load, NULL);
		return r;
	}
	start_signal(run, &run->sigint, SIGINT);
	start_signal(run, &run->sigterm, SIGTERM);
	run->has_signals = true;
	if (run->show->input >= 0 &&
	    uv_poll_init(&run->loop, &run->input, run->show->input) == 0) {
		run->has_input = true;
		run->input.data = run;
		(void)uv_poll_start(&run->input, UV_READABLE, on_input);
	}
	load_start(run->load);
	return 0;
}

int load_run(const struct load_config *config, const struct load_show *show,
    struct arena *arena, struct load_result *ret, struct error *err)
{
	struct run run = { .show = show };
	int r = uv_loop_init(&run.loop);

	if (r < 0)
		return error_set(err, r, "event loop: %s", uv_strerror(r));
	(void)signal(SIGPIPE, SIG_IGN); /* OpenSSL writes without MSG_NOSIGNAL */
	r = start(&run, config, err);
	(void)uv_run(&run.loop, UV_RUN_DEFAULT);
	if (r == 0 && show->over)
		show->over(show->user, run.load);
	if (r == 0) {
		r = load_result(run.load, arena, ret);
		if (r < 0)
			(void)error_set(err, r, "no memory for the result");
	}
	load_free(run.load);
	(void)uv_loop_close(&run.loop);
	return r;
}
