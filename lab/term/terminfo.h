/* Asks terminfo(5), in a file of its own because <term.h> defines macros that are ordinary
 * words. */
#pragma once

#include <stdbool.h>

/* Whether terminfo knows the terminal that TERM names. Callers ask before newterm(), which
 * leaks memory when it fails. */
bool terminfo_is_known(void);
