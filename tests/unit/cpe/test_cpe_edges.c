/* agents/cpe/device/cpe_edges.c: what an opened CPE has of the world, and what is left of it
 * when it cannot have all; and what becomes of the end of a session. Lessees are counted, talks and
 * the bridge are this file's. */
#include "tests/unit/unit.h"

#include "agents/cpe/device/cpe_edges.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/dhcp/lessee.h"
#include "agents/cpe/ports/bridge.h"
#include "agents/cpe/ports/bridge_internal.h"
#include "agents/cpe/talk/talk.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct world {
	unsigned n_lessees;
	bool is_deaf, is_unreadable; /* the bridge */
	/* The talk that was started last, and what its CPE's console has shown. */
	const struct talk_handlers *handlers;
	void *user;
	char shown[256];
} world;

/* ---- lessees ------------------------------------------------------------------------ */

struct lessee {
	struct dhcp_lease lease;
	uint8_t mac[6];
};

int lessee_new(struct lessee **ret, uv_loop_t *loop, struct cpe_place *place,
    const uint8_t *mac, const struct dhcp_client_config *config, struct rng *rng,
    const struct lessee_handlers *handlers, void *user, struct error *err)
{
	(void)loop;
	(void)place;
	(void)mac;
	(void)config;
	(void)rng;
	(void)handlers;
	(void)user;
	(void)err;
	*ret = calloc(1, sizeof(**ret));
	assert_non_null(*ret);
	world.n_lessees++;
	return 0;
}

void lessee_start(struct lessee *lessee)
{
	(void)lessee;
}

void lessee_stop(struct lessee *lessee)
{
	(void)lessee;
}

clock_ns lessee_due(const struct lessee *lessee)
{
	(void)lessee;
	return INT64_MAX;
}

void lessee_timer(struct lessee *lessee)
{
	(void)lessee;
}

const struct dhcp_lease *lessee_lease(const struct lessee *lessee)
{
	return &lessee->lease;
}

const uint8_t *lessee_mac(const struct lessee *lessee)
{
	return lessee->mac;
}

void lessee_close(struct lessee *lessee, void (*done)(void *user))
{
	assert_null(done); /* nobody waits for who was never opened */
	free(lessee);
	world.n_lessees--;
}

/* ---- the bridge --------------------------------------------------------------------- */

int bridge_listen(const struct cpe_place *place, struct error *err)
{
	(void)place;
	return world.is_deaf ? error_set(err, -EMFILE, "deaf")
			     : open("/dev/null", O_RDONLY | O_CLOEXEC);
}

int bridge_read(const struct cpe_place *place, struct port_table *table,
    struct error *err)
{
	(void)place;
	(void)table;
	return world.is_unreadable ? error_set(err, -ETIMEDOUT, "unreadable") : 0;
}

unsigned bridge_hear(int fd, struct port_table *table)
{
	(void)fd;
	(void)table;
	return BRIDGE_NO_NEWS;
}

int bridge_enable(const struct cpe_place *place, const struct port_table *table,
    uint32_t number, bool is_enabled, struct error *err)
{
	(void)place;
	(void)table;
	(void)number;
	(void)is_enabled;
	return error_set(err, -EPERM, "never");
}

int bridge_ask(const struct cpe_place *place, const struct nlmsghdr *request,
    bridge_taker *take, void *user)
{
	(void)place;
	(void)request;
	(void)take;
	(void)user;
	return -EPERM;
}

int bridge_dump_links(const struct cpe_place *place, bridge_taker *take, void *user)
{
	return bridge_ask(place, NULL, take, user);
}

/* ---- talks -------------------------------------------------------------------------- */

int talk_start(struct talk **ret, const struct talk_config *config,
    const struct talk_handlers *handlers, void *user)
{
	assert_string_equal(config->acs_url, "http://a/");
	*ret = NULL;
	world.handlers = handlers;
	world.user = user;
	return 0;
}

void talk_break(struct talk *talk, enum failure_layer layer, const char *why)
{
	(void)talk;
	(void)layer;
	(void)why;
}

void talk_cut(struct talk *talk)
{
	(void)talk;
}

void talk_mend(struct talk *talk, const struct cpe_observer *observer)
{
	(void)talk;
	(void)observer;
}

unsigned talk_open_sessions(const struct talk *talk)
{
	(void)talk;
	return 0;
}

void talk_resume(struct talk *talk)
{
	(void)talk;
}

clock_ns talk_due(const struct talk *talk)
{
	(void)talk;
	return INT64_MAX;
}

void talk_timeout(struct talk *talk)
{
	(void)talk;
}

enum talk_state talk_state(const struct talk *talk)
{
	(void)talk;
	return TALK_OVER;
}

bool talk_is_heard(const struct talk *talk)
{
	(void)talk;
	return false;
}

/* ---- the console -------------------------------------------------------------------- */

static bool watches(void *user, const struct cpe *cpe, enum cpe_debug kind)
{
	(void)user;
	(void)cpe;
	(void)kind;
	return true;
}

static void debug(void *user, struct cpe *cpe, enum cpe_debug kind, const char *text)
{
	(void)user;
	(void)cpe;
	(void)snprintf(world.shown, sizeof(world.shown), "%s%s",
	    kind == CPE_DEBUG_ERROR ? "error: " : "", text);
}

static const struct cpe_witness *no_witness(void *user, struct cpe *cpe)
{
	(void)user;
	(void)cpe;
	return NULL;
}

/* ---- tests -------------------------------------------------------------------------- */

static void test_a_switch_without_its_ports_has_no_lessee_either(void **state)
{
	static const struct {
		struct world world;
		int r;
		const char *why;
	} rows[] = {
		{ { .is_deaf = true }, -EMFILE, "deaf" },
		{ { .is_unreadable = true }, -ETIMEDOUT, "unreadable" },
	};
	const struct cpe_config config = { .dhcp = true };
	struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_fleet fleet = { .config = &config };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct cpe cpe = { .fleet = &fleet,
			.place = &place,
			.is_switch = true };
		struct error err = ERROR_NULL;

		world = rows[i].world;
		assert_int_equal(cpe_edges_open(&cpe, &err), rows[i].r);
		assert_string_equal(err.text, rows[i].why);
		assert_int_equal(world.n_lessees, 0);
		assert_null(cpe.lessee);
		assert_null(cpe.lease);
	}
}

/* Whoever debugs sees it, whoever asks later is told why, and the next try knows how long to
 * wait. */
static void test_the_end_of_a_session_is_shown_and_kept(void **state)
{
	const struct cpe_config config = { .tls.resumption = CPE_RESUMES_NEVER };
	const struct cpe_console console = { .watches = watches,
		.debug = debug,
		.witness = no_witness };
	struct cpe_place place = CPE_PLACE_NULL;
	struct cpe_fleet fleet = { .config = &config,
		.edges = &cpe_edges,
		.console = &console };
	struct cpe cpe = { .fleet = &fleet, .place = &place, .acs_url = "http://a/" };
	struct failure failure = { .layer = FAILURE_NONE };

	(void)state;
	assert_int_equal(cpe_edges.talk(&cpe), 0);
	failure_set(&failure, FAILURE_HTTP, "the ACS answers 503");
	failure.retry_after = 7 * NS_PER_S;
	world.handlers->ended(world.user, &failure);
	assert_string_equal(world.shown,
	    "error: The session with http://a/ has failed: HTTP: the ACS answers 503.");
	assert_string_equal(cpe.last_why, "HTTP: the ACS answers 503");
	assert_true(cpe.retry_after == 7 * NS_PER_S);

	failure = (struct failure){ .layer = FAILURE_NONE };
	world.handlers->ended(world.user, &failure);
	assert_string_equal(world.shown, "The session with http://a/ has ended.");
	assert_null(cpe.last_why);
	assert_true(cpe.retry_after == 0);
	assert_int_equal(fleet.words.texts.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_the_end_of_a_session_is_shown_and_kept),
		cmocka_unit_test(test_a_switch_without_its_ports_has_no_lessee_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
