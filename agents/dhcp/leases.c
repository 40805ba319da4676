#include "agents/dhcp/leases.h"

#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

struct leases {
	size_t len, cap;
	struct row {
		uint32_t address;
		uint8_t mac[6];
		clock_ns expires_at;
	} * rows;
};

static int take(void *user, const struct lease_view *lease)
{
	struct leases *leases = user;
	struct row *row;

	if (leases->len == leases->cap) {
		size_t cap = MAX(2 * leases->cap, (size_t)64);
		struct row *rows =
		    reallocarray(leases->rows, cap, sizeof(*leases->rows));

		if (!rows)
			return -ENOMEM;
		leases->rows = rows;
		leases->cap = cap;
	}
	row = &leases->rows[leases->len++];
	row->address = lease->address;
	memcpy(row->mac, lease->mac, sizeof(row->mac));
	row->expires_at = lease->expires_at;
	return 0;
}

static void put(struct json *json, const struct row *row, clock_ns now)
{
	char address[IPV4_TEXT_MAX], mac[MAC_TEXT_MAX];

	json_object_begin(json, NULL);
	json_text(json, "address", ipv4_text(row->address, address));
	json_text(json, "mac", mac_text(row->mac, mac));
	if (row->expires_at != INT64_MAX)
		json_int(json, "expires_ms",
		    MAX(row->expires_at - now, (clock_ns)0) / NS_PER_MS);
	json_object_end(json);
}

int leases_page(struct lessor *lessor, struct answer *answer, struct error *err)
{
	struct leases *leases = answer->state;
	clock_ns now = clock_monotonic();

	if (!leases) {
		leases = answer->state = calloc(1, sizeof(*leases));
		if (!leases || lessor_leases(lessor, take, leases) < 0)
			return error_set(err, -ENOMEM, "out of memory");
	}
	json_array_begin(answer->json, "leases");
	for (; answer->at < leases->len && !answer_is_full(answer); answer->at++)
		put(answer->json, &leases->rows[answer->at], now);
	json_array_end(answer->json);
	return answer->at < leases->len ? ANSWER_MORE : ANSWER_WHOLE;
}

void leases_end(struct answer *answer)
{
	struct leases *leases = answer->state;

	if (leases)
		free(leases->rows);
	free(leases);
}
