/* The one word that names a device: in the common name of its certificate, and where an ACS
 * knows it by (TR-069 A6 3.4.4). */
#pragma once

#include "lib/cwmp/cwmp.h"

enum {
	CWMP_DEVICE_NAME_MAX =
	    65 /* the longest common name (RFC 5280 A.1), terminated */
};

/* Writes "00E0FC-HP5920-HP001", all but unreserved characters as %XX (RFC 3986 2.3); where
 * that is longer than 64 characters "00E0FC-HP001", without the ProductClass. 0; ERR_LIMIT
 * with "" where that is longer, too. */
int cwmp_device_name(const struct cwmp_device_id *id, char text[CWMP_DEVICE_NAME_MAX]);

/* Whether a certificate of this common name may be the device's: its own, as cwmp_device_name()
 * says, or that of all of its kind, "00E0FC-HP5920" or "00E0FC" (generic certificates). The serial
 * number of a device that has a ProductClass is no kind, nor is its kind a serial number. */
bool cwmp_device_is_named(const struct cwmp_device_id *id, struct str name);
