/* Parts of captures. */
#include "tests/rules/trial.h"

#include "capture/decoder.h"
#include "lib/base/rng.h"
#include "tests/support/transcript.h"

#include <inttypes.h>

enum {
#if defined(__SANITIZE_ADDRESS__)
	WINDOWS_MAX = 80, /* a fifth of them: each takes ten times as long */
	SEEDS = 12,
#else
	WINDOWS_MAX =
	    400,    /* of a capture, of each kind; of longer ones not every frame */
	SEEDS = 60, /* of captures with losses */
#endif
	LOSS_MAX = 12,     /* percent of their frames */
	AT_SOURCE_MAC = 6, /* in an Ethernet frame */
};

enum side { /* what a mirror of one port and one direction shows */
	SIDE_BOTH,
	SIDE_CPE,
	SIDE_OTHERS,
};

/* The frames of a script, to be replayed. */
struct frames {
	struct buf bytes;
	struct buf heads; /* struct head */
};

struct head {
	size_t at, len;
	clock_ns time;
	uint64_t number;
};

static void keep_frame(void *user, const uint8_t *frame, size_t len, clock_ns time,
    uint64_t number)
{
	struct frames *frames = user;
	struct head head = { frames->bytes.len, len, time, number };

	buf_append(&frames->bytes, frame, len);
	buf_append(&frames->heads, &head, sizeof(head));
}

/* The frames from first to last, but not the one left out. */
struct window {
	uint64_t first, last, without;
	bool is_doubled;
	uint64_t
	    seed; /* 0; else some percent of the frames are missing, more with more */
	enum side side;
};

static bool is_of_cpe(const uint8_t *frame)
{
	static const uint8_t cpe[6] = { 2, 0, 0, 0, 0, 100 };

	return memcmp(frame + AT_SOURCE_MAC, cpe, sizeof(cpe)) == 0;
}

static bool is_lost(const struct window *w, uint64_t number, const uint8_t *frame)
{
	struct rng rng = rng_make(w->seed, number);

	if (w->side != SIDE_BOTH && is_of_cpe(frame) != (w->side == SIDE_CPE))
		return true;
	return number == w->without ||
	       (w->seed > 0 && rng_between(&rng, 1, 100) <= w->seed % LOSS_MAX + 1);
}

static void feed_window(const struct window *w, const struct frames *frames,
    struct decoder *decoder)
{
	for (size_t i = 0; i < frames->heads.len; i += sizeof(struct head)) {
		const uint8_t *bytes;
		struct head head;

		memcpy(&head, frames->heads.data + i, sizeof(head));
		bytes = frames->bytes.data + head.at;
		if (head.number < w->first || head.number > w->last ||
		    is_lost(w, head.number, bytes))
			continue;
		transcript_feed(decoder, bytes, head.len, head.time, head.number);
		if (w->is_doubled)
			transcript_feed(decoder, bytes, head.len, head.time + NS_PER_US,
			    head.number);
	}
}

/* What is not in the capture must not be held against anybody. */
static void judge_window(struct trial *t, const struct frames *frames,
    const struct window *w)
{
	struct analysis_options options = { .path = t->name, .only_findings = true };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;

	if (analysis_begin(&options, &analysis, &err) < 0) {
		FAIL(t, "%s", err.text);
		return;
	}
	feed_window(w, frames, analysis_decoder(analysis));
	if (analysis_end(analysis, &err) < 0)
		FAIL(t, "%s", err.text);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *f = &analysis->findings[i];

		if (f->severity != RULE_NOTE && !trial_names(t, f))
			FAIL(t,
			    "frames %" PRIu64 "-%" PRIu64 " without %" PRIu64
			    ", losses %" PRIu64 ": %s frame %" PRIu64 ": %s",
			    w->first, w->last, w->without, w->seed, f->rule, f->frame,
			    f->text);
	}
}

static void judge_windows(struct trial *t, const struct frames *frames)
{
	/* Of thousands, those that rules have stumbled over. */
	static const uint64_t hard[] = { 155, 226, 811, 983, 1286 };
	uint64_t n = frames->heads.len / sizeof(struct head);
	uint64_t step = n / WINDOWS_MAX + 1;

	for (uint64_t i = 1; i <= n; i += step) {
		judge_window(t, frames, &(struct window){ .first = 1, .last = i });
		judge_window(t, frames, &(struct window){ .first = i, .last = n });
		judge_window(t, frames,
		    &(struct window){ .first = 1, .last = n, .without = i });
	}
	judge_window(t, frames,
	    &(struct window){ .first = 1, .last = n, .is_doubled = true });
	for (enum side side = SIDE_CPE; side <= SIDE_OTHERS; side++)
		judge_window(t, frames,
		    &(struct window){ .first = 1, .last = n, .side = side });
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		judge_window(t, frames,
		    &(struct window){ .first = 1, .last = n, .seed = seed });
	for (size_t i = 0; i < ARRAY_LEN(hard); i++)
		judge_window(t, frames,
		    &(struct window){ .first = 1, .last = n, .seed = hard[i] });
}

unsigned trial_cut(const char *folder, const char *name)
{
	struct trial t = { .name = name, .text = BUF_NULL };
	struct error err = ERROR_NULL;
	struct packets packets = PACKETS_NULL;
	struct frames frames = { BUF_NULL, BUF_NULL };
	auto_buf path = BUF_NULL;

	/* Where a time stands on its bound, a missing SYN puts it past it. */
	if (trial_is_on_bound(name))
		return 0;
	buf_printf(&path, "%s/%s", folder, name);
	packets.tap = keep_frame;
	packets.tap_user = &frames;
	if (!trial_name(&t, name) || script_load(&t.text, buf_cstr(&path), &err) < 0 ||
	    script_run_text(name, buf_str(&t.text), &packets, &t.map, &err) < 0)
		FAIL(&t, "%s", err.text);
	else
		trial_read_announced(&t);
	if (t.failures == 0)
		judge_windows(&t, &frames);
	script_map_free(&t.map);
	packets_free(&packets);
	buf_free(&frames.bytes);
	buf_free(&frames.heads);
	buf_free(&t.text);
	return t.failures;
}
