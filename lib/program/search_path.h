/* Where programs are looked for: in the folders of PATH, then in those of system programs,
 * which the PATH of an ordinary login of Debian lacks (/etc/login.defs, ENV_PATH) though
 * dnsmasq, kea-dhcp4 and tcpdump are there. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>

/* Appends the folders of path, which may be null or "" (then those of a system's usual
 * PATH), and /usr/local/sbin, /usr/sbin and /sbin where they are not among them, as a value
 * of PATH. Without memory out has its sticky error. */
void search_path_make(struct buf *out, const char *path);

/* Gives this process, and with it all that it starts, such a PATH. Called first in main(),
 * so that execvp(), popen() and the shells of nodes find the same programs. Without memory
 * PATH stays as it is. */
void search_path_complete(void);

/* Whether a program of that name is in one of these folders; ret_path, which has room for
 * size bytes, gets its path. What cannot be executed, and a folder, is none. */
bool search_path_find(const char *name, char *ret_path, size_t size);
