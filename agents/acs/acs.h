/* `cwmplab acs`: an ACS, inside a lab or by hand. */
#pragma once

/* --config FILE --control FD, or flags; returns the exit status of the program. */
int acs_main(int argc, char **argv);
