/* A sequence: the steps that must be seen on the wire, in order, of every CPE. A file
 * (capture/sequences/NAME.yaml) names them:
 *
 *	name: acs-migration
 *	steps:
 *	  - {step: 6, what: ..., see: [{response: GetParameterValues, parameter: ManagementServer.URL}]}
 *
 * Each step sees one or more things, told in struct sequence_match. */
#pragma once

#include "lib/base/cleanup.h"
#include "lib/base/conf.h"

enum sequence_see {
	SEE_DHCP, /* a lease, with option 43 well formed; left out where no DHCP was seen */
	SEE_DNS,  /* the ACS's name resolved; left out where the URL holds an address */
	SEE_OPEN, /* a TCP connection, to: a variable that holds a URL */
	SEE_TLS,  /* a handshake that ended well; left out for http */
	SEE_REQUEST,        /* of the CPE: its message */
	SEE_RESPONSE,       /* of the ACS: its message */
	SEE_EMPTY_REQUEST,  /* a POST without a body */
	SEE_EMPTY_RESPONSE, /* 204, or 200 of length 0 */
	SEE_CLOSE,          /* FIN of the CPE */
};

struct sequence_match {
	int see;                    /* enum sequence_see */
	const char *message;        /* "Inform"; null: any */
	struct conf_strings events; /* all of them, of an Inform */
	struct conf_strings status; /* one of them, of a response to a Set */
	const char *parameter;      /* end of a name that is asked for or carried */
	const char *equals;         /* its value: text, or $variable */
	const char *differs;
	const char *keep; /* variable that takes the value */
	const char *to;   /* $variable with the URL that the connection goes to */
};

struct sequence_step {
	uint64_t step;        /* DHCP and DNS: 0 */
	const char *what;     /* one line */
	struct conf_list see; /* of struct sequence_match */
};

struct sequence {
	const char *name;
	const char *description; /* may be null */
	struct conf_list steps;  /* of struct sequence_step */
	struct conf_doc *doc;    /* owns all strings */
};

/* Reads a sequence file. Errors as conf_load(). The caller frees *ret. */
int sequence_load(const char *path, struct sequence **ret, struct error *err);
int sequence_parse(const char *name, struct str text, struct sequence **ret,
    struct error *err);
void sequence_free(struct sequence *sequence);
DEFINE_CLEANUP(struct sequence *, sequence_free)

/* The JSON Schema of such a file. */
void sequence_schema(struct buf *out);
