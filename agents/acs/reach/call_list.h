/* With which name and password each device is called: a file that people write, or another ACS
 * exports, of lines "device,username,password" (lib/proto/csv.h). */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/error.h"
#include "lib/base/str.h"

struct conf_mistakes;

enum {
	CALL_LIST_MAX = 1000000,         /* devices */
	CALL_LIST_BYTES_MAX = 128 << 20, /* of the file */
	CALL_LIST_ID_MAX = 320,          /* bytes of a device's id */
	CALL_LIST_WORD_MAX = 256         /* of username and password (TR-181 2.17) */
};

struct call_credentials {
	const char *username, *password; /* null: none */
};

struct call_list;

/* Reads the file. A first line "device,username,password" is a heading. ERR_CONFIG with
 * the place of the mistake, but never with a password; where mistakes is not null it
 * gets all of them. -ENOMEM is the only other error. */
int call_list_load(struct call_list **ret, const char *path,
    struct conf_mistakes *mistakes, struct error *err);

/* The same for bytes in memory, borrowed; name is what mistakes call them. */
int call_list_parse(struct call_list **ret, const char *name, struct str bytes,
    struct conf_mistakes *mistakes, struct error *err);

/* Null is fine. */
void call_list_free(struct call_list *list);
DEFINE_CLEANUP(struct call_list *, call_list_free)

/* Those of the device of that id (OUI-ProductClass-SerialNumber) or, where it has none, of that
 * serial number; null: none stand in the list, which may be null. They live as long as it. */
const struct call_credentials *call_list_find(const struct call_list *list,
    const char *id, const char *serial);
