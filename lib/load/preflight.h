/* Whether this machine can make the load that is wanted, before anything starts:
 * arithmetic on numbers that the caller has read (getrlimit(), /proc/sys/net,
 * /proc/meminfo). */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	PREFLIGHT_FINDINGS_MAX = 12,
	PREFLIGHT_TEXT_MAX = 320
};

/* What the machine has. 0 means that the number is not known, or that there is no
 * limit: nothing is said about it then. */
struct preflight_limits {
	uint64_t descriptors;         /* RLIMIT_NOFILE, soft */
	uint64_t descriptors_hard;    /* the same, hard */
	uint64_t descriptors_used;    /* open already */
	uint64_t port_low, port_high; /* net.ipv4.ip_local_port_range, both inclusive */
	uint64_t ports_reserved; /* of the range: net.ipv4.ip_local_reserved_ports */
	uint64_t
	    time_wait_s; /* TIME_WAIT: 60; 1 where the kernel reuses them at once */
	uint64_t time_wait_buckets; /* net.ipv4.tcp_max_tw_buckets */
	uint64_t addresses;         /* source addresses that sessions can start from */
	uint64_t neighbours_max;    /* net.ipv4.neigh.default.gc_thresh3 */
	uint64_t memory;            /* bytes: MemAvailable, or the cgroup's limit */
	uint64_t
	    conntrack_max; /* net.netfilter.nf_conntrack_max; 0: nothing is tracked */
	uint64_t conntrack_s; /* nf_conntrack_tcp_timeout_time_wait; 0 reads as 120 */
	uint64_t cores;
};

/* Sessions that begin because of one storm, evenly within a time. */
struct preflight_storm {
	double sessions;
	double from_s, within_s; /* since the start of the run; 0: all at once */
	bool is_call;            /* the CPEs take a connection request each */
};

/* What the load needs. */
struct preflight_load {
	uint64_t cpes;
	double rate; /* sessions a second, at most */
	/* Not above 0: any number begin at that rate. Else so many, and `steady` a second
	 * beside them. */
	double burst, steady;
	double connections; /* TCP connections of a session; 0 reads as 1 */
	uint64_t open_max;  /* sessions at a time, at most, without storms; those of a
			    * storm are open for a second */
	uint64_t descriptors_per_session; /* 0 reads as 1 */
	uint64_t descriptors_fixed;       /* loop, listeners, files */
	uint64_t listeners; /* ports that CPEs listen on, a descriptor each */
	uint64_t
	    acs_ports; /* different address-and-port pairs of the ACS; 0 reads as 1 */
	bool closes_last;    /* the ACS closes first: no TIME_WAIT is left here */
	uint64_t neighbours; /* peers that the kernel has to know the MAC of */
	uint64_t bytes_idle,
	    bytes_session; /* memory of a CPE at rest, and of a session */
	uint64_t bytes_fixed;
	bool is_tls;
	double cpu_us;                        /* of a session; 0: not known */
	const struct preflight_storm *storms; /* beside all that */
	size_t n_storms;
};

enum preflight_what {
	PREFLIGHT_DESCRIPTORS,
	PREFLIGHT_PORTS,     /* of connections that are open at a time */
	PREFLIGHT_TIME_WAIT, /* ports that wait */
	PREFLIGHT_BUCKETS,
	PREFLIGHT_NEIGHBOURS,
	PREFLIGHT_MEMORY,
	PREFLIGHT_CONNTRACK,
	PREFLIGHT_CPU
};

const char *preflight_name(enum preflight_what what);

struct preflight_finding {
	enum preflight_what what;
	bool is_short; /* the load cannot be made; else it is told for information */
	uint64_t has, needs;
	char formula[PREFLIGHT_TEXT_MAX]; /* with the numbers */
	char todo[PREFLIGHT_TEXT_MAX];    /* "" where nothing is short */
};

struct preflight {
	struct preflight_finding findings[PREFLIGHT_FINDINGS_MAX];
	size_t n;
	size_t n_short;
	uint64_t addresses_needed; /* source addresses */
	double rate_per_address; /* new connections a second that one carries to one ACS
				    port */
	uint64_t rate_max; /* sessions a second that the addresses there are carry */
};

/* Computes; each thing that is known has a finding, in the order of enum
 * preflight_what. */
struct preflight preflight_check(const struct preflight_limits *limits,
    const struct preflight_load *load);

/* Appends the lines that people read, what is short first with what to do, and the rest
 * where wants_all. Each line ends. */
void preflight_tell(struct buf *out, const struct preflight *preflight, bool wants_all);
