/* What a test holds outside its own memory. A test gives it back when it is through; after a
 * failed assertion, which leaves the test at once, it is given back as the program ends, so
 * that no lab, process or folder stays behind. */
#pragma once

enum holding_kind {
	HOLDING_FOLDER, /* what: its path; removed with all that is in it, also when the
	                  * test is killed */
	HOLDING_PROCESS, /* what: the number of a process group, as text; killed */
	HOLDING_LAB,     /* what: its name; taken down */
};

/* The test holds what, which is copied, from now on. It is given back by the process that
 * called first, not by its children. Exits with words for more than 32 things. */
void holding_add(enum holding_kind kind, const char *what);

/* The test has given it back itself. */
void holding_end(enum holding_kind kind, const char *what);
