#include "capture/tls/tls_hello.h"

#include "capture/tls/tls_crypto.h"
#include "lib/base/wire.h"

enum tls_extension {
	EXT_SERVER_NAME = 0,
	EXT_ENCRYPT_THEN_MAC = 22,
	EXT_PRE_SHARED_KEY = 41,
	EXT_EARLY_DATA = 42,
	EXT_SUPPORTED_VERSIONS = 43,
};

/* RFC 8446 4.1.3: the SHA-256 of "HelloRetryRequest" in place of a random. */
static const uint8_t retry_random[32] = { 0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61,
	0x11, 0xbe, 0x1d, 0x8c, 0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16,
	0x7a, 0xbb, 0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c };

/* RFC 8701: values that mean nothing. Drafts of TLS 1.3 call themselves 0x7fNN. */
static uint16_t known_version(uint16_t version)
{
	if (version >> 8 == 0x7f)
		return TLS_1_3;
	return version >= 0x0300 && version <= TLS_1_3 ? version : 0;
}

/* RFC 6066 3: a list of names, of which type 0 is a host name. */
static struct str read_server_name(struct wire_reader ext)
{
	struct wire_reader list = wire_sub(&ext, wire_u16(&ext));

	while (wire_left(&list) > 0) {
		uint8_t type = wire_u8(&list);
		struct str name = wire_str(&list, wire_u16(&list));

		if (type == 0 && !list.error)
			return name;
	}
	return STR_NULL;
}

static void read_versions(struct wire_reader ext, bool is_client, struct tls_hello *ret)
{
	struct wire_reader list =
	    is_client ? wire_sub(&ext, wire_u8(&ext)) : wire_sub(&ext, 2);
	uint16_t highest = 0;

	while (wire_left(&list) >= 2) {
		uint16_t version = known_version(wire_u16(&list));

		highest = MAX(highest, version);
	}
	if (highest > 0)
		ret->version = highest;
}

static void read_extensions(struct wire_reader *r, bool is_client,
    struct tls_hello *ret)
{
	struct wire_reader all = wire_sub(r, wire_u16(r));

	while (wire_left(&all) > 0) {
		uint16_t type = wire_u16(&all);
		struct wire_reader ext = wire_sub(&all, wire_u16(&all));

		if (all.error)
			return;
		if (type == EXT_SERVER_NAME && is_client)
			ret->sni = read_server_name(ext);
		else if (type == EXT_ENCRYPT_THEN_MAC)
			ret->is_etm = true;
		else if (type == EXT_EARLY_DATA)
			ret->has_early_data = true;
		else if (type == EXT_PRE_SHARED_KEY)
			ret->has_psk = true;
		else if (type == EXT_SUPPORTED_VERSIONS)
			read_versions(ext, is_client, ret);
	}
}

int tls_hello_parse_client(struct str body, struct tls_hello *ret)
{
	struct wire_reader r = wire_reader(body.p, body.len);

	*ret = (struct tls_hello){ 0 };
	ret->version = known_version(wire_u16(&r));
	ret->random = wire_take(&r, 32);
	(void)wire_str(&r, wire_u8(&r));  /* session id */
	(void)wire_str(&r, wire_u16(&r)); /* cipher suites */
	(void)wire_str(&r, wire_u8(&r));  /* compression */
	if (r.error)
		return r.error;
	if (wire_left(&r) > 0)
		read_extensions(&r, true, ret);
	return ret->version ? 0 : ERR_MALFORMED;
}

int tls_hello_parse_server(struct str body, struct tls_hello *ret)
{
	struct wire_reader r = wire_reader(body.p, body.len);

	*ret = (struct tls_hello){ 0 };
	ret->version = known_version(wire_u16(&r));
	ret->random = wire_take(&r, 32);
	/* Early drafts of 1.3 have neither session id nor compression. */
	(void)wire_str(&r, wire_u8(&r));
	ret->suite = wire_u16(&r);
	(void)wire_u8(&r); /* compression */
	if (r.error)
		return r.error;
	ret->is_retry = memcmp(ret->random, retry_random, 32) == 0;
	if (wire_left(&r) > 0)
		read_extensions(&r, false, ret);
	return ret->version ? 0 : ERR_MALFORMED;
}

bool tls_extensions_accept_early_data(struct str body)
{
	struct wire_reader r = wire_reader(body.p, body.len);
	struct tls_hello extensions = { 0 };

	read_extensions(&r, false, &extensions);
	return extensions.has_early_data;
}

struct str tls_certificate_leaf(struct str body, bool is_tls13)
{
	struct wire_reader r = wire_reader(body.p, body.len);

	if (is_tls13)
		(void)wire_str(&r, wire_u8(&r)); /* request context */
	(void)wire_u24(&r);                      /* length of the list */
	return wire_str(&r, wire_u24(&r));
}
