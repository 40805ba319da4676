/* The device list on disk (SQLite), so that a killed ACS knows its CPEs again. */
#pragma once

#include "agents/acs/device.h"
#include "lib/base/cleanup.h"
#include "lib/base/error.h"

struct device_store;

/* Opens or makes the file and reads its devices into list. A device that the list forgets for
 * lack of room gets its tags and how it is called back from the file when it informs again, until
 * device_store_free(), before which the list must not go. The file is its owner's alone
 * afterwards, and secrets that another version of the program kept are gone from it.
 * ERR_MALFORMED for a file
 * that is no device list, or of another version, -ENOMEM, -EIO otherwise, with the path
 * and SQLite's words. After a failure list may hold some of the devices. */
int device_store_open(struct device_store **ret, const char *path,
    struct device_list *list, struct error *err);

/* Null is fine. */
void device_store_free(struct device_store *store);
DEFINE_CLEANUP(struct device_store *, device_store_free)

/* Writes the device as it is now; what was written survives SIGKILL. Errors as above,
 * and the file then has the device as it was. */
int device_store_save(struct device_store *store, const struct device *device,
    struct error *err);
