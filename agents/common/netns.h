/* The calling thread's network namespace: sockets belong to the one they were made in, so
 * an agent steps into a CPE's namespace, opens what it needs and steps back (2 us each). */
#pragma once

#include "lib/base/error.h"

/* Steps into the namespace behind fd. What must be handed to netns_leave() is put into
 * *ret_home. fd -1 means "stay here": then *ret_home is -1. 0 or -errno with words. */
int netns_enter(int fd, int *ret_home, struct error *err);

/* The same of the namespace that a path names; null: "stay here". */
int netns_visit(const char *path, int *ret_home, struct error *err);

/* Steps back and closes home. A home of -1 is fine. Ends the process when the way back
 * fails: to go on in a stranger's namespace would be worse. */
void netns_leave(int home);

/* Steps into the namespace that a path names ("/proc/1/fd/7"), for good. */
int netns_enter_path(const char *path, struct error *err);
