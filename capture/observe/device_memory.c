/* The memory of devices. Each is known until the end, by what it was told and what it owes; but
 * whoever sends Informs may invent any number of them, so of very many only those are kept that
 * were at work last. One that comes back is as new as all are at the start of a capture. */
#include "capture/observe/observe_internal.h"
#include "lib/cwmp/cwmp_secrets.h"

#include <errno.h>
#include <stdlib.h>

enum {
	DEVICES_MAX = 1 << 16,
	LOOKED_AT = 64, /* devices for one that can be forgotten */
};

/* ---- where they are ------------------------------------------------------------------ */

void device_stay(struct device_record *device, struct cpe_record *host)
{
	if (device->host)
		device->host->n_devices--;
	if (host)
		host->n_devices++;
	device->host = host;
}

void device_take_host(struct device_record *device, struct cpe_record *host)
{
	host->device = device;
	list_remove(&host->of_device);
	list_append(&device->hosts, &host->of_device);
}

static void leave_hosts(struct observer *observer, struct device_record *device)
{
	struct cpe_record *last = device->host;

	device_stay(device, NULL);
	while (!list_empty(&device->hosts)) {
		struct cpe_record *host =
		    list_first(&device->hosts, struct cpe_record, of_device);

		list_remove(&host->of_device);
		host->device = NULL;
		host_unpin(observer, host);
	}
	if (last)
		host_unpin(observer, last);
}

/* ---- forgetting ---------------------------------------------------------------------- */

static bool can_go(const struct observer *observer, const struct device_record *device)
{
	return device->n_live == 0 && device->refs == 0 && !device->is_held &&
	       observer->fleet.last != device;
}

static void free_texts(struct device_record *device)
{
	free(device->past.items);
	free(device->owed.items);
	if (device->more) {
		file_orders_free(device->more);
		free(device->more->ping);
	}
	free(device->more);
	free(device->set);
	cwmp_secrets_free(&device->secrets);
	free(device->key);
	free(device->informed.call_url);
	free(device->informed.forwarded);
	free(device->settings.parameter_key);
}

static void forget(struct observer *observer, struct device_record *device)
{
	(void)map_remove(&observer->index.by_device,
	    str_make(device->key, device->key_len));
	list_remove(&device->list);
	list_remove(&device->all);
	leave_hosts(observer, device);
	free_texts(device);
	observer->devices.n--;
	observer->counts.forgotten_devices++;
}

/* The memory of one that was not at work lately or, where all that are looked at were, of the
 * first of them; null where none can go. The list goes round. */
static struct device_record *reuse(struct observer *observer)
{
	struct device_record *spare = NULL;

	for (size_t i = 0; i < LOOKED_AT && !list_empty(&observer->devices.all); i++) {
		struct device_record *device =
		    list_first(&observer->devices.all, struct device_record, all);

		if (can_go(observer, device) && !device->is_recent) {
			forget(observer, device);
			return device;
		}
		if (!spare && can_go(observer, device))
			spare = device;
		device->is_recent = false;
		list_remove(&device->all);
		list_append(&observer->devices.all, &device->all);
	}
	if (spare)
		forget(observer, spare);
	return spare;
}

struct device_record *device_new(struct observer *observer)
{
	size_t max =
	    observer->options.devices_max ? observer->options.devices_max : DEVICES_MAX;
	struct device_record *device = NULL;

	if (observer->devices.n >= max && !observer->options.keep_records)
		device = reuse(observer);
	if (!device)
		device = observer_alloc(observer, sizeof(*device));
	if (!device)
		return NULL;
	*device = (struct device_record){ .place = observer->counts.devices++,
		/* It may be one of those that were forgotten. */
		.past.has_forgotten = observer->counts.forgotten_devices > 0 };
	list_init(&device->list);
	list_init(&device->hosts);
	list_append(&observer->devices.all, &device->all);
	observer->devices.n++;
	if (observer->options.keep_records)
		observer_push(observer, &observer->kept.devices, device);
	return device;
}

void devices_free(struct observer *observer)
{
	LIST_FOREACH (at, &observer->devices.all)
		free_texts(list_entry(at, struct device_record, all));
}

const struct device_record *observer_next_device(const struct observer *observer,
    const struct device_record *device)
{
	const struct list *next =
	    device ? device->all.next : observer->devices.all.next;

	return next == &observer->devices.all
		   ? NULL
		   : list_entry(next, const struct device_record, all);
}
