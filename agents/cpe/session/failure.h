/* Why a session failed: the layer in the words of the reports, and the reason. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/compiler.h"

#include <stdbool.h>

/* From the ground up; NONE: nothing failed. */
#define FAILURE_LAYER_MAP(XX) \
	XX(DHCP)              \
	XX(DNS)               \
	XX(TCP)               \
	XX(TLS)               \
	XX(HTTP)              \
	XX(SOAP)              \
	XX(CWMP)

enum failure_layer {
	FAILURE_NONE,
#define XX(name) FAILURE_##name,
	FAILURE_LAYER_MAP(XX)
#undef XX
};

enum {
	FAILURE_WHY_MAX = 256
};

struct failure {
	enum failure_layer layer;
	char why[FAILURE_WHY_MAX]; /* one line, no secret in it */
	bool is_busy;              /* a 503 */
	clock_ns retry_after;      /* its Retry-After; 0: none */
};

/* Words longer than FAILURE_WHY_MAX are cut with a mark (lib/base/cut.h). */
void failure_set(struct failure *failure, enum failure_layer layer, const char *fmt,
    ...) ATTR_PRINTF(3, 4);

/* "TLS"; "" for none. */
const char *failure_layer_name(enum failure_layer layer);
