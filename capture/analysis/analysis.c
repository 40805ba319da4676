#include "capture/analysis/analysis_internal.h"
#include "capture/analysis/analysis_subjects.h"

#include "capture/decoder.h"
#include "capture/sequence/sequence_check.h"
#include "lib/base/rng.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>

/* The parameters whose values the sequences ask about. */
static void collect_parameters(const struct analysis_options *options,
    const char *parameters[SEQUENCE_PARAMETERS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_sequences; i++) {
		const struct sequence_step *steps = options->sequences[i]->steps.items;

		for (size_t k = 0; k < options->sequences[i]->steps.len; k++) {
			if (steps[k].parameter && n < SEQUENCE_PARAMETERS_MAX)
				parameters[n++] = steps[k].parameter;
		}
	}
	parameters[n] = NULL;
}

static int expect_cpes(const struct analysis_options *options,
    struct observer *observer, struct error *err)
{
	for (size_t i = 0; i < options->n_cpes; i++) {
		uint8_t mac[6];

		if (mac_parse(str_of(options->cpes[i]), mac) < 0)
			return error_set(err, ERR_USAGE, "\"%s\" is no MAC",
			    options->cpes[i]);
		if (observer_expect(observer, mac) < 0)
			return error_set(err, -ENOMEM, "no memory");
	}
	return 0;
}

static void take_counts(struct analysis_counts *out, const struct decoder_counts *in)
{
	*out = (struct analysis_counts){
		.packets = in->packets,
		.bytes = in->bytes,
		.dropped = in->dropped,
		.tcp_connections = in->tcp.connections,
		.tls_sessions = in->tls.sessions,
		.tls_decrypted = in->tls.decrypted,
		.tls_without_secrets = in->tls.without_secrets,
		.began_before = in->tcp.began_before,
		.gaps = in->tcp.gaps,
		.undecodable = in->undecodable,
		.gap_bytes = in->tcp.gap_bytes,
		.retransmitted = in->tcp.retransmitted,
		.reordered = in->tcp.reordered,
		.conflicts = in->tcp.conflicts,
		.evicted = in->tcp.evicted,
		.keylog_junk = in->keylog_junk,
		.is_truncated = in->is_truncated,
		.truncated_at = in->truncated_at,
		.damage = in->damage,
		.text = in->text,
		.messages = in->messages,
		.is_timeless = in->text && !in->has_times,
		.damage_line = in->damage_line,
		.damage_column = in->damage_column,
		.skipped_records = in->skipped_records,
		.skipped_at = in->skipped_at,
		.skipped_why = in->skipped_why,
	};
}

static void take_session_counts(struct analysis_counts *out,
    const struct observer_counts *in, const struct judge *judge)
{
	out->evicted_hosts = in->forgotten;
	out->evicted_devices = in->forgotten_devices;
	out->xmpp_connections = in->adjacent.xmpp;
	out->lightweight_notifications = in->adjacent.lightweight;
	out->bulk_data_reports = in->adjacent.bulk_data;
	out->relayed_requests = in->relayed;
	out->other_class = in->other_class;
	out->open_transfers = in->open_transfers;
	out->open_transfer = in->open_transfer;
	out->devices = in->devices;
	out->sessions = in->sessions;
	out->sessions_complete = in->complete;
	out->sessions_broken = in->broken;
	out->sessions_failed = in->failed;
	out->failures = in->failed + in->failed_tries;
	analysis_count_unjudged(out, in->unjudged);
	out->musts = judge_total(judge, RULE_MUST);
	out->shoulds = judge_total(judge, RULE_SHOULD);
	out->notes = judge_total(judge, RULE_NOTE);
}

void analysis_count(struct analysis *analysis)
{
	const struct analysis_private *inner = analysis->private_;

	take_counts(&analysis->counts,
	    inner->decoder ? decoder_counts(inner->decoder) : &inner->counts);
	take_session_counts(&analysis->counts, observer_counts(inner->observer),
	    inner->judge);
}

static void name_device(struct sequence_result *result,
    const struct analysis_subject *subject)
{
	const struct device_record *device =
	    subject->device == SIZE_MAX ? NULL : subject->cpe->device;

	result->device = subject->device;
	result->shares_address = subject->cpe->is_shared;
	result->oui = device ? device->oui : NULL;
	result->product_class = device ? device->product_class : NULL;
	result->serial = device ? device->serial : NULL;
}

static int check_subject(const struct analysis_options *options,
    struct analysis *analysis, struct observer *observer,
    const struct analysis_subject *subject)
{
	for (size_t i = 0; i < options->n_sequences; i++) {
		struct sequence_result *result =
		    &analysis->sequences[analysis->n_sequences];
		int r = sequence_check(options->sequences[i], observer, subject->cpe,
		    analysis->counts.is_truncated, result);

		if (r < 0)
			return r;
		/* Its steps are of TCP, TLS, DHCP and DNS as well, and of times. */
		if (analysis->counts.text) {
			result->ok = false;
			result->not_judged = "no packets";
		}
		name_device(result, subject);
		analysis->n_sequences++;
		/* A sequence that cannot be judged was not seen to hold. */
		analysis->ok &= result->ok;
	}
	return 0;
}

static int check_sequences(const struct analysis_options *options,
    struct analysis *analysis, struct observer *observer)
{
	struct analysis_subjects subjects;
	int r = analysis_find_subjects(observer, &subjects);

	if (r < 0)
		return r;
	analysis->sequences = arena_array(observer_arena(observer),
	    subjects.len * options->n_sequences, sizeof(*analysis->sequences));
	if (!analysis->sequences)
		return -ENOMEM;
	for (size_t i = 0; i < subjects.len && r == 0; i++)
		r = check_subject(options, analysis, observer, &subjects.items[i]);
	/* Where no CPE was seen, no sequence was seen to hold. */
	if (analysis->n_sequences == 0 && options->n_sequences > 0)
		analysis->ok = false;
	return r;
}

/* ---- findings ---------------------------------------------------------------------- */

static int take_findings(struct analysis *analysis)
{
	const struct analysis_private *inner = analysis->private_;
	const struct finding *findings =
	    judge_findings(inner->judge, &analysis->n_findings);
	size_t n = analysis->n_findings;

	analysis->findings =
	    arena_array(observer_arena(inner->observer), n, sizeof(*findings));
	analysis->n_rules = rules_count();
	analysis->rules = arena_array(observer_arena(inner->observer),
	    analysis->n_rules, sizeof(*analysis->rules));
	analysis->tallies = judge_tallies(inner->judge, &analysis->n_tallies);
	if (!analysis->findings || !analysis->rules || !analysis->tallies)
		return -ENOMEM;
	if (n > 0)
		memcpy(analysis->findings, findings, n * sizeof(*findings));
	if (analysis->n_rules > 0)
		memcpy(analysis->rules, judge_counts(inner->judge),
		    analysis->n_rules * sizeof(*analysis->rules));
	analysis_sort_findings(analysis->findings, n);
	for (size_t i = 0; i < n; i++)
		analysis->findings[i].line =
		    observer_line(inner->observer, analysis->findings[i].frame);
	return judge_error(inner->judge);
}

static int fill(struct analysis *analysis)
{
	const struct analysis_private *inner = analysis->private_;
	const struct analysis_options *options = &inner->options;
	int r;

	observer_finish(inner->observer, inner->counts.last);
	analysis_count(analysis);
	analysis->start = observer_first(inner->observer).time;
	analysis->end = inner->counts.last.time;
	r = observer_error(inner->observer);
	if (r == 0)
		r = take_findings(analysis);
	analysis_take_failures(analysis);
	if (r == 0 && options->ended)
		r = analysis_stream_devices(analysis);
	else if (r == 0 && !options->only_findings)
		r = analysis_build_sessions(analysis, inner->observer);
	if (r == 0 && options->n_sequences > 0)
		r = check_sequences(options, analysis, inner->observer);
	if (analysis->counts.musts > 0 || analysis->counts.failures > 0 ||
	    (options->rules.is_strict && analysis->counts.shoulds > 0))
		analysis->ok = false;
	return r < 0 ? r : inner->failures.error;
}

/* ---- interface --------------------------------------------------------------------- */

static int prepare(const struct analysis_options *options, struct analysis *analysis,
    struct error *err)
{
	struct analysis_private *inner = analysis->private_;
	struct observer_options observing = { .keep_records = !options->only_findings &&
							      !options->ended,
		.keep_bodies = options->keep_bodies,
		.show_secrets = options->show_secrets,
		.progress = options->progress,
		.user = options->user,
		.ports = options->ports,
		.n_ports = options->n_ports,
		.devices_max = options->devices_max,
		.parameters = inner->parameters };

	analysis->hash_seed = observing.hash_seed = rng_fresh_seed();
	inner->options = *options;
	collect_parameters(options, inner->parameters);
	observing.ended = options->ended ? analysis_stream_ended : NULL;
	observing.act = options->ended && options->act ? analysis_stream_act : NULL;
	observing.ended_user = analysis;
	inner->stream.told.seed = analysis->hash_seed;
	inner->stream.names.seed = analysis->hash_seed;
	inner->judge =
	    options->ended
		? judge_new(&inner->options.rules, analysis_stream_found, analysis)
		: judge_new(&inner->options.rules, options->found, options->user);
	observing.whole = analysis_listen;
	observing.whole_user = inner;
	if (inner->judge)
		inner->observer = observer_new(&observing);
	if (!inner->observer)
		return error_set(err, -ENOMEM, "no memory");
	inner->sink = observer_sink(inner->observer);
	analysis->file = options->path;
	analysis->ok = true;
	return expect_cpes(options, inner->observer, err);
}

static int make(const struct analysis_options *options, struct analysis **ret,
    struct error *err)
{
	struct analysis *analysis = calloc(1, sizeof(*analysis));
	int r;

	if (analysis)
		analysis->private_ = calloc(1, sizeof(*analysis->private_));
	if (!analysis || !analysis->private_) {
		free(analysis);
		return error_set(err, -ENOMEM, "no memory");
	}
	r = prepare(options, analysis, err);
	if (r < 0)
		analysis_free(analysis);
	else
		*ret = analysis;
	return r;
}

int analysis_run(const struct analysis_options *options, struct analysis **ret,
    struct error *err)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct analysis_private *inner;
	int r = make(options, &analysis, err);

	if (r < 0)
		return r;
	inner = analysis->private_;
	r = decoder_run(options->path, options->keylog, &inner->sink, &inner->counts,
	    err);
	if (r < 0)
		return r;
	r = fill(analysis);
	if (r < 0)
		return error_set(err, r, "%s: no memory for what is in it",
		    options->path);
	*ret = steal_ptr(&analysis);
	return 0;
}

int analysis_begin(const struct analysis_options *options, struct analysis **ret,
    struct error *err)
{
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	int r = make(options, &analysis, err);

	if (r < 0)
		return r;
	analysis->private_->decoder = decoder_new(&analysis->private_->sink, NULL);
	if (!analysis->private_->decoder)
		return error_set(err, -ENOMEM, "no memory");
	*ret = steal_ptr(&analysis);
	return 0;
}

struct decoder *analysis_decoder(struct analysis *analysis)
{
	return analysis->private_->decoder;
}

void analysis_tick(struct analysis *analysis, clock_ns now)
{
	observer_pass_time(analysis->private_->observer, now);
}

int analysis_end(struct analysis *analysis, struct error *err)
{
	struct analysis_private *inner = analysis->private_;
	int r;

	decoder_end(inner->decoder);
	inner->counts = *decoder_counts(inner->decoder);
	decoder_free(inner->decoder);
	inner->decoder = NULL;
	r = fill(analysis);
	return r < 0 ? error_set(err, r, "no memory for what is in the capture") : 0;
}

void analysis_free(struct analysis *analysis)
{
	if (!analysis)
		return;
	if (analysis->private_) {
		/* The decoder's connections point into the observer. */
		if (analysis->private_->decoder) {
			decoder_end(analysis->private_->decoder);
			decoder_free(analysis->private_->decoder);
		}
		observer_free(analysis->private_->observer);
		judge_free(analysis->private_->judge);
		analysis_stream_free(&analysis->private_->stream);
		analysis_free_failures(&analysis->private_->failures);
	}
	free(analysis->private_);
	free(analysis);
}
