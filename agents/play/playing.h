/* A sequence that an agent plays, at its edges: time, and what is told. */
#pragma once

#include "agents/common/control.h"
#include "lib/sequence/scene.h"

/* The options of an agent that can play a side, rows of struct agent_flag, with the help of the
 * two that are the side's own. */
#define PLAYING_FLAGS(play_help, with_help)                                            \
	{ .row = OPTION(0, "play", "SEQUENCE", play_help), .key = "play.sequence" },   \
	    { .row = OPTION(0, "with", "NAME=VALUE", with_help),                       \
		    .key = "play.with",                                                \
		    .is_secret = true,                                                 \
		    .max = AGENT_VALUES_MAX },                                         \
	    { .row = OPTION(0, "play-wait", "TIME",                                    \
		  "how long a step is waited for that does not say \"within\" itself " \
		  "(2m)"),                                                             \
		    .key = "play.wait",                                                \
		    .kind = FLAG_NUMBER },                                             \
	{                                                                              \
		.row = OPTION(0, "play-watch", "TIME",                                 \
		    "how long a last step is looked for that must not be seen (3s)"),  \
		.key = "play.watch", .kind = FLAG_NUMBER                               \
	}

struct playing { /* set by its owner, but for the timer; all of it borrowed */
	struct scene *scene; /* null: none is played, and what follows does nothing */
	struct control *control;
	const char *node; /* whose events they are */
	/* Time has gone by. */
	void (*tick)(void *user);
	/* Our side may go; perhaps more than once. */
	void (*ended)(void *user);
	void *user;
	uv_timer_t timer;
};

/* Tells that a step has held, or was passed over. */
void playing_tell_step(const struct playing *playing, size_t step);

/* Begins. */
void playing_start(struct playing *playing, uv_loop_t *loop);

/* Tells the end: in an event, and in a line for people. Once, after playing_start(), while the
 * control channel is open. */
void playing_stop(struct playing *playing);

/* Whether the path was walked, or none was to be. */
bool playing_is_good(const struct playing *playing);
