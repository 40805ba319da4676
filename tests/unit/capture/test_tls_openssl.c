/* Connections of OpenSSL with itself, read by a listener who has the key log: what each end
 * sent must come out, whatever the suite, resumption or rekeying, and however the bytes
 * were cut into segments. */
#include "tests/unit/unit.h"

#include "capture/tls/tls_session.h"
#include "lib/base/compiler.h"
#include "tests/support/tls_pair.h"

struct heard {
	struct buf data[2];
	unsigned no_secrets, broken, alerts, finished, certificates;
	uint64_t unread;
	uint16_t version, suite;
	bool is_resumed;
};

static void on_event(void *user, const struct tls_event *event, enum direction from)
{
	struct heard *heard = user;

	(void)from;
	heard->is_resumed |= event->is_resumed;
	switch (event->what) {
	case TLS_SERVER_HELLO:
		heard->version = event->version;
		heard->suite = event->suite;
		break;
	case TLS_CERTIFICATE:
		heard->certificates += event->der.len > 100;
		break;
	case TLS_FINISHED:
		heard->finished++;
		break;
	case TLS_ALERT:
		heard->alerts += event->alert == 0; /* close_notify */
		break;
	case TLS_NO_SECRETS:
		heard->no_secrets++;
		break;
	case TLS_BROKEN:
		print_message("broken: %s\n", event->text);
		heard->broken++;
		break;
	case TLS_CLIENT_HELLO:
	case TLS_ENCRYPTED_ALERT:
		break;
	}
}

static void on_data(void *user, enum direction from, struct str bytes)
{
	struct heard *heard = user;

	buf_append_str(&heard->data[from], bytes);
}

static void on_unread(void *user, enum direction from, uint64_t bytes)
{
	struct heard *heard = user;

	(void)from;
	heard->unread += bytes;
}

/* step: bytes of a segment at most; 0: as they were written. */
static void listen_to(const struct tls_wire *wire, size_t step, struct heard *heard)
{
	struct tls_sink sink = { heard, on_event, on_data, on_unread };
	struct tls_session *session = tls_session_new();
	struct keylog keylog = KEYLOG_NULL;
	struct tls_crypto crypto = { 0 };
	uint8_t scratch[TLS_RECORD_MAX + 64];
	struct tls_context context = { &crypto, &keylog, scratch, &sink };

	assert_non_null(session);
	assert_int_equal(keylog_add(&keylog, buf_str(&wire->keys)), 0);
	for (size_t i = 0; i < wire->n_chunks; i++) {
		const struct tls_chunk *c = &wire->chunks[i];
		struct str bytes = str_make(wire->bytes.data + c->at, c->len);

		for (; bytes.len > 0; bytes = str_from(bytes, step ? step : c->len))
			tls_session_data(session, &context,
			    c->from_client ? FROM_CLIENT : FROM_SERVER,
			    str_make(bytes.p, step ? MIN(step, bytes.len) : bytes.len));
	}
	tls_session_free(session);
	tls_crypto_free(&crypto);
	keylog_free(&keylog);
}

static const struct tls_script scripts[] = {
	{ "TLS 1.2 AES-128-GCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
	    .talk = tls_ask_and_answer,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ "TLS 1.2 AES-256-GCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-GCM-SHA384",
	    .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ "TLS 1.2 ChaCha20", TLS1_2_VERSION, "ECDHE-ECDSA-CHACHA20-POLY1305",
	    .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256" },
	{ "TLS 1.2 CCM", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-CCM",
	    .talk = tls_answer_at_length, .suite = "ECDHE_ECDSA_WITH_AES_128_CCM" },
	{ "TLS 1.2 CCM with a short tag", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-CCM8",
	    .talk = tls_ask_and_answer, .suite = "ECDHE_ECDSA_WITH_AES_256_CCM_8" },
	{ "TLS 1.2 CBC, encrypt then MAC", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256",
	    .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ "TLS 1.2 CBC, MAC then encrypt", TLS1_2_VERSION, "ECDHE-ECDSA-AES256-SHA384",
	    SSL_OP_NO_ENCRYPT_THEN_MAC, .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_256_CBC_SHA384" },
	{ "TLS 1.2 CBC with SHA-1 and a key under RSA", TLS1_2_VERSION, "AES128-SHA",
	    .is_rsa = true, .talk = tls_ask_and_answer,
	    .suite = "RSA_WITH_AES_128_CBC_SHA" },
	{ "TLS 1.1 CBC", TLS1_1_VERSION, "ECDHE-ECDSA-AES128-SHA",
	    SSL_OP_NO_ENCRYPT_THEN_MAC, .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ "TLS 1.0 CBC, one IV after the other", TLS1_VERSION, "ECDHE-ECDSA-AES256-SHA",
	    SSL_OP_NO_ENCRYPT_THEN_MAC, .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_256_CBC_SHA" },
	{ "TLS 1.0 CBC, encrypt then MAC", TLS1_VERSION, "ECDHE-ECDSA-AES128-SHA",
	    .talk = tls_answer_at_length, .suite = "ECDHE_ECDSA_WITH_AES_128_CBC_SHA" },
	{ "TLS 1.2 renegotiates twice", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
	    SSL_OP_ALLOW_CLIENT_RENEGOTIATION, .talk = tls_renegotiate,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ "TLS 1.2 CBC renegotiates twice", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-SHA256",
	    SSL_OP_ALLOW_CLIENT_RENEGOTIATION, .talk = tls_renegotiate,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" },
	{ "TLS 1.2 resumes by ticket", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
	    .talk = tls_ask_and_answer, .resumes = true,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ "TLS 1.2 resumes by session id", TLS1_2_VERSION,
	    "ECDHE-ECDSA-AES256-GCM-SHA384", SSL_OP_NO_TICKET,
	    .talk = tls_ask_and_answer, .resumes = true,
	    .suite = "ECDHE_ECDSA_WITH_AES_256_GCM_SHA384" },
	{ "TLS 1.2 with a certificate of the client", TLS1_2_VERSION,
	    "ECDHE-ECDSA-AES128-GCM-SHA256", .wants_certificate = true,
	    .talk = tls_ask_and_answer,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ "TLS 1.2 in small records", TLS1_2_VERSION, "ECDHE-ECDSA-AES128-GCM-SHA256",
	    .wants_certificate = true, .fragment = 512, .talk = tls_answer_at_length,
	    .suite = "ECDHE_ECDSA_WITH_AES_128_GCM_SHA256" },
	{ "TLS 1.3 AES-128-GCM", .ciphers = "TLS_AES_128_GCM_SHA256",
	    .talk = tls_ask_and_answer, .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 AES-256-GCM", .ciphers = "TLS_AES_256_GCM_SHA384",
	    .talk = tls_answer_at_length, .suite = "AES_256_GCM_SHA384" },
	{ "TLS 1.3 ChaCha20", .ciphers = "TLS_CHACHA20_POLY1305_SHA256",
	    .talk = tls_answer_at_length, .suite = "CHACHA20_POLY1305_SHA256" },
	{ "TLS 1.3 CCM", .ciphers = "TLS_AES_128_CCM_SHA256",
	    .talk = tls_answer_at_length, .suite = "AES_128_CCM_SHA256" },
	{ "TLS 1.3 CCM with a short tag", .ciphers = "TLS_AES_128_CCM_8_SHA256",
	    .talk = tls_ask_and_answer, .suite = "AES_128_CCM_8_SHA256" },
	{ "TLS 1.3 asks for another hello", .ciphers = "TLS_AES_128_GCM_SHA256",
	    .server_groups = "P-384", .talk = tls_ask_and_answer,
	    .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 without records for middleboxes",
	    .ciphers = "TLS_AES_128_GCM_SHA256", .options = 0, .server_groups = "P-521",
	    .talk = tls_answer_at_length, .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 updates its keys", .ciphers = "TLS_AES_256_GCM_SHA384",
	    .talk = tls_update_keys, .suite = "AES_256_GCM_SHA384" },
	{ "TLS 1.3 resumes", .ciphers = "TLS_AES_128_GCM_SHA256",
	    .talk = tls_ask_and_answer, .resumes = true,
	    .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 resumes with early data", .ciphers = "TLS_AES_128_GCM_SHA256",
	    .talk = tls_ask_and_answer, .resumes = true, .has_early_data = true,
	    .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 resumes with early data that the server does not take",
	    .ciphers = "TLS_AES_128_GCM_SHA256", .options = SSL_OP_NO_ANTI_REPLAY,
	    .talk = tls_ask_and_answer, .resumes = true, .has_early_data = true,
	    .rejects = true, .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 resumes with early data that another hello makes void",
	    .ciphers = "TLS_AES_128_GCM_SHA256", .options = SSL_OP_NO_ANTI_REPLAY,
	    .server_groups = "P-384", .talk = tls_ask_and_answer, .resumes = true,
	    .has_early_data = true, .rejects = true, .suite = "AES_128_GCM_SHA256" },
	{ "TLS 1.3 with a certificate of the client, in small records",
	    .ciphers = "TLS_AES_128_GCM_SHA256", .wants_certificate = true,
	    .fragment = 512, .talk = tls_answer_at_length,
	    .suite = "AES_128_GCM_SHA256" },
};

static void check(const struct tls_script *script, const struct tls_wire *wire,
    size_t step)
{
	uint16_t version =
	    (uint16_t)(script->version ? script->version : TLS1_3_VERSION);
	struct heard heard = { 0 };
	const struct tls_suite *suite;

	listen_to(wire, step, &heard);
	suite = tls_suite_find(heard.suite);
	if (!suite || strcmp(suite->name, script->suite) != 0 ||
	    heard.version != version || heard.no_secrets + heard.broken > 0 ||
	    heard.unread > 0 || heard.finished != 2 || heard.alerts != 2 ||
	    heard.is_resumed != script->resumes ||
	    heard.certificates !=
		(script->resumes ? 0u : 1u + script->wants_certificate) +
		    (script->talk == tls_renegotiate ? 1u : 0u) ||
	    !str_eq(buf_str(&heard.data[FROM_CLIENT]),
		buf_str(&wire->sent[FROM_CLIENT])) ||
	    !str_eq(buf_str(&heard.data[FROM_SERVER]),
		buf_str(&wire->sent[FROM_SERVER])))
		fail_msg("%s, segments of %zu: suite %x version %x no_secrets %u "
			 "broken %u unread %llu finished %u alerts %u certificates %u "
			 "client %zu of %zu server %zu of %zu",
		    script->name, step, heard.suite, heard.version, heard.no_secrets,
		    heard.broken, (unsigned long long)heard.unread, heard.finished,
		    heard.alerts, heard.certificates, heard.data[FROM_CLIENT].len,
		    wire->sent[FROM_CLIENT].len, heard.data[FROM_SERVER].len,
		    wire->sent[FROM_SERVER].len);
	buf_free(&heard.data[0]);
	buf_free(&heard.data[1]);
}

static void test_a_listener_with_the_keys_reads_what_was_said(void **state)
{
	static const size_t steps[] = { 0, 1, 7, 1448 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct tls_wire *wire = tls_wire_record(&scripts[i]);

		print_message("%s\n", scripts[i].name);
		for (size_t k = 0; k < ARRAY_LEN(steps); k++)
			check(&scripts[i], wire, steps[k]);
		tls_wire_free(wire);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_a_listener_with_the_keys_reads_what_was_said),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
