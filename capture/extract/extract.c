#include "capture/extract/extract.h"

#include "capture/analysis/analysis.h"
#include "capture/extract/extract_internal.h"
#include "capture/file/capfile.h"
#include "capture/file/pcapng_write.h"
#include "capture/packet/packet.h"
#include "lib/base/wire.h"
#include "lib/proto/dhcp.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

enum {
	FLUSH_AT = 1 << 20,
	TCP_FLAGS_AT = 13,
	TCP_SYN = 2,
	TCP_ACK = 16,
	PORT_DNS = 53,
	PORT_DHCP6_CLIENT = 546,
	PORT_DHCP6_SERVER = 547,
};

struct extract {
	struct extract_wanted wanted;
	struct pcapng_writer writer;
	struct ipfrag fragments;
	uint32_t interfaces[CAPFILE_INTERFACES_MAX]; /* 1 + number in the new file */
	uint32_t n_interfaces;
};

DEFINE_CLEANUP(struct capfile *, capfile_close)

/* ---- which frames ------------------------------------------------------------------ */

static bool wants_tcp(struct extract *x, const struct packet *packet, uint64_t number)
{
	const uint8_t *p = packet->payload.p;
	struct extract_conn *conn;
	bool is_syn;

	if (packet->payload.len < 4)
		return false;
	conn = extract_find_conn(&x->wanted, &packet->ip.src, get_u16(p),
	    &packet->ip.dst, get_u16(p + 2), number);
	if (!conn)
		return false;
	if (number <= conn->last)
		return true;
	/* The last ACKs belong to it, a new connection of the same ports does not. */
	is_syn = packet->payload.len > TCP_FLAGS_AT &&
		 (p[TCP_FLAGS_AT] & (TCP_SYN | TCP_ACK)) == TCP_SYN;
	conn->is_over |= is_syn;
	return !conn->is_over;
}

static bool wants_dhcp(struct extract *x, const struct packet *packet)
{
	struct dhcp_packet dhcp;

	return dhcp_parse(&dhcp, packet->payload.p, packet->payload.len, NULL) == 0 &&
	       extract_is_mac(&x->wanted, dhcp.chaddr);
}

static bool wants_udp(struct extract *x, const struct packet *packet, uint64_t number)
{
	const uint16_t ports[] = { packet->src_port, packet->dst_port };
	bool is_ours = extract_is_address(&x->wanted, &packet->ip.src) ||
		       extract_is_address(&x->wanted, &packet->ip.dst);

	if (number > x->wanted.last)
		return false;
	for (size_t i = 0; i < 2; i++) {
		if (ports[i] == PORT_DNS)
			return is_ours;
		if (ports[i] == DHCP_SERVER_PORT || ports[i] == DHCP_CLIENT_PORT)
			return wants_dhcp(x, packet);
		if (ports[i] == PORT_DHCP6_CLIENT || ports[i] == PORT_DHCP6_SERVER)
			return is_ours ||
			       (packet->src_mac &&
				   extract_is_mac(&x->wanted, packet->src_mac)) ||
			       (packet->dst_mac &&
				   extract_is_mac(&x->wanted, packet->dst_mac));
	}
	return false;
}

static bool wants(struct extract *x, const struct frame *frame)
{
	struct packet packet;

	if (packet_parse(&x->fragments, frame, &packet) < 0)
		return false;
	switch (packet.kind) {
	case PACKET_TCP:
		return wants_tcp(x, &packet, frame->number);
	case PACKET_UDP:
		return wants_udp(x, &packet, frame->number);
	case PACKET_WAITING:
		/* Its ports may be in another fragment. */
		return frame->number <= x->wanted.last &&
		       extract_is_address(&x->wanted, &packet.ip.src) &&
		       extract_is_address(&x->wanted, &packet.ip.dst);
	case PACKET_OTHER:
	case PACKET_ARP:
	case PACKET_ICMP:
		return false;
	}
	return false;
}

/* ---- the new file ------------------------------------------------------------------ */

static int failed_to_write(const struct extract *x, int code, struct error *err)
{
	(void)x;
	return error_set(err, ERR_MACHINE, "%s", error_name(code));
}

static int put_frame(struct extract *x, const struct frame *frame, struct error *err)
{
	struct frame copy = *frame;
	uint32_t *interface = &x->interfaces[frame->interface % CAPFILE_INTERFACES_MAX];
	int r;

	if (*interface == 0) {
		pcapng_put_interface_of(&x->writer, NULL, frame->linktype);
		*interface = ++x->n_interfaces;
	}
	copy.interface = *interface - 1;
	pcapng_put_frame(&x->writer, &copy);
	if (x->writer.out.len < FLUSH_AT)
		return 0;
	r = pcapng_flush(&x->writer, NULL);
	return r < 0 ? failed_to_write(x, r, err) : 0;
}

static int copy_frames(struct extract *x, const char *path, struct error *err)
{
	auto_cleanup(capfile_close) struct capfile *file = NULL;
	struct frame frame;
	int r = capfile_open(path, NULL, NULL, &file, err);

	while (r >= 0 && (r = capfile_next(file, &frame, err)) > 0) {
		if (wants(x, &frame))
			r = put_frame(x, &frame, err);
	}
	return r;
}

static int write_all(struct extract *x, const struct extract_options *options,
    const char *path, struct error *err)
{
	auto_buf secrets = BUF_NULL;
	int r = extract_secrets(&x->wanted, options, &secrets, err), closed;

	if (r < 0)
		return r;
	r = pcapng_create(&x->writer, path, NULL);
	if (r < 0)
		return failed_to_write(x, r, err);
	pcapng_put_secrets(&x->writer, buf_str(&secrets));
	r = copy_frames(x, options->path, err);
	if (r == 0 && x->n_interfaces == 0) /* readers want one */
		pcapng_put_interface_of(&x->writer, NULL, LINKTYPE_ETHERNET);
	closed = pcapng_close(&x->writer, NULL);
	return r == 0 && closed < 0 ? failed_to_write(x, closed, err) : r;
}

int extract_packets(const struct analysis *analysis,
    const struct extract_options *options, const char *path, struct error *err)
{
	struct extract *x;
	struct stat st;
	int r;

	if (strcmp(options->path, "-") == 0 ||
	    (stat(options->path, &st) == 0 && !S_ISREG(st.st_mode)))
		return error_set(err, ERR_USAGE,
		    "%s cannot be read twice: give --write a capture in a file",
		    strcmp(options->path, "-") == 0 ? "standard input" : options->path);
	x = calloc(1, sizeof(*x));
	if (!x)
		return error_set(err, -ENOMEM, "no memory");
	x->writer = (struct pcapng_writer)PCAPNG_WRITER_NULL;
	r = extract_wanted_make(&x->wanted, analysis);
	r = r < 0 ? error_set(err, r, "no memory") : write_all(x, options, path, err);
	extract_wanted_free(&x->wanted);
	ipfrag_free(&x->fragments);
	free(x);
	return r;
}
