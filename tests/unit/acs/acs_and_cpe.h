/* An ACS and a CPE in one process, without sockets, by the bytes of HTTP; and the ladder of
 * what went over the line. */
#pragma once

#include "tests/unit/acs/acs_play.h"
#include "tests/unit/cpe/device_stub.h"

#include "agents/cpe/session/cpe_session.h"

struct line { /* both ends */
	struct acs_play acs;
	struct device_stub *stub;
	struct event_queue events;
	struct buf ladder; /* what went over it */
	struct buf keys;   /* the command keys of the last Inform, each in brackets */
};

static inline void note_keys(struct line *line, const struct cwmp_inform *inform)
{
	buf_reset(&line->keys);
	for (size_t i = 0; i < inform->n_events; i++) {
		if (inform->events[i].command_key.len > 0)
			buf_printf(&line->keys, "[%.*s]",
			    STR_ARG(inform->events[i].command_key));
	}
}

static inline void note(struct line *line, const char *arrow, struct str start,
    struct str body)
{
	auto_arena arena = ARENA_NULL;
	struct cwmp_msg msg;

	buf_printf(&line->ladder, "%s %.*s", arrow, STR_ARG(start));
	if (body.len > 0) {
		assert_int_equal(cwmp_read(&msg, &arena, body.p, body.len, NULL, NULL),
		    0);
		assert_int_equal(msg.deviations, 0);
		buf_printf(&line->ladder, " %s%s",
		    msg.kind == CWMP_FAULT ? "Fault" : cwmp_method_name(msg.method),
		    msg.kind == CWMP_RESPONSE ? "Response" : "");
		if (msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM)
			note_keys(line, &msg.inform);
	}
	buf_append_char(&line->ladder, '\n');
}

static inline enum session_next exchange(struct line *line, struct cpe_session *session)
{
	auto_buf request = BUF_NULL;
	struct buf *response = &line->acs.response;
	enum session_next next = cpe_session_produce(session, &request);
	struct http_head head;
	char status[8];
	struct str body;
	bool is_close;

	if (next != SESSION_SEND)
		return next;
	head = play_parse(&request, true, &body);
	note(line, "->", head.method, body);
	buf_reset(response);
	if (!acs_service_refuses(line->acs.service, &line->acs.peer, &head,
		line->acs.now, response, &is_close))
		(void)acs_service_request(line->acs.service, &line->acs.peer, &head,
		    body, line->acs.now, line->acs.now, response);
	head = play_parse(response, false, &body);
	(void)snprintf(status, sizeof(status), "%u", head.status);
	note(line, "<-", str_of(status), body);
	return cpe_session_consume(session, &head, body);
}

static inline enum session_next run_session(struct line *line)
{
	const struct cpe_session_config config = {
		.url = str_of(line->stub->url),
		.username = STR("cpe"),
		.password = str_of(line->stub->password),
		.rpc = &line->stub->rpc,
		.events = &line->events,
		.hash = digest_hash,
	};
	enum session_next next = SESSION_SEND;
	struct error err = ERROR_NULL;
	struct cpe_session *session;
	char cnonce[33];

	if (cpe_session_new(&config, NS_PER_S, &session, &err) < 0)
		fail_msg("%s", err.text);
	digest_random_hex(cnonce, 16);
	cpe_session_connected(session, str_of(cnonce));
	for (int i = 0; i < 60 && next == SESSION_SEND; i++)
		next = exchange(line, session);
	cpe_session_free(session);
	acs_service_gone(line->acs.service, &line->acs.peer);
	return next;
}

/* model: its path from the root of the source. */
static inline void line_begin_as(struct line *line, const char *model,
    const char *policy, enum auth_algorithm algorithm)
{
	*line = (struct line){ .stub = stub_load(model) };
	play_begin(&line->acs, policy);
	line->acs.config.auth = ACS_SCHEME_DIGEST;
	line->acs.config.algorithm = algorithm;
	play_start(&line->acs);
	assert_int_equal(event_queue_add(&line->events, CWMP_EVENT_BOOTSTRAP, STR_NULL),
	    0);
	assert_int_equal(event_queue_add(&line->events, CWMP_EVENT_BOOT, STR_NULL), 0);
}

static inline void line_begin(struct line *line, const char *policy,
    enum auth_algorithm algorithm)
{
	line_begin_as(line, "topologies/models/hp5920.yaml", policy, algorithm);
}

static inline void line_end(struct line *line)
{
	play_end(&line->acs);
	event_queue_free(&line->events);
	buf_free(&line->ladder);
	buf_free(&line->keys);
	stub_free(line->stub);
}
