/* console_random SEED NUMBER LINES: a random session of a switch's console, as lines to type. A device of
 * memory alone is typed at, too, so that most of them are of the view that the session is in. */
#include "tests/unit/console/random_lines.h"

#include <stdio.h>
#include <stdlib.h>

/* What sets nothing and waits for other hosts or types hundreds of lines, and what is the script's to
 * do. */
static const char *const left_out[] = { "ping", "telnet", "repeat", "reboot", NULL };

/* False: the session has ended. */
static bool type(struct cli_stub *stub, const struct buf *line)
{
	auto_buf out = BUF_NULL;

	(void)printf("%.*s\n", STR_ARG(buf_str(line)));
	return !cli_session_take(&stub->session, buf_str(line), &out).is_over;
}

/* "quit" in the user view would end it. */
static bool ends(const struct cli_stub *stub, const struct buf *line)
{
	return stub->session.view == CLI_USER && str_is(buf_str(line), "quit");
}

int main(int argc, char **argv)
{
	static struct cli_stub stub;
	uint64_t args[3] = { 0 };
	struct rng rng;

	for (int i = 1; i < argc && i <= 3; i++)
		args[i - 1] = strtoull(argv[i], NULL, 10);
	rng = rng_make(args[0], args[1]);
	cli_stub_open(&stub, "comware7");
	stub.has_saved = true;
	for (uint64_t i = 0; i < args[2] || stub.session.asks != CLI_ASKS_NOTHING;
	     i++) {
		auto_buf line = BUF_NULL;

		if (stub.session.asks != CLI_ASKS_NOTHING)
			buf_append_text(&line,
			    rng_between(&rng, 0, 1) && i < args[2] ? "y" : "n");
		else
			put_random_line(&line, stub.session.view, &rng, left_out);
		if (!ends(&stub, &line) && !type(&stub, &line))
			break;
	}
	cli_stub_close(&stub);
	return 0;
}
