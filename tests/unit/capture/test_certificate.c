/* capture/tls/certificate: what is said of a certificate that was seen. */
#include "tests/unit/unit.h"

#include "capture/tls/certificate.h"
#include "capture/tls/certificate_memory.h"
#include "lib/base/buf.h"
#include "lib/base/compiler.h"

#include <openssl/evp.h>
#include <openssl/x509v3.h>

static void set_name(X509_NAME *name, const char *text)
{
	if (text)
		assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC,
				     (const unsigned char *)text, -1, -1, 0),
		    1);
}

/* A certificate of "issuer" for names ("DNS:a.lab,IP:10.0.0.1", or null: of none), of that
 * common name, until 2030-01-02, as bytes. */
static int make_der(const char *issuer, const char *names, const char *common_name,
    unsigned char **der)
{
	EVP_PKEY *key = EVP_EC_gen("P-256");
	X509 *x = X509_new();
	int n;

	assert_non_null(key);
	(void)X509_set_version(x, 2);
	(void)ASN1_INTEGER_set(X509_get_serialNumber(x), 1);
	assert_int_equal(ASN1_TIME_set_string_X509(X509_getm_notBefore(x),
			     "20200101000000Z"),
	    1);
	assert_int_equal(ASN1_TIME_set_string_X509(X509_getm_notAfter(x),
			     "20300102000000Z"),
	    1);
	(void)X509_set_pubkey(x, key);
	set_name(X509_get_issuer_name(x), issuer);
	set_name(X509_get_subject_name(x), common_name);
	if (names) {
		X509_EXTENSION *san =
		    X509V3_EXT_conf_nid(NULL, NULL, NID_subject_alt_name, names);

		assert_non_null(san);
		(void)X509_add_ext(x, san, -1);
		X509_EXTENSION_free(san);
	}
	assert_true(X509_sign(x, key, EVP_sha256()) > 0);
	*der = NULL;
	n = i2d_X509(x, der);
	X509_free(x);
	EVP_PKEY_free(key);
	return n;
}

static void a_certificate_is_named_by_its_names_and_its_end(void **state)
{
	static const struct {
		const char *issuer, *names, *common_name, *text;
	} rows[] = {
		{ "lab CA", "DNS:acs.lab", "other",
		    "for acs.lab, by \"lab CA\", until 2030-01-02" },
		{ "lab CA", "DNS:acs.lab,DNS:b.lab,IP:10.1.2.3", NULL,
		    "for acs.lab, b.lab, 10.1.2.3, by \"lab CA\", until 2030-01-02" },
		{ "x", "IP:255.254.253.252", NULL,
		    "for 255.254.253.252, by \"x\", until 2030-01-02" },
		{ "x", "email:a@b.lab,DNS:acs.lab", NULL,
		    "for acs.lab, by \"x\", until 2030-01-02" },
		{ "x", "IP:2001:db8::1,URI:http://a/,DNS:b.lab", NULL,
		    "for 2001:db8::1, b.lab, by \"x\", until 2030-01-02" },
		{ "x", NULL, NULL, "for no name, by \"x\", until 2030-01-02" },
		{ "x", NULL, "acs.lab",
		    "for no name (common name \"acs.lab\"), by \"x\", until "
		    "2030-01-02" },
		{ NULL, "DNS:a", NULL, "for a, by \"?\", until 2030-01-02" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned char *der;
		int n =
		    make_der(rows[i].issuer, rows[i].names, rows[i].common_name, &der);
		char text[256];

		assert_true(n > 0);
		assert_true(
		    certificate_text(str_make(der, (size_t)n), text, sizeof(text)));
		assert_string_equal(text, rows[i].text);
		for (int cut = 0; cut < n; cut++)
			assert_false(certificate_text(str_make(der, (size_t)cut), text,
			    sizeof(text)));
		OPENSSL_free(der);
	}
}

static void a_clients_is_named_by_its_common_name(void **state)
{
	unsigned char *der;
	int n = make_der("lab CA", "DNS:a", "00E0FC-HP5920-HP001", &der);
	char text[256];

	(void)state;
	assert_true(
	    certificate_text_of_client(str_make(der, (size_t)n), text, sizeof(text)));
	assert_string_equal(text,
	    "of \"00E0FC-HP5920-HP001\", by \"lab CA\", until 2030-01-02");
	OPENSSL_free(der);
}

/* Each by its own bytes, however many there are and whichever place they take. */
static void what_was_read_is_remembered(void **state)
{
	enum {
		MANY = 2 * CERTIFICATES_REMEMBERED
	};
	struct certificate_memory memory = { .seed = 7 };
	unsigned char *ders[MANY];
	int lens[MANY];

	(void)state;
	for (int i = 0; i < MANY; i++) {
		char names[32];

		(void)snprintf(names, sizeof(names), "DNS:acs%d.lab", i);
		lens[i] = make_der("lab CA", names, NULL, &ders[i]);
	}
	for (int round = 0; round < 3; round++) {
		for (int i = 0; i < MANY; i++) {
			char text[64];
			struct str der = str_make(ders[i], (size_t)lens[i]);
			const char *first;

			(void)snprintf(text, sizeof(text),
			    "for acs%d.lab, by \"lab CA\", until 2030-01-02", i);
			first = certificate_recall(&memory, der);
			assert_string_equal(first, text);
			assert_ptr_equal(certificate_recall(&memory, der), first);
			assert_null(certificate_recall(&memory, str_make(ders[i], 9)));
			assert_string_equal(certificate_recall(&memory, der), text);
		}
	}
	for (int i = 0; i < MANY; i++)
		OPENSSL_free(ders[i]);
	certificate_memory_free(&memory);
}

/* The text of one that is too long to be kept is right all the same. */
static void a_long_one_is_not_kept(void **state)
{
	auto_buf names = BUF_NULL;
	struct certificate_memory memory = { .seed = 7 };
	unsigned char *der;
	int n;

	(void)state;
	buf_append_text(&names, "DNS:acs.lab");
	while (names.len <= 2 * CERTIFICATE_REMEMBERED_MAX)
		buf_append_text(&names, ",email:somebody@somewhere.lab");
	n = make_der("lab CA", buf_cstr(&names), NULL, &der);
	assert_true(n > CERTIFICATE_REMEMBERED_MAX);
	for (int i = 0; i < 2; i++)
		assert_string_equal(certificate_recall(&memory,
					str_make(der, (size_t)n)),
		    "for acs.lab, by \"lab CA\", until 2030-01-02");
	for (size_t i = 0; i < CERTIFICATES_REMEMBERED; i++)
		assert_null(memory.places[i].der);
	OPENSSL_free(der);
	certificate_memory_free(&memory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_certificate_is_named_by_its_names_and_its_end),
		cmocka_unit_test(a_clients_is_named_by_its_common_name),
		cmocka_unit_test(what_was_read_is_remembered),
		cmocka_unit_test(a_long_one_is_not_kept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
