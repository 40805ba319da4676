/* Rules of events and when they come (TR-069 A6 3.7.1.5, A.3.2.9, A.4.1.2, A.4.1.6). */
#include "capture/facts/delivery.h"
#include "capture/facts/history.h"
#include "capture/facts/news.h"
#include "capture/rules/catalogue.h"

enum {
	SLACK_MS = 2000, /* clocks of CPEs and the way through the network */
	LATE_S = 30,     /* a CPE may be busy when its time comes */
};

static const clock_ns slack = SLACK_MS * NS_PER_MS;
static const clock_ns late = LATE_S * NS_PER_S;

static const struct owed_event *owed(const struct device_record *device,
    enum cwmp_event_code code)
{
	for (size_t i = 0; device && i < device->owed.len; i++) {
		if (device->owed.items[i].code == code)
			return &device->owed.items[i];
	}
	return NULL;
}

/* ---- EVT-01, EVT-02 -------------------------------------------------------------- */

static bool was_at(const struct device_record *device, const char *url)
{
	for (size_t i = 0; i < device->past.len; i++) {
		if (rule_same_url(device->past.items[i].url, url))
			return true;
	}
	return false;
}

/* A first contact is certain only where the CPE was seen at another ACS before, and no Set
 * of the URL led it here: that is URL-03's. */
static enum rule_verdict check_first_contact(struct whole *view)
{
	const struct device_record *device = view->device;
	const struct session_record *session = view->session;

	if (device->past.len == 0 || device->past.has_forgotten || !session->url ||
	    !session->inform || was_at(device, session->url) ||
	    rule_same_url(session->url, device->settings.url))
		return RULE_SILENT;
	/* Before, it may have been there only because it was redirected. */
	if (!view->host || !view->host->lease ||
	    !rule_same_url(view->host->lease->acs_url, session->url))
		return RULE_SILENT;
	if (view_has_event(view, EVENT_BIT(BOOTSTRAP)))
		return RULE_KEPT;
	return rule_broken(view, session->inform,
	    "the first Inform to %s carries no 0 BOOTSTRAP; until now the CPE was at %s",
	    session->url, device->settings.url ? device->settings.url : "another ACS");
}

/* The last session at this URL that delivered 0 BOOTSTRAP, or null. InformResponse does, also
 * where the session fails later (TR-069 A6 3.7.1.5, table 8); but it has to reach the CPE. */
static const struct past_session *delivered_bootstrap(const struct whole *view)
{
	const struct device_record *device = view->device;

	for (size_t i = device->past.len; i-- > 0;) {
		const struct past_session *past = &device->past.items[i];

		if ((past->event_bits & EVENT_BIT(BOOTSTRAP)) && past->went_on &&
		    rule_same_url(past->url, view->session->url))
			return past;
	}
	return NULL;
}

static enum rule_verdict check_second_bootstrap(struct whole *view)
{
	const struct past_session *before = delivered_bootstrap(view);

	if (!before || view->device->settings.url_set.number > before->start.number ||
	    owed(view->device, CWMP_EVENT_BOOTSTRAP))
		return RULE_SILENT;
	if (!view_has_event(view, EVENT_BIT(BOOTSTRAP)))
		return RULE_KEPT;
	if (view_restarted_since(view, before->end.number))
		return rule_not_judged(view,
		    "the CPE restarted in between: it may have been reset");
	return rule_broken(view, view->session->inform,
	    "0 BOOTSTRAP again at %s, where frame %llu had delivered it",
	    view->session->url, (unsigned long long)before->inform);
}

/* ---- EVT-03 ---------------------------------------------------------------------- */

static enum rule_verdict check_boot(struct whole *view)
{
	const struct cpe_record *host = view->host;
	const struct past_session *last = past_last(view->device);

	if (!host || host->started == 0 || !view->session->inform ||
	    host->leased < host->started ||
	    host->started > view->session->start.number ||
	    (last && last->start.number > host->started))
		return RULE_SILENT;
	if (view_has_event(view, EVENT_BIT(BOOT)))
		return RULE_KEPT;
	if (rule_loses_frames(view))
		return rule_not_judged(view, "a DHCPNAK may be missing");
	return rule_broken(view, view->session->inform,
	    "the CPE started again (DHCPDISCOVER in frame %llu), but its Inform carries no "
	    "1 BOOT",
	    (unsigned long long)host->started);
}

/* ---- EVT-04 ---------------------------------------------------------------------- */

/* The place of the last session with 2 PERIODIC before the first n in the device's past; n
 * where there is none. */
static size_t periodic_before(const struct device_record *device, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		if (device->past.items[i].event_bits & EVENT_BIT(PERIODIC))
			return i;
	}
	return n;
}

/* The earliest time at which a session that started at start, after the first n in the past,
 * may have been due: one whose time comes while others run waits for their end (TR-069 A6
 * 3.2.1). */
static clock_ns due_from(const struct device_record *device, size_t n, clock_ns start)
{
	while (n-- > 0 && start <= device->past.items[n].end.time + slack)
		start = MIN(start, device->past.items[n].start.time);
	return start;
}

/* Whether the CPE has started since, and its timer with it. */
static bool restarted_after(const struct whole *view, size_t place)
{
	const struct device_past *past = &view->device->past;

	for (size_t i = place + 1; i < past->len; i++) {
		if (past->items[i].event_bits &
		    (EVENT_BIT(BOOT) | EVENT_BIT(BOOTSTRAP)))
			return true;
	}
	return view_has_event(view, EVENT_BIT(BOOT) | EVENT_BIT(BOOTSTRAP)) ||
	       view_restarted_since(view, past->items[place].start.number);
}

/* Whether a whole number of intervals, at least one, lies between the two. */
static bool has_period(clock_ns least, clock_ns most, clock_ns interval)
{
	clock_ns n = MAX(most, 0) / interval;

	return n > 0 && n * interval >= least;
}

static enum rule_verdict check_period(struct whole *view)
{
	const struct device_record *device = view->device;
	size_t n = device->past.len, at = periodic_before(device, n);
	clock_ns interval = (clock_ns)device->settings.periodic_interval * NS_PER_S;
	clock_ns allowed = MAX(slack, interval / 50), start = view->session->start.time;
	const struct past_session *last;
	clock_ns spacing, early, late_by;

	if (at == n || interval == 0 || !view_has_event(view, EVENT_BIT(PERIODIC)) ||
	    view->session->inform->inform.retry_count > 0)
		return RULE_SILENT;
	last = &device->past.items[at];
	if (last->start.number < device->settings.periodic_since ||
	    last->retry_count > 0 || restarted_after(view, at))
		return RULE_SILENT;
	spacing = start - last->start.time;
	if (has_period(spacing - allowed, spacing + allowed, interval))
		return RULE_KEPT;
	late_by = start - due_from(device, n, start);
	early = last->start.time - due_from(device, at, last->start.time);
	if (has_period(spacing - late_by - allowed, spacing + early + allowed,
		interval))
		return RULE_SILENT;
	return rule_broken(view, view->session->inform,
	    "2 PERIODIC comes %.1f s after the one before; PeriodicInformInterval is %u s",
	    seconds_of(spacing), device->settings.periodic_interval);
}

/* ---- EVT-05 ---------------------------------------------------------------------- */

/* Those of a failed session that the next one must bring again. */
static unsigned due_again(const struct past_session *last, bool may_have_started)
{
	unsigned due = 0;

	for (unsigned code = 0; code < CWMP_EVENT_CODES; code++) {
		enum cwmp_event_retry retry =
		    cwmp_event_retry((enum cwmp_event_code)code);

		if (retry == CWMP_RETRY_NO_RETRY ||
		    (retry == CWMP_RETRY_UNTIL_REBOOT && may_have_started))
			continue;
		due |= last->undelivered & (1u << code);
	}
	return due;
}

/* The first of the events with a CommandKey that are due again and that the Inform lacks with
 * theirs; null: none. */
static const struct keyed_event *find_lost_key(const struct whole *view,
    const struct past_session *last, unsigned due)
{
	const struct device_more *more = view->device->more;

	if (!more || more->keyed_session != last->id ||
	    more->n_keyed > DEVICE_LATER_MAX)
		return NULL;
	for (size_t i = 0; i < more->n_keyed; i++) {
		const struct keyed_event *event = &more->keyed[i];
		const char *key = event->key ? event->key : "";
		const char *now = inform_key(view->session->inform, event->code, key);

		if ((due & (1u << event->code)) && (!now || strcmp(now, key) != 0))
			return event;
	}
	return NULL;
}

static enum rule_verdict check_again(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;
	const struct keyed_event *lost;
	bool may_have_started;
	unsigned due, missing;

	if (!last || !inform || last->outcome != SESSION_BROKEN ||
	    last->shown != SHOWN_ALL || last->inform == 0)
		return RULE_SILENT;
	may_have_started = boot_since(view, last) != BOOT_NONE ||
			   view_restarted_since(view, last->end.number);
	due = due_again(last, may_have_started);
	/* A new 0 BOOTSTRAP discards all that was undelivered: of another ACS, of a reset. */
	if (due == 0 || (view_has_event(view, EVENT_BIT(BOOTSTRAP)) &&
			    (!(due & EVENT_BIT(BOOTSTRAP)) || may_have_started ||
				!rule_same_url(last->url, view->session->url))))
		return RULE_SILENT;
	missing = due & ~inform->inform.event_bits;
	if (missing != 0)
		return rule_broken(view, inform,
		    "%s of the Inform in frame %llu, which no response delivered, is not in "
		    "this one",
		    cwmp_event_text((enum cwmp_event_code)__builtin_ctz(missing)),
		    (unsigned long long)last->inform);
	lost = find_lost_key(view, last, due);
	if (!lost)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "%s with CommandKey \"%s\" of the Inform in frame %llu, which no "
	    "response delivered, is not in this one",
	    cwmp_event_text(lost->code), lost->key ? lost->key : "",
	    (unsigned long long)last->inform);
}

/* ---- EVT-06 ---------------------------------------------------------------------- */

static enum rule_verdict check_called(struct whole *view)
{
	const struct device_more *more = view->device->more;
	const struct past_session *last = past_last(view->device);
	const struct http_record *inform = view->session->inform;
	clock_ns since;

	if (!view_has_event(view, EVENT_BIT(CONNECTION_REQUEST)))
		return RULE_SILENT;
	if (!more || more->n_calls == 0)
		return rule_not_judged(view,
		    "the capture shows no connection request to this CPE");
	/* What failed sessions or refused calls lead to, other rules judge. */
	if ((last && past_failed(last)) ||
	    MAX(more->last_refused.number, more->last_busy.number) >
		more->last_call.number)
		return RULE_SILENT;
	if (more->last_unsure.number > more->last_call.number)
		return rule_not_judged(view, "a connection request is not seen whole");
	if (more->last_udp.number > more->last_call.number ||
	    (view->host && view->host->has_xmpp))
		return rule_not_judged(view, "it may have been called by UDP or XMPP");
	/* What was called with success before that is still to come. */
	if (more->calls == 0 && more->last_other.number > more->last_call.number &&
	    view->host && view->host->last_opened < more->last_other.number)
		return rule_broken(view, inform,
		    "6 CONNECTION REQUEST, but the connection request was answered %u in "
		    "frame %llu",
		    more->last_other_status,
		    (unsigned long long)more->last_other.number);
	/* Behind a challenge the GET that succeeds may be missing. */
	if (more->last_call.number == 0)
		return rule_not_judged(view,
		    "no connection request is seen to succeed");
	since = view->session->start.time - more->last_call.time;
	if (last && last->start.number < more->last_call.number &&
	    last->end.number > more->last_call.number)
		since = view->session->start.time - last->end.time;
	if (since <= late)
		return RULE_KEPT;
	return rule_broken(view, inform,
	    "6 CONNECTION REQUEST comes %.1f s after the call of frame %llu, over 30 s",
	    seconds_of(since), (unsigned long long)more->last_call.number);
}

/* ---- EVT-07 ---------------------------------------------------------------------- */

static enum rule_verdict check_call_again(struct whole *view)
{
	const struct past_session *last = past_last(view->device);
	const struct device_more *more = view->device->more;

	if (!last || !past_failed(last) || !view->session->inform ||
	    !(last->event_bits & EVENT_BIT(CONNECTION_REQUEST)) ||
	    (more && more->last_call.number > last->start.number))
		return RULE_SILENT;
	if (!view_has_event(view, EVENT_BIT(CONNECTION_REQUEST)))
		return RULE_KEPT;
	return rule_broken(view, view->session->inform,
	    "6 CONNECTION REQUEST of the failed session of frame %llu comes again",
	    (unsigned long long)last->inform);
}

/* ---- EVT-08 ---------------------------------------------------------------------- */

static enum rule_verdict check_reboot(struct whole *view)
{
	const struct owed_event *due = owed(view->device, CWMP_EVENT_M_REBOOT);
	const struct http_record *inform = view->session->inform;
	const char *key;
	bool has_boot;

	if (!due || !inform || due->session == view->session->id)
		return RULE_SILENT;
	key = inform_key(inform, CWMP_EVENT_M_REBOOT, due->command_key);
	has_boot = inform->inform.event_bits & EVENT_BIT(BOOT);
	if (!key && !has_boot)
		return RULE_SILENT;
	if (!has_boot)
		return rule_broken(view, inform,
		    "M Reboot comes without 1 BOOT after the Reboot of frame %llu",
		    (unsigned long long)due->since.number);
	if (!key && inform->inform.event_bits & EVENT_BIT(BOOTSTRAP))
		return rule_not_judged(view,
		    "0 BOOTSTRAP is told: a CPE that was reset knows of no Reboot");
	if (!key)
		return rule_broken(view, inform,
		    "1 BOOT comes without M Reboot after the Reboot of frame %llu",
		    (unsigned long long)due->since.number);
	if (strcmp(key, due->command_key) != 0)
		return rule_broken(view, inform,
		    "M Reboot has CommandKey \"%s\", the Reboot had \"%s\"", key,
		    due->command_key);
	return RULE_KEPT;
}

/* ---- EVT-09 ---------------------------------------------------------------------- */

static enum rule_verdict check_scheduled(struct whole *view)
{
	const struct owed_event *due = owed(view->device, CWMP_EVENT_M_SCHEDULE_INFORM);
	const struct http_record *inform = view->session->inform;
	clock_ns start = view->session->start.time;
	const char *key;

	if (!due || !inform || due->session == view->session->id)
		return RULE_SILENT;
	key = inform_key(inform, CWMP_EVENT_M_SCHEDULE_INFORM, due->command_key);
	if (!key && start < due->due + late)
		return RULE_SILENT;
	if (!key || !(inform->inform.event_bits & EVENT_BIT(SCHEDULED)))
		return rule_broken(view, inform,
		    "the time of the ScheduleInform of frame %llu has come, but the Inform lacks "
		    "%s",
		    (unsigned long long)due->since.number,
		    key ? "3 SCHEDULED" : "M ScheduleInform");
	if (strcmp(key, due->command_key) != 0)
		return rule_broken(view, inform,
		    "M ScheduleInform has CommandKey \"%s\", the ScheduleInform had \"%s\"",
		    key, due->command_key);
	if (start < due->due - slack || start > due->due + late)
		return rule_broken(view, inform,
		    "the scheduled Inform comes %.1f s %s its time",
		    seconds_of(start < due->due ? due->due - start : start - due->due),
		    start < due->due ? "before" : "after");
	return RULE_KEPT;
}

/* The capture is over, and long past the time. */
static enum rule_verdict check_never_scheduled(struct whole *view)
{
	const struct owed_event *due = owed(view->device, CWMP_EVENT_M_SCHEDULE_INFORM);

	if (!due)
		return RULE_SILENT;
	if (view->now.time < due->due + late)
		return rule_not_judged(view, "the capture ends before its time");
	if (rule_is_trying(view, view->device->settings.url, due->since.number))
		return rule_not_judged(view, "the CPE does not reach its ACS");
	return rule_broken_at(view, RULE_BY_CPE, view->now,
	    "no session came for the ScheduleInform of frame %llu",
	    (unsigned long long)due->since.number);
}

static const struct rule_check never_scheduled[] = {
	{ .scope = WHOLE_END, .check = check_never_scheduled },
	{ .check = NULL },
};

/* ---- EVT-10 ---------------------------------------------------------------------- */

static enum rule_verdict check_factory_reset(struct whole *view)
{
	const struct owed_event *due = owed(view->device, CWMP_EVENT_BOOTSTRAP);
	const struct http_record *inform = view->session->inform;
	const struct cwmp_param *key;

	if (!due || !inform || due->session == view->session->id)
		return RULE_SILENT;
	if (!(inform->inform.event_bits & EVENT_BIT(BOOTSTRAP)))
		return rule_broken(view, inform,
		    "the Inform after the FactoryReset of frame %llu carries no "
		    "0 BOOTSTRAP",
		    (unsigned long long)due->since.number);
	key = http_param(inform, "ManagementServer.ParameterKey");
	if (key && key->value.len > 0)
		return rule_broken(view, inform,
		    "ParameterKey is \"%.*s\" after the FactoryReset of frame %llu, not "
		    "empty",
		    STR_ARG(key->value), (unsigned long long)due->since.number);
	return RULE_KEPT;
}

/* ---- EVT-11 ---------------------------------------------------------------------- */

static enum rule_verdict check_call_without_event(struct whole *view)
{
	const struct http_record *inform = view->session->inform;
	const struct delivery *delivery = deliveries;
	enum delivery_asked asked;

	while (delivery->method && delivery->method != view->msg->method)
		delivery++;
	if (!delivery->needs_event || !inform)
		return RULE_SILENT;
	if (inform->inform.event_bits & delivery->events)
		return RULE_KEPT;
	asked = delivery_was_asked(view->session, delivery);
	if (asked != DELIVERY_UNASKED)
		return asked == DELIVERY_ASKED ? RULE_KEPT : RULE_SILENT;
	return rule_broken(view, view->http,
	    "%s, but the Inform of frame %llu has no event for it",
	    view->http->envelope.name, (unsigned long long)inform->frame.number);
}

/* Of a session that went well: one that failed, and what a retry repeats of it, may have lost
 * the call. */
static enum rule_verdict check_event_without_call(struct whole *view)
{
	const struct session_record *session = view->session;
	const struct http_record *inform = session->inform;
	enum rule_verdict verdict = RULE_SILENT;

	if (!inform || session->outcome != SESSION_COMPLETE ||
	    inform->inform.retry_count > 0 || session_was_held(session))
		return RULE_SILENT;
	for (size_t i = 0; deliveries[i].method; i++) {
		const char *event = delivery_event(inform, &deliveries[i]);

		if (!event)
			continue;
		if (!session_has(session, ON_CPE_REQUEST, deliveries[i].method))
			return rule_broken(view, inform,
			    "the Inform has %s, but its session no %s", event,
			    cwmp_method_name(deliveries[i].method));
		verdict = RULE_KEPT;
	}
	return verdict;
}

static const struct rule_check event_without_call[] = {
	{ .scope = WHOLE_SESSION,
	    .needs = SHOWN_ALL & ~(unsigned)SHOWN_PAST,
	    .check = check_event_without_call },
	{ .check = NULL },
};

/* ---- table ----------------------------------------------------------------------- */

const struct rule rules_evt[] = {
	{ .id = "EVT-01",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "The first session of a CPE at an ACS carries 0 BOOTSTRAP.",
	    .example =
		"A new lease names another ACS; the first Inform there carries only "
		"1 BOOT.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_first_contact },
	{ .id = "EVT-02",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text =
		"0 BOOTSTRAP is not sent again to an ACS that has answered it, unless "
		"the CPE was reset.",
	    .example = "Each periodic session of a CPE carries 0 BOOTSTRAP.",
	    .scope = WHOLE_DEVICE,
	    .check = check_second_bootstrap },
	{ .id = "EVT-03",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "The first session after the CPE has started carries 1 BOOT.",
	    .example = "After DHCPDISCOVER and a lease the Inform carries only "
		       "2 PERIODIC.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_boot },
	{ .id = "EVT-04",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.1.2",
	    .text = "2 PERIODIC comes each PeriodicInformInterval.",
	    .example = "The interval was set to 60 s; the Informs come 90 s apart.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_period },
	{ .id = "EVT-05",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text =
		"The events of a session that failed are in the Inform of the next.",
	    .example =
		"An Inform with 1 BOOT and 4 VALUE CHANGE is never answered; the "
		"retry carries only 4 VALUE CHANGE.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_again },
	{ .id = "EVT-06",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.2.2.2",
	    .text =
		"6 CONNECTION REQUEST comes within 30 s of a connection request that "
		"was answered 200 or 204.",
	    .example =
		"A session carries 6 CONNECTION REQUEST two minutes after the last "
		"call.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_called },
	{ .id = "EVT-07",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5",
	    .text = "6 CONNECTION REQUEST is not brought again after a session that "
		    "failed.",
	    .example = "The session of a call fails; the retry carries "
		       "6 CONNECTION REQUEST again.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_call_again },
	{ .id = "EVT-08",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.3.2.9",
	    .text =
		"After the Reboot RPC the CPE informs with 1 BOOT and M Reboot, which "
		"has the CommandKey of the request.",
	    .example =
		"Reboot with CommandKey \"r1\"; the Inform carries 1 BOOT alone.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_reboot },
	{ .id = "EVT-09",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.4.1.2",
	    .text = "A scheduled Inform comes after DelaySeconds with 3 SCHEDULED and "
		    "M ScheduleInform, which has the CommandKey of the request.",
	    .example =
		"ScheduleInform with DelaySeconds 60; the Inform comes after 10 s.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_scheduled,
	    .more = never_scheduled },
	{ .id = "EVT-10",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 A.4.1.6",
	    .text = "After FactoryReset the CPE informs with 0 BOOTSTRAP and an empty "
		    "ParameterKey.",
	    .example =
		"FactoryReset is confirmed; the next Inform carries 1 BOOT alone.",
	    .scope = WHOLE_DEVICE,
	    .needs = SHOWN_START,
	    .check = check_factory_reset },
	{ .id = "EVT-11",
	    .who = RULE_BY_CPE,
	    .severity = RULE_MUST,
	    .basis = "TR-069 A6 3.7.1.5, table 8; A.3.2.8, A.3.3.2",
	    .text =
		"TransferComplete comes in a session whose Inform has 7 TRANSFER "
		"COMPLETE, or M Download, M Upload or M ScheduleDownload alone, or in "
		"that of the request; and a session with an event of a transfer or of "
		"deployment units has the call that delivers it.",
	    .example = "TransferComplete in a session with 1 BOOT alone.",
	    .scope = WHOLE_MESSAGE,
	    .on = ON_CPE_REQUEST,
	    .needs = SHOWN_START | SHOWN_WHOLE,
	    .check = check_call_without_event,
	    .more = event_without_call },
	{ .id = NULL },
};
