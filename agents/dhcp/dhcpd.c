#include "agents/dhcp/dhcpd.h"

#include "agents/common/daemon/daemon.h"
#include "agents/common/netns.h"
#include "agents/dhcp/config.h"
#include "agents/dhcp/leases.h"
#include "agents/lessor/lessor.h"
#include "lib/base/cleanup.h"
#include "lib/base/text.h"
#include "lib/program/exit_status.h"
#include "lib/program/log.h"

#include <errno.h>
#include <inttypes.h>

struct dhcpd {
	struct daemon daemon;
	struct dhcpd_config config;
	struct lessor *lessor;
	/* What is decided on, and what was; borrowed while it is told. */
	const struct dhcp_packet *request;
	const struct dhcp_reply *reply;
	uint64_t verdicts[SERVER_VERDICTS];
	uint64_t n_unserved;
	uint64_t replies[DHCP_INFORM + 1]; /* by message type */
	uint64_t malformed;
	bool is_verbose;
	bool is_by_hand; /* no lab reads along: it tells a summary in the end */
};

/* ---- serving ------------------------------------------------------------------------ */

static void tell_reply(struct dhcpd *d)
{
	const char *event = d->reply->type == DHCP_OFFER ? "offer"
			    : d->reply->type == DHCP_ACK ? "ack"
							 : "nak";
	char mac[MAC_TEXT_MAX], address[IPV4_TEXT_MAX];
	uint32_t wanted = d->request->ciaddr;
	struct json *json = control_event_rationed(d->daemon.control, event);

	if (d->reply->lease)
		wanted = d->reply->lease;
	else if (wanted == 0)
		(void)dhcp_option_u32(d->request, DHCP_OPTION_REQUESTED_ADDRESS,
		    &wanted);
	json_text(json, "mac", mac_text(d->request->chaddr, mac));
	json_text(json, "address", ipv4_text(wanted, address));
	control_event_end(d->daemon.control);
}

/* A lease has ended before its time. */
static void tell_ended(struct dhcpd *d, enum server_verdict verdict)
{
	char mac[MAC_TEXT_MAX], address[IPV4_TEXT_MAX];
	struct json *json = control_event_rationed(d->daemon.control,
	    verdict == SERVER_RELEASED ? "released" : "declined");
	uint32_t of = d->request->ciaddr;

	if (verdict == SERVER_DECLINED)
		(void)dhcp_option_u32(d->request, DHCP_OPTION_REQUESTED_ADDRESS, &of);
	json_text(json, "mac", mac_text(d->request->chaddr, mac));
	json_text(json, "address", ipv4_text(of, address));
	control_event_end(d->daemon.control);
}

/* Whether a client that asked for an address has none for it. An INFORM asks for none. */
static bool is_unserved(const struct dhcpd *d, enum server_verdict verdict)
{
	return d->request->message_type != DHCP_INFORM &&
	       (verdict == SERVER_EXHAUSTED || verdict == SERVER_NO_POOL ||
		   verdict == SERVER_NOT_FOR || verdict == SERVER_TOO_LARGE ||
		   verdict == SERVER_NO_MEMORY);
}

static void tell_unserved(struct dhcpd *d, enum server_verdict verdict)
{
	struct json *json;
	char mac[MAC_TEXT_MAX];

	d->n_unserved++;
	json = control_event_rationed(d->daemon.control, "unserved");
	json_text(json, "mac", mac_text(d->request->chaddr, mac));
	json_text(json, "message", dhcp_message_name(d->request->message_type));
	json_text(json, "why", dhcp_server_verdict_name(verdict));
	control_event_end(d->daemon.control);
}

/* What left nothing to reply with. */
static void tell_verdict(struct dhcpd *d, enum server_verdict verdict)
{
	char mac[MAC_TEXT_MAX];

	if (verdict == SERVER_RELEASED || verdict == SERVER_DECLINED)
		tell_ended(d, verdict);
	else if (is_unserved(d, verdict))
		tell_unserved(d, verdict);
	/* What leaves a client without a lease is logged once without --verbose, too. */
	if (d->is_verbose || (is_unserved(d, verdict) && d->verdicts[verdict] == 1 &&
				 !control_tells_people(d->daemon.control)))
		log_info("%s from %s: %s", dhcp_message_name(d->request->message_type),
		    mac_text(d->request->chaddr, mac),
		    dhcp_server_verdict_name(verdict));
}

static void on_malformed(void *user, const uint8_t from[6], const char *why)
{
	struct dhcpd *d = user;
	char mac[MAC_TEXT_MAX];

	d->malformed++;
	if (d->is_verbose)
		log_info("malformed message from %s: %s", mac_text(from, mac), why);
}

static void on_decided(void *user, const struct dhcp_packet *request,
    enum server_verdict verdict, const struct dhcp_reply *reply)
{
	struct dhcpd *d = user;

	d->request = request;
	d->reply = reply;
	d->verdicts[verdict]++;
	if (verdict == SERVER_REPLIES) {
		d->replies[reply->type]++;
		tell_reply(d);
		return;
	}
	tell_verdict(d, verdict);
}

static void on_disk_failed(void *user, const char *why)
{
	(void)user;
	log_error("leases are not kept: %s", why);
}

static const struct lessor_handlers lessor_handlers = {
	.decided = on_decided,
	.malformed = on_malformed,
	.disk_failed = on_disk_failed,
};

/* ---- control ------------------------------------------------------------------------ */

static int count_lease(void *user, const struct lease_view *lease)
{
	(void)lease;
	++*(uint64_t *)user;
	return 0;
}

static uint64_t count_leases(struct dhcpd *d)
{
	uint64_t leases = 0;

	(void)lessor_leases(d->lessor, count_lease, &leases);
	return leases;
}

static int page_status(void *user, struct answer *answer, struct error *err)
{
	struct dhcpd *d = user;
	struct json *status = answer->json;

	(void)err;
	json_object_begin(status, "status");
	json_uint(status, "leases", count_leases(d));
	json_uint(status, "offers", d->replies[DHCP_OFFER]);
	json_uint(status, "acks", d->replies[DHCP_ACK]);
	json_uint(status, "naks", d->replies[DHCP_NAK]);
	json_uint(status, "malformed", d->malformed);
	json_uint(status, "dropped", lessor_drops(d->lessor));
	for (unsigned i = SERVER_RELEASED; i < SERVER_VERDICTS; i++)
		json_uint(status, dhcp_server_verdict_name((enum server_verdict)i),
		    d->verdicts[i]);
	json_object_end(status);
	return ANSWER_WHOLE;
}

static int page_leases(void *user, struct answer *answer, struct error *err)
{
	const struct dhcpd *d = user;

	return leases_page(d->lessor, answer, err);
}

static void end_leases(void *user, struct answer *answer)
{
	(void)user;
	leases_end(answer);
}

static const struct command commands[] = {
	{ .name = "status",
	    .help = "leases and messages, counted",
	    .page = page_status },
	{ .name = "leases",
	    .help = "the leases at this moment",
	    .page = page_leases,
	    .end = end_leases },
	{ NULL },
};

static void on_stop(void *user)
{
	struct dhcpd *d = user;
	struct json *json;

	if (d->is_by_hand) {
		json = control_event(d->daemon.control, "stopped");
		json_uint(json, "leases", count_leases(d));
		json_uint(json, "acks", d->replies[DHCP_ACK]);
		json_uint(json, "naks", d->replies[DHCP_NAK]);
		json_uint(json, "unserved", d->n_unserved);
		control_event_end(d->daemon.control);
	}
	uv_stop(&d->daemon.loop);
}

/* ---- life --------------------------------------------------------------------------- */

static int start(struct dhcpd *d, struct error *err)
{
	const struct dhcpd_config *config = &d->config;
	const struct lessor_place place = { .netns = -1,
		.interface = config->interface };
	int r = lessor_new(&d->lessor, &d->daemon.loop, config->lease_file,
	    &lessor_handlers, d, err);

	if (r == 0)
		r = lessor_configure(d->lessor, &config->server, err);
	if (r == 0 && config->netns)
		r = netns_enter_path(config->netns, err);
	return r < 0 ? r : lessor_start(d->lessor, &place, err);
}

static void tell_ready(struct dhcpd *d)
{
	size_t n = d->config.server.n_pools;
	struct json *json = control_event(d->daemon.control, "ready");

	json_text(json, "interface", d->config.interface);
	json_uint(json, "pools", n);
	control_event_end(d->daemon.control);
	if (!control_tells_people(d->daemon.control))
		log_info("serving %zu pool%s on %s", n, n == 1 ? "" : "s",
		    d->config.interface);
}

/* Serves until it is told to stop. */
static int work(void *user, struct error *err)
{
	struct dhcpd *d = user;
	int r = start(d, err);

	if (r < 0)
		return r;
	tell_ready(d);
	(void)uv_run(&d->daemon.loop, UV_RUN_DEFAULT);
	return 0;
}

static void close_lessor(void *user)
{
	struct dhcpd *d = user;

	lessor_free(d->lessor);
}

static int run(const struct agent_args *args, struct error *err)
{
	static const struct daemon_work daemon_work = { { on_stop, commands }, work,
		close_lessor };
	auto_free struct dhcpd *d = calloc(1, sizeof(*d));
	int r;

	if (!d)
		return error_set(err, -ENOMEM, "no memory");
	d->is_verbose = args->is_verbose;
	d->is_by_hand = args->control < 0;
	r = dhcpd_config_read(&d->config, args->doc, err);
	if (r == 0)
		r = daemon_run(&d->daemon, args, d->config.node, &daemon_work, d, err);
	if (r == 0 && d->is_by_hand && d->n_unserved > 0)
		r = EXIT_FAILED;
	return r;
}

#define POOL(name_) "pools[]." name_
#define ACS(name_)  POOL("acs." name_)

static const struct agent_flag flags[] = {
	{ .row = OPTION(0, "interface", "IF",
	      "where to serve; it must have --address already"),
	    .key = "interface",
	    .is_required = true },
	{ .row = OPTION(0, "address", "A.B.C.D/N", "the server's address there"),
	    .key = "address",
	    .is_required = true },
	{ .row = OPTION(0, "range", "FIRST-LAST", "addresses to hand out"),
	    .key = POOL("range"),
	    .is_required = true },
	{ .row = OPTION(0, "subnet", "A.B.C.D/N",
	      "subnet of --range, which a relay serves (that of --address)"),
	    .key = POOL("subnet") },
	{ .row = OPTION(0, "for-circuit-id", "TEXT",
	      "whose relay has written this into option 82"),
	    .key = POOL("for.circuit-id") },
	{ .row = OPTION(0, "for-remote-id", "TEXT", "the same of its other sub-option"),
	    .key = POOL("for.remote-id") },
	{ .row = OPTION(0, "for-class", "TEXT", "whose option 60 begins with it"),
	    .key = POOL("for.vendor-class") },
	{ .row = OPTION(0, "router", "A.B.C.D", "default router"),
	    .key = POOL("router") },
	{ .row = OPTION(0, "dns", "A.B.C.D", "DNS server; may be repeated"),
	    .key = POOL("dns"),
	    .max = AGENT_VALUES_MAX },
	{ .row = OPTION(0, "domain", "NAME", "domain name"), .key = POOL("domain") },
	{ .row = OPTION(0, "lease", "TIME",
	      "how long an address is given for, or \"infinite\" (1h)"),
	    .key = POOL("lease") },
	{ .row = OPTION(0, "t1", "TIME", "when to renew"), .key = POOL("t1") },
	{ .row = OPTION(0, "t2", "TIME", "when to rebind"), .key = POOL("t2") },
	{ .row = OPTION(0, "acs-url", "URL", "the ACS"), .key = ACS("url") },
	{ .row = OPTION(0, "acs-format", "comware|tr069",
	      "layout of option 43 (comware)"),
	    .key = ACS("format") },
	{ .row = OPTION(0, "acs-username", "NAME", "of layout comware"),
	    .key = ACS("username") },
	{ .row = OPTION(0, "acs-password", "WORD", "of layout comware"),
	    .key = ACS("password"),
	    .is_secret = true },
	{ .row = OPTION(0, "acs-password-file", "FILE",
	      "the same from the first line of FILE; -: standard input"),
	    .key = ACS("password"),
	    .kind = FLAG_FILE },
	{ .row = OPTION(0, "acs-service-provider", "TEXT", "of layout comware"),
	    .key = ACS("service-provider") },
	{ .row = OPTION(0, "acs-provisioning-code", "TEXT", "of layout tr069"),
	    .key = ACS("provisioning-code") },
	{ .row = OPTION(0, "acs-retry-min-wait", "TIME", "of layout tr069"),
	    .key = ACS("retry-min-wait") },
	{ .row = OPTION(0, "acs-retry-multiplier", "N", "of layout tr069"),
	    .key = ACS("retry-multiplier"),
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "acs-hex", "BYTES",
	      "option 43 byte for byte, right or wrong"),
	    .key = ACS("hex"),
	    .is_secret = true },
	{ .row = OPTION(0, "acs-always", NULL,
	      "also to clients of another class than dslforum.org"),
	    .key = ACS("always"),
	    .kind = FLAG_SWITCH },
	{ .row = OPTION(0, "lease-file", "FILE", "where leases outlive the program"),
	    .key = "lease-file" },
	{ .row = OPTION(0, "authoritative", NULL,
	      "refuse clients that remember another server's lease"),
	    .key = "authoritative",
	    .kind = FLAG_SWITCH },
	{ .row = OPTION(0, "netns", "PATH", "enter this network namespace first"),
	    .key = "netns" },
	{ .row = { NULL } },
};

const struct agent_program dhcpd_program = {
	.verb = {
		.name = "dhcpd",
		.brief = "serve DHCP by hand",
		.run = agent_main,
		.row = agent_option,
		.arguments = "--interface IF --address A.B.C.D/N --range FIRST-LAST [OPTION...]\n"
			     "--config FILE [--control FD]",
		.about = "Serves DHCP with the ACS in option 43 until Ctrl-C, and tells what happens: a "
			 "line\neach on a terminal, one JSON object a line elsewhere.\n",
	},
	.flags = flags,
	.run = run,
};
