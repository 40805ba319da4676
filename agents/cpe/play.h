/* The command "cpe" of an agent of CPEs: what is done to one of them, or to all. */
#pragma once

#include "agents/cpe/device/cpe_fleet.h"

struct play_arguments {
	const char *cpe; /* its name, or that of the process: all of them */
	int act;         /* enum play_act */
	const char *event;
	const struct conf_node *values;
};

/* The orders that wait for the loop's next round: events are told while they are carried out, and
 * none may be while an answer is written. */
struct plays {
	struct cpe_fleet *fleet; /* borrowed */
	struct list waiting;
	uv_timer_t timer;
};

extern const struct conf_row play_rows[];

void plays_open(struct plays *plays, uv_loop_t *loop, struct cpe_fleet *fleet);
/* The loop lets go of it. After the control channel is closed. */
void plays_close(struct plays *plays);

/* A page of the answer: "cpes", those to which it was done, as they are then. What cannot be
 * done to one of several is told, and was done to those before it. */
int play_page(struct plays *plays, struct answer *answer, struct error *err);
void play_end(struct answer *answer);
