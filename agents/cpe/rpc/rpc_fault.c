/* Faults that say what is wrong, not only which kind of wrong it is. */
#include "agents/cpe/rpc/rpc_internal.h"

#include "lib/base/cut.h"

#include <stdarg.h>

uint32_t rpc_fault(struct rpc_call *call, uint32_t code, const char *fmt, ...)
{
	char words[CWMP_FAULT_TEXT_MAX + 1], text[CWMP_FAULT_TEXT_MAX + 1];
	va_list args;

	va_start(args, fmt);
	(void)cut_vprint(words, sizeof(words), fmt, args);
	va_end(args);
	call->out->fault.text = arena_str(call->arena,
	    str_of(
		cut_print(text, sizeof(text), "%s: %s", cwmp_fault_text(code), words)));
	return code;
}
