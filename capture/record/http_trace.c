#include "capture/record/http_trace.h"

static char *put(char *at, struct str part)
{
	if (part.len > 0)
		memcpy(at, part.p, part.len);
	return at + part.len;
}

const char *request_url(const struct http_record *request, char room[URL_MAX])
{
	struct str host = str_of(request->head.host);
	struct str target = str_of(request->head.target);
	struct str scheme = STR_NULL;

	if (!host.p || !target.p)
		return NULL;
	if (str_find(target, STR("://"), NULL))
		host = STR_NULL;
	else
		scheme =
		    request->links.conn->tls.is_used ? STR("https://") : STR("http://");
	if (scheme.len + host.len + target.len >= URL_MAX)
		return NULL;
	*put(put(put(room, scheme), host), target) = '\0';
	return room;
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

#define FNV_PRIME UINT64_C(1099511628211)

uint64_t bytes_digest(struct str bytes)
{
	uint64_t digest = UINT64_C(14695981039346656037), word, lanes[4], words[4];

	/* Whole Informs in lanes, since one product waits for the other. */
	for (int i = 0; i < 4; i++)
		lanes[i] = digest + (uint64_t)i;
	for (; bytes.len >= sizeof(words); bytes = str_from(bytes, sizeof(words))) {
		memcpy(words, bytes.p, sizeof(words));
		for (int i = 0; i < 4; i++) {
			lanes[i] = (lanes[i] ^ words[i]) * FNV_PRIME;
			lanes[i] ^= lanes[i] >> 32;
		}
	}
	for (int i = 0; i < 4; i++)
		digest = (digest ^ lanes[i]) * FNV_PRIME;
	for (; bytes.len >= sizeof(word); bytes = str_from(bytes, sizeof(word))) {
		memcpy(&word, bytes.p, sizeof(word));
		digest = (digest ^ word) * FNV_PRIME;
		digest ^= digest >> 32;
	}
	for (size_t i = 0; i < bytes.len; i++)
		digest = (digest ^ (uint8_t)bytes.p[i]) * FNV_PRIME;
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
	struct str end = str_of(suffix);

	for (size_t i = 0; i < http->args.n_params; i++) {
		if (str_ends(http->args.params[i].name, end))
			return &http->args.params[i];
	}
	return NULL;
}

struct str http_charset(const struct http_record *http)
{
	struct str rest = str_of(http->head.content_type);

	while (rest.len > 0) {
		struct str value, item = str_trim(str_cut(rest, ';', &rest));

		if (item.len == 0 || (item.p[0] | 0x20) != 'c' ||
		    !str_eq_nocase(str_trim(str_cut(item, '=', &value)),
			STR("charset")))
			continue;
		value = str_trim(value);
		if (value.len >= 2 && value.p[0] == '"')
			value = str_make(value.p + 1, value.len - 2);
		return value;
	}
	return STR_NULL;
}
