/* How Wireshark comes to call "cwmplab extcap". */
#pragma once

#include "lib/base/error.h"

/* Writes the program that Wireshark finds into folder, which is made where it is missing;
 * without one prints the line that does so for the caller's Wireshark. */
int extcap_install(const char *folder, struct error *err);
