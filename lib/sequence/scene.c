#include "lib/sequence/scene_internal.h"

#include "lib/base/cut.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>

/* ---- the path ----------------------------------------------------------------------- */

static void leave(struct scene *scene, size_t step, enum scene_side who,
    uint64_t message, const char *why)
{
	scene->state = SCENE_LEFT;
	scene->end = (struct scene_end){ .step = step, .who = who, .message = message };
	(void)cut_print(scene->end.why, sizeof(scene->end.why), "%s", why);
}

static void tell(const struct scene *scene, size_t step)
{
	if (scene->config.told)
		scene->config.told(scene->config.user, step);
}

static void skip(struct scene *scene, size_t step, const char *why)
{
	scene->results[step].ok = scene->results[step].is_skipped = true;
	scene->results[step].why = why;
	tell(scene, step);
}

/* Why our side cannot see the step at all; null: it can. A step that opens a connection says
 * where those behind it are. */
static const char *blindness(struct scene *scene, const struct sequence_step *step)
{
	bool is_acs = scene->config.side == SCENE_ACS;

	switch ((enum sequence_see)step->see) {
	case SEE_OPEN:
	case SEE_TLS:
		scene->is_elsewhere = is_acs && scene_leads_away(scene, step);
		scene->is_opening = true;
		scene->is_before = scene->is_in_session;
		return is_acs ? "an ACS looks at messages" : "a CPE looks at messages";
	case SEE_LEASE:
	case SEE_LOOK_UP:
	case SEE_TRANSFER:
		return is_acs ? "an ACS looks at messages" : "a CPE looks at messages";
	case SEE_SESSION:
		scene->is_elsewhere = is_acs && scene_leads_away(scene, step);
		break;
	case SEE_CPE_SENDS:
	case SEE_ACS_SENDS:
	case SEE_CLOSE:
	case SEE_CALL:
		break;
	}
	return scene->is_elsewhere ? "it is at another ACS" : NULL;
}

/* Whether no side sees the step, and nothing behind it depends on it. */
static bool is_blind(const struct sequence_step *step)
{
	return step->see == SEE_LEASE || step->see == SEE_LOOK_UP ||
	       step->see == SEE_TRANSFER;
}

/* The next step behind i that is to be seen; the number of steps: there is none. */
static size_t next_seen(const struct scene *scene, size_t i)
{
	size_t n = scene->config.sequence->steps.len;

	do
		i++;
	while (i < n &&
	       (scene_step(scene, i)->is_never || is_blind(scene_step(scene, i))));
	return i;
}

/* Comes to the step i, or to the first behind it that can be seen. */
static void come_to(struct scene *scene, size_t i)
{
	size_t n = scene->config.sequence->steps.len;

	for (; i < n; i++) {
		const struct sequence_step *step = scene_step(scene, i);
		const char *why;

		if (step->is_never)
			continue;
		why = blindness(scene, step);
		if (!why)
			break;
		skip(scene, i, why);
	}
	scene->at = i;
	scene->is_done = false;
}

/* What must not be seen before step i was not. */
static void clear_never(struct scene *scene, size_t i)
{
	while (i-- > 0 &&
	       (scene_step(scene, i)->is_never || scene->results[i].is_skipped)) {
		if (scene->results[i].ok)
			continue;
		scene->results[i].ok = true;
		tell(scene, i);
	}
}

static bool is_last(const struct scene *scene, size_t i)
{
	return next_seen(scene, i) >= scene->config.sequence->steps.len;
}

/* Behind the last step nobody waits for more of it. */
static uint64_t most_of(const struct scene *scene, size_t i)
{
	const struct sequence_step *step = scene_step(scene, i);

	return is_last(scene, i) ? MAX(step->at_least, (uint64_t)1)
				 : sequence_most(step);
}

static void pass(struct scene *scene, size_t i, uint64_t message, clock_ns now)
{
	struct scene_result *result = &scene->results[i];

	result->ok = true;
	if (result->n++ == 0)
		result->message = message;
	scene->held_at = scene->waits_since = now;
	scene->has_held = true;
	scene->is_answer_due = scene->is_opening = scene->is_before = false;
	scene->noted_message = scene->noted_weight = 0;
	clear_never(scene, i);
	tell(scene, i);
	if (result->n >= most_of(scene, i))
		come_to(scene, i + 1);
	else
		scene->is_done = false;
}

static void keep_found(struct scene *scene, const struct sequence_step *step,
    const struct scene_found *found)
{
	if (found->name.len > 0 && found->name.len <= CWMP_NAME_MAX)
		scene_keep_name(scene, step->parameter, found->name);
	if (step->as && found->value.p && scene_give(scene, step->as, found->value) < 0)
		leave(scene, scene->at, scene->config.side, scene->n_messages,
		    "no memory for what the step keeps");
}

/* ---- one event ----------------------------------------------------------------------- */

static bool is_in_time(const struct scene *scene, const struct sequence_step *step,
    clock_ns now, struct scene_found *found)
{
	if (!scene->has_held || sequence_is_in_time(step, now - scene->held_at,
				    found->why, sizeof(found->why)))
		return true;
	found->who =
	    step->see == SEE_ACS_SENDS || step->see == SEE_CALL ? SCENE_ACS : SCENE_CPE;
	return false;
}

static bool may_go_on(const struct scene *scene, size_t i)
{
	return scene->results[i].n >= sequence_least(scene_step(scene, i));
}

/* Leaves steps out that need not be there, or not again, up to i. */
static void leave_out(struct scene *scene, size_t i)
{
	while (scene->at < i) {
		if (scene->results[scene->at].n == 0)
			skip(scene, scene->at, "not there");
		come_to(scene, scene->at + 1);
	}
}

static void take_up(struct scene *scene, size_t i, enum scene_verdict verdict,
    const struct scene_found *found, clock_ns now)
{
	leave_out(scene, i);
	keep_found(scene, scene_step(scene, i), found);
	if (scene->state != SCENE_PLAYING)
		return;
	if (verdict == SCENE_BEGINS) {
		scene->is_answer_due = true;
		scene->begun_with = scene->n_messages;
		return;
	}
	pass(scene, i, scene->is_answer_due ? scene->begun_with : scene->n_messages,
	    now);
}

/* Whether the event holds a step, or leaves the path there: that which comes next, or one
 * behind it where those between need not be there. */
static bool follow(struct scene *scene, const struct scene_event *event, clock_ns now)
{
	size_t n = scene->config.sequence->steps.len, i = scene->at, stays = n;
	struct scene_found found = { .why = "" };
	enum scene_verdict verdict = SCENE_PASSES;

	for (; i < n; i = next_seen(scene, i)) {
		found = (struct scene_found){ .why = "" };
		/* What is behind a new connection is not looked for on this one. */
		if (i > scene->at && (scene_step(scene, i)->see == SEE_OPEN ||
					 scene_step(scene, i)->see == SEE_TLS))
			break;
		verdict = scene_look(scene, scene_step(scene, i), event, &found);
		if ((verdict == SCENE_HOLDS || verdict == SCENE_BEGINS) &&
		    !scene->is_answer_due &&
		    !is_in_time(scene, scene_step(scene, i), now, &found))
			verdict = SCENE_FAILS;
		if (verdict == SCENE_HOLDS || verdict == SCENE_BEGINS) {
			take_up(scene, i, verdict, &found, now);
			return true;
		}
		if (verdict == SCENE_PASSES && stays == n)
			stays = i;
		if (scene->is_answer_due || !may_go_on(scene, i))
			break;
	}
	if (stays < n) {
		leave_out(scene, stays);
		return false;
	}
	if (verdict != SCENE_FAILS || i >= n)
		return false;
	leave(scene, i, found.who, scene->n_messages, found.why);
	return true;
}

static void look_for_unwanted(struct scene *scene, const struct scene_event *event)
{
	struct scene_found found = { .why = "" };

	for (size_t i = scene->at; i-- > 0 && (scene_step(scene, i)->is_never ||
						  scene->results[i].is_skipped);) {
		if (!scene_step(scene, i)->is_never ||
		    !scene_is_unwanted(scene, scene_step(scene, i), event, &found))
			continue;
		leave(scene, i, found.who, scene->n_messages, found.why);
		return;
	}
}

/* Of what tells equally much the last. */
static void note(struct scene *scene, const struct scene_event *event)
{
	char text[sizeof(scene->noted)];
	size_t weight = scene_weigh(scene, event, text, sizeof(text));

	if (weight == 0 || weight < scene->noted_weight)
		return;
	scene->noted_message = scene->n_messages;
	scene->noted_weight = weight;
	memcpy(scene->noted, text, sizeof(scene->noted));
}

static void take(struct scene *scene, const struct scene_event *event, clock_ns now)
{
	scene->heard_at = now;
	if (scene->state != SCENE_PLAYING)
		return;
	if (follow(scene, event, now))
		return;
	note(scene, event);
	look_for_unwanted(scene, event);
}

void scene_session_at(struct scene *scene, const char *url)
{
	(void)scene_give(scene, "session_url", str_of(url));
}

void scene_saw(struct scene *scene, bool from_acs, const struct cwmp_msg *msg,
    clock_ns now)
{
	const struct scene_event event = { .kind = SCENE_EVENT_MESSAGE,
		.from_acs = from_acs,
		.msg = msg };

	scene->n_messages++;
	if (msg && msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM &&
	    !scene->is_in_session) {
		scene->is_in_session = true;
		scene->n_sessions++;
	}
	take(scene, &event, now);
}

void scene_session_over(struct scene *scene, const char *why, clock_ns now)
{
	const struct scene_event event = { .kind = SCENE_EVENT_OVER,
		.why = why,
		.is_unheard =
		    why && scene->config.side == SCENE_CPE && !scene->is_in_session };

	scene->is_in_session = scene->is_before = false;
	take(scene, &event, now);
}

void scene_called(struct scene *scene, unsigned status, const char *why, clock_ns now)
{
	const struct scene_event event = { .kind = SCENE_EVENT_CALL,
		.status = status,
		.why = why };

	take(scene, &event, now);
}

void scene_fail(struct scene *scene, const char *why)
{
	if (scene->state == SCENE_PLAYING)
		leave(scene, MIN(scene->at, scene->config.sequence->steps.len - 1),
		    scene->config.side, scene->n_messages, why);
}

/* ---- silence -------------------------------------------------------------------------- */

static bool has_last_never(const struct scene *scene)
{
	return scene_step(scene, scene->config.sequence->steps.len - 1)->is_never;
}

clock_ns scene_due(const struct scene *scene)
{
	const struct scene_config *config = &scene->config;
	const struct sequence_step *step;

	if (scene->state != SCENE_PLAYING)
		return INT64_MAX;
	if (scene->at == config->sequence->steps.len) {
		if (scene->is_in_session)
			return scene->heard_at + config->wait;
		return scene->heard_at + (has_last_never(scene) ? config->watch : 0);
	}
	step = scene_step(scene, scene->at);
	if (step->within > 0 && scene->has_held && !scene->is_answer_due)
		return scene->held_at + step->within + 1;
	return MAX(scene->waits_since, scene_opens_at(scene)) + config->wait;
}

static void miss(struct scene *scene)
{
	const struct sequence_step *step = scene_step(scene, scene->at);
	enum scene_side who =
	    step->see == SEE_ACS_SENDS || step->see == SEE_CALL || scene->is_answer_due
		? SCENE_ACS
		: SCENE_CPE;
	bool is_late = step->within > 0 && scene->has_held && !scene->is_answer_due;
	double wait = (double)(is_late ? step->within : scene->config.wait);
	auto_buf words = BUF_NULL;

	buf_printf(&words, "%s for %.1f s",
	    scene->n_messages > 0 ? "it has not come" : "nobody has come",
	    wait / (double)NS_PER_S);
	if (scene->noted_message > 0)
		buf_printf(&words, "; message %" PRIu64 " was %s", scene->noted_message,
		    scene->noted);
	leave(scene, scene->at, who, scene->n_messages,
	    words.error ? "it has not come" : buf_cstr(&words));
}

void scene_tick(struct scene *scene, clock_ns now)
{
	size_t n = scene->config.sequence->steps.len;

	if (now < scene_due(scene))
		return;
	if (scene->at < n && !scene->is_answer_due && may_go_on(scene, scene->at)) {
		scene->waits_since = now;
		leave_out(scene, next_seen(scene, scene->at));
		return;
	}
	if (scene->at < n) {
		miss(scene);
		return;
	}
	clear_never(scene, n);
	scene->state = SCENE_WALKED;
}

/* ---- life ----------------------------------------------------------------------------- */

int scene_new(struct scene **ret, const struct scene_config *config, clock_ns now,
    struct error *err)
{
	auto_cleanup(scene_free) struct scene *scene = calloc(1, sizeof(*scene));
	int r;

	if (!scene)
		return error_set(err, -ENOMEM, "no memory for a sequence");
	scene->config = *config;
	scene->heard_at = scene->waits_since = now;
	r = scene_give(scene, "acs_url", str_of(config->url));
	if (r == 0)
		r = scene_give(scene, "session_url", str_of(config->url));
	if (r < 0)
		return error_set(err, r, "no room for the URL of the ACS");
	*ret = steal_ptr(&scene);
	return 0;
}

void scene_begin(struct scene *scene)
{
	come_to(scene, 0);
}

void scene_free(struct scene *scene)
{
	if (!scene)
		return;
	scene_forget(scene);
	free(scene);
}
