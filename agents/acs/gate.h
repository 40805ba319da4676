/* Who may talk to the ACS: HTTP authentication of CPEs (TR-069 A6 3.4.4-5). Pure but for
 * the random nonces. */
#pragma once

#include "agents/acs/config.h"
#include "agents/common/digest.h"
#include "lib/base/buf.h"
#include "lib/proto/http.h"

struct gate {
	const struct acs_config *config; /* borrowed */
	struct nonce_store nonces;
};

void gate_init(struct gate *gate, const struct acs_config *config);
void gate_free(struct gate *gate);

/* Whether the request proves its password; otherwise the value for WWW-Authenticate is
 * appended to challenge. A request without credentials passes where the connection has
 * proved itself before (is_known). */
bool gate_pass(struct gate *gate, const struct http_head *head, bool is_known,
    clock_ns now, struct buf *challenge);
