/* agents/common/resolve/resolver against a DNS server of the test on loopback, over UDP and TCP. */
#include "tests/unit/unit.h"

#include "agents/common/resolve/resolver.h"
#include "lib/base/text.h"
#include "lib/base/wire.h"
#include "tests/unit/common/peer.h"

#include <stdio.h>

enum {
	DNS_A = 1,
	DNS_AAAA = 28,
	DNS_MESSAGE_MAX = 1024,
	DNS_HEADER = 12,
	ASKED_FROM = 0x7f000009, /* 127.0.0.9 */
	IS_TRUNCATED = 0x0200,
	IS_AUTHORITATIVE = 0x0400,
	NXDOMAIN = 3,
	REFUSED = 5,
};

struct dns_server {
	uv_loop_t *loop;
	uv_poll_t udp, tcp, conn;
	int udp_fd, tcp_fd, conn_fd;
	uint16_t port;
	uint32_t asked_from; /* host order, over UDP */
	struct buf asked;    /* names, and how */
};

struct asking {
	uv_loop_t loop;
	struct dns_server dns;
	uint32_t from; /* the address to ask from; 0: any */
	enum resolver_families families;
	struct buf told;
};

/* What the server knows: so many addresses from 192.0.2.1 on, or what is wrong. */
static const struct {
	const char *name;
	unsigned n_addresses;
	unsigned code;
	bool is_for_tcp; /* over UDP only a piece comes */
} names[] = {
	{ "acs.lab", 1, 0, false },
	{ "own.lab", 2, IS_AUTHORITATIVE, false },
	{ "gone.own.lab", 0, IS_AUTHORITATIVE | NXDOMAIN, false },
	{ "eight.lab", RESOLVER_ADDRESSES_MAX, 0, false },
	{ "nine.lab", RESOLVER_ADDRESSES_MAX + 1, 0, false },
	{ "empty.lab", 0, 0, false },
	{ "big.lab", 2, 0, true },
	{ "secret.lab", 0, REFUSED, false },
	{ "both.lab", 1, 0, false },
	{ "six.lab", 0, 0, false },
	{ "slow.lab", 2, 0, false },
	{ "slow6.lab", 0, 0, false },
};

/* Which of them has addresses of IPv6, from 2001:db8::1 on, and whose questions of one type get
 * no answer. */
static const struct {
	const char *name;
	unsigned n_addresses;
	unsigned silent;
} six_names[] = {
	{ "both.lab", 2, 0 },
	{ "six.lab", 1, 0 },
	{ "slow.lab", 1, DNS_AAAA },
	{ "slow6.lab", 1, DNS_A },
};

/* The question's name as text; how long the question is, in bytes. */
static size_t read_question(const uint8_t *message, char text[256])
{
	const uint8_t *at = message + DNS_HEADER;
	size_t n = 0;

	while (*at > 0 && n + *at + 1 < 255) {
		memcpy(text + n, at + 1, *at);
		n += *at;
		at += *at + 1;
		text[n++] = '.';
	}
	text[n > 0 ? n - 1 : 0] = '\0';
	return (size_t)(at + 5 - message) - DNS_HEADER;
}

static void put_six(uint8_t *at, unsigned last)
{
	static const uint8_t address[16] = { 0x20, 1, 0xd, 0xb8 };

	put_u16(at, 0xc000 | DNS_HEADER);
	put_u16(at + 2, DNS_AAAA);
	put_u16(at + 4, 1);
	put_u32(at + 6, 60);
	put_u16(at + 10, sizeof(address));
	memcpy(at + 12, address, sizeof(address));
	at[27] = (uint8_t)last;
}

/* Writes the answer to a query over it; how long it is. 0: it says nothing. */
static size_t answer(struct dns_server *dns, uint8_t *message, bool is_tcp)
{
	char name[256];
	size_t len = DNS_HEADER + read_question(message, name);
	unsigned n = 0, flags = 0x8180 | NXDOMAIN;
	bool is_six = get_u16(message + len - 4) == DNS_AAAA;

	buf_printf(&dns->asked, "%s%s%s ", name, is_six ? "/6" : "",
	    is_tcp ? "/tcp" : "");
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (strcmp(names[i].name, name) != 0)
			continue;
		flags = 0x8180 | names[i].code;
		n = is_six ? 0 : names[i].n_addresses;
		if (names[i].is_for_tcp && !is_tcp) {
			flags |= IS_TRUNCATED;
			n = 0;
		}
	}
	for (size_t i = 0; i < ARRAY_LEN(six_names); i++) {
		if (strcmp(six_names[i].name, name) != 0)
			continue;
		if (six_names[i].silent == (is_six ? DNS_AAAA : DNS_A))
			return 0;
		n = is_six ? six_names[i].n_addresses : n;
	}
	put_u16(message + 2, (uint16_t)flags);
	put_u16(message + 6, (uint16_t)n);
	put_u32(message + 8, 0);
	for (unsigned i = 0; is_six && i < n; i++, len += 28)
		put_six(message + len, i + 1);
	for (unsigned i = 0; !is_six && i < n; i++, len += 16) {
		put_u16(message + len, 0xc000 | DNS_HEADER);
		put_u16(message + len + 2, DNS_A);
		put_u16(message + len + 4, 1);
		put_u32(message + len + 6, 60);
		put_u16(message + len + 10, 4);
		put_u32(message + len + 12, 0xc0000201 + i);
	}
	return len;
}

static void on_udp(uv_poll_t *poll, int status, int events)
{
	struct dns_server *dns = poll->data;
	uint8_t message[DNS_MESSAGE_MAX];
	struct sockaddr_in from;
	socklen_t from_len = sizeof(from);
	ssize_t n = recvfrom(dns->udp_fd, message, sizeof(message), 0,
	    (struct sockaddr *)&from, &from_len);

	(void)status;
	(void)events;
	assert_true(n > DNS_HEADER);
	dns->asked_from = ntohl(from.sin_addr.s_addr);
	n = (ssize_t)answer(dns, message, false);
	if (n == 0)
		return;
	assert_int_equal(sendto(dns->udp_fd, message, (size_t)n, 0,
			     (struct sockaddr *)&from, from_len),
	    n);
}

static void on_tcp_bytes(uv_poll_t *poll, int status, int events)
{
	struct dns_server *dns = poll->data;
	uint8_t message[DNS_MESSAGE_MAX];
	ssize_t n = recv(dns->conn_fd, message, sizeof(message), 0);

	(void)status;
	(void)events;
	if (n > 2 + DNS_HEADER) {
		size_t len = answer(dns, message + 2, true);

		put_u16(message, (uint16_t)len);
		assert_int_equal(send(dns->conn_fd, message, 2 + len, 0), 2 + len);
		return;
	}
	uv_close((uv_handle_t *)poll, NULL);
	(void)close(dns->conn_fd);
}

static void on_tcp(uv_poll_t *poll, int status, int events)
{
	struct dns_server *dns = poll->data;

	(void)status;
	(void)events;
	dns->conn_fd = accept4(dns->tcp_fd, NULL, NULL, SOCK_CLOEXEC);
	assert_true(dns->conn_fd >= 0);
	assert_int_equal(uv_poll_init(dns->loop, &dns->conn, dns->conn_fd), 0);
	dns->conn.data = dns;
	assert_int_equal(uv_poll_start(&dns->conn, UV_READABLE, on_tcp_bytes), 0);
}

static void watch(struct dns_server *dns, uv_poll_t *poll, int fd, uv_poll_cb fn)
{
	assert_int_equal(uv_poll_init(dns->loop, poll, fd), 0);
	poll->data = dns;
	assert_int_equal(uv_poll_start(poll, UV_READABLE, fn), 0);
	uv_unref((uv_handle_t *)poll);
}

/* TCP chooses the port, UDP takes the same. */
static void dns_open(struct dns_server *dns, uv_loop_t *loop)
{
	struct sockaddr_in at;

	*dns = (struct dns_server){ .loop = loop };
	dns->tcp_fd = listen_on_loopback(&at, 1);
	dns->port = ntohs(at.sin_port);
	dns->udp_fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(dns->udp_fd, (struct sockaddr *)&at, sizeof(at)), 0);
	watch(dns, &dns->udp, dns->udp_fd, on_udp);
	watch(dns, &dns->tcp, dns->tcp_fd, on_tcp);
}

static void dns_close(struct dns_server *dns)
{
	uv_close((uv_handle_t *)&dns->udp, NULL);
	uv_close((uv_handle_t *)&dns->tcp, NULL);
	(void)uv_run(dns->loop, UV_RUN_DEFAULT);
	(void)close(dns->udp_fd);
	(void)close(dns->tcp_fd);
	buf_free(&dns->asked);
}

static void on_answer(void *user, const struct resolver_answer *answer)
{
	struct asking *asking = user;
	char text[IPV4_TEXT_MAX];

	for (size_t i = 0; i < answer->len6; i++)
		buf_printf(&asking->told, "::%u ", answer->addresses6[i][15]);
	for (size_t i = 0; i < answer->len; i++)
		buf_printf(&asking->told, "%s ", ipv4_text(answer->addresses[i], text));
	if (answer->len + answer->len6 == 0)
		buf_append_text(&asking->told, answer->why);
}

static const uint32_t loopback = INADDR_LOOPBACK;

static struct resolver *ask(struct asking *asking, const char *name, const char *domain,
    const uint32_t *servers, size_t n_servers)
{
	const struct resolver_query query = { .name = name,
		.netns = -1,
		.from = asking->from,
		.servers = servers,
		.n_servers = n_servers,
		.families = asking->families,
		.port = asking->dns.port,
		.domain = domain };
	struct resolver *resolver = NULL;

	assert_int_equal(resolver_ask(&resolver, &asking->loop, &query, on_answer,
			     asking, NULL),
	    0);
	assert_int_equal(asking->told.len, 0); /* not from inside the call */
	return resolver;
}

static void asking_begin(struct asking *asking)
{
	*asking = (struct asking){ .told = BUF_NULL };
	assert_int_equal(uv_loop_init(&asking->loop), 0);
	dns_open(&asking->dns, &asking->loop);
}

static void asking_end(struct asking *asking)
{
	dns_close(&asking->dns);
	assert_int_equal(uv_loop_close(&asking->loop), 0);
	buf_free(&asking->told);
}

static const struct {
	const char *name, *domain;
	const char *told;  /* addresses, or why there is none */
	const char *asked; /* of the server */
} rows[] = {
	{ "acs.lab", NULL, "192.0.2.1 ", "acs.lab " },
	{ "acs", "lab", "192.0.2.1 ", "acs.lab " },
	{ "acs.lab", "lab", "192.0.2.1 ", "acs.lab " },
	{ "eight.lab", NULL,
	    "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 "
	    "192.0.2.8 ",
	    "eight.lab " },
	{ "nine.lab", NULL,
	    "192.0.2.1 192.0.2.2 192.0.2.3 192.0.2.4 192.0.2.5 192.0.2.6 192.0.2.7 "
	    "192.0.2.8 ",
	    "nine.lab " },
	{ "big.lab", NULL, "192.0.2.1 192.0.2.2 ", "big.lab big.lab/tcp " },
	{ "none.lab", NULL, "\"none.lab\": 127.0.0.1 knows no such name", "none.lab " },
	{ "empty.lab", NULL, "\"empty.lab\": 127.0.0.1 knows no IPv4 address of it",
	    "empty.lab " },
	{ "10.0.0.9", NULL, "10.0.0.9 ", "" },
};

static void names_become_addresses_or_a_reason(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct asking asking;

		asking_begin(&asking);
		(void)ask(&asking, rows[i].name, rows[i].domain, &loopback, 1);
		if (!run_to_the_end(&asking.loop))
			fail_msg("%s: it hangs", rows[i].name);
		assert_string_equal(buf_cstr(&asking.told), rows[i].told);
		assert_string_equal(buf_cstr(&asking.dns.asked), rows[i].asked);
		asking_end(&asking);
	}
}

/* AAAA is asked first. One answer waits for the other for a moment, and no longer. */
static void both_families_are_asked_for(void **state)
{
	static const struct {
		enum resolver_families families;
		const char *name, *told, *asked;
	} rows6[] = {
		{ RESOLVER_BOTH, "both.lab", "::1 ::2 192.0.2.1 ",
		    "both.lab/6 both.lab " },
		{ RESOLVER_IPV6, "both.lab", "::1 ::2 ", "both.lab/6 " },
		{ RESOLVER_IPV4, "both.lab", "192.0.2.1 ", "both.lab " },
		{ RESOLVER_BOTH, "acs.lab", "192.0.2.1 ", "acs.lab/6 acs.lab " },
		{ RESOLVER_BOTH, "six.lab", "::1 ", "six.lab/6 six.lab " },
		{ RESOLVER_BOTH, "slow.lab", "192.0.2.1 192.0.2.2 ",
		    "slow.lab/6 slow.lab " },
		{ RESOLVER_BOTH, "slow6.lab", "::1 ", "slow6.lab/6 slow6.lab " },
		{ RESOLVER_IPV6, "acs.lab",
		    "\"acs.lab\": 127.0.0.1 knows no IPv6 address of it",
		    "acs.lab/6 " },
		{ RESOLVER_BOTH, "empty.lab",
		    "\"empty.lab\": 127.0.0.1 knows no address of it",
		    "empty.lab/6 empty.lab " },
		{ RESOLVER_BOTH, "none.lab",
		    "\"none.lab\": 127.0.0.1 knows no such name",
		    "none.lab/6 none.lab " },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows6); i++) {
		struct asking asking;

		asking_begin(&asking);
		asking.families = rows6[i].families;
		(void)ask(&asking, rows6[i].name, NULL, &loopback, 1);
		if (!run_to_the_end(&asking.loop))
			fail_msg("%s: it hangs", rows6[i].name);
		assert_string_equal(buf_cstr(&asking.dns.asked), rows6[i].asked);
		if (rows6[i].families == RESOLVER_BOTH && i == 0)
			assert_true(
			    strncmp(buf_cstr(&asking.told), "::1 ::2 ", 8) == 0);
		else
			assert_string_equal(buf_cstr(&asking.told), rows6[i].told);
		asking_end(&asking);
	}
}

static void a_question_comes_from_the_address_it_was_given(void **state)
{
	struct asking asking;

	(void)state;
	asking_begin(&asking);
	asking.from = ASKED_FROM;
	(void)ask(&asking, "acs.lab", NULL, &loopback, 1);
	assert_true(run_to_the_end(&asking.loop));

	assert_string_equal(buf_cstr(&asking.told), "192.0.2.1 ");
	assert_int_equal(asking.dns.asked_from, ASKED_FROM);
	asking_end(&asking);
}

static void a_server_that_refuses_is_named(void **state)
{
	struct asking asking;

	(void)state;
	asking_begin(&asking);
	(void)ask(&asking, "secret.lab", NULL, &loopback, 1);
	assert_true(run_to_the_end(&asking.loop));
	assert_string_equal(buf_cstr(&asking.told),
	    "\"secret.lab\": 127.0.0.1 cannot be asked");
	asking_end(&asking);
}

/* No server is there at 127.0.0.2: loopback says so at once. */
static void the_next_server_is_asked_when_one_is_not_there(void **state)
{
	static const uint32_t servers[] = { INADDR_LOOPBACK + 1, INADDR_LOOPBACK };
	struct asking asking;

	(void)state;
	asking_begin(&asking);
	(void)ask(&asking, "acs.lab", NULL, servers, 2);
	assert_true(run_to_the_end(&asking.loop));
	assert_string_equal(buf_cstr(&asking.told), "192.0.2.1 ");
	asking_end(&asking);

	asking_begin(&asking);
	(void)ask(&asking, "acs.lab", NULL, servers, 1);
	assert_true(run_to_the_end(&asking.loop));
	assert_string_equal(buf_cstr(&asking.told),
	    "\"acs.lab\": 127.0.0.2 cannot be asked");
	asking_end(&asking);
}

/* A server that hears and says nothing costs two seconds. */
static void the_next_server_is_asked_when_one_is_silent(void **state)
{
	static const uint32_t servers[] = { INADDR_LOOPBACK + 1, INADDR_LOOPBACK };
	struct asking asking;
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1) };
	int deaf = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	(void)state;
	asking_begin(&asking);
	at.sin_port = htons(asking.dns.port);
	assert_int_equal(bind(deaf, (struct sockaddr *)&at, sizeof(at)), 0);
	(void)ask(&asking, "acs.lab", NULL, servers, 2);
	assert_true(run_to_the_end(&asking.loop));
	assert_string_equal(buf_cstr(&asking.told), "192.0.2.1 ");
	asking_end(&asking);
	(void)close(deaf);
}

/* ---- precise questions -------------------------------------------------------------- */

static void on_precise(void *user, const struct resolver_answer *answer)
{
	static const char *const ends[] = { "found", "unknown", "silent", "deaf",
		"failed" };
	struct asking *asking = user;

	buf_printf(&asking->told, "%s%s %zu \"%s\"", ends[answer->end],
	    answer->is_authoritative ? " own" : "", answer->len, answer->name);
}

static struct resolver *ask_precisely(struct asking *asking, const char *name,
    uint32_t server)
{
	const struct resolver_query query = { .name = name,
		.netns = -1,
		.servers = &server,
		.n_servers = 1,
		.port = asking->dns.port,
		.domain = "lab",
		.is_precise = true };
	struct resolver *resolver = NULL;

	assert_int_equal(resolver_ask(&resolver, &asking->loop, &query, on_precise,
			     asking, NULL),
	    0);
	return resolver;
}

static void a_precise_answer_says_whose_it_is(void **state)
{
	static const struct {
		const char *name;
		uint32_t server;
		const char *told, *asked;
	} precise[] = {
		{ "acs.lab", INADDR_LOOPBACK, "found 1 \"acs.lab\"", "acs.lab " },
		{ "own", INADDR_LOOPBACK, "found own 2 \"own.lab\"", "own.lab " },
		{ "nine.lab", INADDR_LOOPBACK, "found 8 \"nine.lab\"", "nine.lab " },
		{ "none.lab", INADDR_LOOPBACK, "unknown 0 \"\"", "none.lab " },
		{ "gone.own.lab", INADDR_LOOPBACK, "unknown own 0 \"\"",
		    "gone.own.lab " },
		{ "empty.lab", INADDR_LOOPBACK, "unknown 0 \"\"", "empty.lab " },
		{ "acs.lab", INADDR_LOOPBACK + 1, "deaf 0 \"\"", "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(precise); i++) {
		struct asking asking;

		asking_begin(&asking);
		(void)ask_precisely(&asking, precise[i].name, precise[i].server);
		if (!run_to_the_end(&asking.loop))
			fail_msg("%s: it hangs", precise[i].name);
		assert_string_equal(buf_cstr(&asking.told), precise[i].told);
		assert_string_equal(buf_cstr(&asking.dns.asked), precise[i].asked);
		asking_end(&asking);
	}
}

static void who_gives_up_hears_nothing(void **state)
{
	struct asking asking;

	(void)state;
	asking_begin(&asking);
	resolver_cancel(ask(&asking, "acs.lab", NULL, &loopback, 1));
	resolver_cancel(ask(&asking, "10.0.0.9", NULL, &loopback, 1));
	resolver_cancel(ask_precisely(&asking, "acs.lab", INADDR_LOOPBACK));
	assert_true(run_to_the_end(&asking.loop));
	assert_string_equal(buf_cstr(&asking.told), "");
	asking_end(&asking);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_become_addresses_or_a_reason),
		cmocka_unit_test(both_families_are_asked_for),
		cmocka_unit_test(a_question_comes_from_the_address_it_was_given),
		cmocka_unit_test(a_server_that_refuses_is_named),
		cmocka_unit_test(the_next_server_is_asked_when_one_is_not_there),
		cmocka_unit_test(the_next_server_is_asked_when_one_is_silent),
		cmocka_unit_test(a_precise_answer_says_whose_it_is),
		cmocka_unit_test(who_gives_up_hears_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
