/* The table of ways.txt: what a rule's definition says, each way to break it, and the scripts
 * that go that way or miss it closely. */
#pragma once

/* Checks the table and runs its scripts: each rule that belongs in it has its rows, each
 * script is there, each breaking one breaks its rule and no other, each script of such a rule
 * that breaks it stands in a row. Returns how many things are not so; each is printed. */
unsigned ways_check(const char *folder);
