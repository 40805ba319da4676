#include "capture/analysis_internal.h"

#include "capture/decoder.h"
#include "capture/sequence_check.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>

enum {
	PARAMETERS_MAX = 64
};

/* The parameters whose values the sequences ask about. */
static void collect_parameters(const struct analysis_options *options,
    const char *parameters[PARAMETERS_MAX + 1])
{
	size_t n = 0;

	for (size_t i = 0; i < options->n_sequences; i++) {
		const struct sequence_step *steps = options->sequences[i]->steps.items;

		for (size_t k = 0; k < options->sequences[i]->steps.len; k++) {
			if (steps[k].parameter && n < PARAMETERS_MAX)
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
		.tcp_connections = in->tcp_connections,
		.tls_sessions = in->tls_sessions,
		.tls_decrypted = in->tls_decrypted,
		.began_before = in->began_before,
		.gaps = in->gaps,
		.undecodable = in->undecodable,
		.is_truncated = in->is_truncated,
	};
}

static int check_cpe(const struct analysis_options *options, struct analysis *analysis,
    struct observer *observer, const struct cpe_record *cpe)
{
	for (size_t i = 0; i < options->n_sequences; i++) {
		struct sequence_result *result =
		    &analysis->sequences[analysis->n_sequences];
		int r = sequence_check(options->sequences[i], observer, cpe,
		    analysis->counts.is_truncated, result);

		if (r < 0)
			return r;
		analysis->n_sequences++;
		/* What cannot be judged is no violation; nor does it prove anything. */
		analysis->ok &= result->ok;
	}
	return 0;
}

static int check_sequences(const struct analysis_options *options,
    struct analysis *analysis, struct observer *observer)
{
	const struct records *cpes = observer_cpes(observer);
	int r = 0;

	analysis->sequences = arena_array(observer_arena(observer),
	    cpes->len * options->n_sequences, sizeof(*analysis->sequences));
	if (!analysis->sequences)
		return -ENOMEM;
	for (size_t i = 0; i < cpes->len && r == 0; i++) {
		const struct cpe_record *cpe = cpes->items[i];

		if (cpe->is_cwmp)
			r = check_cpe(options, analysis, observer, cpe);
	}
	/* Where nobody is seen nothing is proved. */
	if (analysis->n_sequences == 0 && options->n_sequences > 0)
		analysis->ok = false;
	return r;
}

static int fill(const struct analysis_options *options, struct analysis *analysis,
    struct error *err)
{
	struct observer *observer = analysis->private_->observer;
	const struct conn_sink sink = observer_sink(observer);
	struct decoder_counts counts;
	int r = expect_cpes(options, observer, err);

	if (r < 0)
		return r;
	r = decoder_run(options->path, options->keylog, &sink, &counts, err);
	if (r < 0)
		return r;
	take_counts(&analysis->counts, &counts);
	r = observer_error(observer);
	if (r == 0)
		r = analysis_build_sessions(analysis, observer);
	if (r == 0)
		r = check_sequences(options, analysis, observer);
	return r < 0
		   ? error_set(err, r, "%s: no memory for what is in it", options->path)
		   : 0;
}

int analysis_run(const struct analysis_options *options, struct analysis **ret,
    struct error *err)
{
	const char *parameters[PARAMETERS_MAX + 1];
	const struct observer_options observing = { .keep_bodies = options->keep_bodies,
		.show_secrets = options->show_secrets,
		.parameters = parameters };
	struct analysis *analysis = calloc(1, sizeof(*analysis));
	int r;

	collect_parameters(options, parameters);
	if (analysis)
		analysis->private_ = calloc(1, sizeof(*analysis->private_));
	if (analysis && analysis->private_)
		analysis->private_->observer = observer_new(&observing);
	if (!analysis || !analysis->private_ || !analysis->private_->observer) {
		analysis_free(analysis);
		return error_set(err, -ENOMEM, "no memory");
	}
	analysis->file = options->path;
	analysis->ok = true;
	r = fill(options, analysis, err);
	if (r < 0)
		analysis_free(analysis);
	else
		*ret = analysis;
	return r;
}

void analysis_free(struct analysis *analysis)
{
	if (!analysis)
		return;
	if (analysis->private_)
		observer_free(analysis->private_->observer);
	free(analysis->private_);
	free(analysis);
}
