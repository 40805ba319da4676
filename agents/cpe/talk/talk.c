/* One session of a CPE on the wire: name, address, connection, requests, the last FIN. */
#include "agents/common/digest.h"
#include "agents/common/netns.h"
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/base/log.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

#define USER_AGENT STR("cwmplab/" CWMPLAB_VERSION)

static void connect_to_acs(struct cpe *cpe);
static void resolve(struct cpe *cpe);

/* ---- the end ------------------------------------------------------------------------ */

static void on_closed(void *user)
{
	struct cpe *cpe = user;

	cpe->is_hanging_up = false;
	switch (cpe->after) {
	case CPE_AFTER_OVER:
		if (--cpe->n_open == 0)
			cpe_fleet_stopped(cpe->fleet);
		else
			cpe_talk_over(cpe, cpe->failure.layer == FAILURE_NONE);
		break;
	case CPE_AFTER_CONNECT:
		connect_to_acs(cpe);
		break;
	case CPE_AFTER_RESOLVE:
		resolve(cpe);
		break;
	}
}

static void hang_up(struct cpe *cpe, enum cpe_after after)
{
	cpe->after = after;
	cpe->is_hanging_up = true;
	http_client_close(steal_ptr(&cpe->http), on_closed);
}

/* The session object goes at once; the connection takes its time to close. */
static void finish(struct cpe *cpe)
{
	if (cpe->session && cpe->session->failure.layer != FAILURE_NONE)
		cpe->failure = cpe->session->failure;
	if (cpe->session)
		cpe_session_free(steal_ptr(&cpe->session));
	else
		event_queue_end(&cpe->events, false);
	if (cpe->resolver)
		resolver_cancel(steal_ptr(&cpe->resolver));
	cpe->deadline = INT64_MAX;
	cpe->state = CPE_CLOSING;
	cpe_report_end(cpe, &cpe->failure);
	if (cpe->http) {
		hang_up(cpe, CPE_AFTER_OVER);
	} else if (cpe->is_hanging_up) {
		cpe->after = CPE_AFTER_OVER;
	} else {
		cpe->n_open--;
		cpe_talk_over(cpe, false);
	}
}

static void fail(struct cpe *cpe, enum failure_layer layer, const char *why)
{
	if (cpe->session)
		cpe_session_fail(cpe->session, layer, why);
	else
		failure_set(&cpe->failure, layer, "%s", why);
	finish(cpe);
}

void cpe_talk_break(struct cpe *cpe, enum failure_layer layer, const char *why)
{
	if (cpe->state == CPE_RESOLVING || cpe->state == CPE_CONNECTING ||
	    cpe->state == CPE_TALKING)
		fail(cpe, layer, why);
}

void cpe_talk_timeout(struct cpe *cpe)
{
	static const struct {
		enum failure_layer layer;
		const char *what;
	} rows[] = {
		[HTTP_CLIENT_TCP] = { FAILURE_TCP, "the SYN" },
		[HTTP_CLIENT_TLS] = { FAILURE_TLS, "the TLS handshake" },
		[HTTP_CLIENT_HTTP] = { FAILURE_HTTP, "the request" },
	};
	enum http_client_layer layer =
	    cpe->http ? http_client_waits_for(cpe->http) : HTTP_CLIENT_TCP;
	char address[IPV4_TEXT_MAX], why[128];

	(void)snprintf(why, sizeof(why), "%s:%u does not answer %s for %lld s",
	    ipv4_text(ntohl(cpe->acs_address.sin_addr.s_addr), address),
	    ntohs(cpe->acs_address.sin_port), rows[layer].what,
	    (long long)(cpe->fleet->config->wait_timeout / NS_PER_S));
	fail(cpe, rows[layer].layer, why);
}

static void wait_for_answer(struct cpe *cpe)
{
	cpe->deadline = clock_monotonic() + cpe->fleet->config->wait_timeout;
	cpe_arm(cpe);
}

/* ---- requests ----------------------------------------------------------------------- */

static void send_request(struct cpe *cpe)
{
	auto_buf request = BUF_NULL;

	if (cpe_session_produce(cpe->session, &request) == SESSION_ABORT) {
		finish(cpe);
		return;
	}
	cpe->state = CPE_TALKING;
	wait_for_answer(cpe);
	if (http_client_send(cpe->http, buf_str(&request)) < 0)
		fail(cpe, FAILURE_TCP, "the request cannot be sent");
}

static void on_opened(void *user)
{
	struct cpe *cpe = user;
	char cnonce[17];

	digest_random_hex(cnonce, 8);
	cpe_session_connected(cpe->session, str_of(cnonce));
	send_request(cpe);
}

/* The session goes on; its connection does not. */
static void change_connection(struct cpe *cpe, enum cpe_after after)
{
	cpe->state = CPE_CONNECTING;
	hang_up(cpe, after);
}

static void on_responded(void *user, const struct http_head *head, struct str body)
{
	struct cpe *cpe = user;

	cpe->is_resent = false;
	switch (cpe_session_consume(cpe->session, head, body)) {
	case SESSION_SEND:
		if (http_client_is_open(cpe->http))
			send_request(cpe);
		else
			change_connection(cpe, CPE_AFTER_CONNECT);
		break;
	case SESSION_GO_ELSEWHERE:
		change_connection(cpe, CPE_AFTER_RESOLVE);
		break;
	case SESSION_CLOSE:
	case SESSION_ABORT:
		finish(cpe);
		break;
	}
}

/* A connection that was closed between messages is continued on another (TR-069 A6 3.4.6);
 * once for each request, or an ACS that closes always would keep us for ever. */
static void on_ended(void *user, bool is_awaiting)
{
	struct cpe *cpe = user;

	(void)is_awaiting;
	if (cpe->session->n_posts > 1 && !cpe->is_resent) {
		cpe->is_resent = true;
		change_connection(cpe, CPE_AFTER_CONNECT);
		return;
	}
	fail(cpe, FAILURE_HTTP, "the ACS closed the connection without an answer");
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	static const enum failure_layer layers[] = {
		[HTTP_CLIENT_TCP] = FAILURE_TCP,
		[HTTP_CLIENT_TLS] = FAILURE_TLS,
		[HTTP_CLIENT_HTTP] = FAILURE_HTTP,
	};
	struct cpe *cpe = user;
	char address[IPV4_TEXT_MAX], text[FAILURE_WHY_MAX];

	if (layer != HTTP_CLIENT_TCP) {
		fail(cpe, layers[layer], why);
		return;
	}
	(void)snprintf(text, sizeof(text), "%s:%u: %s",
	    ipv4_text(ntohl(cpe->acs_address.sin_addr.s_addr), address),
	    ntohs(cpe->acs_address.sin_port), why);
	fail(cpe, FAILURE_TCP, text);
}

static const struct http_client_handlers handlers = {
	.opened = on_opened,
	.responded = on_responded,
	.ended = on_ended,
	.failed = on_failed,
};

/* ---- connecting --------------------------------------------------------------------- */

static int open_socket(const struct cpe *cpe, int type, struct error *err)
{
	int home, fd;
	int r = netns_enter(cpe->netns, &home, err);

	if (r < 0)
		return r;
	fd = socket(AF_INET, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	r = -errno;
	netns_leave(home);
	return fd < 0 ? error_set(err, r, "socket: %s", strerror(-r)) : fd;
}

static void connect_to_acs(struct cpe *cpe)
{
	const struct url *url = &cpe->session->url;
	struct error err = ERROR_NULL;
	char name[256];
	struct stream_tls tls = { url->is_https ? cpe->fleet->tls : NULL, name };
	int fd = open_socket(cpe, SOCK_STREAM, &err);

	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(url->host));
	cpe->state = CPE_CONNECTING;
	if (fd >= 0)
		fd = http_client_open(&cpe->http, cpe->fleet->loop, fd,
		    (const struct sockaddr *)&cpe->acs_address,
		    sizeof(cpe->acs_address), &tls, SESSION_RESPONSE_MAX, &handlers,
		    cpe, &err);
	if (fd < 0) {
		fail(cpe, FAILURE_TCP, err.text);
		return;
	}
	wait_for_answer(cpe);
}

/* Which address the kernel would use towards the ACS: connecting a datagram socket sends
 * nothing. For CPEs that have no lease to know it from. */
static void learn_address(struct cpe *cpe)
{
	struct sockaddr_in self;
	socklen_t len = sizeof(self);
	auto_fd fd = -1;

	if (cpe->dhcp)
		return;
	fd = open_socket(cpe, SOCK_DGRAM, NULL);
	if (fd >= 0 &&
	    connect(fd, (const struct sockaddr *)&cpe->acs_address,
		sizeof(cpe->acs_address)) == 0 &&
	    getsockname(fd, (struct sockaddr *)&self, &len) == 0)
		cpe->address = ntohl(self.sin_addr.s_addr);
}

static int make_session(struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	const struct session_config config = {
		.url = str_of(cpe->acs_url),
		.username = str_of(slot ? slot->username : NULL),
		.password = str_of(slot ? slot->password : NULL),
		.rpc = &cpe->rpc,
		.events = &cpe->events,
		.retry_count = cpe->retry_count,
		.hash = digest_hash,
		.user_agent = USER_AGENT,
	};
	struct error err = ERROR_NULL;

	if (cpe_session_new(&config, clock_wall(), &cpe->session, &err) == 0)
		return 0;
	fail(cpe, FAILURE_CWMP, err.text);
	return -1;
}

static void on_resolved(void *user, const struct resolver_answer *answer)
{
	struct cpe *cpe = user;

	cpe->resolver = NULL;
	if (answer->len == 0) {
		fail(cpe, FAILURE_DNS, answer->why);
		return;
	}
	cpe->acs_address.sin_addr.s_addr = htonl(answer->addresses[0]);
	learn_address(cpe);
	if (cpe->session || make_session(cpe) == 0)
		connect_to_acs(cpe);
}

static void resolve(struct cpe *cpe)
{
	const struct url *url = cpe->session ? &cpe->session->url : &cpe->url;
	const struct dhcp_lease *lease = cpe->dhcp ? &cpe->dhcp->lease : NULL;
	struct resolver_answer numeric = { .len = 1 };
	struct error err = ERROR_NULL;
	char name[256], domain[256] = "";
	struct resolver_query query = { .name = name, .netns = cpe->netns };

	cpe->state = CPE_RESOLVING;
	cpe->acs_address =
	    (struct sockaddr_in){ .sin_family = AF_INET, .sin_port = htons(url->port) };
	if (ipv4_parse(url->host, &numeric.addresses[0]) == 0) {
		on_resolved(cpe, &numeric);
		return;
	}
	if (url->is_ipv6) {
		fail(cpe, FAILURE_DNS, "the ACS has an IPv6 address, the CPE has none");
		return;
	}
	(void)snprintf(name, sizeof(name), "%.*s", STR_ARG(url->host));
	if (lease) {
		(void)snprintf(domain, sizeof(domain), "%.*s", STR_ARG(lease->domain));
		query.servers = lease->dns;
		query.n_servers = lease->n_dns;
		query.domain = domain;
	}
	if (lease && lease->n_dns == 0) {
		fail(cpe, FAILURE_DNS,
		    "the lease names no DNS server and the ACS has a name");
		return;
	}
	if (resolver_ask(&cpe->resolver, cpe->fleet->loop, &query, on_resolved, cpe,
		&err) < 0)
		fail(cpe, FAILURE_DNS, err.text);
}

/* Whoever gave us the URL is to blame: the DHCP server, or a person. */
static void refuse_url(struct cpe *cpe, const struct error *err)
{
	bool is_dhcp = acs_slots_source(&cpe->slots) == ACS_SOURCE_DHCP;
	char why[FAILURE_WHY_MAX], oddity[96] = "";

	if (is_dhcp)
		cpe_explain_option_43(cpe, oddity, sizeof(oddity));
	(void)snprintf(why, sizeof(why),
	    "the URL of the ACS%s cannot be used: %.120s%s%s",
	    is_dhcp ? " in option 43" : "", err->text, oddity[0] ? "; " : "", oddity);
	fail(cpe, is_dhcp ? FAILURE_DHCP : FAILURE_CWMP, why);
}

void cpe_talk_start(struct cpe *cpe)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];
	struct error err = ERROR_NULL;
	size_t n = event_queue_take(&cpe->events, events);

	cpe->failure = (struct failure){ FAILURE_NONE, "" };
	cpe->is_resent = false;
	cpe->retry_at = INT64_MAX;
	cpe->n_open++; /* until cpe_talk_over() */
	cpe_report_start(cpe, events, n);
	if (url_parse(&cpe->url, str_of(cpe->acs_url), &err) < 0)
		refuse_url(cpe, &err);
	else
		resolve(cpe);
}
