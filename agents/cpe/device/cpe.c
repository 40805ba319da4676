/* The life of a CPE between its sessions: boot, timers, retries, moves. */
#include "agents/common/netns.h"
#include "agents/cpe/device/cpe_fleet.h"

#include "lib/base/log.h"
#include "lib/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>

/* ---- the ACS ------------------------------------------------------------------------ */

/* Looks whether the ACS is another one than before. A change of the URL is a BOOTSTRAP and
 * ends all retrying (TR-069 A6 3.7.1.5). Returns whether there is an ACS. */
static bool look_for_acs(struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);
	char *url;

	if (!slot)
		return false;
	if (cpe->acs_url && strcmp(cpe->acs_url, slot->url) == 0)
		return true;
	url = str_dup(str_of(slot->url));
	if (!url)
		return cpe->acs_url;
	if (cpe->acs_url)
		cpe_report_moved(cpe, cpe->acs_url, url);
	free(cpe->acs_url);
	cpe->acs_url = url;
	cpe->retry_count = 0;
	cpe->retry_at = INT64_MAX;
	(void)event_queue_add(&cpe->events, CWMP_EVENT_BOOTSTRAP, STR_NULL);
	cpe_report_acs(cpe);
	return true;
}

static bool is_moving(const struct cpe *cpe)
{
	const struct acs_slot *slot = acs_slots_current(&cpe->slots);

	return slot && cpe->acs_url && strcmp(cpe->acs_url, slot->url) != 0;
}

/* ---- retries ------------------------------------------------------------------------ */

static struct retry_policy policy_of(const struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	struct retry_policy policy = {
		.min_wait = config->retry.min_wait,
		.multiplier = (uint32_t)config->retry.multiplier,
		.limit = config->retry.limit,
	};

	if (!policy.min_wait)
		policy.min_wait =
		    (clock_ns)model_values_number(&cpe->values, MODEL_RETRY_MIN_WAIT) *
		    NS_PER_S;
	if (!policy.multiplier)
		policy.multiplier =
		    (uint32_t)model_values_number(&cpe->values, MODEL_RETRY_MULTIPLIER);
	return policy;
}

static void plan_retry(struct cpe *cpe)
{
	struct retry_policy policy = policy_of(cpe);
	clock_ns wait;

	cpe->retry_count++;
	if (!retry_is_allowed(&policy, cpe->retry_count)) {
		log_warn("%s: gives up after %" PRIu64 " retries", cpe->name,
		    policy.limit);
		return;
	}
	wait = retry_wait(&policy, cpe->retry_count, &cpe->rng);
	cpe->retry_at = clock_monotonic() + wait;
	cpe_report_retry(cpe, wait, retry_band(&policy, cpe->retry_count));
}

/* ---- periodic Inform ---------------------------------------------------------------- */

/* PeriodicInformTime gives the phase; the unknown time leaves it free (TR-098). */
static clock_ns phase_of(struct str text)
{
	struct tm tm = { 0 };
	char copy[32];

	if (str_starts(text, STR("0001-01-01")))
		return -1;
	(void)snprintf(copy, sizeof(copy), "%.*s", STR_ARG(text));
	if (!strptime(copy, "%Y-%m-%dT%H:%M:%S", &tm))
		return -1;
	return (clock_ns)timegm(&tm) * NS_PER_S;
}

static clock_ns next_period(const struct cpe *cpe, clock_ns interval)
{
	clock_ns phase =
	    phase_of(str_of(model_values_get_live(&cpe->values, MODEL_PERIODIC_TIME)));
	clock_ns now = clock_monotonic(), into;

	if (phase < 0 && cpe->periodic_at != INT64_MAX &&
	    cpe->periodic_at + interval > now)
		return cpe->periodic_at + interval;
	if (phase < 0)
		return now + interval;
	into = (clock_wall() - phase) % interval;
	return now + interval - (into < 0 ? into + interval : into);
}

static void plan_periodic(struct cpe *cpe)
{
	uint64_t interval = 0;

	if (model_values_number(&cpe->values, MODEL_PERIODIC_ENABLE))
		interval = model_values_number(&cpe->values, MODEL_PERIODIC_INTERVAL);
	if (interval == cpe->periodic_s)
		return;
	cpe->periodic_s = interval;
	cpe->periodic_at =
	    interval ? next_period(cpe, (clock_ns)interval * NS_PER_S) : INT64_MAX;
}

static void take_periodic(struct cpe *cpe, clock_ns now)
{
	if (now < cpe->periodic_at)
		return;
	(void)event_queue_add(&cpe->events, CWMP_EVENT_PERIODIC, STR_NULL);
	cpe->periodic_at = next_period(cpe, (clock_ns)cpe->periodic_s * NS_PER_S);
}

static void take_schedules(struct cpe *cpe, clock_ns now)
{
	for (unsigned i = cpe->n_schedules; i-- > 0;) {
		struct cpe_schedule *schedule = &cpe->schedules[i];

		if (now < schedule->due)
			continue;
		(void)event_queue_add(&cpe->events, CWMP_EVENT_SCHEDULED, STR_NULL);
		(void)event_queue_add(&cpe->events, CWMP_EVENT_M_SCHEDULE_INFORM,
		    str_of(schedule->command_key));
		free(schedule->command_key);
		*schedule = cpe->schedules[--cpe->n_schedules];
	}
}

static void forget_schedules(struct cpe *cpe)
{
	while (cpe->n_schedules > 0)
		free(cpe->schedules[--cpe->n_schedules].command_key);
	free(steal_ptr(&cpe->schedules));
}

/* ---- time --------------------------------------------------------------------------- */

static void on_timer(uv_timer_t *timer);

void cpe_arm(struct cpe *cpe)
{
	clock_ns at =
	    MIN(MIN(cpe->boot_at, cpe->retry_at), MIN(cpe->periodic_at, cpe->deadline));
	clock_ns left;

	if (cpe->is_stopping)
		return;
	if (cpe->dhcp)
		at = MIN(at, cpe->dhcp->timer_at);
	for (unsigned i = 0; i < cpe->n_schedules; i++)
		at = MIN(at, cpe->schedules[i].due);
	if (at == INT64_MAX) {
		(void)uv_timer_stop(&cpe->timer);
		return;
	}
	left = MAX(at - clock_monotonic(), 0);
	uv_update_time(cpe->fleet->loop);
	(void)uv_timer_start(&cpe->timer, on_timer,
	    (uint64_t)((left + NS_PER_MS - 1) / NS_PER_MS), 0);
}

static void boot(struct cpe *cpe, clock_ns now)
{
	cpe->boot_at = INT64_MAX;
	cpe->booted_at = now;
	cpe->is_booting = true;
	cpe->is_settled = cpe->has_missed_acs = false;
	event_queue_reboot(&cpe->events);
	if (!cpe->dhcp) {
		cpe->state = CPE_IDLE;
		return;
	}
	cpe->state = CPE_LEASING;
	cpe_dhcp_step(cpe, DHCP_CLIENT_START, NULL);
}

static void on_timer(uv_timer_t *timer)
{
	struct cpe *cpe = timer->data;
	clock_ns now = clock_monotonic();

	if (now >= cpe->boot_at)
		boot(cpe, now);
	take_periodic(cpe, now);
	take_schedules(cpe, now);
	if (now >= cpe->deadline)
		cpe_talk_timeout(cpe);
	if (cpe->dhcp && now >= cpe->dhcp->timer_at)
		cpe_dhcp_step(cpe, DHCP_CLIENT_TIMER, NULL);
	cpe_consider(cpe);
	cpe_arm(cpe);
}

/* ---- what to do next ---------------------------------------------------------------- */

/* No slot has a URL: the report has to say so, once a boot. */
static void miss_acs(struct cpe *cpe)
{
	static const char *const whys[] = {
		"no ACS is set",
		"the lease names no ACS (option 43) and none is set",
	};
	struct failure failure;
	char oddity[96] = "";

	if (cpe->has_missed_acs)
		return;
	cpe->has_missed_acs = true;
	failure_set(&failure, FAILURE_DHCP, "%s", whys[cpe->dhcp != NULL]);
	if (cpe->dhcp)
		cpe_explain_option_43(cpe, oddity, sizeof(oddity));
	if (oddity[0])
		failure_set(&failure, FAILURE_DHCP,
		    "option 43 of the lease names no ACS: %s", oddity);
	cpe_report_end(cpe, &failure);
}

static void settle(struct cpe *cpe)
{
	if (cpe->is_settled || cpe->retry_at != INT64_MAX)
		return;
	cpe->is_settled = true;
	cpe_report_settled(cpe);
}

/* Whether something has happened that the failed session did not carry: that session is
 * then the retry, whatever the timer says (TR-069 A6 3.2.1.1). */
static bool is_due(const struct cpe *cpe, clock_ns now)
{
	bool has_news = cpe->events.len > cpe->n_failed_events;

	if (cpe->events.len == 0)
		return false;
	if (cpe->retry_at != INT64_MAX && now >= cpe->retry_at)
		return true;
	return has_news || cpe->retry_count == 0;
}

void cpe_consider(struct cpe *cpe)
{
	if (cpe->state != CPE_IDLE || cpe->is_stopping)
		return;
	if (!look_for_acs(cpe)) {
		miss_acs(cpe);
		settle(cpe);
		return;
	}
	if (cpe->is_booting) {
		cpe->is_booting = false;
		(void)event_queue_add(&cpe->events, CWMP_EVENT_BOOT, STR_NULL);
		if (cpe->wish.reboot)
			(void)event_queue_add(&cpe->events, CWMP_EVENT_M_REBOOT,
			    str_of(cpe->wish.reboot_key));
		cpe->wish = (struct cpe_wish){ .reboot = false };
	}
	plan_periodic(cpe);
	if (is_due(cpe, clock_monotonic())) {
		cpe->is_settled = false;
		cpe_talk_start(cpe);
	} else {
		settle(cpe);
	}
	cpe_arm(cpe);
}

/* ---- life --------------------------------------------------------------------------- */

static int take_identity(struct cpe *cpe, const struct cpe_instance *instance, size_t i,
    struct error *err)
{
	const struct cpe_config *config = cpe->fleet->config;
	char name[CPE_NAME_MAX], serial[CPE_NAME_MAX];

	(void)snprintf(name, sizeof(name), config->count > 1 ? "%.64s-%zu" : "%.64s",
	    config->node, i + 1);
	(void)snprintf(serial, sizeof(serial), "%012zX", i + 1);
	if (instance && instance->has_mac)
		(void)snprintf(serial, sizeof(serial), "%02X%02X%02X%02X%02X%02X",
		    instance->mac[0], instance->mac[1], instance->mac[2],
		    instance->mac[3], instance->mac[4], instance->mac[5]);
	cpe->name = str_dup(str_of(instance ? instance->name : name));
	cpe->serial =
	    str_dup(str_of(instance && instance->serial ? instance->serial : serial));
	if (!cpe->name || !cpe->serial)
		return error_set(err, -ENOMEM, "no memory for a CPE");
	if (!instance)
		return 0;
	cpe->interface = instance->interface;
	cpe->has_mac = instance->has_mac;
	memcpy(cpe->mac, instance->mac, sizeof(cpe->mac));
	if (!instance->netns)
		return 0;
	cpe->netns = open(instance->netns, O_RDONLY | O_CLOEXEC);
	return cpe->netns < 0 ? error_set(err, -errno, "%s: network namespace %s: %s",
				    cpe->name, instance->netns, strerror(errno))
			      : 0;
}

static int take_acs(struct cpe *cpe, enum acs_source source,
    const struct cpe_acs_config *acs)
{
	return acs_slots_set(&cpe->slots, source, str_of(acs->url),
	    str_of(acs->username), str_of(acs->password));
}

static int take_config(struct cpe *cpe)
{
	const struct cpe_config *config = cpe->fleet->config;
	char text[24];
	int r = take_acs(cpe, ACS_SOURCE_USER, &config->acs);

	if (r == 0)
		r = take_acs(cpe, ACS_SOURCE_DEFAULT, &config->default_acs);
	if (r < 0 || config->periodic_inform == 0)
		return r;
	(void)snprintf(text, sizeof(text), "%lld",
	    (long long)MAX(config->periodic_inform / NS_PER_S, 1));
	r = model_values_set_live(&cpe->values, MODEL_PERIODIC_INTERVAL, str_of(text));
	return r < 0 ? r
		     : model_values_set_live(&cpe->values, MODEL_PERIODIC_ENABLE,
			   STR("1"));
}

static void reset_to_factory(struct cpe *cpe)
{
	model_values_free(&cpe->values);
	acs_slots_free(&cpe->slots);
	if (take_config(cpe) < 0)
		log_error("%s: no memory for a factory reset", cpe->name);
	forget_schedules(cpe);
	event_queue_free(&cpe->events);
	free(steal_ptr(&cpe->acs_url)); /* so that the next session is a BOOTSTRAP */
}

void cpe_talk_over(struct cpe *cpe, bool is_success)
{
	struct cpe_wish wish = cpe->wish;

	cpe->fleet->n_sessions++;
	cpe->fleet->n_failures += !is_success;
	cpe->state = cpe->dhcp && cpe->address == 0 ? CPE_LEASING : CPE_IDLE;
	cpe->n_failed_events = is_success ? 0 : cpe->events.len;
	if (cpe->is_stopping)
		return;
	if (is_success)
		cpe->retry_count = 0;
	if (wish.factory_reset)
		reset_to_factory(cpe);
	if (wish.reboot || wish.factory_reset) {
		cpe->wish.factory_reset = false;
		cpe->state = CPE_OFF;
		if (cpe->dhcp)
			cpe_dhcp_step(cpe, DHCP_CLIENT_STOP, NULL);
		cpe_boot_in(cpe, 0);
		return;
	}
	if (!is_success && !is_moving(cpe))
		plan_retry(cpe);
	cpe_consider(cpe);
	cpe_arm(cpe);
}

int cpe_open(struct cpe *cpe, struct cpe_fleet *fleet,
    const struct cpe_instance *instance, size_t i, struct error *err)
{
	int r;

	*cpe = (struct cpe){
		.fleet = fleet,
		.netns = -1,
		.rng = rng_make(fleet->seed, i),
		.io = DHCP_IO_NULL,
		.boot_at = INT64_MAX,
		.retry_at = INT64_MAX,
		.periodic_at = INT64_MAX,
		.deadline = INT64_MAX,
		.values = { .model = fleet->model },
		.rpc = { .values = &cpe->values, .device = cpe_device(cpe) },
	};
	(void)snprintf(cpe->cr_path, sizeof(cpe->cr_path), "%016" PRIx64,
	    rng_u64(&cpe->rng));
	r = take_identity(cpe, instance, i, err);
	if (r == 0 && take_config(cpe) < 0)
		r = error_set(err, -ENOMEM, "no memory for a CPE");
	if (r == 0 && fleet->config->dhcp)
		r = cpe_dhcp_open(cpe, err);
	if (r < 0)
		return r;
	(void)uv_timer_init(fleet->loop, &cpe->timer);
	cpe->timer.data = cpe;
	cpe->n_open = 1;
	return 0;
}

void cpe_boot_in(struct cpe *cpe, clock_ns delay)
{
	cpe->boot_at = clock_monotonic() + delay;
	cpe_arm(cpe);
}

static void on_timer_closed(uv_handle_t *handle)
{
	struct cpe *cpe = handle->data;

	if (--cpe->n_open == 0)
		cpe_fleet_stopped(cpe->fleet);
}

void cpe_stop(struct cpe *cpe)
{
	if (cpe->is_stopping)
		return;
	cpe->is_stopping = true;
	cpe_talk_break(cpe, FAILURE_CWMP, "the CPE is switched off");
	if (cpe->dhcp && cpe->dhcp->state != DHCP_CLIENT_STOPPED)
		cpe_dhcp_step(cpe, DHCP_CLIENT_STOP, NULL);
	cpe_dhcp_close(cpe);
	cpe->state = CPE_STOPPED;
	uv_close((uv_handle_t *)&cpe->timer, on_timer_closed);
}

void cpe_free(struct cpe *cpe)
{
	free((char *)(uintptr_t)cpe->name);
	free(cpe->serial);
	free(cpe->acs_url);
	if (cpe->dhcp)
		dhcp_client_free(cpe->dhcp);
	free(cpe->dhcp);
	acs_slots_free(&cpe->slots);
	model_values_free(&cpe->values);
	event_queue_free(&cpe->events);
	forget_schedules(cpe);
	if (cpe->netns >= 0)
		(void)close(cpe->netns);
}

const char *cpe_state_name(enum cpe_state state)
{
	static const char *const names[] = { "off", "leasing", "idle", "resolving",
		"connecting", "talking", "closing", "stopped" };

	return names[state];
}
