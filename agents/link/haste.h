/* A process that has little to do at a time and for which others wait. */
#pragma once

/* Asks the kernel to have this thread run soon when it has something to do, and to end its sleeps
 * when it said; needs no right, and a kernel that does not know of it changes nothing. */
void haste(void);
