/* A port of a router at which it announces itself: one socket, bound to its interface. */
#pragma once

#include "agents/router/advert.h"
#include "agents/router/router_conf.h"

#include <uv.h>

struct router_port {
	const struct router_port_conf *conf; /* borrowed */
	uint8_t dns[ADVERT_DNS_MAX][16];
	struct advert advert;
	int fd;
	uv_poll_t poll;
	uv_timer_t timer;
	clock_ns all_told_at;    /* when all nodes were told last */
	bool is_open;            /* its handles are of the loop */
	uint64_t sent, answered; /* unasked, and to those who asked */
	uint64_t unsent;         /* that the kernel did not take */
};

/* doc: of conf, for mistakes. ERR_CONFIG, or -errno with words. The caller closes port in any case. */
int router_port_open(struct router_port *port, uv_loop_t *loop,
    const struct router_port_conf *conf, struct conf_doc *doc, struct error *err);

/* Its handles close in the loop's next round. */
void router_port_close(struct router_port *port);
