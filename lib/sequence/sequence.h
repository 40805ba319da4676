/* A sequence is a file: the steps that must be seen on the wire, in order. See
 * capture/sequences/acs-migration.yaml. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/clock.h"
#include "lib/base/compiler.h"
#include "lib/conf/conf.h"

enum sequence_see {
	SEE_LEASE,     /* DHCPACK; keeps $acs_url */
	SEE_LOOK_UP,   /* DNS answer for the host of "to"; not for an address */
	SEE_OPEN,      /* TCP handshake with the host of "to" */
	SEE_TLS,       /* TLS handshake; not where "to" is an http URL */
	SEE_CPE_SENDS, /* the CPE's next HTTP request */
	SEE_ACS_SENDS, /* the ACS's next HTTP response */
	SEE_CLOSE,     /* FIN of the CPE */
	SEE_SESSION,   /* the CPE's next session that fits: its Inform, answered */
	SEE_CALL,      /* a connection request that the CPE answers */
	SEE_TRANSFER,  /* a file that the CPE gets or puts */
};

enum sequence_family {
	FAMILY_ANY,
	FAMILY_V4,
	FAMILY_V6
};

struct sequence_step {
	uint64_t step; /* number; several may share one */
	const char *what;
	int see;                   /* enum sequence_see */
	const char *to;            /* "$name" of a URL, or a URL */
	int family;                /* of an "open": enum sequence_family */
	const char *message;       /* "Inform", "InformResponse", ... or "empty" */
	struct conf_strings event; /* codes that the Inform must have, all of them */
	const char *parameter;     /* end of the name of one that must be there */
	const char *value, *not_value; /* its value is, or is not; "$name" or text */
	const char *as;                /* its value is kept as "$" and this name */
	struct conf_strings status;    /* Status of a response: one of these */
	bool is_later;                 /* "later": other messages may come before */
	bool is_optional;              /* it may be missing */
	bool is_never;                 /* it must not be seen */
	uint64_t at_least, at_most;    /* how many times in a row; 0: once */
	clock_ns within, after; /* how long after the step before it; 0: any time */
};

struct sequence {
	struct conf_doc *doc; /* owned; null for none */
	const char *name;
	const char *title;
	struct conf_list steps; /* struct sequence_step */
};

enum {
	SEQUENCE_STEPS_MAX = 64,
	SEQUENCE_TIME_MAX_S = 365 * 86400, /* "within" and "after" */
	SEQUENCE_WHY_MAX = 128             /* of the words of sequence_is_in_time() */
};

extern const struct conf_row sequence_rows[];

/* Read the file at path, or text, which messages call name. ERR_CONFIG with place and
 * hint, or -ENOMEM. The caller frees *ret. */
int sequence_load(const char *path, struct sequence **ret, struct error *err);
int sequence_parse(const char *name, struct str text, struct sequence **ret,
    struct error *err);
/* As sequence_load(), of a path, or of the name of a sequence that comes with the program;
 * ERR_USAGE where none is so named, with what comes near, ERR_MACHINE where none at all are
 * installed. */
int sequence_find(const char *name, struct sequence **ret, struct error *err);
void sequence_free(struct sequence *sequence);

/* How often the step must be seen in a row, and how often it may be. */
static inline uint64_t sequence_least(const struct sequence_step *step)
{
	return step->is_optional ? 0 : MAX(step->at_least, (uint64_t)1);
}

static inline uint64_t sequence_most(const struct sequence_step *step)
{
	return MAX(step->at_most, MAX(step->at_least, (uint64_t)1));
}

/* Whether a step that comes so long after the one before it does so "within" and "after" as it
 * says; if not, why, in words. */
bool sequence_is_in_time(const struct sequence_step *step, clock_ns wait, char *why,
    size_t size);
DEFINE_CLEANUP(struct sequence *, sequence_free)
