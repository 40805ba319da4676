/* CWMP messages of a script: words become the rows of lib/proto/cwmp_fields.h. */
#include "tests/support/script_internal.h"

#include "capture/conn.h"
#include "lib/proto/cwmp_fields.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>

struct envelope {
	struct cwmp_msg msg;
	bool from_client;
	struct str id;
	bool has_id, has_no_id;
	const struct cwmp_field *fields;
	struct cwmp_param params[SCRIPT_MEMBERS_MAX];
	struct cwmp_event events[SCRIPT_MEMBERS_MAX];
	struct cwmp_param_info infos[SCRIPT_MEMBERS_MAX];
	struct cwmp_param_fault faults[SCRIPT_MEMBERS_MAX];
	struct cwmp_item items[SCRIPT_MEMBERS_MAX];
	struct str names[SCRIPT_MEMBERS_MAX];
	size_t n_params, n_events, n_infos, n_faults, n_items, n_names;
};

static struct host *cpe_of(struct script *s)
{
	return s->conn->client;
}

static int full(struct script *s, const struct word *word)
{
	return script_error(s, word, "too many members");
}

/* ---- values with their type ---------------------------------------------------------- */

static bool is_type(struct str text)
{
	static const char *const types[] = { "string", "int", "unsignedInt", "long",
		"unsignedLong", "boolean", "dateTime", "base64", "base64Binary",
		"hexBinary", "decimal" };

	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		if (str_is(text, types[i]))
			return true;
	}
	return false;
}

/* "value", "value:type" */
static void split_type(const struct word *word, struct cwmp_param *ret)
{
	struct str text = word_value(word);
	size_t quoted = word->quoted_len > (size_t)(text.p - word->text.p)
			    ? word->quoted_len - (size_t)(text.p - word->text.p)
			    : 0;
	size_t colon = text.len;

	ret->value = text;
	ret->type = STR("string");
	while (colon > quoted && text.p[colon - 1] != ':')
		colon--;
	if (colon == quoted)
		return;
	/* Behind a quoted value whatever is there; else only what is a type. */
	if ((quoted > 0 && colon == quoted + 1) || is_type(str_from(text, colon))) {
		ret->value = str_make(text.p, colon - 1);
		ret->type = str_from(text, colon);
	}
}

static int put_param(struct script *s, struct envelope *e, const struct word *word)
{
	struct str name = word_key(word);
	size_t i = 0;

	while (i < e->n_params && !str_eq(e->params[i].name, name))
		i++;
	if (i == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	e->params[i].name = name;
	split_type(word, &e->params[i]);
	e->n_params = MAX(e->n_params, i + 1);
	return 0;
}

/* ---- lists --------------------------------------------------------------------------- */

/* The row of the list that words without a name of their own are members of; or null. */
static const struct cwmp_field *list_row(const struct cwmp_field *fields)
{
	for (; fields && fields->name; fields++) {
		const struct cwmp_field *inner;

		switch (fields->type) {
		case FIELD_STRUCT:
			inner = list_row(fields->fields);
			if (inner)
				return inner;
			break;
		case FIELD_LIST:
			if (str_is(str_of(fields->member), "EventStruct"))
				break;
			return fields;
		case FIELD_STRINGS:
		case FIELD_REPEAT:
			return fields;
		case FIELD_STR:
		case FIELD_UINT:
		case FIELD_BOOL:
		case FIELD_VALUE:
		case FIELD_ITEMS:
		case FIELD_REPEAT_ITEMS:
			break;
		}
	}
	return NULL;
}

static int put_name(struct script *s, struct envelope *e, const struct word *word)
{
	if (e->n_names == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	e->names[e->n_names++] = word->text;
	return 0;
}

static int put_info(struct script *s, struct envelope *e, const struct word *word)
{
	struct cwmp_param_info *info = &e->infos[e->n_infos];
	uint64_t n;
	int r;

	if (e->n_infos == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	r = script_uint(s, word, word_value(word), UINT32_MAX, &n);
	if (r < 0)
		return r;
	*info = (struct cwmp_param_info){ .name = word_key(word),
		.writable = n != 0,
		.notification_change = true,
		.notification = (uint32_t)n };
	e->n_infos++;
	return 0;
}

static int put_fault(struct script *s, struct envelope *e, const struct word *word)
{
	uint64_t code;
	int r;

	if (e->n_faults == SCRIPT_MEMBERS_MAX)
		return full(s, word);
	r = script_uint(s, word, word_value(word), UINT32_MAX, &code);
	if (r < 0)
		return r;
	e->faults[e->n_faults++] = (struct cwmp_param_fault){ word_key(word),
		(uint32_t)code, str_of(cwmp_fault_text((uint32_t)code)) };
	return 0;
}

static int put_member(struct script *s, struct envelope *e, const struct word *word)
{
	const struct cwmp_field *row = list_row(e->fields);
	bool has_key = word_key(word).p != NULL;

	if (row && row->type == FIELD_STRINGS && !has_key)
		return put_name(s, e, word);
	if (row && row->type == FIELD_REPEAT && has_key)
		return put_fault(s, e, word);
	if (row && row->type == FIELD_LIST && has_key)
		return row->fields[1].type == FIELD_VALUE ? put_param(s, e, word)
							  : put_info(s, e, word);
	return script_error(s, word, "%.*s has no place for \"%.*s\"",
	    STR_ARG(cwmp_msg_name(&e->msg)), STR_ARG(word->text));
}

/* "0 BOOTSTRAP,M Reboot:key" */
static int put_events(struct script *s, struct envelope *e, const struct word *word)
{
	struct str list = word_value(word);

	e->n_events = 0;
	while (list.p) {
		struct str key, code = str_cut(str_cut(list, ',', &list), ':', &key);

		if (e->n_events == SCRIPT_MEMBERS_MAX)
			return full(s, word);
		if (code.len > 0 || key.p)
			e->events[e->n_events++] =
			    (struct cwmp_event){ str_trim(code), key };
	}
	return 0;
}

int envelope_item(struct script *s, struct envelope *e, const struct statement *line)
{
	struct cwmp_item *item = &e->items[e->n_items];

	if (e->n_items == SCRIPT_MEMBERS_MAX)
		return full(s, NULL);
	item->fields = arena_array(&s->arena, line->n_words, sizeof(*item->fields));
	if (!item->fields)
		return -ENOMEM;
	for (size_t i = 1; i < line->n_words; i++) {
		if (!word_key(&line->words[i]).p)
			return script_error(s, &line->words[i], "Name=value is meant");
		item->fields[item->len++] =
		    (struct cwmp_param){ .name = word_key(&line->words[i]),
			    .value = word_value(&line->words[i]) };
	}
	e->n_items++;
	return 0;
}

int envelope_drop(struct script *s, struct envelope *e, const struct word *word,
    struct str name)
{
	for (size_t i = 0; i < e->n_params; i++) {
		if (!str_eq(e->params[i].name, name))
			continue;
		memmove(&e->params[i], &e->params[i + 1],
		    (e->n_params - i - 1) * sizeof(*e->params));
		e->n_params--;
		return 0;
	}
	return script_error(s, word, "there is no %.*s to leave out", STR_ARG(name));
}

/* ---- words --------------------------------------------------------------------------- */

static const struct cwmp_field *row_named(const struct cwmp_field *fields,
    struct str name)
{
	for (; fields && fields->name; fields++) {
		const struct cwmp_field *inner;

		if (fields->type == FIELD_STRUCT) {
			inner = row_named(fields->fields, name);
			if (inner)
				return inner;
		} else if (str_is(name, fields->name) && fields->type <= FIELD_BOOL) {
			return fields;
		}
	}
	return NULL;
}

static int put_row(struct script *s, struct envelope *e, const struct cwmp_field *row,
    const struct word *word)
{
	char *at = (char *)&e->msg + row->offset;
	struct str value = word_value(word);
	uint64_t n = 0;
	uint32_t number;
	bool flag;
	int r = 0;

	if (row->type == FIELD_STR) {
		memcpy(at, &value, sizeof(value));
		return 0;
	}
	r = script_uint(s, word, value, UINT32_MAX, &n);
	if (r < 0)
		return r;
	number = (uint32_t)n;
	flag = n != 0;
	if (row->type == FIELD_UINT)
		memcpy(at, &number, sizeof(number));
	else
		memcpy(at, &flag, sizeof(flag));
	return 0;
}

static struct str ns_named(struct str value)
{
	if (str_is(value, "1.0"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_0));
	if (str_is(value, "1.1"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_1));
	if (str_is(value, "1.2"))
		return str_of(cwmp_ns_uri(CWMP_NS_1_2));
	return value;
}

/* 1: the word is of the SOAP header; 0: it is not. */
static int header_word(struct script *s, struct envelope *e, const struct word *word)
{
	struct cwmp_soap_header *header = &e->msg.header;
	struct str key = word_key(word), value = word_value(word);
	uint64_t n;

	if (str_is(key, "id")) {
		e->has_no_id = str_is(value, "none");
		e->has_id = !e->has_no_id;
		e->id = value;
	} else if (str_is(key, "ns")) {
		s->ns = ns_named(value);
	} else if (str_is(key, "hold")) {
		header->has_hold_requests = true;
		header->hold_requests = str_is(value, "1");
	} else if (str_is(key, "timeout")) {
		if (script_uint(s, word, value, UINT32_MAX, &n) < 0)
			return ERR_CONFIG;
		header->has_session_timeout = true;
		header->session_timeout = (uint32_t)n;
	} else if (str_is(key, "versions")) {
		header->supported_versions = value;
	} else if (str_is(key, "use")) {
		header->use_version = value;
	} else {
		return 0;
	}
	return 1;
}

/* Short names of arguments. */
static struct str long_name(const struct envelope *e, struct str key)
{
	static const struct {
		const char *from, *to;
	} rows[] = { { "serial", "SerialNumber" }, { "retry", "RetryCount" } };

	if (e->msg.kind == CWMP_FAULT)
		return str_is(key, "text") ? STR("FaultString") : key;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (str_is(key, rows[i].from))
			return str_of(rows[i].to);
	}
	return key;
}

int envelope_word(struct script *s, struct envelope *e, const struct word *word)
{
	struct str key = word_key(word);
	const struct cwmp_field *row = row_named(e->fields, long_name(e, key));
	uint64_t code;
	int r = key.p ? header_word(s, e, word) : 0;

	if (r != 0)
		return r < 0 ? r : 0;
	if (str_is(key, "events") && e->msg.method == CWMP_INFORM)
		return put_events(s, e, word);
	if (str_is(key, "code") && e->msg.kind == CWMP_FAULT) {
		r = script_uint(s, word, word_value(word), UINT32_MAX, &code);
		e->msg.fault.code = (uint32_t)code;
		e->msg.fault.text = str_of(cwmp_fault_text((uint32_t)code));
		return r;
	}
	return row ? put_row(s, e, row, word) : put_member(s, e, word);
}

/* ---- what a message has that says nothing ---------------------------------------------- */

static void add_param(struct envelope *e, const char *name, struct str value)
{
	e->params[e->n_params++] =
	    (struct cwmp_param){ str_of(name), value, STR("string") };
}

/* The forced parameters of Device:2 (TR-181 2, forcedInform). */
static void default_inform(struct script *s, struct envelope *e)
{
	const struct host *cpe = cpe_of(s);
	uint32_t ip = cpe->at.ip;
	char text[CLOCK_ISO8601_MAX], url[64];

	e->msg.inform = (struct cwmp_inform){
		.device = { STR("Lab"), STR("0000C1"), STR("CPE"), STR("SN1") },
		.max_envelopes = 1,
		.current_time =
		    arena_str(&s->arena, str_of(clock_iso8601(s->out->now, 0, text))),
	};
	e->events[e->n_events++] = (struct cwmp_event){ STR("1 BOOT"), STR("") };
	(void)snprintf(url, sizeof(url), "http://%u.%u.%u.%u:7547/cr", ip >> 24,
	    (ip >> 16) & 255, (ip >> 8) & 255, ip & 255);
	add_param(e, "Device.RootDataModelVersion", STR("2.17"));
	add_param(e, "Device.DeviceInfo.HardwareVersion", STR("1.0"));
	add_param(e, "Device.DeviceInfo.SoftwareVersion", STR("1.0"));
	add_param(e, "Device.DeviceInfo.ProvisioningCode", cpe->provisioning_code);
	add_param(e, "Device.ManagementServer.ParameterKey", cpe->parameter_key);
	add_param(e, "Device.ManagementServer.ConnectionRequestURL",
	    arena_str(&s->arena, str_of(url)));
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
	e = arena_alloc(&s->arena, sizeof(*e));
	if (!e)
		return -ENOMEM;
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
static void remember(struct script *s, const struct envelope *e)
{
	struct host *cpe = cpe_of(s);

	if (e->msg.kind == CWMP_REQUEST && !e->from_client) {
		cpe->asked =
		    (struct cwmp_strings){ (struct str *)e->names, e->n_names };
		if (sets_the_key(e->msg.method))
			cpe->pending_key = e->msg.args.parameter_key;
	}
	if (e->msg.kind == CWMP_RESPONSE && e->from_client) {
		if (sets_the_key(e->msg.method))
			cpe->parameter_key = cpe->pending_key;
		if (e->msg.method == CWMP_FACTORY_RESET)
			cpe->parameter_key = STR_NULL;
	}
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
	remember(s, e);
	if (cwmp_write(&xml, &e->msg, &err) < 0)
		return script_error(s, NULL, "%s", err.text);
	append_in_ns(s, out, buf_str(&xml));
	return 0;
}
