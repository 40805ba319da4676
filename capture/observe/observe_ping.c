/* The pings of a diagnostic: that an ACS asks for one, its echoes, what the CPE has counted. */
#include "capture/observe/observe_internal.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

static struct ping_record *ping_of(const struct device_record *device)
{
	return device && device->more ? device->more->ping : NULL;
}

static bool is_other(const struct ping_record *ping, const struct echo_record *echo)
{
	return echo->id != ping->id ||
	       (uint16_t)(echo->sequence - ping->first) >= DEVICE_ECHOES_MAX;
}

/* Whether the peer is the Host, by its address or by what a look-up has told the CPE. */
static bool is_host(const struct cpe_record *cpe, const struct ping_record *ping,
    const struct address *peer)
{
	char text[ADDRESS_TEXT_MAX];

	if (strcmp(address_text(peer, text), ping->host) == 0)
		return true;
	for (size_t i = 0; i < cpe_n_look_ups(cpe); i++) {
		const struct resolution *told = cpe->look_ups[i].what;

		if (!str_eq_nocase(str_of(told->name), str_of(ping->host)))
			continue;
		for (size_t k = 0; k < told->n_addresses; k++) {
			if (address_eq(&told->addresses[k], peer))
				return true;
		}
	}
	return false;
}

void observe_echo(struct observer *observer, const struct address *cpe,
    const struct address *peer, const struct echo_record *echo)
{
	struct cpe_record *host = observer_find_cpe(observer, cpe);
	struct ping_record *ping = ping_of(host ? cpe_device(host) : NULL);
	size_t at;

	if (!ping || ping->read.number != 0 || !is_host(host, ping, peer) ||
	    (ping->n_sent == 0 && echo->is_reply))
		return;
	if (ping->n_sent == 0) {
		ping->id = echo->id;
		ping->first = echo->sequence;
	}
	if (is_other(ping, echo)) {
		ping->has_others = true;
		return;
	}
	at = (uint16_t)(echo->sequence - ping->first);
	if (!echo->is_reply && !ping->echoes[at].is_sent) {
		ping->echoes[at].is_sent = true;
		ping->echoes[at].time = echo->time;
		ping->n_sent++;
	} else if (echo->is_reply && ping->echoes[at].is_sent &&
		   !ping->echoes[at].is_back) {
		ping->echoes[at].is_back = true;
		/* It comes to the CPE later than it is seen. */
		if (2 * (echo->time - ping->echoes[at].time) < ping->timeout)
			ping->n_back++;
	}
}

/* The object of a parameter of an IPPing (TR-181, TR-098); a null view for others. */
static struct str ping_object(struct str name)
{
	static const char *const parts[] = { ".IPPing.", ".IPPingDiagnostics." };
	size_t at;

	for (size_t i = 0; i < ARRAY_LEN(parts); i++) {
		if (str_find(name, str_of(parts[i]), &at))
			return str_make(name.p, at + strlen(parts[i]));
	}
	return STR_NULL;
}

/* The value of that parameter of the object; a null view where it is not there. */
static struct str value_of(const struct cwmp_params *params, struct str object,
    const char *name)
{
	for (size_t i = 0; i < params->len; i++) {
		const struct cwmp_param *param = &params->items[i];

		if (str_starts(param->name, object) &&
		    str_is(str_from(param->name, object.len), name))
			return param->value;
	}
	return STR_NULL;
}

void pings_forget(struct device_record *device)
{
	if (device->more)
		free(steal_ptr(&device->more->ping));
}

static void ask_ping(struct observer *observer, struct device_record *device,
    const struct cwmp_params *params, struct str object)
{
	struct device_more *more = device_more(observer, device);
	struct str host = value_of(params, object, "Host");
	uint64_t timeout_ms = 0;
	struct ping_record *ping;

	if (!more || object.len >= sizeof(ping->object) ||
	    host.len >= sizeof(ping->host))
		return;
	ping = calloc(1, sizeof(*ping));
	if (!ping) {
		observer->memory.error = -ENOMEM;
		return;
	}
	(void)str_to_u64(value_of(params, object, "Timeout"), UINT32_MAX, &timeout_ms);
	(void)snprintf(ping->object, sizeof(ping->object), "%.*s", STR_ARG(object));
	(void)snprintf(ping->host, sizeof(ping->host), "%.*s", STR_ARG(host));
	ping->timeout = (clock_ns)timeout_ms * NS_PER_MS;
	more->ping = ping;
}

/* Whatever is set of it ends one that runs (TR-181, DiagnosticsState). */
static void learn_ask(struct observer *observer, struct device_record *device,
    const struct cwmp_params *params)
{
	struct str object = STR_NULL;

	for (size_t i = 0; i < params->len && !object.p; i++)
		object = ping_object(params->items[i].name);
	if (!object.p)
		return;
	pings_forget(device);
	if (str_is(value_of(params, object, "DiagnosticsState"), "Requested"))
		ask_ping(observer, device, params, object);
}

static void learn_counts(struct ping_record *ping, const struct http_record *record,
    const struct cwmp_params *params)
{
	struct str object = str_of(ping->object);

	if (ping->read.number == 0 &&
	    str_is(value_of(params, object, "DiagnosticsState"), "Complete") &&
	    str_to_u64(value_of(params, object, "SuccessCount"), UINT32_MAX,
		&ping->n_success) == 0 &&
	    str_to_u64(value_of(params, object, "FailureCount"), UINT32_MAX,
		&ping->n_failure) == 0)
		ping->read = record->frame;
}

void pings_learn(struct observer *observer, struct device_record *device,
    const struct http_record *record, const struct cwmp_msg *msg)
{
	struct ping_record *ping = ping_of(device);

	if (record->on == ON_ACS_REQUEST && msg->method == CWMP_SET_PARAMETER_VALUES)
		learn_ask(observer, device, &msg->args.params);
	else if (ping && record->on == ON_CPE_RESPONSE &&
		 msg->method == CWMP_GET_PARAMETER_VALUES)
		learn_counts(ping, record, &msg->args.params);
}
