/* How a kind of CPE behaves, beside what it has: which CWMP it speaks, what it asks, and how
 * it transfers files.
 *
 *     cwmp: {version: "1.4", asks: [GetRPCMethods], refuses: [Upload 9000, Reboot 9001],
 *            types: lenient, xml-declaration: no}
 *     http: {obeys-retry-after: yes}
 *     tls: {min: "1.2", max: "1.3", resumes: yes}
 *     transfers: {told: response, flash: 20s, downgrade: no, signer: HP, max-size: 67108864,
 *                 configuration: start-up}
 *     quirks: [no-header, http-1.0]
 */
#pragma once

#include "lib/base/clock.h"
#include "lib/conf/conf.h"
#include "lib/quirk/quirk.h"

enum model_cwmp {
	MODEL_CWMP_1_0,
	MODEL_CWMP_1_1,
	MODEL_CWMP_1_2,
	MODEL_CWMP_1_3,
	MODEL_CWMP_1_4,
};

enum model_types {           /* of the values that an ACS sets */
	MODEL_TYPES_STRICT,  /* the parameter's own, or fault 9006 */
	MODEL_TYPES_LENIENT, /* any: the value alone counts */
};

enum model_told { /* how the end of a transfer is told that needs no reboot */
	MODEL_TOLD_LATER,
	MODEL_TOLD_IN_SESSION,
	MODEL_TOLD_BY_RESPONSE,
};

enum model_configuration { /* what becomes of commands that an ACS sends as a file */
	MODEL_CONFIGURATION_RUN,
	MODEL_CONFIGURATION_START_UP, /* they are run at the next boot */
};

struct model_conduct {
	struct {
		int version;              /* enum model_cwmp */
		int types;                /* enum model_types */
		bool has_xml_declaration; /* its envelopes begin with one */
		struct conf_strings
		    asks; /* methods, in the first session after a boot */
		struct conf_strings refusals;   /* "METHOD FAULT" */
		uint16_t refuses[CWMP_METHODS]; /* the faults of those; 0: none */
	} cwmp;
	struct {
		int told;           /* enum model_told */
		clock_ns flash;     /* dark before the boot with a new image */
		bool takes_older;   /* images */
		const char *signer; /* that images must name; null: any */
		uint64_t max_size;  /* bytes of a file */
		int configuration;  /* enum model_configuration */
	} transfers;
	struct {
		bool obeys_retry_after; /* of a 503 */
	} http;
	struct {
		int min, max; /* 0: 1.2, 1: 1.3 */
		bool resumes; /* sessions, by ticket */
	} tls;
	struct conf_strings quirk_names;
	const struct conf_node *quirk_node; /* where they stand */
	struct quirks quirks; /* of those names, by model_conduct_check() */
};

/* Rows of the mappings; they bind a struct model_conduct. */
extern const struct conf_row model_cwmp_rows[];
extern const struct conf_row model_transfer_rows[];
extern const struct conf_row model_http_rows[];
extern const struct conf_row model_tls_rows[];

/* Reads the names of quirks and the refusals. ERR_CONFIG for one that there is not, for a method
 * that a CPE does not ask of itself, for a fault that does not answer its method, and for
 * versions of TLS between which there is none. */
int model_conduct_check(const struct conf_doc *doc, struct model_conduct *conduct,
    struct error *err);
