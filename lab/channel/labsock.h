/* The name under which a lab is found: the abstract Unix socket "cwmplab/<uid>/<lab>". It
 * exists exactly as long as the lab's supervisor, on no file system, so that a lab that was
 * killed leaves nothing that could be stale, and two labs of one name cannot start. */
#pragma once

#include "lab/channel/channel.h"
#include "lib/base/cleanup.h"

#include <sys/types.h>

struct json_t;

enum {
	LABSOCK_ANSWER_MS =
	    30000 /* a lab that is being built answers when it is built */
};

/* Takes the name of lab for the caller. ERR_USAGE when the caller has it up already. The
 * socket does not listen yet: the supervisor does that, so that its peers see its pid. */
int labsock_bind(const char *lab, int *ret_fd, struct error *err);

/* Connects to the caller's lab of that name. ERR_USAGE when none is up, with the names of
 * those that are; ERR_MACHINE when its supervisor takes no calls. *ret_pid is the
 * supervisor's. */
int labsock_connect(const char *lab, int *ret_fd, pid_t *ret_pid, struct error *err);

/* Calls fn with the name of each lab that the caller has up, sorted. */
int labsock_list(void (*fn)(void *user, const char *lab), void *user,
    struct error *err);

/* The members of a page of an answer (lib/program/command.h), borrowed; without those that
 * frame it. */
typedef void labsock_page_fn(void *user, struct json_t *page);

/* Sends a command ({"cmd": name, "node": node}, node may be null) and hands out the pages of
 * its answer as they come. An answer of not ok comes back as ERR_USAGE, or ERR_MACHINE where
 * it says so, with its "why". ERR_MACHINE also when nothing comes for LABSOCK_ANSWER_MS, or
 * sooner when the supervisor is stopped. */
int labsock_ask_pages(int fd, const char *name, const char *node,
    labsock_page_fn *on_page, void *user, struct error *err);

/* The same with the answer joined. *ret has its fields; the caller drops it with
 * json_decref(). fds (may be null) receives CHANNEL_FDS_MAX descriptors, -1 for those that
 * did not come. */
int labsock_ask(int fd, const char *name, const char *node, struct json_t **ret,
    int *fds, struct error *err);

/* Whether the other end of fd is the caller's own user. */
bool labsock_is_own(int fd);
