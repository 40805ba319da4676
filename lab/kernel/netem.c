#include "lab/kernel/netem.h"

#include "lab/kernel/nl.h"
#include "lib/base/compiler.h"
#include "lib/link/jitter.h"

#include <errno.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <netlink/attr.h>
#include <netlink/msg.h>

enum {
	HANDLE_NETEM = 0x10000, /* 1: */
	PARENT_TBF = 0x10001,   /* 1:1 */
	HANDLE_TBF = 0x100000,  /* 10: */
	MESSAGE_BYTES = 16 << 10,
	TICK_NS = 64, /* of the kernel's packet scheduler */
	FRAME_BYTES = 1514,
	LONG_BYTES = 65550, /* of a frame that is not cut into segments yet */
	/* That a timer may be late, a tick of 250 Hz, of which nothing is to be lost. */
	LATE_MS = 4,
	LIMIT_PACKETS = 1000000 /* in flight: a delay is no queue */
};

uint32_t netem_share(uint32_t millionths)
{
	return (uint32_t)((uint64_t)UINT32_MAX * millionths / IMPAIR_MILLION);
}

uint32_t netem_bucket(const struct impair *impair)
{
	uint64_t least = IMPAIR_BUCKET_LEAST + impair->rate / 8 * LATE_MS / 1000;

	return (uint32_t)MAX(impair_bucket(impair), least);
}

uint32_t netem_queue(const struct impair *impair)
{
	uint64_t queue = impair->queue ? impair->queue : IMPAIR_QUEUE_DEFAULT;
	uint64_t bytes = queue * FRAME_BYTES;
	uint32_t least = MIN(netem_bucket(impair), (uint32_t)LONG_BYTES);

	if (impair->queue_bytes)
		bytes = MIN(bytes, impair->queue_bytes);
	return MAX((uint32_t)bytes, least);
}

/* ---- messages ------------------------------------------------------------------------- */

/* Null without memory. */
static struct nl_msg *request(int type, int flags, uint32_t ifindex, uint32_t parent,
    uint32_t handle)
{
	struct tcmsg tc = {
		.tcm_family = AF_UNSPEC,
		.tcm_ifindex = (int)ifindex,
		.tcm_handle = handle,
		.tcm_parent = parent,
	};
	struct nl_msg *msg = nlmsg_alloc_size(MESSAGE_BYTES);

	if (msg && (!nlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, type, 0,
			flags | NLM_F_REQUEST | NLM_F_ACK) ||
		       nlmsg_append(msg, &tc, sizeof(tc), NLMSG_ALIGNTO) < 0)) {
		nlmsg_free(msg);
		return NULL;
	}
	return msg;
}

/* Sends it if all of it fitted (put is 0). */
static int call(struct nlsock *sock, struct nl_msg *msg, int put, struct error *err)
{
	if (msg && put < 0) {
		nlmsg_free(msg);
		msg = NULL;
	}
	return nlsock_call(sock, msg, err);
}

static int take_away(struct nlsock *sock, uint32_t ifindex, uint32_t parent,
    uint32_t handle, struct error *err)
{
	struct error failure = ERROR_NULL;
	int r =
	    call(sock, request(RTM_DELQDISC, 0, ifindex, parent, handle), 0, &failure);

	/* There was none: of the class of a netem that was never made, or of the interface,
	 * whose first queue cannot be deleted. */
	if (r == 0 || r == -ENOENT || r == -EINVAL)
		return 0;
	return error_set(err, r, "%s", failure.text);
}

/* ---- netem ---------------------------------------------------------------------------- */

/* A link that is down loses all, and then nothing must be doubled. */
static struct impair as_netem(const struct impair *impair)
{
	static const struct impair none;
	struct impair down = none;

	if (impair->state != IMPAIR_DOWN)
		return *impair;
	down.loss = IMPAIR_MILLION;
	return down;
}

static int put_times(struct nl_msg *msg, const struct impair *impair)
{
	int16_t table[JITTER_TABLE_LEN];
	int64_t delay = impair->delay, jitter = impair->jitter;

	if (nla_put(msg, TCA_NETEM_LATENCY64, sizeof(delay), &delay) < 0 ||
	    nla_put(msg, TCA_NETEM_JITTER64, sizeof(jitter), &jitter) < 0)
		return -1;
	if (jitter == 0)
		return 0;
	/* A table that was there stays unless there is another. */
	jitter_table((enum impair_distribution)impair->distribution, table);
	return nla_put(msg, TCA_NETEM_DELAY_DIST, sizeof(table), table);
}

/* sch_netem's h is what passes in the bad state; ours, as its manual's, what is lost. */
static int put_chain(struct nl_msg *msg, const struct impair_gilbert *chain)
{
	struct tc_netem_gemodel model = {
		.p = netem_share(chain->enter),
		.r = netem_share(chain->leave),
		.h = UINT32_MAX - netem_share(chain->bad),
		.k1 = netem_share(chain->good),
	};
	struct nlattr *nest;

	if (chain->leave == 0)
		return 0;
	nest = nla_nest_start(msg, TCA_NETEM_LOSS);
	if (!nest || nla_put(msg, NETEM_LOSS_GE, sizeof(model), &model) < 0)
		return -1;
	nla_nest_end(msg, nest);
	return 0;
}

static int put_chances(struct nl_msg *msg, const struct impair *impair)
{
	struct tc_netem_reorder reorder = {
		.probability = netem_share(impair->reorder),
	};
	struct tc_netem_corrupt corrupt = {
		.probability = netem_share(impair->corrupt),
	};

	if (nla_put(msg, TCA_NETEM_REORDER, sizeof(reorder), &reorder) < 0)
		return -1;
	return nla_put(msg, TCA_NETEM_CORRUPT, sizeof(corrupt), &corrupt);
}

static int put_netem(struct nl_msg *msg, const struct impair *impair)
{
	struct impair_gilbert chain = impair_chain(impair);
	struct tc_netem_qopt options = {
		.latency = (uint32_t)MIN(impair->delay / TICK_NS, (clock_ns)UINT32_MAX),
		.jitter = (uint32_t)MIN(impair->jitter / TICK_NS, (clock_ns)UINT32_MAX),
		.limit = LIMIT_PACKETS,
		.loss = chain.leave > 0 ? 0 : netem_share(impair->loss),
		.gap = impair->reorder > 0, /* any packet may be the one */
		.duplicate = netem_share(impair->duplicate),
	};
	struct nlattr *nest;

	if (nla_put_string(msg, TCA_KIND, "netem") < 0)
		return -1;
	nest = nla_nest_start(msg, TCA_OPTIONS);
	if (!nest || nlmsg_append(msg, &options, sizeof(options), NLMSG_ALIGNTO) < 0 ||
	    put_times(msg, impair) < 0 || put_chain(msg, &chain) < 0 ||
	    put_chances(msg, impair) < 0)
		return -1;
	nla_nest_end(msg, nest);
	return 0;
}

/* ---- tbf ------------------------------------------------------------------------------ */

static int put_tbf(struct nl_msg *msg, const struct impair *impair)
{
	uint64_t rate = impair->rate / 8;
	uint32_t bucket = netem_bucket(impair);
	struct tc_tbf_qopt options = {
		/* With a link layer no table of times is wanted. */
		.rate = { .linklayer = TC_LINKLAYER_ETHERNET,
		    .rate = (uint32_t)MIN(rate, (uint64_t)UINT32_MAX) },
		.limit = netem_queue(impair),
	};
	struct nlattr *nest;

	if (nla_put_string(msg, TCA_KIND, "tbf") < 0)
		return -1;
	nest = nla_nest_start(msg, TCA_OPTIONS);
	if (!nest || nla_put(msg, TCA_TBF_PARMS, sizeof(options), &options) < 0 ||
	    nla_put_u32(msg, TCA_TBF_BURST, bucket) < 0)
		return -1;
	if (rate > UINT32_MAX && nla_put(msg, TCA_TBF_RATE64, sizeof(rate), &rate) < 0)
		return -1;
	nla_nest_end(msg, nest);
	return 0;
}

int netem_set(struct nlsock *sock, uint32_t ifindex, const struct impair *impair,
    struct error *err)
{
	const int flags = NLM_F_CREATE | NLM_F_REPLACE;
	struct impair as = as_netem(impair);
	struct nl_msg *msg;
	int r;

	if (impair_is_none(&as))
		return take_away(sock, ifindex, TC_H_ROOT, HANDLE_NETEM, err);
	msg = request(RTM_NEWQDISC, flags, ifindex, TC_H_ROOT, HANDLE_NETEM);
	r = call(sock, msg, msg ? put_netem(msg, &as) : 0, err);
	if (r < 0)
		return error_prefix(err, "netem");
	if (as.rate == 0)
		return take_away(sock, ifindex, PARENT_TBF, HANDLE_TBF, err);
	msg = request(RTM_NEWQDISC, flags, ifindex, PARENT_TBF, HANDLE_TBF);
	r = call(sock, msg, msg ? put_tbf(msg, &as) : 0, err);
	return r < 0 ? error_prefix(err, "tbf behind netem") : 0;
}
