/* STUN between a CPE (agents/cpe/reach/stun_client) and its ACS (agents/acs/reach/stun_server), with
 * a NAT between them that a row may move. Each row is what happens, and what both then do. */
#include "tests/unit/unit.h"

#include "agents/acs/reach/stun_server.h"
#include "agents/common/digest.h"
#include "agents/cpe/reach/stun_client.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <stdlib.h>

enum {
	ROWS_MAX = 24
};

struct exchange {
	const char
	    *happens; /* "due N": N ms later it is due; "lose N"; "nat A.B.C.D:P" */
	const char *does;
};

struct world {
	clock_ns now;
	struct stun_client client;
	struct stun_settings settings;
	struct stun_server server;
	struct stun_address outside; /* of the NAT; not set: there is none */
	clock_ns lives,
	    used;         /* how long the NAT keeps a binding (0: for ever), and when
				 something went out last */
	bool is_stubborn; /* the server answers to where it was asked from */
	uint8_t next_id;
	struct buf diary;
};

static const struct scene {
	const char *name;
	const char *server_password, *password; /* of the CPE */
	int64_t max_keep_s;
	uint64_t min_keep_s;
	struct exchange rows[ROWS_MAX];
} scenes[] = {
	{ "no NAT: the binding is left alone as long as may be", "", "", 120, 10,
	    { { "due 0", "asks; changed: 10.0.0.100:7547" },
		{ "due 120000", "asks; same" }, { "due 120000", "asks; same" } } },
	{ "no NAT and no maximum", "", "", -1, 10,
	    { { "due 0", "asks; changed: 10.0.0.100:7547" },
		{ "due 300000", "asks; same" } } },
	{ "a NAT: the binding is kept alive", "", "", 10, 10,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 10000", "asks; same" } } },
	{ "a NAT and no minimum", "", "", -1, 0,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 20000", "asks; same" } } },
	{ "the maximum is less than what would be taken", "", "", 7, 0,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 7000", "asks; same" } } },
	{ "a binding that changes is told at once", "", "", 10, 10,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "nat 192.0.2.1:40002", "" },
		{ "due 10000", "asks; changed: 192.0.2.1:40002, NAT" },
		{ "due 0", "asks with BINDING-CHANGE; same" },
		{ "due 10000", "asks; same" }, { "nat", "" },
		{ "due 10000", "asks; changed: 10.0.0.100:7547" },
		{ "due 0", "asks with BINDING-CHANGE; same" } } },
	{ "the lifetime of a binding is found by halving", "", "", 30, 10,
	    { { "nat 192.0.2.1:40001", "" }, { "lives 17000", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 20000", "probes" }, { "due 100", "probes" },
		{ "due 200", "probes" }, { "due 400", "probes" },
		{ "due 800", "asks; same" }, { "due 15000", "probes; same" },
		{ "due 0", "asks; same" }, { "due 17000", "probes; same" },
		{ "due 0", "asks; same, lives 17 s" },
		{ "due 17000", "asks; same, lives 17 s" } } },
	{ "one that lives longer than it may be left alone", "s", "s", 12, 10,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 11000", "probes; same" },
		{ "due 0", "asks; same, lives 11 s" } } },
	{ "a server that answers to no other port", "", "", 30, 10,
	    { { "nat 192.0.2.1:40001", "" }, { "stubborn", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 20000", "probes; refused to" }, { "due 0", "asks; same" },
		{ "due 10000", "asks; same" } } },
	{ "a server that is silent says nothing of the lifetime", "", "", 30, 10,
	    { { "nat 192.0.2.1:40001", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "lose 20000", "probes" }, { "lose 100", "probes" },
		{ "lose 200", "probes" }, { "lose 400", "probes" },
		{ "lose 800", "asks" }, { "lose 100", "asks" }, { "lose 200", "asks" },
		{ "lose 400", "asks" }, { "lose 800", "asks" }, { "lose 1600", "asks" },
		{ "lose 1600", "asks" }, { "lose 1600", "asks" },
		{ "lose 1600", "asks" }, { "lose 1600", "gives up" },
		{ "due 20000", "probes; same" }, { "due 0", "asks; same" } } },
	{ "a binding that lives shorter than it did", "", "", 30, 10,
	    { { "nat 192.0.2.1:40001", "" }, { "lives 27000", "" },
		{ "due 0", "asks; changed: 192.0.2.1:40001, NAT" },
		{ "due 20000", "probes; same" }, { "due 0", "asks; same" },
		{ "due 25000", "probes; same" }, { "due 0", "asks; same" },
		{ "due 28000", "probes" }, { "due 100", "probes" },
		{ "due 200", "probes" }, { "due 400", "probes" },
		{ "due 800", "asks; same, lives 25 s" }, { "nat 192.0.2.1:40002", "" },
		{ "due 25000", "asks; changed: 192.0.2.1:40002, NAT" },
		{ "due 0", "asks with BINDING-CHANGE; same" },
		{ "due 17000", "probes; same" }, { "due 0", "asks; same" },
		{ "due 21000", "probes; same" } } },
	{ "requests that are lost go again, and then rest", "", "", 120, 10,
	    { { "lose 0", "asks" }, { "lose 100", "asks" }, { "lose 200", "asks" },
		{ "lose 400", "asks" }, { "lose 800", "asks" }, { "lose 1600", "asks" },
		{ "lose 1600", "asks" }, { "lose 1600", "asks" },
		{ "lose 1600", "asks" }, { "lose 1600", "gives up" },
		{ "due 120000", "asks; changed: 10.0.0.100:7547" } } },
	{ "a password that both have", "secret", "secret", 120, 10,
	    { { "due 0", "asks; changed: 10.0.0.100:7547" },
		{ "due 120000", "asks; same" } } },
	{ "a password that the CPE has not", "secret", "", 120, 10,
	    { { "due 0", "asks; refused: 401 Unauthorized" },
		{ "due 120000", "asks; refused: 401 Unauthorized" } } },
	{ "another password", "secret", "other", 120, 10,
	    { { "due 0", "asks; refused: 431 Integrity Check Failure " } } },
	{ "a password that nobody asked for", "", "secret", 120, 10,
	    { { "due 0", "asks; changed: 10.0.0.100:7547" } } },
};

static void note(struct world *world, const char *words)
{
	buf_printf(&world->diary, "%s%s", world->diary.len > 0 ? "; " : "", words);
}

static void note_news(struct world *world, enum stun_news news, const char *why)
{
	const struct stun_client *client = &world->client;
	char text[192], address[IPV4_TEXT_MAX];

	switch (news) {
	case STUN_NOTHING:
		(void)snprintf(text, sizeof(text), "nothing: %s", why);
		break;
	case STUN_SAME:
		(void)snprintf(text, sizeof(text), "same");
		if (stun_lifetime_found(&client->life) > 0 && client->due > world->now)
			(void)snprintf(text, sizeof(text), "same, lives %lld s",
			    (long long)stun_lifetime_found(&client->life));
		break;
	case STUN_CHANGED:
		(void)snprintf(text, sizeof(text), "changed: %s:%u%s",
		    ipv4_text(client->mapped.address, address), client->mapped.port,
		    client->is_natted ? ", NAT" : "");
		break;
	case STUN_REFUSED:
		(void)snprintf(text, sizeof(text), "refused: %s", why);
		break;
	}
	note(world, text);
}

static int send_request(struct world *world, uint8_t request[STUN_MESSAGE_MAX])
{
	uint8_t fresh[STUN_ID_BYTES] = { 0 };
	struct stun_message message;
	int n;

	fresh[0] = world->next_id++;
	n = stun_client_tick(&world->client, &world->settings, world->now, fresh,
	    digest_hmac_sha1, request);
	assert_true(n >= 0);
	if (n == 0) {
		note(world, "gives up");
		return 0;
	}
	assert_int_equal(stun_read(&message, request, (size_t)n, NULL), 0);
	if (world->client.life.is_probing) {
		assert_null(message.call_binding.p);
		assert_true(message.response.is_set);
		note(world, "probes");
		return n;
	}
	assert_true(str_eq(message.call_binding, STUN_CALL_BINDING));
	note(world, message.binding_change.p ? "asks with BINDING-CHANGE" : "asks");
	return n;
}

static void answer(struct world *world, struct str request)
{
	struct stun_address from = { world->settings.address, world->settings.port,
		true };
	bool is_probe = world->client.life.is_probing;
	uint8_t response[STUN_MESSAGE_MAX];
	struct stun_address to;
	enum stun_news news;
	char why[160];
	bool is_call;
	int n;

	if (world->outside.is_set)
		from = world->outside;
	from.port ^= is_probe; /* the other port has a binding of its own */
	n = stun_server_answer(&world->server, request, &from, response, &to, &is_call);
	assert_true(n > 0);
	if (is_probe && world->is_stubborn) {
		stun_client_take_other(&world->client, world->now,
		    str_make(response, (size_t)n));
		note(world, "refused to");
		return;
	}
	if (is_probe && world->lives > 0 && world->now - world->used > world->lives)
		return; /* the NAT knows of no such binding any more */
	if (is_probe) {
		assert_true(to.address == world->outside.address &&
			    to.port == world->outside.port);
		assert_false(is_call);
	}
	world->used = world->now;
	news = stun_client_take(&world->client, &world->settings, world->now,
	    str_make(response, (size_t)n), digest_hmac_sha1, why, sizeof(why));
	assert_int_equal(is_call, news != STUN_REFUSED && !is_probe);
	note_news(world, news, why);
}

static void happen(struct world *world, const char *what)
{
	uint8_t request[STUN_MESSAGE_MAX];
	struct str arg, port;
	struct str verb = str_cut(str_of(what), ' ', &arg);
	struct str host = str_cut(arg, ':', &port);
	uint64_t ms = 0;
	int n;

	if (str_is(verb, "stubborn")) {
		world->is_stubborn = true;
		return;
	}
	if (str_is(verb, "lives")) {
		assert_int_equal(str_to_u64(arg, UINT32_MAX, &ms), 0);
		world->lives = (clock_ns)ms * NS_PER_MS;
		return;
	}
	if (str_is(verb, "nat")) {
		world->outside.is_set = arg.len > 0;
		if (arg.len == 0)
			return;
		assert_int_equal(ipv4_parse(host, &world->outside.address), 0);
		assert_int_equal(str_to_u64(port, 65535, &ms), 0);
		world->outside.port = (uint16_t)ms;
		return;
	}
	assert_int_equal(str_to_u64(arg, UINT32_MAX, &ms), 0);
	if (world->client.due != world->now + (clock_ns)ms * NS_PER_MS)
		fail_msg("it is due in %lld ms",
		    (long long)((world->client.due - world->now) / NS_PER_MS));
	world->now = world->client.due;
	n = send_request(world, request);
	if (n > 0 && str_is(verb, "due"))
		answer(world, str_make(request, (size_t)n));
}

static void begin(struct world *world, const struct scene *scene)
{
	*world = (struct world){ .now = 0 };
	world->settings = (struct stun_settings){ STR("cpe-1"), str_of(scene->password),
		scene->max_keep_s, scene->min_keep_s, 0x0a000064, 7547 };
	world->server =
	    (struct stun_server){ STR("cpe-1"), str_of(scene->server_password),
		    { 0x0a00000b, STUN_PORT, true }, digest_hmac_sha1 };
}

static void test_bindings_are_kept_as_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		struct world world;

		begin(&world, &scenes[i]);
		for (const struct exchange *row = scenes[i].rows; row->happens; row++) {
			buf_reset(&world.diary);
			happen(&world, row->happens);
			if (strcmp(buf_cstr(&world.diary), row->does) != 0)
				fail_msg("%s: after \"%s\": %s", scenes[i].name,
				    row->happens, buf_cstr(&world.diary));
		}
		buf_free(&world.diary);
	}
}

/* Whoever is not the server cannot know the id of the request, and what is not intact is
 * nobody's. */
static void test_a_stranger_moves_no_binding(void **state)
{
	const struct stun_address elsewhere = { 0xc0000263, 666, true };
	uint8_t request[STUN_MESSAGE_MAX], response[STUN_MESSAGE_MAX];
	struct world world;
	char why[160];
	struct stun_address to;
	bool is_call;
	int n;

	(void)state;
	begin(&world, &scenes[12]);
	assert_int_equal(stun_client_take(&world.client, &world.settings, 0, STR(""),
			     digest_hmac_sha1, why, sizeof(why)),
	    STUN_NOTHING);
	n = send_request(&world, request);
	n = stun_server_answer(&world.server, str_make(request, (size_t)n), &elsewhere,
	    response, &to, &is_call);
	response[STUN_HEADER_BYTES + 8] ^= 1; /* the address */
	assert_int_equal(stun_client_take(&world.client, &world.settings, 0,
			     str_make(response, (size_t)n), digest_hmac_sha1, why,
			     sizeof(why)),
	    STUN_NOTHING);
	assert_string_equal(why, "its MESSAGE-INTEGRITY is wrong: STUNPassword is "
				 "another one there");
	response[STUN_HEADER_BYTES + 8] ^= 1;
	response[4] ^= 1; /* the id */
	assert_int_equal(stun_client_take(&world.client, &world.settings, 0,
			     str_make(response, (size_t)n), digest_hmac_sha1, why,
			     sizeof(why)),
	    STUN_NOTHING);
	assert_string_equal(why, "it answers no request that is out");
	assert_false(world.client.is_bound);
	buf_free(&world.diary);
}

/* Requests whose answer would go elsewhere, or that hold what is not known. */
static void test_requests_that_the_server_refuses(void **state)
{
	static const struct {
		struct stun_message request;
		uint16_t code; /* 0: no answer */
	} rows[] = {
		{ { .type = STUN_BINDING_REQUEST }, 1 },
		{ { .type = STUN_BINDING_REQUEST, .response = { 1, 2, true } }, 400 },
		{ { .type = STUN_BINDING_REQUEST,
		      .response = { 0x0a000065, 7547, true } },
		    400 },
		{ { .type = STUN_BINDING_REQUEST, .response = { 0x0a000064, 9, true } },
		    1 },
		{ { .type = STUN_BINDING_REQUEST, .change_request = { 4, true } },
		    400 },
		{ { .type = STUN_BINDING_RESPONSE }, 0 },
		{ { .type = 0x0002 }, 0 },
	};
	const struct stun_address from = { 0x0a000064, 7547, true };
	struct world world;

	(void)state;
	begin(&world, &scenes[0]);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint8_t bytes[STUN_MESSAGE_MAX], answer_bytes[STUN_MESSAGE_MAX];
		struct stun_message read;
		struct stun_address to;
		bool is_call;
		int n =
		    stun_write(&rows[i].request, STR_NULL, NULL, bytes, sizeof(bytes));

		n = stun_server_answer(&world.server, str_make(bytes, (size_t)n), &from,
		    answer_bytes, &to, &is_call);
		assert_false(is_call);
		assert_int_equal(n > 0, rows[i].code > 0);
		if (n == 0)
			continue;
		assert_int_equal(stun_read(&read, answer_bytes, (size_t)n, NULL), 0);
		assert_int_equal(read.error.code, rows[i].code == 1 ? 0 : rows[i].code);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bindings_are_kept_as_told),
		cmocka_unit_test(test_a_stranger_moves_no_binding),
		cmocka_unit_test(test_requests_that_the_server_refuses),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
