/* Frames of interfaces as they come: from capturing processes without privileges of their
 * own (live_child.h), in the order of time, into a file and to whoever wants them.
 *
 *   port -> child -> socket -> hold -> secrets, then frames -> ring of files
 *                                                          -> sink
 *
 * Each frame is held for a moment, so that frames of several ports leave in the order of
 * time, and the secrets that a peer logs meanwhile stand before what they decrypt. */
#pragma once

#include "capture/frame/frame.h"
#include "capture/live/ring.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <sys/types.h>

enum {
	LIVE_PORTS_MAX = 64,
	/* One of the lab of each port, and two that the user names. */
	LIVE_KEYLOGS_MAX = LIVE_PORTS_MAX + 2,
};

struct live_port {
	const char *name; /* in reports and in the file */
	const char
	    *interface;      /* its name in its namespace; "any": all that are there */
	int user_ns, net_ns; /* its namespaces: borrowed descriptors; -1: our own */
	/* A borrowed descriptor that becomes readable or is closed once the namespace is
	 * gone; -1: none. */
	int alive;
};

struct live_keylog { /* an NSS key log, followed while it grows */
	const char *path;
	bool may_come; /* the file need not be there yet: then it is made, empty */
};

struct live_conf {
	const struct live_port *ports;
	size_t n_ports;
	const char *filter; /* pcap-filter(7), or null */
	struct live_keylog keylogs[LIVE_KEYLOGS_MAX];
	size_t n_keylogs;
	struct ring_conf file; /* path null: nothing is written */
	clock_ns duration;     /* 0: no limit */
	uint64_t packets;      /* 0: no limit */
	uid_t uid; /* the identity that this process takes once its ports are open; */
	gid_t gid; /* its capabilities go in any case */
	/* A borrowed descriptor that becomes readable when the capture is to end; -1:
	 * none. */
	int stop;
};

enum live_change {
	LIVE_LINK_DOWN, /* the port goes on, without frames until it is up again */
	LIVE_LINK_UP,
	LIVE_PORT_ENDED /* by itself: its interface was removed, its process killed */
};

struct live_counts {
	uint64_t packets;
	uint64_t dropped_by_kernel;
	uint64_t dropped_here; /* no room to hold them, or a pipe read too slowly */
	size_t ports_ended;    /* by themselves, before the capture was to end */
};

struct live_sink { /* any may be null */
	void *user;
	/* All ports are open, privileges are gone. */
	void (*started)(void *user);
	/* Numbered from 1; interface is the index of its port. */
	void (*frame)(void *user, const struct frame *frame);
	/* Whole lines of the key logs, before the frames that need them. */
	void (*secrets)(void *user, struct str lines);
	/* After each look at the ports, every 20 ms or more often: it has to be quick.
	 * False: stop. */
	bool (*tick)(void *user, const struct live_counts *counts);
	/* What became of a port, by its index, in words. The capture goes on with those
	 * that are left. */
	void (
	    *changed)(void *user, size_t port, enum live_change what, const char *text);
};

/* Captures until it is told to stop, a limit is reached or no port is left, and
 * completes the file. *ret_counts is filled in any case; a port that ended with its lab
 * (struct live_port, alive) is none that ended by itself. ret_path may be null; else
 * *ret_path becomes the name of the last file that was written, which the caller frees,
 * or null when none was begun. Errors before the first frame are ERR_USAGE for too few
 * or too many ports and those of live_source_start(), privileges_drop(), keytail_open()
 * and ring_open(); after it, that the file could not be written (what it holds can be
 * read), -ENOMEM, and -EPIPE when the reader of a pipe has gone. The process has fewer
 * privileges afterwards, and ignores SIGPIPE. */
int live_run(const struct live_conf *conf, const struct live_sink *sink,
    struct live_counts *ret_counts, char **ret_path, struct error *err);
