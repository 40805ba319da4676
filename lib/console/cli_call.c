#include "lib/console/cli_session.h"

#include <stdarg.h>
#include <stdio.h>

void cli_call_fail(struct cli_call *call, const char *fmt, ...)
{
	char text[ERROR_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, args);
	va_end(args);
	buf_printf(call->out, "%s%s\n", call->device->profile->error_mark, text);
	call->result.is_refused = true;
}
