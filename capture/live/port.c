#include "capture/live/port.h"

#include "lib/base/cleanup.h"
#include "lib/program/log.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

enum {
	SNAPLEN = 262144,
	TIMEOUT_MS = 10, /* until a ring block that is not full is handed over */
	BATCH = 4096,    /* frames a read, so that no port starves the others */
};

struct reading {
	struct record_port *port;
	record_port_fn *fn;
	void *user;
};

/* A file has other numbers than a handle for raw IP. */
static int take_link(struct record_port *port, pcap_t *pcap, struct error *err)
{
	int link = pcap_datalink(pcap);

	if (link != DLT_EN10MB && !port->takes_any_link)
		return error_set(err, ERR_UNSUPPORTED,
		    "port %s: interface %s is not Ethernet", port->name,
		    port->interface);
	port->linktype = link == DLT_RAW ? LINKTYPE_RAW : (uint16_t)link;
	return 0;
}

static int compile(pcap_t *pcap, const char *expression, struct bpf_program *ret,
    struct error *err)
{
	if (pcap_compile(pcap, ret, expression, 1, PCAP_NETMASK_UNKNOWN) < 0)
		return error_set(err, ERR_USAGE, "filter \"%s\": %s", expression,
		    pcap_geterr(pcap));
	return 0;
}

int record_port_check_filter(const char *expression, uint16_t linktype,
    struct error *err)
{
	pcap_t *pcap = pcap_open_dead(linktype, SNAPLEN);
	struct bpf_program program = { 0 };
	int r;

	if (!pcap)
		return error_set(err, -ENOMEM, "out of memory");
	r = compile(pcap, expression, &program, err);
	pcap_freecode(&program);
	pcap_close(pcap);
	return r;
}

static int set_filter(const struct record_port *port, pcap_t *pcap, struct error *err)
{
	struct bpf_program program = { 0 };
	int r = compile(pcap, port->filter, &program, err);

	if (r == 0 && pcap_setfilter(pcap, &program) < 0)
		r = error_set(err, ERR_MACHINE, "port %s: filter \"%s\": %s",
		    port->name, port->filter, pcap_geterr(pcap));
	pcap_freecode(&program);
	return r;
}

/* The reason in libpcap's words, which say more than the number of the error. */
static int tell_refusal(const struct record_port *port, pcap_t *pcap, int r,
    struct error *err)
{
	const char *name = pcap_statustostr(r), *more = pcap_geterr(pcap);
	bool says_more = more && *more && strcmp(name, more) != 0;

	return error_set(err, r == PCAP_ERROR_NO_SUCH_DEVICE ? ERR_USAGE : ERR_MACHINE,
	    "port %s: %s%s%s%s", port->name, name, says_more ? ": " : "",
	    says_more ? more : "",
	    r == PCAP_ERROR_PERM_DENIED || r == PCAP_ERROR_PROMISC_PERM_DENIED
		? "; as root, or once: setcap cap_net_raw+ep PROGRAM"
		: "");
}

/* The interface that the socket of the port is bound to: 0 for all, -1 once it is gone
 * (packet(7)), and for a port that is no packet socket 0. */
static int bound_to(pcap_t *pcap)
{
	struct sockaddr_ll address = { 0 };
	socklen_t len = sizeof(address);

	if (getsockname(pcap_fileno(pcap), (struct sockaddr *)&address, &len) < 0 ||
	    address.sll_family != AF_PACKET)
		return 0;
	return address.sll_ifindex;
}

static int activate(struct record_port *port, size_t buffer_bytes, struct error *err)
{
	char text[PCAP_ERRBUF_SIZE] = "";
	pcap_t *pcap = pcap_create(port->interface, text);
	int r;

	if (!pcap)
		return error_set(err, ERR_MACHINE, "port %s: %s", port->name, text);
	(void)pcap_set_snaplen(pcap, SNAPLEN);
	(void)pcap_set_promisc(pcap, port->wants_promiscuous);
	(void)pcap_set_timeout(pcap, TIMEOUT_MS);
	(void)pcap_set_buffer_size(pcap, (int)buffer_bytes);
	(void)pcap_set_tstamp_precision(pcap, PCAP_TSTAMP_PRECISION_NANO);
	r = pcap_activate(pcap);
	if (r < 0) {
		r = tell_refusal(port, pcap, r, err);
		pcap_close(pcap);
		return r;
	}
	r = pcap_setnonblock(pcap, 1, text) < 0
		? error_set(err, ERR_MACHINE, "port %s: %s", port->name, text)
		: take_link(port, pcap, err);
	if (r == 0 && port->filter)
		r = set_filter(port, pcap, err);
	if (r < 0) {
		pcap_close(pcap);
		return r;
	}
	port->pcap = pcap;
	port->ifindex = bound_to(pcap);
	return 0;
}

int record_port_open(struct record_port *port, size_t buffer_bytes, struct error *err)
{
	auto_fd home = open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC);
	auto_fd there = port->netns ? open(port->netns, O_RDONLY | O_CLOEXEC) : -1;
	int r;

	if (!port->netns)
		return activate(port, buffer_bytes, err);
	if (there < 0)
		return error_set(err, ERR_USAGE, "port %s: network namespace %s: %s",
		    port->name, port->netns, strerror(errno));
	if (home < 0 || setns(there, CLONE_NEWNET) < 0)
		return error_set(err, ERR_MACHINE,
		    "port %s: enter its network namespace: %s", port->name,
		    strerror(errno));
	r = activate(port, buffer_bytes, err);
	if (setns(home, CLONE_NEWNET) < 0) {
		log_error("cannot go back to the own network namespace: %s",
		    strerror(errno));
		abort();
	}
	return r;
}

int record_port_fd(const struct record_port *port)
{
	return port->pcap ? pcap_get_selectable_fd(port->pcap) : -1;
}

static void on_frame(u_char *user, const struct pcap_pkthdr *header,
    const u_char *bytes)
{
	const struct reading *reading = (const struct reading *)(const void *)user;
	struct frame frame = {
		.bytes = bytes,
		.caplen = header->caplen,
		.len = header->len,
		.linktype = reading->port->linktype,
		/* The precision is nanoseconds, so that is what tv_usec holds. */
		.time = header->ts.tv_sec * NS_PER_S + header->ts.tv_usec,
	};

	reading->fn(reading->user, reading->port, &frame);
}

int record_port_read(struct record_port *port, record_port_fn *fn, void *user,
    struct error *err)
{
	struct reading reading = { port, fn, user };
	int n = port->pcap ? pcap_dispatch(port->pcap, BATCH, on_frame,
				 (u_char *)(void *)&reading)
			   : 0;

	if (n < 0)
		return error_set(err, ERR_CLOSED, "port %s: %s", port->name,
		    pcap_geterr(port->pcap));
	return n;
}

enum record_link record_port_link(const struct record_port *port)
{
	struct ifreq request = { .ifr_flags = 0 };

	if (!port->pcap || port->ifindex <= 0)
		return RECORD_LINK_UP;
	if (bound_to(port->pcap) != port->ifindex)
		return RECORD_LINK_GONE;
	(void)snprintf(request.ifr_name, sizeof(request.ifr_name), "%s",
	    port->interface);
	/* One that was renamed is not found, but frames of it still come. */
	if (ioctl(pcap_fileno(port->pcap), SIOCGIFFLAGS, &request) < 0)
		return RECORD_LINK_UP;
	return request.ifr_flags & IFF_UP ? RECORD_LINK_UP : RECORD_LINK_DOWN;
}

uint64_t record_port_dropped(const struct record_port *port)
{
	struct pcap_stat stat = { 0 };

	if (!port->pcap || pcap_stats(port->pcap, &stat) < 0)
		return port->lost;
	return port->lost + stat.ps_drop;
}

void record_port_close(struct record_port *port)
{
	if (port->pcap)
		pcap_close(port->pcap);
	port->pcap = NULL;
}
