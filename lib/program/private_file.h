/* Files that hold secrets: captures with what was in their packets, keys, passwords. */
#pragma once

/* As open() with O_CREAT and O_CLOEXEC besides, but nobody except the owner can read or
 * write the file afterwards, whatever the umask is and whoever could before. -EPERM, or
 * another -errno, where others may and this process cannot change it; files that are not
 * regular stay as they are. The caller closes what it returns. */
int private_file_open(const char *path, int flags);
