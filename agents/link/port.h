/* A packet socket at one end of a link: frames with the kernel's header of what is left to do on
 * them (PACKET_VNET_HDR), many at a time. */
#pragma once

#include "agents/common/poll/poll_set.h"
#include "lib/link/frame_cut.h"

enum {
	PORT_FRAME_MAX = FRAME_BYTES_MAX + 8, /* bytes, with two tags */
	PORT_BATCH = 16,                      /* frames that are read at once */
	PORT_READS_MAX = 16, /* batches, before others have their turn */
	PORT_SEND_BYTES =
	    4 << 20, /* of frames on their way, that the kernel holds for a socket */
	PORT_RECEIVE_BYTES = 8 << 20 /* of frames that were not read yet */
};

struct port_frame {
	struct virtio_net_hdr offload;
	uint8_t *bytes; /* in the reader's buffers, until it reads again */
	size_t len;
};

/* Buffers of a process for one batch. */
struct port_reader;

/* Null without memory. The caller frees it with port_reader_free(). */
struct port_reader *port_reader_new(void);
void port_reader_free(struct port_reader *reader); /* null is fine */

struct port {
	struct poll_item poll;
	int fd;           /* -1: closed */
	uint64_t refused; /* frames that the kernel did not take, or could not give */
};

/* Opens a socket at the interface of the namespace (null: the process's own). -errno with words.
 * The caller closes it with port_close(). */
int port_open(struct port *port, const char *netns, const char *interface,
    struct error *err);

/* Safe to repeat; a zeroed port with fd -1 is fine. */
void port_close(struct port *port);

/* Reads what is there, at most PORT_BATCH frames, none that this machine sent through the interface
 * itself. VLAN tags, which the kernel keeps beside the frame, stand in it again. Returns how many
 * are in frames, 0: there are no more. An interface that is down has none. */
int port_read(struct port *port, struct port_reader *reader,
    struct port_frame frames[PORT_BATCH]);

/* Sends them in their order; what the kernel does not take is counted, and lost as on a wire whose
 * end has no room. */
void port_send(struct port *port, struct port_frame *frames, unsigned n);

/* Frames that came while the kernel had no room for them, since the call before. */
uint64_t port_missed(struct port *port);
