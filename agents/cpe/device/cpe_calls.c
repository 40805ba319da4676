#include "agents/cpe/device/cpe_calls.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/reach/light_sender.h"
#include "lib/program/log.h"
#include "lib/proto/url.h"

#include <errno.h>
#include <string.h>

static void on_credentials(void *user, struct str *username, struct str *password)
{
	const struct cpe *cpe = user;

	*username = str_of(model_values_get_live(&cpe->values, MODEL_CR_USERNAME));
	*password = str_of(model_values_get_live(&cpe->values, MODEL_CR_PASSWORD));
}

/* ---- by HTTP ------------------------------------------------------------------------ */

static void on_called(void *user, const char *peer)
{
	cpe_report_call(user, peer, 200, NULL);
	cpe_called(user);
}

static void on_refused(void *user, const char *peer, const struct cr_answer *answer)
{
	cpe_report_call(user, peer, answer->status, answer->why);
}

const struct reach_handlers cpe_reach_handlers = {
	.credentials = on_credentials,
	.called = on_called,
	.refused = on_refused,
};

/* A CPE that cannot listen can talk all the same. */
static void open_door(struct cpe *cpe, struct reach_door *door,
    const struct reach_address *address)
{
	struct cpe_fleet *fleet = cpe->fleet;
	struct error err = ERROR_NULL;
	int r;

	door->throttle = &cpe->throttle;
	r = reach_door_open(fleet->hub, door, cpe->place, address, cpe->cr_path, cpe,
	    &err);
	if (r == -EACCES && !fleet->has_told_deaf)
		log_info("%s: %s", cpe->name, err.text);
	else if (r < 0 && r != -EACCES)
		log_warn("%s: connection requests: %s", cpe->name, err.text);
	fleet->has_told_deaf |= r == -EACCES;
}

static void open_door6(struct cpe *cpe)
{
	struct reach_address address;

	if (!cpe->door6)
		cpe->door6 = calloc(1, sizeof(*cpe->door6));
	if (!cpe->door6) {
		log_warn("%s: connection requests: no memory", cpe->name);
		return;
	}
	memcpy(address.bytes, cpe->place->address6, sizeof(address.bytes));
	open_door(cpe, cpe->door6, &address);
}

static void close_door6(struct cpe *cpe)
{
	if (cpe->door6)
		reach_door_close(cpe->door6);
	free(steal_ptr(&cpe->door6));
}

static uint16_t port_of(const struct reach_door *door)
{
	return door ? door->port : 0;
}

static void listen_by_http(struct cpe *cpe)
{
	const struct reach_address address = reach_address_ipv4(cpe->address);
	uint16_t before = cpe->door.port, before6 = port_of(cpe->door6);

	if (cpe->address)
		open_door(cpe, &cpe->door, &address);
	else
		reach_door_close(&cpe->door);
	if (cpe->place->has_address6)
		open_door6(cpe);
	else
		close_door6(cpe);
	if ((cpe->door.port && cpe->door.port != before) ||
	    (port_of(cpe->door6) && port_of(cpe->door6) != before6))
		cpe_report_reachable(cpe);
}

/* ---- by UDP ------------------------------------------------------------------------- */

static int64_t signed_number(const struct cpe *cpe, enum model_live live)
{
	const char *text = model_values_get_live(&cpe->values, live);

	return text ? strtoll(text, NULL, 10) : 0;
}

/* Without a server of its own STUN is the ACS's (TR-069 A6 G.2.1). */
static struct str stun_host(const struct cpe *cpe)
{
	struct str host =
	    str_of(model_values_get_live(&cpe->values, MODEL_STUN_SERVER));
	struct url url;

	if (host.len == 0 && cpe->acs_url &&
	    url_parse(&url, str_of(cpe->acs_url), NULL) == 0)
		return url.host;
	return host;
}

static void on_settings(void *user, struct udp_settings *ret)
{
	const struct cpe *cpe = user;
	const struct model_values *values = &cpe->values;
	uint64_t port = model_values_number(values, MODEL_STUN_PORT);

	ret->host = stun_host(cpe);
	if (port > 0 && port <= UINT16_MAX)
		ret->port = (uint16_t)port;
	ret->stun.username = str_of(model_values_get_live(values, MODEL_STUN_USERNAME));
	ret->stun.password = str_of(model_values_get_live(values, MODEL_STUN_PASSWORD));
	ret->stun.max_keep_s = signed_number(cpe, MODEL_STUN_MAX_KEEP);
	ret->stun.min_keep_s = model_values_number(values, MODEL_STUN_MIN_KEEP);
}

static void on_dns(void *user, struct resolver_query *ret)
{
	const struct cpe *cpe = user;

	if (!cpe->lease)
		return;
	ret->servers = cpe->lease->dns;
	ret->n_servers = cpe->lease->n_dns;
}

static void on_changed(void *user)
{
	cpe_consider(user);
}

static void on_lifetime(void *user, int64_t seconds)
{
	cpe_report_binding(user, seconds);
}

static void on_called_by_udp(void *user, const char *peer)
{
	cpe_report_call(user, peer, 0, NULL);
	cpe_called(user);
}

static void on_refused_by_udp(void *user, const char *peer, const char *why)
{
	cpe_report_call(user, peer, 0, why);
}

static const struct udp_handlers udp_handlers = {
	.settings = on_settings,
	.credentials = on_credentials,
	.dns = on_dns,
	.changed = on_changed,
	.lifetime = on_lifetime,
	.called = on_called_by_udp,
	.refused = on_refused_by_udp,
};

/* Where nobody may listen by HTTP nobody may by UDP. */
static void listen_by_udp(struct cpe *cpe)
{
	struct cpe_fleet *fleet = cpe->fleet;
	struct error err = ERROR_NULL;

	if (cpe->udp && (udp_door_address(cpe->udp) != cpe->address ||
			    !model_values_number(&cpe->values, MODEL_STUN_ENABLE)))
		udp_door_close(steal_ptr(&cpe->udp));
	if (cpe->udp) {
		udp_door_refresh(cpe->udp);
		return;
	}
	if (cpe->door.port == 0 ||
	    !model_values_number(&cpe->values, MODEL_STUN_ENABLE))
		return;
	if (udp_door_open(&cpe->udp, fleet->loop, cpe->place, cpe->address,
		&fleet->config->call_limit, &udp_handlers, cpe, &err) < 0)
		log_warn("%s: UDP connection requests: %s", cpe->name, err.text);
}

void cpe_calls_listen(struct cpe *cpe)
{
	cpe_console_moved(cpe);
	if (cpe->fleet->is_deaf && !cpe->hears)
		return;
	if (!cpe_is_reachable(cpe)) {
		cpe_calls_close(cpe);
		return;
	}
	listen_by_http(cpe);
	listen_by_udp(cpe);
}

void cpe_calls_close(struct cpe *cpe)
{
	reach_door_close(&cpe->door);
	close_door6(cpe);
	udp_door_close(steal_ptr(&cpe->udp));
	light_cancel(steal_ptr(&cpe->light));
}

void cpe_notify(struct cpe *cpe, struct str host, uint16_t port, struct str bytes)
{
	struct resolver_query query = { .netns = cpe->place->netns,
		.from = cpe->place->address };
	struct error err = ERROR_NULL;
	char name[UDP_HOST_MAX];

	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(host));
	on_dns(cpe, &query);
	query.name = name;
	light_cancel(steal_ptr(&cpe->light));
	if (light_send(&cpe->light, cpe->fleet->loop, cpe->place, cpe->address, &query,
		port, bytes, &err) < 0)
		log_info("%s: lightweight notification to %s: %s", cpe->name, name,
		    err.text);
}
