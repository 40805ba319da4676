/* What the ACS has counted of the same run, asked at its door before the first session and behind
 * the last one. */
#include "agents/cpe/load/load_internal.h"

#include "agents/cpe/load/load_door.h"
#include "lib/base/compiler.h"
#include "lib/conf/conf.h"

#include <stdio.h>
#include <string.h>

enum {
	ASK_MS = 100, /* between two looks at an ACS that has yet to see sessions end */
	ANSWER_MS = 1000 /* that an answer may take, whatever is left of the drain */
};

static uint64_t number_of(const struct conf_node *status, const char *key)
{
	const struct conf_node *node = conf_get(status, key);
	uint64_t n;

	return node && str_to_u64(node->text, UINT64_MAX, &n) == 0 ? n : 0;
}

static struct load_count count_of(const struct conf_node *answer)
{
	const struct conf_node *status = answer ? conf_get(answer, "status") : NULL;
	const struct conf_node *since;
	struct load_count count;

	if (!status)
		return (struct load_count){ .is_known = false };
	count = (struct load_count){ .is_known = true,
		.ended = number_of(status, "sessions"),
		.failed = number_of(status, "failed"),
		.running = number_of(status, "running"),
		.shed = number_of(status, "shed") };
	since = conf_get(status, "since");
	if (since)
		(void)snprintf(count.since, sizeof(count.since), "%s", since->text.p);
	return count;
}

static bool ask(struct load *load, load_answer_fn *answered)
{
	if (!load->account.door || !load_door_again(load->account.door) ||
	    !load_door_ask(load->account.door, "status", answered, load))
		return false;
	load_door_send(load->account.door);
	return true;
}

/* ---- before ----------------------------------------------------------------------------- */

static void on_first(void *user, const struct conf_node *answer)
{
	struct load *load = user;

	load->account.first = count_of(answer);
	load->account.is_asking = false;
	if (load->account.begin)
		load->account.begin(load);
}

int load_account_open(struct load *load, struct error *err)
{
	int r;

	if (!load->file->acs.door)
		return 0;
	r = load_door_open(&load->account.door, load->loop, load_door_path(load), err);
	load->n_open += load->account.door != NULL;
	/* A door that is gone may answer from inside the question. */
	load->account.is_asking = r == 0;
	if (r == 0 && !ask(load, on_first))
		load->account.is_asking = false;
	return r;
}

/* ---- behind ----------------------------------------------------------------------------- */

static void end(struct load *load)
{
	uv_close((uv_handle_t *)&load->account.timer, load->account.on_closed);
	load_door_close(steal_ptr(&load->account.door), load->account.done, load);
}

static void on_look(uv_timer_t *timer);

/* One that is gone for good is not waited for. */
static bool comes_back(const struct load *load)
{
	for (size_t i = 0; i < load->next_storm; i++) {
		if (load->file->storms[i].kind == LOAD_STORM_ACS_RESTART)
			return true;
	}
	return false;
}

static void on_last(void *user, const struct conf_node *answer)
{
	struct load *load = user;
	struct load_count *last = &load->account.last;
	bool is_over;

	*last = count_of(answer);
	is_over = last->is_known ? last->running == 0 : !comes_back(load);
	if (is_over || clock_monotonic() >= load->account.until)
		end(load);
	else
		(void)uv_timer_start(&load->account.timer, on_look, ASK_MS, 0);
}

/* It may have been stopped, and would hold the end for as long as an operator waits. What it has
 * said last stays its account, as where it answers and sessions of it go on. */
static void on_late(uv_timer_t *timer)
{
	end(timer->data);
}

static void on_look(uv_timer_t *timer)
{
	struct load *load = timer->data;
	clock_ns left = (load->account.until - clock_monotonic()) / NS_PER_MS;

	(void)uv_timer_start(timer, on_late, (uint64_t)MAX(left, (clock_ns)ANSWER_MS),
	    0);
	if (!ask(load, on_last))
		on_last(load, NULL);
}

void load_account_stop(struct load *load, uv_close_cb on_closed,
    void (*done)(void *user))
{
	if (!load->account.door)
		return;
	load->account.on_closed = on_closed;
	load->account.done = done;
	load->account.until = clock_monotonic() + load->file->drain;
	load->n_open++;
	(void)uv_timer_init(load->loop, &load->account.timer);
	load->account.timer.data = load;
	if (load->began && load->account.first.is_known)
		(void)uv_timer_start(&load->account.timer, on_look, ASK_MS, 0);
	else
		end(load);
}

/* A session that was turned away is none that the ACS has begun; ours was one. */
const char *load_account_of(const struct load_count *first,
    const struct load_count *last, struct tally_account *ret)
{
	if (!first->is_known)
		return "it has not said what it had counted before the first session";
	if (!last->is_known)
		return "it does not say what it has counted any more";
	if (strcmp(first->since, last->since) != 0)
		return "it was started anew, and knows nothing of what was before";
	*ret = (struct tally_account){ .who = "ACS",
		.completed =
		    last->ended - last->failed - (first->ended - first->failed),
		.failed = last->failed - first->failed,
		.shed = last->shed - first->shed,
		.open = last->running };
	ret->sessions =
	    last->ended + last->running - first->ended - first->running + ret->shed;
	return NULL;
}
