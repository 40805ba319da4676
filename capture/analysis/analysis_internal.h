/* Shared by the analysis*.c files alone. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/decoder.h"
#include "capture/observe/observer.h"
#include "capture/rules/judge.h"
#include "lib/base/map.h"

enum {
	SEQUENCE_PARAMETERS_MAX = 64
};

#define NO_DEVICE UINT32_MAX

/* What is remembered of a session that was handed over: there may be very many. */
struct ended_session {
	uint64_t id;
	clock_ns start;
	/* Places (records.h), or NO_DEVICE: the one that its Inform named, and where there is
	 * none the only one that informs from its address. */
	uint32_t device, owner;
};

struct failure_list {
	struct arena arena;             /* of their texts */
	struct arena scratch;           /* of those of one that is not kept */
	struct analysis_failure *items; /* owned */
	size_t len, cap;
	int error; /* -ENOMEM where one had no room */
};

/* Sessions that are handed over as they end. */
struct session_stream {
	struct arena arena;          /* of the session that is being handed over */
	struct map told;             /* struct told, by the session's id */
	struct ended_session *ended; /* owned */
	size_t n_ended, cap;
	int error; /* -ENOMEM where memory ran out for a session */
	/* Where there is a filter, of what it leaves: */
	struct map names; /* char, owned: addresses and MACs */
	struct analysis_counts counts;
	uint64_t unjudged[UNJUDGED_REASONS];
};

struct analysis_private {
	struct analysis_options options;
	struct failure_list failures;
	const char *parameters[SEQUENCE_PARAMETERS_MAX + 1];
	struct judge *judge;
	struct observer *observer;
	struct conn_sink sink;
	struct session_stream stream; /* empty where sessions are kept */
	struct decoder *decoder;      /* null unless fed piece by piece */
	struct decoder_counts counts; /* once it is over */
};

/* The observer's listener: asks the judge, and keeps failures. user is the analysis_private. */
void analysis_listen(void *user, enum whole_what what, struct whole *whole);
/* Hands the failures over to the analysis, whose sessions are made already, or never are. */
void analysis_take_failures(struct analysis *analysis);
/* Puts failures where their messages are. -ENOMEM without memory. */
int analysis_mark_failures(struct analysis *analysis);

/* Takes over how many sessions there are for each reason (enum unjudged). */
void analysis_count_unjudged(struct analysis_counts *counts,
    const uint64_t unjudged[UNJUDGED_REASONS]);
/* Puts the failure of the record, where it has one, into a session that is handed over. -ENOMEM
 * without memory. */
int analysis_show_failure(const struct analysis *analysis,
    const struct session_record *record, struct analysis_session *session);
void analysis_free_failures(struct failure_list *failures);

/* A text from the wire as reports show it: without the secrets in its URLs, unless the
 * options ask for secrets. It is in arena, or text itself. Null where text is null, or
 * without memory. */
const char *analysis_shown(const struct analysis *analysis, struct arena *arena,
    const char *text);

/* Makes the sessions and devices of the report from the records, and puts findings to their
 * messages. -ENOMEM without memory. */
int analysis_build_sessions(struct analysis *analysis, struct observer *observer);

/* Fills *ret, but for id and device, with what the report says of the record; all of it is in
 * arena or lives as long as the record. -ENOMEM without memory. */
int analysis_build_session(struct analysis *analysis, struct arena *arena,
    const struct session_record *record, struct analysis_session *ret);

/* Whose session is made, and where its texts are kept. */
struct session_builder {
	struct analysis *analysis;
	struct arena *arena;
};

/* Puts the messages of the record into the session of the report, in the order of frames, and what
 * its connections did between them. -ENOMEM without memory. */
int analysis_add_rows(const struct session_builder *builder,
    struct analysis_session *session, const struct session_record *record);

/* Fills *ret, but for its sessions and findings, with what the report says of the device. */
void analysis_build_device(const struct analysis *analysis,
    const struct device_record *record, struct analysis_device *ret);

/* A ladder marks the message that breaks a rule; the gravest finding stands for it. Findings
 * and messages come in the order of frames: at is where the last search ended, 0 at first,
 * and what is returned is where this one did. */
size_t analysis_mark_message(const struct analysis_session *session, size_t at,
    const struct finding *finding);

/* In the order of frames and, of one frame, of the rules. */
void analysis_sort_findings(struct finding *findings, size_t n);

/* ---- analysis_stream.c: sessions that are handed over as they end --------------------- */

/* The judge's listener (finding_found_fn); user is the analysis. */
void analysis_stream_found(void *user, const struct finding *finding);

/* The observer's (observer_options.ended): hands the session over; user is the analysis. */
void analysis_stream_ended(void *user, struct session_record *record);

/* The observer's (observer_options.act): hands over what a CPE did beside its sessions; user is
 * the analysis. */
void analysis_stream_act(void *user, const struct cpe_record *cpe,
    const struct host_act *act);

/* Makes the devices of the report, after the last session, and takes out of it what the filter
 * of the options, where there is one, leaves out. -ENOMEM without memory. */
int analysis_stream_devices(struct analysis *analysis);

void analysis_stream_free(struct session_stream *stream);

/* Makes the hosts of the report: what the CPEs asked DHCP and DNS, and who called them.
 * -ENOMEM without memory. */
int analysis_build_hosts(struct analysis *analysis, struct observer *observer);

/* Fills *ret with the one or two messages of the act, in arena. -ENOMEM without memory. */
int analysis_build_act(const struct analysis *analysis, struct arena *arena,
    const struct cpe_record *cpe, const struct host_act *act,
    struct analysis_host *ret);

/* ---- analysis_find.c ------------------------------------------------------------------ */

/* The devices in the order in which analysis_find_device() looks for them. */
void analysis_sort_devices(struct analysis *analysis);

/* ---- filter_apply.c ------------------------------------------------------------------- */

/* Counts the findings that are left, by severity, and says whether all is ok, but for
 * sequences. */
void analysis_count_findings(struct analysis *analysis, bool is_strict);
