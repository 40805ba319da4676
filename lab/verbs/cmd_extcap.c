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

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage: cwmplab extcap --install [DIR]\n"
    "       cwmplab extcap --extcap-interfaces\n"
    "       cwmplab extcap --extcap-interface LAB/NODE --extcap-dlts | --extcap-config\n"
    "       cwmplab extcap --extcap-interface LAB/NODE --capture --fifo FILE\n"
    "                      [--extcap-capture-filter EXPR]\n"
    "\n"
    "Makes the ports of your running labs interfaces of Wireshark and tshark, with the TLS\n"
    "secrets of labs that are captured (cwmplab up FILE --capture). --install prints the line\n"
    "that installs it, or, with the folder that \"tshark -G folders\" calls its extcap path,\n"
    "does it. The other options are those by which Wireshark calls (--extcap-version, too).\n";

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
	printf("extcap {version=" CWMPLAB_VERSION "}{display=cwmplab}\n");
}

static void put_interface(void *user, const char *name, const char *what)
{
	(void)user;
	printf("interface {value=%s}{display=%s}\n", name, what);
}

static int list_interfaces(struct error *err)
{
	put_version();
	return lab_port_list(put_interface, NULL, err);
}

/* All ports of labs are Ethernet. */
static void put_dlts(void)
{
	printf("dlt {number=%d}{name=EN10MB}{display=Ethernet}\n", LINKTYPE_ETHERNET);
}

/* Wireshark checks a filter as it is typed: words mean that it is none. */
static int check_filter(const char *filter)
{
	struct error err = ERROR_NULL;

	if (record_port_check_filter(filter, LINKTYPE_ETHERNET, &err) == 0)
		return EXIT_OK;
	printf("%s\n", err.text);
	return EXIT_USAGE;
}

/* ---- capture ------------------------------------------------------------------------ */

static void on_complaint(void *user, const char *text)
{
	(void)user;
	(void)fprintf(stderr, "cwmplab: %s\n", text);
}

static int capture_port(const struct call *call, const struct lab_port *lab,
    struct error *err)
{
	const struct live_port port = { lab->name, lab->interface, lab->user_ns,
		lab->net_ns, lab->control };
	const struct live_sink sink = { .complain = on_complaint };
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
	return r == -EPIPE ? 0 : r;
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
	OPTION_INTERFACE = 256,
	OPTION_FIFO,
	OPTION_FILTER,
	OPTION_VERSION,
};

static int parse(int argc, char **argv, struct call *call)
{
	static const struct option options[] = {
		{ "extcap-interfaces", no_argument, NULL, ACTION_INTERFACES },
		{ "extcap-dlts", no_argument, NULL, ACTION_DLTS },
		{ "extcap-config", no_argument, NULL, ACTION_CONFIG },
		{ "capture", no_argument, NULL, ACTION_CAPTURE },
		{ "install", no_argument, NULL, ACTION_INSTALL },
		{ "extcap-interface", required_argument, NULL, OPTION_INTERFACE },
		{ "fifo", required_argument, NULL, OPTION_FIFO },
		{ "extcap-capture-filter", required_argument, NULL, OPTION_FILTER },
		{ "extcap-version", optional_argument, NULL, OPTION_VERSION },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	while ((c = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		if (c == OPTION_INTERFACE)
			call->interface = optarg;
		else if (c == OPTION_FIFO)
			call->fifo = optarg;
		else if (c == OPTION_FILTER)
			call->filter = *optarg ? optarg : NULL;
		else if (c == OPTION_VERSION)
			call->asks_version = true;
		else if (c == 'h' || c == '?')
			return c;
		else
			call->action = (enum action)c;
	}
	if (call->action == ACTION_INSTALL && optind < argc)
		call->folder = argv[optind++];
	return optind < argc ? '?' : 0;
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

int cmd_extcap(int argc, char **argv)
{
	struct call call = { .action = ACTION_NONE };
	struct error err = ERROR_NULL;
	int c = parse(argc, argv, &call);

	if (c == 'h')
		return fputs(usage, stdout) < 0 ? EXIT_FAILED : EXIT_OK;
	if (c == 0 && call.action == ACTION_NONE && call.filter)
		return check_filter(call.filter);
	if (c != 0 || !is_complete(&call)) {
		(void)fputs(usage, stderr);
		return EXIT_USAGE;
	}
	if (answer(&call, &err) < 0)
		return cmd_fail(&err);
	return fflush(stdout) == 0 ? EXIT_OK : EXIT_USAGE;
}
