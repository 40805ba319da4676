/* What is new in an Inform beside that of the session before: another start of the CPE, or
 * events that brought the session forward (TR-069 A6 3.2.1.1). */
#pragma once

#include "capture/facts/rule.h"

enum boot { /* whether a CPE has started between two of its sessions */
	BOOT_NONE,
	BOOT_MAYBE, /* both Informs carry 1 BOOT, and there was time for another start */
	BOOT_SURE,  /* only the later one does */
};

/* Whether the CPE has started between the session before and one that carries these events
 * (1 << enum cwmp_event_code) and started then. before must be of view->device. */
enum boot boot_between(const struct whole *view, const struct past_session *before,
    uint32_t event_bits, clock_ns start);

/* The same for the session of the view, which must have an Inform. */
enum boot boot_since(const struct whole *view, const struct past_session *before);

/* Whether the Inform of the view's session has, or may have, an event to tell that that of last,
 * the session right before it, did not have. */
bool has_news(const struct whole *view, const struct past_session *last);
