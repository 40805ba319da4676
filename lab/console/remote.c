#include "lab/console/remote.h"

#include "lab/channel/labsock.h"
#include "lib/base/json.h"
#include "lib/program/say.h"

#include <jansson.h>

static const char *const acts[] = { "open", "line", "question", "complete", "wait",
	"interrupt", "keys", "close" };

static void write_command(const struct remote *remote, enum remote_act act,
    struct str line, uint64_t nth, struct buf *out)
{
	struct json json = json_writer(out, 0);

	json_object_begin(&json, NULL);
	json_text(&json, "cmd", "console");
	json_text(&json, "cpe", remote->place.node);
	json_text(&json, "do", acts[act]);
	json_uint(&json, "session", remote->session);
	json_str(&json, "line", line);
	json_uint(&json, "nth", nth);
	json_object_end(&json);
}

static bool is_set(const json_t *object, const char *key)
{
	return json_is_true(json_object_get(object, key));
}

static uint64_t number_of(const json_t *object, const char *key)
{
	return (uint64_t)json_integer_value(json_object_get(object, key));
}

/* Of the first page, which has all but the lines of the others. */
static void take_head(struct remote *remote, const json_t *console)
{
	const char *prompt = json_string_value(json_object_get(console, "prompt"));
	const char *note = json_string_value(json_object_get(console, "note"));

	remote->session = number_of(console, "session");
	buf_append_text(&remote->prompt, prompt ? prompt : "");
	buf_append_text(&remote->note, note ? note : "");
	remote->is_refused = is_set(console, "refused");
	remote->is_over = is_set(console, "over");
	remote->goes_on = is_set(console, "goes_on");
	remote->watches = is_set(console, "watches");
	remote->takes_keys = is_set(console, "takes_keys");
	remote->is_raw = json_object_get(console, "text") != NULL;
	if (remote->is_raw)
		buf_append_text(&remote->out,
		    json_string_value(json_object_get(console, "text")));
	remote->is_secret = is_set(console, "secret");
	remote->screen_length = (unsigned)number_of(console, "screen_length");
	remote->ways = number_of(console, "ways");
	remote->has_answer = true;
}

static void take_page(void *user, json_t *page)
{
	struct remote *remote = user;
	const json_t *console = json_object_get(page, "console");
	const json_t *line;
	size_t i;

	if (!remote->has_answer)
		take_head(remote, console);
	json_array_foreach(json_object_get(console, "lines"), i, line)
	{
		const char *text = json_string_value(line);

		buf_append_text(&remote->out, text ? text : "");
		buf_append_char(&remote->out, '\n');
	}
}

/* Of what was taken: the first part that found no room. */
static int take_error(const struct remote *remote)
{
	if (remote->out.error)
		return remote->out.error;
	return remote->prompt.error ? remote->prompt.error : remote->note.error;
}

int remote_ask(struct remote *remote, enum remote_act act, struct str line,
    uint64_t nth, struct error *err)
{
	auto_buf command = BUF_NULL;
	int r;

	write_command(remote, act, line, nth, &command);
	if (command.error)
		return error_set(err, command.error, "no memory");
	buf_reset(&remote->out);
	buf_reset(&remote->prompt);
	buf_reset(&remote->note);
	remote->has_answer = false;
	r = labsock_ask_agent(remote->place.fd, remote->place.node, buf_cstr(&command),
	    take_page, remote, err);
	if (r == 0 && take_error(remote) < 0)
		r = error_set(err, take_error(remote), "no memory for the answer");
	return r;
}

struct str remote_show_question(const struct remote *remote)
{
	struct str rest = buf_str(&remote->prompt);

	while (str_find_char(rest, '\n') < rest.len) {
		struct str line = str_cut(rest, '\n', &rest);

		say(stdout, "%.*s\n", STR_ARG(line));
	}
	return rest;
}

void remote_show_note(const struct remote *remote)
{
	if (remote->note.len == 0)
		return;
	(void)fflush(stdout);
	say(stderr, "note: %.*s\n", STR_ARG(buf_str(&remote->note)));
}

int remote_open(struct remote *remote, const char *lab, const char *node,
    struct error *err)
{
	int r;

	*remote = (struct remote){ .place = { .fd = -1 } };
	r = place_open(&remote->place, lab, node, err);
	if (r == 0)
		r = place_check_kind(&remote->place, "cpe", err);
	return r < 0 ? r : remote_ask(remote, REMOTE_OPEN, STR(""), 0, err);
}

void remote_close(struct remote *remote)
{
	if (remote->session && !remote->is_over && remote->place.fd >= 0)
		(void)remote_ask(remote, REMOTE_CLOSE, STR(""), 0, NULL);
	remote->session = 0;
	place_close(&remote->place);
	buf_free(&remote->out);
	buf_free(&remote->prompt);
	buf_free(&remote->note);
}
