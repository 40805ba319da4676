/* Connections to the addresses of an ACS, of which the first that stands is the talk's. */
#include "agents/cpe/talk/talk_internal.h"

#include "agents/common/dial/address_race.h"
#include "agents/common/http_client.h"
#include "lib/base/cleanup.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

struct attempt {
	struct talk *talk;
	struct endpoint to;
	struct http_client *http; /* null: not begun, or it has failed */
};

struct talk_race {
	struct address_race race;
	char why[FAILURE_WHY_MAX]; /* the first one failed with it; "" */
	struct attempt attempts[]; /* race.n */
};

static void follow(struct talk *talk, enum address_race_do what);

static enum address_race_do step(struct talk *talk, enum address_race_event event)
{
	return address_race_step(&talk->race->race, event, clock_monotonic());
}

static void close_attempt(struct attempt *attempt)
{
	if (attempt->http)
		http_client_close(steal_ptr(&attempt->http), NULL);
}

void talk_race_drop(struct talk *talk)
{
	struct talk_race *race = steal_ptr(&talk->race);

	for (size_t i = 0; race && i < race->race.n; i++)
		close_attempt(&race->attempts[i]);
	free(race);
}

/* ---- what becomes of an attempt -------------------------------------------------------- */

/* All others are closed, and the connection is the talk's as if there had been no other. */
static struct talk *win(struct attempt *attempt)
{
	struct talk *talk = attempt->talk;

	(void)step(talk, RACE_WON);
	talk->acs = attempt->to;
	talk->http = steal_ptr(&attempt->http);
	http_client_hand_over(talk->http, talk->moves->http, talk);
	talk_race_drop(talk);
	return talk;
}

static void on_connected(void *user)
{
	struct talk *talk = win(user);

	talk->moves->http->connected(talk);
}

static void on_opened(void *user)
{
	struct talk *talk = win(user);

	talk->moves->http->opened(talk);
}

static void note_failure(struct attempt *attempt, const char *why)
{
	struct talk_race *race = attempt->talk->race;
	char text[ENDPOINT_TEXT_MAX];

	if (race->why[0] == '\0')
		(void)snprintf(race->why, sizeof(race->why), "%s: %s",
		    endpoint_text(&attempt->to, text), why);
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	struct attempt *attempt = user;
	struct talk *talk = attempt->talk;

	(void)layer;
	note_failure(attempt, why);
	close_attempt(attempt);
	follow(talk, step(talk, RACE_FAILED));
}

static void on_ended(void *user, bool is_awaiting)
{
	(void)is_awaiting;
	on_failed(user, HTTP_CLIENT_TCP, "the ACS closed the connection");
}

static const struct http_client_handlers attempt_handlers = {
	.connected = on_connected,
	.opened = on_opened,
	.ended = on_ended,
	.failed = on_failed,
};

/* ---- the race --------------------------------------------------------------------------- */

static enum address_race_do begin_attempt(struct talk *talk)
{
	struct attempt *attempt = &talk->race->attempts[talk->race->race.begun - 1];
	struct error err = ERROR_NULL;

	if (talk_dial(talk, &attempt->to, &attempt->http, &attempt_handlers, attempt,
		&err) == 0) {
		talk->config.sight.has_tried = true;
		return RACE_WAIT;
	}
	note_failure(attempt, err.text);
	return step(talk, RACE_FAILED);
}

static void follow(struct talk *talk, enum address_race_do what)
{
	char why[FAILURE_WHY_MAX];

	while (what == RACE_BEGIN)
		what = begin_attempt(talk);
	if (what != RACE_GIVE_UP) {
		talk->handlers->waits(talk->user);
		return;
	}
	(void)snprintf(why, sizeof(why), "%s", talk->race->why);
	talk_race_drop(talk);
	talk->moves->fail(talk, FAILURE_TCP, why);
}

int talk_race_new(struct talk *talk, const struct address_choice *choices, size_t n)
{
	struct talk_race *race =
	    calloc(1, sizeof(*race) + n * sizeof(race->attempts[0]));

	if (!race)
		return -ENOMEM;
	address_race_init(&race->race, n);
	for (size_t i = 0; i < n; i++)
		race->attempts[i] =
		    (struct attempt){ .talk = talk, .to = choices[i].to };
	talk->race = race;
	return 0;
}

void talk_race_start(struct talk *talk)
{
	follow(talk, step(talk, RACE_START));
}

clock_ns talk_race_due(const struct talk *talk)
{
	return talk->race ? talk->race->race.due : INT64_MAX;
}

void talk_race_timeout(struct talk *talk)
{
	if (talk->race)
		follow(talk, step(talk, RACE_TIMER));
}
