/* One captured frame as a file or an interface gave it. */
#pragma once

#include "lib/base/clock.h"

#include <stdint.h>

struct frame {
	const uint8_t *bytes; /* borrowed from the source until its next frame */
	uint32_t caplen;      /* bytes that are there */
	uint32_t len;         /* bytes that were on the wire, at least caplen */
	uint16_t linktype;    /* LINKTYPE_* as in the file */
	uint32_t interface;   /* from 0, counted over all sections of a file */
	clock_ns time;        /* wall clock; 0 where the file has none */
	uint64_t number;      /* from 1, as tshark counts */
};

struct frame_ref {       /* a frame that is gone, as records point to it */
	uint64_t number; /* from 1, as tshark counts */
	clock_ns time;   /* wall clock; for a file without times, 0 */
};

enum linktype { /* tcpdump.org/linktypes.html */
	LINKTYPE_NULL = 0,
	LINKTYPE_ETHERNET = 1,
	LINKTYPE_PPP = 9,
	LINKTYPE_RAW_BSD = 12, /* LINKTYPE_RAW where a file holds DLT_RAW itself */
	LINKTYPE_RAW_OPENBSD = 14,
	LINKTYPE_PPP_HDLC = 50,
	LINKTYPE_RAW = 101,
	LINKTYPE_LOOP = 108,
	LINKTYPE_LINUX_SLL = 113,
	LINKTYPE_IPV4 = 228,
	LINKTYPE_IPV6 = 229,
	LINKTYPE_NFLOG = 239,
	LINKTYPE_LINUX_SLL2 = 276,
};
