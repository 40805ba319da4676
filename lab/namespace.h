/* Network namespaces that live exactly as long as somebody holds their descriptor: nothing
 * is pinned under /run/netns, no name is taken. */
#pragma once

#include "lib/base/error.h"

/* The namespace the calling thread is in. The caller closes *ret_fd. */
int namespace_current(int *ret_fd, struct error *err);

/* Makes a new one and moves the calling thread into it. The caller closes *ret_fd. */
int namespace_create(int *ret_fd, struct error *err);

int namespace_enter(int fd, struct error *err);

/* Writes value to /proc/sys/net/<name> of the namespace the calling thread is in. */
int namespace_sysctl(const char *name, const char *value, struct error *err);
