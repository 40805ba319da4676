#include "agents/snoop/snoopd.h"

#include "agents/common/daemon/daemon.h"
#include "agents/snoop/snoop_conf.h"
#include "agents/snoop/snoop_socket.h"
#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/text.h"
#include "lib/program/log.h"
#include "lib/relay/snoop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum {
	ROUND_MAX =
	    512,       /* messages in one go before others of the loop get their turn */
	LOOK_MS = 200, /* how old the list of ports may be */
};

struct snoopd {
	struct daemon daemon;
	uv_poll_t poll;
	struct snoop_conf conf;
	struct snoop_socket *socket;
	struct snoop snoop;
	struct snoop_port ports[SNOOP_PORTS_MAX];
	clock_ns looked;
	uint64_t verdicts[SNOOP_VERDICTS];
	uint64_t unsent;
	struct snoop_out out;
	bool is_verbose;
};

/* ---- ports ---------------------------------------------------------------------------- */

static bool is_trusted(const struct snoopd *d, const char *name)
{
	for (size_t i = 0; i < d->conf.trusted.len; i++) {
		if (strcmp(d->conf.trusted.items[i], name) == 0)
			return true;
	}
	return false;
}

static void look_at_ports(struct snoopd *d)
{
	const char *names[SNOOP_PORTS_MAX];

	d->snoop.n_ports = snoop_socket_ports(d->socket, names);
	for (size_t i = 0; i < d->snoop.n_ports; i++)
		d->ports[i] = (struct snoop_port){ names[i], is_trusted(d, names[i]) };
	d->looked = clock_monotonic();
}

/* Ports come and go while the lab is up: one that is not known is looked for. What else is there, as
 * the bridge itself, never is a port. */
static bool find_port(struct snoopd *d, int ifindex, size_t *ret)
{
	if (snoop_socket_find(d->socket, ifindex, ret))
		return true;
	if (clock_monotonic() - d->looked < LOOK_MS * NS_PER_MS)
		return false;
	look_at_ports(d);
	return snoop_socket_find(d->socket, ifindex, ret);
}

/* ---- passing on ----------------------------------------------------------------------- */

static void tell(struct snoopd *d, enum snoop_verdict verdict, size_t port,
    const struct dhcp_frame *frame)
{
	char mac[MAC_TEXT_MAX];
	struct json *json;

	(void)mac_text(frame->from_mac, mac);
	if (d->is_verbose)
		log_info("%s at %s: %s", mac, d->ports[port].name,
		    snoop_verdict_name(verdict));
	if (verdict <= SNOOP_TO_ALL && verdict != SNOOP_TO_SERVERS_BARE)
		return;
	json = control_event_rationed(d->daemon.control,
	    verdict == SNOOP_TO_SERVERS_BARE ? "bare" : "dropped");
	json_text(json, "mac", mac);
	json_text(json, "port", d->ports[port].name);
	json_text(json, "why", snoop_verdict_name(verdict));
	control_event_end(d->daemon.control);
}

static bool is_meant(const struct snoopd *d, enum snoop_verdict verdict, size_t from,
    size_t port)
{
	if (verdict == SNOOP_TO_PORT)
		return port == d->out.port;
	return port != from && (verdict == SNOOP_TO_ALL || d->ports[port].is_trusted);
}

static void pass(struct snoopd *d, struct dhcp_frame *frame, size_t from)
{
	enum snoop_verdict verdict =
	    snoop_decide(&d->snoop, from, frame->payload, &d->out);

	d->verdicts[verdict]++;
	tell(d, verdict, from, frame);
	if (!snoop_is_passed(verdict))
		return;
	frame->payload = str_make(d->out.bytes, d->out.len);
	for (size_t i = 0; i < d->snoop.n_ports; i++) {
		if (is_meant(d, verdict, from, i) &&
		    !snoop_socket_send(d->socket, frame, i))
			d->unsent++;
	}
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct snoopd *d = poll->data;
	struct dhcp_frame frame;
	size_t port;
	int ifindex;

	(void)events;
	if (status < 0) /* a port went down */
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
	for (int i = 0; i < ROUND_MAX; i++) {
		if (snoop_socket_receive(d->socket, &frame, &ifindex) == 0)
			break;
		if (find_port(d, ifindex, &port))
			pass(d, &frame, port);
	}
}

/* ---- control -------------------------------------------------------------------------- */

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct snoopd *d = user;
	struct json *json = answer->json;

	(void)err;
	json_object_begin(json, "status");
	for (int i = 0; i < SNOOP_VERDICTS; i++)
		json_uint(json, snoop_verdict_name((enum snoop_verdict)i),
		    d->verdicts[i]);
	json_uint(json, "unsent", d->unsent);
	json_object_end(json);
	return ANSWER_WHOLE;
}

static const struct command commands[] = {
	{ .name = "status", .help = "messages, counted", .page = page_status },
	{ NULL },
};

static void on_stop(void *user)
{
	struct snoopd *d = user;

	uv_stop(&d->daemon.loop);
}

/* ---- life ----------------------------------------------------------------------------- */

static int work(void *user, struct error *err)
{
	struct snoopd *d = user;
	struct json *json;
	int r = snoop_socket_open(&d->socket, d->conf.bridge, err);

	if (r < 0)
		return r;
	d->snoop = (struct snoop){ .name = d->conf.node,
		.ports = d->ports,
		.circuit_id = d->conf.circuit_id,
		.remote_id = d->conf.remote_id };
	r = daemon_watch(&d->daemon, &d->poll, snoop_socket_fd(d->socket), on_readable,
	    d, err);
	if (r < 0)
		return r;
	look_at_ports(d);
	json = control_event(d->daemon.control, "ready");
	json_uint(json, "trusted", d->conf.trusted.len);
	control_event_end(d->daemon.control);
	(void)uv_run(&d->daemon.loop, UV_RUN_DEFAULT);
	return 0;
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct daemon_work daemon_work = { { on_stop, commands }, work,
		NULL };
	auto_free struct snoopd *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return error_set(err, -ENOMEM, "no memory");
	d->is_verbose = args->is_verbose;
	r = conf_bind(args->doc, args->doc->root, snoop_conf_rows, &d->conf, err);
	if (r < 0)
		return r;
	r = daemon_run(&d->daemon, args, d->conf.node, &daemon_work, d, err);
	snoop_socket_free(d->socket);
	return r;
}

/* A switch is no place for a program of anybody's own. */
static const struct agent_flag flags[] = {
	{ .row = { NULL } },
};

const struct agent_program snoop_program = {
	.verb = {
		.name = "snoopd",
		.brief = "pass DHCP on at a switch, with option 82",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--config FILE [--control FD]",
		.about = "Passes DHCP on between the ports of a bridge whose kernel does not: what clients ask "
			 "to\ntrusted ports alone, with option 82, and what servers say from there alone. A lab "
			 "starts\nthis by itself at switches with \"snooping\".\n",
	},
	.flags = flags,
	.run = run,
};
