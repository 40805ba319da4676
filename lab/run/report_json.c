#include "lab/run/report.h"

#include "capture/analysis/analysis.h"
#include "lib/base/json.h"
#include "lib/base/text.h"

static void put_time(struct json *json, const char *key, clock_ns time)
{
	char text[CLOCK_ISO8601_MAX];

	json_text(json, key, clock_iso8601(time, 9, text));
}

/* From the CPE's own events. */
static void put_said(struct json *json, const struct fleet_cpe *cpe)
{
	json_object_begin(json, "said");
	if (cpe->url[0]) {
		json_text(json, "acs", cpe->url);
		json_text(json, "acs_source", cpe->url_source);
		json_text(json, "first_acs_source", cpe->first_source);
	}
	json_bool(json, "settled", cpe->is_settled);
	json_uint(json, "sessions", cpe->sessions);
	json_uint(json, "failures", cpe->failures);
	if (cpe->why[0])
		json_text(json, "why", cpe->why);
	if (cpe->retry_count) {
		json_object_begin(json, "retry");
		json_uint(json, "retry_count", cpe->retry_count);
		json_int(json, "wait_ms", cpe->wait_ms);
		json_int(json, "from_ms", cpe->from_ms);
		json_int(json, "to_ms", cpe->to_ms);
		json_object_end(json);
	}
	json_object_end(json);
}

static void put_node(struct json *json, const struct report *report, size_t i)
{
	const struct plan_instance *instance = &report->lab->plan->instances[i];
	const struct fleet_cpe *cpe = fleet_cpe(report->run->fleet, i);
	uint32_t address = cpe ? cpe->address : instance->node->address.address;
	const uint8_t *address6 =
	    cpe ? cpe->address6 : instance->node->address6.address;
	char text[IPV6_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "name", instance->name);
	json_text(json, "kind", node_kind_name(instance->node->kind));
	json_text(json, "mac", mac_text(instance->mac, text));
	if (address)
		json_text(json, "address", ipv4_text(address, text));
	if (ipv6_is_set(address6))
		json_text(json, "address6", ipv6_text(address6, text));
	if (instance->node->attach.switch_name) {
		json_text(json, "attach", instance->node->attach.switch_name);
		json_text(json, "port", instance->port.name);
	}
	if (cpe)
		put_said(json, cpe);
	json_object_end(json);
}

static void put_sequence(struct json *json, const struct verdict_item *item)
{
	json_text(json, "sequence", item->expect->sequence);
	json_bool(json, "ok", item->ok);
	json_uint(json, "cpes", verdict_cpes(item));
	json_uint(json, "held", item->held);
	json_uint(json, "needed", item->needed);
}

/* By the key of the file, with what reports call it. */
static void put_other(struct json *json, const struct verdict_item *item)
{
	static const char *const outcomes[] = {
		[EXPECT_UNDECIDED] = "not judged",
		[EXPECT_HELD] = "held",
		[EXPECT_BROKEN] = "broken",
		[EXPECT_NOT_JUDGED] = "not judged",
	};

	json_text(json, expectation_kind_name(item->expect->kind), item->expect->text);
	json_bool(json, "ok", item->ok);
	json_text(json, "outcome", outcomes[item->result.outcome]);
	json_text(json, "why", item->result.text);
	if (item->result.frame)
		json_uint(json, "frame", item->result.frame);
}

static void put_expectations(struct json *json, const struct verdict *verdict)
{
	json_array_begin(json, "expectations");
	for (size_t i = 0; verdict && i < verdict->n_items; i++) {
		const struct verdict_item *item = &verdict->items[i];

		json_object_begin(json, NULL);
		if (verdict_is_of_cpes(item))
			put_sequence(json, item);
		else
			put_other(json, item);
		json_object_end(json);
	}
	json_array_end(json);
}

/* What the expectations say and, where they do not hold, what the capture does. */
static const char *verdict_name(const struct report *report)
{
	enum analysis_verdict verdict = VERDICT_NOT_JUDGED;

	if (report_ok(report))
		return analysis_verdict_name(VERDICT_OK);
	if (report->analysis && !report->run->exit)
		verdict = analysis_verdict(report->analysis);
	/* Steps of a CPE of which nothing was seen are in no sequence of the analysis. */
	return analysis_verdict_name(verdict == VERDICT_OK ? VERDICT_BROKEN : verdict);
}

void report_write_json(const struct report *report, struct buf *out)
{
	const struct plan *plan = report->lab->plan;
	const struct run *run = report->run;
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_text(&json, "lab", report->lab->topology->name);
	json_text(&json, "file", report->lab->topology->path);
	if (report->lab->topology->fault)
		json_text(&json, "fault", report->lab->topology->fault->name);
	json_bool(&json, "ok", report_ok(report));
	json_text(&json, "verdict", verdict_name(report));
	json_text(&json, "program", "cwmplab " CWMPLAB_VERSION);
	json_uint(&json, "seed", report->lab->seed);
	put_time(&json, "start", run->began);
	put_time(&json, "end", run->ended);
	json_bool(&json, "interrupted", run->is_interrupted);
	if (run->exit)
		json_text(&json, "why", run->why);
	if (report->analysis)
		analysis_write_counts(&report->analysis->counts, &json);
	put_expectations(&json, report->verdict);
	loads_write_json(run->loads, &json);
	json_array_begin(&json, "nodes");
	for (size_t i = 0; i < plan->n_instances; i++)
		put_node(&json, report, i);
	json_array_end(&json);
	if (report->analysis)
		analysis_write_json(report->analysis, &json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}
