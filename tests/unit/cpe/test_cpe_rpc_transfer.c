/* agents/cpe/rpc: what is ordered of transfers, each argument at its bounds: a request and the
 * whole answer, as one line each. */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/bodies.h"
#include "tests/unit/cpe/device_stub.h"

#define FIRMWARE "1 Firmware Upgrade Image"
#define URL      "http://files.lab/f"

static void print_answer(struct buf *out, uint32_t awaited, const struct cwmp_msg *msg)
{
	const struct cwmp_args *args = &msg->args;

	buf_reset(out);
	if (awaited != 0) {
		buf_printf(out, "awaits job %u", awaited);
		return;
	}
	if (msg->kind == CWMP_FAULT) {
		buf_printf(out, "%u %.*s", msg->fault.code, STR_ARG(msg->fault.text));
		return;
	}
	buf_printf(out, "%.*s", STR_ARG(cwmp_msg_name(msg)));
	if (args->start_time.p)
		buf_printf(out, " %u %.*s", args->status, STR_ARG(args->start_time));
	for (size_t i = 0; i < args->n_items; i++) {
		buf_append_text(out, i ? "; " : " ");
		for (size_t j = 0; j < args->items[i].len; j++)
			buf_printf(out, "%s%.*s", j ? "," : "",
			    STR_ARG(args->items[i].fields[j].value));
	}
}

static void expect(struct device_stub *stub, const struct cwmp_msg *request,
    const char *name, const char *wanted)
{
	auto_arena arena = ARENA_NULL;
	auto_buf text = BUF_NULL;
	struct cwmp_msg reply;
	uint32_t awaited = rpc_answer(&stub->rpc, request, &arena, &reply);

	if (awaited == 0)
		bodies_keep(request->method, &reply);
	print_answer(&text, awaited, &reply);
	if (strcmp(buf_cstr(&text), wanted) != 0)
		fail_msg("%s: %s", name, buf_cstr(&text));
}

#define OK "Response 1 0001-01-01T00:00:00Z"

static void test_downloads_and_uploads_are_checked(void **state)
{
	static const struct {
		enum cwmp_method method;
		const char *file_type, *url;
		uint32_t file_size;
		const char *answer;
	} rows[] = {
		{ CWMP_DOWNLOAD, FIRMWARE, URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "2 Web Content", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "3 Vendor Configuration File", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "4 Tone File", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "5 Ringer File", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "6 Stored Firmware Image", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "X 00E0FC Licence", URL, 0, "Download" OK },
		{ CWMP_DOWNLOAD, "X 00E0FC", URL, 0,
		    "9003 Invalid arguments: FileType \"X 00E0FC\"" },
		{ CWMP_DOWNLOAD, "7 Holiday Photos", URL, 0,
		    "9003 Invalid arguments: FileType \"7 Holiday Photos\"" },
		{ CWMP_DOWNLOAD, "", URL, 0, "9003 Invalid arguments: FileType \"\"" },
		{ CWMP_DOWNLOAD, FIRMWARE, URL, 268435456, "Download" OK },
		{ CWMP_DOWNLOAD, FIRMWARE, URL, 268435457,
		    "9004 Resources exceeded: FileSize 268435457 is more than there is "
		    "room for" },
		{ CWMP_UPLOAD, "1 Vendor Configuration File", URL, 0, "Upload" OK },
		{ CWMP_UPLOAD, "2 Vendor Log File", URL, 0, "Upload" OK },
		{ CWMP_UPLOAD, "3 Vendor Configuration File 1", URL, 0, "Upload" OK },
		{ CWMP_UPLOAD, "4 Vendor Log File 12", URL, 0, "Upload" OK },
		{ CWMP_UPLOAD, "3 Vendor Configuration File", URL, 0,
		    "9003 Invalid arguments: FileType \"3 Vendor Configuration "
		    "File\"" },
		{ CWMP_UPLOAD, "3 Vendor Configuration File 0", URL, 0,
		    "9003 Invalid arguments: FileType \"3 Vendor Configuration File "
		    "0\"" },
		{ CWMP_UPLOAD, FIRMWARE, URL, 0,
		    "9003 Invalid arguments: FileType \"" FIRMWARE "\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("hp5920.yaml");
		struct cwmp_msg request = { .kind = CWMP_REQUEST,
			.method = rows[i].method };

		request.args.file_type = str_of(rows[i].file_type);
		request.args.url = str_of(rows[i].url);
		request.args.file_size = rows[i].file_size;
		expect(stub, &request, rows[i].file_type, rows[i].answer);
		assert_int_equal(stub->jobs.len, strstr(rows[i].answer, OK) != NULL);
		stub_free(stub);
	}
}

static void test_a_url_is_one_that_files_come_from(void **state)
{
	static const struct {
		const char *url;
		uint32_t fault; /* 0: none */
	} rows[] = {
		{ "http://files.lab/f", 0 },
		{ "https://files.lab:8443/f?v=1", 0 },
		{ "ftp://files.lab/f", 9013 },
		{ "tftp://files.lab/f", 9013 },
		{ "http://u:p@files.lab/f", 9003 },
		{ "files.lab/f", 9003 },
		{ "", 9003 },
	};
	static const enum cwmp_method methods[] = { CWMP_DOWNLOAD, CWMP_UPLOAD };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * ARRAY_LEN(methods); i++) {
		enum cwmp_method method = methods[i % ARRAY_LEN(methods)];
		uint32_t fault = rows[i / ARRAY_LEN(methods)].fault;
		struct device_stub *stub = stub_new("hp5920.yaml");
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg reply,
		    request = { .kind = CWMP_REQUEST, .method = method };

		request.args.file_type =
		    method == CWMP_UPLOAD ? STR("2 Vendor Log File") : STR(FIRMWARE);
		request.args.url = str_of(rows[i / ARRAY_LEN(methods)].url);
		(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
		bodies_keep(method, &reply);

		if (reply.fault.code != fault)
			fail_msg("%s: %u", rows[i / ARRAY_LEN(methods)].url,
			    reply.fault.code);
		assert_int_equal(stub->jobs.len, fault == 0);
		stub_free(stub);
	}
}

static void test_an_image_is_told_later_whatever_the_model_says(void **state)
{
	static const struct {
		int told; /* enum model_told */
		const char *file_type;
		uint32_t delay;
		enum job_way way;
	} rows[] = {
		{ MODEL_TOLD_LATER, "2 Web Content", 0, JOB_LATER },
		{ MODEL_TOLD_IN_SESSION, "2 Web Content", 0, JOB_IN_SESSION },
		{ MODEL_TOLD_IN_SESSION, "2 Web Content", 1, JOB_LATER },
		{ MODEL_TOLD_IN_SESSION, FIRMWARE, 0, JOB_LATER },
		{ MODEL_TOLD_BY_RESPONSE, "2 Web Content", 0, JOB_BY_RESPONSE },
		{ MODEL_TOLD_BY_RESPONSE, "2 Web Content", 1, JOB_LATER },
		{ MODEL_TOLD_BY_RESPONSE, FIRMWARE, 0, JOB_LATER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("hp5920.yaml");
		struct cwmp_msg request = { .kind = CWMP_REQUEST,
			.method = CWMP_DOWNLOAD };

		stub->model->conduct.transfers.told = rows[i].told;
		request.args.file_type = str_of(rows[i].file_type);
		request.args.url = STR(URL);
		request.args.delay_seconds = rows[i].delay;
		expect(stub, &request, rows[i].file_type,
		    rows[i].way == JOB_BY_RESPONSE ? "awaits job 1" : "Download" OK);

		assert_int_equal(stub->jobs.items[0]->way, rows[i].way);
		assert_true(stub->jobs.items[0]->due ==
			    STUB_WALL + (clock_ns)rows[i].delay * NS_PER_S);
		stub_free(stub);
	}
}

/* ---- ScheduleDownload --------------------------------------------------------------- */

enum {
	WINDOWS_MAX = 3
};

struct window {
	const char *start, *end, *mode, *retries;
};

static void fill_windows(struct cwmp_msg *request, struct cwmp_item *items,
    struct cwmp_param (*fields)[4], const struct window *windows)
{
	request->args.items = items;
	for (size_t i = 0; i < WINDOWS_MAX && windows[i].start; i++) {
		const struct cwmp_param row[] = {
			{ STR("WindowStart"), str_of(windows[i].start), STR_NULL },
			{ STR("WindowEnd"), str_of(windows[i].end), STR_NULL },
			{ STR("WindowMode"), str_of(windows[i].mode), STR_NULL },
			{ STR("MaxRetries"), str_of(windows[i].retries), STR_NULL },
		};

		memcpy(fields[i], row, sizeof(row));
		items[i] = (struct cwmp_item){ .fields = fields[i], .len = 4 };
		request->args.n_items++;
	}
}

static void test_time_windows_are_checked(void **state)
{
#define ANY "1 At Any Time"
	static const struct {
		struct window windows[WINDOWS_MAX];
		const char *answer;
	} rows[] = {
		{ { { "0", "1", ANY, "0" } }, "ScheduleDownloadResponse" },
		{ { { "0", "1", "2 Immediately", "-1" },
		      { "1", "2", "3 When Idle", "2147483647" } },
		    "ScheduleDownloadResponse" },
		{ { { "0", "1", "4 Confirmation Needed", "3" } },
		    "ScheduleDownloadResponse" },
		{ { { NULL } }, "9003 Invalid arguments: 0 time windows; one or two "
				"are allowed" },
		{ { { "0", "1", ANY, "0" }, { "1", "2", ANY, "0" },
		      { "2", "3", ANY, "0" } },
		    "9003 Invalid arguments: 3 time windows; one or two are allowed" },
		{ { { "1", "1", ANY, "0" } },
		    "9003 Invalid arguments: a time window ends after it starts" },
		{ { { "x", "1", ANY, "0" } },
		    "9003 Invalid arguments: a time window ends after it starts" },
		{ { { "0", "2", ANY, "0" }, { "1", "3", ANY, "0" } },
		    "9003 Invalid arguments: the time windows overlap" },
		{ { { "0", "1", "5 On Sundays", "0" } },
		    "9003 Invalid arguments: WindowMode \"5 On Sundays\"" },
		{ { { "0", "1", ANY, "-2" } },
		    "9003 Invalid arguments: MaxRetries \"-2\"" },
		{ { { "0", "1", ANY, "2147483648" } },
		    "9003 Invalid arguments: MaxRetries \"2147483648\"" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("hp5920.yaml");
		struct cwmp_item items[WINDOWS_MAX];
		struct cwmp_param fields[WINDOWS_MAX][4];
		struct cwmp_msg request = { .kind = CWMP_REQUEST,
			.method = CWMP_SCHEDULE_DOWNLOAD };

		request.args.file_type = STR(FIRMWARE);
		request.args.url = STR(URL);
		fill_windows(&request, items, fields, rows[i].windows);
		expect(stub, &request, rows[i].windows[0].mode, rows[i].answer);

		assert_int_equal(stub->jobs.len, strncmp(rows[i].answer, "9", 1) != 0);
		stub_free(stub);
	}
}

/* As of any other download. */
static void test_a_scheduled_download_is_checked_as_others(void **state)
{
	static const struct {
		const char *file_type, *url;
		uint32_t file_size;
		const char *answer;
	} rows[] = {
		{ FIRMWARE, URL, 268435456, "ScheduleDownloadResponse" },
		{ FIRMWARE, URL, 268435457,
		    "9004 Resources exceeded: FileSize 268435457 is more than there is "
		    "room for" },
		{ FIRMWARE, "ftp://files.lab/f", 0,
		    "9013 Unsupported protocol for file transfer: URL: \"ftp\" is "
		    "neither http nor https" },
		{ "7 Holiday Photos", URL, 0,
		    "9003 Invalid arguments: FileType \"7 Holiday Photos\"" },
	};
	static const struct window windows[WINDOWS_MAX] = { { "0", "1", ANY, "0" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("hp5920.yaml");
		struct cwmp_item items[WINDOWS_MAX];
		struct cwmp_param fields[WINDOWS_MAX][4];
		struct cwmp_msg request = { .kind = CWMP_REQUEST,
			.method = CWMP_SCHEDULE_DOWNLOAD };

		request.args.file_type = str_of(rows[i].file_type);
		request.args.url = str_of(rows[i].url);
		request.args.file_size = rows[i].file_size;
		fill_windows(&request, items, fields, windows);
		expect(stub, &request, rows[i].url, rows[i].answer);

		assert_int_equal(stub->jobs.len, i == 0);
		stub_free(stub);
	}
}

/* ---- the queue ---------------------------------------------------------------------- */

static void order(struct device_stub *stub, const char *key, const char *answer)
{
	struct cwmp_msg request = { .kind = CWMP_REQUEST, .method = CWMP_DOWNLOAD };

	request.args.command_key = str_of(key);
	request.args.file_type = STR(FIRMWARE);
	request.args.url = STR(URL);
	request.args.file_size = 7;
	request.args.target_file_name = STR("t");
	expect(stub, &request, key, answer);
}

static void ask(struct device_stub *stub, enum cwmp_method method, const char *key,
    const char *answer)
{
	struct cwmp_msg request = { .kind = CWMP_REQUEST, .method = method };

	request.args.command_key = str_of(key);
	expect(stub, &request, cwmp_method_name(method), answer);
}

static void test_queued_transfers_are_listed_and_cancelled(void **state)
{
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	ask(stub, CWMP_GET_QUEUED_TRANSFERS, "", "GetQueuedTransfersResponse");
	order(stub, "a", "Download" OK);
	order(stub, "b", "Download" OK);
	order(stub, "b", "Download" OK);
	job_start(stub->jobs.items[0], STUB_WALL);
	ask(stub, CWMP_GET_QUEUED_TRANSFERS, "",
	    "GetQueuedTransfersResponse a,2; b,1; b,1");
	ask(stub, CWMP_GET_ALL_QUEUED_TRANSFERS, "",
	    "GetAllQueuedTransfersResponse a,2,1," FIRMWARE ",7,t; "
	    "b,1,1," FIRMWARE ",7,t; b,1,1," FIRMWARE ",7,t");
	ask(stub, CWMP_CANCEL_TRANSFER, "c", "9003 Invalid arguments");
	ask(stub, CWMP_CANCEL_TRANSFER, "a",
	    "9021 Cancelation of file transfer not permitted");
	ask(stub, CWMP_CANCEL_TRANSFER, "b", "CancelTransferResponse");
	ask(stub, CWMP_GET_QUEUED_TRANSFERS, "", "GetQueuedTransfersResponse a,2");
	stub_free(stub);
}

static void test_the_queue_has_an_end(void **state)
{
	struct cwmp_msg upload = { .kind = CWMP_REQUEST, .method = CWMP_UPLOAD };
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (int i = 0; i < JOBS_MAX; i++)
		order(stub, "k", "Download" OK);
	order(stub, "k", "9004 Resources exceeded: 16 transfers are queued already");
	upload.args.file_type = STR("2 Vendor Log File");
	upload.args.url = STR(URL);
	expect(stub, &upload, "an upload",
	    "9004 Resources exceeded: 16 transfers are queued already");
	assert_int_equal(stub->jobs.len, JOBS_MAX);
	stub_free(stub);
}

static void test_methods_are_those_of_the_version(void **state)
{
	static const struct {
		enum cwmp_method method;
		enum model_cwmp since;
	} rows[] = {
		{ CWMP_GET_QUEUED_TRANSFERS, MODEL_CWMP_1_0 },
		{ CWMP_GET_ALL_QUEUED_TRANSFERS, MODEL_CWMP_1_1 },
		{ CWMP_CANCEL_TRANSFER, MODEL_CWMP_1_2 },
		{ CWMP_SCHEDULE_DOWNLOAD, MODEL_CWMP_1_2 },
	};
	static const enum cwmp_method deprecated[] = { CWMP_SET_VOUCHERS,
		CWMP_GET_OPTIONS, CWMP_KICKED };
	struct device_stub *stub = stub_new("hp5920.yaml");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) * 5; i++) {
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg reply,
		    request = { .kind = CWMP_REQUEST, .method = rows[i / 5].method };

		stub->model->conduct.cwmp.version = (int)(i % 5);
		(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
		if (reply.fault.code == 9000)
			bodies_keep(request.method, &reply);
		assert_int_equal(reply.fault.code == 9000,
		    (int)(i % 5) < (int)rows[i / 5].since);
	}
	for (size_t i = 0; i < ARRAY_LEN(deprecated); i++)
		ask(stub, deprecated[i], "", "9000 Method not supported");
	stub_free(stub);
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add(&cases, test_downloads_and_uploads_are_checked);
	cases_add(&cases, test_a_url_is_one_that_files_come_from);
	cases_add(&cases, test_an_image_is_told_later_whatever_the_model_says);
	cases_add(&cases, test_time_windows_are_checked);
	cases_add(&cases, test_a_scheduled_download_is_checked_as_others);
	cases_add(&cases, test_queued_transfers_are_listed_and_cancelled);
	cases_add(&cases, test_the_queue_has_an_end);
	cases_add(&cases, test_methods_are_those_of_the_version);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
