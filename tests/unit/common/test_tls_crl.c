/* agents/common/tls_ctx, tls_crl and tls_peer: whose certificate a client takes, by its names
 * and by CRLs. Both ends shake hands over a socket pair. */
#include "tests/unit/unit.h"

#include "agents/common/stream.h"
#include "agents/common/tls_peer.h"
#include "lib/base/compiler.h"
#include "lib/base/str.h"
#include "tests/support/guard.h"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME "acs1.lab"
#define DAY  86400

static const char *const file_names[] = { "ca.pem", "acs.pem", "acs.key", "crl.pem" };

enum file {
	FILE_CA,
	FILE_CERTIFICATE,
	FILE_KEY,
	FILE_CRL,
	FILES
};

struct folder {
	char path[40];
	char files[FILES][64];
};

static struct folder folder_make(void)
{
	char path[] = "/tmp/cwmplab-crl.XXXXXX";
	struct folder folder;

	assert_non_null(mkdtemp(path));
	guard_path(path);
	(void)snprintf(folder.path, sizeof(folder.path), "%s", path);
	for (int i = 0; i < FILES; i++)
		(void)snprintf(folder.files[i], sizeof(folder.files[i]), "%s/%s", path,
		    file_names[i]);
	return folder;
}

static void folder_free(const struct folder *folder)
{
	for (int i = 0; i < FILES; i++)
		(void)unlink(folder->files[i]);
	(void)rmdir(folder->path);
}

static FILE *folder_open(const struct folder *folder, enum file file)
{
	FILE *out = fopen(folder->files[file], "a");

	assert_non_null(out);
	return out;
}

/* ---- certificates ------------------------------------------------------------------- */

struct ca {
	EVP_PKEY *key;
	X509 *certificate;
};

/* A certificate of that common name and subjectAltName (null: none), good from yesterday
 * for a week; issuer null: its own. The caller owns both. */
static struct ca issue(const struct ca *issuer, const char *common_name,
    const char *names, bool is_ca, long serial)
{
	struct ca out = { EVP_EC_gen("P-256"), X509_new() };
	X509_NAME *name = X509_get_subject_name(out.certificate);
	const struct {
		int nid;
		const char *value;
	} extensions[] = {
		{ NID_basic_constraints, is_ca ? "critical,CA:TRUE" : "CA:FALSE" },
		{ NID_key_usage, is_ca ? "keyCertSign,cRLSign" : "digitalSignature" },
		{ NID_subject_alt_name, names },
	};

	assert_non_null(out.key);
	assert_int_equal(X509_set_version(out.certificate, X509_VERSION_3), 1);
	assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(out.certificate),
			     serial),
	    1);
	assert_non_null(X509_gmtime_adj(X509_getm_notBefore(out.certificate), -DAY));
	assert_non_null(X509_gmtime_adj(X509_getm_notAfter(out.certificate), 7 * DAY));
	assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_UTF8,
			     (const unsigned char *)common_name, -1, -1, 0),
	    1);
	assert_int_equal(X509_set_pubkey(out.certificate, out.key), 1);
	for (size_t i = 0; i < ARRAY_LEN(extensions); i++) {
		X509_EXTENSION *extension =
		    extensions[i].value ? X509V3_EXT_conf_nid(NULL, NULL,
					      extensions[i].nid, extensions[i].value)
					: NULL;

		if (!extensions[i].value)
			continue;
		assert_non_null(extension);
		assert_int_equal(X509_add_ext(out.certificate, extension, -1), 1);
		X509_EXTENSION_free(extension);
	}
	if (!issuer)
		issuer = &out;
	assert_int_equal(X509_set_issuer_name(out.certificate,
			     X509_get_subject_name(issuer->certificate)),
	    1);
	assert_true(X509_sign(out.certificate, issuer->key, EVP_sha256()) > 0);
	return out;
}

static void ca_free(struct ca *ca)
{
	EVP_PKEY_free(ca->key);
	X509_free(ca->certificate);
}

static void put_certificate(const struct folder *folder, enum file file,
    const struct ca *ca)
{
	FILE *out = folder_open(folder, file);

	assert_int_equal(PEM_write_X509(out, ca->certificate), 1);
	assert_int_equal(fclose(out), 0);
}

static void put_key(const struct folder *folder, const struct ca *ca)
{
	FILE *out = folder_open(folder, FILE_KEY);

	assert_int_equal(PEM_write_PrivateKey(out, ca->key, NULL, NULL, 0, NULL, NULL),
	    1);
	assert_int_equal(fclose(out), 0);
}

/* Appends a CRL, good from then to then, in days from now. revoked: a serial number, revoked
 * on 2020-01-02; 0: none. */
static void put_crl(const struct folder *folder, const struct ca *ca, long from,
    long until, long revoked)
{
	X509_CRL *crl = X509_CRL_new();
	ASN1_TIME *time = ASN1_TIME_new();
	FILE *out;

	assert_int_equal(X509_CRL_set_version(crl, X509_CRL_VERSION_2), 1);
	assert_int_equal(X509_CRL_set_issuer_name(crl,
			     X509_get_subject_name(ca->certificate)),
	    1);
	assert_non_null(X509_gmtime_adj(time, from * DAY));
	assert_int_equal(X509_CRL_set1_lastUpdate(crl, time), 1);
	assert_non_null(X509_gmtime_adj(time, until * DAY));
	assert_int_equal(X509_CRL_set1_nextUpdate(crl, time), 1);
	if (revoked) {
		X509_REVOKED *entry = X509_REVOKED_new();
		ASN1_INTEGER *serial = ASN1_INTEGER_new();

		assert_int_equal(ASN1_INTEGER_set(serial, revoked), 1);
		assert_int_equal(ASN1_TIME_set_string(time, "200102000000Z"), 1);
		assert_int_equal(X509_REVOKED_set_serialNumber(entry, serial), 1);
		assert_int_equal(X509_REVOKED_set_revocationDate(entry, time), 1);
		assert_int_equal(X509_CRL_add0_revoked(crl, entry), 1);
		ASN1_INTEGER_free(serial);
	}
	assert_true(X509_CRL_sign(crl, ca->key, EVP_sha256()) > 0);
	out = folder_open(folder, FILE_CRL);
	assert_int_equal(PEM_write_X509_CRL(out, crl), 1);
	assert_int_equal(fclose(out), 0);
	ASN1_TIME_free(time);
	X509_CRL_free(crl);
}

/* ---- the handshake ------------------------------------------------------------------ */

/* Both ends, turn by turn. Whether the client is through, and why not. days: what its clock
 * is ahead by. */
static bool shake_hands(struct tls_ctx *client_ctx, struct tls_ctx *server_ctx,
    const char *name, long days, char why[TLS_PEER_WHY_MAX])
{
	struct tls_peer client_peer, server_peer;
	SSL *client, *server;
	int fds[2], r = -1;

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, fds),
	    0);
	client = tls_peer_new(&client_peer,
	    &(const struct stream_tls){ .ctx = client_ctx, .name = name }, fds[0],
	    false);
	server = tls_peer_new(&server_peer,
	    &(const struct stream_tls){ .ctx = server_ctx }, fds[1], true);
	assert_true(client && server);
	if (days)
		X509_VERIFY_PARAM_set_time(SSL_get0_param(client),
		    time(NULL) + days * DAY);
	for (int turn = 0; turn < 16 && r != 1; turn++) {
		int code;

		r = SSL_do_handshake(client);
		code = SSL_get_error(client, r);
		if (r != 1 && code != SSL_ERROR_WANT_READ)
			break;
		(void)SSL_do_handshake(server);
	}
	tls_peer_why(&client_peer, why, TLS_PEER_WHY_MAX);
	SSL_free(client);
	SSL_free(server);
	(void)close(fds[0]);
	(void)close(fds[1]);
	return r == 1;
}

static struct tls_ctx *serve(const struct folder *folder, const struct ca *leaf,
    const struct ca *between)
{
	const struct tls_config config = { .is_server = true,
		.certificate = folder->files[FILE_CERTIFICATE],
		.key = folder->files[FILE_KEY],
		.max = TLS_PROTOCOL_1_3 };
	struct tls_ctx *server = NULL;
	struct error err = ERROR_NULL;

	put_certificate(folder, FILE_CERTIFICATE, leaf);
	if (between)
		put_certificate(folder, FILE_CERTIFICATE, between);
	put_key(folder, leaf);
	if (tls_ctx_new(&server, &config, &err) < 0)
		fail_msg("%s", err.text);
	return server;
}

/* ---- names -------------------------------------------------------------------------- */

static void a_common_name_counts_where_a_model_takes_it(void **state)
{
	static const struct {
		const char *common_name, *names; /* of the certificate */
		const char *asked_for;
		bool takes;
		const char *why; /* null: all is well */
		bool is_warned;
	} rows[] = {
		{ NAME, "DNS:" NAME, NAME, false, NULL, false },
		{ NAME, "DNS:" NAME, NAME, true, NULL, false },
		{ NAME, NULL, NAME, false,
		    "the certificate has no name but the common name \"acs1.lab\", "
		    "which does not count (RFC 9525)",
		    false },
		{ NAME, NULL, NAME, true, NULL, true },
		{ "acs2.lab", NULL, NAME, true,
		    "the certificate has no name but the common name \"acs2.lab\", "
		    "which is another one",
		    false },
		/* RFC 6125 6.4.4: not where there are DNS names. */
		{ NAME, "DNS:acs2.lab", NAME, true,
		    "the certificate is for acs2.lab, not acs1.lab", false },
		{ NAME, "IP:127.0.0.1", NAME, false,
		    "the certificate is for 127.0.0.1, not acs1.lab", false },
		/* An address is no name. */
		{ "127.0.0.1", NULL, "127.0.0.1", true,
		    "the certificate has no name but the common name \"127.0.0.1\", "
		    "which does not count (RFC 9525)",
		    false },
		{ NAME, "IP:127.0.0.1", "127.0.0.1", true, NULL, false },
	};
	struct ca ca = issue(NULL, "lab CA", NULL, true, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(tls_ctx_free) struct tls_ctx *server = NULL;
		auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
		struct folder folder = folder_make();
		const struct tls_config config = { .trust = folder.files[FILE_CA],
			.takes_common_name = rows[i].takes,
			.max = TLS_PROTOCOL_1_3 };
		struct ca leaf =
		    issue(&ca, rows[i].common_name, rows[i].names, false, 2);
		char why[TLS_PEER_WHY_MAX];

		put_certificate(&folder, FILE_CA, &ca);
		server = serve(&folder, &leaf, NULL);
		assert_int_equal(tls_ctx_new(&client, &config, NULL), 0);

		if (shake_hands(client, server, rows[i].asked_for, 0, why) !=
		    !rows[i].why)
			fail_msg("row %zu: %s", i, why);
		if (rows[i].why)
			assert_string_equal(why, rows[i].why);
		assert_int_equal(client->has_warned, rows[i].is_warned);

		ca_free(&leaf);
		folder_free(&folder);
	}
	ca_free(&ca);
}

/* ---- trust -------------------------------------------------------------------------- */

static void system_stands_for_the_cas_of_the_machine(void **state)
{
	auto_cleanup(tls_ctx_free) struct tls_ctx *server = NULL;
	auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
	auto_cleanup(tls_ctx_free) struct tls_ctx *stranger = NULL;
	const struct tls_config config = { .trust = "system", .max = TLS_PROTOCOL_1_3 };
	struct ca ca = issue(NULL, "lab CA", NULL, true, 1);
	struct ca leaf = issue(&ca, NAME, "DNS:" NAME, false, 2);
	struct folder folder = folder_make();
	char why[TLS_PEER_WHY_MAX];

	(void)state;
	put_certificate(&folder, FILE_CA, &ca);
	server = serve(&folder, &leaf, NULL);

	assert_int_equal(setenv("SSL_CERT_DIR", "/nonexistent", 1), 0);
	assert_int_equal(setenv("SSL_CERT_FILE", "/nonexistent", 1), 0);
	assert_int_equal(tls_ctx_new(&stranger, &config, NULL), 0);
	assert_false(shake_hands(stranger, server, NAME, 0, why));
	assert_string_equal(why,
	    "the certificate is signed by \"lab CA\", which is not trusted");

	assert_int_equal(setenv("SSL_CERT_FILE", folder.files[FILE_CA], 1), 0);
	assert_int_equal(tls_ctx_new(&client, &config, NULL), 0);
	assert_true(shake_hands(client, server, NAME, 0, why));

	ca_free(&leaf);
	ca_free(&ca);
	folder_free(&folder);
}

/* ---- revocation --------------------------------------------------------------------- */

enum writing { /* of the file of CRLs */
	WRITES_NONE,
	WRITES_EMPTY,
	WRITES_WORDS,
	WRITES_DAMAGE,
	WRITES_GOOD,
	WRITES_EXPIRED,
	WRITES_EARLY,
	WRITES_OF_OTHER_CA,
	WRITES_OF_OTHER_KEY,
	WRITES_OTHER_AND_GOOD,
};

static void write_text(const struct folder *folder, const char *text)
{
	FILE *out = folder_open(folder, FILE_CRL);

	assert_true(fputs(text, out) >= 0);
	assert_int_equal(fclose(out), 0);
}

static void write_crls(const struct folder *folder, enum writing writing,
    const struct ca *ca)
{
	struct ca other = issue(NULL, "other CA", NULL, true, 1);
	struct ca again = issue(NULL, "lab CA", NULL, true, 1);

	switch (writing) {
	case WRITES_NONE:
		break;
	case WRITES_EMPTY:
		write_text(folder, "");
		break;
	case WRITES_WORDS:
		write_text(folder,
		    "-----BEGIN NOTHING-----\nAAAA\n-----END NOTHING-----\n");
		break;
	case WRITES_DAMAGE:
		put_crl(folder, ca, -1, 1, 0);
		write_text(folder,
		    "-----BEGIN X509 CRL-----\nAAAA\n-----END X509 CRL-----\n");
		break;
	case WRITES_GOOD:
		put_crl(folder, ca, -1, 1, 0);
		break;
	case WRITES_EXPIRED:
		put_crl(folder, ca, -3, -2, 0);
		break;
	case WRITES_EARLY:
		put_crl(folder, ca, 1, 2, 0);
		break;
	case WRITES_OTHER_AND_GOOD:
		put_crl(folder, ca, -1, 1, 0);
		put_crl(folder, &other, -1, 1, 0);
		break;
	case WRITES_OF_OTHER_CA:
		put_crl(folder, &other, -1, 1, 0);
		break;
	case WRITES_OF_OTHER_KEY:
		put_crl(folder, &again, -1, 1, 0);
		break;
	}
	ca_free(&other);
	ca_free(&again);
}

/* What stands between the file's name and the end, without a date. */
static void a_crl_that_says_nothing_is_told(void **state)
{
	static const struct {
		enum writing writing;
		const char *why; /* null: all is well */
	} rows[] = {
		{ WRITES_NONE, "No such file or directory" },
		{ WRITES_EMPTY, "there is no CRL in PEM in it" },
		{ WRITES_WORDS, "there is no CRL in PEM in it" },
		{ WRITES_DAMAGE, "" },
		{ WRITES_GOOD, NULL },
		{ WRITES_EXPIRED, "that of \"lab CA\" expired on 20" },
		{ WRITES_EARLY, "that of \"lab CA\" is not good before 20" },
		{ WRITES_OF_OTHER_CA,
		    "it is of \"other CA\", which is not among the trusted CAs" },
		{ WRITES_OF_OTHER_KEY, "the trusted CA \"lab CA\" has not signed it" },
		{ WRITES_OTHER_AND_GOOD, NULL },
	};
	struct ca ca = issue(NULL, "lab CA", NULL, true, 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
		struct folder folder = folder_make();
		const struct tls_config config = { .trust = folder.files[FILE_CA],
			.crl = folder.files[FILE_CRL],
			.max = TLS_PROTOCOL_1_3 };
		struct error err = ERROR_NULL;
		char start[160];

		put_certificate(&folder, FILE_CA, &ca);
		write_crls(&folder, rows[i].writing, &ca);
		(void)snprintf(start, sizeof(start), "CRL %s: %s",
		    folder.files[FILE_CRL], rows[i].why ? rows[i].why : "");

		if (tls_ctx_new(&client, &config, &err) != (rows[i].why ? ERR_TLS : 0))
			fail_msg("row %zu: %s", i, err.text);
		if (rows[i].why && !str_starts(str_of(err.text), str_of(start)))
			fail_msg("row %zu: %s", i, err.text);
		assert_true(!rows[i].why || strlen(err.text) >= strlen(start));

		folder_free(&folder);
	}
	ca_free(&ca);
}

static void a_revoked_certificate_is_refused(void **state)
{
	static const struct {
		long revoked;         /* serial number; that of the ACS is 7 */
		bool is_between;      /* a CA between, number 5, has signed it */
		bool has_between_crl; /* and its CRL is in the file */
		long days;            /* later than the start */
		const char *why;      /* null: all is well; a part */
	} rows[] = {
		{ 0, false, false, 0, NULL },
		{ 6, false, false, 0, NULL },
		{ 7, false, false, 0, "the certificate was revoked on 2020-01-02" },
		{ 8, false, false, 0, NULL },
		{ 0, true, true, 0, NULL },
		{ 0, true, false, 0,
		    "no CRL of \"CA between\" says whether the certificate is revoked" },
		{ 5, true, true, 0, "the certificate was revoked on 2020-01-02" },
		{ 0, false, false, 2, "the CRL of \"lab CA\" expired on 20" },
	};
	struct ca ca = issue(NULL, "lab CA", NULL, true, 1);
	struct ca between = issue(&ca, "CA between", NULL, true, 5);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		auto_cleanup(tls_ctx_free) struct tls_ctx *server = NULL;
		auto_cleanup(tls_ctx_free) struct tls_ctx *client = NULL;
		const struct ca *issuer = rows[i].is_between ? &between : &ca;
		struct ca leaf = issue(issuer, NAME, "DNS:" NAME, false, 7);
		struct folder folder = folder_make();
		const struct tls_config config = { .trust = folder.files[FILE_CA],
			.crl = folder.files[FILE_CRL],
			.max = TLS_PROTOCOL_1_3 };
		struct error err = ERROR_NULL;
		char why[TLS_PEER_WHY_MAX];

		put_certificate(&folder, FILE_CA, &ca);
		put_crl(&folder, &ca, -1, 1, rows[i].revoked);
		if (rows[i].has_between_crl)
			put_crl(&folder, &between, -1, 1, 0);
		server = serve(&folder, &leaf, rows[i].is_between ? &between : NULL);
		if (tls_ctx_new(&client, &config, &err) < 0)
			fail_msg("row %zu: %s", i, err.text);

		if (shake_hands(client, server, NAME, rows[i].days, why) !=
		    !rows[i].why)
			fail_msg("row %zu: %s", i, why);
		if (rows[i].why && !strstr(why, rows[i].why))
			fail_msg("row %zu: %s", i, why);

		ca_free(&leaf);
		folder_free(&folder);
	}
	ca_free(&between);
	ca_free(&ca);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_common_name_counts_where_a_model_takes_it),
		cmocka_unit_test(system_stands_for_the_cas_of_the_machine),
		cmocka_unit_test(a_crl_that_says_nothing_is_told),
		cmocka_unit_test(a_revoked_certificate_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
