#include "lab/console/script.h"

#include "lib/program/say.h"

bool script_read(FILE *in, char ret[SCRIPT_LINE_MAX + 1])
{
	size_t n = 0;
	bool has_any = false;
	int c;

	while ((c = getc(in)) != EOF && c != '\n') {
		has_any = true;
		if (n < SCRIPT_LINE_MAX)
			ret[n++] = c ? (char)c : ' ';
	}
	if (n > 0 && ret[n - 1] == '\r')
		n--;
	ret[n] = '\0';
	return has_any || c == '\n';
}

static void show_lines(struct str text)
{
	struct str rest = text;

	while (rest.len > 0) {
		struct str line = str_cut(rest, '\n', &rest);

		say(stdout, "%.*s\n", STR_ARG(line));
	}
}

/* The last line of the answer says what is wrong, behind the vendor's mark. */
static struct str find_reason(struct str text)
{
	struct str rest = text, reason = STR_NULL;

	while (rest.len > 0)
		reason = str_trim(str_cut(rest, '\n', &rest));
	if (str_starts(reason, STR("%")))
		return str_trim(str_from(reason, 1));
	return str_starts(reason, STR("Error:")) ? str_trim(str_from(reason, 6))
						 : reason;
}

static void show_prompt(const struct remote *remote)
{
	struct str last = remote_show_question(remote);

	say(stdout, "%.*s", STR_ARG(last));
}

/* Nobody could say when a terminal elsewhere is done with a line. */
static int refuse_terminal(struct remote *remote, struct buf *last, struct error *err)
{
	int r = remote_ask(remote, REMOTE_INTERRUPT, STR(""), 0, err);

	buf_reset(last);
	buf_append_text(last, "telnet wants a terminal");
	remote->is_refused = true;
	return r;
}

/* A line that goes on is waited for: the next one is typed behind its end. */
static int follow(struct remote *remote, struct buf *last, struct error *err)
{
	if (remote->takes_keys)
		return refuse_terminal(remote, last, err);
	while (remote->goes_on) {
		int r;

		(void)fflush(stdout);
		r = remote_ask(remote, REMOTE_WAIT, STR(""), 0, err);
		if (r < 0)
			return r;
		show_lines(buf_str(&remote->out));
		if (remote->out.len == 0)
			continue;
		buf_reset(last);
		buf_append_str(last, buf_str(&remote->out));
	}
	return 0;
}

static int type_line(struct remote *remote, const char *line, unsigned number,
    struct error *err)
{
	auto_buf last = BUF_NULL;
	int r;

	show_prompt(remote);
	say(stdout, "%s\n", line);
	r = remote_ask(remote, REMOTE_LINE, str_of(line), 0, err);
	if (r < 0)
		return r;
	show_lines(buf_str(&remote->out));
	remote_show_note(remote);
	buf_append_str(&last, buf_str(&remote->out));
	r = follow(remote, &last, err);
	if (r < 0)
		return r;
	if (!remote->is_refused)
		return 0;
	(void)fflush(stdout);
	say(stderr, "cwmplab: line %u is refused: %.*s\n", number,
	    STR_ARG(find_reason(buf_str(&last))));
	return 1;
}

int script_run(struct remote *remote, FILE *in, bool stops, struct error *err)
{
	char line[SCRIPT_LINE_MAX + 1];
	int n_refused = 0, r = 0;

	for (unsigned number = 1; script_read(in, line); number++) {
		if (remote->is_over) {
			say(stderr,
			    "cwmplab: line %u and those behind it are not typed: the "
			    "session was left before it\n",
			    number);
			return n_refused + 1;
		}
		r = type_line(remote, line, number, err);
		if (r < 0)
			return r;
		n_refused += r;
		if (r > 0 && stops)
			return n_refused;
	}
	if (!remote->is_over) {
		show_prompt(remote);
		say(stdout, "\n");
	}
	return n_refused;
}
