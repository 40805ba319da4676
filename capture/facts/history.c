#include "capture/facts/history.h"

#include "lib/base/text.h"
#include "lib/proto/url.h"

const char *inform_key(const struct http_record *inform, enum cwmp_event_code code,
    const char *key)
{
	const char *other = NULL;

	for (size_t i = 0; i < inform->inform.n_events; i++) {
		if (cwmp_event_of(str_of(inform->inform.events[i])) != code)
			continue;
		if (strcmp(inform->inform.event_keys[i], key) == 0)
			return inform->inform.event_keys[i];
		other = inform->inform.event_keys[i];
	}
	return other;
}

bool rule_same_url(const char *a, const char *b)
{
	return a && b && (a == b || url_is_same(str_of(a), str_of(b)));
}

bool rule_is_trying(const struct whole *view, const char *acs_url, uint64_t frame)
{
	const struct cpe_record *host = view->host;
	char text[IPV4_TEXT_MAX];
	struct url url;

	if (host && (host->last_syn > frame || host->blind > frame))
		return true;
	if (!host || !acs_url || url_parse(&url, str_of(acs_url), NULL) < 0)
		return false;
	for (size_t i = 0; i < cpe_n_look_ups(host); i++) {
		const struct look_up *look_up = &host->look_ups[i];

		if (look_up->asked > frame &&
		    str_eq_nocase(str_of(look_up->what->name), url.host))
			return true;
	}
	return host->last_arp > frame &&
	       str_is(url.host, ipv4_text(host->arp_target, text));
}
