/* Rules of UDP connection requests and STUN (Annex G), notifications, settings that take
 * effect later, and diagnostics. */
#include "capture/rules/history.h"

#include "lib/base/wire.h"

/* ---- UDP-01 ------------------------------------------------------------------------ */

struct udp_call {
	struct str ts, id, sig;
};

static struct str query_value(struct str query, struct str name)
{
	size_t at, end;

	while (str_find(query, name, &at)) {
		bool starts =
		    at == 0 || query.p[at - 1] == '&' || query.p[at - 1] == '?';

		query = str_from(query, at + name.len);
		if (!starts)
			continue;
		for (end = 0;
		     end < query.len && query.p[end] != '&' && query.p[end] != ' ';
		     end++)
			;
		return str_make(query.p, end);
	}
	return STR_NULL;
}

static bool read_udp_call(struct str payload, struct udp_call *ret)
{
	size_t end;

	if (!str_starts(payload, STR("GET ")) || !str_find(payload, STR("\r\n"), &end))
		return false;
	payload.len = end;
	*ret = (struct udp_call){ query_value(payload, STR("ts=")),
		query_value(payload, STR("id=")), query_value(payload, STR("sig=")) };
	return true;
}

static bool is_hex(struct str text, size_t len)
{
	for (size_t i = 0; i < text.len; i++) {
		char c = text.p[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') ||
			(c >= 'A' && c <= 'F')))
			return false;
	}
	return text.len == len;
}

static uint64_t number_of(struct str text)
{
	uint64_t value = 0;

	for (size_t i = 0; i < text.len && i < 19; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return 0;
		value = value * 10 + (uint64_t)(text.p[i] - '0');
	}
	return value;
}

static enum rule_verdict check_udp_call(struct rule_view *view)
{
	const struct datagram_record *datagram = view->datagram;
	uint64_t last =
	    view->device && view->device->more ? view->device->more->udp_ts : 0;
	struct udp_call call;

	if (!read_udp_call(datagram->payload, &call))
		return RULE_SILENT;
	if (number_of(call.ts) == 0 || call.id.len == 0 || !is_hex(call.sig, 40))
		return rule_broken_at(view, RULE_BY_ACS, datagram->frame,
		    "the UDP connection request lacks a %s",
		    number_of(call.ts) == 0 ? "ts in seconds"
		    : call.id.len == 0      ? "message id"
					    : "sig of 40 hexadecimal digits");
	if (last > 0 && number_of(call.ts) < last)
		return rule_broken_at(view, RULE_BY_ACS, datagram->frame,
		    "the UDP connection request has ts %llu, the one before %llu",
		    (unsigned long long)number_of(call.ts), (unsigned long long)last);
	return RULE_KEPT;
}

/* ---- UDP-02 ------------------------------------------------------------------------ */

enum {
	STUN_HEADER_BYTES = 20,
	STUN_CONNECTION_REQUEST_BINDING = 0xc001,
};

static enum rule_verdict check_binding(struct rule_view *view)
{
	static const char value[] = "dslforum.org/TR-111 ";
	struct str bytes = view->datagram->payload;
	size_t want = sizeof(value) - 1;

	if (bytes.len < STUN_HEADER_BYTES || (uint8_t)bytes.p[0] > 1)
		return RULE_SILENT;
	bytes = str_from(bytes, STUN_HEADER_BYTES);
	while (bytes.len >= 4) {
		uint16_t type = get_u16((const uint8_t *)bytes.p);
		uint16_t len = get_u16((const uint8_t *)bytes.p + 2);

		bytes = str_from(bytes, 4);
		if (type == STUN_CONNECTION_REQUEST_BINDING) {
			if (len == want && bytes.len >= want &&
			    memcmp(bytes.p, value, want) == 0)
				return RULE_KEPT;
			return rule_broken_at(view, RULE_BY_CPE, view->datagram->frame,
			    "CONNECTION-REQUEST-BINDING has %u bytes; \"%s\" (%zu) is due",
			    len, value, want);
		}
		bytes = str_from(bytes, MIN(bytes.len, (size_t)(len + 3) / 4 * 4));
	}
	return RULE_SILENT;
}

/* ---- NTF-01 ------------------------------------------------------------------------ */

/* SoftwareVersion is of those whose active notification is always on (TR-181). */
static enum rule_verdict check_change(struct rule_view *view)
{
	const struct http_record *inform = view->session->inform;
	const struct past_session *last = past_last(view->device);
	const char *before = view->device->software_version;
	const struct cwmp_param *now =
	    inform ? http_param(inform, "DeviceInfo.SoftwareVersion") : NULL;

	if (!now || !before || !last || !last->has_inform_response ||
	    str_is(now->value, before) || (inform->event_bits & EVENT_BIT(BOOTSTRAP)))
		return RULE_SILENT;
	if (inform->event_bits & EVENT_BIT(VALUE_CHANGE))
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "SoftwareVersion changed from \"%s\" to \"%.*s\", but there is no "
	    "4 VALUE CHANGE",
	    before, STR_ARG(now->value));
}

/* ---- SST-01 ------------------------------------------------------------------------ */

static enum rule_verdict compare_later(struct rule_view *view,
    const struct http_record *response)
{
	const struct device_more *more = view->device->more;
	enum rule_verdict verdict = RULE_SILENT;

	for (size_t i = 0; i < more->n_later; i++) {
		for (size_t k = 0; k < response->n_params; k++) {
			const struct cwmp_param *param = &response->params[k];

			if (!str_is(param->name, more->later[i].name) ||
			    more->later[i].session == view->session->id)
				continue;
			if (str_is(param->value,
				more->later[i].value ? more->later[i].value : ""))
				verdict = RULE_KEPT;
			else
				return rule_broken(view, response,
				    "%.*s reads \"%.*s\"; a session before set it to "
				    "\"%s\" with Status 1",
				    STR_ARG(param->name), STR_ARG(param->value),
				    more->later[i].value ? more->later[i].value : "");
		}
	}
	return verdict;
}

static enum rule_verdict check_later(struct rule_view *view)
{
	const struct session_record *session = view->session;
	enum rule_verdict verdict = RULE_SILENT;

	if (!view->device->more || view->device->more->n_later == 0)
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;
		enum rule_verdict here = RULE_SILENT;

		if (post->on == ON_CPE_RESPONSE &&
		    post->rpc == CWMP_GET_PARAMETER_VALUES)
			here = compare_later(view, post);
		if (here == RULE_BROKEN)
			return here;
		if (here == RULE_KEPT)
			verdict = here;
		/* What is set anew is another matter. */
		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->rpc == CWMP_SET_PARAMETER_VALUES)
			break;
	}
	return verdict;
}

/* ---- DIA-01 ------------------------------------------------------------------------ */

static enum rule_verdict check_diagnostics(struct rule_view *view)
{
	const struct session_record *session = view->session;

	if (!view_has_event(view, EVENT_BIT(DIAGNOSTICS_COMPLETE)))
		return RULE_SILENT;
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *post = session->turns[i].post;
		const struct http_record *answer = session->turns[i].answer;
		const struct cwmp_param *state =
		    post->on == ON_CPE_RESPONSE ? http_param(post, ".DiagnosticsState")
						: NULL;

		if (state && str_is(state->value, "Requested"))
			return rule_broken(view, post,
			    "8 DIAGNOSTICS COMPLETE, but %.*s still reads \"Requested\"",
			    STR_ARG(state->name));
		if (state)
			return RULE_KEPT;
		if (answer && answer->on == ON_ACS_REQUEST &&
		    answer->rpc == CWMP_SET_PARAMETER_VALUES)
			return RULE_SILENT;
	}
	return RULE_SILENT;
}

/* ---- table ------------------------------------------------------------------------- */

const struct rule rules_other[] = {
	{ .id = "UDP-01",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 G.2.2.3",
	    .text = "A UDP connection request carries ts, id and sig, and its ts never "
		    "goes back.",
	    .example =
		"GET http://10.0.0.100:7547?ts=100&id=2... after one with ts=200.",
	    .scope = RULE_DATAGRAM,
	    .check = check_udp_call },
	{ .id = "UDP-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 G.2.1.3",
	    .text = "The STUN attribute CONNECTION-REQUEST-BINDING is the 20 bytes "
		    "\"dslforum.org/TR-111 \", blank included.",
	    .example = "The attribute has 19 bytes: the blank is missing.",
	    .scope = RULE_DATAGRAM,
	    .is_common = true,
	    .check = check_binding },
	{ .id = "DIA-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-181 IPPing",
	    .text = "8 DIAGNOSTICS COMPLETE comes only when the diagnostic has ended.",
	    .example =
		"The Inform carries 8 DIAGNOSTICS COMPLETE; DiagnosticsState reads "
		"\"Requested\".",
	    .scope = RULE_SESSION,
	    .needs = SHOWN_START | SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_diagnostics },
	{ .id = "NTF-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "A change of a parameter with active notification is told by "
		    "4 VALUE CHANGE.",
	    .example = "SoftwareVersion is another one after 1 BOOT, and there is no "
		       "4 VALUE CHANGE.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_change },
	{ .id = "SST-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.1",
	    .text = "What SetParameterValues set with Status 1 can be read in the next "
		    "session.",
	    .example = "PeriodicInformInterval is set to 60 with Status 1; the next "
		       "session reads 300.",
	    .scope = RULE_DEVICE,
	    .needs = SHOWN_BOTH | SHOWN_WHOLE,
	    .check = check_later },
	{ .id = NULL },
};
