#include "capture/analysis/filter.h"

#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <fnmatch.h>
#include <stdio.h>
#include <time.h>

enum {
	YEAR_MAX = 2115
};

/* So that sums of times fit clock_ns. */
static const uint64_t seconds_max = INT64_MAX / 2 / NS_PER_S - 1;

struct subject {
	const struct analysis *analysis;
	const struct analysis_session *session;
};

/* ---- values ------------------------------------------------------------------------ */

static int parse_text(struct str text, struct filter_value *ret)
{
	(void)ret;
	return text.len > 0 ? 0 : ERR_MALFORMED;
}

/* The part before "..", and the part after it; false without "..". */
static bool split_range(struct str text, struct str *from, struct str *to)
{
	size_t at;

	if (!str_find(text, STR(".."), &at))
		return false;
	*from = str_make(text.p, at);
	*to = str_from(text, at + 2);
	return true;
}

static int parse_numbers(struct str text, struct filter_value *ret)
{
	struct str from = text, to = text;
	bool is_range = split_range(text, &from, &to);

	ret->from = 0;
	ret->to = UINT64_MAX;
	if ((is_range && from.len + to.len == 0) ||
	    ((from.len > 0 || !is_range) &&
		str_to_u64(from, UINT64_MAX, &ret->from) < 0) ||
	    ((to.len > 0 || !is_range) && str_to_u64(to, UINT64_MAX, &ret->to) < 0))
		return ERR_MALFORMED;
	return ret->from <= ret->to ? 0 : ERR_MALFORMED;
}

static int parse_fault(struct str text, struct filter_value *ret)
{
	if (!str_eq_nocase(text, STR("any")))
		return parse_numbers(text, ret);
	ret->from = 1;
	ret->to = UINT64_MAX;
	return 0;
}

/* "12.5" as nanoseconds. */
static int parse_seconds(struct str text, uint64_t *ret)
{
	struct str fraction, whole = str_cut(text, '.', &fraction);
	uint64_t seconds, ns = 0;

	if (str_to_u64(whole, seconds_max, &seconds) < 0)
		return ERR_MALFORMED;
	if (fraction.p && (fraction.len == 0 || fraction.len > 9 ||
			      str_to_u64(fraction, (uint64_t)NS_PER_S, &ns) < 0))
		return ERR_MALFORMED;
	for (size_t i = fraction.len; fraction.p && i < 9; i++)
		ns *= 10;
	*ret = seconds * (uint64_t)NS_PER_S + ns;
	return 0;
}

/* "2026-11-23T10:31:07.5Z"; the date, the T and all below may end early. ret_last: the last
 * moment that is meant, of a date alone the end of that day. */
static int parse_date(struct str text, uint64_t *ret, uint64_t *ret_last)
{
	struct tm tm = { .tm_mday = 1 };
	struct str fraction, whole;
	uint64_t ns = 0, span = 86400;
	char buffer[32];
	const char *end;

	if (str_ends(text, STR("Z")))
		text.len--;
	whole = str_cut(text, '.', &fraction);
	if (whole.len >= sizeof(buffer))
		return ERR_MALFORMED;
	(void)snprintf(buffer, sizeof(buffer), "%.*s", STR_ARG(whole));
	end = strptime(buffer, "%Y-%m-%d", &tm);
	if (end && (*end == 'T' || *end == ' ')) {
		span = strlen(end) > 6 ? 1 : 60;
		end = strptime(end + 1, span == 1 ? "%H:%M:%S" : "%H:%M", &tm);
	}
	if (!end || *end != '\0' || tm.tm_year < 70 || tm.tm_year > YEAR_MAX - 1900)
		return ERR_MALFORMED;
	if (fraction.p) {
		char text_0[16];

		(void)snprintf(text_0, sizeof(text_0), "0.%.*s", STR_ARG(fraction));
		if (fraction.len > 9 || parse_seconds(str_of(text_0), &ns) < 0)
			return ERR_MALFORMED;
	}
	*ret = (uint64_t)timegm(&tm) * (uint64_t)NS_PER_S + ns;
	*ret_last = fraction.p ? *ret : *ret + span * (uint64_t)NS_PER_S - 1;
	return 0;
}

static int parse_moment(struct str text, uint64_t *ret, uint64_t *ret_last,
    bool *ret_is_since)
{
	int r;

	*ret_is_since = text.len > 0 && text.p[0] == '+';
	r = parse_seconds(*ret_is_since ? str_from(text, 1) : text, ret);
	*ret_last = *ret;
	return r < 0 && !*ret_is_since ? parse_date(text, ret, ret_last) : r;
}

static int parse_times(struct str text, struct filter_value *ret)
{
	struct str from, to;
	uint64_t unused;

	ret->from = 0;
	ret->to = INT64_MAX;
	if (!split_range(text, &from, &to) || from.len + to.len == 0)
		return ERR_MALFORMED;
	if (from.len > 0 &&
	    parse_moment(from, &ret->from, &unused, &ret->is_since[0]) < 0)
		return ERR_MALFORMED;
	if (to.len > 0 && parse_moment(to, &unused, &ret->to, &ret->is_since[1]) < 0)
		return ERR_MALFORMED;
	/* Whether a date comes before a time since the start is known only with a capture. */
	if (ret->is_since[0] == ret->is_since[1] && ret->from > ret->to)
		return ERR_MALFORMED;
	return 0;
}

static int parse_ip(struct str text, struct filter_value *ret)
{
	char buffer[INET6_ADDRSTRLEN];

	if (text.len == 0 || text.len >= sizeof(buffer))
		return ERR_MALFORMED;
	(void)snprintf(buffer, sizeof(buffer), "%.*s", STR_ARG(text));
	ret->family = strchr(buffer, ':') ? AF_INET6 : AF_INET;
	ret->bits = ret->family == AF_INET6 ? 128 : 32;
	return inet_pton(ret->family, buffer, ret->address) == 1 ? 0 : ERR_MALFORMED;
}

/* ADDRESS, ADDRESS:PORT, [ADDRESS]:PORT or ADDRESS/BITS. */
static int parse_address(struct str text, struct filter_value *ret)
{
	struct str bits, host = str_cut(text, '/', &bits), port = STR_NULL;
	size_t end = str_find_char(host, ']');
	uint64_t n = 0;

	if (host.len > 0 && host.p[0] == '[' && end < host.len) {
		port = str_from(host, end + 1);
		host = str_make(host.p + 1, end - 1);
		if (port.len > 0 && port.p[0] != ':')
			return ERR_MALFORMED;
		port = str_from(port, 1);
	} else if (str_find_char(host, '.') < host.len) {
		host = str_cut(host, ':', &port);
	}
	if (parse_ip(host, ret) < 0)
		return ERR_MALFORMED;
	if (port.p && (str_to_u64(port, UINT16_MAX, &n) < 0 || n == 0))
		return ERR_MALFORMED;
	ret->port = (uint16_t)n;
	if (bits.p && str_to_u64(bits, ret->bits, &n) < 0)
		return ERR_MALFORMED;
	if (bits.p)
		ret->bits = (unsigned)n;
	return 0;
}

/* ---- matches ----------------------------------------------------------------------- */

/* Any case, with * and ? as in file names. */
static bool is_like(const char *pattern, const char *text)
{
	return text && fnmatch(pattern, text, FNM_CASEFOLD) == 0;
}

static bool match_device(const struct filter_value *value, const struct subject *s)
{
	const struct analysis_session *session = s->session;
	const char *oui = session->oui ? session->oui : "";
	const char *class = session->product_class ? session->product_class : "";
	const char *serial = session->serial ? session->serial : "";
	char text[512], whole[768];

	(void)snprintf(text, sizeof(text), "%s-%s", oui, serial);
	(void)snprintf(whole, sizeof(whole), "%s-%s-%s", oui, class, serial);
	return is_like(value->text, session->serial) ||
	       is_like(value->text, session->mac) ||
	       (session->serial &&
		   (is_like(value->text, text) || is_like(value->text, whole)));
}

static bool match_session(const struct filter_value *value, const struct subject *s)
{
	return s->session->id >= value->from && s->session->id <= value->to;
}

static bool match_method(const struct filter_value *value, const struct subject *s)
{
	for (size_t i = 0; i < s->session->n_messages; i++) {
		const struct analysis_message *message = &s->session->messages[i];

		if ((message->kind == MESSAGE_CWMP || message->kind == MESSAGE_HTTP) &&
		    is_like(value->text, message->name))
			return true;
	}
	return false;
}

/* "1 BOOT" by all of it, its number or its name. */
static bool match_event(const struct filter_value *value, const struct subject *s)
{
	for (size_t i = 0; i < s->session->n_events; i++) {
		struct str code = str_of(s->session->events[i]), name;
		struct str number = str_cut(code, ' ', &name);

		if (is_like(value->text, s->session->events[i]) ||
		    str_eq_nocase(str_of(value->text), number) ||
		    (name.len > 0 && str_eq_nocase(str_of(value->text), name)))
			return true;
	}
	return false;
}

static bool is_code(const struct filter_value *value, uint32_t fault)
{
	return fault != 0 && fault >= value->from && fault <= value->to;
}

static bool has_code(const struct filter_value *value,
    const struct rpc_outcome *outcome)
{
	if (is_code(value, outcome->code))
		return true;
	for (size_t i = 0; i < outcome->n_params; i++) {
		if (is_code(value, outcome->params[i].code))
			return true;
	}
	for (size_t i = 0; i < outcome->n_units; i++) {
		if (is_code(value, outcome->units[i].code))
			return true;
	}
	return false;
}

/* That of a fault, of one of its parameters, of a transfer, or of a deployment unit. */
static bool match_fault(const struct filter_value *value, const struct subject *s)
{
	for (size_t i = 0; i < s->session->n_messages; i++) {
		const struct rpc_outcome *outcome = s->session->messages[i].outcome;

		if (is_code(value, s->session->messages[i].fault) ||
		    (outcome && has_code(value, outcome)))
			return true;
	}
	return false;
}

static bool is_within(const struct filter_value *value, const char *text, uint16_t port)
{
	struct filter_value at = { .text = NULL };
	unsigned whole = value->bits / 8, rest = value->bits % 8;

	if (!text || parse_ip(str_of(text), &at) < 0 || at.family != value->family ||
	    (value->port != 0 && value->port != port))
		return false;
	if (memcmp(at.address, value->address, whole) != 0)
		return false;
	return rest == 0 ||
	       ((at.address[whole] ^ value->address[whole]) >> (8 - rest)) == 0;
}

static bool match_address(const struct filter_value *value, const struct subject *s)
{
	if (is_within(value, s->session->cpe, 0) ||
	    (s->session->forwarded &&
		is_within(value, s->session->forwarded->client, 0)))
		return true;
	for (size_t i = 0; i < s->session->n_conns; i++) {
		const struct analysis_conn *conn = &s->session->conns[i];

		if (is_within(value, conn->client, conn->client_port) ||
		    is_within(value, conn->server, conn->server_port))
			return true;
	}
	return false;
}

static clock_ns moment(const struct filter_value *value, int end,
    const struct analysis *analysis)
{
	clock_ns at = (clock_ns)(end ? value->to : value->from);

	return value->is_since[end] ? analysis->start + at : at;
}

static bool match_time(const struct filter_value *value, const struct subject *s)
{
	return s->session->end >= moment(value, 0, s->analysis) &&
	       s->session->start <= moment(value, 1, s->analysis);
}

/* A finding about something that did not come stands on a frame that may be another CPE's. */
static bool has_finding(const struct filter_value *value, const struct subject *s)
{
	const struct finding *findings = s->analysis->findings;
	size_t low = 0, high = s->analysis->n_findings;

	while (low < high) { /* they are in the order of frames */
		size_t middle = low + (high - low) / 2;

		if (findings[middle].frame < value->from)
			low = middle + 1;
		else
			high = middle;
	}
	for (; low < s->analysis->n_findings && findings[low].frame <= value->to;
	     low++) {
		if (findings[low].session == s->session->id)
			return true;
	}
	return false;
}

static bool match_frame(const struct filter_value *value, const struct subject *s)
{
	for (size_t i = 0; i < s->session->n_conns; i++) {
		const struct analysis_conn *conn = &s->session->conns[i];

		if (conn->last_frame >= value->from && conn->first_frame <= value->to)
			return true;
	}
	return has_finding(value, s);
}

/* ---- the table --------------------------------------------------------------------- */

static const struct row {
	struct option_row option;
	const char *right; /* what would be right, for errors */
	int (*parse)(struct str text, struct filter_value *ret);
	bool (*match)(const struct filter_value *value, const struct subject *subject);
} rows[FILTER_KINDS] = {
	[FILTER_DEVICE] = { OPTION_HEADED(
				"sessions (of one option any, of several options all must hold):",
				"device", "ID",
				"serial number, OUI-serial or MAC; * and ? as for files"),
	    "a serial number, OUI-serial or MAC", parse_text, match_device },
	[FILTER_SESSION] = { OPTION(0, "session", "N[..M]",
				 "sessions by their numbers"),
	    "a number or a range such as 3..9", parse_numbers, match_session },
	[FILTER_METHOD] = { OPTION(0, "method", "NAME",
				"sessions with such a message: Inform, Fault, Set*, 401"),
	    "a name such as Inform", parse_text, match_method },
	[FILTER_EVENT] = { OPTION(0, "event", "CODE",
			       "sessions with that event: \"1 BOOT\", 1 or BOOT"),
	    "an event such as \"1 BOOT\", 1 or BOOT", parse_text, match_event },
	[FILTER_FAULT] = { OPTION(0, "fault", "CODE[..CODE]|any",
			       "sessions with such a CWMP fault, of an RPC or a transfer"),
	    "a code such as 9005, a range such as 9000..9010, or any", parse_fault,
	    match_fault },
	[FILTER_ADDRESS] = { OPTION(0, "address", "IP[:PORT]|IP/BITS",
				 "sessions of that address or network, either end"),
	    "an address such as 10.0.0.1, 10.0.0.1:7547, [fd00::1]:7547 or 10.0.0.0/8",
	    parse_address, match_address },
	[FILTER_TIME] = { OPTION(0, "time", "FROM..TO",
			      "sessions of that time: 2026-11-23T10:31:07Z, seconds since "
			      "1970, or +SECONDS"),
	    "FROM..TO, each a date such as 2026-11-23T10:31:07Z, seconds since 1970, "
	    "+SECONDS since the first frame, or empty",
	    parse_times, match_time },
	[FILTER_FRAME] = { OPTION(0, "frame", "N[..M]",
			       "sessions that those frames, or findings on them, belong to"),
	    "a number or a range such as 100..200", parse_numbers, match_frame },
};

const struct option_row *filter_option(enum filter_kind kind)
{
	return &rows[kind].option;
}

int filter_add(struct filter *filter, enum filter_kind kind, const char *text,
    struct error *err)
{
	struct filter_values *values = &filter->kinds[kind];
	struct filter_value value = { .text = text };

	if (values->n == FILTER_VALUES_MAX)
		return error_set(err, ERR_USAGE, "--%s: more than %d of them",
		    rows[kind].option.name, FILTER_VALUES_MAX);
	if (rows[kind].parse(str_of(text), &value) < 0)
		return error_set(err, ERR_USAGE, "--%s \"%s\": give %s",
		    rows[kind].option.name, text, rows[kind].right);
	values->items[values->n++] = value;
	return 0;
}

bool filter_is_empty(const struct filter *filter)
{
	for (size_t kind = 0; kind < FILTER_KINDS; kind++) {
		if (filter->kinds[kind].n > 0)
			return false;
	}
	return true;
}

bool filter_takes(const struct filter *filter, const struct analysis *analysis,
    const struct analysis_session *session)
{
	const struct subject subject = { analysis, session };

	for (size_t kind = 0; kind < FILTER_KINDS; kind++) {
		const struct filter_values *values = &filter->kinds[kind];
		bool is_met = values->n == 0;

		for (size_t i = 0; i < values->n && !is_met; i++)
			is_met = rows[kind].match(&values->items[i], &subject);
		if (!is_met)
			return false;
	}
	return true;
}
