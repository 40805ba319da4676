/* What TCP reassembly counts, and the bounds of its memory. */
#pragma once

#include <stdint.h>

struct tcp_counts {
	uint64_t connections;
	uint64_t began_before; /* connections whose start is not in the capture */
	uint64_t evicted;      /* connections forgotten to bound memory */
	uint64_t gaps;         /* runs of missing bytes */
	uint64_t gap_bytes;
	uint64_t retransmitted, reordered, conflicts; /* segments */
};

struct tcp_limits {                 /* 0 reads as the default */
	uint32_t flows;             /* connections remembered; 98,304 */
	uint32_t queue_bytes;       /* out of order, of one direction; 1 MiB */
	uint32_t total_queue_bytes; /* of all directions together; 16 MiB */
};
