/* Ladders as values: which CPEs an analysis knows, what passed between each and its ACSs,
 * and which of them fared alike. Printed as text by ladder.h, as a page by report_html.h. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/report/ladder.h"
#include "lib/base/arena.h"

struct ladder_row {
	bool has_step; /* the row is a step of the sequence; else only a message */
	unsigned step;
	/* Nothing passed, and nothing was to: a line of words behind the row before. */
	bool is_remark;
	bool is_failed; /* the step did not hold, or the message is broken */
	enum message_kind kind;
	enum message_from from;
	const char *text;           /* what passed, one line */
	const char *detail;         /* what it was about, one line; may be null */
	const char *peer;           /* name or address of the ACS; may be null */
	clock_ns time;              /* since the CPE's boot */
	uint64_t frame, last_frame; /* 0: none */
	const char *layer, *why;    /* of a failure; may be null */
	const struct analysis_message *message; /* null: none */
	const struct analysis_session *session; /* that it belongs to; null: none */
	const struct finding
	    *finding; /* the row is a finding and no message; or null */
};

struct ladder_host { /* one of the addresses that a CPE has had, or its MAC */
	const struct analysis_host *host;
	const struct ladder_host *next;
};

struct ladder_cpe {
	const char *name;    /* the lab's, or its address, or its MAC */
	const char *address; /* may be null */
	const char *mac;     /* may be null */
	clock_ns boot;
	const struct analysis_session **sessions; /* in order */
	size_t n_sessions;
	clock_ns first_session, last_session; /* when they began */
	const char *serial;                   /* in the last of them; may be null */
	const struct ladder_host *hosts;      /* what it asked for; may be null */
	const struct finding **findings;      /* about it, in the order of frames */
	size_t n_findings;
	const struct sequence_result *sequence; /* its first result; may be null */
	unsigned steps_held,
	    steps;    /* how many step numbers held, and how many there are */
	size_t shape; /* index into the model's shapes */
};

struct ladder_shape {
	size_t first;    /* index of the CPE whose ladder is shown for all of them */
	size_t len;      /* how many CPEs have it */
	const char *key; /* its rows as one text; equal keys are equal shapes */
};

struct ladder_model {
	struct arena arena;
	const struct ladder_options *options;
	struct ladder_cpe *cpes;
	size_t n_cpes;
	struct ladder_shape *shapes; /* in order of their first CPE */
	size_t n_shapes;
};

/* The model borrows from analysis and options. 0, or -ENOMEM without memory; the caller
 * calls ladder_model_free() in both cases. */
int ladder_model_build(struct ladder_model *model, const struct analysis *analysis,
    const struct ladder_options *options);
/* The same without shapes, which take the longest. */
int ladder_model_build_cpes(struct ladder_model *model, const struct analysis *analysis,
    const struct ladder_options *options);
void ladder_model_free(struct ladder_model *model);

/* The *ret_n rows of a CPE in the order of frames, made in arena and borrowing from the
 * model's analysis; null without memory. */
struct ladder_row *ladder_rows(const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *arena, size_t *ret_n);

/* What the CPE is called: by the lab, or by what is known of it. */
const char *ladder_name(const struct ladder_options *options, const char *mac,
    const char *address);

/* Appends what is alike in the rows of CPEs that fared alike; scratch is reset by the caller. */
void ladder_put_key(struct buf *key, const struct ladder_model *model,
    const struct ladder_cpe *cpe, struct arena *scratch);
/* The same of one text of a row; null is fine. */
void ladder_put_words(struct buf *key, const char *text);

/* The first step of its sequence that failed; null where none did, or where the
 * sequence cannot be judged. */
const struct step_result *ladder_failed(const struct ladder_cpe *cpe);
