/* Takes the packets of chosen sessions out of a capture, with the secrets that decrypt them. */
#pragma once

#include "lib/base/error.h"

struct analysis;

struct extract_options {
	const char *path;   /* of the capture that the analysis is of */
	const char *keylog; /* beside it, or null */
};

/* Reads the capture a second time and writes a pcapng file at path, with every frame of
 * the TCP connections of the analysis's sessions, from SYN to the last after FIN; with
 * DHCP, DNS and connection requests of their CPEs until the last session ends; and with
 * those lines of the key logs alone that belong to these connections. ERR_USAGE for
 * standard input, which cannot be read twice; errors of capfile.h; -ENOMEM; ERR_MACHINE
 * with the reason alone where path cannot be written. After an error the file at path
 * may hold a part of it. */
int extract_packets(const struct analysis *analysis,
    const struct extract_options *options, const char *path, struct error *err);
