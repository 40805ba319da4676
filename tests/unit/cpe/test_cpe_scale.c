/* What models of real size cost: memory of a CPE, and an answer of the whole tree. */
#include "tests/unit/cpe/big_model.h"
#include "tests/unit/cpe/device_stub.h"

#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/session/cpe_session.h"

#include <malloc.h>
#include <stdlib.h>
#include <time.h>

#if defined(__SANITIZE_ADDRESS__)
#define IS_COUNTED false
#else
#define IS_COUNTED true
#endif

enum {
	CPES = 64,
	SESSIONS = 20,
	/* Bytes of an idle CPE beyond what all share, of which some are what malloc() rounds up;
	 * 1.1 KB of a process are these and tables (tests/bench/memory.sh). */
	IDLE_MAX = 896
};

/* ---- memory of a CPE ---------------------------------------------------------------- */

static clock_ns now(void)
{
	return INT64_C(1700000000) * NS_PER_S;
}

struct fleet { /* that is all CPEs and nothing else */
	struct cpe_config config;
	struct cpe_edges edges;
	struct cpe_fleet fleet;
	struct cpe_place place;
	struct cpe *cpes;
};

static void hold_session(const struct rpc *rpc)
{
	struct cwmp_inform inform = { .n_events = 0 };
	auto_arena arena = ARENA_NULL;

	assert_int_equal(rpc_fill_inform(rpc, &arena, &inform), 0);
	rpc_inform_told(rpc);
}

/* As CPEs are that have had their first session. */
static void open_cpe(struct fleet *fleet, uint64_t i)
{
	struct cpe_range range = { .count = CPES, .name = "cpe", .has_mac = true };
	struct cpe *cpe = &fleet->cpes[i];
	struct error err = ERROR_NULL;
	struct rpc rpc;

	assert_int_equal(cpe_open(cpe, &fleet->fleet, &range, i, i, &fleet->place,
			     &err),
	    0);
	cpe->acs_url =
	    intern_put(&fleet->fleet.words, STR("http://acs1.lab:7547/cwmp"));
	rpc = cpe_rpc(cpe);
	hold_session(&rpc);
}

/* Sets every tenth leaf of the table to a text as long as the first one. */
static size_t change_tenth(struct cpe *cpe)
{
	const struct model *model = cpe->values.model;
	size_t n = 0;

	for (size_t i = 0; i < model->n_firsts; i++) {
		assert_int_equal(model_values_put(&cpe->values, &model->firsts[i].at,
				     STR("another value of some bytes.")),
		    0);
		n++;
	}
	return n;
}

struct cost {
	size_t idle;    /* bytes of a CPE */
	size_t changed; /* more of one with a tenth of its leaves changed */
	size_t n_changed;
};

static size_t in_use(void)
{
	return mallinfo2().uordblks;
}

static struct cost measure(size_t leaves)
{
	struct fleet *fleet = calloc(1, sizeof(*fleet));
	struct model_values small;
	struct cost cost;
	size_t before;

	assert_non_null(fleet);
	fleet->edges = (struct cpe_edges){ .monotonic = now, .wall = now };
	fleet->place = (struct cpe_place)CPE_PLACE_NULL;
	fleet->config.default_acs.url = "http://acs1.lab:7547/cwmp";
	fleet->fleet = (struct cpe_fleet){ .config = &fleet->config,
		.edges = &fleet->edges,
		.model = big_model(leaves),
		.seed = 7 };
	before = in_use();
	fleet->cpes = calloc(CPES, sizeof(*fleet->cpes));
	assert_non_null(fleet->cpes);
	for (uint64_t i = 0; i < CPES; i++)
		open_cpe(fleet, i);
	cost.idle = (in_use() - before) / CPES;
	before = model_block_bytes(fleet->cpes[0].values.block);
	cost.n_changed = change_tenth(&fleet->cpes[0]);
	/* as an RPC leaves it */
	assert_int_equal(model_values_copy(&small, &fleet->cpes[0].values), 0);
	cost.changed = model_block_bytes(small.block) - before;
	model_values_free(&small);
	for (uint64_t i = 0; i < CPES; i++)
		cpe_free(&fleet->cpes[i]);
	model_free(fleet->fleet.model);
	free(fleet->cpes);
	free(fleet);
	return cost;
}

static void test_an_idle_cpe_costs_the_same_whatever_its_model(void **state)
{
	struct cost small, large;

	(void)state;
	if (!IS_COUNTED)
		skip(); /* a sanitizer's memory is not counted */
	small = measure(400);
	large = measure(5000);
	print_message("an idle CPE: %zu bytes with 400 leaves, %zu with 5,000; "
		      "%zu leaves changed: %zu more, %zu: %zu more\n",
	    small.idle, large.idle, small.n_changed, small.changed, large.n_changed,
	    large.changed);
	assert_true(small.idle <= IDLE_MAX && large.idle <= IDLE_MAX);
	assert_true(large.idle * 10 <= small.idle * 11);
	/* 30 bytes of a value, and 26 for where it stands */
	assert_true(small.changed <= small.n_changed * 56);
	assert_true(large.changed <= large.n_changed * 56);
}

/* What an Inform tells of a value from outside is noted in room that was there before, and later in
 * that of the last time. */
static void test_sessions_find_the_room_that_they_need(void **state)
{
	struct device_stub *stub = stub_new("hp5920.yaml");
	size_t bytes;

	(void)state;
	rpc_expect_informs(&stub->rpc);
	bytes = model_block_bytes(stub->values.block);
	assert_int_not_equal(bytes, 0);
	for (unsigned i = 0; i < SESSIONS; i++) {
		hold_session(&stub->rpc);
		assert_int_equal(model_block_bytes(stub->values.block), bytes);
	}
	stub_free(stub);
}

/* ---- a whole tree ------------------------------------------------------------------- */

static struct str ask(struct cpe_session *session, const char *body,
    struct buf *request)
{
	static const char envelope[] =
	    "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "
	    "xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Header>"
	    "<c:ID e:mustUnderstand=\"1\">7</c:ID></e:Header><e:Body>%s</e:Body>"
	    "</e:Envelope>";
	static struct http_head head;
	auto_buf text = BUF_NULL;
	struct http_head ok = { .status = 200 };
	struct error err = ERROR_NULL;
	int n;

	buf_printf(&text, envelope, body);
	assert_int_equal(cpe_session_consume(session, &ok, buf_str(&text)),
	    SESSION_SEND);
	buf_reset(request);
	assert_int_equal(cpe_session_produce(session, request), SESSION_SEND);
	n = http_head_parse(&head, true, request->data, request->len, NULL, &err);
	assert_true(n > 0);
	return str_from(buf_str(request), (size_t)n);
}

static void test_the_whole_tree_is_one_answer(void **state)
{
	struct model *model = big_model(5000);
	struct device_stub *stub = stub_new("hp5920.yaml");
	struct model_values values = { .model = model };
	struct rpc rpc = stub->rpc;
	struct event_queue events = { .len = 0 };
	const struct cpe_session_config config = {
		.url = STR("http://acs1.lab:7547/cwmp"),
		.rpc = &rpc,
		.events = &events,
	};
	struct cpe_session *session = NULL;
	auto_buf request = BUF_NULL;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	struct str body;

	(void)state;
	rpc.values = &values;
	assert_int_equal(cpe_session_new(&config, 0, &session, &err), 0);
	assert_int_equal(cpe_session_produce(session, &request), SESSION_SEND);
	body = ask(session,
	    "<c:InformResponse><MaxEnvelopes>1</MaxEnvelopes></c:InformResponse>",
	    &request);
	assert_int_equal(body.len, 0);

	body = ask(session,
	    "<c:GetParameterValues><ParameterNames><string>Device.</string>"
	    "</ParameterNames></c:GetParameterValues>",
	    &request);
	if (body.len < 1000000)
		fail_msg("%zu bytes are too few", body.len);
	assert_int_equal(cwmp_read(&msg, &arena, body.p, body.len, NULL, &err), 0);
	assert_int_equal(msg.deviations, 0);
	assert_int_equal(msg.args.params.len, 5000);
	assert_true(str_is(msg.args.params.items[4999].name,
	    "Device.Rows.50.Cells.9.ParameterOfACell9"));
	print_message("5,000 leaves: %zu bytes\n", body.len);

	body = ask(session,
	    "<c:GetParameterNames><ParameterPath></ParameterPath><NextLevel>0"
	    "</NextLevel></c:GetParameterNames>",
	    &request);
	arena_reset(&arena);
	assert_int_equal(cwmp_read(&msg, &arena, body.p, body.len, NULL, &err), 0);
	/* leaves; Device, three objects, 50 rows with their cells, 499 cells */
	assert_int_equal(msg.args.n_infos, 5000 + 4 + 100 + 499);

	cpe_session_free(session);
	event_queue_free(&events);
	model_values_free(&values);
	model_free(model);
	stub_free(stub);
}

/* ---- a session of a large model ----------------------------------------------------- */

enum {
	ROUNDS = 30,
	RATIO_MAX = 10
};

static clock_ns cpu_time(void)
{
	struct timespec time;

	assert_int_equal(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time), 0);
	return (clock_ns)time.tv_sec * NS_PER_S + time.tv_nsec;
}

/* All that a session costs beside its messages: the looks for changes before and behind it, and
 * its Inform. The least of many, which nobody disturbed. */
static clock_ns cost_of_session(const char *model)
{
	struct device_stub *stub = stub_new(model);
	clock_ns least = INT64_MAX;

	for (int i = 0; i < ROUNDS; i++) {
		struct cwmp_inform inform = { .n_events = 1 };
		auto_arena arena = ARENA_NULL;
		clock_ns before = cpu_time();

		(void)rpc_has_changes(&stub->rpc, true);
		assert_int_equal(rpc_fill_inform(&stub->rpc, &arena, &inform), 0);
		rpc_inform_told(&stub->rpc);
		(void)rpc_has_changes(&stub->rpc, false);
		(void)rpc_next_look(&stub->rpc);
		least = MIN(least, cpu_time() - before);
	}
	stub_free(stub);
	return least;
}

static void test_a_session_of_a_large_model_costs_little_more(void **state)
{
	clock_ns small = cost_of_session("hp5920.yaml");
	clock_ns large = cost_of_session("mesh-181.yaml");

	(void)state;
	print_message("looks and Inform of a session: %lld us with 117 leaves, %lld us "
		      "with 6,980\n",
	    (long long)(small / 1000), (long long)(large / 1000));
	assert_true(large < RATIO_MAX * small);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_session_of_a_large_model_costs_little_more),
		cmocka_unit_test(test_an_idle_cpe_costs_the_same_whatever_its_model),
		cmocka_unit_test(test_sessions_find_the_room_that_they_need),
		cmocka_unit_test(test_the_whole_tree_is_one_answer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
