/* The CPE as its data model asks for it: addresses, counters, the ACS, and wishes; and what it
 * has from the factory. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/device/cpe_data.h"
#include "agents/cpe/dhcp6/lessee6.h"
#include "agents/cpe/place/if_counter.h"
#include "agents/cpe/place/ifaddr.h"
#include "agents/cpe/ports/port_values.h"
#include "agents/cpe/ports/switchboard.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <arpa/inet.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <unistd.h>

static struct str put(struct arena *arena, const char *text)
{
	return arena_str(arena, str_of(text));
}

static struct str put_address(struct arena *arena, uint32_t address)
{
	char text[IPV4_TEXT_MAX];

	return address ? put(arena, ipv4_text(address, text)) : STR("");
}

static struct str put_cr_url(const struct cpe *cpe, struct arena *arena)
{
	char text[CPE_CALL_URL_MAX];

	return put(arena, cpe_call_url(cpe, text));
}

/* What the STUN server has seen; the port 80 is left out (TR-098). */
static struct str put_udp_address(const struct cpe *cpe, struct arena *arena)
{
	const struct stun_client *client = cpe->udp ? udp_door_client(cpe->udp) : NULL;
	char address[IPV4_TEXT_MAX], text[IPV4_TEXT_MAX + 8];

	if (!client || !client->is_bound)
		return STR("");
	(void)ipv4_text(client->mapped.address, address);
	if (client->mapped.port == 80)
		return put(arena, address);
	(void)snprintf(text, sizeof(text), "%s:%u", address, client->mapped.port);
	return put(arena, text);
}

static bool is_natted(const struct cpe *cpe)
{
	return cpe->udp && udp_door_client(cpe->udp)->is_natted;
}

/* Of a CPE that speaks no IPv6 it is what the model's file says. */
static struct str put_address6(const struct cpe *cpe, struct arena *arena)
{
	char text[INET6_ADDRSTRLEN];

	if (cpe->place->ip == PLACE_V4)
		return STR_NULL;
	return cpe->place->has_address6
		   ? put(arena,
			 inet_ntop(AF_INET6, cpe->place->address6, text, sizeof(text)))
		   : STR("");
}

static struct str get_origin6(const struct cpe *cpe)
{
	if (cpe->place->ip == PLACE_V4)
		return STR_NULL;
	return cpe->lessee6
		   ? str_of(net6_origin_name(lessee6_view(cpe->lessee6).origin))
		   : STR("Static");
}

static struct str put_dns(const struct cpe *cpe, struct arena *arena)
{
	const struct place_net6 *net6 = cpe->place->net6;
	char address[INET6_ADDRSTRLEN];
	auto_buf text = BUF_NULL;

	for (size_t i = 0; cpe->lease && i < cpe->lease->n_dns; i++)
		buf_printf(&text, "%s%s", text.len ? "," : "",
		    ipv4_text(cpe->lease->dns[i], address));
	for (size_t i = 0; net6 && i < net6->n_dns; i++)
		buf_printf(&text, "%s%s", text.len ? "," : "",
		    inet_ntop(AF_INET6, net6->dns[i], address, sizeof(address)));
	return put(arena, buf_cstr(&text));
}

static struct str put_uptime(const struct cpe *cpe, struct arena *arena)
{
	char text[32];

	(void)snprintf(text, sizeof(text), "%" PRId64,
	    (cpe->fleet->edges->monotonic() - cpe->booted_at) / NS_PER_S);
	return put(arena, text);
}

/* ---- counters of the interface ------------------------------------------------------- */

static const struct {
	enum model_live live;
	enum if_counter counter;
} counters[] = {
	{ MODEL_RX_BYTES, IF_RX_BYTES },
	{ MODEL_RX_PACKETS, IF_RX_PACKETS },
	{ MODEL_RX_ERRORS, IF_RX_ERRORS },
	{ MODEL_TX_BYTES, IF_TX_BYTES },
	{ MODEL_TX_PACKETS, IF_TX_PACKETS },
	{ MODEL_TX_ERRORS, IF_TX_ERRORS },
};

/* TR-098 counts in 32 bits and wraps. */
static struct str put_counter(const struct cpe *cpe, enum model_type type,
    enum if_counter counter, struct arena *arena)
{
	uint64_t n = if_counter_read(cpe->place, counter);
	char text[32];

	if (type == MODEL_UNSIGNED_INT)
		n &= UINT32_MAX;
	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	return put(arena, text);
}

/* ---- figures of the machine, which the CPEs on it share ------------------------------ */

/* The load of the last minute in percent of all its processors. */
static uint64_t cpu_percent(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);
	double load;

	if (getloadavg(&load, 1) != 1 || n < 1 || load < 0)
		return 0;
	return (uint64_t)MIN(load * 100 / (double)n, 100.0);
}

/* TR-181 counts memory in KiB. */
static struct str put_machine(enum model_live live, struct arena *arena)
{
	struct sysinfo info;
	uint64_t n = 0;
	char text[32];

	if (live != MODEL_CPU && live != MODEL_MEMORY_TOTAL &&
	    live != MODEL_MEMORY_FREE)
		return STR_NULL;
	if (live == MODEL_CPU)
		n = cpu_percent();
	else if (sysinfo(&info) == 0)
		n = (uint64_t)(live == MODEL_MEMORY_TOTAL ? info.totalram
							  : info.freeram) *
		    info.mem_unit / 1024;
	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	return put(arena, text);
}

/* ---- struct rpc_device -------------------------------------------------------------- */

static struct str get_acs(const struct cpe *cpe, enum model_live live)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);

	if (!slot)
		return STR("");
	if (live == MODEL_ACS_URL)
		return str_of(slot->url);
	return str_of(slot->username ? slot->username : "");
}

static uint32_t mask_of(const struct cpe *cpe)
{
	if (cpe->lease)
		return ipv4_mask(cpe->lease->prefix);
	return cpe->place->interface ? ifaddr_mask(cpe->place) : 0;
}

static uint32_t router_of(const struct cpe *cpe)
{
	if (cpe->lease)
		return cpe->lease->router;
	return cpe->place->interface ? ifaddr_router(cpe->place) : 0;
}

static struct str get_other(const struct cpe *cpe, enum model_live live,
    enum model_type type, struct arena *arena)
{
	for (size_t i = 0; i < ARRAY_LEN(counters); i++) {
		if (counters[i].live == live)
			return put_counter(cpe, type, counters[i].counter, arena);
	}
	return put_machine(live, arena);
}

/* A live value is one of some thirty, of which most stand in get_other(). */
static struct str get(void *arg, enum model_live live, enum model_type type,
    struct arena *arena)
{
	const struct cpe *cpe = arg;
	char text[CLOCK_ISO8601_MAX];

	switch ((int)live) {
	case MODEL_ACS_URL:
	case MODEL_ACS_USERNAME:
		return get_acs(cpe, live);
	case MODEL_CR_URL:
		return put_cr_url(cpe, arena);
	case MODEL_UDP_ADDRESS:
		return put_udp_address(cpe, arena);
	case MODEL_NAT_DETECTED:
		return is_natted(cpe) ? STR("1") : STR("0");
	case MODEL_SERIAL:
		return str_of(cpe->serial);
	case MODEL_SOFTWARE_VERSION:
		return str_of(cpe->software_version);
	case MODEL_UPTIME:
		return put_uptime(cpe, arena);
	case MODEL_NOW:
		return put(arena, clock_iso8601(cpe->fleet->edges->wall(), 0, text));
	case MODEL_MAC:
		return cpe->has_mac ? put(arena, mac_text(cpe->mac, text)) : STR("");
	case MODEL_ADDRESS:
		return put_address(arena, cpe->address);
	case MODEL_ADDRESS6:
		return put_address6(cpe, arena);
	case MODEL_ORIGIN6:
		return get_origin6(cpe);
	case MODEL_NETMASK:
		return put_address(arena, mask_of(cpe));
	case MODEL_ROUTER:
		return put_address(arena, router_of(cpe));
	case MODEL_DNS:
		return put_dns(cpe, arena);
	case MODEL_ADDRESSING:
		return cpe->lease ? STR("DHCP") : STR("Static");
	case MODEL_INTERFACE:
		return str_of(cpe->place->interface ? cpe->place->interface : "");
	case MODEL_LINK_STATUS:
		return cpe_place_has_link(cpe->place) ? STR("Up") : STR("Down");
	default:
		return get_other(cpe, live, type, arena);
	}
}

/* ---- values from the factory ----------------------------------------------------------- */

static int take_acs(struct cpe *cpe, enum acs_source source,
    const struct cpe_acs_config *acs)
{
	return acs_slots_set(&cpe->slots, &cpe->fleet->words, source, str_of(acs->url),
	    str_of(acs->username), str_of(acs->password));
}

static int take_call(struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	int r = 0;

	if (config->call.username)
		r = model_values_set_live(&cpe->values, MODEL_CR_USERNAME,
		    str_of(config->call.username));
	if (r == 0 && config->call.password)
		r = model_values_set_live(&cpe->values, MODEL_CR_PASSWORD,
		    str_of(config->call.password));
	return r;
}

static int take_number(struct cpe *cpe, enum model_live live, uint64_t n)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRIu64, n);
	return model_values_set_live(&cpe->values, live, str_of(text));
}

static int take_period(struct cpe *cpe)
{
	clock_ns period = cpe->fleet->config->periodic_inform;
	int r;

	if (period == 0)
		return 0;
	r = take_number(cpe, MODEL_PERIODIC_INTERVAL,
	    (uint64_t)MAX(period / NS_PER_S, 1));
	return r < 0 ? r
		     : model_values_set_live(&cpe->values, MODEL_PERIODIC_ENABLE,
			   STR("1"));
}

static int take_retry(struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	int r = 0;

	if (config->retry.min_wait > 0)
		r = take_number(cpe, MODEL_RETRY_MIN_WAIT,
		    retry_seconds(config->retry.min_wait));
	if (r == 0 && config->retry.multiplier > 0)
		r = take_number(cpe, MODEL_RETRY_MULTIPLIER, config->retry.multiplier);
	return r;
}

static int take_config(struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	int r = take_acs(cpe, ACS_SOURCE_USER, &config->acs);

	if (r == 0)
		r = take_acs(cpe, ACS_SOURCE_DEFAULT, &config->default_acs);
	if (r == 0)
		r = take_call(cpe);
	if (r == 0 && config->provisioning_code)
		r = model_values_set_live(&cpe->values, MODEL_PROVISIONING_CODE,
		    str_of(config->provisioning_code));
	if (r == 0)
		r = take_retry(cpe);
	return r < 0 ? r : take_period(cpe);
}

int cpe_take_factory(struct cpe *cpe)
{
	int r = take_config(cpe);

	return r == 0 && cpe->fleet->config->data ? cpe_data_take(cpe) : r;
}

/* ---- ports of a switch --------------------------------------------------------------- */

enum {
	/* What an answer says of many parameters is one look at the kernel. */
	PORTS_OLDEST = 100 * NS_PER_MS
};

static struct str get_port(void *arg, uint32_t number, enum model_live live,
    enum model_type type, struct arena *arena)
{
	const struct cpe *cpe = arg;

	return cpe->ports ? port_value(switchboard_look(cpe->ports, PORTS_OLDEST),
				number, live, type, arena)
			  : STR_NULL;
}

static uint32_t set_port(void *arg, uint32_t number, bool is_enabled)
{
	const struct cpe *cpe = arg;
	struct error err = ERROR_NULL;

	if (cpe->ports && switchboard_enable(cpe->ports, number, is_enabled, &err) == 0)
		return 0;
	log_warn("%s: port %" PRIu32 " is not set: %s", cpe->name, number,
	    cpe->ports ? err.text : "it has none");
	return 9004;
}

int cpe_reset_ports(struct cpe *cpe)
{
	for (unsigned i = 1; i <= cpe->n_ports; i++)
		(void)set_port(cpe, i, true);
	return port_values_make(&cpe->values, cpe->n_ports);
}

/* Since it was switched on is what counters count from. */
static struct model_self self(void *arg)
{
	const struct cpe *cpe = arg;
	struct model_self ret = {
		.seed = cpe->fleet->seed,
		.number = cpe->number,
		.now = { cpe->fleet->edges->wall(),
		    cpe->fleet->edges->monotonic() - cpe->booted_at },
		.serial = str_of(cpe->serial),
		.has_mac = cpe->has_mac,
		.address = cpe->address,
	};

	memcpy(ret.mac, cpe->mac, sizeof(ret.mac));
	return ret;
}

/* An ACS writes into the user's slot: the later of the two counts (HP 5920 guide). */
static uint32_t set(void *arg, enum model_live live, struct str value)
{
	struct cpe *cpe = arg;
	const struct acs_slot *now = acs_slots_current(&cpe->slots);
	struct str url = str_of(now ? now->url : NULL);
	struct str username = str_of(now ? now->username : NULL);
	struct str password = str_of(now ? now->password : NULL);

	if (live == MODEL_ACS_URL)
		url = value;
	else if (live == MODEL_ACS_USERNAME)
		username = value;
	else
		password = value;
	return acs_slots_set(&cpe->slots, &cpe->fleet->words, ACS_SOURCE_USER, url,
		   username, password) < 0
		   ? 9004
		   : 0;
}

static uint32_t reboot(void *arg, struct str command_key)
{
	struct cpe *cpe = arg;
	char *key = NULL;

	if (command_key.len > 0) {
		key = str_dup(command_key);
		if (!key)
			return 9004;
	}
	free(cpe->wish.reboot_key);
	cpe->wish.reboot_key = key;
	cpe->wish.reboot = true;
	return 0;
}

static uint32_t factory_reset(void *arg)
{
	struct cpe *cpe = arg;

	cpe->wish.factory_reset = true;
	return 0;
}

static uint32_t schedule_inform(void *arg, uint32_t delay_s, struct str command_key)
{
	return cpe_schedule(arg, delay_s, command_key);
}

static void diagnostic_set(void *arg, const struct model_at *object)
{
	cpe_diag_set(arg, object);
}

static clock_ns wall(void *arg)
{
	const struct cpe *cpe = arg;

	return cpe->fleet->edges->wall();
}

static int commit(void *arg)
{
	return cpe_commit(arg);
}

struct rpc cpe_rpc(struct cpe *cpe)
{
	return (struct rpc){ .values = &cpe->values,
		.jobs = &cpe->jobs,
		.device = cpe_device(cpe),
		.arenas = &cpe->fleet->arenas };
}

struct rpc_device cpe_device(struct cpe *cpe)
{
	return (struct rpc_device){
		.get = get,
		.get_port = get_port,
		.set_port = set_port,
		.self = self,
		.set = set,
		.reboot = reboot,
		.factory_reset = factory_reset,
		.schedule_inform = schedule_inform,
		.diagnostic_set = diagnostic_set,
		.wall = wall,
		.commit = commit,
		.arg = cpe,
	};
}
