/* agents/cpe: where the ACS is, by every order of what may say so: what is shown at the console, and
 * whom the CPE has its sessions with. */
#include "tests/unit/cpe/console_world.h"

/* ---- the CPE's sessions ----------------------------------------------------------------------- */

static char session_url[CLI_URL_MAX]; /* of the last one; "": there was none */
static bool has_bootstrap;            /* a session since the last step told of one */

static int talk(struct cpe *cpe)
{
	(void)snprintf(session_url, sizeof(session_url), "%s", cpe->acs_url);
	has_bootstrap = has_bootstrap ||
			event_queue_count(&cpe->events, CWMP_EVENT_BOOTSTRAP, STR_NULL);
	return 0;
}

/* Those that run end well, and what follows from each. */
static void end_sessions(void)
{
	struct cpe *cpe = &world->cpe;

	while (cpe->state == CPE_TALKING) {
		event_queue_confirm(&cpe->events, CWMP_INFORM);
		event_queue_end(&cpe->events);
		cpe_over(cpe, true);
	}
}

/* ---- what says where the ACS is ---------------------------------------------------------------- */

/* What holds after it: a URL for each slot; "" for none. */
struct wanted {
	const char *user, *dhcp, *dflt;
};

#define USER    "http://user.lab:7547/cwmp"
#define LEASED  "http://leased.lab:7547/cwmp"
#define RENEWED "http://renewed.lab:7547/cwmp"
#define DEFAULT "http://factory.lab:7547/cwmp"
#define SET     "http://set.lab:7547/cwmp"

static struct dhcp_lease lease;

static void lease_names(const char *url)
{
	lease.address = 0x0a000064;
	lease.prefix = 24;
	lease.acs.url = str_of(url);
	cpe_leased(&world->cpe, world->cpe.address);
	cpe_consider(&world->cpe);
}

static void user_types(struct wanted *wanted)
{
	type("cwmp acs url " USER);
	wanted->user = USER;
}

static void user_undoes(struct wanted *wanted)
{
	type("undo cwmp acs url");
	wanted->user = "";
}

static void default_is_typed(struct wanted *wanted)
{
	type("cwmp acs default url " DEFAULT);
	wanted->dflt = DEFAULT;
}

static void dhcp_names_one(struct wanted *wanted)
{
	lease_names(LEASED);
	wanted->dhcp = LEASED;
}

static void renewal_names_another(struct wanted *wanted)
{
	lease_names(RENEWED);
	wanted->dhcp = RENEWED;
}

static void renewal_names_none(struct wanted *wanted)
{
	lease_names("");
	wanted->dhcp = "";
}

/* In a session, to which it calls the CPE; without a session before there is no ACS that could. */
static void acs_sets(struct wanted *wanted)
{
	struct cpe *cpe = &world->cpe;
	struct rpc rpc = cpe_rpc(cpe);

	if (!wanted->user[0] && !wanted->dhcp[0] && !wanted->dflt[0])
		return;
	cpe_called(cpe);
	assert_int_equal(cpe->state, CPE_TALKING);
	assert_int_equal(rpc.device.set(rpc.device.arg, MODEL_ACS_URL, STR(SET)), 0);
	wanted->user = SET;
}

static const struct step {
	const char *words;
	void (*run)(struct wanted *wanted);
} steps[] = {
	{ "user", user_types },
	{ "dhcp", dhcp_names_one },
	{ "default", default_is_typed },
	{ "acs", acs_sets },
	{ "undo", user_undoes },
	{ "renewal", renewal_names_another },
	{ "silent renewal", renewal_names_none },
};

enum {
	STEPS = 6 /* of an order, of which the last is a renewal of either kind */
};

/* ---- what is to come of them -------------------------------------------------------------------- */

static void check_status(const char *order, const char *url, const char *source)
{
	auto_buf out = BUF_NULL, expected = BUF_NULL;

	(void)cli_session_take(&world->session,
	    STR("display cwmp status | include URL|source"), &out);
	buf_printf(&expected,
	    "ACS URL of most recent connection             : %s\n"
	    "ACS information source                        : %s\n",
	    url[0] ? url : "Null", source);
	if (strcmp(buf_cstr(&out), buf_cstr(&expected)) != 0)
		fail_msg("%s:\n%sand not\n%s", order, buf_cstr(&out),
		    buf_cstr(&expected));
}

/* The sources count in the order of the chapter: user, DHCP, default. */
static void check(const char *order, const struct wanted *wanted, char *last)
{
	const char *urls[] = { wanted->user, wanted->dhcp, wanted->dflt, "" };
	static const char *const sources[] = { "User", "DHCP", "Default", "None" };
	size_t i = 0;
	bool is_new;

	while (i < 3 && !urls[i][0])
		i++;
	is_new = urls[i][0] && strcmp(urls[i], last) != 0;
	/* Without any the CPE informs nobody, and shows with whom it was last. */
	if (urls[i][0])
		(void)snprintf(last, CLI_URL_MAX, "%s", urls[i]);
	if (strcmp(session_url, last) != 0)
		fail_msg("%s: a session with \"%s\", not \"%s\"", order, session_url,
		    last);
	if (has_bootstrap != is_new)
		fail_msg("%s: %s", order,
		    is_new ? "no 0 BOOTSTRAP at a new URL"
			   : "0 BOOTSTRAP at the URL of before");
	check_status(order, last, sources[i]);
}

/* A CPE that knows of no ACS. */
static void open_world(void)
{
	static struct cpe_edges with_sessions;

	begin(CPE_CONSOLE_CWMP_ON);
	with_sessions = edges;
	with_sessions.talk = talk;
	world->fleet.edges = &with_sessions;
	world->cpe.lease = &lease;
	type("system-view\ncwmp");
	lease_names("");
}

/* Nothing says any more where an ACS is. */
static void forget_all(void)
{
	lease_names("");
	type("undo cwmp acs default url\nundo cwmp acs url");
	end_sessions();
}

static void go(const size_t *order)
{
	struct wanted wanted = { "", "", "" };
	char last[CLI_URL_MAX];
	auto_buf words = BUF_NULL;

	forget_all();
	memcpy(last, session_url, sizeof(last));
	for (size_t i = 0; i < STEPS; i++) {
		const struct step *step = &steps[order[i]];

		buf_printf(&words, "%s%s", i ? ", " : "", step->words);
		has_bootstrap = false;
		step->run(&wanted);
		end_sessions();
		check(buf_cstr(&words), &wanted, last);
	}
}

/* A renewal is of a lease that there was. */
static bool is_possible(const size_t *order)
{
	size_t i = 0;

	while (steps[order[i]].run != dhcp_names_one && order[i] != order[STEPS])
		i++;
	return steps[order[i]].run == dhcp_names_one;
}

/* Those that begin with the first n of order, behind which stands its renewal. Returns how many
 * there are. */
static size_t go_all(size_t *order, size_t n)
{
	size_t went = 0;

	if (n == STEPS) {
		if (is_possible(order)) {
			go(order);
			went = 1;
		}
		return went;
	}
	for (size_t i = n; i < STEPS; i++) {
		size_t kept = order[n];

		order[n] = order[i];
		order[i] = kept;
		went += go_all(order, n + 1);
		order[i] = order[n];
		order[n] = kept;
	}
	return went;
}

static void go_with(size_t renewal)
{
	size_t order[STEPS + 1] = { 0, 1, 2, 3, 4, renewal, renewal };

	assert_int_equal(go_all(order, 0), 360);
}

static void test_every_order_ends_at_the_first_source_that_names_an_acs(void **state)
{
	(void)state;
	open_world();
	go_with(5);
	go_with(6);
	world->cpe.lease = NULL;
	end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_every_order_ends_at_the_first_source_that_names_an_acs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
