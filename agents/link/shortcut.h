/* The kernel's own way from one end of a link to the other: tc's mirred, at the ingress of the
 * interface. Frames to which nothing is done take it and never come to user space. What kernels
 * without it lack is speed: there are no shortcuts, and a carrier hands all frames on. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct shortcut {
	int netlink; /* borrowed; -1: there is none */
	int from, to;
	bool is_open;
	uint64_t packets, bytes; /* that have taken it */
	uint64_t packets_before,
	    bytes_before; /* of the interface, when they were counted */
	/* Of the interface, as a reading has it (agents/link/counter.h). */
	uint64_t seen_packets, seen_bytes;
	bool is_seen;
	bool is_changed; /* opened or closed since the reading began */
};

/* Paths of network namespaces; null: the process's own. */
static inline bool shortcut_is_one_place(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* A route socket in the namespace (null: the process's own), which the caller closes. -errno with
 * words. */
int shortcut_socket(const char *netns, struct error *err);

/* Closes what a carrier before has left open at the interface. */
void shortcut_forget(int netlink, int ifindex);

/* Makes one between two interfaces of the socket's namespace, or takes over what a
 * carrier before has made, which stays open where it is. Where it makes one nothing can
 * be sent at from for a moment: frames are lost, if there are any. False: the kernel
 * has none. */
bool shortcut_make(struct shortcut *shortcut, int netlink, int from, int to);

/* Takes it away. No-op for one that was not made. */
void shortcut_unmake(struct shortcut *shortcut);

/* From now on frames that come at from leave at to, and those that user space sees
 * beside are its own to leave alone. Of one that a carrier before has left open no
 * frame is lost. -errno. */
int shortcut_open(struct shortcut *shortcut);

/* From now on they do not. -errno: it is open yet. */
int shortcut_close(struct shortcut *shortcut);

/* Counts what has come until a reading, if it has it. */
void shortcut_take_count(struct shortcut *shortcut);
