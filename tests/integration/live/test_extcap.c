/* Ports of a lab in tshark, through our external capture, as the ordinary user whose lab
 * it is. */
#include "tests/unit/unit.h"

#include "lib/base/cleanup.h"
#include "tests/integration/live/lab.h"
#include "tests/support/background.h"
#include "tests/support/labrun.h"
#include "tests/support/patience.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

static struct lab lab;

static const char *named(const char *prefix, const char *port)
{
	static char text[2][128];
	static unsigned n;

	n++;
	(void)snprintf(text[n % 2], sizeof(*text), "%s%s/%s", prefix, lab.name, port);
	return text[n % 2];
}

static void assert_has(const struct buf *text, const char *words)
{
	if (!str_find(buf_str(text), str_of(words), NULL))
		fail_msg("\"%s\" is not in: %.*s", words, (int)text->len,
		    (const char *)text->data);
}

/* As Wireshark asks. */
static void test_its_questions_are_answered(void **state)
{
	(void)state;
	assert_int_equal(LAB_TELL(&lab, "extcap", "--extcap-interfaces",
			     "--extcap-version=4.2"),
	    0);
	assert_has(&lab.said.out, "extcap {version=");
	assert_has(&lab.said.out, named("interface {value=", "acs1}{display=acs 10.0"));
	assert_has(&lab.said.out,
	    named("interface {value=", "sw1:cpe-3}{display=port"));

	assert_int_equal(LAB_TELL(&lab, "extcap", "--extcap-interface",
			     named("", "acs1"), "--extcap-dlts"),
	    0);
	assert_string_equal(buf_cstr(&lab.said.out),
	    "dlt {number=1}{name=EN10MB}{display=Ethernet}\n");
	assert_int_equal(LAB_TELL(&lab, "extcap", "--extcap-interface",
			     named("", "acs1"), "--extcap-config"),
	    0);
	assert_string_equal(buf_cstr(&lab.said.out), "");
	assert_int_equal(LAB_TELL(&lab, "extcap", "--extcap-interface",
			     named("", "acs1"), "--extcap-capture-filter", "icp"),
	    2);
	assert_has(&lab.said.out, "filter \"icp\": can't parse filter expression");
	assert_int_equal(LAB_TELL(&lab, "extcap", "--capture"), 2);
	assert_has(&lab.said.out, "usage: cwmplab extcap");
}

static void test_tshark_lists_the_ports(void **state)
{
	const char *argv[] = { "tshark", "-D", NULL };
	struct process_result result = PROCESS_RESULT_NULL;

	(void)state;
	process_run(argv, lab.folder, &result);
	assert_has(&result.out, named(" ", "acs2 (acs 10.0.0.12)"));
	assert_has(&result.out, named(" ", "sw1:acs2 (port of the switch to acs2)"));
	buf_free(&result.out);
}

/* Six messages of HTTP are in a session: tshark sees them only when it has the secrets. */
static void test_tshark_reads_decrypted_packets_of_a_port(void **state)
{
	const char *argv[] = { "tshark", "-l", "-i", named("", "sw1:acs2"), "-f",
		"tcp port 7548", "-d", "tcp.port==7548,tls", "-Y", "http", "-T",
		"fields", "-e", "http.request.method", "-e", "http.response.code",
		NULL };
	struct background tshark;

	(void)state;
	background_start(&tshark, argv, NULL);
	if (!background_shows(&tshark, "Capture started"))
		fail_msg("%s", buf_cstr(&tshark.text));
	lab_session(&lab, "out/keys.log");
	if (!background_shows(&tshark, "\t204\n"))
		fail_msg("no 204 in: %s", buf_cstr(&tshark.text));
	assert_int_equal(background_end(&tshark, SIGINT), 0);
	assert_has(&tshark.text, "POST\t\n");
	assert_has(&tshark.text, "\t200\n");
	background_free(&tshark);
}

/* The head of the capture is there: its reader has it. */
static void open_reader(struct background *extcap, const char *fifo, int *ret_reader)
{
	const char *argv[] = { labrun_program(), "extcap", "--extcap-interface",
		named("", "dns"), "--capture", "--fifo", fifo, NULL };
	struct pollfd head;
	char bytes[64];

	assert_int_equal(mkfifo(fifo, 0600), 0);
	background_start(extcap, argv, NULL);
	/* Not to wait for a writer that may never come. */
	*ret_reader = open(fifo, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	head = (struct pollfd){ *ret_reader, POLLIN, 0 };
	assert_int_equal(poll(&head, 1, patience_ms()), 1);
	assert_true(read(*ret_reader, bytes, sizeof(bytes)) > 0);
}

static void test_it_ends_when_its_reader_goes_though_nothing_happens(void **state)
{
	struct background extcap;
	char fifo[96];
	int reader;

	(void)state;
	(void)snprintf(fifo, sizeof(fifo), "%s/gone", lab.folder);
	open_reader(&extcap, fifo, &reader);
	(void)close(reader);
	assert_int_equal(background_end(&extcap, 0), 0);
	assert_string_equal(buf_cstr(&extcap.text), "");
	background_free(&extcap);
}

static void test_it_ends_when_it_is_told(void **state)
{
	struct background extcap;
	auto_fd reader = -1;
	char fifo[96];

	(void)state;
	(void)snprintf(fifo, sizeof(fifo), "%s/told", lab.folder);
	open_reader(&extcap, fifo, &reader);
	assert_int_equal(background_end(&extcap, SIGTERM), 0);
	assert_string_equal(buf_cstr(&extcap.text), "");
	background_free(&extcap);
}

static int up(void **state)
{
	char folder[96];

	(void)state;
	lab_up(&lab);
	(void)snprintf(folder, sizeof(folder), "%s/extcap", lab.folder);
	(void)setenv("HOME", lab.folder, 1);
	(void)setenv("WIRESHARK_EXTCAP_DIR", folder, 1);
	return LAB_TELL(&lab, "extcap", "--install", folder);
}

static int down(void **state)
{
	(void)state;
	lab_free(&lab);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_its_questions_are_answered),
		cmocka_unit_test(test_tshark_lists_the_ports),
		cmocka_unit_test(test_tshark_reads_decrypted_packets_of_a_port),
		cmocka_unit_test(
		    test_it_ends_when_its_reader_goes_though_nothing_happens),
		cmocka_unit_test(test_it_ends_when_it_is_told),
	};

	process_need("tshark");
	labrun_setup();
	return cmocka_run_group_tests(tests, up, down);
}
