/* Traffic on the loopback interface of a network namespace of our own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* A bridge without ports, up, in the network namespace; and its end. */
void wire_bridge_add(const char *name);
void wire_bridge_remove(const char *name);

/* Takes the interface down, or up again. */
void wire_set_up(const char *name, bool is_up);

/* One CWMP session over TCP to 127.0.0.1:7547: Inform, InformResponse, an empty POST, 204. A
 * bad ACS answers with another ID than the Inform's. */
void wire_session(bool is_bad);

/* A session that comes to nothing: the Inform is answered with 204. */
void wire_failed_session(void);

/* n datagrams of len bytes. */
void wire_datagrams(int n, uint16_t len);
