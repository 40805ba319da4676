/* Each sequence that comes with the program, played by one side against our other side: a CPE with
 * its life and an ACS in one process. */
#include "tests/unit/acs/stage.h"

#include "agents/acs/scene/scene_files.h"

enum {
	WITH_MAX = 4
};

#define DOWNLOAD "Download.url=http://files.lab/2.0.bin"
#define INSTALL \
	"ChangeDUState.operations=[{do: install, url: \"http://files.lab/meter.du\"}]"
#define OWN_FILE "AutonomousTransferComplete.url=http://files.lab/page"
#define OWN_UNIT "AutonomousDUStateChangeComplete.url=http://files.lab/meter.du"
#define ON_BOOTSTRAP(steps)         \
	"rules:\n"                  \
	"  - on: [0 BOOTSTRAP]\n"   \
	"    unless: {tag: done}\n" \
	"    steps:\n"              \
	"      - tag: done\n" steps

static const struct row {
	const char *sequence;
	const char *model;
	const char
	    *with[WITH_MAX]; /* of an ACS that plays; null: it goes by the policy */
	bool acs_plays, cpe_plays;
	const char *policy;
	bool is_called; /* after its first session */
	const char *words;
} rows[] = {
	/* The ACS plays. */
	{ "acs-migration", "hp5920", { "new_url=http://acs2.lab:7547/cwmp" },
	    .acs_plays = true,
	    .words = "acs-migration: the path is walked: 8 messages in 1 session" },
	{ "autonomous", "gateway-181", { NULL }, .acs_plays = true, .cpe_plays = true,
	    .words = "autonomous: the path is walked: 16 messages in 3 sessions" },
	{ "bootstrap", "hp5920", { NULL }, .acs_plays = true,
	    .words = "bootstrap: the path is walked: 4 messages in 1 session" },
	{ "connection-request", "hp5920", { NULL }, .acs_plays = true,
	    .words =
		"connection-request: the path is walked: 8 messages in 2 sessions" },
	{ "diagnostics", "gateway-181", { NULL }, .acs_plays = true,
	    .words = "diagnostics: the path is walked: 12 messages in 2 sessions" },
	{ "diagnostics", "gateway-098", { NULL }, .acs_plays = true,
	    .words = "diagnostics: the path is walked: 12 messages in 2 sessions" },
	{ "factory-reset", "hp5920", { NULL }, .acs_plays = true,
	    .words = "factory-reset: the path is walked: 10 messages in 2 sessions" },
	{ "firmware-download", "hp5920", { DOWNLOAD }, .acs_plays = true,
	    .words =
		"firmware-download: the path is walked: 12 messages in 2 sessions" },
	{ "periodic", "hp5920", { NULL }, .acs_plays = true,
	    .words = "periodic: the path is walked: 12 messages in 3 sessions" },
	{ "scheduled-inform", "hp5920", { NULL }, .acs_plays = true,
	    .words =
		"scheduled-inform: the path is walked: 10 messages in 2 sessions" },
	{ "software-modules", "gateway-181", { INSTALL }, .acs_plays = true,
	    .words =
		"software-modules: the path is walked: 12 messages in 2 sessions" },
	/* The CPE plays. */
	{ "acs-migration", "hp5920", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP("      - get: [ManagementServer.URL]\n"
				   "      - set: {ManagementServer.URL: "
				   "\"http://acs2.lab:7547/cwmp\"}\n"),
	    .words = "acs-migration: the path is walked: 12 messages in 2 sessions" },
	{ "autonomous", "gateway-181", .cpe_plays = true,
	    .words = "autonomous: the path is walked: 16 messages in 3 sessions" },
	{ "bootstrap", "hp5920", .cpe_plays = true,
	    .words = "bootstrap: the path is walked: 4 messages in 1 session" },
	{ "connection-request", "hp5920", .cpe_plays = true, .is_called = true,
	    .words =
		"connection-request: the path is walked: 8 messages in 2 sessions" },
	{ "diagnostics", "gateway-181", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP(
		"      - set: {IP.Diagnostics.IPPing.Host: h, "
		"IP.Diagnostics.IPPing.DiagnosticsState: Requested}\n") "  - on: [8 "
									"DIAGNOSTICS "
									"COMPLETE]\n"
									"    steps:\n"
									"      - get: "
									"[IP."
									"Diagnostics."
									"IPPing.]\n",
	    .words = "diagnostics: the path is walked: 12 messages in 2 sessions" },
	{ "factory-reset", "hp5920", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP("      - rpc: FactoryReset\n"),
	    .words = "factory-reset: the path is walked: 10 messages in 2 sessions" },
	{ "firmware-download", "hp5920", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP(
		"      - {rpc: Download, file-type: 1 Firmware Upgrade Image, "
		"url: \"http://files.lab/2.0.bin\", command-key: k}\n"),
	    .words =
		"firmware-download: the path is walked: 12 messages in 2 sessions" },
	{ "periodic", "hp5920", .cpe_plays = true,
	    .words = "periodic: the path is walked: 12 messages in 3 sessions" },
	{ "scheduled-inform", "hp5920", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP(
		"      - {rpc: ScheduleInform, delay: 5s, command-key: k}\n"),
	    .words =
		"scheduled-inform: the path is walked: 10 messages in 2 sessions" },
	{ "software-modules", "gateway-181", .cpe_plays = true,
	    .policy = ON_BOOTSTRAP(
		"      - {rpc: ChangeDUState, command-key: k, operations: [{do: install, "
		"url: \"http://files.lab/meter.du\"}]}\n"),
	    .words =
		"software-modules: the path is walked: 12 messages in 2 sessions" },
	/* The other side leaves. */
	{ "firmware-download", "hp5920", { DOWNLOAD, "Download.file-type=9 Nothing" },
	    .acs_plays = true,
	    .words =
		"firmware-download: the CPE left the path at step 3 (POST "
		"DownloadResponse), message 5: Fault 9003 Invalid arguments: FileType "
		"\"9 Nothing\" in the place of DownloadResponse" },
	{ "diagnostics", "hp5920",
	    { "SetParameterValues.values={Nope.DiagnosticsState: Requested}" },
	    .acs_plays = true,
	    .words = "diagnostics: the CPE left the path at step 3 (POST "
		     "SetParameterValuesResponse), message 5: Fault 9003 Invalid "
		     "arguments in the place of SetParameterValuesResponse" },
	{ "firmware-download", "hp5920", .cpe_plays = true,
	    .words =
		"firmware-download: the ACS left the path at step 2 (200 Download), "
		"message 4: the session is over without Download" },
	{ "connection-request", "hp5920", .cpe_plays = true,
	    .words =
		"connection-request: the ACS left the path at step 1 (GET, answered "
		"200 or 204), message 40: it has not come for 600.0 s; "
		"message 37 was Inform with 2 PERIODIC" },
};

static size_t count(const char *const with[WITH_MAX])
{
	size_t n = 0;

	while (n < WITH_MAX && with[n])
		n++;
	return n;
}

static void open_acs_scene(const struct row *row)
{
	const struct acs_scene_config config = {
		.settings = &stage->acs_settings,
		.url = "http://acs1.lab:7547/cwmp",
	};
	struct error err = ERROR_NULL;

	stage->acs_settings =
	    stage_settings((const char **)(uintptr_t)row->with, count(row->with));
	if (acs_scene_new(&stage->acs_scene, &config, stage->now, &err) < 0)
		fail_msg("%s", err.text);
	scene_begin(stage->acs_scene->scene);
}

static void open_cpe_scene(void)
{
	static const char *own[] = { OWN_FILE, OWN_UNIT };
	bool is_own = strstr(stage->path, "autonomous");
	struct error err = ERROR_NULL;

	stage->cpe_settings = stage_settings(own, is_own ? 2 : 0);
	if (cpe_scene_new(&stage->cpe_scene, &stage->fleet, &stage->cpe_settings, NULL,
		NULL, &err) < 0)
		fail_msg("%s", err.text);
	scene_begin(stage->cpe_scene->scene);
}

static void check_side(const struct row *row, const char *side,
    const struct scene *scene)
{
	auto_buf words = BUF_NULL;

	scene_put_words(scene, &words);
	if (strcmp(buf_cstr(&words), row->words) != 0)
		fail_msg("%s of the %s:\n%s\n%s", row->sequence, side, buf_cstr(&words),
		    row->words);
}

static void run_row(const struct row *row)
{
	stage_begin(row->sequence);
	if (row->acs_plays)
		open_acs_scene(row);
	stage_open_acs(&stage->acs[0], "http://acs1.lab:7547/cwmp", row->policy);
	stage_open_acs(&stage->acs[1], "http://acs2.lab:7547/cwmp", NULL);
	stage_open_cpe(row->model);
	if (row->cpe_plays)
		open_cpe_scene();
	if (row->is_called) {
		cpe_boot_in(&stage->cpe, 0);
		for (int i = 0; i < 10 && !stage->cpe.has_talked; i++)
			stage_turn();
		cpe_called(&stage->cpe);
		for (int i = 0; i < STAGE_TURNS_MAX && !stage_is_over(); i++)
			stage_turn();
	} else {
		stage_run();
	}
	if (row->acs_plays)
		check_side(row, "ACS", stage->acs_scene->scene);
	if (row->cpe_plays)
		check_side(row, "CPE", stage->cpe_scene->scene);
	stage_end();
}

static void test_each_sequence_drives_one_side(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		run_row(&rows[i]);
}

/* ---- what cannot be played ---------------------------------------------------------------- */

static const struct wrong {
	const char *sequence;
	bool is_cpe;
	const char *with;  /* null: none */
	const char *words; /* in the complaint */
} wrongs[] = {
	{ "acs-migration", false, NULL,
	    "acs-migration.yaml:18:5: error: SetParameterValues wants \"values\"" },
	{ "acs-migration", false, NULL, "--with new_url=VALUE says it" },
	{ "firmware-download", false, NULL, "Download wants \"url\" or \"file\"" },
	{ "software-modules", false, NULL, "ChangeDUState wants \"operations\"" },
	{ "bootstrap", false, "x=1", "--with x: the ACS of bootstrap takes nothing" },
	{ "firmware-download", false, "Reboot.command-key=k",
	    "the ACS of firmware-download takes key, Download.KEY (file-type!" },
	{ "firmware-download", false, "Download",
	    "--with \"Download\" wants NAME=VALUE" },
	{ "firmware-download", false, "=x", "--with \"\" wants NAME=VALUE" },
	{ "autonomous", true, OWN_FILE, "has no deployment units" },
	{ "autonomous", true, NULL,
	    "autonomous.yaml:5:5: error: which file is the CPE" },
	{ "bootstrap", true, "key=1",
	    "--with key: a CPE takes AutonomousTransferComplete.url" },
	{ "no-such", false, NULL, "no-such.yaml: error: cannot be opened" },
};

static void check_wrong(const struct wrong *wrong)
{
	const char *with[] = { wrong->with };
	const struct scene_settings settings =
	    stage_settings(with, wrong->with != NULL);
	const struct acs_scene_config config = { .settings = &settings,
		.url = "http://acs1.lab:7547/cwmp" };
	struct error err = ERROR_NULL;
	int r;

	if (wrong->is_cpe)
		r = cpe_scene_new(&stage->cpe_scene, &stage->fleet, &settings, NULL,
		    NULL, &err);
	else
		r = acs_scene_new(&stage->acs_scene, &config, stage->now, &err);
	assert_true(r == ERR_CONFIG || r == ERR_USAGE);
	if (!strstr(err.text, wrong->words))
		fail_msg("%s %s: %s", wrong->sequence, wrong->with, err.text);
}

static void test_what_cannot_be_played_is_told(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(wrongs); i++) {
		stage_begin(wrongs[i].sequence);
		stage_open_acs(&stage->acs[0], "http://acs1.lab:7547/cwmp", NULL);
		stage_open_acs(&stage->acs[1], "http://acs2.lab:7547/cwmp", NULL);
		stage_open_cpe("hp5920");
		check_wrong(&wrongs[i]);
		stage_end();
	}
}

/* ---- files that are to be given ----------------------------------------------------------- */

static bool has_file(void *user, struct str file)
{
	(void)user;
	return str_is(file, "2.0.bin") || str_is(file, "meter.du");
}

static void test_a_file_that_is_not_there_is_told_before_the_play(void **state)
{
	static const struct {
		const char *with, *words; /* null: none */
	} rows_[] = {
		{ "Download.file=2.0.bin", NULL },
		{ "Download.file=$image", NULL },
		{ "Download.url=http://files.lab/nix", NULL },
		{ "Upload.file=nix", NULL },
		{ "key=nix", NULL },
		{ "ChangeDUState.operations=[{do: install, file: meter.du}, {do: uninstall}]",
		    NULL },
		{ "Download.file=nix",
		    "--with Download.file: the ACS serves no file \"nix\" (--files FOLDER "
		    "says from where)" },
		{ "ScheduleDownload.file=nix",
		    "--with ScheduleDownload.file: the ACS serves no file \"nix\" (--files "
		    "FOLDER says from where)" },
		{ "ChangeDUState.operations=[{do: install, file: meter.du}, {do: update, "
		  "file: nix}]",
		    "--with ChangeDUState.operations: the ACS serves no file \"nix\" "
		    "(--files FOLDER says from where)" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows_); i++) {
		const char *with[] = { "key=k", rows_[i].with };
		const struct scene_settings settings = { .with = { with, 2 } };
		struct error err = ERROR_NULL;

		assert_int_equal(scene_files_check(&settings, has_file, NULL, &err),
		    rows_[i].words ? ERR_USAGE : 0);
		assert_string_equal(err.text, rows_[i].words ? rows_[i].words : "");
	}
}

/* ---- who plays ------------------------------------------------------------------------------ */

/* Others inform, are asked nothing and hold nothing. */
static void test_only_the_first_cpe_plays(void **state)
{
	struct acs_scene_config config = { .url = "http://acs1.lab:7547/cwmp" };
	struct cwmp_event boot = { STR("1 BOOT"), STR("") };
	struct cwmp_msg inform = { .kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.inform = { .events = &boot, .n_events = 1 } };
	const struct cwmp_msg answer = { .kind = CWMP_RESPONSE, .method = CWMP_INFORM };
	auto_arena arena = ARENA_NULL;
	const struct acs_rpc_context context = { .arena = &arena,
		.root = "InternetGatewayDevice." };
	struct cwmp_msg request = { .kind = CWMP_REQUEST };
	struct error err = ERROR_NULL;
	static const char *const ids[] = { "first", "second" };
	struct acs_scene *scene;

	(void)state;
	stage_begin("factory-reset");
	stage->acs_settings = stage_settings(NULL, 0);
	config.settings = &stage->acs_settings;
	assert_int_equal(acs_scene_new(&scene, &config, 0, &err), 0);
	scene_begin(scene->scene);
	for (size_t i = 0; i < ARRAY_LEN(ids); i++) {
		acs_scene_saw(scene, ids[i], false, &inform, 0);
		acs_scene_saw(scene, ids[i], true, &answer, 0);
		acs_scene_saw(scene, ids[i], false, NULL, 0);
	}
	assert_int_equal(acs_scene_ask(scene, "second", &context, &request, &err), 0);
	assert_int_equal(acs_scene_ask(scene, "first", &context, &request, &err), 1);
	assert_int_equal(request.method, CWMP_FACTORY_RESET);
	acs_scene_session_over(scene, "second", "it hangs up", 0);
	assert_int_equal(scene_state(scene->scene), SCENE_PLAYING);
	acs_scene_session_over(scene, "first", "it hangs up", 0);
	assert_int_equal(scene_state(scene->scene), SCENE_LEFT);
	assert_int_equal(scene_end(scene->scene)->message, 3);
	acs_scene_free(scene);
	free(stage);
	stage = NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_sequence_drives_one_side),
		cmocka_unit_test(test_what_cannot_be_played_is_told),
		cmocka_unit_test(test_a_file_that_is_not_there_is_told_before_the_play),
		cmocka_unit_test(test_only_the_first_cpe_plays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
