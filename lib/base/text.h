/* Encodings of bytes and addresses as text. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

/* Lower-case hex digits of n bytes. */
void hex_append(struct buf *out, const void *bytes, size_t n);

/* The value of a hex digit of either case; -1 for any other character. */
int hex_digit(char c);

/* Hex digits, blanks and colons between pairs allowed, to bytes. Returns how many
 * bytes, or ERR_MALFORMED, or ERR_LIMIT when they are more than cap. */
int hex_parse(struct str text, uint8_t *bytes, size_t cap);

/* Bytes as people write them in hex, "0127", "01 27", "01:27", "0127-6874", "0x01, 0x27",
 * "1:27", to bytes: groups of digits, "0x" before them or not, with blanks, ends of lines, ":",
 * "-", "." and "," between; a group of one digit is a byte. Returns how many bytes;
 * ERR_MALFORMED, or ERR_LIMIT when they are more than cap, of which bytes has the first then.
 * *ret_at (may be null) is the place of what is wrong: a character that is no digit, the end
 * of the text, or the last digit of a group with an odd number of them. */
int hex_read(struct str text, uint8_t *bytes, size_t cap, size_t *ret_at);

/* RFC 4648 4, with padding. */
void base64_append(struct buf *out, const void *bytes, size_t n);

/* The same to bytes: padding is needed, blanks and ends of lines are refused. Returns
 * how many bytes, or ERR_MALFORMED, or ERR_LIMIT when they are more than cap. */
int base64_parse(struct str text, uint8_t *bytes, size_t cap);

/* Appends s with <, >, & and " as character references: for text and attributes of XML
 * and HTML. All else as utf8_put_shown(): it becomes one line. */
void markup_append(struct buf *out, struct str s);

/* Appends text as one word of a shell, in single quotes where it needs them; with bytes in it
 * that a terminal must not be given, in those of bash, zsh and POSIX.1-2024: $'\x1b'. */
void shell_append(struct buf *out, const char *text);

/* base with its last run of digits counted up by n, with more digits where they
 * overflow: "HP099x" and 1 give "HP100x". Of a run the last 15 digits count. A base
 * without digits gets n + 1 at its end. text has size bytes, to which it is cut. */
void text_count_up(const char *base, uint64_t n, char *text, size_t size);

enum {
	IPV4_TEXT_MAX = 16,
	IPV6_TEXT_MAX = 46,
	MAC_TEXT_MAX = 18
};

/* Host byte order: 10.0.0.1 is 0x0a000001. text has room for IPV4_TEXT_MAX and is
 * returned. */
char *ipv4_text(uint32_t address, char *text);

/* Strict dotted quad, the whole of s. 0 or ERR_MALFORMED. */
int ipv4_parse(struct str s, uint32_t *ret);

/* "2001:db8::1", as RFC 5952 writes it. text has room for IPV6_TEXT_MAX and is returned. */
char *ipv6_text(const uint8_t address[16], char *text);

/* Any form of RFC 4291 2.2, the whole of s, without zone or brackets. 0 or ERR_MALFORMED. */
int ipv6_parse(struct str s, uint8_t ret[16]);

/* Whether the first prefix bits of both are the same. */
bool ipv6_is_same(const uint8_t a[16], const uint8_t b[16], unsigned prefix);

/* The network of a prefix that the address is in. */
void ipv6_network(const uint8_t address[16], unsigned prefix, uint8_t ret[16]);

/* Whether it is any but "::". */
bool ipv6_is_set(const uint8_t address[16]);

/* "02:00:00:00:00:01"; room for MAC_TEXT_MAX. */
char *mac_text(const uint8_t mac[6], char *text);
/* Six pairs of hex digits with colons between, the whole of s. 0 or ERR_MALFORMED. */
int mac_parse(struct str s, uint8_t ret[6]);

/* The mask of a prefix of 0 to 32 bits, host order. */
static inline uint32_t ipv4_mask(unsigned prefix)
{
	return prefix == 0 ? 0 : UINT32_MAX << (32 - prefix);
}
