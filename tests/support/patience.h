/* How long a test waits for what must happen. Such a deadline only catches what hangs: but for
 * those of tests/attack no test judges by how long something took, so it is far beyond what a
 * busy machine needs. */
#pragma once

/* CWMPLAB_TEST_SLOW (1 to 100), for a machine that is slower than usual; 1 where it is not
 * set. Exits with words where it is no such number. */
int patience_factor(void);

/* Milliseconds: five minutes, times that factor. tests/support/patience.sh gives the same to
 * scripts. */
int patience_ms(void);
