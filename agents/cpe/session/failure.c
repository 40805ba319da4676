#include "agents/cpe/session/failure.h"

#include "lib/base/cut.h"

#include <stdarg.h>

void failure_set(struct failure *failure, enum failure_layer layer, const char *fmt,
    ...)
{
	va_list args;

	failure->layer = layer;
	va_start(args, fmt);
	(void)cut_vprint(failure->why, sizeof(failure->why), fmt, args);
	va_end(args);
}

const char *failure_layer_name(enum failure_layer layer)
{
	static const char *const names[] = { "",
#define XX(name) #name,
		FAILURE_LAYER_MAP(XX)
#undef XX
	};

	return (size_t)layer < ARRAY_LEN(names) ? names[layer] : "";
}
