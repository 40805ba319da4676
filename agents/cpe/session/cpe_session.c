/* The SOAP side of a session: what is asked, what is answered. */
#include "agents/cpe/session/cpe_session_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/cut.h"
#include "lib/cwmp/cwmp_reader.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

enum {
	ENVELOPE_BYTES = 1000 /* that most answers have room in */
};

void cpe_session_fail(struct cpe_session *session, enum failure_layer layer,
    const char *why)
{
	failure_set(&session->failure, layer, "%s", why);
	session->state = SESSION_FAILED;
}

enum session_next cpe_session_abort(struct cpe_session *session,
    enum failure_layer layer, const char *fmt, ...)
{
	char why[FAILURE_WHY_MAX];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(why, sizeof(why), fmt, args);
	va_end(args);
	cpe_session_fail(session, layer, why);
	return SESSION_ABORT;
}

enum session_next cpe_session_enter(struct cpe_session *session,
    enum session_event event)
{
	if (!cpe_session_step(session->state, event, &session->state))
		return cpe_session_abort(session, FAILURE_CWMP,
		    "a message that has no place in a session that is %s",
		    cpe_session_state_name(session->state));
	return session->state == SESSION_DONE ? SESSION_CLOSE : SESSION_SEND;
}

static const struct quirks *quirks_of(const struct cpe_session *session)
{
	return &session->quirks;
}

/* The rows are named anew where the model has no quirk of its own. */
static struct quirks take_quirks(const struct cpe_session_config *config)
{
	struct quirks quirks = config->rpc->values->model->conduct.quirks;

	quirks_add(&quirks, &(struct quirks){ quirks_of_cpe, config->quirks });
	return quirks;
}

static int write_body(struct cpe_session *session, struct cwmp_msg *msg,
    struct error *err)
{
	int r;

	buf_reset(&session->body);
	(void)buf_reserve(&session->body, ENVELOPE_BYTES);
	msg->ns = session->ns;
	msg->has_no_declaration =
	    !session->config.rpc->values->model->conduct.cwmp.has_xml_declaration;
	session->is_envelope = true;
	session->method = msg->method;
	r = cwmp_write(&session->body, msg, err);
	if (r < 0)
		return r;
	session->kind = quirks_envelope(quirks_of(session), &session->body);
	session->is_untold = true;
	return session->body.error;
}

static void prepare_empty_post(struct cpe_session *session)
{
	buf_reset(&session->body);
	session->is_envelope = false;
	session->method = CWMP_UNKNOWN_METHOD;
	session->kind = QUIRK_ON_EMPTY;
	session->is_untold = true;
}

/* What the CPE speaks at best, until the ACS has said what it does (TR-069 A6 3.5). */
static enum cwmp_ns first_ns(const struct model *model)
{
	static const enum cwmp_ns spaces[] = {
		[MODEL_CWMP_1_0] = CWMP_NS_1_0,
		[MODEL_CWMP_1_1] = CWMP_NS_1_1,
		[MODEL_CWMP_1_2] = CWMP_NS_1_2,
		[MODEL_CWMP_1_3] = CWMP_NS_1_2,
		[MODEL_CWMP_1_4] = CWMP_NS_1_2,
	};

	return spaces[model->conduct.cwmp.version];
}

static void write_offers(const struct model *model, struct cwmp_soap_header *header)
{
	if (model->conduct.cwmp.version >= MODEL_CWMP_1_3) {
		header->has_session_timeout = true;
		header->session_timeout = SESSION_TIMEOUT_S;
	}
	if (model->conduct.cwmp.version >= MODEL_CWMP_1_4)
		header->supported_versions = STR("1.0,1.1,1.2,1.3,1.4");
}

static int write_inform(struct cpe_session *session, clock_ns wall, struct error *err)
{
	struct cwmp_event events[EVENT_QUEUE_MAX];
	char now[CLOCK_ISO8601_MAX];
	auto_arena arena = { .pool = session->config.rpc->arenas };
	struct cwmp_msg msg = {
		.kind = CWMP_REQUEST,
		.method = CWMP_INFORM,
		.header = { .has_id = true, .id = STR("1") },
		.inform = {
			.events = events,
			.max_envelopes = 1,
			.current_time = str_of(clock_iso8601(wall, 0, now)),
			.retry_count = session->config.retry_count,
		},
	};

	write_offers(session->config.rpc->values->model, &msg.header);
	if (rpc_fill_inform(session->config.rpc, &arena, &msg.inform) < 0)
		return error_set(err, -ENOMEM, "no memory for an Inform");
	msg.inform.n_events = event_queue_take(session->config.events, events);
	quirks_message(quirks_of(session), NULL, &msg, &arena);
	if (cwmp_check_lengths(&msg, err) < 0) {
		if (err)
			(void)error_prefix(err, "the Inform cannot be written");
		return ERR_LIMIT;
	}
	return write_body(session, &msg, err);
}

static int copy_credentials(struct cpe_session *session)
{
	struct cpe_session_config *config = &session->config;

	session->username = config->username.p ? str_dup(config->username) : NULL;
	session->password = config->password.p ? str_dup(config->password) : NULL;
	if ((config->username.p && !session->username) ||
	    (config->password.p && !session->password))
		return -ENOMEM;
	config->username = str_of(session->username);
	config->password = str_of(session->password);
	return 0;
}

static bool keeps_cookies(const struct cpe_session *session)
{
	return (session->conduct & QUIRK_KEEPS_COOKIES) && session->config.kept_cookies;
}

int cpe_session_new(const struct cpe_session_config *config, clock_ns wall,
    struct cpe_session **ret, struct error *err)
{
	auto_cleanup(cpe_session_free) struct cpe_session *session =
	    calloc(1, sizeof(*session));
	int r;

	if (!session)
		return error_set(err, -ENOMEM, "no memory for a session");
	session->config = *config;
	session->ns = first_ns(config->rpc->values->model);
	session->quirks = take_quirks(config);
	session->conduct = quirks_conduct(quirks_of(session));
	session->last_id = 1; /* the Inform's */
	if (keeps_cookies(session))
		session->cookies = steal_ptr(config->kept_cookies);
	if (copy_credentials(session) < 0)
		return error_set(err, -ENOMEM, "no memory for a session");
	if (config->url.len > URL_MAX)
		return error_set(err, ERR_LIMIT, "the URL of the ACS is too long");
	session->url_text = str_dup(config->url);
	if (!session->url_text)
		return error_set(err, -ENOMEM, "no memory for a session");
	r = url_parse(&session->url, str_make(session->url_text, config->url.len), err);
	if (r < 0) {
		if (err)
			error_prefix(err, "URL of the ACS");
		return r;
	}
	r = write_inform(session, wall, err);
	if (r < 0)
		return r;
	*ret = steal_ptr(&session);
	return 0;
}

void cpe_session_forget_peer(struct cpe_session *session)
{
	cpe_session_drop_cookies(&session->cookies);
	free(steal_ptr(&session->challenge));
}

void cpe_session_drop_cookies(struct cookie_jar **kept)
{
	if (*kept)
		cookie_jar_free(*kept);
	free(steal_ptr(kept));
}

void cpe_session_free(struct cpe_session *session)
{
	if (!session)
		return;
	event_queue_end(session->config.events);
	if (keeps_cookies(session)) {
		cpe_session_drop_cookies(session->config.kept_cookies);
		*session->config.kept_cookies = steal_ptr(&session->cookies);
	}
	cpe_session_forget_peer(session);
	free(session->url_text);
	free(session->home_text);
	buf_free(&session->body);
	free(session->username);
	free(session->password);
	free(session->awaited_id);
	free(session);
}

/* ---- what the CPE asks -------------------------------------------------------------- */

/* What has changed must outlive the process before the ACS can learn of it. */
static int commit(const struct cpe_session *session)
{
	const struct rpc_device *device = &session->config.rpc->device;

	return device->commit(device->arg);
}

static enum session_next fail_to_keep(struct cpe_session *session)
{
	return cpe_session_abort(session, FAILURE_CWMP,
	    "what this session changes cannot be kept: its file takes no more");
}

static enum session_next ask(struct cpe_session *session, const struct job *job)
{
	auto_arena arena = ARENA_NULL;
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	char id[16];

	if (job_fill_request(job, &arena, &msg) < 0)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "no memory for a request");
	(void)snprintf(id, sizeof(id), "%u", ++session->last_id);
	msg.header.has_id = true;
	msg.header.id = str_of(id);
	cwmp_fit_faults(&msg, session->ns, !job_is_download(job));
	quirks_message(quirks_of(session), NULL, &msg, &arena);
	if (write_body(session, &msg, &err) < 0)
		return cpe_session_abort(session, FAILURE_SOAP,
		    "%s cannot be written: %s", cwmp_method_name(msg.method), err.text);
	session->told_job = job->id;
	session->asked = msg.method;
	session->n_asks = 0;
	return cpe_session_enter(session, SESSION_ASKS);
}

/* Lets go of what the ACS's version has no RPC for: it cannot be told of it. */
static int drop_untellable(struct cpe_session *session)
{
	struct jobs *jobs = session->config.rpc->jobs;
	const struct job *job;
	bool is_changed = false;

	while ((job = jobs_to_tell(jobs)) &&
	       cwmp_method_since(job_method(job)) > session->ns) {
		event_queue_confirm_one(session->config.events, job_method(job),
		    job_text(job, JOB_COMMAND_KEY));
		jobs_remove(jobs, job->id);
		is_changed = true;
	}
	return is_changed ? commit(session) : 0;
}

/* What goes out next where no answer is owed. */
static enum session_next go_on(struct cpe_session *session)
{
	const struct jobs *jobs = session->config.rpc->jobs;
	const struct job *job = NULL;

	if (session->state == SESSION_ACTIVE) {
		if (drop_untellable(session) < 0)
			return fail_to_keep(session);
		job = jobs_to_tell(jobs);
		if (!job && jobs_are_awaited(jobs))
			return SESSION_WAIT;
	}
	session->is_early =
	    job && (session->conduct & QUIRK_EARLY_EMPTY_POST) && !session->was_early;
	session->was_early |= session->is_early;
	if (job && !session->is_early)
		return ask(session, job);
	prepare_empty_post(session);
	return SESSION_SEND;
}

/* The ACS has heard what the request under way tells. */
static enum session_next take_answer(struct cpe_session *session)
{
	struct jobs *jobs = session->config.rpc->jobs;
	const struct job *job = jobs_get(jobs, session->told_job);

	if (job)
		event_queue_confirm_one(session->config.events, session->asked,
		    job_text(job, JOB_COMMAND_KEY));
	jobs_remove(jobs, session->told_job);
	session->told_job = 0;
	if (commit(session) < 0)
		return fail_to_keep(session);
	return cpe_session_enter(session, SESSION_ANSWERED);
}

/* ---- what the ACS says -------------------------------------------------------------- */

/* The version that the ACS has picked, where it was asked to (TR-069 A6 3.5). */
static enum session_next take_version(struct cpe_session *session,
    const struct cwmp_msg *msg)
{
	static const struct {
		const char *version;
		enum cwmp_ns ns;
	} rows[] = {
		{ "1.0", CWMP_NS_1_0 },
		{ "1.1", CWMP_NS_1_1 },
		{ "1.2", CWMP_NS_1_2 },
		{ "1.3", CWMP_NS_1_2 },
		{ "1.4", CWMP_NS_1_2 },
	};
	const struct model *model = session->config.rpc->values->model;
	struct str version = str_trim(msg->header.use_version);

	/* The older one of the two; a namespace that this CPE does not know, or none, is
	 * no reason to change its own. */
	if (msg->ns != CWMP_NS_UNKNOWN)
		session->ns = MIN(msg->ns, first_ns(model));
	if (!version.p || model->conduct.cwmp.version < MODEL_CWMP_1_4)
		return SESSION_SEND;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (!str_is(version, rows[i].version))
			continue;
		session->ns = rows[i].ns;
		return SESSION_SEND;
	}
	return cpe_session_abort(session, FAILURE_CWMP,
	    "the ACS picks CWMP %.*s, which was not offered",
	    (int)MIN(version.len, (size_t)16), version.p);
}

static enum session_next take_inform_response(struct cpe_session *session,
    const struct cwmp_msg *msg)
{
	enum session_next next;

	if (msg->method != CWMP_INFORM)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "%.*s answers the Inform", STR_ARG(cwmp_msg_name(msg)));
	next = take_version(session, msg);
	if (next != SESSION_SEND)
		return next;
	event_queue_confirm(session->config.events, CWMP_INFORM);
	rpc_inform_told(session->config.rpc);
	if (commit(session) < 0)
		return fail_to_keep(session);
	/* The body still holds it. */
	if ((session->conduct & QUIRK_DUPLICATE_INFORM) && !session->has_repeated) {
		session->has_repeated = true;
		return SESSION_SEND;
	}
	return cpe_session_enter(session, SESSION_INFORM_OK);
}

/* An ACS that leaves the ID out is let pass; another one answers something else. */
static bool is_answer(const struct cpe_session *session, const struct cwmp_msg *msg)
{
	uint64_t id;

	if (!msg->header.has_id)
		return true;
	return str_to_u64(str_trim(msg->header.id), UINT32_MAX, &id) == 0 &&
	       id == session->last_id;
}

static enum session_next take_response(struct cpe_session *session,
    const struct cwmp_msg *msg)
{
	struct str name = cwmp_msg_name(msg);

	if (session->state == SESSION_INFORMING)
		return take_inform_response(session, msg);
	if (session->state != SESSION_ASKING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "%.*s answers nothing that was asked", STR_ARG(name));
	if (msg->method != session->asked || !is_answer(session, msg))
		return cpe_session_abort(session, FAILURE_CWMP, "%.*s answers %s %u",
		    STR_ARG(name), cwmp_method_name(session->asked), session->last_id);
	return take_answer(session);
}

/* 8005 wants the same again, which the body still holds (3.7.1.4); any other fault is an
 * answer, too: the ACS has heard of it and will hear no more of it. */
static enum session_next take_fault_to_ours(struct cpe_session *session,
    const struct cwmp_fault *fault, struct str text)
{
	if (fault->code != 8005)
		return take_answer(session);
	if (++session->n_asks < SESSION_INFORMS_MAX)
		return cpe_session_enter(session, SESSION_ASKED_AGAIN);
	return cpe_session_abort(session, FAILURE_CWMP, "%s is refused: fault %u %.*s",
	    cwmp_method_name(session->asked), fault->code, STR_ARG(text));
}

static enum session_next take_fault(struct cpe_session *session,
    const struct cwmp_fault *fault)
{
	struct str text = fault->text;

	if (text.len == 0)
		text = str_of(cwmp_fault_text(fault->code));
	if (session->state == SESSION_ASKING)
		return take_fault_to_ours(session, fault, text);
	if (session->state != SESSION_INFORMING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "fault %u %.*s answers nothing that was asked", fault->code,
		    STR_ARG(text));
	/* The body still holds that Inform, which goes again as it is (3.7.1.4). */
	if (fault->code == 8005 && ++session->n_informs < SESSION_INFORMS_MAX)
		return cpe_session_enter(session, SESSION_ASKED_AGAIN);
	return cpe_session_abort(session, FAILURE_CWMP,
	    "the Inform is refused: fault %u %.*s", fault->code, STR_ARG(text));
}

static enum session_next write_answer(struct cpe_session *session,
    struct cwmp_msg *reply, struct str name)
{
	struct error err = ERROR_NULL;

	session->owes_answer = true;
	if (commit(session) < 0)
		return fail_to_keep(session);
	if (write_body(session, reply, &err) < 0)
		return cpe_session_abort(session, FAILURE_SOAP,
		    "the answer to %.*s cannot be written: %s", STR_ARG(name),
		    err.text);
	return SESSION_SEND;
}

/* The response waits for a job, and keeps the ID that it has to carry. */
static enum session_next await(struct cpe_session *session,
    const struct cwmp_soap_header *header, uint32_t job)
{
	session->awaited_job = job;
	session->awaited_id = header->has_id ? str_dup(header->id) : NULL;
	if (header->has_id && !session->awaited_id)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "no memory for an answer");
	return cpe_session_enter(session, SESSION_REQUESTED) == SESSION_SEND
		   ? SESSION_WAIT
		   : SESSION_ABORT;
}

static enum session_next take_request(struct cpe_session *session,
    const struct cwmp_msg *request, struct arena *arena)
{
	struct jobs *jobs = session->config.rpc->jobs;
	uint32_t last_job = jobs->last_id;
	struct cwmp_msg reply;
	enum session_next next;
	uint32_t job;

	if (session->state == SESSION_INFORMING || session->state == SESSION_ASKING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "the ACS asks %.*s before it has answered the %s",
		    STR_ARG(cwmp_msg_name(request)),
		    session->state == SESSION_INFORMING
			? "Inform"
			: cwmp_method_name(session->asked));
	job = rpc_answer(session->config.rpc, request, arena, &reply);
	if (job != 0)
		return await(session, &request->header, job);
	reply.header.has_id = request->header.has_id;
	reply.header.id = request->header.id;
	cwmp_fit_faults(&reply, session->ns, request->method == CWMP_UPLOAD);
	quirks_message(quirks_of(session), request, &reply, arena);
	next = write_answer(session, &reply, cwmp_msg_name(request));
	if (next == SESSION_SEND)
		return cpe_session_enter(session, SESSION_REQUESTED);
	/* What the ACS has no answer to, it orders again. */
	if (jobs->last_id != last_job)
		jobs_remove(jobs, jobs->last_id);
	return next;
}

static enum session_next take_message(struct cpe_session *session,
    const struct cwmp_msg *msg, struct arena *arena)
{
	switch (msg->kind) {
	case CWMP_REQUEST:
		return take_request(session, msg, arena);
	case CWMP_RESPONSE:
		return take_response(session, msg);
	case CWMP_FAULT:
		return take_fault(session, &msg->fault);
	}
	return cpe_session_abort(session, FAILURE_CWMP, "a message of no kind");
}

enum session_next cpe_session_take_envelope(struct cpe_session *session,
    struct str body)
{
	static const struct cwmp_limits limits = { .bytes = SESSION_RESPONSE_MAX };
	auto_arena arena = { .pool = session->config.rpc->arenas };
	struct error err = ERROR_NULL;
	struct cwmp_msg msg;
	enum session_next next;

	if (cwmp_reader_read(session->config.reader, &msg, &arena, body.p, body.len,
		&limits, &err) < 0)
		return cpe_session_abort(session, FAILURE_SOAP, "%s", err.text);
	cpe_session_show(session, true, &msg);
	session->owes_answer = false;
	next = take_message(session, &msg, &arena);
	if ((next != SESSION_SEND && next != SESSION_WAIT) ||
	    session->state == SESSION_INFORMING || session->state == SESSION_ASKING)
		return next;
	if (cpe_session_enter(session,
		msg.header.has_hold_requests && msg.header.hold_requests
		    ? SESSION_HOLD
		    : SESSION_RELEASE) == SESSION_ABORT)
		return SESSION_ABORT;
	return next == SESSION_WAIT || session->owes_answer ? next : go_on(session);
}

enum session_next cpe_session_take_nothing(struct cpe_session *session)
{
	enum session_next next;

	if (session->is_probing)
		return SESSION_SEND;
	cpe_session_show(session, true, NULL);
	if (session->state == SESSION_INFORMING || session->state == SESSION_ASKING)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "an empty response answers the %s",
		    session->state == SESSION_INFORMING
			? "Inform"
			: cwmp_method_name(session->asked));
	next = cpe_session_enter(session, SESSION_EMPTY);
	return next == SESSION_SEND ? go_on(session) : next;
}

enum session_next cpe_session_resume(struct cpe_session *session)
{
	struct jobs *jobs = session->config.rpc->jobs;
	const struct job *job = jobs_get(jobs, session->awaited_job);
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg reply;
	enum session_next next;

	if (session->awaited_job == 0)
		return go_on(session);
	if (!job)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "what the ACS waits for was given up");
	if (job->stage != JOB_DONE)
		return SESSION_WAIT;
	if (job_fill_response(job, &arena, &reply) < 0)
		return cpe_session_abort(session, FAILURE_CWMP,
		    "no memory for an answer");
	reply.header.has_id = session->awaited_id;
	reply.header.id = str_of(session->awaited_id);
	cwmp_fit_faults(&reply, session->ns, !job_is_download(job));
	next = write_answer(session, &reply, cwmp_msg_name(&reply));
	jobs_remove(jobs, session->awaited_job);
	session->awaited_job = 0;
	free(steal_ptr(&session->awaited_id));
	return next;
}
