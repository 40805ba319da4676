#include "lib/program/private_file.h"

#include "lib/base/cleanup.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

enum {
	OWNER_ONLY = 0600,
	ALL_RIGHTS = 0777,
	OF_OTHERS = 0077
};

int private_file_open(const char *path, int flags)
{
	auto_fd fd = open(path, flags | O_CREAT | O_CLOEXEC, OWNER_ONLY);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (S_ISREG(st.st_mode) && (st.st_mode & ALL_RIGHTS) != OWNER_ONLY &&
	    fchmod(fd, OWNER_ONLY) < 0 && (st.st_mode & OF_OTHERS) != 0)
		return -errno;
	return steal_fd(&fd);
}
