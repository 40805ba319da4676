/* Network namespaces that live exactly as long as somebody holds their descriptor: nothing
 * is pinned under /run/netns, no name is taken. The functions return 0 or -errno. */
#pragma once

#include "lib/base/error.h"

#include <stdbool.h>

/* The namespace the calling thread is in. The caller closes *ret_fd. */
int namespace_current(int *ret_fd, struct error *err);

/* Makes a new one and moves the calling thread into it. The caller closes *ret_fd. */
int namespace_create(int *ret_fd, struct error *err);

/* Moves the calling thread into the network namespace of fd. */
int namespace_enter(int fd, struct error *err);

/* Whether fd is the namespace at path, such as "/proc/self/ns/user". The caller asks before
 * it enters a user namespace: its own cannot be entered again, and need not be. */
bool namespace_is_own(int fd, const char *path);

/* Writes value to /proc/sys/net/<name> ("ipv6/conf/all/disable_ipv6") of the namespace the
 * calling thread is in. */
int namespace_sysctl(const char *name, const char *value, struct error *err);
