#include "capture/observe/observe_internal.h"

#include <errno.h>
#include <stdlib.h>

struct device_more *device_more(struct observer *observer, struct device_record *device)
{
	if (!device->more)
		device->more = calloc(1, sizeof(*device->more));
	if (!device->more)
		observer->memory.error = -ENOMEM;
	return device->more;
}
