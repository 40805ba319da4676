/* What a lab and its agents are asked for: answers of any length, and those who cannot
 * answer. As an ordinary user.
 *
 *   acs1 ── sw1 ── h */
#include "tests/support/labrun.h"

#include "lab/channel/labsock.h"
#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"
#include "lib/base/error.h"
#include "tests/support/holding.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

enum {
	CPES = 400, /* of 860 bytes each in an answer: several pages */
	LONG = 70000,
	CALLERS_MAX = 1024,
	WORDS_MAX = 16
};

static const char topology[] =
    "name: %s\n"
    "nodes:\n"
    "  sw1: {kind: switch}\n"
    "  acs1: {kind: acs, attach: sw1, address: 10.0.0.11/16,\n"
    "         url: \"http://10.0.0.11:7547/cwmp\"}\n"
    "  h: {kind: host, attach: sw1, address: 10.0.0.12/16}\n";

struct scene {
	char folder[64];
	char name[32];
	struct process_result said; /* by the last command */
};

static int tell(struct scene *scene, ...)
{
	const char *argv[WORDS_MAX] = { labrun_program() };
	size_t n = 1;
	va_list words;

	va_start(words, scene);
	while (n + 1 < WORDS_MAX && (argv[n] = va_arg(words, const char *)))
		n++;
	va_end(words);
	buf_free(&scene->said.out);
	process_run(argv, scene->folder, &scene->said);
	return scene->said.status;
}

/* The same, and what it said as JSON; the caller drops it. */
static json_t *read_json(struct scene *scene, const char *node)
{
	json_t *said;

	if (tell(scene, "inspect", scene->name, "--json", node, NULL) != 0)
		fail_msg("%s", buf_cstr(&scene->said.out));
	said = json_loads(buf_cstr(&scene->said.out), JSON_REJECT_DUPLICATES, NULL);
	if (!said)
		fail_msg("no JSON: %s", buf_cstr(&scene->said.out));
	return said;
}

static void assert_said(struct scene *scene, const char *words)
{
	if (!str_find(buf_str(&scene->said.out), str_of(words), NULL))
		fail_msg("\"%s\" is not in: %s", words, buf_cstr(&scene->said.out));
}

/* How often words stand in the events of the lab, each line of which is within its limit. */
static size_t count_events(const struct scene *scene, const char *words)
{
	auto_free char *line = NULL;
	auto_file file = NULL;
	char path[128];
	size_t room = 0, n = 0;
	ssize_t len;

	(void)snprintf(path, sizeof(path), "%s/out/%s/events.jsonl", scene->folder,
	    scene->name);
	file = fopen(path, "r");
	assert_non_null(file);
	while ((len = getline(&line, &room, file)) > 0) {
		assert_in_range(len, 1, LINE_BYTES_MAX + 1);
		n += strstr(line, words) != NULL;
	}
	return n;
}

/* Makes the folder and the topology in it. */
static struct scene make_scene(const char *name)
{
	struct scene scene = { .folder = "/tmp/cwmplab-inspect.XXXXXX" };
	char path[128];
	FILE *file;

	(void)snprintf(scene.name, sizeof(scene.name), "%s-%d", name, (int)getpid());
	assert_non_null(mkdtemp(scene.folder));
	holding_add(HOLDING_FOLDER, scene.folder);
	holding_add(HOLDING_LAB, scene.name);
	(void)snprintf(path, sizeof(path), "%s/topology.yaml", scene.folder);
	file = fopen(path, "w");
	assert_non_null(file);
	assert_true(fprintf(file, topology, scene.name) > 0);
	assert_int_equal(fclose(file), 0);
	return scene;
}

static struct scene lab_up(const char *name)
{
	struct scene scene = make_scene(name);

	if (tell(&scene, "up", ".", NULL) != 0)
		fail_msg("%s", buf_cstr(&scene.said.out));
	return scene;
}

static void free_scene(struct scene *scene)
{
	const char *argv[] = { "rm", "-rf", scene->folder, NULL };

	buf_free(&scene->said.out);
	process_run(argv, NULL, &scene->said);
	holding_end(HOLDING_FOLDER, scene->folder);
	buf_free(&scene->said.out);
}

static void lab_down(struct scene *scene)
{
	assert_int_equal(tell(scene, "down", scene->name, NULL), 0);
	holding_end(HOLDING_LAB, scene->name);
	free_scene(scene);
}

/* The process of acs1, inside of the lab. */
static void acs_pid(struct scene *scene, char *text, size_t size)
{
	json_t *lab = read_json(scene, NULL), *node;
	json_int_t pid = 0;
	size_t i;

	json_array_foreach(json_object_get(lab, "nodes"), i, node)
	{
		if (strcmp(labrun_text(node, "name"), "acs1") == 0)
			pid = json_integer_value(json_object_get(node, "pid"));
	}
	json_decref(lab);
	assert_true(pid > 1);
	(void)snprintf(text, size, "%lld", (long long)pid);
}

static void assert_all_devices(struct scene *scene)
{
	json_t *answer = read_json(scene, "acs1"), *device;
	json_t *status = json_object_get(answer, "status");
	json_t *seen = json_object();
	size_t i;

	assert_int_equal(json_integer_value(json_object_get(status, "sessions")), CPES);
	json_array_foreach(json_object_get(status, "devices"), i, device)
	{
		(void)json_object_set(seen, labrun_text(device, "id"), json_true());
		assert_true(json_is_object(json_object_get(device, "values")));
	}
	assert_int_equal(i, CPES);
	assert_int_equal(json_object_size(seen), CPES);
	json_decref(seen);
	json_decref(answer);
}

static void test_an_acs_with_many_devices_is_inspected_and_lives(void **state)
{
	struct scene scene = lab_up("many");
	char count[16], before[16], after[16];

	(void)state;
	acs_pid(&scene, before, sizeof(before));
	(void)snprintf(count, sizeof(count), "%d", CPES);
	if (tell(&scene, "exec", scene.name, "h", labrun_program(), "cpe", "--acs-url",
		"http://10.0.0.11:7547/cwmp", "--count", count, "--once", NULL) != 0)
		fail_msg("%s", buf_cstr(&scene.said.out));
	assert_all_devices(&scene);
	assert_all_devices(&scene);
	acs_pid(&scene, after, sizeof(after));
	assert_string_equal(before, after);
	lab_down(&scene);
}

static void test_an_agent_that_is_stopped_is_told(void **state)
{
	struct scene scene = lab_up("agent");
	char pid[16], words[256];

	(void)state;
	acs_pid(&scene, pid, sizeof(pid));
	assert_int_equal(tell(&scene, "exec", scene.name, "h", "kill", "-STOP", pid,
			     NULL),
	    0);
	assert_int_equal(tell(&scene, "inspect", scene.name, "acs1", NULL), 3);
	(void)snprintf(words, sizeof(words),
	    "acs1 does not answer: its process is stopped; \"cwmplab exec %s acs1 kill "
	    "-CONT %s\" lets it go on",
	    scene.name, pid);
	assert_said(&scene, words);
	/* Its late answers are nobody's any more. */
	assert_int_equal(tell(&scene, "exec", scene.name, "h", "kill", "-CONT", pid,
			     NULL),
	    0);
	json_decref(read_json(&scene, "acs1"));
	lab_down(&scene);
}

static void test_an_agent_that_is_stopped_ends_in_order_with_its_lab(void **state)
{
	struct scene scene = lab_up("asleep");
	char pid[16];

	(void)state;
	acs_pid(&scene, pid, sizeof(pid));
	assert_int_equal(tell(&scene, "exec", scene.name, "h", "kill", "-STOP", pid,
			     NULL),
	    0);
	assert_int_equal(tell(&scene, "down", scene.name, NULL), 0);
	holding_end(HOLDING_LAB, scene.name);
	assert_int_equal(count_events(&scene,
			     "\"event\":\"exited\",\"node\":\"acs1\",\"status\":0,"),
	    1);
	free_scene(&scene);
}

static pid_t supervisor_pid(struct scene *scene)
{
	json_t *labs, *lab;
	pid_t pid = 0;
	size_t i;

	assert_int_equal(tell(scene, "ls", "--json", NULL), 0);
	labs = json_loads(buf_cstr(&scene->said.out), 0, NULL);
	json_array_foreach(labs, i, lab)
	{
		if (strcmp(labrun_text(lab, "lab"), scene->name) == 0)
			pid = (pid_t)json_integer_value(json_object_get(lab, "pid"));
	}
	json_decref(labs);
	assert_true(pid > 1);
	return pid;
}

static void test_a_supervisor_that_is_stopped_is_told_and_can_be_ended(void **state)
{
	static const char words[] = "does not answer: its supervisor (process ";
	struct scene scene = lab_up("stopped");
	char port[64];

	(void)state;
	assert_int_equal(kill(supervisor_pid(&scene), SIGSTOP), 0);
	assert_int_equal(tell(&scene, "inspect", scene.name, NULL), 3);
	assert_said(&scene, words);
	assert_int_equal(tell(&scene, "exec", scene.name, "h", "true", NULL), 3);
	assert_said(&scene, words);
	assert_int_equal(tell(&scene, "logs", scene.name, NULL), 3);
	assert_said(&scene, words);
	assert_int_equal(tell(&scene, "ls", NULL), 3);
	assert_said(&scene, words);
	(void)snprintf(port, sizeof(port), "%s/h", scene.name);
	assert_int_equal(tell(&scene, "check", "-i", port, NULL), 3);
	assert_said(&scene, words);
	assert_int_equal(tell(&scene, "down", scene.name, NULL), 0);
	assert_said(&scene, "was stopped; it goes on, to end");
	holding_end(HOLDING_LAB, scene.name);
	assert_int_equal(count_events(&scene, "\"event\":\"stopped\""), 1);
	free_scene(&scene);
}

/* Callers who gave up stand in the line of a supervisor that takes no calls. */
static void test_a_lab_that_takes_no_more_calls_can_be_ended(void **state)
{
	struct scene scene = lab_up("full");
	pid_t pid = supervisor_pid(&scene), other;
	int calls[CALLERS_MAX], n = 0;
	struct error err = ERROR_NULL;
	char words[128];

	(void)state;
	assert_int_equal(kill(pid, SIGSTOP), 0);
	while (n < CALLERS_MAX &&
	       labsock_connect(scene.name, &calls[n], &other, &err) == 0)
		n++;
	assert_int_equal(err.code, ERR_MACHINE);
	assert_int_equal(labsock_owner(scene.name), pid);
	(void)snprintf(words, sizeof(words),
	    "does not answer: its supervisor (process %d) is stopped; \"kill -CONT %d\"",
	    (int)pid, (int)pid);
	assert_int_equal(tell(&scene, "inspect", scene.name, NULL), 3);
	assert_said(&scene, words);
	assert_int_equal(tell(&scene, "down", scene.name, NULL), 0);
	holding_end(HOLDING_LAB, scene.name);
	while (n > 0)
		(void)close(calls[--n]);
	free_scene(&scene);
}

/* ---- peers without measure ---------------------------------------------------------- */

static void put_times(FILE *file, char c, size_t n)
{
	while (n-- > 0)
		(void)fputc(c, file);
}

/* POSTs an Inform from h to acs1 and says what comes back. */
static void post_inform(struct scene *scene, size_t serial, size_t versions)
{
	static const char send[] = "exec 3<>/dev/tcp/10.0.0.11/7547 && "
				   "cat request >&3 && cat <&3";
	auto_free char *body = NULL;
	size_t len = 0;
	FILE *text = open_memstream(&body, &len), *file;
	char path[128];

	assert_non_null(text);
	(void)fputs("<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\" "
		    "xmlns:c=\"urn:dslforum-org:cwmp-1-2\"><e:Header>"
		    "<c:SupportedCWMPVersions>1.2,",
	    text);
	put_times(text, '9', versions);
	(void)fputs("</c:SupportedCWMPVersions></e:Header><e:Body><c:Inform><DeviceId>"
		    "<Manufacturer>m</Manufacturer><OUI>0000E2</OUI>"
		    "<ProductClass>p</ProductClass><SerialNumber>",
	    text);
	put_times(text, 's', serial);
	(void)fputs("</SerialNumber></DeviceId></c:Inform></e:Body></e:Envelope>",
	    text);
	assert_int_equal(fclose(text), 0);
	(void)snprintf(path, sizeof(path), "%s/request", scene->folder);
	file = fopen(path, "w");
	assert_non_null(file);
	(void)fprintf(file,
	    "POST /cwmp HTTP/1.1\r\nHost: a\r\nContent-Type: text/xml\r\n"
	    "Connection: close\r\nContent-Length: %zu\r\n\r\n%s",
	    len, body);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(tell(scene, "exec", scene->name, "h", "bash", "-c", send,
			     NULL),
	    0);
}

static void test_a_serial_number_of_70000_characters_ends_nobody(void **state)
{
	struct scene scene = lab_up("long");
	char before[16], after[16];

	(void)state;
	acs_pid(&scene, before, sizeof(before));
	post_inform(&scene, LONG, 0);
	assert_said(&scene, "<FaultCode>8003</FaultCode>");
	assert_said(&scene, "SerialNumber has 70000 characters, at most 64 go");
	post_inform(&scene, 64, LONG);
	assert_said(&scene, "InformResponse");
	acs_pid(&scene, after, sizeof(after));
	assert_string_equal(before, after);
	assert_int_equal(count_events(&scene,
			     "\"why\":\"the Inform is refused: SerialNumber has 70000 "
			     "characters, at most 64 go\""),
	    1);
	assert_int_equal(count_events(&scene, "\"event\":\"unreadable\""), 0);
	assert_int_equal(count_events(&scene, "\"event\":\"lost\""), 0);
	lab_down(&scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_an_acs_with_many_devices_is_inspected_and_lives),
		cmocka_unit_test(test_an_agent_that_is_stopped_is_told),
		cmocka_unit_test(
		    test_an_agent_that_is_stopped_ends_in_order_with_its_lab),
		cmocka_unit_test(
		    test_a_supervisor_that_is_stopped_is_told_and_can_be_ended),
		cmocka_unit_test(test_a_lab_that_takes_no_more_calls_can_be_ended),
		cmocka_unit_test(test_a_serial_number_of_70000_characters_ends_nobody),
	};

	labrun_setup();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
