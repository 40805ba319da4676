/* events: what happens in a lab that is up. */
#include "lab/verbs/cmds.h"

#include "lab/channel/labsock.h"
#include "lab/term/cmd.h"
#include "lib/base/json.h"
#include "lib/base/shown.h"
#include "lib/program/lines.h"
#include "lib/program/say.h"

#include <errno.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* All lines that have come are written: nothing is lost. */
static void on_interrupt(int number)
{
	(void)number;
	_exit(EXIT_OK);
}

/* Whether the event is one of the node's, or of all CPEs of it ("cpe" of "cpe-2"). */
static bool is_of(const json_t *event, const char *node)
{
	const char *name = json_string_value(json_object_get(event, "node"));
	size_t len = node ? strlen(node) : 0;

	return !node || (name && strncmp(name, node, len) == 0 &&
			    (name[len] == '\0' || name[len] == '-'));
}

/* An event as it came, but for what a terminal must not be given; answers are none. */
static int put_line(struct str line, const char *node)
{
	json_t *event = json_loadb(line.p, line.len, 0, NULL);
	auto_buf shown = BUF_NULL;

	if (json_object_get(event, "event") && is_of(event, node)) {
		json_escape_raw(&shown, line);
		buf_append_char(&shown, '\n');
		(void)say_bytes(stdout, buf_str(&shown));
	}
	json_decref(event);
	return fflush(stdout) == 0 ? 0 : -errno;
}

/* 0 at the end of the lab. */
static int read_more(int fd, struct line_reader *in)
{
	uint8_t *room = line_reader_room(in);
	ssize_t n;

	if (!room)
		return -ENOMEM;
	do
		n = read(fd, room, LINE_READ_BYTES);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	line_reader_add(in, (size_t)n);
	return n > 0;
}

static int follow(int fd, const char *node)
{
	struct line_reader in = { .at = 0 };
	struct str line;
	int r = 1;

	while (r > 0) {
		int n;

		while (r > 0 && (n = line_reader_next(&in, &line)) != 0) {
			if (n == 1 && put_line(line, node) < 0)
				r = -errno;
		}
		if (r > 0)
			r = read_more(fd, &in);
	}
	line_reader_free(&in);
	return MIN(r, 0);
}

static int events(const char *lab, const char *node, struct error *err)
{
	static const char command[] = "{\"id\":1,\"cmd\":\"events\"}\n";
	struct sigaction action = { .sa_handler = on_interrupt };
	auto_fd fd = -1;
	pid_t pid;
	int r = labsock_connect(lab, &fd, &pid, err);

	if (r < 0)
		return r;
	(void)sigaction(SIGINT, &action, NULL);
	(void)sigaction(SIGTERM, &action, NULL);
	if (send(fd, command, sizeof(command) - 1, MSG_NOSIGNAL) < 0)
		return error_set(err, -errno, "the lab cannot be asked: %s",
		    error_name(-errno));
	r = follow(fd, node);
	return r < 0 ? error_set(err, r, "events: %s", error_name(r)) : 0;
}

static int events_run(const struct verb *verb, int argc, char **argv)
{
	struct option_reader options;
	struct error err = ERROR_NULL;
	const char *value;

	options_begin(&options, verb, argc, argv);
	(void)options_next(&options, &value);
	if (options.status >= 0)
		return options.status;
	if (events(options.words[0], options.n_words == 2 ? options.words[1] : NULL,
		&err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb events_verb = {
	.name = "events",
	.brief = "follow what happens in a lab",
	.run = events_run,
	.arguments = "LAB [NODE]",
	.about =
	    "Prints what happens in a lab from now on, or at NODE alone, one JSON object a line, until\n"
	    "the lab ends or Ctrl-C. What happened before is in events.jsonl in its folder of results.\n",
	.min_words = 1,
	.max_words = 2,
};
