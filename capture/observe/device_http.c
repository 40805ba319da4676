/* What a device's history keeps of how its sessions went over HTTP. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_trace.h"

/* ---- cookies and nonces ------------------------------------------------------------ */

static void learn_secrets(struct device_record *device,
    const struct session_record *session)
{
	device->traces.cookie = 0;
	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		for (size_t k = 0; k < http->head.n_cookies; k++) {
			if (!http->head.cookies[k].is_lasting)
				device->traces.cookie =
				    text_digest(http->head.cookies[k].pair);
		}
		if (!http->is_request && http->auth.nonce)
			device->traces.nonce = text_digest(http->auth.nonce);
		if (http->is_request && http->auth.cnonce)
			device->traces.cnonce = text_digest(http->auth.cnonce);
	}
}

/* ---- redirects --------------------------------------------------------------------- */

static void learn_redirect(struct observer *observer, struct device_record *device,
    const struct session_record *session)
{
	const char *target = NULL;
	char room[URL_MAX];

	for (size_t i = 0; i < session->messages.len; i++) {
		const struct http_record *http = session->messages.items[i];

		if (http->on == ON_ACS_REDIRECT)
			target = redirect_target(http, room);
	}
	if (target && device_more(observer, device))
		device->more->redirected_to = observer_intern(observer, str_of(target));
	else if (device->more)
		device->more->redirected_to = NULL;
}

/* ---- interface --------------------------------------------------------------------- */

void device_learn_http(struct observer *observer, struct device_record *device,
    const struct session_record *session)
{
	learn_secrets(device, session);
	learn_redirect(observer, device, session);
}
