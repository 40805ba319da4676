/* What `cwmplab acs` is told, by a file or by flags. */
#pragma once

#include "agents/acs/gate/shed.h"
#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/proto/http_auth.h"
#include "lib/proto/url.h"
#include "lib/quirk/quirk.h"
#include "lib/sequence/scene_settings.h"

enum acs_config_auth {
	ACS_CONFIG_AUTO,
	ACS_CONFIG_NONE,
	ACS_CONFIG_BASIC,
	ACS_CONFIG_DIGEST
};

enum acs_config_tell {
	ACS_TELL_AUTO, /* by hand all, in a lab faults */
	ACS_TELL_FAULTS,
	ACS_TELL_RPCS
};

enum acs_config_name { /* a certificate of another device than the Inform's */
	ACS_NAME_TELL,
	ACS_NAME_REFUSE
};

enum {
	ACS_LISTEN_MAX = 4
};

struct acs_listen { /* a place to listen at */
	bool is_six;
	uint32_t address; /* host order */
	uint8_t address6[16];
	uint16_t port;
};

struct acs_config {
	struct conf_doc *doc; /* borrowed; all strings live in it */
	const char *node;
	/* "10.0.0.11:7548", "[2001:db8::11]:7548"; none: 127.0.0.1 and the port of url */
	struct conf_strings listen;
	const char *url_text;
	struct url url; /* of url_text */
	const char *netns;
	bool takes_any_path;
	bool has_xml_declaration;
	const char *certificate, *key;
	struct {
		int min, max; /* 0: 1.2, 1: 1.3 */
		bool tickets;
		int asks;                           /* enum tls_asks */
		int client_name;                    /* enum acs_config_name */
		const char *client_ca, *client_crl; /* null: none */
	} tls;
	const char *keylog;
	int auth;      /* enum acs_config_auth, never AUTO after loading */
	int algorithm; /* 0: MD5, 1: SHA-256 */
	const char *username, *password;
	const char *policy;
	struct scene_settings play;              /* instead of a policy */
	struct acs_call_config {                 /* connection requests */
		const char *username, *password; /* null: none */
		const char *file;                /* of those of devices; null: none */
		clock_ns timeout;                /* for the session to come */
		clock_ns after; /* a session with 1 BOOT; 0: none of its own accord */
		int by;         /* enum call_way: how those are called */
		uint64_t stun_port; /* of the STUN server; 0: there is none */
		const char *stun_username, *stun_password; /* null: anybody may ask */
	} call;
	struct {
		const char *folder, *uploads; /* null: none */
		int auth;                     /* as auth */
		const char *username, *password;
		uint64_t upload_max;
	} files;
	uint64_t
	    notification_port; /* for lightweight notifications; 0: none are heard */
	int tell;              /* enum acs_config_tell */
	struct conf_strings misbehave;
	struct quirks quirks;        /* of those names: wrong on purpose, to teach */
	struct conf_strings proxies; /* addresses of those that are trusted */
	clock_ns session_timeout;
	struct shed_limit limit; /* of sessions */
	const char *state;
	const char *counts; /* path of the file of its counts of sessions; null: none */
	const char
	    *door; /* path of the socket at which it takes commands; null: none */
	struct acs_listen listens[ACS_LISTEN_MAX]; /* the same, n_listens of them */
	size_t n_listens;
	uint32_t
	    listen_address; /* the first of IPv4, host order, for what comes by UDP; 0: none */
	uint16_t listen_port; /* the first of all */
};

extern const struct conf_row acs_config_rows[];

/* Reads the document, which must outlive config. ERR_CONFIG with place and hint. */
int acs_config_read(struct acs_config *config, struct conf_doc *doc, struct error *err);
