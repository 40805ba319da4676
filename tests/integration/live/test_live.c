/* check on an interface: findings as they happen, files that are whole whatever ends the
 * capture, and processes without privileges. All in namespaces of an ordinary user. */
#include "tests/unit/unit.h"

#include "capture/file/capfile.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "tests/integration/live/wire.h"
#include "tests/support/background.h"
#include "tests/support/holding.h"
#include "tests/support/labrun.h"
#include "tests/support/patience.h"
#include "tests/support/sandbox.h"

#include <errno.h>
#include <jansson.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/stat.h>

enum {
	WORDS_MAX = 16
};

/* "cwmplab check -i IF WORD..." in the folder, once it captures. */
static struct background start_at(const char *interface, const char *const *words)
{
	const char *argv[WORDS_MAX] = { labrun_program(), "check", "-i", interface };
	struct background program = BACKGROUND_NULL;
	size_t n = 4;

	for (; *words && n + 1 < WORDS_MAX; words++)
		argv[n++] = *words;
	background_start(&program, argv, NULL);
	if (!background_shows(&program, "capturing at "))
		fail_msg("it does not capture: %s", buf_cstr(&program.text));
	return program;
}

#define START(...) start_at("lo", (const char *const[]){ __VA_ARGS__, NULL })

static void assert_shows(struct background *program, const char *words)
{
	if (!background_shows(program, words))
		fail_msg("\"%s\" is not in: %s", words, buf_cstr(&program->text));
}

static void assert_ends(struct background *program, int signal, int status)
{
	int got = background_end(program, signal);

	if (got != status)
		fail_msg("exit %d, not %d: %s", got, status, buf_cstr(&program->text));
}

/* How many frames are in a file, and whether it is cut off after them; -1: there is no such
 * file. */
static long read_frames(const char *path, bool *ret_is_cut)
{
	struct capfile *file = NULL;
	struct error err = ERROR_NULL;
	struct frame frame;
	long n = 0;

	if (access(path, F_OK) < 0)
		return -1;
	if (capfile_open(path, NULL, NULL, &file, &err) < 0)
		fail_msg("%s", err.text);
	while (capfile_next(file, &frame, &err) > 0)
		n++;
	*ret_is_cut = capfile_counts(file)->is_truncated;
	capfile_close(file);
	return n;
}

/* How many frames are in a file that must be whole; -1: there is no such file. */
static long frames_in(const char *path)
{
	bool is_cut = false;
	long n = read_frames(path, &is_cut);

	if (is_cut)
		fail_msg("%s is cut off after %ld frames", path, n);
	return n;
}

/* Whether the last block of a file is that of interface statistics (type 5). */
static bool has_statistics(const char *path)
{
	auto_file file = fopen(path, "rb");
	uint32_t len, type;

	return file && fseek(file, -4, SEEK_END) == 0 && fread(&len, 4, 1, file) == 1 &&
	       fseek(file, -(long)len, SEEK_END) == 0 &&
	       fread(&type, 4, 1, file) == 1 && type == 5;
}

static void test_a_broken_rule_is_told_while_the_capture_runs(void **state)
{
	struct background check = START("-w", "bad.pcapng");

	(void)state;
	wire_session(true);
	assert_shows(&check, ", frame ");
	assert_shows(&check, "must");
	assert_true(check.pid > 0);
	assert_ends(&check, SIGINT, 1);

	assert_shows(&check, "FAILED  1 session of 1 device");
	assert_shows(&check,
	    "dropped 0 in the kernel and 0 here; written to bad.pcapng");
	assert_true(frames_in("bad.pcapng") >= 10);
	assert_true(has_statistics("bad.pcapng"));
	background_free(&check);
}

static void test_a_failed_session_is_told_while_the_capture_runs(void **state)
{
	struct background text = START("--duration", "1h"), json = START("--json");
	struct background lines = START("--format", "ndjson");

	(void)state;
	wire_failed_session();
	assert_shows(&lines, "\"kind\":\"CWMP\",\"name\":\"Inform\"");
	assert_shows(&lines, "\"kind\":\"failure\",\"layer\":\"CWMP\"");
	assert_shows(&text, "  failed CWMP by the ACS, CPE S1, frame ");
	assert_shows(&json, "{\"layer\":\"CWMP\",");
	assert_true(text.pid > 0 && json.pid > 0 && lines.pid > 0);
	assert_ends(&lines, SIGINT, 1);
	background_free(&lines);
	assert_ends(&text, SIGINT, 1);
	assert_ends(&json, SIGINT, 1);
	background_free(&text);
	background_free(&json);
}

static void test_json_is_one_line_a_finding_and_the_report(void **state)
{
	struct background check = START("--json");
	json_t *finding;
	struct str rest;

	(void)state;
	wire_session(true);
	assert_shows(&check, "}\n");
	assert_true(check.pid > 0);
	(void)str_cut(buf_str(&check.text), '\n', &rest); /* "capturing at lo" */
	rest = str_cut(rest, '\n', &rest);
	finding = json_loadb(rest.p, rest.len, 0, NULL);
	assert_string_equal(labrun_text(finding, "severity"), "must");
	assert_string_equal(labrun_text(finding, "serial"), "S1");
	json_decref(finding);
	assert_ends(&check, SIGTERM, 1);

	assert_shows(&check, "\"interfaces\": [\n   \"lo\"\n  ]");
	assert_shows(&check, "\"dropped_by_kernel\": 0");
	background_free(&check);
}

static void test_a_good_session_is_found_good(void **state)
{
	struct background check = START("--filter", "tcp port 7547");

	(void)state;
	wire_session(false);
	wire_datagrams(20, 100);
	assert_ends(&check, SIGINT, 0);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken");
	assert_shows(&check, "captured 1"); /* and not the datagrams */
	background_free(&check);
}

static void test_all_interfaces_at_once_are_as_good(void **state)
{
	static const char *const words[] = { "-w", "any.pcapng", NULL };
	struct background check = start_at("any", words);

	(void)state;
	wire_session(false);
	assert_ends(&check, SIGINT, 0);

	assert_shows(&check, "ok  1 session of 1 device: no rule was seen broken");
	assert_true(frames_in("any.pcapng") >= 10);
	background_free(&check);
}

static void test_packets_and_duration_are_limits(void **state)
{
	struct background few = START("--packets", "7", "-w", "few.pcapng");
	struct background brief = BACKGROUND_NULL;

	(void)state;
	wire_datagrams(100, 100);
	assert_ends(&few, 0, 2);
	assert_shows(&few, "captured 7 packets");
	assert_int_equal(frames_in("few.pcapng"), 7);
	assert_true(has_statistics("few.pcapng"));
	background_free(&few);

	brief = START("--duration", "200ms");
	assert_ends(&brief, 0, 2);
	background_free(&brief);
}

static void test_a_ring_keeps_its_newest_files_each_whole(void **state)
{
	struct background check =
	    START("-w", "ring.pcapng", "--ring-size", "64KiB", "--ring-files", "3");
	long frames = 0;
	int first = 0, last = 0;

	(void)state;
	wire_datagrams(500, 1000);
	assert_ends(&check, SIGINT, 2);

	for (int i = 1; i < 40; i++) {
		char path[32];
		long n;

		(void)snprintf(path, sizeof(path), "ring-%05d.pcapng", i);
		n = frames_in(path);
		if (n < 0)
			continue;
		assert_true(has_statistics(path));
		first = first ? first : i;
		last = i;
		frames += n;
	}
	assert_true(last > 5);
	assert_int_equal(last - first, 2);
	assert_true(frames > 100 && frames < 3 * 64);
	background_free(&check);
}

static void test_sigkill_leaves_a_file_to_read_and_no_process(void **state)
{
	struct background check = START("-w", "killed.pcapng");
	clock_ns end = clock_monotonic() + patience_ms() * NS_PER_MS;
	pid_t group = check.pid;
	struct stat st = { 0 };
	bool is_cut;

	(void)state;
	wire_datagrams(50, 1000);
	while (st.st_size < 50 * 1100 && clock_monotonic() < end) {
		(void)poll(NULL, 0, 10);
		(void)stat("killed.pcapng", &st);
	}
	assert_ends(&check, SIGKILL, 128 + SIGKILL);

	/* The kernel may break off the write that the signal comes into. */
	assert_true(read_frames("killed.pcapng", &is_cut) >= 50);
	assert_true(background_is_gone(group));
	background_free(&check);
}

static void test_a_full_disk_ends_the_capture_with_what_fits(void **state)
{
	struct background check;

	(void)state;
	assert_int_equal(mkdir("disk", 0700), 0);
	assert_int_equal(mount("none", "disk", "tmpfs", 0, "size=256k"), 0);
	check = START("-w", "disk/full.pcapng");
	wire_datagrams(500, 1000);
	assert_ends(&check, 0, 3);

	assert_shows(&check,
	    "disk/full.pcapng: No space left on device; what was written until then can "
	    "be read\n");
	assert_true(frames_in("disk/full.pcapng") > 100);
	background_free(&check);
	(void)umount2("disk", MNT_DETACH);
}

static void test_nobody_listening_ends_the_capture(void **state)
{
	struct background check = START("-w", "deaf.pcapng");

	(void)state;
	(void)close(check.out);
	check.out = -1;
	wire_session(true);
	assert_ends(&check, 0, 3);
	assert_true(has_statistics("deaf.pcapng"));
	background_free(&check);
}

/* Who started it may have been killed, and nothing passes that it could fail to tell. */
static void test_a_reader_that_is_gone_ends_a_capture_of_silence(void **state)
{
	struct background check = START("--duration", "10h");

	(void)state;
	(void)close(check.out);
	check.out = -1;
	assert_true(background_end(&check, 0) > 0);
	background_free(&check);
}

/* ---- privileges --------------------------------------------------------------------- */

/* The value behind "Name:" in /proc/PID/status. */
static unsigned long status_of(pid_t pid, const char *name, int base)
{
	char path[64], line[256];
	auto_file file = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	file = fopen(path, "re");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, name, strlen(name)) == 0)
			return strtoul(line + strlen(name), NULL, base);
	}
	fail_msg("no %s in %s", name, path);
	return 0;
}

static pid_t child_of(pid_t pid)
{
	char path[96], line[64] = "";
	auto_file file = NULL;

	(void)snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid,
	    (int)pid);
	file = fopen(path, "re");
	if (!file || !fgets(line, sizeof(line), file))
		skip(); /* a kernel without that file */
	return (pid_t)strtol(line, NULL, 10);
}

static void test_neither_process_keeps_a_privilege(void **state)
{
	static const char *const sets[] = { "CapInh:", "CapPrm:", "CapEff:", "CapBnd:",
		"CapAmb:" };
	struct background check = START("--filter", "udp");
	const pid_t pids[] = { check.pid, child_of(check.pid) };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		for (size_t k = 0; k < ARRAY_LEN(sets); k++)
			assert_int_equal(status_of(pids[i], sets[k], 16), 0);
		assert_int_equal(status_of(pids[i], "NoNewPrivs:", 10), 1);
	}
	assert_int_equal(status_of(pids[1], "Seccomp:", 10), 2);
	assert_ends(&check, SIGTERM, 2);
	background_free(&check);
}

/* ---- what cannot be ------------------------------------------------------------------ */

static void test_what_cannot_be_captured_is_one_clear_line(void **state)
{
	static const struct {
		const char *words[8];
		const char *says;
		int status;
	} calls[] = {
		{ { "check", "-i", "lo", "--filter", "tcp prt 80" },
		    "filter \"tcp prt 80\": can't parse filter expression: syntax "
		    "error\n",
		    2 },
		{ { "check", "-i", "nosuch" }, "port nosuch: No such device exists\n",
		    2 },
		{ { "check", "-i", "lo", "-i", "lo" }, "-i: lo is given twice\n", 2 },
		{ { "check", "-i", "lo", "x.pcapng" },
		    "-i and x.pcapng: give an interface or a file, not both\n", 2 },
		{ { "decode", "x.pcapng", "--filter", "tcp" },
		    "--filter, --duration, --packets and --ring-... belong to a capture: "
		    "-i INTERFACE\n",
		    2 },
		{ { "check", "-i", "lo", "--ring-size", "1MB" },
		    "--ring-size and --ring-time write files: name them by -w FILE\n",
		    2 },
		{ { "check", "-i", "lo", "--ring-size", "12" },
		    "--ring-size \"12\": give a size with its unit (100MB), 64KiB at "
		    "least\n",
		    2 },
		{ { "check", "-i", "lo", "--duration", "30" },
		    "--duration \"30\": give a time with its unit: 30s, 5m, 1h\n", 2 },
		{ { "check", "-i", "lo", "-w", "/nowhere/x.pcapng" },
		    "/nowhere/x.pcapng: No such file or directory\n", 2 },
		{ { "check", "-i", "lo", "--keylog", "nowhere.log" },
		    "nowhere.log: No such file or directory\n", 2 },
		{ { "decode", "-i", "nolab/acs1" },
		    "no lab \"nolab\" is up; up: none\n", 2 },
		{ { "decode", "-i", "figure-2/" },
		    "\"figure-2/\" is no port of a lab: LAB/NODE or LAB/NODE:PORT\n",
		    2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		struct process_result result = PROCESS_RESULT_NULL;
		const char *argv[10] = { labrun_program() };

		for (size_t k = 0; calls[i].words[k]; k++)
			argv[k + 1] = calls[i].words[k];
		process_run(argv, NULL, &result);
		assert_string_equal(buf_cstr(&result.out), calls[i].says);
		assert_int_equal(result.status, calls[i].status);
		buf_free(&result.out);
	}
}

/* Removed as the program ends. */
static int make_folder(void **state)
{
	char folder[] = "/tmp/cwmplab-live.XXXXXX";

	(void)state;
	if (!mkdtemp(folder) || chdir(folder) < 0)
		return -1;
	holding_add(HOLDING_FOLDER, folder);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_broken_rule_is_told_while_the_capture_runs),
		cmocka_unit_test(test_a_failed_session_is_told_while_the_capture_runs),
		cmocka_unit_test(test_json_is_one_line_a_finding_and_the_report),
		cmocka_unit_test(test_a_good_session_is_found_good),
		cmocka_unit_test(test_all_interfaces_at_once_are_as_good),
		cmocka_unit_test(test_packets_and_duration_are_limits),
		cmocka_unit_test(test_a_ring_keeps_its_newest_files_each_whole),
		cmocka_unit_test(test_sigkill_leaves_a_file_to_read_and_no_process),
		cmocka_unit_test(test_a_full_disk_ends_the_capture_with_what_fits),
		cmocka_unit_test(test_nobody_listening_ends_the_capture),
		cmocka_unit_test(test_a_reader_that_is_gone_ends_a_capture_of_silence),
		cmocka_unit_test(test_neither_process_keeps_a_privilege),
		cmocka_unit_test(test_what_cannot_be_captured_is_one_clear_line),
	};

	sandbox_enter();
	return cmocka_run_group_tests(tests, make_folder, NULL);
}
