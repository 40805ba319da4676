/* Trunks of a lab, where the kernel cannot keep VLANs apart by itself: a port whose frames carry tags,
 * and an end of a pair for each VLAN (agents/common/frames/vlan_pass.h). */
#pragma once

#include "agents/common/frames/vlan_pass.h"
#include "agents/link/carried.h"
#include "agents/link/link_conf.h"

struct trunk_end {
	struct carried carried;
	struct vlan_pair pair;
};

struct trunk {
	struct carried carried;
	const struct trunk_conf *conf; /* borrowed */
	struct vlan_trunk ports;
	struct trunk_end *ends; /* owned */
	size_t n_ends;
};

/* Those of a carrier: TRUNKS_MAX places, of which some are null. Has them be what the configuration
 * says: one that it has no more, or of other VLANs, is closed, and what is new is opened and told to
 * the epoll instance. Nothing is lost at the others. conf and reader are borrowed until all are
 * closed. ERR_CONFIG, -errno with words; then some of it is done, and the rest
 * is tried again by the next call. */
int trunks_set(struct trunk **trunks, const struct linkd_conf *conf,
    struct frame_reader *reader, int epoll_fd, struct error *err);

/* Safe to repeat. */
void trunks_close(struct trunk **trunks);

/* Passes on what is at its port, or at one of its ends, but no more than others can wait for. */
void trunk_ready(struct trunk *trunk);
void trunk_end_ready(struct trunk_end *end);
