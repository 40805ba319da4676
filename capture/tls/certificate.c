#include "capture/tls/certificate.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <openssl/x509v3.h>
#include <stdio.h>

/* Without names of its own a certificate is for nobody (RFC 9525), whatever its common name
 * says; it is told, for some programs go by it. */
static void put_common_name(X509 *certificate, struct buf *out)
{
	char name[64];

	buf_append_text(out, "for no name");
	if (X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
		NID_commonName, name, sizeof(name)) > 0)
		buf_printf(out, " (common name \"%s\")", name);
}

static void put_names(X509 *certificate, struct buf *out)
{
	GENERAL_NAMES *names =
	    X509_get_ext_d2i(certificate, NID_subject_alt_name, NULL, NULL);
	const char *separator = "for ";

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const ASN1_STRING *text = name->d.ia5;

		if (name->type == GEN_DNS)
			buf_printf(out, "%s%.*s", separator,
			    MIN(ASN1_STRING_length(text), 64),
			    (const char *)ASN1_STRING_get0_data(text));
		else if (name->type == GEN_IPADD && ASN1_STRING_length(text) == 4)
			buf_printf(out, "%s%u.%u.%u.%u", separator,
			    ASN1_STRING_get0_data(text)[0],
			    ASN1_STRING_get0_data(text)[1],
			    ASN1_STRING_get0_data(text)[2],
			    ASN1_STRING_get0_data(text)[3]);
		separator = ", ";
	}
	GENERAL_NAMES_free(names);
	if (out->len == 0)
		put_common_name(certificate, out);
}

static void put_owner(X509 *certificate, struct buf *out)
{
	char name[80] = "?";

	(void)X509_NAME_get_text_by_NID(X509_get_subject_name(certificate),
	    NID_commonName, name, sizeof(name));
	buf_printf(out, "of \"%s\"", name);
}

static bool write_text(struct str der, void (*put)(X509 *certificate, struct buf *out),
    char *text, size_t size)
{
	const unsigned char *p = (const unsigned char *)der.p;
	X509 *certificate = d2i_X509(NULL, &p, (long)MIN(der.len, (size_t)INT32_MAX));
	char issuer[64] = "?", date[16] = "?";
	auto_buf whose = BUF_NULL;
	struct tm tm;

	if (!certificate)
		return false;
	put(certificate, &whose);
	(void)X509_NAME_get_text_by_NID(X509_get_issuer_name(certificate),
	    NID_commonName, issuer, sizeof(issuer));
	if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &tm) == 1)
		(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
	(void)snprintf(text, size, "%s, by \"%s\", until %s", buf_cstr(&whose), issuer,
	    date);
	X509_free(certificate);
	return true;
}

bool certificate_text(struct str der, char *text, size_t size)
{
	return write_text(der, put_names, text, size);
}

bool certificate_text_of_client(struct str der, char *text, size_t size)
{
	return write_text(der, put_owner, text, size);
}

const char *tls_alert_name(unsigned alert, char *text)
{
	static const struct {
		unsigned alert;
		const char *name;
	} names[] = {
		{ 0, "close_notify" },
		{ 10, "unexpected_message" },
		{ 20, "bad_record_mac" },
		{ 22, "record_overflow" },
		{ 40, "handshake_failure" },
		{ 42, "bad_certificate" },
		{ 43, "unsupported_certificate" },
		{ 44, "certificate_revoked" },
		{ 45, "certificate_expired" },
		{ 46, "certificate_unknown" },
		{ 47, "illegal_parameter" },
		{ 48, "unknown_ca" },
		{ 49, "access_denied" },
		{ 50, "decode_error" },
		{ 51, "decrypt_error" },
		{ 70, "protocol_version" },
		{ 71, "insufficient_security" },
		{ 80, "internal_error" },
		{ 86, "inappropriate_fallback" },
		{ 90, "user_canceled" },
		{ 109, "missing_extension" },
		{ 110, "unsupported_extension" },
		{ 112, "unrecognized_name" },
		{ 116, "certificate_required" },
		{ 120, "no_application_protocol" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		if (names[i].alert == alert)
			return names[i].name;
	}
	(void)snprintf(text, 32, "%u", alert);
	return text;
}

const char *tls_version_name(uint16_t version)
{
	switch (version) {
	case 0x0301:
		return "TLS 1.0";
	case 0x0302:
		return "TLS 1.1";
	case 0x0303:
		return "TLS 1.2";
	case 0x0304:
		return "TLS 1.3";
	}
	return "TLS";
}
