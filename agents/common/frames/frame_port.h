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

/* Writes a tag of 802.1Q behind the addresses of a frame that was read without one. */
void port_frame_tag(struct port_frame *frame, uint16_t type, uint16_t tci);

/* Takes the first tag out. Its VLAN; -1: the frame has none. */
int port_frame_untag(struct port_frame *frame);

/* Whether it carries a tag, of 802.1Q or 802.1ad. */
bool port_frame_is_tagged(const struct port_frame *frame);

/* Buffers of a process for one batch. */
struct frame_reader;

/* Null without memory. The caller frees it with frame_reader_free(). */
struct frame_reader *frame_reader_new(void);
void frame_reader_free(struct frame_reader *reader); /* null is fine */

struct frame_port {
	struct poll_item poll;
	int fd;           /* -1: closed */
	int ifindex;      /* of the interface, once it is open */
	uint64_t refused; /* frames that the kernel did not take, or could not give */
};

/* Opens a socket at the interface of the namespace (null: the process's own). Where it
 * does not hear nothing that comes is to be read, from the first frame on
 * (frame_port_hear()). -errno with words. The caller closes it with frame_port_close().
 * */
int frame_port_open(struct frame_port *port, const char *netns, const char *interface,
    bool hears, struct error *err);

/* The same of a packet socket of protocol 0 that the caller has opened in the interface's namespace,
 * and which is the port's from now on. On failure it is the caller's yet. */
int frame_port_take(struct frame_port *port, int fd, int ifindex, const char *interface,
    struct error *err);

/* Safe to repeat; a zeroed port with fd -1 is fine. */
void frame_port_close(struct frame_port *port);

/* The same, but the descriptor is the caller's, to be closed by any thread: at that the
 * kernel waits until no processor is at work with the socket, some ten milliseconds.
 * -1: it was closed. */
int frame_port_give_up(struct frame_port *port);

/* Reads what is there, at most PORT_BATCH frames, none that this machine sent through the interface
 * itself. VLAN tags, which the kernel keeps beside the frame, stand in it again. Returns how many
 * are in frames, 0: there are no more. An interface that is down has none. */
int frame_port_read(struct frame_port *port, struct frame_reader *reader,
    struct port_frame frames[PORT_BATCH]);

/* Sends them in their order; what the kernel does not take is counted, and lost as on a wire whose
 * end has no room. */
void frame_port_send(struct frame_port *port, struct port_frame *frames, unsigned n);

/* Whether what comes from now on is to be read; what has come is, in any case. -errno. */
int frame_port_hear(struct frame_port *port, bool hears);

/* Frames that came while the kernel had no room for them, since the call before. */
uint64_t frame_port_missed(struct frame_port *port);
