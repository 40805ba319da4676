#include "capture/record/http_trace.h"

#include <stdio.h>

const char *request_url(const struct http_record *request, char room[URL_MAX])
{
	int n;

	if (!request->head.host || !request->head.target)
		return NULL;
	if (strstr(request->head.target, "://"))
		n = snprintf(room, URL_MAX, "%s", request->head.target);
	else
		n = snprintf(room, URL_MAX, "%s://%s%s",
		    request->links.conn->tls.is_used ? "https" : "http",
		    request->head.host, request->head.target);
	return n < URL_MAX ? room : NULL;
}

const char *redirect_target(const struct http_record *answer, char room[URL_MAX])
{
	char base_text[URL_MAX];
	struct url base;

	if (!answer->head.location || !answer->links.answers ||
	    !request_url(answer->links.answers, base_text) ||
	    url_parse(&base, str_of(base_text), NULL) < 0 ||
	    url_resolve(&base, str_of(answer->head.location), room, URL_MAX, NULL) < 0)
		return NULL;
	return room;
}

uint64_t bytes_digest(struct str bytes)
{
	uint64_t digest = UINT64_C(14695981039346656037), word;

	for (; bytes.len >= sizeof(word); bytes = str_from(bytes, sizeof(word))) {
		memcpy(&word, bytes.p, sizeof(word));
		digest = (digest ^ word) * UINT64_C(1099511628211);
		digest ^= digest >> 32;
	}
	for (size_t i = 0; i < bytes.len; i++)
		digest = (digest ^ (uint8_t)bytes.p[i]) * UINT64_C(1099511628211);
	return digest;
}

uint64_t param_digest(const struct cwmp_param *param)
{
	return bytes_digest(param->name) * 31 + bytes_digest(param->value);
}

uint32_t text_digest(const char *text)
{
	uint32_t digest = 2166136261u; /* FNV-1a */

	for (; *text; text++)
		digest = (digest ^ (uint8_t)*text) * 16777619u;
	return digest ? digest : 1;
}

const struct cwmp_param *http_param(const struct http_record *http, const char *suffix)
{
	for (size_t i = 0; i < http->args.n_params; i++) {
		if (str_ends(http->args.params[i].name, str_of(suffix)))
			return &http->args.params[i];
	}
	return NULL;
}

struct str http_charset(const struct http_record *http)
{
	struct str rest = str_of(http->head.content_type);

	while (rest.len > 0) {
		struct str value, item = str_trim(str_cut(rest, ';', &rest));
		struct str name = str_trim(str_cut(item, '=', &value));

		if (!str_eq_nocase(name, STR("charset")))
			continue;
		value = str_trim(value);
		if (value.len >= 2 && value.p[0] == '"')
			value = str_make(value.p + 1, value.len - 2);
		return value;
	}
	return STR_NULL;
}
