/* Text on a terminal, a screen at a time. */
#pragma once

#include "lib/base/str.h"

/* Shows whole lines; after each `length` of them (0: never) waits with "---- More ----" for a key:
 * blank for the next screen, Enter for the next line, q or Ctrl+C for no more. */
void pager_show(struct str text, unsigned length);
