/* The command "console" of the control channel: sessions that a program of ours shows. A session whose
 * line goes on is asked for what has come until it has ended (do: wait), and Ctrl+C is a
 * command as well. */
#include "agents/cpe/console/console_internal.h"

#include "lib/base/cleanup.h"
#include "lib/base/json.h"
#include "lib/console/cli_question.h"

#include <errno.h>
#include <inttypes.h>

enum console_act {
	CONSOLE_OPEN,
	CONSOLE_LINE,
	CONSOLE_QUESTION,
	CONSOLE_COMPLETE,
	CONSOLE_WAIT,
	CONSOLE_INTERRUPT,
	CONSOLE_KEYS,
	CONSOLE_CLOSE
};

static const char *const act_names[] = { "open", "line", "question", "complete", "wait",
	"interrupt", "keys", "close", NULL };

enum {
	CONSOLE_LINE_BYTES_MAX = 4096, /* longer ones are cut before they come here */
	CONSOLE_WAIT_MS = 50,          /* how long news are waited for at most */
	CONSOLE_UNWATCHED_S = 10,      /* behind which ends what nobody asks for */
	CONSOLE_LOOK_MS = 1000         /* between looks at that */
};

#define ROW(member, key_, kind, help_) \
	.key = key_, .type = kind,     \
	.offset = offsetof(struct console_arguments, member), .help = help_

const struct conf_row console_rows[] = {
	{ ROW(cpe, "cpe", CONF_STR, "its name"), .is_required = true, .min = 1,
	    .max = CPE_TEXT_MAX },
	{ ROW(session, "session", CONF_UINT, "its number, of the answer to open"),
	    .max = UINT32_MAX },
	{ ROW(act, "do", CONF_ENUM, "what is done at the console"), .names = act_names,
	    .dflt = "line" },
	{ ROW(line, "line", CONF_STR, "what was typed"), .max = CONSOLE_LINE_BYTES_MAX,
	    .dflt = "" },
	{ ROW(nth, "nth", CONF_UINT, "with complete: which way, from 0"), .max = 1000 },
	{ NULL },
};

/* ---- sessions ------------------------------------------------------------------------- */

static struct console_session *find_session(struct console *console, uint64_t number)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		if (console->sessions[i] && console->sessions[i]->number == number)
			return console->sessions[i];
	}
	return NULL;
}

/* A place for one more. */
static struct console_session **find_place(struct console *console)
{
	struct console_session **oldest = &console->sessions[0];

	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		struct console_session **place = &console->sessions[i];

		if (!*place)
			return place;
		if ((*place)->used_at < (*oldest)->used_at)
			oldest = place;
	}
	return oldest;
}

static void free_session(struct console_session *session)
{
	if (session)
		cli_live_free(&session->live);
	free(session);
}

static void on_told(void *user);

static struct console_session *open_session(struct consoles *consoles,
    struct console *console)
{
	struct console_session **place = find_place(console);
	struct console_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	free_session(*place);
	*place = session;
	session->number = ++console->last_number;
	session->console = console;
	session->consoles = consoles;
	session->live.told = on_told;
	session->live.user = session;
	cli_session_init(&session->cli, &console->device);
	return session;
}

static void close_session(struct console *console,
    const struct console_session *session)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		if (console->sessions[i] == session)
			free_session(steal_ptr(&console->sessions[i]));
	}
}

void console_end_sessions(struct console *console)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++)
		free_session(steal_ptr(&console->sessions[i]));
}

void console_break_sessions(struct console *console)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		if (console->sessions[i])
			cli_live_break(&console->sessions[i]->live);
	}
}

/* ---- what is typed --------------------------------------------------------------------- */

struct reply { /* state of an answer */
	struct list link;
	struct answer *answer;
	uint32_t waits_for; /* the session whose news it waits for */
	struct buf out;     /* lines below what was typed */
	struct buf prompt;  /* or the line that Tab makes */
	size_t at;          /* of out, that is told */
	size_t ways;
	char note[CLI_NOTE_MAX];
	uint32_t session;
	bool goes_on;    /* the line, behind this answer */
	bool takes_keys; /* it is a terminal elsewhere */
	bool is_raw;     /* out is no lines, but text of a terminal elsewhere */
	bool watches;    /* lines may come though nothing is typed */
	bool is_late;    /* it has waited long enough for news */
	unsigned screen_length;
	struct cli_result result;
};

static struct console *find_console(struct consoles *consoles, const char *name)
{
	struct cpe_fleet *fleet = consoles->fleet;

	for (size_t i = 0; consoles->items && i < fleet->n_cpes; i++) {
		if (strcmp(fleet->cpes[i].name, name) == 0)
			return &consoles->items[i];
	}
	return NULL;
}

static void log_typed(struct console *console, uint32_t number, struct str line)
{
	char where[16];

	(void)snprintf(where, sizeof(where), "con%" PRIu32, number);
	console_log_line(console, where, line);
}

static void type(struct console *console, struct console_session *session,
    struct str line, struct reply *reply)
{
	bool is_command = cli_session_is_command(&session->cli, line);
	struct cli_result begun;

	cli_live_break(&session->live);
	cli_live_take(&session->live, &reply->out);
	reply->result = cli_session_take(&session->cli, line, &reply->out);
	/* What is refused may have a password in it as well. */
	if (is_command && !reply->result.is_secret && !reply->result.is_refused)
		log_typed(console, session->number, line);
	cli_text_set(reply->note, sizeof(reply->note), str_of(session->cli.note));
	begun = cli_session_begin(&session->cli, &session->live, &reply->out);
	reply->result.is_refused |= begun.is_refused;
	session->is_raw = cli_live_takes_keys(&session->live);
}

/* What is typed at a terminal elsewhere; keys that find no room there are lost, as at any. */
static void pass_keys(struct console_session *session, struct str keys)
{
	for (size_t i = 0; i < keys.len && cli_live_takes_keys(&session->live); i++)
		(void)session->live.key(session->live.work, keys.p[i]);
}

/* What has come by itself. */
static void take_news(struct console_session *session, struct reply *reply)
{
	reply->is_raw = session->is_raw;
	cli_live_take(&session->live, &reply->out);
	session->is_raw = cli_live_takes_keys(&session->live);
	reply->result.is_refused =
	    !cli_live_goes_on(&session->live) && session->live.is_refused;
}

static void act(struct console *console, struct console_session *session,
    const struct console_arguments *wish, struct reply *reply)
{
	struct str line = str_of(wish->line);

	switch ((enum console_act)wish->act) {
	case CONSOLE_OPEN:
	case CONSOLE_CLOSE:
		break;
	case CONSOLE_LINE:
		type(console, session, line, reply);
		break;
	case CONSOLE_INTERRUPT:
		cli_live_break(&session->live);
		take_news(session, reply);
		break;
	case CONSOLE_KEYS:
		pass_keys(session, line);
		take_news(session, reply);
		break;
	case CONSOLE_WAIT:
		take_news(session, reply);
		break;
	case CONSOLE_QUESTION:
		cli_session_question(&session->cli, line, &reply->out);
		break;
	case CONSOLE_COMPLETE:
		if (session->cli.asks == CLI_ASKS_NOTHING)
			(void)cli_complete(&reply->prompt, session->cli.view, line,
			    (size_t)wish->nth, &reply->ways);
		break;
	}
	if (wish->act != CONSOLE_COMPLETE)
		cli_session_prompt(&session->cli, &reply->prompt);
	reply->session = session->number;
	reply->goes_on = cli_live_goes_on(&session->live);
	reply->watches = session->cli.is_monitor;
	reply->takes_keys = cli_live_takes_keys(&session->live);
	reply->screen_length = session->cli.screen_length;
	session->used_at = console->cpe->fleet->edges->monotonic();
	if (wish->act == CONSOLE_CLOSE || reply->result.is_over)
		close_session(console, session);
}

/* ---- news ------------------------------------------------------------------------------ */

static void serve_soon(struct consoles *consoles, struct reply *reply);

/* Those that wait for news of the session (null: of any) wait no longer. */
static void release(struct consoles *consoles, const struct console_session *session)
{
	LIST_FOREACH_SAFE (item, &consoles->held) {
		struct reply *reply = list_entry(item, struct reply, link);
		const struct console_arguments *wish = reply->answer->arguments;

		if (session && (reply->waits_for != session->number ||
				   strcmp(wish->cpe, session->console->cpe->name) != 0))
			continue;
		list_remove(&reply->link);
		reply->is_late = true;
		serve_soon(consoles, reply);
	}
}

static void on_late(uv_timer_t *timer)
{
	release(timer->data, NULL);
}

static void hold(struct consoles *consoles, struct reply *reply)
{
	list_append(&consoles->held, &reply->link);
	(void)uv_timer_start(&consoles->late, on_late, CONSOLE_WAIT_MS, 0);
}

static void on_told(void *user)
{
	struct console_session *session = user;

	release(session->consoles, session);
}

/* Whoever has typed the line may be gone, and say nothing of it, as may the other end of what
 * goes on. */
static bool end_unwatched(struct console *console, clock_ns now)
{
	bool goes_on = false;

	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		struct console_session *session = console->sessions[i];

		if (!session || !cli_live_goes_on(&session->live))
			continue;
		if (now - session->used_at > CONSOLE_UNWATCHED_S * NS_PER_S)
			cli_live_free(&session->live);
		else
			goes_on = true;
	}
	return goes_on;
}

bool console_end_unwatched(struct consoles *consoles, clock_ns now)
{
	bool goes_on = false;

	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++)
		goes_on = end_unwatched(&consoles->items[i], now) || goes_on;
	return goes_on;
}

static void on_unwatched(uv_timer_t *timer)
{
	struct consoles *consoles = timer->data;

	if (!console_end_unwatched(consoles, consoles->fleet->edges->monotonic()))
		(void)uv_timer_stop(timer);
}

/* Started anew by each answer, it would never be due while anybody watches anything. */
static void look_for_unwatched(struct consoles *consoles)
{
	if (!uv_is_active((const uv_handle_t *)&consoles->unwatched))
		(void)uv_timer_start(&consoles->unwatched, on_unwatched,
		    CONSOLE_LOOK_MS, CONSOLE_LOOK_MS);
}

/* ---- what is asked --------------------------------------------------------------------- */

/* Whether an answer is kept back until there are news. */
static bool is_held(const struct console_session *session,
    const struct console_arguments *wish, const struct reply *reply)
{
	return wish->act == CONSOLE_WAIT && !reply->is_late &&
	       session->live.text.len == 0 && cli_live_goes_on(&session->live);
}

enum served {
	SERVED,
	SERVED_LATER /* the reply waits for news */
};

/* enum served, or an error. */
static int serve(struct consoles *consoles, struct reply *reply, struct error *err)
{
	const struct console_arguments *wish = reply->answer->arguments;
	struct console *console = find_console(consoles, wish->cpe);
	struct console_session *session;

	if (!consoles->items)
		return error_set(err, ERR_USAGE,
		    "\"%s\" has no console: add \"console\" to its node", wish->cpe);
	if (!console)
		return error_set(err, ERR_USAGE, "no CPE is named \"%s\" here",
		    wish->cpe);
	session = wish->act == CONSOLE_OPEN ? open_session(consoles, console)
					    : find_session(console, wish->session);
	if (!session)
		return wish->act == CONSOLE_OPEN
			   ? error_set(err, -ENOMEM, "no memory for a console")
			   : error_set(err, ERR_USAGE,
				 "this console session is over: %d others were opened "
				 "since, or \"%s\" was started anew",
				 CONSOLE_SESSIONS_MAX, wish->cpe);
	if (is_held(session, wish, reply)) {
		reply->waits_for = session->number;
		hold(consoles, reply);
		return SERVED_LATER;
	}
	act(console, session, wish, reply);
	if (reply->goes_on)
		look_for_unwatched(consoles);
	return reply->out.error ? error_set(err, -ENOMEM, "no memory for the answer")
				: SERVED;
}

/* ---- the command ------------------------------------------------------------------------ */

static void on_timer(uv_timer_t *timer)
{
	struct consoles *consoles = timer->data;

	while (!list_empty(&consoles->waiting)) {
		struct reply *reply =
		    list_first(&consoles->waiting, struct reply, link);
		struct error err = ERROR_NULL;
		int r;

		list_remove(&reply->link);
		r = serve(consoles, reply, &err);
		if (r < 0)
			answer_fail(reply->answer, &err);
		else if (r == SERVED)
			answer_wake(reply->answer);
	}
}

static void serve_soon(struct consoles *consoles, struct reply *reply)
{
	list_append(&consoles->waiting, &reply->link);
	(void)uv_timer_start(&consoles->timer, on_timer, 0, 0);
}

static int begin(struct consoles *consoles, struct answer *answer, struct error *err)
{
	struct reply *reply = calloc(1, sizeof(*reply));

	if (!reply)
		return error_set(err, -ENOMEM, "no memory");
	reply->answer = answer;
	answer->state = reply;
	list_init(&reply->link);
	serve_soon(consoles, reply);
	return ANSWER_LATER;
}

static void put_head(struct json *json, const struct reply *reply)
{
	json_uint(json, "session", reply->session);
	json_str(json, "prompt", buf_str(&reply->prompt));
	json_bool(json, "refused", reply->result.is_refused);
	json_bool(json, "over", reply->result.is_over);
	json_bool(json, "goes_on", reply->goes_on);
	json_bool(json, "watches", reply->watches);
	json_bool(json, "takes_keys", reply->takes_keys);
	if (reply->is_raw)
		json_str(json, "text", buf_str(&reply->out));
	json_bool(json, "secret", reply->result.is_secret);
	json_uint(json, "screen_length", reply->screen_length);
	json_uint(json, "ways", reply->ways);
	if (reply->note[0])
		json_text(json, "note", reply->note);
}

int consoles_page(struct consoles *consoles, struct answer *answer, struct error *err)
{
	struct reply *reply = answer->state;
	struct json *json = answer->json;

	if (!reply)
		return begin(consoles, answer, err);
	json_object_begin(json, "console");
	if (answer->n_pages == 0)
		put_head(json, reply);
	if (reply->is_raw)
		reply->at = reply->out.len;
	json_array_begin(json, "lines");
	while (reply->at < reply->out.len && !answer_is_full(answer)) {
		struct str rest = str_from(buf_str(&reply->out), reply->at), line;

		line = str_make(rest.p, str_find_char(rest, '\n'));
		json_str(json, NULL, line);
		reply->at += line.len + 1;
	}
	json_array_end(json);
	json_object_end(json);
	return reply->at < reply->out.len ? ANSWER_MORE : ANSWER_WHOLE;
}

void consoles_end(struct answer *answer)
{
	struct reply *reply = answer->state;

	if (!reply)
		return;
	list_remove(&reply->link);
	buf_free(&reply->out);
	buf_free(&reply->prompt);
	free(reply);
}
