#include "agents/pki/pki.h"

#include "agents/common/tls_text.h"
#include "lib/base/buf.h"
#include "lib/base/text.h"
#include "lib/program/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#define CA_YEARS_NS (10 * INT64_C(365) * 86400 * NS_PER_S)
#define DAY_NS      (INT64_C(86400) * NS_PER_S)

struct pki_ca {
	EVP_PKEY *key;
	X509 *certificate;
	X509_CRL *crl; /* null: it has revoked nothing yet */
};

struct pki_devices {
	EVP_PKEY *key;
	FILE *file; /* null: closed */
	char *path;
};

DEFINE_CLEANUP(EVP_PKEY *, EVP_PKEY_free)
DEFINE_CLEANUP(X509 *, X509_free)
DEFINE_CLEANUP(X509_REVOKED *, X509_REVOKED_free)
DEFINE_CLEANUP(ASN1_TIME *, ASN1_TIME_free)
DEFINE_CLEANUP(ASN1_INTEGER *, ASN1_INTEGER_free)

static int fail(struct error *err, const char *what)
{
	char text[256];

	tls_error_text(text, sizeof(text));
	return error_set(err, ERR_TLS, "%s: %s", what, text);
}

static bool add_extension(X509 *certificate, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX context;
	X509_EXTENSION *extension;
	bool is_added;

	X509V3_set_ctx(&context, issuer, certificate, NULL, NULL, 0);
	extension = X509V3_EXT_conf_nid(NULL, &context, nid, value);
	is_added = extension && X509_add_ext(certificate, extension, -1) == 1;
	X509_EXTENSION_free(extension);
	return is_added;
}

/* 64 random bits, never negative (RFC 5280 4.1.2.2). */
static bool set_serial(X509 *certificate)
{
	uint64_t serial;

	return RAND_bytes((unsigned char *)&serial, sizeof(serial)) == 1 &&
	       ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate),
		   (serial >> 1) | 1) == 1;
}

static bool set_times(X509 *certificate, clock_ns not_before, clock_ns not_after)
{
	return ASN1_TIME_set(X509_getm_notBefore(certificate),
		   (time_t)(not_before / NS_PER_S)) &&
	       ASN1_TIME_set(X509_getm_notAfter(certificate),
		   (time_t)(not_after / NS_PER_S));
}

/* What every certificate has; the issuer is set and the signature made later. */
static X509 *certificate_new(EVP_PKEY *key, const char *common_name,
    clock_ns not_before, clock_ns not_after)
{
	auto_cleanup(X509_free) X509 *certificate = X509_new();

	if (!certificate || X509_set_version(certificate, X509_VERSION_3) != 1 ||
	    !set_serial(certificate) ||
	    !set_times(certificate, not_before, not_after) ||
	    X509_set_pubkey(certificate, key) != 1 ||
	    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN",
		MBSTRING_UTF8, (const unsigned char *)common_name, -1, -1, 0) != 1)
		return NULL;
	return steal_ptr(&certificate);
}

static bool sign(X509 *certificate, X509 *issuer, EVP_PKEY *key)
{
	return X509_set_issuer_name(certificate, X509_get_subject_name(issuer)) == 1 &&
	       X509_sign(certificate, key, EVP_sha256()) > 0;
}

int pki_ca_new(struct pki_ca **ret, const char *common_name, clock_ns now,
    struct error *err)
{
	auto_cleanup(pki_ca_free) struct pki_ca *ca = calloc(1, sizeof(*ca));
	X509 *certificate;

	if (!ca)
		return error_set(err, -ENOMEM, "no memory");
	ca->key = EVP_EC_gen("P-256");
	if (!ca->key)
		return fail(err, "key of the lab's CA");
	certificate = ca->certificate =
	    certificate_new(ca->key, common_name, now - DAY_NS, now + CA_YEARS_NS);
	if (!certificate ||
	    !add_extension(certificate, certificate, NID_basic_constraints,
		"critical,CA:TRUE,pathlen:0") ||
	    !add_extension(certificate, certificate, NID_key_usage,
		"critical,keyCertSign,cRLSign") ||
	    !add_extension(certificate, certificate, NID_subject_key_identifier,
		"hash") ||
	    !sign(certificate, certificate, ca->key))
		return fail(err, "certificate of the lab's CA");
	*ret = steal_ptr(&ca);
	return 0;
}

void pki_ca_free(struct pki_ca *ca)
{
	if (!ca)
		return;
	X509_free(ca->certificate);
	X509_CRL_free(ca->crl);
	EVP_PKEY_free(ca->key);
	free(ca);
}

/* A PEM file that only its owner reads, whole or not at all for whoever looks later. */
static FILE *create(const char *path, struct error *err)
{
	int fd = private_file_open(path, O_WRONLY | O_TRUNC | O_NOFOLLOW);
	FILE *file = fd < 0 ? NULL : fdopen(fd, "w");

	if (!file)
		(void)error_set(err, fd < 0 ? fd : -errno, "%s: %s", path,
		    strerror(fd < 0 ? -fd : errno));
	if (!file && fd >= 0)
		(void)close(fd);
	return file;
}

static int finish(FILE *file, bool is_written, const char *path, struct error *err)
{
	bool is_closed = fclose(file) == 0;

	if (is_written && is_closed)
		return 0;
	return error_set(err, -EIO, "%s: cannot be written", path);
}

static int write_certificate(X509 *certificate, const char *path, struct error *err)
{
	FILE *file = create(path, err);

	if (!file)
		return err ? err->code : -EIO;
	return finish(file, PEM_write_X509(file, certificate) == 1, path, err);
}

static int write_key(EVP_PKEY *key, const char *path, struct error *err)
{
	FILE *file = create(path, err);
	bool is_written;

	if (!file)
		return err ? err->code : -EIO;
	is_written = PEM_write_PrivateKey(file, key, NULL, NULL, 0, NULL, NULL) == 1;
	return finish(file, is_written, path, err);
}

int pki_ca_write(const struct pki_ca *ca, const char *path, struct error *err)
{
	return write_certificate(ca->certificate, path, err);
}

/* "DNS:acs1.lab,IP:10.0.0.11" */
static void alternative_names(const struct pki_request *request, struct buf *out)
{
	const char *separator = "";

	for (size_t i = 0; i < request->n_names; i++) {
		/* An address of IPv6 is none of DNS, and stands below. */
		if (strchr(request->names[i], ':'))
			continue;
		buf_printf(out, "%sDNS:%s", separator, request->names[i]);
		separator = ",";
	}
	for (size_t i = 0; i < request->n_addresses; i++) {
		char text[IPV4_TEXT_MAX];

		buf_printf(out, "%sIP:%s", separator,
		    ipv4_text(request->addresses[i], text));
		separator = ",";
	}
	if (request->address6) {
		char text[IPV6_TEXT_MAX];

		buf_printf(out, "%sIP:%s", separator,
		    ipv6_text(request->address6, text));
	}
}

/* What the certificates of ends have in common, signed by the CA. usage: serverAuth or
 * clientAuth; names: of subjectAltName, or null. */
static bool complete(const struct pki_ca *ca, X509 *certificate, const char *usage,
    const char *names)
{
	X509 *issuer = ca->certificate;

	return add_extension(certificate, issuer, NID_basic_constraints,
		   "critical,CA:FALSE") &&
	       add_extension(certificate, issuer, NID_key_usage,
		   "critical,digitalSignature") &&
	       add_extension(certificate, issuer, NID_ext_key_usage, usage) &&
	       add_extension(certificate, issuer, NID_authority_key_identifier,
		   "keyid:always") &&
	       (!names ||
		   add_extension(certificate, issuer, NID_subject_alt_name, names)) &&
	       sign(certificate, issuer, ca->key);
}

int pki_issue(const struct pki_ca *ca, const struct pki_request *request,
    const char *certificate_path, const char *key_path, struct error *err)
{
	auto_cleanup(EVP_PKEY_free) EVP_PKEY *key = EVP_EC_gen("P-256");
	auto_cleanup(X509_free) X509 *certificate = NULL;
	auto_buf names = BUF_NULL;
	int r;

	if (!key)
		return fail(err, "key of a server");
	alternative_names(request, &names);
	certificate =
	    certificate_new(key, request->n_names ? request->names[0] : "server",
		request->not_before, request->not_after);
	if (!certificate ||
	    !complete(ca, certificate, "serverAuth",
		request->has_common_name_alone ? NULL : buf_cstr(&names)))
		return fail(err, "certificate of a server");
	r = write_certificate(certificate, certificate_path, err);
	return r < 0 ? r : write_key(key, key_path, err);
}

/* ---- certificates of devices -------------------------------------------------------- */

int pki_devices_new(struct pki_devices **ret, const char *certificates_path,
    const char *key_path, struct error *err)
{
	auto_cleanup(pki_devices_free) struct pki_devices *devices =
	    calloc(1, sizeof(*devices));
	int r;

	if (!devices)
		return error_set(err, -ENOMEM, "no memory");
	devices->path = str_dup(str_of(certificates_path));
	devices->key = EVP_EC_gen("P-256");
	if (!devices->path || !devices->key)
		return fail(err, "key of devices");
	r = write_key(devices->key, key_path, err);
	if (r < 0)
		return r;
	devices->file = create(certificates_path, err);
	if (!devices->file)
		return err ? err->code : -EIO;
	*ret = steal_ptr(&devices);
	return 0;
}

/* The name is what there is to say of a device: it has neither DNS name nor address of its
 * own (TR-069 A6 3.4.5). */
int pki_devices_add(struct pki_devices *devices, const struct pki_ca *ca,
    const char *common_name, clock_ns not_before, clock_ns not_after,
    uint64_t *ret_serial, struct error *err)
{
	auto_cleanup(X509_free) X509 *certificate =
	    certificate_new(devices->key, common_name, not_before, not_after);

	if (!certificate || !complete(ca, certificate, "clientAuth", NULL) ||
	    (ret_serial && ASN1_INTEGER_get_uint64(ret_serial,
			       X509_get0_serialNumber(certificate)) != 1) ||
	    PEM_write_X509(devices->file, certificate) != 1)
		return fail(err, "certificate of a device");
	return 0;
}

int pki_devices_end(struct pki_devices *devices, struct error *err)
{
	FILE *file = steal_ptr(&devices->file);

	return finish(file, ferror(file) == 0, devices->path, err);
}

void pki_devices_free(struct pki_devices *devices)
{
	if (!devices)
		return;
	if (devices->file)
		(void)fclose(devices->file);
	EVP_PKEY_free(devices->key);
	free(devices->path);
	free(devices);
}

/* ---- revocation --------------------------------------------------------------------- */

static bool start_crl(struct pki_ca *ca)
{
	if (!ca->crl)
		ca->crl = X509_CRL_new();
	return ca->crl;
}

int pki_revoke(struct pki_ca *ca, uint64_t serial, clock_ns now, struct error *err)
{
	auto_cleanup(X509_REVOKED_free) X509_REVOKED *revoked = X509_REVOKED_new();
	auto_cleanup(ASN1_INTEGER_free) ASN1_INTEGER *number = ASN1_INTEGER_new();
	auto_cleanup(ASN1_TIME_free) ASN1_TIME *date =
	    ASN1_TIME_set(NULL, (time_t)(now / NS_PER_S));

	if (!revoked || !number || !date || !start_crl(ca) ||
	    ASN1_INTEGER_set_uint64(number, serial) != 1 ||
	    X509_REVOKED_set_serialNumber(revoked, number) != 1 ||
	    X509_REVOKED_set_revocationDate(revoked, date) != 1 ||
	    X509_CRL_add0_revoked(ca->crl, revoked) != 1)
		return fail(err, "revocation");
	(void)steal_ptr(&revoked);
	return 0;
}

int pki_crl_write(struct pki_ca *ca, clock_ns now, const char *path, struct error *err)
{
	auto_cleanup(ASN1_TIME_free) ASN1_TIME *from =
	    ASN1_TIME_set(NULL, (time_t)((now - DAY_NS) / NS_PER_S));
	auto_cleanup(ASN1_TIME_free) ASN1_TIME *until =
	    ASN1_TIME_set(NULL, (time_t)((now + 365 * DAY_NS) / NS_PER_S));
	FILE *file;

	if (!from || !until || !start_crl(ca) ||
	    X509_CRL_set_version(ca->crl, X509_CRL_VERSION_2) != 1 ||
	    X509_CRL_set_issuer_name(ca->crl, X509_get_subject_name(ca->certificate)) !=
		1 ||
	    X509_CRL_set1_lastUpdate(ca->crl, from) != 1 ||
	    X509_CRL_set1_nextUpdate(ca->crl, until) != 1 ||
	    X509_CRL_sort(ca->crl) != 1 ||
	    X509_CRL_sign(ca->crl, ca->key, EVP_sha256()) <= 0)
		return fail(err, "CRL of the lab's CA");
	file = create(path, err);
	if (!file)
		return err ? err->code : -EIO;
	return finish(file, PEM_write_X509_CRL(file, ca->crl) == 1, path, err);
}
