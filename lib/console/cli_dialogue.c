#include "lib/console/cli_dialogue.h"

const char *cli_dialogue_text(enum cli_asks asks)
{
	switch (asks) {
	case CLI_ASKS_NOTHING:
		return "";
	case CLI_ASKS_SAVE:
		return "The current configuration will be written to the device. Are "
		       "you sure? [Y/N]:";
	case CLI_ASKS_FILE_NAME:
		return "Please input the file name(*.cfg)[flash:/startup.cfg]\n"
		       "(To leave the existing filename unchanged, press the enter "
		       "key):";
	case CLI_ASKS_OVERWRITE:
		return "flash:/startup.cfg exists, overwrite? [Y/N]:";
	case CLI_ASKS_REBOOT:
		return "This command will reboot the device. Continue? [Y/N]:";
	case CLI_ASKS_FORGET:
		return "The saved configuration file will be erased. Are you sure? "
		       "[Y/N]:";
	}
	return "";
}

bool cli_dialogue_save(struct cli_session *session, struct buf *out)
{
	struct cli_device *device = session->device;
	struct error err = ERROR_NULL;
	auto_buf text = BUF_NULL;

	cli_config_put(&text, &device->running, device->profile);
	buf_append_text(out, "Validating file. Please wait...\n");
	if (text.error || device->edges->save(device->user, buf_str(&text), &err) < 0) {
		buf_printf(out, "%sThe configuration was not saved: %s\n",
		    device->profile->error_mark, text.error ? "no memory" : err.text);
		return false;
	}
	buf_append_text(out,
	    "Saved the current configuration to mainboard device successfully.\n");
	return true;
}

static bool has_file(const struct cli_device *device)
{
	auto_buf text = BUF_NULL;

	return device->edges->load(device->user, &text) == 0;
}

/* There is one start-up file: another name is none. */
static struct cli_result take_name(struct cli_session *session, struct str answer,
    struct buf *out)
{
	if (answer.len > 0 && !str_is(answer, "startup.cfg") &&
	    !str_is(answer, "flash:/startup.cfg")) {
		session->asks = CLI_ASKS_NOTHING;
		buf_printf(out, "%sOnly flash:/startup.cfg can be written.\n",
		    session->device->profile->error_mark);
		return (struct cli_result){ .is_refused = true };
	}
	session->asks =
	    has_file(session->device) ? CLI_ASKS_OVERWRITE : CLI_ASKS_NOTHING;
	if (session->asks == CLI_ASKS_OVERWRITE)
		return (struct cli_result){ .is_refused = false };
	return (struct cli_result){ .is_refused = !cli_dialogue_save(session, out) };
}

static struct cli_result forget(struct cli_session *session, struct buf *out)
{
	struct cli_device *device = session->device;
	struct error err = ERROR_NULL;

	if (device->edges->forget(device->user, &err) < 0) {
		buf_printf(out, "%s%s\n", device->profile->error_mark, err.text);
		return (struct cli_result){ .is_refused = true };
	}
	buf_append_text(out, "Configuration file in flash is being cleared.\n"
			     "Please wait ...\nConfiguration file is cleared.\n");
	return (struct cli_result){ .is_refused = false };
}

/* "y" goes on with what was asked for. */
static struct cli_result go_on(struct cli_session *session, struct buf *out)
{
	struct cli_result done = { .is_refused = false };
	enum cli_asks asks = session->asks;

	session->asks = CLI_ASKS_NOTHING;
	switch (asks) {
	case CLI_ASKS_NOTHING:
	case CLI_ASKS_FILE_NAME:
		return done;
	case CLI_ASKS_SAVE:
		session->asks = CLI_ASKS_FILE_NAME;
		return done;
	case CLI_ASKS_OVERWRITE:
		done.is_refused = !cli_dialogue_save(session, out);
		return done;
	case CLI_ASKS_REBOOT:
		session->device->edges->reboot(session->device->user);
		return done;
	case CLI_ASKS_FORGET:
		return forget(session, out);
	}
	return done;
}

struct cli_result cli_dialogue_answer(struct cli_session *session, struct str answer,
    struct buf *out)
{
	struct str text = str_trim(answer);

	if (session->asks == CLI_ASKS_FILE_NAME)
		return take_name(session, text, out);
	if (str_eq_nocase(text, STR("y")) || str_eq_nocase(text, STR("yes")))
		return go_on(session, out);
	/* Anything else is asked again, but for no and Ctrl+C. */
	if (str_eq_nocase(text, STR("n")) || str_eq_nocase(text, STR("no")) ||
	    str_is(text, "\x03"))
		session->asks = CLI_ASKS_NOTHING;
	return (struct cli_result){ .is_refused = false };
}
