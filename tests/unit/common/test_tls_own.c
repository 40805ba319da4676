/* agents/common/pki and tls_own: certificates of devices, and what both ends of a handshake
 * say of each. The ends talk over a socket pair. */
#include "tests/unit/unit.h"

#include "agents/common/stream.h"
#include "agents/common/tls_own.h"
#include "agents/common/tls_peer.h"
#include "agents/pki/pki.h"
#include "lib/base/compiler.h"
#include "tests/support/guard.h"

#include <openssl/ssl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define NAME "acs1.lab"
#define DAY  (INT64_C(86400) * NS_PER_S)

enum file {
	CA,
	OTHER,
	CRL,
	ACS,
	ACS_KEY,
	CPES,
	CPES_KEY,
	FILES
};

struct lab { /* a CA, another one, and the files of both */
	char folder[32];
	char files[FILES][64];
	struct pki_ca *ca, *other;
	clock_ns now;
};

static void lab_make(struct lab *lab)
{
	static const char *const names[FILES] = { "ca.pem", "other.pem", "crl.pem",
		"acs.pem", "acs.key", "cpes.pem", "cpes.key" };
	static const char *const dns[] = { NAME };
	char folder[sizeof(lab->folder)] = "/tmp/cwmplab-own.XXXXXX";

	assert_non_null(mkdtemp(folder));
	guard_path(folder);
	(void)memcpy(lab->folder, folder, sizeof(folder));
	for (int i = 0; i < FILES; i++)
		(void)snprintf(lab->files[i], sizeof(lab->files[i]), "%s/%s", folder,
		    names[i]);
	lab->now = clock_wall();
	assert_int_equal(pki_ca_new(&lab->ca, "lab CA", lab->now, NULL), 0);
	assert_int_equal(pki_ca_new(&lab->other, "other CA", lab->now, NULL), 0);
	assert_int_equal(pki_ca_write(lab->ca, lab->files[CA], NULL), 0);
	assert_int_equal(pki_ca_write(lab->other, lab->files[OTHER], NULL), 0);
	assert_int_equal(pki_issue(lab->ca,
			     &(const struct pki_request){ .names = dns,
				 .n_names = 1,
				 .not_before = lab->now - DAY,
				 .not_after = lab->now + DAY },
			     lab->files[ACS], lab->files[ACS_KEY], NULL),
	    0);
}

static void lab_free(struct lab *lab)
{
	pki_ca_free(lab->ca);
	pki_ca_free(lab->other);
	for (int i = 0; i < FILES; i++)
		(void)unlink(lab->files[i]);
	(void)rmdir(lab->folder);
}

/* A file of certificates of these names; days: how long the last of them is good for. The
 * last one's serial number. */
static uint64_t issue(const struct lab *lab, const struct pki_ca *ca,
    const char *const *names, size_t n, int days)
{
	auto_cleanup(pki_devices_free) struct pki_devices *devices = NULL;
	uint64_t serial = 0;

	assert_int_equal(pki_devices_new(&devices, lab->files[CPES],
			     lab->files[CPES_KEY], NULL),
	    0);
	for (size_t i = 0; i < n; i++)
		assert_int_equal(pki_devices_add(devices, ca, names[i],
				     lab->now - 30 * DAY, lab->now + days * DAY,
				     &serial, NULL),
		    0);
	assert_int_equal(pki_devices_end(devices, NULL), 0);
	return serial;
}

/* ---- files -------------------------------------------------------------------------- */

static void a_certificate_is_found_by_its_name(void **state)
{
	static const char *const names[] = { "A-B-1", "A-B-2" };
	const struct tls_own_certificate *one, *two;
	struct tls_own *own = NULL;
	struct lab lab;

	(void)state;
	lab_make(&lab);
	(void)issue(&lab, lab.ca, names, 2, 1);
	assert_int_equal(tls_own_load(&own, lab.files[CPES], lab.files[CPES_KEY], NULL),
	    0);
	one = tls_own_find(own, STR("A-B-1"));
	two = tls_own_find(own, STR("A-B-2"));
	assert_non_null(one);
	assert_non_null(two);
	assert_ptr_not_equal(one, two);
	assert_null(tls_own_find(own, STR("A-B-3")));
	assert_null(tls_own_find(NULL, STR("A-B-1")));
	tls_own_free(own);

	/* A generic one is everybody's who has a name. */
	(void)issue(&lab, lab.ca, names, 1, 1);
	assert_int_equal(tls_own_load(&own, lab.files[CPES], lab.files[CPES_KEY], NULL),
	    0);
	assert_non_null(tls_own_find(own, STR("A-B-2")));
	assert_null(tls_own_find(own, STR_NULL));
	tls_own_free(own);
	lab_free(&lab);
}

static void refuse(const char *certificates, const char *key, const char *words)
{
	struct error err = ERROR_NULL;
	struct tls_own *own = NULL;

	assert_int_equal(tls_own_load(&own, certificates, key, &err), ERR_TLS);
	assert_null(own);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" has no \"%s\"", err.text, words);
}

static void files_that_cannot_be_used_are_named(void **state)
{
	static const char *const twice[] = { "A-B-1", "A-B-1" };
	struct lab lab;

	(void)state;
	lab_make(&lab);
	(void)issue(&lab, lab.ca, twice, 2, 1);
	refuse(lab.files[CPES], lab.files[CPES_KEY], "cpes.pem: two are of \"A-B-1\"");
	refuse(lab.files[CPES], lab.files[ACS_KEY],
	    "cpes.pem: the key does not fit that of \"A-B-1\"");
	refuse(lab.files[CA], lab.files[CPES_KEY],
	    "ca.pem: there is none of a device in PEM in it");
	refuse(lab.files[CPES_KEY], lab.files[CPES_KEY],
	    "cpes.key: there is none of a device in PEM in it");
	refuse(lab.files[CPES], lab.files[CPES], "key ");
	refuse("/nonexistent/a.pem", lab.files[CPES_KEY], "/nonexistent/a.pem: ");
	lab_free(&lab);
}

static void append(const char *path, const char *from)
{
	char bytes[4096];
	FILE *in = fopen(from, "r"), *out = fopen(path, "a");
	size_t n;

	assert_non_null(in);
	assert_non_null(out);
	/* The first certificate of a file has less than this. */
	n = fread(bytes, 1, 1, in);
	for (const char *end = NULL; n < sizeof(bytes) - 1 && !end; n++) {
		assert_int_equal(fread(bytes + n, 1, 1, in), 1);
		bytes[n + 1] = '\0';
		end = strstr(bytes, "-----END CERTIFICATE-----");
	}
	assert_int_equal(fwrite(bytes, 1, n, out), n);
	assert_int_equal(fputc('\n', out), '\n');
	assert_int_equal(fclose(in), 0);
	assert_int_equal(fclose(out), 0);
}

static void five_thousand_are_read_and_no_more(void **state)
{
	auto_cleanup(pki_devices_free) struct pki_devices *devices = NULL;
	struct error err = ERROR_NULL;
	struct tls_own *own = NULL;
	struct lab lab;
	char name[32];

	(void)state;
	lab_make(&lab);
	assert_int_equal(pki_devices_new(&devices, lab.files[CPES], lab.files[CPES_KEY],
			     NULL),
	    0);
	for (int i = 1; i <= TLS_OWN_MAX; i++) {
		(void)snprintf(name, sizeof(name), "A-B-%d", i);
		assert_int_equal(pki_devices_add(devices, lab.ca, name, lab.now,
				     lab.now + DAY, NULL, NULL),
		    0);
	}
	assert_int_equal(pki_devices_end(devices, NULL), 0);
	append(lab.files[CPES], lab.files[CA]); /* of a chain, not of a device */
	assert_int_equal(tls_own_load(&own, lab.files[CPES], lab.files[CPES_KEY], &err),
	    0);
	assert_non_null(tls_own_find(own, STR("A-B-5000")));
	tls_own_free(own);
	append(lab.files[CPES], lab.files[CPES]);
	refuse(lab.files[CPES], lab.files[CPES_KEY],
	    "cpes.pem: more than 5000 are in it");
	lab_free(&lab);
}

static void a_common_name_has_64_bytes_at_most(void **state)
{
	auto_cleanup(pki_devices_free) struct pki_devices *devices = NULL;
	char name[PKI_COMMON_NAME_MAX + 2];
	struct lab lab;

	(void)state;
	lab_make(&lab);
	assert_int_equal(pki_devices_new(&devices, lab.files[CPES], lab.files[CPES_KEY],
			     NULL),
	    0);
	memset(name, 'x', sizeof(name));
	name[PKI_COMMON_NAME_MAX + 1] = '\0';
	assert_int_equal(pki_devices_add(devices, lab.ca, name, lab.now, lab.now + DAY,
			     NULL, NULL),
	    ERR_TLS);
	name[PKI_COMMON_NAME_MAX] = '\0';
	assert_int_equal(pki_devices_add(devices, lab.ca, name, lab.now, lab.now + DAY,
			     NULL, NULL),
	    0);
	lab_free(&lab);
}

/* ---- the handshake ------------------------------------------------------------------ */

struct ends {
	struct tls_peer peers[2];
	SSL *ssl[2]; /* client, server */
	bool has_failed[2];
	char why[2][TLS_PEER_WHY_MAX];
};

/* One turn of an end: its handshake, then a read, as alerts of TLS 1.3 come after it. */
static void take_turn(struct ends *ends, int i)
{
	char byte;
	int r, code;

	if (ends->has_failed[i])
		return;
	r = SSL_is_init_finished(ends->ssl[i]) ? SSL_read(ends->ssl[i], &byte, 1)
					       : SSL_do_handshake(ends->ssl[i]);
	code = SSL_get_error(ends->ssl[i], r);
	if (r == 1 || code == SSL_ERROR_WANT_READ)
		return;
	ends->has_failed[i] = true;
	tls_peer_why(&ends->peers[i], ends->why[i], TLS_PEER_WHY_MAX);
}

static void shake_hands(struct ends *ends, const struct tls_config *client,
    const struct tls_config *server)
{
	struct tls_ctx *contexts[2] = { NULL };
	struct error err = ERROR_NULL;
	int fds[2];

	if (tls_ctx_new(&contexts[0], client, &err) < 0 ||
	    tls_ctx_new(&contexts[1], server, &err) < 0)
		fail_msg("%s", err.text);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
			     0, fds),
	    0);
	*ends = (struct ends){ .why = { "", "" } };
	for (int i = 0; i < 2; i++) {
		const struct stream_tls tls = { .ctx = contexts[i],
			.name = i == 0 ? NAME : NULL,
			.identity = i == 0 ? "A-B-1" : NULL };

		ends->ssl[i] = tls_peer_new(&ends->peers[i], &tls, fds[i], i == 1);
		assert_non_null(ends->ssl[i]);
	}
	for (int turn = 0; turn < 16; turn++)
		take_turn(ends, turn % 2);
	for (int i = 0; i < 2; i++) {
		SSL_free(ends->ssl[i]);
		(void)close(fds[i]);
		tls_ctx_free(contexts[i]);
	}
}

enum shown {
	NONE,
	GOOD,
	EXPIRED,
	REVOKED,
	OTHER_CA
};

/* Where both are null the handshake stands. */
static const struct row {
	enum shown shown;
	enum tls_asks asks;
	enum tls_protocol version;
	const char *client, *server; /* how what each says begins */
} rows[] = {
	{ NONE, TLS_ASKS_NOBODY, TLS_PROTOCOL_1_3, NULL, NULL },
	{ EXPIRED, TLS_ASKS_NOBODY, TLS_PROTOCOL_1_3, NULL, NULL },
	{ NONE, TLS_ASKS_REQUEST, TLS_PROTOCOL_1_2, NULL, NULL },
	{ NONE, TLS_ASKS_REQUEST, TLS_PROTOCOL_1_3, NULL, NULL },
	{ NONE, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_2,
	    "the other end wants a certificate of us, and we sent none",
	    "the client sent no certificate" },
	{ NONE, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_3,
	    "the other end wants a certificate of us, and we sent none",
	    "the client sent no certificate" },
	{ GOOD, TLS_ASKS_REQUEST, TLS_PROTOCOL_1_2, NULL, NULL },
	{ GOOD, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_2, NULL, NULL },
	{ GOOD, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_3, NULL, NULL },
	{ EXPIRED, TLS_ASKS_REQUEST, TLS_PROTOCOL_1_2,
	    "the other end says that our certificate has expired",
	    "the certificate expired on 2" },
	{ EXPIRED, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_3,
	    "the other end says that our certificate has expired",
	    "the certificate expired on 2" },
	{ REVOKED, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_2,
	    "the other end says that our certificate was revoked",
	    "the certificate was revoked on 2" },
	{ REVOKED, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_3,
	    "the other end says that our certificate was revoked",
	    "the certificate was revoked on 2" },
	{ OTHER_CA, TLS_ASKS_REQUEST, TLS_PROTOCOL_1_3,
	    "the other end does not trust our certificate's CA",
	    "the certificate is signed by \"other CA\", which is not trusted" },
	{ OTHER_CA, TLS_ASKS_REQUIRE, TLS_PROTOCOL_1_2,
	    "the other end does not trust our certificate's CA",
	    "the certificate is signed by \"other CA\", which is not trusted" },
};

static void check_words(size_t row, const char *end, const char *is, const char *want)
{
	if (want ? strncmp(is, want, strlen(want)) != 0 : is[0] != '\0')
		fail_msg("row %zu: the %s says \"%s\", not \"%s\"", row, end, is,
		    want ? want : "");
}

static void each_certificate_gets_its_verdict(void **state)
{
	static const char *const name[] = { "A-B-1" };
	struct lab lab;

	(void)state;
	lab_make(&lab);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		const struct tls_config client = {
			.certificate = row->shown == NONE ? NULL : lab.files[CPES],
			.key = lab.files[CPES_KEY],
			.trust = lab.files[CA],
			.min = row->version,
			.max = row->version,
		};
		const struct tls_config server = {
			.is_server = true,
			.certificate = lab.files[ACS],
			.key = lab.files[ACS_KEY],
			.asks = row->asks,
			.trust = lab.files[CA],
			.crl = row->asks ? lab.files[CRL] : NULL,
			.max = TLS_PROTOCOL_1_3,
		};
		struct ends ends;
		uint64_t serial =
		    issue(&lab, row->shown == OTHER_CA ? lab.other : lab.ca, name, 1,
			row->shown == EXPIRED ? -1 : 1);

		if (row->shown == REVOKED)
			assert_int_equal(pki_revoke(lab.ca, serial, lab.now, NULL), 0);
		assert_int_equal(pki_crl_write(lab.ca, lab.now, lab.files[CRL], NULL),
		    0);

		shake_hands(&ends, &client, &server);

		check_words(i, "client", ends.why[0], row->client);
		check_words(i, "server", ends.why[1], row->server);
	}
	lab_free(&lab);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_found_by_its_name),
		cmocka_unit_test(files_that_cannot_be_used_are_named),
		cmocka_unit_test(five_thousand_are_read_and_no_more),
		cmocka_unit_test(a_common_name_has_64_bytes_at_most),
		cmocka_unit_test(each_certificate_gets_its_verdict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
