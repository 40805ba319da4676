/* The fixed fields that can hold options (RFC 2131 2; RFC 2132 9.3). */
#pragma once

#include "lib/proto/dhcp.h"

enum {
	SNAME_AT = 44,
	SNAME_BYTES = 64,
	FILE_AT = 108,
	FILE_BYTES = 128,
	OVERLOAD_FILE = 1,
	OVERLOAD_SNAME = 2,
};
