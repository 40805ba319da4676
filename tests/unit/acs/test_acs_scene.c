/* agents/acs/scene: the call of an ACS that plays a sequence, from when it is due to what became
 * of it. */
#include "tests/unit/unit.h"

#include "agents/acs/scene/acs_scene.h"

#include <stdio.h>
#include <unistd.h>

#define BUSY "503: the CPE is in a session"

struct play {
	char path[64]; /* of the sequence */
	struct scene_settings settings;
	struct acs_scene *scene;
};

static int open_scene(struct play *play, const char *steps, struct error *err)
{
	const struct acs_scene_config config = { .settings = &play->settings,
		.url = "http://acs1.lab:7547/cwmp" };
	FILE *file;
	int fd, r;

	(void)snprintf(play->path, sizeof(play->path),
	    "/tmp/test_acs_scene.XXXXXX.yaml");
	fd = mkstemps(play->path, 5);
	assert_true(fd >= 0);
	file = fdopen(fd, "w");
	assert_non_null(file);
	(void)fprintf(file, "name: x\nsteps:\n%s", steps);
	(void)fclose(file);
	play->settings = (struct scene_settings){ .sequence = play->path,
		.wait = 60 * NS_PER_S,
		.watch = NS_PER_S };
	r = acs_scene_new(&play->scene, &config, 0, err);
	(void)unlink(play->path);
	return r;
}

/* An ACS that is to call the CPE "cpe", which has informed at 0. */
static void begin(struct play *play, const char *steps)
{
	struct cwmp_event boot = { STR("1 BOOT"), STR("") };
	const struct cwmp_msg inform = { .kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.inform = { .events = &boot, .n_events = 1 } };
	struct error err = ERROR_NULL;

	if (open_scene(play, steps, &err) < 0)
		fail_msg("%s", err.text);
	scene_begin(play->scene->scene);
	acs_scene_saw(play->scene, "cpe", false, &inform, 0);
	acs_scene_session_over(play->scene, "cpe", NULL, 0);
}

/* What comes of it. */
static void end(struct play *play, const char *expected)
{
	auto_buf words = BUF_NULL;

	scene_put_words(play->scene->scene, &words);
	assert_string_equal(buf_cstr(&words), expected);
	acs_scene_free(play->scene);
}

static bool calls(struct play *play, clock_ns at)
{
	const char *device = acs_scene_tick(play->scene, at);

	if (device)
		assert_string_equal(device, "cpe");
	return device;
}

static const char one_call[] = "  - {step: 1, see: call, what: w}\n";

static void a_call_that_comes_too_early_is_made_again(void **state)
{
	const clock_ns s = NS_PER_S;
	struct play play;

	(void)state;
	begin(&play, one_call);
	assert_true(calls(&play, 0));
	assert_false(calls(&play, 10 * s));
	acs_scene_call_again(play.scene, "cpe", 503, BUSY, 10 * s);
	assert_false(calls(&play, 11 * s - 1));
	assert_true(calls(&play, 11 * s));
	assert_false(calls(&play, 12 * s));
	acs_scene_call_again(play.scene, "cpe", 0, "it is being called already",
	    12 * s);
	assert_true(calls(&play, 13 * s));
	acs_scene_called(play.scene, "cpe", 200, NULL, 13 * s);
	assert_false(calls(&play, 14 * s));
	end(&play, "x: the path is walked: 1 messages in 1 session");
}

/* The call of somebody else is as good. */
static void another_call_is_as_good(void **state)
{
	struct play play;

	(void)state;
	begin(&play, one_call);
	assert_true(calls(&play, 0));
	acs_scene_call_again(play.scene, "cpe", 0, "it is being called already", 0);
	acs_scene_called(play.scene, "cpe", 204, NULL, 1);
	assert_false(calls(&play, 5 * NS_PER_S));
	end(&play, "x: the path is walked: 1 messages in 1 session");
}

static void a_cpe_that_stays_busy_is_left_in_the_end(void **state)
{
	struct play play;

	(void)state;
	begin(&play, one_call);
	assert_true(calls(&play, 0));
	acs_scene_call_again(play.scene, "cpe", 503, BUSY, 59 * NS_PER_S);
	assert_false(calls(&play, 60 * NS_PER_S - 1));
	assert_false(calls(&play, 60 * NS_PER_S));
	assert_false(calls(&play, 61 * NS_PER_S));
	end(&play, "x: the CPE left the path at step 1 (w), message 1: the connection "
		   "request fails: " BUSY);
}

static void a_call_that_never_gets_its_turn_is_this_sides_doing(void **state)
{
	struct play play;

	(void)state;
	begin(&play, one_call);
	assert_true(calls(&play, 0));
	acs_scene_call_again(play.scene, "cpe", 0, "it is being called already",
	    59 * NS_PER_S);
	assert_false(calls(&play, 60 * NS_PER_S));
	end(&play,
	    "x: this ACS cannot go on at step 1 (w), message 1: it is being called "
	    "already");
}

static void busy_may_be_what_is_wanted(void **state)
{
	struct play play;

	(void)state;
	begin(&play, "  - {step: 1, see: call, status: [\"503\"], what: w}\n");
	assert_true(calls(&play, 0));
	acs_scene_call_again(play.scene, "cpe", 503, BUSY, 1);
	assert_false(calls(&play, 5 * NS_PER_S));
	end(&play, "x: the path is walked: 1 messages in 1 session");
}

/* What has gone wrong meanwhile ends it. */
static void who_has_left_is_not_called_again(void **state)
{
	struct play play;

	(void)state;
	begin(&play, one_call);
	assert_true(calls(&play, 0));
	acs_scene_call_again(play.scene, "cpe", 503, BUSY, 0);
	scene_fail(play.scene->scene, "no memory");
	assert_false(calls(&play, 5 * NS_PER_S));
	end(&play, "x: this ACS cannot go on at step 1 (w), message 1: no memory");
}

/* HTTP has to answer. */
static void a_request_is_not_kept_back(void **state)
{
	struct error err = ERROR_NULL;
	struct play play;

	(void)state;
	assert_int_equal(
	    open_scene(&play,
		"  - {step: 1, see: session, what: w}\n"
		"  - {step: 2, see: acs-sends, message: Reboot, after: 5s, what: w}\n",
		&err),
	    ERR_CONFIG);
	if (!strstr(err.text, ".yaml:4:55: error: an ACS that plays answers at once"))
		fail_msg("%s", err.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_call_that_comes_too_early_is_made_again),
		cmocka_unit_test(another_call_is_as_good),
		cmocka_unit_test(a_cpe_that_stays_busy_is_left_in_the_end),
		cmocka_unit_test(a_call_that_never_gets_its_turn_is_this_sides_doing),
		cmocka_unit_test(busy_may_be_what_is_wanted),
		cmocka_unit_test(who_has_left_is_not_called_again),
		cmocka_unit_test(a_request_is_not_kept_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
