/* What a CPE tells the supervisor (agents/README.md). Secrets stand in no line. */
#include "agents/cpe/device/cpe_fleet.h"

#include "agents/cpe/dhcp6/lessee6.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/program/log.h"

#include <arpa/inet.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Null where nobody asked for what single CPEs do. */
static struct json *begin(struct cpe *cpe, const char *event)
{
	struct control *control = cpe->fleet->control;

	return control ? control_event_of(control, cpe->name, event) : NULL;
}

static void end(struct cpe *cpe)
{
	control_event_end(cpe->fleet->control);
}

/* People who read the events need no log that says the same. */
static bool is_logged(const struct cpe *cpe)
{
	return !control_tells_people(cpe->fleet->control);
}

void cpe_report_debug(struct cpe *cpe, bool is_error, const char *fmt, ...)
{
	const struct cpe_console *console = cpe->fleet->console;
	enum cpe_debug kind = is_error ? CPE_DEBUG_ERROR : CPE_DEBUG_EVENT;
	char text[ERROR_TEXT_MAX];
	va_list args;

	if (!console || !console->watches(console->user, cpe, kind))
		return;
	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	console->debug(console->user, cpe, kind, text);
}

void cpe_report_lease(struct cpe *cpe)
{
	const struct dhcp_lease *lease = cpe->lease;
	struct json *json = begin(cpe, "lease");
	char text[IPV4_TEXT_MAX];

	if (!json)
		return;
	json_text(json, "address", ipv4_text(lease->address, text));
	json_uint(json, "prefix", lease->prefix);
	json_text(json, "server", ipv4_text(lease->server, text));
	if (lease->router)
		json_text(json, "router", ipv4_text(lease->router, text));
	json_array_begin(json, "dns");
	for (size_t i = 0; i < lease->n_dns; i++)
		json_text(json, NULL, ipv4_text(lease->dns[i], text));
	json_array_end(json);
	json_uint(json, "lease_s", lease->lease_s);
	if (lease->lease_s == DHCP_LEASE_FOREVER)
		json_bool(json, "infinite", true);
	if (lease->acs.url.len > 0) {
		json_str(json, "acs_url", lease->acs.url);
		json_text(json, "layout",
		    lease->is_acs_from_125 ? "option 125"
					   : opt43_layout_name(lease->acs.layout));
	}
	end(cpe);
}

static void put_dns6(struct json *json, const struct place_net6 *net)
{
	char text[INET6_ADDRSTRLEN];

	json_array_begin(json, "dns");
	for (size_t i = 0; net && i < net->n_dns; i++)
		json_text(json, NULL,
		    inet_ntop(AF_INET6, net->dns[i], text, sizeof(text)));
	json_array_end(json);
}

static void put_lease6(struct json *json, const struct dhcp6_lease *lease)
{
	char text[INET6_ADDRSTRLEN + 8];
	size_t at;

	if (lease->has_address) {
		json_uint(json, "lease_s", lease->valid_s);
		if (lease->valid_s == DHCP6_FOREVER)
			json_bool(json, "infinite", true);
	}
	if (lease->has_prefix) {
		(void)inet_ntop(AF_INET6, lease->prefix, text, INET6_ADDRSTRLEN);
		at = strlen(text);
		(void)snprintf(text + at, sizeof(text) - at, "/%u", lease->prefix_len);
		json_text(json, "delegated", text);
	}
	if (lease->acs.url.len > 0) {
		json_str(json, "acs_url", lease->acs.url);
		json_text(json, "layout", "option 17");
	}
}

void cpe_report_lease6(struct cpe *cpe)
{
	struct lessee6_view view = lessee6_view(cpe->lessee6);
	struct json *json = begin(cpe, "lease");
	char text[INET6_ADDRSTRLEN];

	if (!json)
		return;
	json_text(json, "address",
	    inet_ntop(AF_INET6, cpe->place->address6, text, sizeof(text)));
	json_uint(json, "prefix", view.prefix);
	json_text(json, "server", inet_ntop(AF_INET6, view.from, text, sizeof(text)));
	json_text(json, "origin", net6_origin_name(view.origin));
	put_dns6(json, cpe->place->net6);
	put_lease6(json, view.lease);
	end(cpe);
}

static void report_trouble(struct cpe *cpe, const char *event, const char *address,
    const char *why)
{
	struct json *json = begin(cpe, event);

	if (!json)
		return;
	json_text(json, "address", address);
	json_text(json, "why", why);
	end(cpe);
	if (is_logged(cpe))
		log_warn("%s: %s %s: %s", cpe->name, event, address, why);
}

void cpe_report_trouble(struct cpe *cpe, const char *event, uint32_t address,
    const char *why)
{
	char text[IPV4_TEXT_MAX];

	report_trouble(cpe, event, ipv4_text(address, text), why);
}

void cpe_report_trouble6(struct cpe *cpe, const char *event, const uint8_t *address,
    const char *why)
{
	char text[INET6_ADDRSTRLEN];

	report_trouble(cpe, event, inet_ntop(AF_INET6, address, text, sizeof(text)),
	    why);
}

void cpe_report_acs(struct cpe *cpe)
{
	struct json *json = begin(cpe, "acs");
	enum acs_source source = acs_slots_source(&cpe->slots);

	cpe_report_debug(cpe, false, "The ACS is %s (%s).", cpe->acs_url,
	    acs_source_name(source));
	if (!json)
		return;
	json_text(json, "url", cpe->acs_url);
	json_text(json, "source", acs_source_name(source));
	end(cpe);
	log_debug("%s: ACS %s (%s)", cpe->name, cpe->acs_url, acs_source_name(source));
}

static void debug_start(struct cpe *cpe, const struct cwmp_event *events, size_t n)
{
	auto_buf codes = BUF_NULL;

	if (!cpe->fleet->console)
		return;
	for (size_t i = 0; i < n; i++)
		buf_printf(&codes, "%s%.*s", i > 0 ? ", " : "",
		    STR_ARG(events[i].code));
	cpe_report_debug(cpe, false, "A session with %s begins: %s; retry count %u.",
	    cpe->acs_url, buf_cstr(&codes), cpe->retry_count);
}

void cpe_report_start(struct cpe *cpe, const struct cwmp_event *events, size_t n)
{
	struct json *json = begin(cpe, "session-start");

	debug_start(cpe, events, n);
	if (!json)
		return;
	json_text(json, "url", cpe->acs_url);
	json_array_begin(json, "events");
	for (size_t i = 0; i < n; i++)
		json_str(json, NULL, events[i].code);
	json_array_end(json);
	json_uint(json, "retry_count", cpe->retry_count);
	end(cpe);
}

void cpe_report_end(struct cpe *cpe, const struct failure *failure)
{
	struct json *json = begin(cpe, "session-end");
	bool is_ok = failure->layer == FAILURE_NONE;
	const char *url = cpe->acs_url ? cpe->acs_url : "no ACS";

	if (is_ok)
		cpe_report_debug(cpe, false, "The session with %s has ended.", url);
	else
		cpe_report_debug(cpe, true, "The session with %s has failed: %s: %s.",
		    url, failure_layer_name(failure->layer), failure->why);
	if (!json)
		return;
	json_text(json, "url", cpe->acs_url ? cpe->acs_url : "");
	json_bool(json, "ok", is_ok);
	if (!is_ok) {
		json_text(json, "layer", failure_layer_name(failure->layer));
		json_text(json, "why", failure->why);
	}
	end(cpe);
	if (!is_ok && is_logged(cpe))
		log_warn("%s: session with %s: %s: %s", cpe->name, url,
		    failure_layer_name(failure->layer), failure->why);
}

void cpe_report_reachable(struct cpe *cpe)
{
	struct json *json = begin(cpe, "reachable");
	char text[CPE_CALL_URL_MAX];

	if (!json)
		return;
	json_text(json, "url", cpe_call_url(cpe, text));
	end(cpe);
}

void cpe_report_notification(struct cpe *cpe, const char *to, size_t n)
{
	struct json *json = begin(cpe, "notification");

	if (!json)
		return;
	json_text(json, "to", to);
	json_uint(json, "parameters", n);
	end(cpe);
}

void cpe_report_binding(struct cpe *cpe, int64_t seconds)
{
	struct json *json = begin(cpe, "binding");

	if (!json)
		return;
	json_int(json, "lives_s", seconds);
	end(cpe);
}

/* Strangers can ask as often as they like. */
void cpe_report_call(struct cpe *cpe, const char *peer, unsigned status,
    const char *why)
{
	struct control *control = cpe->fleet->control;
	struct json *json =
	    control ? control_event_rationed_of(control, cpe->name, "call") : NULL;

	if (!json)
		return;
	json_text(json, "address", peer);
	json_text(json, "by", status ? "http" : "udp");
	if (status)
		json_uint(json, "status", status);
	if (why)
		json_text(json, "why", why);
	end(cpe);
}

void cpe_report_retry(struct cpe *cpe, clock_ns wait, struct retry_band band)
{
	struct json *json = begin(cpe, "retry");

	cpe_report_debug(cpe, false, "The next try comes in %.3f s; retry count %u.",
	    (double)wait / (double)NS_PER_S, cpe->retry_count);
	if (!json)
		return;
	json_uint(json, "retry_count", cpe->retry_count);
	json_int(json, "wait_ms", wait / NS_PER_MS);
	json_int(json, "from_ms", band.from / NS_PER_MS);
	json_int(json, "to_ms", band.to / NS_PER_MS);
	end(cpe);
}

void cpe_report_moved(struct cpe *cpe, const char *from, const char *to)
{
	struct json *json = begin(cpe, "moved");

	if (!json)
		return;
	json_text(json, "from", from);
	json_text(json, "to", to);
	end(cpe);
	if (is_logged(cpe))
		log_info("%s: moved from %s to %s", cpe->name, from, to);
}

/* Its URL may have a secret in it, and so may the words of a fault. */
static void debug_transfer(struct cpe *cpe, const struct job *job, bool is_over)
{
	struct str type = job_text(job, JOB_FILE_TYPE);
	const char *what = job_is_download(job) ? "download" : "upload";

	if (is_over && job->fault != 0)
		cpe_report_debug(cpe, true, "The %s of \"%.*s\" has failed: %u.", what,
		    STR_ARG(type), job->fault);
	else
		cpe_report_debug(cpe, false, "The %s of \"%.*s\" %s.", what,
		    STR_ARG(type), is_over ? "has ended" : "begins");
}

void cpe_report_transfer(struct cpe *cpe, const struct job *job, bool is_over)
{
	struct json *json = begin(cpe, is_over ? "transfer-end" : "transfer-start");

	debug_transfer(cpe, job, is_over);
	if (!json)
		return;
	json_str(json, "url", job_text(job, JOB_URL));
	json_bool(json, "download", job_is_download(job));
	json_str(json, "file_type", job_text(job, JOB_FILE_TYPE));
	json_str(json, "command_key", job_text(job, JOB_COMMAND_KEY));
	if (is_over) {
		json_bool(json, "ok", job->fault == 0);
		if (job->fault != 0) {
			json_uint(json, "fault", job->fault);
			json_str(json, "why", job_text(job, JOB_FAULT));
		}
	}
	end(cpe);
	if (is_over && job->fault != 0 && is_logged(cpe))
		log_warn("%s: transfer of %.*s: fault %u: %.*s", cpe->name,
		    STR_ARG(job_text(job, JOB_URL)), job->fault,
		    STR_ARG(job_text(job, JOB_FAULT)));
}

void cpe_report_unit(struct cpe *cpe, const struct job_operation *operation)
{
	static const char *const names[JOB_OPERATION_KINDS] = { "install", "update",
		"uninstall" };
	struct json *json = begin(cpe, "unit");

	if (!json)
		return;
	json_text(json, "do", names[operation->kind]);
	json_str(json, "url", job_operation_text(operation, JOB_OF_URL));
	json_str(json, "uuid", job_operation_text(operation, JOB_IS_UUID));
	json_str(json, "version", job_operation_text(operation, JOB_IS_VERSION));
	json_str(json, "state", job_operation_text(operation, JOB_IS_STATE));
	json_bool(json, "ok", operation->fault == 0);
	if (operation->fault != 0) {
		json_uint(json, "fault", operation->fault);
		json_str(json, "why", job_operation_text(operation, JOB_IS_FAULT));
	}
	end(cpe);
	if (operation->fault != 0 && is_logged(cpe))
		log_warn("%s: %s of a deployment unit: fault %u: %.*s", cpe->name,
		    names[operation->kind], operation->fault,
		    STR_ARG(job_operation_text(operation, JOB_IS_FAULT)));
}

void cpe_report_diagnostic(struct cpe *cpe, enum diag_kind kind, const char *object)
{
	struct json *json = begin(cpe, "diagnostic-start");

	if (!json)
		return;
	json_text(json, "diagnostic", diag_kind_name(kind));
	json_text(json, "object", object);
	end(cpe);
}

void cpe_report_diagnosed(struct cpe *cpe, enum diag_kind kind, const char *object,
    const char *state)
{
	struct json *json = begin(cpe, "diagnostic-end");

	if (!json)
		return;
	json_text(json, "diagnostic", diag_kind_name(kind));
	json_text(json, "object", object);
	json_text(json, "state", state);
	end(cpe);
	if (is_logged(cpe))
		log_info("%s: %s: %s", cpe->name, object, state);
}

void cpe_report_flash(struct cpe *cpe, clock_ns wait)
{
	struct json *json = begin(cpe, "flash");

	if (!json)
		return;
	json_int(json, "dark_ms", wait / NS_PER_MS);
	end(cpe);
}

void cpe_report_settled(struct cpe *cpe, clock_ns due)
{
	struct json *json = begin(cpe, "settled");
	clock_ns now = cpe->fleet->edges->monotonic();

	if (!json)
		return;
	if (due != INT64_MAX)
		json_int(json, "next_ms", MAX(due - now, 0) / NS_PER_MS);
	end(cpe);
}
