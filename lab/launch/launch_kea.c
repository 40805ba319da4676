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

static bool has_who(const struct dhcp_pool *pool)
{
	return pool->who.circuit_id || pool->who.remote_id || pool->who.vendor_class;
}

static void put_pool(struct json *json, const struct dhcp_pool *pool, size_t number)
{
	char first[IPV4_TEXT_MAX], last[IPV4_TEXT_MAX];
	char range[2 * IPV4_TEXT_MAX + 1], class[32];

	json_object_begin(json, NULL);
	(void)snprintf(range, sizeof(range), "%s-%s",
	    ipv4_text(pool->range.first, first), ipv4_text(pool->range.last, last));
	json_text(json, "pool", range);
	(void)snprintf(class, sizeof(class), "pool%zu", number);
	if (has_who(pool))
		json_text(json, "client-class", class);
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

/* Whether it is the first pool of its subnet. */
static bool is_first(const struct dhcp_pool *pools, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (conf_ipv4_net_is_same(&pools[k].subnet, &pools[i].subnet))
			return false;
	}
	return true;
}

/* That of the pool, and all others of it. */
static void put_subnet(struct json *json, const struct node *node, size_t at)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items, *pool = &pools[at];
	uint32_t net = pool->subnet.address & ipv4_mask(pool->subnet.prefix);
	char ip[IPV4_TEXT_MAX], subnet[IPV4_TEXT_MAX + 4];

	(void)snprintf(subnet, sizeof(subnet), "%s/%u", ipv4_text(net, ip),
	    (unsigned)pool->subnet.prefix);
	json_object_begin(json, NULL);
	json_uint(json, "id", at + 1);
	json_text(json, "subnet", subnet);
	json_uint(json, "valid-lifetime", (uint64_t)(pool->lease / NS_PER_S));
	if (pool->t1)
		json_uint(json, "renew-timer", (uint64_t)(pool->t1 / NS_PER_S));
	if (pool->t2)
		json_uint(json, "rebind-timer", (uint64_t)(pool->t2 / NS_PER_S));
	json_array_begin(json, "pools");
	for (size_t i = at; i < node->dhcp.pools.len; i++) {
		if (conf_ipv4_net_is_same(&pools[i].subnet, &pool->subnet))
			put_pool(json, &pools[i], i + 1);
	}
	json_array_end(json);
	json_array_begin(json, "reservations");
	for (size_t i = at; i < node->dhcp.pools.len; i++) {
		if (conf_ipv4_net_is_same(&pools[i].subnet, &pool->subnet))
			put_reservations(json, &pools[i]);
	}
	json_array_end(json);
	json_object_end(json);
}

static void put_subnets(struct json *json, const struct node *node)
{
	json_array_begin(json, "subnet4");
	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		if (is_first(node->dhcp.pools.items, i))
			put_subnet(json, node, i);
	}
	json_array_end(json);
}

/* ---- classes -------------------------------------------------------------------------- */

/* As bytes, in which nothing has a meaning of its own. */
static void put_hex(struct buf *test, const char *text)
{
	buf_append_text(test, "0x");
	hex_append(test, text, strlen(text));
}

/* Appends whose the pool is, as a part of a test; nothing where it is anybody's. */
static void put_who(struct buf *test, const struct pool_who *who)
{
	if (who->circuit_id) {
		buf_append_text(test, " and relay4[1].hex == ");
		put_hex(test, who->circuit_id);
	}
	if (who->remote_id) {
		buf_append_text(test, " and relay4[2].hex == ");
		put_hex(test, who->remote_id);
	}
	if (who->vendor_class) {
		buf_printf(test, " and substring(option[60].hex,0,%zu) == ",
		    strlen(who->vendor_class));
		put_hex(test, who->vendor_class);
	}
}

static void put_class_of_pool(struct json *json, const struct dhcp_pool *pool,
    size_t number)
{
	auto_buf test = BUF_NULL;
	char name[32];

	if (!has_who(pool))
		return;
	(void)snprintf(name, sizeof(name), "pool%zu", number);
	buf_append_text(&test, "member('ALL')");
	put_who(&test, &pool->who);
	json_object_begin(json, NULL);
	json_text(json, "name", name);
	json_str(json, "test", buf_str(&test));
	json_object_end(json);
}

static void put_option_43(struct json *json, const struct buf *bytes)
{
	auto_buf hex = BUF_NULL;

	hex_append(&hex, bytes->data, bytes->len);
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
}

/* A class of clients carries option 43: "ALL", or those whose class begins with
 * dslforum.org, of those whose the pool is. Its binary form has to be declared first. */
static int put_class_of_acs(struct json *json, const struct dhcp_pool *pool,
    size_t number, struct error *err)
{
	auto_buf bytes = BUF_NULL, test = BUF_NULL;
	char name[32];

	if (launch_option43(pool, &bytes, err) < 0)
		return err->code;
	if (bytes.len == 0)
		return 0;
	(void)snprintf(name, sizeof(name), number == 1 ? "cpe" : "cpe%zu", number);
	buf_append_text(&test,
	    pool->acs.always ? "member('ALL')"
			     : "substring(option[60].hex,0,12) == '" CPE_CLASS "'");
	put_who(&test, &pool->who);
	json_object_begin(json, NULL);
	json_text(json, "name", name);
	json_str(json, "test", buf_str(&test));
	put_option_43(json, &bytes);
	json_object_end(json);
	return 0;
}

/* Of several that have option 43 the first counts. */
static int put_classes(struct json *json, const struct node *node, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	json_array_begin(json, "client-classes");
	for (size_t i = 0; i < node->dhcp.pools.len; i++)
		put_class_of_pool(json, &pools[i], i + 1);
	for (size_t i = 0; i < node->dhcp.pools.len; i++) {
		if (put_class_of_acs(json, &pools[i], i + 1, err) < 0)
			return err->code;
	}
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

/* Options of a class give way to those of a pool, so that the ACS is one of a class, and who
 * has another one is told apart by "for". A time is of a subnet. */
static int check_pair(const struct node *node, const struct dhcp_pool *first,
    const struct dhcp_pool *other, struct error *err)
{
	auto_buf of_first = BUF_NULL, of_other = BUF_NULL;
	bool is_told_apart;

	if (launch_option43(first, &of_first, err) < 0 ||
	    launch_option43(other, &of_other, err) < 0)
		return err->code;
	is_told_apart = has_who(first) && (of_first.len > 0 || has_who(other));
	if (!is_told_apart && !str_eq(buf_str(&of_first), buf_str(&of_other)))
		return error_set(err, ERR_USAGE,
		    "%s: with engine kea all pools give the same acs, but those before "
		    "them that have one and a \"for\"",
		    node->name);
	if (first->lease != other->lease &&
	    conf_ipv4_net_is_same(&first->subnet, &other->subnet))
		return error_set(err, ERR_USAGE,
		    "%s: with engine kea all pools of a subnet give the same lease",
		    node->name);
	return 0;
}

static int check_pools(const struct node *node, struct error *err)
{
	const struct dhcp_pool *pools = node->dhcp.pools.items;

	for (size_t i = 1; i < node->dhcp.pools.len; i++) {
		for (size_t k = 0; k < i; k++) {
			if (check_pair(node, &pools[k], &pools[i], err) < 0)
				return err->code;
		}
	}
	return 0;
}

int launch_dhcp_kea(const struct launch_context *context, const struct node *node,
    struct launch *launch, struct error *err)
{
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
		if (put_classes(&json, node, err) < 0)
			return err->code;
		put_subnets(&json, node);
	}
	json_object_end(&json);
	json_object_end(&json);
	return 0;
}
