#include "agents/acs/reach/call_why.h"

#include "lib/base/cut.h"
#include "lib/base/shown.h"
#include "lib/proto/http.h"

#include <errno.h>
#include <stdio.h>

static const struct {
	const char *name, *words;
} rows[CALL_OUTCOMES] = {
#define XX(symbol, name, words) [CALL_##symbol] = { name, words },
	CALL_OUTCOME_MAP(XX)
#undef XX
};

const char *call_outcome_name(enum call_outcome outcome)
{
	return rows[outcome].name;
}

/* "30 s", "850 ms". */
static void put_time(struct buf *out, clock_ns time)
{
	if (time >= 10 * NS_PER_S)
		buf_printf(out, "%lld s", (long long)(time / NS_PER_S));
	else if (time >= NS_PER_S)
		buf_printf(out, "%lld.%lld s", (long long)(time / NS_PER_S),
		    (long long)(time % NS_PER_S / (NS_PER_S / 10)));
	else
		buf_printf(out, "%lld ms", (long long)(time / NS_PER_MS));
}

static void put_fact(struct buf *out, struct str name, const struct call_facts *facts)
{
	if (str_is(name, "url"))
		shown_append(out, str_of(facts->url));
	else if (str_is(name, "at"))
		shown_append(out, str_of(facts->at));
	else if (str_is(name, "detail"))
		shown_append(out, str_of(facts->detail));
	else if (str_is(name, "status"))
		buf_printf(out, "%u %s", facts->status, http_reason(facts->status));
	else if (str_is(name, "wait"))
		put_time(out, facts->wait);
	else if (str_is(name, "session"))
		put_time(out, facts->session);
}

char *call_why(enum call_outcome outcome, const struct call_facts *facts,
    char why[CALL_WHY_MAX])
{
	struct str words = str_of(rows[outcome].words), rest, name;
	auto_buf text = BUF_NULL;

	while (words.len > 0) {
		buf_append_str(&text, str_cut(words, '{', &rest));
		name = rest.p ? str_cut(rest, '}', &rest) : STR_NULL;
		put_fact(&text, name, facts);
		words = rest;
	}
	(void)cut_print(why, CALL_WHY_MAX, "%s", buf_cstr(&text));
	return why;
}

enum call_blame call_blame(enum call_outcome outcome)
{
	switch (outcome) {
	case CALL_BUSY:
	case CALL_TWICE:
		return CALL_BLAME_TIME;
	case CALL_UNKNOWN:
	case CALL_CROWDED:
	case CALL_NO_STUN:
	case CALL_NO_CREDENTIALS:
	case CALL_LOCAL:
	case CALL_STOPPED:
		return CALL_BLAME_ACS;
	case CALL_CAME:
	case CALL_NO_URL:
	case CALL_BAD_URL:
	case CALL_IS_HTTPS:
	case CALL_NO_ADDRESS:
	case CALL_REFUSED:
	case CALL_NO_ROUTE:
	case CALL_SILENT:
	case CALL_NO_ANSWER:
	case CALL_CLOSED:
	case CALL_NO_HTTP:
	case CALL_NO_CHALLENGE:
	case CALL_DENIED:
	case CALL_NOT_FOUND:
	case CALL_STATUS:
	case CALL_NO_SESSION:
	case CALL_UDP_LOST:
	case CALL_OUTCOMES:
		break;
	}
	return CALL_BLAME_CPE;
}

enum call_outcome call_outcome_of(int code)
{
	switch (code) {
	case ECONNREFUSED:
		return CALL_REFUSED;
	case EHOSTUNREACH:
	case ENETUNREACH:
	case ENETDOWN:
		return CALL_NO_ROUTE;
	case ETIMEDOUT:
		return CALL_SILENT;
	case ECONNRESET:
	case EPIPE:
		return CALL_CLOSED;
	default:
		return CALL_LOCAL;
	}
}
