#include "lab/verbs/cmds.h"

#include "lab/look/failures_text.h"
#include "lab/look/look.h"
#include "lab/term/cmd.h"
#include "lib/base/shown.h"
#include "lib/base/text.h"

#include <inttypes.h>
#include <stdio.h>

static void put_failure(const struct sequence_result *result, bool is_text,
    struct buf *out)
{
	auto_buf name = BUF_NULL;
	const char *cpe;

	buf_append_text(&name, result->cpe ? result->cpe : "a CPE");
	if (result->shares_address && result->serial)
		shown_printf(&name, " (%s)", result->serial);
	cpe = buf_cstr(&name);
	if (result->not_judged) {
		shown_printf(out, "%s  %s not judged: %s\n", cpe, result->name,
		    result->not_judged);
		return;
	}
	for (size_t i = 0; i < result->n_steps; i++) {
		const struct step_result *step = &result->steps[i];

		if (step->ok)
			continue;
		shown_printf(out, "%s  step %u (%s) failed, %s %" PRIu64 ": %s: %s\n",
		    cpe, step->step, step->what, is_text ? "message" : "frame",
		    step->frame, step->layer ? step->layer : "",
		    step->why ? step->why : "");
		return;
	}
}

/* Of one sequence, the i-th result being its first. */
static void put_sequence(const struct analysis *analysis, size_t i, struct buf *out)
{
	const char *name = analysis->sequences[i].name;
	size_t held = 0, n = 0;

	for (size_t k = i; k < analysis->n_sequences; k++) {
		if (strcmp(analysis->sequences[k].name, name) != 0)
			continue;
		held += analysis->sequences[k].ok;
		n++;
	}
	shown_printf(out, "%s for %zu of ", name, held);
	look_put_number(out, n, "CPE");
}

static bool is_first(const struct analysis *analysis, size_t i)
{
	for (size_t k = 0; k < i; k++) {
		if (strcmp(analysis->sequences[k].name, analysis->sequences[i].name) ==
		    0)
			return false;
	}
	return true;
}

/* "acs-migration for 3 of 4 CPEs, bootstrap for 4 of 4 CPEs; ". */
static void put_sequences(const struct analysis *analysis, struct buf *out)
{
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		if (!is_first(analysis, i))
			continue;
		buf_append_text(out, i > 0 ? ", " : "");
		put_sequence(analysis, i, out);
	}
	buf_append_text(out, "; ");
}

/* A capture in which no session succeeded proves nothing: it is not "ok". */
static const char *word_of(const struct analysis *analysis)
{
	switch (analysis_verdict(analysis)) {
	case VERDICT_OK:
		return "ok";
	case VERDICT_BROKEN:
	case VERDICT_FAILED:
		return "FAILED";
	case VERDICT_NOT_JUDGED:
		break;
	}
	return "not judged";
}

/* The frame of what is worst: of the first breach, else of the first failure, else of the first
 * finding; 0: there is none of them. */
static uint64_t worst_frame(const struct analysis *analysis)
{
	for (size_t i = 0; i < analysis->n_findings; i++) {
		if (finding_is_breach(analysis, &analysis->findings[i]))
			return analysis->findings[i].frame;
	}
	if (analysis->n_failures > 0)
		return analysis->failures[0].frame;
	return analysis->n_findings > 0 ? analysis->findings[0].frame : 0;
}

/* The command that shows it; standard input cannot be read again. */
static void put_next(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	if (analysis->n_findings + analysis->n_failures == 0 ||
	    !live_options_is_file(&look->live) || strcmp(analysis->file, "-") == 0)
		return;
	buf_append_text(out, "; cwmplab decode ");
	shell_append(out, analysis->file);
	if (look->options.keylog) {
		buf_append_text(out, " --keylog ");
		shell_append(out, look->options.keylog);
	}
	shown_printf(out, " --frame %" PRIu64, worst_frame(analysis));
}

/* The last line: whether it is well and where to look next. */
static void put_verdict(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	const struct analysis_counts *counts = &analysis->counts;

	shown_printf(out, "%s  ", word_of(analysis));
	if (analysis->n_sequences > 0)
		put_sequences(analysis, out);
	look_put_number(out, counts->sessions, "session");
	if (counts->devices > 0) {
		buf_append_text(out, " of ");
		look_put_number(out, counts->devices, "device");
	}
	buf_append_text(out, ": ");
	if (counts->musts + counts->shoulds + counts->notes > 0)
		shown_printf(out,
		    "%" PRIu64 " must, %" PRIu64 " should, %" PRIu64 " note%s",
		    counts->musts, counts->shoulds, counts->notes,
		    counts->failures > 0 ? "; " : "");
	else if (counts->failures == 0)
		buf_append_text(out, "no rule was seen broken");
	failures_write_summary(out, analysis);
	put_next(look, analysis, out);
	buf_append_char(out, '\n');
}

static void put_text(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	const struct findings_options options = { .has_colour = look->screen.has_colour,
		.width = look->screen.width,
		.file = look_file_shown(analysis),
		.is_text = analysis->counts.text != NULL };

	if (analysis->counts.sessions == 0 && analysis->n_findings == 0 &&
	    analysis->n_failures == 0 && analysis->n_sequences == 0)
		return; /* look_complain() says why */
	for (size_t i = 0; i < analysis->n_sequences; i++) {
		if (!analysis->sequences[i].ok)
			put_failure(&analysis->sequences[i], options.is_text, out);
	}
	failures_write_text(out, analysis, &options);
	findings_write_text(out, analysis, &options);
	look_put_limits(look, analysis, out);
	put_verdict(look, analysis, out);
}

/* Text without tables needs none: memory does not grow with the capture. */
static bool needs_no_sessions(const struct look *look)
{
	return look->format == LOOK_TEXT && (!look->write || look->live.n_names > 0) &&
	       !look->wants_stats && !look->wants_tables && look->n_sequences == 0 &&
	       filter_is_empty(&look->filter);
}

/* Without any session or finding nothing has failed; look_complain() tells that the capture
 * holds no CWMP. */
static int status_of(const struct look *look, const struct analysis *analysis)
{
	bool is_empty = analysis->n_findings == 0 && analysis->n_sequences == 0 &&
			analysis->n_failures == 0 && analysis->counts.sessions == 0;

	if (is_empty)
		return EXIT_OK;
	if (!analysis->ok)
		return EXIT_FAILED;
	return look->requires_judged && analysis_verdict(analysis) == VERDICT_NOT_JUDGED
		   ? EXIT_FAILED
		   : EXIT_OK;
}

static int check(struct look *look)
{
	struct analysis *analysis = NULL;
	int status;

	look->options.only_findings = needs_no_sessions(look);
	status = look_run(look, &analysis);
	return status == EXIT_OK
		   ? look_tell(look, analysis, status_of(look, analysis), put_text)
		   : status;
}

const struct look_program check_program = {
	.bit = LOOK_CHECK,
	.work = check,
	.verb = {
		.name = "check",
		.brief = "say which side broke which rule in a capture",
		.run = look_main,
		.arguments = "[-r] FILE | -i IF [OPTION...]",
		.about =
		    "Reads a capture (pcap, pcapng, gzip of both, - for standard input), judges the CWMP\n"
		    "sessions in it by the rules that \"cwmplab rules\" lists, and says which side broke\n"
		    "which rule on which frame; with --sequence also whether each CPE went its steps. TLS\n"
		    "is decrypted with the secrets in the file or a key log. What the capture does not\n"
		    "show is told as not judged, never as broken.\n"
		    "\n"
		    "Texts are read as well, and known by what is in them: a SOAP envelope, HTTP messages as\n"
		    "they are pasted, a debug log of GenieACS (yaml, json), a stream that Wireshark or tshark\n"
		    "wrote as text (ascii, hex, raw, yaml), HAR. Rules that need packets are not judged then.\n",
		.notes =
		    "exit status: 0 no must-level finding, no session has failed, and every CPE went all\n"
		    "steps; 1 there is one (with --strict also of level should), or a CPE did not or cannot\n"
		    "be judged (with --require-judged also where no session could be); 2 the file is no\n"
		    "capture and no such text, is cut off or holds no CWMP, output cannot be written, or\n"
		    "bad usage; 3 no right to capture there, the disk is full, or a capture ended by itself\n",
		.row = look_program_option,
		.suffixes = ".pcap .pcapng .cap .gz .xml .txt .har .yaml .json",
		.max_words = WORDS_ANY,
	},
};
