#include "capture/analysis/analysis_internal.h"
#include "lib/base/secret.h"

const char *analysis_shown(const struct analysis *analysis, struct arena *arena,
    const char *text)
{
	const struct analysis_private *inner = analysis->private_;
	auto_buf shown = BUF_NULL;

	if (!text || inner->options.show_secrets)
		return text;
	secret_put(&shown, str_of(text));
	return arena_strdup(arena, buf_str(&shown));
}
