/* A CPE that informs, for tests of what is known of it. */
#pragma once

#include "tests/unit/unit.h"

#include "agents/acs/device.h"

static inline struct device *inform(struct device_list *list, const char *product_class,
    const char *serial, clock_ns now)
{
	struct cwmp_event event = { .code = STR("1 BOOT") };
	const struct cwmp_inform message = {
		.device = { STR("HP"), STR("0000E2"), str_of(product_class),
		    str_of(serial) },
		.events = &event,
		.n_events = 1,
		.retry_count = 3,
	};

	return device_informed(list, &message, "192.0.2.1", now);
}
