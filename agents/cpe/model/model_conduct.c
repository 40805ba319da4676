#include "agents/cpe/model/model_conduct.h"

#include <stdio.h>

static const char *const version_names[] = { "1.0", "1.1", "1.2", "1.3", "1.4", NULL };
static const char *const types_names[] = { "strict", "lenient", NULL };
static const char *const configuration_names[] = { "run", "start-up", NULL };
static const char *const told_names[] = { "later", "session", "response", NULL };

#define ROW(key_, type_, member) \
	.key = key_, .type = type_, .offset = offsetof(struct model_conduct, member)

const struct conf_row model_cwmp_rows[] = {
	{ ROW("version", CONF_ENUM, cwmp.version), .names = version_names,
	    .dflt = "1.2",
	    .help =
		"the newest CWMP that it speaks, with the header elements of it; it "
		"follows an ACS that picks an older one" },
	{ ROW("types", CONF_ENUM, cwmp.types), .names = types_names, .dflt = "strict",
	    .help =
		"whether a value of a SetParameterValues must say its parameter's own "
		"type (9006 else), or may be of any that its text fits: many ACSs set "
		"an unsignedInt as int and a boolean as string" },
	{ ROW("xml-declaration", CONF_BOOL, cwmp.has_xml_declaration), .dflt = "yes",
	    .help = "begins its envelopes with an XML declaration" },
	{ ROW("asks", CONF_STRINGS, cwmp.asks), .max = 4,
	    .help = "what it asks the ACS for after a boot: GetRPCMethods, "
		    "RequestDownload" },
	{ ROW("refuses", CONF_STRINGS, cwmp.refusals), .max = CWMP_METHODS,
	    .help = "methods that it answers with a fault whatever is asked, each with "
		    "one that TR-069 lists there or one of a vendor's own (9800 to "
		    "9899), as \"Reboot 9001\"; one with 9000 it does not have" },
	{ NULL },
};

const struct conf_row model_transfer_rows[] = {
	{ ROW("told", CONF_ENUM, transfers.told), .names = told_names, .dflt = "later",
	    .help =
		"how it tells the end of a transfer that needs no reboot: in a later "
		"session, in the same one where it may still ask, or by the response "
		"to the order" },
	{ ROW("flash", CONF_DURATION, transfers.flash), .dflt = "2s",
	    .max = 3600 * NS_PER_S,
	    .help = "how long it writes a new image, and is not there meanwhile" },
	{ ROW("downgrade", CONF_BOOL, transfers.takes_older), .dflt = "yes",
	    .help = "takes an image, or an update of a deployment unit, of an older "
		    "version" },
	{ ROW("signer", CONF_STR, transfers.signer), .max = 64,
	    .help = "whom an image must name as its signer, or fault 9019" },
	{ ROW("max-size", CONF_UINT, transfers.max_size), .dflt = "268435456", .min = 1,
	    .max = UINT32_MAX, .help = "bytes of the largest file that it takes" },
	{ ROW("configuration", CONF_ENUM, transfers.configuration),
	    .names = configuration_names, .dflt = "run",
	    .help =
		"of a CPE with a console, what becomes of a vendor configuration file "
		"with commands: they run at once, or it is the start-up file that "
		"the next boot runs" },
	{ NULL },
};

const struct conf_row model_http_rows[] = {
	{ ROW("obeys-retry-after", CONF_BOOL, http.obeys_retry_after), .dflt = "no",
	    .help =
		"waits as long as the Retry-After of a 503 says, where that is longer "
		"than its own wait" },
	{ NULL },
};

static const char *const tls_names[] = { "1.2", "1.3", NULL };

const struct conf_row model_tls_rows[] = {
	{ ROW("min", CONF_ENUM, tls.min), .names = tls_names, .dflt = "1.2",
	    .help = "oldest version of TLS that it speaks" },
	{ ROW("max", CONF_ENUM, tls.max), .names = tls_names, .dflt = "1.3",
	    .help = "newest" },
	{ ROW("resumes", CONF_BOOL, tls.resumes), .dflt = "no",
	    .help = "resumes the last session with an ACS that gave it a ticket" },
	{ NULL },
};

static int check_asks(const struct conf_doc *doc, const struct model_conduct *conduct,
    struct error *err)
{
	static const char *const names[] = { "GetRPCMethods", "RequestDownload" };
	const struct conf_node *asks = conf_get(conf_get(doc->root, "cwmp"), "asks");
	char hint[128];

	if (conduct->tls.min > conduct->tls.max)
		return conf_fail(doc, conf_get(doc->root, "tls"), NULL, err,
		    "the oldest TLS version is newer than the newest");
	for (size_t i = 0; i < conduct->cwmp.asks.len; i++) {
		struct str name = str_of(conduct->cwmp.asks.items[i]);
		const struct conf_node *at =
		    asks->kind == CONF_SEQUENCE ? asks->items[i] : asks;

		if (str_is(name, names[0]) || str_is(name, names[1]))
			continue;
		return conf_fail(doc, at,
		    conf_suggest(name, names, ARRAY_LEN(names), hint, sizeof(hint)),
		    err, "a CPE asks no \"%.*s\" of its own accord", STR_ARG(name));
	}
	return 0;
}

/* The list of what the method can be answered with, for a hint. */
static const char *faults_hint(enum cwmp_method method, char *hint, size_t size)
{
	const uint16_t *codes = NULL;
	size_t n = cwmp_method_faults(method, &codes);
	int len = snprintf(hint, size, "%s has", cwmp_method_name(method));

	for (size_t i = 0; i < n; i++)
		len += snprintf(hint + len, size - (size_t)len, " %u", codes[i]);
	(void)snprintf(hint + len, size - (size_t)len, " and 9800 to 9899");
	return hint;
}

static int check_refusal(const struct conf_doc *doc, const struct conf_node *at,
    struct model_conduct *conduct, struct str text, struct error *err)
{
	struct str number, name = str_cut(text, ' ', &number);
	enum cwmp_method method = cwmp_method_of(name);
	const char *names[CWMP_METHODS];
	const uint16_t *codes;
	char hint[160];
	uint64_t code = 0;
	size_t n = 0;

	if (cwmp_method_faults(method, &codes) == 0) {
		for (int i = 0; i < CWMP_METHODS; i++) {
			if (cwmp_method_faults((enum cwmp_method)i, &codes) > 0)
				names[n++] = cwmp_method_name((enum cwmp_method)i);
		}
		return conf_fail(doc, at,
		    conf_suggest(name, names, n, hint, sizeof(hint)), err,
		    "a CPE is not asked \"%.*s\"", STR_ARG(name));
	}
	if (str_to_u64(number, UINT16_MAX, &code) < 0 ||
	    !cwmp_method_has_fault(method, (uint32_t)code))
		return conf_fail(doc, at, faults_hint(method, hint, sizeof(hint)), err,
		    "\"%.*s\" is no fault of %.*s", STR_ARG(number), STR_ARG(name));
	conduct->cwmp.refuses[method] = (uint16_t)code;
	return 0;
}

static int check_refusals(const struct conf_doc *doc, struct model_conduct *conduct,
    struct error *err)
{
	const struct conf_node *node = conf_get(conf_get(doc->root, "cwmp"), "refuses");
	int worst = 0;

	for (size_t i = 0; i < conduct->cwmp.refusals.len; i++) {
		int r = check_refusal(doc,
		    node->kind == CONF_SEQUENCE ? node->items[i] : node, conduct,
		    str_of(conduct->cwmp.refusals.items[i]), err);

		if (!conf_go_on(doc, r, &worst))
			return r;
	}
	return worst;
}

int model_conduct_check(const struct conf_doc *doc, struct model_conduct *conduct,
    struct error *err)
{
	int worst = 0;
	int r = check_asks(doc, conduct, err);

	if (!conf_go_on(doc, r, &worst))
		return r;
	r = check_refusals(doc, conduct, err);
	if (!conf_go_on(doc, r, &worst))
		return r;
	r = quirks_bind(&conduct->quirks, quirks_of_cpe, doc, conduct->quirk_node,
	    &conduct->quirk_names, "quirk", err);
	return r < 0 ? r : worst;
}
