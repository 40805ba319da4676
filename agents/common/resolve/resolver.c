#include "agents/common/resolve/resolver.h"

#include "agents/common/resolve/resolver_socket.h"
#include "lib/base/cleanup.h"
#include "lib/base/list.h"
#include "lib/base/text.h"

#include <ares.h>
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

enum {
	FIRST_TIMEOUT_MS = 2000, /* doubled by c-ares with each round of servers */
	TRIES = 3,
	PRECISE_TIMEOUT_MS = 1 << 30, /* c-ares asks again then: never */
	AA_BIT = 4,
	IN_CLASS = 1, /* RFC 1035 3.2.4, 3.2.2 */
	A_TYPE = 1,
};

struct resolver {
	ares_channel channel;
	uv_timer_t timer;
	struct list sockets; /* struct resolver_socket */
	struct resolver_from from;
	enum resolver_families families;
	unsigned n_awaited; /* questions that have no answer yet */
	bool is_delayed;    /* the rest of them is awaited for a moment only */
	bool is_answered, is_over;
	unsigned n_open; /* handles that are not closed yet */
	char name[256];
	char servers[RESOLVER_SERVERS_MAX * (IPV4_TEXT_MAX + INET6_ADDRSTRLEN) +
		     32]; /* for why */
	struct resolver_answer answer;
	void (*done)(void *user, const struct resolver_answer *answer);
	void *user;
};

struct resolver_socket {
	struct list link;
	struct resolver *resolver;
	uv_poll_t poll;
	ares_socket_t fd;
};

/* ---- life --------------------------------------------------------------------------- */

static void let_go(struct resolver *resolver)
{
	if (--resolver->n_open == 0)
		free(resolver);
}

static void on_socket_closed(uv_handle_t *handle)
{
	struct resolver_socket *socket = handle->data;
	struct resolver *resolver = socket->resolver;

	free(socket);
	let_go(resolver);
}

static void close_socket(struct resolver_socket *socket)
{
	list_remove(&socket->link);
	uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
}

static void on_timer_closed(uv_handle_t *handle)
{
	let_go(handle->data);
}

static void end(struct resolver *resolver)
{
	if (resolver->is_over)
		return;
	resolver->is_over = true;
	ares_destroy(resolver->channel);
	LIST_FOREACH_SAFE (item, &resolver->sockets)
		close_socket(list_entry(item, struct resolver_socket, link));
	uv_close((uv_handle_t *)&resolver->timer, on_timer_closed);
}

/* The memory stays until the handles are closed: done may read the answer in it. */
static void tell(struct resolver *resolver)
{
	end(resolver);
	resolver->done(resolver->user, &resolver->answer);
}

void resolver_cancel(struct resolver *resolver)
{
	end(resolver);
}

/* ---- c-ares and the loop ------------------------------------------------------------ */

static void on_timer(uv_timer_t *timer);

/* After each call into c-ares: the answer, or the next timeout. */
static void look(struct resolver *resolver)
{
	struct timeval left;

	if (resolver->is_answered) {
		tell(resolver);
		return;
	}
	if (resolver->is_delayed || !ares_timeout(resolver->channel, NULL, &left))
		return;
	(void)uv_timer_start(&resolver->timer, on_timer,
	    (uint64_t)left.tv_sec * 1000 + (uint64_t)left.tv_usec / 1000 + 1, 0);
}

static void on_timer(uv_timer_t *timer)
{
	struct resolver *resolver = timer->data;

	if (resolver->is_delayed)
		resolver->is_answered = true;
	if (!resolver->is_answered)
		ares_process_fd(resolver->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
	look(resolver);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
	struct resolver_socket *socket = poll->data;
	struct resolver *resolver = socket->resolver;
	bool reads = status < 0 || (events & UV_READABLE);
	bool writes = status < 0 || (events & UV_WRITABLE);

	ares_process_fd(resolver->channel, reads ? socket->fd : ARES_SOCKET_BAD,
	    writes ? socket->fd : ARES_SOCKET_BAD);
	look(resolver);
}

static struct resolver_socket *find_socket(struct resolver *resolver, ares_socket_t fd)
{
	LIST_FOREACH (item, &resolver->sockets) {
		struct resolver_socket *socket =
		    list_entry(item, struct resolver_socket, link);

		if (socket->fd == fd)
			return socket;
	}
	return NULL;
}

static struct resolver_socket *add_socket(struct resolver *resolver, ares_socket_t fd)
{
	struct resolver_socket *socket = calloc(1, sizeof(*socket));

	if (!socket)
		return NULL;
	if (uv_poll_init(resolver->timer.loop, &socket->poll, fd) < 0) {
		free(socket);
		return NULL;
	}
	socket->resolver = resolver;
	socket->fd = fd;
	socket->poll.data = socket;
	list_append(&resolver->sockets, &socket->link);
	resolver->n_open++;
	return socket;
}

/* What c-ares waits for on fd; nothing: it closes fd next. A socket that cannot be watched
 * is as good as silent, and its query times out. */
static void on_socket_state(void *user, ares_socket_t fd, int reads, int writes)
{
	struct resolver *resolver = user;
	struct resolver_socket *socket = find_socket(resolver, fd);

	if (!reads && !writes) {
		if (socket)
			close_socket(socket);
		return;
	}
	if (!socket)
		socket = add_socket(resolver, fd);
	if (socket)
		(void)uv_poll_start(&socket->poll,
		    (reads ? UV_READABLE : 0) | (writes ? UV_WRITABLE : 0), on_poll);
}

/* ---- the question ------------------------------------------------------------------- */

static enum resolver_end end_of(int status)
{
	switch (status) {
	case ARES_ENOTFOUND:
	case ARES_ENODATA:
		return RESOLVER_UNKNOWN;
	case ARES_ETIMEOUT:
		return RESOLVER_SILENT;
	case ARES_ECONNREFUSED:
		return RESOLVER_DEAF;
	default:
		return RESOLVER_FAILED;
	}
}

/* The name comes first: where there is room for few words, as in the line of a run, it says
 * most. */
static void explain(struct resolver *resolver, int status)
{
	static const char *const no_address[] = {
		[RESOLVER_IPV4] = " knows no IPv4 address of it",
		[RESOLVER_IPV6] = " knows no IPv6 address of it",
		[RESOLVER_BOTH] = " knows no address of it",
	};
	char *why = resolver->answer.why;
	size_t size = sizeof(resolver->answer.why);
	const char *what;

	resolver->answer.end = end_of(status);
	switch (status) {
	case ARES_ENOTFOUND:
		what = " knows no such name";
		break;
	case ARES_ENODATA:
		what = no_address[resolver->families];
		break;
	case ARES_ETIMEOUT:
		what = " does not answer";
		break;
	case ARES_ECONNREFUSED:
		what = " cannot be asked";
		break;
	default:
		(void)snprintf(why, size, "\"%.120s\": %s: %s", resolver->name,
		    resolver->servers, ares_strerror(status));
		return;
	}
	(void)snprintf(why, size, "\"%.120s\": %s%s", resolver->name, resolver->servers,
	    what);
}

static void take_host(struct resolver *resolver, const struct hostent *host)
{
	struct resolver_answer *answer = &resolver->answer;

	for (char **at = host->h_addr_list; *at && answer->len < RESOLVER_ADDRESSES_MAX;
	     at++) {
		uint32_t address;

		memcpy(&address, *at, sizeof(address));
		answer->addresses[answer->len++] = ntohl(address);
	}
}

static void take_host6(struct resolver *resolver, const struct hostent *host)
{
	struct resolver_answer *answer = &resolver->answer;

	for (char **at = host->h_addr_list;
	     *at && answer->len6 < RESOLVER_ADDRESSES_MAX; at++)
		memcpy(answer->addresses6[answer->len6++], *at, RESOLVER_ADDRESS6);
}

/* A question has its answer. That of the other family is awaited: for a moment where there is
 * something to go to, and else to its end. */
static void answered(struct resolver *resolver, int status)
{
	const struct resolver_answer *answer = &resolver->answer;
	bool has_any = answer->len + answer->len6 > 0;

	if (status != ARES_SUCCESS && !has_any)
		explain(resolver, status);
	if (--resolver->n_awaited == 0) {
		resolver->is_answered = true;
		return;
	}
	if (!has_any)
		return;
	resolver->is_delayed = true;
	(void)uv_timer_start(&resolver->timer, on_timer, RESOLVER_DELAY_MS, 0);
}

static void on_host(void *user, int status, int timeouts, struct hostent *host)
{
	struct resolver *resolver = user;

	(void)timeouts;
	if (status == ARES_EDESTRUCTION)
		return;
	if (status == ARES_SUCCESS && host->h_addrtype == AF_INET6)
		take_host6(resolver, host);
	else if (status == ARES_SUCCESS)
		take_host(resolver, host);
	if (status == ARES_SUCCESS && !host->h_addr_list[0])
		status = ARES_ENODATA;
	answered(resolver, status);
}

/* A server says what it likes in its names. */
static void keep_name(struct resolver_answer *answer, const char *name)
{
	size_t n = 0;

	for (; name[n] && n < sizeof(answer->name) - 1; n++)
		answer->name[n] = name[n] > ' ' && name[n] < 0x7f ? name[n] : '?';
	answer->name[n] = '\0';
}

static void on_message(void *user, int status, int timeouts, unsigned char *bytes,
    int len)
{
	struct resolver *resolver = user;
	struct hostent *host = NULL;

	(void)timeouts;
	if (status == ARES_EDESTRUCTION)
		return;
	resolver->is_answered = true;
	if (bytes && len > 2)
		resolver->answer.is_authoritative = bytes[2] & AA_BIT;
	if (status == ARES_SUCCESS)
		status = ares_parse_a_reply(bytes, len, &host, NULL, NULL);
	if (status != ARES_SUCCESS) {
		explain(resolver, status);
		return;
	}
	take_host(resolver, host);
	if (resolver->answer.len > 0)
		keep_name(&resolver->answer, host->h_name);
	else
		explain(resolver, ARES_ENODATA);
	ares_free_hostent(host);
}

/* How many servers of each family are asked. */
static size_t count(size_t n)
{
	return MIN(n, (size_t)RESOLVER_SERVERS_MAX);
}

static void name_servers(struct resolver *resolver, const struct resolver_query *query)
{
	char text[INET6_ADDRSTRLEN];
	size_t at = 0, size = sizeof(resolver->servers);

	if (query->n_servers + query->n_servers6 == 0)
		(void)snprintf(resolver->servers, size, "this machine's DNS");
	for (size_t i = 0; i < count(query->n_servers6); i++)
		at += (size_t)snprintf(resolver->servers + at, size - at, "%s%s",
		    at ? ", " : "",
		    inet_ntop(AF_INET6, query->servers6[i], text, sizeof(text)));
	for (size_t i = 0; i < count(query->n_servers); i++)
		at += (size_t)snprintf(resolver->servers + at, size - at, "%s%s",
		    at ? ", " : "", ipv4_text(query->servers[i], text));
}

/* Those of IPv6, and behind them the others: ares_init_options() knows the latter alone. */
static int set_servers(struct resolver *resolver, const struct resolver_query *query)
{
	struct ares_addr_port_node nodes[2 * RESOLVER_SERVERS_MAX] = { 0 };
	size_t n6 = count(query->n_servers6), n = n6 + count(query->n_servers);

	for (size_t i = 0; i < n; i++) {
		nodes[i].next = i + 1 < n ? &nodes[i + 1] : NULL;
		nodes[i].family = i < n6 ? AF_INET6 : AF_INET;
		nodes[i].udp_port = nodes[i].tcp_port = query->port;
		if (i < n6)
			memcpy(&nodes[i].addr.addr6, query->servers6[i],
			    RESOLVER_ADDRESS6);
		else
			nodes[i].addr.addr4.s_addr = htonl(query->servers[i - n6]);
	}
	return ares_set_servers_ports(resolver->channel, nodes);
}

/* With all of it said, c-ares reads no file of the machine. */
static int open_channel(struct resolver *resolver, const struct resolver_query *query)
{
	struct in_addr servers[RESOLVER_SERVERS_MAX];
	size_t n = count(query->n_servers);
	char *domains[] = { (char *)(uintptr_t)query->domain };
	char lookups[] = "b";
	struct ares_options options = {
		.timeout = query->is_precise ? PRECISE_TIMEOUT_MS : FIRST_TIMEOUT_MS,
		.tries = query->is_precise ? 1 : TRIES,
		.ndots = 1,
		.sock_state_cb = on_socket_state,
		.sock_state_cb_data = resolver,
		.servers = servers,
		.nservers = (int)n,
		.domains = domains,
		.ndomains = query->domain && query->domain[0] ? 1 : 0,
		.lookups = lookups,
		.udp_port = query->port,
		.tcp_port = query->port,
	};
	int mask = ARES_OPT_SOCK_STATE_CB | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES, status;

	for (size_t i = 0; i < n; i++)
		servers[i].s_addr = htonl(query->servers[i]);
	if (n > 0)
		mask |= ARES_OPT_SERVERS;
	if (n + query->n_servers6 > 0)
		mask |= ARES_OPT_DOMAINS | ARES_OPT_LOOKUPS | ARES_OPT_NDOTS |
			ARES_OPT_NOROTATE;
	if (query->port)
		mask |= ARES_OPT_UDP_PORT | ARES_OPT_TCP_PORT;
	status = ares_init_options(&resolver->channel, &options, mask);
	if (status != ARES_SUCCESS || query->n_servers6 == 0)
		return status;
	status = set_servers(resolver, query);
	if (status != ARES_SUCCESS)
		ares_destroy(resolver->channel);
	return status;
}

/* One question for each family, that of IPv6 first. */
static void ask_for_host(struct resolver *resolver)
{
	bool wants6 = resolver->families != RESOLVER_IPV4;
	bool wants4 = resolver->families != RESOLVER_IPV6;

	resolver->n_awaited = wants4 + wants6;
	if (wants6)
		ares_gethostbyname(resolver->channel, resolver->name, AF_INET6, on_host,
		    resolver);
	if (wants4)
		ares_gethostbyname(resolver->channel, resolver->name, AF_INET, on_host,
		    resolver);
}

/* A name with a dot is asked for as it is, and nothing else when it is not known. */
static void ask_for_it(struct resolver *resolver, bool is_precise)
{
	if (!is_precise)
		ask_for_host(resolver);
	else if (strchr(resolver->name, '.'))
		ares_query(resolver->channel, resolver->name, IN_CLASS, A_TYPE,
		    on_message, resolver);
	else
		ares_search(resolver->channel, resolver->name, IN_CLASS, A_TYPE,
		    on_message, resolver);
}

int resolver_ask(struct resolver **ret, uv_loop_t *loop,
    const struct resolver_query *query,
    void (*done)(void *user, const struct resolver_answer *answer), void *user,
    struct error *err)
{
	struct resolver *resolver = calloc(1, sizeof(*resolver));
	int status;

	if (!resolver)
		return error_set(err, -ENOMEM, "no memory to ask for a name");
	list_init(&resolver->sockets);
	resolver->from = (struct resolver_from){ query->netns, query->from };
	resolver->families = query->families;
	resolver->done = done;
	resolver->user = user;
	(void)snprintf(resolver->name, sizeof(resolver->name), "%s", query->name);
	name_servers(resolver, query);
	status = open_channel(resolver, query);
	if (status != ARES_SUCCESS) {
		free(resolver);
		return error_set(err, ERR_MACHINE, "c-ares: %s", ares_strerror(status));
	}
	(void)uv_timer_init(loop, &resolver->timer);
	resolver->timer.data = resolver;
	resolver->n_open = 1;
	ares_set_socket_functions(resolver->channel, &resolver_sockets,
	    &resolver->from);
	ask_for_it(resolver, query->is_precise);
	if (resolver->is_answered)
		(void)uv_timer_start(&resolver->timer, on_timer, 0, 0);
	else
		look(resolver);
	*ret = resolver;
	return 0;
}
