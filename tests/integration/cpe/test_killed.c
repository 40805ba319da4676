/* A CPE whose process is killed in the middle of what it does, a hundred times in the middle of
 * each Set, Download, TransferComplete, change of deployment units, the end of one, and reset,
 * and an ACS that remembers. The test is the ACS and the file server. In the first session of
 * each life it reads what it has set, and orders one thing more: a value, an image, a deployment
 * unit, a reboot, a factory reset; the life ends within that. What the CPE has acknowledged must be there after
 * the kill, and what the ACS knows to be heard must not come again. */
#include "tests/integration/cpe/acs_server.h"

#include "lib/base/rng.h"
#include "tests/support/holding.h"
#include "tests/support/patience.h"

#include <signal.h>

#ifdef __SANITIZE_ADDRESS__
enum {
	KILLS = 10 /* of each kind; a process takes longer to start */
};
#else
enum {
	KILLS = 100
};
#endif

enum {
	ORDERS_MAX = 4096,
	IDLE_TURNS = 10, /* of 10 ms */
	WAYS = 4         /* moments within what is aimed at */
};

#define ROOT     "InternetGatewayDevice."
#define CODE     ROOT "DeviceInfo.ProvisioningCode"
#define KEY      ROOT "ManagementServer.ParameterKey"
#define VERSION  ROOT "DeviceInfo.SoftwareVersion"
#define UNITS    ROOT "SoftwareModules.DeploymentUnitNumberOfEntries"
#define FACTORYS "PROVISIONINGCODE"

enum kind {
	SET,
	DOWNLOAD,
	CHANGE,
	REBOOT,
	RESET,
	KINDS
};

/* In the middle of which a life ends. */
enum aim {
	AIM_SET,
	AIM_DOWNLOAD,
	AIM_TRANSFER,
	AIM_CHANGE,
	AIM_CHANGED,
	AIM_REBOOT,
	AIM_RESET,
	AIM_NONE, /* it is left alone */
};

static const struct {
	const char *name;
	enum kind kind;          /* what is ordered for it */
	enum cwmp_method method; /* of the message that it is about */
	unsigned kills;
} aims[AIM_NONE] = {
	[AIM_SET] = { "SetParameterValues", SET, CWMP_SET_PARAMETER_VALUES, KILLS },
	[AIM_DOWNLOAD] = { "Download", DOWNLOAD, CWMP_DOWNLOAD, KILLS },
	[AIM_TRANSFER] = { "TransferComplete", DOWNLOAD, CWMP_TRANSFER_COMPLETE,
	    KILLS },
	[AIM_CHANGE] = { "ChangeDUState", CHANGE, CWMP_CHANGE_DU_STATE, KILLS },
	[AIM_CHANGED] = { "DUStateChangeComplete", CHANGE,
	    CWMP_DU_STATE_CHANGE_COMPLETE, KILLS },
	[AIM_REBOOT] = { "Reboot", REBOOT, CWMP_REBOOT, KILLS / 5 },
	[AIM_RESET] = { "FactoryReset", RESET, CWMP_FACTORY_RESET, KILLS },
};

/* Of an order: it was sent; the CPE has answered; what it brings about was told, and we have
 * answered; the CPE died behind our answer, so that it may tell it again; or it has gone on, so
 * that it knows. */
enum stage {
	NONE,
	ASKED,
	ACKED,
	HEARD,
	MAYBE,
	OVER
};

struct order {
	enum kind kind;
	enum stage stage;
	bool is_told, is_void; /* void: it was before a reset, or was refused */
};

struct acs {
	struct acs_server server;
	struct rng rng;
	struct order
	    orders[ORDERS_MAX]; /* by number, which is their key and their value */
	unsigned n_orders;
	unsigned value;  /* that is set, 0: the factory's */
	unsigned maybe;  /* that may be set: it was never acknowledged; 0: none */
	bool may_reset;  /* a reset was asked for and not acknowledged */
	bool must_reset; /* it was acknowledged */
	bool has_bootstrapped, hears_bootstrap;
	unsigned version; /* the newest image whose end was told */
	/* of the session */
	unsigned step;
	unsigned order; /* that it has asked for; 0: none yet */
	unsigned n_sessions;
	/* of the life */
	enum aim aim;
	unsigned way;              /* which moment of it */
	bool has_ordered, answers; /* the request that it ends with */
	unsigned kills[AIM_NONE];
};

static unsigned number_of(struct str text)
{
	uint64_t n = 0;

	(void)str_to_u64(text, ORDERS_MAX - 1, &n);
	return (unsigned)n;
}

static struct order *order_of(struct acs *acs, struct str key, enum kind kind)
{
	unsigned n = number_of(key);

	if (n == 0 || n > acs->n_orders || acs->orders[n].kind != kind)
		fail_msg("\"%.*s\" was never ordered", STR_ARG(key));
	return &acs->orders[n];
}

/* ---- what the CPE says --------------------------------------------------------------- */

/* All that was ordered before a reset is void. */
static void forget_orders(struct acs *acs)
{
	for (unsigned i = 1; i <= acs->n_orders; i++) {
		acs->orders[i].stage = OVER;
		acs->orders[i].is_void = true;
	}
	acs->value = acs->maybe = 0;
	acs->may_reset = acs->must_reset = false;
}

static void hear(struct order *order, const char *what, struct str key)
{
	if (order->stage == OVER)
		fail_msg("%s %.*s is told twice", what, STR_ARG(key));
	order->stage = HEARD;
	order->is_told = true;
}

static void restage(struct acs *acs, enum stage from, enum stage to)
{
	for (unsigned i = 1; i <= acs->n_orders; i++) {
		if (acs->orders[i].stage == from)
			acs->orders[i].stage = to;
	}
}

static void take_inform(struct acs *acs, const struct cwmp_msg *msg)
{
	bool is_bootstrap = false;

	for (size_t i = 0; i < msg->inform.n_events; i++)
		is_bootstrap |= str_is(msg->inform.events[i].code, "0 BOOTSTRAP");
	if (acs->must_reset && !is_bootstrap)
		fail_msg("a factory reset was acknowledged and is forgotten");
	if (is_bootstrap && acs->has_bootstrapped && !acs->must_reset &&
	    !acs->may_reset)
		fail_msg("BOOTSTRAP is told twice");
	if (is_bootstrap)
		forget_orders(acs);
	acs->has_bootstrapped &= !is_bootstrap;
	acs->may_reset = false; /* it was not heard of, or has been done */
	restage(acs, HEARD, MAYBE);
	acs->hears_bootstrap = is_bootstrap;
	acs->step = 0;
	acs->order = 0;
	acs->n_sessions++;
	for (size_t i = 0; i < msg->inform.n_events && !is_bootstrap; i++) {
		const struct cwmp_event *event = &msg->inform.events[i];

		if (str_is(event->code, "M Reboot"))
			hear(order_of(acs, event->command_key, REBOOT), "M Reboot",
			    event->command_key);
	}
}

/* The CPE goes on behind our answer: it knows that we have heard. */
static void note_heard(struct acs *acs)
{
	restage(acs, HEARD, OVER);
	if (acs->hears_bootstrap) {
		acs->has_bootstrapped = true;
		acs->may_reset = acs->must_reset = false;
	}
	acs->hears_bootstrap = false;
}

static void take_transfer(struct acs *acs, const struct cwmp_msg *msg)
{
	struct str key = msg->args.command_key;

	if (msg->args.fault_code != 0)
		fail_msg("transfer %.*s: fault %u %.*s", STR_ARG(key),
		    msg->args.fault_code, STR_ARG(msg->args.fault_text));
	hear(order_of(acs, key, DOWNLOAD), "TransferComplete", key);
	acs->version = MAX(acs->version, number_of(key));
}

/* What was installed twice would be a duplicate: 9026. */
static void take_change(struct acs *acs, const struct cwmp_msg *msg)
{
	struct str key = msg->args.command_key;

	assert_int_equal(msg->args.n_items, 1);
	if (!str_is(cwmp_item_text(&msg->args.items[0], "FaultCode"), "0"))
		fail_msg("change %.*s: %.*s", STR_ARG(key),
		    STR_ARG(cwmp_item_text(&msg->args.items[0], "FaultString")));
	assert_true(str_eq(cwmp_item_text(&msg->args.items[0], "Version"), key));
	hear(order_of(acs, key, CHANGE), "DUStateChangeComplete", key);
}

/* Each unit that was told is there, and none that was not ordered. */
static void take_units(const struct acs *acs, unsigned n)
{
	unsigned least = 0, most = 0;

	for (unsigned i = 1; i <= acs->n_orders; i++) {
		const struct order *order = &acs->orders[i];

		most += order->kind == CHANGE && !order->is_void;
		least += order->kind == CHANGE && !order->is_void && order->is_told;
	}
	if (n < least || n > most)
		fail_msg("%u units are there, and not %u to %u", n, least, most);
}

static void take_values(struct acs *acs, const struct cwmp_params *params)
{
	unsigned code, key, version;

	assert_int_equal(params->len, 4);
	take_units(acs, number_of(params->items[3].value));
	code = number_of(params->items[0].value);
	key = number_of(params->items[1].value);
	version = number_of(params->items[2].value);
	/* Both are set at once or not at all. */
	assert_int_equal(code, key);
	if (acs->maybe != 0 && code == acs->maybe)
		acs->value = acs->maybe;
	acs->maybe = 0;
	if (code != acs->value)
		fail_msg("%u was set, and %u is there", acs->value, code);
	if (version < acs->version)
		fail_msg("image %u was told, and %u runs", acs->version, version);
}

static void take_response(struct acs *acs, const struct cwmp_msg *msg)
{
	struct order *order = &acs->orders[acs->order];

	if (msg->method == CWMP_GET_PARAMETER_VALUES) {
		take_values(acs, &msg->args.params);
		return;
	}
	order->stage = ACKED;
	if (order->kind == SET) {
		acs->value = acs->order;
		acs->maybe = 0;
		order->stage = OVER;
	}
	if (order->kind == RESET) {
		acs->must_reset = true;
		order->stage = OVER;
	}
}

/* ---- what the ACS says --------------------------------------------------------------- */

static void fill_order(struct acs *acs, enum kind kind, char *text, size_t size,
    struct cwmp_msg *msg, struct cwmp_param *params)
{
	static char url[64];
	static struct cwmp_param place;
	static struct cwmp_item install;

	(void)snprintf(text, size, "%u", acs->order);
	msg->args.command_key = str_of(text);
	switch (kind) {
	case SET:
		params[0] =
		    (struct cwmp_param){ STR(CODE), str_of(text), STR("string") };
		msg->method = CWMP_SET_PARAMETER_VALUES;
		msg->args.params = (struct cwmp_params){ params, 1 };
		msg->args.parameter_key = str_of(text);
		acs->maybe = acs->order;
		break;
	case DOWNLOAD:
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/%u",
		    acs->server.port, acs->order);
		msg->method = CWMP_DOWNLOAD;
		msg->args.file_type = STR("1 Firmware Upgrade Image");
		msg->args.url = str_of(url);
		break;
	case CHANGE:
		(void)snprintf(url, sizeof(url), "http://127.0.0.1:%u/unit/%u",
		    acs->server.port, acs->order);
		place = (struct cwmp_param){ .name = STR("URL"), .value = str_of(url) };
		install = (struct cwmp_item){ &place, 1, STR("InstallOpStruct") };
		msg->method = CWMP_CHANGE_DU_STATE;
		msg->args.items = &install;
		msg->args.n_items = 1;
		break;
	case REBOOT:
		msg->method = CWMP_REBOOT;
		break;
	case RESET:
		msg->method = CWMP_FACTORY_RESET;
		acs->may_reset = true;
		break;
	case KINDS:
		break;
	}
}

/* Whether it is about how something ordered before is told. */
static bool is_end(enum aim aim)
{
	return aim == AIM_TRANSFER || aim == AIM_CHANGED;
}

static void ask_order(struct acs *acs, struct acs_conn *conn)
{
	struct cwmp_msg msg = { .kind = CWMP_REQUEST, .ns = CWMP_NS_1_2 };
	enum kind kind = aims[acs->aim].kind;
	struct cwmp_param params[1];
	char text[16];

	assert_true(acs->n_orders + 1 < ORDERS_MAX);
	acs->order = ++acs->n_orders;
	acs->orders[acs->order] = (struct order){ .kind = kind, .stage = ASKED };
	acs->has_ordered = true;
	fill_order(acs, kind, text, sizeof(text), &msg, params);
	acs_say(conn, &msg);
	/* The first moment: nobody hears what comes of it. */
	acs->server.is_over = acs->way == 0 && !is_end(acs->aim);
}

static void ask_values(struct acs_conn *conn)
{
	struct str names[] = { STR(CODE), STR(KEY), STR(VERSION), STR(UNITS) };
	struct cwmp_msg msg = { .kind = CWMP_REQUEST,
		.method = CWMP_GET_PARAMETER_VALUES,
		.ns = CWMP_NS_1_2 };

	msg.args.names = (struct cwmp_strings){ names, ARRAY_LEN(names) };
	acs_say(conn, &msg);
}

static void go_on(struct acs *acs, struct acs_conn *conn)
{
	switch (acs->step++) {
	case 0:
		ask_values(conn);
		return;
	case 1:
		if (acs->aim != AIM_NONE && !acs->has_ordered) {
			ask_order(acs, conn);
			return;
		}
	}
	acs_respond(conn, "204 No Content", STR_NULL);
}

/* ---- requests ------------------------------------------------------------------------ */

/* is_half: it breaks off in the middle. */
static void serve_file(struct acs_conn *conn, struct str path, bool is_half)
{
	auto_buf file = BUF_NULL, bytes = BUF_NULL;

	if (str_starts(path, STR("/unit/")))
		buf_printf(&file,
		    "cwmplab deployment-unit 1\nname: unit\nversion: %.*s\n\n",
		    STR_ARG(str_from(path, strlen("/unit/"))));
	else
		buf_printf(&file, "cwmplab image 1\nversion: %.*s\n\n",
		    STR_ARG(str_from(path, 1)));
	while (file.len < 20000)
		buf_append_text(&file, "all that a device is\n");
	if (!is_half) {
		acs_respond(conn, "200 OK", buf_str(&file));
		return;
	}
	buf_printf(&bytes, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n", file.len);
	buf_append(&bytes, file.data, file.len / 2);
	(void)!send(conn->fd, bytes.data, bytes.len, MSG_NOSIGNAL);
}

static void take_message(struct acs *acs, const struct cwmp_msg *msg)
{
	/* Too much waits: kills come faster than jobs are done. */
	if (msg->kind == CWMP_FAULT && msg->fault.code == 9004 && acs->has_ordered) {
		acs->orders[acs->order].stage = OVER;
		acs->orders[acs->order].is_void = true;
		return;
	}
	if (msg->kind == CWMP_FAULT)
		fail_msg("fault %u %.*s", msg->fault.code, STR_ARG(msg->fault.text));
	if (msg->kind == CWMP_RESPONSE)
		take_response(acs, msg);
	else if (msg->method == CWMP_INFORM)
		take_inform(acs, msg);
	else if (msg->method == CWMP_DU_STATE_CHANGE_COMPLETE)
		take_change(acs, msg);
	else
		take_transfer(acs, msg);
}

/* Whether the life is to end with this request. */
static bool is_aim(const struct acs *acs, bool is_post, const struct cwmp_msg *msg)
{
	if (acs->aim == AIM_NONE || !acs->has_ordered)
		return is_end(acs->aim) && msg->kind == CWMP_REQUEST &&
		       msg->method == aims[acs->aim].method;
	if (acs->aim == AIM_DOWNLOAD || acs->aim == AIM_CHANGE)
		return !is_post;
	if (acs->aim >= AIM_REBOOT && acs->way == 3) /* what comes after it */
		return msg->kind == CWMP_REQUEST && msg->method == CWMP_INFORM;
	return msg->method == aims[acs->aim].method;
}

/* Takes what a request says, and answers it unless the process is to be killed before. */
static void serve(void *user, struct acs_conn *conn, const struct http_head *head,
    struct str body)
{
	struct acs *acs = user;
	bool is_post = str_is(head->method, "POST"), is_last;
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg = { .kind = CWMP_RESPONSE };

	if (body.len > 0 && cwmp_read(&msg, &arena, body.p, body.len, NULL, &err) < 0)
		fail_msg("%s", err.text);
	if (is_post &&
	    !(body.len > 0 && msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM))
		note_heard(acs);
	is_last = is_aim(acs, is_post, &msg);
	if (body.len > 0)
		take_message(acs, &msg);
	acs->server.is_over = is_last;
	if (is_last && !acs->answers) {
		restage(acs, HEARD, ACKED); /* it has to come again */
		return;
	}
	if (!is_post)
		serve_file(conn, head->target, is_last && acs->way == 1);
	else if (body.len > 0 && msg.kind == CWMP_REQUEST)
		acs_confirm(conn, &msg, false);
	else
		go_on(acs, conn);
}

/* The switch of the model gets software modules. */
static void add_modules(const char *folder)
{
	static const char text[] =
	    "  " ROOT "SoftwareModules.:\n"
	    "    DeploymentUnitNumberOfEntries: {type: unsignedInt, count: "
	    "\"" ROOT "SoftwareModules.DeploymentUnit.{i}.\"}\n"
	    "  " ROOT "SoftwareModules.ExecEnv.{i}.:\n"
	    "    Enable: {type: boolean, value: \"true\"}\n"
	    "  " ROOT "SoftwareModules.DeploymentUnit.{i}.:\n"
	    "    UUID: {}\n"
	    "    Name: {}\n"
	    "    Version: {}\n"
	    "    Status: {}\n"
	    "    ExecutionEnvRef: {}\n"
	    "  " ROOT "SoftwareModules.ExecutionUnit.{i}.:\n"
	    "    Name: {}\n"
	    "    References: {}\n"
	    "instances:\n"
	    "  " ROOT "SoftwareModules.ExecEnv.1.: {}\n";
	auto_buf path = BUF_NULL;
	auto_file file = NULL;

	buf_printf(&path, "%s/model.yaml", folder);
	file = fopen(buf_cstr(&path), "ae");
	if (!file || fputs(text, file) < 0)
		fail_msg("%s cannot be written", buf_cstr(&path));
}

/* ---- lives --------------------------------------------------------------------------- */

/* Waits until done() says so. */
static void live(struct acs *acs, const char *folder,
    bool (*done)(const struct acs *acs))
{
	struct background cpe = BACKGROUND_NULL;
	clock_ns deadline = clock_monotonic() + patience_ms() * NS_PER_MS;

	unsigned n_idle = 0, n_before = acs->n_sessions;

	acs->server.is_over = false;
	start_cpe(&cpe, acs->server.port, folder, NULL, NULL);
	while (!done(acs)) {
		n_idle = acs_server_turn(&acs->server) ? 0 : n_idle + 1;
		/* A CPE that has told all has nothing to say before its next boot. */
		if (n_idle > IDLE_TURNS && acs->n_sessions > n_before &&
		    acs->aim != AIM_NONE)
			break;
		if (clock_monotonic() > deadline) {
			(void)background_end(&cpe, SIGKILL);
			fail_msg("it hangs: %.*s", STR_ARG(buf_str(&cpe.text)));
		}
	}
	/* And a little later than its last word. */
	if (acs->aim != AIM_NONE)
		(void)poll(NULL, 0, (int)rng_between(&acs->rng, 0, 3));
	assert_int_equal(background_end(&cpe, SIGKILL), 128 + SIGKILL);
	background_free(&cpe);
	acs_server_hang_up(&acs->server);
}

static bool is_killed(const struct acs *acs)
{
	return acs->server.is_over;
}

/* The last life is left alone: all that was acknowledged is told, in the end. */
static bool is_all_told(const struct acs *acs)
{
	for (unsigned i = 1; i <= acs->n_orders; i++) {
		if (acs->orders[i].stage == ACKED || acs->orders[i].stage == HEARD)
			return false;
	}
	return acs->step > 1 && !acs->must_reset;
}

/* One that is not killed often enough yet. */
static enum aim next_aim(struct acs *acs)
{
	enum aim left[AIM_NONE];
	unsigned n = 0;

	for (int i = 0; i < AIM_NONE; i++) {
		if (acs->kills[i] < aims[i].kills)
			left[n++] = (enum aim)i;
	}
	return n == 0 ? AIM_NONE : left[rng_between(&acs->rng, 0, n - 1)];
}

static void live_and_die(struct acs *acs, const char *folder)
{
	acs->way = (unsigned)rng_between(&acs->rng, 0, WAYS - 1);
	acs->answers = rng_between(&acs->rng, 0, 1) > 0;
	acs->has_ordered = false;
	live(acs, folder, is_killed);
	acs->kills[acs->aim] += acs->server.is_over;
}

static void a_killed_cpe_forgets_nothing_and_does_nothing_twice(void **state)
{
	char folder[] = "/tmp/cwmplab-killed.XXXXXX";
	struct acs *acs = calloc(1, sizeof(*acs));
	unsigned n_lives = 0;

	(void)state;
	assert_non_null(acs);
	assert_non_null(mkdtemp(folder));
	holding_add(HOLDING_FOLDER, folder);
	write_model(folder, "transfers: {flash: 5ms}\n");
	add_modules(folder);
	acs->rng = rng_make(7, 0);
	acs->server.serve = serve;
	acs->server.user = acs;
	acs_server_open(&acs->server);
	for (; (acs->aim = next_aim(acs)) != AIM_NONE; n_lives++)
		live_and_die(acs, folder);
	acs->step = 0;
	live(acs, folder, is_all_told);

	print_message("%u lives, %u sessions, the newest image is %u; killed in the "
		      "middle of:\n",
	    n_lives, acs->n_sessions, acs->version);
	for (int i = 0; i < AIM_NONE; i++)
		print_message("  %-21s %u\n", aims[i].name, acs->kills[i]);
	(void)close(acs->server.listener);
	free(acs);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_killed_cpe_forgets_nothing_and_does_nothing_twice),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
