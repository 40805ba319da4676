/* Shared by the observe*.c files alone. */
#pragma once

#include "capture/http_stream.h"
#include "capture/observe.h"
#include "lib/proto/cwmp_reader.h"

enum {
	OBSERVER_ARENA_MAX = 1 << 30,
	OBSERVER_SCRATCH_MAX = 64 << 20,
	DETAIL_MAX = 160
};

struct observer {
	struct observer_options options;
	struct arena arena;   /* records */
	struct arena scratch; /* one message */
	struct cwmp_reader *reader;
	struct map by_mac, by_address; /* struct cpe_record */
	struct map names;              /* struct resolved_name */
	struct records cpes;
	int error;
};

struct resolved_name {
	const char *name;
	struct resolved_address {
		uint32_t address;
		uint64_t frame; /* of the first answer with it */
	} addresses[16];
	size_t len;
};

/* What is remembered of a connection while it lives. */
struct conn_state {
	struct observer *observer;
	struct conn_record *record;
	struct http_stream request, response;
	char method[16]; /* of the last request: the next response answers it */
};

/* Arena copies; null (and the observer's error) without memory. */
char *observer_strdup(struct observer *observer, struct str s);
/* The same, null for an empty view. */
char *observer_text(struct observer *observer, struct str s);
void *observer_alloc(struct observer *observer, size_t size);
void observer_push(struct observer *observer, struct records *records, void *item);

struct cpe_record *observer_cpe_by_mac(struct observer *observer, const uint8_t mac[6],
    struct frame_ref frame);
struct cpe_record *observer_cpe_by_address(struct observer *observer,
    const struct address *address, struct frame_ref frame);
/* From now on the address is that CPE's. */
void observer_bind(struct observer *observer, struct cpe_record *cpe, uint32_t address);

/* The sink's calls, by file. */
void observe_datagram(void *user, const struct address *from, uint16_t from_port,
    const struct address *to, uint16_t to_port, const uint8_t from_mac[6],
    struct str payload, struct frame_ref frame);
void observe_tls(void *user, struct conn *conn, const struct tls_event *event,
    enum direction from, struct frame_ref frame);
/* Handlers of the two HTTP streams; user is the conn_state. */
void observe_request(void *user, const struct http_stream_message *message);
void observe_response(void *user, const struct http_stream_message *message);
