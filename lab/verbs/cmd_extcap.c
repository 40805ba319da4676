/* Ports of labs as interfaces of Wireshark, by its convention for external captures
 * (wireshark.org/docs/wsdg_html_chunked/ChCaptureExtcap.html): Wireshark calls each program
 * of a folder, asks it for interfaces, and has it write pcapng into a pipe. */
#include "lab/verbs/cmds.h"

#include "capture/live/live.h"
#include "capture/live/port.h"
#include "lab/look/lab_port.h"
#include "lab/term/cmd.h"
#include "lab/term/stop_signals.h"
#include "lab/verbs/extcap_install.h"
#include "lib/program/say.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

enum action {
	ACTION_NONE,
	ACTION_INSTALL,
	ACTION_INTERFACES,
	ACTION_DLTS,
	ACTION_CONFIG,
	ACTION_CAPTURE,
};

struct call {
	enum action action;
	const char *interface, *fifo, *filter, *folder;
	bool asks_version;
};

/* ---- questions ---------------------------------------------------------------------- */

static void put_version(void)
{
	say(stdout, "extcap {version=" CWMPLAB_VERSION "}{display=cwmplab}\n");
}

static void put_interface(void *user, const char *name, const char *what)
{
	(void)user;
	say(stdout, "interface {value=%s}{display=%s}\n", name, what);
}

static int list_interfaces(struct error *err)
{
	put_version();
	return lab_port_list(put_interface, NULL, err);
}

/* All ports of labs are Ethernet. */
static void put_dlts(void)
{
	say(stdout, "dlt {number=%d}{name=EN10MB}{display=Ethernet}\n",
	    LINKTYPE_ETHERNET);
}

/* Wireshark checks a filter while it is typed: any words on standard output mean that it
 * is wrong. */
static int check_filter(const char *filter)
{
	struct error err = ERROR_NULL;

	if (record_port_check_filter(filter, LINKTYPE_ETHERNET, &err) == 0)
		return EXIT_OK;
	say(stdout, "%s\n", err.text);
	return EXIT_USAGE;
}

/* ---- capture ------------------------------------------------------------------------ */

static void on_change(void *user, size_t port, enum live_change what, const char *text)
{
	char *why = user;

	(void)port;
	if (what == LIVE_PORT_ENDED)
		(void)snprintf(why, ERROR_TEXT_MAX, "%s", text);
	else
		say(stderr, "cwmplab: %s\n", text);
}

static int capture_port(const struct call *call, const struct lab_port *lab,
    struct error *err)
{
	const struct live_port port = { lab->name, lab->interface, lab->user_ns,
		lab->net_ns, lab->control };
	char why[ERROR_TEXT_MAX] = "";
	const struct live_sink sink = { .user = why, .changed = on_change };
	struct live_conf conf = { .ports = &port,
		.n_ports = 1,
		.filter = call->filter,
		.keylogs = { { lab->keylog, false } },
		.n_keylogs = lab->keylog != NULL,
		.file = { .path = call->fifo },
		.uid = geteuid(),
		.gid = getegid() };
	/* Waits for the reader of the pipe; until then a signal ends us. */
	auto_fd reader = open(call->fifo, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	struct live_counts counts;
	sigset_t before;
	auto_fd stop = -1;
	int r;

	if (reader < 0)
		return error_set(err, ERR_USAGE, "%s: %s", call->fifo,
		    error_name(-errno));
	stop = stop_signals_open(&before, err);
	if (stop < 0)
		return stop;
	conf.stop = stop;
	r = live_run(&conf, &sink, &counts, NULL, err);
	if (r == -EPIPE)
		return 0;
	return r == 0 && counts.ports_ended > 0 ? error_set(err, ERR_MACHINE, "%s", why)
						: r;
}

static int capture(const struct call *call, struct error *err)
{
	struct lab_port lab = LAB_PORT_NULL;
	int r = lab_port_open(call->interface, &lab, err);

	if (r == 0)
		r = capture_port(call, &lab, err);
	lab_port_close(&lab);
	return r;
}

/* ---- the verb ----------------------------------------------------------------------- */

enum {
	ROW_INSTALL,
	ROW_INTERFACES,
	ROW_INTERFACE,
	ROW_DLTS,
	ROW_CONFIG,
	ROW_CAPTURE,
	ROW_FIFO,
	ROW_FILTER,
	ROW_VERSION,
	ROWS
};

static const struct option_row rows[] = {
	[ROW_INSTALL] = OPTION(0, "install", NULL,
	    "print the line that installs it, or do it in DIR"),
	[ROW_INTERFACES] = OPTION_HEADED("options by which Wireshark calls:",
	    "extcap-interfaces", NULL, "list the ports of labs"),
	[ROW_INTERFACE] =
	    OPTION(0, "extcap-interface", "LAB/NODE", "the port in question"),
	[ROW_DLTS] = OPTION(0, "extcap-dlts", NULL, "say that its frames are Ethernet"),
	[ROW_CONFIG] =
	    OPTION(0, "extcap-config", NULL, "say that nothing can be chosen"),
	[ROW_CAPTURE] = OPTION(0, "capture", NULL, "write its frames into the pipe"),
	[ROW_FIFO] = OPTION(0, "fifo", "FILE", "the pipe"),
	[ROW_FILTER] = OPTION(0, "extcap-capture-filter", "EXPR",
	    "only such packets, as pcap-filter(7) says"),
	[ROW_VERSION] = OPTION(0, "extcap-version", "[=VERSION]", "say the version"),
	{ NULL },
};

static const enum action actions[ROWS] = {
	[ROW_INSTALL] = ACTION_INSTALL,
	[ROW_INTERFACES] = ACTION_INTERFACES,
	[ROW_DLTS] = ACTION_DLTS,
	[ROW_CONFIG] = ACTION_CONFIG,
	[ROW_CAPTURE] = ACTION_CAPTURE,
};

/* Returns -1 when the verb goes on; otherwise its exit status. */
static int parse(const struct verb *verb, int argc, char **argv, struct call *call)
{
	const struct option_row *row;
	struct option_reader options;
	const char *value;

	options_begin(&options, verb, argc, argv);
	while ((row = options_next(&options, &value))) {
		if (row == &rows[ROW_INTERFACE])
			call->interface = value;
		else if (row == &rows[ROW_FIFO])
			call->fifo = value;
		else if (row == &rows[ROW_FILTER])
			call->filter = *value ? value : NULL;
		else if (row == &rows[ROW_VERSION])
			call->asks_version = true;
		else
			call->action = actions[row - rows];
	}
	if (options.status < 0 && options.n_words > 0) {
		call->folder = options.words[0];
		if (call->action != ACTION_INSTALL)
			return verb_fail_usage(verb);
	}
	return options.status;
}

static int answer(const struct call *call, struct error *err)
{
	switch (call->action) {
	case ACTION_INSTALL:
		return extcap_install(call->folder, err);
	case ACTION_INTERFACES:
		return list_interfaces(err);
	case ACTION_DLTS:
		put_dlts();
		return 0;
	case ACTION_CONFIG: /* nothing is to be chosen */
		return 0;
	case ACTION_CAPTURE:
		return capture(call, err);
	case ACTION_NONE:
		break;
	}
	put_version();
	return 0;
}

static bool is_complete(const struct call *call)
{
	switch (call->action) {
	case ACTION_INSTALL:
	case ACTION_INTERFACES:
		return true;
	case ACTION_DLTS:
	case ACTION_CONFIG:
		return call->interface != NULL;
	case ACTION_CAPTURE:
		return call->interface && call->fifo;
	case ACTION_NONE:
		break;
	}
	return call->asks_version;
}

static int extcap_run(const struct verb *verb, int argc, char **argv)
{
	struct call call = { .action = ACTION_NONE };
	struct error err = ERROR_NULL;
	int status = parse(verb, argc, argv, &call);

	if (status >= 0)
		return status;
	if (call.action == ACTION_NONE && call.filter)
		return check_filter(call.filter);
	if (!is_complete(&call))
		return verb_fail_usage(verb);
	if (answer(&call, &err) < 0)
		return cmd_fail(&err);
	return EXIT_OK;
}

const struct verb extcap_verb = {
	.name = "extcap",
	.brief = "show the ports of labs as interfaces in Wireshark",
	.run = extcap_run,
	.arguments = "--install [DIR]\n"
		     "--extcap-interfaces\n"
		     "--extcap-interface LAB/NODE --extcap-dlts | --extcap-config\n"
		     "--extcap-interface LAB/NODE --capture --fifo FILE "
		     "[--extcap-capture-filter EXPR]",
	.about =
	    "Shows the ports of your running labs as interfaces in Wireshark and tshark, with the\n"
	    "TLS secrets of labs that are captured (cwmplab up FILE --capture). DIR is the folder\n"
	    "that \"tshark -G folders\" calls its extcap path.\n",
	.rows = rows,
	.max_words = 1,
};
