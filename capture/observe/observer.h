/* The upper half of the decoder: what the lower half tells becomes records of CPEs. */
#pragma once

#include "capture/observe/whole.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

struct observer_options {
	bool keep_records; /* until the end; else only what findings are made of */
	bool keep_bodies;  /* for pages that show them */
	bool show_secrets;
	const uint16_t *ports; /* of ACSs, whatever is said there; may be null */
	size_t n_ports;
	/* As in struct analysis_options; may be null. */
	void (*progress)(void *user, uint64_t frames, uint64_t bytes);
	void *user;
	/* Told what has become whole; may be null. */
	whole_fn *whole;
	void *whole_user;
	/* Of its tables (map.h): the capture chooses their keys. */
	uint64_t hash_seed;
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

struct observer_counts {
	uint64_t devices, sessions, complete, broken;
	uint64_t not_judged; /* sessions, for these reasons: */
	uint64_t without_start, without_secrets, with_gaps, one_sided;
};

/* No frame came, but time went on to now; nothing before the first frame. */
void observer_pass_time(struct observer *observer, clock_ns now);

/* The capture is over, last is its last frame: what runs or waits still is judged as far
 * as it can be. Call it once, after decoder_end(). */
void observer_finish(struct observer *observer, struct frame_ref last);

/* Of the capture: number 0 before there is any. */
struct frame_ref observer_first(const struct observer *observer);

const struct observer_counts *observer_counts(const struct observer *observer);

/* Sessions (struct session_record) and devices (struct device_record) in the order of their
 * first frame; only where records are kept. */
const struct records *observer_sessions(const struct observer *observer);
const struct records *observer_devices(const struct observer *observer);

/* The CPEs, in the order of their first frame. */
const struct records *observer_cpes(const struct observer *observer);

/* The addresses that a DNS answer gave for name, to anybody, before frame. */
bool observer_resolved(const struct observer *observer, struct str name,
    const struct address *address, uint64_t before_frame);

/* The last frame that was told, or that observer_finish() was told of. */
struct frame_ref observer_last(const struct observer *observer);

/* Where memory for reports comes from; lives as long as the observer. */
struct arena *observer_arena(struct observer *observer);

/* -ENOMEM where a record had no room: then what it shows is not whole. */
int observer_error(const struct observer *observer);
