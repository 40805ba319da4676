/* Parts of captures. */
#include "tests/rules/trial.h"

#include "capture/decoder.h"
#include "lib/base/rng.h"
#include "tests/support/transcript.h"

#include <inttypes.h>

enum {
	LOSS = 8,   /* one frame of so many */
	SEEDS = 40, /* of captures with losses */
};

/* Feeds a decoder with the frames from first to last, but not with the one left out. */
struct window {
	struct decoder *decoder;
	uint64_t first, last, without;
	bool is_doubled;
	uint64_t seed; /* 0; else each eighth frame or so is missing */
};

static bool is_lost(const struct window *w, uint64_t number)
{
	struct rng rng = rng_make(w->seed, number);

	return number == w->without || (w->seed > 0 && rng_between(&rng, 1, LOSS) == 1);
}

static void feed_window(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct window *w = user;

	if (number < w->first || number > w->last || is_lost(w, number))
		return;
	transcript_feed(w->decoder, frame, len, time, number);
	if (w->is_doubled)
		transcript_feed(w->decoder, frame, len, time + NS_PER_US, number);
}

/* What is not in the capture must not be held against anybody. Of what is broken anyway only
 * that it can be judged. */
static void judge_window(struct trial *t, struct window *w)
{
	struct analysis_options options = { .path = t->name, .only_findings = true };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct packets packets = PACKETS_NULL;
	struct error err = ERROR_NULL;

	if (analysis_begin(&options, &analysis, &err) < 0) {
		FAIL(t, "%s", err.text);
		return;
	}
	w->decoder = analysis_decoder(analysis);
	packets.tap = feed_window;
	packets.tap_user = w;
	(void)script_run_text(t->name, buf_str(&t->text), &packets, NULL, &err);
	if (analysis_end(analysis, &err) < 0)
		FAIL(t, "%s", err.text);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (!t->is_break && strcmp(f->severity, "note") != 0)
			FAIL(t,
			    "frames %" PRIu64 "-%" PRIu64 " without %" PRIu64
			    ", losses %" PRIu64 ": %s frame %" PRIu64 ": %s",
			    w->first, w->last, w->without, w->seed, f->rule, f->frame,
			    f->text);
	}
	packets_free(&packets);
}

static void judge_windows(struct trial *t)
{
	uint64_t n = t->map.len > 0 ? t->map.lines[t->map.len - 1].last : 0;

	for (uint64_t i = 1; i <= n; i++) {
		judge_window(t, &(struct window){ .first = 1, .last = i });
		judge_window(t, &(struct window){ .first = i, .last = n });
		judge_window(t,
		    &(struct window){ .first = 1, .last = n, .without = i });
	}
	judge_window(t, &(struct window){ .first = 1, .last = n, .is_doubled = true });
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		judge_window(t,
		    &(struct window){ .first = 1, .last = n, .seed = seed });
}

unsigned trial_cut(const char *folder, const char *name)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	struct error err = ERROR_NULL;
	auto_buf path = BUF_NULL;

	buf_printf(&path, "%s/%s", folder, name);
	if (trial_name(&t, name)) {
		if (script_load(&t.text, buf_cstr(&path), &err) < 0 ||
		    trial_judge(&t, false, &t.analysis, &err) < 0)
			FAIL(&t, "%s", err.text);
		else
			judge_windows(&t);
	}
	buf_free(&t.text);
	script_map_free(&t.map);
	analysis_free(t.analysis);
	return t.failures;
}
