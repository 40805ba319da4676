/* The interfaces that the user named, and ports of labs among them, ready to be captured. */
#pragma once

#include "capture/live/live.h"
#include "lab/look/lab_port.h"

struct look;

struct live_ports {
	struct live_conf conf; /* for live_run(); its stop is the caller's to set */
	struct live_port ports[LIVE_PORTS_MAX];
	struct lab_port labs[LIVE_PORTS_MAX];
	size_t n_labs;
};

/* Fills *ports, which is all zero, from the options; it borrows look and may not move.
 * 0, or an error of lab_port_open(). The caller calls live_ports_close() in both cases. */
int live_ports_open(struct live_ports *ports, const struct look *look,
    struct error *err);

/* Safe to repeat. */
void live_ports_close(struct live_ports *ports);
