/* Traffic on the loopback interface of a network namespace of our own. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

/* One CWMP session over TCP to 127.0.0.1:7547: Inform, InformResponse, an empty POST, 204. A
 * bad ACS answers with another ID than the Inform's. */
void wire_session(bool is_bad);

/* n datagrams of len bytes. */
void wire_datagrams(int n, uint16_t len);
