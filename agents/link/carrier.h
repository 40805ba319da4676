/* All links of a process, and its trunks (agents/link/trunk.h): frames from port to port, through a
 * direction each way (lib/link), held until their time.
 *
 *     node ─ eth0 ══ port[UP] ─▶ direction[UP] ─▶ hold ─▶ port[DOWN] ══ port of the switch
 *                    port[UP] ◀─ hold ◀─ direction[DOWN] ◀─ port[DOWN]
 *
 * A port reads what goes its way: port[UP] is at the node. Where nothing is done to frames of a way the
 * kernel passes them on (agents/link/bypass.h), if it can. */
#pragma once

#include "agents/common/frames/frame_port.h"
#include "agents/link/carried.h"
#include "agents/link/counter.h"
#include "agents/link/hold.h"
#include "agents/link/link_conf.h"
#include "agents/link/shortcut.h"
#include "agents/link/trunk.h"
#include "lib/base/map.h"
#include "lib/link/direction.h"

struct carrier;

struct link_port { /* what goes one way */
	struct carried carried;
	struct frame_port port;
	struct link *link;
	enum impair_way way;
	struct direction direction;
	struct shortcut shortcut;
	bool is_plain;    /* nothing is done to its frames */
	bool keeps_order; /* none overtakes another */
	uint64_t missed;  /* frames for which the kernel had no room when they came */
};

struct link {
	const char *name;             /* borrowed; null: the place is free */
	const struct link_conf *conf; /* borrowed */
	struct carrier *carrier;
	struct link_port ports[IMPAIR_WAYS];
	struct impair_link file;     /* as the configuration has it */
	struct impair_link base;     /* as it was set since */
	struct impair_link now;      /* base and what the schedule says */
	struct schedule_step *steps; /* owned */
	size_t n_steps;
	/* When the schedule changes it, from carrier.started; where the change before
	 * was refused, when that is tried again. */
	clock_ns next;
	bool is_late; /* a change was refused, and is yet to come */
};

enum {
	OUTBOX_FRAMES = 64,
	OUTBOX_BYTES = 4 * PORT_FRAME_MAX
};

struct outbox { /* frames of one port that go out by one call */
	struct port_frame frames[OUTBOX_FRAMES];
	unsigned n;
	size_t used;
	uint8_t bytes[OUTBOX_BYTES]; /* of those that are no longer as they came */
};

struct route_socket;

struct carrier {
	uv_loop_t *loop;       /* borrowed: of the process's commands */
	struct link *links;    /* owned; LINKS_MAX places, which stay where they are */
	size_t n_links;        /* places that were taken, free ones among them */
	uint64_t seed, n_made; /* of links, counted */
	struct map by_name;    /* of struct link * */
	struct trunk **trunks; /* owned; TRUNKS_MAX places, of which some are free */
	struct frame_reader *reader;
	struct hold *hold;
	struct route_socket *routes; /* owned: one a namespace (agents/link/bypass.h) */
	size_t n_routes;
	struct counter counter; /* of what the kernel passes on */
	/* Or the loop would hear no signals once nothing else is in it. */
	uv_async_t alive; /* carrier_wake() sends it */
	bool is_alive;
	int epoll_fd;     /* of all ports and, as null, of the loop */
	clock_ns started; /* when schedules began */
	clock_ns next_step;
	bool is_stopped;
	struct outbox outbox;
	int16_t tables[IMPAIR_DISTRIBUTIONS][JITTER_TABLE_LEN];
};

/* Reads the words and the schedule of each link and opens its ports and those of trunks, whose frames
 * carry() reads (agents/link/carry.h). conf and doc are borrowed. ERR_CONFIG with the place of a
 * mistake, ERR_MACHINE, -errno. The caller ends it with carrier_close() in any case. */
int carrier_open(struct carrier *carrier, uv_loop_t *loop,
    const struct linkd_conf *conf, const struct conf_doc *doc, struct error *err);

/* Another configuration, whose conf and doc are borrowed until the carrier is closed: links that it
 * has no more are closed, those that are new opened, and those that do something else do so from
 * the next frame on. No frame of the others is lost. Not while counts are read. Errors as
 * carrier_open(); then some of it is done. */
int carrier_change(struct carrier *carrier, const struct linkd_conf *conf,
    const struct conf_doc *doc, struct error *err);

/* Frames that are held are lost. The loop has to run to its end afterwards. Safe to repeat. */
void carrier_close(struct carrier *carrier);

/* The loop takes another turn soon. What is written without a command being read needs
 * one, to be sent. */
void carrier_wake(struct carrier *carrier);

/* Changes the links whose schedule says so by now. A change that is refused is told
 * once, and tried again until it is done. */
void carrier_step(struct carrier *carrier, clock_ns now);

/* The link of that name; null, with words that say which links have one. */
struct link *carrier_find(struct carrier *carrier, const char *name, struct error *err);

/* Changes what is done to its frames, from the next one on; what the schedule says at the moment
 * goes on top. ERR_USAGE: the words are wrong, or values do not go together: nothing is changed. */
int link_change(struct link *link, const char *words, struct error *err);

/* As the configuration has it. */
int link_reset(struct link *link, struct error *err);
