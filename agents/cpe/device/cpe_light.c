/* Lightweight notifications of a CPE: when one is due, what is in it, and where it goes. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/common/digest.h"
#include "agents/cpe/session/phase.h"
#include "lib/cwmp/lightweight.h"
#include "lib/proto/url.h"

#include <stdio.h>
#include <string.h>

static bool is_on(const struct cpe *cpe, const struct rpc *rpc)
{
	const char *used =
	    model_values_get_live(&cpe->values, MODEL_LIGHTWEIGHT_PROTOCOLS);

	return used && strstr(used, "UDP") && cpe->address != 0 &&
	       cpe->fleet->edges->notify && rpc_light_is_on(rpc);
}

/* Without a host of its own it is the ACS's (TR-181, UDPLightweightNotificationHost). */
static struct str host_of(const struct cpe *cpe)
{
	struct str host =
	    str_of(model_values_get_live(&cpe->values, MODEL_LIGHTWEIGHT_HOST));
	struct url url;

	if (host.len == 0 && cpe->acs_url &&
	    url_parse(&url, str_of(cpe->acs_url), NULL) == 0)
		return url.host;
	return host;
}

static uint16_t port_of(const struct cpe *cpe)
{
	uint64_t port = model_values_number(&cpe->values, MODEL_LIGHTWEIGHT_PORT);

	return port > 0 && port <= UINT16_MAX ? (uint16_t)port : LIGHTWEIGHT_PORT;
}

/* Whether passive ones are to be sent now without an active one
 * (LightweightNotificationTriggerInterval, LightweightNotificationTriggerTime). */
static bool is_triggered(const struct cpe *cpe, struct cpe_trigger *trigger)
{
	uint64_t interval =
	    model_values_number(&cpe->values, MODEL_LIGHTWEIGHT_INTERVAL);
	const char *time = model_values_get_live(&cpe->values, MODEL_LIGHTWEIGHT_TIME);
	clock_ns phase = interval > 0
			     ? phase_of(str_of(time), (clock_ns)interval * NS_PER_S)
			     : PHASE_FREE;
	clock_ns now = cpe->fleet->edges->monotonic();
	bool is_due = interval > 0 && interval == trigger->interval_s &&
		      phase == trigger->phase && now >= trigger->at;

	if (is_due || interval != trigger->interval_s || phase != trigger->phase) {
		trigger->at = interval == 0
				  ? INT64_MAX
				  : phase_next((clock_ns)interval * NS_PER_S, phase,
					is_due ? trigger->at : INT64_MAX, now,
					cpe->fleet->edges->wall());
		trigger->interval_s = interval;
		trigger->phase = phase;
	}
	return is_due || trigger->has_rest;
}

/* Writes and sends what has changed. False: nothing has, or it cannot be sent. */
static bool notify(struct cpe *cpe, const struct rpc *rpc)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	auto_arena arena = ARENA_NULL;
	auto_buf out = BUF_NULL;
	struct lightweight notification = {
		.ts = cpe->fleet->edges->wall() / NS_PER_S,
		.un = str_of(slot && slot->username ? slot->username : ""),
	};
	char cnonce[17], host[280], port[8];

	if (rpc_light_take(rpc, is_triggered(cpe, cpe->trigger), &arena,
		&notification.params, &cpe->trigger->has_rest) <= 0)
		return false;
	digest_random_hex(cnonce, 8);
	notification.cn = str_of(cnonce);
	notification.device = rpc_device_id(rpc, &arena);
	(void)snprintf(port, sizeof(port), "%u", port_of(cpe));
	(void)snprintf(host, sizeof(host), "%.*s:%s", STR_ARG(host_of(cpe)), port);
	if (lightweight_write(&out, &notification, str_of(host),
		str_of(slot && slot->password ? slot->password : ""),
		digest_hmac_sha1) < 0)
		return false;
	cpe_report_notification(cpe, host, notification.params.len);
	cpe->fleet->edges->notify(cpe, host_of(cpe), port_of(cpe), buf_str(&out));
	return true;
}

clock_ns cpe_light_look(struct cpe *cpe)
{
	struct rpc rpc = cpe_rpc(cpe);

	if (!is_on(cpe, &rpc)) {
		/* It begins anew with the next of them. */
		free(steal_ptr(&cpe->trigger));
		return INT64_MAX;
	}
	if (!cpe->trigger)
		cpe->trigger = calloc(1, sizeof(*cpe->trigger));
	if (!cpe->trigger)
		return RPC_POLL_S * NS_PER_S;
	/* One frame each; the rest of many changes follows at the next look. */
	(void)notify(cpe, &rpc);
	if (cpe->trigger->interval_s == 0)
		return RPC_POLL_S * NS_PER_S;
	return MIN(RPC_POLL_S * NS_PER_S,
	    MAX(cpe->trigger->at - cpe->fleet->edges->monotonic(), 0));
}
