/* Rules of proxies between CPEs and their ACS, of which the capture has both sides (RFC 9110). */
#include "capture/rules/catalogue.h"
#include "lib/base/buf.h"

static const char *address(const struct address *at, char text[ADDRESS_TEXT_MAX])
{
	return address_text(at, text);
}

/* "its Cookie, its SOAPAction": what is in lost of these bits. */
static const char *losses(struct buf *out, unsigned lost)
{
	static const char *const words[RELAY_LOSSES] = { "its body as it was",
		"its Cookie", "its own Cookie but with that of another CPE",
		"its SOAPAction", "its Content-Type", "its Authorization",
		"its Set-Cookie", "its status" };

	for (unsigned i = 0; i < RELAY_LOSSES; i++) {
		if (lost & (1u << i))
			buf_printf(out, "%s%s", out->len > 0 ? ", " : "", words[i]);
	}
	return buf_cstr(out);
}

static const char *name_of(const struct http_record *http)
{
	return http->envelope.is_there ? http->envelope.name
	       : http->body.is_empty   ? "empty POST"
				       : "POST";
}

/* ---- PRX-01, PRX-02 --------------------------------------------------------------- */

static enum rule_verdict check_request(struct whole *view)
{
	const struct relay_record *relay = view->relay;
	char proxy[ADDRESS_TEXT_MAX];
	auto_buf lost = BUF_NULL;

	if (relay->given)
		return RULE_SILENT;
	if (relay->lost == 0)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_PROXY, relay->passed.frame,
	    "the proxy %s passes the %s of frame %llu on without %s",
	    address(&relay->proxy, proxy), name_of(relay->asked),
	    (unsigned long long)relay->asked->frame.number, losses(&lost, relay->lost));
}

static enum rule_verdict check_answer(struct whole *view)
{
	const struct relay_record *relay = view->relay;
	char proxy[ADDRESS_TEXT_MAX];
	auto_buf lost = BUF_NULL;

	if (!relay->given || relay->answered.number == 0)
		return RULE_SILENT;
	if (relay->lost == 0)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_PROXY, relay->given->frame,
	    "the proxy %s passes the ACS's answer of frame %llu (status %u) on without "
	    "%s",
	    address(&relay->proxy, proxy), (unsigned long long)relay->answered.number,
	    relay->status, losses(&lost, relay->lost));
}

/* ---- PRX-03 ----------------------------------------------------------------------- */

/* An answer of the proxy's own is not a breach: only what an ACS has said to another request. */
static enum rule_verdict check_asked(struct whole *view)
{
	const struct relay_record *relay = view->relay;
	char proxy[ADDRESS_TEXT_MAX];

	if (!relay->given)
		return RULE_SILENT;
	if (relay->passed.frame.number > 0)
		return RULE_KEPT;
	if (relay->replayed.number == 0)
		return RULE_SILENT;
	return rule_broken_at(view, RULE_BY_PROXY, relay->given->frame,
	    "the proxy %s answers the %s of frame %llu with what the ACS had answered to "
	    "another request in frame %llu, and asks no ACS",
	    address(&relay->proxy, proxy), name_of(relay->asked),
	    (unsigned long long)relay->asked->frame.number,
	    (unsigned long long)relay->replayed.number);
}

/* ---- PRX-04 ----------------------------------------------------------------------- */

/* ACSs that know each other's sessions answer as one would; where one does not, the proxy may ask
 * the next. */
static enum rule_verdict check_same_acs(struct whole *view)
{
	const struct relay_record *relay = view->relay;
	const struct relay_place *before = &relay->before, *now = &relay->passed;
	char first[ADDRESS_TEXT_MAX], second[ADDRESS_TEXT_MAX];

	if (!relay->given || relay->answered.number == 0 || before->frame.number == 0)
		return RULE_SILENT;
	if ((address_eq(&before->acs, &now->acs) && before->port == now->port) ||
	    relay->status / 100 < 4 || relay->given->head.status / 100 == 2)
		return RULE_KEPT;
	return rule_broken_at(view, RULE_BY_PROXY, now->frame,
	    "the session's request of frame %llu went to the ACS at %s, the %s of frame "
	    "%llu goes to that at %s, which answers with status %u",
	    (unsigned long long)before->frame.number, address(&before->acs, first),
	    name_of(relay->asked), (unsigned long long)relay->asked->frame.number,
	    address(&now->acs, second), relay->status);
}

const struct rule rules_prx[] = {
	{ .id = "PRX-01",
	    .who = RULE_BY_PROXY,
	    .severity = RULE_MUST,
	    .basis = "RFC 9110 7.6, 7.7",
	    .text = "A proxy passes a request on with the body, cookies, credentials, "
		    "SOAPAction and Content-Type that it came with.",
	    .example =
		"proxy_set_header Cookie \"\": each POST is a new client's to the "
		"ACS.",
	    .scope = WHOLE_RELAY,
	    .check = check_request },
	{ .id = "PRX-02",
	    .who = RULE_BY_PROXY,
	    .severity = RULE_MUST,
	    .basis = "RFC 9110 7.6, 7.7",
	    .text =
		"A proxy passes an answer on with the status, cookies and body that "
		"the ACS gave it.",
	    .example = "Set-Cookie is hidden: the CPE cannot bring the cookie back.",
	    .scope = WHOLE_RELAY,
	    .check = check_answer },
	{ .id = "PRX-03",
	    .who = RULE_BY_PROXY,
	    .severity = RULE_MUST,
	    .basis = "RFC 9110 9.3.3; RFC 9111 3",
	    .text = "A proxy asks the ACS for the answer to each POST, and gives none "
		    "that was for another.",
	    .example =
		"A cache for POST: the InformResponse of one CPE for all others.",
	    .scope = WHOLE_RELAY,
	    .check = check_asked },
	{ .id = "PRX-04",
	    .who = RULE_BY_PROXY,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1",
	    .text = "A proxy sends the requests of a session to the ACS that has it.",
	    .example = "The Inform goes to one ACS, the empty POST to the next, which "
		       "answers 400.",
	    .scope = WHOLE_RELAY,
	    .check = check_same_acs },
	{ .id = NULL },
};
