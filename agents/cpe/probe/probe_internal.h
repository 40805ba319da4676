/* Shared by the probe*.c files. */
#pragma once

#include "agents/common/resolve/resolver.h"
#include "agents/cpe/diag/lookup.h"
#include "agents/cpe/diag/ping.h"
#include "agents/cpe/diag/trace.h"
#include "agents/cpe/probe/probe.h"
#include "agents/cpe/transfer/transfer.h"

struct probe_runner {    /* how one kind is run */
	bool needs_host; /* the address of args.host is asked for first */
	/* address: of the host, in host order. */
	void (*begin)(struct probe *probe, uint32_t address);
	void (*tick)(struct probe *probe, clock_ns now);
	clock_ns (*due)(const struct probe *probe);
	/* The socket can be read, or has an error. Null: it has no socket. */
	void (*ready)(struct probe *probe, clock_ns now);
	/* Lets go of what is its own. Null: nothing is. */
	void (*let_go)(struct probe *probe);
};

extern const struct probe_runner probe_ping, probe_trace, probe_download, probe_upload,
    probe_lookup;

struct probe {
	struct probe **slot; /* the owner's pointer to it */
	struct probe_config config;
	struct probe_ping_wish wish; /* of config, where that has one */
	const struct probe_runner *runner;
	const struct probe_handlers *handlers;
	void *user;
	char *host, *server; /* owned */
	struct diag_results results;
	struct resolver *resolver; /* null: no name is asked for */
	void (*found)(struct probe *probe, uint32_t address);
	uint32_t address; /* of the host */
	bool has_begun, has_ended;
	bool is_asking;  /* NSLookup: the address of its server is known */
	uv_timer_t soon; /* so that nothing is told from inside a call of the owner's */
	uv_poll_t poll;
	int fd;          /* -1: none */
	unsigned n_open; /* handles that are not closed yet, and a transfer */
	union {
		struct ping ping;
		struct trace trace;
		struct lookup lookup;
		struct {
			struct transfer *transfer;      /* null: it has ended */
			uint64_t in_before, out_before; /* bytes of the interface */
		} file;
	} as;
};

/* ---- probe_state.c ------------------------------------------------------------------ */

/* Ends it with what is in probe->results. */
void probe_end(struct probe *probe);
/* The same, with an outcome. */
void probe_fail(struct probe *probe, enum diag_outcome outcome);

/* probe_due() is another time. */
void probe_waits(struct probe *probe);

/* Asks for an address; found is called once, with 0 where there is none, and perhaps from inside
 * this call. */
void probe_look_up(struct probe *probe, const char *name,
    void (*found)(struct probe *probe, uint32_t address));

/* Something that the loop held is gone. */
void probe_release(struct probe *probe);

/* ---- probe_socket.c ----------------------------------------------------------------- */

/* A datagram socket of this protocol that hears of ICMP errors, with the DSCP of the arguments,
 * watched by runner->ready(). False: the probe has ended. */
bool probe_open(struct probe *probe, int protocol);

struct probe_error {   /* what the kernel says became of a packet */
	bool is_local; /* it is the CPE that knows no way */
	uint8_t type, code;
	int number;       /* errno */
	uint32_t from;    /* who says so; host order */
	uint16_t port;    /* that it was sent to */
	uint8_t head[16]; /* the first bytes of it, behind IP and UDP */
	size_t n_head;
};

/* The next one; false when there is none. */
bool probe_next_error(struct probe *probe, struct probe_error *ret);

/* Zeroes, of which a block is made; DIAG_BLOCK_MAX. */
extern const uint8_t probe_block[DIAG_BLOCK_MAX];
