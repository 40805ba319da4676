/* Messages of an analysis as JSON: shared by all that write them. */
#pragma once

#include "capture/analysis/analysis.h"

const char *message_kind_name(enum message_kind kind); /* "DHCP" */

/* Writes the keys of the message, from "frame" to "why", into the object that is open. */
void message_write_members(const struct analysis_message *message, struct json *json);

/* Writes a wall clock in seconds; null where it is 0, as where a text tells no times. */
void json_time(struct json *json, const char *key, clock_ns time);

/* Writes a key with its text; nothing where value is null. */
void json_optional(struct json *json, const char *key, const char *value);
