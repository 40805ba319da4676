/* agents/common/digest: hashes and the nonces that a server handed out. */
#include "tests/unit/unit.h"

#include "agents/common/digest.h"

#include <openssl/err.h>
#include <openssl/evp.h>

static void hashes_are_those_of_the_standards(void **state)
{
	static const struct {
		enum auth_algorithm algorithm;
		const char *bytes, *hex;
	} rows[] = {
		/* RFC 1321 A.5 */
		{ AUTH_MD5, "", "d41d8cd98f00b204e9800998ecf8427e" },
		{ AUTH_MD5_SESS, "abc", "900150983cd24fb0d6963f7d28e17f72" },
		/* FIPS 180-4 */
		{ AUTH_SHA256, "abc",
		    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	};
	char hex[AUTH_HASH_HEX_MAX];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		assert_int_equal(digest_hash(rows[i].algorithm, rows[i].bytes,
				     strlen(rows[i].bytes), hex),
		    0);
		assert_string_equal(hex, rows[i].hex);
	}
}

static void what_was_drawn_for_many_is_handed_out_once(void **state)
{
	enum {
		N = 16,
		TIMES = 2 * DIGEST_DRAWN_BYTES / N + 1
	};
	static char texts[TIMES][2 * N + 1];
	struct digest_chance chance = { .left = 0 };

	(void)state;
	for (size_t i = 0; i < TIMES; i++) {
		digest_chance_hex(&chance, texts[i], N);
		assert_int_equal(strlen(texts[i]), 2 * N);
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(texts[i], texts[j]);
		/* Nor can anybody find it here afterwards. */
		for (size_t j = 0; j < N; j++)
			assert_int_equal(chance.bytes[chance.left + j], 0);
	}
	/* Less than is asked for is left. */
	chance.left = N - 1;
	digest_chance_hex(&chance, texts[0], N);
	assert_int_equal(chance.left, DIGEST_DRAWN_BYTES - N);
}

/* As on a machine whose OpenSSL is told to be FIPS. What the queue of errors would keep,
 * TLS would take for its own. */
static void a_hash_that_this_machine_has_not_is_refused(void **state)
{
	char hex[AUTH_HASH_HEX_MAX];

	(void)state;
	assert_int_equal(EVP_set_default_properties(NULL, "provider=nobody"), 1);
	assert_int_equal(digest_hash(AUTH_MD5, "abc", 3, hex), ERR_UNSUPPORTED);
	assert_int_equal(ERR_peek_error(), 0);
	assert_int_equal(EVP_set_default_properties(NULL, ""), 1);
	assert_int_equal(digest_hash(AUTH_MD5, "abc", 3, hex), 0);
}

static void a_nonce_is_good_for_growing_counts_and_a_while(void **state)
{
	static const struct {
		const char *nc;
		clock_ns now;
		enum nonce_verdict verdict;
	} rows[] = {
		{ "00000001", 0, NONCE_GOOD },
		{ "00000001", 0, NONCE_REPLAYED },
		{ "00000003", 0, NONCE_GOOD },
		{ "00000002", 0, NONCE_REPLAYED },
		{ "4", 0, NONCE_REPLAYED },
		{ "0000000x", 0, NONCE_REPLAYED },
		{ "", 0, NONCE_REPLAYED },
		{ "ffffffff", 9, NONCE_GOOD },
		{ "ffffffff", 9, NONCE_REPLAYED },
		{ "00000009", 10, NONCE_STALE },
	};
	struct nonce_store store;
	struct str nonce;

	(void)state;
	nonce_store_init(&store, 10);
	nonce = str_of(nonce_issue(&store, 0));
	assert_int_equal(nonce.len, NONCE_LEN);

	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		assert_int_equal(nonce_check(&store, nonce, str_of(rows[i].nc),
				     rows[i].now),
		    rows[i].verdict);
	assert_int_equal(nonce_check(&store, STR("made up"), STR("00000001"), 0),
	    NONCE_STALE);

	nonce_store_free(&store);
}

/* Without a count nothing tells a second use from a replay, whatever its body is. */
static void without_a_count_a_nonce_is_good_once(void **state)
{
	static const char *const seconds[] = { "", "00000001", "ffffffff" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(seconds); i++) {
		struct nonce_store store;
		struct str nonce;

		nonce_store_init(&store, 10);
		nonce = str_of(nonce_issue(&store, 0));

		assert_int_equal(nonce_check(&store, nonce, STR_NULL, 0), NONCE_GOOD);
		assert_int_equal(nonce_check(&store, nonce, str_of(seconds[i]), 0),
		    NONCE_REPLAYED);

		nonce_store_free(&store);
	}
}

static void nonces_are_limited(void **state)
{
	struct nonce_store store;
	char first[NONCE_LEN + 1];

	(void)state;
	nonce_store_init(&store, NS_PER_S);
	memcpy(first, nonce_issue(&store, 0), sizeof(first));

	for (int i = 0; i < NONCES_MAX + 10; i++)
		assert_non_null(nonce_issue(&store, 1));

	assert_int_equal(store.by_text.len, NONCES_MAX);
	assert_int_equal(nonce_check(&store, str_of(first), STR_NULL, 1), NONCE_STALE);
	nonce_store_free(&store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(hashes_are_those_of_the_standards),
		cmocka_unit_test(a_hash_that_this_machine_has_not_is_refused),
		cmocka_unit_test(what_was_drawn_for_many_is_handed_out_once),
		cmocka_unit_test(a_nonce_is_good_for_growing_counts_and_a_while),
		cmocka_unit_test(without_a_count_a_nonce_is_good_once),
		cmocka_unit_test(nonces_are_limited),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
