#include "capture/extract/extract.h"
#include "lab/look/look.h"
#include "lab/term/outfile.h"

int look_write_packets(const struct look *look, const struct analysis *analysis,
    const char *path, struct error *err)
{
	const struct extract_options options = { .path = look->options.path,
		.keylog = look->options.keylog };
	struct outfile out = OUTFILE_NULL;
	int r = 0;

	if (analysis->counts.text)
		r = error_set(err, ERR_USAGE,
		    "%s: is a text (%s): there are no packets to write",
		    look_file_shown(analysis), analysis->counts.text);
	if (r == 0)
		r = outfile_open(&out, path, 0600, err);
	if (r == 0 && !outfile_temporary(&out))
		r = error_set(err, ERR_USAGE,
		    "%s: packets need a file, no pipe or device", path);
	if (r == 0)
		r = extract_packets(analysis, &options, outfile_temporary(&out), err);
	if (r == ERR_MACHINE)
		(void)error_prefix(err, "%s: nothing is left of it", path);
	if (r == 0)
		r = outfile_commit(&out, err);
	outfile_abort(&out);
	return r;
}
