#include "tests/support/script_analyse.h"

#include "tests/support/transcript.h"

int script_analyse(const char *name, struct str script,
    const struct analysis_options *options, struct script_map *map,
    struct analysis **ret, struct error *err)
{
	struct packets packets = PACKETS_NULL;
	int r;

	*ret = NULL;
	r = analysis_begin(options, ret, err);
	if (r < 0)
		return r;
	packets.tap = transcript_feed;
	packets.tap_user = analysis_decoder(*ret);
	r = script_run_text(name, script, &packets, map, err);
	if (r == 0)
		r = analysis_end(*ret, err);
	packets_free(&packets);
	if (r < 0) {
		analysis_free(*ret);
		*ret = NULL;
	}
	return r;
}
