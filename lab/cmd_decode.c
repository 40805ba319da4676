#include "lab/cmds.h"

#include "capture/ladder.h"
#include "lab/cmd.h"
#include "lab/look.h"

#include <stdio.h>

static const char usage[] =
    "usage: cwmplab decode [-r] FILE [--keylog FILE] [--json] [--show-secrets]\n"
    "\n"
    "Reads a capture and shows the CWMP sessions in it, one ladder for each shape.\n"
    "\n"
    "exit status: 0 the file was read; 2 it is no capture, or bad usage\n";

static int decode(struct look *look)
{
	struct ladder_options ladder = { .capture = look->options.path };
	struct analysis *analysis = NULL;
	auto_buf out = BUF_MAX(1 << 30);
	int status = look_run(look, &analysis);

	if (status != EXIT_OK)
		return status;
	if (look->as_json) {
		look_put_json(analysis, &out);
	} else {
		ladder_detect(&ladder);
		ladder_write(&out, analysis, &ladder);
		look_put_limits(analysis, &out);
		buf_printf(&out, "%zu sessions, %llu packets\n", analysis->n_sessions,
		    (unsigned long long)analysis->counts.packets);
	}
	status = look_print(&out);
	analysis_free(analysis);
	return status;
}

int cmd_decode(int argc, char **argv)
{
	struct look look = { .as_json = false };
	int status = look_options(argc, argv, usage, &look) - 1;

	if (status < 0)
		status = decode(&look);
	look_free(&look);
	return status;
}
