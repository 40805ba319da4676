#include "capture/analysis/analysis.h"
#include "capture/extract/extract_internal.h"
#include "lib/base/text.h"

#include <arpa/inet.h>
#include <errno.h>

enum {
	END_BYTES = 1 + 16 + 2,
	WANTED_MAX = 1 << 30
};

static void put_end(uint8_t *at, const struct address *address, uint16_t port)
{
	memset(at, 0, END_BYTES);
	at[0] = (uint8_t)address->family;
	memcpy(at + 1, address->bytes, sizeof(address->bytes));
	at[17] = (uint8_t)(port >> 8);
	at[18] = (uint8_t)port;
}

/* The same for both directions. */
static struct str flow_key(uint8_t key[2 * END_BYTES], const struct address *a,
    uint16_t a_port, const struct address *b, uint16_t b_port)
{
	uint8_t left[END_BYTES], right[END_BYTES];
	bool is_first;

	put_end(left, a, a_port);
	put_end(right, b, b_port);
	is_first = memcmp(left, right, END_BYTES) < 0;
	memcpy(key, is_first ? left : right, END_BYTES);
	memcpy(key + END_BYTES, is_first ? right : left, END_BYTES);
	return str_make(key, (size_t)2 * END_BYTES);
}

static struct str address_key(const struct address *address)
{
	return str_make(address->bytes, sizeof(address->bytes));
}

static bool parse(const char *text, struct address *ret)
{
	*ret = (struct address){ .family = ADDRESS_NONE };
	if (!text)
		return false;
	ret->family = strchr(text, ':') ? ADDRESS_IPV6 : ADDRESS_IPV4;
	return inet_pton(ret->family == ADDRESS_IPV6 ? AF_INET6 : AF_INET, text,
		   ret->bytes) == 1;
}

static int put(struct extract_wanted *wanted, struct map *map, struct str key,
    void *value)
{
	struct str kept;

	if (map_get(map, key))
		return 0;
	kept = arena_str(&wanted->arena, key);
	return kept.p ? map_put(map, kept, value) : -ENOMEM;
}

static int put_address(struct extract_wanted *wanted, const char *text)
{
	struct address address;

	if (!parse(text, &address))
		return 0;
	return put(wanted, &wanted->addresses, address_key(&address), wanted);
}

static int put_mac(struct extract_wanted *wanted, const char *text)
{
	uint8_t mac[6];

	if (!text || mac_parse(str_of(text), mac) < 0)
		return 0;
	return put(wanted, &wanted->macs, str_make(mac, sizeof(mac)), wanted);
}

/* Sessions come in the order of their start, and so do connections of the same ends; those
 * of connection requests come after them all. */
static void insert(struct extract_flow *flow, struct extract_conn *conn)
{
	struct extract_conn **at = &flow->first;

	if (flow->tail && flow->tail->first <= conn->first)
		at = &flow->tail->next;
	while (*at && (*at)->first <= conn->first)
		at = &(*at)->next;
	conn->next = *at;
	*at = conn;
	if (!conn->next)
		flow->tail = conn;
	flow->now = flow->first;
}

static int put_conn(struct extract_wanted *wanted, const struct analysis_conn *from)
{
	uint8_t key[2 * END_BYTES];
	struct address client, server;
	struct extract_flow *flow;
	struct extract_conn *conn;
	struct str name;

	if (!parse(from->client, &client) || !parse(from->server, &server))
		return 0;
	name = flow_key(key, &client, from->client_port, &server, from->server_port);
	flow = map_get(&wanted->flows, name);
	if (!flow) {
		flow = arena_alloc(&wanted->arena, sizeof(*flow));
		if (!flow || put(wanted, &wanted->flows, name, flow) < 0)
			return -ENOMEM;
	}
	conn = arena_alloc(&wanted->arena, sizeof(*conn));
	if (!conn)
		return -ENOMEM;
	*conn = (struct extract_conn){ .first = from->first_frame,
		.last = from->last_frame };
	insert(flow, conn);
	return 0;
}

static int put_session(struct extract_wanted *wanted,
    const struct analysis_session *session)
{
	int r = put_address(wanted, session->cpe);

	if (r == 0)
		r = put_mac(wanted, session->mac);
	for (size_t i = 0; i < session->n_conns && r == 0; i++) {
		const struct analysis_conn *conn = &session->conns[i];

		wanted->last = MAX(wanted->last, conn->last_frame);
		r = put_conn(wanted, conn);
		if (r == 0)
			r = put_address(wanted, conn->client);
		if (r == 0)
			r = put_address(wanted, conn->server);
		for (size_t k = 0; k < conn->n_randoms && r == 0; k++)
			r = put(wanted, &wanted->randoms,
			    str_make(conn->randoms[k], sizeof(conn->randoms[k])),
			    wanted);
	}
	return r;
}

/* The connection requests to the CPE until its last session that is wanted. */
static int put_calls(struct extract_wanted *wanted, const struct analysis_host *host)
{
	int r = 0;

	for (size_t i = 0; i < host->n_calls && r == 0; i++) {
		if (host->calls[i].first_frame < wanted->last)
			r = put_conn(wanted, &host->calls[i]);
	}
	return r;
}

int extract_wanted_make(struct extract_wanted *wanted, const struct analysis *analysis)
{
	int r = 0;

	*wanted = (struct extract_wanted){ .arena = ARENA_MAX(WANTED_MAX),
		.flows.seed = analysis->hash_seed,
		.addresses.seed = analysis->hash_seed,
		.macs.seed = analysis->hash_seed,
		.randoms.seed = analysis->hash_seed };
	for (size_t i = 0; i < analysis->n_sessions && r == 0; i++)
		r = put_session(wanted, &analysis->sessions[i]);
	for (size_t i = 0; i < analysis->n_hosts && r == 0; i++)
		r = put_calls(wanted, &analysis->hosts[i]);
	return r;
}

void extract_wanted_free(struct extract_wanted *wanted)
{
	map_free(&wanted->flows);
	map_free(&wanted->addresses);
	map_free(&wanted->macs);
	map_free(&wanted->randoms);
	arena_free(&wanted->arena);
}

struct extract_conn *extract_find_conn(struct extract_wanted *wanted,
    const struct address *from, uint16_t from_port, const struct address *to,
    uint16_t to_port, uint64_t number)
{
	uint8_t key[2 * END_BYTES];
	struct extract_flow *flow =
	    map_get(&wanted->flows, flow_key(key, from, from_port, to, to_port));

	if (!flow)
		return NULL;
	while (flow->now->next && number >= flow->now->next->first)
		flow->now = flow->now->next;
	return number >= flow->now->first ? flow->now : NULL;
}

bool extract_is_address(const struct extract_wanted *wanted,
    const struct address *address)
{
	return map_get(&wanted->addresses, address_key(address)) != NULL;
}

bool extract_is_mac(const struct extract_wanted *wanted, const uint8_t mac[6])
{
	return map_get(&wanted->macs, str_make(mac, 6)) != NULL;
}
