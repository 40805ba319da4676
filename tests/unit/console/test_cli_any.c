/* lib/console: any session. Lines are made of the words of the grammar's table, by seeds from 0 on, so
 * that what fails can be played again; CWMPLAB_TEST_SESSIONS=10000 plays more of them. */
#include "tests/unit/console/random_lines.h"
#include "tests/unit/unit.h"

#include <inttypes.h>
#include <stdio.h>

enum {
	SESSIONS = 100,
	LINES = 60 /* of each */
};

/* Saved and loaded into another device, it is the same: as a value, and as text. */
static void check_reload(struct cli_stub *stub, uint64_t seed)
{
	static struct cli_stub other;
	struct error err = ERROR_NULL;
	auto_buf out = BUF_NULL, again = BUF_NULL;

	if (cli_session_take(&stub->session, STR("save force"), &out).is_refused)
		fail_msg("seed %" PRIu64 ": %s", seed, buf_cstr(&out));
	cli_stub_open(&other, stub->device.profile->name);
	if (cli_session_load(&other.session, buf_str(&stub->saved), &err) > 0)
		fail_msg("seed %" PRIu64 ": %s of\n%s", seed, err.text,
		    buf_cstr(&stub->saved));
	cli_config_put(&again, &other.device.running, stub->device.profile);
	assert_string_equal(buf_cstr(&again), buf_cstr(&stub->saved));
	if (memcmp(&other.device.running, &stub->device.running,
		sizeof(stub->device.running)) != 0)
		fail_msg("seed %" PRIu64 ": not what was saved:\n%s", seed,
		    buf_cstr(&stub->saved));
	cli_stub_close(&other);
}

/* Lines as they come, with an answer now and then to what one asks. */
static size_t play(struct cli_stub *stub, struct rng *rng)
{
	size_t n_done = 0;

	for (int i = 0; i < LINES; i++) {
		struct cli_session *session = &stub->session;
		auto_buf line = BUF_NULL, out = BUF_NULL;

		if (session->asks != CLI_ASKS_NOTHING)
			buf_append_text(&line, rng_between(rng, 0, 1) ? "n" : "y");
		else
			put_random_line(&line, session->view, rng, NULL);
		n_done += !cli_session_take(session, buf_str(&line), &out).is_refused;
	}
	while (stub->session.asks != CLI_ASKS_NOTHING) {
		auto_buf out = BUF_NULL;

		(void)cli_session_take(&stub->session, STR("n"), &out);
	}
	return n_done;
}

static void test_what_any_session_makes_is_saved_and_reloads_equal(void **state)
{
	const char *wanted = getenv("CWMPLAB_TEST_SESSIONS");
	uint64_t n = SESSIONS;
	static struct cli_stub stub;
	size_t n_done = 0;

	(void)state;
	if (wanted && str_to_u64(str_of(wanted), UINT32_MAX, &n) < 0)
		fail_msg("CWMPLAB_TEST_SESSIONS=%s is no number", wanted);
	for (uint64_t seed = 0; seed < n; seed++) {
		struct rng rng = rng_make(seed, 0);

		cli_stub_open(&stub, seed % 2 ? "comware7" : "comware5");
		n_done += play(&stub, &rng);
		check_reload(&stub, seed);
		cli_stub_close(&stub);
	}
	assert_true(n_done > n * LINES / 2); /* else the lines reach nothing */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_what_any_session_makes_is_saved_and_reloads_equal),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
