#include "agents/common/tls_memory.h"

#include "lib/base/cleanup.h"
#include "lib/base/compiler.h"

#include <openssl/asn1.h>
#include <openssl/ssl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum {
	DER_BAD = 0x80,     /* of what ASN1_get_object() returns */
	TAG_CERTIFICATE = 3 /* of the server, in a session as OpenSSL writes it */
};

/* As bytes a session takes a tenth of what it does as OpenSSL holds it. */
struct tls_ticket {
	size_t len;       /* of the bytes behind the name */
	size_t name_size; /* of the server that it is for */
	char name[];
};

void tls_memory_forget(struct tls_memory *memory)
{
	struct tls_ticket *ticket = steal_ptr(&memory->ticket);

	if (ticket)
		OPENSSL_clear_free(ticket,
		    sizeof(*ticket) + ticket->name_size + ticket->len);
}

SSL_SESSION *tls_memory_session(const struct tls_memory *memory, const char *name)
{
	const struct tls_ticket *ticket = memory->ticket;
	const unsigned char *at;

	if (!ticket || strcmp(ticket->name, name) != 0)
		return NULL;
	at = (const unsigned char *)ticket->name + ticket->name_size;
	return d2i_SSL_SESSION(NULL, &at, (long)ticket->len);
}

/* ---- without the certificate ------------------------------------------------------------- */

/* The end of the element at that place; null: there is none. */
static const unsigned char *end_of(const unsigned char *at, const unsigned char *end,
    bool *ret_is_certificate)
{
	int tag, class;
	long len;

	if (at >= end || ASN1_get_object(&at, &len, &tag, &class, end - at) & DER_BAD)
		return NULL;
	*ret_is_certificate =
	    class == V_ASN1_CONTEXT_SPECIFIC && tag == TAG_CERTIFICATE;
	return at + len;
}

/* Copies the elements that are kept to *to (null: they are counted), and returns their length. */
static size_t copy_kept(const unsigned char *at, const unsigned char *end,
    unsigned char *to)
{
	const unsigned char *next;
	bool is_certificate = false;
	size_t n = 0;

	for (; (next = end_of(at, end, &is_certificate)) != NULL; at = next) {
		if (is_certificate)
			continue;
		if (to)
			memcpy(to + n, at, (size_t)(next - at));
		n += (size_t)(next - at);
	}
	return n;
}

/* Nobody looks at the certificate of a server whose session goes on: that it was found good stands
 * elsewhere in the session. Null without memory. */
static struct tls_ticket *make(const char *name, const unsigned char *der, size_t size)
{
	const unsigned char *at = der, *end = der + size;
	size_t name_size = strlen(name) + 1, kept;
	struct tls_ticket *ticket;
	unsigned char *to;
	int tag, class, len;
	long body;

	if (ASN1_get_object(&at, &body, &tag, &class, (long)size) & DER_BAD)
		return NULL;
	kept = copy_kept(at, end, NULL);
	len = ASN1_object_size(1, (int)kept, V_ASN1_SEQUENCE);
	ticket =
	    len < 0 ? NULL : OPENSSL_malloc(sizeof(*ticket) + name_size + (size_t)len);
	if (!ticket)
		return NULL;
	ticket->len = (size_t)len;
	ticket->name_size = name_size;
	memcpy(ticket->name, name, name_size);
	to = (unsigned char *)ticket->name + name_size;
	ASN1_put_object(&to, 1, (int)kept, V_ASN1_SEQUENCE, V_ASN1_UNIVERSAL);
	(void)copy_kept(at, end, to);
	return ticket;
}

void tls_memory_take(struct tls_memory *memory, const char *name, SSL_SESSION *session)
{
	unsigned char *der = NULL;
	int size = i2d_SSL_SESSION(session, &der);

	tls_memory_forget(memory);
	if (size > 0)
		memory->ticket = make(name, der, (size_t)size);
	OPENSSL_clear_free(der, size > 0 ? (size_t)size : 0);
	SSL_SESSION_free(session);
}
