#include "capture/analysis/analysis_internal.h"
#include "capture/message/redact.h"

const char *analysis_shown(const struct analysis *analysis, const char *text)
{
	const struct analysis_private *private = analysis->private_;
	auto_buf shown = BUF_NULL;

	if (!text || private->options.show_secrets || !strchr(text, '@'))
		return text;
	redact_urls(&shown, str_of(text));
	return arena_strdup(observer_arena(private->observer), buf_str(&shown));
}
