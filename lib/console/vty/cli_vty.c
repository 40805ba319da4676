#include "lib/console/vty/cli_vty.h"

#include "lib/console/cli_question.h"

#define MORE "  ---- More ----"

enum {
	WIDTH_MIN = 20 /* a narrower terminal is none that tells the truth */
};

/* ---- prompts ---------------------------------------------------------------------------- */

/* Shows the text; the line begins behind the last line of it. */
static void ask(struct cli_vty *vty, struct str text, struct buf *out)
{
	struct str rest = text, last;

	do
		last = str_cut(rest, '\n', &rest);
	while (rest.len > 0);
	if (str_ends(text, STR("\n")))
		last = STR_NULL;
	buf_append_str(out, text);
	cli_edit_begin(&vty->edit, last.len);
}

static void prompt(struct cli_vty *vty, struct buf *out)
{
	auto_buf text = BUF_NULL;

	vty->state = CLI_VTY_LINE;
	vty->recalled = 0;
	buf_reset(&vty->made);
	cli_session_prompt(&vty->session, &text);
	ask(vty, buf_str(&text), out);
	vty->edit.is_plain = vty->session.asks != CLI_ASKS_NOTHING;
}

/* The prompt again, and the line as far as it was typed. */
static void prompt_again(struct cli_vty *vty, struct buf *out)
{
	char line[CLI_LINE_MAX];
	size_t len = vty->edit.len;

	memcpy(line, vty->edit.text, len);
	prompt(vty, out);
	cli_edit_set(&vty->edit, str_make(line, len), out);
}

/* ---- screens ----------------------------------------------------------------------------- */

static void end_output(struct cli_vty *vty, struct buf *out)
{
	buf_free(&vty->more);
	vty->more_at = 0;
	if (vty->is_ending)
		vty->state = CLI_VTY_OVER;
	else if (vty->edit.len > 0) /* behind "?" the line goes on */
		prompt_again(vty, out);
	else
		prompt(vty, out);
}

/* So many lines of what is to be shown (0: all), then waits if there are more. */
static void show_more(struct cli_vty *vty, unsigned lines, struct buf *out)
{
	struct str rest = str_from(buf_str(&vty->more), vty->more_at);
	unsigned left = lines;

	while (rest.len > 0 && (lines == 0 || left > 0)) {
		buf_append_str(out, str_cut(rest, '\n', &rest));
		buf_append_char(out, '\n');
		left -= left > 0;
	}
	vty->more_at = vty->more.len - rest.len;
	if (rest.len == 0) {
		end_output(vty, out);
		return;
	}
	vty->state = CLI_VTY_MORE;
	buf_append_text(out, MORE);
}

static void take_more(struct cli_vty *vty, char key, struct buf *out)
{
	bool is_blank = key == ' ', is_enter = key == '\r' || key == '\n';
	bool is_end = key == 'q' || key == 'Q' || key == '\x03';

	if (!is_blank && !is_enter && !is_end)
		return;
	buf_printf(out, "\r%*s\r", (int)(sizeof(MORE) - 1), "");
	if (is_end)
		end_output(vty, out);
	else
		show_more(vty, is_blank ? vty->session.screen_length : 1, out);
}

/* ---- login ------------------------------------------------------------------------------- */

static void ask_name(struct cli_vty *vty, struct buf *out)
{
	vty->state = CLI_VTY_NAME;
	ask(vty, str_of(vty->session.device->profile->name_prompt), out);
	vty->edit.max = CLI_NAME_MAX;
	vty->edit.is_plain = true;
}

static void ask_password(struct cli_vty *vty, struct buf *out)
{
	vty->state = CLI_VTY_PASSWORD;
	ask(vty, STR("Password:"), out);
	vty->edit.max = CLI_SECRET_MAX - 1;
	vty->edit.is_plain = true;
	vty->edit.is_hidden = true;
}

static void ask_login(struct cli_vty *vty, struct buf *out)
{
	if (vty->gate->login == CLI_LOGIN_USERS)
		ask_name(vty, out);
	else
		ask_password(vty, out);
}

/* The level of who has said that; -1: nobody has. All users are looked at, whoever it is. */
static int judge(const struct cli_gate *gate, struct str name, struct str password)
{
	int level = -1;

	if (gate->login == CLI_LOGIN_PASSWORD)
		return str_eq_secret(password, str_of(gate->password))
			   ? CLI_LEVEL_MANAGE
			   : -1;
	for (size_t i = 0; i < gate->n_users; i++) {
		const struct cli_user *user = &gate->users[i];
		bool is_name = str_eq_secret(name, str_of(user->name));
		bool is_password = str_eq_secret(password, str_of(user->password));

		if (is_name && is_password)
			level = (int)user->level;
	}
	return level;
}

static void refuse_login(struct cli_vty *vty, struct buf *out)
{
	buf_printf(out, "%s\n", vty->session.device->profile->login_failed);
	vty->n_tries++;
	vty->has_failed = vty->n_tries >= CLI_TRIES_MAX;
	if (vty->has_failed)
		vty->state = CLI_VTY_OVER;
	else
		ask_login(vty, out);
}

static void take_password(struct cli_vty *vty, struct buf *out)
{
	int level = judge(vty->gate, str_of(vty->name), cli_edit_line(&vty->edit));

	memset(vty->name, 0, sizeof(vty->name));
	cli_edit_begin(&vty->edit, 0);
	if (level < 0) {
		refuse_login(vty, out);
		return;
	}
	vty->session.level = (unsigned)level;
	prompt(vty, out);
}

/* A name that was not typed is asked for again, and is no try: tools press Enter to see whether
 * anybody is there. */
static void take_name(struct cli_vty *vty, struct buf *out)
{
	cli_text_set(vty->name, sizeof(vty->name), cli_edit_line(&vty->edit));
	if (vty->name[0])
		ask_password(vty, out);
	else
		ask_name(vty, out);
}

static void take_login(struct cli_vty *vty, char key, struct buf *out)
{
	enum cli_key asked = cli_edit_take(&vty->edit, key, out);

	if (asked == CLI_KEY_DROP) {
		buf_append_char(out, '\n');
		ask_login(vty, out);
	}
	if (asked != CLI_KEY_ENTER)
		return;
	buf_append_char(out, '\n');
	if (vty->state == CLI_VTY_NAME)
		take_name(vty, out);
	else
		take_password(vty, out);
}

static void end_line(struct cli_vty *vty, struct buf *out)
{
	cli_edit_to_end(&vty->edit, out);
	buf_append_char(out, '\n');
}

/* ---- what goes on ------------------------------------------------------------------------ */

/* Its lines come whenever they come, and no screen holds them up. */
static void go_live(struct cli_vty *vty, struct buf *out)
{
	vty->state = CLI_VTY_LIVE;
	buf_append_str(out, buf_str(&vty->more));
	buf_free(&vty->more);
}

void cli_vty_tell(struct cli_vty *vty, struct buf *out)
{
	if (vty->state ==
	    CLI_VTY_LINE) { /* below what is typed, which is shown again */
		end_line(vty, out);
		cli_live_take(&vty->live, out);
		prompt_again(vty, out);
		return;
	}
	cli_live_take(&vty->live, out);
	if (!cli_live_goes_on(&vty->live))
		prompt(vty, out);
}

/* The other end has all keys but Ctrl+K, the vendor's, and Ctrl+], which many are used to. */
static void pass_key(struct cli_vty *vty, char key, struct buf *out)
{
	if (key == '\x0b' || key == '\x1d') {
		buf_append_char(out, '\n');
		cli_live_break(&vty->live);
		cli_vty_tell(vty, out);
	} else if (!vty->live.key(vty->live.work, key)) {
		buf_append_char(out, '\a');
	}
}

/* Ctrl+C is meant for what goes on, and for all that was typed behind it; a terminal tells by a bell
 * that a key is lost. */
static void take_live(struct cli_vty *vty, char key, struct buf *out)
{
	if (cli_live_takes_keys(&vty->live)) {
		pass_key(vty, key, out);
	} else if (key == '\x03') {
		buf_free(&vty->ahead);
		vty->ahead_at = 0;
		cli_live_break(&vty->live);
		cli_vty_tell(vty, out);
	} else if (vty->ahead.len < CLI_AHEAD_MAX) {
		buf_append_char(&vty->ahead, key);
	} else {
		buf_append_char(out, '\a');
	}
}

bool cli_vty_take_ahead(struct cli_vty *vty, struct buf *out)
{
	char key;

	if (vty->state == CLI_VTY_LIVE || vty->ahead_at >= vty->ahead.len) {
		if (vty->ahead_at > 0)
			buf_consume(&vty->ahead, vty->ahead_at);
		vty->ahead_at = 0;
		return false;
	}
	key = (char)vty->ahead.data[vty->ahead_at];
	vty->ahead.data[vty->ahead_at++] = '\0'; /* it may be of a password */
	cli_vty_take(vty, key, out);
	return true;
}

/* ---- lines ------------------------------------------------------------------------------- */

/* The line is typed; what it shows comes a screen at a time. */
static void type(struct cli_vty *vty, struct str line, struct buf *out)
{
	bool is_command = cli_session_is_command(&vty->session, line);
	struct cli_result result;

	result = cli_session_take(&vty->session, line, &vty->more);
	vty->is_ending = result.is_over;
	/* What is refused may have a password in it as well. */
	if (vty->typed && is_command && !result.is_secret && !result.is_refused)
		vty->typed(vty->user, line);
	cli_edit_begin(&vty->edit, 0);
	(void)cli_session_begin(&vty->session, &vty->live, &vty->more);
	if (cli_live_goes_on(&vty->live))
		go_live(vty, out);
	else
		show_more(vty, vty->session.screen_length, out);
}

static void question(struct cli_vty *vty, struct buf *out)
{
	struct str line = cli_edit_line(&vty->edit);

	cli_edit_to_end(&vty->edit, out);
	buf_append_text(out, "?\n");
	cli_session_question(&vty->session, line, &vty->more);
	show_more(vty, vty->session.screen_length, out);
}

/* Tab again goes on to the next way; behind the last it begins anew. */
static void complete(struct cli_vty *vty, struct buf *out)
{
	struct cli_session *session = &vty->session;
	size_t n = 0;

	vty->nth++;
	if (vty->made.len == 0 ||
	    !str_eq(cli_edit_line(&vty->edit), buf_str(&vty->made))) {
		buf_reset(&vty->begun);
		buf_append_str(&vty->begun, cli_edit_line(&vty->edit));
		vty->nth = 0;
	}
	buf_reset(&vty->made);
	if (!cli_complete(&vty->made, session->view, buf_str(&vty->begun), vty->nth,
		&n)) {
		if (n == 0)
			return;
		vty->nth = 0;
		(void)cli_complete(&vty->made, session->view, buf_str(&vty->begun), 0,
		    &n);
	}
	cli_edit_set(&vty->edit, buf_str(&vty->made), out);
}

/* The line so many back; 0: an empty one. */
static void recall(struct cli_vty *vty, size_t back, struct buf *out)
{
	const struct cli_session *session = &vty->session;
	struct str line = STR_NULL;

	if (back > session->n_history)
		return;
	if (back > 0)
		line = str_of(session->history[session->n_history - back]);
	vty->recalled = back;
	cli_edit_set(&vty->edit, line, out);
}

static void take_line(struct cli_vty *vty, char key, struct buf *out)
{
	switch (cli_edit_take(&vty->edit, key, out)) {
	case CLI_KEY_NONE:
		break;
	case CLI_KEY_ENTER:
		end_line(vty, out);
		type(vty, cli_edit_line(&vty->edit), out);
		break;
	case CLI_KEY_QUESTION:
		question(vty, out);
		break;
	case CLI_KEY_COMPLETE:
		complete(vty, out);
		break;
	case CLI_KEY_RETURN:
		end_line(vty, out);
		type(vty, STR("\x1a"), out);
		break;
	case CLI_KEY_DROP:
		end_line(vty, out);
		type(vty, vty->edit.is_plain ? STR("\x03") : STR_NULL, out);
		break;
	case CLI_KEY_EARLIER:
		recall(vty, vty->recalled + 1, out);
		break;
	case CLI_KEY_LATER:
		if (vty->recalled > 0)
			recall(vty, vty->recalled - 1, out);
		break;
	case CLI_KEY_SHOW:
		end_line(vty, out);
		prompt_again(vty, out);
		break;
	}
}

/* ---- beginning and end -------------------------------------------------------------------- */

void cli_vty_open(struct cli_vty *vty, struct cli_device *device,
    const struct cli_gate *gate, struct buf *out)
{
	memset(vty, 0, sizeof(*vty));
	vty->gate = gate;
	cli_session_init(&vty->session, device);
	buf_append_char(out, '\n');
	if (gate->login == CLI_LOGIN_NONE)
		prompt(vty, out);
	else
		ask_login(vty, out);
}

void cli_vty_free(struct cli_vty *vty)
{
	buf_free(&vty->more);
	buf_free(&vty->begun);
	cli_live_free(&vty->live);
	buf_free(&vty->ahead);
	buf_free(&vty->made);
	memset(&vty->edit, 0, sizeof(vty->edit));
}

void cli_vty_take(struct cli_vty *vty, char key, struct buf *out)
{
	switch (vty->state) {
	case CLI_VTY_NAME:
	case CLI_VTY_PASSWORD:
		take_login(vty, key, out);
		break;
	case CLI_VTY_LINE:
		take_line(vty, key, out);
		break;
	case CLI_VTY_MORE:
		take_more(vty, key, out);
		break;
	case CLI_VTY_LIVE:
		take_live(vty, key, out);
		break;
	case CLI_VTY_OVER:
		break;
	}
}

void cli_vty_resize(struct cli_vty *vty, unsigned width)
{
	vty->edit.width = width < WIDTH_MIN ? 0 : width;
}
