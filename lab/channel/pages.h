/* Answers that come in pages (lib/program/command.h), joined: into one JSON value, or straight
 * onto a stream, so that an answer of any length is never held whole. */
#pragma once

#include <stdbool.h>
#include <stdio.h>

struct json_t;

enum {
	PAGE_KEY_MAX = 64 /* a longer key is not joined from page to page */
};

/* A document that is being printed: an object or an array in it stays open, since the next
 * page may go on with it. */
struct page_printer {
	FILE *out; /* borrowed */
	struct page_member {
		char key[PAGE_KEY_MAX];
		bool is_open;
	} object, array;  /* the array stands in the object, where that is open */
	bool needs_comma; /* before the next member or item */
	bool has_begun;
};

/* Prints a value with so many blanks a level, 0: on one line; what a terminal must not be given
 * is escaped. */
void page_print_value(FILE *out, const struct json_t *value, int indent);

/* Prints what the page adds to the document: one member a line, one item of an array a
 * line. The caller asks ferror() of the stream whether it came out. */
void page_print(struct page_printer *printer, const struct json_t *page);

/* The same as a labsock_page_fn: printer is a struct page_printer. */
void page_print_any(void *printer, struct json_t *page);

/* Prints the end of the document; "{}" when it has no page. */
void page_print_end(struct page_printer *printer);

/* Adds the page to whole: arrays of the same name are joined, objects merged, other members
 * replaced. The page stays the caller's. 0, or -ENOMEM with a part of it added. */
int page_merge(struct json_t *whole, const struct json_t *page);
