#include "agents/relay/relayd.h"

#include "agents/common/daemon/daemon.h"
#include "agents/common/netns.h"
#include "agents/relay/relay_conf.h"
#include "agents/relay/relay_neighbour.h"
#include "agents/relay/relay_socket.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	ROUND_MAX =
	    512 /* messages in one go before others of the loop get their turn */
};

struct relayd {
	struct daemon daemon;
	uv_poll_t poll;
	struct relay_conf conf;
	struct relay_socket *socket;
	int neighbours; /* -1: none are entered */
	uint64_t verdicts[RELAY_VERDICTS];
	uint64_t requests, replies; /* that were sent on */
	uint64_t unsent;            /* that the kernel did not take */
	struct relay_out out;
	bool is_verbose;
	bool is_by_hand;
};

/* ---- relaying ------------------------------------------------------------------------- */

/* The client of a message that may be no message at all. */
static const char *client_of(struct str message, char text[MAC_TEXT_MAX])
{
	static const uint8_t nobody[6];
	const size_t at = 28; /* chaddr, RFC 2131 2 */

	return mac_text(message.len >= DHCP_HEADER_BYTES
			    ? (const uint8_t *)message.p + at
			    : nobody,
	    text);
}

/* A message that clients of another network, or servers of their own, cause all day long is
 * counted, and no more. */
static bool is_told(enum relay_verdict verdict)
{
	return verdict != RELAY_SENDS && verdict != RELAY_BESIDE &&
	       verdict != RELAY_NO_PORT;
}

static void tell(struct relayd *d, enum relay_verdict verdict, struct str message)
{
	const char *event = verdict == RELAY_SENDS_BARE ? "bare" : "dropped";
	char mac[MAC_TEXT_MAX];
	struct json *json;

	(void)client_of(message, mac);
	if (d->is_verbose)
		log_info("%s of %s: %s",
		    message.len > 0 && message.p[0] == 2 ? "reply" : "request", mac,
		    relay_verdict_name(verdict));
	if (!is_told(verdict))
		return;
	json = control_event_rationed(d->daemon.control, event);
	json_text(json, "mac", mac);
	json_text(json, "why", relay_verdict_name(verdict));
	control_event_end(d->daemon.control);
}

static void relay_one(struct relayd *d, struct str message, int port)
{
	enum relay_verdict verdict =
	    relay_decide(&d->conf.relay, port, message, &d->out);

	d->verdicts[verdict]++;
	tell(d, verdict, message);
	if (!relay_is_sent(verdict))
		return;
	/* Before the client hears of its lease, and says something that wants an
	 * answer. */
	if (d->neighbours >= 0 && d->out.n_servers == 0 &&
	    relay_neighbour_is(&d->out, &d->conf.relay.ports[d->out.port]))
		relay_neighbour_add(d->neighbours,
		    relay_socket_ifindex(d->socket, d->out.port), &d->out);
	if (!relay_socket_send(d->socket, &d->out))
		d->unsent++;
	else if (d->out.n_servers > 0)
		d->requests++;
	else
		d->replies++;
}

static void on_readable(uv_poll_t *poll, int status, int events)
{
	struct relayd *d = poll->data;
	struct str message;
	int port;

	(void)events;
	if (status < 0) { /* an error of an earlier datagram; reading takes it away */
		(void)uv_poll_start(poll, UV_READABLE, on_readable);
	}
	for (int i = 0; i < ROUND_MAX; i++) {
		if (relay_socket_receive(d->socket, &message, &port) == 0)
			break;
		relay_one(d, message, port);
	}
}

/* ---- control -------------------------------------------------------------------------- */

static uint64_t count_dropped(const struct relayd *d)
{
	uint64_t dropped = 0;

	for (int i = RELAY_BROKEN; i < RELAY_VERDICTS; i++)
		dropped += d->verdicts[i];
	return dropped;
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	const struct relayd *d = user;
	struct json *json = answer->json;

	(void)err;
	json_object_begin(json, "status");
	json_uint(json, "requests", d->requests);
	json_uint(json, "replies", d->replies);
	json_uint(json, "unsent", d->unsent);
	json_uint(json, "dropped", count_dropped(d));
	for (int i = RELAY_SENDS_BARE; i < RELAY_VERDICTS; i++)
		json_uint(json, relay_verdict_name((enum relay_verdict)i),
		    d->verdicts[i]);
	json_object_end(json);
	return ANSWER_WHOLE;
}

static const struct command commands[] = {
	{ .name = "status", .help = "messages, counted", .page = page_status },
	{ NULL },
};

static void on_stop(void *user)
{
	struct relayd *d = user;
	struct json *json;

	if (d->is_by_hand) {
		json = control_event(d->daemon.control, "stopped");
		json_uint(json, "requests", d->requests);
		json_uint(json, "replies", d->replies);
		json_uint(json, "dropped", count_dropped(d));
		control_event_end(d->daemon.control);
	}
	uv_stop(&d->daemon.loop);
}

/* ---- life ----------------------------------------------------------------------------- */

static int work(void *user, struct error *err)
{
	struct relayd *d = user;
	struct json *json;
	int r = 0;

	if (d->conf.netns)
		r = netns_enter_path(d->conf.netns, err);
	if (r == 0)
		r = relay_socket_open(&d->socket, &d->conf.relay, err);
	if (r == 0 && d->conf.has_neighbours)
		r = d->neighbours = relay_neighbour_open(err);
	if (r < 0)
		return r;
	r = daemon_watch(&d->daemon, &d->poll, relay_socket_fd(d->socket), on_readable,
	    d, err);
	if (r < 0)
		return r;
	json = control_event(d->daemon.control, "ready");
	json_uint(json, "ports", d->conf.relay.n_ports);
	json_uint(json, "servers", d->conf.relay.n_servers);
	control_event_end(d->daemon.control);
	(void)uv_run(&d->daemon.loop, UV_RUN_DEFAULT);
	return 0;
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct daemon_work daemon_work = { { on_stop, commands }, work,
		NULL };
	auto_free struct relayd *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return error_set(err, -ENOMEM, "no memory");
	d->neighbours = -1;
	d->is_verbose = args->is_verbose;
	d->is_by_hand = args->control < 0;
	r = relay_conf_read(&d->conf, args->doc, err);
	if (r < 0)
		return r;
	r = daemon_run(&d->daemon, args, d->conf.node, &daemon_work, d, err);
	relay_socket_free(d->socket);
	if (d->neighbours >= 0)
		(void)close(d->neighbours);
	return r;
}

#define PORT(name_) "ports[]." name_

static const struct agent_flag flags[] = {
	{ .row = OPTION(0, "server", "A.B.C.D", "a DHCP server; may be repeated"),
	    .key = "servers",
	    .max = AGENT_VALUES_MAX,
	    .is_required = true },
	{ .row = OPTION(0, "circuit-id", "TEXT",
	      "sub-option 1 of option 82: {port}, {router}, {address} and {mac} are "
	      "filled in"),
	    .key = "circuit-id" },
	{ .row = OPTION(0, "remote-id", "TEXT", "sub-option 2, the same"),
	    .key = "remote-id" },
	{ .row = OPTION(0, "hops", "N",
	      "relays that a request may have passed before (16)"),
	    .key = "hops",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "neighbours", NULL,
	      "tell the kernel who has leased, as permanent neighbours"),
	    .key = "neighbours",
	    .kind = FLAG_SWITCH },
	{ .row = OPTION(0, "netns", "PATH", "enter this network namespace first"),
	    .key = "netns" },
	{ .row = OPTION(0, "interface", "IF",
	      "where the clients are; it must have --address already"),
	    .key = PORT("interface"),
	    .is_required = true },
	{ .row = OPTION(0, "address", "A.B.C.D/N", "the relay's address there"),
	    .key = PORT("address"),
	    .is_required = true },
	{ .row = OPTION(0, "trusted", NULL,
	      "also requests that have an option 82 already"),
	    .key = PORT("trusted"),
	    .kind = FLAG_SWITCH },
	{ .row = { NULL } },
};

const struct agent_program relay_program = {
	.verb = {
		.name = "relay",
		.brief = "relay DHCP by hand",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--interface IF --address A.B.C.D/N --server A.B.C.D [OPTION...]\n"
			     "--config FILE [--control FD]",
		.about = "Brings the DHCP requests of a network to servers elsewhere, and the replies "
			 "back, until\nCtrl-C: with its address in giaddr and, if told, option 82 that "
			 "says where they came from.\n",
	},
	.flags = flags,
	.run = run,
};
