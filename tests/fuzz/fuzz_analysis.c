/* Any bytes as a capture, through the whole of it: sessions, devices, rules, a sequence,
 * and every format that an analysis is written in. */
#include "capture/analysis/analysis.h"
#include "capture/report/format.h"
#include "capture/report/ladder.h"
#include "capture/report/stats.h"
#include "capture/report/tables.h"
#include "capture/sequence/sequence.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

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
	return 0;
}
