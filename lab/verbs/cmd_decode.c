#include "lab/verbs/cmds.h"

#include "capture/report/ladder_crowd.h"
#include "lab/look/failures_text.h"
#include "lab/look/look.h"
#include "lab/term/cmd.h"

static void put_text(const struct look *look, const struct analysis *analysis,
    struct buf *out)
{
	const struct ladder_options ladder = { .capture = look->options.path,
		.width = look->screen.width,
		.is_utf8 = look->screen.is_utf8,
		.has_colour = look->screen.has_colour };
	const struct analysis_counts *counts = &analysis->counts;

	if (look->crowd)
		ladder_crowd_write(out, look->crowd, analysis, &ladder);
	else
		ladder_write(out, analysis, &ladder);
	look_put_limits(look, analysis, out);
	look_put_number(out, analysis->counts.sessions, "session");
	buf_append_text(out, " of ");
	look_put_number(out, analysis->counts.devices, "device");
	buf_append_text(out, ", ");
	look_put_input(out, &analysis->counts);
	buf_append_text(out, ", ");
	look_put_number(out, counts->musts + counts->shoulds + counts->notes,
	    "finding");
	if (analysis->counts.failures > 0)
		buf_append_text(out, "; ");
	failures_write_summary(out, analysis);
	buf_append_char(out, '\n');
}

static int decode(struct look *look)
{
	struct analysis *analysis = NULL;
	int status = look_run_ladders(look, &analysis);

	return status == EXIT_OK ? look_tell(look, analysis, EXIT_OK, put_text)
				 : status;
}

const struct look_program decode_program = {
	.bit = LOOK_DECODE,
	.work = decode,
	.verb = {
		.name = "decode",
		.brief = "show the CWMP sessions in a capture",
		.run = look_main,
		.arguments = "[-r] FILE | -i IF [OPTION...]",
		.about =
		    "Reads a capture (pcap, pcapng, gzip of both, - for standard input) and shows the CWMP\n"
		    "sessions in it, one ladder for each shape, with the findings of the rules in place.\n"
		    "Texts that \"cwmplab check --help\" names are read as well: then messages are counted, and\n"
		    "there are times and addresses only where the text has them.\n",
		.notes =
		    "exit status: 0 the file was read; 2 it is no capture, is cut off or holds no CWMP, output\n"
		    "cannot be written, or bad usage; 3 no right to capture there, the disk is full, or a\n"
		    "capture ended by itself\n",
		.row = look_program_option,
		.suffixes = ".pcap .pcapng .cap .gz .xml .txt .har .yaml .json",
		.max_words = WORDS_ANY,
	},
};
