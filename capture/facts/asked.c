#include "capture/facts/asked.h"

/* A message that only made the next one come again. */
static bool is_passed_over(const struct http_record *http)
{
	if (http->is_request)
		return http->links.answer && http->links.answer->on == ON_ACS_CHALLENGE;
	return http->on == ON_ACS_CHALLENGE || http->head.status / 100 == 1;
}

const struct http_record *asked_any(const struct whole *view)
{
	const struct records *messages = &view->session->messages;

	for (size_t i = messages->len; i-- > 0;) {
		const struct http_record *http = messages->items[i];

		if (http == view->http || is_passed_over(http))
			continue;
		return http->on == ON_ACS_REQUEST ? http : NULL;
	}
	return NULL;
}

const struct http_record *asked(const struct whole *view, enum cwmp_method method)
{
	const struct http_record *request = asked_any(view);

	return request && request->envelope.rpc == method ? request : NULL;
}

bool is_fault_in(uint32_t code, const uint16_t *codes, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (codes[i] == code)
			return true;
	}
	return code >= 9800 && code <= 9899;
}
