/* The stage between TCP and the upper half: finds TLS by its first byte, decrypts it with
 * what the key log holds, and passes everything else through. What a load balancer puts
 * before the client's first byte (PROXY protocol of HAProxy) is left out. */
#pragma once

#include "capture/stream/conn.h"
#include "capture/tls/keylog.h"
#include "capture/tls/tls_counts.h"
#include "capture/tls/tls_crypto.h"

/* Must stay where it is: in points to it. */
struct tls_stage {
	struct conn_sink in;         /* give this to TCP */
	const struct conn_sink *out; /* borrowed; any callback may be null */
	struct keylog *keylog;       /* borrowed */
	struct tls_counts *counts;   /* borrowed */
	struct tls_crypto crypto;
};

void tls_stage_init(struct tls_stage *stage, const struct conn_sink *out,
    struct keylog *keylog, struct tls_counts *counts);
/* Frees what the stage has of its own. The sessions of its connections are freed as TCP
 * tells closed(). */
void tls_stage_free(struct tls_stage *stage);
