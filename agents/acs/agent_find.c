/* Which device a command means. */
#include "agents/acs/agent_internal.h"

#include <string.h>

/* The device of that id; or the only one whose serial number it is. */
struct device *agent_find_device(struct acs_agent *agent, const char *name,
    struct error *err)
{
	struct device *device = map_get(&agent->devices.by_id, str_of(name)),
		      *found = NULL;
	size_t n = 0;

	if (device)
		return device;
	LIST_FOREACH (item, &agent->devices.by_birth) {
		device = list_entry(item, struct device, birth);
		if (strcmp(device->text.serial_number, name) != 0)
			continue;
		found = device;
		n++;
	}
	if (n == 1)
		return found;
	(void)error_set(err, ERR_USAGE,
	    n == 0 ? "no CPE has informed here as \"%s\": name it by "
		     "OUI-ProductClass-SerialNumber, or by its serial number"
		   : "several CPEs have the serial number \"%s\": name it by "
		     "OUI-ProductClass-SerialNumber",
	    name);
	return NULL;
}
