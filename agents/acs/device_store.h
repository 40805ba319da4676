/* The device list on disk (SQLite), so that it outlives the program, SIGKILL included. */
#pragma once

#include "agents/acs/device.h"

struct device_store;

/* Opens or makes the database at path and fills list from it. ERR_* with SQLite's words. */
int device_store_open(struct device_store **ret, const char *path,
    struct device_list *list, struct error *err);

/* Saves one device; a failure (a full disk) is logged and the ACS goes on. Null is fine. */
void device_store_save(struct device_store *store, const struct device *device);

void device_store_close(struct device_store *store);
