/* Whether scripts of a lesson may run. Those that come with the program may; one of a folder elsewhere
 * may be anybody's, and runs as who calls. */
#pragma once

#include "lab/course/folder.h"

/* Asks on the terminal where the folder is another one than last time, or a file of it is; without a
 * terminal it is ERR_USAGE, with the places of the scripts, unless is_given says that it is
 * trusted. What was trusted is remembered by what is in it. */
int trust_check(const struct folder *folder, bool is_given, struct error *err);
