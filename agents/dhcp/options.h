/* The command line of `cwmplab dhcpd`. */
#pragma once

#include "lib/base/buf.h"
#include "lib/base/error.h"

struct dhcpd_options {
	const char *config; /* path, or null: text holds what the flags say */
	struct buf text;    /* YAML of the flags; owned */
	int control;        /* descriptor, or -1 */
	bool is_verbose;
	bool is_help;
};

/* ERR_USAGE with words. Free text in any case. */
int dhcpd_options_read(struct dhcpd_options *options, int argc, char **argv,
    struct error *err);

extern const char dhcpd_usage[];
