#include "agents/acs/reach/caller.h"

#include "agents/acs/reach/call_address.h"
#include "agents/common/digest.h"
#include "agents/common/http_client.h"
#include "lib/base/cut.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/base/rng.h"

#include <errno.h>
#include <stdio.h>
#include <sys/socket.h>

enum {
	ANSWER_BYTES_MAX = 64 << 10 /* bytes of a body, which nobody reads */
};

enum job_phase {
	JOB_QUEUED,
	JOB_ASKING,
	JOB_WAITING,
	JOB_PHASES
};

struct job {
	struct list link; /* of its phase: the longest there first */
	struct caller *caller;
	char *id; /* owned */
	enum call_way way;
	bool is_swept;
	enum job_phase phase;
	struct acs_call call;
	char *udp_address;         /* owned */
	char *username, *password; /* owned; null: none */
	struct http_client *http;  /* null: no connection */
	char at[CALL_AT_MAX];
	clock_ns since;                 /* in this phase, or with this request */
	clock_ns begun, accepted, came; /* -1: not yet */
	bool is_resent; /* on a second connection: the CPE had closed the first */
};

struct caller {
	struct caller_config config;
	struct list phases[JOB_PHASES];
	struct map by_id; /* devices choose their names */
	size_t n_asking;
	uv_timer_t timer;
	bool is_starting; /* start_queued() is at work further up */
};

static void ask(struct job *job);
static void start_queued(struct caller *caller);

/* ---- time --------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

static clock_ns due_in_phase(const struct caller *caller, enum job_phase phase,
    clock_ns timeout)
{
	const struct list *jobs = &caller->phases[phase];

	return list_empty(jobs) ? INT64_MAX
				: list_first(jobs, struct job, link)->since + timeout;
}

static void arm(struct caller *caller)
{
	clock_ns at =
	    MIN(due_in_phase(caller, JOB_ASKING, caller->config.answer_timeout),
		due_in_phase(caller, JOB_WAITING, caller->config.session_timeout));
	clock_ns left;

	if (uv_is_closing((uv_handle_t *)&caller->timer))
		return;
	if (at == INT64_MAX) {
		(void)uv_timer_stop(&caller->timer);
		return;
	}
	left = MAX(at - clock_monotonic(), 0);
	uv_update_time(caller->config.loop);
	(void)uv_timer_start(&caller->timer, on_timer,
	    (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS), 0);
}

static void enter(struct job *job, enum job_phase phase)
{
	struct caller *caller = job->caller;

	caller->n_asking -= job->phase == JOB_ASKING;
	caller->n_asking += phase == JOB_ASKING;
	job->phase = phase;
	job->since = clock_monotonic();
	list_remove(&job->link);
	list_append(&caller->phases[phase], &job->link);
	arm(caller);
}

/* ---- the end ------------------------------------------------------------------------ */

static void hang_up(struct job *job)
{
	if (job->http)
		http_client_close(steal_ptr(&job->http), NULL);
}

/* The device may be called again from now on. */
static void let_go(struct job *job)
{
	hang_up(job);
	job->caller->n_asking -= job->phase == JOB_ASKING;
	list_remove(&job->link);
	(void)map_remove(&job->caller->by_id, str_of(job->id));
}

static void job_free(struct job *job)
{
	acs_call_end(&job->call);
	free(job->udp_address);
	free(job->username);
	free(job->password);
	free(job->id);
	free(job);
}

static void tell(struct caller *caller, struct call_report *report,
    const struct call_facts *facts)
{
	char why[CALL_WHY_MAX];

	report->why = call_why(report->outcome, facts, why);
	caller->config.told(caller->config.user, report);
}

static void end(struct job *job, enum call_outcome outcome, clock_ns wait)
{
	struct caller *caller = job->caller;
	struct call_report report = {
		.id = job->id,
		.way = job->way,
		.is_swept = job->is_swept,
		.outcome = outcome,
		.status = job->call.status,
		.answer = job->accepted < 0 ? -1 : job->accepted - job->begun,
		.session = job->came < 0 ? -1 : job->came - job->begun,
	};
	const struct call_facts facts = {
		.url = job->call.url_text ? job->call.url_text : "",
		.at = job->at,
		.detail = job->call.detail,
		.status = job->call.status,
		.wait = wait,
		.session = report.session,
	};

	let_go(job);
	tell(caller, &report, &facts);
	job_free(job);
	start_queued(caller);
	arm(caller);
}

static void end_late(struct job *job)
{
	const struct caller_config *config = &job->caller->config;
	enum call_outcome outcome =
	    job->way == CALL_BY_UDP ? CALL_UDP_LOST : CALL_NO_SESSION;

	if (job->phase == JOB_WAITING) {
		end(job, outcome, config->session_timeout);
		return;
	}
	outcome = http_client_waits_for(job->http) == HTTP_CLIENT_HTTP ? CALL_NO_ANSWER
								       : CALL_SILENT;
	end(job, outcome, config->answer_timeout);
}

static void on_timer(uv_timer_t *timer)
{
	struct caller *caller = timer->data;
	const clock_ns timeouts[] = {
		[JOB_QUEUED] = INT64_MAX,
		[JOB_ASKING] = caller->config.answer_timeout,
		[JOB_WAITING] = caller->config.session_timeout,
	};
	clock_ns now = clock_monotonic();

	for (int phase = JOB_ASKING; phase < JOB_PHASES; phase++) {
		while (
		    due_in_phase(caller, (enum job_phase)phase, timeouts[phase]) <= now)
			end_late(list_first(&caller->phases[phase], struct job, link));
	}
	arm(caller);
}

/* ---- the session -------------------------------------------------------------------- */

static void accept_call(struct job *job)
{
	const struct caller_config *config = &job->caller->config;

	hang_up(job);
	job->accepted = clock_monotonic();
	if (config->accepted)
		config->accepted(config->user, job->id, job->call.status);
	if (job->came >= 0) {
		end(job, CALL_CAME, 0);
		return;
	}
	enter(job, JOB_WAITING);
	start_queued(job->caller);
}

/* The Inform may be read before the answer that went ahead of it: they come on two
 * connections. */
void caller_informed(struct caller *caller, const char *id, bool is_called)
{
	struct job *job = map_get(&caller->by_id, str_of(id));

	if (!job || !is_called || job->phase == JOB_QUEUED)
		return;
	job->came = clock_monotonic();
	if (job->phase == JOB_WAITING)
		end(job, CALL_CAME, 0);
}

/* ---- requests ----------------------------------------------------------------------- */

static void send_request(struct job *job)
{
	auto_buf request = BUF_NULL;
	char cnonce[17];

	digest_random_hex(cnonce, 8);
	enter(job, JOB_ASKING);
	if (acs_call_request(&job->call, str_of(cnonce), &request) == CALL_FAIL)
		end(job, job->call.outcome, 0);
	else if (http_client_send(job->http, buf_str(&request)) < 0)
		end(job, CALL_CLOSED, 0);
}

static void on_opened(void *user)
{
	send_request(user);
}

static void on_responded(void *user, const struct http_head *head, struct str body)
{
	struct job *job = user;

	(void)body;
	job->is_resent = false;
	switch (acs_call_response(&job->call, head)) {
	case CALL_SEND:
		if (http_client_is_open(job->http)) {
			send_request(job);
			return;
		}
		hang_up(job);
		ask(job);
		return;
	case CALL_WAIT:
		accept_call(job);
		return;
	case CALL_FAIL:
		end(job, job->call.outcome, 0);
	}
}

/* Some CPEs close after the 401 without a word of it before. */
static void on_ended(void *user, bool is_awaiting)
{
	struct job *job = user;

	(void)is_awaiting;
	if (!job->call.challenge || job->is_resent) {
		end(job, CALL_CLOSED, 0);
		return;
	}
	job->is_resent = true;
	hang_up(job);
	ask(job);
}

static void on_failed(void *user, enum http_client_layer layer, const char *why)
{
	struct job *job = user;
	int code = http_client_errno(job->http);

	(void)cut_print(job->call.detail, sizeof(job->call.detail), "%s", why);
	end(job, layer == HTTP_CLIENT_HTTP ? CALL_NO_HTTP : call_outcome_of(code),
	    job->caller->config.answer_timeout);
}

static const struct http_client_handlers http_handlers = {
	.opened = on_opened,
	.responded = on_responded,
	.ended = on_ended,
	.failed = on_failed,
};

static int connect_to(struct job *job, const struct sockaddr_storage *to, int len,
    struct error *err)
{
	const struct stream_tls plain = { .ctx = NULL };
	int fd = socket(to->ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

	if (fd < 0)
		return error_set(err, -errno, "socket: %s", strerror(errno));
	return http_client_open(&job->http, job->caller->config.loop, fd,
	    (const struct sockaddr *)to, (socklen_t)len, &plain, ANSWER_BYTES_MAX,
	    job->caller->config.hoard, &http_handlers, job, err);
}

static void ask(struct job *job)
{
	struct sockaddr_storage to;
	struct error err = ERROR_NULL;
	int len = call_address(&job->call.url, &to, job->at), r;

	if (len < 0) {
		(void)cut_print(job->call.detail, sizeof(job->call.detail),
		    "the host is no address of IPv4 or, in brackets, of IPv6");
		end(job, CALL_BAD_URL, 0);
		return;
	}
	enter(job, JOB_ASKING);
	r = connect_to(job, &to, len, &err);
	if (r == 0)
		return;
	(void)cut_print(job->call.detail, sizeof(job->call.detail), "%s", err.text);
	end(job, call_outcome_of(-r), job->caller->config.answer_timeout);
}

/* ---- by UDP ------------------------------------------------------------------------- */

static void ask_by_udp(struct job *job)
{
	const struct caller_config *config = &job->caller->config;
	const struct call_credentials as = { job->username, job->password };
	enum call_outcome outcome = CALL_NO_STUN;

	(void)snprintf(job->at, sizeof(job->at), "%s", job->udp_address);
	if (job->udp_address[0] == '\0')
		outcome = CALL_NO_ADDRESS;
	else if (config->send)
		outcome = config->send(config->user, str_of(job->udp_address), &as,
		    job->call.detail);
	if (outcome != CALL_CAME) {
		end(job, outcome, 0);
		return;
	}
	accept_call(job);
}

/* ---- the queue ---------------------------------------------------------------------- */

static void start(struct job *job)
{
	job->begun = clock_monotonic();
	enter(job, JOB_ASKING);
	if (job->way == CALL_BY_UDP)
		ask_by_udp(job);
	else
		ask(job);
}

/* A loop, not a recursion: each may end at once and make room for the next. */
static void start_queued(struct caller *caller)
{
	struct list *queued = &caller->phases[JOB_QUEUED];

	if (caller->is_starting)
		return;
	caller->is_starting = true;
	while (!list_empty(queued) && caller->n_asking < caller->config.open_max)
		start(list_first(queued, struct job, link));
	caller->is_starting = false;
}

static bool copy_texts(struct job *job, const struct call_target *target)
{
	const struct call_credentials *as = &target->as;

	job->id = str_dup(str_of(target->id));
	job->udp_address = str_dup(target->udp_address);
	job->username = as->username ? str_dup(str_of(as->username)) : NULL;
	job->password = as->password ? str_dup(str_of(as->password)) : NULL;
	return job->id && job->udp_address && !job->username == !as->username &&
	       !job->password == !as->password;
}

static struct job *job_new(struct caller *caller, const struct call_target *target)
{
	struct job *job = calloc(1, sizeof(*job));

	if (!job)
		return NULL;
	list_init(&job->link);
	job->caller = caller;
	job->way = target->way;
	job->is_swept = target->is_swept;
	job->accepted = job->came = -1;
	if (!copy_texts(job, target) ||
	    map_put(&caller->by_id, str_of(job->id), job) < 0) {
		job_free(job);
		return NULL;
	}
	list_append(&caller->phases[JOB_QUEUED], &job->link);
	return job;
}

static void refuse(struct caller *caller, const struct call_target *target,
    enum call_outcome outcome)
{
	struct call_report report = { .id = target->id,
		.way = target->way,
		.is_swept = target->is_swept,
		.outcome = outcome,
		.answer = -1,
		.session = -1 };
	const struct call_facts facts = { .detail = "no memory", .url = "", .at = "" };

	tell(caller, &report, &facts);
}

void caller_call(struct caller *caller, const struct call_target *target)
{
	struct job *job;

	if (map_get(&caller->by_id, str_of(target->id))) {
		refuse(caller, target, CALL_TWICE);
		return;
	}
	if (caller->by_id.len >= CALLS_MAX) {
		refuse(caller, target, CALL_CROWDED);
		return;
	}
	job = job_new(caller, target);
	if (!job) {
		refuse(caller, target, CALL_LOCAL);
		return;
	}
	if (target->way == CALL_BY_HTTP &&
	    acs_call_begin(&job->call, target->url, job->username, job->password,
		digest_hash) == CALL_FAIL)
		end(job, job->call.outcome, 0);
	else
		start_queued(caller);
}

bool caller_is_calling(const struct caller *caller, const char *id)
{
	return map_get(&caller->by_id, str_of(id)) != NULL;
}

/* ---- life --------------------------------------------------------------------------- */

struct caller *caller_new(const struct caller_config *config)
{
	struct caller *caller = calloc(1, sizeof(*caller));

	if (!caller)
		return NULL;
	caller->config = *config;
	if (!config->answer_timeout)
		caller->config.answer_timeout = CALLER_ANSWER_S * NS_PER_S;
	if (!config->session_timeout)
		caller->config.session_timeout = CALLER_SESSION_S * NS_PER_S;
	if (!config->open_max)
		caller->config.open_max = CALLER_OPEN_MAX;
	for (int phase = 0; phase < JOB_PHASES; phase++)
		list_init(&caller->phases[phase]);
	caller->by_id.seed = rng_fresh_seed();
	(void)uv_timer_init(config->loop, &caller->timer);
	caller->timer.data = caller;
	return caller;
}

static void on_timer_closed(uv_handle_t *handle)
{
	free(handle->data);
}

void caller_close(struct caller *caller)
{
	if (!caller)
		return;
	for (int phase = 0; phase < JOB_PHASES; phase++) {
		while (!list_empty(&caller->phases[phase])) {
			struct job *job =
			    list_first(&caller->phases[phase], struct job, link);

			let_go(job);
			job_free(job);
		}
	}
	map_free(&caller->by_id);
	uv_close((uv_handle_t *)&caller->timer, on_timer_closed);
}
