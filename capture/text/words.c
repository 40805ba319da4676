/* Lines, headers, addresses and times as texts write them. */
#include "capture/text/text_internal.h"

#include "lib/base/text.h"
#include "lib/proto/http.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <time.h>

struct str text_line(struct str *rest)
{
	struct str line = str_cut(*rest, '\n', rest);

	if (line.len > 0 && line.p[line.len - 1] == '\r')
		line.len--;
	return line;
}

uint32_t text_lines(struct str text)
{
	uint32_t n = 0;

	while (text.len > 0) {
		const char *end = memchr(text.p, '\n', text.len);

		if (!end)
			break;
		n++;
		text = str_from(text, (size_t)(end - text.p) + 1);
	}
	return n;
}

bool text_is_header(struct str line, const char *name)
{
	struct str rest, here = str_cut(line, ':', &rest);

	return str_eq_nocase(str_trim(here), str_of(name));
}

/* The value of the next header of that name, which *rest is then behind. */
static bool next_header(struct str *rest, const char *name, struct str *ret)
{
	while (rest->len > 0) {
		struct str line = text_line(rest);

		if (!text_is_header(line, name))
			continue;
		(void)str_cut(line, ':', ret);
		*ret = str_trim(*ret);
		return true;
	}
	return false;
}

struct str text_header(struct str head, const char *name)
{
	struct str value;

	return next_header(&head, name, &value) ? value : STR_NULL;
}

bool text_is_chunked(struct str head)
{
	struct str value;
	bool is_chunked = false;

	while (!is_chunked && next_header(&head, "Transfer-Encoding", &value))
		is_chunked = http_has_token(value, "chunked");
	return is_chunked;
}

struct address text_address(struct str s)
{
	static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };
	struct address address = { .family = ADDRESS_NONE };
	char text[ADDRESS_TEXT_MAX];
	uint32_t ipv4;

	if (ipv4_parse(s, &ipv4) == 0)
		return address_of_ipv4(ipv4);
	if (s.len >= sizeof(text))
		return address;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	if (inet_pton(AF_INET6, text, address.bytes) != 1)
		return (struct address){ .family = ADDRESS_NONE };
	if (memcmp(address.bytes, mapped, sizeof(mapped)) == 0)
		return address_of_ipv4((uint32_t)address.bytes[12] << 24 |
				       (uint32_t)address.bytes[13] << 16 |
				       (uint32_t)address.bytes[14] << 8 |
				       address.bytes[15]);
	address.family = ADDRESS_IPV6;
	return address;
}

/* ---- times ------------------------------------------------------------------------- */

/* Nanoseconds since 1970 of a civil time, offset_s east of Greenwich; 0 where that is
 * before 1971 or after 2200, which no log is of. */
static clock_ns time_of(struct tm *tm, clock_ns fraction, int offset_s)
{
	int64_t seconds;

	tm->tm_isdst = 0;
	seconds = (int64_t)timegm(tm) - offset_s;
	if (tm->tm_year < 71 || tm->tm_year > 300)
		return 0;
	return seconds * NS_PER_S + fraction;
}

/* "+0100", "+01:00", "Z", nothing: seconds east. */
static int offset_of(struct str s)
{
	int sign = s.len > 0 && s.p[0] == '-' ? -1 : 1, digits = 0, value = 0;

	if (s.len == 0 || (s.p[0] != '+' && s.p[0] != '-'))
		return 0;
	for (size_t i = 1; i < s.len && digits < 4; i++) {
		if (s.p[i] == ':')
			continue;
		if (s.p[i] < '0' || s.p[i] > '9')
			break;
		value = value * 10 + (s.p[i] - '0');
		digits++;
	}
	return digits == 4 ? sign * (value / 100 * 3600 + value % 100 * 60) : 0;
}

/* ".123456": takes the digits off *rest. */
static clock_ns fraction_of(struct str *rest)
{
	clock_ns unit = NS_PER_S, fraction = 0;
	size_t i = 1;

	if (rest->len == 0 || rest->p[0] != '.')
		return 0;
	for (; i < rest->len && rest->p[i] >= '0' && rest->p[i] <= '9'; i++) {
		unit /= 10;
		fraction += (rest->p[i] - '0') * unit;
	}
	*rest = str_from(*rest, i);
	return fraction;
}

clock_ns text_time_iso(struct str s)
{
	char text[40];
	struct tm tm = { .tm_year = 0 };
	const char *end;
	clock_ns fraction;
	struct str rest;

	s = str_trim(s);
	if (s.len >= sizeof(text))
		return 0;
	(void)snprintf(text, sizeof(text), "%.*s", STR_ARG(s));
	end = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	if (!end)
		return 0;
	rest = str_of(end);
	fraction = fraction_of(&rest);
	return time_of(&tm, fraction, offset_of(rest));
}

clock_ns text_time_js(struct str s)
{
	static const char months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	char text[48], month[4] = "";
	struct tm tm = { .tm_year = 0 };
	const char *found;
	int n = 0;

	s = str_trim(s);
	if (s.len < 24)
		return 0;
	(void)snprintf(text, sizeof(text), "%.*s", (int)MIN(s.len, sizeof(text) - 1),
	    s.p);
	if (sscanf(text, "%*3s %3s %2d %4d %2d:%2d:%2d GMT%n", month, &tm.tm_mday,
		&tm.tm_year, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &n) != 6 ||
	    n == 0)
		return 0;
	found = strstr(months, month);
	if (!found || strlen(month) != 3)
		return 0;
	tm.tm_mon = (int)(found - months) / 3;
	tm.tm_year -= 1900;
	return time_of(&tm, 0, offset_of(str_of(text + n)));
}
