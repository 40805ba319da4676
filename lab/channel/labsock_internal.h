/* Shared by the labsock*.c files. */
#pragma once

#include "lab/channel/labsock.h"

struct ucred;

/* The process at the other end of the connection. 0 or -errno. */
int labsock_peer(int fd, struct ucred *ret);

/* ERR_MACHINE, with words for why the supervisor pid says nothing. */
int labsock_not_answered(pid_t pid, struct error *err);
