/* Messages of an analysis as JSON: shared by all that write them. */
#pragma once

#include "capture/analysis/analysis.h"

const char *message_kind_name(enum message_kind kind); /* "DHCP" */

/* Writes the keys of the message into the object that is open: frame to why. */
void message_write_members(const struct analysis_message *message, struct json *json);

/* The same for a key whose value may be missing: null leaves it out. */
void json_optional(struct json *json, const char *key, const char *value);
