/* Leases that outlive the program. Each change is appended before the reply that grants it
 * goes out, so that a killed server forgets none; the file is written anew, and renamed
 * into place, when it is read and when it has grown much longer than what it says.
 *
 *     # cwmplab leases 1
 *     10.0.0.100 02:00:00:00:00:01 69cafe 1795430000
 *
 * address, MAC, client key in hex, end in seconds since 1970 ("-": never, 0: given back).
 * The last line of an address counts. A line cut short by a crash is passed over. */
#pragma once

#include "agents/lessor/server.h"

struct lease_file;

/* Opens path and restores its leases into the server; a file that does not exist is
 * made. wall is the time of day at now. ERR_MALFORMED for a file of another kind,
 * -errno or -ENOMEM with words: the file is as it was, and the server has leases of it or
 * none. */
int lease_file_open(struct lease_file **ret, const char *path,
    struct dhcp_server *server, clock_ns now, clock_ns wall, struct error *err);

/* Takes note of a change. Costs no system call. */
void lease_file_note(struct lease_file *file, const struct lease_view *lease);

/* Writes what was noted. A failure (a full disk) is returned each time with words; the
 * notes are kept for the next try, up to 16 MiB; what comes after that stands in the file
 * once lease_file_compact() has written it anew. */
int lease_file_flush(struct lease_file *file, struct error *err);

/* Writes the file anew where that is due; after a flush, now and then. */
int lease_file_compact(struct lease_file *file, struct dhcp_server *server,
    clock_ns now, struct error *err);

/* Does not flush. Null is fine. */
void lease_file_free(struct lease_file *file);
