/* Any bytes as a capture, through the whole of it: sessions, devices, rules, a sequence,
 * and every format that an analysis is written in. */
#include "capture/analysis/analysis.h"
#include "capture/report/format.h"
#include "capture/report/ladder_crowd.h"
#include "capture/report/ndjson.h"
#include "capture/report/stats.h"
#include "capture/report/tables.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"
#include "lib/sequence/sequence.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static const char text[] =
    "name: fuzz\n"
    "steps:\n"
    "  - {step: 0, see: lease, what: a}\n"
    "  - {step: 0, see: look-up, to: $acs_url, what: b}\n"
    "  - {step: 1, see: open, to: $acs_url, what: c}\n"
    "  - {step: 3, see: cpe-sends, message: Inform, what: d}\n"
    "  - {step: 4, see: acs-sends, message: InformResponse, what: e}\n"
    "  - {step: 5, see: close, what: f}\n";

static void write_all(const struct analysis *analysis)
{
	static const struct ladder_options ladder = { .capture = "x" },
					   narrow = { .width = 40, .is_utf8 = true };
	static const struct screen screen = { .width = 40 };
	auto_cleanup(stats_free) struct stats *stats = NULL;
	auto_buf out = BUF_MAX(1 << 24);
	struct json json = json_writer(&out, 1);

	json_object_begin(&json, NULL);
	analysis_write_counts(&analysis->counts, &json);
	analysis_write_json(analysis, &json);
	json_object_end(&json);
	format_ndjson(&out, analysis);
	format_har(&out, analysis);
	format_mermaid(&out, analysis);
	ladder_write(&out, analysis, &ladder);
	ladder_write(&out, analysis, &narrow);
	tables_write(&out, analysis, &screen);
	if (stats_make(analysis, &stats) == 0)
		stats_write_text(stats, &out, &screen);
}

/* ---- what is told meanwhile ------------------------------------------------------------ */

struct listener {
	struct buf text;
	struct ndjson lines;
	struct ladder_crowd *crowd;
};

static void on_ended(void *user, const struct analysis *analysis,
    const struct analysis_session *session)
{
	struct listener *listener = user;

	(void)analysis;
	ndjson_put_session(&listener->lines, session);
	ladder_crowd_session(listener->crowd, session);
}

static void on_act(void *user, const struct analysis *analysis,
    const struct analysis_host *host)
{
	struct listener *listener = user;

	(void)analysis;
	ndjson_put_act(&listener->lines, host);
	ladder_crowd_act(listener->crowd, host);
}

static void on_found(void *user, const struct finding *finding)
{
	struct listener *listener = user;

	ladder_crowd_finding(listener->crowd, finding);
}

static void on_failed(void *user, const struct analysis_failure *failure)
{
	struct listener *listener = user;

	ladder_crowd_failure(listener->crowd, failure);
}

static struct analysis *read_once(const char *path, struct listener *listener)
{
	const struct analysis_options options = { .path = path,
		.devices_max = 2,
		.ended = on_ended,
		.act = on_act,
		.found = on_found,
		.failed = on_failed,
		.user = listener };
	struct analysis *analysis = NULL;

	if (analysis_run(&options, &analysis, NULL) < 0)
		return NULL;
	return analysis;
}

static void stream(const char *path)
{
	struct listener listener = { .text = BUF_MAX(1 << 24),
		.crowd = ladder_crowd_new(LADDERS_MAX, 1) };
	const struct ladder_options ladder = { .capture = "x" };
	struct analysis *analysis;

	listener.lines = ndjson_make(&listener.text, 1);
	analysis_free(read_once(path, &listener));
	if (ladder_crowd_choose(listener.crowd) == 0) {
		analysis = read_once(path, &listener);
		if (analysis)
			ladder_crowd_write(&listener.text, listener.crowd, analysis,
			    &ladder);
		analysis_free(analysis);
	}
	ndjson_free(&listener.lines);
	ladder_crowd_free(listener.crowd);
	buf_free(&listener.text);
}

static void analyse(const char *path, bool only_findings)
{
	struct sequence *sequence = NULL;
	const struct sequence *sequences[1];
	struct analysis_options options = { .path = path,
		.only_findings = only_findings,
		.keep_bodies = !only_findings };
	auto_cleanup(analysis_free) struct analysis *analysis = NULL;
	struct error err = ERROR_NULL;

	if (sequence_parse("fuzz.yaml", str_of(text), &sequence, NULL) < 0)
		abort();
	sequences[0] = sequence;
	options.sequences = sequences;
	options.n_sequences = only_findings ? 0 : 1;
	if (analysis_run(&options, &analysis, &err) < 0) {
		if (err.text[0] == '\0')
			abort();
	} else if (!only_findings) {
		write_all(analysis);
	}
	sequence_free(sequence);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
	auto_fd fd = memfd_create("capture", MFD_CLOEXEC);
	char path[64];

	if (fd < 0 || write(fd, bytes, len) != (ssize_t)len)
		return 0;
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	analyse(path, true);
	analyse(path, false);
	stream(path);
	return 0;
}
