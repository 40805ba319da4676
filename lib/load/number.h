/* Numbers as people read them. */
#pragma once

#include <stdint.h>

enum {
	NUMBER_TEXT_MAX = 32
};

/* "1,234,567"; text has room for NUMBER_TEXT_MAX and is returned. */
char *number_thousands(uint64_t n, char *text);
