/* The time of transfers on the wire: an ACS orders downloads within time windows (ScheduleDownload,
 * each WindowMode) and plain ones, all in one session, from file servers that have the file, that
 * are not there and that fall silent. Each TransferComplete is compared with what is due, and its
 * times with the windows. The test is the ACS and the file server. */
#include "tests/integration/cpe/acs_server.h"

#include "lib/proto/date_time.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <signal.h>

#define WAIT_TIMEOUT "1s" /* of the CPE, for servers that are silent */

enum {
	WINDOWS_MAX = 2,
	AFAR_S = 600 /* so long after the order a window ends that is not to end */
};

struct window {
	unsigned start_s, end_s; /* after the order; 0 and 0: none */
	const char *mode, *retries;
};

static const struct scene {
	const char *key;
	const char *path; /* of the file server; null: of one that is not there */
	struct window windows[WINDOWS_MAX]; /* none: a plain Download */
	const char *told;
	unsigned from_s; /* it is not over before, after the order */
} scenes[] = {
	{ "at any time", "/file", { { 0, AFAR_S, "1 At Any Time", "0" } }, "0 ", 0 },
	{ "immediately", "/file", { { 2, AFAR_S, "2 Immediately", "0" } }, "0 ", 2 },
	{ "when idle", "/file", { { 1, AFAR_S, "3 When Idle", "0" } }, "0 ", 1 },
	{ "nobody confirms", "/file", { { 0, 2, "4 Confirmation Needed", "0" } },
	    "9020 File transfer failure: not within the time windows", 2 },
	{ "a second window", "/file",
	    { { 0, 1, "4 Confirmation Needed", "0" },
		{ 3, AFAR_S, "2 Immediately", "0" } },
	    "0 ", 3 },
	{ "silent till its end", "/silent", { { 0, 1, "1 At Any Time", "0" } }, "9020 ",
	    1 }, /* or it was never tried, where all is slow */
	{ "one try", NULL, { { 0, AFAR_S, "1 At Any Time", "0" } },
	    "9015 127.0.0.1:9: Connection refused", 0 },
	{ "one try more, 5 s later", NULL, { { 0, AFAR_S, "1 At Any Time", "1" } },
	    "9015 127.0.0.1:9: Connection refused", 5 },
	{ "a server that is silent", "/silent", { { 0 } },
	    "9015 the file server has been silent for 1 s", 1 },
};

struct play {
	struct acs_server server;
	size_t n_ordered, n_told;
	bool is_told[ARRAY_LEN(scenes)];
	clock_ns ordered[ARRAY_LEN(scenes)]; /* wall */
};

/* ---- the ACS ------------------------------------------------------------------------ */

static void fill_windows(struct cwmp_msg *msg, const struct window *windows,
    char (*numbers)[2][12], struct cwmp_param (*fields)[5], struct cwmp_item *items)
{
	msg->args.items = items;
	for (size_t i = 0; i < WINDOWS_MAX && windows[i].end_s > 0; i++) {
		(void)snprintf(numbers[i][0], sizeof(numbers[i][0]), "%u",
		    windows[i].start_s);
		(void)snprintf(numbers[i][1], sizeof(numbers[i][1]), "%u",
		    windows[i].end_s);
		fields[i][0] = (struct cwmp_param){ STR("WindowStart"),
			str_of(numbers[i][0]), STR_NULL };
		fields[i][1] = (struct cwmp_param){ STR("WindowEnd"),
			str_of(numbers[i][1]), STR_NULL };
		fields[i][2] = (struct cwmp_param){ STR("WindowMode"),
			str_of(windows[i].mode), STR_NULL };
		fields[i][3] =
		    (struct cwmp_param){ STR("UserMessage"), STR(""), STR_NULL };
		fields[i][4] = (struct cwmp_param){ STR("MaxRetries"),
			str_of(windows[i].retries), STR_NULL };
		items[i] = (struct cwmp_item){ .fields = fields[i], .len = 5 };
		msg->args.n_items++;
	}
}

static void order(struct play *play, struct acs_conn *conn)
{
	const struct scene *scene = &scenes[play->n_ordered];
	struct cwmp_msg msg = { .kind = CWMP_REQUEST, .ns = CWMP_NS_1_2 };
	char url[64], numbers[WINDOWS_MAX][2][12];
	struct cwmp_param fields[WINDOWS_MAX][5];
	struct cwmp_item items[WINDOWS_MAX];

	(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u%s",
	    scene->path ? play->server.port : 9, scene->path ? scene->path : "/f");
	msg.args.command_key = str_of(scene->key);
	msg.args.file_type = STR("2 Web Content");
	msg.args.url = str_of(url);
	fill_windows(&msg, scene->windows, numbers, fields, items);
	msg.method = msg.args.n_items > 0 ? CWMP_SCHEDULE_DOWNLOAD : CWMP_DOWNLOAD;
	/* Whole seconds, as those of TransferComplete. */
	play->ordered[play->n_ordered++] = clock_wall() / NS_PER_S * NS_PER_S;
	acs_say(conn, &msg);
}

static clock_ns time_of(struct str text)
{
	struct date_time time;

	if (date_time_read(&time, text) < 0 || !time.has_zone)
		fail_msg("\"%.*s\" is no time", STR_ARG(text));
	return (clock_ns)time.seconds * NS_PER_S;
}

static void take_complete(struct play *play, const struct cwmp_args *args)
{
	auto_buf told = BUF_NULL;
	clock_ns late;

	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		if (!str_is(args->command_key, scenes[i].key))
			continue;
		buf_printf(&told, "%u %.*s", args->fault_code,
		    STR_ARG(args->fault_text));
		if (strncmp(buf_cstr(&told), scenes[i].told, strlen(scenes[i].told)) !=
			0 ||
		    play->is_told[i])
			fail_msg("%s: %s", scenes[i].key, buf_cstr(&told));
		late = time_of(args->complete_time) - play->ordered[i];
		if (late < (clock_ns)scenes[i].from_s * NS_PER_S)
			fail_msg("%s: after %lld s", scenes[i].key,
			    (long long)(late / NS_PER_S));
		play->is_told[i] = true;
		play->n_told++;
		return;
	}
	fail_msg("\"%.*s\" was never ordered", STR_ARG(args->command_key));
}

static void serve_file(struct acs_conn *conn, const struct http_head *head)
{
	if (!str_is(head->target, "/silent"))
		acs_respond(conn, "200 OK", STR("a page"));
}

static void serve(void *user, struct acs_conn *conn, const struct http_head *head,
    struct str body)
{
	struct play *play = user;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;

	if (!str_is(head->method, "POST")) {
		serve_file(conn, head);
		return;
	}
	if (body.len > 0) {
		if (cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
			fail_msg("%s", err.text);
		assert_int_not_equal(msg.kind, CWMP_FAULT);
		if (msg.kind == CWMP_REQUEST && msg.method == CWMP_TRANSFER_COMPLETE)
			take_complete(play, &msg.args);
		if (msg.kind == CWMP_REQUEST) {
			acs_confirm(conn, &msg, false);
			return;
		}
	}
	if (play->n_ordered < ARRAY_LEN(scenes))
		order(play, conn);
	else
		acs_respond(conn, "204 No Content", STR_NULL);
}

/* ---- the CPE ------------------------------------------------------------------------ */

static void start(struct background *cpe, const struct play *play, const char *folder)
{
	auto_buf path = BUF_NULL;
	const char *argv[] = { labrun_program(), "cpe", "--config", NULL, NULL };
	FILE *file;

	write_model(folder, "");
	buf_printf(&path, "%s/cpe.yaml", folder);
	file = fopen(buf_cstr(&path), "w");
	assert_non_null(file);
	(void)fprintf(file,
	    "model: %s/model.yaml\n"
	    "acs: {url: \"http://127.0.0.1:%u/cwmp\"}\n"
	    "wait-timeout: " WAIT_TIMEOUT "\n"
	    "count: 1\n",
	    folder, play->server.port);
	assert_int_equal(fclose(file), 0);
	argv[3] = buf_cstr(&path);
	background_start(cpe, argv, labrun_source());
}

static void transfers_keep_their_time(void **state)
{
	char folder[] = "/tmp/cwmplab-windows.XXXXXX";
	clock_ns deadline = clock_monotonic() + patience_ms() * NS_PER_MS;
	struct background cpe = BACKGROUND_NULL;
	struct play play = { .n_told = 0 };

	(void)state;
	assert_non_null(mkdtemp(folder));
	holding_add(HOLDING_FOLDER, folder);
	play.server.serve = serve;
	play.server.user = &play;
	acs_server_open(&play.server);
	start(&cpe, &play, folder);
	while (play.n_told < ARRAY_LEN(scenes) && clock_monotonic() < deadline)
		(void)acs_server_turn(&play.server);
	(void)background_end(&cpe, SIGKILL);

	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		if (!play.is_told[i])
			fail_msg("%s: nothing is told: %.*s", scenes[i].key,
			    STR_ARG(buf_str(&cpe.text)));
	}
	background_free(&cpe);
	acs_server_hang_up(&play.server);
	(void)close(play.server.listener);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(transfers_keep_their_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
