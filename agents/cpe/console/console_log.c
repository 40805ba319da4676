/* The log of a device, as far as it is about what is typed: what an Upload of it sends. */
#include "agents/cpe/console/console_internal.h"

#include "lib/base/shown.h"

enum {
	CONSOLE_LOG_BYTES_MAX = 32768 /* the older half is forgotten */
};

void console_log_line(struct console *console, const char *where, struct str line)
{
	char text[CLOCK_ISO8601_MAX];

	if (str_trim(line).len == 0)
		return;
	if (console->log.len > CONSOLE_LOG_BYTES_MAX) {
		struct str rest =
		    str_from(buf_str(&console->log), CONSOLE_LOG_BYTES_MAX / 2);

		buf_consume(&console->log,
		    console->log.len - rest.len + str_find_char(rest, '\n') + 1);
	}
	buf_printf(&console->log, "%s SHELL_CMD: -Line=%s; Command is ",
	    clock_iso8601(console->cpe->fleet->edges->wall(), 0, text), where);
	shown_append(&console->log,
	    str_make(line.p, MIN(line.len, (size_t)CLI_LINE_MAX)));
	buf_append_char(&console->log, '\n');
}
