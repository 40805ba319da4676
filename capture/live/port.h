/* One port that is recorded: a libpcap handle opened inside the port's network namespace. */
#pragma once

#include "capture/frame/frame.h"
#include "lib/base/error.h"

#include <stdbool.h>
#include <stddef.h>

struct record_port {
	const char *name;       /* of the interface in the file */
	const char *netns;      /* path of its network namespace; null: this one */
	const char *interface;  /* in that namespace */
	const char *filter;     /* BPF, as pcap-filter(7); null: all frames */
	bool wants_promiscuous; /* also frames that are addressed to others */
	bool takes_any_link;    /* also link types other than Ethernet */
	uint16_t linktype;      /* LINKTYPE_*, once it is open */
	struct pcap *pcap;      /* owned */
	int ifindex;            /* that it is bound to; 0: all of its namespace */
	uint64_t received;      /* frames that were handed on */
	uint64_t lost;          /* frames that the recorder left out; it counts them */
};

/* Opens the port, with a ring of buffer_bytes in the kernel. ERR_MACHINE when the
 * machine refuses (permission), ERR_USAGE when there is no such namespace or interface,
 * or the filter does not compile, ERR_UNSUPPORTED when the interface is not Ethernet
 * and takes_any_link is not set. Ends the process when it cannot go back to its own
 * network namespace. */
int record_port_open(struct record_port *port, size_t buffer_bytes, struct error *err);

/* A descriptor that is readable when frames are there; it belongs to the port. -1 where
 * the port is not open. */
int record_port_fd(const struct record_port *port);

/* frame has no number and no interface yet; its bytes live until the function
 * returns. */
typedef void record_port_fn(void *user, struct record_port *port,
    const struct frame *frame);

/* Hands on the frames that are there, 4,096 at most, without waiting, and returns how
 * many. ERR_CLOSED means that the port went away. */
int record_port_read(struct record_port *port, record_port_fn *fn, void *user,
    struct error *err);

enum record_link {
	RECORD_LINK_UP,
	RECORD_LINK_DOWN, /* it may come up again: the port goes on */
	RECORD_LINK_GONE  /* no interface is there any more, and no frame will come */
};

/* How the interface of an open port is now. One that was removed is gone, also where
 * another has its name by now, which libpcap does not notice. */
enum record_link record_port_link(const struct record_port *port);

/* Frames that the kernel or the recorder dropped so far. */
uint64_t record_port_dropped(const struct record_port *port);

/* 0 when expression is a filter for frames of that link type; ERR_USAGE with libpcap's
 * reason when it is not. */
int record_port_check_filter(const char *expression, uint16_t linktype,
    struct error *err);

/* Safe to repeat. */
void record_port_close(struct record_port *port);
