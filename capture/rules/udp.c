/* Rules of UDP connection requests and STUN (TR-069 A6 Annex G), and of lightweight notifications
 * (Annex M). */
#include "capture/rules/catalogue.h"

#include "lib/base/wire.h"

/* ---- UDP-01 ---------------------------------------------------------------------- */

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

static enum rule_verdict check_udp_call(struct whole *view)
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

/* ---- UDP-02 ---------------------------------------------------------------------- */

enum {
	STUN_CONNECTION_REQUEST_BINDING = 0xc001,
};

static enum rule_verdict check_binding(struct whole *view)
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
			    "CONNECTION-REQUEST-BINDING has %u bytes; \"%s\" (%zu) is expected",
			    len, value, want);
		}
		bytes = str_from(bytes, MIN(bytes.len, (size_t)(len + 3) / 4 * 4));
	}
	return RULE_SILENT;
}

/* ---- UDP-03 ---------------------------------------------------------------------- */

static bool is_oui(struct str text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] >= 'a' && text.p[i] <= 'f')
			return false;
	}
	return is_hex(text, 6);
}

/* The first element that the schema wants and the notification lacks; null: it has all. */
static const char *missing_element(const struct lightweight *light)
{
	if (!light->un.p)
		return "UN";
	if (!light->cn.p)
		return "CN";
	if (!light->device.product_class.p)
		return "ProductClass";
	for (size_t i = 0; i < light->params.len; i++) {
		if (light->params.items[i].name.len == 0)
			return "Name of a Param";
		if (!light->params.items[i].value.p)
			return "Value of a Param";
	}
	return NULL;
}

/* Behind one address there may be several devices, of which the serial number tells one. */
static bool is_same_device(const struct device_record *device,
    const struct cwmp_device_id *id)
{
	return device && str_is(id->serial_number, device->serial);
}

/* Whether it names the device that informs from its address otherwise than that does. An Inform
 * with an OUI in lower case is what INF-01 is about. */
static bool is_named_otherwise(const struct device_record *device,
    const struct cwmp_device_id *id)
{
	return is_same_device(device, id) &&
	       (!str_eq_nocase(id->oui, str_of(device->oui)) ||
		   !str_is(id->product_class, device->product_class));
}

static enum rule_verdict check_notification(struct whole *view)
{
	const struct light_facts *light = view->light;
	const struct cwmp_device_id *id;
	struct frame_ref frame = view->datagram->frame;
	const char *missing;

	if (!light || !str_starts(view->datagram->payload, STR("POST ")))
		return RULE_SILENT;
	if (light->is_cut)
		return rule_not_judged(view, "the datagram is cut short");
	id = &light->said.device;
	missing = light->error < 0 ? NULL : missing_element(&light->said);
	if (light->error == ERR_MALFORMED)
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the lightweight notification cannot be read: %s", light->bad.text);
	if (light->error < 0)
		return RULE_SILENT;
	if (missing)
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the lightweight notification has no %s", missing);
	if (!is_oui(id->oui))
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the OUI of the lightweight notification, \"%.*s\", is not of six "
		    "upper-case hexadecimal digits",
		    STR_ARG(id->oui));
	if (is_named_otherwise(view->device, id))
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the lightweight notification is of %.*s, \"%.*s\", %.*s; the Inform "
		    "said %s, \"%s\"",
		    STR_ARG(id->oui), STR_ARG(id->product_class),
		    STR_ARG(id->serial_number), view->device->oui,
		    view->device->product_class);
	if (!is_hex(light->said.signature, 40))
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the lightweight notification has no Signature of 40 hexadecimal "
		    "digits");
	if (light->proof == AUTH_FAILS && is_same_device(view->device, id))
		return rule_broken_at(view, RULE_BY_CPE, frame,
		    "the Signature of the lightweight notification does not fit the password "
		    "with which the CPE has logged in");
	return RULE_KEPT;
}

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_udp[] = {
	{ .id = "UDP-01",
	    .who = RULE_BY_ACS,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 G.2.2.3",
	    .text = "A UDP connection request carries ts, id and sig, and its ts never "
		    "goes back.",
	    .example =
		"GET http://10.0.0.100:7547?ts=100&id=2... after one with ts=200.",
	    .scope = WHOLE_DATAGRAM,
	    .check = check_udp_call },
	{ .id = "UDP-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 G.2.1.3",
	    .text = "The STUN attribute CONNECTION-REQUEST-BINDING is the 20 bytes "
		    "\"dslforum.org/TR-111 \", blank included.",
	    .example = "The attribute has 19 bytes: the blank is missing.",
	    .scope = WHOLE_DATAGRAM,
	    .is_common = true,
	    .check = check_binding },
	{ .id = "UDP-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 Annex M; cwmp-UDPLightweightNotification-1-0.xsd",
	    .text =
		"A lightweight notification has all elements of its schema, the OUI and "
		"ProductClass of its Inform, and a Signature of 40 hexadecimal "
		"digits, made with the password of the CPE.",
	    .example = "The POST has no header Signature.",
	    .scope = WHOLE_DATAGRAM,
	    .check = check_notification },
	{ .id = NULL },
};
