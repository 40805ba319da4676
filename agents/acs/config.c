#include "agents/acs/config.h"

#include "agents/acs/gate/forwarded.h"
#include "lib/base/text.h"

#include <netinet/in.h>

#define ROW(member, key_, kind, help_)                                            \
	.key = key_, .type = kind, .offset = offsetof(struct acs_config, member), \
	.help = help_

static const char *const tls_names[] = { "1.2", "1.3", NULL };
static const char *const auth_names[] = { "auto", "none", "basic", "digest", NULL };
static const char *const algorithm_names[] = { "md5", "sha-256", NULL };

static const char *const asks_names[] = { "none", "request", "require", NULL };
static const char *const name_names[] = { "tell", "refuse", NULL };

static const struct conf_row tls_rows[] = {
	{ ROW(tls.min, "min", CONF_ENUM, "oldest version"), .names = tls_names,
	    .dflt = "1.2" },
	{ ROW(tls.max, "max", CONF_ENUM, "newest version"), .names = tls_names,
	    .dflt = "1.3" },
	{ ROW(tls.tickets, "tickets", CONF_BOOL,
	      "hands out tickets, by which CPEs resume sessions"),
	    .dflt = "no" },
	{ ROW(tls.asks, "client-certificate", CONF_ENUM,
	      "whether CPEs are asked for a certificate, and let in without"),
	    .names = asks_names, .dflt = "none" },
	{ ROW(tls.client_name, "client-name", CONF_ENUM,
	      "a certificate of another device than the Inform's: told, or refused"),
	    .names = name_names, .dflt = "tell" },
	{ ROW(tls.client_ca, "client-ca", CONF_STR,
	    "PEM file of CAs, or \"system\", that those come from") },
	{ ROW(tls.client_crl, "client-crl", CONF_STR,
	    "PEM file of CRLs, one of each of those CAs") },
	{ NULL },
};

static const char *const way_names[] = { "http", "udp", NULL };

static const struct conf_row call_rows[] = {
	{ ROW(call.username, "username", CONF_STR,
	      "ConnectionRequestUsername of the CPEs"),
	    .max = 256 },
	{ ROW(call.password, "password", CONF_STR,
	      "ConnectionRequestPassword of the CPEs"),
	    .max = 256, .is_secret = true },
	{ ROW(call.file, "file", CONF_STR,
	      "CSV file of those that have their own: device,username,password"),
	    .min = 1 },
	{ ROW(call.timeout, "timeout", CONF_DURATION,
	      "a session that has not come after so long does not come"),
	    .min = 30 * (uint64_t)NS_PER_S, .max = 3600 * (uint64_t)NS_PER_S,
	    .dflt = "30s" },
	{ ROW(call.after, "after", CONF_DURATION,
	      "calls each CPE so long after a session with 1 BOOT; 0: calls when it is "
	      "told to"),
	    .max = 86400 * (uint64_t)NS_PER_S },
	{ ROW(call.by, "by", CONF_ENUM, "how those are called"), .names = way_names,
	    .dflt = "http" },
	{ ROW(call.stun_port, "stun-port", CONF_UINT,
	      "answers STUN on this port, from which UDP connection requests go out; "
	      "0: does not"),
	    .max = UINT16_MAX },
	{ ROW(call.stun_username, "stun-username", CONF_STR,
	      "STUNUsername of the CPEs; without it anybody is answered"),
	    .max = 256 },
	{ ROW(call.stun_password, "stun-password", CONF_STR,
	      "STUNPassword of the CPEs"),
	    .max = 256, .is_secret = true },
	{ NULL },
};

static const char *const tell_names[] = { "auto", "faults", "rpcs", NULL };

static const struct conf_row files_rows[] = {
	{ ROW(files.folder, "folder", CONF_STR, "what is served below /files/") },
	{ ROW(files.uploads, "uploads", CONF_STR,
	    "where a PUT below /files/ goes; made where it is not there") },
	{ ROW(files.auth, "auth", CONF_ENUM,
	      "how CPEs prove who they are; auto: digest once there is a username"),
	    .names = auth_names, .dflt = "auto" },
	{ ROW(files.username, "username", CONF_STR, "for all files"), .max = 256 },
	{ ROW(files.password, "password", CONF_STR, "for all files"), .max = 256,
	    .is_secret = true },
	{ ROW(files.upload_max, "upload-max", CONF_UINT, "bytes of a file that is PUT"),
	    .min = 1, .max = UINT32_MAX, .dflt = "67108864" },
	{ NULL },
};

static const struct conf_row limit_rows[] = {
	{ ROW(limit.sessions, "sessions", CONF_UINT,
	      "that run at a time; one more gets 503; 0: any number"),
	    .max = 65536 },
	{ ROW(limit.rate, "rate", CONF_UINT,
	      "that begin in a second; one more gets 503; 0: any number"),
	    .max = 1000000 },
	{ ROW(limit.retry_after, "retry-after", CONF_DURATION,
	      "what Retry-After says to those that are turned away"),
	    .min = (uint64_t)NS_PER_S, .max = 86400 * (uint64_t)NS_PER_S,
	    .dflt = "5s" },
	{ NULL },
};

const struct conf_row acs_config_rows[] = {
	{ ROW(node, "node", CONF_STR, "what events call it"), .dflt = "acs" },
	{ ROW(url_text, "url", CONF_STR, "the URL that CPEs know it by"),
	    .is_required = true, .min = 8, .max = 255 },
	{ ROW(takes_any_path, "any-path", CONF_BOOL,
	      "takes POSTs to any path, not to that of the url alone"),
	    .dflt = "no" },
	{ ROW(has_xml_declaration, "xml-declaration", CONF_BOOL,
	      "begins its envelopes with an XML declaration"),
	    .dflt = "yes" },
	{ ROW(listen, "listen", CONF_STRINGS,
	      "address:port to listen on, or several; 127.0.0.1 where absent"),
	    .max = ACS_LISTEN_MAX },
	{ ROW(netns, "netns", CONF_STR, "path of a network namespace to enter first") },
	{ ROW(certificate, "certificate", CONF_STR, "PEM chain, for https") },
	{ ROW(key, "key", CONF_STR, "PEM key, for https") },
	{ .key = "tls",
	    .type = CONF_OBJECT,
	    .rows = tls_rows,
	    .help = "versions of TLS" },
	{ ROW(keylog, "keylog", CONF_STR, "file that TLS secrets are appended to") },
	{ ROW(auth, "auth", CONF_ENUM,
	      "how CPEs prove who they are; auto: digest once there "
	      "is a username. basic without TLS shows the password to everybody on the "
	      "way"),
	    .names = auth_names, .dflt = "auto" },
	{ ROW(algorithm, "digest-algorithm", CONF_ENUM, "of the digest"),
	    .names = algorithm_names, .dflt = "md5" },
	{ ROW(username, "username", CONF_STR, "of CPEs"), .max = 256 },
	{ ROW(password, "password", CONF_STR, "of CPEs"), .max = 256,
	    .is_secret = true },
	{ ROW(policy, "policy", CONF_STR,
	    "file: what to read and set on which event") },
	{ .key = "play",
	    .type = CONF_OBJECT,
	    .offset = offsetof(struct acs_config, play),
	    .rows = scene_settings_rows,
	    .help = "a sequence of which this ACS plays its side, and ends" },
	{ .key = "connection-request",
	    .type = CONF_OBJECT,
	    .rows = call_rows,
	    .help = "how this ACS calls its CPEs" },
	{ .key = "files",
	    .type = CONF_OBJECT,
	    .rows = files_rows,
	    .help = "the file server, for Download and Upload" },
	{ ROW(notification_port, "notification-port", CONF_UINT,
	      "hears lightweight notifications on this port of UDP; 0: does not"),
	    .max = UINT16_MAX },
	{ ROW(tell, "tell", CONF_ENUM,
	      "which RPCs events tell of: those with faults, or all; auto: all without a "
	      "control channel"),
	    .names = tell_names, .dflt = "auto" },
	{ ROW(misbehave, "misbehave", CONF_STRINGS,
	      "be wrong on purpose; the names stand in cwmplab-topology(5)"),
	    .max = QUIRKS_MAX, .schema = quirks_acs_schema },
	{ ROW(proxies, "trust-proxies", CONF_STRINGS,
	      "addresses of proxies that are believed in X-Forwarded-For: events tell who stands there"),
	    .max = 16 },
	{ ROW(session_timeout, "session-timeout", CONF_DURATION,
	      "a session without a POST for so long is over"),
	    .min = (uint64_t)NS_PER_S, .max = 3600 * (uint64_t)NS_PER_S,
	    .dflt = "30s" },
	{ .key = "limit",
	    .type = CONF_OBJECT,
	    .rows = limit_rows,
	    .help = "beyond which it turns sessions away" },
	{ ROW(state, "state", CONF_STR,
	    "database of devices; without it they are forgotten") },
	{ ROW(counts, "counts", CONF_STR,
	      "file of its counts of sessions, with which each start goes on"),
	    .min = 1 },
	{ ROW(door, "door", CONF_STR,
	      "UNIX socket at which it takes an operator's commands, made anew"),
	    .min = 1 },
	{ NULL },
};

/* "10.0.0.11:7547", "[2001:db8::11]:7547" */
static bool parse_listen(struct str text, struct acs_listen *ret)
{
	struct str port, address;
	uint64_t number;

	*ret = (struct acs_listen){ .is_six = str_starts(text, STR("[")) };
	if (ret->is_six) {
		address = str_cut(str_from(text, 1), ']', &port);
		if (port.len == 0 || port.p[0] != ':' ||
		    ipv6_parse(address, ret->address6) < 0)
			return false;
		port = str_from(port, 1);
	} else {
		address = str_cut(text, ':', &port);
		if (ipv4_parse(address, &ret->address) < 0)
			return false;
	}
	if (str_to_u64(port, UINT16_MAX, &number) < 0 || number == 0)
		return false;
	ret->port = (uint16_t)number;
	return true;
}

static int read_listen(struct acs_config *config, struct error *err)
{
	const struct conf_node *node = conf_get(config->doc->root, "listen");

	/* Without "listen" the ACS serves this machine alone. */
	config->n_listens = MAX(config->listen.len, (size_t)1);
	config->listens[0].address = INADDR_LOOPBACK;
	for (size_t i = 0; i < config->listen.len; i++) {
		if (!parse_listen(str_of(config->listen.items[i]), &config->listens[i]))
			return conf_fail(config->doc,
			    node->kind == CONF_SEQUENCE ? node->items[i] : node,
			    "127.0.0.1:7547", err, "\"%s\" is no address:port",
			    config->listen.items[i]);
	}
	config->listen_port = config->listens[0].port;
	for (size_t i = config->n_listens; i > 0; i--) {
		if (!config->listens[i - 1].is_six)
			config->listen_address = config->listens[i - 1].address;
	}
	return 0;
}

/* STUN and lightweight notifications are heard by IPv4 alone. */
static int check_udp(const struct acs_config *config, struct error *err)
{
	const struct conf_node *root = config->doc->root;

	for (size_t i = 0; i < config->n_listens; i++) {
		if (!config->listens[i].is_six)
			return 0;
	}
	if (config->call.stun_port == 0 && config->notification_port == 0)
		return 0;
	return conf_fail(config->doc,
	    config->call.stun_port
		? conf_get(conf_get(root, "connection-request"), "stun-port")
		: conf_get(root, "notification-port"),
	    "listen on one of IPv4, too", err,
	    "what comes by UDP is heard at an IPv4 address, and there is none");
}

/* The URL also says where to listen when nothing else does. */
static int read_url(struct acs_config *config, struct error *err)
{
	const struct conf_node *node = conf_get(config->doc->root, "url");
	struct error words = ERROR_NULL;

	if (url_parse(&config->url, str_of(config->url_text), &words) < 0)
		return conf_fail(config->doc, node, NULL, err, "%s", words.text);
	if (!config->certificate != !config->key)
		return conf_fail(config->doc,
		    conf_get(config->doc->root, config->key ? "key" : "certificate"),
		    config->key ? "add certificate" : "add key", err,
		    "a certificate wants its key, and a key its certificate");
	if (config->url.is_https && !config->certificate)
		return conf_fail(config->doc, node, "add certificate and key", err,
		    "https wants a certificate and its key");
	if (config->listen.len == 0)
		config->listen_port = config->listens[0].port = config->url.port;
	return 0;
}

static int check_tls(const struct acs_config *config, struct error *err)
{
	const struct conf_node *node = conf_get(config->doc->root, "tls");
	bool asks = config->tls.asks != 0;

	if (config->tls.min > config->tls.max)
		return conf_fail(config->doc, node, NULL, err,
		    "the oldest TLS version is newer than the newest");
	if (asks && !config->url.is_https)
		return conf_fail(config->doc, conf_get(node, "client-certificate"),
		    "use an https URL", err,
		    "without TLS nobody is asked for a certificate");
	if (asks && !config->tls.client_ca)
		return conf_fail(config->doc, conf_get(node, "client-certificate"),
		    "add client-ca, the CAs that they may come from", err,
		    "certificates of CPEs say nothing without a CA that is trusted");
	if (!asks && (config->tls.client_ca || config->tls.client_crl ||
			 config->tls.client_name != ACS_NAME_TELL))
		return conf_fail(config->doc, node,
		    "add client-certificate: request or require", err,
		    "no CPE is asked for a certificate");
	return 0;
}

static int check_auth(struct acs_config *config, struct error *err)
{
	const struct conf_node *root = config->doc->root;
	const struct conf_node *node = conf_get(root, "auth");

	if (config->username && !config->password)
		return conf_fail(config->doc, conf_get(root, "username"),
		    "add the password", err, "a username without a password");
	if (config->password && !config->username)
		return conf_fail(config->doc, conf_get(root, "password"),
		    "add the username", err, "a password without a username");
	if (config->auth == ACS_CONFIG_AUTO)
		config->auth = config->username ? ACS_CONFIG_DIGEST : ACS_CONFIG_NONE;
	if (config->auth == ACS_CONFIG_NONE)
		return 0;
	if (!config->username)
		return conf_fail(config->doc, node, "add username and password", err,
		    "authentication wants a username and a password");
	return 0;
}

static int check_files(struct acs_config *config, struct error *err)
{
	const struct conf_node *node = conf_get(config->doc->root, "files");

	if ((config->files.username == NULL) != (config->files.password == NULL))
		return conf_fail(config->doc, node, "or none of them", err,
		    "files want a username together with a password");
	if (config->files.auth == ACS_CONFIG_AUTO)
		config->files.auth =
		    config->files.username ? ACS_CONFIG_DIGEST : ACS_CONFIG_NONE;
	if (config->files.auth != ACS_CONFIG_NONE && !config->files.username)
		return conf_fail(config->doc, conf_get(node, "auth"),
		    "add username and password", err,
		    "authentication wants a username and a password");
	return 0;
}

static int check_proxies(const struct acs_config *config, struct error *err)
{
	const struct conf_node *list = conf_get(config->doc->root, "trust-proxies");

	for (size_t i = 0; i < config->proxies.len; i++) {
		if (forwarded_is_address(config->proxies.items[i]))
			continue;
		return conf_fail(config->doc,
		    list->kind == CONF_SEQUENCE ? list->items[i] : list,
		    "such as 10.0.0.10", err, "\"%.80s\" is no address",
		    config->proxies.items[i]);
	}
	return 0;
}

static int check_play(const struct acs_config *config, struct error *err)
{
	const struct conf_node *root = config->doc->root;

	if (!config->play.sequence && conf_get(root, "play"))
		return conf_fail(config->doc, conf_get(root, "play"),
		    "add sequence, or --play", err, "which sequence is to be played?");
	if (config->play.sequence && config->policy)
		return conf_fail(config->doc, conf_get(root, "policy"),
		    "leave it out, or the sequence", err,
		    "an ACS that plays a sequence goes by no policy");
	return 0;
}

int acs_config_read(struct acs_config *config, struct conf_doc *doc, struct error *err)
{
	int r;

	*config = (struct acs_config){ .doc = doc };
	r = conf_bind(doc, doc->root, acs_config_rows, config, err);
	if (r == 0)
		r = read_listen(config, err);
	if (r == 0)
		r = read_url(config, err);
	if (r == 0)
		r = check_udp(config, err);
	if (r == 0)
		r = check_tls(config, err);
	if (r == 0)
		r = check_auth(config, err);
	if (r == 0)
		r = check_files(config, err);
	if (r == 0)
		r = check_proxies(config, err);
	if (r == 0)
		r = check_play(config, err);
	return r < 0 ? r
		     : quirks_bind(&config->quirks, quirks_of_acs, doc,
			   conf_get(doc->root, "misbehave"), &config->misbehave,
			   "misbehave", err);
}
