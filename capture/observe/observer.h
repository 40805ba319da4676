/* The upper half of the decoder: makes records of CPEs (records.h) of what the lower half
 * tells (conn.h), and tells a listener what has become whole (whole.h). */
#pragma once

#include "capture/observe/whole.h"
#include "lib/base/arena.h"
#include "lib/base/map.h"

struct observer_options {
	/* Records live until the end, for sequences and reports. Else each goes as soon as
	 * no finding can depend on it any more. */
	bool keep_records;
	bool keep_bodies; /* for pages that show them */
	bool show_secrets;
	const uint16_t
	    *ports; /* whoever serves there is taken for an ACS; may be null */
	size_t n_ports;
	/* Told now and then how much of a file was read; may be null. */
	void (*progress)(void *user, uint64_t frames, uint64_t bytes);
	void *user;
	/* Told what has become whole; may be null. */
	whole_fn *whole;
	void *whole_user;
	/* Told each session once it has ended and been told as whole; may be null. Where
	 * records are not kept it is freed afterwards. */
	void (*ended)(void *user, struct session_record *session);
	/* Told what a CPE did beside its sessions, once it is whole and the host known to be a
	 * CPE; may be null. Only where records are not kept. */
	void (*act)(void *user, const struct cpe_record *host,
	    const struct host_act *act);
	void *ended_user;
	/* Of its tables (map.h): the capture chooses their keys. */
	uint64_t hash_seed;
	/* How many devices are remembered where records are not kept; 0: 65,536. */
	size_t devices_max;
	/* Ends of parameter names whose values are kept, ended by null; may be null. */
	const char *const *parameters;
};

struct observer;

/* Copies options; what they point to is borrowed until observer_free(). Null without
 * memory. */
struct observer *observer_new(const struct observer_options *options);

/* Frees the observer and all its records. The lower half must have closed every
 * connection, as decoder_end() does. */
void observer_free(struct observer *observer);

/* To be handed to the lower half. */
struct conn_sink observer_sink(struct observer *observer);

/* Makes a record of a CPE that must appear even if no frame of it is seen. 0 or
 * -ENOMEM. */
int observer_expect(struct observer *observer, const uint8_t mac[6]);

struct observer_counts {
	uint64_t forgotten;         /* hosts without a session, to bound memory */
	uint64_t forgotten_devices; /* those that were not at work lately, too */
	/* What is no session and is not judged: connections of XMPP, lightweight
	 * notifications, reports of bulk data (TR-069 A6 Annexes K, M and N). */
	struct {
		uint64_t xmpp, lightweight, bulk_data;
	} adjacent;
	uint64_t relayed; /* requests that a proxy passed on, seen at both its sides */
	uint64_t devices, sessions, complete, broken;
	uint64_t failed; /* of the broken ones those of which it is known by what */
	uint64_t failed_tries; /* leases and look-ups that no session came after */
	/* Sessions by enum unjudged, whether they are complete or broken. */
	uint64_t unjudged[UNJUDGED_REASONS];
	/* Downloads and uploads that a CPE accepted, with Status 1, and that nothing in the
	 * capture tells the end of; the first of them in words, null: there is none. That
	 * may come after the capture. */
	uint64_t open_transfers;
	const char *open_transfer;
	/* The first DHCP client that is given an ACS though its class is another than
	 * dslforum.org, and that never informs, in a sentence; null: there is none. */
	const char *other_class;
};

/* No frame came, but time went on to now: sessions that have been silent too long end, and
 * what should have come until now is missed. Does nothing before the first frame. */
void observer_pass_time(struct observer *observer, clock_ns now);

/* The capture is over, and last is its last frame: sessions that have not ended are told as
 * far as the capture shows them. Call it once, after decoder_end(). */
void observer_finish(struct observer *observer, struct frame_ref last);

/* The first frame of the capture; number 0 before there is any. */
struct frame_ref observer_first(const struct observer *observer);

/* The line of a text on which the message of that number begins; 0 where there is no such
 * message, or no text. */
uint32_t observer_line(const struct observer *observer, uint64_t number);

/* The counts belong to the observer and go on counting. */
const struct observer_counts *observer_counts(const struct observer *observer);

/* Sessions (struct session_record) in the order of their ends, and devices (struct
 * device_record) in the order of their first frame; only where records are kept. */
const struct records *observer_sessions(const struct observer *observer);
const struct records *observer_devices(const struct observer *observer);

/* The first device of those that are remembered or, with a device, the one after it; null:
 * there is none. They come in the order of their first frame as long as none was forgotten. */
const struct device_record *observer_next_device(const struct observer *observer,
    const struct device_record *device);

/* The CPEs (struct cpe_record), in the order of their first frame; only where records
 * are kept. */
const struct records *observer_cpes(const struct observer *observer);

/* Whether a DNS answer up to that frame gave, to anybody, this address for name, which
 * is in lower case, as dns.h has names. */
bool observer_resolved(const struct observer *observer, struct str name,
    const struct address *address, uint64_t before_frame);

/* The last frame that was told, or that observer_finish() was told of. */
struct frame_ref observer_last(const struct observer *observer);

/* An arena that lives as long as the observer: reports are made in it. */
struct arena *observer_arena(struct observer *observer);

/* -ENOMEM where a record had no room, so that records are missing; else 0. */
int observer_error(const struct observer *observer);
