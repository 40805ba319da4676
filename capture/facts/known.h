/* Parameters of which the data models (TR-098, TR-181) say the same for each CPE: their types,
 * what values they have, and whether an ACS can write them. */
#pragma once

#include "lib/cwmp/cwmp.h"

#include <stdbool.h>

enum known_wrong {               /* bits: what is wrong with a parameter as it is set */
	KNOWN_TYPE = 1 << 0,     /* its xsi:type is another (fault 9006) */
	KNOWN_VALUE = 1 << 1,    /* it has no such value (9007) */
	KNOWN_NO_VALUE = 1 << 2, /* it is no value of its type at all (9006 or 9007) */
	KNOWN_READ_ONLY = 1 << 3, /* it cannot be written (9008) */
};

/* What is wrong with it: enum known_wrong. 0 where nothing is, where it is none of the parameters
 * that are known, and where it has no xsi:type. */
unsigned known_wrong(const struct cwmp_param *param);

/* Whether a fault with that code says what is wrong. */
bool known_is_fault(unsigned wrong, uint32_t code);
