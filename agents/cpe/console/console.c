#include "agents/cpe/console/console_internal.h"

#include "agents/cpe/console/console_config.h"
#include "agents/cpe/console/console_dhcp.h"

#include "lib/base/cleanup.h"
#include "lib/base/json.h"
#include "lib/base/utf8.h"
#include "lib/console/cli_question.h"
#include "lib/program/log.h"

#include <errno.h>
#include <inttypes.h>

enum console_act {
	CONSOLE_OPEN,
	CONSOLE_LINE,
	CONSOLE_QUESTION,
	CONSOLE_COMPLETE,
	CONSOLE_CLOSE
};

static const char *const act_names[] = { "open", "line", "question", "complete",
	"close", NULL };

enum {
	CONSOLE_LINE_BYTES_MAX = 4096, /* longer ones are cut before they come here */
	CONSOLE_LOG_BYTES_MAX = 32768  /* the older half is forgotten */
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

static struct console_session *open_session(struct console *console)
{
	struct console_session **place = find_place(console);
	struct console_session *session = calloc(1, sizeof(*session));

	if (!session)
		return NULL;
	free(*place);
	*place = session;
	session->number = ++console->last_number;
	cli_session_init(&session->cli, &console->device);
	return session;
}

static void close_session(struct console *console,
    const struct console_session *session)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++) {
		if (console->sessions[i] == session)
			free(steal_ptr(&console->sessions[i]));
	}
}

/* ---- what is typed --------------------------------------------------------------------- */

struct reply { /* state of an answer */
	struct list link;
	struct answer *answer;
	struct buf out;    /* lines below what was typed */
	struct buf prompt; /* or the line that Tab makes */
	size_t at;         /* of out, that is told */
	size_t ways;
	char note[CLI_NOTE_MAX];
	uint32_t session;
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

void console_log_line(struct console *console, const char *where, struct str line)
{
	char text[CLOCK_ISO8601_MAX];

	if (str_trim(line).len == 0)
		return;
	if (console->log.len > CONSOLE_LOG_BYTES_MAX) {
		struct str rest =
		    str_from(buf_str(&console->log), CONSOLE_LOG_BYTES_MAX / 2);

		buf_consume(&console->log,
		    console->log.len - rest.len + str_find_char(rest, '\n') + 1);
	}
	buf_printf(&console->log, "%s SHELL_CMD: -Line=%s; Command is ",
	    clock_iso8601(console->cpe->fleet->edges->wall(), 0, text), where);
	utf8_put_shown(&console->log,
	    str_make(line.p, MIN(line.len, (size_t)CLI_LINE_MAX)));
	buf_append_char(&console->log, '\n');
}

static void log_typed(struct console *console, uint32_t number, struct str line)
{
	char where[16];

	(void)snprintf(where, sizeof(where), "con%" PRIu32, number);
	console_log_line(console, where, line);
}

static void act(struct console *console, struct console_session *session,
    const struct console_arguments *wish, struct reply *reply)
{
	struct str line = str_of(wish->line);
	bool is_command = cli_session_is_command(&session->cli, line);

	switch ((enum console_act)wish->act) {
	case CONSOLE_OPEN:
	case CONSOLE_CLOSE:
		break;
	case CONSOLE_LINE:
		reply->result = cli_session_take(&session->cli, line, &reply->out);
		/* What is refused may have a password in it as well. */
		if (is_command && !reply->result.is_secret && !reply->result.is_refused)
			log_typed(console, session->number, line);
		cli_text_set(reply->note, sizeof(reply->note),
		    str_of(session->cli.note));
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
	reply->screen_length = session->cli.screen_length;
	session->used_at = console->cpe->fleet->edges->monotonic();
	if (wish->act == CONSOLE_CLOSE || reply->result.is_over)
		close_session(console, session);
}

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
	session = wish->act == CONSOLE_OPEN ? open_session(console)
					    : find_session(console, wish->session);
	if (!session)
		return wish->act == CONSOLE_OPEN
			   ? error_set(err, -ENOMEM, "no memory for a console")
			   : error_set(err, ERR_USAGE,
				 "this console session is over: %d others were opened "
				 "since, or \"%s\" was started anew",
				 CONSOLE_SESSIONS_MAX, wish->cpe);
	act(console, session, wish, reply);
	return reply->out.error ? error_set(err, -ENOMEM, "no memory for the answer")
				: 0;
}

/* ---- the command ------------------------------------------------------------------------ */

static void on_timer(uv_timer_t *timer)
{
	struct consoles *consoles = timer->data;

	while (!list_empty(&consoles->waiting)) {
		struct reply *reply =
		    list_first(&consoles->waiting, struct reply, link);
		struct error err = ERROR_NULL;

		list_remove(&reply->link);
		if (serve(consoles, reply, &err) < 0)
			answer_fail(reply->answer, &err);
		else
			answer_wake(reply->answer);
	}
}

static int begin(struct consoles *consoles, struct answer *answer, struct error *err)
{
	struct reply *reply = calloc(1, sizeof(*reply));

	if (!reply)
		return error_set(err, -ENOMEM, "no memory");
	reply->answer = answer;
	answer->state = reply;
	list_init(&reply->link);
	list_append(&consoles->waiting, &reply->link);
	(void)uv_timer_start(&consoles->timer, on_timer, 0, 0);
	return ANSWER_LATER;
}

static void put_head(struct json *json, const struct reply *reply)
{
	json_uint(json, "session", reply->session);
	json_str(json, "prompt", buf_str(&reply->prompt));
	json_bool(json, "refused", reply->result.is_refused);
	json_bool(json, "over", reply->result.is_over);
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

/* ---- beginning and end ------------------------------------------------------------------ */

static void start_up(struct console *console)
{
	struct cli_session session;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;
	size_t n;

	if (console_load(console, &text) < 0)
		return;
	cli_session_init(&session, &console->device);
	n = cli_session_load(&session, buf_str(&text), &err);
	if (n > 0)
		log_warn("%s: its start-up file: %zu lines are refused; %s",
		    console->cpe->name, n, err.text);
}

void console_open(struct console *console, struct cpe *cpe)
{
	struct cli_device *device = &console->device;

	*console = (struct console){ .cpe = cpe };
	device->profile = cli_profile_at((size_t)cpe->fleet->config->console.profile);
	device->edges = &console_edges;
	device->user = console;
	console_config_factory(console, &device->running);
	cpe->typed.is_disabled = !device->running.cwmp.is_enabled;
	console->ended_boot = cpe->booted_at;
	if (cpe->was_reset)
		console_config_reset_late(console);
	console->is_loading = true;
	start_up(console);
	console->is_loading = false;
	console_dhcp_load(console);
}

/* ---- what the CPE tells, and asks for --------------------------------------------------------- */

static struct console *console_of(void *user, const struct cpe *cpe)
{
	const struct consoles *consoles = user;

	return &consoles->items[cpe - consoles->fleet->cpes];
}

/* Down: as its start-up file says, once it is up again. That is told of one that is down, perhaps
 * several times, but not of one that is up and has no address yet. */
static void moved(void *user, struct cpe *cpe)
{
	struct console *console = console_of(user, cpe);

	if (cpe->state == CPE_OFF && cpe->booted_at != console->ended_boot) {
		console->ended_boot = cpe->booted_at;
		console_config_reload(console);
	}
	console_dhcp_moved(console);
}

static void reset(void *user, struct cpe *cpe)
{
	console_config_reset(console_of(user, cpe));
}

static uint32_t check(void *user, struct cpe *cpe, struct str text, struct error *err)
{
	return console_config_check(console_of(user, cpe), text, err);
}

static void take(void *user, struct cpe *cpe)
{
	console_config_take(console_of(user, cpe));
}

static void put(void *user, struct cpe *cpe, struct buf *out)
{
	struct console *console = console_of(user, cpe);
	struct cli_device *device = &console->device;

	device->edges->pull(console, &device->running);
	cli_config_put(out, &device->running, device->profile);
}

static void put_log(void *user, struct cpe *cpe, struct buf *out)
{
	buf_append_str(out, buf_str(&console_of(user, cpe)->log));
}

static const struct cpe_console cpe_console = {
	.moved = moved,
	.reset = reset,
	.check = check,
	.take = take,
	.put = put,
	.put_log = put_log,
};

int consoles_open(struct consoles *consoles, struct cpe_fleet *fleet, struct error *err)
{
	consoles->fleet = fleet;
	list_init(&consoles->waiting);
	if (fleet->config->console.is_on) {
		consoles->items = calloc(fleet->n_cpes, sizeof(*consoles->items));
		if (!consoles->items)
			return error_set(err, -ENOMEM, "no memory for consoles");
	}
	for (size_t i = 0; consoles->items && i < fleet->n_cpes; i++)
		console_open(&consoles->items[i], &fleet->cpes[i]);
	consoles->edges = cpe_console;
	consoles->edges.user = consoles;
	if (consoles->items)
		fleet->console = &consoles->edges;
	return 0;
}

void consoles_start(struct consoles *consoles, uv_loop_t *loop)
{
	(void)uv_timer_init(loop, &consoles->timer);
	consoles->timer.data = consoles;
}

void consoles_close(struct consoles *consoles)
{
	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++)
		console_dhcp_close(&consoles->items[i], false);
	consoles->fleet->console = NULL;
	uv_close((uv_handle_t *)&consoles->timer, NULL);
}

void console_close(struct console *console)
{
	for (size_t i = 0; i < CONSOLE_SESSIONS_MAX; i++)
		free(steal_ptr(&console->sessions[i]));
	console_dhcp_close(console, false);
	free(steal_ptr(&console->found));
	free(steal_ptr(&console->saved));
	buf_free(&console->log);
}

void consoles_free(struct consoles *consoles)
{
	for (size_t i = 0; consoles->items && i < consoles->fleet->n_cpes; i++)
		console_close(&consoles->items[i]);
	free(steal_ptr(&consoles->items));
}
