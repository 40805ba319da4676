/* agents/cpe/units, agents/cpe/rpc: a ChangeDUState and what comes of it, as one line for each
 * operation and one for each result; and what the data model shows of it then. */
#include "tests/unit/cpe/rpc_ask.h"

#include "agents/cpe/units/unit.h"

#include <stdio.h>

#define NEW  "cwmplab deployment-unit 1\n"
#define U(n) "0b5f4b30-6f3a-5b8a-9c6e-0000000000" n

enum {
	STEPS_MAX = 8,
};

static const struct {
	const char *url, *bytes; /* null: 9016 */
} files[] = {
	{ "http://f/a1", NEW "name: a\nversion: 1.0\nvendor: apps.example\n\n" },
	{ "http://f/a2", NEW "name: a\nversion: 2.0\nvendor: apps.example\nunits: "
			     "a,b\nstarts: yes\n\n" },
	{ "http://f/a10", NEW "name: a\nversion: 10.0\nvendor: apps.example\n\n" },
	{ "http://f/b1",
	    NEW "name: b\nversion: 1\nuuid: " U("0b") "\nneeds: a\ndisk: 100\n"
						      "memory: 50\n\n" },
	{ "http://f/lxc", NEW "name: c\nversion: 1\nenvironment: LXC\n\n" },
	{ "http://f/linux", NEW "name: d\nversion: 1\nenvironment: Linux\n\n" },
	{ "http://f/disk", NEW "name: e\nversion: 1\ndisk: 4000000\n\n" },
	{ "http://f/memory", NEW "name: e\nversion: 1\nmemory: 4000000\n\n" },
	{ "http://f/image", "cwmplab image 1\nversion: 1\n\n" },
	{ "http://f/nothing", NULL },
};

/* ---- orders ------------------------------------------------------------------------- */

struct ordered {
	struct cwmp_msg msg;
	struct cwmp_item items[JOB_OPERATIONS_MAX + 1];
	struct cwmp_param fields[JOB_OPERATIONS_MAX + 1][6];
};

static void add_field(struct cwmp_item *item, struct str word)
{
	static const struct {
		const char *key, *name;
	} names[] = { { "url", "URL" }, { "uuid", "UUID" }, { "version", "Version" },
		{ "env", "ExecutionEnvRef" }, { "user", "Username" } };
	struct str value, key = str_cut(word, '=', &value);

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (str_is(key, names[i].key))
			item->fields[item->len++] =
			    (struct cwmp_param){ .name = str_of(names[i].name),
				    .value = value };
	}
}

/* "install url=U; uninstall uuid=X version=1", with the CommandKey k. */
static void make_order(struct ordered *order, const char *text)
{
	struct str rest = str_of(text);

	*order = (struct ordered){ .msg = { .kind = CWMP_REQUEST,
				       .method = CWMP_CHANGE_DU_STATE } };
	order->msg.args.command_key = STR("k");
	order->msg.args.items = order->items;
	while (rest.len > 0) {
		struct str line = str_trim(str_cut(rest, ';', &rest));
		struct str verb = str_cut(line, ' ', &line);
		size_t n = order->msg.args.n_items++;

		order->items[n].fields = order->fields[n];
		order->items[n].type = str_is(verb, "install")  ? STR("InstallOpStruct")
				       : str_is(verb, "update") ? STR("UpdateOpStruct")
				       : str_is(verb, "uninstall")
					   ? STR("UninstallOpStruct")
					   : verb;
		while (line.len > 0)
			add_field(&order->items[n], str_cut(line, ' ', &line));
	}
}

/* ---- the job ------------------------------------------------------------------------ */

static void fetch(struct device_stub *stub, struct job_operation *operation)
{
	struct str url = unit_url(&stub->values, operation);
	struct package package = { .name = "" };
	struct unit_file file = { .fault = 9016, .why = "it is not there" };

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		if (!str_is(url, files[i].url) || !files[i].bytes)
			continue;
		package_start(&package);
		labelled_add(&package.file, str_of(files[i].bytes));
		file.fault = package_finish(&package);
		file.why = package.file.why;
		file.package = file.fault == 0 ? &package : NULL;
	}
	unit_end(&stub->values, operation, &file,
	    stub->model->conduct.transfers.takes_older, STUB_WALL + 2 * NS_PER_S);
	package_free(&package);
}

/* What goes over a kill goes into a line and comes back. */
static struct job *restore(struct device_stub *stub)
{
	auto_buf text = BUF_NULL;
	struct str rest;

	jobs_save(&stub->jobs, &text);
	jobs_free(&stub->jobs);
	for (rest = buf_str(&text); rest.len > 1;) {
		if (!jobs_restore(&stub->jobs, str_cut(rest, '\n', &rest)))
			fail_msg("a line that does not come back: %s", buf_cstr(&text));
	}
	assert_int_equal(stub->jobs.len, 1);
	return stub->jobs.items[0];
}

static void put_short(const struct device_stub *stub, struct buf *out, struct str list)
{
	size_t root = strlen(stub->model->root) + strlen(".SoftwareModules.");

	while (list.len > 0) {
		struct str path = str_cut(list, ',', &list);

		buf_printf(out, "%.*s%s", STR_ARG(str_from(path, root)),
		    list.len > 0 ? "," : "");
	}
}

static void print_result(const struct device_stub *stub, struct buf *out,
    const struct cwmp_item *item)
{
	struct str fault = cwmp_item_text(item, "FaultCode");

	buf_printf(out, "%s%.*s ", out->len > 0 ? "; " : "",
	    STR_ARG(cwmp_item_text(item, "CurrentState")));
	put_short(stub, out, cwmp_item_text(item, "DeploymentUnitRef"));
	buf_printf(out, " %.*s [", STR_ARG(cwmp_item_text(item, "Version")));
	put_short(stub, out, cwmp_item_text(item, "ExecutionUnitRefList"));
	buf_printf(out, "] %.*s", STR_ARG(cwmp_item_text(item, "Resolved")));
	if (!str_is(fault, "0"))
		buf_printf(out, " %.*s %.*s", STR_ARG(fault),
		    STR_ARG(cwmp_item_text(item, "FaultString")));
}

static void check_times(const struct cwmp_item *item)
{
	assert_true(str_is(cwmp_item_text(item, "StartTime"), "2023-11-14T22:13:20Z"));
	assert_true(str_starts(cwmp_item_text(item, "CompleteTime"),
	    STR("2023-11-14T22:13:2")));
}

/* Carries the job out and tells its end. */
static void do_job(struct device_stub *stub, struct buf *out)
{
	struct job *job = stub->jobs.items[0];
	struct job_operation *operation;
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	while ((operation = job_next_operation(job))) {
		uint32_t at = (uint32_t)(operation - job->operations);
		enum unit_next next = unit_begin(&stub->values, job, at, STUB_WALL);

		job = restore(stub);
		if (next == UNIT_FETCH)
			fetch(stub, &job->operations[at]);
		job = restore(stub);
	}
	assert_int_equal(job_fill_request(job, &arena, &msg), 0);
	bodies_keep(msg.method, &msg);
	assert_true(str_is(msg.args.command_key, "k"));
	for (size_t i = 0; i < msg.args.n_items; i++) {
		check_times(&msg.args.items[i]);
		print_result(stub, out, &msg.args.items[i]);
	}
	jobs_free(&stub->jobs);
}

static void order(struct device_stub *stub, const char *text, struct buf *out)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg reply;
	struct ordered ordered;

	buf_reset(out);
	make_order(&ordered, text);
	(void)rpc_answer(&stub->rpc, &ordered.msg, &arena, &reply);
	bodies_keep(CWMP_CHANGE_DU_STATE, &reply);
	if (reply.kind == CWMP_FAULT)
		buf_printf(out, "%u %.*s", reply.fault.code, STR_ARG(reply.fault.text));
	else
		do_job(stub, out);
}

struct step {
	const char *order, *told;
};

static void play(const char *name, struct device_stub *stub, const struct step *steps)
{
	auto_buf told = BUF_NULL;

	for (; steps->order; steps++) {
		if (steps->order[0] == '?') {
			ask(stub, steps->order + 1, steps->told);
			continue;
		}
		if (strcmp(steps->order, "boot") == 0) {
			assert_int_equal(model_modules_boot(&stub->values), 0);
			continue;
		}
		order(stub, steps->order, &told);
		if (strcmp(buf_cstr(&told), steps->told) != 0)
			fail_msg("%s: %s\n  tells  %s\n  not    %s", name, steps->order,
			    buf_cstr(&told), steps->told);
	}
}

#define STATES                                     \
	"~SoftwareModules.ExecutionUnit.1.Status " \
	"~SoftwareModules.ExecutionUnit.2.Status " \
	"~SoftwareModules.ExecEnv.1.CurrentRunLevel"
#define TOLD(one, two, level)                                       \
	"ok SoftwareModules.ExecutionUnit.1.Status=" one ":string " \
	"SoftwareModules.ExecutionUnit.2.Status=" two ":string "    \
	"SoftwareModules.ExecEnv.1.CurrentRunLevel=" level ":int"

/* ---- scenes ------------------------------------------------------------------------- */

#define SPEEDTEST "0b5f4b30-6f3a-5b8a-9c6e-00005e005301"
#define EE1       "Device.SoftwareModules.ExecEnv.1"

#define UUID_A    "7aa6738f-730f-51ac-aa03-03e0e4201967"
#define DU        "~SoftwareModules.DeploymentUnit."
#define EU        "~SoftwareModules.ExecutionUnit."
#define EE        "~SoftwareModules.ExecEnv.1."

static const struct scene {
	const char *name;
	struct step steps[STEPS_MAX + 1];
	const char *status; /* of the first unit, to begin with */
	bool takes_no_older;
} scenes[] = {
	{ "a unit is installed, shown, updated and removed",
	    { { "install url=http://f/a1",
		  "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1" },
		{ "?get " DU "3.Status " DU "3.UUID " DU "3.DUID " DU "3.Version " DU
		  "3.ExecutionUnitList " EU "3.EUID " EU "3.Status",
		    "ok "
		    "SoftwareModules.DeploymentUnit.3.Status=Installed:string "
		    "SoftwareModules.DeploymentUnit.3.UUID=7aa6738f-730f-51ac-aa03-03e0e4201967:string "
		    "SoftwareModules.DeploymentUnit.3.DUID=a-3:string "
		    "SoftwareModules.DeploymentUnit.3.Version=1.0:string "
		    "SoftwareModules.DeploymentUnit.3.ExecutionUnitList=Device.SoftwareModules.ExecutionUnit.3:string "
		    "SoftwareModules.ExecutionUnit.3.EUID=a-3.1:string "
		    "SoftwareModules.ExecutionUnit.3.Status=Idle:string" },
		{ "update uuid=" UUID_A " url=http://f/a2",
		    "Installed DeploymentUnit.3 2.0 "
		    "[ExecutionUnit.3,ExecutionUnit.4] 1" },
		{ "?get " DU "3.Version " DU "3.URL " DU "3.ExecutionUnitList " EU
		  "3.Status " EU "4.Status " EU "3.Version " EE "ActiveExecutionUnits",
		    "ok SoftwareModules.DeploymentUnit.3.Version=2.0:string "
		    "SoftwareModules.DeploymentUnit.3.URL=http://f/a2:string "
		    "SoftwareModules.DeploymentUnit.3.ExecutionUnitList=Device.SoftwareModules.ExecutionUnit.3,Device.SoftwareModules.ExecutionUnit.4:string "
		    "SoftwareModules.ExecutionUnit.3.Status=Idle:string "
		    "SoftwareModules.ExecutionUnit.4.Status=Active:string "
		    "SoftwareModules.ExecutionUnit.3.Version=2.0:string "
		    "SoftwareModules.ExecEnv.1.ActiveExecutionUnits=Device.SoftwareModules.ExecutionUnit.1,Device.SoftwareModules.ExecutionUnit.2,Device.SoftwareModules.ExecutionUnit.4:string" },
		{ "uninstall uuid=" UUID_A, "Uninstalled DeploymentUnit.3 2.0 "
					    "[ExecutionUnit.3,ExecutionUnit.4] 0" },
		{ "?names+ ~SoftwareModules.DeploymentUnit.",
		    "ok SoftwareModules.DeploymentUnit.1.=0 "
		    "SoftwareModules.DeploymentUnit.2.=0" },
		{ "?names+ ~SoftwareModules.ExecutionUnit.",
		    "ok SoftwareModules.ExecutionUnit.1.=0 "
		    "SoftwareModules.ExecutionUnit.2.=0" } },
	    NULL, false },
	{ "an ACS names the UUID and the environment, in any way that a reference goes",
	    { { "install url=http://f/a1 uuid=" U(
		    "01") " env=Device.SoftwareModules.ExecEnv.1.",
		  "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1" },
		{ "install url=http://f/a1 uuid=" U(
		      "02") " env=.SoftwareModules.ExecEnv.1",
		    "Installed DeploymentUnit.4 1.0 [ExecutionUnit.4] 1" },
		{ "install url=http://f/a1 uuid=" U(
		      "03") " env=SoftwareModules.ExecEnv.1",
		    "Failed   [] 0 9023 Unknown execution environment: "
		    "\"SoftwareModules.ExecEnv.1\"" } },
	    NULL, false },
	{ "the UUID of the file, room that it takes and gives back, a need",
	    { { "install url=http://f/b1",
		  "Installed DeploymentUnit.3 1 [ExecutionUnit.3] 0" },
		{ "?get " EE "AvailableDiskSpace " EE "AvailableMemory " EU
		  "3.DiskSpaceInUse",
		    "ok SoftwareModules.ExecEnv.1.AvailableDiskSpace=180124:int "
		    "SoftwareModules.ExecEnv.1.AvailableMemory=65486:int "
		    "SoftwareModules.ExecutionUnit.3.DiskSpaceInUse=100:int" },
		{ "install url=http://f/a1",
		    "Installed DeploymentUnit.4 1.0 [ExecutionUnit.4] 1" },
		{ "uninstall uuid=" U("0b") " version=1",
		    "Uninstalled DeploymentUnit.3 1 [ExecutionUnit.3] 0" },
		{ "?get " EE "AvailableDiskSpace " EE "AvailableMemory",
		    "ok SoftwareModules.ExecEnv.1.AvailableDiskSpace=180224:int "
		    "SoftwareModules.ExecEnv.1.AvailableMemory=65536:int" },
		{ "install url=http://f/b1",
		    "Installed DeploymentUnit.5 1 [ExecutionUnit.5] 1" } },
	    NULL, false },
	{ "9003 and 9013: URLs of operations",
	    { { "install url=ftp://f/a1",
		  "Failed   [] 0 9013 Unsupported protocol for file transfer: "
		  "URL: \"ftp\" is neither http nor https" },
		{ "install url=f",
		    "Failed   [] 0 9003 Invalid arguments: URL: \"f\" has no "
		    "scheme (http://...)" },
		{ "install url=http://u:p@f/a",
		    "Failed   [] 0 9003 Invalid arguments: URL: a URL of CWMP "
		    "has no user in it" },
		{ "update uuid=" SPEEDTEST " url=tftp://f/a",
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9013 "
		    "Unsupported protocol for file transfer: URL: \"tftp\" is "
		    "neither http nor https" } },
	    NULL, false },
	{ "9016 and 9018: files",
	    { { "install url=http://f/nothing",
		  "Failed   [] 0 9016 File transfer failure: unable to access "
		  "file: it is not there" },
		{ "install url=http://f/image",
		    "Failed   [] 0 9018 File transfer failure: file corrupted: "
		    "the file is no deployment unit: its first line is not "
		    "\"cwmplab deployment-unit 1\"" },
		{ "update uuid=" SPEEDTEST " url=http://f/a1",
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9018 "
		    "File transfer failure: file corrupted: the file is another "
		    "unit's: a" } },
	    NULL, false },
	{ "9022: UUIDs that are none",
	    { { "install url=http://f/a1 uuid=1",
		  "Failed   [] 0 9022 Invalid UUID format: \"1\"" },
		{ "update uuid=" U("0"), "Failed   [] 0 9022 Invalid UUID format: "
					 "\"0b5f4b30-6f3a-5b8a-9c6e-00000000000\"" },
		{ "uninstall uuid=" U("0g"),
		    "Failed   [] 0 9022 Invalid UUID format: "
		    "\"0b5f4b30-6f3a-5b8a-9c6e-00000000000g\"" } },
	    NULL, false },
	{ "9023: no such environment",
	    { { "install url=http://f/a1 env=Device.SoftwareModules.ExecEnv.2",
		  "Failed   [] 0 9023 Unknown execution environment: "
		  "\"Device.SoftwareModules.ExecEnv.2\"" },
		{ "uninstall uuid=" SPEEDTEST " env=X",
		    "Failed   [] 0 9023 Unknown execution environment: \"X\"" } },
	    NULL, false },
	{ "9024: a disabled environment",
	    { { "?set " EE "Enable=0 k", "ok" },
		{ "install url=http://f/a1 env=" EE1,
		    "Failed   [] 0 9024 Disabled execution environment: Linux" },
		{ "install url=http://f/a1",
		    "Failed  1.0 [] 0 9024 Disabled execution environment: none "
		    "is enabled" },
		{ "update uuid=" SPEEDTEST,
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9024 "
		    "Disabled execution environment: Linux" },
		{ "uninstall uuid=" SPEEDTEST,
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9024 "
		    "Disabled execution environment: Linux" },
		{ "uninstall uuid=" SPEEDTEST " env=" EE1,
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9024 "
		    "Disabled execution environment: Linux" } },
	    NULL, false },
	{ "9025: the file is for another environment",
	    { { "install url=http://f/lxc",
		  "Failed  1 [] 0 9025 Deployment unit to execution "
		  "environment mismatch: it is for LXC" },
		{ "install url=http://f/lxc env=" EE1,
		    "Failed  1 [] 0 9025 Deployment unit to execution "
		    "environment mismatch: it is for LXC" },
		{ "install url=http://f/linux",
		    "Installed DeploymentUnit.3 1 [ExecutionUnit.3] 1" } },
	    NULL, false },
	{ "9026: the same unit in the same version",
	    { { "install url=http://f/a1",
		  "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1" },
		{ "install url=http://f/a1",
		    "Failed  1.0 [] 0 9026 Duplicate deployment unit: a 1.0" },
		{ "install url=http://f/a2", "Installed DeploymentUnit.4 2.0 "
					     "[ExecutionUnit.4,ExecutionUnit.5] 1" } },
	    NULL, false },
	{ "9027: room",
	    { { "install url=http://f/disk",
		  "Failed  1 [] 0 9027 System resources exceeded: it takes "
		  "4000000 KiB of disk, 180224 are left" },
		{ "install url=http://f/memory",
		    "Failed  1 [] 0 9027 System resources exceeded: it takes "
		    "4000000 KiB of memory, 65536 are left" } },
	    NULL, false },
	{ "9028: no such unit",
	    { { "update uuid=" U("77"),
		  "Failed   [] 0 9028 Unknown deployment unit: none is meant "
		  "that is there" },
		{ "update url=http://f/a1",
		    "Failed   [] 0 9028 Unknown deployment unit: none is meant "
		    "that is there" },
		{ "uninstall uuid=" U("77"),
		    "Failed   [] 0 9028 Unknown deployment unit: none is meant "
		    "that is there" },
		{ "uninstall uuid=" SPEEDTEST " version=7",
		    "Failed  7 [] 0 9028 Unknown deployment unit: none is meant "
		    "that is there" } },
	    NULL, false },
	{ "9031 and 9032: versions",
	    { { "install url=http://f/a1",
		  "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1" },
		{ "install url=http://f/a2", "Installed DeploymentUnit.4 2.0 "
					     "[ExecutionUnit.4,ExecutionUnit.5] 1" },
		{ "update uuid=" UUID_A " url=http://f/a10",
		    "Failed   [] 0 9031 Invalid deployment unit update: version "
		    "not specified: 1.0 and 2.0 are there" },
		{ "update uuid=" UUID_A " version=1.0 url=http://f/a2",
		    "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1 9032 "
		    "Invalid deployment unit update: version already exists: "
		    "2.0" },
		{ "update uuid=" UUID_A " version=1.0 url=http://f/a1",
		    "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1 9032 "
		    "Invalid deployment unit update: version already exists: "
		    "1.0" },
		{ "update uuid=" UUID_A " version=2.0 url=http://f/a10",
		    "Installed DeploymentUnit.4 10.0 [ExecutionUnit.4] 1" },
		{ "uninstall uuid=" UUID_A,
		    "Uninstalled DeploymentUnit.3 1.0 [ExecutionUnit.3] 0; "
		    "Uninstalled DeploymentUnit.4 10.0 [ExecutionUnit.4] 0" } },
	    NULL, false },
	{ "9029: a unit that is on its way out",
	    { { "update uuid=" SPEEDTEST,
		  "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9029 "
		  "Invalid deployment unit state: it is Uninstalling" },
		{ "uninstall uuid=" SPEEDTEST,
		    "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9029 "
		    "Invalid deployment unit state: it is Uninstalling" } },
	    "Uninstalling", false },
	{ "9029: one that is not there any more",
	    { { "uninstall uuid=" SPEEDTEST,
		"Uninstalled DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9029 "
		"Invalid deployment unit state: it is Uninstalled" } },
	    "Uninstalled", false },
	{ "9030: an older version",
	    { { "install url=http://f/a10",
		  "Installed DeploymentUnit.3 10.0 [ExecutionUnit.3] 1" },
		{ "update uuid=" UUID_A " url=http://f/a2",
		    "Installed DeploymentUnit.3 10.0 [ExecutionUnit.3] 1 9030 "
		    "Invalid deployment unit update: downgrade not permitted: "
		    "2.0 is older than 10.0" } },
	    NULL, true },
	{ "an older version, where it may be",
	    { { "install url=http://f/a10",
		  "Installed DeploymentUnit.3 10.0 [ExecutionUnit.3] 1" },
		{ "update uuid=" UUID_A " url=http://f/a2",
		    "Installed DeploymentUnit.3 2.0 "
		    "[ExecutionUnit.3,ExecutionUnit.4] 1" } },
	    NULL, false },
	{ "RequestedState starts and stops an execution unit",
	    { { "?get " EU "1.Status " EE "ActiveExecutionUnits",
		  "ok SoftwareModules.ExecutionUnit.1.Status=Active:string "
		  "SoftwareModules.ExecEnv.1.ActiveExecutionUnits="
		  "Device.SoftwareModules.ExecutionUnit.1,"
		  "Device.SoftwareModules.ExecutionUnit.2:string" },
		{ "?set " EU "1.RequestedState=Idle k", "ok" },
		{ "?get " EU "1.Status " EE "ActiveExecutionUnits",
		    "ok SoftwareModules.ExecutionUnit.1.Status=Idle:string "
		    "SoftwareModules.ExecEnv.1.ActiveExecutionUnits=Device.SoftwareModules.ExecutionUnit.2:string" },
		{ "?set " EU "1.RequestedState=Active k", "ok" },
		{ "?get " EU "1.Status " EE "ActiveExecutionUnits",
		    "ok SoftwareModules.ExecutionUnit.1.Status=Active:string "
		    "SoftwareModules.ExecEnv.1.ActiveExecutionUnits=Device.SoftwareModules.ExecutionUnit.1,Device.SoftwareModules.ExecutionUnit.2:string" },
		{ "?set " EU "1.RequestedState=Starting k",
		    "9003 Client "
		    "SoftwareModules.ExecutionUnit.1.RequestedState=9007" } },
	    NULL, false },
	{ "a disabled environment stops them, and starts those with AutoStart",
	    { { "?set " EU "2.AutoStart=0 k", "ok" }, { "?set " EE "Enable=0 k", "ok" },
		{ "?get " EU "1.Status " EU "2.Status " EE "Status " EE
		  "ActiveExecutionUnits",
		    "ok SoftwareModules.ExecutionUnit.1.Status=Idle:string "
		    "SoftwareModules.ExecutionUnit.2.Status=Idle:string "
		    "SoftwareModules.ExecEnv.1.Status=Disabled:string "
		    "SoftwareModules.ExecEnv.1.ActiveExecutionUnits=:string" },
		{ "?set " EU "1.RequestedState=Active k",
		    "9003 Client SoftwareModules.ExecutionUnit.1.RequestedState=9001" },
		{ "?set " EE "Enable=1 k", "ok" },
		{ "?get " EU "1.Status " EU "2.Status " EE "Status",
		    "ok SoftwareModules.ExecutionUnit.1.Status=Active:string "
		    "SoftwareModules.ExecutionUnit.2.Status=Idle:string "
		    "SoftwareModules.ExecEnv.1.Status=Up:string" } },
	    NULL, false },
	{ "a boot starts those with AutoStart up to the level of their environment",
	    { { "?set " EU "1.RequestedState=Idle k", "ok" }, { "boot", "" },
		{ "?get " STATES, TOLD("Active", "Active", "3") },
		{ "?set " EU "1.AutoStart=0 " EE "InitialRunLevel=2 k", "ok" },
		{ "boot", "" }, { "?get " STATES, TOLD("Idle", "Active", "2") },
		{ "?set " EE "InitialRunLevel=1 k", "ok" }, { "boot", "" } },
	    NULL, false },
	{ "a level that is requested starts and stops those with AutoStart",
	    { { "?set " EE "RequestedRunLevel=1 k", "ok" },
		{ "?get " STATES, TOLD("Active", "Idle", "1") },
		{ "?set " EE "RequestedRunLevel=2 k", "ok" },
		{ "?get " STATES, TOLD("Active", "Active", "2") },
		{ "?set " EU "1.AutoStart=0 " EE "RequestedRunLevel=0 k", "ok" },
		{ "?get " STATES, TOLD("Active", "Idle", "0") },
		{ "?set " EE "RequestedRunLevel=-1 k", "ok" } },
	    NULL, false },
	{ "what is installed starts with the CPE where it started then",
	    { { "install url=http://f/a2",
		  "Installed DeploymentUnit.3 2.0 [ExecutionUnit.3,ExecutionUnit.4] 1" },
		{ "?get " EU "3.AutoStart " EU "3.RunLevel",
		    "ok SoftwareModules.ExecutionUnit.3.AutoStart=true:boolean "
		    "SoftwareModules.ExecutionUnit.3.RunLevel=3:unsignedInt" },
		{ "?set " EE "InitialExecutionUnitRunLevel=-1 k", "ok" },
		{ "install url=http://f/linux",
		    "Installed DeploymentUnit.4 1 [ExecutionUnit.5] 1" },
		{ "?get " EU "5.AutoStart " EU "5.RunLevel",
		    "ok SoftwareModules.ExecutionUnit.5.AutoStart=false:boolean "
		    "SoftwareModules.ExecutionUnit.5.RunLevel=0:unsignedInt" } },
	    NULL, false },
	{ "updates by URL, and of all",
	    { { "install url=http://f/a1",
		  "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1" },
		{ "update url=http://f/a1",
		    "Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1 9032 "
		    "Invalid deployment unit update: version already exists: "
		    "1.0" },
		{ "update", "Installed DeploymentUnit.1 1.2 [ExecutionUnit.1] 1 9016 "
			    "File transfer failure: unable to access file: it is not "
			    "there; Installed DeploymentUnit.2 2.0 [ExecutionUnit.2] 1 "
			    "9016 File transfer failure: unable to access file: it is "
			    "not there; Installed DeploymentUnit.3 1.0 "
			    "[ExecutionUnit.3] 1 9032 Invalid deployment unit update: "
			    "version already exists: 1.0" } },
	    NULL, false },
	{ "several operations, in their order",
	    { { "install url=http://f/a1; install url=http://f/b1; "
		"uninstall uuid=" SPEEDTEST
		"; install url=http://f/nothing; uninstall uuid=" UUID_A,
		"Installed DeploymentUnit.3 1.0 [ExecutionUnit.3] 1; "
		"Installed DeploymentUnit.4 1 [ExecutionUnit.4] 1; "
		"Uninstalled DeploymentUnit.1 1.2 [ExecutionUnit.1] 0; "
		"Failed   [] 0 9016 File transfer failure: unable to access "
		"file: it is not there; Uninstalled DeploymentUnit.3 1.0 "
		"[ExecutionUnit.3] 0" } },
	    NULL, false },
	{ "arguments",
	    { { "", "9003 Invalid arguments: there is no operation" },
		{ "install", "9003 Invalid arguments: an operation has no URL" },
		{ "uninstall version=1",
		    "9003 Invalid arguments: an operation has no UUID" },
		{ "Frob",
		    "9003 Invalid arguments: an operation is of the type \"Frob\"" },
		{ "update; update; update; update; update; update; update; "
		  "update; update; update; update; update; update; update; "
		  "update; update; update",
		    "9004 Resources exceeded: 17 operations, at most 16 go" } },
	    NULL, false },
};

static void test_scenes(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		struct device_stub *stub = stub_new("gateway-181.yaml");

		if (scenes[i].status)
			assert_int_equal(model_module_put(&stub->values,
					     MODEL_DEPLOYMENT_UNIT, 1, "Status",
					     str_of(scenes[i].status)),
			    0);
		if (scenes[i].takes_no_older)
			stub->model->conduct.transfers.takes_older = false;
		play(scenes[i].name, stub, scenes[i].steps);
		stub_free(stub);
	}
}

/* Texts of an operation at their bounds, and one past them; characters count, not bytes. */
static void test_texts_of_operations_have_bounds(void **state)
{
	static const struct {
		const char *name;
		size_t max;
	} bounds[] = { { "URL", 1024 }, { "Version", 32 }, { "Username", 256 },
		{ "Password", 256 }, { "ExecutionEnvRef", 256 } };
	char text[2 * 1025];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i += 2)
		memcpy(text + i, "\xc3\xa4", 2);
	for (size_t i = 0; i < 2 * ARRAY_LEN(bounds); i++) {
		struct device_stub *stub = stub_new("gateway-181.yaml");
		size_t n = bounds[i / 2].max + i % 2;
		struct cwmp_param fields[] = {
			{ STR("UUID"), STR("x"), STR_NULL },
			{ str_of(bounds[i / 2].name), str_make(text, 2 * n), STR_NULL },
		};
		struct cwmp_item item = { fields, 2, STR("UpdateOpStruct") };
		struct cwmp_msg reply,
		    request = { .kind = CWMP_REQUEST, .method = CWMP_CHANGE_DU_STATE };
		auto_arena arena = ARENA_NULL;

		request.args.items = &item;
		request.args.n_items = 1;
		(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
		bodies_keep(CWMP_CHANGE_DU_STATE, &reply);
		if (reply.fault.code != (i % 2 ? 9003 : 0))
			fail_msg("%s of %zu: %u", bounds[i / 2].name, n,
			    reply.fault.code);
		assert_int_equal(stub->jobs.len, i % 2 ? 0 : 1);
		stub_free(stub);
	}
}

static uint32_t ask_for_updates(struct device_stub *stub, size_t n)
{
	struct cwmp_item items[JOB_OPERATIONS_MAX + 1];
	struct cwmp_msg reply,
	    request = { .kind = CWMP_REQUEST, .method = CWMP_CHANGE_DU_STATE };
	auto_arena arena = ARENA_NULL;

	for (size_t i = 0; i < n; i++)
		items[i] = (struct cwmp_item){ .type = STR("UpdateOpStruct") };
	request.args.items = items;
	request.args.n_items = n;
	(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
	bodies_keep(CWMP_CHANGE_DU_STATE, &reply);
	return reply.fault.code;
}

static void test_orders_have_bounds(void **state)
{
	struct device_stub *stub = stub_new("gateway-181.yaml");

	(void)state;
	assert_int_equal(ask_for_updates(stub, JOB_OPERATIONS_MAX + 1), 9004);
	for (size_t i = 0; i < JOBS_MAX; i++)
		assert_int_equal(ask_for_updates(stub, JOB_OPERATIONS_MAX), 0);
	assert_int_equal(ask_for_updates(stub, 1), 9004);
	assert_int_equal(stub->jobs.len, JOBS_MAX);
	assert_int_equal(stub->jobs.items[0]->n_operations, JOB_OPERATIONS_MAX);
	stub_free(stub);
}

/* A result has fewer fault codes than a transfer (DeploymentUnitCPEFaultCodeType). */
static void test_faults_of_transfers_become_those_of_units(void **state)
{
	static const struct {
		uint32_t transfer, unit;
	} rows[] = { { 9001, 9001 }, { 9002, 9001 }, { 9010, 9017 }, { 9012, 9012 },
		{ 9013, 9013 }, { 9014, 9015 }, { 9015, 9015 }, { 9016, 9016 },
		{ 9017, 9017 }, { 9018, 9018 }, { 9019, 9001 }, { 9020, 9017 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("gateway-181.yaml");
		struct job_operation operation = { .kind = JOB_INSTALL };
		const struct unit_file file = { .fault = rows[i].transfer,
			.why = "it is so" };

		unit_end(&stub->values, &operation, &file, true, STUB_WALL);
		assert_int_equal(operation.fault, rows[i].unit);
		assert_true(operation.is_done);
		assert_true(str_ends(job_operation_text(&operation, JOB_IS_FAULT),
		    STR(": it is so")));
		job_operation_free(&operation);
		stub_free(stub);
	}
}

/* An operation on more units than there is room for results is done on none. */
static void test_results_have_a_bound(void **state)
{
	static const struct {
		uint32_t units;
		const char *state;
		uint32_t fault;
	} rows[] = { { JOB_RESULTS_MAX, "Uninstalled", 0 },
		{ JOB_RESULTS_MAX + 1, "Installed", 9001 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct device_stub *stub = stub_new("gateway-181.yaml");
		struct job job = { .kind = JOB_CHANGE };
		struct job_operation operation = { .kind = JOB_UNINSTALL };
		uint32_t number;

		for (uint32_t k = 0; k < rows[i].units; k++) {
			assert_int_equal(model_module_add(&stub->values,
					     MODEL_DEPLOYMENT_UNIT, &number),
			    0);
			assert_int_equal(model_module_put(&stub->values,
					     MODEL_DEPLOYMENT_UNIT, number, "UUID",
					     STR(U("77"))),
			    0);
			assert_int_equal(model_module_put(&stub->values,
					     MODEL_DEPLOYMENT_UNIT, number, "Status",
					     STR("Installed")),
			    0);
		}
		assert_int_equal(job_operation_set_text(&operation, JOB_OF_UUID,
				     STR(U("77"))),
		    0);
		assert_int_equal(job_add_operation(&job, 0, &operation), 0);
		assert_int_equal(unit_begin(&stub->values, &job, 0, STUB_WALL),
		    UNIT_OVER);
		assert_int_equal(job.operations[0].fault, rows[i].fault);
		assert_int_equal(job.n_operations,
		    rows[i].fault == 0 ? JOB_RESULTS_MAX : 1);
		assert_true(str_is(job_operation_text(&job.operations[0], JOB_IS_STATE),
		    rows[i].state));
		for (uint32_t k = 0; k < job.n_operations; k++)
			job_operation_free(&job.operations[k]);
		free(job.operations);
		stub_free(stub);
	}
}

static void test_a_model_without_modules_does_not_know_them(void **state)
{
	static const char *const models[] = { "hp5920.yaml", "gateway-098.yaml" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(models); i++) {
		struct device_stub *stub = stub_new(models[i]);
		const struct cwmp_msg request = { .kind = CWMP_REQUEST,
			.method = CWMP_GET_RPC_METHODS };
		auto_arena arena = ARENA_NULL;
		struct cwmp_msg reply;
		bool has = false;

		(void)rpc_answer(&stub->rpc, &request, &arena, &reply);
		for (size_t k = 0; k < reply.args.names.len; k++)
			has |= str_is(reply.args.names.items[k], "ChangeDUState");
		assert_int_equal(has, i == 1);
		assert_int_equal(ask_for_updates(stub, 1), has ? 0 : 9000);
		stub->model->conduct.cwmp.version = MODEL_CWMP_1_1;
		assert_int_equal(ask_for_updates(stub, 1), 9000);
		stub_free(stub);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_scenes),
		cmocka_unit_test(test_texts_of_operations_have_bounds),
		cmocka_unit_test(test_orders_have_bounds),
		cmocka_unit_test(test_faults_of_transfers_become_those_of_units),
		cmocka_unit_test(test_results_have_a_bound),
		cmocka_unit_test(test_a_model_without_modules_does_not_know_them),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
