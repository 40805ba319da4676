/* check and decode: what a capture shows. */
#include "lab/cmds.h"

#include "capture/analysis.h"
#include "capture/ladder.h"
#include "capture/sequence.h"
#include "lab/cmd.h"
#include "lab/share.h"
#include "lib/base/buf.h"
#include "lib/base/json.h"

#include <getopt.h>
#include <stdio.h>

enum {
	SEQUENCES_MAX = 16
};

static const char check_usage[] =
    "usage: cwmplab check -r FILE --sequence NAME [--keylog FILE] [--json] [--show-secrets]\n"
    "\n"
    "Reads a capture (pcap, pcapng, gzip of both, - for standard input) and looks, for each\n"
    "CPE in it, for the steps of a sequence: a name (acs-migration) or a file. TLS is\n"
    "decrypted with the secrets in the file or the NSS key log.\n"
    "\n"
    "exit status: 0 every CPE went all steps; 1 one did not, or it cannot be judged; 2 the\n"
    "file is no capture, or bad usage\n";

static const char decode_usage[] =
    "usage: cwmplab decode -r FILE [--keylog FILE] [--json] [--show-secrets]\n"
    "\n"
    "Reads a capture and shows the CWMP sessions in it, one ladder for each shape.\n"
    "\n"
    "exit status: 0 the file was read; 2 it is no capture, or bad usage\n";

struct look {
	struct analysis_options options;
	struct sequence *sequences[SEQUENCES_MAX];
	size_t n_sequences;
	bool as_json;
};

/* A path, or the name of a sequence that comes with the program. */
static int add_sequence(struct look *look, const char *name, struct error *err)
{
	auto_buf relative = BUF_NULL;
	auto_free char *shared = NULL;
	const char *path = name;

	if (look->n_sequences == SEQUENCES_MAX)
		return error_set(err, ERR_USAGE, "more than %d sequences",
		    SEQUENCES_MAX);
	if (!strchr(name, '/') && !strstr(name, ".yaml")) {
		buf_printf(&relative, "capture/sequences/%s.yaml", name);
		shared = share_path(buf_cstr(&relative));
		if (!shared)
			return error_set(err, ERR_USAGE,
			    "no sequence is named \"%s\": give a name of capture/sequences, "
			    "or a path",
			    name);
		path = shared;
	}
	return sequence_load(path, &look->sequences[look->n_sequences++], err);
}

static void look_free(struct look *look)
{
	for (size_t i = 0; i < look->n_sequences; i++)
		sequence_free(look->sequences[i]);
}

/* 0, or the exit status plus one. */
static int read_options(int argc, char **argv, const char *usage, struct look *look)
{
	static const struct option options[] = {
		{ "read", required_argument, NULL, 'r' },
		{ "sequence", required_argument, NULL, 's' },
		{ "keylog", required_argument, NULL, 'k' },
		{ "json", no_argument, NULL, 'j' },
		{ "show-secrets", no_argument, NULL, 'S' },
		{ "help", no_argument, NULL, 'h' },
		{ NULL, 0, NULL, 0 },
	};
	struct error err = ERROR_NULL;
	int option;

	while ((option = getopt_long(argc, argv, "r:h", options, NULL)) != -1) {
		switch (option) {
		case 'r':
			look->options.path = optarg;
			break;
		case 's':
			if (add_sequence(look, optarg, &err) < 0) {
				(void)fprintf(stderr, "%s\n", err.text);
				return EXIT_USAGE + 1;
			}
			break;
		case 'k':
			look->options.keylog = optarg;
			break;
		case 'j':
			look->as_json = true;
			break;
		case 'S':
			look->options.show_secrets = true;
			break;
		default:
			(void)fputs(usage, option == 'h' ? stdout : stderr);
			return (option == 'h' ? EXIT_OK : EXIT_USAGE) + 1;
		}
	}
	if (optind == argc && look->options.path)
		return 0;
	(void)fputs(usage, stderr);
	return EXIT_USAGE + 1;
}

static int print(const struct buf *text)
{
	bool is_written = fwrite(text->data, 1, text->len, stdout) == text->len &&
			  fflush(stdout) == 0;

	if (text->error || !is_written) {
		(void)fprintf(stderr, "standard output: cannot be written\n");
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static void put_json(const struct analysis *analysis, struct buf *out)
{
	struct json json = json_writer(out, 1);

	json_object_begin(&json, NULL);
	json_text(&json, "file", analysis->file);
	json_bool(&json, "ok", analysis->ok);
	analysis_write_json(analysis, &json);
	json_object_end(&json);
	buf_append_char(out, '\n');
}

/* What the capture cannot show is said, never counted against anybody. */
static void put_limits(const struct analysis *analysis, struct buf *out)
{
	const struct analysis_counts *counts = &analysis->counts;
	uint64_t blind = counts->tls_sessions - counts->tls_decrypted;

	if (blind > 0)
		buf_printf(out,
		    "%s: %llu TLS sessions, secrets for %llu (--keylog FILE)\n",
		    analysis->file, (unsigned long long)counts->tls_sessions,
		    (unsigned long long)counts->tls_decrypted);
	if (counts->began_before > 0)
		buf_printf(out, "%s: %llu connections begin before the capture\n",
		    analysis->file, (unsigned long long)counts->began_before);
	if (counts->gaps > 0)
		buf_printf(out, "%s: %llu gaps in TCP streams\n", analysis->file,
		    (unsigned long long)counts->gaps);
	if (counts->is_truncated)
		buf_printf(out, "%s: the file ends inside a record\n", analysis->file);
}

static void put_failure(const struct sequence_result *result, struct buf *out)
{
	const char *cpe = result->cpe ? result->cpe : "a CPE";

	if (result->not_judged) {
		buf_printf(out, "%s  %s not judged: %s\n", cpe, result->name,
		    result->not_judged);
		return;
	}
	for (size_t i = 0; i < result->n_steps; i++) {
		const struct step_result *step = &result->steps[i];

		if (step->ok)
			continue;
		buf_printf(out, "%s  step %u (%s) failed, frame %llu: %s: %s\n", cpe,
		    step->step, step->what, (unsigned long long)step->frame,
		    step->layer ? step->layer : "", step->why ? step->why : "");
		return;
	}
}

static void put_verdict(const struct analysis *analysis, struct buf *out)
{
	size_t held = 0;

	for (size_t i = 0; i < analysis->n_sequences; i++) {
		held += analysis->sequences[i].ok;
		if (!analysis->sequences[i].ok)
			put_failure(&analysis->sequences[i], out);
	}
	put_limits(analysis, out);
	if (analysis->n_sequences == 0)
		buf_printf(out, "%s: no CPE in it\n", analysis->file);
	else
		buf_printf(out, "%s  %s for %zu of %zu CPEs\n",
		    analysis->ok ? "ok" : "FAILED", analysis->sequences[0].name, held,
		    analysis->n_sequences);
}

static int look_at(struct look *look, struct analysis **ret)
{
	struct error err = ERROR_NULL;

	look->options.sequences = (const struct sequence *const *)look->sequences;
	look->options.n_sequences = look->n_sequences;
	if (analysis_run(&look->options, ret, &err) < 0) {
		(void)fprintf(stderr, "%s\n", err.text);
		return EXIT_USAGE;
	}
	return EXIT_OK;
}

static int check(struct look *look)
{
	struct analysis *analysis = NULL;
	auto_buf out = BUF_MAX(1 << 30);
	int status = look_at(look, &analysis), written;

	if (status != EXIT_OK)
		return status;
	if (look->as_json)
		put_json(analysis, &out);
	else
		put_verdict(analysis, &out);
	/* A capture in which nobody is a CPE proves nothing. */
	status = analysis->ok && analysis->n_sequences > 0 ? EXIT_OK : EXIT_FAILED;
	written = print(&out);
	analysis_free(analysis);
	return written != EXIT_OK ? written : status;
}

int cmd_check(int argc, char **argv)
{
	struct look look = { .as_json = false };
	int status = read_options(argc, argv, check_usage, &look) - 1;

	if (status < 0 && look.n_sequences == 0) {
		(void)fprintf(stderr, "name a sequence: --sequence acs-migration\n");
		status = EXIT_USAGE;
	}
	if (status < 0)
		status = check(&look);
	look_free(&look);
	return status;
}

static int decode(struct look *look)
{
	struct ladder_options ladder = { .capture = look->options.path };
	struct analysis *analysis = NULL;
	auto_buf out = BUF_MAX(1 << 30);
	int status = look_at(look, &analysis);

	if (status != EXIT_OK)
		return status;
	if (look->as_json) {
		put_json(analysis, &out);
	} else {
		ladder_detect(&ladder);
		ladder_write(&out, analysis, &ladder);
		put_limits(analysis, &out);
		buf_printf(&out, "%zu sessions, %llu packets\n", analysis->n_sessions,
		    (unsigned long long)analysis->counts.packets);
	}
	status = print(&out);
	analysis_free(analysis);
	return status;
}

int cmd_decode(int argc, char **argv)
{
	struct look look = { .as_json = false };
	int status = read_options(argc, argv, decode_usage, &look) - 1;

	if (status < 0)
		status = decode(&look);
	look_free(&look);
	return status;
}
