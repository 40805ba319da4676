/* The upper half of the decoder: what the lower half tells becomes records of CPEs. */
#pragma once

#include "capture/records.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

struct observer_options {
	bool keep_bodies; /* for pages that show them */
	bool show_secrets;
	/* Ends of parameter names whose values are kept, ended by null; may be null. */
	const char *const *parameters;
};

struct observer;

/* Null without memory. The caller frees it, and all records with it. */
struct observer *observer_new(const struct observer_options *options);
void observer_free(struct observer *observer);

/* To be handed to the lower half. */
struct conn_sink observer_sink(struct observer *observer);

/* A CPE that must appear even if no frame of it is seen. */
int observer_expect(struct observer *observer, const uint8_t mac[6]);

/* The CPEs, in the order of their first frame. */
const struct records *observer_cpes(const struct observer *observer);

/* The addresses that a DNS answer gave for name, to anybody, before frame. */
bool observer_resolved(const struct observer *observer, struct str name,
    uint32_t address, uint64_t before_frame);

/* Where memory for reports comes from; lives as long as the observer. */
struct arena *observer_arena(struct observer *observer);

/* -ENOMEM where a record had no room: then what it shows is not whole. */
int observer_error(const struct observer *observer);
