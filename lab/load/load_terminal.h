/* The terminal of standard input and output, full screen, for a load test. */
#pragma once

#include "lab/load/load_screen.h"

struct load_terminal;

/* Takes the terminal over. Null where there is none that is known: lines are shown then. */
struct load_terminal *load_terminal_open(void);

/* A descriptor that is readable when a key was pressed. */
int load_terminal_input(const struct load_terminal *terminal);

/* Shows the load as it is. */
void load_terminal_paint(struct load_terminal *terminal, const struct load *load,
    const char *acs);

/* Does what the keys say that were pressed, and shows the load. */
void load_terminal_keys(struct load_terminal *terminal, struct load *load,
    const char *acs);

/* Gives the terminal back. Null is fine. */
void load_terminal_close(struct load_terminal *terminal);
