#include "agents/acs/acs.h"

#include "agents/acs/agent.h"
#include "agents/play/playing.h"
#include "lib/base/buf.h"

static const struct agent_flag flags[] = {
	{ .row = OPTION(0, "listen", "ADDRESS:PORT",
	      "where to listen (127.0.0.1:7547), such as [2001:db8::11]:7547; up to four"),
	    .key = "listen",
	    .max = ACS_LISTEN_MAX },
	{ .row = OPTION(0, "url", "URL", "of the ACS (made of --listen)"),
	    .key = "url" },
	{ .row = OPTION(0, "any-path", NULL,
	      "take POSTs to any path, not to that of the URL alone"),
	    .key = "any-path",
	    .kind = FLAG_SWITCH },
	{ .row = OPTION(0, "no-xml-declaration", NULL,
	      "begin no envelope with an XML declaration"),
	    .key = "xml-declaration",
	    .kind = FLAG_OFF },
	{ .row = OPTION(0, "policy", "FILE", "what to read and set on which event"),
	    .key = "policy" },
	PLAYING_FLAGS(
	    "play the ACS's side of it with the first CPE, and end: a name, such as "
	    "firmware-download, or a file",
	    "what the sequence does not say: new_url=..., Download.file=..."),
	{ .row = OPTION(0, "username", "NAME",
	      "that CPEs have to give, with --password"),
	    .key = "username" },
	{ .row = OPTION(0, "password", "WORD",
	      "that CPEs have to give, with --username"),
	    .key = "password",
	    .is_secret = true },
	{ .row = OPTION(0, "password-file", "FILE",
	      "the same from the first line of FILE; -: standard input"),
	    .key = "password",
	    .kind = FLAG_FILE },
	{ .row = OPTION(0, "auth", "none|basic|digest",
	      "how it is asked for (digest once there is a --username); basic without "
	      "TLS shows the password"),
	    .key = "auth" },
	{ .row =
		OPTION(0, "tls-cert", "FILE", "PEM chain: speak https, with --tls-key"),
	    .key = "certificate" },
	{ .row = OPTION(0, "tls-key", "FILE", "PEM key of --tls-cert"), .key = "key" },
	{ .row = OPTION(0, "tls-tickets", NULL, "let CPEs resume their TLS sessions"),
	    .key = "tls.tickets",
	    .kind = FLAG_SWITCH },
	{ .row = OPTION(0, "client-ca", "FILE",
	      "ask CPEs for a certificate from these CAs; \"system\": those of this "
	      "machine"),
	    .key = "tls.client-ca" },
	{ .row = OPTION(0, "client-cert", "request|require",
	      "whether those without are let in (require)"),
	    .key = "tls.client-certificate" },
	{ .row = OPTION(0, "client-name", "tell|refuse",
	      "an Inform of another device than the certificate's (tell)"),
	    .key = "tls.client-name" },
	{ .row = OPTION(0, "client-crl", "FILE", "CRLs that may revoke them"),
	    .key = "tls.client-crl" },
	{ .row = OPTION(0, "keylog", "FILE", "append the TLS secrets to it"),
	    .key = "keylog" },
	{ .row = OPTION(0, "state", "FILE",
	      "database of devices; without it they are forgotten"),
	    .key = "state" },
	{ .row = OPTION(0, "counts", "FILE",
	      "count sessions there, and go on with what it holds"),
	    .key = "counts" },
	{ .row = OPTION(0, "door", "PATH",
	      "make a socket there that takes an operator's commands, as the probe of "
	      "a load test"),
	    .key = "door" },
	{ .row = OPTION(0, "call-username", "NAME",
	      "ConnectionRequestUsername of the CPEs, to call them with"),
	    .key = "connection-request.username" },
	{ .row = OPTION(0, "call-password", "WORD",
	      "ConnectionRequestPassword of the CPEs, to call them with"),
	    .key = "connection-request.password",
	    .is_secret = true },
	{ .row = OPTION(0, "call-password-file", "FILE",
	      "the same from the first line of FILE; -: standard input"),
	    .key = "connection-request.password",
	    .kind = FLAG_FILE },
	{ .row = OPTION(0, "call-file", "FILE",
	      "CSV of devices that have their own: device,username,password"),
	    .key = "connection-request.file" },
	{ .row = OPTION(0, "call-after", "TIME",
	      "call each CPE so long after a session with 1 BOOT"),
	    .key = "connection-request.after",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "notification-port", "PORT",
	      "hear lightweight notifications on this port of UDP"),
	    .key = "notification-port",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "files", "FOLDER", "serve its files below /files/"),
	    .key = "files.folder" },
	{ .row = OPTION(0, "uploads", "FOLDER", "where files go that CPEs PUT there"),
	    .key = "files.uploads" },
	{ .row = OPTION(0, "tell", "faults|rpcs",
	      "RPCs that events tell of (all, without --control)"),
	    .key = "tell" },
	{ .row = OPTION(0, "limit-sessions", "N",
	      "turn sessions away by 503 while so many run"),
	    .key = "limit.sessions",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "limit-rate", "N",
	      "the same of so many that begin in a second"),
	    .key = "limit.rate",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "retry-after", "TIME",
	      "what Retry-After says to those that are turned away (5s)"),
	    .key = "limit.retry-after",
	    .kind = FLAG_NUMBER },
	{ .row = OPTION(0, "misbehave", "MISBEHAVIOUR",
	      "do this wrong, such as silent, refuse or http-1.0; up to eight"),
	    .key = "misbehave",
	    .max = AGENT_VALUES_MAX },
	{ .row = { NULL } },
};

/* An ACS that is run by hand without --url has the address that it listens on in its URL. */
static void complete(struct agent_args *args, struct arena *arena)
{
	auto_buf url = BUF_NULL;

	if (!agent_flag_value(args, "listen"))
		agent_flag_set(args, "listen", "127.0.0.1:7547");
	if (agent_flag_value(args, "client-ca") &&
	    !agent_flag_value(args, "client-cert"))
		agent_flag_set(args, "client-cert", "require");
	if (agent_flag_value(args, "url"))
		return;
	buf_printf(&url, "%s://%s/cwmp",
	    agent_flag_value(args, "tls-cert") ? "https" : "http",
	    agent_flag_value(args, "listen"));
	agent_flag_set(args, "url", arena_strdup(arena, buf_str(&url)));
}

static int run(const struct agent_args *args, struct error *err)
{
	struct acs_config config;
	int r = acs_config_read(&config, args->doc, err);

	return r < 0 ? r
		     : acs_agent_run(&config, args->control, args->is_for_people, err);
}

const struct agent_program acs_program = {
	.verb = {
		.name = "acs",
		.brief = "run an ACS by hand",
		.run = agent_main,
		.row = agent_option,
		.arguments = "[--listen ADDRESS:PORT] [OPTION...]\n"
			     "--config FILE [--control FD]",
		.about = "Runs an ACS until Ctrl-C, and tells what happens: a line each on a terminal, "
			 "one\nJSON object a line elsewhere.\n",
	},
	.flags = flags,
	.complete = complete,
	.run = run,
};
