/* How long a test waits for what must happen. Such a deadline only catches what hangs: no
 * test judges by how long something took, so it is far beyond what a busy machine needs. */
#pragma once

/* Milliseconds: five minutes, times CWMPLAB_TEST_SLOW (1 to 100) where that is set, for a
 * machine that is slower still. Exits with words where it is no such number.
 * tests/support/patience.sh gives the same to scripts. */
int patience_ms(void);
