/* The CPEs that an ACS knows, by OUI-ProductClass-SerialNumber (TR-069 A6 3.4.4), with
 * their last Inform and the values they reported. */
#pragma once

#include "lib/base/clock.h"
#include "lib/base/intern.h"
#include "lib/base/list.h"
#include "lib/base/map.h"
#include "lib/cwmp/cwmp_secrets.h"

struct json;

enum {
	DEVICES_MAX = 1000000,
	DEVICES_BYTES_MAX = 384 << 20, /* of all of them, with what malloc() adds */
	DEVICE_VALUES_MAX = 256,       /* values kept of one CPE */
	DEVICE_NAME_BYTES_MAX = 256,   /* TR-069 A6 A.2.1: no name is longer */
	DEVICE_VALUE_BYTES_MAX =
	    1024, /* longer ones are cut (cut.h): this is a list, no store */
	DEVICE_EVENTS_MAX = 64,
	DEVICE_TAGS_MAX = 16,
	DEVICE_CALLER_BYTES_MAX = 256, /* of ConnectionRequestUsername and -Password */
	DEVICE_JSON_MIN = 30000,       /* see device_write() */
};

struct device_value {
	const char *name; /* the list's, of all devices that have it */
	char *value;      /* owned */
};

struct device_call {         /* the last connection request */
	const char *outcome; /* static */
	char *why;
	clock_ns time; /* wall clock */
};

struct device_caller {             /* whom it lets in, as it was set by this ACS */
	char *username, *password; /* owned; null: was not set */
};

struct device {
	struct list link; /* longest silent first; in no list while it is pinned */
	size_t n_pins;
	size_t bytes; /* of the list's */
	struct device_list *list;
	struct list birth; /* first seen first */
	char *id;
	struct cwmp_device_id_text {
		const char *manufacturer, *oui, *product_class; /* the list's */
		char *serial_number;                            /* owned */
	} text;
	char address[64];
	clock_ns last_inform; /* wall clock */
	uint32_t retry_count;
	uint64_t n_informs;
	char *events; /* of the last Inform, comma separated */
	char *tags;   /* the same, in the order in which they were put on; null: none */
	struct device_value *values;
	size_t n_values;
	struct device_call *call;     /* owned; null: it was not called */
	struct device_caller *caller; /* owned; null: nothing was ever set */
	/* Owned; null: none. What requests of this ACS have carried since the device is in the
	 * list: for who shows what the CPE says of them. */
	struct cwmp_secrets *secrets;
};

struct device_list {
	struct map by_id;
	struct intern
	    words; /* what devices have in common: names of values, their kind */
	struct list by_age, by_birth;
	struct list cursors; /* that are open */
	size_t max;   /* 0: DEVICES_MAX; over it the longest silent one is forgotten */
	size_t bytes; /* of words, too */
	size_t bytes_max; /* 0: DEVICES_BYTES_MAX; the same goes for these */
	/* A device informs that is not in the list, perhaps no longer: gives it back what was
	 * set of it and is kept elsewhere (device_store.h). Null: nothing is. */
	void (*recall)(void *user, struct device *device);
	void *user;
};

/* Appends what names a device: OUI-ProductClass-SerialNumber, or OUI-SerialNumber where it has
 * no ProductClass. */
void device_id_write(struct buf *out, const struct cwmp_device_id *id);

/* hash_seed: as map.h says, since CPEs choose their identities. */
void device_list_init(struct device_list *list, uint64_t hash_seed);
void device_list_free(struct device_list *list);

/* Notes an Inform that came from address at now (wall clock): finds or adds the device,
 * and keeps the values that it reports. The device is the list's, until another Inform
 * makes the list forget it: who keeps the pointer pins it. Null without memory, and when
 * the list is full of devices that are pinned. */
struct device *device_informed(struct device_list *list,
    const struct cwmp_inform *inform, const char *address, clock_ns now);

/* The device of that id, or null; the list's, as above. */
struct device *device_list_find(const struct device_list *list, const char *id);

/* Notes how the last connection request to it ended. outcome is static, why is copied. */
void device_set_call(struct device *device, const char *outcome, const char *why,
    clock_ns now);

/* Notes what a CPE has taken as its ConnectionRequestUsername and -Password (null: that one is
 * as it was), copied. What is longer than it may be, or finds no room, is not kept, and the one
 * before is gone, too. */
void device_set_caller(struct device *device, const char *username,
    const char *password);

/* What was set does not hold any more. */
void device_forget_caller(struct device *device);

/* From the first to the last, a pin keeps the list from forgetting the device, however
 * many others inform. An open session holds one, so the sessions' limit is that of pins.
 * device_unpin() of the last one counts as a sign of life. */
void device_pin(struct device *device);
void device_unpin(struct device *device);

/* Keeps a value that the device reported, or overwrites it. Values whose names say that
 * they are secret are not kept, nor those over DEVICE_VALUES_MAX, whose names are too long
 * or that find no room in the list; of others the secrets in them (secret.h) are "***". */
void device_set_value(struct device *device, struct str name, struct str value);

/* Notes the secrets of a request that goes out to it. */
void device_note_secrets(struct device *device, const struct cwmp_msg *request);

/* Whether it has a tag that matches the pattern ("*" and "?", condition.h). */
bool device_has_tag(const struct device *device, struct str pattern);

/* Puts the tag on, or takes it. False: nothing changed, as it was so already, there is no
 * memory, or it has DEVICE_TAGS_MAX. The tag has no comma. */
bool device_tag(struct device *device, struct str tag, bool is_on);

/* The value, or a null view. Borrowed until the next change. */
struct str device_value(const struct device *device, const char *name);

/* A walk over the devices in the order in which they were first seen. Devices may come
 * and go meanwhile: each that stays is met once. The list points to its open cursors,
 * so one is to be closed before either goes. */
struct device_cursor {
	struct list link;
	struct list *next; /* the device that comes next, or the list */
	struct device_list *list;
};

void device_cursor_open(struct device_cursor *cursor, struct device_list *list);
void device_cursor_close(struct device_cursor *cursor);

/* The next device, or null. */
const struct device *device_cursor_next(struct device_cursor *cursor);

/* Whether there is a next one. */
bool device_cursor_has_next(const struct device_cursor *cursor);

/* Writes the device as an object of at most max bytes (DEVICE_JSON_MIN at least): what is
 * long is cut, and "values-left-out" says how many values found no room. */
void device_write(const struct device *device, struct json *json, size_t max);
