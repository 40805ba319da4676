/* agents/cpe/device/cpe_own.c: what a CPE does of its own accord is queued once in its life, and
 * told as the policies of ManagementServer. let it; and the requests that tell it. */
#include "tests/unit/cpe/rpc_ask.h"

#include "agents/cpe/device/cpe_fleet.h"

#define POLICY    "Device.ManagementServer.AutonomousTransferCompletePolicy."
#define DU_POLICY "Device.ManagementServer.DUStateChangeComplPolicy."

struct owner { /* a CPE without a process */
	struct device_stub *stub;
	struct cpe_fleet fleet;
	struct cpe cpe;
};

static clock_ns at_noon(void)
{
	return STUB_WALL;
}

static const struct cpe_edges edges = { .wall = at_noon };

static void owner_open(struct owner *owner, const char *model)
{
	*owner = (struct owner){ .stub = stub_new(model) };
	owner->fleet.model = owner->stub->model;
	owner->fleet.edges = &edges;
	owner->cpe.fleet = &owner->fleet;
}

static void owner_close(struct owner *owner)
{
	jobs_free(&owner->cpe.jobs);
	stub_free(owner->stub);
}

/* ---- transfers ---------------------------------------------------------------------- */

static void test_transfers_are_told_as_their_policy_says(void **state)
{
	static const struct {
		const char *enable, *transfers, *results, *types;
		enum job_kind kind;
		const char *file_type;
		uint32_t fault;
		bool is_told;
	} rows[] = {
		{ "0", "Both", "Both", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, false },
		{ "1", "Both", "Both", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, true },
		{ "1", "Download", "Both", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, true },
		{ "1", "Upload", "Both", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, false },
		{ "1", "Both", "Success", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, true },
		{ "1", "Both", "Success", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 9016, false },
		{ "1", "Both", "Failure", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 9016, true },
		{ "1", "Both", "Failure", "2 Web Content", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, false },
		{ "1", "Both", "Both", "", JOB_OWN_TRANSFER, "2 Web Content", 0,
		    false },
		{ "1", "Both", "Both", "1 Firmware Upgrade Image,2 Web Content",
		    JOB_OWN_TRANSFER, "2 Web Content", 0, true },
		{ "1", "Both", "Both", "1 Firmware Upgrade Image", JOB_OWN_TRANSFER,
		    "2 Web Content", 0, false },
		{ "1", "Both", "Both", "X 00E0FC Page", JOB_OWN_TRANSFER,
		    "X 00E0FC Page", 0, true },
		{ "1", "Upload", "Both", "4 Vendor Log File", JOB_OWN_UPLOAD,
		    "2 Vendor Log File", 0, true },
		{ "1", "Upload", "Both", "4 Vendor Log File", JOB_OWN_UPLOAD,
		    "4 Vendor Log File 1", 0, true },
		{ "1", "Upload", "Both", "3 Vendor Configuration File", JOB_OWN_UPLOAD,
		    "1 Vendor Configuration File", 0, true },
		{ "1", "Upload", "Both", "3 Vendor Configuration File", JOB_OWN_UPLOAD,
		    "2 Vendor Log File", 0, false },
		{ "1", "Download", "Both", "4 Vendor Log File", JOB_OWN_UPLOAD,
		    "2 Vendor Log File", 0, false },
		{ "0", "Upload", "Both", "", JOB_DOWNLOAD, "2 Web Content", 0, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct {
			const char *name, *value;
		} policy[] = {
			{ "Enable", rows[i].enable },
			{ "TransferTypeFilter", rows[i].transfers },
			{ "ResultTypeFilter", rows[i].results },
			{ "FileTypeFilter", rows[i].types },
		};
		struct owner owner;
		struct job job = { .kind = rows[i].kind, .fault = rows[i].fault };

		owner_open(&owner, "gateway-181.yaml");
		for (size_t k = 0; k < ARRAY_LEN(policy); k++) {
			char path[MODEL_PATH_MAX];
			struct model_at at;

			(void)snprintf(path, sizeof(path), POLICY "%s", policy[k].name);
			assert_true(
			    model_values_find(&owner.stub->values, str_of(path), &at));
			assert_int_equal(model_values_put(&owner.stub->values, &at,
					     str_of(policy[k].value)),
			    0);
		}
		owner.cpe.values = owner.stub->values;
		assert_int_equal(job_set_text(&job, JOB_FILE_TYPE,
				     str_of(rows[i].file_type)),
		    0);
		if (cpe_own_is_told(&owner.cpe, &job) != rows[i].is_told)
			fail_msg("row %zu", i);
		free(job.texts[JOB_FILE_TYPE]);
		owner_close(&owner);
	}
}

static void test_where_there_is_no_policy_all_is_told(void **state)
{
	static const enum job_kind kinds[] = { JOB_OWN_TRANSFER, JOB_OWN_UPLOAD };
	struct owner owner;

	(void)state;
	owner_open(&owner, "hp5920.yaml");
	owner.cpe.values = owner.stub->values;
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		struct job job = { .kind = kinds[i], .fault = 9016 };

		owner.stub->model->conduct.cwmp.version = MODEL_CWMP_1_0;
		assert_false(cpe_own_is_told(&owner.cpe, &job));
		owner.stub->model->conduct.cwmp.version = MODEL_CWMP_1_1;
		assert_true(cpe_own_is_told(&owner.cpe, &job));
	}
	owner_close(&owner);
}

/* ---- deployment units --------------------------------------------------------------- */

static void add_result(struct job *job, enum job_operation_kind kind, uint32_t fault)
{
	struct job_operation operation = { .kind = kind,
		.is_done = true,
		.fault = fault };

	assert_int_equal(job_operation_set_text(&operation, JOB_IS_UUID,
			     STR("0b5f4b30-6f3a-5b8a-9c6e-00005e005301")),
	    0);
	assert_int_equal(job_operation_set_text(&operation, JOB_IS_STATE,
			     fault != 0 ? STR("Failed") : STR("Installed")),
	    0);
	assert_int_equal(job_add_operation(job, job->n_operations, &operation), 0);
}

/* What is told of an install, a failed install, another one, an update and an uninstall. */
static void expect_told(struct owner *owner, const char *wanted)
{
	const struct job_order order = { .kind = JOB_OWN_CHANGE };
	auto_arena arena = ARENA_NULL;
	auto_buf told = BUF_NULL;
	struct cwmp_msg msg = { .kind = CWMP_REQUEST };
	struct job *job;

	owner->cpe.values = owner->stub->values;
	assert_int_equal(jobs_add(&owner->cpe.jobs, &order, &job), 0);
	add_result(job, JOB_INSTALL, 0);
	add_result(job, JOB_INSTALL, 9026);
	add_result(job, JOB_INSTALL, 9016);
	add_result(job, JOB_UPDATE, 0);
	add_result(job, JOB_UNINSTALL, 0);
	if (cpe_own_is_told(&owner->cpe, job)) {
		assert_int_equal(job_fill_request(job, &arena, &msg), 0);
		assert_int_equal(msg.method, CWMP_AUTONOMOUS_DU_STATE_CHANGE_COMPLETE);
		bodies_keep(msg.method, &msg);
	}
	for (size_t i = 0; i < msg.args.n_items; i++)
		buf_printf(&told, "%s%.*s %.*s", i > 0 ? ", " : "",
		    STR_ARG(cwmp_item_text(&msg.args.items[i], "OperationPerformed")),
		    STR_ARG(cwmp_item_text(&msg.args.items[i], "FaultCode")));
	assert_string_equal(buf_cstr(&told), wanted);
	jobs_free(&owner->cpe.jobs);
}

static void test_changes_are_told_as_their_policy_says(void **state)
{
	static const struct {
		const char *set, *told;
	} rows[] = {
		{ "Enable=0", "" },
		{ "Enable=1",
		    "Install 0, Install 9026, Install 9016, Update 0, Uninstall 0" },
		{ "OperationTypeFilter=Install",
		    "Install 0, Install 9026, Install 9016" },
		{ "FaultCodeFilter=9026", "Install 0, Install 9026" },
		{ "FaultCodeFilter=", "Install 0" },
		{ "OperationTypeFilter=Update,Uninstall", "Update 0, Uninstall 0" },
		{ "ResultTypeFilter=Failure", "" },
		{ "OperationTypeFilter=Install,Update", "" },
		{ "FaultCodeFilter=9016,9026", "Install 9026, Install 9016" },
		{ "ResultTypeFilter=Success", "Install 0, Update 0" },
		{ "OperationTypeFilter=", "" },
	};
	struct owner owner;
	char line[256];

	(void)state;
	owner_open(&owner, "gateway-181.yaml");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		(void)snprintf(line, sizeof(line), "set " DU_POLICY "%s k",
		    rows[i].set);
		ask(owner.stub, line, "ok");
		expect_told(&owner, rows[i].told);
	}
	owner.stub->model->conduct.cwmp.version = MODEL_CWMP_1_1;
	ask(owner.stub, "set " DU_POLICY "OperationTypeFilter=Install k", "ok");
	expect_told(&owner, "");
	owner_close(&owner);
}

/* ---- orders ------------------------------------------------------------------------- */

static void test_it_is_queued_once_in_a_life(void **state)
{
	static const struct model_own own[] = {
		{ .kind = MODEL_OWN_DOWNLOAD,
		    .file_type = "1 Firmware Upgrade Image",
		    .url = "http://f/a",
		    .after = 5 * NS_PER_S },
		{ .kind = MODEL_OWN_UPLOAD,
		    .file_type = "2 Vendor Log File",
		    .url = "http://f/b" },
		{ .kind = MODEL_OWN_UPDATE, .version = "1" },
	};
	struct owner owner;
	const struct job *job;

	(void)state;
	owner_open(&owner, "gateway-181.yaml");
	cpe_own_boot(&owner.cpe);
	assert_false(owner.cpe.has_own);
	owner.fleet.model->own = (struct conf_list){ (void *)own, ARRAY_LEN(own) };
	cpe_own_boot(&owner.cpe);
	cpe_own_boot(&owner.cpe);
	assert_true(owner.cpe.has_own);
	assert_int_equal(owner.cpe.jobs.len, 3);
	job = owner.cpe.jobs.items[0];
	assert_int_equal(job->kind, JOB_OWN_TRANSFER);
	assert_true(job->is_upgrade);
	assert_true(job->due == STUB_WALL + 5 * NS_PER_S);
	job = owner.cpe.jobs.items[1];
	assert_int_equal(job->kind, JOB_OWN_UPLOAD);
	assert_false(job_is_download(job));
	assert_true(str_is(job_text(job, JOB_URL), "http://f/b"));
	job = owner.cpe.jobs.items[2];
	assert_int_equal(job->kind, JOB_OWN_CHANGE);
	assert_int_equal(job->n_operations, 1);
	assert_true(
	    str_is(job_operation_text(&job->operations[0], JOB_OF_VERSION), "1"));
	/* as a factory reset does */
	jobs_free(&owner.cpe.jobs);
	owner.cpe.has_own = false;
	cpe_own_boot(&owner.cpe);
	assert_int_equal(owner.cpe.jobs.len, 3);
	owner_close(&owner);
}

/* The ACS has neither ordered them, nor a key for them. */
static void test_an_acs_sees_them_and_cannot_cancel_them(void **state)
{
	const struct job_order order = { .kind = JOB_OWN_TRANSFER };
	auto_arena arena = ARENA_NULL;
	struct jobs jobs = { .items = NULL };
	struct cwmp_args args = { .n_items = 0 };
	struct cwmp_msg msg;

	(void)state;
	assert_int_equal(jobs_add(&jobs, &order, NULL), 0);
	assert_int_equal(jobs_cancel(&jobs, STR("")), 9003);
	assert_int_equal(jobs_fill_list(&jobs, false, &arena, &args), 0);
	assert_int_equal(args.n_items, 0);
	assert_int_equal(jobs_fill_list(&jobs, true, &arena, &args), 0);
	assert_int_equal(args.n_items, 1);
	assert_int_equal(job_fill_request(jobs.items[0], &arena, &msg), 0);
	msg.args.file_type = STR("2 Web Content");
	bodies_keep(msg.method, &msg);
	jobs_free(&jobs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_transfers_are_told_as_their_policy_says),
		cmocka_unit_test(test_where_there_is_no_policy_all_is_told),
		cmocka_unit_test(test_changes_are_told_as_their_policy_says),
		cmocka_unit_test(test_it_is_queued_once_in_a_life),
		cmocka_unit_test(test_an_acs_sees_them_and_cannot_cancel_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
