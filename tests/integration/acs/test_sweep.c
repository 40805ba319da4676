/* The command "reach" of an ACS: a sweep over a thousand CPEs, each of which comes once, and the time
 * that they take; and what it tells when one cannot be reached, in the event and in the list of
 * devices. */
#include "tests/support/background.h"
#include "tests/support/labrun.h"
#include "tests/support/patience.h"
#include "tests/support/sandbox.h"

#include "lib/base/buf.h"

#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	CPES = 1000,
	CONTROL = 3
};
#define CPES_TEXT "1000"

#define FOLDER    "/run" /* of the sandbox, empty */
#define CPE       "00E0FC-HP5920-HP0001"

struct acs {
	pid_t pid;
	int control; /* our end */
	struct buf lines;
};

static void write_file(const char *path, const char *text)
{
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
}

/* hp5920 with a name and password for connection requests from the factory. */
static void write_model(void)
{
	char path[512], line[1024];
	FILE *from, *to = fopen(FOLDER "/model.yaml", "we");

	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    labrun_source());
	from = fopen(path, "re");
	assert_true(from && to);
	while (fgets(line, sizeof(line), from)) {
		char *at = strstr(line, "ConnectionRequestUsername: {");

		if (!at)
			at = strstr(line, "ConnectionRequestPassword: {");
		if (!at) {
			assert_true(fputs(line, to) >= 0);
			continue;
		}
		at = strchr(at, '{') + 1;
		assert_true(
		    fprintf(to, "%.*svalue: acs, %s", (int)(at - line), line, at) > 0);
	}
	(void)fclose(from);
	assert_int_equal(fclose(to), 0);
}

static void start(struct acs *acs)
{
	int ends[2];

	*acs = (struct acs){ .pid = 0 };
	write_file(FOLDER "/acs.yaml",
	    "url: http://127.0.0.1:7547/cwmp\nlisten: 127.0.0.1:7547\nauth: none\n"
	    "connection-request: {username: acs, password: acs}\n");
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	acs->pid = fork();
	if (acs->pid == 0) {
		/* Without close-on-exec, also where it has the number already. */
		(void)dup2(ends[1] == CONTROL ? dup(ends[1]) : ends[1], CONTROL);
		execl(labrun_program(), "cwmplab", "acs", "--config",
		    FOLDER "/acs.yaml", "--control", "3", (char *)NULL);
		_exit(127);
	}
	(void)close(ends[1]);
	acs->control = ends[0];
}

static size_t count(const struct buf *lines, const char *words)
{
	struct str rest = buf_str(lines);
	size_t n = 0, at;

	for (; str_find(rest, str_of(words), &at); n++)
		rest = str_from(rest, at + 1);
	return n;
}

static bool ends_with_a_line(const struct buf *lines)
{
	return lines->len > 0 && lines->data[lines->len - 1] == '\n';
}

/* Reads what the ACS says until the words have stood there so often, and the last line that it
 * began has ended: a read may come into the middle of one. */
static void expect(struct acs *acs, const char *words, size_t times)
{
	while (count(&acs->lines, words) < times || !ends_with_a_line(&acs->lines)) {
		struct pollfd poll_fd = { .fd = acs->control, .events = POLLIN };
		char bytes[65536];
		ssize_t n;

		if (poll(&poll_fd, 1, patience_ms()) != 1)
			fail_msg("no \"%s\" in %s", words, buf_cstr(&acs->lines));
		n = read(acs->control, bytes, sizeof(bytes));
		assert_true(n > 0);
		buf_append(&acs->lines, bytes, (size_t)n);
	}
}

static void say(const struct acs *acs, const char *line)
{
	assert_int_equal(send(acs->control, line, strlen(line), MSG_NOSIGNAL),
	    strlen(line));
}

static void test_a_sweep_brings_each_cpe_once(void **state)
{
	const char *argv[] = { labrun_program(), "cpe", "--config", FOLDER "/cpe.yaml",
		NULL };
	struct background cpes = BACKGROUND_NULL;
	struct acs acs;

	(void)state;
	write_model();
	write_file(FOLDER "/cpe.yaml",
	    "model: " FOLDER "/model.yaml\nacs: {url: \"http://127.0.0.1:7547/cwmp\"}\n"
	    "cpes: [{name: cpe, count: " CPES_TEXT
	    ", address: 127.0.0.9, serial: HP0001}]\n");
	start(&acs);
	expect(&acs, "\"event\":\"ready\"", 1);
	background_start(&cpes, argv, FOLDER);
	expect(&acs, "\"event\":\"session-end\"", CPES);

	say(&acs, "{\"id\":1,\"cmd\":\"reach\"}\n");
	expect(&acs, "\"event\":\"sweep\"", 1);
	assert_int_equal(count(&acs.lines,
			     "{\"re\":1,\"ok\":true,\"calls\":" CPES_TEXT "}"),
	    1);
	assert_int_equal(count(&acs.lines, "\"outcome\":\"came\""), CPES);
	assert_int_equal(count(&acs.lines, "\"calls\":" CPES_TEXT ",\"came\":" CPES_TEXT
					   ",\"median_us\":"),
	    1);
	expect(&acs, "\"event\":\"session-end\"", 2 * CPES);
	assert_int_equal(count(&acs.lines, "6 CONNECTION REQUEST"), CPES);

	say(&acs, "{\"id\":2,\"cmd\":\"reach\",\"device\":\"nobody\"}\n");
	expect(&acs,
	    "{\"re\":2,\"ok\":false,\"why\":\"no device of that name has informed\"",
	    1);
	say(&acs,
	    "{\"id\":3,\"cmd\":\"reach\",\"device\":\"" CPE "\",\"by\":\"udp\"}\n");
	expect(&acs, "\"outcome\":\"no-udp-address\"", 1);

	assert_int_equal(background_end(&cpes, SIGTERM), 0);
	say(&acs, "{\"id\":4,\"cmd\":\"reach\",\"device\":\"" CPE "\"}\n");
	expect(&acs,
	    " refuses the connection: the CPE listens elsewhere now, or not at all\"",
	    1);
	say(&acs, "{\"id\":5,\"cmd\":\"status\"}\n");
	expect(&acs,
	    " refuses the connection: the CPE listens elsewhere now, or not at all\"",
	    2);

	(void)close(acs.control);
	assert_int_equal(waitpid(acs.pid, NULL, 0), acs.pid);
	background_free(&cpes);
	buf_free(&acs.lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_sweep_brings_each_cpe_once),
	};

	sandbox_enter();
	if (mount("tmpfs", FOLDER, "tmpfs", 0, NULL) < 0)
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
