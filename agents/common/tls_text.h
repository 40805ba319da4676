/* What OpenSSL holds, in words: an error, a name, a date. */
#pragma once

#include <stddef.h>

struct asn1_string_st;
struct X509_name_st;

enum {
	TLS_DATE_MAX = 16
};

/* The oldest words in OpenSSL's queue of this thread, which is emptied; "" when empty. */
void tls_error_text(char *text, size_t size);

/* The common name in text (of size), "?" where there is none. */
void tls_name_text(const struct X509_name_st *name, char *text, size_t size);

/* "2027-11-23", "?" where it is none; the room is returned. */
char *tls_date_text(const struct asn1_string_st *time, char text[TLS_DATE_MAX]);
