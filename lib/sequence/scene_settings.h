/* How people say that a side is to be played: the mapping "play" of the agents' files. */
#pragma once

#include "lib/sequence/sequence.h"

struct scene_settings {
	const char
	    *sequence; /* a name that comes with the program, or a path; null: none */
	struct conf_strings with; /* each NAME=VALUE */
	clock_ns wait, watch;     /* see struct scene_config */
};

extern const struct conf_row scene_settings_rows[];

/* The i-th of "with" in two; false where it has no "=", or no name. */
bool scene_settings_with(const struct scene_settings *settings, size_t i,
    struct str *ret_name, struct str *ret_value);

/* ERR_USAGE with words for the i-th of "with", which nothing of what is played takes: what
 * would be right. */
int scene_settings_refuse(const struct scene_settings *settings, size_t i,
    const char *hint, struct error *err);
