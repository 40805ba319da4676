/* What the verbs that look into captures share: their options as a table, the analysis,
 * and how it is written. */
#pragma once

#include "capture/analysis/analysis.h"
#include "capture/analysis/filter.h"
#include "lab/look/live_options.h"
#include "lab/look/rule_names.h"
#include "lib/base/buf.h"
#include "lib/program/screen.h"
#include "lib/program/verb.h"
#include "lib/sequence/sequence.h"

enum {
	SEQUENCES_MAX = 16,
	LOOK_PORTS_MAX = 32,
	LOOK_OUTPUT_MAX = 1 << 30,
};

enum look_format {
	LOOK_TEXT,
	LOOK_JSON,
	LOOK_NDJSON,
	LOOK_HAR,
	LOOK_MERMAID,
	LOOK_HTML,
	LOOK_JUNIT
};

enum look_verb_bit { /* which of the shared options a verb has */
	LOOK_DECODE = 1 << 0,
	LOOK_CHECK = 1 << 1,
	LOOK_BROWSE = 1 << 2,
};

struct look {
	struct analysis_options options;
	struct sequence *sequences[SEQUENCES_MAX]; /* owned, of --sequence */
	size_t n_sequences;
	struct filter filter;
	enum look_format format;
	const char *output; /* of -o; null: standard output */
	const char *write;  /* the packets, as pcapng; or null */
	bool wants_stats, wants_tables;
	bool requires_judged; /* check: what cannot be judged is no success */
	const char *only[RULE_NAMES_MAX + 1];   /* ids of rules, of --rule */
	const char *ignore[RULE_NAMES_MAX + 1]; /* of --ignore */
	uint16_t ports[LOOK_PORTS_MAX];         /* of --port */
	struct live_options live;               /* interfaces instead of a file */
	struct screen screen;       /* that text is laid out for; of -o, none */
	struct look_stream *stream; /* owned; null: output is written at the end */
	struct ladder_crowd *crowd; /* owned; null: ladders are made of an analysis */
};

/* An option of these verbs. apply() gets the argument, null where the option takes none;
 * it returns 0 or an error with all of its words. */
struct look_option {
	struct option_row row;
	unsigned verbs; /* enum look_verb_bit */
	int (*apply)(struct look *look, const char *value, struct error *err);
};

/* Those of live captures (live_options.c), ended by a null name. */
extern const struct look_option live_option_rows[];

/* A verb that looks into captures. */
struct look_program {
	struct verb verb; /* its run is look_main(), its row look_program_option() */
	enum look_verb_bit bit;
	/* The work, once the options are read. Returns the exit status. */
	int (*work)(struct look *look);
};

/* The run of a struct verb in a struct look_program: reads the options, does the work and
 * returns the exit status. */
int look_main(const struct verb *verb, int argc, char **argv);

/* The row of such a verb: its i-th option, null past the last. */
const struct option_row *look_program_option(const struct verb *verb, size_t i);

/* Analyses the capture and takes out the sessions that the user did not choose. Returns
 * EXIT_OK with *ret, which the caller frees with analysis_free(); or another exit status
 * after it has told the reason on standard error, as the functions below do. */
int look_run(struct look *look, struct analysis **ret);

/* Does the same with a file, without a word: 0 with *ret, or an error of analysis_run(). */
int look_analyse(struct look *look, struct analysis **ret, struct error *err);

/* The same for ladders, whose sessions need not be kept where the capture can be read twice:
 * then look->crowd has the ladders, and *ret no sessions. */
int look_run_ladders(struct look *look, struct analysis **ret);

/* Makes the text of a verb. */
typedef void look_text_fn(const struct look *look, const struct analysis *analysis,
    struct buf *out);

/* Writes the analysis in the format and to the file that the user asked for, and with
 * --write the packets of a file. Returns EXIT_OK or another exit status. */
int look_write(const struct look *look, const struct analysis *analysis,
    look_text_fn *put_text);

/* Writes the packets of the analysis's sessions to path, as pcapng with the secrets that
 * decrypt them: all of it, or nothing. An error of outfile_open() or extract_packets(), and
 * ERR_USAGE for a text or where path is no place for a file. */
int look_write_packets(const struct look *look, const struct analysis *analysis,
    const char *path, struct error *err);

/* ERR_USAGE where path, which may be null, is the capture or the key log that is read: they may
 * be evidence, so output never replaces them. */
int look_check_output(const struct look *look, const char *path, struct error *err);

/* Appends what the capture could not show: TLS without secrets, gaps, sessions and rules
 * that were not judged. It is said, but it is no finding. */
void look_put_limits(const struct look *look, const struct analysis *analysis,
    struct buf *out);

/* What look_run() does with interfaces: captures until a signal, --duration, --packets or
 * the end of the lab stops it, and prints each finding as it happens. *ret has all sessions.
 * What was captured before a failure, or before a port ended by itself, is still EXIT_OK;
 * look->live.status tells of that. */
int look_live_run(struct look *look, struct analysis **ret);

/* Says on standard error what was wrong with the input though it could be read (cut off,
 * no CWMP in it, junk in a key log). Returns the exit status that this calls for. */
int look_complain(const struct look *look, const struct analysis *analysis);

/* The end of a verb: look_write(), look_complain(), and the analysis is freed. Returns the exit
 * status: that of what could not be written, else status, which is what the analysis came to, else
 * that of the complaint. */
int look_tell(const struct look *look, struct analysis *analysis, int status,
    look_text_fn *put_text);

/* "12 packets", or of a text "12 messages". */
void look_put_input(struct buf *out, const struct analysis_counts *counts);

/* The name of the input in what people read: "standard input" for "-". */
const char *look_file_shown(const struct analysis *analysis);

/* "1 session", "12 sessions". */
void look_put_number(struct buf *out, uint64_t n, const char *what);
