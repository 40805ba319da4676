/* CWMP messages of a script as a whole: what they have that says nothing, what later ones go
 * by, and the envelope. */
#include "tests/support/script_envelope.h"

#include "capture/stream/conn.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>

static struct host *cpe_of(struct script *s)
{
	return s->conn->client;
}

/* ---- what a message has that says nothing ---------------------------------------------- */

static void add_param(struct envelope *e, const char *name, struct str value)
{
	e->params[e->n_params++] =
	    (struct cwmp_param){ str_of(name), value, STR("string") };
}

/* The path is each CPE's own (TR-069 A6 3.2.2.2). */
void script_call_url(const struct host *cpe, struct buf *out)
{
	char address[IPV4_TEXT_MAX];
	bool is_first = strcmp(cpe->name, "cpe") == 0;

	buf_printf(out, "http://%s:7547/cr%s%s", ipv4_text(cpe->at.ip, address),
	    is_first ? "" : "-", is_first ? "" : cpe->name);
}

/* The forced parameters of Device:2 (TR-181 2, forcedInform). */
static void default_inform(struct script *s, struct envelope *e)
{
	const struct host *cpe = cpe_of(s);
	auto_buf url = BUF_NULL;
	char text[CLOCK_ISO8601_MAX];

	e->msg.inform = (struct cwmp_inform){
		.device = { STR("Lab"), STR("0000C1"), STR("CPE"), STR("SN1") },
		.max_envelopes = 1,
		.current_time =
		    arena_str(&s->arena, str_of(clock_iso8601(s->out->now, 0, text))),
	};
	e->events[e->n_events++] = (struct cwmp_event){ STR("1 BOOT"), STR("") };
	script_call_url(cpe, &url);
	add_param(e, "Device.RootDataModelVersion", STR("2.17"));
	add_param(e, "Device.DeviceInfo.HardwareVersion", STR("1.0"));
	add_param(e, "Device.DeviceInfo.SoftwareVersion", STR("1.0"));
	add_param(e, "Device.DeviceInfo.ProvisioningCode", cpe->provisioning_code);
	add_param(e, "Device.ManagementServer.ParameterKey", cpe->parameter_key);
	add_param(e, "Device.ManagementServer.ConnectionRequestURL",
	    arena_str(&s->arena, buf_str(&url)));
}

static void default_methods(struct envelope *e)
{
	static const enum cwmp_method of_cpe[] = { CWMP_GET_RPC_METHODS,
		CWMP_SET_PARAMETER_VALUES, CWMP_GET_PARAMETER_VALUES,
		CWMP_GET_PARAMETER_NAMES, CWMP_SET_PARAMETER_ATTRIBUTES,
		CWMP_GET_PARAMETER_ATTRIBUTES, CWMP_ADD_OBJECT, CWMP_DELETE_OBJECT,
		CWMP_REBOOT, CWMP_DOWNLOAD };
	static const enum cwmp_method of_acs[] = { CWMP_INFORM, CWMP_GET_RPC_METHODS,
		CWMP_TRANSFER_COMPLETE };
	const enum cwmp_method *list = e->from_client ? of_cpe : of_acs;
	size_t n = e->from_client ? ARRAY_LEN(of_cpe) : ARRAY_LEN(of_acs);

	for (size_t i = 0; i < n; i++)
		e->names[e->n_names++] = str_of(cwmp_method_name(list[i]));
}

static void default_values(struct script *s, struct envelope *e)
{
	const struct cwmp_strings *asked = &cpe_of(s)->asked;

	for (size_t i = 0; i < asked->len && i < SCRIPT_MEMBERS_MAX; i++) {
		if (!str_ends(asked->items[i], STR(".")))
			e->params[e->n_params++] = (struct cwmp_param){ asked->items[i],
				STR(""), STR("string") };
	}
}

static void default_request(struct envelope *e)
{
	struct cwmp_args *args = &e->msg.args;

	args->start_time = args->complete_time = STR("0001-01-01T00:00:00Z");
	args->file_type = STR("1 Firmware Upgrade Image");
	args->max_envelopes = 1;
	args->instance_number = 1;
}

/* Lists that are empty once nothing was said of them. */
static void default_lists(struct script *s, struct envelope *e)
{
	bool is_response = e->msg.kind == CWMP_RESPONSE;

	if (is_response && e->msg.method == CWMP_GET_PARAMETER_VALUES &&
	    e->n_params == 0)
		default_values(s, e);
	if (is_response && e->msg.method == CWMP_GET_RPC_METHODS && e->n_names == 0)
		default_methods(e);
}

/* ---- whole messages ------------------------------------------------------------------ */

static bool kind_of(struct str name, struct cwmp_msg *msg)
{
	const struct str suffix = STR("Response");
	struct str root = name;

	if (str_is(name, "Fault")) {
		msg->kind = CWMP_FAULT;
		msg->fault.code = 9000;
		return true;
	}
	msg->kind = CWMP_REQUEST;
	if (str_ends(name, suffix)) {
		root.len -= suffix.len;
		msg->kind = CWMP_RESPONSE;
	}
	msg->method = cwmp_method_of(root);
	return msg->method != CWMP_UNKNOWN_METHOD;
}

int envelope_start(struct script *s, struct str name, bool from_client,
    struct envelope **ret)
{
	struct cwmp_msg msg = { 0 };
	struct envelope *e;

	*ret = NULL;
	if (!kind_of(name, &msg))
		return 0;
	if (!s->envelope)
		s->envelope = arena_alloc(&s->arena, sizeof(*e));
	e = s->envelope;
	if (!e)
		return -ENOMEM;
	memset(e, 0, sizeof(*e));
	e->msg = msg;
	e->from_client = from_client;
	e->fields = cwmp_fields(msg.kind, msg.method);
	if (msg.kind == CWMP_FAULT) {
		e->msg.fault.code = from_client ? 9000 : 8000;
		e->msg.fault.text = str_of(cwmp_fault_text(e->msg.fault.code));
	} else if (msg.kind == CWMP_REQUEST && msg.method == CWMP_INFORM) {
		default_inform(s, e);
	} else {
		default_request(e);
	}
	*ret = e;
	return 0;
}

static void choose_id(struct script *s, struct envelope *e)
{
	struct host *cpe = cpe_of(s);
	enum direction from = e->from_client ? FROM_CLIENT : FROM_SERVER;
	enum direction other = e->from_client ? FROM_SERVER : FROM_CLIENT;
	bool is_repeated =
	    e->from_client && (cpe->last_status == 401 || cpe->last_status / 100 == 3);
	char text[16];

	if (e->msg.kind != CWMP_REQUEST) {
		if (!e->has_id)
			e->id = cpe->last_id[other];
	} else if (!e->has_id && !(is_repeated && cpe->last_id[from].p)) {
		(void)snprintf(text, sizeof(text), "%u", ++s->ids);
		e->id = arena_str(&s->arena, str_of(text));
	} else if (!e->has_id) {
		e->id = cpe->last_id[from];
	}
	if (e->has_no_id)
		e->id = STR_NULL;
	if (e->msg.kind == CWMP_REQUEST)
		cpe->last_id[from] = e->id;
	e->msg.header.has_id = e->id.p != NULL;
	e->msg.header.id = e->id;
}

static bool sets_the_key(enum cwmp_method method)
{
	return method == CWMP_SET_PARAMETER_VALUES || method == CWMP_ADD_OBJECT ||
	       method == CWMP_DELETE_OBJECT;
}

/* What later messages go by: names that were asked, the ParameterKey (TR-106 A 3.2). */
static int remember(struct script *s, const struct envelope *e)
{
	struct host *cpe = cpe_of(s);
	struct str *names;

	if (e->msg.kind == CWMP_REQUEST && !e->from_client) {
		names = arena_array(&s->arena, e->n_names + 1, sizeof(*names));
		if (!names)
			return -ENOMEM;
		memcpy(names, e->names, e->n_names * sizeof(*names));
		cpe->asked = (struct cwmp_strings){ names, e->n_names };
		if (sets_the_key(e->msg.method))
			cpe->pending_key = e->msg.args.parameter_key;
	}
	if (e->msg.kind == CWMP_RESPONSE && e->from_client) {
		if (sets_the_key(e->msg.method))
			cpe->parameter_key = cpe->pending_key;
		if (e->msg.method == CWMP_FACTORY_RESET)
			cpe->parameter_key = STR_NULL;
	}
	return 0;
}

static void attach_lists(struct envelope *e)
{
	struct cwmp_args *args = &e->msg.args;

	args->params = (struct cwmp_params){ e->params, e->n_params };
	args->names = (struct cwmp_strings){ e->names, e->n_names };
	args->infos = e->infos;
	args->n_infos = e->n_infos;
	args->items = e->items;
	args->n_items = e->n_items;
	e->msg.inform.params = args->params;
	e->msg.inform.events = e->events;
	e->msg.inform.n_events = e->n_events;
	e->msg.fault.params = e->faults;
	e->msg.fault.n_params = e->n_faults;
}

/* cwmp_write() knows the three namespaces; any other takes the place of what it wrote. */
static void append_in_ns(struct script *s, struct buf *out, struct str xml)
{
	struct str known = str_of(cwmp_ns_uri(CWMP_NS_1_2));
	size_t at;

	if (!s->ns.p || !str_find(xml, known, &at)) {
		buf_append_str(out, xml);
		return;
	}
	buf_append(out, xml.p, at);
	buf_append_str(out, s->ns);
	buf_append_str(out, str_from(xml, at + known.len));
}

int envelope_write(struct script *s, struct envelope *e, struct buf *out)
{
	struct error err = ERROR_NULL;
	auto_buf xml = BUF_NULL;

	default_lists(s, e);
	choose_id(s, e);
	attach_lists(e);
	if (remember(s, e) < 0)
		return -ENOMEM;
	if (cwmp_write(&xml, &e->msg, &err) < 0)
		return script_error(s, NULL, "%s", err.text);
	append_in_ns(s, out, buf_str(&xml));
	return 0;
}
