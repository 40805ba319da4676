#include "agents/common/tls_text.h"

#include <openssl/err.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <string.h>

void tls_error_text(char *text, size_t size)
{
	unsigned long code = ERR_get_error();
	const char *reason = code ? ERR_reason_error_string(code) : NULL;

	/* OpenSSL has no words for what the system refused, only its errno. */
	if (code && ERR_SYSTEM_ERROR(code))
		reason = strerror(ERR_GET_REASON(code));
	(void)snprintf(text, size, "%s", reason ? reason : "");
	ERR_clear_error();
}

void tls_name_text(const X509_NAME *name, char *text, size_t size)
{
	if (X509_NAME_get_text_by_NID(name, NID_commonName, text, (int)size) < 0)
		(void)snprintf(text, size, "?");
}

char *tls_date_text(const ASN1_TIME *time, char text[TLS_DATE_MAX])
{
	struct tm tm;

	if (ASN1_TIME_to_tm(time, &tm) != 1 ||
	    strftime(text, TLS_DATE_MAX, "%Y-%m-%d", &tm) == 0)
		(void)snprintf(text, TLS_DATE_MAX, "?");
	return text;
}
