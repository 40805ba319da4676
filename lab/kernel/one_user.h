/* A lab of an ordinary user has one user, root of the lab: the kernel lets nobody change to
 * another there, and programs that give up root's rights at their start, such as tcpdump, end
 * with an error. */
#pragma once

#include "lib/base/error.h"

/* From now on this process and what it starts stay who they are and are told that the change was
 * made, where there is nobody to change to: a seccomp filter answers setuid() and its kin. Does
 * nothing where there are other users. 0, or -errno of prctl(). */
int one_user_stay(struct error *err);
