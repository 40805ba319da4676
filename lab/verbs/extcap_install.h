/* Installs the program by which Wireshark calls "cwmplab extcap". */
#pragma once

#include "lib/base/error.h"

/* Writes a small program into folder, where Wireshark looks for such programs, and says so
 * on standard output; makes the folder if it is missing. With folder null it writes nothing
 * and prints the command that installs the program for the Wireshark of the caller. 0,
 * ERR_USAGE when folder cannot be written to, ERR_MACHINE when there is no room, or
 * -errno. */
int extcap_install(const char *folder, struct error *err);
