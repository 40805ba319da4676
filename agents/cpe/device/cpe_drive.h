/* A fleet whose sessions begin as somebody else's schedule says, whatever becomes of those
 * before them: a load test. Its CPEs tell nobody what they do but the observer. CPEs are
 * numbered as they stand in this fleet, from 0. */
#pragma once

#include "agents/cpe/device/cpe_fleet.h"

enum cpe_drive {
	CPE_DRIVE_STARTED, /* a session has begun; it may be over already */
	CPE_DRIVE_BOOTED,  /* it has booted, and leases its address */
	/* Nothing was done: it talks, or waits for a retry, for power or its uplink. */
	CPE_DRIVE_BUSY,
	CPE_DRIVE_FAILED /* the process could not begin one */
};

/* The fleet is driven from now on, before any CPE has booted. The observer is borrowed.
 * is_paced: no CPE informs periodically of its own accord. is_deaf: none listens for connection
 * requests. */
void cpe_drive_begin(struct cpe_fleet *fleet, const struct cpe_observer *observer,
    bool is_paced, bool is_deaf);

/* CPE i listens for connection requests, though no other one may. Before it boots. */
void cpe_drive_mark(struct cpe_fleet *fleet, uint64_t i);

/* Each CPE has been at its ACS before, so that no first session is 0 BOOTSTRAP. Before any has
 * booted. -ENOMEM. */
int cpe_drive_known(struct cpe_fleet *fleet);

/* The first periodic Inform of each CPE comes at a time within its interval that the seed gives,
 * where PeriodicInformTime leaves the phase to the CPE. */
void cpe_drive_spread(struct cpe_fleet *fleet);

/* Adds each CPE that informs periodically to one of n slots, by where in its interval
 * that is; the caller has zeroed them. Returns how many CPEs those are. */
uint64_t cpe_drive_phases(const struct cpe_fleet *fleet, uint64_t *slots, size_t n);

/* A session that fails is not tried again: the schedule begins the next one of its CPE. */
void cpe_drive_forgive(struct cpe_fleet *fleet);

/* In so many sessions of a million one of these faults befalls a CPE (load_fault_pick()). */
void cpe_drive_faults(struct cpe_fleet *fleet, unsigned faults, uint32_t per_million);

/* Whether cpe_drive_start() would do something. */
bool cpe_drive_is_free(const struct cpe_fleet *fleet, uint64_t i);

/* Has CPE i begin a session that was to begin at intended, which is not later than now: one
 * that is off boots, another one informs 2 PERIODIC. */
enum cpe_drive cpe_drive_start(struct cpe_fleet *fleet, uint64_t i, clock_ns intended);

/* It boots at that time, from off. No-op where it is not off. */
void cpe_drive_boot_at(struct cpe_fleet *fleet, uint64_t i, clock_ns at);

/* The power of CPE i fails, and is back at back_at (INT64_MAX: never): it boots then. */
void cpe_drive_power_cut(struct cpe_fleet *fleet, uint64_t i, clock_ns back_at);

/* CPE i is as a factory reset makes it (cpe_reset()), switched on or off, and boots for the first
 * time at back_at. */
void cpe_drive_bootstrap(struct cpe_fleet *fleet, uint64_t i, clock_ns back_at);

/* The uplink of CPE i is cut until that time: it goes on, hears nothing and is not
 * heard, and is back with its old uptime. Sessions that it begins meanwhile fail
 * without a packet, and the observer is not told of them; one that is open stays so
 * until its time-out. */
void cpe_drive_uplink_cut(struct cpe_fleet *fleet, uint64_t i, clock_ns until);

/* No session begins any more; those that are open go on. */
void cpe_drive_end(struct cpe_fleet *fleet);

/* How many sessions are open now of which the observer was told. */
uint64_t cpe_drive_open(const struct cpe_fleet *fleet);
