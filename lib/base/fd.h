/* Descriptors, as those use them who need all or nothing. */
#pragma once

#include "lib/base/str.h"

/* Writes all of it, however often it is interrupted. 0, or -errno: then a part of it may be
 * there. */
int fd_write_whole(int fd, struct str bytes);
