/* Captures from scripts that read as an exchange: the language is described in
 * tests/rules/README.md.
 *
 *	lease url=http://10.0.0.11:7547/acs
 *	begin events="0 BOOTSTRAP,1 BOOT"
 *	> empty
 *	< GetParameterValues Device.ManagementServer.URL
 *	> GetParameterValuesResponse Device.ManagementServer.URL=http://10.0.0.11:7547/acs
 *	finish
 */
#pragma once

#include "lib/base/error.h"
#include "lib/base/str.h"
#include "tests/support/packets.h"

/* The frames that a line of the script became, itself and the indented ones below it. */
struct script_line {
	unsigned line;
	uint64_t first, last; /* first > last: none */
};

struct script_map {
	struct script_line *lines;
	size_t len;
};

void script_map_free(struct script_map *map);

/* Runs the script text, whose name is for errors, into out, which is as packets_pcap() or
 * a tap left it, and whose time starts anew. map may be null; else the caller frees it; it is
 * empty after a failure. ERR_CONFIG with "name:line:col: what" for a mistake in the script,
 * -ENOMEM without memory. */
int script_run_text(const char *name, struct str text, struct packets *out,
    struct script_map *map, struct error *err);

/* Appends the text of the script at path. -errno when it cannot be read, ERR_LIMIT when it
 * is too long. */
int script_load(struct buf *out, const char *path, struct error *err);

/* Runs the script at path into a capture file (classic, nanoseconds). Errors as the two
 * above, and -errno when the capture cannot be written. */
int script_run(const char *path, const char *out_path, struct script_map *map,
    struct error *err);
