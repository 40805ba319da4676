/* The process that captures from an interface: it opens it, gives up every privilege, and
 * hands the frames over. It never looks into them. */
#pragma once

#include "capture/live/live.h"

/* To be called after fork(): enters the port's namespaces, captures, and ends the process
 * once the other end of fd (live_wire.h) is shut. */
_Noreturn void live_child(const struct live_port *port, const char *filter, int fd);
