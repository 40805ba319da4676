/* Chromium without a window, driven over the pipe of its DevTools protocol: one process for as
 * many pages as a test looks at. What cannot be done ends the test with words. */
#pragma once

#include "lib/base/buf.h"

#include <stdbool.h>
#include <sys/types.h>

struct browser {
	pid_t pid;     /* 0: not started */
	int to, from;  /* owned: the two pipes */
	int last_id;   /* of the commands */
	struct buf in; /* what has come and is not taken yet */
	char *session; /* owned: of the one page that is open */
	bool has_loaded;
	struct buf said;   /* on the page's console, and errors, since it was loaded */
	struct buf answer; /* of the last question */
};

/* Starts it, with its profile in the folder. False where there is no Chromium. The caller calls
 * browser_close(). */
bool browser_open(struct browser *browser, const char *folder);
void browser_close(struct browser *browser);

/* Loads the page anew and waits until it is complete. */
void browser_load(struct browser *browser, const char *url);

/* The window in CSS pixels. */
void browser_resize(struct browser *browser, unsigned width, unsigned height);

/* Shows pages as on paper, and as at night. */
void browser_show_as(struct browser *browser, bool is_paper, bool is_dark);

/* Presses a key: "Tab", "Enter". */
void browser_press(struct browser *browser, const char *key);

/* The value of an expression of JavaScript, as text; until the next question. */
const char *browser_ask(struct browser *browser, const char *expression);

/* Writes a picture of the window, or of the whole page where is_whole, as PNG. */
void browser_picture(struct browser *browser, const char *path, bool is_whole);

/* Writes the page as it is printed, as PDF. */
void browser_print(struct browser *browser, const char *path);
