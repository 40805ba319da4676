#include "lab/cmds.h"

#include "lab/cmd.h"
#include "lab/look.h"

#include <stdio.h>

static const char usage[] =
    "usage: cwmplab check [-r] FILE --sequence NAME [--keylog FILE] [--json] [--show-secrets]\n"
    "\n"
    "Reads a capture (pcap, pcapng, gzip of both, - for standard input) and looks, for each\n"
    "CPE in it, for the steps of a sequence: a name (acs-migration) or a file. TLS is\n"
    "decrypted with the secrets in the file or the NSS key log.\n"
    "\n"
    "exit status: 0 every CPE went all steps; 1 one did not, or it cannot be judged; 2 the\n"
    "file is no capture, or bad usage\n";

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
	size_t held = 0, failed = 0;

	for (size_t i = 0; i < analysis->n_sequences; i++) {
		held += analysis->sequences[i].ok;
		failed +=
		    !analysis->sequences[i].ok && !analysis->sequences[i].not_judged;
		if (!analysis->sequences[i].ok)
			put_failure(&analysis->sequences[i], out);
	}
	look_put_limits(analysis, out);
	for (size_t i = 0; i < analysis->n_findings; i++) {
		const struct finding *finding = &analysis->findings[i];

		buf_printf(out, "%s  %s %s by %s, frame %llu: %s\n",
		    finding->cpe ? finding->cpe : "a CPE", finding->rule,
		    finding->severity, finding->who, (unsigned long long)finding->frame,
		    finding->text);
	}
	if (analysis->n_sequences == 0)
		buf_printf(out, "%s  %llu sessions, %zu findings\n",
		    analysis->ok ? "ok" : "FAILED",
		    (unsigned long long)analysis->counts.sessions,
		    analysis->n_findings);
	else
		buf_printf(out, "%s  %s for %zu of %zu CPEs\n",
		    analysis->ok ? "ok"
		    : failed     ? "FAILED"
				 : "not judged",
		    analysis->sequences[0].name, held, analysis->n_sequences);
}

static int check(struct look *look)
{
	struct analysis *analysis = NULL;
	auto_buf out = BUF_MAX(1 << 30);
	int status = look_run(look, &analysis), written;

	if (status != EXIT_OK)
		return status;
	if (look->as_json)
		look_put_json(analysis, &out);
	else
		put_verdict(analysis, &out);
	/* A capture in which nobody is a CPE proves nothing. */
	status = analysis->ok && analysis->counts.sessions > 0 ? EXIT_OK : EXIT_FAILED;
	written = look_print(&out);
	analysis_free(analysis);
	return written != EXIT_OK ? written : status;
}

int cmd_check(int argc, char **argv)
{
	struct look look = { .as_json = false };
	int status = look_options(argc, argv, usage, &look) - 1;

	look.options.only_findings = !look.as_json && look.n_sequences == 0;
	if (status < 0)
		status = check(&look);
	look_free(&look);
	return status;
}
