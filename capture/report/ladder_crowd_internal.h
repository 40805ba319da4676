/* Shared by the ladder_crowd*.c files alone. */
#pragma once

#include "capture/report/ladder_crowd.h"
#include "capture/report/ladder_model.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

enum {
	NO_CPE = UINT32_MAX
};

/* What is remembered of the rows of a CPE, or of one of its addresses. */
struct crowd_sum {
	uint64_t
	    key; /* the sum of its rows' digests: equal for those that fared alike */
	uint64_t leases[2]; /* of DHCPv4 and DHCPv6, that may still go on; 0: none */
	uint64_t first_id, last_id; /* of its sessions; 0: none */
	clock_ns first, last;       /* start of its first session, and of its last */
	clock_ns first_act;         /* beside sessions; INT64_MAX: none */
	uint32_t n_sessions, n_findings;
	uint32_t cpe; /* of one that is shown: its index in cpes; else NO_CPE */
};

struct crowd_acts { /* what a CPE did beside its sessions, in kept */
	struct analysis_host host;
	size_t cap;
};

struct crowd_device {
	uint64_t place; /* as analysis_session.owner */
	struct crowd_sum sum;
	struct crowd_device *next;
};

/* An address, or a MAC, and what no device is known to have done there. */
struct crowd_host {
	char *mac, *address;         /* in the arena, or null */
	struct crowd_device *device; /* the only one that informs from there, or null */
	bool is_shared;              /* several do */
	struct crowd_sum sum;
	struct crowd_host *next;
	struct crowd_acts
	    *kept; /* of a CPE that is shown: what it asked for; or null */
};

struct crowd_cpe {
	struct crowd_sum *sum;
	const struct crowd_device *device; /* or null, and then host is not */
	const struct crowd_host *host;
	size_t shape;
	/* Of one that is shown, in kept: */
	struct analysis_session *sessions;
	size_t n, cap;
	struct crowd_acts *calls; /* of it alone, whose address it shares; or null */
};

struct crowd_shape {
	uint64_t key;
	size_t first, len; /* as struct ladder_shape */
};

struct ladder_crowd {
	struct arena arena;
	unsigned max;
	uint64_t seed;
	int error;           /* -ENOMEM where memory ran out */
	struct map by_place; /* struct crowd_device */
	struct map by_name;  /* struct crowd_host, by MAC and by address */
	struct crowd_device *devices;
	struct crowd_host *hosts,
	    **last_host; /* in the order in which they were seen */
	size_t n_devices, n_hosts;
	bool is_second;         /* the capture is read for the second time */
	struct crowd_cpe *cpes; /* in the arena */
	size_t n_cpes;
	struct crowd_shape *shapes; /* in the arena */
	size_t n_shapes;
	struct arena kept;    /* of those that are shown */
	struct arena scratch; /* of one message or session */
};

/* ---- ladder_crowd_find.c ------------------------------------------------------------- */

/* The device of that place, and the host of these names, of which either may be null; null where
 * there is none yet. */
struct crowd_device *crowd_find_device(const struct ladder_crowd *crowd, size_t place);
struct crowd_host *crowd_find_host(const struct ladder_crowd *crowd, const char *mac,
    const char *address);
/* The sum that what is of that device, or of no device but of that host, counts in; null where
 * neither is known. */
struct crowd_sum *crowd_find_sum(const struct ladder_crowd *crowd, size_t place,
    const char *mac, const char *address);

/* ---- ladder_crowd_keep.c: the second reading ------------------------------------------ */

void crowd_keep_session(struct ladder_crowd *crowd,
    const struct analysis_session *session);
void crowd_keep_act(struct ladder_crowd *crowd, const struct analysis_host *host);
