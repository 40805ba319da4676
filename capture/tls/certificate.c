#include "capture/tls/certificate.h"

#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <arpa/inet.h>
#include <openssl/x509v3.h>
#include <stdio.h>

/* What is told of a certificate. It is read by parts, since d2i_X509() also makes a key of the
 * key's bytes: that takes OpenSSL 200 us for each handshake, ten times all that is asked for. */
struct certificate {
	X509_NAME *issuer, *subject;
	ASN1_TIME *until;
	X509_EXTENSIONS *extensions;
};

/* Without names of its own a certificate is for nobody (RFC 9525), whatever its common name
 * says; it is told, for some programs go by it. */
static void put_common_name(const struct certificate *certificate, struct buf *out)
{
	char name[64];

	buf_append_text(out, "for no name");
	if (X509_NAME_get_text_by_NID(certificate->subject, NID_commonName, name,
		sizeof(name)) > 0)
		buf_printf(out, " (common name \"%s\")", name);
}

/* False where it is of neither version of IP. */
static bool address_of(const ASN1_STRING *bytes, char text[INET6_ADDRSTRLEN])
{
	int len = ASN1_STRING_length(bytes);

	return (len == 4 || len == 16) &&
	       inet_ntop(len == 4 ? AF_INET : AF_INET6, ASN1_STRING_get0_data(bytes),
		   text, INET6_ADDRSTRLEN);
}

static void put_names(const struct certificate *certificate, struct buf *out)
{
	GENERAL_NAMES *names =
	    X509V3_get_d2i(certificate->extensions, NID_subject_alt_name, NULL, NULL);

	for (int i = 0; i < sk_GENERAL_NAME_num(names); i++) {
		const GENERAL_NAME *name = sk_GENERAL_NAME_value(names, i);
		const char *separator = out->len == 0 ? "for " : ", ";
		const ASN1_STRING *text = name->d.ia5;
		char address[INET6_ADDRSTRLEN];

		if (name->type == GEN_DNS)
			buf_printf(out, "%s%.*s", separator,
			    MIN(ASN1_STRING_length(text), 64),
			    (const char *)ASN1_STRING_get0_data(text));
		else if (name->type == GEN_IPADD && address_of(text, address))
			buf_printf(out, "%s%s", separator, address);
	}
	GENERAL_NAMES_free(names);
	if (out->len == 0)
		put_common_name(certificate, out);
}

static void put_owner(const struct certificate *certificate, struct buf *out)
{
	char name[80] = "?";

	(void)X509_NAME_get_text_by_NID(certificate->subject, NID_commonName, name,
	    sizeof(name));
	buf_printf(out, "of \"%s\"", name);
}

/* Takes the value at the front of der: all of it with its head into *ret, what is inside into
 * *ret_inside, where that is asked for. False where there is none of that tag. */
static bool take(struct str *der, int xclass, int tag, struct str *ret,
    struct str *ret_inside)
{
	const unsigned char *start = (const unsigned char *)der->p, *p = start;
	long len;
	int its_tag, its_class;
	int form = ASN1_get_object(&p, &len, &its_tag, &its_class,
	    (long)MIN(der->len, LONG_MAX));

	/* DER has no lengths that are left open. */
	if (form & 0x81 || its_tag != tag || its_class != xclass)
		return false;
	if (ret_inside)
		*ret_inside = str_make((const char *)p, (size_t)len);
	*ret = str_make(der->p, (size_t)(p - start) + (size_t)len);
	*der = str_from(*der, ret->len);
	return true;
}

/* RFC 5280 4.1: from the version to the extensions. */
static bool read_parts(struct str parts, struct certificate *ret)
{
	struct str issuer, validity, subject, extensions, part;
	const unsigned char *p;

	(void)take(&parts, V_ASN1_CONTEXT_SPECIFIC, 0, &part, NULL);
	if (!take(&parts, V_ASN1_UNIVERSAL, V_ASN1_INTEGER, &part, NULL) ||
	    !take(&parts, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &part, NULL) ||
	    !take(&parts, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &issuer, NULL) ||
	    !take(&parts, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &part, &validity) ||
	    !take(&parts, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &subject, NULL) ||
	    !take(&parts, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &part, NULL))
		return false;
	(void)take(&parts, V_ASN1_CONTEXT_SPECIFIC, 1, &part, NULL);
	(void)take(&parts, V_ASN1_CONTEXT_SPECIFIC, 2, &part, NULL);
	if (take(&parts, V_ASN1_CONTEXT_SPECIFIC, 3, &part, &extensions)) {
		p = (const unsigned char *)extensions.p;
		ret->extensions = d2i_X509_EXTENSIONS(NULL, &p, (long)extensions.len);
		if (!ret->extensions)
			return false;
	}
	p = (const unsigned char *)issuer.p;
	ret->issuer = d2i_X509_NAME(NULL, &p, (long)issuer.len);
	p = (const unsigned char *)subject.p;
	ret->subject = d2i_X509_NAME(NULL, &p, (long)subject.len);
	p = (const unsigned char *)validity.p;
	ASN1_TIME_free(d2i_ASN1_TIME(NULL, &p, (long)validity.len));
	ret->until = d2i_ASN1_TIME(NULL, &p,
	    (long)validity.len - (long)(p - (const unsigned char *)validity.p));
	return ret->issuer && ret->subject && ret->until;
}

static bool certificate_read(struct str der, struct certificate *ret)
{
	struct str whole, inside, signed_part, parts, part;

	*ret = (struct certificate){ 0 };
	return take(&der, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &whole, &inside) &&
	       take(&inside, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &signed_part, &parts) &&
	       take(&inside, V_ASN1_UNIVERSAL, V_ASN1_SEQUENCE, &part, NULL) &&
	       take(&inside, V_ASN1_UNIVERSAL, V_ASN1_BIT_STRING, &part, NULL) &&
	       read_parts(parts, ret);
}

static void certificate_free(struct certificate *certificate)
{
	X509_NAME_free(certificate->issuer);
	X509_NAME_free(certificate->subject);
	ASN1_TIME_free(certificate->until);
	sk_X509_EXTENSION_pop_free(certificate->extensions, X509_EXTENSION_free);
}

static bool write_text(struct str der,
    void (*put)(const struct certificate *certificate, struct buf *out), char *text,
    size_t size)
{
	struct certificate certificate;
	char issuer[64] = "?", date[16] = "?";
	auto_buf whose = BUF_NULL;
	bool is_read = certificate_read(der, &certificate);
	struct tm tm;

	if (is_read) {
		put(&certificate, &whose);
		(void)X509_NAME_get_text_by_NID(certificate.issuer, NID_commonName,
		    issuer, sizeof(issuer));
		if (ASN1_TIME_to_tm(certificate.until, &tm) == 1)
			(void)strftime(date, sizeof(date), "%Y-%m-%d", &tm);
		(void)snprintf(text, size, "%s, by \"%s\", until %s", buf_cstr(&whose),
		    issuer, date);
	}
	certificate_free(&certificate);
	return is_read;
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
