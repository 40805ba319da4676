/* Writes JSON (RFC 8259) into a buffer, commas and escapes included. Bytes that are not
 * UTF-8 become U+FFFD, so that what a peer sent never makes the output invalid; what a terminal
 * must not be given (utf8_unruly()) is escaped, though JSON would allow some of it. Reading
 * JSON is jansson's work; no name here is one of its own (json_object, json_array,
 * json_null), or its calls would land here. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

struct json {
	struct buf *out;  /* borrowed */
	bool needs_comma; /* before the next value */
	int indent;       /* blanks a level; 0 writes one line */
	int depth;
	/* Bytes that a text may take, with its escapes; 0: any. A longer one is cut and ends
	 * in the mark that says so (lib/base/cut.h). At least 2 * CUT_MARK_MAX. */
	size_t text_max;
	/* Set it, and strings whose keys say that they are secret are "***", and so are
	 * the secrets within other strings (secret.h). */
	bool hides_secrets;
};

static inline struct json json_writer(struct buf *out, int indent)
{
	return (struct json){ .out = out, .indent = indent };
}

/* key is null inside an array and for the outermost value. */
void json_object_begin(struct json *json, const char *key);
void json_object_end(struct json *json);
void json_array_begin(struct json *json, const char *key);
void json_array_end(struct json *json);

/* A text; more than text_max bytes of it are cut. A null view writes "". */
void json_str(struct json *json, const char *key, struct str value);
void json_text(struct json *json, const char *key, const char *value); /* null: null */
void json_int(struct json *json, const char *key, int64_t value);
void json_uint(struct json *json, const char *key, uint64_t value);
void json_bool(struct json *json, const char *key, bool value);
void json_put_null(struct json *json, const char *key);
/* Nanoseconds as a number of seconds with nine decimals: 1.500000000. */
void json_seconds(struct json *json, const char *key, int64_t ns);

/* A value that is JSON already, such as another writer's output: it is not checked. */
void json_raw(struct json *json, const char *key, struct str value);

/* Appends what is JSON already, as another writer left it: characters in its strings that
 * JSON allows and a terminal must not be given (utf8_unruly()) are escaped. */
void json_escape_raw(struct buf *out, struct str text);

/* Appends s with JSON's escapes, without the quotes. */
void json_escape(struct buf *out, struct str s);
