/* The CPEs that an ACS knows, by OUI-ProductClass-SerialNumber (TR-069 A6 3.4.4), with
 * their last Inform and the values they reported. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/proto/cwmp.h"

struct json;

enum {
	DEVICES_MAX = 1000000,
	DEVICE_VALUES_MAX = 256, /* values kept of one CPE */
	DEVICE_VALUE_BYTES_MAX =
	    1024, /* longer ones are cut: this is a list, no store */
	DEVICE_EVENTS_MAX = 64,
};

struct device_value {
	char *name, *value;
};

struct device {
	struct list link; /* longest silent first */
	char *id;
	struct cwmp_device_id_text {
		char *manufacturer, *oui, *product_class, *serial_number;
	} text;
	char address[64];
	clock_ns last_inform; /* wall clock */
	uint32_t retry_count;
	uint64_t n_informs;
	char *events; /* of the last Inform, comma separated */
	struct device_value *values;
	size_t n_values;
};

struct device_list {
	struct map by_id;
	struct list by_age;
	size_t max; /* 0: DEVICES_MAX; over it the longest silent one is forgotten */
};

/* hash_seed: as map.h says, since CPEs choose their identities. */
void device_list_init(struct device_list *list, uint64_t hash_seed);
void device_list_free(struct device_list *list);

/* Notes an Inform: finds or adds the device. Null without memory. */
struct device *device_informed(struct device_list *list,
    const struct cwmp_inform *inform, const char *address, clock_ns now);

/* Keeps a value that the device reported, or overwrites it. Values whose names say that
 * they are secret are not kept. */
void device_set_value(struct device *device, struct str name, struct str value);

/* The value, or a null view. Borrowed until the next change. */
struct str device_value(const struct device *device, const char *name);

/* Writes an array under key, one object a device. */
void device_list_write(const struct device_list *list, struct json *json,
    const char *key);
