/* lab/play/waiting.c: what somebody is told who waits for a task of an ACS, all of it. */
#include "tests/unit/unit.h"

#include "lab/play/place.h"
#include "lab/play/waiting.h"
#include "lib/base/buf.h"
#include "lib/program/exit_status.h"

#include <inttypes.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* What act() says on standard error, in a child: its exit status is returned. */
static int hear(void (*act)(void), struct buf *ret)
{
	char text[4096];
	int ends[2], status;
	ssize_t n;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		if (dup2(ends[1], STDERR_FILENO) < 0)
			_exit(99);
		act();
		_exit(0);
	}
	(void)close(ends[1]);
	while ((n = read(ends[0], text, sizeof(text))) > 0)
		buf_append(ret, text, (size_t)n);
	(void)close(ends[0]);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

/* ---- Ctrl-C -------------------------------------------------------------------------- */

static char device[PLACE_DEVICE_MAX];
static struct place at;

/* All names are as long as they can be. */
static void name_all(void)
{
	memset(device, 'd', PLACE_DEVICE_MAX - 1);
	memset(at.lab, 'l', PLACE_NAME_MAX - 1);
	memset(at.node, 'n', PLACE_NAME_MAX - 1);
}

static void interrupt(void)
{
	struct waiting waiting;

	waiting_begin(&waiting, device, &at, UINT64_MAX, false);
	(void)raise(SIGINT);
}

static void interrupt_patience(void)
{
	struct waiting waiting;

	waiting_begin(&waiting, "cpe1", &at, 7, true);
	waiting_over(&waiting);
}

static void test_ctrl_c_says_what_becomes_of_the_task_whatever_its_names(void **state)
{
	auto_buf heard = BUF_NULL, wanted = BUF_NULL;

	(void)state;
	name_all();
	buf_printf(&wanted,
	    "\ncwmplab: not waiting any more: task %" PRIu64
	    " stays queued at %s for the next session of %s\n"
	    "cwmplab rpc %s/%s --withdraw %" PRIu64 " takes it back\n",
	    UINT64_MAX, at.node, device, at.lab, at.node, UINT64_MAX);
	assert_int_equal(hear(interrupt, &heard), EXIT_FAILED);
	assert_string_equal(buf_cstr(&heard), buf_cstr(&wanted));
}

static void test_who_waits_for_a_session_is_told_so_at_once(void **state)
{
	auto_buf heard = BUF_NULL;

	(void)state;
	assert_int_equal(hear(interrupt_patience, &heard), 0);
	assert_string_equal(buf_cstr(&heard),
	    "cwmplab: waiting for cpe1; Ctrl-C stops waiting\n");
}

/* ---- news ---------------------------------------------------------------------------- */

static json_t *read_json(const char *text)
{
	json_t *json = json_loads(text, 0, NULL);

	if (!json)
		_exit(98);
	return json;
}

static void note_calls(void)
{
	static const char *const tasks[] = {
		"{}",
		"{\"call\":{\"outcome\":\"came\",\"why\":\"a\"}}",
		"{\"call\":{\"outcome\":\"twice\",\"why\":\"a\"}}",
		"{\"call\":{\"outcome\":\"failed\",\"why\":\"no answer\"}}",
		"{\"call\":{\"outcome\":\"failed\",\"why\":\"no answer\"}}",
		"{\"call\":{\"outcome\":\"failed\",\"why\":\"401\"}}",
	};
	struct waiting waiting = { .device = "cpe1", .at = &at };

	for (size_t i = 0; i < ARRAY_LEN(tasks); i++) {
		json_t *task = read_json(tasks[i]);

		(void)dprintf(STDERR_FILENO, "%zu: %d\n", i,
		    waiting_note(&waiting, task));
		json_decref(task);
	}
}

static void test_each_reason_why_nobody_comes_is_told_once(void **state)
{
	auto_buf heard = BUF_NULL;

	(void)state;
	assert_int_equal(hear(note_calls, &heard), 0);
	assert_string_equal(buf_cstr(&heard),
	    "0: 0\n"
	    "1: 0\n"
	    "2: 0\n"
	    "cwmplab: cpe1 was called and does not come: no answer\n"
	    "cwmplab: waiting for cpe1; Ctrl-C stops waiting\n"
	    "3: 1\n"
	    "4: 0\n"
	    "cwmplab: cpe1 was called and does not come: 401\n"
	    "5: 1\n");
}

static void note_sessions(void)
{
	static const char *const cpes[] = {
		"{\"retry_count\":1}",
		"{\"last_session_why\":\"TCP: refused\",\"retry_count\":1,"
		"\"retry_ms\":4001}",
		"{\"last_session_why\":\"TCP: refused\",\"retry_count\":1,"
		"\"retry_ms\":3000}",
		"{\"last_session_why\":\"TCP: refused\",\"retry_count\":2}",
	};
	struct waiting waiting = { .device = "cpe1", .at = &at };

	for (size_t i = 0; i < ARRAY_LEN(cpes); i++) {
		json_t *cpe = read_json(cpes[i]);

		waiting_note_session(&waiting, cpe);
		json_decref(cpe);
	}
}

static void test_each_session_that_fails_is_told_once(void **state)
{
	auto_buf heard = BUF_NULL;

	(void)state;
	assert_int_equal(hear(note_sessions, &heard), 0);
	assert_string_equal(buf_cstr(&heard),
	    "cwmplab: the last session of cpe1 has failed: TCP: refused; "
	    "its next is retry in 5 s\n"
	    "cwmplab: waiting for cpe1; Ctrl-C stops waiting\n"
	    "cwmplab: the last session of cpe1 has failed: TCP: refused; "
	    "none is due\n");
}

static void tell_cpes(void)
{
	static const char *const cpes[] = {
		"{\"state\":\"idle\",\"acs\":\"http://a/\",\"next_ms\":60000}",
		"{}",
	};
	const struct waiting waiting = { .device = "cpe1", .at = &at };

	for (size_t i = 0; i < ARRAY_LEN(cpes); i++) {
		json_t *cpe = read_json(cpes[i]);

		waiting_tell_cpe(&waiting, cpe);
		json_decref(cpe);
	}
}

static void test_what_the_cpe_is_about_to_do_is_told(void **state)
{
	auto_buf heard = BUF_NULL;

	(void)state;
	assert_int_equal(hear(tell_cpes, &heard), 0);
	assert_string_equal(buf_cstr(&heard),
	    "cwmplab: cpe1 is idle, its ACS is http://a/; its next session of its own "
	    "is due in 60 s\n"
	    "cwmplab: cpe1 is ?, its ACS is none yet; no session of its own is due\n");
}

static void give_up(void)
{
	const struct place here = { .lab = "one", .node = "acs1" };
	const struct waiting waiting = { .device = "cpe1", .at = &here, .task = 7 };

	_exit(waiting_give_up(&waiting, 60 * NS_PER_S));
}

static void test_who_gives_up_is_told_what_stays(void **state)
{
	auto_buf heard = BUF_NULL;

	(void)state;
	assert_int_equal(hear(give_up, &heard), EXIT_FAILED);
	assert_string_equal(buf_cstr(&heard),
	    "cwmplab: cpe1 has not come for 60 s: task 7 stays queued at acs1 for its "
	    "next session\n"
	    "cwmplab rpc one/acs1 --withdraw 7 takes it back\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
		    test_ctrl_c_says_what_becomes_of_the_task_whatever_its_names),
		cmocka_unit_test(test_who_waits_for_a_session_is_told_so_at_once),
		cmocka_unit_test(test_each_reason_why_nobody_comes_is_told_once),
		cmocka_unit_test(test_each_session_that_fails_is_told_once),
		cmocka_unit_test(test_what_the_cpe_is_about_to_do_is_told),
		cmocka_unit_test(test_who_gives_up_is_told_what_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
