/* Finding out what a kernel can do by doing it, in namespaces that are gone afterwards. */
#pragma once

#include "lib/base/error.h"

/* Runs it as root of a sandbox, in another process. 0, or ERR_MACHINE with "tried <what> in a namespace
 * of our own: " and what the kernel said. err may be null. */
int kernel_try(int (*run)(struct error *err), const char *what, struct error *err);

/* Whether a bridge of this kernel keeps VLANs apart, and whether it has interfaces for one VLAN of
 * another one (8021q): for labs of this user. 0, or ERR_MACHINE with words. */
int vlan_bridge_try(struct error *err);
int vlan_link_try(struct error *err);
