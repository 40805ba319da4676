/* What is a secret, for all of the program: by the name of what holds it, and by where it
 * stands in a text. Whatever shows names with their values, or texts that somebody else
 * wrote, asks here; nothing else in the program has a list of such names. */
#pragma once

#include "lib/base/str.h"

struct buf;

/* Whether the value of what has that name is a secret. The name is a parameter's with its
 * path, an element's, an HTTP header's or a key of a query or a file; its last part
 * counts, in any case, without a number at its end: ...Password, ...Passwd, ...Pwd,
 * ...Pass, ...Passphrase, ...Secret, ...Token, ...PIN, ...Key and the like. Keys that
 * identify and open nothing are none: ParameterKey, CommandKey, PublicKey. A partial path
 * (it ends in a dot) has no value. */
bool secret_is_name(struct str name);

/* The same where a value does stand beside the name: a partial path then means what its last
 * part says. */
bool secret_is_named(struct str name);

/* The same of a key of a query or of a challenge: beside these, queries have the signatures of URLs
 * that open a store to their bearer, and challenges what a server wants to hear again. */
bool secret_is_key(struct str name);

/* ---- secret_text.c ------------------------------------------------------------------- */

/* Finds the first secret of a text at or after *at: the password of a URL's userinfo
 * (RFC 3986 3.2.1), and the value of "name=value", as in a query, and of "name":
 * "value", as in JSON, where secret_is_name(name), and of "password WORD" what no word
 * of a language is: it is quoted, or has digits, "_" or signs between its letters. What
 * follows the colon behind a URL's host and is no port is taken for a password that was
 * cut off. Returns whether there is one, and where: [*at, *ret_end). Stars alone are
 * none. */
bool secret_find(struct str text, size_t *at, size_t *ret_end);

/* Appends the text with "***" for each secret in it. */
void secret_put(struct buf *out, struct str text);

/* The same in place, for texts of a fixed size; what does not fit then is cut. */
void secret_hide(char *text, size_t size);
