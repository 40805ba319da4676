/* Where what is counted and kept of a CPE stands, for both readings. */
#include "capture/report/ladder_crowd_internal.h"

struct crowd_device *crowd_find_device(const struct ladder_crowd *crowd, size_t place)
{
	const uint64_t key = place;

	return place == SIZE_MAX
		   ? NULL
		   : map_get(&crowd->by_place, str_make(&key, sizeof(key)));
}

struct crowd_host *crowd_find_host(const struct ladder_crowd *crowd, const char *mac,
    const char *address)
{
	struct crowd_host *host = mac ? map_get(&crowd->by_name, str_of(mac)) : NULL;

	return host || !address ? host : map_get(&crowd->by_name, str_of(address));
}

struct crowd_sum *crowd_find_sum(const struct ladder_crowd *crowd, size_t place,
    const char *mac, const char *address)
{
	struct crowd_device *device = crowd_find_device(crowd, place);
	struct crowd_host *host;

	if (device)
		return &device->sum;
	host = crowd_find_host(crowd, mac, address);
	if (!host)
		return NULL;
	return host->device && !host->is_shared ? &host->device->sum : &host->sum;
}
