/* Devices, and the history of each: its sessions so far. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_trace.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

enum {
	DEVICE_KEY_MAX = 256,
};

/* ---- identity ---------------------------------------------------------------------- */

/* TR-069 A6 3.7.2: a CPE is its OUI, product class and serial number. */
static struct str device_key(char room[DEVICE_KEY_MAX], const struct cwmp_device_id *id)
{
	const struct str parts[] = { id->oui, id->product_class, id->serial_number };
	size_t len = 0;

	/* No formatted printing: each Inform asks. */
	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		size_t n;

		if (i > 0 && len < DEVICE_KEY_MAX)
			room[len++] = '/';
		n = MIN(parts[i].len, DEVICE_KEY_MAX - len);
		if (n > 0)
			memcpy(room + len, parts[i].p, n);
		len += n;
	}
	for (size_t i = 0; i < len && room[i] != '/'; i++) {
		if (room[i] >= 'a' && room[i] <= 'f')
			room[i] = (char)(room[i] - 'a' + 'A');
	}
	return str_make(room, len);
}

/* The key, with the serial number at its end, and then what else names the device: owned by
 * it, as there may be any number of devices. */
static bool name(struct device_record *device, struct str key,
    const struct cwmp_device_id *id)
{
	size_t serial = MIN(id->serial_number.len, key.len);
	char *p = calloc(1, key.len + id->oui.len + id->product_class.len + 3);

	if (!p)
		return false;
	device->key = p;
	device->key_len = (uint16_t)key.len;
	memcpy(p, key.p, key.len);
	device->serial = p + key.len - serial;
	p += key.len + 1;
	device->oui = p;
	if (id->oui.len > 0)
		memcpy(p, id->oui.p, id->oui.len);
	p += id->oui.len + 1;
	device->product_class = p;
	if (id->product_class.len > 0)
		memcpy(p, id->product_class.p, id->product_class.len);
	return true;
}

static struct device_record *add_device(struct observer *observer, struct str key,
    const struct cwmp_device_id *id)
{
	struct device_record *device = device_new(observer);

	if (!device || !name(device, key, id) ||
	    map_put(&observer->index.by_device, str_make(device->key, key.len),
		device) < 0) {
		observer->memory.error = -ENOMEM;
		return NULL;
	}
	return device;
}

struct device_record *device_find(const struct observer *observer,
    const struct cwmp_device_id *id)
{
	char room[DEVICE_KEY_MAX];
	struct device_record *device =
	    map_get(&observer->index.by_device, device_key(room, id));

	if (device)
		device->is_recent = true;
	return device;
}

struct device_record *device_of(struct observer *observer,
    const struct cwmp_device_id *id)
{
	char room[DEVICE_KEY_MAX];
	struct device_record *device = device_find(observer, id);

	return device ? device : add_device(observer, device_key(room, id), id);
}

/* ---- what its sessions tell --------------------------------------------------------- */

/* Keeps how long CPEs wait before the first retry after a failed session, so that a rule can
 * tell whether all of them wait equally long. */
static void learn_retry(struct observer *observer, const struct session_record *session)
{
	struct fleet_record *fleet = &observer->fleet;
	const struct device_record *device = session->device;
	const struct past_session *last =
	    device->past.len > 0 ? &device->past.items[device->past.len - 1] : NULL;
	clock_ns wait = last ? session->start.time - last->end.time : 0;

	if (!last || !session->inform || session->inform->inform.retry_count != 1 ||
	    last->outcome != SESSION_BROKEN || last->shown != SHOWN_ALL)
		return;
	fleet->min_wait = fleet->n_first_retries ? MIN(fleet->min_wait, wait) : wait;
	fleet->max_wait = MAX(fleet->max_wait, wait);
	fleet->n_first_retries++;
	fleet->last_retry = session->start;
	fleet->last = device;
}

/* What is compared with the next Inform alone. */
static void learn_rest(struct observer *observer, struct device_record *device,
    const struct http_record *inform)
{
	const struct cwmp_param *code =
	    http_param(inform, "DeviceInfo.ProvisioningCode");
	const struct cwmp_param *key =
	    http_param(inform, "ManagementServer.ParameterKey");

	device->informed.list_digest = inform->inform.list_digest;
	device->informed.rest_digest =
	    inform->inform.list_digest - (key ? param_digest(key) : 0);
	device->informed.n_list = (uint32_t)inform->args.n_list;
	device->informed.manufacturer =
	    observer_intern(observer, str_of(inform->inform.manufacturer));
	device->informed.provisioning_code =
	    code && code->value.len > 0 ? observer_intern(observer, code->value)
	    : code                      ? ""
					: NULL;
}

static void learn_inform(struct observer *observer, struct session_record *session)
{
	struct device_record *device = session->device;
	const struct http_record *inform = session->inform;
	const struct cwmp_param *call =
	    inform ? http_param(inform, "ManagementServer.ConnectionRequestURL") : NULL;
	const struct cwmp_param *version =
	    inform ? http_param(inform, "DeviceInfo.SoftwareVersion") : NULL;

	if (call && (!device->informed.call_url ||
			!str_is(call->value, device->informed.call_url)))
		call_url_learn(observer, device, call->value);
	if (version && (!device->informed.software_version ||
			   !str_is(version->value, device->informed.software_version)))
		device->informed.software_version =
		    observer_intern(observer, version->value);
	forwarded_learn(observer, device, session->forwarded);
	if (inform)
		learn_rest(observer, device, inform);
	if (!inform || !session->has_inform_response)
		return;
	device_pay(device, inform);
	if (!device->settings.url && session->url)
		device->settings.url = session->url;
}

/* ---- history ----------------------------------------------------------------------- */

static struct past_session *past_room(struct observer *observer,
    struct device_record *device)
{
	uint16_t cap = device->past.cap ? (uint16_t)(device->past.cap * 2) : 1;
	struct past_session *past;

	if (device->past.len == DEVICE_PAST_MAX) {
		memmove(device->past.items, device->past.items + 1,
		    (DEVICE_PAST_MAX - 1) * sizeof(*past));
		device->past.has_forgotten = true;
		return &device->past.items[DEVICE_PAST_MAX - 1];
	}
	if (device->past.len == device->past.cap) {
		past = realloc(device->past.items, cap * sizeof(*past));
		if (!past) {
			observer->memory.error = -ENOMEM;
			return NULL;
		}
		device->past.items = past;
		device->past.cap = cap;
	}
	return &device->past.items[device->past.len++];
}

/* A session whose end was not captured is known to be over only later, perhaps after sessions
 * that began after it: it is moved to its place in the order of starts. */
static void sort_in(struct device_record *device)
{
	for (size_t i = device->past.len - 1;
	     i > 0 && device->past.items[i].start.number <
			  device->past.items[i - 1].start.number;
	     i--) {
		struct past_session later = device->past.items[i - 1];

		device->past.items[i - 1] = device->past.items[i];
		device->past.items[i] = later;
	}
}

/* The connection requests that the session may be the answer to. Where the last of them came
 * after the session had begun, nobody can say how many it answers (0), and that last one
 * still waits for its session. */
static uint8_t take_calls(struct device_more *more,
    const struct session_record *session)
{
	unsigned calls = more->calls;

	more->calls = 0;
	if (calls == 0 || more->last_call.number < session->start.number)
		return (uint8_t)MIN(calls, 255u);
	more->calls = 1;
	return 0;
}

/* Whether the CPE said anything after InformResponse. */
static bool went_on(const struct session_record *session)
{
	for (size_t i = 0; i + 1 < session->n_turns; i++) {
		const struct http_record *answer = session->turns[i].answer;

		if (answer && answer->on == ON_INFORM_RESPONSE)
			return true;
	}
	return false;
}

/* Whether the ACS answered that request of the CPE. */
static bool was_answered(const struct session_record *session, enum cwmp_method method)
{
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct turn *turn = &session->turns[i];

		if (turn->post->on == ON_CPE_REQUEST && turn->answer &&
		    turn->answer->on == ON_ACS_RESPONSE &&
		    turn->answer->envelope.rpc == method)
			return true;
	}
	return false;
}

/* The events of its Inform that are still to be told (TR-069 A6 3.7.1.5, table 8). */
static uint32_t undelivered(const struct session_record *session)
{
	uint32_t bits = session->inform ? session->inform->inform.event_bits : 0;
	uint32_t left = bits;

	for (unsigned code = 0; code < CWMP_EVENT_CODES; code++) {
		enum cwmp_method by =
		    cwmp_event_delivered_by((enum cwmp_event_code)code);

		if ((bits & (1u << code)) &&
		    (by == CWMP_INFORM ? session->has_inform_response
				       : was_answered(session, by)))
			left &= ~(1u << code);
	}
	return left;
}

/* Of a session that failed the next one has to tell the events again, those with a
 * CommandKey one by one. */
static void remember_keys(struct observer *observer,
    const struct session_record *session)
{
	const struct inform_facts *inform =
	    session->inform ? &session->inform->inform : NULL;
	struct device_more *more = session->device->more;

	if (more)
		more->n_keyed = 0;
	if (!inform || session->outcome != SESSION_BROKEN)
		return;
	for (size_t i = 0; i < inform->n_events; i++) {
		enum cwmp_event_code code = cwmp_event_of(str_of(inform->events[i]));

		if (code == CWMP_EVENT_CODES || !cwmp_event_repeats(code))
			continue;
		more = device_more(observer, session->device);
		if (!more)
			return;
		if (more->n_keyed < DEVICE_LATER_MAX)
			more->keyed[more->n_keyed] = (struct keyed_event){ code,
				observer_intern(observer,
				    str_of(inform->event_keys[i])) };
		more->n_keyed = MIN(more->n_keyed + 1, DEVICE_LATER_MAX + 1u);
		more->keyed_session = session->id;
	}
}

static void remember(struct observer *observer, struct session_record *session)
{
	struct past_session *past = past_room(observer, session->device);
	const struct conn_record *conn = session->conns.items[session->conns.len - 1];
	const struct http_record *inform = session->inform;

	if (!past)
		return;
	*past = (struct past_session){ .id = session->id,
		.start = session->start,
		.end = session->end,
		.inform = inform ? inform->frame.number : 0,
		.closed = conn->tcp.client_fin.number ? conn->tcp.client_fin.number
						      : conn->tcp.rst.number,
		.url = session->url,
		.client_port = conn->client_port,
		.conn = (uint32_t)conn->id,
		.event_bits = inform ? inform->inform.event_bits : 0,
		.undelivered = undelivered(session),
		.retry_count = inform ? inform->inform.retry_count : 0,
		.has_retry_count = inform && inform->inform.has_retry_count,
		.outcome = session->outcome & 3u,
		.shown = (session->shown | SHOWN_PAST) & SHOWN_ALL,
		.has_inform_response = session->has_inform_response,
		.went_on = went_on(session) };
	if (past->event_bits & (1u << CWMP_EVENT_CONNECTION_REQUEST) &&
	    session->device->more)
		past->calls = take_calls(session->device->more, session);
	remember_keys(observer, session);
	sort_in(session->device);
}

void device_learn(struct observer *observer, struct session_record *session)
{
	learn_retry(observer, session);
	learn_inform(observer, session);
	device_learn_turns(observer, session);
	device_learn_http(observer, session->device, session);
	remember(observer, session);
	device_overdue_later(observer, session->device);
}

/* ---- absences ---------------------------------------------------------------------- */

void device_overdue_later(struct observer *observer, struct device_record *device)
{
	device->overdue_at = observer->now.time + session_grace;
	list_remove(&device->list);
	list_append(&observer->queues.overdue, &device->list);
}

static void tell(struct observer *observer, enum whole_what what,
    struct device_record *device)
{
	struct whole view = { .host = device->host,
		.device = device,
		.fleet = &observer->fleet,
		.now = observer->now };

	observer_tell(observer, what, &view);
}

/* Whether a session of it runs, or one that may be its own. */
static bool runs(const struct device_record *device)
{
	const struct session_record *at_host =
	    device->host ? device->host->running : NULL;

	return device->latest || (at_host && !at_host->device);
}

void devices_sweep(struct observer *observer, struct frame_ref now)
{
	while (!list_empty(&observer->queues.overdue)) {
		struct device_record *device =
		    list_first(&observer->queues.overdue, struct device_record, list);

		/* What comes within 30 s may be this frame's. */
		if (now.time <= device->overdue_at)
			return;
		list_remove(&device->list);
		/* While a session runs nothing is overdue: its end will be told. */
		if (!runs(device))
			tell(observer, WHOLE_OVERDUE, device);
	}
}

void devices_finish(struct observer *observer)
{
	LIST_FOREACH (at, &observer->devices.all)
		tell(observer, WHOLE_END, list_entry(at, struct device_record, all));
}
