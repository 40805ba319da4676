/* Frames as the kernel hands them over where cards would do the rest of the work: with a checksum
 * that is still to be made, and longer than the link, to be cut into segments (virtio 1.2 5.1.6,
 * PACKET_VNET_HDR of packet(7)). A link that loses, delays and counts packets needs those that are
 * on the wire: they are cut here. All lengths are checked: whoever may open packet sockets in a
 * node can send what it likes. */
#pragma once

#include <linux/virtio_net.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	FRAME_BYTES_MAX = 65550, /* of an IP packet and its Ethernet header */
	FRAME_CUTS_MAX = 2048    /* segments of one frame */
};

struct frame_cut {
	const uint8_t *frame; /* borrowed */
	size_t len;
	struct virtio_net_hdr offload; /* in the machine's byte order */
	size_t ip, head; /* where the IP header begins; bytes before the payload */
	bool is_ipv6, is_udp;
	size_t at; /* payload that is cut already */
	unsigned n_cut;
};

/* Whether the kernel has left frames to be cut. */
bool frame_is_long(const struct virtio_net_hdr *offload);

/* Begins to cut. Returns how many segments there will be; 0: it is none that can be cut (another
 * protocol, a length that is not right, too many segments). frame is borrowed. */
unsigned frame_cut_begin(struct frame_cut *cut, const uint8_t *frame, size_t len,
    const struct virtio_net_hdr *offload);

/* Writes the next segment to ret, which has room for the headers and gso_size bytes (at most
 * FRAME_BYTES_MAX), with its own lengths, sequence number, flags and IPv4 checksum; that of TCP or
 * UDP is left to whoever takes it, as *ret_offload says. Returns its length, 0 after the last. */
size_t frame_cut_next(struct frame_cut *cut, uint8_t *ret,
    struct virtio_net_hdr *ret_offload);

/* The same of the next n segments (1 or more, as many as there are) as one frame, which whoever
 * takes it has to cut: offload says so where it is more than one. */
size_t frame_cut_train(struct frame_cut *cut, unsigned n, uint8_t *ret,
    struct virtio_net_hdr *ret_offload);

/* Passes over the next segment. */
void frame_cut_skip(struct frame_cut *cut);

/* The length with its headers of the segment that comes so many behind the next; 0: there
 * is none. */
size_t frame_cut_len(const struct frame_cut *cut, unsigned behind);

/* Makes the checksum that is due, if any; *offload says so no more. False: its place is outside the
 * frame. */
bool frame_finish(uint8_t *frame, size_t len, struct virtio_net_hdr *offload);

/* Turns one bit of what a checksum covers, so that no receiver takes it for right: of
 * an IPv4 packet all of it, of IPv6 what follows the first header; of other frames what
 * follows the Ethernet header, which is left alone, since a switch would learn from it.
 * The bit is chance's (32 bits). The checksum must be made before (frame_finish()), for
 * it would be made of the wrong bytes. Does nothing to a frame that has no such
 * byte. */
void frame_corrupt(uint8_t *frame, size_t len, uint32_t bit);

/* RFC 1071 over n bytes, not complemented, added to sum. */
uint32_t frame_sum(const uint8_t *bytes, size_t n, uint32_t sum);
/* The same folded to 16 bits. */
uint16_t frame_fold(uint32_t sum);
