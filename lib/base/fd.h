/* Descriptors, as those use them who need all or nothing. */
#pragma once

#include "lib/base/str.h"

#include <errno.h>
#include <unistd.h>

/* Writes all of it, however often it is interrupted. 0, or -errno: then a part of it may be
 * there. */
static inline int fd_write_whole(int fd, struct str bytes)
{
	while (bytes.len > 0) {
		ssize_t n = write(fd, bytes.p, bytes.len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		bytes = str_from(bytes, (size_t)n);
	}
	return 0;
}
