#include "lab/look/look_stream.h"
#include "lib/base/json.h"

void look_write_rest(const struct look *look, const struct analysis *analysis,
    struct json *json)
{
	analysis_write_rest(analysis, json);
	analysis_write_counts(&analysis->counts, json);
	if (look->live.n_names > 0)
		live_options_write_json(&look->live, json);
	json_bool(json, "ok", analysis->ok);
	json_text(json, "verdict", analysis_verdict_name(analysis_verdict(analysis)));
}
