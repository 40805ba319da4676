/* Lightweight notifications by UDP (TR-069 A6 Annex M): one datagram, a POST whose body is a
 * Notification (cwmp-UDPLightweightNotification-1-0.xsd), signed in the header Signature: the
 * HMAC-SHA1 of the body, keyed with ManagementServer.Password, as 40 hexadecimal digits. It is
 * never answered. */
#pragma once

#include "lib/base/arena.h"
#include "lib/base/buf.h"
#include "lib/cwmp/cwmp.h"
#include "lib/proto/stun.h"
#include "lib/xml/xml_read.h"

enum {
	LIGHTWEIGHT_PORT = 7547,     /* where no model says another */
	LIGHTWEIGHT_MAX = 8192,      /* bytes of a datagram that is read */
	LIGHTWEIGHT_PARAMS_MAX = 256 /* of one that is read */
};

struct lightweight {
	int64_t ts;                   /* seconds since 1970 */
	struct str un;                /* ManagementServer.Username */
	struct str cn;                /* random */
	struct cwmp_device_id device; /* without a manufacturer */
	struct cwmp_params params;
	struct str body, signature; /* of one that was read */
};

/* Appends the datagram; host is "host:port". Errors of hmac and of out. */
int lightweight_write(struct buf *out, const struct lightweight *notification,
    struct str host, struct str password, hmac_sha1_fn *hmac);

/* Reads one; its texts are in arena, body and signature borrowed from bytes. ERR_MALFORMED,
 * ERR_LIMIT or -ENOMEM with words. */
int lightweight_read(struct lightweight *ret, struct xml_reader *reader,
    struct str bytes, struct arena *arena, struct error *err);

/* Whether the signature is that of the body and this password. */
bool lightweight_is_signed(const struct lightweight *notification, struct str password,
    hmac_sha1_fn *hmac);
