/* agents/cpe/session: what a CPE asks its ACS, and transfers that a session waits for, as
 * conversations in text (session_play.h). */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/session_play.h"

enum {
	TURNS_MAX = 12
};

#define WAY_3 "DownloadResponse 1 #77"

struct untold { /* a job that is over before the session begins */
	enum job_kind kind;
	const char *key;
	uint32_t fault;
};

static const struct scene {
	const char *name;
	int told; /* enum model_told */
	struct untold untold[3];
	struct turn turns[TURNS_MAX];
	size_t jobs_left;
	size_t events_left;
} scenes[] = {
	{ "what the CPE asks goes before its empty POST", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" }, { "200 |told 2", "empty" },
		{ "204", "close" } },
	    0, 0 },
	{ "one after the other, in their order", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "a", 0 }, { JOB_UPLOAD, "b", 9011 },
		{ JOB_ASK_METHODS, NULL, 0 } },
	    { { "200 |informed", "TransferComplete #2 a" },
		{ "200 |told 2", "TransferComplete #3 b 9011" },
		{ "200 |told 3", "GetRPCMethods #4" }, { "200 |methods 4", "empty" },
		{ "204", "close" } },
	    0, 0 },
	{ "RequestDownload and AutonomousTransferComplete", MODEL_TOLD_LATER,
	    { { JOB_ASK_DOWNLOAD, NULL, 0 }, { JOB_OWN_TRANSFER, NULL, 0 } },
	    { { "200 |informed", "RequestDownload #2" },
		{ "200 |requested 2", "AutonomousTransferComplete #3" },
		{ "200 |told-own 3", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "an ACS that holds requests gets none", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed+hold", "empty" },
		{ "200 |get+hold InternetGatewayDevice.DeviceInfo.UpTime", NULL },
		{ "204", "TransferComplete #2 k" }, { "200 |told 2", "empty" },
		{ "204", "close" } },
	    0, 0 },
	{ "an ACS that holds them after the first one", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "a", 0 }, { JOB_DOWNLOAD, "b", 0 } },
	    { { "200 |informed", "TransferComplete #2 a" },
		{ "200 |told+hold 2", "empty" }, { "204", "TransferComplete #3 b" },
		{ "200 |told 3", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "8005 asks for the same again", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |fault 8005", "TransferComplete #2 k" },
		{ "200 |told 2", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "8005 for ever", MODEL_TOLD_LATER, { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |fault 8005", "TransferComplete #2 k" },
		{ "200 |fault 8005", "TransferComplete #2 k" },
		{ "200 |fault 8005", "TransferComplete #2 k" },
		{ "200 |fault 8005", "TransferComplete #2 k" },
		{ "200 |fault 8005", "abort CWMP: TransferComplete is refused: fault "
				     "8005 Retry request" } },
	    1, 2 },
	{ "another fault is an answer", MODEL_TOLD_LATER, { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |fault 8002", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "an ACS that asks instead of answering", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |get X", "abort CWMP: the ACS asks GetParameterValues before it "
				"has answered the TransferComplete" } },
	    1, 2 },
	{ "an ACS that says nothing", MODEL_TOLD_LATER, { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "204",
		    "abort CWMP: an empty response answers the TransferComplete" } },
	    1, 2 },
	{ "the answer to another request", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |told 7", "abort CWMP: TransferCompleteResponse answers "
				 "TransferComplete 2" } },
	    1, 2 },
	{ "the answer to a request of another kind", MODEL_TOLD_LATER,
	    { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" },
		{ "200 |told-own 2", "abort CWMP: AutonomousTransferCompleteResponse "
				     "answers TransferComplete 2" } },
	    1, 2 },
	{ "what is told cannot be kept", MODEL_TOLD_LATER, { { JOB_DOWNLOAD, "k", 0 } },
	    { { "200 |informed", "TransferComplete #2 k" }, { "!full", NULL },
		{ "200 |told 2", "abort CWMP: what this session changes cannot be "
				 "kept: its file takes no more" } },
	    0, 0 },
	{ "an order that cannot be kept is not acknowledged", MODEL_TOLD_LATER,
	    { { 0 } },
	    { { "200 |informed", "empty" }, { "!full", NULL },
		{ "200 |download k", "abort CWMP: what this session changes cannot be "
				     "kept: its file takes no more" } },
	    0, 0 },
	{ "the first way: the response waits", MODEL_TOLD_BY_RESPONSE, { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |download k", "waits" },
		{ "!done", "DownloadResponse 0 #77" }, { "204", "close" } },
	    0, 0 },
	{ "the first way, which fails", MODEL_TOLD_BY_RESPONSE, { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |download k", "waits" },
		{ "!fault 9016", "fault 9016" }, { "204", "close" } },
	    0, 0 },
	{ "the first way: a download, no transfer", MODEL_TOLD_BY_RESPONSE, { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |download k", "waits" },
		{ "!fault 9010", "fault 9010" }, { "204", "close" } },
	    0, 0 },
	{ "the first way: a download, no credentials", MODEL_TOLD_BY_RESPONSE,
	    { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |download k", "waits" },
		{ "!fault 9012", "fault 9012" }, { "204", "close" } },
	    0, 0 },
	{ "the first way: an upload, no upload", MODEL_TOLD_BY_RESPONSE, { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |upload k", "waits" },
		{ "!fault 9011", "fault 9011" }, { "204", "close" } },
	    0, 0 },
	{ "the first way: an upload, no credentials", MODEL_TOLD_BY_RESPONSE, { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |upload k", "waits" },
		{ "!fault 9012", "fault 9012" }, { "204", "close" } },
	    0, 0 },
	{ "the first way is none for what is delayed", MODEL_TOLD_BY_RESPONSE,
	    { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |later k", WAY_3 },
		{ "204", "close" } },
	    1, 0 },
	{ "the second way: by a request of the same session", MODEL_TOLD_IN_SESSION,
	    { { 0 } },
	    { { "200 |informed+hold", "empty" }, { "200 |download+hold k", WAY_3 },
		{ "204", "waits" }, { "!done", "TransferComplete #2 k" },
		{ "200 |told 2", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "the second way, which fails", MODEL_TOLD_IN_SESSION, { { 0 } },
	    { { "200 |informed+hold", "empty" }, { "200 |download+hold k", WAY_3 },
		{ "204", "waits" }, { "!fault 9018", "TransferComplete #2 k 9018" },
		{ "200 |told 2", "empty" }, { "204", "close" } },
	    0, 0 },
	{ "the second way is none once the empty POST was sent", MODEL_TOLD_IN_SESSION,
	    { { 0 } },
	    { { "200 |informed", "empty" }, { "200 |download k", WAY_3 },
		{ "204", "close" } },
	    1, 0 },
	{ "the second way is none for what is delayed", MODEL_TOLD_IN_SESSION,
	    { { 0 } },
	    { { "200 |informed+hold", "empty" }, { "200 |later+hold k", WAY_3 },
		{ "204", "empty" }, { "204", "close" } },
	    1, 0 },
	{ "the third way: in a later session", MODEL_TOLD_LATER, { { 0 } },
	    { { "200 |informed+hold", "empty" }, { "200 |download+hold k", WAY_3 },
		{ "204", "empty" }, { "204", "close" } },
	    1, 0 },
};

/* Jobs that are over, with the events that tell of them. */
static void add_untold(struct play *play, const struct untold *untold)
{
	const struct job_order order = {
		.kind = untold->kind,
		.texts = { [JOB_COMMAND_KEY] = str_of(untold->key),
		    [JOB_URL] = STR("http://files.lab/f") },
	};
	struct job_operation operation = { .is_done = true };
	struct job *job;

	assert_int_equal(jobs_add(&play->stub->jobs, &order, &job), 0);
	if (job_is_change(job))
		assert_int_equal(job_add_operation(job, 0, &operation), 0);
	job->is_announced = true;
	if (job_is_transfer(job) || job_is_change(job))
		job_finish(job, STUB_WALL, untold->fault, STR_NULL);
	if (job_event(job) != CWMP_EVENT_CODES)
		assert_int_equal(event_queue_add(&play->events, job_event(job),
				     STR_NULL),
		    0);
	if (job_m_event(job) != CWMP_EVENT_CODES)
		assert_int_equal(event_queue_add(&play->events, job_m_event(job),
				     job_text(job, JOB_COMMAND_KEY)),
		    0);
}

static void play_scene(struct play *play, const struct scene *scene)
{
	*play = (struct play){ .stub = stub_new("hp5920.yaml") };
	play->stub->model->conduct.transfers.told = scene->told;
	for (size_t i = 0; i < ARRAY_LEN(scene->untold); i++) {
		const struct untold *untold = &scene->untold[i];

		if (untold->kind != JOB_DOWNLOAD || untold->key)
			add_untold(play, untold);
	}
	play_inform(play, "", 0);
	play_turns(play, scene->name, scene->turns);
}

static void a_conversation_goes_as_told(void **state)
{
	const struct scene *scene = *state;
	struct play play;

	play_scene(&play, scene);
	cpe_session_free(steal_ptr(&play.session));

	if (play.stub->jobs.len != scene->jobs_left ||
	    play.events.len != scene->events_left)
		fail_msg("%s: %u jobs and %u events are left", scene->name,
		    play.stub->jobs.len, play.events.len);
	play_end(&play);
}

/* ---- what an ACS refuses ------------------------------------------------------------- */

/* What a CPE asks of an ACS, and each fault that answers it there. */
static const struct asking {
	const char *method;
	struct untold untold;
} askings[] = {
	{ "Inform", { JOB_DOWNLOAD, NULL, 0 } }, /* nothing beside it */
	{ "TransferComplete", { JOB_DOWNLOAD, "k", 0 } },
	{ "AutonomousTransferComplete", { JOB_OWN_TRANSFER, NULL, 0 } },
	{ "RequestDownload", { JOB_ASK_DOWNLOAD, NULL, 0 } },
	{ "GetRPCMethods", { JOB_ASK_METHODS, NULL, 0 } },
};

/* The standard ones, and the first and the last of a vendor's. */
static const uint16_t refusals[] = { 8000, 8001, 8002, 8003, 8004, 8005, 8006, 8800,
	8899 };

static struct refusal {
	char name[48];
	const struct asking *asking;
	uint16_t code;
} refused[ARRAY_LEN(askings) * ARRAY_LEN(refusals)];

/* 8005 asks for the same again; any other fault is the end of a session by its Inform, and an
 * answer to everything else, which is not asked again. */
static void a_refusal_is_taken(void **state)
{
	const struct refusal *row = *state;
	bool is_inform = strcmp(row->asking->method, "Inform") == 0;
	struct play play = { .stub = stub_new("hp5920.yaml") };
	auto_buf fault = BUF_NULL, first = BUF_NULL;

	buf_printf(&fault, "200 |fault %u", row->code);
	if (!is_inform)
		add_untold(&play, &row->asking->untold);
	play_inform(&play, "", 0);
	if (!is_inform)
		answer(&play, "200 |informed");
	buf_append_str(&first, buf_str(&play.told));
	assert_int_equal(strncmp(buf_cstr(&first), row->asking->method,
			     strlen(row->asking->method)),
	    0);

	answer(&play, buf_cstr(&fault));
	if (row->code == 8005) {
		assert_string_equal(buf_cstr(&play.told), buf_cstr(&first));
	} else if (is_inform) {
		buf_reset(&fault);
		buf_printf(&fault, "abort CWMP: the Inform is refused: fault %u %s",
		    row->code, cwmp_fault_text(row->code));
		assert_string_equal(buf_cstr(&play.told), buf_cstr(&fault));
	} else {
		assert_string_equal(buf_cstr(&play.told), "empty");
		assert_int_equal(play.stub->jobs.len, 0);
		answer(&play, "204");
		assert_string_equal(buf_cstr(&play.told), "close");
	}
	play_end(&play);
}

static void add_refusals(struct cases *cases)
{
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		struct refusal *row = &refused[i];

		row->asking = &askings[i / ARRAY_LEN(refusals)];
		row->code = refusals[i % ARRAY_LEN(refusals)];
		(void)snprintf(row->name, sizeof(row->name), "%s answered %u",
		    row->asking->method, row->code);
		cases_add_named(cases, row->name, a_refusal_is_taken, row);
	}
}

/* ---- versions ----------------------------------------------------------------------- */

static void read_request(const struct play *play, struct arena *arena,
    struct cwmp_msg *ret)
{
	struct str body = str_from(buf_str(&play->request),
	    play->request.len - play->head.content_length);
	struct error err = ERROR_NULL;

	if (cwmp_read(ret, arena, body.p, body.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
}

static void test_an_inform_offers_what_its_version_has(void **state)
{
	static const struct {
		enum model_cwmp version;
		enum cwmp_ns ns;
		bool has_timeout;
		const char *versions;
	} rows[] = {
		{ MODEL_CWMP_1_0, CWMP_NS_1_0, false, NULL },
		{ MODEL_CWMP_1_1, CWMP_NS_1_1, false, NULL },
		{ MODEL_CWMP_1_2, CWMP_NS_1_2, false, NULL },
		{ MODEL_CWMP_1_3, CWMP_NS_1_2, true, NULL },
		{ MODEL_CWMP_1_4, CWMP_NS_1_2, true, "1.0,1.1,1.2,1.3,1.4" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct play play = { .stub = stub_new("hp5920.yaml") };
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg msg;

		play.stub->model->conduct.cwmp.version = (int)rows[i].version;
		play_inform(&play, "", 0);
		read_request(&play, &arena, &msg);

		assert_int_equal(msg.ns, rows[i].ns);
		assert_int_equal(msg.header.has_session_timeout, rows[i].has_timeout);
		assert_int_equal(msg.header.session_timeout,
		    rows[i].has_timeout ? SESSION_TIMEOUT_S : 0);
		assert_true(
		    str_eq(msg.header.supported_versions, str_of(rows[i].versions)));
		play_end(&play);
	}
}

/* An InformResponse in a namespace, which picks a version. */
static void pick(struct play *play, enum cwmp_ns ns, const char *version)
{
	auto_buf text = BUF_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg = { .kind = CWMP_RESPONSE,
		.method = CWMP_INFORM,
		.ns = ns,
		.header = { .use_version = str_of(version) } };

	msg.args.max_envelopes = 1;
	buf_append_text(&text, "200 |");
	assert_int_equal(cwmp_write(&text, &msg, &err), 0);
	answer(play, buf_cstr(&text));
}

static void test_the_acs_picks_a_version_that_was_offered(void **state)
{
	static const struct {
		enum model_cwmp version;
		enum cwmp_ns answered; /* by the ACS */
		const char *picked, *next;
		enum cwmp_ns ns; /* of what the CPE says then */
	} rows[] = {
		{ MODEL_CWMP_1_4, CWMP_NS_1_2, "1.4", "GetRPCMethods #2", CWMP_NS_1_2 },
		{ MODEL_CWMP_1_4, CWMP_NS_1_2, "1.1", "GetRPCMethods #2", CWMP_NS_1_1 },
		{ MODEL_CWMP_1_4, CWMP_NS_1_0, "1.0", "GetRPCMethods #2", CWMP_NS_1_0 },
		{ MODEL_CWMP_1_4, CWMP_NS_1_2, NULL, "GetRPCMethods #2", CWMP_NS_1_2 },
		{ MODEL_CWMP_1_4, CWMP_NS_1_1, NULL, "GetRPCMethods #2", CWMP_NS_1_1 },
		{ MODEL_CWMP_1_4, CWMP_NS_1_2, "1.5",
		    "abort CWMP: the ACS picks CWMP 1.5, which was not offered",
		    CWMP_NS_UNKNOWN },
		/* Nothing was offered, so nothing is picked. */
		{ MODEL_CWMP_1_2, CWMP_NS_1_2, "1.0", "GetRPCMethods #2", CWMP_NS_1_2 },
		/* The older one of the two, whoever speaks it. */
		{ MODEL_CWMP_1_2, CWMP_NS_1_0, NULL, "GetRPCMethods #2", CWMP_NS_1_0 },
		{ MODEL_CWMP_1_1, CWMP_NS_1_2, NULL, "GetRPCMethods #2", CWMP_NS_1_1 },
		{ MODEL_CWMP_1_0, CWMP_NS_1_2, NULL, "GetRPCMethods #2", CWMP_NS_1_0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct play play = { .stub = stub_new("hp5920.yaml") };
		const struct untold methods = { JOB_ASK_METHODS, NULL, 0 };
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg msg;

		play.stub->model->conduct.cwmp.version = (int)rows[i].version;
		add_untold(&play, &methods);
		play_inform(&play, "", 0);
		pick(&play, rows[i].answered, rows[i].picked);

		assert_string_equal(buf_cstr(&play.told), rows[i].next);
		if (rows[i].ns != CWMP_NS_UNKNOWN) {
			read_request(&play, &arena, &msg);
			assert_int_equal(msg.ns, rows[i].ns);
		}
		play_end(&play);
	}
}

/* By the version that the ACS has answered in, and which way the file goes. */
static void test_a_transfer_is_told_with_a_fault_of_the_version(void **state)
{
	static const struct {
		enum cwmp_ns answered;
		struct untold untold;
		const char *next;
	} rows[] = {
		{ CWMP_NS_1_0, { JOB_DOWNLOAD, "k", 9016 },
		    "TransferComplete #2 k 9010" },
		{ CWMP_NS_1_0, { JOB_UPLOAD, "k", 9015 },
		    "TransferComplete #2 k 9011" },
		{ CWMP_NS_1_1, { JOB_OWN_UPLOAD, NULL, 9020 },
		    "AutonomousTransferComplete #2 9011" },
		{ CWMP_NS_1_0, { JOB_UPLOAD, "k", 9012 },
		    "TransferComplete #2 k 9012" },
		{ CWMP_NS_1_1, { JOB_DOWNLOAD, "k", 9016 },
		    "TransferComplete #2 k 9016" },
		{ CWMP_NS_1_1, { JOB_SCHEDULED_DOWNLOAD, "k", 9020 },
		    "TransferComplete #2 k 9010" },
		{ CWMP_NS_1_2, { JOB_SCHEDULED_DOWNLOAD, "k", 9020 },
		    "TransferComplete #2 k 9020" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct play play = { .stub = stub_new("hp5920.yaml") };

		add_untold(&play, &rows[i].untold);
		play_inform(&play, "", 0);
		pick(&play, rows[i].answered, NULL);
		assert_string_equal(buf_cstr(&play.told), rows[i].next);
		play_end(&play);
	}
}

/* What its version has no RPC for is let go, so that nobody informs of it for ever. */
static void test_an_acs_is_told_what_its_version_knows(void **state)
{
	static const struct {
		enum cwmp_ns answered;
		enum job_kind kind;
		const char *next;
	} rows[] = {
		{ CWMP_NS_1_0, JOB_OWN_TRANSFER, "TransferComplete #2 k" },
		{ CWMP_NS_1_1, JOB_OWN_TRANSFER, "AutonomousTransferComplete #2" },
		{ CWMP_NS_1_0, JOB_CHANGE, "TransferComplete #2 k" },
		{ CWMP_NS_1_1, JOB_CHANGE, "TransferComplete #2 k" },
		{ CWMP_NS_1_2, JOB_CHANGE, "DUStateChangeComplete #2 k" },
		{ CWMP_NS_1_1, JOB_OWN_CHANGE, "TransferComplete #2 k" },
		{ CWMP_NS_1_2, JOB_OWN_CHANGE, "AutonomousDUStateChangeComplete #2" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct untold first = { rows[i].kind,
			rows[i].kind == JOB_CHANGE ? "k" : NULL, 0 };
		const struct untold then = { JOB_DOWNLOAD, "k", 0 };
		struct play play = { .stub = stub_new("hp5920.yaml") };

		add_untold(&play, &first);
		add_untold(&play, &then);
		play_inform(&play, "", 0);
		pick(&play, rows[i].answered, NULL);
		assert_string_equal(buf_cstr(&play.told), rows[i].next);
		assert_int_equal(play.stub->jobs.len,
		    strstr(rows[i].next, "TransferComplete #2 k") == rows[i].next ? 1
										  : 2);
		play_end(&play);
	}
}

static void test_an_order_is_answered_with_a_fault_of_the_version(void **state)
{
	struct play play = { .stub = stub_new("hp5920.yaml") };

	(void)state;
	play.stub->model->conduct.cwmp.version = MODEL_CWMP_1_0;
	play.stub->model->conduct.transfers.told = MODEL_TOLD_BY_RESPONSE;
	play_inform(&play, "", 0);
	pick(&play, CWMP_NS_1_0, NULL);
	answer(&play, "200 |upload k");
	answer(&play, "!fault 9015");
	assert_string_equal(buf_cstr(&play.told), "fault 9011");
	play_end(&play);
}

static void test_the_xml_declaration_is_the_models_to_leave_out(void **state)
{
	(void)state;
	for (int leaves = 0; leaves <= 1; leaves++) {
		struct play play = { .stub = stub_new("hp5920.yaml") };

		play.stub->model->conduct.cwmp.has_xml_declaration = !leaves;
		play_inform(&play, "", 0);

		assert_string_equal(buf_cstr(&play.told), "Inform");
		assert_int_equal(str_find(buf_str(&play.request), STR("<?xml"), NULL),
		    !leaves);
		play_end(&play);
	}
}

static void test_a_transfer_is_told_with_its_times(void **state)
{
	struct play play = { .stub = stub_new("hp5920.yaml") };
	auto_arena arena = ARENA_NULL;
	const struct job_order order = { .kind = JOB_DOWNLOAD,
		.texts = { [JOB_COMMAND_KEY] = STR("k<&>") } };
	struct cwmp_msg msg;
	struct job *job;

	(void)state;
	assert_int_equal(jobs_add(&play.stub->jobs, &order, &job), 0);
	job->is_announced = true;
	job_start(job, STUB_WALL);
	job_finish(job, STUB_WALL + 5 * NS_PER_S, 9010, STR("a <b>"));
	play_inform(&play, "", 0);
	answer(&play, "200 |informed");
	read_request(&play, &arena, &msg);

	assert_true(str_is(msg.args.command_key, "k<&>"));
	assert_int_equal(msg.args.fault_code, 9010);
	assert_true(str_is(msg.args.fault_text, "a <b>"));
	assert_true(str_is(msg.args.start_time, "2023-11-14T22:13:20Z"));
	assert_true(str_is(msg.args.complete_time, "2023-11-14T22:13:25Z"));
	play_end(&play);
}

/* Runs behind the others: each move that the table allows is made by a conversation here or in
 * test_cpe_session.c. */
static void test_each_state_has_a_name(void **state)
{
	(void)state;
	for (int i = 0; i < SESSION_STATES; i++)
		assert_true(cpe_session_state_name((enum session_state)i)[0] != '\0');
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_conversation_goes_as_told, scenes);
	add_refusals(&cases);
	cases_add(&cases, test_an_inform_offers_what_its_version_has);
	cases_add(&cases, test_the_acs_picks_a_version_that_was_offered);
	cases_add(&cases, test_a_transfer_is_told_with_a_fault_of_the_version);
	cases_add(&cases, test_an_acs_is_told_what_its_version_knows);
	cases_add(&cases, test_an_order_is_answered_with_a_fault_of_the_version);
	cases_add(&cases, test_the_xml_declaration_is_the_models_to_leave_out);
	cases_add(&cases, test_a_transfer_is_told_with_its_times);
	cases_add(&cases, test_each_state_has_a_name);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
