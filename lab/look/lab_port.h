/* Ports of running labs by name, as captures want them: "figure-2/acs1" is the port of a
 * node (of a switch: all that it forwards), "figure-2/sw1:cpe-1" one port of a switch,
 * "figure-2/acs1:lo" any interface of a node. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>

struct lab_port {
	char *name;          /* owned */
	char *interface;     /* owned: its name in the network of the node */
	char *keylog;        /* owned: path of the lab's key log; null: none to read */
	int control;         /* owned: readable once the lab has ended */
	int user_ns, net_ns; /* owned; user_ns -1: the caller's own */
};

#define LAB_PORT_NULL                        \
	{                                    \
		NULL, NULL, NULL, -1, -1, -1 \
	}

/* Whether the name is that of a lab's port: it has a slash, which no interface of a
 * machine has in its name. */
bool lab_port_is_meant(const char *name);

/* The caller closes *ret by lab_port_close(); after a failure *ret is as it was. ERR_USAGE
 * when there is no such lab, node or port, with the nearest name that there is; otherwise
 * an error of labsock_ask() or -ENOMEM. */
int lab_port_open(const char *name, struct lab_port *ret, struct error *err);

/* Safe to repeat. */
void lab_port_close(struct lab_port *port);

/* Gets one port: its name, and what it is in words ("acs 10.0.0.11"). */
typedef void lab_port_fn(void *user, const char *name, const char *what);

/* Calls fn for each port of each lab that the caller has up. A lab that does not answer, or
 * ends meanwhile, is left out. 0, or an error of labsock_list(). */
int lab_port_list(lab_port_fn *fn, void *user, struct error *err);
