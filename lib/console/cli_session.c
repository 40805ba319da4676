#include "lib/console/cli_session.h"

#include "lib/console/cli_dialogue.h"
#include "lib/console/cli_filter.h"
#include "lib/console/cli_question.h"

void cli_session_init(struct cli_session *session, struct cli_device *device)
{
	memset(session, 0, sizeof(*session));
	session->device = device;
	session->screen_length = CLI_SCREEN_LENGTH;
	session->level = CLI_LEVEL_MANAGE;
}

/* ---- prompts -------------------------------------------------------------------------- */

static void put_prompt(const struct cli_session *session, struct buf *out)
{
	const struct cli_config *config = &session->device->running;
	char name[CLI_INTERFACE_MAX];

	switch (session->view) {
	case CLI_USER:
		buf_printf(out, "<%s>", config->sysname);
		return;
	case CLI_SYSTEM:
		buf_printf(out, "[%s]", config->sysname);
		return;
	case CLI_CWMP:
		buf_printf(out, "[%s-cwmp]", config->sysname);
		return;
	case CLI_VLAN:
		buf_printf(out, "[%s-vlan%u]", config->sysname, session->vlan);
		return;
	case CLI_VLAN_INTERFACE:
		buf_printf(out, "[%s-Vlan-interface%u]", config->sysname,
		    session->vlan);
		return;
	case CLI_PORT:
		buf_printf(out, "[%s-%s]", config->sysname,
		    cli_interface_name(&config->interfaces[session->interface], name));
		return;
	case CLI_DHCP_POOL:
		buf_printf(out, "[%s-dhcp-pool-%s]", config->sysname, session->pool);
		return;
	case CLI_VIEWS:
		return;
	}
}

void cli_session_prompt(const struct cli_session *session, struct buf *out)
{
	if (session->asks == CLI_ASKS_NOTHING)
		put_prompt(session, out);
	else
		buf_append_text(out, cli_dialogue_text(session->asks));
}

static size_t indent_of(const struct cli_session *session)
{
	auto_buf prompt = BUF_NULL;

	put_prompt(session, &prompt);
	return prompt.len;
}

void cli_session_question(const struct cli_session *session, struct str line,
    struct buf *out)
{
	if (session->asks == CLI_ASKS_NOTHING)
		cli_question(out, session->device->profile, session->view, line,
		    indent_of(session));
}

/* ---- history -------------------------------------------------------------------------- */

static void remember(struct cli_session *session, struct str line,
    const struct cli_row *row)
{
	size_t n = session->n_history;

	if (session->is_loading || session->repeat.is_on ||
	    (row && row->flags & (CLI_IS_SECRET | CLI_IS_REPEAT)) ||
	    (n > 0 && str_is(line, session->history[n - 1])))
		return;
	if (n == CLI_HISTORY_MAX) {
		memmove(session->history[0], session->history[1],
		    (CLI_HISTORY_MAX - 1) * sizeof(session->history[0]));
		n = --session->n_history;
	}
	cli_text_set(session->history[n], sizeof(session->history[n]), line);
	session->n_history++;
}

/* ---- a command ------------------------------------------------------------------------ */

/* What the command has changed becomes so, or is as it was. */
static void apply(struct cli_call *call, const struct cli_config *before)
{
	struct cli_device *device = call->device;
	struct error err = ERROR_NULL;

	if (!call->result.is_refused &&
	    memcmp(before, &device->running, sizeof(*before)) == 0)
		return;
	if (!call->result.is_refused &&
	    device->edges->apply(device->user, before, &device->running, &err) == 0)
		return;
	memcpy(&device->running, before, sizeof(*before));
	if (!call->result.is_refused)
		cli_call_fail(call, "%s", err.text);
}

struct place { /* where a session is: in which view, and of what */
	enum cli_view view;
	size_t interface;
	unsigned vlan;
	char pool[CLI_POOL_NAME_MAX];
};

static struct place place_of(const struct cli_session *session)
{
	struct place place = { session->view, session->interface, session->vlan, "" };

	memcpy(place.pool, session->pool, sizeof(place.pool));
	return place;
}

static void go_back(struct cli_session *session, const struct place *place)
{
	session->view = place->view;
	session->interface = place->interface;
	session->vlan = place->vlan;
	memcpy(session->pool, place->pool, sizeof(session->pool));
}

static struct cli_result run(struct cli_session *session, const struct cli_match *match,
    struct buf *out)
{
	struct cli_device *device = session->device;
	struct cli_call call = { session, device, &device->running, match, out,
		{ false, false, match->row->flags & CLI_IS_SECRET } };
	struct place place = place_of(session);
	struct cli_config before;
	bool has_run;

	if ((unsigned)cli_row_level(match->row) > session->level) {
		cli_call_fail(&call, "Permission denied.");
		return call.result;
	}
	memcpy(&before, &device->running, sizeof(before));
	match->row->run(&call);
	has_run = !call.result.is_refused;
	apply(&call, &before);
	/* What the device would not make cannot be entered. */
	if (has_run && call.result.is_refused)
		go_back(session, &place);
	return call.result;
}

static struct cli_result refuse(const struct cli_session *session, enum cli_error error,
    size_t at, struct buf *out)
{
	cli_put_error(out, session->device->profile, error, indent_of(session) + at);
	return (struct cli_result){ .is_refused = true };
}

/* The command before the "|", and what of its output passes. */
static struct cli_result run_filtered(struct cli_session *session,
    const struct cli_words *all, size_t bar, struct buf *out)
{
	struct cli_words words;
	struct cli_result result;
	struct cli_match match;
	auto_buf text = BUF_NULL;
	size_t at;

	cli_words_split(&words, str_make(all->line.p, all->items[bar].at));
	cli_match(&match, session->view, &words);
	if (match.row && !(match.row->flags & CLI_IS_DISPLAY)) {
		match.row = NULL;
		match.error = CLI_TOO_MANY;
		match.at = all->items[bar].at;
	}
	remember(session, all->line, match.row);
	if (!match.row)
		return refuse(session, match.error, match.at, out);
	result = run(session, &match, &text);
	if (result.is_refused) { /* why is no output that a filter may hold back */
		buf_append_str(out, buf_str(&text));
		return result;
	}
	if (!cli_filter_apply(all, bar, buf_str(&text), out, &at))
		return refuse(session, CLI_WRONG, at, out);
	return result;
}

static struct cli_result run_line(struct cli_session *session, struct str line,
    struct buf *out)
{
	struct cli_words words;
	struct cli_match match;
	size_t bar;

	cli_words_split(&words, line);
	if (words.n == 0)
		return (struct cli_result){ .is_refused = false };
	bar = cli_filter_find(&words);
	if (bar > 0 && bar < words.n && !session->is_loading) {
		cli_match(&match, session->view, &words);
		if (!match.row) /* else it is a text that has a | in it */
			return run_filtered(session, &words, bar, out);
	}
	cli_match(&match, session->view, &words);
	remember(session, line, match.row);
	if (!match.row)
		return refuse(session, match.error, match.at, out);
	return run(session, &match, out);
}

/* ---- lines ---------------------------------------------------------------------------- */

static bool is_control_z(struct str line)
{
	return str_is(line, "\x1a");
}

/* Where a character stands that no line has; line.len: there is none. */
static size_t find_control(struct str line)
{
	size_t i = 0;

	while (i < line.len && (unsigned char)line.p[i] >= ' ' && line.p[i] != 0x7f)
		i++;
	return i;
}

static struct cli_result take(struct cli_session *session, struct str line,
    struct buf *out)
{
	struct cli_device *device = session->device;
	struct cli_result result = { .is_refused = false };
	struct str text = line;

	while (text.len > 0 &&
	       (text.p[text.len - 1] == '\r' || text.p[text.len - 1] == ' '))
		text.len--;
	session->note[0] = '\0';
	/* A client that only keeps pressing Enter is not to have the kernel asked each time. */
	if (text.len == 0 && session->asks == CLI_ASKS_NOTHING)
		return result;
	device->edges->pull(device->user, &device->running);
	if (session->asks != CLI_ASKS_NOTHING)
		return cli_dialogue_answer(session, text, out);
	if (is_control_z(text)) {
		session->view = CLI_USER;
		return result;
	}
	if (text.len > CLI_LINE_MAX)
		return refuse(session, CLI_TOO_MANY, CLI_LINE_MAX, out);
	if (find_control(text) < text.len)
		return refuse(session, CLI_UNRECOGNIZED, find_control(text), out);
	/* What separates the sections of a configuration, pasted. */
	if (text.len > 0 && text.p[0] == '#')
		return result;
	return run_line(session, text, out);
}

/* ---- repeat --------------------------------------------------------------------------- */

/* Whether a session that has typed the line goes on by itself. */
static bool goes_on(const struct cli_session *session, const struct cli_result *result)
{
	return !result->is_refused && !result->is_over &&
	       session->asks == CLI_ASKS_NOTHING && session->going == CLI_GOING_NOTHING;
}

/* Whoever shows it keeps all of it until it is read: a table of 4096 rows, typed 1000 times, is
 * more than a buffer holds. */
static bool is_too_long(const struct cli_session *session, struct buf *out,
    struct cli_result *result)
{
	if (out->len < CLI_REPEAT_BYTES_MAX)
		return false;
	buf_printf(out, "%sThe output is too long to be repeated any more.\n",
	    session->device->profile->error_mark);
	result->is_refused = true;
	return true;
}

/* Types the last lines of the history again, as they would look. A line that is refused, that asks
 * something or that leaves the session is the last one. */
static struct cli_result repeat(struct cli_session *session, struct buf *out)
{
	size_t n = MIN(session->repeat.lines, session->n_history);
	unsigned times = session->repeat.times;
	struct cli_result result = { .is_refused = false };

	session->repeat.lines = 0;
	session->repeat.is_on = true;
	for (size_t i = 0; i < n * times && goes_on(session, &result) &&
			   !is_too_long(session, out, &result);
	     i++) {
		const char *line = session->history[session->n_history - n + i % n];

		put_prompt(session, out);
		buf_printf(out, "%s\n", line);
		result = take(session, str_of(line), out);
	}
	session->repeat.is_on = false;
	return result;
}

struct cli_result cli_session_take(struct cli_session *session, struct str line,
    struct buf *out)
{
	struct cli_result result;

	session->repeat.lines = 0;
	session->going = CLI_GOING_NOTHING;
	result = take(session, line, out);
	if (session->repeat.lines == 0 || session->is_loading)
		return result;
	return repeat(session, out);
}

/* ---- what goes on ---------------------------------------------------------------------- */

struct cli_result cli_session_begin(struct cli_session *session, struct cli_live *live,
    struct buf *out)
{
	struct cli_device *device = session->device;
	struct cli_result result = { .is_refused = false };
	enum cli_going going = session->going;
	struct error err = ERROR_NULL;
	int r;

	if (going == CLI_GOING_NOTHING)
		return result;
	session->going = CLI_GOING_NOTHING;
	memset(&live->ping, 0, sizeof(live->ping));
	if (going == CLI_GOING_PING)
		live->ping = session->ping;
	live->dial = session->dial;
	live->error_mark = device->profile->error_mark;
	live->is_refused = false;
	r = going == CLI_GOING_PING ? device->edges->ping(device->user, live, &err)
				    : device->edges->dial(device->user, live, &err);
	if (r == 0)
		return result;
	buf_printf(out, "%s%s\n", live->error_mark, err.text);
	result.is_refused = true;
	return result;
}

/* ---- start-up files ------------------------------------------------------------------- */

/* A line without a blank before it is of the system view. */
static struct cli_result load_line(struct cli_session *session, struct str line,
    struct buf *out)
{
	if (str_starts(line, STR(" version ")) || str_trim(line).len == 0)
		return (struct cli_result){ .is_refused = false };
	if (line.p[0] != ' ')
		session->view = CLI_SYSTEM;
	return cli_session_take(session, line, out);
}

static const char *const secret_words[] = { "password", "simple", "cipher" };

/* Whether the word is one of these as people type them: in any case, and cut short. */
static bool stands_for_secret(struct str word)
{
	for (size_t i = 0; i < ARRAY_LEN(secret_words); i++) {
		struct str whole = str_of(secret_words[i]);

		if (word.len > 0 && word.len <= whole.len &&
		    str_eq_nocase(word, str_make(whole.p, word.len)))
			return true;
	}
	return false;
}

/* As far as the first of these words, with it. */
static struct str before_secret(struct str line)
{
	size_t end;

	for (size_t at = 0; at < line.len; at = end + 1) {
		end = at;
		while (end < line.len && (unsigned char)line.p[end] > ' ')
			end++;
		if (stands_for_secret(str_make(line.p + at, end - at)))
			return str_make(line.p, end);
	}
	return line;
}

/* A refused line is told, and logged: what stands behind these words is nobody's business. */
static struct str showable(struct str typed)
{
	struct str line = before_secret(typed);
	size_t at;

	/* A password may be typed without a blank before it, too. */
	for (size_t i = 0; i < ARRAY_LEN(secret_words); i++) {
		if (str_find(line, str_of(secret_words[i]), &at))
			line.len = MIN(line.len, at + strlen(secret_words[i]));
	}
	return line;
}

size_t cli_session_load(struct cli_session *session, struct str text, struct error *err)
{
	struct str rest = text;
	size_t n_refused = 0;

	session->view = CLI_SYSTEM;
	session->is_loading = true;
	for (unsigned number = 1; rest.len > 0; number++) {
		struct str line = str_cut(rest, '\n', &rest);
		auto_buf out = BUF_NULL;

		if (str_is(str_trim(line), "return"))
			break;
		if (!load_line(session, line, &out).is_refused &&
		    session->asks == CLI_ASKS_NOTHING)
			continue;
		session->asks = CLI_ASKS_NOTHING; /* a file answers no questions */
		if (n_refused++ == 0)
			(void)error_set(err, ERR_CONFIG, "line %u is refused: %.*s",
			    number, STR_ARG(showable(str_trim(line))));
	}
	session->is_loading = false;
	session->view = CLI_USER;
	return n_refused;
}
