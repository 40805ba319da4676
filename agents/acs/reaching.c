#include "agents/acs/reaching.h"

#include "lib/base/json.h"
#include "lib/program/log.h"

#include <errno.h>

enum {
	BUSY_WAIT_S = 1 /* before a device that answers 503 is called again */
};

struct
    plan { /* a call that is to be made, of those with the same reason in their order */
	struct list link; /* the first that is due first */
	clock_ns due;
	bool is_fetch; /* for tasks; else a while after a session */
	char *id;      /* owned */
};

struct sweep {
	bool is_running;
	size_t n_calls, n_over, n_came;
	clock_ns *sessions; /* owned; of those that came */
};

struct reaching {
	const struct acs_config *config;
	struct device_list *devices;
	const struct task_queue *tasks;
	struct control *control;
	struct caller *caller;
	struct call_list *list; /* null: there is none */
	struct stun_door *stun; /* null: no STUN server */
	struct list plans;
	uv_timer_t timer;
	struct sweep sweep;
	reaching_heard_fn *heard;
	void *user; /* its */
};

static const char *const ways[] = { [CALL_BY_HTTP] = "http", [CALL_BY_UDP] = "udp" };

/* ---- what is told ------------------------------------------------------------------- */

static int by_length(const void *a, const void *b)
{
	clock_ns x = *(const clock_ns *)a, y = *(const clock_ns *)b;

	return (x > y) - (x < y);
}

/* The least of the times that at least so many per cent do not exceed. */
static long long percentile_us(const struct sweep *sweep, unsigned percent)
{
	size_t rank = (sweep->n_came * percent + 99) / 100;

	return (long long)(sweep->sessions[MAX(rank, (size_t)1) - 1] / NS_PER_US);
}

static void tell_sweep(struct reaching *reaching)
{
	struct sweep *sweep = &reaching->sweep;
	struct json *json = control_event(reaching->control, "sweep");

	json_uint(json, "calls", sweep->n_calls);
	json_uint(json, "came", sweep->n_came);
	if (sweep->n_came > 0) {
		qsort(sweep->sessions, sweep->n_came, sizeof(*sweep->sessions),
		    by_length);
		json_int(json, "median_us", percentile_us(sweep, 50));
		json_int(json, "p95_us", percentile_us(sweep, 95));
		json_int(json, "max_us", percentile_us(sweep, 100));
	}
	control_event_end(reaching->control);
	free(sweep->sessions);
	*sweep = (struct sweep){ .is_running = false };
}

static void tell_call(struct reaching *reaching, const struct call_report *report)
{
	struct json *json = control_event_rationed(reaching->control, "call");

	json_text(json, "cpe", report->id);
	json_text(json, "by", ways[report->way]);
	json_bool(json, "ok", report->outcome == CALL_CAME);
	json_text(json, "outcome", call_outcome_name(report->outcome));
	json_text(json, "why", report->why);
	if (report->status)
		json_uint(json, "status", report->status);
	if (report->answer >= 0)
		json_int(json, "answer_us", report->answer / NS_PER_US);
	if (report->session >= 0)
		json_int(json, "session_us", report->session / NS_PER_US);
	control_event_end(reaching->control);
}

static void plan_call(struct reaching *reaching, const char *id, clock_ns wait,
    bool is_fetch);

void reaching_follow(struct reaching *reaching, reaching_heard_fn *heard, void *user)
{
	reaching->heard = heard;
	reaching->user = user;
}

static void on_accepted(void *user, const char *id, unsigned status)
{
	const struct reaching *reaching = user;

	if (reaching->heard)
		reaching->heard(reaching->user, id, status, NULL, CALL_BLAME_CPE);
}

static void on_told(void *user, const struct call_report *report)
{
	struct reaching *reaching = user;
	struct device *device = device_list_find(reaching->devices, report->id);
	struct sweep *sweep = &reaching->sweep;

	tell_call(reaching, report);
	if (reaching->heard && report->answer < 0)
		reaching->heard(reaching->user, report->id, report->status, report->why,
		    call_blame(report->outcome));
	if (report->outcome != CALL_CAME && !control_tells_people(reaching->control))
		log_warn("call of %s: %s", report->id, report->why);
	if (device)
		device_set_call(device, call_outcome_name(report->outcome), report->why,
		    clock_wall());
	if (report->outcome == CALL_BUSY && !report->is_swept)
		plan_call(reaching, report->id, BUSY_WAIT_S * NS_PER_S, true);
	if (!report->is_swept || !sweep->is_running)
		return;
	if (report->outcome == CALL_CAME && sweep->n_came < sweep->n_calls)
		sweep->sessions[sweep->n_came++] = report->session;
	if (++sweep->n_over == sweep->n_calls)
		tell_sweep(reaching);
}

/* ---- calls -------------------------------------------------------------------------- */

/* Under either root. */
static struct str server_value(const struct device *device, const char *name)
{
	static const char *const roots[] = { "Device", "InternetGatewayDevice" };
	struct str value = STR_NULL;
	char path[96];

	for (size_t i = 0; i < ARRAY_LEN(roots) && value.len == 0; i++) {
		(void)snprintf(path, sizeof(path), "%s.ManagementServer.%s", roots[i],
		    name);
		value = device_value(device, path);
	}
	return value;
}

/* Whom the device lets in: as this ACS has set it, else by the list, else as all. */
static struct call_credentials credentials_of(const struct reaching *reaching,
    const struct device *device)
{
	const struct acs_call_config *call = &reaching->config->call;
	const struct call_credentials *listed =
	    call_list_find(reaching->list, device->id, device->text.serial_number);
	struct call_credentials as = { call->username, call->password };

	if (listed)
		as = *listed;
	if (device->caller && device->caller->username)
		as.username = device->caller->username;
	if (device->caller && device->caller->password)
		as.password = device->caller->password;
	return as;
}

static void call_device(struct reaching *reaching, const struct device *device,
    enum call_way way, bool is_swept)
{
	const struct call_target target = {
		.id = device->id,
		.way = way,
		.is_swept = is_swept,
		.url = server_value(device, "ConnectionRequestURL"),
		.udp_address = server_value(device, "UDPConnectionRequestAddress"),
		.as = credentials_of(reaching, device),
	};

	caller_call(reaching->caller, &target);
}

void reaching_call(struct reaching *reaching, const char *id, enum call_way way)
{
	const struct device *device = device_list_find(reaching->devices, id);
	struct call_report unknown = { .id = id,
		.way = way,
		.outcome = CALL_UNKNOWN,
		.answer = -1,
		.session = -1 };
	char why[CALL_WHY_MAX];

	if (device) {
		call_device(reaching, device, way, false);
		return;
	}
	unknown.why = call_why(CALL_UNKNOWN, &(struct call_facts){ .url = "" }, why);
	on_told(reaching, &unknown);
}

bool reaching_is_sweeping(const struct reaching *reaching)
{
	return reaching->sweep.is_running;
}

void reaching_sweep(struct reaching *reaching, enum call_way way)
{
	struct sweep *sweep = &reaching->sweep;
	size_t n = reaching->devices->by_id.len;
	struct device_cursor cursor;

	if (sweep->is_running)
		return;
	*sweep = (struct sweep){ .n_calls = n,
		.sessions = calloc(n, sizeof(*sweep->sessions)) };
	if (!sweep->sessions)
		sweep->n_calls = 0;
	if (sweep->n_calls == 0) {
		tell_sweep(reaching);
		return;
	}
	sweep->is_running = true;
	device_cursor_open(&cursor, reaching->devices);
	while (device_cursor_has_next(&cursor))
		call_device(reaching, device_cursor_next(&cursor), way, true);
	device_cursor_close(&cursor);
}

/* ---- calls that are to be made ---------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

static void arm(struct reaching *reaching)
{
	clock_ns left;

	if (list_empty(&reaching->plans) ||
	    uv_is_closing((uv_handle_t *)&reaching->timer))
		return;
	left = list_first(&reaching->plans, struct plan, link)->due - clock_monotonic();
	(void)uv_timer_start(&reaching->timer, on_timer,
	    (uint64_t)((MAX(left, 0) + NS_PER_MS - 1) / NS_PER_MS), 0);
}

static void plan_free(struct plan *plan)
{
	list_remove(&plan->link);
	free(plan->id);
	free(plan);
}

/* Whether a call for tasks is of no use any more, or under way. */
static bool is_idle(const struct reaching *reaching, const struct plan *plan)
{
	return plan->is_fetch && (task_queue_waiting(reaching->tasks, plan->id) == 0 ||
				     caller_is_calling(reaching->caller, plan->id));
}

static void on_timer(uv_timer_t *timer)
{
	struct reaching *reaching = timer->data;
	clock_ns now = clock_monotonic();

	while (!list_empty(&reaching->plans)) {
		struct plan *plan = list_first(&reaching->plans, struct plan, link);

		if (plan->due > now)
			break;
		if (!is_idle(reaching, plan))
			reaching_call(reaching, plan->id,
			    (enum call_way)reaching->config->call.by);
		plan_free(plan);
	}
	arm(reaching);
}

/* Keeps the plans in the order in which they are due. */
static void insert(struct reaching *reaching, struct plan *plan)
{
	struct list *before = reaching->plans.prev;

	while (before != &reaching->plans &&
	       list_entry(before, struct plan, link)->due > plan->due)
		before = before->prev;
	list_insert_before(before->next, &plan->link);
}

static void plan_call(struct reaching *reaching, const char *id, clock_ns wait,
    bool is_fetch)
{
	struct plan *plan = calloc(1, sizeof(*plan));

	if (!plan)
		return;
	list_init(&plan->link);
	plan->due = clock_monotonic() + wait;
	plan->is_fetch = is_fetch;
	plan->id = str_dup(str_of(id));
	if (!plan->id) {
		free(plan);
		return;
	}
	insert(reaching, plan);
	arm(reaching);
}

void reaching_fetch(struct reaching *reaching, const char *id)
{
	plan_call(reaching, id, 0, true);
}

/* ---- sessions ----------------------------------------------------------------------- */

static bool has_event(const struct device *device, const char *code)
{
	struct str rest = str_of(device->events ? device->events : "");

	while (rest.len > 0) {
		if (str_is(str_cut(rest, ',', &rest), code))
			return true;
	}
	return false;
}

void reaching_informed(struct reaching *reaching, const struct device *device)
{
	caller_informed(reaching->caller, device->id,
	    has_event(device, "6 CONNECTION REQUEST"));
}

void reaching_ended(struct reaching *reaching, const struct device *device)
{
	if (reaching->config->call.after > 0 && has_event(device, "1 BOOT"))
		plan_call(reaching, device->id, reaching->config->call.after, false);
}

/* ---- life --------------------------------------------------------------------------- */

static enum call_outcome send_by_udp(void *user, struct str address,
    const struct call_credentials *as, char detail[CALL_DETAIL_MAX])
{
	struct reaching *reaching = user;

	return stun_door_call(reaching->stun, address, as, detail);
}

static int open_stun(struct reaching *reaching, uv_loop_t *loop, struct error *err)
{
	const struct acs_config *config = reaching->config;
	const struct stun_door_config settings = {
		.loop = loop,
		.address = config->listen_address,
		.port = (uint16_t)config->call.stun_port,
		.username = config->call.stun_username,
		.password = config->call.stun_password,
	};

	if (config->call.stun_port == 0)
		return 0;
	return stun_door_open(&reaching->stun, &settings, err);
}

static struct caller *make_caller(struct reaching *reaching, uv_loop_t *loop,
    struct hoard *hoard)
{
	const struct acs_config *config = reaching->config;
	const struct caller_config settings = {
		.loop = loop,
		.hoard = hoard,
		.session_timeout = config->call.timeout,
		.send = reaching->stun ? send_by_udp : NULL,
		.accepted = on_accepted,
		.told = on_told,
		.user = reaching,
	};

	return caller_new(&settings);
}

int reaching_open(struct reaching **ret, uv_loop_t *loop,
    const struct acs_config *config, struct device_list *devices,
    const struct task_queue *tasks, struct control *control, struct hoard *hoard,
    struct error *err)
{
	struct reaching *reaching = calloc(1, sizeof(*reaching));
	int r;

	if (!reaching)
		return error_set(err, -ENOMEM, "no memory");
	reaching->config = config;
	reaching->devices = devices;
	reaching->tasks = tasks;
	reaching->control = control;
	list_init(&reaching->plans);
	r = config->call.file
		? call_list_load(&reaching->list, config->call.file, NULL, err)
		: 0;
	if (r == 0)
		r = open_stun(reaching, loop, err);
	if (r == 0)
		reaching->caller = make_caller(reaching, loop, hoard);
	if (!reaching->caller) {
		stun_door_close(reaching->stun);
		call_list_free(reaching->list);
		free(reaching);
		return r < 0 ? r : error_set(err, -ENOMEM, "no memory");
	}
	(void)uv_timer_init(loop, &reaching->timer);
	reaching->timer.data = reaching;
	*ret = reaching;
	return 0;
}

static void on_closed(uv_handle_t *handle)
{
	struct reaching *reaching = handle->data;

	call_list_free(reaching->list);
	free(reaching);
}

void reaching_close(struct reaching *reaching)
{
	if (!reaching)
		return;
	caller_close(reaching->caller);
	stun_door_close(reaching->stun);
	while (!list_empty(&reaching->plans))
		plan_free(list_first(&reaching->plans, struct plan, link));
	free(reaching->sweep.sessions);
	uv_close((uv_handle_t *)&reaching->timer, on_closed);
}
