/* What a run must hold: 'session.p99<500ms', 'failed<0.1%', 'completed>=1000',
 * 'service.Inform.max<=2s', 'rate>=800/s'.
 *
 *     threshold = metric operator value
 *     metric    = [latency. | service.] PHASE . (p50 p90 p95 p99 p999 p9999 min mean max
 *                 count) | lateness . (the same)
 *               | offered started completed retried failed shed open skipped unaccounted
 *               | failed.LAYER | rate | completed-rate | recovery
 *     operator  = < <= > >= ==
 *     value     = a time with its unit | a number | a number with % (of those started;
 *                 of skipped: of those offered) | a number with /s (of rates)
 *
 * A phase without a prefix is its latency. Blanks may stand round the operator. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/base/error.h"
#include "lib/base/str.h"
#include "lib/load/tally.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	THRESHOLD_TEXT_MAX = 128,
	THRESHOLDS_MAX = 64
};

enum threshold_metric {
	THRESHOLD_TIME,  /* a value of a phase's histogram */
	THRESHOLD_COUNT, /* a number of sessions */
	THRESHOLD_SHARE, /* the same as a share */
	THRESHOLD_RATE,  /* a second */
	THRESHOLD_RECOVERY
};

enum threshold_operator {
	THRESHOLD_LT,
	THRESHOLD_LE,
	THRESHOLD_GT,
	THRESHOLD_GE,
	THRESHOLD_EQ
};

enum threshold_of { /* which number THRESHOLD_COUNT, _SHARE and _RATE are of */
	THRESHOLD_OFFERED,
	THRESHOLD_STARTED,
	THRESHOLD_COMPLETED,
	THRESHOLD_RETRIED,
	THRESHOLD_FAILED, /* layer: of which; TALLY_LAYERS: all */
	THRESHOLD_SHED,
	THRESHOLD_OPEN,
	THRESHOLD_SKIPPED,
	THRESHOLD_UNACCOUNTED, /* what the sums of the tally miss */
	THRESHOLD_PHASE_COUNT
};

struct threshold {
	char text[THRESHOLD_TEXT_MAX]; /* as it was written, blanks at its ends cut */
	enum threshold_metric metric;
	enum threshold_operator op;
	enum threshold_of of;
	unsigned layer; /* enum tally_layer, or TALLY_LAYERS */
	unsigned phase; /* of THRESHOLD_TIME and _PHASE_COUNT; TALLY_PHASES: lateness */
	bool is_service; /* else latency */
	enum threshold_stat {
		THRESHOLD_PERCENTILE,
		THRESHOLD_MIN,
		THRESHOLD_MEAN,
		THRESHOLD_MAX,
		THRESHOLD_COUNT_OF /* threshold.of is THRESHOLD_PHASE_COUNT then */
	} stat;
	double percent; /* of THRESHOLD_PERCENTILE */
	/* microseconds; a number of sessions; millionths of them; thousandths a second
	 */
	uint64_t value;
};

/* Reads one. ERR_MALFORMED, or ERR_LIMIT for one that is too long, with words that name
 * the column ("threshold 'session.p99<500': column 13: ..."), the byte in err->offset
 * and, where a name is not known, the nearest one. */
int threshold_parse(struct threshold *ret, struct str text, struct error *err);

/* What thresholds are held against. */
struct threshold_input {
	const struct tally *tally;
	uint64_t took_us;     /* the part of the run that is judged */
	bool has_recovery;    /* a storm was part of it */
	uint64_t recovery_us; /* UINT64_MAX: it never recovered */
};

struct threshold_result {
	const struct threshold *threshold; /* borrowed */
	bool holds;
	bool has_value; /* false: nothing to look at (no session completed): it does not
			 * hold, but an upper bound on a count or share of nothing does
			 */
	uint64_t value; /* in the unit of threshold.value */
};

/* Holds it against the numbers. */
struct threshold_result threshold_judge(const struct threshold *threshold,
    const struct threshold_input *input);

/* Whether it could still come to hold as the run goes on: upper bounds of counts that
 * are passed cannot. For --abort-on-fail, which ends a run when this is false, or when
 * a time or share has not held for as long as the caller wants. */
bool threshold_can_recover(const struct threshold_result *result);

/* Appends "session.p99 is 612.000 ms, not < 500ms" or "... as wanted (< 500ms)"; one
 * line without its end. */
void threshold_tell(struct buf *out, const struct threshold_result *result);

/* Appends a value in its unit: "612.000 ms", "12", "0.1200 %", "833.250/s". */
void threshold_put_value(struct buf *out, enum threshold_metric metric, uint64_t value);
