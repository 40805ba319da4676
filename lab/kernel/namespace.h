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

/* Settings under /proc/sys/net of one namespace after the other. The kernel keeps what was
 * looked up there in one list for each name, whatever the namespace, and walks it at every look-up:
 * in the thousandth namespace a setting takes ten times as long as in the first. A mount of proc
 * of one's own begins with empty lists, so each serves a few namespaces only. */
struct sysctls {
	int proc;        /* such a mount; -1: none yet */
	unsigned n_used; /* namespaces that it was used in */
	bool is_shared;  /* the kernel gives none: /proc is used */
};

#define SYSCTLS_NULL ((struct sysctls){ .proc = -1 })

/* To be called in each namespace before its first setting. */
void sysctls_begin(struct sysctls *sysctls);

/* Writes value to /proc/sys/net/<name> ("ipv6/conf/all/disable_ipv6") of the namespace the
 * calling thread is in. */
int sysctls_set(const struct sysctls *sysctls, const char *name, const char *value,
    struct error *err);

void sysctls_end(struct sysctls *sysctls);
