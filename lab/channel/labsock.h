/* The name under which a lab is found: the abstract Unix socket "cwmplab/<uid>/<lab>". It
 * exists exactly as long as the lab's supervisor, on no file system, so that a lab that was
 * killed leaves nothing that could be stale, and two labs of one name cannot start. */
#pragma once

#include "lab/channel/channel.h"
#include "lib/base/cleanup.h"

#include <sys/types.h>

struct json_t;

/* Takes the name of lab for the caller. ERR_USAGE when the caller has it up already. The
 * socket does not listen yet: the supervisor does that, so that its peers see its pid. */
int labsock_bind(const char *lab, int *ret_fd, struct error *err);

/* Connects to the caller's lab of that name. ERR_USAGE when none is up, with the names of
 * those that are. *ret_pid is the supervisor's. */
int labsock_connect(const char *lab, int *ret_fd, pid_t *ret_pid, struct error *err);

/* Calls fn with the name of each lab that the caller has up, sorted. */
int labsock_list(void (*fn)(void *user, const char *lab), void *user,
    struct error *err);

/* Sends a command ({"cmd": name, "node": node}, node may be null) and waits for its answer.
 * *ret has the answer's fields; the caller drops it with json_decref(). fds (may be null)
 * receives CHANNEL_FDS_MAX descriptors, -1 for those that did not come. An answer of not ok
 * comes back as ERR_USAGE with its "why". */
int labsock_ask(int fd, const char *name, const char *node, struct json_t **ret,
    int *fds, struct error *err);

/* Whether the other end of fd is the caller's own user. */
bool labsock_is_own(int fd);
