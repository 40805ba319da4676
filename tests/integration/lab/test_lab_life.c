/* up, ls, inspect, exec, logs and down of a small lab, as an ordinary user.
 *
 *   a ── sw1 ── sw2 ── b */
#include "tests/support/labrun.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	WORDS_MAX = 16
};

static const char topology[] =
    "name: %s\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  sw2: {kind: switch, links: [sw1]}\n"
    "  a: {kind: host, attach: sw1, address: 10.0.0.11/24}\n"
    "  b: {kind: host, attach: sw2, address: 10.0.0.12/24, command: [sh, -c, "
    "\"echo b is here; exec sleep 1000\"]}\n";

struct story {
	char folder[64];
	char name[32];
	struct process_result said; /* by the last command */
};

static void story_free(struct story *story)
{
	const char *argv[] = { "rm", "-rf", story->folder, NULL };

	buf_free(&story->said.out);
	process_run(argv, NULL, &story->said);
	buf_free(&story->said.out);
	holding_end(HOLDING_LAB, story->name);
	holding_end(HOLDING_FOLDER, story->folder);
}

/* A folder with a topology; the lab is not up. */
static struct story story_make(const char *name)
{
	struct story story = { .folder = "/tmp/cwmplab-life.XXXXXX" };
	char path[128];
	FILE *file;

	/* Several copies of this test may run on one machine. */
	(void)snprintf(story.name, sizeof(story.name), "%s-%d", name, (int)getpid());
	assert_non_null(mkdtemp(story.folder));
	holding_add(HOLDING_FOLDER, story.folder);
	holding_add(HOLDING_LAB, story.name);
	(void)snprintf(path, sizeof(path), "%s/topology.yaml", story.folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, topology, story.name) > 0);
	assert_int_equal(fclose(file), 0);
	return story;
}

/* Runs "cwmplab WORD..." (ended by null) in the story's folder; returns the exit status. */
static int tell(struct story *story, ...)
{
	const char *argv[WORDS_MAX] = { labrun_program() };
	size_t n = 1;
	va_list words;

	va_start(words, story);
	while (n + 1 < WORDS_MAX && (argv[n] = va_arg(words, const char *)))
		n++;
	va_end(words);
	buf_free(&story->said.out);
	process_run(argv, story->folder, &story->said);
	print_message("$ cwmplab %s: %d\n%s", argv[1], story->said.status,
	    buf_cstr(&story->said.out));
	return story->said.status;
}

static void assert_said(struct story *story, const char *words)
{
	size_t at;

	if (!str_find(buf_str(&story->said.out), str_of(words), &at))
		fail_msg("\"%s\" is not in: %s", words, buf_cstr(&story->said.out));
}

/* A program has perhaps not said it yet when its lab is up. */
static void wait_for_log(struct story *story, const char *node, const char *words)
{
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;

	do
		assert_int_equal(tell(story, "logs", story->name, node, NULL), 0);
	while (!str_find(buf_str(&story->said.out), str_of(words), NULL) &&
	       clock_monotonic() < end);
	assert_said(story, words);
}

static void test_a_lab_is_built_entered_and_ended(void **state)
{
	struct story story = story_make("life");

	(void)state;
	assert_int_equal(tell(&story, "up", "topology.yaml", NULL), 0);
	assert_int_equal(tell(&story, "ls", NULL), 0);
	assert_said(&story, story.name);
	assert_int_equal(tell(&story, "inspect", story.name, NULL), 0);
	assert_said(&story, "10.0.0.12");
	assert_int_equal(tell(&story, "exec", story.name, "a", "sh", "-c",
			     "cat /proc/net/fib_trie; id -u", NULL),
	    0);
	assert_said(&story, "10.0.0.11");
	wait_for_log(&story, "b", "b is here");

	assert_int_equal(tell(&story, "down", story.name, NULL), 0);
	assert_int_equal(tell(&story, "inspect", story.name, NULL), 2);
	story_free(&story);
}

static void test_a_command_inside_returns_its_own_status(void **state)
{
	struct story story = story_make("status");

	(void)state;
	assert_int_equal(tell(&story, "up", ".", NULL), 0);
	assert_int_equal(tell(&story, "exec", story.name, "a", "sh", "-c", "exit 42",
			     NULL),
	    42);
	assert_int_equal(tell(&story, "exec", story.name, "a", "--", "/no/such/program",
			     NULL),
	    127);
	assert_int_equal(tell(&story, "exec", story.name, "c", "--", "true", NULL), 2);
	assert_said(&story, "no node has that name");
	assert_int_equal(tell(&story, "down", story.name, NULL), 0);
	story_free(&story);
}

static void test_frames_cross_both_switches(void **state)
{
	struct story story = story_make("frames");

	(void)state;
	process_need("busybox");
	assert_int_equal(tell(&story, "up", ".", NULL), 0);
	assert_int_equal(tell(&story, "exec", story.name, "a", "--", "busybox",
			     "arping", "-f", "-w", "1000", "10.0.0.12", NULL),
	    0);
	assert_said(&story, "02:00:04:00:00:01");
	assert_int_equal(tell(&story, "down", story.name, NULL), 0);
	story_free(&story);
}

static void test_the_same_lab_twice_is_refused(void **state)
{
	struct story story = story_make("twice");

	(void)state;
	assert_int_equal(tell(&story, "up", ".", NULL), 0);
	assert_int_equal(tell(&story, "up", ".", "--out", "elsewhere", NULL), 2);
	assert_said(&story, "is up already");
	assert_int_equal(tell(&story, "run", ".", "--out", "elsewhere", NULL), 2);
	assert_said(&story, "is up already");
	assert_int_equal(tell(&story, "down", story.name, NULL), 0);
	story_free(&story);
}

static void test_two_labs_at_once_do_not_meet(void **state)
{
	struct story one = story_make("one"), two = story_make("two");

	(void)state;
	assert_int_equal(tell(&one, "up", ".", NULL), 0);
	assert_int_equal(tell(&two, "up", ".", NULL), 0);
	assert_int_equal(tell(&one, "ls", "--json", NULL), 0);
	assert_said(&one, one.name);
	assert_said(&one, two.name);
	assert_int_equal(tell(&one, "down", one.name, NULL), 0);
	assert_int_equal(tell(&two, "exec", two.name, "b", "--", "true", NULL), 0);
	assert_int_equal(tell(&two, "down", two.name, NULL), 0);
	story_free(&one);
	story_free(&two);
}

enum {
	DOWN_ROUNDS = 6
};

/* "down" is asked for as soon as the lab can be found, while it is being built or just
 * stands. Whoever comes first, one "down" of each round ends a lab, nothing is left and
 * nothing hangs. */
static void test_a_lab_can_be_ended_while_it_comes_up(void **state)
{
	static const char script[] =
	    "\"$0\" up . & up=$!; while kill -0 $up 2>/dev/null; do\n"
	    "	\"$0\" down \"$1\" 2>/dev/null && { wait $up; exit 0; }\n"
	    "done; exec \"$0\" down \"$1\"";
	struct story story = story_make("early");
	const char *argv[] = { "sh", "-c", script, labrun_program(), story.name, NULL };

	(void)state;
	for (int i = 0; i < DOWN_ROUNDS; i++) {
		buf_free(&story.said.out);
		process_run(argv, story.folder, &story.said);
		print_message("%s", buf_cstr(&story.said.out));
		assert_int_equal(story.said.status, 0);
		assert_int_equal(tell(&story, "inspect", story.name, NULL), 2);
	}
	story_free(&story);
}

static void test_a_folder_of_results_serves_one_lab(void **state)
{
	struct story one = story_make("a"), two = story_make("b");
	char out[128];

	(void)state;
	(void)snprintf(out, sizeof(out), "%s/out", one.folder);
	assert_int_equal(tell(&one, "up", ".", "--out", out, NULL), 0);
	assert_int_equal(tell(&two, "up", ".", "--out", out, NULL), 2);
	assert_said(&two, "another lab writes there");
	assert_int_equal(tell(&one, "down", one.name, NULL), 0);
	story_free(&one);
	story_free(&two);
}

static void test_what_cannot_be_is_said_and_not_built(void **state)
{
	struct story story = story_make("wrong");

	(void)state;
	assert_int_equal(tell(&story, "up", ".", "--out", "/proc/nothing/here", NULL),
	    2);
	assert_said(&story, "/proc/nothing");
	assert_int_equal(tell(&story, "down", "never-heard-of", NULL), 2);
	assert_said(&story, "no lab \"never-heard-of\" is up");
	assert_int_equal(tell(&story, "up", "missing.yaml", NULL), 2);
	assert_int_equal(tell(&story, "up", NULL), 2);
	assert_int_equal(tell(&story, "up", ".", "--dry-run", NULL), 0);
	assert_said(&story, "namespace  sw1\nup         sw1 lo\n");
	story_free(&story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_lab_is_built_entered_and_ended),
		cmocka_unit_test(test_a_command_inside_returns_its_own_status),
		cmocka_unit_test(test_frames_cross_both_switches),
		cmocka_unit_test(test_the_same_lab_twice_is_refused),
		cmocka_unit_test(test_two_labs_at_once_do_not_meet),
		cmocka_unit_test(test_a_lab_can_be_ended_while_it_comes_up),
		cmocka_unit_test(test_a_folder_of_results_serves_one_lab),
		cmocka_unit_test(test_what_cannot_be_is_said_and_not_built),
	};

	labrun_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
