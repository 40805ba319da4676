/* The name under which a lab is found: the abstract Unix socket "cwmplab/<uid>/<lab>". It
 * exists exactly as long as the lab's supervisor, on no file system, so that a lab that was
 * killed leaves nothing that could be stale, and two labs of one name cannot start. */
#pragma once

#include "lab/channel/channel.h"
#include "lib/base/cleanup.h"

#include <sys/types.h>

struct json_t;

enum {
	/* How long each page of an answer may take. It is long because a lab that is being
	 * built answers only when it is built. */
	LABSOCK_ANSWER_MS = 30000
};

/* Takes the name of lab for the caller, who closes *ret_fd. ERR_USAGE when the name is too
 * long or the caller has that lab up already; -errno when the kernel refuses the socket. The
 * socket does not listen yet: the supervisor does that, so that its peers see its pid. */
int labsock_bind(const char *lab, int *ret_fd, struct error *err);

/* Connects to the caller's lab of that name; waits up to two seconds for one that is
 * just being started. The caller closes *ret_fd; *ret_pid is the supervisor's.
 * ERR_USAGE when none is up, with the names of those that are, or when another user
 * listens there; ERR_MACHINE when its supervisor takes no calls; -errno when the kernel
 * refuses the socket. */
int labsock_connect(const char *lab, int *ret_fd, pid_t *ret_pid, struct error *err);

/* The process that listens for that lab of the caller's, found without a call: for one that
 * takes none. 0 when there is none, or /proc does not say. */
pid_t labsock_owner(const char *lab);

/* Calls fn with the name of each lab that the caller has up, sorted; the name is borrowed
 * for the call. 0, or -errno when /proc/net/unix cannot be read. */
int labsock_list(void (*fn)(void *user, const char *lab), void *user,
    struct error *err);

/* Gets a page of an answer (lib/program/command.h), borrowed for the call, without "re",
 * "ok" and "more", which frame it. */
typedef void labsock_page_fn(void *user, struct json_t *page);

/* Sends a command ({"cmd": name, "node": node}, node may be null) and hands out the pages of
 * its answer as they come; after a failure some may have been handed out. An answer of not
 * ok comes back as ERR_USAGE, or ERR_MACHINE where it says so, with its "why". ERR_MACHINE
 * also when nothing comes for LABSOCK_ANSWER_MS, or sooner when the supervisor is stopped.
 * ERR_CLOSED or -errno when the lab ends meanwhile, ERR_MALFORMED for what is no answer. */
int labsock_ask_pages(int fd, const char *name, const char *node,
    labsock_page_fn *on_page, void *user, struct error *err);

/* Asks the agent of a node: command is the JSON object that it takes ({"cmd": ...}), which may
 * have secrets in it. Pages and errors as above; ERR_USAGE for a command that is too long. */
int labsock_ask_agent(int fd, const char *node, const char *command,
    labsock_page_fn *on_page, void *user, struct error *err);

/* Asks the lab itself, with arguments: command is the JSON object that they are. */
int labsock_ask_command(int fd, const char *name, const char *command,
    labsock_page_fn *on_page, void *user, struct error *err);

/* As labsock_ask_pages(), with the pages joined to one object. The caller drops *ret
 * with json_decref(). fds (may be null) has room for CHANNEL_FDS_MAX descriptors and
 * gets those that came with the answer, -1 for the rest; the caller closes them. */
int labsock_ask(int fd, const char *name, const char *node, struct json_t **ret,
    int *fds, struct error *err);

/* Whether the program at the other end of the connection fd is of the caller's user. */
bool labsock_is_own(int fd);
