/* What devices were told by their ACSs and confirmed: settings, and what they promise. */
#include "capture/observe/observe_internal.h"
#include "capture/record/http_detail.h"

#include <errno.h>
#include <stdlib.h>

/* ---- what its ACS changed ---------------------------------------------------------- */

static bool read_seconds(struct str text, uint32_t *ret)
{
	uint64_t value = 0;

	text = str_trim(text);
	for (size_t i = 0; i < text.len && value <= UINT32_MAX; i++) {
		if (text.p[i] < '0' || text.p[i] > '9')
			return false;
		value = value * 10 + (uint64_t)(text.p[i] - '0');
	}
	*ret = (uint32_t)value;
	return text.len > 0 && value <= UINT32_MAX;
}

/* Whether the message has a number of that name. */
static bool learn_number(const struct http_record *from, const char *suffix,
    uint32_t *ret)
{
	const struct cwmp_param *param = http_param(from, suffix);

	return param && read_seconds(param->value, ret);
}

/* A Set of any of the three starts the timer anew: its phase, or the CPE's count of it. */
static bool sets_period(const struct http_record *from)
{
	return from->on == ON_ACS_REQUEST &&
	       (http_param(from, "ManagementServer.PeriodicInformInterval") ||
		   http_param(from, "ManagementServer.PeriodicInformTime") ||
		   http_param(from, "ManagementServer.PeriodicInformEnable"));
}

/* Numbers that the ACS set, or that the CPE says it has. */
static void learn_numbers(struct device_record *device, const struct http_record *from)
{
	uint32_t interval = device->settings.periodic_interval;

	(void)learn_number(from, "ManagementServer.PeriodicInformInterval", &interval);
	if (interval != device->settings.periodic_interval || sets_period(from))
		device->settings.periodic_since = from->frame.number;
	device->settings.periodic_interval = interval;
	if (learn_number(from, "ManagementServer.CWMPRetryMinimumWaitInterval",
		&device->settings.retry_min_wait))
		device->settings.retry_since = from->frame.number;
	if (learn_number(from, "ManagementServer.CWMPRetryIntervalMultiplier",
		&device->settings.retry_multiplier))
		device->settings.retry_since = from->frame.number;
}

static void learn_url(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *confirmed)
{
	const struct cwmp_param *url = http_param(asked, "ManagementServer.URL");
	const struct cwmp_param *username =
	    http_param(asked, "ManagementServer.Username");
	const char *value =
	    url ? observer_intern(observer, str_trim(url->value)) : NULL;

	if (!value || (device->settings.url &&
			  url_is_same(str_of(value), str_of(device->settings.url))))
		return;
	device->settings.url_before = device->settings.url;
	device->settings.url = value;
	device->settings.url_set = confirmed->frame;
	device->settings.url_username =
	    username ? observer_intern(observer, username->value) : NULL;
}

/* The CPE has confirmed what asked sets. */
static void learn_password(struct observer *observer, struct device_record *device,
    const struct http_record *asked)
{
	const struct cwmp_param *username =
	    http_param(asked, "ManagementServer.Username");
	struct device_more *more =
	    asked->args.password || username ? device_more(observer, device) : NULL;

	if (!more)
		return;
	if (username)
		more->username = observer_intern(observer, username->value);
	if (asked->args.password)
		more->password =
		    observer_intern(observer, str_of(asked->args.password));
}

/* Status 1: the values hold from a later session on. */
static void learn_later(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response)
{
	struct device_more *more =
	    response->args.status == 1 ? device_more(observer, device) : NULL;

	if (more && asked->args.n_params < asked->args.n_list)
		more->has_more_later = true;
	for (size_t i = 0; more && i < asked->args.n_params; i++) {
		const struct cwmp_param *param = &asked->args.params[i];

		if (str_is(param->value, "***"))
			continue;
		if (more->n_later == DEVICE_LATER_MAX) {
			more->has_more_later = true;
			return;
		}
		more->later[more->n_later].name =
		    observer_intern(observer, param->name);
		more->later[more->n_later].value =
		    observer_intern(observer, param->value);
		more->later[more->n_later++].session = response->links.session->id;
	}
}

/* Room for n more values of that session, as far as so many are kept; null: out of memory. */
static struct set_values *set_room(struct device_record *device, uint64_t session,
    size_t n)
{
	struct set_values *set = device->set;
	size_t used = set && set->session == session ? set->n : 0;
	size_t cap = MIN(used + n, (size_t)DEVICE_LATER_MAX);

	if (!set || cap > set->cap) {
		set = realloc(set, sizeof(*set) + cap * sizeof(set->items[0]));
		if (!set)
			return NULL;
		if (!device->set)
			*set = (struct set_values){ .session = session };
		set->cap = (uint16_t)cap;
		device->set = set;
	}
	if (set->session != session) {
		set->session = session;
		set->n = 0;
		set->has_more = false;
	}
	return set;
}

/* Keeps what was set: the CPE is not to notify its ACS of that. */
static void learn_set(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response)
{
	struct set_values *set =
	    set_room(device, response->links.session->id, asked->args.n_params);

	if (!set) {
		observer->memory.error = -ENOMEM;
		return;
	}
	if (asked->args.n_params < asked->args.n_list)
		set->has_more = true;
	for (size_t i = 0; i < asked->args.n_params; i++) {
		const struct cwmp_param *param = &asked->args.params[i];

		if (str_is(param->value, "***"))
			continue;
		if (set->n == DEVICE_LATER_MAX) {
			set->has_more = true;
			return;
		}
		set->items[set->n].name = observer_intern(observer, param->name);
		set->items[set->n++].value = observer_intern(observer, param->value);
	}
}

static void clear_parameter_key(struct device_record *device)
{
	if (device->settings.parameter_key)
		device->settings.parameter_key[0] = '\0';
}

/* A FactoryReset was confirmed (TR-069 A6 A.4.1.6): what the ACS set is gone. */
static void forget_settings(struct device_record *device)
{
	device->settings.url = device->settings.url_before =
	    device->settings.url_username = NULL;
	device->settings.url_set = (struct frame_ref){ 0, 0 };
	clear_parameter_key(device);
	device->settings.has_parameter_key = true;
	device->settings.periodic_interval = 0;
	device->settings.retry_min_wait = device->settings.retry_multiplier = 0;
	if (device->more) {
		device->more->n_later = 0;
		device->more->has_more_later = false;
		device->more->n_transfers = 0;
		file_orders_free(device->more);
		device->more->username = device->more->password = NULL;
	}
}

void device_forget(struct device_record *device)
{
	forget_settings(device);
	device->settings.has_parameter_key = false;
	device->owed.len = 0;
	device->owed.has_all_diagnostics = false;
	pings_forget(device);
}

/* A CPE that confirms such a request owes an event in a later session. */
static const struct promise {
	enum cwmp_method method;
	enum cwmp_event_code code;
	bool has_key;
	bool is_later; /* only with Status 1 */
} promises[] = {
	{ CWMP_REBOOT, CWMP_EVENT_M_REBOOT, true, false },
	{ CWMP_REBOOT, CWMP_EVENT_BOOT, false, false },
	{ CWMP_SCHEDULE_INFORM, CWMP_EVENT_M_SCHEDULE_INFORM, true, false },
	{ CWMP_FACTORY_RESET, CWMP_EVENT_BOOTSTRAP, false, false },
	{ CWMP_DOWNLOAD, CWMP_EVENT_M_DOWNLOAD, true, true },
	{ CWMP_UPLOAD, CWMP_EVENT_M_UPLOAD, true, true },
	{ CWMP_SCHEDULE_DOWNLOAD, CWMP_EVENT_M_SCHEDULE_DOWNLOAD, true, false },
	{ CWMP_CHANGE_DU_STATE, CWMP_EVENT_M_CHANGE_DU_STATE, true, false },
};

static bool sets_parameter_key(enum cwmp_method method)
{
	return method == CWMP_SET_PARAMETER_VALUES || method == CWMP_ADD_OBJECT ||
	       method == CWMP_DELETE_OBJECT;
}

/* Many devices have a ParameterKey of their own, and often a new one, so it is written over
 * the old one where it fits. */
static void learn_parameter_key(struct observer *observer, struct device_record *device,
    struct str key)
{
	size_t room = key.len + 1;

	device->settings.has_parameter_key = room <= UINT16_MAX;
	if (!device->settings.has_parameter_key ||
	    (key.len == 0 && !device->settings.parameter_key))
		return;
	if (room > device->settings.parameter_key_room) {
		free(device->settings.parameter_key);
		device->settings.parameter_key = str_dup(key);
		device->settings.parameter_key_room =
		    device->settings.parameter_key ? (uint16_t)room : 0;
		if (!device->settings.parameter_key)
			observer->memory.error = -ENOMEM;
		return;
	}
	if (key.len > 0)
		memcpy(device->settings.parameter_key, key.p, key.len);
	device->settings.parameter_key[key.len] = '\0';
}

/* The transfer of that CommandKey, or null. */
static struct device_transfer *find_transfer(struct device_more *more, const char *key)
{
	for (size_t i = 0; more && i < more->n_transfers; i++) {
		if (strcmp(more->transfers[i].command_key, key ? key : "") == 0)
			return &more->transfers[i];
	}
	return NULL;
}

/* Transfers that were not told complete may be many and their keys new: the oldest goes. */
static struct device_transfer *add_transfer(struct observer *observer,
    struct device_more *more, const char *key)
{
	const char *text = key ? observer_intern(observer, str_of(key)) : "";

	if (!text)
		return NULL;
	if (more->n_transfers == DEVICE_TRANSFERS_MAX)
		memmove(&more->transfers[0], &more->transfers[1],
		    --more->n_transfers * sizeof(more->transfers[0]));
	more->transfers[more->n_transfers] =
	    (struct device_transfer){ .command_key = text };
	return &more->transfers[more->n_transfers++];
}

static void learn_transfer(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response)
{
	bool is_later =
	    asked->envelope.rpc == CWMP_SCHEDULE_DOWNLOAD || response->args.status == 1;
	struct device_more *more = device_more(observer, device);
	struct device_transfer *transfer = find_transfer(more, asked->args.command_key);

	if (more && !transfer)
		transfer = add_transfer(observer, more, asked->args.command_key);
	if (!transfer)
		return;
	transfer->method = asked->envelope.rpc;
	transfer->accepted = response->frame;
	transfer->left += is_later;
	transfer->is_told = false;
}

/* What a session that failed told may come again. */
static void learn_complete(struct session_record *session, const struct turn *turn)
{
	struct device_more *more = session->device->more;
	struct device_transfer *transfer =
	    find_transfer(more, turn->post->args.command_key);

	/* One that fits none may be any of them: some CPEs forget the key. */
	for (size_t i = 0; !transfer && more && i < more->n_transfers; i++)
		more->transfers[i].is_told = true;
	if (transfer)
		transfer->is_told = true;
	if (transfer && transfer->left > 0 && session->outcome == SESSION_COMPLETE &&
	    turn->answer && turn->answer->on == ON_ACS_RESPONSE)
		transfer->left--;
}

static bool is_transfer(enum cwmp_method method)
{
	return method == CWMP_DOWNLOAD || method == CWMP_UPLOAD ||
	       method == CWMP_SCHEDULE_DOWNLOAD;
}

static void learn_response(struct observer *observer, struct device_record *device,
    const struct http_record *asked, const struct http_record *response)
{
	clock_ns due =
	    response->frame.time + (clock_ns)asked->args.delay_seconds * NS_PER_S;

	if (asked->envelope.rpc == CWMP_SET_PARAMETER_VALUES) {
		learn_url(observer, device, asked, response);
		learn_password(observer, device, asked);
		learn_numbers(device, asked);
		learn_later(observer, device, asked, response);
		learn_set(observer, device, asked, response);
		device_learn_requests(observer, device, asked, response);
	}
	if (asked->envelope.rpc == CWMP_GET_PARAMETER_VALUES) {
		learn_numbers(device, response);
		device_learn_ends(device, response);
	}
	if (asked->envelope.rpc == CWMP_FACTORY_RESET)
		forget_settings(device);
	if (is_transfer(asked->envelope.rpc))
		learn_transfer(observer, device, asked, response);
	if (sets_parameter_key(asked->envelope.rpc))
		learn_parameter_key(observer, device,
		    str_of(asked->args.parameter_key));
	for (size_t i = 0; i < ARRAY_LEN(promises); i++) {
		const struct promise *promise = &promises[i];

		if (promise->method == asked->envelope.rpc &&
		    (!promise->is_later || response->args.status == 1))
			device_owe(observer, device, promise->code,
			    promise->has_key ? asked->args.command_key : NULL, response,
			    due);
	}
}

/* The ACS's request is in the answer to one turn, the CPE's response in the next. */
void device_learn_turns(struct observer *observer, struct session_record *session)
{
	for (size_t i = 0; i < session->n_turns; i++) {
		const struct http_record *asked = session->turns[i].answer;
		const struct http_record *post = session->turns[i].post;
		const struct http_record *response;

		if (post->on == ON_CPE_REQUEST &&
		    post->envelope.rpc == CWMP_TRANSFER_COMPLETE)
			learn_complete(session, &session->turns[i]);
		if (i + 1 == session->n_turns)
			break;
		response = session->turns[i + 1].post;
		if (asked && asked->on == ON_ACS_REQUEST &&
		    response->on == ON_CPE_RESPONSE &&
		    response->envelope.rpc == asked->envelope.rpc)
			learn_response(observer, session->device, asked, response);
	}
}

/* ---- what never came -------------------------------------------------------------------- */

static void note_open(struct observer *observer, const struct device_record *device,
    const struct device_transfer *transfer)
{
	struct observer_counts *counts = &observer->counts;
	auto_buf text = BUF_NULL;

	if (counts->open_transfers++ > 0)
		return;
	buf_printf(&text, "%s \"", cwmp_method_name(transfer->method));
	http_detail_put_text(&text, str_of(transfer->command_key),
	    observer->options.show_secrets);
	buf_printf(&text, "\" of %s, frame %llu", device->serial,
	    (unsigned long long)transfer->accepted.number);
	counts->open_transfer = observer_strdup(observer, buf_str(&text));
}

void device_transfers_finish(struct observer *observer)
{
	LIST_FOREACH (at, &observer->devices.all) {
		const struct device_record *device =
		    list_entry(at, struct device_record, all);
		const struct device_more *more = device->more;

		for (size_t i = 0; more && i < more->n_transfers; i++) {
			if (more->transfers[i].left > 0 && !more->transfers[i].is_told)
				note_open(observer, device, &more->transfers[i]);
		}
	}
}
