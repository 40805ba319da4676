/* What terminfo(5) knows; apart, as <term.h> makes macros of ordinary words. */
#pragma once

#include <stdbool.h>

/* Whether it knows the terminal that TERM names. To be asked before newterm(), which loses
 * memory of its own where it fails. */
bool terminfo_is_known(void);
