#include "lib/proto/date_time.h"

enum {
	FRACTION_DIGITS = 9,
	ZONE_HOURS_MAX = 14,
};

/* Takes n digits off text; -1 where they are not there. */
static int take_digits(struct str *text, size_t n)
{
	int value = 0;

	if (text->len < n)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (text->p[i] < '0' || text->p[i] > '9')
			return -1;
		value = value * 10 + (text->p[i] - '0');
	}
	*text = str_from(*text, n);
	return value;
}

static bool take_char(struct str *text, char c)
{
	if (text->len == 0 || text->p[0] != c)
		return false;
	*text = str_from(*text, 1);
	return true;
}

/* Takes mark and two digits; -1 where they are not there, or stand for more than most. */
static int take_part(struct str *text, char mark, int most)
{
	int value = take_char(text, mark) ? take_digits(text, 2) : -1;

	return value > most ? -1 : value;
}

static bool is_leap(int year)
{
	return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days from 1970-01-01, of years from 0 to 9999. */
static int64_t days_since_1970(int year, int month, int day)
{
	int64_t days = 365 * (int64_t)year + day - 1 - 719528;

	if (year > 0)
		days += (year - 1) / 4 - (year - 1) / 100 + (year - 1) / 400 + 1;
	for (int m = 1; m < month; m++)
		days += days_in(year, m);
	return days;
}

static bool take_date(struct str *text, int64_t *ret_days)
{
	int year = take_digits(text, 4), month = take_part(text, '-', 12);
	int day = take_part(text, '-', 31);

	if (year < 0 || month < 1 || day < 1 || day > days_in(year, month))
		return false;
	*ret_days = days_since_1970(year, month, day);
	return true;
}

static bool take_clock(struct str *text, struct date_time *out)
{
	int hour = take_part(text, 'T', 24), minute = take_part(text, ':', 59);
	int second = take_part(text, ':', 60); /* a leap second */

	if (hour < 0 || minute < 0 || second < 0 || (hour == 24 && minute + second > 0))
		return false;
	out->seconds = (hour * 60 + minute) * 60 + second;
	if (!take_char(text, '.'))
		return true;
	for (int i = 0; i < FRACTION_DIGITS || text->len > 0; i++) {
		int digit = take_digits(text, 1);

		if (digit < 0 && i == 0)
			return false;
		if (i < FRACTION_DIGITS)
			out->nanoseconds =
			    out->nanoseconds * 10 + (uint32_t)(digit < 0 ? 0 : digit);
		else if (digit < 0)
			break;
	}
	return true;
}

static bool take_zone(struct str *text, struct date_time *out)
{
	int sign, hours, minutes;

	if (text->len == 0)
		return true;
	out->has_zone = true;
	if (take_char(text, 'Z'))
		return text->len == 0;
	sign = text->p[0] == '-' ? 1 : -1;
	hours = take_part(text, sign > 0 ? '-' : '+', ZONE_HOURS_MAX);
	minutes = take_part(text, ':', 59);
	out->seconds += sign * (hours * 60 + minutes) * 60;
	return hours >= 0 && minutes >= 0 && text->len == 0;
}

int date_time_read(struct date_time *ret, struct str text)
{
	struct date_time out = { 0 };
	int64_t days = 0;

	if (!take_date(&text, &days) || !take_clock(&text, &out) ||
	    !take_zone(&text, &out))
		return ERR_MALFORMED;
	out.seconds += days * 86400;
	*ret = out;
	return 0;
}

bool date_time_is_before(const struct date_time *a, const struct date_time *b)
{
	if (a->has_zone != b->has_zone)
		return false;
	return a->seconds != b->seconds ? a->seconds < b->seconds
					: a->nanoseconds < b->nanoseconds;
}
