/* Standard output and standard error of a program that must not wait for their readers. */
#pragma once

/* Opens the pipe or terminal at fd once more, for writing without blocking; the caller
 * closes what is returned. O_NONBLOCK on fd itself would hold for everybody who writes to
 * the same open file, such as the shell. -1: fd is something else, or this is refused (a
 * pipe of another user, one that nobody has open for reading). */
int output_reopen(int fd);
