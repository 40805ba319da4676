/* Kea in place of the built-in DHCP server. */
#include "lab/launch/launch_internal.h"

#include "lib/base/clock.h"
#include "lib/base/json.h"
#include "lib/base/text.h"

static void put_option(struct json *json, const char *name, const char *data)
{
	json_object_begin(json, NULL);
	json_text(json, "name", name);
	json_text(json, "data", data);
	json_object_end(json);
}

static void put_options(struct json *json, const struct dhcp_pool *pool)
{
	auto_buf list = BUF_NULL;
	char ip[IPV4_TEXT_MAX];

	json_array_begin(json, "option-data");
	if (pool->router)
		put_option(json, "routers", ipv4_text(pool->router, ip));
	for (size_t i = 0; i < pool->dns.len; i++)
		buf_printf(&list, "%s%s", i ? ", " : "",
		    ipv4_text(pool->dns_addresses[i], ip));
	if (list.len)
		put_option(json, "domain-name-servers", buf_cstr(&list));
	if (pool->domain)
		put_option(json, "domain-name", pool->domain);
	json_array_end(json);
}

static void put_pool(struct json *json, const struct dhcp_pool *pool)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];
	char range[2 * IPV4_TEXT_MAX + 1];

	json_object_begin(json, NULL);
	(void)snprintf(range, sizeof(range), "%s-%s",
	    ipv4_text(pool->range.first, first), ipv4_text(pool->range.last, last));
	json_text(json, "pool", range);
	put_options(json, pool);
	json_object_end(json);
}

static void put_reservations(struct json *json, const struct dhcp_pool *pool)
{
	const struct pool_reservation *reserved = pool->reservations.items;
	char text[MAC_TEXT_MAX];

	for (size_t i = 0; i < pool->reservations.len; i++) {
		json_object_begin(json, NULL);
		json_text(json, "hw-address", mac_text(reserved[i].mac, text));
		json_text(json, "ip-address", ipv4_text(reserved[i].address, text));
		launch_put_text(json, "hostname", reserved[i].name);
		json_object_end(json);
	}
}

static void put_subnet(struct json *json, const struct node *node)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;
	uint32_t net = node->address.address & ipv4_mask(node->address.prefix);
	char ip[IPV4_TEXT_MAX], subnet[IPV4_TEXT_MAX + 4];

	(void)snprintf(subnet, sizeof(subnet), "%s/%u", ipv4_text(net, ip),
	    (unsigned)node->address.prefix);
	json_array_begin(json, "subnet4");
	json_object_begin(json, NULL);
	json_uint(json, "id", 1);
	json_text(json, "subnet", subnet);
	json_uint(json, "valid-lifetime", (uint64_t)(pools[0].lease / NS_PER_S));
	if (pools[0].t1)
		json_uint(json, "renew-timer", (uint64_t)(pools[0].t1 / NS_PER_S));
	if (pools[0].t2)
		json_uint(json, "rebind-timer", (uint64_t)(pools[0].t2 / NS_PER_S));
	json_array_begin(json, "pools");
	for (size_t i = 0; i < node->dhcp.pools.len; i++)
		put_pool(json, &pools[i]);
	json_array_end(json);
	json_array_begin(json, "reservations");
	for (size_t i = 0; i < node->dhcp.pools.len; i++)
		put_reservations(json, &pools[i]);
	json_array_end(json);
	json_object_end(json);
	json_array_end(json);
}

/* A class of clients carries option 43: "ALL", or those whose class begins with
 * dslforum.org. Its binary form has to be declared first. */
static int put_class(struct json *json, const struct dhcp_pool *pool, struct error *err)
{
	auto_buf bytes = BUF_NULL, hex = BUF_NULL;

	if (launch_option43(pool, &bytes, err) < 0)
		return err->code;
	if (bytes.len == 0)
		return 0;
	hex_append(&hex, bytes.data, bytes.len);
	json_array_begin(json, "client-classes");
	json_object_begin(json, NULL);
	json_text(json, "name", "cpe");
	json_text(json, "test",
	    pool->acs.always ? "member('ALL')"
			     : "substring(option[60].hex,0,12) == '" CPE_CLASS "'");
	json_array_begin(json, "option-def");
	json_object_begin(json, NULL);
	json_text(json, "name", "vendor-encapsulated-options");
	json_uint(json, "code", 43);
	json_text(json, "type", "binary");
	json_object_end(json);
	json_array_end(json);
	json_array_begin(json, "option-data");
	json_object_begin(json, NULL);
	json_text(json, "name", "vendor-encapsulated-options");
	json_bool(json, "csv-format", false);
	json_bool(json, "always-send", true);
	json_str(json, "data", buf_str(&hex));
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
	json_array_end(json);
	return 0;
}

static void put_interfaces(struct json *json)
{
	json_object_begin(json, "interfaces-config");
	json_array_begin(json, "interfaces");
	json_text(json, NULL, "eth0");
	json_array_end(json);
	json_text(json, "dhcp-socket-type", "raw");
	json_object_end(json);
	json_object_begin(json, "lease-database");
	json_text(json, "type", "memfile");
	json_bool(json, "persist", false);
	json_object_end(json);
	json_array_begin(json, "loggers");
	json_object_begin(json, NULL);
	json_text(json, "name", "kea-dhcp4");
	json_text(json, "severity", "INFO");
	json_array_begin(json, "output_options");
	json_object_begin(json, NULL);
	json_text(json, "output", "stdout");
	json_object_end(json);
	json_array_end(json);
	json_object_end(json);
	json_array_end(json);
}

/* Options of a class give way to those of a pool, so that there is one ACS a server. */
static int check_pools(const struct node *node, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t i = 1; i < node->dhcp.pools.len; i++) {
		auto_buf first = BUF_NULL, other = BUF_NULL;

		if (launch_option43(&pools[0], &first, err) < 0 ||
		    launch_option43(&pools[i], &other, err) < 0)
			return err->code;
		if (!str_eq(buf_str(&first), buf_str(&other)) ||
		    pools[0].lease != pools[i].lease)
			return error_set(err, ERR_USAGE,
			    "%s: with engine kea all pools give the same acs and lease",
			    node->name);
	}
	return 0;
}

int launch_dhcp_kea(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;
	struct json json = json_writer(&launch->conf, 1);

	(void)context;
	launch_conf(launch, node);
	launch_arg(launch, "kea-dhcp4");
	launch_arg(launch, "-c");
	launch_arg(launch, "%s", launch->conf_path);
	launch->env[0] = "KEA_PIDFILE_DIR=/run";
	launch->env[1] = "KEA_LOCKFILE_DIR=none";
	launch->udp_port = DHCP_SERVER_PORT;
	if (check_pools(node, err) < 0)
		return err->code;
	json_object_begin(&json, NULL);
	json_object_begin(&json, "Dhcp4");
	put_interfaces(&json);
	if (node->dhcp.pools.len > 0) {
		if (put_class(&json, &pools[0], err) < 0)
			return err->code;
		put_subnet(&json, node);
	}
	json_object_end(&json);
	json_object_end(&json);
	return 0;
}
