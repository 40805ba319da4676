#include "capture/facts/told.h"

#include "capture/facts/history.h"

/* Whether the path of an AddObject and its instance make up this object. */
static bool is_instance(const char *path, uint32_t instance, struct str object)
{
	auto_buf text = BUF_NULL;

	buf_printf(&text, "%s%u.", path, instance);
	return str_eq(buf_str(&text), object);
}

enum object_fate told_fate(const struct whole *view, struct str object)
{
	const struct records *messages = &view->session->messages;
	const struct http_record *request = NULL;
	enum object_fate fate = FATE_UNKNOWN;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http == view->http)
			break;
		if (http->on == ON_ACS_REQUEST)
			request = http;
		if (!request || !request->args.path || http->on != ON_CPE_RESPONSE ||
		    http->envelope.rpc != request->envelope.rpc)
			continue;
		if (http->envelope.rpc == CWMP_ADD_OBJECT &&
		    is_instance(request->args.path, http->args.instance_number, object))
			fate = FATE_THERE;
		if (http->envelope.rpc == CWMP_DELETE_OBJECT &&
		    str_eq(str_of(request->args.path), object))
			fate = FATE_GONE;
	}
	return fate;
}

const struct cwmp_param *told_param(const struct http_record *request, struct str name)
{
	for (size_t i = 0; i < request->args.n_params; i++) {
		if (str_eq(request->args.params[i].name, name))
			return &request->args.params[i];
	}
	return NULL;
}

const struct http_record *told_pending_set(const struct whole *view)
{
	const struct records *messages = &view->session->messages;
	const struct http_record *request = NULL, *found = NULL;

	for (size_t i = rule_oldest(messages->len); i < messages->len; i++) {
		const struct http_record *http = messages->items[i];

		if (http->on == ON_ACS_REQUEST)
			request = http;
		if (request && http->on == ON_CPE_RESPONSE &&
		    http->envelope.rpc == CWMP_SET_PARAMETER_VALUES &&
		    request->envelope.rpc == http->envelope.rpc)
			found = http->args.status == 1 ? request : NULL;
	}
	return found;
}

bool told_other_before(const struct whole *view, const struct http_record *set,
    const struct cwmp_param *wanted)
{
	const struct records *messages = &view->session->messages;
	bool is_other = false;

	for (size_t i = rule_oldest(messages->len);
	     i < messages->len && messages->items[i] != set; i++) {
		const struct http_record *http = messages->items[i];
		const struct cwmp_param *given =
		    http->on & (ON_INFORM | ON_CPE_RESPONSE)
			? told_param(http, wanted->name)
			: NULL;

		if (given)
			is_other = !str_eq(given->value, wanted->value);
	}
	return is_other;
}
