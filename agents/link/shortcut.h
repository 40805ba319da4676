/* The kernel's own way from one end of a link to the other: tc's mirred, at the ingress of the
 * interface. Frames to which nothing is done take it and never come to user space. What kernels
 * without it lack is speed: there are no shortcuts, and a carrier hands all frames on. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>

struct shortcut {
	int netlink; /* borrowed; -1: there is none */
	int from, to;
	bool is_open;
	uint64_t packets, bytes; /* that have taken it */
	uint64_t packets_before,
	    bytes_before; /* of the interface, when they were counted */
};

/* A route socket in the namespace (null: the process's own), which the caller closes. -errno with
 * words. */
int shortcut_socket(const char *netns, struct error *err);

/* Takes away what a carrier before has left at the interface. */
void shortcut_clear(int netlink, int ifindex);

/* Makes one between two interfaces of the socket's namespace, which is not open yet. For a moment
 * nothing can be sent at from: frames are lost, if there are any. False: the kernel has none. */
bool shortcut_make(struct shortcut *shortcut, int netlink, int from, int to);

/* From now on frames that come at from leave at to, and those that user space sees beside are
 * its own to leave alone. -errno. */
int shortcut_open(struct shortcut *shortcut);

/* From now on they do not. -errno: it is open yet. */
int shortcut_close(struct shortcut *shortcut);

/* Counts what has come since it was opened. */
void shortcut_count(struct shortcut *shortcut);
