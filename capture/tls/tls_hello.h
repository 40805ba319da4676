/* Handshake messages that travel in the clear, or are of interest once decrypted
 * (RFC 5246 7.4, RFC 8446 4). Views borrow from the message. */
#pragma once

#include "lib/base/str.h"

#include <stdbool.h>
#include <stdint.h>

enum tls_handshake_type {
	TLS_HS_CLIENT_HELLO = 1,
	TLS_HS_SERVER_HELLO = 2,
	TLS_HS_END_OF_EARLY_DATA = 5,
	TLS_HS_ENCRYPTED_EXTENSIONS = 8,
	TLS_HS_CERTIFICATE = 11,
	TLS_HS_FINISHED = 20,
	TLS_HS_KEY_UPDATE = 24,
};

struct tls_hello {
	uint16_t version;      /* client: highest offered; server: chosen */
	const uint8_t *random; /* 32 bytes */
	uint16_t suite;        /* server: chosen */
	struct str sni;        /* client */
	bool has_early_data;
	bool is_etm;   /* encrypt-then-MAC */
	bool is_retry; /* server: HelloRetryRequest */
	bool has_psk; /* server: it goes on with an earlier session (RFC 8446 4.2.11) */
};

/* body, here and below: a handshake message without its header of 4 bytes. 0,
 * ERR_TRUNCATED or ERR_MALFORMED. */
int tls_hello_parse_client(struct str body, struct tls_hello *ret);
int tls_hello_parse_server(struct str body, struct tls_hello *ret);

/* Whether EncryptedExtensions accept the early data (RFC 8446 4.2.10). */
bool tls_extensions_accept_early_data(struct str body);

/* The first certificate of the message, DER; empty when there is none or it is cut. */
struct str tls_certificate_leaf(struct str body, bool is_tls13);
