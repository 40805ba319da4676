/* Where a verb is to work: a node of a lab that is up, and the devices that an ACS of it knows. */
#pragma once

#include "lib/base/error.h"

#include <stddef.h>

struct json_t;

enum {
	PLACE_NAME_MAX = 128,  /* of a lab or a node, terminated */
	PLACE_DEVICE_MAX = 512 /* of a device, terminated */
};

struct place {
	char lab[PLACE_NAME_MAX], node[PLACE_NAME_MAX];
	int fd; /* owned: of labsock_connect(); -1: none */
};

/* Finds the ACS of "LAB/ACS", or of "LAB" where it has only one. The caller ends it with
 * place_close(), also after a failure. ERR_USAGE: there is no such lab or node, or it is no
 * ACS, with those that there are; ERR_MACHINE. */
int place_open_acs(struct place *place, const char *text, struct error *err);

/* The same of a node of any kind. Whether the lab has one of that name is not asked:
 * place_check_kind() and place_node() do. */
int place_open(struct place *place, const char *lab, const char *node,
    struct error *err);

/* ERR_USAGE: there is no such node, or it is of another kind than "cpe", which managed switches are
 * as well, or whatever kind names. */
int place_check_kind(const struct place *place, const char *kind, struct error *err);

/* Safe to repeat. */
void place_close(struct place *place);

/* What the lab says of a node of it (a member of "nodes"); the caller drops it. ERR_USAGE, with
 * the nearest name. */
int place_node(const struct place *place, const char *name, struct json_t **ret,
    struct error *err);

/* The device as ACSs know it, in ret (of PLACE_DEVICE_MAX bytes): the serial number of a CPE of
 * that node; else name itself, which is OUI-ProductClass-SerialNumber then. ERR_USAGE: it is
 * a node of another kind, or too long. */
int place_device(const struct place *place, const char *name, char *ret,
    struct error *err);

/* The ACS has said in err that it knows no such device: says there instead which other
 * ACS of the lab does, or that none does. An err of other words stays. Returns
 * err->code. */
int place_explain_unknown(const struct place *place, const char *name,
    const char *device, struct error *err);
