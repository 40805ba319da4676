/* A CPE with its life and two ACSs in one process, without sockets, by a clock of their own; a
 * sequence is played by the CPE, by the first ACS, or by both. */
#pragma once

#include "tests/unit/acs/acs_play.h"

#include "agents/acs/scene/acs_scene.h"
#include "agents/common/control.h"
#include "agents/common/digest.h"
#include "agents/cpe/device/cpe_scene.h"
#include "agents/cpe/session/cpe_session.h"
#include "agents/cpe/transfer/package.h"

#include <sys/socket.h>
#include <unistd.h>

enum {
	STAGE_TURNS_MAX = 400
};

struct stage {
	clock_ns now;
	struct acs_play acs[2]; /* acs1.lab, acs2.lab */
	struct acs_script script;
	struct acs_scene *acs_scene;
	struct cpe_scene *cpe_scene;
	struct scene_settings acs_settings, cpe_settings;
	uv_loop_t loop;
	struct control *control;
	int reader;
	struct cpe_config config;
	struct cpe_fleet fleet;
	struct cpe_place place;
	struct cpe cpe;
	bool has_session, has_transfer, is_change, is_image, has_diagnostic, is_ill;
	const char *path; /* of the sequence */
	char text[512];
};

static struct stage *stage;

/* ---- edges of the CPE ------------------------------------------------------------------- */

static inline clock_ns stage_now(void)
{
	return stage->now;
}

static inline clock_ns stage_wall(void)
{
	return stage->now + INT64_C(1700000000) * NS_PER_S;
}

static inline void stage_nothing(struct cpe *cpe)
{
	(void)cpe;
}

static inline int stage_talk(struct cpe *cpe)
{
	cpe_hold(cpe);
	stage->has_session = true;
	return 0;
}

static inline void stage_hang_up(struct cpe *cpe, enum failure_layer layer,
    const char *why)
{
	(void)cpe;
	fail_msg("hangs up: %s: %s", failure_layer_name(layer), why);
}

static inline int stage_transfer(struct cpe *cpe, const struct job *job)
{
	(void)cpe;
	stage->has_transfer = true;
	stage->is_change = job_is_change(job);
	stage->is_image =
	    str_is(job_text(job, JOB_FILE_TYPE), "1 Firmware Upgrade Image");
	return 0;
}

static inline int stage_diagnose(struct cpe *cpe, enum diag_kind kind,
    const struct diag_args *args)
{
	(void)cpe;
	(void)kind;
	(void)args;
	stage->has_diagnostic = true;
	return 0;
}

static const struct cpe_edges stage_edges = {
	.monotonic = stage_now,
	.wall = stage_wall,
	.arm = stage_nothing,
	.lease = stage_nothing,
	.release = stage_nothing,
	.listen = stage_nothing,
	.talk = stage_talk,
	.hang_up = stage_hang_up,
	.transfer = stage_transfer,
	.cancel = stage_nothing,
	.diagnose = stage_diagnose,
	.desist = stage_nothing,
	.resume = stage_nothing,
	.close = stage_nothing,
	.stopped = stage_nothing,
};

/* ---- the first ACS ---------------------------------------------------------------------- */

static inline void stage_saw(void *user, const struct acs_session *session,
    bool from_acs, const struct cwmp_msg *msg)
{
	(void)user;
	acs_scene_saw(stage->acs_scene, session->device->id, from_acs, msg, stage->now);
}

static inline int stage_next(void *user, const struct acs_session *session,
    struct arena *arena, struct cwmp_msg *request, struct error *err)
{
	const struct acs_rpc_context context = { .arena = arena,
		.root = session->root };

	(void)user;
	return acs_scene_ask(stage->acs_scene, session->device->id, &context, request,
	    err);
}

static inline void stage_ended(void *user, const struct acs_session *session, bool ok)
{
	play_ended(user, session, ok);
	if (user == &stage->acs[0] && stage->acs_scene)
		acs_scene_session_over(stage->acs_scene, session->device->id,
		    ok ? NULL : session->why, stage->now);
}

/* ---- one session ------------------------------------------------------------------------ */

static inline enum session_next stage_exchange(struct acs_play *acs,
    struct cpe_session *session)
{
	auto_buf request = BUF_NULL;
	enum session_next next = cpe_session_produce(session, &request);
	struct http_head head;
	struct str body;
	bool is_close;

	if (next != SESSION_SEND)
		return next;
	head = play_parse(&request, true, &body);
	buf_reset(&acs->response);
	if (!acs_service_refuses(acs->service, &acs->peer, &head, stage->now,
		&acs->response, &is_close))
		(void)acs_service_request(acs->service, &acs->peer, &head, body,
		    stage->now, stage->now, &acs->response);
	head = play_parse(&acs->response, false, &body);
	return cpe_session_consume(session, &head, body);
}

static inline void stage_session(void)
{
	struct cpe *cpe = &stage->cpe;
	struct acs_play *acs = &stage->acs[strstr(cpe->acs_url, "acs2") != NULL];
	struct rpc rpc = cpe_rpc(cpe);
	const struct cpe_session_config config = {
		.url = str_of(cpe->acs_url),
		.rpc = &rpc,
		.events = &cpe->events,
		.witness = stage->fleet.witness,
		.retry_count = cpe->retry_count,
		.hash = digest_hash,
	};
	enum session_next next = SESSION_SEND;
	struct cpe_session *session;
	struct error err = ERROR_NULL;

	stage->has_session = false;
	if (cpe_session_new(&config, stage_wall(), &session, &err) < 0)
		fail_msg("%s", err.text);
	for (int i = 0; i < 60 && next == SESSION_SEND; i++)
		next = stage_exchange(acs, session);
	if (stage->fleet.witness)
		stage->fleet.witness->over(stage->fleet.witness->user,
		    next == SESSION_CLOSE ? NULL : session->failure.why);
	cpe_session_free(session);
	acs_service_gone(acs->service, &acs->peer);
	cpe_over(cpe, next == SESSION_CLOSE);
	cpe_release(cpe);
}

/* ---- what else comes to its end ---------------------------------------------------------- */

static inline void stage_transferred(void)
{
	static const char unit[] =
	    "cwmplab deployment-unit 1\n"
	    "name: meter\nversion: 1.2\nvendor: apps.example\n\n";
	struct package package = { .name = "" };
	struct cpe_file file = { .why = "" };

	stage->has_transfer = false;
	if (stage->is_change) {
		package_start(&package);
		labelled_add(&package.file, str_of(unit));
		file.fault = package_finish(&package);
		file.package = &package;
	} else if (stage->is_image) {
		file.version = "2.0";
	}
	cpe_transferred(&stage->cpe, &file);
	package_free(&package);
	cpe_consider(&stage->cpe);
}

static inline void stage_diagnosed(void)
{
	const struct diag_results results = { .outcome = DIAG_COMPLETE, .n_ok = 3 };

	stage->has_diagnostic = false;
	if (stage->is_ill)
		return;
	cpe_diag_ended(&stage->cpe, &results);
	cpe_consider(&stage->cpe);
}

static inline void stage_call(void)
{
	const char *device =
	    stage->acs_scene ? acs_scene_tick(stage->acs_scene, stage->now) : NULL;

	if (!device)
		return;
	acs_scene_called(stage->acs_scene, device, 200, NULL, stage->now);
	cpe_called(&stage->cpe);
}

/* Nothing is under way: on to the next time that somebody waits for. */
static inline void stage_wait(void)
{
	clock_ns due = cpe_due(&stage->cpe);

	if (stage->acs_scene)
		due = MIN(due, scene_due(stage->acs_scene->scene));
	if (stage->cpe_scene)
		due = MIN(due, scene_due(stage->cpe_scene->scene));
	assert_true(due < INT64_MAX);
	stage->now = MAX(stage->now, due);
	cpe_tick(&stage->cpe);
	cpe_consider(&stage->cpe);
}

static inline bool stage_is_over(void)
{
	return (stage->acs_scene && !scene_is_over(stage->acs_scene->scene, stage->now))
		   ? false
		   : !stage->cpe_scene ||
			 scene_is_over(stage->cpe_scene->scene, stage->now);
}

static inline void stage_turn(void)
{
	if (stage->has_session)
		stage_session();
	else if (stage->has_transfer)
		stage_transferred();
	else if (stage->has_diagnostic)
		stage_diagnosed();
	else
		stage_wait();
	stage_call();
	if (stage->cpe_scene)
		cpe_scene_tick(stage->cpe_scene);
}

static inline void stage_run(void)
{
	cpe_boot_in(&stage->cpe, 0);
	for (int i = 0; i < STAGE_TURNS_MAX && !stage_is_over(); i++)
		stage_turn();
}

/* ---- life ------------------------------------------------------------------------------- */

static inline void stage_stop(void *user)
{
	(void)user;
}

static inline void stage_open_acs(struct acs_play *acs, const char *url,
    const char *policy)
{
	play_begin(acs, policy);
	acs->config.url = url;
	acs->config.ended = stage_ended;
	if (acs == &stage->acs[0] && stage->acs_scene) {
		stage->script = (struct acs_script){ stage_saw, stage_next, NULL };
		acs->config.script = &stage->script;
	}
	play_start(acs);
}

static inline void stage_open_cpe(const char *model)
{
	static const struct control_handlers handlers = { stage_stop, NULL };
	const char *source = getenv("CWMPLAB_SOURCE");
	struct cpe_range range = { .count = 1, .name = "cpe", .serial = "S1" };
	struct error err = ERROR_NULL;
	char path[512];
	int fds[2];

	(void)snprintf(path, sizeof(path), "%s/topologies/models/%s.yaml",
	    source ? source : ".", model);
	if (model_load(path, &stage->fleet.model, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK,
			     0, fds),
	    0);
	assert_int_equal(uv_loop_init(&stage->loop), 0);
	stage->reader = fds[1];
	if (control_open(&stage->control, &stage->loop, fds[0], "cpe", &handlers, NULL,
		&err) < 0)
		fail_msg("%s", err.text);
	stage->config.acs.url = "http://acs1.lab:7547/cwmp";
	stage->config.periodic_inform = 60 * NS_PER_S;
	stage->place = (struct cpe_place)CPE_PLACE_NULL;
	stage->place.address = 0x0a000064;
	stage->fleet.loop = &stage->loop;
	stage->fleet.control = stage->control;
	stage->fleet.config = &stage->config;
	stage->fleet.edges = &stage_edges;
	stage->fleet.cpes = &stage->cpe;
	stage->fleet.n_cpes = 1;
	stage->fleet.seed = 7;
	if (cpe_open(&stage->cpe, &stage->fleet, &range, 0, 0, &stage->place, &err) < 0)
		fail_msg("%s", err.text);
	cpe_hold(&stage->cpe);
}

static inline void stage_begin(const char *sequence)
{
	const char *source = getenv("CWMPLAB_SOURCE");

	stage = calloc(1, sizeof(*stage));
	assert_non_null(stage);
	stage->now = 1000 * NS_PER_S;
	(void)snprintf(stage->text, sizeof(stage->text), "%s/capture/sequences/%s.yaml",
	    source ? source : ".", sequence);
	stage->path = stage->text;
}

static inline struct scene_settings stage_settings(const char **with, size_t n)
{
	return (struct scene_settings){ .sequence = stage->path,
		.with = { with, n },
		.wait = 600 * NS_PER_S,
		.watch = 3 * NS_PER_S };
}

static inline void stage_end(void)
{
	cpe_scene_free(stage->cpe_scene);
	acs_scene_free(stage->acs_scene);
	play_end(&stage->acs[0]);
	play_end(&stage->acs[1]);
	cpe_free(&stage->cpe);
	model_free(stage->fleet.model);
	control_close(stage->control);
	(void)uv_run(&stage->loop, UV_RUN_DEFAULT);
	(void)uv_loop_close(&stage->loop);
	(void)close(stage->reader);
	free(stage);
	stage = NULL;
}
