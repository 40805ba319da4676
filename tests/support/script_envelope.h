/* Shared by script_cwmp.c and script_envelope.c. */
#pragma once

#include "lib/cwmp/cwmp_fields.h"
#include "tests/support/script_internal.h"

struct envelope { /* a CWMP message that is being put together */
	struct cwmp_msg msg;
	bool from_client;
	struct str id;          /* cwmp:ID, where has_id */
	bool has_id, has_no_id; /* the script gives it, or says that there is none */
	const struct cwmp_field *fields; /* of the message; null: it has none */
	struct cwmp_param params[SCRIPT_MEMBERS_MAX];
	struct cwmp_event events[SCRIPT_MEMBERS_MAX];
	struct cwmp_param_info infos[SCRIPT_MEMBERS_MAX];
	struct cwmp_param_fault faults[SCRIPT_MEMBERS_MAX];
	struct cwmp_item items[SCRIPT_MEMBERS_MAX];
	struct str names[SCRIPT_MEMBERS_MAX];
	size_t n_params, n_events, n_infos, n_faults, n_items, n_names;
};
