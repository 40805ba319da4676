#include "lib/proto/http_date.h"

#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <stdio.h>
#include <time.h>

enum {
	DATE_MAX = 40 /* the longest of the three forms has 33 characters */
};

bool http_date_read(int64_t *ret, struct str text)
{
	static const char *const forms[] = { "%a, %d %b %Y %H:%M:%S GMT",
		"%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y" };
	char copy[DATE_MAX];

	text = str_trim(text);
	if (text.len == 0 || text.len >= sizeof(copy))
		return false;
	(void)snprintf(copy, sizeof(copy), "%.*s", STR_ARG(text));
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct tm tm = { .tm_isdst = 0 };
		const char *end = strptime(copy, forms[i], &tm);

		if (!end || *end != '\0')
			continue;
		*ret = timegm(&tm);
		return true;
	}
	return false;
}

bool http_retry_after_read(uint64_t *ret_seconds, struct str text, struct str date,
    int64_t now)
{
	int64_t until;

	text = str_trim(text);
	if (str_to_u64(text, UINT64_MAX, ret_seconds) == 0)
		return true;
	if (!http_date_read(&until, text))
		return false;
	(void)http_date_read(&now, date);
	*ret_seconds = until > now ? (uint64_t)(until - now) : 0;
	return true;
}
