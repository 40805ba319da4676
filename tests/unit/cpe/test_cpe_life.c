/* agents/cpe/device/cpe.c: the life of a CPE as exchanges. Each row is what happens to it,
 * and what it does then, in words. Its edges are this file's: a clock that goes when it is
 * told to, a lease and sessions that end when a row says so. What happens:
 *
 *   versionless         its model has no SoftwareVersion
 *   power               it is switched on        due [N]        its timer, after N seconds
 *   leased URL          a lease with option 43   renewed URL    the same, extended
 *   lost                the lease is lost        stop           it is switched off
 *   succeed, fail       the session is over      closed         so is one that was broken off
 *   break               it fails after InformResponse
 *   url URL             the ACS sets it          interval N     PeriodicInformInterval
 *   time TIME           PeriodicInformTime
 *   reboot KEY, reset, schedule N KEY            the ACS asks for it
 *   called              a connection request was accepted
 *   download KEY, image KEY, config KEY, upload KEY          and for a transfer; download+N
 *                                                            with a delay of N seconds
 *   got, got VERSION, got+SETTINGS, lack CODE    a transfer is over
 *   told                                         TransferCompleteResponse
 *   informed            its Inform is answered   notify NAME=N  the ACS wants to know
 *   change NAME=VALUE   by itself, as set NAME=VALUE by the ACS; NAMEs without the root
 *   by-hand DEED        what people do: boot, off, on, reset, inform CODE, value NAME=VALUE
 *   requested NAME=VALUE   the ACS sets a diagnostic in a session: rpc_answer()
 *   found, broken       the diagnostic is over, well or by Error_Other
 *   state NAME          what the parameter is, is noted
 *   types LINE          at its console, in the CWMP view; what a refusal says is noted, and
 *                       what a display shows of the ACS
 *   released            the loop has let go of its timer */
#include "tests/unit/cases.h"
#include "tests/unit/cpe/device_stub.h"
#include "tests/unit/cpe/drawing.h"

#include "agents/cpe/console/console.h"
#include "agents/cpe/device/cpe_fleet.h"
#include "agents/cpe/device/cpe_play.h"
#include "lib/base/text.h"

enum {
	ROWS_MAX = 20
};

struct exchange {
	const char *happens;
	const char *does; /* joined by "; " */
};

struct world {
	clock_ns now;
	struct buf diary;
	struct dhcp_lease lease;
	struct model *model;
	struct cpe_config config;
	struct cpe_fleet fleet;
	struct cpe_place place;
	struct cpe cpe;
	struct console console; /* from the first "types" on */
	struct cli_session session;
	bool is_armed, is_listening;
	unsigned n_stopped;
};

/* The edges have no argument but the CPE, and the clock not even that. */
static struct world *world;

static void note(const char *fmt, ...) ATTR_PRINTF(1, 2);

static void note(const char *fmt, ...)
{
	char text[256];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_printf(&world->diary, "%s%s", world->diary.len > 0 ? "; " : "", text);
}

/* ---- edges -------------------------------------------------------------------------- */

static clock_ns now(void)
{
	return world->now;
}

static clock_ns wall(void)
{
	return world->now + INT64_C(1700000000) * NS_PER_S;
}

static void arm(struct cpe *cpe)
{
	(void)cpe;
	world->is_armed = true;
}

static void lease(struct cpe *cpe)
{
	(void)cpe;
	note("asks for a lease");
}

static void release(struct cpe *cpe)
{
	note("gives the lease back");
	if (world->lease.address) {
		world->lease.address = 0;
		cpe_lost(cpe, 0x0a000064, "stopped");
	}
}

static int talk(struct cpe *cpe)
{
	cpe_hold(cpe);
	return 0;
}

static void hang_up(struct cpe *cpe, enum failure_layer layer, const char *why)
{
	note("hangs up: %s: %s", failure_layer_name(layer), why);
	event_queue_end(&cpe->events);
}

static void listen_for_calls(struct cpe *cpe)
{
	world->is_listening = cpe_is_reachable(cpe);
}

static int transfer(struct cpe *cpe, const struct job *job)
{
	(void)cpe;
	note("gets %.*s", STR_ARG(job_text(job, JOB_COMMAND_KEY)));
	return 0;
}

static void cancel(struct cpe *cpe)
{
	(void)cpe;
	note("gives the file up");
}

static int diagnose(struct cpe *cpe, enum diag_kind kind, const struct diag_args *args)
{
	(void)cpe;
	note("runs %s %.*s", diag_kind_name(kind), STR_ARG(args->host));
	return 0;
}

static void desist(struct cpe *cpe)
{
	(void)cpe;
	note("desists");
}

static void resume(struct cpe *cpe)
{
	(void)cpe;
	note("resumes the session");
}

static void close_all(struct cpe *cpe)
{
	(void)cpe;
	world->is_listening = false;
	note("closes");
}

static void stopped(struct cpe *cpe)
{
	(void)cpe;
	world->n_stopped++;
	note("stopped");
}

static const struct cpe_edges edges = {
	.monotonic = now,
	.wall = wall,
	.arm = arm,
	.lease = lease,
	.release = release,
	.listen = listen_for_calls,
	.talk = talk,
	.hang_up = hang_up,
	.transfer = transfer,
	.cancel = cancel,
	.diagnose = diagnose,
	.desist = desist,
	.resume = resume,
	.close = close_all,
	.stopped = stopped,
};

/* ---- reports ------------------------------------------------------------------------ */

void cpe_report_lease(struct cpe *cpe)
{
	char text[IPV4_TEXT_MAX];

	note("lease %s", ipv4_text(cpe->lease->address, text));
}

void cpe_report_trouble(struct cpe *cpe, const char *event, uint32_t address,
    const char *why)
{
	char text[IPV4_TEXT_MAX];

	(void)cpe;
	note("%s %s: %s", event, ipv4_text(address, text), why);
}

void cpe_report_lease6(struct cpe *cpe)
{
	note("lease ::%x", cpe->place->address6[15]);
}

void cpe_report_trouble6(struct cpe *cpe, const char *event, const uint8_t *address,
    const char *why)
{
	(void)cpe;
	note("%s ::%x: %s", event, address[15], why);
}

void cpe_report_debug(struct cpe *cpe, bool is_error, const char *fmt, ...)
{
	(void)cpe;
	(void)is_error;
	(void)fmt;
}

void cpe_report_acs(struct cpe *cpe)
{
	note("acs %s (%s)", cpe->acs_url,
	    acs_source_name(acs_slots_source(&cpe->slots)));
}

void cpe_report_start(struct cpe *cpe, const struct cwmp_event *events, size_t n)
{
	auto_buf text = BUF_NULL;

	for (size_t i = 0; i < n; i++) {
		buf_printf(&text, "%s%.*s", i ? ", " : "", STR_ARG(events[i].code));
		if (events[i].command_key.len > 0)
			buf_printf(&text, " (%.*s)", STR_ARG(events[i].command_key));
	}
	note("informs %s: %s, retry %u", cpe->acs_url, buf_cstr(&text),
	    cpe->retry_count);
}

void cpe_report_end(struct cpe *cpe, const struct failure *failure)
{
	(void)cpe;
	note("ends: %s: %s", failure_layer_name(failure->layer), failure->why);
}

void cpe_report_reachable(struct cpe *cpe)
{
	(void)cpe;
}

void cpe_report_call(struct cpe *cpe, const char *peer, unsigned status,
    const char *why)
{
	(void)cpe;
	note("called from %s: %u%s", peer, status, why ? why : "");
}

void cpe_report_notification(struct cpe *cpe, const char *to, size_t n)
{
	(void)cpe;
	note("notifies %s of %zu", to, n);
}

void cpe_report_binding(struct cpe *cpe, int64_t seconds)
{
	(void)cpe;
	note("binding lives %lld s", (long long)seconds);
}

void cpe_report_retry(struct cpe *cpe, clock_ns wait, struct retry_band band)
{
	if (wait > band.to) {
		note("retry %u after %d s", cpe->retry_count, (int)(wait / NS_PER_S));
		return;
	}
	assert_true(wait >= band.from && wait <= band.to);
	assert_true(cpe->retry_at == world->now + wait);
	note("retry %u in %d-%d s", cpe->retry_count, (int)(band.from / NS_PER_S),
	    (int)(band.to / NS_PER_S));
}

void cpe_report_moved(struct cpe *cpe, const char *from, const char *to)
{
	(void)cpe;
	note("moves from %s to %s", from, to);
}

void cpe_report_transfer(struct cpe *cpe, const struct job *job, bool is_over)
{
	(void)cpe;
	if (is_over)
		note("%.*s is over: %u", STR_ARG(job_text(job, JOB_COMMAND_KEY)),
		    job->fault);
}

void cpe_report_unit(struct cpe *cpe, const struct job_operation *operation)
{
	(void)cpe;
	note("unit %.*s: %u", STR_ARG(job_operation_text(operation, JOB_IS_STATE)),
	    operation->fault);
}

void cpe_report_diagnostic(struct cpe *cpe, enum diag_kind kind, const char *object)
{
	(void)cpe;
	(void)kind;
	(void)object;
}

void cpe_report_diagnosed(struct cpe *cpe, enum diag_kind kind, const char *object,
    const char *state)
{
	(void)cpe;
	(void)object;
	note("%s is over: %s", diag_kind_name(kind), state);
}

void cpe_report_flash(struct cpe *cpe, clock_ns wait)
{
	(void)cpe;
	note("dark for %d s", (int)(wait / NS_PER_S));
}

void cpe_report_settled(struct cpe *cpe, clock_ns due)
{
	(void)due;
	(void)cpe;
	note("settled");
}

/* ---- what happens ------------------------------------------------------------------- */

static bool moves[CPE_STATES][CPE_STATES]; /* that some exchange has made */

static bool leads(enum cpe_state from, enum cpe_state to)
{
	for (int event = 0; event < CPE_EVENTS; event++) {
		enum cpe_state next;

		if (cpe_step(from, (enum cpe_event)event, &next) && next == to)
			return true;
	}
	return false;
}

/* A row makes one move, or two: the end of a session and the reboot after it. */
static void mark_moves(enum cpe_state from, enum cpe_state to)
{
	if (from == to || leads(from, to)) {
		moves[from][to] = true;
		return;
	}
	for (int via = 0; via < CPE_STATES; via++) {
		if (leads(from, (enum cpe_state)via) && leads((enum cpe_state)via, to))
			moves[from][via] = moves[via][to] = true;
	}
}

static void set_lease(struct str url)
{
	static char text[256];

	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(url));
	world->lease.address = 0x0a000064;
	world->lease.acs.url = str_of(text);
}

static void end_session(struct cpe *cpe, bool is_informed, bool is_success)
{
	if (is_informed)
		event_queue_confirm(&cpe->events, CWMP_INFORM);
	event_queue_end(&cpe->events);
	cpe_over(cpe, is_success);
	cpe_release(cpe);
}

/* "13", or "13.250" with all three digits. */
static clock_ns duration_of(struct str seconds)
{
	struct str fraction, whole = str_cut(seconds, '.', &fraction);
	uint64_t n = 0, ms = 0;

	assert_int_equal(str_to_u64(whole, UINT32_MAX, &n), 0);
	if (fraction.p)
		assert_int_equal(str_to_u64(fraction, 999, &ms), 0);
	return (clock_ns)n * NS_PER_S + (clock_ns)ms * NS_PER_MS;
}

static void go_to(struct cpe *cpe, struct str seconds)
{
	assert_true(cpe_due(cpe) != INT64_MAX);
	if (seconds.len > 0) {
		if (cpe_due(cpe) != world->now + duration_of(seconds))
			fail_msg("it is due in %lld ms",
			    (long long)((cpe_due(cpe) - world->now) / NS_PER_MS));
	}
	world->now = cpe_due(cpe);
	cpe_tick(cpe);
	cpe_consider(cpe);
}

static void set_interval(struct cpe *cpe, struct str seconds)
{
	assert_int_equal(model_values_set_live(&cpe->values, MODEL_PERIODIC_INTERVAL,
			     seconds),
	    0);
	assert_int_equal(model_values_set_live(&cpe->values, MODEL_PERIODIC_ENABLE,
			     STR("1")),
	    0);
}

/* As an ACS orders it, which agents/cpe/rpc/rpc_transfer.c checks. */
static void order(struct cpe *cpe, struct str verb, struct str key)
{
	struct str delay, kind = str_cut(verb, '+', &delay);
	uint64_t n = 0;
	struct job_order order = {
		.kind = str_is(kind, "upload") ? JOB_UPLOAD : JOB_DOWNLOAD,
		.is_upgrade = str_is(kind, "image"),
		.way = str_is(kind, "here") ? JOB_IN_SESSION : JOB_LATER,
		.texts = { [JOB_COMMAND_KEY] = key },
	};

	if (delay.p)
		assert_int_equal(str_to_u64(delay, 1000, &n), 0);
	order.due = wall() + (clock_ns)n * NS_PER_S;
	assert_int_equal(jobs_add(&cpe->jobs, &order, NULL), 0);
}

static void get(struct cpe *cpe, struct str verb, struct str arg)
{
	char version[64];
	struct cpe_file file = { .why = "because" };
	struct str settings;
	uint64_t n = 0;

	(void)snprintf(version, sizeof(version), "%.*s", STR_ARG(arg));
	if (str_is(verb, "lack")) {
		assert_int_equal(str_to_u64(arg, 9999, &n), 0);
		file.fault = (uint32_t)n;
	} else if (arg.len > 0) {
		file.version = version;
	}
	(void)str_cut(verb, '+', &settings);
	file.settings = settings;
	cpe_transferred(cpe, &file);
	cpe_consider(cpe);
}

/* The session has told the first that it may. */
static void tell(struct cpe *cpe)
{
	const struct job *job = jobs_to_tell(&cpe->jobs);

	assert_non_null(job);
	event_queue_confirm(&cpe->events, CWMP_INFORM);
	event_queue_confirm_one(&cpe->events, CWMP_TRANSFER_COMPLETE,
	    job_text(job, JOB_COMMAND_KEY));
	jobs_remove(&cpe->jobs, job->id);
}

static struct model_at place_of(const struct cpe *cpe, struct str name)
{
	char path[MODEL_AT_TEXT_MAX];
	struct model_at at;

	(void)snprintf(path, sizeof(path), "%s.%.*s", world->model->root,
	    STR_ARG(name));
	if (!model_values_find(&cpe->values, str_of(path), &at))
		fail_msg("%s is not there", path);
	return at;
}

static void tell_inform(struct cpe *cpe)
{
	struct rpc rpc = cpe_rpc(cpe);
	struct cwmp_inform inform = { .n_events = 0 };
	auto_arena arena = ARENA_NULL;

	assert_int_equal(rpc_fill_inform(&rpc, &arena, &inform), 0);
	rpc_inform_told(&rpc);
}

/* "notify NAME=N", "change NAME=VALUE", "set NAME=VALUE". */
static void touch(struct cpe *cpe, struct str verb, struct str arg)
{
	struct str value, name = str_cut(arg, '=', &value);
	struct model_at at = place_of(cpe, name);
	int r;

	if (str_is(verb, "notify"))
		r = model_values_notify(&cpe->values, &at, value.p[0] - '0');
	else if (str_is(verb, "change"))
		r = model_values_change(&cpe->values, &at, value);
	else
		r = model_values_put(&cpe->values, &at, value);
	assert_int_equal(r, 0);
	cpe_consider(cpe);
}

/* "by-hand DEED ARGUMENT": what people do; a refusal is noted. */
static void do_by_hand(struct cpe *cpe, struct str arg)
{
	struct str value, rest, deed = str_cut(arg, ' ', &rest);
	struct error err = ERROR_NULL;
	struct str name = str_cut(rest, '=', &value);

	if (str_is(deed, "boot"))
		cpe_play_boot(cpe);
	else if (str_is(deed, "off"))
		(void)cpe_play_power_off(cpe, &err);
	else if (str_is(deed, "on"))
		(void)cpe_play_power_on(cpe, &err);
	else if (str_is(deed, "reset"))
		(void)cpe_play_factory_reset(cpe, &err);
	else if (str_is(deed, "inform"))
		(void)cpe_play_inform(cpe, rest, &err);
	else
		(void)cpe_play_value(cpe, name, value, &err);
	if (err.code)
		note("%s", err.text);
}

/* "requested IPPingDiagnostics.Host=a IPPingDiagnostics.DiagnosticsState=Requested" */
static void request(struct cpe *cpe, struct str arg)
{
	struct rpc rpc = cpe_rpc(cpe);
	auto_arena arena = ARENA_NULL;
	struct cwmp_param params[4];
	struct cwmp_msg reply,
	    msg = { .kind = CWMP_REQUEST, .method = CWMP_SET_PARAMETER_VALUES };

	msg.args.params.items = params;
	while (arg.len > 0) {
		struct str value, name = str_cut(str_cut(arg, ' ', &arg), '=', &value);
		char path[MODEL_AT_TEXT_MAX];

		(void)snprintf(path, sizeof(path), "%s.%.*s", world->model->root,
		    STR_ARG(name));
		params[msg.args.params.len++] =
		    (struct cwmp_param){ arena_str(&arena, str_of(path)), value,
			    STR("") };
	}
	(void)rpc_answer(&rpc, &msg, &arena, &reply);
	assert_int_equal(reply.kind, CWMP_RESPONSE);
}

static void find_out(struct cpe *cpe, bool is_well)
{
	const struct diag_results results = {
		.outcome = is_well ? DIAG_COMPLETE : DIAG_OTHER,
		.n_ok = 3,
	};

	cpe_diag_ended(cpe, &results);
	cpe_consider(cpe);
}

static void type(struct cpe *cpe, struct str line)
{
	auto_buf out = BUF_NULL;

	if (!world->console.cpe) {
		console_open(&world->console, cpe);
		cli_session_init(&world->session, &world->console.device);
	}
	world->session.view = CLI_CWMP;
	(void)cli_session_take(&world->session, line, &out);
	if (out.len > 0)
		note("%.*s", STR_ARG(str_trim(buf_str(&out))));
}

static void note_state(const struct cpe *cpe, struct str name)
{
	struct model_at at = place_of(cpe, name);

	note("%s", model_values_source(&cpe->values, &at).value);
}

static void happen(const char *what)
{
	struct cpe *cpe = &world->cpe;
	struct rpc_device device = cpe_device(cpe);
	struct str arg, key;
	struct str verb = str_cut(str_of(what), ' ', &arg);
	uint64_t n = 0;

	if (str_is(verb, "versionless")) {
		world->model->lives[MODEL_SOFTWARE_VERSION] = NULL;
	} else if (str_is(verb, "power")) {
		cpe_boot_in(cpe, 0);
		go_to(cpe, STR_NULL);
	} else if (str_is(verb, "due")) {
		go_to(cpe, arg);
	} else if (str_is(verb, "leased") || str_is(verb, "renewed")) {
		set_lease(arg);
		cpe_leased(cpe, str_is(verb, "renewed"));
		cpe_consider(cpe);
	} else if (str_is(verb, "leased6") || str_is(verb, "renewed6")) {
		const struct opt43 acs = { .url = arg };

		/* Whoever leases IPv6 has something there; nobody looks into it. */
		cpe->lessee6 = (struct lessee6 *)(void *)&world->place;
		cpe->place->address6[15] = 6;
		cpe->place->has_address6 = true;
		cpe_leased6(cpe, str_is(verb, "renewed6"), &acs);
		cpe_consider(cpe);
	} else if (str_is(verb, "dual")) {
		cpe->lessee6 = (struct lessee6 *)(void *)&world->place;
		cpe->place->ip = PLACE_DUAL;
	} else if (str_is(verb, "v6")) {
		cpe->lessee6 = (struct lessee6 *)(void *)&world->place;
		cpe->place->ip = PLACE_V6;
		cpe->lease = NULL;
	} else if (str_is(verb, "lost6")) {
		cpe->place->has_address6 = false;
		cpe_lost6(cpe, cpe->place->address6, "the lease expired");
		cpe_consider(cpe);
	} else if (str_is(verb, "waited")) {
		cpe_waited(cpe);
		cpe_consider(cpe);
	} else if (str_is(verb, "lost")) {
		world->lease.address = 0;
		cpe_lost(cpe, 0x0a000064, "the lease expired");
		cpe_consider(cpe);
	} else if (str_is(verb, "succeed") || str_is(verb, "fail") ||
		   str_is(verb, "break")) {
		end_session(cpe, !str_is(verb, "fail"), str_is(verb, "succeed"));
	} else if (str_is(verb, "closed")) {
		cpe_over(cpe, false);
		cpe_release(cpe);
	} else if (str_is(verb, "url")) {
		assert_int_equal(device.set(cpe, MODEL_ACS_URL, arg), 0);
	} else if (str_is(verb, "interval")) {
		set_interval(cpe, arg);
	} else if (str_is(verb, "time")) {
		assert_int_equal(model_values_set_live(&cpe->values,
				     MODEL_PERIODIC_TIME, arg),
		    0);
	} else if (str_is(verb, "reboot")) {
		assert_int_equal(device.reboot(cpe, arg), 0);
	} else if (str_is(verb, "reset")) {
		assert_int_equal(device.factory_reset(cpe), 0);
	} else if (str_is(verb, "schedule")) {
		assert_int_equal(str_to_u64(str_cut(arg, ' ', &key), 1000, &n), 0);
		assert_int_equal(device.schedule_inform(cpe, (uint32_t)n, key), 0);
	} else if (str_starts(verb, STR("download")) || str_is(verb, "image") ||
		   str_is(verb, "upload") || str_is(verb, "here")) {
		order(cpe, verb, arg);
	} else if (str_starts(verb, STR("got")) || str_is(verb, "lack")) {
		get(cpe, verb, arg);
	} else if (str_is(verb, "told")) {
		tell(cpe);
	} else if (str_is(verb, "requested")) {
		request(cpe, arg);
	} else if (str_is(verb, "found") || str_is(verb, "broken")) {
		find_out(cpe, str_is(verb, "found"));
	} else if (str_is(verb, "state")) {
		note_state(cpe, arg);
	} else if (str_is(verb, "types")) {
		type(cpe, arg);
	} else if (str_is(verb, "rests")) {
		cpe_jobs_run(cpe);
	} else if (str_is(verb, "informed")) {
		tell_inform(cpe);
	} else if (str_is(verb, "notify") || str_is(verb, "change") ||
		   str_is(verb, "set")) {
		touch(cpe, verb, arg);
	} else if (str_is(verb, "stop")) {
		cpe_stop(cpe);
	} else if (str_is(verb, "by-hand")) {
		do_by_hand(cpe, arg);
	} else if (str_is(verb, "called")) {
		cpe_called(cpe);
	} else if (str_is(verb, "released")) {
		cpe_release(cpe);
	} else {
		fail_msg("\"%s\" cannot happen", what);
	}
}

/* Plays rows until one without words; each fails with what the CPE did instead. */
static void play(const char *scene, const struct exchange *rows)
{
	for (; rows->happens; rows++) {
		enum cpe_state before = world->cpe.state;

		buf_reset(&world->diary);
		world->is_armed = false;
		happen(rows->happens);
		mark_moves(before, world->cpe.state);
		assert_int_equal(world->is_listening, cpe_is_reachable(&world->cpe));
		if (strcmp(buf_cstr(&world->diary), rows->does) != 0)
			fail_msg("%s: after \"%s\": %s", scene, rows->happens,
			    buf_cstr(&world->diary));
	}
}

/* The loop sleeps until a timer that was set after the last change of a time, or a row
 * would wait for ever. */
static void expect_armed(void)
{
	assert_true(world->is_armed || world->cpe.state == CPE_STOPPING ||
		    world->cpe.state == CPE_STOPPED);
}

static void make_world(const char *acs_url)
{
	const char *source = getenv("CWMPLAB_SOURCE");
	struct error err = ERROR_NULL;
	char path[512];

	world = calloc(1, sizeof(*world));
	assert_non_null(world);
	(void)snprintf(path, sizeof(path), "%s/topologies/models/hp5920.yaml",
	    source ? source : ".");
	if (model_load(path, &world->model, &err) < 0)
		fail_msg("%s", err.text);
	world->now = 1000 * NS_PER_S;
	world->config.default_acs.url = acs_url;
	world->place = (struct cpe_place)CPE_PLACE_NULL;
	world->fleet.config = &world->config;
	world->fleet.edges = &edges;
	world->fleet.model = world->model;
	world->fleet.seed = 7;
}

static void open_cpe(bool has_dhcp)
{
	struct cpe_range range = { .count = 1, .name = "cpe" };
	struct error err = ERROR_NULL;

	assert_int_equal(cpe_open(&world->cpe, &world->fleet, &range, 0, 0,
			     &world->place, &err),
	    0);
	if (has_dhcp)
		world->cpe.lease = &world->lease;
	cpe_hold(&world->cpe);
}

static void begin(const char *acs_url, bool has_dhcp)
{
	make_world(acs_url);
	open_cpe(has_dhcp);
}

static void end(void)
{
	console_close(&world->console);
	cpe_free(&world->cpe);
	model_free(world->model);
	buf_free(&world->diary);
	free(world);
	world = NULL;
}

/* ---- lives -------------------------------------------------------------------------- */

#define BOOTED "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 0"

static const struct scene {
	const char *name;
	const char *acs_url; /* default-acs; null: none */
	bool has_dhcp;
	struct exchange rows[ROWS_MAX];
} scenes[] = {
	{ "a first boot, then periodic Informs", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "interval 600", "" }, { "succeed", "settled" },
		{ "due 600", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "succeed", "settled" },
		{ "due 600", "informs http://a/: 2 PERIODIC, retry 0" } } },
	{ "without DHCP", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" } } },
	{ "no ACS at all", NULL, false,
	    { { "power", "ends: DHCP: no ACS is set; settled" } } },
	{ "a lease that names no ACS", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased ",
		    "lease 10.0.0.100; ends: DHCP: the lease names no ACS (option 43) "
		    "and none is set; settled" },
		{ "renewed http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); informs http://a/: "
		    "0 BOOTSTRAP, 1 BOOT, retry 0" } } },
	{ "retries until one succeeds", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" },
		{ "fail", "retry 2 in 10-20 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 2" },
		{ "interval 60", "" }, { "succeed", "settled" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" } } },
	{ "a retry does not tell again what InformResponse has delivered", "http://a/",
	    false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "break", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: , retry 1" },
		{ "fail", "retry 2 in 10-20 s" },
		{ "due", "informs http://a/: , retry 2" }, { "succeed", "settled" } } },
	{ "news do not wait for the retry", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "schedule 3 k", "" },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due 3", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, 3 SCHEDULED, "
			   "M ScheduleInform (k), retry 1" },
		{ "fail", "retry 2 in 10-20 s" } } },
	{ "an ACS that sets another URL is left for it", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "url http://b/", "" },
		{ "succeed", "moves from http://a/ to http://b/; acs http://b/ (user); "
			     "informs http://b/: 0 BOOTSTRAP, retry 0" },
		{ "succeed", "settled" } } },
	{ "no retry at an ACS that was left", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "url http://b/", "" },
		{ "fail", "moves from http://a/ to http://b/; acs http://b/ (user); "
			  "informs http://b/: 0 BOOTSTRAP, retry 0" } } },
	{ "a console, the ACS and DHCP against each other", "http://d/", true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "succeed", "settled" },
		{ "types cwmp acs url http://u/",
		    "moves from http://a/ to http://u/; acs http://u/ (user); "
		    "informs http://u/: 0 BOOTSTRAP, retry 0" },
		{ "url http://s/", "" },
		{ "types display cwmp conf | inc \"ACS URL\"",
		    "ACS URL                             : http://s/" },
		{ "succeed", "moves from http://u/ to http://s/; acs http://s/ (user); "
			     "informs http://s/: 0 BOOTSTRAP, retry 0" },
		{ "succeed", "settled" },
		{ "renewed http://b/",
		    "lease 10.0.0.100; informs http://s/: 4 VALUE CHANGE, retry 0" },
		{ "succeed", "settled" },
		{ "types display cwmp status | inc source",
		    "ACS information source                        : User" },
		{ "types undo cwmp acs url",
		    "moves from http://s/ to http://b/; acs http://b/ (DHCP); "
		    "informs http://b/: 0 BOOTSTRAP, retry 0" },
		{ "succeed", "settled" },
		{ "renewed ", "lease 10.0.0.100; moves from http://b/ to http://d/; "
			      "acs http://d/ (default); "
			      "informs http://d/: 0 BOOTSTRAP, retry 0" },
		{ "succeed", "settled" },
		{ "types undo cwmp acs default url",
		    "ends: DHCP: the lease names no ACS "
		    "(option 43) and none is set" },
		{ "types cwmp acs default url http://e/",
		    "moves from http://d/ to http://e/; acs http://e/ (default); "
		    "informs http://e/: 0 BOOTSTRAP, retry 0" } } },
	{ "CWMP that is disabled tells nobody and plans nothing", "http://a/", false,
	    { { "types undo cwmp enable", "" }, { "power", "settled" },
		{ "schedule 3 k", "" }, { "due 3", "" },
		{ "types cwmp enable", "acs http://a/ (default); " BOOTED },
		{ "types undo cwmp enable", "hangs up: CWMP: CWMP was disabled" },
		{ "closed", "retry 1 in 5-10 s; settled" }, { "types cwmp enable", "" },
		{ "called", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, "
			    "6 CONNECTION REQUEST, retry 1" } } },
	{ "a console that says how often to retry, and when to inform", "http://a/",
	    false,
	    { { "types cwmp cpe connect retry 1", "" },
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" },
		{ "types cwmp cpe connect retry 0", "" }, { "fail", "settled" },
		{ "types cwmp cpe inform interval 60", "" },
		{ "types cwmp cpe inform interval enable", "" },
		{ "due 60",
		    "informs http://a/: 0 BOOTSTRAP, 1 BOOT, 2 PERIODIC, retry 2" },
		{ "informed", "" }, { "types cwmp cpe provision-code SITE.1", "" },
		{ "types undo cwmp cpe inform interval enable", "" },
		{ "succeed", "informs http://a/: 4 VALUE CHANGE, retry 0" },
		{ "informed", "" }, { "succeed", "settled" },
		{ "types cwmp cpe inform time 2023-11-14T22:30:00",
		    "% The time must be in the future." },
		{ "types cwmp cpe inform time 2023-11-14T23:00:00", "" },
		{ "due", "informs http://a/: 2 PERIODIC, retry 0" } } },
	{ "a renewal changes the lease", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "renewed http://a/", "lease 10.0.0.100" },
		{ "succeed", "informs http://a/: 4 VALUE CHANGE, retry 0" },
		{ "succeed", "settled" },
		{ "renewed http://b/",
		    "lease 10.0.0.100; moves from http://a/ to http://b/; "
		    "acs http://b/ (DHCP); informs http://b/: 0 BOOTSTRAP, retry 0" } } },
	{ "a diagnostic runs after the session, and the next one tells of it",
	    "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "state IPPingDiagnostics.DiagnosticsState", "Requested" },
		{ "found",
		    "IPPing is over: Complete; informs http://a/: 8 DIAGNOSTICS COMPLETE, retry 0" },
		{ "state IPPingDiagnostics.SuccessCount", "3" },
		{ "succeed", "settled" } } },
	{ "a session during a diagnostic does not tell of it", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "called", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "found", "IPPing is over: Complete" },
		{ "succeed", "informs http://a/: 8 DIAGNOSTICS COMPLETE, retry 0" },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 8 DIAGNOSTICS COMPLETE, retry 1" },
		{ "succeed", "settled" } } },
	{ "an argument that is set ends a diagnostic", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "called", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "requested IPPingDiagnostics.Host=i", "desists" },
		{ "state IPPingDiagnostics.DiagnosticsState", "None" },
		{ "succeed", "settled" } } },
	{ "a diagnostic that is requested again begins anew", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "called", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "requested IPPingDiagnostics.DiagnosticsState=Requested", "desists" },
		{ "succeed", "runs IPPing h" },
		{ "broken",
		    "IPPing is over: Error_Other; informs http://a/: 8 DIAGNOSTICS COMPLETE, retry 0" } } },
	{ "a reboot loses a diagnostic", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "called", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "reboot k", "" }, { "succeed", "desists" },
		{ "due", "informs http://a/: 1 BOOT, M Reboot (k), retry 0" },
		{ "state IPPingDiagnostics.DiagnosticsState", "None" },
		{ "succeed", "settled" } } },
	{ "a diagnostic begins anew with the next lease", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; desists" },
		{ "leased http://a/", "lease 10.0.0.100; runs IPPing h" },
		{ "stop", "desists; closes" } } },
	{ "what changes by itself is told at once, or with what comes next",
	    "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "notify DeviceInfo.Description=2", "" },
		{ "change DeviceInfo.Description=before", "" }, { "informed", "" },
		{ "succeed", "settled" },
		{ "change DeviceInfo.Description=before", "" },
		{ "set DeviceInfo.Description=by the ACS", "" },
		{ "change DeviceInfo.ModelName=which nobody asked for", "" },
		{ "change DeviceInfo.Description=news",
		    "informs http://a/: 4 VALUE CHANGE, retry 0" },
		{ "informed", "" }, { "notify DeviceInfo.ModelName=1", "" },
		{ "succeed", "settled" }, { "change DeviceInfo.ModelName=passive", "" },
		{ "schedule 5 k", "" },
		{ "due 5", "informs http://a/: 3 SCHEDULED, M ScheduleInform (k), "
			   "4 VALUE CHANGE, retry 0" } } },
	{ "a failed session tells of the change again", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "notify DeviceInfo.Description=2", "" }, { "informed", "" },
		{ "succeed", "settled" },
		{ "change DeviceInfo.Description=news",
		    "informs http://a/: 4 VALUE CHANGE, retry 0" },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 4 VALUE CHANGE, retry 1" },
		{ "informed", "" }, { "succeed", "settled" } } },
	{ "a throttle keeps sessions for changes apart", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "set ManagementServer.DefaultActiveNotificationThrottle=30", "" },
		{ "notify DeviceInfo.Description=2", "" }, { "informed", "" },
		{ "succeed", "settled" }, { "change DeviceInfo.Description=news", "" },
		{ "schedule 10 k", "" },
		{ "due 10", "informs http://a/: 3 SCHEDULED, M ScheduleInform (k), "
			    "4 VALUE CHANGE, retry 0" },
		{ "informed", "" }, { "succeed", "settled" },
		{ "change DeviceInfo.Description=more", "" },
		{ "due 30", "informs http://a/: 4 VALUE CHANGE, retry 0" } } },
	{ "what moves outside is looked at while somebody wants to know", "http://a/",
	    false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "notify DeviceInfo.UpTime=2", "" }, { "informed", "" },
		{ "succeed", "settled" },
		{ "due 5", "informs http://a/: 4 VALUE CHANGE, retry 0" },
		{ "informed", "" }, { "notify DeviceInfo.UpTime=0", "" },
		{ "interval 60", "" }, { "succeed", "settled" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" } } },
	{ "the lease is lost while nothing is said", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "interval 60", "" }, { "succeed", "settled" },
		{ "lost", "lease-lost 10.0.0.100: the lease expired" },
		{ "due 60", "" },
		{ "leased http://a/", "lease 10.0.0.100; "
				      "informs http://a/: 2 PERIODIC, retry 0" } } },
	{ "the lease is lost in a session", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; "
			  "hangs up: DHCP: the lease was lost" },
		{ "closed", "retry 1 in 5-10 s" }, { "due", "" },
		{ "leased http://a/",
		    "lease 10.0.0.100; informs http://a/: 0 BOOTSTRAP, 1 BOOT, "
		    "retry 1" } } },
	{ "another lease before the connection is closed", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; "
			  "hangs up: DHCP: the lease was lost" },
		{ "leased http://a/", "lease 10.0.0.100" },
		{ "closed", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" } } },
	{ "a lease of IPv6 alone", NULL, true,
	    { { "v6", "" }, { "power", "asks for a lease" },
		{ "leased6 http://a/", "lease ::6; acs http://a/ (DHCP); " BOOTED },
		{ "succeed", "settled" },
		{ "renewed6 http://a/", "lease ::6; informs http://a/: "
					"4 VALUE CHANGE, retry 0" },
		{ "lost6", "lease-lost ::6: the lease expired; "
			   "hangs up: DHCP: the lease was lost" } } },
	{ "a lease of IPv6 that names no ACS", NULL, true,
	    { { "v6", "" }, { "power", "asks for a lease" },
		{ "leased6 ", "lease ::6; ends: DHCP: the lease names no ACS (option "
			      "17) and none is set; settled" } } },
	{ "a second family is waited for, and its ACS is the CPE's", NULL, true,
	    { { "dual", "" }, { "power", "asks for a lease" },
		{ "leased http://b/", "lease 10.0.0.100" },
		{ "leased6 http://a/", "lease ::6; acs http://a/ (DHCP); " BOOTED } } },
	{ "the ACS of option 17 stays when option 43 comes", NULL, true,
	    { { "dual", "" }, { "power", "asks for a lease" },
		{ "leased6 http://a/", "lease ::6" },
		{ "leased http://b/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED } } },
	{ "a second family is not waited for for ever", NULL, true,
	    { { "dual", "" }, { "power", "asks for a lease" }, { "waited", "" },
		{ "leased http://a/", "lease 10.0.0.100" },
		{ "waited", "acs http://a/ (DHCP); " BOOTED }, { "succeed", "settled" },
		{ "waited", "" },
		{ "leased6 ", "lease ::6; informs http://a/: 4 VALUE CHANGE, "
			      "retry 0" } } },
	{ "one family stays when the other goes", NULL, true,
	    { { "dual", "" }, { "power", "asks for a lease" },
		{ "leased http://a/", "lease 10.0.0.100" },
		{ "leased6 ", "lease ::6; acs http://a/ (DHCP); " BOOTED },
		{ "succeed", "settled" },
		{ "lost6", "lease-lost ::6: the lease expired; informs http://a/: "
			   "4 VALUE CHANGE, retry 0" },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; "
			  "hangs up: DHCP: the lease was lost" } } },
	{ "a reboot", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "reboot key", "" },
		{ "succeed", "gives the lease back; lease-lost 10.0.0.100: stopped" },
		{ "due 0", "asks for a lease" },
		{ "leased http://a/", "lease 10.0.0.100; informs http://a/: 1 BOOT, "
				      "M Reboot (key), retry 0" },
		{ "succeed", "settled" } } },
	{ "a reboot in a session that the lease is lost in", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "reboot ", "" },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; "
			  "hangs up: DHCP: the lease was lost" },
		{ "closed", "gives the lease back" }, { "due 0", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; informs http://a/: 0 BOOTSTRAP, 1 BOOT, "
		    "M Reboot, retry 0" } } },
	{ "a connection request", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "succeed", "settled" },
		{ "called", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "succeed", "settled" } } },
	{ "connection requests in a session: one session after it", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "called", "" },
		{ "called", "" }, { "called", "" },
		{ "succeed", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "called", "" },
		{ "succeed", "informs http://a/: 6 CONNECTION REQUEST, retry 0" },
		{ "succeed", "settled" } } },
	{ "a connection request does not wait for a retry, and is not retried",
	    "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "fail", "retry 1 in 5-10 s" },
		{ "called", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, "
			    "6 CONNECTION REQUEST, retry 1" },
		{ "fail", "retry 2 in 10-20 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 2" },
		{ "succeed", "settled" } } },
	{ "a factory reset", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "url http://b/", "" },
		{ "interval 60", "" }, { "reset", "" }, { "succeed", "" },
		{ "due 0", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" } } },
	{ "a file", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "download k", "" },
		{ "succeed", "gets k" },
		{ "got", "k is over: 0; informs http://a/: 7 TRANSFER COMPLETE, "
			 "M Download (k), retry 0" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "a file that does not come", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "upload k", "" },
		{ "succeed", "gets k" },
		{ "lack 9011", "k is over: 9011; informs http://a/: "
			       "7 TRANSFER COMPLETE, M Upload (k), retry 0" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "a file whose time has not come", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "download+30 k", "" },
		{ "succeed", "settled" }, { "due 30", "gets k" },
		{ "got", "k is over: 0; informs http://a/: 7 TRANSFER COMPLETE, "
			 "M Download (k), retry 0" } } },
	{ "what was not told is told again", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "download a", "" },
		{ "download b", "" }, { "succeed", "gets a" },
		{ "got", "a is over: 0; gets b; informs http://a/: "
			 "7 TRANSFER COMPLETE, M Download (a), retry 0" },
		{ "lack 9015", "b is over: 9015; resumes the session" }, { "told", "" },
		{ "succeed", "informs http://a/: 7 TRANSFER COMPLETE, "
			     "M Download (b), retry 0" },
		{ "fail", "retry 1 in 5-10 s" },
		{ "due", "informs http://a/: 7 TRANSFER COMPLETE, M Download (b), "
			 "retry 1" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "another ACS is told nothing of it", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "download k", "" },
		{ "succeed", "gets k" },
		{ "got", "k is over: 0; informs http://a/: 7 TRANSFER COMPLETE, "
			 "M Download (k), retry 0" },
		{ "url http://b/", "" },
		{ "fail", "moves from http://a/ to http://b/; acs http://b/ (user); "
			  "informs http://b/: 0 BOOTSTRAP, retry 0" },
		{ "succeed", "settled" } } },
	{ "an image", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "image k", "" }, { "succeed", "gets k" },
		{ "got 9.9", "dark for 2 s; gives the lease back; "
			     "lease-lost 10.0.0.100: stopped" },
		{ "due 2", "k is over: 0; asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; informs http://a/: 4 VALUE CHANGE, "
		    "7 TRANSFER COMPLETE, M Download (k), 1 BOOT, retry 0" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "the image that it has", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "image k", "" },
		{ "succeed", "gets k" },
		{ "got 7.1.045 Release 2418P06", "dark for 2 s" },
		{ "due 2", "k is over: 0; informs http://a/: 7 TRANSFER COMPLETE, "
			   "M Download (k), 1 BOOT, retry 0" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "an image of a device that tells no version", "http://a/", false,
	    { { "versionless", "" }, { "power", "acs http://a/ (default); " BOOTED },
		{ "image k", "" }, { "succeed", "gets k" },
		{ "got 9.9", "dark for 2 s" },
		{ "due 2", "k is over: 0; informs http://a/: 7 TRANSFER COMPLETE, "
			   "M Download (k), 1 BOOT, retry 0" } } },
	{ "an image that comes while a session runs", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "schedule 5 s", "" },
		{ "image k", "" }, { "succeed", "gets k" },
		{ "due 5", "informs http://a/: 3 SCHEDULED, M ScheduleInform (s), "
			   "retry 0" },
		{ "got 9.9", "" }, { "succeed", "dark for 2 s" },
		{ "due 2", "k is over: 0; informs http://a/: 4 VALUE CHANGE, "
			   "7 TRANSFER COMPLETE, M Download (k), 1 BOOT, retry 0" } } },
	{ "a reboot while a file comes", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "schedule 5 s", "" },
		{ "download k", "" }, { "succeed", "gets k" },
		{ "due 5", "informs http://a/: 3 SCHEDULED, M ScheduleInform (s), "
			   "retry 0" },
		{ "reboot r", "" }, { "succeed", "gives the file up" },
		{ "due 0", "gets k; informs http://a/: 1 BOOT, M Reboot (r), "
			   "retry 0" } } },
	{ "the lease is lost while a file comes", NULL, true,
	    { { "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "download k", "" }, { "succeed", "gets k" },
		{ "lost", "lease-lost 10.0.0.100: the lease expired; "
			  "gives the file up" },
		{ "leased http://a/", "lease 10.0.0.100; gets k" } } },
	{ "a factory reset forgets what was ordered", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "download+30 k", "" },
		{ "reset", "" }, { "succeed", "" },
		{ "due 0", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" } } },
	{ "a file within the session that ordered it", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "here k", "" },
		{ "rests", "gets k" }, { "got", "k is over: 0; resumes the session" },
		{ "told", "" }, { "succeed", "settled" } } },
	{ "a session that breaks before it has told of its file", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "here k", "" },
		{ "rests", "gets k" }, { "got", "k is over: 0; resumes the session" },
		{ "break", "retry 1 in 5-10 s" } } },
	{ "its plug is pulled while it rests", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "succeed", "settled" },
		{ "by-hand boot", "" },
		{ "due 0", "informs http://a/: 1 BOOT, retry 0" },
		{ "succeed", "settled" } } },
	{ "its plug is pulled in a session", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "reboot k", "" },
		{ "by-hand boot", "hangs up: CWMP: the CPE is switched off" },
		{ "closed", "" },
		{ "due 0",
		    "informs http://a/: 0 BOOTSTRAP, 1 BOOT, M Reboot (k), retry 0" },
		{ "succeed", "settled" } } },
	{ "it is switched off, and on", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "succeed", "settled" },
		{ "by-hand on", "cpe is switched on already" }, { "by-hand off", "" },
		{ "by-hand off", "cpe is switched off already" },
		{ "by-hand inform 2 PERIODIC",
		    "cpe is switched off: \"power on\" switches it on" },
		{ "by-hand reset", "cpe is switched off: \"power on\" switches it on" },
		{ "by-hand on", "" }, { "by-hand off", "" }, { "by-hand boot", "" },
		{ "due 0", "informs http://a/: 1 BOOT, retry 0" },
		{ "succeed", "settled" } } },
	{ "it is switched off in a session, and on before that is closed", "http://a/",
	    false,
	    { { "power", "acs http://a/ (default); " BOOTED },
		{ "by-hand off", "hangs up: CWMP: the CPE is switched off" },
		{ "by-hand on", "hangs up: CWMP: the CPE is switched off" },
		{ "closed", "" }, { "due 0", BOOTED }, { "succeed", "settled" } } },
	{ "its button resets it to the factory's state", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "by-hand reset", "" },
		{ "succeed", "" }, { "due 0", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" }, { "by-hand reset", "" },
		{ "due 0", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" } } },
	{ "it informs because somebody wants it to", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "succeed", "settled" },
		{ "by-hand inform 2 PERIODIC",
		    "informs http://a/: 2 PERIODIC, retry 0" },
		{ "by-hand inform 8 DIAGNOSTICS COMPLETE", "" },
		{ "succeed", "informs http://a/: 8 DIAGNOSTICS COMPLETE, retry 0" },
		{ "succeed", "settled" },
		{ "by-hand inform 1 BOOT",
		    "an Inform is made for 2 PERIODIC, 3 SCHEDULED, 4 VALUE CHANGE, "
		    "6 CONNECTION REQUEST or 8 DIAGNOSTICS COMPLETE, not for \"1 BOOT\"" } } },
	{ "a shorter interval holds from now on", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "interval 600", "" },
		{ "succeed", "settled" },
		{ "by-hand value ManagementServer.PeriodicInformInterval=60", "" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "succeed", "settled" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "succeed", "settled" } } },
	{ "its value changes because somebody wants it to", "http://a/", false,
	    { { "power", "acs http://a/ (default); " BOOTED }, { "succeed", "settled" },
		{ "by-hand value Nope=1", "cpe has no parameter \"Nope\"" },
		{ "by-hand value ManagementServer.PeriodicInformInterval=x",
		    "ManagementServer.PeriodicInformInterval of cpe takes no \"x\": it is "
		    "unsignedInt" },
		{ "by-hand value ManagementServer.URL=http://b/",
		    "ManagementServer.URL of cpe is what the CPE itself knows: it cannot be "
		    "changed so" } } },
};

static void a_life_goes_as_told(void **state)
{
	const struct scene *scene = *state;

	begin(scene->acs_url, scene->has_dhcp);
	play(scene->name, scene->rows);
	end();
}

/* Each row leads a CPE with DHCP to a state, in which it is then stopped. */
static void test_a_cpe_can_be_stopped_in_each_state(void **state)
{
#define POWER                               \
	{                                   \
		"power", "asks for a lease" \
	}
#define LEASED                                                                        \
	{                                                                             \
		"leased http://a/", "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED \
	}
#define LOST                                                         \
	{                                                            \
		"lost", "lease-lost 10.0.0.100: the lease expired; " \
			"hangs up: DHCP: the lease was lost"         \
	}
	static const struct {
		enum cpe_state state;
		struct exchange rows[8];
	} rows[] = {
		{ CPE_OFF, { { "stop", "closes" }, { "stop", "" },
			       { "released", "stopped" } } },
		{ CPE_LEASING,
		    { POWER, { "stop", "closes" }, { "released", "stopped" } } },
		{ CPE_IDLE, { POWER, LEASED, { "succeed", "settled" },
				{ "stop", "closes" }, { "released", "stopped" } } },
		{ CPE_TALKING,
		    { POWER, LEASED,
			{ "stop", "hangs up: CWMP: the CPE is switched off; closes" },
			{ "released", "" }, { "closed", "stopped" } } },
		{ CPE_STRANDED,
		    { POWER, LEASED, LOST,
			{ "stop", "hangs up: CWMP: the CPE is switched off; closes" },
			{ "closed", "" }, { "released", "stopped" } } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		begin(NULL, true);
		play(cpe_state_name(rows[i].state), rows[i].rows);

		assert_int_equal(world->n_stopped, 1);
		assert_int_equal(world->cpe.state, CPE_STOPPED);
		end();
	}
}

/* Runs behind the two above: what the table allows has happened there. */
static void test_each_move_of_the_table_was_made(void **state)
{
	(void)state;
	for (int at = 0; at < CPE_STATES; at++) {
		for (int event = 0; event < CPE_EVENTS; event++) {
			enum cpe_state next;

			if (cpe_step((enum cpe_state)at, (enum cpe_event)event,
				&next) &&
			    (int)next != at && !moves[at][next])
				fail_msg("%s --%s--> %s",
				    cpe_state_name((enum cpe_state)at),
				    cpe_event_name((enum cpe_event)event),
				    cpe_state_name(next));
		}
	}
}

static void test_the_drawing_shows_the_table(void **state)
{
	struct drawing drawing = {
		.states = {
#define XX(symbol, name) #symbol,
			CPE_STATE_MAP(XX)
#undef XX
		},
		.events = {
#define XX(symbol, name) name,
			CPE_EVENT_MAP(XX)
#undef XX
		},
		.n_states = CPE_STATES,
		.n_events = CPE_EVENTS,
		.any_until = CPE_STOPPING,
	};

	(void)state;
	drawing_read(&drawing, "agents/cpe/device/cpe.h");
	for (size_t at = 0; at < CPE_STATES; at++) {
		for (size_t event = 0; event < CPE_EVENTS; event++) {
			enum cpe_state next;
			bool is_allowed =
			    cpe_step((enum cpe_state)at, (enum cpe_event)event, &next);

			drawing_compare(&drawing, at, event,
			    is_allowed ? (int)next + 1 : 0);
		}
	}
}

static void test_a_cpe_gives_up_at_the_limit_of_retries(void **state)
{
	static const struct exchange rows[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "fail", "retry 1 in 1-2 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" },
		{ "fail", "retry 2 in 2-4 s" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 2" },
		{ "fail", "settled" },
		{ NULL, NULL },
	};

	(void)state;
	make_world("http://a/");
	world->config.retry.min_wait = NS_PER_S;
	world->config.retry.multiplier = 2000;
	world->config.retry.limit = 2;
	open_cpe(false);
	play("limit", rows);

	assert_true(cpe_due(&world->cpe) == INT64_MAX);
	end();
}

/* What the configuration says is what the factory has set. */
static void test_the_last_word_on_the_wait_before_a_retry_holds(void **state)
{
	static const struct exchange set[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "fail", "retry 1 in 1-2 s" },
		{ "set ManagementServer.CWMPRetryMinimumWaitInterval=20", "" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" },
		{ "fail", "retry 2 in 30-45 s" },
		{ "set ManagementServer.CWMPRetryIntervalMultiplier=3000", "" },
		{ "due", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 2" },
		{ "fail", "retry 3 in 180-540 s" },
		{ NULL, NULL },
	};
	static const struct exchange leased[] = {
		{ "power", "asks for a lease" },
		{ "leased http://a/",
		    "lease 10.0.0.100; acs http://a/ (DHCP); " BOOTED },
		{ "fail", "retry 1 in 30-60 s" },
		{ NULL, NULL },
	};

	(void)state;
	make_world("http://a/");
	world->config.retry.min_wait = 1400 * NS_PER_MS;
	world->config.retry.multiplier = 1500;
	open_cpe(false);
	play("an ACS sets it", set);
	end();

	make_world(NULL);
	world->config.retry.min_wait = NS_PER_S;
	world->lease.acs.has_min_wait = true;
	world->lease.acs.retry_min_wait = 30;
	open_cpe(true);
	play("a lease says it", leased);
	end();
}

/* Of a model that does; not of one that does not, and once only. */
static void test_a_retry_after_is_obeyed_where_the_model_says_so(void **state)
{
	static const struct exchange obeys[] = {
		{ "fail", "retry 1 after 600 s" },
		{ "due 600", "informs http://a/: 0 BOOTSTRAP, 1 BOOT, retry 1" },
		{ "fail", "retry 2 in 10-20 s" },
		{ NULL, NULL },
	};
	static const struct exchange ignores[] = {
		{ "fail", "retry 1 in 5-10 s" },
		{ NULL, NULL },
	};
	static const struct exchange first[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ NULL, NULL },
	};

	(void)state;
	for (int is_obeyed = 0; is_obeyed < 2; is_obeyed++) {
		begin("http://a/", false);
		world->model->conduct.http.obeys_retry_after = is_obeyed;
		play("before", first);
		world->cpe.retry_after = 600 * NS_PER_S;
		play("Retry-After", is_obeyed ? obeys : ignores);
		end();
	}
}

static void test_periodic_informs_keep_the_phase_of_periodic_inform_time(void **state)
{
	static const struct exchange rows[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "interval 60", "" },
		{ "succeed", "settled" },
		/* It is 22:30:00 (1700001000); 13 seconds past each minute are next. */
		{ "due 13", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "succeed", "settled" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" },
		{ NULL, NULL },
	};

	static const struct exchange later[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "interval 60", "" },
		{ "succeed", "settled" },
		{ "due 13.250", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "succeed", "settled" },
		{ "due 60", "informs http://a/: 2 PERIODIC, retry 0" },
		{ NULL, NULL },
	};
	static const struct {
		const char *time;
		const struct exchange *rows;
	} times[] = {
		{ "2020-01-01T00:00:13Z", rows },
		{ "2020-01-01T00:00:13", rows },
		{ "1969-12-31T23:59:13Z", rows },
		{ "9999-12-31T23:59:13Z", rows },
		{ "2020-01-01T05:45:13+05:45", rows },
		{ "2020-01-01T00:00:13.25Z", later },
		{ "2020-01-01T00:00:13.250000000999+01:00", later },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(times); i++) {
		begin("http://a/", false);
		assert_int_equal(model_values_set_live(&world->cpe.values,
				     MODEL_PERIODIC_TIME, str_of(times[i].time)),
		    0);
		play(times[i].time, times[i].rows);
		end();
	}
}

static void test_another_periodic_inform_time_holds_from_now_on(void **state)
{
	static const struct exchange rows[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "interval 600", "" },
		{ "time 2020-01-01T00:05:00Z", "" },
		{ "succeed", "settled" },
		/* It is 22:30:00 (1700001000). */
		{ "due 300", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "time 2020-01-01T00:07:00Z", "" },
		{ "succeed", "settled" },
		{ "due 120", "informs http://a/: 2 PERIODIC, retry 0" },
		/* The same phase, in other words. */
		{ "time 2020-01-01T00:17:00Z", "" },
		{ "succeed", "settled" },
		{ "due 600", "informs http://a/: 2 PERIODIC, retry 0" },
		/* The CPE is free to choose, and stays with what it has. */
		{ "time 0001-01-01T00:00:00Z", "" },
		{ "succeed", "settled" },
		{ "due 600", "informs http://a/: 2 PERIODIC, retry 0" },
		{ "time 2020-01-01T00:06:00Z", "" },
		{ "succeed", "settled" },
		{ "due 540", "informs http://a/: 2 PERIODIC, retry 0" },
		{ NULL, NULL },
	};

	(void)state;
	begin("http://a/", false);
	play("another time", rows);
	end();
}

/* A URL at which somebody else listens, its ACS for one, would send callers there. */
static void test_a_cpe_tells_a_url_for_calls_only_where_it_listens(void **state)
{
	char url[CPE_CALL_URL_MAX];
	struct cpe *cpe;

	(void)state;
	begin("http://a/", false);
	cpe = &world->cpe;
	(void)snprintf(cpe->cr_path, sizeof(cpe->cr_path), "0123456789abcdef");

	cpe->address = 0xc0000207;
	assert_string_equal(cpe_call_url(cpe, url), "");
	cpe->door.port = 40001;
	assert_string_equal(cpe_call_url(cpe, url),
	    "http://192.0.2.7:40001/0123456789abcdef");
	cpe->address = 0;
	assert_string_equal(cpe_call_url(cpe, url), "");

	cpe->door.port = 0;
	end();
}

static void test_each_exchange_arms_the_timer_anew(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		begin(scenes[i].acs_url, scenes[i].has_dhcp);
		for (const struct exchange *row = scenes[i].rows; row->happens; row++) {
			struct exchange one[2] = { *row, { NULL, NULL } };
			clock_ns due = cpe_due(&world->cpe);

			play(scenes[i].name, one);
			if (cpe_due(&world->cpe) != due &&
			    strncmp(row->happens, "schedule", 8) != 0)
				expect_armed();
		}
		end();
	}
}

/* ---- kills -------------------------------------------------------------------------- */

struct keeping { /* a file that CPEs keep their state in, and what it has become */
	char path[64];
	struct state_log *log;
};

static void keeping_open(struct keeping *keeping, struct str bytes)
{
	struct error err = ERROR_NULL;
	FILE *file = fopen(keeping->path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.len > 0 ? bytes.p : "", 1, bytes.len, file),
	    bytes.len);
	assert_int_equal(fclose(file), 0);
	if (state_log_open(&keeping->log, keeping->path, &err) < 0)
		fail_msg("%s", err.text);
}

static void keeping_close(struct keeping *keeping)
{
	state_log_free(keeping->log);
	(void)unlink(keeping->path);
}

static void keeping_read(const struct keeping *keeping, struct buf *ret)
{
	FILE *file = fopen(keeping->path, "re");
	char bytes[4096];
	size_t n;

	assert_non_null(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		buf_append(ret, bytes, n);
	(void)fclose(file);
}

/* A CPE that begins with this much of the file is the one that has written it: it has nothing
 * to add. What was to be reset is reset. */
static void restart_from(const char *scene, struct str bytes)
{
	struct keeping keeping = { .path = "/tmp/test_cpe_life.restart" };
	struct cpe_range range = { .count = 1, .name = "cpe" };
	struct cpe_fleet fleet = world->fleet;
	struct error err = ERROR_NULL;
	auto_buf before = BUF_NULL;
	struct str state;
	struct cpe cpe;

	(void)snprintf(keeping.path, sizeof(keeping.path),
	    "/tmp/test_cpe_life.%d.again", (int)getpid());
	keeping_open(&keeping, bytes);
	fleet.states = keeping.log;
	state = state_log_get(keeping.log, STR("cpe"));
	buf_append_str(&before, state);
	assert_int_equal(cpe_open(&cpe, &fleet, &range, 0, 0, &world->place, &err), 0);
	assert_int_equal(cpe_commit(&cpe), 0);
	if (state.p && !str_find(buf_str(&before), STR("\nreset\n"), NULL) &&
	    !state_log_has(keeping.log, STR("cpe"), buf_str(&before)))
		fail_msg("%s: another one comes back than this:\n%s", scene,
		    buf_cstr(&before));
	assert_false(cpe.wish.factory_reset);
	cpe_free(&cpe);
	keeping_close(&keeping);
}

static void test_what_a_kill_leaves_comes_back(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scenes); i++) {
		struct keeping keeping = { .path = "" };
		auto_buf bytes = BUF_NULL;

		(void)snprintf(keeping.path, sizeof(keeping.path),
		    "/tmp/test_cpe_life.%d", (int)getpid());
		keeping_open(&keeping, STR_NULL);
		begin(scenes[i].acs_url, scenes[i].has_dhcp);
		world->fleet.states = keeping.log;
		play(scenes[i].name, scenes[i].rows);
		keeping_read(&keeping, &bytes);
		for (size_t len = 0; len <= bytes.len; len += 13)
			restart_from(scenes[i].name, str_make(bytes.data, len));
		restart_from(scenes[i].name, buf_str(&bytes));
		end();
		keeping_close(&keeping);
	}
}

/* The process is gone; another one begins with its file. */
static void restart_world(struct keeping *keeping)
{
	const struct cpe_range range = { .count = 1, .name = "cpe" };
	struct error err = ERROR_NULL;
	auto_buf bytes = BUF_NULL;

	keeping_read(keeping, &bytes);
	keeping_close(keeping);
	keeping_open(keeping, buf_str(&bytes));
	world->fleet.states = keeping->log;
	cpe_free(&world->cpe);
	assert_int_equal(cpe_open(&world->cpe, &world->fleet, &range, 0, 0,
			     &world->place, &err),
	    0);
	cpe_hold(&world->cpe);
}

static void test_a_kill_loses_a_diagnostic_untold(void **state)
{
	static const struct exchange before[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "requested IPPingDiagnostics.Host=h "
		  "IPPingDiagnostics.DiagnosticsState=Requested",
		    "" },
		{ "succeed", "runs IPPing h" },
		{ NULL, NULL },
	};
	static const struct exchange after[] = {
		{ "state IPPingDiagnostics.DiagnosticsState", "Requested" },
		{ "power", "informs http://a/: 1 BOOT, retry 0" },
		{ "state IPPingDiagnostics.DiagnosticsState", "None" },
		{ "state IPPingDiagnostics.Host", "h" },
		{ "succeed", "settled" },
		{ NULL, NULL },
	};
	struct keeping keeping = { .path = "" };

	(void)state;
	(void)snprintf(keeping.path, sizeof(keeping.path), "/tmp/test_cpe_life.%d",
	    (int)getpid());
	keeping_open(&keeping, STR_NULL);
	begin("http://a/", false);
	world->fleet.states = keeping.log;
	play("a kill", before);
	restart_world(&keeping);
	play("a kill", after);
	end();
	keeping_close(&keeping);
}

/* TR-069 A6 A.3.2.4: 9004 for an order more than are kept. Each that is due makes room. */
static void test_orders_to_inform_later_have_a_bound(void **state)
{
	static const struct exchange before[] = {
		{ "power", "acs http://a/ (default); " BOOTED },
		{ "succeed", "settled" },
		{ NULL, NULL },
	};
	static const struct exchange one_is_due[] = {
		{ "due 5", "informs http://a/: 3 SCHEDULED, M ScheduleInform (first), "
			   "retry 0" },
		{ "schedule 60 one more", "" },
		{ NULL, NULL },
	};
	struct rpc_device device;

	(void)state;
	begin("http://a/", false);
	device = cpe_device(&world->cpe);
	play("orders", before);
	assert_int_equal(device.schedule_inform(&world->cpe, 5, STR("first")), 0);
	for (size_t i = 1; i < CPE_SCHEDULED_MAX; i++)
		assert_int_equal(device.schedule_inform(&world->cpe, 60, STR("k")), 0);
	assert_int_equal(device.schedule_inform(&world->cpe, 60, STR("k")), 9004);
	play("orders", one_is_due);
	assert_int_equal(device.schedule_inform(&world->cpe, 60, STR("k")), 9004);
	end();
}

int main(int argc, char **argv)
{
	static struct cases cases;

	cases_add_rows(&cases, a_life_goes_as_told, scenes);
	cases_add(&cases, test_a_cpe_can_be_stopped_in_each_state);
	cases_add(&cases, test_each_move_of_the_table_was_made);
	cases_add(&cases, test_the_drawing_shows_the_table);
	cases_add(&cases, test_a_cpe_gives_up_at_the_limit_of_retries);
	cases_add(&cases, test_the_last_word_on_the_wait_before_a_retry_holds);
	cases_add(&cases, test_a_retry_after_is_obeyed_where_the_model_says_so);
	cases_add(&cases, test_periodic_informs_keep_the_phase_of_periodic_inform_time);
	cases_add(&cases, test_another_periodic_inform_time_holds_from_now_on);
	cases_add(&cases, test_a_cpe_tells_a_url_for_calls_only_where_it_listens);
	cases_add(&cases, test_each_exchange_arms_the_timer_anew);
	cases_add(&cases, test_orders_to_inform_later_have_a_bound);
	cases_add(&cases, test_what_a_kill_leaves_comes_back);
	cases_add(&cases, test_a_kill_loses_a_diagnostic_untold);
	return cases_run(&cases, argc, argv, NULL, NULL);
}
